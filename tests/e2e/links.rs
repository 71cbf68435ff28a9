//! Links from elsewhere, and the page in both languages.

use crate::harness::{Visit, visit};
use crate::page::{part, text_of};

const BAD: &str = "#v1/tiny-cpu?layers=99&colour=green&lr=fast";

#[tokio::test]
async fn a_link_with_impossible_values_says_what_was_changed() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(BAD).await;
        page.says("notices", "layers: 99 became 24").await;
        page.says("notices", "“colour”").await;
        page.says("notices", "lr: “fast” could not be read").await;
        // The corrected link takes its place.
        page.until("location.hash === '#v1/tiny-cpu?layers=24'")
            .await;
        page.click("dismiss").await;
        page.until(&format!("!{}", text_of("notices"))).await;
    })
    .await;
}

#[tokio::test]
async fn a_link_too_large_for_the_device_says_what_it_would_cost() {
    visit(Visit::ordinary(), |page| async move {
        page.resize(1440, 900).await;
        page.open("#v1/tiny-cpu?channels=512&context=1024&batch=256")
            .await;
        page.says("notices", "does not fit").await;
        page.click("tab-model").await;
        page.says("parameter-count", ",").await;
        page.says("flops", "FLOP").await;
        page.until(&format!("!{}", text_of("refusal"))).await;
        page.click("dismiss").await;
        page.says("refusal", "What fits").await;
        // So large that not even its costs can be told.
        page.resize(1440, 900).await;
        page.open("#v1/tiny-cpu?layers=24&channels=1024&context=1024&batch=256")
            .await;
        page.says("notices", "does not fit").await;
        page.click("tab-model").await;
        page.says("no-costs", "Not counted").await;
    })
    .await;
}

#[tokio::test]
async fn everything_is_said_in_chinese_as_well() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(BAD).await;
        page.click("language").await;
        page.until("document.documentElement.lang === 'zh-Hans'").await;
        page.says("notices", "layers：99 改为 24，因为允许的范围是 1 到 24").await;
        page.click("dismiss").await;
        for lab in ["data", "model", "train", "attention", "generate"] {
            page.click(&format!("tab-{lab}")).await;
            page.find(&format!("lab-{lab}")).await;
            // Headings, labels and buttons; tokens and names of settings in brackets are in any language.
            let foreign = page
                .evaluate(
                    "[...document.querySelectorAll('h2, h3, label, summary, .button:not(.icon-only), .about p')].map(it => it.innerText.trim()).filter(it => /[A-Za-z]{4,}/.test(it) && !/\\p{Script=Han}/u.test(it))",
                )
                .await;
            assert_eq!(foreign, serde_json::json!([]), "{lab}");
        }
        // The language is remembered.
        page.open_ready("").await;
        page.until("document.documentElement.lang === 'zh-Hans'").await;
        page.until(&format!("document.querySelector('{}').innerText.includes('开始')", part("play"))).await;
    })
    .await;
}
