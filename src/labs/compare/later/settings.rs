//! The panel: prepared comparisons, budget, what is watched, sweep, history and files.

use leptos::prelude::*;

use super::super::super::setting::about;
use super::super::kept::Compare;
use super::super::state::{Plan, Unit};
use super::chart_view::smoothing;
use super::files::history_and_files;
use super::prepared::prepared_list;
use super::sweep_settings::sweep_group;
use super::told::of_plan;
use crate::session::compare::Turns;
use crate::session::compare_link::{BUDGETS, HIGHEST_TARGET, MOST_SAMPLE, MOST_VALIDATIONS};
use crate::ui::range::Range;
use crate::ui::{Choice, Group, NumberField, Segmented, TextArea};
use crate::words::{say, words};

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let lab: Compare = expect_context();
    view! {
        {prepared_list(lab)}
        <Group title=say(|w| w.compare.group_budget)>{budget(lab)} {turns(lab)}</Group>
        <Group title=say(|w| w.compare.group_watch)>{watch(lab)}</Group>
        <Group title=say(|w| w.compare.group_sweep) folded=true>{sweep_group(lab)}</Group>
        <Group title=say(|w| w.compare.group_history) folded=true>{history_and_files(lab)}</Group>
        {about(|w| w.compare.about)}
    }
    .into_any()
}

/// What a number sets in the plan.
fn set(lab: Compare, put: fn(&mut Plan, f64)) -> Callback<f64> {
    Callback::new(move |value| lab.plan.update(|plan| put(plan, value)))
}

fn budget(lab: Compare) -> AnyView {
    let unit = of_plan(lab, |plan| plan.unit);
    let amount = of_plan(lab, Plan::amount);
    let field = move || {
        let unit = unit.get();
        let (_, least, most) = BUDGETS[unit as usize];
        let label = match unit {
            Unit::Tokens => say(|w| w.compare.amount_tokens),
            Unit::Flops => say(|w| w.compare.amount_flops),
            Unit::Seconds => say(|w| w.compare.amount_seconds),
        };
        let slider = match unit {
            Unit::Tokens => Range::count(10_000, 100_000_000),
            Unit::Flops => Range::ratio(1e9, 1e15),
            Unit::Seconds => Range::ratio(1.0, 3_600.0),
        };
        view! {
            <NumberField
                label=label
                value=amount
                set=set(lab, |plan, value| plan.amounts[plan.unit as usize] = value)
                range=slider.allowing(least, most)
                test="compare-amount"
            />
        }
    };
    let choices = vec![
        Choice::new(Unit::Tokens, say(|w| w.compare.tokens), "budget-tokens"),
        Choice::new(Unit::Flops, say(|w| w.compare.flops), "budget-flops"),
        Choice::new(Unit::Seconds, say(|w| w.compare.seconds), "budget-seconds"),
    ];
    view! {
        <div class="field">
            <span class="quiet">{move || words().compare.equal}</span>
            <Segmented
                label=say(|w| w.compare.equal)
                choices=choices
                value=unit
                set=move |unit| lab.plan.update(|plan| plan.unit = unit)
            />
        </div>
        {field}
    }
    .into_any()
}

fn turns(lab: Compare) -> AnyView {
    let choices = vec![
        Choice::new(
            Turns::Interleaved,
            say(|w| w.compare.interleaved),
            "turns-together",
        ),
        Choice::new(Turns::InTurn, say(|w| w.compare.in_turn), "turns-in-turn"),
    ];
    view! {
        <div class="field">
            <span class="quiet">{move || words().compare.turns}</span>
            <Segmented
                label=say(|w| w.compare.turns)
                choices=choices
                value=of_plan(lab, |plan| plan.turns)
                set=move |turns| lab.plan.update(|plan| plan.turns = turns)
            />
            <p class="note">{move || words().compare.turns_note}</p>
        </div>
    }
    .into_any()
}

fn watch(lab: Compare) -> AnyView {
    view! {
        <NumberField
            label=say(|w| w.compare.validations)
            value=of_plan(lab, |plan| f64::from(plan.validations))
            set=set(lab, |plan, value| plan.validations = value as u32)
            range=Range::whole(0, 100, 1).allowing(0.0, f64::from(MOST_VALIDATIONS))
            test="compare-validations"
        />
        {smoothing(lab)}
        <TextArea
            label=say(|w| w.compare.prompt)
            value=of_plan(lab, |plan| plan.prompt.clone())
            set=move |text| lab.plan.update(|plan| plan.prompt = text)
            rows=2
            test="compare-prompt"
        />
        <NumberField
            label=say(|w| w.compare.sample_tokens)
            value=of_plan(lab, |plan| f64::from(plan.sample_tokens))
            set=set(lab, |plan, value| plan.sample_tokens = value as u32)
            range=Range::whole(0, 400, 10).typed_by(1.0).allowing(0.0, f64::from(MOST_SAMPLE))
            test="compare-sample-tokens"
        />
        <NumberField
            label=say(|w| w.compare.target)
            value=of_plan(lab, |plan| f64::from(plan.target))
            set=set(lab, |plan, value| plan.target = value as f32)
            range=Range::real(0.0, 8.0, 0.05).allowing(0.0, f64::from(HIGHEST_TARGET))
            test="compare-target"
        />
    }
    .into_any()
}
