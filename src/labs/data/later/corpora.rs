//! The choice of a corpus, the ledger of the texts, and the dials of those that are made here.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::super::data_names::{corpus_words, size_name, task_name};
use super::super::super::setting::{Say, group, number, seed, select};
use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Data;
use super::super::ledger::Availability;
use crate::session::config::{Corpus, TaskKind};
use crate::session::field::{Choice, Field};
use crate::ui::range::Range;
use crate::words::{fill, say_message, words};

/// In the order of the page: made here, English, Chinese, one's own.
const SHOWN: [Corpus; 11] = [
    Corpus::Generated,
    Corpus::World,
    Corpus::Task,
    Corpus::MobyDick,
    Corpus::Sotu,
    Corpus::FirstNames,
    Corpus::Analects,
    Corpus::BookOfSongs,
    Corpus::SongCi,
    Corpus::TangPoems,
    Corpus::Own,
];

pub fn choice(bench: Workbench, data: Data) -> AnyView {
    let cards: Vec<_> = SHOWN
        .into_iter()
        .map(|corpus| card(bench, data, corpus))
        .collect();
    view! {
        <div
            class="cards"
            role="radiogroup"
            aria-label=move || words().data.corpus
            on:keydown=choose_by_arrow
        >
            {cards}
        </div>
    }
    .into_any()
}

/// Arrow keys choose among the cards, as in any group of radio buttons.
fn choose_by_arrow(event: KeyboardEvent) {
    let forward = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => true,
        "ArrowLeft" | "ArrowUp" => false,
        _ => return,
    };
    event.prevent_default();
    let focused = event
        .target()
        .and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let beside = |card: &web_sys::Element| match forward {
        true => card.next_element_sibling(),
        false => card.previous_element_sibling(),
    };
    let cards = std::iter::successors(focused.as_ref().and_then(beside), beside);
    let next = cards
        .filter(|card| !card.has_attribute("disabled"))
        .find_map(|card| card.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(card) = next {
        // Fails only where nothing can take the focus.
        let _ = card.focus();
        card.click();
    }
}

fn card(bench: Workbench, data: Data, corpus: Corpus) -> AnyView {
    let test = format!("corpus-{}", corpus.word());
    let (name, note) = corpus_words(&corpus);
    let own = corpus.clone();
    let chosen = Memo::new(move |_| bench.draft.with(|draft| draft.corpus == own));
    let own = corpus.clone();
    let missing =
        Memo::new(
            move |_| match data.state.with(|state| state.ledger.availability(&own)) {
                Availability::Missing(reason) => Some(reason),
                _ => None,
            },
        );
    let is_missing = Memo::new(move |_| missing.with(Option::is_some));
    let line = move || {
        let w = words();
        match missing.get() {
            None => note(w).to_owned(),
            Some(reason) if reason.is_empty() => w.data.missing.to_owned(),
            Some(reason) => format!("{}: {}", w.data.missing, say_message(&reason)),
        }
    };
    view! {
        <button
            type="button"
            role="radio"
            class="card"
            class:missing=move || is_missing.get()
            data-testid=test
            aria-checked=move || chosen.get().to_string()
            aria-disabled=move || is_missing.get().to_string()
            disabled=move || is_missing.get()
            on:click=move |_| bench.draft.update(|draft| draft.corpus = corpus.clone())
        >
            <b>{move || name(words())}</b>
            <span>{line}</span>
        </button>
    }
    .into_any()
}

/// Whose the texts are.
pub fn licences(data: Data) -> AnyView {
    let rows = move || {
        let w = words();
        let entries = data.state.with(|state| state.ledger.here());
        entries
            .into_iter()
            .map(|entry| {
                let line = fill(
                    w.data.licence_of,
                    &[
                        ("author", &entry.author),
                        ("licence", &entry.licence),
                        ("source", &entry.source),
                    ],
                );
                view! { <li><b>{entry.title}</b>" — "{line}</li> }
            })
            .collect_view()
    };
    view! {
        <details class="group" data-testid="licences">
            <summary>{move || words().data.licences}</summary>
            <ul class="licences">{rows}</ul>
        </details>
    }
    .into_any()
}

/// The dials of the text that is chosen, where it is made here.
pub fn dials() -> AnyView {
    let corpus = workbench().value(|p| p.corpus.clone());
    (move || match corpus.get() {
        Corpus::World => world_dials(),
        Corpus::Task => task_dials(),
        _ => ().into_any(),
    })
    .into_any()
}

fn task_dials() -> AnyView {
    let kind = workbench().value(|p| p.task.kind);
    let tasks: Vec<_> = TaskKind::ALL
        .iter()
        .map(|kind| (kind.key(), task_name(*kind)))
        .collect();
    let sizes = move || {
        let rows = kind.get().sizes().iter().zip(Field::TASK_SIZES);
        rows.map(|(size, field)| {
            let range = match size.most {
                ..=32 => Range::whole(size.least, size.most, 1),
                _ => Range::count(size.least, size.most),
            };
            number(size_name(size.key), field, range)
        })
        .collect_view()
    };
    let rows = vec![
        select(|w| w.tasks.task, Field::Task, &tasks),
        sizes.into_any(),
        number(
            |w| w.tasks.kilobytes,
            Field::TaskKilobytes,
            Range::count(20, 2_000),
        ),
        seed(|w| w.tasks.seed, Field::TaskSeed),
    ];
    group(|w| w.tasks.group, false, rows)
}

fn world_dials() -> AnyView {
    let share = |most: f64| Range::real(0.0, most, 0.01);
    let weight = Range::real(0.0, 10.0, 0.5);
    const GENRES: [(Say, Field); 9] = [
        (|w| w.fields.world_story, Field::WorldStory),
        (|w| w.fields.world_parallel, Field::WorldParallel),
        (|w| w.fields.world_question, Field::WorldQuestion),
        (|w| w.fields.world_sentiment, Field::WorldSentiment),
        (|w| w.fields.world_tagged, Field::WorldTagged),
        (|w| w.fields.world_news, Field::WorldNews),
        (|w| w.fields.world_definition, Field::WorldDefinition),
        (|w| w.fields.world_grammar, Field::WorldGrammaticality),
        (|w| w.fields.world_arithmetic, Field::WorldArithmetic),
    ];
    let world = vec![
        number(
            |w| w.fields.world_kilobytes,
            Field::WorldKilobytes,
            Range::count(50, 4_000),
        ),
        number(
            |w| w.fields.world_vocabulary,
            Field::WorldVocabulary,
            Range::count(16, 1_000),
        ),
        number(
            |w| w.fields.world_complexity,
            Field::WorldComplexity,
            Range::whole(1, 5, 1),
        ),
        number(
            |w| w.fields.world_facts,
            Field::WorldFacts,
            Range::whole(1, 5, 1),
        ),
        number(|w| w.fields.world_noise, Field::WorldNoise, share(0.5)),
        number(
            |w| w.fields.world_duplication,
            Field::WorldDuplication,
            share(0.9),
        ),
        number(|w| w.fields.world_chinese, Field::WorldChinese, share(1.0)),
        number(|w| w.fields.world_bias, Field::WorldBias, share(1.0)),
        number(|w| w.fields.world_rude, Field::WorldRudeWords, share(0.5)),
        seed(|w| w.fields.world_seed, Field::WorldSeed),
    ];
    let genres = GENRES
        .into_iter()
        .map(|(label, field)| number(label, field, weight))
        .collect();
    view! {
        {group(|w| w.data.group_world, false, world)}
        {group(|w| w.data.group_genres, true, genres)}
    }
    .into_any()
}
