//! Writing from a prompt, scoring a text, looking at attention.

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part};

#[tokio::test]
async fn a_prompt_is_continued_branched_and_scored() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("play").await;
        page.reaches_step(60).await;
        page.click("play").await;
        page.click("tab-generate").await;
        page.fill("prompt", "The cat").await;
        page.fill("tokens", "40").await;
        page.click("generate").await;
        let tokens = format!("{} .token", part("generated-tokens"));
        page.until(&format!("document.querySelectorAll('{tokens}').length === 40"))
            .await;
        assert!(page.text("output").await.starts_with("The cat"));

        // The alternatives of the fifth token; taking the least likely one writes on from there.
        page.element(&format!("{tokens}:nth-of-type(5)"))
            .await
            .click()
            .await
            .expect("a token can be chosen");
        let candidates = format!("{} button", part("candidates"));
        page.until(&format!("document.querySelectorAll('{candidates}').length > 2"))
            .await;
        page.element(&format!("{} li:last-child button", part("candidates")))
            .await
            .click()
            .await
            .expect("a candidate can be taken");
        page.until(&format!(
            "document.querySelector('.written-prompt').innerText.length === 7 + 5 && document.querySelectorAll('{tokens}').length === 40"
        ))
        .await;

        page.element("main details summary")
            .await
            .click()
            .await
            .expect("scoring unfolds");
        page.fill("score-text", "The cat eats").await;
        page.click("score").await;
        page.says("score-total", "12 tokens").await;
        page.says("score-total", "perplexity").await;
        page.point_at(&format!("{} .token:nth-of-type(4)", part("scored-tokens"))).await;
        page.says("score-token", "ln p = −").await;
    })
    .await;
}

#[tokio::test]
async fn pointing_at_a_token_shows_what_it_attends_to() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-attention").await;
        let token = |n: u32| format!("{} .token:nth-of-type({n})", part("attention-tokens"));
        page.point_at(&token(3)).await;
        page.says("attention-matrix-value", "query 3").await;
        let row = |page: std::sync::Arc<Page>| async move {
            page.evaluate(&format!(
                "[...document.querySelectorAll('{} .token')].map(token => token.title)",
                part("attention-tokens")
            ))
            .await
        };
        let third = row(page.clone()).await;
        page.point_at(&token(6)).await;
        page.says("attention-matrix-value", "query 6").await;
        assert_ne!(row(page.clone()).await, third, "another token, another row");

        // The matrix by keyboard: up a row, to its first key.
        let matrix = page.find("attention-matrix").await;
        matrix.click().await.expect("the matrix takes the focus");
        page.says("attention-matrix-value", "query 7").await;
        matrix
            .send_keys("\u{e013}\u{e011}")
            .await
            .expect("it takes keys");
        page.says("attention-matrix-value", "query 6").await;
        page.says("attention-matrix-value", "key 1 ").await;

        // The picture follows the training.
        page.click("play").await;
        page.until(&format!(
            "!document.querySelector('{}').innerText.includes('after step 0;')",
            part("attention-step")
        ))
        .await;
    })
    .await;
}
