//! Launches of the attention kernels: what specialises their text, the words of `Params` in `shaders/lib/attention.wgsl`, and the
//! buffers that only some attentions have.

use crate::graph::{Binding, Constant, Launch, Shader};
use crate::ops::attention::{Attention, Optional};
use crate::ops::attention_bias::slope_base;
use crate::ops::attention_layout::Layout;
use crate::ops::launch;

/// Threads of a workgroup of the attention kernels.
const THREADS: usize = 64;

const KEYS_WITH_QUERIES: &str = "fn kv_at(i: u32) -> Pack { return qkv[i]; }
";
const KEYS_APART: &str =
    "@group(0) @binding(KV_BINDING) var<storage, read> kv: array<Pack>; // (B, S, 2KD)
fn kv_at(i: u32) -> Pack { return kv[i]; }
";
const NO_LENGTHS: &str = "fn length_of(batch: u32) -> u32 { return params.columns; }
";
const LENGTHS: &str =
    "@group(0) @binding(LENGTHS_BINDING) var<storage, read> lengths: array<u32>; // (B)
fn length_of(batch: u32) -> u32 { return min(lengths[batch], params.columns); }
";

/// Whose rows the threads have; the others are streamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Queries,
    Keys,
}

/// What the launches of one op share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kernel {
    pub attention: Attention,
    pub layout: Layout,
    pub optional: Optional,
    pub is_software: bool,
}

impl Kernel {
    /// Reads of a head, `PACKS` in WGSL.
    fn packs(&self) -> usize {
        self.layout.size / self.layout.pack()
    }

    /// The words of `Params`: `sequences` of `padded` rows share out the threads.
    pub fn params(&self, sequences: usize, padded: usize) -> Vec<u32> {
        let layout = &self.layout;
        let cap = self.attention.soft_cap;
        let packs = |numbers: usize| (numbers / layout.pack()) as u32;
        let mut words = vec![
            sequences as u32,
            layout.heads as u32,
            layout.rows as u32,
            layout.columns as u32,
            padded as u32,
            packs(layout.query_stride()),
            packs(layout.key_stride()),
            packs(layout.key_start()),
            layout.scale().to_bits(),
            cap.to_bits(),
            (1.0 / cap.max(f32::MIN_POSITIVE)).to_bits(),
            slope_base(layout.heads) as u32,
        ];
        words.extend(self.attention.bias.limits());
        words
    }

    /// A shader of the library pieces that this attention needs and `pieces`; the optional buffers go after `bindings`.
    pub fn shader(
        &self,
        (name, entry): (&'static str, &'static str),
        pieces: &[&'static str],
        bindings: &mut Vec<Binding>,
    ) -> Shader {
        let Self {
            attention, layout, ..
        } = self;
        let (bias, bias_constants) = attention.bias.source();
        let mut constants = vec![
            ("PACKS", Constant::U32(self.packs() as u32)),
            ("GROUP", Constant::U32(layout.group() as u32)),
            ("HAS_LENGTHS", Constant::Bool(attention.has_lengths)),
            ("SOFT_CAP", Constant::Bool(attention.soft_cap > 0.0)),
        ];
        constants.extend(attention.mask.constants(layout.columns));
        constants.extend(bias_constants);
        let buffers = [
            ("KV_BINDING", self.optional.kv),
            ("LENGTHS_BINDING", self.optional.lengths),
            ("TABLE_BINDING", self.optional.table),
        ];
        for (constant, input) in buffers {
            if let Some(input) = input {
                // Bindings 0 and 1 are the uniforms.
                let number = 2 + bindings.len();
                constants.push((constant, Constant::U32(number as u32)));
                bindings.push(Binding::Input(input));
            }
        }
        let mut sources = vec![
            match layout.pack() {
                4 => include_str!("../../shaders/lib/pack4.wgsl"),
                _ => include_str!("../../shaders/lib/pack1.wgsl"),
            },
            include_str!("../../shaders/lib/attention.wgsl"),
            if attention.is_cross {
                KEYS_APART
            } else {
                KEYS_WITH_QUERIES
            },
            if attention.has_lengths {
                LENGTHS
            } else {
                NO_LENGTHS
            },
            bias,
        ];
        sources.extend(pieces);
        Shader {
            name,
            sources,
            entry,
            constants,
        }
    }

    /// A launch whose threads have the rows of every sequence.
    pub fn row_launch(
        &self,
        own: Own,
        names: (&'static str, &'static str),
        pieces: &[&'static str],
        mut bindings: Vec<Binding>,
    ) -> Launch {
        // Rows a thread has, rows of a tile (two tiles fit 16 KiB of workgroup memory), threads with the same loop bounds.
        let (span, tile, lanes, tile_source) = if self.is_software {
            let source = include_str!("../../shaders/lib/tile_direct.wgsl");
            (4, 4, 4, source)
        } else {
            let fitting = 2048 / self.layout.size / 4 * 4;
            let source = include_str!("../../shaders/lib/tile_shared.wgsl");
            (1, fitting.min(32), THREADS, source)
        };
        let (rows, sequences) = match own {
            Own::Queries => (self.layout.rows, self.layout.sequences()),
            Own::Keys => (
                self.layout.columns,
                self.layout.batch * self.layout.kv_heads,
            ),
        };
        let padded = rows.next_multiple_of(lanes * span);
        let mut sources = vec![tile_source];
        sources.extend(pieces);
        let mut shader = self.shader(names, &sources, &mut bindings);
        shader.constants.push(("SPAN", Constant::U32(span as u32)));
        shader.constants.push(("TILE", Constant::U32(tile as u32)));
        Launch {
            shader,
            bindings,
            params: self.params(sequences, padded),
            workgroups: launch::spread((sequences * padded).div_ceil(THREADS * span)),
        }
    }
}
