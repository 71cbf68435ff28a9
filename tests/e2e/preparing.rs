//! What is looked at before a run: the schedule by mouse and by keyboard, an example of the objective, the scale of the activations.

use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::key::Key;
use serde_json::Value;

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part, text_of};

/// Brings an element to where the pointer can reach it.
async fn to_sight(page: &Page, css: &str) {
    page.element(css).await;
    page.evaluate(&format!(
        "document.querySelector('{css}').scrollIntoView({{ block: 'center' }})"
    ))
    .await;
}

/// Presses the mouse on a part and pulls it so many pixels.
async fn drag(page: &Page, test: &str, by: (f64, f64)) {
    to_sight(page, &part(test)).await;
    let element = page.find(test).await;
    let place = |(x, y): (f64, f64)| PointerAction::MoveToElement {
        element: element.clone(),
        duration: Some(Duration::from_millis(60)),
        x,
        y,
    };
    let mouse = MouseActions::new("mouse".to_owned())
        .then(place((0.0, 0.0)))
        .then(PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        })
        .then(place(by))
        .then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
    page.client
        .perform_actions(mouse)
        .await
        .expect("the pointer drags");
}

/// The number in a setting's field.
async fn number(page: &Page, test: &str) -> f64 {
    page.find(test).await;
    let value = page
        .evaluate(&format!("document.querySelector('{}').value", part(test)))
        .await;
    let text = value.as_str().unwrap_or_default().replace(',', "");
    text.parse()
        .unwrap_or_else(|_| panic!("{test} holds {text:?}"))
}

/// What a handle says of itself.
async fn handle(page: &Page, test: &str) -> f64 {
    let value = page
        .evaluate(&format!(
            "Number(document.querySelector('{}').ariaValueNow)",
            part(test)
        ))
        .await;
    value.as_f64().expect("a slider has a value")
}

async fn markup(page: &Page, test: &str) -> Value {
    page.find(test).await;
    page.evaluate(&format!(
        "document.querySelector('{}').innerHTML",
        part(test)
    ))
    .await
}

/// Chooses in a list, which may stand in a folded group.
async fn choose(page: &Page, test: &str, word: &str) {
    page.element(&part(test)).await;
    page.evaluate(&format!(
        "(() => {{ const list = document.querySelector('{}'); list.value = '{word}'; list.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()",
        part(test)
    ))
    .await;
}

#[tokio::test]
async fn the_schedule_is_drawn_and_dragged() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("draw-schedule").await;
        let before = number(&page, "warmup").await;
        page.find("handle-warmup").await;
        assert_eq!(handle(&page, "handle-warmup").await, before);
        let curve = markup(&page, "schedule-curve").await;

        drag(&page, "handle-warmup", (50.0, 0.0)).await;
        let dragged = number(&page, "warmup").await;
        assert!(dragged > before, "{before} → {dragged}");
        assert_eq!(handle(&page, "handle-warmup").await, dragged);
        let bent = markup(&page, "schedule-curve").await;
        assert_ne!(bent, curve);
        page.until(&format!("location.hash.includes('warmup={dragged}')"))
            .await;

        let knob = page.find("handle-warmup").await;
        let press = async |key: Key| {
            let key = char::from(key).to_string();
            knob.send_keys(&key).await.expect("the handle takes keys");
        };
        press(Key::Right).await;
        let further = number(&page, "warmup").await;
        assert!(further > dragged, "{dragged} → {further}");
        assert_ne!(markup(&page, "schedule-curve").await, bent);
        press(Key::Home).await;
        assert_eq!(number(&page, "warmup").await, 0.0);

        // The peak is dragged upward; what was dragged is what is typed.
        let rate = number(&page, "lr").await;
        drag(&page, "handle-peak", (0.0, -20.0)).await;
        assert!(number(&page, "lr").await > rate);
        page.fill("steps", "300").await;
        page.until(&format!(
            "document.querySelector('{}').ariaValueNow === '300'",
            part("handle-total")
        ))
        .await;

        // Once a run goes, what needs another run waits for it, and the present step is marked.
        tokio::time::sleep(Duration::from_secs(2)).await;
        page.ready().await;
        page.click("step").await;
        page.reaches_step(1).await;
        page.until(&format!(
            "document.querySelector('{} .now')?.textContent.includes('1')",
            part("schedule-drawing")
        ))
        .await;
        drag(&page, "handle-total", (-40.0, 0.0)).await;
        page.find("pending").await;
        page.find("schedule-run").await;
        page.element(&format!("{}.pending", part("handle-total")))
            .await;
        page.click("discard").await;
        page.until(&format!("!document.querySelector('{}')", part("pending")))
            .await;
        assert_eq!(number(&page, "steps").await, 300.0);
    })
    .await;
}

/// JavaScript of what stands in a row of the example's columns.
fn row(class: &str) -> String {
    format!(
        "[...document.querySelectorAll('{} .{class}')].map(it => it.textContent).join('|')",
        part("example-source")
    )
}

#[tokio::test]
async fn a_masked_example_is_shown_and_masked_anew() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!("{TINY}?family=encoder&objective=masked"))
            .await;
        page.click("tab-model").await;
        page.says("example-place", "Step 1, example 1").await;
        page.says("example-legend", "masked").await;
        page.until(&format!("{}.includes('[MASK]')", row("ex-masked .ex-reads")))
            .await;
        let text = page.evaluate(&row("ex-text")).await;
        let reads = page.evaluate(&row("ex-reads")).await;
        assert_ne!(text, reads);
        page.says("example-drawn", "dynamic").await;

        // The same text at another step: other masks.
        page.click("example-another").await;
        page.says("example-place", "with the draws of step 2").await;
        assert_eq!(page.evaluate(&row("ex-text")).await, text);
        assert_ne!(page.evaluate(&row("ex-reads")).await, reads);
        page.click("example-own").await;
        page.until(&format!("!{}.includes('draws')", text_of("example-place")))
            .await;
        assert_eq!(page.evaluate(&row("ex-reads")).await, reads);

        // By keyboard: a token lights what belongs to it and is said in words.
        let strip = page.find("example-source").await;
        let right = char::from(Key::Right).to_string();
        strip
            .send_keys(&right.repeat(3))
            .await
            .expect("the strip takes keys");
        page.until(&format!(
            "document.querySelectorAll('{} .lit').length > 0",
            part("example")
        ))
        .await;
        page.says("example-values", "“").await;
        // By pointer.
        let masked = format!("{} .ex-masked", part("example-source"));
        to_sight(&page, &masked).await;
        page.point_at(&masked).await;
        page.says("example-values", "is read as “[MASK]”").await;

        page.click("example-next").await;
        page.says("example-place", "example 2").await;
        assert_ne!(page.evaluate(&row("ex-text")).await, text);

        // Static masks stay.
        choose(&page, "masking", "static").await;
        page.says("example-drawn", "static").await;
        page.says("example-place", "example 2").await;
        let reads = page.evaluate(&row("ex-reads")).await;
        page.click("example-another").await;
        page.says("example-place", "with the draws of step 2").await;
        assert_eq!(page.evaluate(&row("ex-reads")).await, reads);

        // On a phone nothing is wider than the screen.
        page.resize(390, 844).await;
        page.until("document.documentElement.scrollWidth <= 390")
            .await;
        page.until(&format!(
            "document.querySelector('{0}').scrollWidth <= document.querySelector('{0}').clientWidth",
            part("example-source")
        ))
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_damaged_text_and_its_answer_are_shown() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(&format!(
            "{TINY}?family=encoder-decoder&objective=denoising&rotate=1"
        ))
        .await;
        page.click("tab-model").await;
        page.click("to-example").await;
        page.find("example-writes").await;
        page.says("example-legend", "masked").await;
        page.find("example-runs").await;
        // What is written is linked with what it was in the source.
        let fourth = format!(
            "{} .ex-column:nth-child(4) .ex-target",
            part("example-writes")
        );
        to_sight(&page, &fourth).await;
        page.point_at(&fourth).await;
        page.until(&format!(
            "document.querySelectorAll('{} .lit').length > 0 && document.querySelectorAll('{} .lit').length > 0",
            part("example-source"),
            part("example-writes")
        ))
        .await;
    })
    .await;
}

/// JavaScript of the scales as they are drawn.
fn scales() -> String {
    format!(
        "[...document.querySelectorAll('{}')].map(it => it.dataset.value).join(' ')",
        part("scale")
    )
}

#[tokio::test]
async fn scales_of_the_initial_weights_are_shown_beside_those_before() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        page.click("step").await;
        page.reaches_step(1).await;
        page.click("tab-model").await;
        page.says("scales-note", "The run is at step 1").await;
        page.click("scales-rewind").await;
        page.find("scale").await;
        let usual = page.evaluate(&scales()).await;
        assert_eq!(usual.as_str().map(|it| it.contains("NaN")), Some(false));
        let pale = format!(
            "document.querySelectorAll('{} .scale-before').length",
            part("scale")
        );
        assert_eq!(page.evaluate(&pale).await, 0);

        choose(&page, "init", "kaiming").await;
        page.until(&format!("{} !== {usual}", scales())).await;
        page.until(&format!("{pale} > 1")).await;
        page.says("scales", "Kaiming").await;
        page.evaluate(&format!(
            "document.querySelector('{}').focus()",
            part("scale")
        ))
        .await;
        page.says("scales-values", "before").await;

        choose(&page, "family", "ngram").await;
        page.says("scales-note", "counted").await;
    })
    .await;
}
