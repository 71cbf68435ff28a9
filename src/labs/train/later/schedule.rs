//! The schedule drawn, with handles that the pointer drags and the arrow keys move. They edit the draft as the number fields do.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::super::super::workbench::{Workbench, workbench};
use super::super::schedule::{Handle, Room, handles};
use super::super::schedule_chart::Drawing;
use super::super::view::Train;
use crate::session::config::{ScheduleKind, TrainingConfig};
use crate::session::field::{Effect as When, Field};
use crate::ui::box_size;
use crate::ui::chart_svg::{ChartData, Frame, draw};
use crate::ui::number::{integer, percent, setting};
use crate::words::preparing::preparing;
use crate::words::{fill, words};

const STYLE: &str = include_str!("schedule.css");

/// What all parts of the drawing share.
#[derive(Clone, Copy)]
struct Sheet {
    bench: Workbench,
    draft: Memo<TrainingConfig>,
    drawn: Memo<(ChartData, Frame)>,
    node: NodeRef<leptos::html::Div>,
}

/// The drawing.
#[inline(never)]
pub fn page() -> AnyView {
    let bench = workbench();
    let train: Train = expect_context();
    let draft = Memo::new(move |_| bench.draft.with(|draft| draft.training.clone()));
    let applied = Memo::new(move |_| {
        bench
            .applied
            .with(|it| it.as_ref().map(|it| it.training.clone()))
    });
    let other = Memo::new(move |_| applied.get().filter(|run| differs(run, &draft.get())));
    // It stands still while something is dragged.
    let room = RwSignal::new(Room::around(&draft.get_untracked()));
    let is_dragged = RwSignal::new(false);
    Effect::new(move |_| {
        let around = draft.with(Room::around);
        if !is_dragged.get() && room.get_untracked() != around {
            room.set(around);
        }
    });
    let node = NodeRef::<leptos::html::Div>::new();
    let size = box_size(node);
    let drawn = Memo::new(move |_| {
        let w = words();
        let (width, height) = size.get();
        train.state.with(|state| {
            draft.with(|draft| {
                let other = other.get();
                let drawing = Drawing {
                    draft,
                    applied: other.as_ref(),
                    passed: &state.history.learning_rate,
                    room: room.get(),
                };
                let chart = drawing.chart(w.train.axis_step, w.fields.learning_rate);
                let frame = drawing.frame(&chart, width.max(160.0), height.max(120.0));
                (chart, frame)
            })
        })
    });
    let sheet = Sheet {
        bench,
        draft,
        drawn,
        node,
    };
    let kind = Memo::new(move |_| draft.with(|draft| draft.schedule));
    let all = move || {
        let handles = handles(kind.get()).into_iter();
        handles
            .map(|handle| handle_view(sheet, handle, is_dragged))
            .collect_view()
    };
    view! {
        <div class="chart schedule" data-testid="schedule-drawing">
            <style>{STYLE}</style>
            <div class="chart-canvas" node_ref=node role="group" aria-label=move || preparing().schedule>
                <svg width="100%" height="100%" aria-hidden="true">
                    <g data-testid="schedule-curve" inner_html=move || drawn.with(|(chart, frame)| draw(chart, frame))></g>
                    <g inner_html=move || marks(sheet)></g>
                </svg>
                {all}
            </div>
            <p class="note">{move || note(kind.get())}</p>
            <Show when=move || other.with(Option::is_some)>
                <p class="note" data-testid="schedule-run">{move || preparing().schedule_run}</p>
            </Show>
        </div>
    }
    .into_any()
}

/// Whether two runs have other schedules.
fn differs(one: &TrainingConfig, other: &TrainingConfig) -> bool {
    one.learning_rates() != other.learning_rates()
}

fn note(kind: ScheduleKind) -> &'static str {
    let w = preparing();
    match kind {
        ScheduleKind::Step => w.schedule_drops,
        ScheduleKind::WarmupStableDecay => w.schedule_decay,
        _ => "",
    }
}

/// Guides of the handles, the corners of the shape, and the present step.
fn marks(sheet: Sheet) -> String {
    let step = sheet.bench.run.with(|run| run.step());
    sheet.drawn.with(|(_, frame)| {
        sheet.draft.with(|draft| {
            let (top, bottom) = (frame.py(frame.y.high), frame.py(frame.y.low));
            let upright = |class: &str, step: u32| {
                let x = frame.px(f64::from(step));
                format!("<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\"/>")
            };
            let mut svg = String::new();
            for handle in handles(draft.schedule) {
                let (x, y) = handle.place(draft, frame);
                if handle.is_across() {
                    svg += &format!("<line class=\"guide\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top:.1}\" y2=\"{y:.1}\"/>");
                } else {
                    let to = match handle {
                        Handle::Peak => draft.warmup_steps,
                        _ => draft.total_steps,
                    };
                    let to = frame.px(f64::from(to));
                    svg += &format!("<line class=\"guide\" x1=\"{x:.1}\" x2=\"{to:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
                }
            }
            for corner in draft.learning_rates().corners() {
                svg += &upright("corner", corner.saturating_add(1));
            }
            if step > 0 {
                let said = fill(
                    preparing().schedule_step,
                    &[("step", &integer(u64::from(step)))],
                );
                let x = frame.px(f64::from(step));
                let anchor = if x > frame.width / 2.0 { "end" } else { "start" };
                svg += &upright("cursor", step);
                svg += &format!("<text class=\"now\" x=\"{x:.1}\" y=\"{:.1}\" dx=\"{}\" text-anchor=\"{anchor}\">{said}</text>", top + 10.0, if anchor == "end" { -4 } else { 4 });
            }
            svg
        })
    })
}

fn handle_view(sheet: Sheet, handle: Handle, is_dragged: RwSignal<bool>) -> AnyView {
    let Sheet { bench, draft, .. } = sheet;
    let field = handle.field();
    let place = Memo::new(move |_| {
        sheet
            .drawn
            .with(|(_, frame)| draft.with(|draft| handle.place(draft, frame)))
    });
    let value = move || bench.draft.with(|draft| field.number(draft).unwrap_or(0.0));
    let set = move |value: f64| {
        if bench.draft.with_untracked(|draft| field.number(draft)) != Some(value) {
            bench.draft.update(|draft| field.set_number(draft, value));
        }
    };
    let dragged = move |event: &PointerEvent| {
        let Some(area) = sheet.node.get_untracked() else {
            return;
        };
        let area = area.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - area.left();
        let y = f64::from(event.client_y()) - area.top();
        let value = sheet.drawn.with_untracked(|(_, frame)| {
            draft.with_untracked(|draft| handle.dragged(draft, frame, (x, y)))
        });
        set(value);
    };
    let pressed = move |event: PointerEvent| {
        if let Some(knob) = event
            .current_target()
            .and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok())
        {
            // A pointer that is gone already needs no capture.
            let _ = knob.set_pointer_capture(event.pointer_id());
            let _ = knob.focus();
        }
        event.prevent_default();
        is_dragged.set(true);
    };
    let moved = move |event: PointerEvent| {
        if is_dragged.get_untracked() && event.buttons() & 1 == 1 {
            dragged(&event);
        }
    };
    let keyed = move |event: KeyboardEvent| {
        let now = bench
            .draft
            .with_untracked(|draft| field.number(draft).unwrap_or(0.0));
        let next = draft.with_untracked(|draft| handle.keyed(draft, now, &event.key()));
        if let Some(next) = next {
            event.prevent_default();
            set(next);
        }
    };
    let bounds = Memo::new(move |_| draft.with(|draft| handle.bounds(draft)));
    let (name, test) = named(handle);
    view! {
        <div
            class="knob"
            class:across=handle.is_across()
            class:pending=is_pending(bench, field)
            role="slider"
            tabindex="0"
            data-testid=test
            aria-orientation=if handle.is_across() { "horizontal" } else { "vertical" }
            aria-label=move || name(preparing())
            aria-valuemin=move || bounds.get().0.to_string()
            aria-valuemax=move || bounds.get().1.to_string()
            aria-valuenow=move || value().to_string()
            aria-valuetext=move || value_text(handle, &draft.get())
            title=move || format!("{}: {}", name(preparing()), value_text(handle, &draft.get()))
            style:left=move || format!("{:.1}px", place.get().0)
            style:top=move || format!("{:.1}px", place.get().1)
            on:pointerdown=pressed
            on:pointermove=moved
            on:pointerup=move |_| is_dragged.set(false)
            on:pointercancel=move |_| is_dragged.set(false)
            on:lostpointercapture=move |_| is_dragged.set(false)
            on:keydown=keyed
        ></div>
    }
    .into_any()
}

type Name = fn(&'static crate::words::preparing::Preparing) -> &'static str;

fn named(handle: Handle) -> (Name, &'static str) {
    match handle {
        Handle::Warmup => (|w| w.handle_warmup, "handle-warmup"),
        Handle::Peak => (|w| w.handle_peak, "handle-peak"),
        Handle::Total => (|w| w.handle_total, "handle-total"),
        Handle::Last => (|w| w.handle_last, "handle-last"),
    }
}

fn value_text(handle: Handle, training: &TrainingConfig) -> String {
    let w = preparing();
    let step = |n: u32| fill(w.says_step, &[("n", &integer(u64::from(n)))]);
    let peak = f64::from(training.learning_rate);
    let fraction = f64::from(training.final_fraction);
    match handle {
        Handle::Warmup if training.warmup_steps == 0 => w.says_no_warmup.to_owned(),
        Handle::Warmup => step(training.warmup_steps),
        Handle::Total => step(training.total_steps),
        Handle::Peak => setting(peak),
        Handle::Last => {
            let (rate, text) = match training.schedule {
                ScheduleKind::Step => (peak * fraction * fraction, w.says_factor),
                _ => (peak * fraction, w.says_share),
            };
            fill(
                text,
                &[("rate", &setting(rate)), ("share", &percent(fraction))],
            )
        }
    }
}

/// Whether the setting waits for a new run.
fn is_pending(bench: Workbench, field: Field) -> impl Fn() -> bool + Send + Sync {
    move || {
        field.effect() == When::Restart
            && bench.applied.with(|applied| {
                applied.as_ref().is_some_and(|run| {
                    bench
                        .draft
                        .with(|draft| field.read(run) != field.read(draft))
                })
            })
    }
}
