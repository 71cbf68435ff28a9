//! The laboratory that compares configurations, and models of other families.

use std::time::Duration;

use seedling::session::config::Corpus;
use seedling::session::{compare_link, comparisons};

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part, text_of};

/// Several small models on one thread.
const LONG: Duration = Duration::from_secs(240);

/// JavaScript of how many elements there are.
fn count_of(css: &str) -> String {
    format!("document.querySelectorAll('{css}').length")
}

/// The comparison that is shown trains to its end; its table.
async fn trained(page: &Page) -> String {
    page.click("compare-play").await;
    page.find("compare-pause").await;
    let is_over = format!("document.querySelector('{}')", part("compare-play"));
    page.until_within(LONG, &format!("{is_over} !== null"))
        .await;
    page.text("compare-table").await
}

#[tokio::test]
async fn seventy_years_of_language_models_train_on_one_budget() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-compare").await;
        page.click("compare-take-seventy-years").await;
        let entries = count_of(&part("compare-entry"));
        page.until(&format!("{entries} === 5")).await;
        page.fill("compare-amount", "10240").await;
        let table = trained(&page).await;
        let rows = count_of(&format!("{} tbody tr", part("compare-table")));
        assert_eq!(page.evaluate(&rows).await, 5, "{table}");
        assert!(!table.contains("NaN"), "{table}");
        let name = format!(
            "document.querySelector('{} tbody th').innerText.length > 3",
            part("compare-table")
        );
        page.until(&name).await;
        // Entries stand below one another.
        let places = format!(
            "[...document.querySelectorAll('{}')].map(e => Math.round(e.getBoundingClientRect().top))",
            part("compare-entry")
        );
        page.until(&format!("new Set({places}).size === 5")).await;
        page.find("compare-chart").await;
        page.find("compare-samples").await;
        // The run that stood is there still.
        page.click("tab-train").await;
        page.ready().await;
        page.click("step").await;
        page.reaches_step(1).await;
    })
    .await;
}

#[tokio::test]
async fn a_comparison_is_a_link() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        let prepared = &comparisons::ALL[0];
        let comparison = (prepared.comparison)(Corpus::Generated);
        let hash = compare_link::write(&comparison);
        page.resize(1440, 900).await;
        page.open(&hash).await;
        page.find("lab-compare").await;
        let entries = count_of(&part("compare-entry"));
        page.until(&format!("{entries} === {}", comparison.entries.len()))
            .await;
        page.until(&format!("{}?.length > 10", text_of("compare-difference")))
            .await;
    })
    .await;
}

#[tokio::test]
async fn another_family_is_chosen_and_trained() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready("#v1/tiny-cpu?family=lstm&forget-bias=2&steps=30")
            .await;
        page.click("tab-model").await;
        // Only what means something for it is shown.
        page.find("forget-bias").await;
        let heads = count_of(&part("heads"));
        assert_eq!(page.evaluate(&heads).await, 0);
        page.click("tab-train").await;
        page.click("play").await;
        page.reaches_step(30).await;
        page.find("run-finished").await;
        page.open("#v1/tiny-cpu?family=ngram&order=4").await;
        page.ready().await;
        page.click("play").await;
        page.reaches_step(1).await;
        page.find("run-finished").await;
    })
    .await;
}

#[tokio::test]
async fn a_sweep_over_two_settings_fills_its_heat_map() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.resize(1440, 900).await;
        page.open_ready(TINY).await;
        page.click("tab-compare").await;
        page.click("compare-add").await;
        page.fill("compare-amount", "5120").await;
        // The group is folded; its head is focused and opened by keyboard.
        page.find("sweep-first").await;
        let group = format!(
            "document.querySelector('{}').closest('details')",
            part("sweep-first")
        );
        page.evaluate(&format!("{group}.querySelector('summary').focus()"))
            .await;
        let head = page.element("summary:focus").await;
        head.send_keys(" ").await.expect("a head takes keys");
        page.until(&format!("{group}.open")).await;
        for (test, key) in [("sweep-first", "lr"), ("sweep-second", "channels")] {
            let select = page.find(test).await;
            select.select_by_value(key).await.expect("it can be swept");
        }
        for (test, value) in [
            ("sweep-first-count", "3"),
            ("sweep-second-count", "2"),
            ("sweep-second-low", "16"),
            ("sweep-second-high", "32"),
        ] {
            page.fill(test, value).await;
        }
        page.says("sweep-cells", "6").await;
        page.click("sweep-run").await;
        let cells = |css: &str| count_of(&format!("{} td{css}", part("sweep-map")));
        page.until_within(
            LONG,
            &format!("{} === 6 && {} === 0", cells("[style]"), cells(".quiet")),
        )
        .await;
        assert_eq!(page.evaluate(&cells(".best")).await, 1);
        // The darkest and the brightest end of the scale are the worst and the best cell.
        let losses = format!(
            "[...document.querySelectorAll('{} td')].map(it => Number(it.innerText))",
            part("sweep-map")
        );
        let is_best_least = format!(
            "Math.min(...{losses}) === Number(document.querySelector('{} td.best').innerText)",
            part("sweep-map")
        );
        page.until(&is_best_least).await;
        page.until(&format!("{}?.length > 10", text_of("sweep-best")))
            .await;
    })
    .await;
}
