//! What a configuration costs on this device, and the nearest one that fits when it does not.

use crate::optim::Optimizer;
use crate::plan::Plan;
use crate::session::config::{OptimizerKind, Playground};
use crate::session::estimate::{Parameters, flops_per_step};
use crate::session::protocol::Estimate;
use crate::train::{Recipe, training};

/// What a device can hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub max_buffer_bytes: u64,
    pub max_total_bytes: Option<u64>,
}

pub(super) fn recipe(playground: &Playground) -> Recipe {
    let settings = &playground.training;
    Recipe {
        optimizer: match settings.optimizer {
            OptimizerKind::AdamW => Optimizer::AdamW {
                beta1: settings.beta1,
                beta2: settings.beta2,
                epsilon: settings.epsilon,
                weight_decay: settings.weight_decay,
            },
            OptimizerKind::Sgd => Optimizer::Sgd {
                momentum: settings.momentum,
                weight_decay: settings.weight_decay,
            },
        },
        clip_norm: settings.clip_norm,
        batch: settings.batch as usize,
    }
}

fn plan(playground: &Playground, vocabulary: u32) -> Result<Plan, String> {
    training(&playground.model, vocabulary as usize, &recipe(playground)).map_err(|e| e.to_string())
}

fn total_bytes(plan: &Plan, moments: usize) -> u64 {
    plan.layout.len as u64 * 4 * (2 + moments as u64) + plan.own_bytes()
}

fn fits(plan: &Plan, moments: usize, room: Room) -> bool {
    plan.largest_buffer_bytes() <= room.max_buffer_bytes
        && room
            .max_total_bytes
            .is_none_or(|most| total_bytes(plan, moments) <= most)
}

/// Figures of a valid playground. `flops_per_sec` is what this device was seen to do.
///
/// # Errors
/// Shapes that do not fit, as the graph says it.
pub(super) fn estimate(
    playground: &Playground,
    vocabulary: u32,
    room: Room,
    flops_per_sec: Option<f64>,
) -> Result<Estimate, String> {
    let made = plan(playground, vocabulary)?;
    let parameters = Parameters::of(&playground.model, vocabulary);
    let moments = recipe(playground).optimizer.moments();
    let flat = made.layout.len as u64 * 4;
    let flops = flops_per_step(&playground.model, vocabulary, playground.training.batch);
    Ok(Estimate {
        parameters: parameters.total(),
        parameters_by_part: parameters.by_part(),
        flops_per_step: flops,
        memory_weights: flat,
        memory_gradients: flat,
        memory_moments: flat * moments as u64,
        memory_activations: made.own_bytes(),
        memory_total: total_bytes(&made, moments),
        secs_per_step: flops_per_sec.map(|speed| (flops as f64 / speed) as f32),
        vocabulary,
        refusal: refusal(playground, vocabulary, &made, moments, room),
    })
}

fn refusal(
    playground: &Playground,
    vocabulary: u32,
    made: &Plan,
    moments: usize,
    room: Room,
) -> Option<String> {
    if fits(made, moments, room) {
        return None;
    }
    let mib = |bytes: u64| format!("{:.0} MiB", bytes as f64 / 1_048_576.0);
    let figure = if made.largest_buffer_bytes() > room.max_buffer_bytes {
        format!(
            "its largest buffer needs {}, this device allows {}",
            mib(made.largest_buffer_bytes()),
            mib(room.max_buffer_bytes)
        )
    } else {
        format!(
            "it needs {} in all, there are {}",
            mib(total_bytes(made, moments)),
            mib(room.max_total_bytes.unwrap_or(u64::MAX))
        )
    };
    let cure = nearest_fit(playground, vocabulary, moments, room)
        .unwrap_or_else(|| "choose fewer channels and layers, or a smaller vocabulary".to_owned());
    Some(format!(
        "This model does not fit: {figure}. What fits: {cure}."
    ))
}

/// Halves batch, then context, then channels until it fits; names what was changed.
fn nearest_fit(
    playground: &Playground,
    vocabulary: u32,
    moments: usize,
    room: Room,
) -> Option<String> {
    type Halve = fn(&mut Playground) -> Option<(&'static str, u32)>;
    let halves: [Halve; 3] = [
        |p| {
            p.training.batch = (p.training.batch > 1).then_some(p.training.batch / 2)?;
            Some(("batch", p.training.batch))
        },
        |p| {
            p.model.context = (p.model.context >= 16).then_some(p.model.context / 2)?;
            Some(("context", p.model.context))
        },
        |p| {
            let half = p.model.channels / 2;
            let is_possible =
                half >= 8 && half.is_multiple_of(8) && half.is_multiple_of(2 * p.model.heads);
            p.model.channels = is_possible.then_some(half)?;
            Some(("channels", p.model.channels))
        },
    ];
    for halve in halves {
        let mut smaller = playground.clone();
        while let Some((name, value)) = halve(&mut smaller) {
            if fits(&plan(&smaller, vocabulary).ok()?, moments, room) {
                return Some(format!("{name} {value}"));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::presets;

    const LARGE: Room = Room {
        max_buffer_bytes: 1 << 40,
        max_total_bytes: None,
    };

    #[test]
    fn parameters_of_the_formula_are_those_of_the_graph() {
        use crate::models::gpt::{MlpKind, NormKind, NormPlacement, Positions};
        let base = presets::first_minute();
        let mut variants = vec![base.clone()];
        let changes: [fn(&mut Playground); 9] = [
            |p: &mut Playground| p.model.mlp_kind = MlpKind::SwiGlu,
            |p| p.model.bias = false,
            |p| p.model.tied_head = false,
            |p| p.model.norm_placement = NormPlacement::Post,
            |p| p.model.norm_placement = NormPlacement::None,
            |p| p.model.norm = NormKind::RmsNorm,
            |p| p.model.positions = Positions::Rotary,
            |p| p.model.attention = false,
            |p| p.model.mlp = false,
        ];
        for change in changes {
            let mut variant = base.clone();
            change(&mut variant);
            variants.push(variant);
        }
        for playground in variants {
            let counted: usize = plan(&playground, 77)
                .unwrap()
                .parameters
                .iter()
                .map(|p| p.len())
                .sum();
            let formula = Parameters::of(&playground.model, 77).total();
            assert_eq!(counted as u64, formula, "{:?}", playground.model);
        }
    }

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
}
