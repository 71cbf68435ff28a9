//! Comparisons that one press sets up.

use leptos::prelude::*;

use super::super::super::setting::Say;
use super::super::kept::Compare;
use crate::session::comparisons;
use crate::session::config::Corpus;
use crate::words::words;

fn texts(id: &str) -> (Say, Say) {
    match id {
        "seventy-years" => (
            |w| w.compare.seventy_years,
            |w| w.compare.seventy_years_note,
        ),
        "encoder-decoder-both" => (
            |w| w.compare.encoder_decoder_both,
            |w| w.compare.encoder_decoder_both_note,
        ),
        "ablation" => (|w| w.compare.ablation, |w| w.compare.ablation_note),
        "tokenizers" => (|w| w.compare.tokenizers, |w| w.compare.tokenizers_note),
        "warm-up" => (|w| w.compare.warm_up, |w| w.compare.warm_up_note),
        _ => (
            |w| w.compare.sparse_attention,
            |w| w.compare.sparse_attention_note,
        ),
    }
}

fn take(lab: Compare, prepared: &comparisons::Prepared) {
    // The text of the ladder is Moby Dick where the site carries it.
    let corpus = match lab.has_moby_dick.get_untracked() {
        true => Corpus::MobyDick,
        false => Corpus::Generated,
    };
    lab.take((prepared.comparison)(corpus));
}

/// As cards, for the empty laboratory.
pub fn prepared_cards(lab: Compare) -> AnyView {
    let cards: Vec<_> = comparisons::ALL
        .iter()
        .map(|prepared| {
            let (name, note) = texts(prepared.id);
            view! {
                <button
                    type="button"
                    class="card"
                    data-testid=format!("compare-{}", prepared.id)
                    on:click=move |_| take(lab, prepared)
                >
                    <strong>{move || name(words())}</strong>
                    <span>{move || note(words())}</span>
                </button>
            }
        })
        .collect();
    view! { <div class="cards">{cards}</div> }.into_any()
}

/// As a list, for the panel.
pub fn prepared_list(lab: Compare) -> AnyView {
    let chips: Vec<_> = comparisons::ALL
        .iter()
        .map(|prepared| {
            let (name, note) = texts(prepared.id);
            view! {
                <button
                    type="button"
                    class="button chip"
                    title=move || note(words())
                    data-testid=format!("compare-take-{}", prepared.id)
                    on:click=move |_| take(lab, prepared)
                >
                    {move || name(words())}
                </button>
            }
        })
        .collect();
    view! {
        <section class="suggestions">
            <h3>{move || words().compare.prepared}</h3>
            <div class="chips">{chips}</div>
            <p class="note">{move || words().compare.prepared_note}</p>
        </section>
    }
    .into_any()
}
