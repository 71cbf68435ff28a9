//! What was changed or left out on the way from a link or a form to a valid playground. Data, so that the page can say it
//! in the reader's language; `Display` says it in English.

use serde::{Deserialize, Serialize};

use super::field::{Choice, Field};
use crate::models::Family;

/// One thing the user should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Note {
    /// A value was moved to the nearest valid one.
    Changed {
        field: Field,
        was: String,
        became: String,
        reason: Reason,
    },
    /// The hash is not one of ours; the first preset is shown.
    NotALink,
    /// The link comes from a later version; what is known of it was taken.
    NewerVersion { version: String },
    /// There is no preset of this name.
    UnknownPreset { given: String, used: String },
    /// The setting means nothing for this model as it is set up; it was left out.
    NotOffered { field: Field, family: Family },
    /// There is no setting of this name; it was left out.
    UnknownKey { key: String },
    /// A value could not be read; the preset's stays.
    Unreadable {
        key: String,
        given: String,
        kept: String,
    },
    /// The text in the link is damaged or too long; it was left out.
    TextUnreadable,
    /// A comparison holds at most so many entries; the rest was left out.
    EntriesLeftOut { most: u32 },
    /// The comparison in the link is damaged; nothing of it could be read.
    ComparisonUnreadable,
    /// The validation part is too short for one window; nothing is validated.
    NoValidation { tokens: u64, needed: u64 },
}

/// Why a value was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// Allowed are `least` to `most`.
    Range { least: String, most: String },
    /// This size of the task may be `least` to `most`.
    TaskSize {
        task: String,
        size: String,
        least: u32,
        most: u32,
    },
    /// The task has no such size.
    NoTaskSize { task: String },
    /// Not a number, or infinite.
    NotFinite,
    /// Must be a multiple of this.
    MultipleOf { factor: u32 },
    /// Heads must divide the channels.
    DividesChannels { channels: u32 },
    /// Rotary positions turn pairs of channels: the head size must be even.
    EvenHeadSize { channels: u32 },
    /// A head has at most so many channels.
    HeadSize { most: u32 },
    /// Warm-up cannot be longer than the run.
    WithinRun { total_steps: u32 },
    /// The text has only so many tokens.
    TextLength { tokens: u64 },
    /// Heads of keys and values must divide the heads.
    DividesHeads { heads: u32 },
    /// The family cannot be trained on it.
    NotOfFamily { family: Family },
    /// The three shares of masked tokens are all nothing.
    NoShares,
    /// At most so many characters.
    TooLong { most: u32 },
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::Changed {
                field,
                was,
                became,
                reason,
            } => write!(f, "{field}: {was} became {became}, because {reason}."),
            Note::NotALink => {
                f.write_str("The address holds no playground; the first preset is shown.")
            }
            Note::NewerVersion { version } => write!(
                f,
                "The link comes from a later version ({version}); what is known of it was taken."
            ),
            Note::UnknownPreset { given, used } => {
                write!(f, "There is no preset “{given}”; {used} is used instead.")
            }
            Note::UnknownKey { key } => write!(f, "There is no setting “{key}”; it was left out."),
            Note::NotOffered { field, family } => write!(
                f,
                "{field} changes nothing in this {} model; it was left out.",
                family.word()
            ),
            Note::Unreadable { key, given, kept } => {
                write!(f, "{key}: “{given}” could not be read; it stays {kept}.")
            }
            Note::TextUnreadable => {
                f.write_str("The text in the link is damaged or too long; it was left out.")
            }
            Note::EntriesLeftOut { most } => write!(
                f,
                "A comparison holds at most {most} entries; the rest was left out."
            ),
            Note::ComparisonUnreadable => f.write_str(
                "The comparison in the link is damaged; nothing of it could be read. Ask for the link again.",
            ),
            Note::NoValidation { tokens, needed } => write!(
                f,
                "The held-out text has {tokens} tokens, but validation needs {needed}; it is switched off. Hold out more, hold it out by position, or shorten the context."
            ),
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Range { least, most } => write!(f, "allowed are {least} to {most}"),
            Reason::TaskSize {
                task,
                size,
                least,
                most,
            } => write!(f, "{size} of {task} may be {least} to {most}"),
            Reason::NoTaskSize { task } => write!(f, "{task} takes fewer sizes"),
            Reason::NotFinite => f.write_str("it must be a number"),
            Reason::MultipleOf { factor } => write!(f, "it must be a multiple of {factor}"),
            Reason::DividesChannels { channels } => {
                write!(f, "heads must divide the {channels} channels")
            }
            Reason::EvenHeadSize { channels } => write!(
                f,
                "rotary positions need an even number of the {channels} channels per head"
            ),
            Reason::HeadSize { most } => write!(f, "a head has at most {most} channels"),
            Reason::WithinRun { total_steps } => write!(f, "the run has {total_steps} steps"),
            Reason::TextLength { tokens } => write!(f, "the text has only {tokens} tokens"),
            Reason::DividesHeads { heads } => {
                write!(f, "heads of keys and values must divide the {heads} heads")
            }
            Reason::NotOfFamily { family } => {
                write!(f, "{} models are not trained on it", family.word())
            }
            Reason::NoShares => f.write_str("one of the three shares must be above 0"),
            Reason::TooLong { most } => write!(f, "at most {most} characters are kept"),
        }
    }
}
