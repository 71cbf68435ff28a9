//! Reading the page closely: exact values of a chart, heads of attention, light and dark, sharing.

use fantoccini::key::Key;

use crate::harness::{Visit, visit};
use crate::page::{TINY, part, text_of};

#[tokio::test]
async fn a_chart_tells_exact_values_under_the_pointer_and_by_keyboard() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?steps=20")).await;
        page.click("play").await;
        page.find("run-finished").await;
        page.says("loss-chart-values", "step 20 ").await;
        let css = format!("{} .chart-canvas", part("loss-chart"));
        page.point_at(&css).await;
        let canvas = page.element(&css).await;
        let values = text_of("loss-chart-values");
        page.until(&format!(
            "/^step ([6-9]|1[0-4]) · training \\d\\.\\d+/.test({values})"
        ))
        .await;
        for (key, step) in [
            (Key::Home, 1),
            (Key::Right, 2),
            (Key::End, 20),
            (Key::Left, 19),
        ] {
            canvas
                .send_keys(&char::from(key).to_string())
                .await
                .expect("the chart takes keys");
            page.says("loss-chart-values", &format!("step {step} "))
                .await;
        }

        // A logarithmic axis draws another curve and reads the same values.
        let drawn = format!("document.querySelector('{css} svg').innerHTML");
        let linear = page.evaluate(&drawn).await;
        page.click("log-toggle").await;
        page.until(&format!("{drawn} !== {linear}")).await;
        page.says("loss-chart-values", "step 20 ").await;
        for chart in ["rate-chart", "grad-chart", "speed-chart"] {
            page.says(&format!("{chart}-values"), "step 20 ").await;
        }
    })
    .await;
}

#[tokio::test]
async fn another_head_has_another_picture() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.first_losses(3).await;
        page.click("tab-attention").await;
        page.says("attention-step", "head 1").await;
        let row = format!(
            "JSON.stringify([...document.querySelectorAll('{} .token')].map(token => token.title))",
            part("attention-tokens")
        );
        let first = page.until(&row).await;
        page.element(&format!("{}[data-head=\"1\"]", part("head")))
            .await
            .click()
            .await
            .expect("a head can be chosen");
        page.says("attention-step", "head 2").await;
        page.until(&format!("{row} !== {first}")).await;
    })
    .await;
}

#[tokio::test]
async fn light_and_dark_are_switched_and_remembered() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        let ground = "getComputedStyle(document.body).backgroundColor";
        let theme = "document.documentElement.dataset.theme";
        let (before, name) = (page.evaluate(ground).await, page.evaluate(theme).await);
        page.click("theme").await;
        page.until(&format!("{theme} !== {name} && {ground} !== {before}"))
            .await;
        let after = page.evaluate(theme).await;
        page.open_ready(TINY).await;
        assert_eq!(page.evaluate(theme).await, after);
    })
    .await;
}

#[tokio::test]
async fn sharing_copies_the_link_or_shows_it() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?layers=2")).await;
        let clipboard = |writes: &str| {
            format!("Object.defineProperty(navigator, 'clipboard', {{ value: {{ writeText: text => {{ window.copied = text; return {writes}; }} }}, configurable: true }}) && true")
        };
        page.evaluate(&clipboard("Promise.resolve()")).await;
        page.click("share").await;
        page.until("document.body.innerText.includes('Link copied')").await;
        page.until("copied === location.href && copied.includes('layers=2')").await;
        page.evaluate(&clipboard("Promise.reject(new Error('refused'))")).await;
        page.click("share").await;
        page.says("notices", "did not allow copying").await;
        page.says("notices", "layers=2").await;
    })
    .await;
}
