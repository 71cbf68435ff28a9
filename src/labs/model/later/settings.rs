//! Settings of the model laboratory.

use leptos::prelude::*;

use super::super::super::setting::{
    about, group, number, number_or_off, number_set_by, select, suggestions, toggle,
};
use super::super::state::{heads_toward, nearest_heads};
use crate::models::{MlpKind, NormKind, Positions};
use crate::session::field::Field;
use crate::ui::range::Range;

/// The panel.
#[inline(never)]
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
            number(|w| w.fields.layers, Field::Layers, Range::whole(1, 24, 1)),
            number_set_by(
                |w| w.fields.channels,
                Field::Channels,
                Range::whole(8, 1024, 8),
                Box::new(|p, v| {
                    p.model.channels = v as u32;
                    p.model.heads = nearest_heads(p.model.channels, p.model.heads);
                }),
            ),
            number_set_by(
                |w| w.fields.heads,
                Field::Heads,
                Range::whole(1, 32, 1),
                Box::new(|p, v| {
                    p.model.heads = heads_toward(p.model.channels, p.model.heads, v as u32);
                }),
            ),
            number(
                |w| w.fields.context,
                Field::Context,
                Range::whole(8, 1024, 8).typed_by(1.0),
            ),
        ],
    )
}

fn wiring() -> AnyView {
    group(
        |w| w.model.group_wiring,
        false,
        vec![
            toggle(|w| w.fields.attention, Field::Attention),
            toggle(|w| w.fields.mlp, Field::Mlp),
            toggle(|w| w.fields.residual, Field::Residual),
            select(
                |w| w.fields.positions,
                Field::Positions,
                &[
                    ("learned", |w| w.fields.positions_learned),
                    ("sinusoidal", |w| w.fields.positions_sinusoidal),
                    ("rotary", |w| w.fields.positions_rotary),
                    ("alibi", |_| "ALiBi"),
                    ("none", |w| w.fields.none),
                ],
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
                Field::NormPlacement,
                &[
                    ("pre", |w| w.fields.norm_pre),
                    ("post", |w| w.fields.norm_post),
                    ("none", |w| w.fields.none),
                ],
            ),
            select(
                |w| w.fields.norm,
                Field::Norm,
                &[("layernorm", |_| "LayerNorm"), ("rmsnorm", |_| "RMSNorm")],
            ),
            select(
                |w| w.fields.mlp_kind,
                Field::MlpKind,
                &[
                    ("gelu", |_| "GELU (tanh)"),
                    ("gelu-erf", |_| "GELU (erf)"),
                    ("relu", |_| "ReLU"),
                    ("silu", |_| "SiLU"),
                    ("swiglu", |_| "SwiGLU"),
                ],
            ),
            toggle(|w| w.fields.tied_head, Field::TiedHead),
            toggle(|w| w.fields.bias, Field::Bias),
            number_or_off(
                |w| w.fields.dropout,
                Field::Dropout,
                Range::real(0.0, 0.9, 0.05),
            ),
        ],
    )
}
