//! Looking inside an n-gram model: how its counts make a probability, by mouse and by keyboard.

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part, text_of};

fn token(n: u32) -> String {
    format!("{} .token:nth-of-type({n})", part("counts-tokens"))
}

/// Waits until the formula has this sign: as it is written, for letters are shown in mathematical italics.
async fn formula_has(page: &Page, sign: &str) {
    page.until(&format!(
        "document.querySelector('{}')?.textContent.includes('{sign}')",
        part("counts-formula")
    ))
    .await;
}

/// What the steps add, as the chain shows it, is the probability that is told.
async fn chain_sums(page: &Page, steps: usize) {
    page.until(&format!(
        "document.querySelectorAll('{}').length === {steps}",
        part("chain-row")
    ))
    .await;
    let numbers = page
        .evaluate(&format!(
            "(() => {{
                const number = text => Number(text.trim().replaceAll('−', '-'));
                const parts = [...document.querySelectorAll('{}')].map(part => number(part.innerText));
                return [parts.reduce((sum, part) => sum + part, 0), number({}.match(/probability ([^,]+),/)[1])];
            }})()",
            part("chain-contribution"),
            text_of("counts-probability")
        ))
        .await;
    let [sum, told] = [0, 1].map(|at| numbers[at].as_f64().expect("a number"));
    // Both are read off with four digits.
    assert!((sum - told).abs() <= 2e-3 * told && told > 0.0, "{numbers}");
}

#[tokio::test]
async fn a_chain_explains_a_place_and_any_next_token() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?family=ngram&order=4"))
            .await;
        page.click("tab-attention").await;
        page.says("inside-empty", "Press play").await;
        page.click("play").await;
        // Without asking again.
        page.find("counts-chain").await;

        page.fill("attention-text", "The fox").await;
        page.click("attention-look").await;
        page.until(&format!(
            "document.querySelectorAll('{} .token').length === 7 + 1",
            part("counts-tokens")
        ))
        .await;
        page.says("counts-model", "order 4").await;
        // Three tokens of context, two, one, none, and no order at all.
        chain_sums(&page, 5).await;

        // The x, after " fo".
        page.element(&token(7))
            .await
            .click()
            .await
            .expect("a token can be chosen");
        page.says("counts-probability", "x: probability").await;
        page.says("counts-chain", "␣ f o").await;
        page.says("counts-chain", "continuations a").await;
        chain_sums(&page, 5).await;
        formula_has(&page, "λ").await;

        // The formula is of the step that is pressed.
        let before = page.text("counts-formula").await;
        page.element(&format!(
            "{} tr:nth-child(3) {}",
            part("counts-chain"),
            part("chain-step")
        ))
        .await
        .click()
        .await
        .expect("a step can be pressed");
        page.until(&format!(
            "{} !== {}",
            text_of("counts-formula"),
            serde_json::Value::from(before)
        ))
        .await;

        // Another next token is explained where it is pressed.
        let other = format!("{}:not([aria-pressed=\"true\"])", part("counts-candidate"));
        let name = page
            .evaluate(&format!(
                "document.querySelector('{other} .bar-text').innerText"
            ))
            .await;
        let name = name.as_str().expect("a token").to_owned();
        page.element(&other)
            .await
            .click()
            .await
            .expect("a candidate can be pressed");
        page.says("counts-probability", &format!("{name}: probability"))
            .await;
        chain_sums(&page, 5).await;

        // By keyboard: a token to the left, which is the o after "e f".
        let strip = page.find("counts-tokens").await;
        strip.send_keys("\u{e012}").await.expect("it takes keys");
        page.says("counts-probability", "o: probability").await;
        page.says("counts-chain", "e ␣ f").await;
        chain_sums(&page, 5).await;
    })
    .await;
}

#[tokio::test]
async fn every_smoothing_fills_its_own_formula_in() {
    visit(Visit::ordinary(), |page| async move {
        for (smoothing, wanted, steps) in
            [("none", "c", 2), ("add-k", "k", 2), ("back-off", "∑", 4)]
        {
            page.open_ready(&format!(
                "{TINY}?family=ngram&order=3&smoothing={smoothing}"
            ))
            .await;
            page.click("tab-attention").await;
            page.says("inside-empty", "Press play").await;
            page.click("play").await;
            formula_has(&page, wanted).await;
            chain_sums(&page, steps).await;
        }
    })
    .await;
}
