use super::super::state::tests::playground;
use super::*;
use crate::models::{NormPlacement, Positions};
use crate::words::{Language, in_language};

fn model(family: Family) -> ModelConfig {
    ModelConfig {
        family,
        ..playground().model
    }
}

fn boxes(steps: &[Step]) -> Vec<Part> {
    let parts = steps.iter().filter_map(|step| match step {
        Step::Box(part) | Step::Rung(part) | Step::Loop { part, .. } => Some(*part),
        _ => None,
    });
    parts.collect()
}

fn said(part: Part, config: &ModelConfig) -> String {
    phrases(part, config, in_language(Language::English)).join(" · ")
}

#[test]
fn the_drawing_follows_the_switches() {
    let mut config = model(Family::Decoder);
    let all = transformer::decoder(&config);
    assert_eq!(
        all.iter().filter(|step| **step == Step::Add(None)).count(),
        2
    );
    assert!(boxes(&all).contains(&Part::FinalNorm));
    config.residual = false;
    config.mlp = false;
    config.norm_placement = NormPlacement::None;
    assert_eq!(
        transformer::decoder(&config)[3..],
        [
            Step::BlockStart,
            Step::Box(Part::Attention),
            Step::BlockEnd,
            Step::Box(Part::Head),
            Step::Text(Part::Prediction)
        ]
    );
    config.logit_cap = 30.0;
    assert!(boxes(&transformer::decoder(&config)).contains(&Part::LogitCap));
}

#[test]
fn post_norm_comes_after_the_sum() {
    let mut config = model(Family::Decoder);
    config.norm_placement = NormPlacement::Post;
    let all = transformer::decoder(&config);
    let add = all
        .iter()
        .position(|step| *step == Step::Add(None))
        .unwrap();
    assert_eq!(all[add + 1], Step::Box(Part::Norm));
    assert!(!boxes(&all).contains(&Part::FinalNorm));
}

#[test]
fn parallel_parts_stand_side_by_side_behind_one_norm() {
    let mut config = model(Family::Decoder);
    config.parallel = true;
    let all = transformer::decoder(&config);
    assert!(all.contains(&Step::Beside(vec![Part::Attention, Part::Mlp])));
    let norms = boxes(&all).into_iter().filter(|part| *part == Part::Norm);
    assert_eq!(norms.count(), 1);
    config.mlp = false; // alone there is nothing to be beside
    assert!(boxes(&transformer::decoder(&config)).contains(&Part::Attention));
}

#[test]
fn attention_says_what_is_on() {
    let mut config = model(Family::Decoder);
    assert_eq!(said(Part::Attention, &config), "Attention · 4 heads of 16");
    config.kv_heads = 2;
    config.qk_norm = true;
    config.pattern = crate::models::AttentionPattern::Strided;
    config.span = 8;
    config.alternating = true;
    config.score_cap = 50.0;
    config.positions = Positions::Rotary;
    assert_eq!(
        said(Part::Attention, &config),
        "Attention · 4 heads of 16 · 2 of keys and values · RoPE · QK-norm · the last 8 and every 8th · in every other layer · scores capped at 50"
    );
    // What only decoders have here is not said of others.
    config.family = Family::Encoder;
    assert_eq!(
        said(Part::BothWays, &config),
        "Attention to both sides · 4 heads of 16 · RoPE"
    );
}

#[test]
fn an_encoder_has_segments_and_one_head_or_two() {
    let mut config = model(Family::Encoder);
    config.norm_placement = NormPlacement::Post;
    let all = transformer::encoder(&config, Objective::Masked);
    assert!(boxes(&all).contains(&Part::AddSegments));
    assert!(boxes(&all).contains(&Part::EmbeddingNorm));
    assert!(boxes(&all).contains(&Part::BothWays));
    assert!(boxes(&all).contains(&Part::MaskedHead));
    let all = transformer::encoder(&config, Objective::NextSentence);
    assert!(all.contains(&Step::Beside(vec![Part::MaskedHead, Part::PairHead])));
}

#[test]
fn two_stacks_are_joined_where_they_meet() {
    for family in [Family::EncoderDecoder, Family::Seq2Seq] {
        let plan = plan(&model(family), Objective::Spans);
        assert!(plan.is_wide());
        for link in &plan.links {
            let has = |column: &[Step], part| {
                boxes(column).contains(&part) || column.contains(&Step::Text(part))
            };
            assert!(has(&plan.columns[0], link.from), "{family:?} {link:?}");
            assert!(has(&plan.columns[1], link.to), "{family:?} {link:?}");
        }
        let (_, _, svg) = draw(&plan, |_| vec!["x".into()], "× 2");
        let across = svg.matches("<path class=\"across\"").count();
        assert_eq!(across, plan.links.len());
    }
    // A decoder attends to its source even where it attends to nothing else.
    let mut config = model(Family::EncoderDecoder);
    config.attention = false;
    let plan = transformer::encoder_decoder(&config);
    assert!(boxes(&plan.columns[1]).contains(&Part::CrossAttention));
    assert!(!boxes(&plan.columns[1]).contains(&Part::Attention));
}

#[test]
fn estimates_back_off_to_ever_less_context() {
    let mut config = model(Family::Ngram);
    config.order = 3;
    config.smoothing = Smoothing::KneserNey;
    let chain = [Part::Counts, Part::After(2), Part::After(1), Part::After(0)];
    assert_eq!(boxes(&counted(&config))[..4], chain);
    assert!(counted(&config).contains(&Step::Gather { is_sum: true }));
    assert_eq!(
        said(Part::After(2), &config),
        "after 2 tokens · (c(h w) − D) / c(h)"
    );
    assert_eq!(
        said(Part::After(0), &config),
        "whatever stands before · (kinds before h w − D) / sum"
    );
    config.smoothing = Smoothing::StupidBackOff;
    assert!(boxes(&counted(&config)).contains(&Part::Normalised));
    assert_eq!(said(Part::Lower, &config), "if it never followed: × 0.4");
    config.smoothing = Smoothing::AddK;
    assert_eq!(boxes(&counted(&config)), [Part::Counts, Part::After(2)]);
    assert_eq!(
        said(Part::After(2), &config),
        "after 2 tokens · (c(h w) + 0.1) / (c(h) + 0.1 V)"
    );
}

#[test]
fn a_window_shows_its_tokens_or_its_ends() {
    let mut config = model(Family::FeedForward);
    config.window = 3;
    let slots = [2, 1, 0].map(|before| Part::Slot(Some(before))).to_vec();
    assert_eq!(feed_forward(&config)[1], Step::Beside(slots));
    assert_eq!(said(Part::Joined, &config), "side by side: 3 × 64 = 192");
    config.window = 16;
    config.direct = true;
    let all = feed_forward(&config);
    assert!(matches!(&all[1], Step::Beside(slots) if slots.len() == 5));
    assert!(all.contains(&Step::Add(Some(Part::Direct))));
}

#[test]
fn a_cell_names_its_gates_and_where_it_begins() {
    let mut config = model(Family::Lstm);
    config.carried_state = true;
    assert_eq!(
        said(Part::Cell, &config),
        "LSTM · 3 gates · state of 2 × 64 · carried on from batch to batch"
    );
    config.family = Family::Seq2Seq;
    assert!(said(Part::Cell, &config).ends_with("begins where the source ends"));
}

/// Every family in both languages: nothing stands outside the drawing, and no line of a box is wider than its box.
#[test]
fn everything_is_inside() {
    for language in [Language::English, Language::Chinese] {
        for family in Family::ALL {
            for smoothing in [Smoothing::MaximumLikelihood, Smoothing::KneserNey] {
                let mut config = model(family);
                config.smoothing = smoothing;
                config.channels = 1024;
                config.heads = 32;
                config.kv_heads = 8;
                config.positions = Positions::Relative;
                config.qk_norm = true;
                config.direct = true;
                let objective = Objective::NextSentence;
                let label = |part| phrases(part, &config, in_language(language));
                let (width, height, svg) = draw(&plan(&config, objective), label, "× 24");
                assert!(height < 1200.0, "{family:?} is {height} high");
                for (x, text) in texts(&svg) {
                    let half = wrapped::width(&text) / 2.0;
                    let is_inside = x - half >= -1.0 && x + half <= width + 1.0;
                    assert!(is_inside, "{family:?}: {text} at {x} of {width}");
                }
            }
        }
    }
}

/// (middle, text) of every centred text.
fn texts(svg: &str) -> Vec<(f64, String)> {
    let centred = svg.split("<text ").skip(1).filter_map(|it| {
        let (attributes, rest) = it.split_once('>')?;
        let x = attributes.split("x=\"").nth(1)?.split('"').next()?;
        attributes.contains("\"middle\"").then(|| {
            let text = rest.split('<').next().unwrap_or_default();
            (x.parse().unwrap(), text.to_owned())
        })
    });
    centred.collect()
}

#[test]
fn labels_cannot_break_the_markup() {
    for family in Family::ALL {
        let plan = plan(&model(family), Objective::Masked);
        let (width, height, svg) = draw(&plan, |_| vec!["<x>".into()], "<b>");
        assert!(width >= 400.0 && height > 100.0);
        assert!(!svg.contains("<x>") && !svg.contains("<b>"));
        assert!(svg.contains("&lt;x&gt;"));
    }
}
