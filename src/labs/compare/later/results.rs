//! The table of results, and what each entry wrote.

use leptos::prelude::*;

use super::super::kept::Compare;
use super::super::record::{Record, Stage, Track};
use super::told::{Told, of_shown, stage_text};
use crate::session::compare::Spent;
use crate::ui::escape_markup;
use crate::ui::number::{bytes, compact, integer, operations, significant};
use crate::words::{fill, language, say_message, words};

pub fn results(lab: Compare, told: Memo<Told>) -> AnyView {
    let has_facts = of_shown(lab, |record| {
        record
            .tracks
            .iter()
            .any(|it| it.facts.is_some() || it.failure.is_some())
    });
    let markup = Memo::new(move |_| {
        lab.state.with(|state| {
            let record = state.shown()?;
            Some(told.with(|told| table(record, told)))
        })
    });
    view! {
        <Show when=move || has_facts.get() == Some(true)>
            <section class="compare-results">
                <h3>{move || words().compare.table}</h3>
                <div class="table-frame" tabindex="0">
                    <table
                        class="table results-table"
                        data-testid="compare-table"
                        inner_html=move || markup.get().unwrap_or_default()
                    ></table>
                </div>
                {failures(lab, told)}
                {samples(lab, told)}
            </section>
        </Show>
    }
    .into_any()
}

/// The table as markup: plain texts, drawn anew whenever one of them changes.
fn table(record: &Record, told: &Told) -> String {
    let w = &words().compare;
    let has_answers = record.tracks.iter().any(|it| !it.answers.is_empty());
    let mut heads = vec![
        w.entry,
        w.parameters,
        w.flops_per_token,
        w.memory,
        w.steps,
        w.speed,
        w.best,
    ];
    if has_answers {
        heads.push(w.best_accuracy);
    }
    heads.extend([w.to_target, w.ending]);
    let mut markup = String::from("<thead><tr>");
    for head in heads {
        markup.push_str(&format!("<th scope=\"col\">{head}</th>"));
    }
    markup.push_str("</tr></thead><tbody>");
    for (index, track) in record.tracks.iter().enumerate() {
        let name = told.names.get(index).map_or("", |name| name);
        let mut cells = figures(record, track);
        if has_answers {
            let answers = track.answers.last();
            cells.push(answers.map_or("–".into(), |it| {
                format!(
                    "{}\u{2009}% ({} / {})",
                    significant(it.percent(), 3),
                    it.right,
                    it.asked
                )
            }));
        }
        cells.push(to_target(record, track));
        cells.push(ending(record, track).to_owned());
        let cells: Vec<String> = cells.iter().map(|it| escape_markup(it)).collect();
        markup.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>",
            escape_markup(name),
            cells.join("</td><td>")
        ));
    }
    markup + "</tbody>"
}

fn figures(record: &Record, track: &Track) -> Vec<String> {
    let none = || "–".to_owned();
    let of_facts = |text: &dyn Fn(&crate::session::compare::Facts) -> String| {
        track.facts.as_ref().map_or_else(none, text)
    };
    let best = match (track.best_bits_per_byte(), track.best_loss()) {
        (Some(bits), _) => significant(bits, 4),
        (None, Some(loss)) if !track.is_next_token() => {
            fill(words().compare.own_loss, &[("loss", &significant(loss, 4))])
        }
        _ => none(),
    };
    let steps = |planned: u32| {
        let done = integer(u64::from(track.spent.step));
        let is_over = record.is_over || track.ending.is_some();
        match is_over || planned == 0 {
            true => done,
            false => format!("{done} / {}", integer(u64::from(planned))),
        }
    };
    vec![
        of_facts(&|facts| compact(facts.parameters as f64, language())),
        of_facts(&|facts| operations(facts.flops_per_token, language())),
        of_facts(&|facts| bytes(facts.memory_bytes)),
        of_facts(&|facts| steps(facts.steps)),
        track
            .speed()
            .map_or_else(none, |it| compact(it, language())),
        best,
    ]
}

fn to_target(record: &Record, track: &Track) -> String {
    let w = &words().compare;
    let target = f64::from(record.comparison.target_bits_per_byte);
    if target <= 0.0 {
        return w.no_target.to_owned();
    }
    match track.to_target(target) {
        Some(Spent { tokens, secs, .. }) => fill(
            w.target_spent,
            &[
                ("time", &significant(secs, 3)),
                ("tokens", &compact(tokens, language())),
            ],
        ),
        None => w.not_reached.to_owned(),
    }
}

fn ending(record: &Record, track: &Track) -> &'static str {
    let stage = track.stage();
    match stage {
        // Over without an ending of its own: it was never reached.
        Stage::Waiting | Stage::Training if record.is_over => words().compare.stopped,
        _ => stage_text(stage, record.is_paused),
    }
}

/// Why entries could not be trained, each whole.
fn failures(lab: Compare, told: Memo<Told>) -> AnyView {
    let failed = of_shown(lab, |record| {
        let tracks = record.tracks.iter().enumerate();
        tracks
            .filter_map(|(index, track)| Some((index, track.failure.clone()?)))
            .collect::<Vec<_>>()
    });
    let lines = move || {
        let lines = failed.get().unwrap_or_default().into_iter().map(|(index, message)| {
            let name = told.with(|told| told.names.get(index).cloned().unwrap_or_default());
            let values = [("name", name.as_str()), ("reason", &say_message(&message))];
            let text = fill(words().compare.failed_because, &values);
            view! { <p class="banner bad" role="alert" data-testid="compare-entry-failure">{text}</p> }
        });
        lines.collect_view()
    };
    view! { {lines} }.into_any()
}

/// What each wrote, side by side.
fn samples(lab: Compare, told: Memo<Told>) -> AnyView {
    let texts = of_shown(lab, |record| {
        let text = |track: &Track| {
            let is_ended = record.is_over || track.ending.is_some() || track.failure.is_some();
            (track.text.clone(), is_ended)
        };
        let texts: Vec<(Option<String>, bool)> = record.tracks.iter().map(text).collect();
        (record.comparison.prompt.clone(), texts)
    });
    let columns = move || {
        let w = &words().compare;
        let (prompt, texts) = texts.get()?;
        if texts.iter().all(|it| it.0.is_none() && !it.1) {
            return Some(view! { <p class="quiet">{w.samples_empty}</p> }.into_any());
        }
        let names = told.get().names;
        let columns = texts.into_iter().zip(names).map(|((text, is_ended), name)| {
            let body = match (text, is_ended) {
                (Some(text), _) => {
                    view! { <p class="sample-text" tabindex="0"><b>{prompt.clone()}</b>{text}</p> }.into_any()
                }
                (None, true) => view! { <p class="quiet">{w.no_sample}</p> }.into_any(),
                (None, false) => view! { <p class="quiet">{w.writes_later}</p> }.into_any(),
            };
            view! { <li><h4>{name}</h4>{body}</li> }
        });
        let columns = columns.collect_view();
        Some(
            view! { <ol class="compare-samples" data-testid="compare-samples">{columns}</ol> }
                .into_any(),
        )
    };
    view! {
        <h3>{move || words().compare.samples}</h3>
        {columns}
    }
    .into_any()
}
