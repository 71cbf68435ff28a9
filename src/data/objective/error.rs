//! Why an objective cannot be made of what it was given. Every message ends with the cure; all come before training starts.

use super::config::Objective;

/// Which part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Training,
    Validation,
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Part::Training => "training",
            Part::Validation => "validation",
        })
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ObjectiveError {
    #[error("{setting}: {given} is out of range. Choose a number from {least} to {most}.")]
    OutOfRange {
        setting: &'static str,
        given: f32,
        least: f32,
        most: f32,
    },
    #[error(
        "The shares of masked, random and unchanged tokens are {mask}, {random} and {unchanged}. Give numbers from 0 to 1, one of them above 0."
    )]
    Shares {
        mask: f32,
        random: f32,
        unchanged: f32,
    },
    #[error(
        "The objective {objective} needs a context of at least {needed}, but the context is {context}. Choose a longer context."
    )]
    ContextTooShort {
        objective: Objective,
        context: usize,
        needed: usize,
    },
    #[error(
        "The {part} text has {tokens} tokens, but an example of this context needs {needed}. Take a longer text or a shorter context."
    )]
    TextTooShort {
        part: Part,
        tokens: usize,
        needed: usize,
    },
    #[error(
        "The validation text is empty. Hold out a larger share of the text, or take a longer one."
    )]
    EmptyValidation,
    #[error(
        "Next-sentence prediction takes its pairs from at least two documents, but the {part} text has {documents} of at least two tokens. Take a text with empty lines between its documents, hold out more of it, or choose masked tokens alone."
    )]
    TooFewDocuments { part: Part, documents: usize },
    #[error(
        "No token of the vocabulary begins a word, so whole words cannot be told apart. Turn whole-word masking off, or learn another tokenizer."
    )]
    NoWordStarts,
    #[error(
        "The {part} text has no pairs of a question and an answer. Take a world with parallel sentences, questions, reviews or grammaticality, or a sequence task, or hold out another share."
    )]
    NoPairs { part: Part },
    #[error(
        "The longest {part} example is number {number}, “{opening}”: it needs a context of {needed}, but the context is {context}. Choose a context of at least {needed}, or shorter examples."
    )]
    ExampleTooLong {
        part: Part,
        /// Counted from 1.
        number: usize,
        opening: String,
        needed: usize,
        context: usize,
    },
}
