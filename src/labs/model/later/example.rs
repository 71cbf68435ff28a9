//! An example of what the run is trained on, beside the objective's settings: the text, what the model reads for it, what it has to predict.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::asked::{Drawn, Place, Run};
use super::super::example::Picture;
use super::asking::{ASKED, Asker};
use super::example_strip::strips;
use crate::data::objective::CellKind;
use crate::ui::number::integer;
use crate::ui::{Button, ButtonKind};
use crate::words::preparing::{Preparing, preparing, say};
use crate::words::{fill, say_message};

const STYLE: &str = include_str!("example.css");
/// The section's id.
pub const EXAMPLE: &str = "example";

/// The example with its controls.
pub fn example(bench: Workbench, run: Memo<Option<Run>>) -> AnyView {
    let place = Memo::new(move |_| ASKED.with(|asked| asked.place));
    let asker = Asker::new(bench);
    Effect::new(move |_| {
        place.track();
        if let Some(run) = run.get() {
            asker.ask(|asked| asked.want_example(run));
        }
    });
    // Of the example that is shown: that of a new run may still be on its way.
    let drawn = Memo::new(move |_| {
        ASKED.with(|asked| {
            let shown = asked.example.as_ref();
            shown.map_or(Drawn::Nothing, |it| it.drawn)
        })
    });
    let pending = bench.has_pending();
    let is_stale = Memo::new(move |_| {
        pending.get() && bench.run.with(|run| run.step() > 0 || run.is_running())
    });
    let picture =
        Memo::new(move |_| ASKED.with(|asked| asked.example.as_ref().map(|it| it.picture.clone())));
    view! {
        <section class="example" id=EXAMPLE data-testid="example">
            <style>{STYLE}</style>
            <div class="lab-head">
                <h3>{move || preparing().example}</h3>
                {controls(place, drawn)}
            </div>
            <p class="quiet" data-testid="example-place">{place_text}</p>
            <Show when=move || is_stale.get()>
                <p class="note" data-testid="example-stale">{move || preparing().example_stale}</p>
            </Show>
            {failure}
            {move || match picture.get() {
                Some(picture) => shown(&picture),
                None => empty(run).into_any(),
            }}
            <p class="note" data-testid="example-drawn">
                {move || {
                    let w = preparing();
                    match drawn.get() {
                        Drawn::Nothing => w.never_drawn,
                        Drawn::Masks => w.dynamic,
                        Drawn::FixedMasks => w.fixed,
                        Drawn::Damage => w.redrawn,
                    }
                }}
            </p>
        </section>
    }
    .into_any()
}

fn controls(place: Memo<Place>, drawn: Memo<Drawn>) -> AnyView {
    let go = move |edit: fn(&mut Place)| ASKED.update(|asked| edit(&mut asked.place));
    let is_first = Signal::derive(move || place.get().number == 0);
    view! {
        <div class="row">
            <Button
                label=say(|w| w.previous)
                kind=ButtonKind::Chip
                disabled=is_first
                press=move |()| go(|it| *it = Place { number: it.number.saturating_sub(1), later: 0 })
                test="example-previous"
            />
            <Button
                label=say(|w| w.next)
                kind=ButtonKind::Chip
                press=move |()| go(|it| *it = Place { number: it.number.saturating_add(1), later: 0 })
                test="example-next"
            />
            <Show when=move || drawn.get() != Drawn::Nothing>
                <Button
                    label=say(|w| w.another)
                    kind=ButtonKind::Chip
                    press=move |()| go(|it| it.later = it.later.saturating_add(1))
                    test="example-another"
                />
                <Show when=move || { place.get().later > 0 }>
                    <Button
                        label=say(|w| w.first_again)
                        kind=ButtonKind::Chip
                        press=move |()| go(|it| it.later = 0)
                        test="example-own"
                    />
                </Show>
            </Show>
        </div>
    }
    .into_any()
}

/// Steps and examples counted from 1, as those of the run are.
fn place_text() -> String {
    let w = preparing();
    ASKED.with(|asked| {
        let Some(example) = &asked.example else {
            return String::new();
        };
        let (step, row) = example.place.step_and_row(example.rows);
        let number = |value: u32| integer(u64::from(value) + 1);
        let text = match example.place.later {
            0 => w.example_place,
            _ => w.example_again,
        };
        fill(
            text,
            &[
                ("step", &number(step)),
                ("row", &number(row)),
                ("rows", &integer(u64::from(example.rows))),
                ("again", &number(step.saturating_add(example.place.later))),
            ],
        )
    })
}

fn failure() -> Option<AnyView> {
    let failure = ASKED.with(|asked| asked.example_failure.clone())?;
    let text = say_message(&failure);
    Some(
        view! { <p class="banner bad" role="alert" data-testid="example-failure">{text}</p> }
            .into_any(),
    )
}

fn empty(run: Memo<Option<Run>>) -> impl IntoView {
    let text = move || match run.with(Option::is_some) {
        true => preparing().example_waiting,
        false => preparing().example_none,
    };
    view! { <p class="empty" data-testid="example-empty">{text}</p> }
}

fn shown(picture: &Arc<Picture>) -> AnyView {
    view! {
        {legend(picture)}
        {strips(picture)}
        <p class="note" data-testid="example-loss">{loss_text(picture)}</p>
        {picture.is_next.map(|is_next| {
            let w = preparing();
            let text = if is_next { w.follows } else { w.follows_not };
            view! { <p class="in-words" data-testid="example-follows">{text}</p> }
        })}
    }
    .into_any()
}

fn loss_text(picture: &Picture) -> String {
    let all = match picture.predicts_in_place() {
        true => picture.columns.len(),
        false => picture.writes.len(),
    };
    fill(
        preparing().loss_at,
        &[
            ("n", &integer(picture.predicted() as u64)),
            ("all", &integer(all as u64)),
        ],
    )
}

/// The kinds of tokens that occur, with how many of each.
fn legend(picture: &Picture) -> AnyView {
    let w = preparing();
    let kinds = picture
        .kinds()
        .into_iter()
        .map(|(kind, count)| {
            let (class, name) = kind_of(kind);
            view! {
                <li class=class>
                    <i class="ex-swatch"></i>
                    {format!("{} · {}", name(w), integer(count as u64))}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="ex-legend" data-testid="example-legend">{kinds}</ul> }.into_any()
}

/// Class and name of a kind.
pub fn kind_of(kind: CellKind) -> (&'static str, fn(&Preparing) -> &'static str) {
    match kind {
        CellKind::Kept => ("ex-kept", |w| w.kept),
        CellKind::Moved => ("ex-moved", |w| w.moved),
        CellKind::Masked => ("ex-masked", |w| w.masked),
        CellKind::Random => ("ex-random", |w| w.random),
        CellKind::Unchanged => ("ex-unchanged", |w| w.unchanged),
        CellKind::Inserted => ("ex-inserted", |w| w.inserted),
        CellKind::Sentinel => ("ex-sentinel", |w| w.sentinel),
        CellKind::Special => ("ex-special", |w| w.special),
        CellKind::Deleted => ("ex-deleted", |w| w.deleted),
    }
}
