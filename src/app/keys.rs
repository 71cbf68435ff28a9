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
    // What the mouse pressed last keeps the focus but is done with: there Space plays, and does not press it again.
    let pressed = StoredValue::new_local(None::<web_sys::Element>);
    let pointer = window_event_listener(ev::pointerdown, move |event| {
        let element = event
            .target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        pressed.set_value(element.and_then(|it| it.closest(PRESSABLE).ok().flatten()));
    });
    on_cleanup(move || pointer.remove());
    let handle = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
            return;
        }
        let key = event.key();
        // A key that is held down is one press.
        if event.repeat() {
            if key == " " && !is_typing(&event) && !is_pressable(&event) {
                event.prevent_default();
            }
            return;
        }
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
        if key != " " {
            pressed.set_value(None);
        }
        if is_typing(&event) || panels.help.get_untracked() || panels.device.get_untracked() {
            return;
        }
        match key.as_str() {
            " " if !is_pressable(&event) || target(&event) == pressed.get_value() => {
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

/// Space presses these; it must not also start the run.
const PRESSABLE: &str = "button, summary, a, input, [role=option]";

fn is_pressable(event: &KeyboardEvent) -> bool {
    target(event).is_some_and(|element| element.matches(PRESSABLE).unwrap_or(false))
}
