//! What the page asks a model beside training, writing and scoring (`Question`), and hears of it (`Told`).

use serde::{Deserialize, Serialize};

use super::config::SamplingConfig;
use super::protocol::TokenScore;
use crate::data::objective::ExampleView;
use crate::models::ngram::Explanation;

/// Asked with `Command::Ask`; answered with `Event::Told` of the same request, the last of which is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// What stands at the masked places of a text: those written `[MASK]`, and the tokens `hidden` (places in the text as it
    /// is cut, a written `[MASK]` being one token). Of a model trained on next sentences, what follows a written `[SEP]` is the
    /// second segment. Answered by [`Told::Filled`].
    Fill { text: String, hidden: Vec<u32> },
    /// ln p of each token with it alone masked, of a bidirectional model. Answered by [`Told::PseudoScored`].
    PseudoScore { text: String },
    /// A vector for each text. Answered by [`Told::Embedded`].
    Embed { texts: Vec<String> },
    /// What an encoder–decoder answers to a source, in which a model that denoises reads a written `[MASK]` and one that writes spans
    /// `<extra_id_0>` and so on. Answered by [`Told::Responded`], piece by piece, or [`Told::Searched`].
    Respond { source: String, way: Way },
    /// An example that the objective makes for row `row` of update `step`, counted from 0; rows beyond the update's are counted on
    /// from its first. Its text is masked or damaged as in update `again`: the same as `step` for what is trained on. Answered by
    /// [`Told::Example`].
    Example { step: u32, row: u32, again: u32 },
    /// How an n-gram model's probabilities come about at a place of a text: after its first `place` tokens, or without a place
    /// after all of them. `token` is explained; without it the text's own token there, and at its end the most probable.
    /// Answered by [`Told::Counted`].
    Counts {
        text: String,
        place: Option<u32>,
        token: Option<u32>,
    },
    /// The scale of the activations of each layer on the first batch, with the weights as they are. Answered by [`Told::Scales`].
    Scales,
    /// Hidden states and gates of a layer (from 0) of a recurrent model over a text. Answered by [`Told::Traced`].
    Trace { text: String, layer: u32 },
}

/// How an answer is found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Way {
    /// Token by token, greedily at temperature 0; `max_tokens` bounds it.
    Sampled(SamplingConfig),
    /// The `width` best beginnings are kept. Of those that end, the best has the greatest ln p / length^`length_penalty`.
    Beam {
        width: u32,
        length_penalty: f32,
        max_tokens: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Told {
    /// The text's tokens. A masked one has candidates, and where it hides a token of the text that token's ln p; others have
    /// neither.
    Filled {
        tokens: Vec<TokenScore>,
    },
    /// Share of it that is done.
    Progress(f32),
    PseudoScored {
        /// Each token's ln p while it alone is masked, with what the model would put there.
        tokens: Vec<TokenScore>,
        /// Σ ln p, nats.
        total: f64,
        /// exp(−total / tokens).
        pseudo_perplexity: f64,
    },
    /// (texts, C); the mean of the last layer over the text's own tokens.
    Embedded {
        vectors: Vec<Vec<f32>>,
    },
    /// Next tokens of an answer. Where it ends, what ends it is its last token: \[EOS\], or of spans the sentinel after the last.
    Responded {
        tokens: Vec<TokenScore>,
    },
    Searched(Beam),
    Example {
        view: Box<ExampleView>,
        /// (id, text) of every token in it, special ones by their names.
        texts: Vec<(u32, String)>,
    },
    Counted(Box<Counted>),
    /// (layer, root mean square) in order, the first being what the first layer reads.
    Scales {
        step: u32,
        layers: Vec<(String, f32)>,
    },
    Traced(Box<Traces>),
    Failed {
        message: String,
    },
}

/// A beam search as a tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Beam {
    /// Parents stand before their children; the first has none and stands for the empty answer.
    pub nodes: Vec<BeamNode>,
    /// The ends of finished answers, best first; answers cut off by the length come after those that ended.
    pub answers: Vec<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BeamNode {
    pub parent: Option<u32>,
    pub token: u32,
    pub text: String,
    /// ln p of this token after those before it, nats.
    pub log_probability: f32,
    /// Σ ln p from the beginning, nats.
    pub total: f32,
    /// `total` / length^penalty.
    pub score: f32,
    /// It ends an answer.
    pub is_end: bool,
    /// It was among the best of its length and was gone on from, or it ended; else it was dropped.
    pub is_kept: bool,
}

/// What an n-gram model knows of a context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// The text's tokens, as far as it is looked at.
    pub tokens: Vec<String>,
    /// How many of them stand before the explained token.
    pub place: u32,
    /// Tokens of the context that the order lets it see, with their texts.
    pub context: Vec<(u32, String)>,
    pub explanation: Explanation,
    /// Text of the explained token.
    pub text: String,
    /// The most probable next tokens: (id, text, count after the longest context, probability), best first.
    pub next: Vec<(u32, String, u32, f64)>,
}

/// What a layer of a recurrent model does while it reads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Traces {
    pub step: u32,
    pub tokens: Vec<String>,
    /// Layers of the model, and which of them this is, from 0.
    pub layers: u32,
    pub layer: u32,
    /// Units of a layer.
    pub hidden: u32,
    /// (name, (T, hidden)): `h`, of an LSTM `c` and its gates, of a GRU its gates.
    pub series: Vec<(String, Vec<f32>)>,
}
