//! Settings of the training laboratory.

use leptos::prelude::*;

use super::super::deferred::deferred;
use super::super::setting::{
    about, group, group_of, number, number_or_off, row, seed, select, suggestions,
};
use super::later;
use super::view::Train;
use crate::session::config::OptimizerKind;
use crate::session::field::Field;
use crate::ui::Toggle;
use crate::ui::range::Range;
use crate::words::say;

/// The panel.
pub fn settings() -> AnyView {
    let schedule = group(
        |w| w.train.group_schedule,
        false,
        vec![
            number(
                |w| w.fields.learning_rate,
                Field::LearningRate,
                Range::ratio(1e-6, 1.0),
            ),
            select(
                |w| w.fields.schedule,
                Field::Schedule,
                &[
                    ("constant", |w| w.fields.schedule_constant),
                    ("linear", |w| w.fields.schedule_linear),
                    ("cosine", |w| w.fields.schedule_cosine),
                    ("step", |w| w.fields.schedule_step),
                    ("inverse-sqrt", |w| w.fields.schedule_inverse_sqrt),
                    ("stable", |w| w.fields.schedule_stable),
                ],
            ),
            number(
                |w| w.fields.total_steps,
                Field::TotalSteps,
                Range::count(1, 100_000),
            ),
            number_or_off(
                |w| w.fields.warmup_steps,
                Field::WarmupSteps,
                Range::count(0, 10_000),
            ),
            number(
                |w| w.fields.final_fraction,
                Field::FinalFraction,
                Range::real(0.0, 1.0, 0.01),
            ),
            row(Field::Schedule, drawing),
            number(|w| w.fields.batch, Field::Batch, Range::count(1, 256)),
            number(
                |w| w.fields.accumulation,
                Field::Accumulation,
                Range::count(1, 32),
            ),
        ],
    );
    view! {
        {suggestions(
            &[
                (|w| w.train.try_fast, |p| p.training.learning_rate = (p.training.learning_rate * 10.0).min(10.0)),
                (|w| w.train.try_sgd, |p| p.training.optimizer = OptimizerKind::Sgd),
                (|w| w.train.try_no_warmup, |p| p.training.warmup_steps = 0),
            ],
        )}
        {schedule}
        {optimizer()}
        {observation()}
        {device()}
        {about(|w| w.train.about)}
    }
    .into_any()
}

/// The schedule drawn, where that is wanted.
fn drawing() -> AnyView {
    let Train { is_drawn, .. } = expect_context();
    view! {
        <Toggle label=say(|w| w.train.draw_schedule) value=is_drawn set=move |on| is_drawn.set(on) test="draw-schedule" />
        {move || is_drawn.get().then(|| deferred(later::page))}
    }
    .into_any()
}

fn optimizer() -> AnyView {
    group_of(
        |w| w.train.group_optimizer,
        true,
        &[Field::Optimizer],
        vec![
            select(
                |w| w.fields.optimizer,
                Field::Optimizer,
                &[("adamw", |_| "AdamW"), ("sgd", |_| "SGD")],
            ),
            number(|_| "β₁", Field::Beta1, Range::real(0.0, 0.999, 0.001)),
            number(|_| "β₂", Field::Beta2, Range::real(0.0, 0.9999, 0.0001)),
            number(|_| "ε", Field::Epsilon, Range::ratio(1e-12, 1e-2)),
            number_or_off(
                |w| w.fields.weight_decay,
                Field::WeightDecay,
                Range::real(0.0, 1.0, 0.01),
            ),
            number_or_off(
                |w| w.fields.embedding_decay,
                Field::EmbeddingDecay,
                Range::real(0.0, 2.0, 0.05),
            ),
            number_or_off(
                |w| w.fields.vector_decay,
                Field::VectorDecay,
                Range::real(0.0, 2.0, 0.05),
            ),
            number_or_off(
                |w| w.fields.momentum,
                Field::Momentum,
                Range::real(0.0, 0.99, 0.01),
            ),
            number_or_off(
                |w| w.fields.clip_norm,
                Field::ClipNorm,
                Range::real(0.0, 10.0, 0.1),
            ),
            number_or_off(
                |w| w.fields.label_smoothing,
                Field::LabelSmoothing,
                Range::real(0.0, 0.5, 0.01),
            ),
            number_or_off(
                |w| w.fields.z_loss,
                Field::ZLoss,
                Range::real(0.0, 0.01, 0.0001),
            ),
        ],
    )
}

fn observation() -> AnyView {
    group(
        |w| w.train.group_watch,
        true,
        vec![
            number_or_off(
                |w| w.fields.target_loss,
                Field::TargetLoss,
                Range::real(0.0, 5.0, 0.05),
            ),
            number_or_off(
                |w| w.fields.validation_every,
                Field::ValidationEvery,
                Range::count(0, 5_000),
            ),
            number(
                |w| w.fields.validation_batches,
                Field::ValidationBatches,
                Range::count(1, 64),
            ),
            number_or_off(
                |w| w.fields.sample_every,
                Field::SampleEvery,
                Range::count(0, 5_000),
            ),
            number(
                |w| w.fields.sample_tokens,
                Field::SampleTokens,
                Range::count(1, 1_000),
            ),
        ],
    )
}

fn device() -> AnyView {
    group(
        |w| w.train.group_device,
        true,
        vec![
            select(
                |w| w.fields.backend,
                Field::Backend,
                &[
                    ("auto", |w| w.fields.backend_auto),
                    ("webgpu", |_| "WebGPU"),
                    ("cpu", |w| w.fields.backend_cpu),
                ],
            ),
            seed(|w| w.fields.seed, Field::Seed),
        ],
    )
}
