//! The picture of the training laboratory.

use leptos::prelude::*;

use super::super::run::Trouble;
use super::super::setting::Say;
use super::super::workbench::{Workbench, workbench};
use super::curves::{Metric, loss_curves, plain_curve};
use super::state::State;
use crate::session::history::{RunHistory, Series, bits, bits_per_byte, perplexity};
use crate::session::protocol::{Command, RunState};
use crate::ui::number::{clock, integer, significant};
use crate::ui::scale::ScaleKind;
use crate::ui::{Button, ButtonKind, ChartData, Choice, LineChart, Segmented, XAxis};
use crate::words::{fill, say, say_message, words};

/// Older samples are kept, but the list stays short enough to draw.
const SAMPLES_SHOWN: usize = 40;

/// What the laboratory keeps while another is open.
#[derive(Clone, Copy)]
pub struct Train {
    pub state: RwSignal<State>,
    metric: RwSignal<Metric>,
    log: RwSignal<bool>,
    /// Whether the schedule is drawn among the settings.
    pub(super) is_drawn: RwSignal<bool>,
}

impl Default for Train {
    fn default() -> Self {
        Self::new()
    }
}

impl Train {
    pub fn new() -> Self {
        Self {
            state: RwSignal::new(State::default()),
            metric: RwSignal::new(Metric::Loss),
            log: RwSignal::new(false),
            is_drawn: RwSignal::new(false),
        }
    }
}

/// Charts, the result in words, samples.
pub fn picture() -> AnyView {
    let bench = workbench();
    let train: Train = expect_context();
    let metric = train.metric;
    let finished = bench.of_run(|run| run.state == RunState::Finished);
    let planned = planned_steps(bench);
    let main = Signal::derive(move || {
        let w = words();
        let y_label = match metric.get() {
            Metric::Loss => w.train.axis_loss,
            Metric::Perplexity => w.train.axis_perplexity,
            Metric::BitsPerByte => w.train.axis_bits_per_byte,
        };
        ChartData {
            series: train.state.with(|state| {
                loss_curves(
                    state,
                    metric.get(),
                    w.train.curve_train,
                    w.train.curve_validation,
                )
            }),
            x_label: w.train.axis_step.into(),
            y_label: y_label.into(),
            x_axis: XAxis::Toward(f64::from(planned.get())),
            y_scale: if train.log.get() {
                ScaleKind::Log
            } else {
                ScaleKind::Linear
            },
        }
    });
    let side = move |style: usize, name: Say, series: fn(&RunHistory) -> &Series| {
        Signal::derive(move || {
            let name = name(words());
            let w = words();
            ChartData {
                series: train
                    .state
                    .with(|state| plain_curve(series(&state.history), name, style)),
                x_label: w.train.axis_step.into(),
                y_label: name.into(),
                x_axis: XAxis::Toward(f64::from(planned.get())),
                y_scale: ScaleKind::Linear,
            }
        })
    };
    view! {
        <div class="lab train" data-testid="lab-train">
            <div class="lab-head">
                <h2>{move || words().train.title}</h2>
                <Segmented
                    label=say(|w| w.train.quantity)
                    choices=vec![
                        Choice::new(Metric::Loss, say(|w| w.train.loss), "metric-loss"),
                        Choice::new(Metric::Perplexity, say(|w| w.train.perplexity), "metric-perplexity"),
                        Choice::new(Metric::BitsPerByte, say(|w| w.train.bits_per_byte), "metric-bpb"),
                    ]
                    value=metric
                    set=move |choice| metric.set(choice)
                />
            </div>
            {trouble(bench)}
            <LineChart
                label=say(|w| w.train.chart_label)
                data=main
                log=train.log
                log_label=say(|w| w.train.log_scale)
                empty=say(|w| w.train.empty)
                test="loss-chart"
            />
            <p class="in-words" data-testid="run-in-words">{move || in_words(planned, train.state)}</p>
            <Show when=move || finished.get()>
                <p class="in-words" data-testid="run-finished">{move || words().train.finished}</p>
            </Show>
            <div class="side-charts">
                <LineChart
                    label=say(|w| w.fields.learning_rate)
                    data=side(2, |w| w.fields.learning_rate, |history| &history.learning_rate)
                    empty=say(|w| w.shell.nothing_yet)
                    small=true
                    test="rate-chart"
                />
                <LineChart
                    label=say(|w| w.train.axis_grad_norm)
                    data=side(3, |w| w.train.axis_grad_norm, |history| &history.grad_norm)
                    empty=say(|w| w.shell.nothing_yet)
                    small=true
                    test="grad-chart"
                />
                <LineChart
                    label=say(|w| w.train.axis_speed)
                    data=side(4, |w| w.train.axis_speed, |history| &history.tokens_per_sec)
                    empty=say(|w| w.shell.nothing_yet)
                    small=true
                    test="speed-chart"
                />
            </div>
            {samples(train)}
        </div>
    }
    .into_any()
}

/// The steps of the run in force; the draft's while there is none.
fn planned_steps(bench: Workbench) -> Memo<u32> {
    let drafted = bench.value(|p| p.training.total_steps);
    Memo::new(move |_| {
        bench.applied.with(|run| {
            run.as_ref()
                .map_or_else(|| drafted.get(), |run| run.training.total_steps)
        })
    })
}

/// The newest numbers as a sentence: exact, with units.
fn in_words(total: Memo<u32>, state: RwSignal<State>) -> String {
    let w = words();
    let total = total.get();
    state.with(|state| {
        let Some(last) = state.history.latest else {
            return w.train.words_empty.to_string();
        };
        let loss = f64::from(last.loss);
        let mut text = fill(
            w.train.words_train,
            &[
                ("step", &integer(u64::from(last.step))),
                ("total", &integer(u64::from(total))),
                ("loss", &significant(loss, 3)),
                ("bits", &significant(bits(loss), 3)),
                ("time", &clock(f64::from(last.elapsed_secs))),
            ],
        );
        if let Some(held_out) = state.history.validation.last() {
            let loss = f64::from(held_out.last);
            // English parts its sentences by a space, which its row brings; Chinese does not.
            text.push_str(&fill(
                w.train.words_validation,
                &[
                    ("step", &integer(u64::from(held_out.last_step))),
                    ("loss", &significant(loss, 3)),
                    ("bits", &significant(bits(loss), 3)),
                    ("perplexity", &significant(perplexity(loss), 3)),
                    (
                        "bpb",
                        &significant(bits_per_byte(loss, state.bytes_per_token), 3),
                    ),
                ],
            ));
        }
        text
    })
}

/// A broken run says what happened, what is safe, and how to go on.
fn trouble(bench: Workbench) -> impl IntoView {
    let trouble = bench.of_run(|run| run.trouble.clone());
    move || {
        let w = words();
        let text = match trouble.get()? {
            Trouble::NonFinite {
                step,
                learning_rate,
                grad_norm,
                loss,
            } => fill(
                w.train.non_finite,
                &[
                    ("step", &integer(u64::from(step))),
                    ("loss", &significant(f64::from(loss), 3)),
                    ("rate", &significant(f64::from(learning_rate), 2)),
                    ("norm", &significant(f64::from(grad_norm), 3)),
                ],
            ),
            Trouble::DeviceLost {
                reason,
                snapshot_step,
            } => fill(
                match snapshot_step {
                    0 => w.train.device_lost_early,
                    _ => w.train.device_lost,
                },
                &[
                    ("reason", &say_message(&reason)),
                    ("step", &integer(u64::from(snapshot_step))),
                ],
            ),
        };
        Some(
            view! {
                <div class="banner bad" role="alert" data-testid="run-trouble">
                    <p>{text}</p>
                    <Button
                        label=say(|w| w.train.resume)
                        kind=ButtonKind::Primary
                        test="resume"
                        press=move |()| bench.send(Command::Resume)
                    />
                </div>
            }
            .into_any(),
        )
    }
}

fn samples(train: Train) -> impl IntoView {
    // Only a new sample draws the list again, not every step.
    let newest = Memo::new(move |_| {
        train.state.with(|state| {
            let samples = &state.history.samples;
            (samples.len(), samples.last().map(|sample| sample.step))
        })
    });
    let list = move || {
        newest.track();
        train.state.with_untracked(|state| {
            let newest_first = state.history.samples.iter().rev();
            newest_first
                .take(SAMPLES_SHOWN)
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section class="samples" data-testid="samples">
            <h3>{move || words().train.samples}</h3>
            <Show when=move || newest.get().0 == 0>
                <p class="quiet">{move || words().train.samples_empty}</p>
            </Show>
            <ol>
                <For
                    each=list
                    key=|sample| (sample.step, sample.text.clone())
                    children=|sample| {
                        view! {
                            <li>
                                <span class="sample-step">{integer(u64::from(sample.step))}</span>
                                <span class="sample-text" tabindex="0">
                                    <b>{sample.prompt}</b>
                                    {sample.text}
                                </span>
                            </li>
                        }
                    }
                />
            </ol>
        </section>
    }
}
