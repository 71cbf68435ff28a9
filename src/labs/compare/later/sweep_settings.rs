//! What is swept, and the button that begins it.

use leptos::prelude::*;

use super::super::super::workbench::{Workbench, workbench};
use super::super::kept::Compare;
use super::super::sweep::{Axis, Kind, Sweep, cells, sweepable};
use super::editor::field_choices;
use super::told::of_plan;
use crate::session::compare::MOST_CELLS;
use crate::session::config::Playground;
use crate::session::field::Field;
use crate::session::validate::range;
use crate::ui::range::Range;
use crate::ui::{Button, ButtonKind, Choice, NumberField, Segmented, Select};
use crate::words::{fill, say, words};

pub fn sweep_group(lab: Compare) -> AnyView {
    let bench = workbench();
    let base = of_plan(lab, |plan| {
        plan.entries.first().map(|it| it.playground.clone())
    });
    let body = move || match base.get() {
        None => view! { <p class="note">{words().compare.sweep_needs_entry}</p> }.into_any(),
        Some(base) => sweep_of(bench, lab, base),
    };
    view! {
        <p class="note">{move || words().compare.sweep_about}</p>
        {body}
    }
    .into_any()
}

/// A part of the sweep that only fires when it changes.
fn of_sweep<T>(lab: Compare, get: impl Fn(&Sweep) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| lab.sweep.with(&get))
}

fn sweep_of(bench: Workbench, lab: Compare, base: Playground) -> AnyView {
    // What no longer acts in the first entry cannot be swept.
    let fields = sweepable(&base);
    lab.sweep.update(|sweep| {
        if !fields.contains(&sweep.first.field) {
            let field = fields.first().copied().unwrap_or(Field::Seed);
            sweep.first = Axis::around(field, &base);
        }
        sweep.second = sweep.second.filter(|axis| fields.contains(&axis.field));
    });
    let kind = of_sweep(lab, |sweep| sweep.kind);
    let count = {
        let base = base.clone();
        Memo::new(move |_| lab.sweep.with(|sweep| cells(sweep, &base).0.len()))
    };
    let wanted = of_sweep(lab, |sweep| match sweep.kind {
        Kind::Grid => sweep.first.count * sweep.second.map_or(1, |axis| axis.count),
        Kind::Random => sweep.draws,
    });
    let told = move || {
        let w = &words().compare;
        let mut text = fill(w.sweep_cells, &[("n", &count.get().to_string())]);
        if wanted.get() as usize > MOST_CELLS {
            text.push(' ');
            text.push_str(&fill(w.sweep_full, &[("n", &MOST_CELLS.to_string())]));
        }
        text
    };
    let is_running = Memo::new(move |_| lab.state.with(|state| state.running().is_some()));
    let is_ready = bench.of_run(|run| run.ready && run.device.is_some() && !run.is_over);
    let of_run = base.clone();
    let run = move |()| {
        let (entries, shape) = lab.sweep.with_untracked(|sweep| cells(sweep, &of_run));
        let comparison = lab.plan.with_untracked(|plan| plan.sweep(entries));
        lab.begin(bench, comparison, Some(shape));
    };
    let kinds = vec![
        Choice::new(Kind::Grid, say(|w| w.compare.grid), "sweep-grid"),
        Choice::new(Kind::Random, say(|w| w.compare.random), "sweep-random"),
    ];
    let draws = move || {
        (kind.get() == Kind::Random).then(|| {
            view! {
                <NumberField
                    label=say(|w| w.compare.sweep_draws)
                    value=of_sweep(lab, |sweep| f64::from(sweep.draws))
                    set=move |value: f64| lab.sweep.update(|sweep| sweep.draws = value as u32)
                    range=Range::whole(1, MOST_CELLS as u32, 1)
                    test="sweep-draws"
                />
                <NumberField
                    label=say(|w| w.compare.sweep_seed)
                    value=of_sweep(lab, |sweep| f64::from(sweep.seed))
                    set=move |value: f64| lab.sweep.update(|sweep| sweep.seed = value as u32)
                    range=Range::count(0, u32::MAX)
                    bare=true
                    test="sweep-seed"
                />
            }
        })
    };
    view! {
        <div class="field">
            <span class="quiet">{move || words().compare.sweep_kind}</span>
            <Segmented
                label=say(|w| w.compare.sweep_kind)
                choices=kinds
                value=kind
                set=move |kind| lab.sweep.update(|sweep| sweep.kind = kind)
            />
        </div>
        {first_axis(lab, base.clone(), fields.clone())}
        {second_axis(lab, base, fields)}
        {draws}
        <p class="note" data-testid="sweep-cells">{told}</p>
        <Button
            label=say(|w| w.compare.sweep_run)
            kind=ButtonKind::Primary
            disabled=Signal::derive(move || is_running.get() || !is_ready.get())
            press=run
            test="sweep-run"
        />
    }
    .into_any()
}

fn first_axis(lab: Compare, base: Playground, fields: Vec<Field>) -> AnyView {
    let field = of_sweep(lab, |sweep| sweep.first.field);
    let choose = move |field| {
        lab.sweep
            .update(|sweep| sweep.first = Axis::around(field, &base))
    };
    view! {
        <Select
            label=say(|w| w.compare.sweep_first)
            choices=field_choices(fields)
            value=field
            set=choose
            test="sweep-first"
        />
        {move || {
            ends(
                lab,
                field.get(),
                ["sweep-first-low", "sweep-first-high", "sweep-first-count"],
                |sweep| Some(&sweep.first),
                |sweep| Some(&mut sweep.first),
            )
        }}
    }
    .into_any()
}

fn second_axis(lab: Compare, base: Playground, fields: Vec<Field>) -> AnyView {
    let field = of_sweep(lab, |sweep| sweep.second.map(|axis| axis.field));
    let none = Choice::new(None, say(|w| w.compare.sweep_no_second), "none");
    let some = field_choices(fields)
        .into_iter()
        .map(|choice| Choice::new(Some(choice.value), choice.label, choice.test));
    let choices = std::iter::once(none).chain(some).collect();
    let choose = move |field: Option<Field>| {
        let axis = field.map(|field| Axis::around(field, &base));
        lab.sweep.update(|sweep| sweep.second = axis);
    };
    view! {
        <Select
            label=say(|w| w.compare.sweep_second)
            choices=choices
            value=field
            set=choose
            test="sweep-second"
        />
        {move || {
            field.get().map(|field| {
                ends(
                    lab,
                    field,
                    ["sweep-second-low", "sweep-second-high", "sweep-second-count"],
                    |sweep| sweep.second.as_ref(),
                    |sweep| sweep.second.as_mut(),
                )
            })
        }}
    }
    .into_any()
}

/// From, to, and how many values.
fn ends(
    lab: Compare,
    field: Field,
    tests: [&'static str; 3],
    axis: fn(&Sweep) -> Option<&Axis>,
    axis_mut: fn(&mut Sweep) -> Option<&mut Axis>,
) -> AnyView {
    let (least, most) = range(field).unwrap_or((0.0, 1.0));
    // Typed, not sought: a sweep is laid out in round figures.
    let allowed = Range::real(least, most, 0.0);
    let is_grid = of_sweep(lab, |sweep| sweep.kind == Kind::Grid);
    let value =
        move |get: fn(&Axis) -> f64| of_sweep(lab, move |sweep| axis(sweep).map_or(0.0, get));
    let put = move |put: fn(&mut Axis, f64)| {
        move |value: f64| {
            lab.sweep.update(|sweep| {
                if let Some(axis) = axis_mut(sweep) {
                    put(axis, value);
                }
            });
        }
    };
    view! {
        <NumberField
            label=say(|w| w.compare.sweep_low)
            value=value(|axis| axis.low)
            set=put(|axis, value| axis.low = value)
            range=allowed
            bare=true
            test=tests[0]
        />
        <NumberField
            label=say(|w| w.compare.sweep_high)
            value=value(|axis| axis.high)
            set=put(|axis, value| axis.high = value)
            range=allowed
            bare=true
            test=tests[1]
        />
        <Show when=move || is_grid.get()>
            <NumberField
                label=say(|w| w.compare.sweep_count)
                value=value(|axis| f64::from(axis.count))
                set=put(|axis, value| axis.count = value as u32)
                range=Range::whole(1, MOST_CELLS as u32, 1)
                bare=true
                test=tests[2]
            />
        </Show>
    }
    .into_any()
}
