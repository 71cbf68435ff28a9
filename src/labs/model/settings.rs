//! Settings of the model laboratory.

use leptos::prelude::*;

use super::super::setting::{about, group, number, number_or_off, select, suggestions, toggle};
use super::state::nearest_heads;
use crate::models::gpt::{MlpKind, NormKind, NormPlacement, Positions};
use crate::ui::range::Range;

/// The panel.
pub fn settings() -> AnyView {
    view! {
        {suggestions(
            &[
                (|w| w.model.try_no_residual, |p| p.model.residual = false),
                (|w| w.model.try_no_positions, |p| p.model.positions = Positions::None),
                (|w| w.model.try_no_attention, |p| p.model.attention = false),
                (
                    |w| w.model.try_llama,
                    |p| {
                        p.model.norm = NormKind::RmsNorm;
                        p.model.positions = Positions::Rotary;
                        p.model.mlp_kind = MlpKind::SwiGlu;
                        p.model.bias = false;
                    },
                ),
            ],
        )}
        {shape()}
        {wiring()}
        {parts()}
        {about(|w| w.model.about)}
    }
    .into_any()
}

fn shape() -> AnyView {
    group(
        |w| w.model.group_shape,
        false,
        vec![
            number(
                |w| w.fields.layers,
                Range::whole(1, 24, 1),
                |p| f64::from(p.model.layers),
                |p, v| p.model.layers = v as u32,
                "layers",
            ),
            number(
                |w| w.fields.channels,
                Range::whole(8, 1024, 8),
                |p| f64::from(p.model.channels),
                |p, v| {
                    p.model.channels = v as u32;
                    p.model.heads = nearest_heads(p.model.channels, p.model.heads);
                },
                "channels",
            ),
            number(
                |w| w.fields.heads,
                Range::whole(1, 32, 1),
                |p| f64::from(p.model.heads),
                |p, v| p.model.heads = nearest_heads(p.model.channels, v as u32),
                "heads",
            ),
            number(
                |w| w.fields.context,
                Range::whole(8, 1024, 8),
                |p| f64::from(p.model.context),
                |p, v| p.model.context = v as u32,
                "context",
            ),
        ],
    )
}

fn wiring() -> AnyView {
    group(
        |w| w.model.group_wiring,
        false,
        vec![
            toggle(
                |w| w.fields.attention,
                |p| p.model.attention,
                |p, v| p.model.attention = v,
                "attention",
            ),
            toggle(
                |w| w.fields.mlp,
                |p| p.model.mlp,
                |p, v| p.model.mlp = v,
                "mlp",
            ),
            toggle(
                |w| w.fields.residual,
                |p| p.model.residual,
                |p, v| p.model.residual = v,
                "residual",
            ),
            select(
                |w| w.fields.positions,
                &[
                    (
                        Positions::Learned,
                        |w| w.fields.positions_learned,
                        "learned",
                    ),
                    (
                        Positions::Sinusoidal,
                        |w| w.fields.positions_sinusoidal,
                        "sinusoidal",
                    ),
                    (Positions::Rotary, |w| w.fields.positions_rotary, "rotary"),
                    (Positions::Alibi, |_| "ALiBi", "alibi"),
                    (Positions::None, |w| w.fields.none, "none"),
                ],
                |p| p.model.positions,
                |p, v| p.model.positions = v,
                "positions",
            ),
        ],
    )
}

fn parts() -> AnyView {
    group(
        |w| w.model.group_parts,
        true,
        vec![
            select(
                |w| w.fields.norm_placement,
                &[
                    (NormPlacement::Pre, |w| w.fields.norm_pre, "pre"),
                    (NormPlacement::Post, |w| w.fields.norm_post, "post"),
                    (NormPlacement::None, |w| w.fields.none, "none"),
                ],
                |p| p.model.norm_placement,
                |p, v| p.model.norm_placement = v,
                "norm-placement",
            ),
            select(
                |w| w.fields.norm,
                &[
                    (NormKind::LayerNorm, |_| "LayerNorm", "layernorm"),
                    (NormKind::RmsNorm, |_| "RMSNorm", "rmsnorm"),
                ],
                |p| p.model.norm,
                |p, v| p.model.norm = v,
                "norm",
            ),
            select(
                |w| w.fields.mlp_kind,
                &[
                    (MlpKind::Gelu, |_| "GELU (tanh)", "gelu"),
                    (MlpKind::GeluErf, |_| "GELU (erf)", "gelu-erf"),
                    (MlpKind::Relu, |_| "ReLU", "relu"),
                    (MlpKind::Silu, |_| "SiLU", "silu"),
                    (MlpKind::SwiGlu, |_| "SwiGLU", "swiglu"),
                ],
                |p| p.model.mlp_kind,
                |p, v| p.model.mlp_kind = v,
                "mlp-kind",
            ),
            toggle(
                |w| w.fields.tied_head,
                |p| p.model.tied_head,
                |p, v| p.model.tied_head = v,
                "tied-head",
            ),
            toggle(
                |w| w.fields.bias,
                |p| p.model.bias,
                |p, v| p.model.bias = v,
                "bias",
            ),
            number_or_off(
                |w| w.fields.dropout,
                Range::real(0.0, 0.9, 0.05),
                |p| f64::from(p.model.dropout),
                |p, v| p.model.dropout = v as f32,
                "dropout",
            ),
        ],
    )
}
