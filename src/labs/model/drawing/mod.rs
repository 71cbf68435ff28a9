//! The model as a drawing: boxes from what goes in to the prediction, one column for each stack.
//!
//! | file | what |
//! |---|---|
//! | `mod` | the steps of every family, in the order data flows |
//! | `transformer` | those of the three Transformers |
//! | `labels` | what stands in a box, in a language |
//! | `wrapped` | lines that fit a box |
//! | `svg` | where everything stands, as markup |

mod labels;
mod svg;
#[cfg(test)]
mod tests;
mod transformer;
mod wrapped;

pub use labels::phrases;
pub use svg::draw;

use crate::models::{Family, ModelConfig, Smoothing};
use crate::session::config::Objective;

/// What a box or a line of words is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What goes in.
    Tokens,
    Source,
    Target,
    Embedding,
    /// Positions added to the embedding (learned, sinusoidal).
    AddPositions,
    AddSegments,
    EmbeddingNorm,
    Norm,
    /// Of a token to those before it.
    Attention,
    /// Of a token to those on both sides.
    BothWays,
    CrossAttention,
    Mlp,
    FinalNorm,
    /// What an encoder hands to a decoder.
    Memory,
    Head,
    /// The soft cap of the logits.
    LogitCap,
    MaskedHead,
    PairHead,
    Prediction,
    PairPrediction,
    /// The vector of the token so many before the last; none stands for those between.
    Slot(Option<u32>),
    Vectors,
    Joined,
    Hidden,
    Output,
    Direct,
    /// A recurrent layer.
    Cell,
    /// An LSTM in each direction over the source.
    EncoderCell,
    AdditiveAttention,
    Combine,
    Counts,
    /// The estimate after so many tokens.
    After(u32),
    Uniform,
    /// On the way from one estimate to that after fewer tokens.
    Lower,
    Normalised,
}

/// A step on the way down a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Words without a box: what goes in and comes out.
    Text(Part),
    Box(Part),
    /// Boxes side by side, all from one line and onto one line.
    Beside(Vec<Part>),
    /// A box whose state comes back to it at the next token; with `both`, also from right to left.
    Loop {
        part: Part,
        both: bool,
    },
    /// The frame around the repeated block begins.
    BlockStart,
    BlockEnd,
    /// A second line leaves the main one here, as the residual stream …
    Fork,
    /// … and is added back here. A line with weights of its own has a name.
    Add(Option<Part>),
    /// A box of a chain: its say goes to the line beside it …
    Rung(Part),
    /// … words on the way to the next box of the chain …
    Along(Part),
    /// … and all that was said meets here; as a sum, or one of them.
    Gather {
        is_sum: bool,
    },
}

/// A line from a part of the first column to one of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub from: Part,
    pub to: Part,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One, or encoder and decoder.
    pub columns: Vec<Vec<Step>>,
    pub links: Vec<Link>,
}

impl Plan {
    fn of(column: Vec<Step>) -> Self {
        Self {
            columns: vec![column],
            links: Vec::new(),
        }
    }

    /// Whether it has two columns, and wants room for them.
    pub fn is_wide(&self) -> bool {
        self.columns.len() > 1
    }
}

/// The drawing of a configuration.
pub fn plan(config: &ModelConfig, objective: Objective) -> Plan {
    match config.family {
        Family::Ngram => Plan::of(counted(config)),
        Family::FeedForward => Plan::of(feed_forward(config)),
        Family::Rnn | Family::Gru | Family::Lstm => Plan::of(recurrent()),
        Family::Seq2Seq => seq2seq(),
        Family::Decoder => Plan::of(transformer::decoder(config)),
        Family::Encoder => Plan::of(transformer::encoder(config, objective)),
        Family::EncoderDecoder => transformer::encoder_decoder(config),
    }
}

/// The chain of estimates, from the longest context to none.
fn counted(config: &ModelConfig) -> Vec<Step> {
    let most = config.order.saturating_sub(1);
    let mut steps = vec![Step::Text(Part::Tokens), Step::Box(Part::Counts)];
    match config.smoothing {
        Smoothing::AddK => steps.push(Step::Box(Part::After(most))),
        Smoothing::MaximumLikelihood => steps.extend([
            Step::Rung(Part::After(most)),
            Step::Along(Part::Lower),
            Step::Box(Part::Uniform),
            Step::Gather { is_sum: false },
        ]),
        Smoothing::StupidBackOff | Smoothing::KneserNey => {
            for before in (0..=most).rev() {
                steps.extend([Step::Rung(Part::After(before)), Step::Along(Part::Lower)]);
            }
            let is_sum = config.smoothing == Smoothing::KneserNey;
            steps.extend([Step::Box(Part::Uniform), Step::Gather { is_sum }]);
            if !is_sum {
                steps.push(Step::Box(Part::Normalised));
            }
        }
    }
    steps.push(Step::Text(Part::Prediction));
    steps
}

/// Most vectors of a window that are drawn one by one.
const MOST_SLOTS: u32 = 6;

fn feed_forward(config: &ModelConfig) -> Vec<Step> {
    let window = config.window.max(1);
    let slots = if window <= MOST_SLOTS {
        (0..window)
            .rev()
            .map(|before| Part::Slot(Some(before)))
            .collect()
    } else {
        let ends = [Some(window - 1), Some(window - 2), None, Some(1), Some(0)];
        ends.map(Part::Slot).to_vec()
    };
    let mut steps = vec![
        Step::Text(Part::Tokens),
        Step::Beside(slots),
        Step::Text(Part::Vectors),
        Step::Box(Part::Joined),
    ];
    if config.direct {
        steps.push(Step::Fork);
    }
    steps.extend([Step::Box(Part::Hidden), Step::Box(Part::Output)]);
    if config.direct {
        steps.push(Step::Add(Some(Part::Direct)));
    }
    steps.push(Step::Text(Part::Prediction));
    steps
}

fn recurrent() -> Vec<Step> {
    vec![
        Step::Text(Part::Tokens),
        Step::Box(Part::Embedding),
        Step::BlockStart,
        Step::Loop {
            part: Part::Cell,
            both: false,
        },
        Step::BlockEnd,
        Step::Box(Part::Head),
        Step::Text(Part::Prediction),
    ]
}

fn seq2seq() -> Plan {
    let encoder = vec![
        Step::Text(Part::Source),
        Step::Box(Part::Embedding),
        Step::Loop {
            part: Part::EncoderCell,
            both: true,
        },
        Step::Text(Part::Memory),
    ];
    let decoder = vec![
        Step::Text(Part::Target),
        Step::Box(Part::Embedding),
        Step::Loop {
            part: Part::Cell,
            both: false,
        },
        Step::Fork,
        Step::Box(Part::AdditiveAttention),
        Step::Add(None),
        Step::Box(Part::Combine),
        Step::Box(Part::Head),
        Step::Text(Part::Prediction),
    ];
    Plan {
        columns: vec![encoder, decoder],
        links: vec![
            Link {
                from: Part::EncoderCell,
                to: Part::Cell,
            },
            Link {
                from: Part::Memory,
                to: Part::AdditiveAttention,
            },
        ],
    }
}
