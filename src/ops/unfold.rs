//! Windows over time: row t of y is rows t − n + 1 … t of x side by side, oldest first, zeros before the sequence. With it a
//! feed-forward model sees the last n tokens (Bengio et al. 2003). The gradient folds the windows back:
//!
//! ```text
//! y[b, t, i C + c] = x[b, t − n + 1 + i, c]          dx[b, t, c] = Σ_i dy[b, t + n − 1 − i, i C + c]
//! ```
//!
//! x (B, T, C); y (B, T, n·C).

use crate::graph::{
    Binding, Constant, CpuContext, DType, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "unfold",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfold {
    /// n, at least 1.
    pub window: usize,
}

/// `channels` is C.
fn launch(
    entry: &'static str,
    window: usize,
    narrow: &TensorType,
    len: usize,
    bindings: Vec<Binding>,
) -> Launch {
    let channels = narrow.last();
    let width = Width::of(channels);
    let lanes = width.lanes(channels);
    let count = len / channels * lanes;
    Launch {
        shader: Shader {
            name: "unfold",
            sources: vec![width.source(), include_str!("../../shaders/unfold.wgsl")],
            entry,
            constants: vec![("WINDOW", Constant::U32(window as u32))],
        },
        bindings,
        params: [count, narrow.shape[1], lanes].map(|w| w as u32).to_vec(),
        workgroups: launch::spread(count.div_ceil(256)),
    }
}

impl Op for Unfold {
    fn name(&self) -> &'static str {
        "unfold"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [x] = inputs else {
            return Err("one tensor is needed".to_owned());
        };
        let [batch, time, channels] = x.shape[..] else {
            return Err("windows are taken of (B, T, C)".to_owned());
        };
        if x.dtype != DType::F32 || x.is_empty() {
            return Err("at least one f32 number is needed".to_owned());
        }
        if self.window == 0 {
            return Err("a window of no tokens sees nothing; choose at least 1".to_owned());
        }
        let columns = channels.saturating_mul(self.window);
        Ok(vec![TensorType::f32(&[batch, time, columns])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (time, channels) = (cx.inputs[0].shape[1], cx.inputs[0].last());
        let rows = outputs[0].chunks_exact_mut(self.window * channels);
        for (row, y) in rows.enumerate() {
            for (i, y) in y.chunks_exact_mut(channels).enumerate() {
                let back = self.window - 1 - i;
                if back > row % time {
                    y.fill(0.0);
                } else {
                    y.copy_from_slice(&inputs[0][(row - back) * channels..][..channels]);
                }
            }
        }
    }

    fn gradient(&self, cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        let dy = cx.d_first(self.name())?;
        let fold = Fold {
            window: self.window,
        };
        Ok(Gradients::Inputs(vec![Some(cx.apply(fold, &[dy])?)]))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        let (x, len) = (&cx.inputs[0], cx.outputs[0].len());
        vec![launch("forward", self.window, x, len, bindings)]
    }
}

/// Gradient of [`Unfold`]: dy (B, T, n·C) to dx (B, T, C).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    pub window: usize,
}

impl Op for Fold {
    fn name(&self) -> &'static str {
        "fold"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        match inputs {
            [dy] if dy.shape.len() == 3 && dy.last().is_multiple_of(self.window.max(1)) => {
                let channels = dy.last() / self.window.max(1);
                Ok(vec![TensorType::f32(&[dy.shape[0], dy.shape[1], channels])])
            }
            _ => Err("windows are (B, T, n·C)".to_owned()),
        }
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let (time, channels) = (cx.outputs[0].shape[1], cx.outputs[0].last());
        for (row, dx) in outputs[0].chunks_exact_mut(channels).enumerate() {
            dx.fill(0.0);
            for ahead in 0..self.window.min(time - row % time) {
                let place = (row + ahead) * self.window + self.window - 1 - ahead;
                let dy = &inputs[0][place * channels..][..channels];
                for (dx, dy) in dx.iter_mut().zip(dy) {
                    *dx += dy;
                }
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "second derivatives are not needed",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let bindings = vec![Binding::Input(0), Binding::Output(0)];
        let dx = &cx.outputs[0];
        vec![launch("backward", self.window, dx, dx.len(), bindings)]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, shape: [usize; 3], window| {
        let x = (TensorType::f32(&shape), Fill::Normal(1.0));
        Sample::new(label, Unfold { window }, vec![x])
    };
    vec![
        with("odd sizes", [3, 5, 7], 3),
        with("in fours", [2, 9, 8], 4),
        with("window beyond the sequence", [2, 3, 4], 5),
        with("window of one", [1, 4, 3], 1),
    ]
}
