//! Sizes of queries, keys and values, and where the rows of a head lie. Within one sequence they come packed, (B, T, (H + 2K) D):
//! the H queries of a token, then its K keys, then its K values, each of D numbers (for K = H as GPT-2's `c_attn` makes
//! them). Across two sequences queries are (B, T, H D) and keys with values (B, S, 2 K D). H / K queries share a key
//! and a value (Ainslie et al. 2023); one key head for all is Shazeer 2019.

use crate::graph::TensorType;

/// Largest head size D: beyond it the registers and the workgroup memory of the kernels do not suffice.
pub const MAX_HEAD_SIZE: usize = 256;

/// See the file's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub batch: usize,
    /// T, queries of a sequence.
    pub rows: usize,
    /// S, keys of a sequence.
    pub columns: usize,
    /// H.
    pub heads: usize,
    /// K.
    pub kv_heads: usize,
    /// D.
    pub size: usize,
    /// Whether queries and keys are of two tensors.
    pub is_cross: bool,
}

/// (B, T) of a tensor (B, T, …), or of (T, …) as one sequence.
fn tokens(ty: &TensorType, what: &str) -> Result<(usize, usize), String> {
    let (batch, time) = match ty.shape[..] {
        [batch, time, _] => (batch, time),
        [time, _] => (1, time),
        _ => return Err(what.to_owned()),
    };
    if ty.is_empty() {
        return Err("at least one head and one token are needed".to_owned());
    }
    Ok((batch, time))
}

fn check(heads: usize, kv_heads: usize, size: usize) -> Result<(), String> {
    if heads == 0 || kv_heads == 0 {
        return Err("at least one head and one token are needed".to_owned());
    }
    if !heads.is_multiple_of(kv_heads) {
        return Err(format!(
            "{kv_heads} heads of keys cannot be shared evenly by {heads} heads of queries; choose a number that divides {heads}"
        ));
    }
    if size > MAX_HEAD_SIZE {
        return Err(format!(
            "heads of {size} channels are larger than {MAX_HEAD_SIZE}; use more heads"
        ));
    }
    Ok(())
}

impl Layout {
    /// Reads packed (B, T, (H + 2K) D), or (T, (H + 2K) D) as one sequence.
    pub fn packed(qkv: &TensorType, heads: usize, kv_heads: usize) -> Result<Self, String> {
        let (batch, time) = tokens(qkv, "queries, keys and values come packed as (B, T, 3C)")?;
        check(heads, kv_heads, 0)?;
        let parts = heads + 2 * kv_heads;
        if !qkv.last().is_multiple_of(parts) {
            let last = qkv.last();
            return Err(if heads == kv_heads {
                format!(
                    "the last axis, {last}, is not 3 × {heads} heads of one size; choose channels that the heads divide"
                )
            } else {
                format!(
                    "the last axis, {last}, is not {heads} queries, {kv_heads} keys and {kv_heads} values of one size; \
                     make it a multiple of {parts}"
                )
            });
        }
        let size = qkv.last() / parts;
        check(heads, kv_heads, size)?;
        Ok(Self {
            batch,
            rows: time,
            columns: time,
            heads,
            kv_heads,
            size,
            is_cross: false,
        })
    }

    /// Reads q (B, T, H D) and kv (B, S, 2 K D), or both without B.
    pub fn cross(
        q: &TensorType,
        kv: &TensorType,
        heads: usize,
        kv_heads: usize,
    ) -> Result<Self, String> {
        let what = "queries come as (B, T, H·D), keys and values as (B, S, 2·K·D)";
        let (batch, rows) = tokens(q, what)?;
        let (kv_batch, columns) = tokens(kv, what)?;
        check(heads, kv_heads, 0)?;
        let size = q.last() / heads;
        check(heads, kv_heads, size)?;
        if q.shape.len() != kv.shape.len() || batch != kv_batch {
            return Err("queries and keys are of equally many sequences".to_owned());
        }
        if q.last() != heads * size || kv.last() != 2 * kv_heads * size {
            return Err(format!(
                "{heads} queries and {kv_heads} keys and values of one size D are H·D and 2·K·D channels, not {} and {}",
                q.last(),
                kv.last()
            ));
        }
        Ok(Self {
            batch,
            rows,
            columns,
            heads,
            kv_heads,
            size,
            is_cross: true,
        })
    }

    /// H D, channels of q and o.
    pub fn channels(self) -> usize {
        self.heads * self.size
    }

    /// K D, channels of the keys.
    pub fn kv_channels(self) -> usize {
        self.kv_heads * self.size
    }

    /// Distance between the queries of neighbouring tokens.
    pub fn query_stride(self) -> usize {
        self.channels()
            + if self.is_cross {
                0
            } else {
                2 * self.kv_channels()
            }
    }

    /// Distance between the keys of neighbouring tokens.
    pub fn key_stride(self) -> usize {
        2 * self.kv_channels() + self.key_start()
    }

    /// Numbers of a token before its first key.
    pub fn key_start(self) -> usize {
        if self.is_cross { 0 } else { self.channels() }
    }

    /// Queries that share a key.
    pub fn group(self) -> usize {
        self.heads / self.kv_heads
    }

    /// B · H.
    pub fn sequences(self) -> usize {
        self.batch * self.heads
    }

    /// 1 / √D.
    pub fn scale(self) -> f32 {
        1.0 / (self.size as f32).sqrt()
    }

    /// Numbers of a head that WGSL reads at a time.
    pub fn pack(self) -> usize {
        if self.size.is_multiple_of(4) { 4 } else { 1 }
    }
}
