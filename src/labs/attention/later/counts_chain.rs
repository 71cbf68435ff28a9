//! The chain from the longest context to the uniform distribution, and the formula of one of its steps.

use leptos::prelude::*;

use super::super::super::workbench::Workbench;
use super::super::counting::{context_of, share_of, shown_step};
use super::super::counts_formula::{Settings, of_step, of_sum};
use super::super::kept::Look;
use super::super::state::Heard;
use super::asking::{inside, say_inside};
use super::counts::of_answer;
use crate::models::ngram::{CountKind, Step};
use crate::session::questions::Counted;
use crate::ui::number::{integer, significant};
use crate::ui::token_text::visible;
use crate::words::fill;

/// Which step's formula is shown; tracked.
fn chosen_step(look: Look, answer: Memo<Option<Heard>>) -> Memo<usize> {
    Memo::new(move |_| {
        let chosen = look.state.with(|state| state.chosen.step);
        of_answer(answer, |it| shown_step(&it.explanation, chosen)).unwrap_or_default()
    })
}

/// The steps as a table.
pub fn chain(look: Look, answer: Memo<Option<Heard>>) -> AnyView {
    let chosen = chosen_step(look, answer);
    let choose = move |step: usize| look.state.update(|state| state.chosen.step = step);
    let rows = move || {
        of_answer(answer, |counted| {
            let steps = counted.explanation.steps.iter().enumerate();
            let rows = steps.map(|(index, step)| row(counted, index, step, chosen, choose));
            rows.collect_view()
        })
    };
    view! {
        <h3>{move || inside().chain}</h3>
        <div class="table-scroll" tabindex="0" role="region" aria-label=say_inside(|w| w.chain)>
            <table class="figures-table" data-testid="counts-chain">
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The sum of the steps, and the formula of the chosen one.
pub fn formulas(bench: Workbench, look: Look, answer: Memo<Option<Heard>>) -> AnyView {
    let chosen = chosen_step(look, answer);
    let settings = move || {
        bench.applied.with(|run| {
            run.as_ref().map_or(
                Settings {
                    k: 0.0,
                    factor: 0.0,
                },
                |run| Settings {
                    k: f64::from(run.model.add_k),
                    factor: f64::from(run.model.back_off),
                },
            )
        })
    };
    let sum = move || of_answer(answer, of_sum).unwrap_or_default();
    let formula =
        move || of_answer(answer, |it| of_step(it, chosen.get(), settings())).unwrap_or_default();
    let title = move || {
        let order = of_answer(answer, |it| {
            it.explanation.steps.get(chosen.get()).map(|it| it.order)
        });
        match order.flatten() {
            Some(order) if order > 0 => fill(inside().formula, &[("order", &order.to_string())]),
            _ => inside().formula_uniform.to_owned(),
        }
    };
    // From the left, so that what is too wide can be scrolled to.
    let place = "flex-direction: column; align-items: flex-start; font-size: 16px";
    view! {
        <div class="look-main">
            <h3>{move || inside().sum}</h3>
            <div class="formula" style=place data-testid="counts-sum" inner_html=sum></div>
            <h3>{title}</h3>
            <div class="formula" style=place data-testid="counts-formula" inner_html=formula></div>
            <p class="quiet">{say_inside(|w| w.formula_legend)}</p>
        </div>
    }
    .into_any()
}

fn head() -> impl IntoView {
    let w = inside();
    [
        w.chain_order,
        w.chain_context,
        w.chain_kind,
        w.with_token,
        w.of_context,
        w.discount,
        w.own,
        w.weight,
        w.contribution,
    ]
    .map(|name| view! { <th scope="col">{name}</th> })
    .collect_view()
}

/// One step: what its context says, and what that adds.
fn row(
    counted: &Counted,
    index: usize,
    step: &Step,
    chosen: Memo<usize>,
    choose: impl Fn(usize) + Copy + 'static,
) -> AnyView {
    let w = inside();
    let number = |value: f64| significant(value, 4);
    let nothing = "–".to_owned();
    let is_uniform = step.order == 0;
    let kind = match step.counts {
        _ if is_uniform => w.uniform,
        _ if !step.is_seen => w.unseen,
        CountKind::Occurrences => w.occurrences,
        CountKind::Continuations => w.continuations,
    };
    let counts = [step.count, step.total].map(|count| match step.is_seen && !is_uniform {
        true => integer(u64::from(count)),
        false => nothing.clone(),
    });
    let [with_token, of_context] = counts;
    let discount = match step.discount > 0.0 {
        true => number(step.discount),
        false => nothing.clone(),
    };
    let weight = if is_uniform {
        nothing
    } else {
        number(step.weight)
    };
    let share = share_of(&counted.explanation, step);
    let is_chosen = move || chosen.get() == index;
    let name = fill(w.step_name, &[("order", &step.order.to_string())]);
    view! {
        <tr data-testid="chain-row" data-order=step.order>
            <th scope="row">
                <button
                    type="button"
                    class="button chip"
                    style:border-color=move || is_chosen().then_some("var(--leaf)")
                    style:font-weight=move || is_chosen().then_some("700")
                    data-testid="chain-step"
                    aria-label=name.clone()
                    aria-pressed=move || is_chosen().to_string()
                    title=name
                    on:click=move |_| choose(index)
                >
                    {step.order.to_string()}
                </button>
            </th>
            <td class="mono">{context_text(counted, step)}</td>
            <td>{kind}</td>
            <td class="figure">{with_token}</td>
            <td class="figure">{of_context}</td>
            <td class="figure">{discount}</td>
            <td class="figure">{number(step.own)}</td>
            <td class="figure">{weight}</td>
            <td class="figure" data-testid="chain-contribution">
                {number(step.contribution)}
                <span class="bar-track" aria-hidden="true">
                    <span class="bar-fill" style:width=format!("{:.2}%", share.clamp(0.0, 1.0) * 100.0)></span>
                </span>
            </td>
        </tr>
    }
    .into_any()
}

fn context_text(counted: &Counted, step: &Step) -> String {
    let context = context_of(counted, step);
    if context.is_empty() {
        return inside().no_context.to_owned();
    }
    let texts: Vec<String> = context.iter().map(|(_, text)| visible(text)).collect();
    texts.join(" ")
}
