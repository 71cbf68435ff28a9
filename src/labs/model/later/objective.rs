//! What the model learns to predict, with the settings of that.

use leptos::prelude::*;

use super::super::super::setting::{Say, group_of, number, number_or_off, select, toggle};
use super::super::super::workbench::workbench;
use super::example::EXAMPLE;
use crate::session::config::Objective;
use crate::session::field::{Choice, Field};
use crate::session::validate::objectives_of;
use crate::ui::range::Range;
use crate::ui::{Button, ButtonKind};
use crate::words::preparing::say;
use crate::words::words;

/// The group of the objective; it is there where a family has more than one.
pub fn objective() -> AnyView {
    let mut rows = vec![choice()];
    rows.extend(masking());
    rows.extend(noise());
    group_of(
        |w| w.families.group_objective,
        false,
        &[Field::Objective],
        rows,
    )
}

/// The objectives of the family, and a line about the chosen one.
fn choice() -> AnyView {
    let bench = workbench();
    let family = bench.value(|p| p.model.family);
    let chosen = bench.value(|p| p.objective.objective);
    let list = move || {
        let choices: Vec<(&'static str, Say)> = objectives_of(family.get())
            .iter()
            .map(|objective| (objective.word(), words_of(*objective).0))
            .collect();
        select(|w| w.objectives.objective, Field::Objective, &choices)
    };
    view! {
        {list}
        <p class="note" data-testid="objective-note">{move || words_of(chosen.get()).1(words())}</p>
        <span class="wide-only">
            <Button label=say(|w| w.to_example) kind=ButtonKind::Chip press=move |()| show_example() test="to-example" />
        </span>
    }
    .into_any()
}

/// Scrolls to the example beside these settings. Where they are a sheet over it, it is not offered.
fn show_example() {
    if let Some(example) = document().get_element_by_id(EXAMPLE) {
        example.scroll_into_view();
    }
}

/// Name and one line.
fn words_of(objective: Objective) -> (Say, Say) {
    match objective {
        Objective::Causal => (|w| w.objectives.causal, |w| w.objectives.causal_note),
        Objective::Masked => (|w| w.objectives.masked, |w| w.objectives.masked_note),
        Objective::NextSentence => (
            |w| w.objectives.next_sentence,
            |w| w.objectives.next_sentence_note,
        ),
        Objective::Denoising => (|w| w.objectives.denoising, |w| w.objectives.denoising_note),
        Objective::Spans => (|w| w.objectives.spans, |w| w.objectives.spans_note),
        Objective::TextToText => (
            |w| w.objectives.text_to_text,
            |w| w.objectives.text_to_text_note,
        ),
        Objective::Prompted => (|w| w.objectives.prompted, |w| w.objectives.prompted_note),
    }
}

fn masking() -> Vec<AnyView> {
    vec![
        number(
            |w| w.objectives.mask_rate,
            Field::MaskRate,
            Range::real(0.05, 0.8, 0.05),
        ),
        number(|w| w.objectives.mask_share, Field::MaskShare, SHARE),
        number(|w| w.objectives.random_share, Field::RandomShare, SHARE),
        number(
            |w| w.objectives.unchanged_share,
            Field::UnchangedShare,
            SHARE,
        ),
        select(
            |w| w.objectives.masking,
            Field::Masking,
            &[
                ("dynamic", |w| w.objectives.masking_dynamic),
                ("static", |w| w.objectives.masking_static),
            ],
        ),
        toggle(|w| w.objectives.whole_words, Field::WholeWords),
    ]
}

fn noise() -> Vec<AnyView> {
    vec![
        number_or_off(|w| w.objectives.noise_mask, Field::NoiseMask, SHARE),
        number_or_off(|w| w.objectives.noise_delete, Field::NoiseDelete, SHARE),
        number_or_off(|w| w.objectives.infill, Field::Infill, SHARE),
        number(
            |w| w.objectives.infill_mean,
            Field::InfillMean,
            Range::real(0.5, 10.0, 0.5),
        ),
        number_or_off(|w| w.objectives.permute, Field::Permute, SHARE),
        number_or_off(|w| w.objectives.rotate, Field::Rotate, SHARE),
        number(
            |w| w.objectives.span_rate,
            Field::SpanRate,
            Range::real(0.05, 0.8, 0.05),
        ),
        number(
            |w| w.objectives.span_mean,
            Field::SpanMean,
            Range::real(1.0, 16.0, 0.5),
        ),
    ]
}

const SHARE: Range = Range::real(0.0, 1.0, 0.05);
