//! Text to text: a source, how its answer is found, and the answer token by token or as a tree.

use leptos::prelude::*;

use super::super::respond::{Finding, LONGEST, Respond, WIDEST, read};
use super::super::state::certainty;
use super::asking_view::{Asking, asking_row};
use super::beam_view::beam;
use super::desk::Desk;
use crate::ui::number::{percent, significant};
use crate::ui::range::Range;
use crate::ui::{
    Bar, Button, ButtonKind, Choice, ColourScale, NumberField, ProbabilityBars, Segmented,
    TextArea, Token, TokenStrip,
};
use crate::words::{fill, say, words};

/// Source, way, answer.
pub fn respond(desk: Desk) -> AnyView {
    let state = desk.respond;
    let source = Memo::new(move |_| state.with(|it| it.source.clone()));
    let asking = Asking::of(desk, state, |it| &it.asked);
    let can_ask = desk.can_ask();
    let unable = Signal::derive(move || !can_ask.get() || source.with(String::is_empty));
    let press = move |()| {
        if !unable.get_untracked() {
            desk.ask_respond();
        }
    };
    let example = view! {
        <Button
            label=say(|w| w.uses.from_corpus)
            kind=ButtonKind::Chip
            disabled=Signal::derive(move || !can_ask.get() || asking.is_waiting())
            press=move |()| desk.take_example()
            test="respond-example"
        />
    };
    let expected = Memo::new(move |_| state.with(|it| it.expected.clone()));
    let expected_line = move || {
        let answer = expected.get()?;
        let line = fill(words().uses.expected, &[("answer", &answer)]);
        Some(view! { <p class="quiet" data-testid="respond-expected">{line}</p> })
    };
    let has_tokens = Memo::new(move |_| state.with(|it| !it.written().is_empty()));
    let tree = Memo::new(move |_| state.with(|it| it.beam().cloned()));
    let is_empty = Memo::new(move |_| {
        state.with(|it| it.asked.answer.is_none() && it.asked.failure.is_none())
            && !asking.is_waiting()
    });
    view! {
        <TextArea
            label=say(|w| w.uses.source)
            value=source
            set=move |source| state.update(|it| it.set_source(source))
            rows=2
            submit=press
            test="respond-source"
        />
        {way(desk)}
        {asking_row(
            desk,
            asking,
            (|w| w.uses.respond, ButtonKind::Primary),
            unable,
            [Desk::ask_respond, Desk::stop_respond],
            example.into_any(),
            "respond",
        )}
        {expected_line}
        <Show when=move || is_empty.get()>
            <p class="empty">{move || words().uses.respond_empty}</p>
        </Show>
        <Show when=move || has_tokens.get()>{written(desk)}</Show>
        {move || tree.get().map(beam)}
    }
    .into_any()
}

fn way(desk: Desk) -> AnyView {
    let state = desk.respond;
    let finding = Memo::new(move |_| state.with(|it| it.finding));
    let choices = vec![
        Choice::new(Finding::Greedy, say(|w| w.uses.greedy), "way-greedy"),
        Choice::new(Finding::Sampled, say(|w| w.uses.sampled), "way-sampled"),
        Choice::new(Finding::Beam, say(|w| w.uses.beam), "way-beam"),
    ];
    let settings = move || match finding.get() {
        Finding::Greedy => None,
        Finding::Sampled => {
            let note = move || words().uses.sampled_note;
            Some(view! { <span class="quiet">{note}</span> }.into_any())
        }
        Finding::Beam => Some(search(desk)),
    };
    view! {
        <div class="way">
            <Segmented
                label=say(|w| w.uses.way)
                choices=choices
                value=finding
                set=move |finding| state.update(|it| it.finding = finding)
            />
            {settings}
        </div>
    }
    .into_any()
}

/// Settings of beam search.
fn search(desk: Desk) -> AnyView {
    let state = desk.respond;
    let value = move |get: fn(&Respond) -> f64| Memo::new(move |_| state.with(get));
    let set = move |put: fn(&mut Respond, f64)| {
        Callback::new(move |value| state.update(|it| put(it, value)))
    };
    view! {
        <div class="search-settings">
            <NumberField
                label=say(|w| w.uses.width)
                value=value(|it| f64::from(it.search.width))
                set=set(|it, value| it.search.width = value as u32)
                range=Range::whole(1, WIDEST, 1)
                test="beam-width"
            />
            <NumberField
                label=say(|w| w.uses.penalty)
                value=value(|it| f64::from(it.search.length_penalty))
                set=set(|it, value| it.search.length_penalty = value as f32)
                range=Range::real(0.0, 2.0, 0.1)
                test="beam-penalty"
            />
            <NumberField
                label=say(|w| w.uses.longest)
                value=value(|it| f64::from(it.search.longest))
                set=set(|it, value| it.search.longest = value as u32)
                range=Range::count(1, LONGEST)
                test="beam-longest"
            />
            <p class="note">
                {move || {
                    let penalty = state.with(|it| it.search.length_penalty);
                    let penalty = significant(f64::from(penalty), 2);
                    fill(words().uses.penalty_note, &[("penalty", &penalty)])
                }}
            </p>
        </div>
    }
    .into_any()
}

/// An answer token by token.
fn written(desk: Desk) -> AnyView {
    let state = desk.respond;
    let selected = RwSignal::new(None::<usize>);
    let tokens = Signal::derive(move || {
        state.with(|it| {
            let tokens = it.written().iter();
            tokens
                .map(|token| Token {
                    text: token.text.clone(),
                    level: token.log_probability.map(certainty),
                    title: token
                        .log_probability
                        .map(|it| percent(f64::from(it).exp()))
                        .unwrap_or_default(),
                })
                .collect::<Vec<_>>()
        })
    });
    let answer = move || {
        let (count, (text, total)) = state.with(|it| (it.written().len(), read(it.written())));
        let total = significant(total, 4);
        let line = fill(
            words().uses.answer_total,
            &[("n", &count.to_string()), ("total", &total)],
        );
        view! {
            <p class="answer-text" data-testid="respond-answer">{text}</p>
            <p class="quiet">{line}</p>
        }
    };
    let place = Memo::new(move |_| {
        let count = state.with(|it| it.written().len());
        let chosen = selected.get().filter(|index| *index < count);
        chosen.or(count.checked_sub(1))
    });
    let bars = Signal::derive(move || {
        state.with(|it| {
            let token = place.get().and_then(|index| it.written().get(index));
            let candidates = token.map_or(&[][..], |token| &token.candidates).iter();
            candidates
                .map(|it| Bar {
                    text: it.text.clone(),
                    probability: it.probability,
                    chosen: token.is_some_and(|token| token.id == it.id),
                })
                .collect::<Vec<_>>()
        })
    });
    let heading = move || {
        state.with(|it| {
            let at = place.get()?;
            let nats = it.written().get(at)?.log_probability;
            let nats = nats.map_or("–".into(), |it| significant(f64::from(it), 3));
            let n = (at + 1).to_string();
            Some(fill(
                words().generate.at_token,
                &[("n", &n), ("nats", &nats)],
            ))
        })
    };
    view! {
        <section class="written" aria-label=move || words().uses.answer_text>
            {answer}
            <TokenStrip
                label=say(|w| w.uses.answer_strip)
                tokens=tokens
                selected=selected
                test="respond-tokens"
            />
            <ColourScale low=say(|w| w.generate.scale_low) high=say(|w| w.generate.scale_high) />
        </section>
        <section class="alternatives">
            <h3>{heading}</h3>
            <ProbabilityBars
                label=say(|w| w.generate.alternatives)
                bars=bars
                test="respond-candidates"
            />
        </section>
    }
    .into_any()
}
