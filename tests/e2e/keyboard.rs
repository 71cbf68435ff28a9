//! The page without a mouse, and the page on a phone.

use fantoccini::key::Key;

use crate::harness::{Page, Visit, visit};
use crate::page::{TINY, part, text_of};

/// Keys for whatever has the focus.
async fn press(page: &Page, keys: &str) {
    let focused = page
        .client
        .active_element()
        .await
        .expect("something has the focus");
    focused.send_keys(keys).await.expect("keys can be pressed");
}

fn key(key: Key) -> String {
    char::from(key).to_string()
}

#[tokio::test]
async fn everything_goes_by_keyboard() {
    visit(Visit::ordinary(), |page| async move {
        page.open_ready(TINY).await;
        press(&page, "s").await;
        page.says("step-count", "1").await;
        // A key that is held down is one press.
        for _ in 0..3 {
            page.evaluate(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 's', repeat: true, bubbles: true }))",
            )
            .await;
        }
        press(&page, "s").await;
        page.until(&format!("{} === '2'", text_of("step-count"))).await;
        press(&page, " ").await;
        page.reaches_step(20).await;
        press(&page, " ").await;
        page.until(&format!(
            "document.querySelector('{}').dataset.running === 'false'",
            part("play")
        ))
        .await;
        for (digit, lab) in [
            ("1", "data"),
            ("2", "tokens"),
            ("3", "entropy"),
            ("4", "model"),
            ("6", "attention"),
            ("7", "generate"),
            ("5", "train"),
        ] {
            press(&page, digit).await;
            page.find(&format!("lab-{lab}")).await;
        }

        press(&page, "?").await;
        let is_open = format!("document.querySelector('{}').open", part("keys-dialog"));
        page.until(&is_open).await;
        press(&page, &key(Key::Escape)).await;
        page.until(&format!("!{is_open}")).await;

        // Tab leads through every control, and one always sees where it is.
        page.evaluate("document.activeElement.blur()").await;
        let mut seen = Vec::new();
        for _ in 0..150 {
            press(&page, &key(Key::Tab)).await;
            let focused = page
                .evaluate(
                    "(() => { const it = document.activeElement; let shown = it; for (let up = it; up && up !== document.body; up = up.parentElement) { if (getComputedStyle(up).outlineStyle !== 'none') shown = up; } const box = it.getBoundingClientRect(); return [it.closest('[data-testid]')?.dataset.testid ?? it.tagName, getComputedStyle(shown).outlineStyle !== 'none' || getComputedStyle(it.nextElementSibling ?? it).outlineStyle !== 'none', box.width > 0]; })()",
                )
                .await;
            let name = focused[0].as_str().unwrap_or_default().to_owned();
            if name == "BODY" {
                break;
            }
            assert_eq!(focused[1], true, "no focus is seen on {name}");
            seen.push(name);
        }
        for wanted in [
            "name", "preset", "play", "step", "rewind", "share", "tab-data", "tab-generate",
            "loss-chart", "log-toggle", "rate-chart", "lr", "batch", "suggestion",
        ] {
            let found = seen.iter().any(|name| name == wanted);
            assert!(found, "{wanted} is not reached by Tab: {seen:?}");
        }

        // Typing is not playing.
        press(&page, "7").await;
        page.click("prompt").await;
        let before = page.step_count().await;
        press(&page, " s 1?").await;
        page.find("lab-generate").await;
        assert_eq!(page.step_count().await, before);

        // From the prompt itself.
        press(&page, &(key(Key::Control) + &key(Key::Enter))).await;
        page.until(&format!(
            "document.querySelectorAll('{} .token').length > 10",
            part("generated-tokens")
        ))
        .await;

        // A slider moves by whole steps of its value, not by its own places.
        page.evaluate("document.activeElement.blur()").await;
        press(&page, "4").await;
        page.find("layers").await;
        page.evaluate("document.querySelector('[data-testid=layers] ~ .slider').focus()")
            .await;
        press(&page, &key(Key::Right)).await;
        page.until("document.querySelector('[data-testid=layers]').value === '2'")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_phone_reaches_everything() {
    visit(Visit::ordinary(), |page| async move {
        page.resize(390, 844).await;
        page.open(TINY).await;
        page.ready().await;
        for test in ["play", "step", "rewind", "reseed", "device-badge", "share", "language", "theme", "open-sheet", "tab-data", "tab-model", "tab-train", "tab-attention", "tab-generate"] {
            let inside = page
                .evaluate(&format!(
                    "(() => {{ const box = document.querySelector('{}').getBoundingClientRect(); return box.left >= 0 && box.right <= 390 && box.top >= 0 && box.bottom <= 844 && box.width >= 32 && box.height >= 32; }})()",
                    part(test)
                ))
                .await;
            assert_eq!(inside, true, "{test} cannot be reached with a thumb");
        }
        for lab in ["data", "model", "train", "attention", "generate"] {
            page.click(&format!("tab-{lab}")).await;
            page.find(&format!("lab-{lab}")).await;
            let wide = page
                .evaluate("[document.documentElement.scrollWidth, document.querySelector('main').scrollWidth].some(it => it > 390)")
                .await;
            assert_eq!(wide, false, "{lab} is wider than the screen");
            page.click("open-sheet").await;
            page.until(&format!(
                "(() => {{ const box = document.querySelector('{}').getBoundingClientRect(); return box.bottom <= 845 && box.top > 0; }})()",
                part("panel")
            ))
            .await;
            page.click("close-sheet").await;
            page.until(&format!("getComputedStyle(document.querySelector('{}')).visibility === 'hidden'", part("panel"))).await;
        }
        page.click("tab-train").await;
        page.first_losses(1).await;
    })
    .await;
}
