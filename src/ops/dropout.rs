//! Dropout (Srivastava et al. 2014), inverted: `y = x · mask / (1 − p)`, `dx = dy · mask / (1 − p)`.
//!
//! The mask is not stored: element i of a layer in a step is dropped when the random number at (seed, dropout, layer, step, i)
//! is below p, decided by whole numbers, so that both executors and both passes make the same mask.

use crate::graph::{
    Binding, Constant, CpuContext, DType, Globals, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::{Fill, OpEntry, Sample, launch};
use crate::rng;

pub const ENTRY: OpEntry = OpEntry {
    name: "dropout",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// Share of elements set to zero, 0 ≤ p < 1.
    pub probability: f32,
    /// Which dropout of the model this is: each has its own masks.
    pub stream: u32,
}

impl Dropout {
    /// The top 24 bits of a random number below this drop the element.
    fn threshold(self) -> u32 {
        (self.probability * 16_777_216.0) as u32
    }

    fn scale(self) -> f32 {
        1.0 / (1.0 - self.probability)
    }
}

impl Op for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        if !(0.0..1.0).contains(&self.probability) {
            return Err(format!(
                "the probability must be from 0 to below 1, it is {}",
                self.probability
            ));
        }
        match inputs {
            [x] if x.dtype == DType::F32 => Ok(vec![x.clone()]),
            _ => Err("one tensor of f32 numbers is needed".to_owned()),
        }
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let layer = rng::stream_key(
            rng::stream_key(cx.globals.seed, rng::stream::DROPOUT),
            self.stream,
        );
        let key = rng::stream_key(layer, cx.globals.step);
        let (threshold, scale) = (self.threshold(), self.scale());
        for (i, (y, &x)) in outputs[0].iter_mut().zip(inputs[0]).enumerate() {
            let is_kept = rng::hash32(key, i as u32) >> 8 >= threshold;
            *y = if is_kept { x * scale } else { 0.0 };
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let dx = cx.apply(*self, &[dy])?;
        Ok(Gradients::Inputs(vec![Some(dx)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let shader = Shader {
            name: "dropout",
            sources: vec![
                include_str!("../../shaders/lib/globals.wgsl"),
                include_str!("../../shaders/lib/random.wgsl"),
                include_str!("../../shaders/dropout.wgsl"),
            ],
            entry: "forward",
            constants: vec![("DROPOUT", Constant::U32(rng::stream::DROPOUT))],
        };
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        let mut launch = launch::elementwise(shader, bindings, cx.outputs[0].len());
        launch
            .params
            .extend([self.stream, self.threshold(), self.scale().to_bits()]);
        vec![launch]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, probability, shape: &[usize]| {
        let x = (TensorType::f32(shape), Fill::Normal(1.0));
        let op = Dropout {
            probability,
            stream: 3,
        };
        Sample::new(label, op, vec![x]).globals(Globals {
            step: 41,
            seed: 7,
            ..Globals::default()
        })
    };
    vec![
        with("odd length", 0.3, &[7, 37]),
        with("nothing dropped", 0.0, &[5]),
        with("most dropped", 0.9, &[1000]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_its_share_and_another_one_each_step() {
        let op = Dropout {
            probability: 0.2,
            stream: 0,
        };
        let ty = [TensorType::f32(&[20_000])];
        let mask = |step| {
            let globals = Globals {
                step,
                ..Globals::default()
            };
            let cx = CpuContext {
                globals: &globals,
                inputs: &ty,
                outputs: &ty,
            };
            let mut y = vec![0.0; 20_000];
            op.forward_cpu(&cx, &[&[1.0; 20_000]], &mut [&mut y]);
            y
        };
        let (first, second) = (mask(0), mask(1));
        let dropped = first.iter().filter(|&&y| y == 0.0).count() as f64;
        // 5 standard deviations of a binomial.
        assert!((dropped - 4000.0).abs() < 5.0 * (20_000.0 * 0.16f64).sqrt());
        assert!(first.iter().all(|&y| y == 0.0 || y == 1.25));
        let both = first
            .iter()
            .zip(&second)
            .filter(|(a, b)| **a == 0.0 && **b == 0.0)
            .count() as f64;
        assert!((both - 800.0).abs() < 5.0 * (20_000.0 * 0.04 * 0.96f64).sqrt());
    }
}
