//! Training: play, pause, step, rewind, reseed, and the same run from a link.

use crate::harness::{Visit, visit};
use crate::page::{TINY, part};

#[tokio::test]
async fn trains_to_a_falling_loss_and_rewinds_to_the_same_first_losses() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?validate-every=100&sample-every=100"))
            .await;
        let first = page.first_losses(3).await;
        assert!(first[0] > 3.0, "an untrained model: {first:?}");

        page.click("play").await;
        page.reaches_step(150).await;
        page.click("play").await;
        page.until(&format!(
            "document.querySelector('{}').dataset.running === 'false'",
            part("play")
        ))
        .await;
        let paused = page.step_count().await;
        assert!(page.loss().await < 0.7 * first[0], "the loss fell");
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!(page.step_count().await, paused, "a paused run stands");
        let samples = page.text("samples").await;
        assert!(samples.contains("The small fox"), "{samples}");
        page.says("run-in-words", "On held-out text").await;

        page.click("rewind").await;
        page.says("step-count", "0").await;
        assert_eq!(page.first_losses(3).await, first);

        page.click("reseed").await;
        page.says("step-count", "0").await;
        assert_ne!(page.first_losses(3).await, first);
    })
    .await;
}

#[tokio::test]
async fn webgpu_repeats_itself_too() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready("").await;
        page.until(&format!(
            "['gpu', 'software'].includes(document.querySelector('{}').dataset.kind)",
            part("device-badge")
        ))
        .await;
        let first = page.first_losses(2).await;
        assert!(first[1] < first[0]);
        page.click("rewind").await;
        page.says("step-count", "0").await;
        assert_eq!(page.first_losses(2).await, first);
    })
    .await;
}

#[tokio::test]
async fn a_link_carries_the_settings_and_the_run() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-model").await;
        page.fill("layers", "2").await;
        page.fill("channels", "40").await;
        page.click("tab-train").await;
        page.fill("lr", "0.002").await;
        // Edits of an untrained run are prepared a moment after the last of them, or at once when a step is asked for.
        let first = page.first_losses(3).await;
        page.until(
            "['layers=2', 'channels=40', 'lr=0.002'].every(it => location.hash.includes(it))",
        )
        .await;
        let link = page.hash().await;

        page.open_ready(&link).await;
        assert_eq!(page.hash().await, link);
        assert_eq!(page.first_losses(3).await, first);
        page.click("tab-model").await;
        page.find("layers").await;
        let layers = page
            .evaluate(&format!(
                "document.querySelector('{}').value",
                part("layers")
            ))
            .await;
        assert_eq!(layers, "2");
    })
    .await;
}

#[tokio::test]
async fn a_change_of_the_model_waits_until_it_is_applied() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.first_losses(2).await;
        page.click("tab-model").await;
        page.fill("layers", "2").await;
        page.find("pending").await;
        assert_eq!(page.step_count().await, 2, "the run stands");
        page.click("discard").await;
        page.until(&format!("!document.querySelector('{}')", part("pending")))
            .await;
        page.fill("layers", "3").await;
        page.click("apply").await;
        page.says("step-count", "0").await;
        page.says("parameter-count", ",").await;
    })
    .await;
}
