//! The data laboratory: which texts there are, a world by its dials, and the look into a corpus.

use crate::harness::{Visit, visit};
use crate::page::{TINY, part};

#[tokio::test]
async fn every_corpus_is_offered_or_says_why_not() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-data").await;
        page.find("corpus-tang-poems").await;
        let ledger = "fetch('corpora/index.json').then(it => it.json()).then(it => it.corpora.map(it => [it.id, !it.file]))";
        let ledger = page.evaluate(ledger).await;
        let ledger = ledger.as_array().expect("the site has a ledger").clone();
        assert_eq!(ledger.len(), 7);
        for entry in &ledger {
            let test = format!("corpus-{}", entry[0].as_str().expect("texts have names"));
            page.until(&format!(
                "document.querySelector('{}').disabled === {}",
                part(&test),
                entry[1]
            ))
            .await;
            if entry[1] == true {
                assert!(page.text(&test).await.contains("Not part of this copy of the site: "));
            }
        }
        page.element(&format!("{} summary", part("licences")))
            .await
            .click()
            .await
            .expect("the ledger unfolds");
    })
    .await;
}

#[tokio::test]
async fn a_world_is_dialled_trained_on_and_linked() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready("#v1/tiny-cpu?corpus=world&world-kb=60&world-words=60&world-noise=7")
            .await;
        page.says("notices", "world-noise").await;
        page.click("tab-data").await;
        page.says("corpus-facts", "Generated world").await;
        page.says("world-entropy", "bits per byte").await;
        let before = serde_json::Value::from(page.text("world-entropy").await);
        page.fill("world-noise", "0").await;
        page.until(&format!(
            "(document.querySelector('{}')?.innerText ?? {before}) !== {before}",
            part("world-entropy"),
        ))
        .await;
        page.until(
            "!location.hash.includes('world-noise') && location.hash.includes('world-words=60')",
        )
        .await;
        page.click("tab-train").await;
        page.first_losses(2).await;
    })
    .await;
}

#[tokio::test]
async fn the_corpus_is_looked_into_from_every_side() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-data").await;
        page.click("view-documents").await;
        page.says("documents-facts", "Documents 1 to 12 of").await;
        page.click("documents-after").await;
        page.says("documents-facts", "Documents 13 to 24 of").await;
        page.click("document").await;
        page.says("corpus-preview", " ").await;

        page.click("view-frequencies").await;
        page.says("zipf-facts", "Fitted exponent").await;
        page.says("most-frequent", "the").await;
        page.click("unit-tokens").await;
        page.says("most-frequent", "e").await;
        // The chart by keyboard: the first key sets the cursor, the second takes it to the first rank.
        let chart = page
            .element(&format!("{} .chart-canvas", part("zipf-chart")))
            .await;
        chart
            .send_keys("\u{e011}\u{e011}")
            .await
            .expect("the chart takes keys");
        page.says("zipf-chart-values", "rank 1 ").await;

        page.click("view-parts").await;
        page.says("scripts", "Latin").await;
        page.says("tongues", "English").await;
        page.click("view-overlap").await;
        page.says("overlap-runs", "13 words").await;
    })
    .await;
}

#[tokio::test]
async fn near_duplicates_are_found_and_removed() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-data").await;
        page.click("corpus-own").await;
        let line = |n: u32| format!("Line {n} tells of whale number {n} and of the {n} ships that went after it in the year {n}.\n\n");
        let text: String = (0..30).map(line).chain([line(7), line(9)]).collect();
        let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("twice.txt");
        std::fs::write(&path, &text).expect("the folder for test files can be written");
        page.find("file-input")
            .await
            .send_keys(&path.display().to_string())
            .await
            .expect("a file can be picked");
        page.says("corpus-facts", "twice.txt").await;
        page.click("view-duplicates").await;
        page.says("duplicates-facts", "32 of 32 documents").await;
        page.says("duplicates-facts", "2 documents").await;
        page.click("remove-duplicates").await;
        page.says("corpus-facts", "twice.txt (−2)").await;
        page.says("duplicates-facts", "30 of 30 documents").await;
    })
    .await;
}

#[tokio::test]
async fn a_task_is_chosen_sized_trained_on_and_linked() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-data").await;
        page.click("corpus-task").await;
        page.until("location.hash.includes('corpus=task')").await;
        page.fill("task-size-1", "2").await;
        page.until("location.hash.includes('task-size-1=2')").await;
        page.until(&format!(
            "/^\\d{{1,2}}\\+\\d{{1,2}}=/m.test(document.querySelector('{}')?.innerText ?? '')",
            part("corpus-preview")
        ))
        .await;
        page.click("tab-train").await;
        let first = page.first_losses(2).await;
        let hash = page.hash().await;
        page.open_ready("").await;
        page.open_ready(&hash).await;
        assert_eq!(page.first_losses(2).await, first);
    })
    .await;
}
