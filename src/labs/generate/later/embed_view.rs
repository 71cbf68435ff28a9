//! How alike the vectors of some texts are: their cosines as a table with coloured cells.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::embed::{Embed, MOST_TEXTS, Similarities};
use super::asking_view::{Asking, asking_row};
use super::desk::Desk;
use crate::ui::colour::{ink_on_viridis, viridis_css};
use crate::ui::number::integer;
use crate::ui::{ButtonKind, ColourScale, TextArea, element_id};
use crate::words::{fill, say, words};

/// Texts, and the matrix.
pub fn embed(desk: Desk) -> AnyView {
    let state = desk.embed;
    let lines = Memo::new(move |_| state.with(|it| it.lines.clone()));
    let asking = Asking::of(desk, state, |it| &it.asked);
    let can_ask = desk.can_ask();
    let too_few = Memo::new(move |_| state.with(|it| it.texts().len() < 2));
    let unable = Signal::derive(move || !can_ask.get() || too_few.get());
    let press = move |()| {
        if !unable.get_untracked() {
            desk.ask_embed();
        }
    };
    let note = move || {
        let left_out = state.with(Embed::left_out);
        match (too_few.get(), left_out) {
            (true, _) => words().uses.embed_one.to_owned(),
            (false, 0) => String::new(),
            (false, n) => fill(
                words().uses.embed_too_many,
                &[("most", &MOST_TEXTS.to_string()), ("n", &n.to_string())],
            ),
        }
    };
    let found = Memo::new(move |_| state.with(|it| it.asked.answer.clone()));
    view! {
        <TextArea
            label=say(|w| w.uses.embed_text)
            value=lines
            set=move |lines| state.update(|it| it.lines = lines)
            rows=5
            submit=press
            test="embed-text"
        />
        {asking_row(
            desk,
            asking,
            (|w| w.uses.embed, ButtonKind::Primary),
            unable,
            [Desk::ask_embed, Desk::stop_embed],
            view! { <span class="quiet" data-testid="embed-note">{note}</span> }.into_any(),
            "embed",
        )}
        {move || found.get().map(matrix)}
    }
    .into_any()
}

fn matrix(found: Similarities) -> AnyView {
    let id = element_id("cosine");
    let cell_id = {
        let id = id.clone();
        move |row: usize, column: usize| format!("{id}-{row}-{column}")
    };
    let (count, decimals) = (found.texts.len(), found.decimals());
    let cell = RwSignal::new((0, 1.min(count.saturating_sub(1))));
    let is_touched = RwSignal::new(false);
    let choose = move |row, column| {
        is_touched.set(true);
        cell.set((row, column));
    };
    let focus_id = cell_id.clone();
    let pressed = move |event: KeyboardEvent| {
        let (row, column): (usize, usize) = cell.get_untracked();
        let last = count - 1;
        let (row, column) = match event.key().as_str() {
            "ArrowUp" => (row.saturating_sub(1), column),
            "ArrowDown" => ((row + 1).min(last), column),
            "ArrowLeft" => (row, column.saturating_sub(1)),
            "ArrowRight" => (row, (column + 1).min(last)),
            "Home" => (row, 0),
            "End" => (row, last),
            _ => return,
        };
        event.prevent_default();
        choose(row, column);
        let element = document().get_element_by_id(&focus_id(row, column));
        if let Some(element) = element.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    };
    let header = (0..count)
        .map(|column| {
            let name = found.texts[column].clone();
            let on = move || cell.get().1 == column;
            view! { <th scope="col" title=name class:on=on>{column + 1}</th> }
        })
        .collect_view();
    let rows: Vec<_> = (0..count)
        .map(|row| {
            let cells: Vec<_> = (0..count)
                .filter_map(|column| {
                    let cosine = found.at(row, column)?;
                    let level = found.level(cosine);
                    let is_here = move || cell.get() == (row, column);
                    Some(view! {
                        <td
                            id=cell_id(row, column)
                            role="gridcell"
                            tabindex=move || if is_here() { "0" } else { "-1" }
                            class:selected=is_here
                            style:background=viridis_css(level)
                            style:color=ink_on_viridis(level)
                            title=said(&found, row, column)
                            on:pointerenter=move |_| choose(row, column)
                            on:focus=move |_| choose(row, column)
                        >
                            {number(cosine, decimals)}
                        </td>
                    })
                })
                .collect();
            let on = move || cell.get().0 == row;
            view! {
                <tr role="row">
                    <th scope="row" class:on=on>
                        <span class="text-number">{row + 1}</span>
                        <span class="text-name" title=found.texts[row].clone()>{found.texts[row].clone()}</span>
                    </th>
                    {cells}
                </tr>
            }
        })
        .collect();
    let floor = number(found.floor(), decimals);
    let facts = integer(found.channels as u64);
    let readout = move || {
        let (row, column) = cell.get();
        match is_touched.get() {
            true => said(&found, row, column),
            false => words().uses.embed_hint.to_owned(),
        }
    };
    view! {
        <figure class="cosines">
            <div class="table-frame">
                <table
                    role="grid"
                    aria-label=move || words().uses.embed_matrix
                    data-testid="embed-matrix"
                    on:keydown=pressed
                >
                    <thead>
                        <tr role="row">
                            <th></th>
                            {header}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="readout" data-testid="embed-readout">{readout}</p>
            <ColourScale low=Signal::stored(floor) high=Signal::stored("1".to_owned()) />
            <figcaption class="note">
                {move || fill(words().uses.embed_facts, &[("n", &facts)])}
            </figcaption>
        </figure>
    }
    .into_any()
}

/// A cell in words.
fn said(found: &Similarities, row: usize, column: usize) -> String {
    let text = |index: usize| found.texts.get(index).map_or("", String::as_str);
    let Some(cosine) = found.at(row, column) else {
        return String::new();
    };
    let angle = f64::from(cosine).acos().to_degrees();
    fill(
        words().uses.embed_cell,
        &[
            ("a", text(row)),
            ("b", text(column)),
            ("cosine", &format!("{cosine:.4}").replace('-', "−")),
            ("angle", &format!("{angle:.1}")),
        ],
    )
}

fn number(cosine: f32, decimals: usize) -> String {
    format!("{cosine:.decimals$}").replace('-', "−")
}
