//! Texts: a person's own, one that cannot be read, and the one served beside the page.

use std::path::PathBuf;

use crate::harness::{Visit, visit};
use crate::page::{TINY, part};

fn file(name: &str, bytes: &[u8]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the folder for test files can be written");
    path.display().to_string()
}

#[tokio::test]
async fn a_file_that_is_not_utf8_is_refused_with_its_place_and_nothing_is_lost() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        let losses = page.first_losses(2).await;
        page.click("tab-data").await;
        let facts = page.text("corpus-facts").await;
        page.click("corpus-own").await;
        let bad = file("latin-1.txt", b"The caf\xe9 by the sea, where nobody went.");
        page.find("file-input")
            .await
            .send_keys(&bad)
            .await
            .expect("a file can be picked");
        page.says("notices", "Byte 7").await;
        page.says("notices", "0xE9").await;
        assert_eq!(page.text("corpus-facts").await, facts);
        page.click("tab-train").await;
        assert_eq!(page.step_count().await, 2);
        assert_eq!(page.loss().await, losses[1]);
        // Once the unusable wish is taken back, the run goes on.
        page.click("discard").await;
        page.click("play").await;
        page.reaches_step(10).await;
    })
    .await;
}

#[tokio::test]
async fn an_own_text_is_kept_and_trained_on() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-data").await;
        page.click("corpus-own").await;
        let text = "白鲸 and the sea. ".repeat(60);
        page.find("file-input")
            .await
            .send_keys(&file("sea.txt", text.as_bytes()))
            .await
            .expect("a file can be picked");
        page.says("corpus-facts", "sea.txt").await;
        page.says("corpus-preview", "白鲸 and the sea.").await;
        page.says("vocabulary", "鲸").await;
        page.click("tab-train").await;
        let losses = page.first_losses(2).await;

        // A short text may go in the link, if its owner says so.
        assert!(!page.hash().await.contains("text="));
        page.click("tab-data").await;
        page.click("text-in-link").await;
        page.until("location.hash.includes('text=')").await;
        let link = page.hash().await;
        page.open_ready(&link).await;
        assert_eq!(page.first_losses(2).await, losses);
        page.click("tab-data").await;
        page.says("corpus-facts", "sea.txt").await;
    })
    .await;
}

#[tokio::test]
async fn moby_dick_can_be_chosen_or_the_page_says_why_not() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        let index = "fetch('corpora/index.json').then(it => it.json()).then(it => it.corpora.find(it => it.id === 'moby-dick').file)";
        let is_here = !page.evaluate(index).await.is_null();
        page.click("tab-data").await;
        if is_here {
            page.click("corpus-moby-dick").await;
            page.says("corpus-facts", "Moby Dick").await;
            page.says("corpus-preview", "Call me Ishmael").await;
        } else {
            let disabled = format!("document.querySelector('{}').disabled", part("corpus-moby-dick"));
            page.until(&disabled).await;
            assert!(page.text("corpus-moby-dick").await.contains("npm"));
        }
    })
    .await;
}
