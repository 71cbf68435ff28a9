//! The uses of the model, of which one is open, and the panel.

use leptos::prelude::*;

use super::super::super::setting::{about, group, number, number_or_off, seed, suggestions};
use super::super::uses::Use;
use super::desk::{Desk, desk};
use super::embed_view::embed;
use super::fill_view::fill;
use super::refusal_view::refusal;
use super::respond_view::respond;
use super::write_view::write;
use crate::session::field::Field;
use crate::ui::range::Range;
use crate::words::{say, words};

/// Style of these views: it comes with them.
const STYLE: &str = include_str!("uses.css");

/// The uses, and the one that is open.
#[inline(never)]
pub fn picture() -> AnyView {
    let desk = desk();
    let bench = desk.bench;
    let (family, shown) = (desk.family(), desk.shown());
    let model = Memo::new(move |_| bench.prepared.with(|it| it.as_ref().map(|it| it.request)));
    let can_ask = desk.can_ask();
    Effect::new(move |_| {
        let (shown, family) = (shown.get(), family.get());
        let (Some(model), Some(family)) = (model.get(), family) else {
            return;
        };
        if can_ask.get() {
            desk.meet(model);
            if shown.refusal(family).is_none() {
                desk.begin(shown);
            }
        }
    });
    let body = move || {
        let (family, shown) = (family.get(), shown.get());
        let reason = family.and_then(|family| Some((family, shown.refusal(family)?)));
        match (reason, shown) {
            (Some((family, reason)), _) => refusal(desk, family, reason),
            (None, Use::Continue) => write(),
            (None, Use::Fill) => fill(desk),
            (None, Use::Respond) => respond(desk),
            (None, Use::Embed) => embed(desk),
        }
    };
    view! {
        <style>{STYLE}</style>
        <div class="lab generate" data-testid="lab-generate">
            <div class="lab-head">
                <h2>{move || words().generate.title}</h2>
                {choice(desk)}
            </div>
            {body}
        </div>
    }
    .into_any()
}

/// All uses; those that the model is not made for can be opened as well, and say why.
fn choice(desk: Desk) -> AnyView {
    let (family, shown) = (desk.family(), desk.shown());
    let segments: Vec<_> = Use::ALL
        .into_iter()
        .map(|own| {
            let test = match own {
                Use::Continue => "use-continue",
                Use::Fill => "use-fill",
                Use::Respond => "use-respond",
                Use::Embed => "use-embed",
            };
            let cannot = move || family.get().is_some_and(|it| own.refusal(it).is_some());
            view! {
                <label class="segment" class:cannot=cannot>
                    <input
                        type="radio"
                        name="use"
                        data-testid=test
                        prop:checked=move || shown.get() == own
                        on:change=move |_| desk.choose(own)
                    />
                    <span title=move || cannot().then(|| words().uses.not_this_model)>
                        {move || own.name()(words())}
                    </span>
                </label>
            }
        })
        .collect();
    view! {
        <div class="segmented" role="radiogroup" aria-label=move || words().uses.label>{segments}</div>
    }
    .into_any()
}

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let desk = desk();
    let shown = desk.shown();
    let of_use = move || match shown.get() {
        Use::Continue => view! {
            {suggestions(
                &[
                    (|w| w.generate.try_greedy, |p| p.sampling.temperature = 0.0),
                    (|w| w.generate.try_hot, |p| p.sampling.temperature = 1.5),
                    (|w| w.generate.try_top_k, |p| p.sampling.top_k = 5),
                    (|w| w.generate.try_nucleus, |p| p.sampling.top_p = 0.9),
                ],
            )}
            {sampling()}
            {about(|w| w.generate.about)}
        }
        .into_any(),
        Use::Respond => view! {
            {sampling()}
            {about(|w| w.uses.about_respond)}
        }
        .into_any(),
        Use::Fill => about(|w| w.uses.about_fill),
        Use::Embed => about(|w| w.uses.about_embed),
    };
    view! {
        {of_use}
        {abilities(desk)}
    }
    .into_any()
}

fn sampling() -> AnyView {
    group(
        |w| w.generate.group_sampling,
        false,
        vec![
            number(
                |w| w.fields.temperature,
                Field::Temperature,
                Range::real(0.0, 2.0, 0.05),
            ),
            number_or_off(|_| "top-k", Field::TopK, Range::count(0, 1000)),
            number(|_| "top-p", Field::TopP, Range::real(0.01, 1.0, 0.01)),
            number(
                |w| w.fields.max_tokens,
                Field::MaxTokens,
                Range::count(1, 2000),
            ),
            seed(|w| w.fields.sampling_seed, Field::SamplingSeed),
        ],
    )
}

/// What the model in force can do; of the rest, why not.
fn abilities(desk: Desk) -> AnyView {
    let family = desk.family();
    let rows = move || {
        let family = family.get()?;
        let rows = Use::ALL.into_iter().map(|own| {
            let reason = own.refusal(family);
            let (mark, class) = match reason {
                None => ("✓", "able"),
                Some(_) => ("–", "unable"),
            };
            view! {
                <li class=class>
                    <span aria-hidden="true">{mark}</span>
                    <span>
                        {move || own.name()(words())}
                        {reason.map(|reason| view! { <span class="note">{move || reason(words())}</span> })}
                    </span>
                </li>
            }
        });
        Some(rows.collect_view())
    };
    let title = say(|w| w.uses.able);
    view! {
        <section class="about">
            <h3>{title}</h3>
            <ul class="abilities" data-testid="abilities">{rows}</ul>
        </section>
    }
    .into_any()
}
