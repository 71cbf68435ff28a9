//! What stands in a box: phrases in a language, with the present numbers.

use super::Part;
use crate::models::{
    AttentionPattern, Family, MlpKind, ModelConfig, NormKind, Positions, Smoothing,
};
use crate::words::{Words, fill};

/// The phrases of a part; a line may be broken between any two.
pub fn phrases(part: Part, config: &ModelConfig, w: &Words) -> Vec<String> {
    let d = &w.drawing;
    let channels = config.channels.to_string();
    let context = config.context.to_string();
    match part {
        Part::Tokens => one(tokens(config, w)),
        Part::Source => one(fill(d.source, &[("t", &context)])),
        Part::Target => one(d.target.into()),
        Part::Embedding => split(&fill(w.model.part_embedding, &[("c", &channels)])),
        Part::AddPositions => one(match config.positions {
            Positions::Sinusoidal => w.model.part_sinusoidal.into(),
            _ => w.model.part_learned.into(),
        }),
        Part::AddSegments => one(d.segments.into()),
        Part::EmbeddingNorm => one(fill(d.embedding_norm, &[("norm", norm(config))])),
        Part::Norm => one(norm(config).into()),
        Part::FinalNorm => one(fill(w.model.part_final_norm, &[("norm", norm(config))])),
        Part::Attention if config.family == Family::EncoderDecoder => {
            attention(d.attention_causal, config, w)
        }
        Part::Attention => attention(w.model.part_attention, config, w),
        Part::BothWays => attention(d.attention_both, config, w),
        Part::CrossAttention => split(&in_heads(d.attention_cross, config)),
        Part::Mlp => mlp(config),
        Part::Memory => one(d.memory.into()),
        Part::Head => one(head(config, w).into()),
        Part::LogitCap => one(fill(d.logit_cap, &[("x", &config.logit_cap.to_string())])),
        Part::MaskedHead => split(&fill(d.masked_head, &[("norm", norm(config))])),
        Part::PairHead => split(d.pair_head),
        Part::Prediction => one(prediction(config, w).into()),
        Part::PairPrediction => one(d.pair_prediction.into()),
        Part::Slot(Some(0)) => one("t".into()),
        Part::Slot(Some(before)) => one(format!("t−{before}")),
        Part::Slot(None) => one("…".into()),
        Part::Vectors => one(fill(d.vectors, &[("m", &channels)])),
        Part::Joined => {
            let joined = (config.window * config.channels).to_string();
            let n = config.window.to_string();
            one(fill(
                d.joined,
                &[("n", &n), ("m", &channels), ("x", &joined)],
            ))
        }
        Part::Hidden => split(&fill(d.hidden, &[("f", &config.hidden_units.to_string())])),
        Part::Output => one(d.output.into()),
        Part::Direct => one(d.direct.into()),
        Part::Cell => cell(config, w),
        Part::EncoderCell => {
            let half = (config.channels / 2).to_string();
            one(fill(d.both_ways, &[("c", &half)]))
        }
        Part::AdditiveAttention => one(d.additive.into()),
        Part::Combine => split(&fill(d.combine, &[("c", &channels)])),
        Part::Counts => one(match config.order {
            0 | 1 => d.counts_one.into(),
            n => fill(d.counts, &[("n", &n.to_string())]),
        }),
        Part::After(before) => after(before, config, w),
        Part::Uniform => split(d.uniform),
        Part::Lower => one(match config.smoothing {
            Smoothing::KneserNey => d.plus_lower.into(),
            Smoothing::StupidBackOff => fill(d.if_unseen, &[("x", &config.back_off.to_string())]),
            Smoothing::MaximumLikelihood | Smoothing::AddK => d.if_unseen_context.into(),
        }),
        Part::Normalised => one(d.normalised.into()),
    }
}

fn one(phrase: String) -> Vec<String> {
    vec![phrase]
}

fn split(text: &str) -> Vec<String> {
    text.split(" · ").map(str::to_owned).collect()
}

fn norm(config: &ModelConfig) -> &'static str {
    match config.norm {
        NormKind::LayerNorm => "LayerNorm",
        NormKind::RmsNorm => "RMSNorm",
    }
}

fn tokens(config: &ModelConfig, w: &Words) -> String {
    let d = &w.drawing;
    let last = |n: u32| match n {
        0 => d.no_tokens.to_owned(),
        1 => d.one_token.to_owned(),
        n => fill(d.last_tokens, &[("n", &n.to_string())]),
    };
    let context = config.context.to_string();
    match config.family {
        Family::Ngram => last(config.order.saturating_sub(1)),
        Family::FeedForward => last(config.window),
        Family::Encoder => fill(d.masked_tokens, &[("t", &context)]),
        _ => fill(w.model.part_tokens, &[("t", &context)]),
    }
}

fn prediction(config: &ModelConfig, w: &Words) -> &'static str {
    match config.family {
        Family::Encoder => w.drawing.masked_prediction,
        family if family.has_source() => w.drawing.target_prediction,
        _ => w.model.part_prediction,
    }
}

fn head(config: &ModelConfig, w: &Words) -> &'static str {
    // Only these may have a table of their own; the others always share the embedding.
    let may_differ = config.family == Family::Decoder || config.family.is_recurrent();
    match may_differ && !config.tied_head {
        true => w.model.part_head,
        false => w.model.part_head_tied,
    }
}

fn in_heads(template: &str, config: &ModelConfig) -> String {
    let size = config.channels / config.heads.max(1);
    let values = [("h", config.heads.to_string()), ("d", size.to_string())];
    fill(
        template,
        &values.each_ref().map(|(key, value)| (*key, value.as_str())),
    )
}

fn attention(template: &str, config: &ModelConfig, w: &Words) -> Vec<String> {
    let d = &w.drawing;
    let mut phrases = split(&in_heads(template, config));
    if config.key_heads() != config.heads {
        let k = config.key_heads().to_string();
        phrases.push(fill(d.kv_heads, &[("k", &k)]));
    }
    match config.positions {
        Positions::Rotary => phrases.push("RoPE".into()),
        Positions::Alibi => phrases.push("ALiBi".into()),
        Positions::Relative => phrases.push(d.relative.into()),
        Positions::Learned | Positions::Sinusoidal | Positions::None => {}
    }
    if config.has_qk_norm() {
        phrases.push("QK-norm".into());
    }
    if config.family == Family::Decoder && config.pattern != AttentionPattern::Dense {
        let template = match config.pattern {
            AttentionPattern::Strided => d.strided,
            _ => d.window,
        };
        phrases.push(fill(template, &[("n", &config.span.to_string())]));
        if config.alternating {
            phrases.push(d.every_other.into());
        }
    }
    if config.cap_of_scores() > 0.0 {
        let cap = config.cap_of_scores().to_string();
        phrases.push(fill(d.score_cap, &[("x", &cap)]));
    }
    phrases
}

fn mlp(config: &ModelConfig) -> Vec<String> {
    let name = match config.mlp_kind {
        MlpKind::Gelu | MlpKind::GeluErf => "GELU",
        MlpKind::Relu => "ReLU",
        MlpKind::Silu => "SiLU",
        MlpKind::SwiGlu => "SwiGLU",
    };
    let (from, to) = (config.channels, config.hidden());
    vec![format!("MLP {from} → {to} → {from}"), name.to_owned()]
}

fn cell(config: &ModelConfig, w: &Words) -> Vec<String> {
    let d = &w.drawing;
    let template = match config.family {
        Family::Gru => d.cell_gru,
        Family::Lstm | Family::Seq2Seq => d.cell_lstm,
        _ => d.cell_rnn,
    };
    let mut phrases = split(&fill(template, &[("c", &config.channels.to_string())]));
    if config.family == Family::Seq2Seq {
        phrases.push(d.begins_from_source.into());
    } else if config.carried_state {
        phrases.push(d.carried.into());
    }
    phrases
}

/// The estimate after so many tokens, with its formula.
fn after(before: u32, config: &ModelConfig, w: &Words) -> Vec<String> {
    let d = &w.drawing;
    let context = match before {
        0 => d.after_none.to_owned(),
        1 => d.after_one.to_owned(),
        n => fill(d.after_many, &[("n", &n.to_string())]),
    };
    let formula = match config.smoothing {
        Smoothing::MaximumLikelihood | Smoothing::StupidBackOff => d.share_of_counts.to_owned(),
        Smoothing::AddK => fill(d.share_with_k, &[("k", &config.add_k.to_string())]),
        Smoothing::KneserNey if before + 1 >= config.order => d.discounted.to_owned(),
        Smoothing::KneserNey => d.discounted_kinds.to_owned(),
    };
    vec![context, formula]
}
