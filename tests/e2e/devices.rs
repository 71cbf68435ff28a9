//! Which device computes: none with WebGPU, one that is lost, one that was asked for in vain.

use std::sync::{Arc, Mutex};

use crate::harness::{Visit, visit};
use crate::page::{TINY, part};

#[tokio::test]
async fn without_an_adapter_the_processor_computes_and_the_page_says_why() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready("").await;
        page.says("device-badge", "CPU").await;
        page.first_losses(1).await;
        page.click("device-badge").await;
        page.says("device-dialog", "Why not WebGPU").await;
        page.says("webgpu-advice", "chrome://").await;
    })
    .await;
}

#[tokio::test]
async fn a_device_asked_for_in_vain_costs_nothing() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(TINY).await;
        let losses = page.first_losses(2).await;
        page.find("backend").await;
        let group = format!(
            "document.querySelector('{}').closest('details')",
            part("backend")
        );
        page.evaluate(&format!("{group}.querySelector('summary').click()"))
            .await;
        page.until(&format!("{group}.open")).await;
        page.find("backend")
            .await
            .select_by_value("webgpu")
            .await
            .expect("WebGPU can be asked for");
        page.click("apply").await;
        page.says("notices", "No device for this choice").await;
        assert_eq!(page.step_count().await, 2);
        assert_eq!(page.loss().await, losses[1]);
        page.click("play").await;
        page.reaches_step(5).await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_device_is_said_and_one_click_resumes() {
    // The browser itself reports a device that is destroyed while it works.
    let unquiet = Visit::ordinary().expecting_console_errors();
    visit(unquiet, |page| async move {
        page.open_ready("").await;
        page.click("play").await;
        page.reaches_step(2).await;
        page.evaluate("dispatchEvent(new Event('seedling-test-destroy-device'))")
            .await;
        page.says("run-trouble", "The graphics device is gone")
            .await;
        page.says("run-trouble", "are safe").await;
        page.click("resume").await;
        page.until(&format!(
            "!document.querySelector('{}')",
            part("run-trouble")
        ))
        .await;
        page.until(&format!(
            "document.querySelector('{}').dataset.running === 'true'",
            part("play")
        ))
        .await;
        page.reaches_step(4).await;
    })
    .await;
}

#[tokio::test]
async fn looking_goes_on_after_a_lost_device() {
    let unquiet = Visit::ordinary().expecting_console_errors();
    visit(unquiet, |page| async move {
        page.open_ready("").await;
        page.click("tab-attention").await;
        page.says("attention-step", "after step 0").await;
        page.click("play").await;
        page.reaches_step(2).await;
        page.evaluate("dispatchEvent(new Event('seedling-test-destroy-device'))")
            .await;
        page.click("tab-train").await;
        page.find("run-trouble").await;
        page.click("tab-attention").await;
        page.find("attention-matrix").await;
        page.click("tab-train").await;
        page.click("resume").await;
        page.click("tab-attention").await;
        let step = format!(
            "Number(/after step (\\d+)/.exec(document.querySelector('{}')?.innerText)?.[1])",
            part("attention-step")
        );
        let before = page.until(&step).await;
        page.until(&format!("{step} > {before}")).await;
    })
    .await;
}

/// The worker's script is missing: the page says so, and offers nothing that would wait for ever.
#[tokio::test]
async fn without_the_worker_the_page_says_so_and_waits_for_nothing() {
    let ordinary = Visit::ordinary().expecting_console_errors();
    let folder = ordinary.copy_without("worker.js");
    visit(ordinary.of(&folder), |page| async move {
        page.open("").await;
        page.says("notices", "The engine could not start").await;
        page.until(&format!(
            "document.querySelector('{}').disabled && !document.querySelector('{}').classList.contains('on')",
            part("play"),
            part("busy")
        ))
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_fused_product_trains_as_the_general_one_does() {
    let fused = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&fused);
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(TINY).await;
        *kept.lock().expect("one at a time") = page.first_losses(4).await;
        page.click("device-badge").await;
        page.says("adapter", "fused multiply-add").await;
    })
    .await;
    let ordinary = Visit::ordinary()
        .without_webgpu()
        .expecting_console_errors();
    let without = ordinary.copy_without("product.wasm");
    visit(ordinary.of(&without), |page| async move {
        page.open_ready(TINY).await;
        let general = page.first_losses(4).await;
        let fused = fused.lock().expect("one at a time").clone();
        for (fused, general) in fused.iter().zip(&general) {
            // The page shows three decimals, so the last may be rounded the other way.
            assert!((fused - general).abs() < 2e-3, "{fused} {general}");
        }
        page.click("device-badge").await;
        page.find("device-dialog").await;
        let told = format!("document.querySelector('{}') === null", part("adapter"));
        page.until(&told).await;
    })
    .await;
}
