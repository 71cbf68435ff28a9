//! Keys that work everywhere on the page, except while text is being typed.

use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::shell::Panels;
use crate::labs::Lab;
use crate::labs::workbench::Workbench;
use crate::session::protocol::Command;

/// Play or pause, whichever the run is not doing.
pub fn play_or_pause(bench: Workbench) {
    let (can, running) = bench
        .run
        .with_untracked(|run| (run.can_train(), run.is_running()));
    if running {
        bench.send(Command::Pause);
    } else if can {
        bench.send(Command::Play);
    }
}

/// One step.
pub fn step(bench: Workbench) {
    if bench
        .run
        .with_untracked(|run| run.can_train() && !run.is_running())
    {
        bench.send(Command::Step);
    }
}

/// Listens as long as the page lives.
pub fn listen(bench: Workbench, panels: Panels) {
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
            return;
        }
        let key = event.key();
        if key == "Escape" {
            if panels.sheet.get_untracked() {
                panels.sheet.set(false);
            } else {
                bench.notices.update(|notices| {
                    notices.dismiss_newest();
                });
            }
            return;
        }
        if is_typing(&event) || panels.help.get_untracked() || panels.device.get_untracked() {
            return;
        }
        match key.as_str() {
            " " if !is_pressable(&event) => {
                // Some browsers would still press the focused button when the key goes up.
                if let Some(focused) = target(&event).and_then(|it| it.dyn_into().ok()) {
                    let _ = web_sys::HtmlElement::blur(&focused);
                }
                play_or_pause(bench);
            }
            "s" | "S" => step(bench),
            "?" => panels.help.set(true),
            digit => {
                let lab = digit
                    .parse::<usize>()
                    .ok()
                    .and_then(|n| Lab::RAIL.get(n.wrapping_sub(1)));
                let Some(lab) = lab else { return };
                bench.lab.set(*lab);
            }
        }
        event.prevent_default();
    });
    on_cleanup(move || handle.remove());
}

fn target(event: &KeyboardEvent) -> Option<web_sys::Element> {
    event.target()?.dyn_into::<web_sys::Element>().ok()
}

fn is_typing(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|element| {
        let text =
            "textarea, select, input:not([type=range]):not([type=radio]):not([type=checkbox])";
        element.matches(text).unwrap_or(false)
    })
}

/// Space presses what the keyboard has led to; it must not also start the run. What the mouse has pressed keeps the focus but
/// is done with, so there Space plays.
fn is_pressable(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|element| {
        let led_to = "button:focus-visible, summary:focus-visible, a:focus-visible, input:focus-visible, [role=option]";
        element.matches(led_to).unwrap_or(false)
    })
}
