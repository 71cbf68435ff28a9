//! Looking inside a recurrent model: state and gates over a text, by mouse and by keyboard, while it trains.

use crate::harness::{Visit, visit};
use crate::page::{TINY, part, text_of};

#[tokio::test]
async fn state_and_gates_are_seen_and_follow_the_training() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?family=lstm&layers=2&channels=16&steps=100000"))
            .await;
        page.click("tab-attention").await;
        page.says("traces-step", "after step 0; layer 1 of 2, 16 units").await;
        let picture = format!(
            "(() => {{
                const canvas = document.querySelector('{} canvas');
                const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
                return [canvas.width, canvas.height, ...pixels.data].join();
            }})()",
            part("traces-matrix")
        );
        page.fill("attention-text", "The fox waits").await;
        page.click("attention-look").await;
        page.until(&format!("{picture}.startsWith('13,16,')")).await;

        // The pointer reads a number; the text is coloured by the unit.
        page.point_at(&format!("{} canvas", part("traces-matrix"))).await;
        page.says("traces-matrix-value", "→ token 7 “x”: ").await;
        let read = page.text("traces-matrix-value").await;
        let unit = read.split(' ').nth(1).unwrap_or_default();
        let unit: u32 = unit.parse().expect("a unit has a number");
        page.says("traces-unit", &format!("unit {unit}")).await;
        page.says("traces-line-values", "token").await;
        let coloured = format!(
            "[...document.querySelectorAll('{} .token')].map(token => token.style.background + token.title)",
            part("traces-tokens")
        );
        let before = page.evaluate(&coloured).await;

        // By keyboard: a unit up and a token on.
        let matrix = page.find("traces-matrix").await;
        matrix.send_keys("\u{e013}\u{e014}").await.expect("it takes keys");
        let unit = unit - 1;
        page.says("traces-matrix-value", &format!("unit {unit} → token 8 “␣”: "))
            .await;
        page.says("traces-unit", &format!("unit {unit}")).await;
        page.until(&format!("String({coloured}) !== {}.join()", before)).await;
        // And in the text.
        let strip = page.find("traces-tokens").await;
        strip.send_keys("\u{e011}").await.expect("it takes keys");
        page.says("traces-matrix-value", &format!("unit {unit} → token 1 “T”: "))
            .await;

        // A gate has other numbers, from 0 to 1; so has the next layer.
        let state = page.evaluate(&picture).await;
        page.click("series-f").await;
        page.until(&format!("{picture} !== {state}")).await;
        let value = page.text("traces-matrix-value").await;
        let value: f64 = value.rsplit(' ').next().unwrap_or_default().parse().expect("a number");
        assert!(value > 0.0 && value < 1.0, "{value}");
        page.fill("traces-layer", "2").await;
        page.says("traces-step", "layer 2 of 2").await;

        // The picture follows the training, and stands still where that is not wanted.
        let before = page.evaluate(&picture).await;
        page.click("play").await;
        page.until(&format!("!{}.includes('after step 0;')", text_of("traces-step")))
            .await;
        page.until(&format!("{picture} !== {before}")).await;
        page.click("attention-live").await;
        let step = page.step_count().await;
        page.reaches_step(step + 20).await;
        let still = page.text("traces-step").await;
        let step = page.step_count().await;
        page.reaches_step(step + 20).await;
        assert_eq!(page.text("traces-step").await, still);
        page.click("attention-live").await;
        page.until(&format!(
            "{} !== {}",
            text_of("traces-step"),
            serde_json::Value::from(still)
        ))
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_model_without_anything_to_draw_says_why() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?family=feed-forward"))
            .await;
        page.click("tab-attention").await;
        page.says("inside-nothing", "neither attention nor a state")
            .await;
    })
    .await;
}
