//! Settings of the model laboratory: the family first, and below it what means something for it.

use leptos::prelude::*;

use super::super::super::setting::{
    Say, about, group_of, number, number_named, number_or_off, number_set_by, select,
    select_set_by, suggestions, toggle,
};
use super::super::super::workbench::workbench;
use super::super::chips::chips;
use super::super::family::choose;
use super::super::state::{set_channels, set_heads, set_key_heads};
use super::objective::objective;
use crate::models::Family;
use crate::session::field::{Choice, Field};
use crate::ui::range::Range;

/// The panel.
#[inline(never)]
pub fn settings() -> AnyView {
    let family = workbench().value(|p| p.model.family);
    view! {
        {family_choice()}
        {move || suggestions(chips(family.get()))}
        {objective()}
        {counts()}
        {shape()}
        {wiring()}
        {attention()}
        {parts()}
        {start()}
        {move || about(about_of(family.get()))}
    }
    .into_any()
}

fn family_choice() -> AnyView {
    let choices: Vec<(&'static str, Say)> = Family::ALL
        .into_iter()
        .map(|family| (family.word(), name_of(family)))
        .collect();
    select_set_by(
        |w| w.families.family,
        Field::Family,
        &choices,
        Box::new(|draft, word| {
            let mut family = draft.model.family;
            if family.set_word(word) {
                choose(draft, family);
            }
        }),
    )
}

fn name_of(family: Family) -> Say {
    match family {
        Family::Ngram => |w| w.families.ngram,
        Family::FeedForward => |w| w.families.feed_forward,
        Family::Rnn => |w| w.families.rnn,
        Family::Gru => |w| w.families.gru,
        Family::Lstm => |w| w.families.lstm,
        Family::Seq2Seq => |w| w.families.seq2seq,
        Family::Decoder => |w| w.families.decoder,
        Family::Encoder => |w| w.families.encoder,
        Family::EncoderDecoder => |w| w.families.encoder_decoder,
    }
}

fn about_of(family: Family) -> Say {
    match family {
        Family::Ngram => |w| w.families.about_ngram,
        Family::FeedForward => |w| w.families.about_feed_forward,
        Family::Rnn => |w| w.families.about_rnn,
        Family::Gru => |w| w.families.about_gru,
        Family::Lstm => |w| w.families.about_lstm,
        Family::Seq2Seq => |w| w.families.about_seq2seq,
        Family::Decoder => |w| w.model.about,
        Family::Encoder => |w| w.families.about_encoder,
        Family::EncoderDecoder => |w| w.families.about_encoder_decoder,
    }
}

fn counts() -> AnyView {
    group_of(
        |w| w.families.group_counts,
        false,
        &[Field::Order, Field::Smoothing],
        vec![
            number(|w| w.families.order, Field::Order, Range::whole(1, 8, 1)),
            select(
                |w| w.families.smoothing,
                Field::Smoothing,
                &[
                    ("none", |w| w.families.smoothing_none),
                    ("add-k", |w| w.families.smoothing_add_k),
                    ("back-off", |w| w.families.smoothing_back_off),
                    ("kneser-ney", |w| w.families.smoothing_kneser_ney),
                ],
            ),
            number(|w| w.families.add_k, Field::AddK, Range::ratio(1e-3, 10.0)),
            number(
                |w| w.families.back_off,
                Field::BackOff,
                Range::real(0.05, 1.0, 0.05),
            ),
        ],
    )
}

fn shape() -> AnyView {
    group_of(
        |w| w.model.group_shape,
        false,
        &[Field::Layers, Field::Channels, Field::Heads, Field::Context],
        vec![
            number(|w| w.fields.layers, Field::Layers, Range::whole(1, 24, 1)),
            number_set_by(
                |w| w.fields.channels,
                Field::Channels,
                Range::whole(8, 1024, 8),
                Box::new(|p, v| set_channels(&mut p.model, v as u32)),
            ),
            number_set_by(
                |w| w.fields.heads,
                Field::Heads,
                Range::whole(1, 32, 1),
                Box::new(|p, v| set_heads(&mut p.model, v as u32)),
            ),
            number(|w| w.families.window, Field::Window, Range::whole(1, 16, 1)),
            number(
                |w| w.families.hidden,
                Field::HiddenUnits,
                Range::whole(8, 1024, 8).typed_by(1.0),
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
    group_of(
        |w| w.model.group_wiring,
        false,
        &[
            Field::Attention,
            Field::Mlp,
            Field::Residual,
            Field::Positions,
            Field::Direct,
            Field::CarriedState,
        ],
        vec![
            toggle(|w| w.fields.attention, Field::Attention),
            toggle(|w| w.fields.mlp, Field::Mlp),
            toggle(|w| w.fields.residual, Field::Residual),
            toggle(|w| w.families.parallel, Field::Parallel),
            select(
                |w| w.fields.positions,
                Field::Positions,
                &[
                    ("learned", |w| w.fields.positions_learned),
                    ("sinusoidal", |w| w.fields.positions_sinusoidal),
                    ("rotary", |w| w.fields.positions_rotary),
                    ("alibi", |_| "ALiBi"),
                    ("relative", |w| w.families.positions_relative),
                    ("none", |w| w.fields.none),
                ],
            ),
            toggle(|w| w.families.direct, Field::Direct),
            toggle(|w| w.families.carried, Field::CarriedState),
        ],
    )
}

fn attention() -> AnyView {
    group_of(
        |w| w.families.group_attention,
        true,
        &[Field::KvHeads, Field::QkNorm, Field::Pattern],
        vec![
            number_named(
                |w| w.families.kv_heads,
                Field::KvHeads,
                Range::whole(0, 32, 1),
                Box::new(|p, v| set_key_heads(&mut p.model, v as u32)),
                |w| w.families.kv_heads_all,
            ),
            select(
                |w| w.families.pattern,
                Field::Pattern,
                &[
                    ("dense", |w| w.families.pattern_dense),
                    ("window", |w| w.families.pattern_window),
                    ("strided", |w| w.families.pattern_strided),
                ],
            ),
            number(|w| w.families.span, Field::Span, Range::count(1, 256)),
            toggle(|w| w.families.alternating, Field::Alternating),
            toggle(|w| w.families.qk_norm, Field::QkNorm),
            number_or_off(
                |w| w.families.score_cap,
                Field::ScoreCap,
                Range::whole(0, 100, 5).typed_by(0.0),
            ),
        ],
    )
}

fn parts() -> AnyView {
    group_of(
        |w| w.model.group_parts,
        true,
        &[
            Field::NormPlacement,
            Field::MlpKind,
            Field::TiedHead,
            Field::Dropout,
            Field::LogitCap,
            Field::ForgetBias,
        ],
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
            number(
                |w| w.families.forget_bias,
                Field::ForgetBias,
                Range::real(-2.0, 4.0, 0.5),
            ),
            number_or_off(
                |w| w.families.logit_cap,
                Field::LogitCap,
                Range::whole(0, 100, 5).typed_by(0.0),
            ),
        ],
    )
}

fn start() -> AnyView {
    group_of(
        |w| w.families.group_start,
        true,
        &[Field::Initialisation],
        vec![
            select(
                |w| w.families.initialisation,
                Field::Initialisation,
                &[
                    ("usual", |w| w.families.initialisation_usual),
                    ("xavier-uniform", |w| {
                        w.families.initialisation_xavier_uniform
                    }),
                    ("xavier-normal", |w| w.families.initialisation_xavier_normal),
                    ("kaiming", |w| w.families.initialisation_kaiming),
                    ("normal", |w| w.families.initialisation_normal),
                ],
            ),
            number(
                |w| w.families.initial_std,
                Field::InitialStd,
                Range::ratio(1e-3, 1.0),
            ),
            toggle(|w| w.families.zero_projections, Field::ZeroProjections),
        ],
    )
}
