//! Decoding: the vectors of the last n tokens up to the cursor side by side, oldest first, zeros before the first token: one row of
//! [`super::unfold`] over an embedding.
//!
//! Inputs tokens u32 (capacity), cursor u32 (1), table (V, C); output (1, n·C). A cursor beyond the capacity is the last token, a
//! token beyond the vocabulary its last row.

use crate::graph::{
    Binding, Constant, CpuContext, DType, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::launch::{self, Width};
use crate::ops::{Fill, OpEntry, Sample};

pub const ENTRY: OpEntry = OpEntry {
    name: "embed_window",
    samples,
};

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmbedWindow {
    /// n, at least 1.
    pub window: usize,
}

impl Op for EmbedWindow {
    fn name(&self) -> &'static str {
        "embed_window"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [tokens, cursor, table] = inputs else {
            return Err("tokens, cursor and table are needed".to_owned());
        };
        if tokens.dtype != DType::U32 || tokens.is_empty() || *cursor != TensorType::u32(&[1]) {
            return Err("tokens and the cursor are whole numbers".to_owned());
        }
        if table.shape.len() != 2 || table.dtype != DType::F32 || table.is_empty() {
            return Err("the table is (V, C) of f32".to_owned());
        }
        if self.window == 0 {
            return Err("a window of no tokens sees nothing; choose at least 1".to_owned());
        }
        let columns = table.last().saturating_mul(self.window);
        Ok(vec![TensorType::f32(&[1, columns])])
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let tokens: &[u32] = bytemuck::cast_slice(inputs[0]);
        let cursor = (inputs[1][0].to_bits() as usize).min(tokens.len() - 1);
        let (rows, channels) = (cx.inputs[2].rows(), cx.inputs[2].last());
        for (i, y) in outputs[0].chunks_exact_mut(channels).enumerate() {
            match cursor.checked_sub(self.window - 1 - i) {
                Some(at) => {
                    let token = (tokens[at] as usize).min(rows - 1);
                    y.copy_from_slice(&inputs[2][token * channels..][..channels]);
                }
                None => y.fill(0.0),
            }
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable(
            "decoding only reads tables; train with the unfold op",
        ))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        let channels = cx.inputs[2].last();
        let width = Width::of(channels);
        let lanes = width.lanes(channels);
        let count = self.window * lanes;
        let words = [count, lanes, cx.inputs[2].rows(), cx.inputs[0].len()];
        vec![Launch {
            shader: Shader {
                name: "embed_window",
                sources: vec![
                    width.source(),
                    include_str!("../../shaders/embed_window.wgsl"),
                ],
                entry: "forward",
                constants: vec![("WINDOW", Constant::U32(self.window as u32))],
            },
            bindings: vec![
                Binding::Input(0),
                Binding::Input(1),
                Binding::Input(2),
                Binding::Output(0),
            ],
            params: words.map(|w| w as u32).to_vec(),
            workgroups: launch::spread(count.div_ceil(64)),
        }]
    }
}

fn samples() -> Vec<Sample> {
    let at = |label, cursor: u32, [window, channels]: [usize; 2]| {
        let inputs = vec![
            (TensorType::u32(&[5]), Fill::U32(vec![3, 1, 4, 99, 0])),
            (TensorType::u32(&[1]), Fill::U32(vec![cursor])),
            (TensorType::f32(&[7, channels]), Fill::Normal(1.0)),
        ];
        Sample::new(label, EmbedWindow { window }, inputs).differentiable(&[])
    };
    vec![
        at("a token out of range", 3, [3, 5]),
        at("before the first token", 1, [4, 8]),
        at("past the end", 9, [2, 4]),
        at("one token", 0, [1, 1]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Globals;
    use crate::ops::unfold::Unfold;

    /// Training unfolds what an embedding gives, decoding takes one row of the same.
    #[test]
    fn decoding_sees_the_row_that_training_sees() {
        let (window, channels) = (3, 2);
        let table: Vec<f32> = (0..10).map(|i| i as f32).collect();
        let tokens = [4u32, 0, 2, 3, 1];
        let embedded: Vec<f32> = tokens
            .iter()
            .flat_map(|&t| table[t as usize * channels..][..channels].to_vec())
            .collect();
        let globals = Globals::default();
        let run = |op: &dyn Op, inputs: &[TensorType], numbers: &[&[f32]]| {
            let outputs = op.infer(inputs).unwrap();
            let mut y = vec![f32::NAN; outputs[0].len()];
            let cx = CpuContext {
                globals: &globals,
                inputs,
                outputs: &outputs,
            };
            op.forward_cpu(&cx, numbers, &mut [&mut y]);
            y
        };
        let x = [TensorType::f32(&[1, 5, channels])];
        let rows = run(&Unfold { window }, &x, &[&embedded]);
        let types = [
            TensorType::u32(&[5]),
            TensorType::u32(&[1]),
            TensorType::f32(&[5, channels]),
        ];
        for (cursor, row) in rows.chunks_exact(window * channels).enumerate() {
            let cursor = [f32::from_bits(cursor as u32)];
            let words: &[f32] = bytemuck::cast_slice(&tokens);
            let decoded = run(&EmbedWindow { window }, &types, &[words, &cursor, &table]);
            assert_eq!(decoded, row);
        }
    }
}
