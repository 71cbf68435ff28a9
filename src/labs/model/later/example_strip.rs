//! The strips of an example. Columns wrap as a text does; pointing at a token, or moving along the strip with the arrow keys, lights the
//! tokens that belong to it and says what became of them.

use std::sync::Arc;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::example::{Column, Picture, Piece};
use super::example::kind_of;
use crate::data::objective::CellKind;
use crate::ui::element_id;
use crate::ui::token_text::visible;
use crate::words::fill;
use crate::words::preparing::{preparing, say};

/// Columns that are drawn at first: more take a while.
const FEW: usize = 400;

/// Which mark is lit.
#[derive(Clone)]
struct Lit {
    mark: RwSignal<Option<usize>>,
    is_lit: Selector<Option<usize>>,
}

impl Lit {
    fn is(&self, mark: usize) -> impl Fn() -> bool + Send + Sync + use<> {
        let is_lit = self.is_lit.clone();
        move || is_lit.selected(&Some(mark))
    }

    /// Lights what the pointer is over.
    fn point(&self, event: &PointerEvent) {
        let element = event
            .target()
            .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let marked = element.and_then(|it| it.closest("[data-mark]").ok().flatten());
        let mark = marked.and_then(|it| it.get_attribute("data-mark")?.parse().ok());
        if mark.is_some() && self.mark.get_untracked() != mark {
            self.mark.set(mark);
        }
    }
}

/// What stands above the rows of the columns.
#[derive(Clone, Copy)]
struct Rows {
    /// Numbers of parts, or letters of segments.
    heads: bool,
    text: bool,
    targets: bool,
}

/// The text where parts of it moved, the columns, what a decoder writes, and what is lit in words.
pub fn strips(picture: &Arc<Picture>) -> AnyView {
    let mark = RwSignal::new(None);
    let lit = Lit {
        mark,
        is_lit: Selector::new(move || mark.get()),
    };
    let rows = Rows {
        heads: !picture.runs.is_empty() || picture.is_next.is_some(),
        text: picture.is_changed(),
        targets: picture.predicts_in_place(),
    };
    let said = {
        let picture = picture.clone();
        move || match mark.get() {
            Some(mark) => said(&picture, mark),
            None => preparing().point.to_owned(),
        }
    };
    let pointed = lit.clone();
    view! {
        <div class="ex-strips" on:pointerover=move |event| pointed.point(&event)>
            {runs(picture, &lit)}
            <p class="note">{rows_text(picture, rows)}</p>
            {columns(picture, rows, &lit)}
            {writes(picture, &lit)}
            <p class="readout" role="status" data-testid="example-values">{said}</p>
        </div>
    }
    .into_any()
}

/// The names of the rows, from above.
fn rows_text(picture: &Picture, rows: Rows) -> String {
    let w = preparing();
    let reads = match picture.predicts_in_place() {
        true => w.row_reads,
        false => w.row_source,
    };
    let mut names = vec![];
    if rows.text {
        names.push(w.row_text);
    }
    names.push(reads);
    if rows.targets {
        names.push(w.row_target);
    }
    fill(w.rows_of, &[("rows", &names.join(w.rows_between))])
}

/// The text in its own order, in numbered parts.
fn runs(picture: &Picture, lit: &Lit) -> Option<AnyView> {
    if picture.runs.is_empty() {
        return None;
    }
    let runs = picture
        .runs
        .iter()
        .enumerate()
        .map(|(number, run)| {
            let tokens = run.iter().map(|it| piece(it, "", lit)).collect_view();
            view! { <span class="ex-run"><b class="ex-head">{number + 1}</b>{tokens}</span> }
        })
        .collect_view();
    Some(
        view! {
            <p class="note">{preparing().runs}</p>
            <div class="ex-strip" data-testid="example-runs">{runs}</div>
        }
        .into_any(),
    )
}

fn piece(piece: &Piece, class: &'static str, lit: &Lit) -> AnyView {
    let mark = piece.mark;
    view! { <span class=class class:lit=lit.is(mark) data-mark=mark>{visible(&piece.text)}</span> }
        .into_any()
}

/// A strip that arrow keys move along: `marks` in its order.
fn strip(
    lit: &Lit,
    label: Signal<String>,
    marks: Vec<usize>,
    test: &'static str,
    options: impl FnOnce(&str) -> AnyView,
) -> AnyView {
    let id = element_id("strip");
    let options = options(&id);
    let mark = lit.mark;
    let marks = StoredValue::new(marks);
    let at = move |lit: Option<usize>| {
        marks.with_value(|all| all.iter().position(|it| Some(*it) == lit))
    };
    // Several options may have one mark, so the place is kept.
    let place = RwSignal::new(None::<usize>);
    let pressed = move |event: KeyboardEvent| {
        let Some(last) = marks.with_value(|all| all.len().checked_sub(1)) else {
            return;
        };
        let of_place = |place: usize| marks.with_value(|all| all.get(place).copied());
        let lit = mark.get_untracked();
        let now = place
            .get_untracked()
            .filter(|place| of_place(*place) == lit)
            .or_else(|| at(lit));
        let step = |by: isize| now.map_or(0, |now| now.saturating_add_signed(by).min(last));
        let next = match event.key().as_str() {
            "ArrowLeft" => step(-1),
            "ArrowRight" => step(1),
            "ArrowUp" => step(-10),
            "ArrowDown" => step(10),
            "Home" => 0,
            "End" => last,
            "Escape" => {
                mark.set(None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        place.set(Some(next));
        mark.set(of_place(next));
    };
    let active = {
        let id = id.clone();
        move || {
            let lit = mark.get();
            let place = place.get().or_else(|| at(lit)).filter(|_| lit.is_some());
            place.map(|place| format!("{id}-{place}"))
        }
    };
    view! {
        <div
            class="ex-strip"
            role="listbox"
            tabindex="0"
            data-testid=test
            aria-label=move || label.get()
            aria-activedescendant=active
            on:keydown=pressed
        >
            {options}
        </div>
    }
    .into_any()
}

fn columns(picture: &Arc<Picture>, rows: Rows, lit: &Lit) -> AnyView {
    let all = picture.columns.len();
    let is_whole = RwSignal::new(all <= FEW);
    let (picture, lit) = (picture.clone(), lit.clone());
    let drawn = move || {
        let count = if is_whole.get() { all } else { FEW };
        let options = |id: &str| {
            let mut segment = None;
            let columns = picture.columns[..count].iter().enumerate();
            columns
                .map(|(mark, column)| {
                    let begins = (column.segment != segment)
                        .then_some(column.segment)
                        .flatten();
                    segment = column.segment;
                    column_view(format!("{id}-{mark}"), mark, column, begins, rows, &lit)
                })
                .collect_view()
                .into_any()
        };
        strip(
            &lit,
            say(|w| w.columns),
            (0..count).collect(),
            "example-source",
            options,
        )
    };
    let rest = move || {
        (!is_whole.get()).then(|| {
            let numbers = [("n", FEW.to_string()), ("all", all.to_string())];
            let numbers: Vec<(&str, &str)> = numbers.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let text = fill(preparing().shows_only, &numbers);
            view! {
                <p class="note">
                    {text}
                    <button type="button" class="button chip" data-testid="example-all" on:click=move |_| is_whole.set(true)>
                        {preparing().show_all}
                    </button>
                </p>
            }
        })
    };
    view! { {drawn} {rest} }.into_any()
}

fn column_view(
    id: String,
    mark: usize,
    column: &Column,
    begins: Option<u32>,
    rows: Rows,
    lit: &Lit,
) -> AnyView {
    let (kind, _) = kind_of(column.kind);
    let parts: Vec<String> = column.begins.iter().map(usize::to_string).collect();
    let head = match begins {
        Some(0) => "A".to_owned(),
        Some(_) => "B".to_owned(),
        None => parts.join("·"),
    };
    let originals = column
        .originals
        .iter()
        .map(|text| view! { <span>{visible(text)}</span> })
        .collect_view();
    let is_second = column.segment == Some(1);
    view! {
        <span
            id=id
            role="option"
            class=format!("ex-column {kind}")
            class:ex-second=is_second
            class:lit=lit.is(mark)
            aria-selected=lit.is(mark)
            data-mark=mark
            data-kind=kind
        >
            {rows.heads.then(|| view! { <b class="ex-head">{head}</b> })}
            {rows.text.then(|| view! { <span class="ex-text">{originals}</span> })}
            <span class="ex-reads">{column.reads.as_deref().map_or("∅".to_owned(), visible)}</span>
            {rows.targets.then(|| match &column.target {
                Some(target) => piece(target, "ex-target", lit),
                None => view! { <span class="ex-target none"></span> }.into_any(),
            })}
        </span>
    }
    .into_any()
}

/// What a decoder reads over what it has to predict there.
fn writes(picture: &Picture, lit: &Lit) -> Option<AnyView> {
    if picture.writes.is_empty() {
        return None;
    }
    let w = preparing();
    let options = |id: &str| {
        let pairs = picture.writes.iter().enumerate();
        pairs
            .map(|(at, [input, target])| {
                view! {
                    <span
                        id=format!("{id}-{at}")
                        role="option"
                        class="ex-column"
                        aria-selected=lit.is(target.mark)
                    >
                        {piece(input, "ex-reads", lit)} {piece(target, "ex-target", lit)}
                    </span>
                }
            })
            .collect_view()
            .into_any()
    };
    let marks = picture.writes.iter().map(|pair| pair[1].mark).collect();
    let rows = [w.row_inputs, w.row_target].join(w.rows_between);
    Some(
        view! {
            <p class="note">{fill(w.rows_of, &[("rows", &rows)])}</p>
            {strip(lit, say(|w| w.writes), marks, "example-writes", options)}
        }
        .into_any(),
    )
}

/// What became of the tokens with a mark, in words.
fn said(picture: &Picture, mark: usize) -> String {
    let w = preparing();
    let Some(column) = picture.columns.get(mark) else {
        let pair = picture.writes.iter().find(|pair| pair[1].mark == mark);
        let [input, target] = match pair {
            Some(pair) => [&pair[0], &pair[1]].map(|it| visible(&it.text)),
            None => return w.point.to_owned(),
        };
        return fill(w.says_writes, &[("input", &input), ("target", &target)]);
    };
    let text: String = column.originals.iter().map(|it| visible(it)).collect();
    let reads = column.reads.as_deref().map(visible).unwrap_or_default();
    let kind = kind_of(column.kind).1(w);
    let values = [("text", text.as_str()), ("reads", &reads), ("kind", kind)];
    let template = match (column.kind, column.originals.is_empty()) {
        (CellKind::Deleted, _) => w.says_deleted,
        (CellKind::Kept, _) | (_, true) => w.says_only,
        _ => w.says_becomes,
    };
    let mut said = fill(template, &values);
    if let Some(target) = &column.target {
        let target = visible(&target.text);
        said.push_str(&fill(w.says_target, &[("target", &target)]));
    }
    said
}
