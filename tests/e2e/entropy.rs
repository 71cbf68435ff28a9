//! The entropy laboratory, by mouse and by keyboard.

use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part};

/// Presses the mouse on a bar and pulls it to its upper or lower end.
async fn drag(page: &Page, css: &str, to_top: bool) {
    let element = page.element(css).await;
    let place = |y: f64| PointerAction::MoveToElement {
        element: element.clone(),
        duration: Some(Duration::from_millis(40)),
        x: 0.0,
        y,
    };
    let mouse = MouseActions::new("mouse".to_owned())
        .then(place(0.0))
        .then(PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        })
        .then(place(if to_top { -69.0 } else { 69.0 }))
        .then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
    page.client
        .perform_actions(mouse)
        .await
        .expect("the pointer drags");
}

fn bar(test: &str, number: usize) -> String {
    format!(
        "{} .outcome:nth-of-type({number}) {}",
        part(test),
        part("share")
    )
}

#[tokio::test]
async fn coin_and_die_fill_in_their_formulas() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-entropy").await;
        page.says("coin-formula", "1.000").await;
        page.says("die-formula", "2.585").await;
        page.click("coin-08").await;
        page.says("coin-formula", "0.722").await;

        // By mouse: heads to the top is certain.
        drag(&page, &bar("coin", 1), true).await;
        page.until(&format!(
            "Number(document.querySelector('{}').ariaValueNow) > 95",
            bar("coin", 1)
        ))
        .await;
        // By keyboard: End, then a tenth down.
        let heads = page.element(&bar("coin", 1)).await;
        heads
            .send_keys("\u{e010}")
            .await
            .expect("the bar takes keys");
        page.says("coin-formula", "0.000").await;
        heads
            .send_keys("\u{e00f}\u{e00f}")
            .await
            .expect("the bar takes keys");
        page.says("coin-formula", "0.722").await;
        page.click("die-certain").await;
        page.says("die-formula", "0.000").await;
    })
    .await;
}

#[tokio::test]
async fn a_model_that_rules_out_what_happens_has_no_finite_loss() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-entropy").await;
        page.click("page-pair").await;
        page.says("pair-formula", "2.000").await;
        page.click("pair-blind").await;
        page.says("pair-formula", "∞").await;
        page.click("pair-same").await;
        page.until(&format!(
            "!document.querySelector('{}').innerText.includes('∞')",
            part("pair-formula")
        ))
        .await;
    })
    .await;
}

#[tokio::test]
async fn the_corpus_is_counted_and_the_languages_compared() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-entropy").await;
        page.click("page-blocks").await;
        page.says("blocks-level", "n = 3").await;
        page.says("blocks-trust", "the sample bears the figure")
            .await;
        page.fill("shown-block", "0").await;
        page.says("blocks-formula", "log").await;
        page.fill("shown-block", "99").await;
        page.says("blocks-level", "n = 8").await;
        page.click("page-languages").await;
        page.says("languages", "bits per UTF-8 byte").await;
        page.says("languages", "987 ± 118").await;
    })
    .await;
}

#[tokio::test]
async fn letters_are_guessed_and_bound_the_entropy() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-entropy").await;
        page.click("page-game").await;
        let guess = page.find("guess").await;
        // The whole alphabet and the blank: one of them is right, each is counted once.
        guess
            .send_keys("etaoinshrdlucmfwypvbgkjqxz ")
            .await
            .expect("letters can be typed");
        page.says("game-bounds", "bits per letter").await;
        page.says("game-formula", "≤").await;
        // No letter, no guess.
        guess.send_keys("7").await.expect("digits can be typed");
        page.says("game-status", "Only the letters").await;
        page.click("game-reveal").await;
        page.says("game-status", "counts as the last guess").await;
        assert_eq!(page.step_count().await, 0, "typing S is no step");
    })
    .await;
}

#[tokio::test]
async fn a_corpus_without_latin_letters_says_why_there_is_no_game() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("tab-data").await;
        page.click("corpus-own").await;
        page.fill("own-text-input", &"白鲸在海里游，我们在岸上看。".repeat(60))
            .await;
        page.click("use-own-text").await;
        page.says("corpus-facts", "Pasted").await;
        page.click("tab-entropy").await;
        page.click("page-game").await;
        page.says("study-failed", "too few Latin letters").await;
        page.click("page-blocks").await;
        page.says("blocks-trust", "different").await;
    })
    .await;
}
