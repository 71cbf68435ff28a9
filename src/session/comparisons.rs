//! Comparisons that are prepared: one press fills the laboratory. Sizes are such that a processor alone trains each in a minute or two.

use super::compare::{Budget, Comparison, Turns};
use super::config::{Corpus, Objective, Playground, Recipe, TaskKind, TokenizerKind};
use super::presets::first_minute;
use crate::models::{AttentionPattern, Family, NormPlacement, Positions, Smoothing};

/// A comparison and its name in the table of texts.
pub struct Prepared {
    pub id: &'static str,
    /// The comparison on a text of the site, where it is about texts at large.
    pub comparison: fn(Corpus) -> Comparison,
}

/// In the order they are offered.
pub const ALL: [Prepared; 6] = [
    Prepared {
        id: "seventy-years",
        comparison: seventy_years,
    },
    Prepared {
        id: "encoder-decoder-both",
        comparison: |_| encoder_decoder_both(),
    },
    Prepared {
        id: "ablation",
        comparison: |_| ablation(),
    },
    Prepared {
        id: "tokenizers",
        comparison: tokenizers,
    },
    Prepared {
        id: "warm-up",
        comparison: |_| warm_up(),
    },
    Prepared {
        id: "sparse-attention",
        comparison: sparse_attention,
    },
];

/// What a comparison begins with: nothing to compare, and a budget for a minute or two.
pub fn usual() -> Comparison {
    Comparison {
        entries: Vec::new(),
        budget: Budget::Tokens(200_000.0),
        turns: Turns::Interleaved,
        validations: 20,
        prompt: "The ".to_owned(),
        sample_tokens: 100,
        target_bits_per_byte: 0.0,
    }
}

/// One playground for each edit of `base`.
fn varied(base: &Playground, edits: &[fn(&mut Playground)]) -> Vec<Playground> {
    let vary = |edit: &fn(&mut Playground)| {
        let mut entry = base.clone();
        edit(&mut entry);
        entry
    };
    edits.iter().map(vary).collect()
}

fn on(corpus: Corpus) -> Playground {
    Playground {
        corpus,
        ..first_minute()
    }
}

/// n-gram (Shannon 1948, smoothed as Kneser and Ney 1995), feed-forward (Bengio et al. 2003), recurrent (Elman 1990), LSTM (Hochreiter and
/// Schmidhuber 1997), Transformer (Vaswani et al. 2017).
fn seventy_years(corpus: Corpus) -> Comparison {
    let entries = varied(
        &on(corpus),
        &[
            |p| {
                p.model.family = Family::Ngram;
                p.model.order = 5;
                p.model.smoothing = Smoothing::KneserNey;
            },
            |p| {
                p.model.family = Family::FeedForward;
                p.model.window = 8;
                p.model.hidden_units = 128;
            },
            |p| {
                p.model.family = Family::Rnn;
                p.model.layers = 1;
                p.model.channels = 128;
            },
            |p| {
                p.model.family = Family::Lstm;
                p.model.layers = 1;
                p.model.channels = 128;
            },
            |p| p.model.family = Family::Decoder,
        ],
    );
    Comparison { entries, ..usual() }
}

/// A task that reads and writes: to answer, to fill in, to rewrite.
fn encoder_decoder_both() -> Comparison {
    let mut base = on(Corpus::Task);
    base.task.choose(TaskKind::Reverse);
    let entries = varied(
        &base,
        &[
            |p| p.objective.objective = Objective::Prompted,
            |p| {
                p.model.family = Family::Encoder;
                p.model.norm_placement = NormPlacement::Post; // BERT's, which learns sooner here.
                p.objective.objective = Objective::Masked;
            },
            |p| {
                p.model.family = Family::EncoderDecoder;
                p.objective.objective = Objective::TextToText;
            },
            |p| {
                p.model.family = Family::Seq2Seq;
                p.objective.objective = Objective::TextToText;
            },
        ],
    );
    Comparison { entries, ..usual() }
}

/// What LayerNorm, residuals and positions buy.
fn ablation() -> Comparison {
    let mut base = first_minute();
    base.model.layers = 4;
    let entries = varied(
        &base,
        &[
            |_| (),
            |p| p.model.norm_placement = NormPlacement::None,
            |p| p.model.residual = false,
            |p| p.model.positions = Positions::None,
            |p| {
                p.model.norm_placement = NormPlacement::None;
                p.model.residual = false;
            },
        ],
    );
    Comparison {
        entries,
        budget: Budget::Tokens(130_000.0),
        ..usual()
    }
}

/// A token of BPE holds several bytes, so tokens would be no equal budget; operations are.
fn tokenizers(corpus: Corpus) -> Comparison {
    let entries = varied(
        &on(corpus),
        &[
            |_| (),
            |p| p.tokenizer = Recipe::of_kind(TokenizerKind::Bytes),
            |p| {
                p.tokenizer = Recipe::of_kind(TokenizerKind::BpeBytes);
                p.tokenizer.vocabulary = 512;
            },
            |p| {
                p.tokenizer = Recipe::of_kind(TokenizerKind::BpeBytes);
                p.tokenizer.vocabulary = 2_048;
            },
        ],
    );
    Comparison {
        entries,
        budget: Budget::Flops(1.5e11),
        ..usual()
    }
}

/// Norms after each sum need small first steps (Xiong et al. 2020); norms before each part hardly do.
fn warm_up() -> Comparison {
    let mut base = first_minute();
    base.model.layers = 6;
    base.training.learning_rate = 1e-2;
    let entries = varied(
        &base,
        &[
            |p| {
                p.model.norm_placement = NormPlacement::Post;
                p.training.warmup_steps = 0;
            },
            |p| {
                p.model.norm_placement = NormPlacement::Post;
                p.training.warmup_steps = 60;
            },
            |p| p.training.warmup_steps = 0,
            |p| p.training.warmup_steps = 60,
        ],
    );
    Comparison {
        entries,
        budget: Budget::Tokens(130_000.0),
        ..usual()
    }
}

/// All earlier tokens, a window of them, strides (Child et al. 2019), and both in turn (Brown et al. 2020).
fn sparse_attention(corpus: Corpus) -> Comparison {
    let mut base = on(corpus);
    base.model.context = 256;
    base.model.span = 32;
    base.training.batch = 4;
    let entries = varied(
        &base,
        &[
            |_| (),
            |p| p.model.pattern = AttentionPattern::Window,
            |p| p.model.pattern = AttentionPattern::Strided,
            |p| {
                p.model.pattern = AttentionPattern::Strided;
                p.model.alternating = true;
            },
        ],
    );
    Comparison { entries, ..usual() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::compare::MOST_ENTRIES;
    use crate::session::validate::validate;

    #[test]
    fn every_entry_is_valid_and_unlike_the_others() {
        for prepared in &ALL {
            for corpus in [Corpus::MobyDick, Corpus::Generated] {
                let entries = (prepared.comparison)(corpus).entries;
                assert!(
                    (2..=MOST_ENTRIES).contains(&entries.len()),
                    "{}",
                    prepared.id
                );
                for (index, entry) in entries.iter().enumerate() {
                    let mut valid = entry.clone();
                    assert_eq!(validate(&mut valid), [], "{}", prepared.id);
                    assert_eq!(valid, *entry, "{}", prepared.id);
                    assert!(!entries[..index].contains(entry), "{}", prepared.id);
                }
            }
        }
    }

    #[test]
    fn the_ladder_climbs_from_counts_to_the_transformer() {
        let entries = seventy_years(Corpus::MobyDick).entries;
        let families: Vec<Family> = entries.iter().map(|it| it.model.family).collect();
        use Family::{Decoder, FeedForward, Lstm, Ngram, Rnn};
        assert_eq!(families, [Ngram, FeedForward, Rnn, Lstm, Decoder]);
        assert!(entries.iter().all(|it| it.corpus == Corpus::MobyDick));
    }
}
