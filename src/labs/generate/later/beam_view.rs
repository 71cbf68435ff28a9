//! A beam search: its tree, the node under the cursor, and the answers that were found.

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::beam::{Fate, Step, fate, neighbour, path, text};
use super::super::beam_svg::draw;
use crate::session::questions::Beam;
use crate::ui::element_id;
use crate::ui::number::{percent, significant};
use crate::ui::token_text::visible;
use crate::words::{fill, words};

/// Tree and answers.
pub fn beam(beam: Arc<Beam>) -> AnyView {
    let best = beam.answers.first().copied().unwrap_or(0);
    let chosen = RwSignal::new(best);
    view! {
        <section class="beam" data-testid="beam">
            {tree(beam.clone(), chosen)}
            {answers(beam, chosen)}
        </section>
    }
    .into_any()
}

fn tree(beam: Arc<Beam>, chosen: RwSignal<u32>) -> AnyView {
    let id = element_id("beam");
    let node_id = {
        let id = id.clone();
        move |node: u32| format!("{id}-{node}")
    };
    let svg = {
        let (beam, id) = (beam.clone(), id.clone());
        move || draw(&beam, chosen.get(), &id, |node| said(&beam, node))
    };
    let pressed = {
        let (beam, node_id) = (beam.clone(), node_id.clone());
        move |event: KeyboardEvent| {
            let step = match event.key().as_str() {
                "ArrowLeft" => Step::Parent,
                "ArrowRight" => Step::Child,
                "ArrowUp" => Step::Above,
                "ArrowDown" => Step::Below,
                _ => return,
            };
            event.prevent_default();
            let next = neighbour(&beam, chosen.get_untracked(), step);
            chosen.set(next);
            // Drawn anew by then.
            let id = node_id(next);
            request_animation_frame(move || {
                if let Some(node) = document().get_element_by_id(&id) {
                    node.scroll_into_view_with_scroll_into_view_options(&nearest());
                }
            });
        }
    };
    // A pointer that rests is told of what is drawn anew under it; the arrow keys must win then.
    let rested = StoredValue::new((i32::MIN, i32::MIN));
    let pointed = move |event: PointerEvent| {
        let place = (event.client_x(), event.client_y());
        let before = rested.get_value();
        rested.set_value(place);
        if let Some(node) = node_of(&event)
            && (place != before || event.type_() == "pointerdown")
            && chosen.get_untracked() != node
        {
            chosen.set(node);
        }
    };
    let readout = move || said(&beam, chosen.get());
    view! {
        <div
            id=id
            class="beam-box"
            role="tree"
            tabindex="0"
            data-testid="beam-tree"
            aria-label=move || words().uses.tree
            aria-activedescendant=move || node_id(chosen.get())
            on:keydown=pressed
            on:pointermove=pointed
            on:pointerdown=pointed
            inner_html=svg
        ></div>
        <p class="readout" data-testid="beam-readout">{readout}</p>
        <p class="beam-key" aria-hidden="true">
            <span class="best">{move || words().uses.key_best}</span>
            <span class="kept">{move || words().uses.fate_kept}</span>
            <span class="finished">{move || words().uses.fate_finished}</span>
            <span class="dropped">{move || words().uses.fate_dropped}</span>
        </p>
    }
    .into_any()
}

/// The answers with their scores; pressing one shows its way.
fn answers(beam: Arc<Beam>, chosen: RwSignal<u32>) -> AnyView {
    if beam.answers.is_empty() {
        return view! { <p class="quiet" data-testid="beam-answers">{move || words().uses.no_answers}</p> }
            .into_any();
    }
    let rows: Vec<_> = beam
        .answers
        .iter()
        .filter_map(|&end| {
            let node = beam.nodes.get(end as usize)?.clone();
            let written = text(&beam, end);
            let path = path(&beam, end);
            let figures = move || {
                let w = words();
                let total = significant(f64::from(node.total), 4);
                let score = significant(f64::from(node.score), 4);
                let cut = if node.is_end { "" } else { w.uses.cut_off };
                let score = fill(w.uses.score_of, &[("score", &score)]);
                let total = fill(w.uses.nats_of, &[("total", &total)]);
                view! {
                    <span class="answer-cut">{cut}</span>
                    <span class="figure">{total}</span>
                    <span class="figure">{score}</span>
                }
            };
            Some(view! {
                <li>
                    <button
                        type="button"
                        class="beam-answer"
                        data-testid="beam-answer"
                        aria-pressed=move || path.contains(&chosen.get()).to_string()
                        on:click=move |_| chosen.set(end)
                    >
                        <span class="answer-text">{visible(&written)}</span>
                        {figures}
                    </button>
                </li>
            })
        })
        .collect();
    view! {
        <h3>{move || words().uses.answers}</h3>
        <ol class="beam-answers" data-testid="beam-answers">{rows}</ol>
    }
    .into_any()
}

/// A node in words.
fn said(beam: &Beam, node: u32) -> String {
    let w = words();
    let Some(data) = beam.nodes.get(node as usize) else {
        return String::new();
    };
    if data.parent.is_none() {
        return w.uses.tree_root.into();
    }
    let became = match fate(beam, node) {
        Some(Fate::Finished) => w.uses.fate_finished,
        Some(Fate::Kept) => w.uses.fate_kept,
        _ => w.uses.fate_dropped,
    };
    let end = if data.is_end { data.text.as_str() } else { "" };
    let written = visible(&(text(beam, node) + end));
    fill(
        w.uses.tree_node,
        &[
            ("text", &written),
            ("p", &percent(f64::from(data.log_probability).exp())),
            ("total", &significant(f64::from(data.total), 4)),
            ("score", &significant(f64::from(data.score), 4)),
            ("fate", became),
        ],
    )
}

/// The node under the pointer.
fn node_of(event: &PointerEvent) -> Option<u32> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    let group = element.closest("[data-node]").ok()??;
    group.get_attribute("data-node")?.parse().ok()
}

fn nearest() -> web_sys::ScrollIntoViewOptions {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
    options
}
