//! Settings of the training laboratory.

use leptos::prelude::*;

use super::super::setting::{about, group, number, number_or_off, select, suggestions};
use crate::session::config::{BackendChoice, OptimizerKind, ScheduleKind};
use crate::ui::range::Range;

/// The panel.
pub fn settings() -> AnyView {
    let schedule = group(
        |w| w.train.group_schedule,
        false,
        vec![
            number(
                |w| w.fields.learning_rate,
                Range::ratio(1e-6, 1.0),
                |p| f64::from(p.training.learning_rate),
                |p, v| p.training.learning_rate = v as f32,
                "learning-rate",
            ),
            select(
                |w| w.fields.schedule,
                &[
                    (
                        ScheduleKind::Constant,
                        |w| w.fields.schedule_constant,
                        "constant",
                    ),
                    (ScheduleKind::Linear, |w| w.fields.schedule_linear, "linear"),
                    (ScheduleKind::Cosine, |w| w.fields.schedule_cosine, "cosine"),
                    (ScheduleKind::Step, |w| w.fields.schedule_step, "step"),
                ],
                |p| p.training.schedule,
                |p, v| p.training.schedule = v,
                "schedule",
            ),
            number(
                |w| w.fields.total_steps,
                Range::count(1, 100_000),
                |p| f64::from(p.training.total_steps),
                |p, v| p.training.total_steps = v as u32,
                "total-steps",
            ),
            number_or_off(
                |w| w.fields.warmup_steps,
                Range::count(0, 10_000),
                |p| f64::from(p.training.warmup_steps),
                |p, v| p.training.warmup_steps = v as u32,
                "warmup-steps",
            ),
            number(
                |w| w.fields.final_fraction,
                Range::real(0.0, 1.0, 0.01),
                |p| f64::from(p.training.final_fraction),
                |p, v| p.training.final_fraction = v as f32,
                "final-fraction",
            ),
            number(
                |w| w.fields.batch,
                Range::count(1, 256),
                |p| f64::from(p.training.batch),
                |p, v| p.training.batch = v as u32,
                "batch",
            ),
        ],
    );
    view! {
        {suggestions(
            &[
                (|w| w.train.try_fast, |p| p.training.learning_rate *= 10.0),
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

fn optimizer() -> AnyView {
    group(
        |w| w.train.group_optimizer,
        true,
        vec![
            select(
                |w| w.fields.optimizer,
                &[
                    (OptimizerKind::AdamW, |_| "AdamW", "adamw"),
                    (OptimizerKind::Sgd, |_| "SGD", "sgd"),
                ],
                |p| p.training.optimizer,
                |p, v| p.training.optimizer = v,
                "optimizer",
            ),
            number(
                |_| "β₁",
                Range::real(0.0, 0.999, 0.001),
                |p| f64::from(p.training.beta1),
                |p, v| p.training.beta1 = v as f32,
                "beta1",
            ),
            number(
                |_| "β₂",
                Range::real(0.0, 0.9999, 0.0001),
                |p| f64::from(p.training.beta2),
                |p, v| p.training.beta2 = v as f32,
                "beta2",
            ),
            number(
                |_| "ε",
                Range::ratio(1e-12, 1e-2),
                |p| f64::from(p.training.epsilon),
                |p, v| p.training.epsilon = v as f32,
                "epsilon",
            ),
            number_or_off(
                |w| w.fields.weight_decay,
                Range::real(0.0, 1.0, 0.01),
                |p| f64::from(p.training.weight_decay),
                |p, v| p.training.weight_decay = v as f32,
                "weight-decay",
            ),
            number_or_off(
                |w| w.fields.momentum,
                Range::real(0.0, 0.99, 0.01),
                |p| f64::from(p.training.momentum),
                |p, v| p.training.momentum = v as f32,
                "momentum",
            ),
            number_or_off(
                |w| w.fields.clip_norm,
                Range::real(0.0, 10.0, 0.1),
                |p| f64::from(p.training.clip_norm),
                |p, v| p.training.clip_norm = v as f32,
                "clip-norm",
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
                |w| w.fields.validation_every,
                Range::count(0, 5_000),
                |p| f64::from(p.training.validation_every),
                |p, v| p.training.validation_every = v as u32,
                "validation-every",
            ),
            number(
                |w| w.fields.validation_batches,
                Range::count(1, 64),
                |p| f64::from(p.training.validation_batches),
                |p, v| p.training.validation_batches = v as u32,
                "validation-batches",
            ),
            number_or_off(
                |w| w.fields.sample_every,
                Range::count(0, 5_000),
                |p| f64::from(p.training.sample_every),
                |p, v| p.training.sample_every = v as u32,
                "sample-every",
            ),
            number(
                |w| w.fields.sample_tokens,
                Range::count(1, 1_000),
                |p| f64::from(p.training.sample_tokens),
                |p, v| p.training.sample_tokens = v as u32,
                "sample-tokens",
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
                &[
                    (BackendChoice::Auto, |w| w.fields.backend_auto, "auto"),
                    (BackendChoice::WebGpu, |_| "WebGPU", "webgpu"),
                    (BackendChoice::Cpu, |w| w.fields.backend_cpu, "cpu"),
                ],
                |p| p.backend,
                |p, v| p.backend = v,
                "backend",
            ),
            number(
                |w| w.fields.seed,
                Range::count(0, u32::MAX),
                |p| f64::from(p.seed),
                |p, v| p.seed = v as u32,
                "seed",
            ),
        ],
    )
}
