//! What a configuration costs on this device, and the nearest one that fits when it does not.

use std::collections::BTreeMap;

use crate::graph::GraphError;
use crate::ops::cross_entropy::CrossEntropy;
use crate::optim::{Decay, MOMENTS, Optimizer};
use crate::plan::Plan;
use crate::session::config::{OptimizerKind, Playground};
use crate::session::protocol::Estimate;
use crate::train::costs::{flops_per_step, parameters_by_part};
use crate::train::{
    ACCUMULATED, Recipe, Rows, asking, decoding, evaluation, rows_at_once, scoring, training,
    update,
};

/// What a device can hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub max_buffer_bytes: u64,
    pub max_total_bytes: Option<u64>,
    /// Copies of a plan's readings that are kept for the way back.
    pub staging_buffers: u64,
}

pub(super) fn recipe(playground: &Playground) -> Recipe {
    let settings = &playground.training;
    let decay = Decay {
        matrices: settings.weight_decay,
        embeddings: settings.weight_decay * settings.embedding_decay,
        vectors: settings.weight_decay * settings.vector_decay,
    };
    Recipe {
        optimizer: match settings.optimizer {
            OptimizerKind::AdamW => Optimizer::AdamW {
                beta1: settings.beta1,
                beta2: settings.beta2,
                epsilon: settings.epsilon,
                decay,
            },
            OptimizerKind::Sgd => Optimizer::Sgd {
                momentum: settings.momentum,
                decay,
            },
        },
        clip_norm: settings.clip_norm,
        batch: settings.batch as usize,
        accumulation: settings.accumulation as usize,
        loss: CrossEntropy {
            label_smoothing: settings.label_smoothing,
            z_loss: settings.z_loss,
        },
    }
}

/// Bytes a run comes to hold with all its plans: training, validation, writing, scoring, questions.
struct Need {
    /// The flat buffer of all weights; gradients and each moment are as large.
    flat: u64,
    moments: u64,
    /// 1, or 2 where those of several micro-batches are added up.
    gradients: u64,
    /// Activations, work space, key–value cache, staging.
    work: u64,
    largest_buffer: u64,
    parameters_by_part: Vec<(String, u64)>,
    flops_per_step: u64,
}

impl Need {
    fn of(playground: &Playground, vocabulary: u32, room: Room) -> Result<Self, GraphError> {
        let recipe = recipe(playground);
        let model = &playground.model;
        let vocabulary = vocabulary as usize;
        if !model.family.is_neural() {
            return Ok(Self::nothing());
        }
        // What an objective refuses is said where its examples are made.
        let rows = Rows::of(model, &playground.objective);
        let rows = rows.unwrap_or_else(|_| Rows::windows(model));
        let mut plans = vec![
            training(model, vocabulary, rows, &recipe)?,
            evaluation(model, vocabulary, rows, recipe.batch)?,
            scoring(model, vocabulary, rows)?,
            asking(model, vocabulary, rows, rows_at_once(&recipe))?,
        ];
        if model.family.predicts_next() {
            plans.push(decoding(model, vocabulary)?);
        }
        if recipe.accumulation > 1 {
            plans.push(update(&plans[0], &recipe)?);
        }
        let own = |plan: &Plan| plan.own_bytes() + plan.reading_bytes() * room.staging_buffers;
        // A state of this name in two plans is one buffer.
        let states: BTreeMap<&str, usize> = plans
            .iter()
            .flat_map(|plan| &plan.states)
            .filter(|(name, _)| !MOMENTS.contains(&name.as_str()) && *name != ACCUMULATED)
            .map(|(name, &words)| (name.as_str(), words))
            .collect();
        let states: u64 = states.values().map(|&words| words as u64 * 4).sum();
        Ok(Self {
            flat: plans[0].layout.len as u64 * 4,
            moments: recipe.optimizer.moments() as u64,
            gradients: if recipe.accumulation > 1 { 2 } else { 1 },
            parameters_by_part: parameters_by_part(&plans[0]),
            flops_per_step: flops_per_step(&plans[1]) * recipe.accumulation as u64,
            work: states + plans.iter().map(own).sum::<u64>(),
            largest_buffer: plans
                .iter()
                .map(Plan::largest_buffer_bytes)
                .max()
                .unwrap_or(0),
        })
    }

    /// Of a model that is counted: what its n-grams take is known when they are counted.
    fn nothing() -> Self {
        Self {
            flat: 0,
            moments: 0,
            gradients: 0,
            work: 0,
            largest_buffer: 0,
            parameters_by_part: Vec::new(),
            flops_per_step: 0,
        }
    }

    fn total(&self) -> u64 {
        self.flat * (1 + self.gradients + self.moments) + self.work
    }

    fn fits(&self, room: Room) -> bool {
        self.largest_buffer <= room.max_buffer_bytes
            && room.max_total_bytes.is_none_or(|most| self.total() <= most)
    }
}

/// Figures of a valid playground. `flops_per_sec` is what this device was seen to do.
///
/// # Errors
/// Shapes that do not fit, as the graph says it; a tensor that no device can hold, with what fits.
pub(super) fn estimate(
    playground: &Playground,
    vocabulary: u32,
    room: Room,
    flops_per_sec: Option<f64>,
) -> Result<Estimate, String> {
    let need = match Need::of(playground, vocabulary, room) {
        Ok(need) => need,
        Err(GraphError::TooLarge { bytes, .. }) => {
            let figure = largest_buffer(bytes, room);
            return Err(refusal(playground, vocabulary, room, &figure));
        }
        Err(error) => return Err(error.to_string()),
    };
    let flops = need.flops_per_step;
    let figure = if need.fits(room) {
        None
    } else if need.largest_buffer > room.max_buffer_bytes {
        Some(largest_buffer(need.largest_buffer, room))
    } else {
        Some(format!(
            "it needs {} in all, there are {}",
            mib(need.total()),
            mib(room.max_total_bytes.unwrap_or(u64::MAX))
        ))
    };
    Ok(Estimate {
        parameters: need.parameters_by_part.iter().map(|part| part.1).sum(),
        parameters_by_part: need.parameters_by_part.clone(),
        flops_per_step: flops,
        memory_weights: need.flat,
        memory_gradients: need.flat * need.gradients,
        memory_moments: need.flat * need.moments,
        memory_activations: need.work,
        memory_total: need.total(),
        secs_per_step: flops_per_sec.map(|speed| (flops as f64 / speed) as f32),
        vocabulary,
        refusal: figure.map(|figure| refusal(playground, vocabulary, room, &figure)),
    })
}

fn mib(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / 1_048_576.0)
}

fn largest_buffer(bytes: u64, room: Room) -> String {
    format!(
        "its largest buffer needs {}, this device allows {}",
        mib(bytes),
        mib(room.max_buffer_bytes)
    )
}

fn refusal(playground: &Playground, vocabulary: u32, room: Room, figure: &str) -> String {
    let cure = nearest_fit(playground, vocabulary, room)
        .unwrap_or_else(|| "choose fewer channels and layers, or a smaller vocabulary".to_owned());
    format!("This model does not fit: {figure}. What fits: {cure}.")
}

/// Halves a setting; its name in links and what it became, or `None` when it cannot be halved any more.
type Halve = fn(&mut Playground) -> Option<(&'static str, u32)>;

/// In the order in which a user would rather give them up.
const HALVES: [Halve; 4] = [
    |p| {
        p.training.batch = (p.training.batch > 1).then_some(p.training.batch / 2)?;
        Some(("batch", p.training.batch))
    },
    |p| {
        p.model.context = (p.model.context >= 16).then_some(p.model.context / 2)?;
        Some(("context", p.model.context))
    },
    |p| {
        p.model.layers = (p.model.layers > 1).then_some(p.model.layers / 2)?;
        Some(("layers", p.model.layers))
    },
    |p| {
        let half = p.model.channels / 2;
        let is_possible =
            half >= 8 && half.is_multiple_of(8) && half.is_multiple_of(2 * p.model.heads);
        p.model.channels = is_possible.then_some(half)?;
        Some(("channels", p.model.channels))
    },
];

/// The first single setting that makes it fit when halved often enough; else all of them in turn. Names what was changed.
fn nearest_fit(playground: &Playground, vocabulary: u32, room: Room) -> Option<String> {
    let fits = |p: &Playground| Need::of(p, vocabulary, room).is_ok_and(|need| need.fits(room));
    for halve in HALVES {
        let mut smaller = playground.clone();
        while let Some((name, value)) = halve(&mut smaller) {
            if fits(&smaller) {
                return Some(format!("{name} {value}"));
            }
        }
    }
    let mut smaller = playground.clone();
    let mut changed = BTreeMap::new();
    loop {
        let mut is_smallest = true;
        for (order, halve) in HALVES.into_iter().enumerate() {
            if let Some((name, value)) = halve(&mut smaller) {
                is_smallest = false;
                changed.insert(order, format!("{name} {value}"));
                if fits(&smaller) {
                    return Some(Vec::from_iter(changed.into_values()).join(", "));
                }
            }
        }
        if is_smallest {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets;

    const LARGE: Room = Room {
        max_buffer_bytes: 1 << 40,
        max_total_bytes: None,
        staging_buffers: 0,
    };

    #[test]
    fn what_does_not_fit_is_refused_with_the_figure_and_a_cure_that_fits() {
        let mut playground = presets::first_minute();
        playground.training.batch = 512;
        assert_eq!(
            estimate(&playground, 100, LARGE, None).unwrap().refusal,
            None
        );
        let small = Room {
            max_buffer_bytes: 8 << 20,
            max_total_bytes: None,
            staging_buffers: 4,
        };
        let refusal = estimate(&playground, 100, small, None)
            .unwrap()
            .refusal
            .unwrap();
        assert!(refusal.contains("this device allows 8 MiB"), "{refusal}");
        let batch: u32 = refusal
            .rsplit_once("batch ")
            .and_then(|(_, rest)| rest.trim_end_matches('.').parse().ok())
            .unwrap_or_else(|| panic!("{refusal}"));
        playground.training.batch = batch;
        assert_eq!(
            estimate(&playground, 100, small, None).unwrap().refusal,
            None
        );
        playground.training.batch = 2 * batch;
        assert!(
            estimate(&playground, 100, small, None)
                .unwrap()
                .refusal
                .is_some()
        );
    }

    #[test]
    fn micro_batches_cost_time_and_one_more_flat_buffer() {
        let mut playground = presets::first_minute();
        let one = estimate(&playground, 100, LARGE, Some(1e9)).unwrap();
        playground.training.accumulation = 4;
        let four = estimate(&playground, 100, LARGE, Some(1e9)).unwrap();
        assert_eq!(four.flops_per_step, 4 * one.flops_per_step);
        assert_eq!(four.memory_gradients, 2 * one.memory_gradients);
        assert_eq!(four.memory_moments, one.memory_moments);
        // The rest: the sum of the losses and work of the norm, against a batch four times as large.
        let rest = four.memory_activations as f64 / one.memory_activations as f64;
        assert!((0.9..1.1).contains(&rest), "{rest}");
        playground.training.accumulation = 1;
        playground.training.batch *= 4;
        let large = estimate(&playground, 100, LARGE, Some(1e9)).unwrap();
        assert_eq!(large.flops_per_step, four.flops_per_step);
        assert!(large.memory_total > 2 * four.memory_total);
    }

    #[test]
    fn decay_of_embeddings_and_vectors_is_a_multiple_of_the_matrices() {
        let mut playground = presets::first_minute();
        let decay = |playground: &Playground| match recipe(playground).optimizer {
            Optimizer::AdamW { decay, .. } | Optimizer::Sgd { decay, .. } => decay,
        };
        assert_eq!(decay(&playground), Decay::usual(0.01));
        playground.training.weight_decay = 0.5;
        playground.training.embedding_decay = 0.0;
        playground.training.vector_decay = 0.5;
        let expected = Decay {
            matrices: 0.5,
            embeddings: 0.0,
            vectors: 0.25,
        };
        assert_eq!(decay(&playground), expected);
    }

    #[test]
    fn where_no_single_setting_helps_several_are_named_together() {
        let mut playground = presets::first_minute();
        playground.training.batch = 64;
        playground.model.channels = 256;
        playground.model.context = 1024;
        let small = Room {
            max_buffer_bytes: 1 << 20,
            max_total_bytes: Some(8 << 20),
            staging_buffers: 0,
        };
        let cure = nearest_fit(&playground, 100, small).unwrap();
        assert!(
            cure.contains("batch ") && cure.contains("channels "),
            "{cure}"
        );
        for setting in cure.split(", ") {
            let (name, value) = setting.split_once(' ').unwrap();
            let field = crate::session::field::Field::of_key(name).unwrap();
            assert!(field.write(&mut playground, value));
        }
        let estimate = estimate(&playground, 100, small, None).unwrap();
        assert_eq!(estimate.refusal, None, "{cure}");
        assert!(estimate.memory_total <= 8 << 20);
    }

    #[test]
    fn tensors_beyond_any_device_are_refused_before_their_sizes_overflow() {
        let mut playground = presets::first_minute();
        playground.training.batch = 512;
        playground.model.context = 1024;
        let message = estimate(&playground, 16_385, LARGE, None).unwrap_err();
        assert!(message.contains("32770 MiB"), "{message}");
        assert!(message.contains("What fits: batch 16"), "{message}");
    }
}
