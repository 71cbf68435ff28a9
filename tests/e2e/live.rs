//! What acts on a run while it goes: settings, a rewind, a loss that is no number, a tab that is hidden.

use std::time::Duration;

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part, text_of};

/// A run that goes wrong within a few steps.
const DIVERGING: &str =
    "#v1/tiny-cpu?optimizer=sgd&lr=10&schedule=constant&warmup=0&clip=0&steps=100000";

async fn is_running(page: &Page, running: bool) {
    page.until(&format!(
        "document.querySelector('{}').dataset.running === '{running}'",
        part("play")
    ))
    .await;
}

#[tokio::test]
async fn a_loss_that_is_no_number_is_said_and_the_run_resumes() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(DIVERGING).await;
        page.click("play").await;
        page.says("run-trouble", "The loss became").await;
        page.says("run-trouble", "learning rate 10").await;
        page.says("run-trouble", "gradient norm").await;
        is_running(&page, false).await;
        page.fill("lr", "0.001").await;
        page.until("location.hash.includes('lr=0.001')").await;
        page.click("resume").await;
        page.until(&format!("!{}", text_of("run-trouble"))).await;
        is_running(&page, true).await;
        let before = page.step_count().await;
        page.reaches_step(before + 50).await;
        assert!(page.loss().await.is_finite());
    })
    .await;
}

#[tokio::test]
async fn learning_rate_and_prompt_act_on_the_run_as_it_goes() {
    let start = format!("{TINY}?schedule=constant&warmup=0&sample-every=20&steps=100000");
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&start).await;
        page.click("play").await;
        page.says("rate-chart-values", "0.01000").await;
        page.fill("lr", "0.0005").await;
        page.says("rate-chart-values", "0.0005000").await;
        page.click("tab-generate").await;
        page.fill("prompt", "A hare sleeps").await;
        page.click("tab-train").await;
        page.says("samples", "A hare sleeps").await;
        // Neither waited for a restart.
        let waiting = page.evaluate(&text_of("pending")).await;
        assert!(waiting.is_null());
        is_running(&page, true).await;
    })
    .await;
}

#[tokio::test]
async fn rewinding_a_run_that_goes_leaves_nothing_of_it() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?steps=100000")).await;
        page.click("play").await;
        page.reaches_step(30).await;
        page.click("rewind").await;
        page.until(&format!("{} === '0'", text_of("step-count")))
            .await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(page.step_count().await, 0);
        page.says("run-in-words", "Untrained").await;
        is_running(&page, false).await;
        // At step 0 an edit takes effect by itself.
        page.fill("batch", "4").await;
        page.until("location.hash.includes('batch=4')").await;
        page.ready().await;
        page.first_losses(1).await;
        let waiting = page.evaluate(&text_of("pending")).await;
        assert!(waiting.is_null());
    })
    .await;
}

/// A hidden tab gets no frames: one that was asked for before comes only when the tab is seen again.
#[tokio::test]
async fn training_goes_on_in_a_hidden_tab() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?steps=100000")).await;
        page.evaluate(
            "(() => { window.frames_asked = []; window.requestAnimationFrame = it => frames_asked.push(it); })()",
        )
        .await;
        page.click("play").await;
        page.until("frames_asked.length > 0").await;
        page.evaluate(
            "(() => { for (const [name, value] of [['hidden', true], ['visibilityState', 'hidden']]) Object.defineProperty(document, name, { get: () => value, configurable: true }); document.dispatchEvent(new Event('visibilitychange', { bubbles: true })); })()",
        )
        .await;
        page.reaches_step(20).await;
        let before = page.step_count().await;
        page.reaches_step(before + 50).await;
    })
    .await;
}
