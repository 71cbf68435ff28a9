//! Looking into the corpus: documents, frequencies, lengths and languages, near-duplicates, overlap with the held-out text.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::super::answer::answered;
use super::super::super::setting::Say;
use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Data;
use super::super::state::PAGE;
use super::super::state::View;
use super::super::tables::{
    DOCUMENTS_SHOWN, Row, Unit, length_classes, most_frequent, script_name, tongue_name,
    zipf_curves,
};
use crate::data::statistics::contamination::Contamination;
use crate::data::statistics::duplicates::{Duplicates, Group};
use crate::data::statistics::frequency::Frequencies;
use crate::data::statistics::languages::Makeup;
use crate::data::statistics::lengths::{Lengths, PartLengths};
use crate::session::protocol::Command;
use crate::session::study::{Document, Finding, Study};
use crate::ui::number::{bytes, integer, percent, significant};
use crate::ui::scale::ScaleKind;
use crate::ui::{
    Amount, AmountBars, Button, ButtonKind, ChartData, Choice, LineChart, Segmented, XAxis,
};
use crate::words::{fill, say, words};

/// Any of them but the text.
pub fn page() -> AnyView {
    let bench = workbench();
    let data: Data = expect_context();
    let fixed = |study: Study| Signal::derive(move || study);
    match data.view.get_untracked() {
        View::Text => ().into_any(),
        View::Documents => {
            let study = Memo::new(move |_| Study::Documents {
                from: data.from.get(),
                limit: DOCUMENTS_SHOWN,
            });
            answered(study.into(), move |finding| match &*finding {
                Finding::Documents { total, documents } => list(bench, data, *total, documents),
                _ => ().into_any(),
            })
        }
        View::Frequencies => answered(fixed(Study::Frequencies), move |finding| {
            counted(data, finding)
        }),
        View::Parts => answered(fixed(Study::Parts), |finding| match &*finding {
            Finding::Parts { lengths, makeup } => parts(lengths.clone(), makeup.clone()),
            _ => ().into_any(),
        }),
        View::Duplicates => answered(fixed(Study::Duplicates), move |finding| match &*finding {
            Finding::Duplicates(found) => duplicates(bench, data, found),
            _ => ().into_any(),
        }),
        View::Overlap => answered(fixed(Study::Contamination), |finding| match &*finding {
            Finding::Contamination(found) => overlap(found.clone()),
            _ => ().into_any(),
        }),
    }
}

/// Opens the text at a byte.
fn open_text(bench: Workbench, data: Data, offset: u64) {
    bench.send(Command::CorpusPage {
        offset: offset as u32,
        limit: PAGE,
    });
    data.view.set(View::Text);
}

fn list(bench: Workbench, data: Data, total: u32, documents: &[Document]) -> AnyView {
    let from = documents.first().map_or(0, |it| it.number);
    let to = documents.last().map_or(0, |it| it.number);
    let items: Vec<_> = documents
        .iter()
        .cloned()
        .map(|document| {
            let number = integer(u64::from(document.number));
            let title = fill(words().study.show_in_text, &[("n", &number)]);
            let size = fill(
                words().study.characters_count,
                &[("n", &integer(document.characters))],
            );
            let start = u64::from(document.start);
            view! {
                <li>
                    <button
                        type="button"
                        class="document"
                        title=title
                        data-testid="document"
                        on:click=move |_| open_text(bench, data, start)
                    >
                        <span class="figure quiet">{number}</span>
                        <span class="document-text">{document.preview}</span>
                        <span class="figure quiet">{size}</span>
                    </button>
                </li>
            }
        })
        .collect();
    let turn = move |steps: i64| {
        data.from.update(|from| {
            let next = i64::from(*from) + steps * i64::from(DOCUMENTS_SHOWN);
            *from = next.clamp(0, i64::from(total.saturating_sub(1))) as u32;
        });
    };
    let (is_first, is_last) = (from <= 1, to >= total);
    let facts = fill(
        words().study.documents_of,
        &[
            ("from", &integer(u64::from(from))),
            ("to", &integer(u64::from(to))),
            ("total", &integer(u64::from(total))),
        ],
    );
    view! {
        <section class="stack">
            <div class="row spread">
                <p data-testid="documents-facts">{facts}</p>
                <span class="row">
                    <Button
                        label=say(|w| w.data.page_before)
                        kind=ButtonKind::Chip
                        disabled=is_first
                        press=move |()| turn(-1)
                        test="documents-before"
                    />
                    <Button
                        label=say(|w| w.data.page_after)
                        kind=ButtonKind::Chip
                        disabled=is_last
                        press=move |()| turn(1)
                        test="documents-after"
                    />
                </span>
            </div>
            <ol class="documents">{items}</ol>
        </section>
    }
    .into_any()
}

fn amounts(rows: Vec<Row>) -> Vec<Amount> {
    rows.into_iter()
        .map(|(name, share, figure)| Amount {
            name,
            share,
            figure,
        })
        .collect()
}

fn counted(data: Data, finding: Arc<Finding>) -> AnyView {
    let chosen = Memo::new(move |_| match (&*finding, data.unit.get()) {
        (Finding::Frequencies { characters, .. }, Unit::Characters) => characters.clone(),
        (Finding::Frequencies { words, .. }, Unit::Words) => words.clone(),
        (Finding::Frequencies { tokens, .. }, Unit::Tokens) => tokens.clone(),
        _ => Frequencies::default(),
    });
    let choices = vec![
        Choice::new(
            Unit::Characters,
            say(|w| w.study.unit_characters),
            "unit-characters",
        ),
        Choice::new(Unit::Words, say(|w| w.study.unit_words), "unit-words"),
        Choice::new(Unit::Tokens, say(|w| w.study.unit_tokens), "unit-tokens"),
    ];
    let rows = Signal::derive(move || chosen.with(|it| amounts(most_frequent(it))));
    let chart = Signal::derive(move || {
        let w = words();
        let unit = match data.unit.get() {
            Unit::Characters => w.study.unit_characters,
            Unit::Words => w.study.unit_words,
            Unit::Tokens => w.study.unit_tokens,
        };
        ChartData {
            series: chosen.with(|it| zipf_curves(&it.ranks, unit, w.study.zipf_fit)),
            x_label: w.study.rank.into(),
            y_label: w.study.frequency.into(),
            x_axis: XAxis::Log,
            y_scale: ScaleKind::Log,
        }
    });
    let facts = move || {
        chosen.with(|it| {
            fill(
                words().study.zipf_facts,
                &[
                    ("units", &integer(it.ranks.units)),
                    ("kinds", &integer(it.ranks.kinds)),
                    ("once", &integer(it.ranks.once)),
                    (
                        "exponent",
                        &it.ranks.exponent.map_or("–".into(), |s| significant(s, 3)),
                    ),
                    ("bits", &significant(it.bits, 3)),
                ],
            )
        })
    };
    view! {
        <div class="row spread">
            <Segmented
                label=say(|w| w.study.unit)
                choices=choices
                value=data.unit
                set=move |unit| data.unit.set(unit)
            />
            <p class="quiet" data-testid="zipf-facts">{facts}</p>
        </div>
        <div class="columns wide-left">
            <LineChart
                label=say(|w| w.study.zipf_label)
                data=chart
                empty=Signal::derive(String::new)
                test="zipf-chart"
            />
            <section class="stack">
                <h3>{move || words().study.most_frequent}</h3>
                <AmountBars label=say(|w| w.study.most_frequent) rows=rows mono=true test="most-frequent" />
            </section>
        </div>
    }
    .into_any()
}

fn parts(lengths: PartLengths, makeup: Makeup) -> AnyView {
    let total: u64 = makeup.scripts.iter().map(|it| it.1).sum();
    let share_of = move |count: u64| count as f64 / total.max(1) as f64;
    let scripts = Signal::derive({
        let scripts = makeup.scripts.clone();
        move || {
            let row = |&(script, count): &(_, u64)| Amount {
                name: script_name(script, words()).into(),
                share: share_of(count),
                figure: percent(share_of(count)),
            };
            scripts.iter().map(row).collect::<Vec<_>>()
        }
    });
    let documents: u64 = makeup.tongues.iter().map(|it| it.documents).sum();
    let tongues = Signal::derive(move || {
        let row = |it: &crate::data::statistics::languages::TongueShare| Amount {
            name: tongue_name(it.tongue, words()).into(),
            share: it.documents as f64 / documents.max(1) as f64,
            figure: integer(it.documents),
        };
        makeup.tongues.iter().map(row).collect::<Vec<_>>()
    });
    let PartLengths {
        documents,
        lines,
        sentences,
    } = lengths;
    view! {
        <h3>{words().study.lengths_title}</h3>
        <div class="columns three">
            {length_bars(|w| w.study.documents, documents, "lengths-documents")}
            {length_bars(|w| w.study.lines, lines, "lengths-lines")}
            {length_bars(|w| w.study.sentences, sentences, "lengths-sentences")}
        </div>
        <div class="columns">
            <section class="stack">
                <h3>{words().study.scripts}</h3>
                <AmountBars label=say(|w| w.study.scripts) rows=scripts test="scripts" />
            </section>
            <section class="stack">
                <h3>{words().study.tongues}</h3>
                <AmountBars label=say(|w| w.study.tongues) rows=tongues test="tongues" />
                <p class="quiet">{words().study.tongues_note}</p>
            </section>
        </div>
    }
    .into_any()
}

fn length_bars(title: Say, lengths: Lengths, test: &'static str) -> AnyView {
    let facts = fill(
        words().study.lengths_facts,
        &[
            ("count", &integer(lengths.count)),
            ("mean", &significant(lengths.mean, 3)),
            ("median", &integer(lengths.median)),
            ("ninth", &integer(lengths.ninth_decile)),
            ("longest", &integer(lengths.longest)),
        ],
    );
    let rows = amounts(length_classes(&lengths));
    view! {
        <section class="stack">
            <h3>{title(words())}</h3>
            <p class="quiet">{facts}</p>
            <AmountBars label=say(title) rows=Signal::stored(rows) test=test />
        </section>
    }
    .into_any()
}

fn duplicates(bench: Workbench, data: Data, found: &Duplicates) -> AnyView {
    let facts = fill(
        words().study.duplicates_facts,
        &[
            ("compared", &integer(found.compared)),
            ("documents", &integer(found.documents)),
            ("groups", &integer(found.groups)),
            ("repeats", &integer(found.repeats)),
            ("size", &bytes(found.bytes)),
        ],
    );
    let has_some = found.repeats > 0;
    let groups: Vec<_> = found
        .listed
        .iter()
        .map(|it| group(bench, data, it))
        .collect();
    view! {
        <section class="stack">
            <p data-testid="duplicates-facts">{facts}</p>
            {if has_some {
                view! {
                    <div class="row">
                        <Button
                            label=say(|w| w.study.remove)
                            press=move |()| bench.remove_duplicates()
                            test="remove-duplicates"
                        />
                        <span class="quiet">{words().study.remove_note}</span>
                    </div>
                }
                    .into_any()
            } else {
                view! { <p class="quiet">{words().study.duplicates_none}</p> }.into_any()
            }}
            <ol class="groups">{groups}</ol>
            <p class="in-words quiet">{words().study.method_duplicates}</p>
        </section>
    }
    .into_any()
}

fn group(bench: Workbench, data: Data, group: &Group) -> AnyView {
    let places: Vec<_> = group
        .places
        .iter()
        .cloned()
        .map(|place| {
            let similarity = fill(
                words().study.similarity,
                &[("s", &format!("{:.2}", place.similarity))],
            );
            let at = fill(words().study.at_byte, &[("n", &integer(place.start))]);
            view! {
                <li>
                    <button
                        type="button"
                        class="document"
                        data-testid="duplicate"
                        on:click=move |_| open_text(bench, data, place.start)
                    >
                        <span class="figure quiet">{at}</span>
                        <span class="document-text">{place.preview}</span>
                        <span class="figure quiet">{similarity}</span>
                    </button>
                </li>
            }
        })
        .collect();
    let title = fill(words().study.group_of, &[("n", &integer(group.documents))]);
    view! {
        <li>
            <h3>{title}</h3>
            <ol class="documents">{places}</ol>
        </li>
    }
    .into_any()
}

fn overlap(found: Contamination) -> AnyView {
    let w = words();
    if found.words == 0 {
        return view! { <p class="empty" data-testid="overlap-facts">{w.study.overlap_empty}</p> }
            .into_any();
    }
    let facts = if found.covered == 0 {
        w.study.overlap_none.to_owned()
    } else {
        fill(
            w.study.overlap_facts,
            &[
                ("covered", &integer(found.covered)),
                ("words", &integer(found.words)),
                ("share", &percent(found.covered as f64 / found.words as f64)),
            ],
        )
    };
    let shares = found.shares.clone();
    let rows = Signal::derive(move || {
        let row = |&(n, share): &(u32, f64)| Amount {
            name: fill(words().study.run_of, &[("n", &n.to_string())]),
            share,
            figure: percent(share),
        };
        shares.iter().map(row).collect::<Vec<_>>()
    });
    let passages: Vec<_> = found
        .listed
        .iter()
        .map(|passage| {
            let size = fill(w.study.run_of, &[("n", &integer(passage.words))]);
            let at = fill(w.study.at_byte, &[("n", &integer(passage.start))]);
            view! {
                <li class="document">
                    <span class="figure quiet">{at}</span>
                    <span class="document-text">{passage.preview.clone()}</span>
                    <span class="figure quiet">{size}</span>
                </li>
            }
        })
        .collect();
    let has_passages = !passages.is_empty();
    view! {
        <section class="stack">
            <p data-testid="overlap-facts">{facts}</p>
            <h3>{w.study.overlap_runs}</h3>
            <AmountBars label=say(|w| w.study.overlap_runs) rows=rows test="overlap-runs" />
            {has_passages.then(|| view! { <h3>{words().study.passages}</h3> })}
            <ol class="documents">{passages}</ol>
            <p class="in-words quiet">{w.study.method_overlap}</p>
        </section>
    }
    .into_any()
}
