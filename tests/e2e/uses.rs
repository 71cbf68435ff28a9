//! What a model is used for, by its family: blanks, pseudo-perplexity, vectors, answers to a source, and what it cannot do.

use crate::harness::{Page, Visit, visit};
use crate::page::{part, text_of};

const ENCODER: &str = "#v1/tiny-cpu?family=encoder&objective=masked";
/// Sources and answers of addition.
const TEXT_TO_TEXT: &str = "#v1/tiny-cpu?corpus=task&family=encoder-decoder&objective=text-to-text";

const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";
const LEFT: &str = "\u{e012}";
const UP: &str = "\u{e013}";
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";

/// JavaScript of how many elements there are.
fn count_of(css: &str) -> String {
    format!("document.querySelectorAll('{css}').length")
}

/// The percentages of some bars, in their order.
async fn percentages(page: &Page, bars: &str) -> Vec<f64> {
    let values = page
        .evaluate(&format!(
            "[...document.querySelectorAll('{bars} .bar-value')].map(it => it.innerText)"
        ))
        .await;
    let values = values.as_array().expect("an array").iter();
    values
        .map(|value| {
            let text = value.as_str().expect("a text");
            let number = text.split('\u{2009}').find_map(|it| it.parse().ok());
            number.unwrap_or_else(|| panic!("no number in {text:?}"))
        })
        .collect()
}

/// Probabilities of candidates are sorted and no more than 1 together (each is rounded).
fn are_probabilities(values: &[f64]) {
    assert!(!values.is_empty());
    assert!(values.is_sorted_by(|a, b| a >= b), "{values:?}");
    assert!(values.iter().sum::<f64>() <= 100.5, "{values:?}");
}

#[tokio::test]
async fn blanks_are_filled_by_mouse_and_by_keyboard() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(ENCODER).await;
        page.click("tab-generate").await;
        // The prompt, with a blank to begin with.
        let tokens = count_of(&format!("{} .token", part("mask-strip")));
        page.until(&format!("{tokens} === 'The small fox'.length"))
            .await;
        let bars = part("blank-candidates");
        page.until(&format!("{} > 1", count_of(&format!("{bars} .bar"))))
            .await;
        are_probabilities(&percentages(&page, &bars).await);

        // Another token by the mouse: it is hidden too, and said to be found or not.
        let token = |n: usize| format!("{} .token[data-index=\"{n}\"]", part("mask-strip"));
        page.element(&token(1))
            .await
            .click()
            .await
            .expect("a token");
        page.until(&format!("{} === 2", count_of(&part("blank"))))
            .await;
        let first = format!("{}[data-place=\"1\"]", part("blank"));
        page.until(&format!(
            "document.querySelector('{first}')?.innerText.includes('ln p = −')"
        ))
        .await;
        let said = page
            .evaluate(&format!("document.querySelector('{first}').innerText"))
            .await;
        let said = said.as_str().unwrap_or_default();
        assert!(said.contains("“h”"), "{said}");
        let is_among = said.contains("is candidate");
        assert_ne!(is_among, said.contains("is not among"), "{said}");
        let marked = count_of(&format!("{first} .bar.chosen"));
        assert_eq!(page.evaluate(&marked).await, u32::from(is_among));
        are_probabilities(&percentages(&page, &first).await);

        // The same token by the keyboard: shown again; then the one after it is hidden.
        let strip = page.find("mask-strip").await;
        strip.send_keys(ENTER).await.expect("the strip takes keys");
        page.until(&format!("document.querySelector('{first}') === null"))
            .await;
        strip
            .send_keys(&format!("{RIGHT}{SPACE}"))
            .await
            .expect("the strip takes keys");
        let second = format!("{}[data-place=\"2\"]", part("blank"));
        page.until(&format!("document.querySelector('{second}') !== null"))
            .await;
        assert_eq!(
            page.step_count().await,
            0,
            "Space hid a token and did not play"
        );

        // A blank that is written has candidates, and nothing to be found.
        page.fill("fill-text", "The [MASK]at").await;
        page.click("fill").await;
        page.until(&format!(
            "{}?.includes('written as a blank')",
            text_of("blank")
        ))
        .await;
        page.until(&format!("{} > 1", count_of(&format!("{bars} .bar"))))
            .await;
        assert_eq!(page.text("blank-truth").await.trim(), "");

        // One that is too long is refused where it was asked, and stays.
        let long = "A very long text about whales. ".repeat(4);
        page.fill("fill-text", &long).await;
        page.click("fill").await;
        page.says("asking-failure", "room for").await;
        let kept = format!(
            "document.querySelector('{}').value.length",
            part("fill-text")
        );
        assert_eq!(page.evaluate(&kept).await, long.len());
    })
    .await;
}

#[tokio::test]
async fn an_encoder_has_a_pseudo_perplexity_and_vectors_and_says_that_it_does_not_write() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(ENCODER).await;
        page.click("tab-generate").await;
        page.element("main details summary")
            .await
            .click()
            .await
            .expect("scoring unfolds");
        page.fill("pseudo-text", "The cat eats").await;
        page.click("pseudo-score").await;
        page.says("pseudo-total", "12 tokens").await;
        page.says("pseudo-total", "pseudo-perplexity").await;
        page.point_at(&format!("{} .token:nth-of-type(4)", part("pseudo-tokens")))
            .await;
        page.says("pseudo-token", "alone masked: ln p = −").await;

        page.click("use-embed").await;
        let matrix = part("embed-matrix");
        page.until(&format!("{} === 16", count_of(&format!("{matrix} td"))))
            .await;
        page.fill("embed-text", "The small fox\nThe small dog\nA whale").await;
        page.click("embed").await;
        page.until(&format!("{} === 9", count_of(&format!("{matrix} td"))))
            .await;
        let cells = page
            .evaluate(&format!(
                "[...document.querySelectorAll('{matrix} td')].map(it => Number(it.innerText.replace('−', '-')))"
            ))
            .await;
        let cells: Vec<f64> = cells
            .as_array()
            .expect("an array")
            .iter()
            .map(|it| it.as_f64().expect("a number"))
            .collect();
        for row in 0..3 {
            assert_eq!(cells[row * 4], 1.0, "each text is like itself: {cells:?}");
            for column in 0..3 {
                assert_eq!(cells[row * 3 + column], cells[column * 3 + row]);
                assert!(cells[row * 3 + column].abs() <= 1.0);
            }
        }
        // By keyboard: from the second cell of the first row, one down.
        page.element(&format!("{matrix} td[tabindex=\"0\"]"))
            .await
            .send_keys(DOWN)
            .await
            .expect("a cell takes keys");
        page.says("embed-readout", "The small dog · The small dog: cosine 1.0000")
            .await;

        page.click("use-continue").await;
        page.says("use-refusal", "An encoder-only model does not generate")
            .await;
        page.click("use-instead").await;
        page.find("mask-strip").await;
    })
    .await;
}

#[tokio::test]
async fn a_source_is_answered_greedily_and_by_beam_search() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(TEXT_TO_TEXT).await;
        page.click("tab-train").await;
        page.click("step").await;
        page.reaches_step(1).await;
        page.click("tab-generate").await;
        // The first source is one of the task.
        let source = format!("document.querySelector('{}')?.value", part("respond-source"));
        page.until(&format!("/^[0-9]+[+][0-9]+=$/.test({source})"))
            .await;
        page.says("respond-expected", "The corpus answers: ").await;
        page.click("respond").await;
        let tokens = count_of(&format!("{} .token", part("respond-tokens")));
        page.until(&format!("{tokens} > 0 && document.querySelector('{}')", part("respond")))
            .await;
        // Greedy is the best candidate at every place.
        let bars = part("respond-candidates");
        are_probabilities(&percentages(&page, &bars).await);
        page.element(&format!("{} .token:nth-of-type(1)", part("respond-tokens")))
            .await
            .click()
            .await
            .expect("a token can be chosen");
        let first = format!("{bars} li:first-child .bar.chosen");
        page.until(&format!("{} === 1", count_of(&first))).await;

        page.click("way-beam").await;
        page.fill("beam-width", "3").await;
        page.fill("beam-longest", "5").await;
        page.click("respond").await;
        let nodes = format!("{} [data-node]", part("beam-tree"));
        page.until(&format!("{} > 4", count_of(&nodes))).await;
        let answers = count_of(&part("beam-answer"));
        let answers = page.evaluate(&answers).await.as_u64().unwrap_or(0);
        assert!((1..=3).contains(&answers), "{answers}");
        // The way to the best answer is drawn so, from the first token to its last.
        let best = count_of(&format!("{nodes}.best"));
        assert!(page.evaluate(&best).await.as_u64().unwrap_or(0) >= 1);
        let scores = page
            .evaluate(&format!(
                "[...document.querySelectorAll('{}')].map(it => [it.querySelector('.answer-cut').innerText, Number(it.querySelector('.figure:last-child').innerText.split(' ').pop().replace('−', '-'))])",
                part("beam-answer")
            ))
            .await;
        let scores: Vec<(String, f64)> = serde_json::from_value(scores).expect("scores");
        for pair in scores.windows(2) {
            let ([a, b], [is_cut, is_cut_after]) =
                ([pair[0].1, pair[1].1], [&pair[0].0, &pair[1].0]);
            assert!(
                a >= b || (is_cut.is_empty() && !is_cut_after.is_empty()),
                "{scores:?}"
            );
        }

        // By pointer and by keyboard the tree says what each node is.
        page.point_at(&format!("{nodes}.dropped")).await;
        page.says("beam-readout", "dropped").await;
        page.point_at(&format!("{nodes}[aria-level=\"2\"].kept, {nodes}[aria-level=\"2\"].finished"))
            .await;
        let tree = page.find("beam-tree").await;
        tree.send_keys(LEFT).await.expect("the tree takes keys");
        page.says("beam-readout", "before the first token").await;
        tree.send_keys(&format!("{RIGHT}{DOWN}{UP}"))
            .await
            .expect("the tree takes keys");
        page.says("beam-readout", "ln p = −").await;
        page.says("beam-readout", "p = ").await;

        // A source without an answer is refused where it was asked.
        page.fill("respond-source", &"1".repeat(80)).await;
        page.click("respond").await;
        page.says("asking-failure", "room for").await;
        page.click("use-fill").await;
        page.says("use-refusal", "fills no blank in place").await;
    })
    .await;
}

#[tokio::test]
async fn a_decoder_says_why_it_fills_no_blanks_and_has_vectors() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready("#v1/tiny-cpu").await;
        page.click("tab-generate").await;
        page.find("prompt").await;
        page.says("abilities", "Write on").await;
        page.click("use-fill").await;
        page.says("use-refusal", "attention is causal").await;
        page.click("use-respond").await;
        page.says("use-refusal", "no encoder for a source").await;
        page.click("use-embed").await;
        let cells = count_of(&format!("{} td", part("embed-matrix")));
        page.until(&format!("{cells} === 16")).await;
        // In the other language as well.
        page.click("use-fill").await;
        page.click("language").await;
        page.says("use-refusal", "仅解码器模型不能填空").await;
        page.click("language").await;

        // Another family opens with its own use.
        page.open_ready("#v1/tiny-cpu?family=ngram&order=3").await;
        page.click("tab-generate").await;
        page.find("prompt").await;
        page.click("use-embed").await;
        page.says("use-refusal", "has no vectors").await;
        page.click("use-other-model").await;
        page.find("lab-model").await;
    })
    .await;
}

#[tokio::test]
async fn what_was_asked_of_a_model_that_is_gone_is_not_waited_for() {
    visit(Visit::ordinary().without_webgpu(), |page| async move {
        page.open_ready(ENCODER).await;
        page.click("tab-generate").await;
        page.find("blank").await;
        page.fill("fill-text", "The small cat").await;
        page.click("fill").await;
        let tokens = count_of(&format!("{} .token", part("mask-strip")));
        page.until(&format!("{tokens} === 13")).await;
        // Another model: what was written stays, and it answers anew.
        page.click("tab-model").await;
        page.fill("channels", "16").await;
        page.until("location.hash.includes('channels=16')").await;
        page.ready().await;
        page.click("tab-generate").await;
        let value = format!("document.querySelector('{}')?.value", part("fill-text"));
        page.until(&format!("{value} === 'The small cat'")).await;
        page.find("blank").await;
        page.find("fill").await;
    })
    .await;
}
