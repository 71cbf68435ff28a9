//! Filling blanks: the text as tokens of which some are hidden, and for each blank what the model would put there.

use leptos::prelude::*;

use super::super::fill::{Truth, is_blank, truth};
use super::asking_view::{Asking, asking_row};
use super::desk::Desk;
use super::mask_strip::mask_strip;
use super::pseudo_view::pseudo;
use crate::session::protocol::TokenScore;
use crate::ui::number::{percent, significant};
use crate::ui::token_text::visible;
use crate::ui::{Bar, ButtonKind, ProbabilityBars, TextArea};
use crate::words::{fill as fill_words, say, words};

/// Text, strip, candidates; pseudo-perplexity under them.
pub fn fill(desk: Desk) -> AnyView {
    let state = desk.fill;
    let text = Memo::new(move |_| state.with(|fill| fill.text.clone()));
    let asking = Asking::of(desk, state, |fill| &fill.asked);
    let can_ask = desk.can_ask();
    let unable = Signal::derive(move || !can_ask.get() || text.with(String::is_empty));
    let press = move |()| {
        if !unable.get_untracked() {
            desk.ask_fill();
        }
    };
    let has_tokens = Memo::new(move |_| state.with(|fill| !fill.tokens().is_empty()));
    let hint = move || match (has_tokens.get(), text.with(String::is_empty)) {
        (true, _) => words().uses.fill_hint,
        (false, false) if state.with(|fill| fill.asked.answer.is_some()) => words().uses.fill_stale,
        _ => "",
    };
    view! {
        <TextArea
            label=say(|w| w.uses.fill_text)
            value=text
            set=move |text| state.update(|fill| fill.set_text(text))
            rows=2
            submit=press
            test="fill-text"
        />
        {asking_row(
            desk,
            asking,
            (|w| w.uses.fill, ButtonKind::Primary),
            unable,
            [Desk::ask_fill, Desk::stop_fill],
            view! { <span class="quiet">{hint}</span> }.into_any(),
            "fill",
        )}
        <Show when=move || has_tokens.get()>
            {mask_strip(desk)}
            {blanks(desk)}
        </Show>
        {pseudo(desk)}
    }
    .into_any()
}

fn blanks(desk: Desk) -> AnyView {
    let blanks = Memo::new(move |_| {
        desk.fill.with(|fill| {
            let blanks = fill.blanks().into_iter();
            blanks
                .map(|(place, token)| (place, token.clone()))
                .collect::<Vec<_>>()
        })
    });
    let sections = move || {
        let blanks = blanks.get().into_iter();
        blanks
            .map(|(place, token)| blank(place, token))
            .collect_view()
    };
    view! { <div class="blanks" data-testid="blanks">{sections}</div> }.into_any()
}

/// One blank with its candidates.
fn blank(place: usize, token: TokenScore) -> AnyView {
    let number = (place + 1).to_string();
    let shown = visible(&token.text);
    let heading = {
        let is_written = is_blank(&token);
        move || match is_written {
            true => fill_words(words().uses.blank_written, &[("n", &number)]),
            false => fill_words(
                words().uses.blank_hidden,
                &[("n", &number), ("token", &shown)],
            ),
        }
    };
    let found = truth(&token);
    let bars: Vec<Bar> = token
        .candidates
        .iter()
        .map(|it| Bar {
            text: it.text.clone(),
            probability: it.probability,
            chosen: it.id == token.id,
        })
        .collect();
    let of = bars.len();
    let sum: f32 = bars.iter().map(|bar| bar.probability).sum();
    let rest = percent(f64::from((1.0 - sum).max(0.0)));
    let is_found = found.is_some_and(|it| it.rank.is_some());
    let has_candidates = of > 0;
    view! {
        <section class="blank" class:found=is_found data-testid="blank" data-place=place>
            <h3>{heading}</h3>
            <p class="readout" data-testid="blank-truth">
                {move || found.map(|found| truth_line(found, of))}
            </p>
            <ProbabilityBars
                label=say(|w| w.generate.alternatives)
                bars=Signal::stored(bars)
                test="blank-candidates"
            />
            {has_candidates
                .then(|| {
                    view! {
                        <p class="note">
                            {move || fill_words(words().uses.blank_sum, &[("p", &rest)])}
                        </p>
                    }
                })}
        </section>
    }
    .into_any()
}

fn truth_line(found: Truth, of: usize) -> String {
    let w = words();
    let p = f64::from(found.probability);
    let (of, nats, p) = (of.to_string(), significant(p.ln(), 4), percent(p));
    match found.rank {
        Some(rank) => {
            let rank = rank.to_string();
            let values = [("rank", &*rank), ("of", &of), ("p", &p), ("nats", &nats)];
            fill_words(w.uses.blank_rank, &values)
        }
        None => fill_words(
            w.uses.blank_not_among,
            &[("of", &of), ("p", &p), ("nats", &nats)],
        ),
    }
}
