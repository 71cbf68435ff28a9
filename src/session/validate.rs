//! Any playground made valid: every value moved to the nearest allowed one, every move noted. What comes out is safe to
//! build from; whether it fits the device is for the plan to say.

use super::config::{Objective, Playground};
use super::field::{Field, Slot};
use super::notes::{Note, Reason};
use super::presets;
use crate::data::corpus;
use crate::data::world::{Dial, Genre};
use crate::models::{self, Family, Positions};

/// Channels come in multiples of this, so that kernels may work on vectors of four and heads have whole ones.
pub const CHANNEL_STEP: u32 = 8;

/// Most channels of one head, as the attention kernel has it.
pub const LARGEST_HEAD: u32 = models::LARGEST_HEAD;

/// Largest own text, bytes.
pub const MOST_TEXT: u64 = corpus::MOST_BYTES as u64;

/// Longest prompt, characters.
pub const MOST_PROMPT: u32 = 4_000;

/// Longest name, characters.
pub const MOST_NAME: u32 = 80;

/// Least and greatest value of a numeric setting; sliders use it too. None for switches, choices and texts, and for the sizes of
/// a task, whose ranges are the task's.
pub fn range(field: Field) -> Option<(f64, f64)> {
    let any = f64::from(u32::MAX);
    Some(match field {
        Field::WorldSeed | Field::TaskSeed => (0.0, any),
        Field::TaskKilobytes => (20.0, 2_000.0),
        Field::WorldKilobytes => (20.0, 5_000.0),
        Field::WorldVocabulary => Dial::Vocabulary.range(),
        Field::WorldComplexity => Dial::Complexity.range(),
        Field::WorldFacts => Dial::FactsPerEntity.range(),
        Field::WorldNoise => Dial::Noise.range(),
        Field::WorldDuplication => Dial::Duplication.range(),
        Field::WorldChinese => Dial::Chinese.range(),
        Field::WorldBias => Dial::Bias.range(),
        Field::WorldRudeWords => Dial::RudeWords.range(),
        Field::WorldStory
        | Field::WorldParallel
        | Field::WorldQuestion
        | Field::WorldSentiment
        | Field::WorldTagged
        | Field::WorldNews
        | Field::WorldDefinition
        | Field::WorldGrammaticality
        | Field::WorldArithmetic => Dial::Weight(Genre::Story).range(),
        Field::Vocabulary => (2.0, 65_536.0),
        Field::MinCount => (1.0, 1_000_000.0),
        Field::MergeDropout => (0.0, 0.9),
        Field::SamplingAlpha => (0.0, 1.0),
        Field::Layers => (1.0, 24.0),
        Field::Heads => (1.0, 64.0),
        Field::Channels => (8.0, 1024.0),
        Field::Context => (8.0, 1024.0),
        Field::Dropout => (0.0, 0.9),
        Field::KvHeads => (0.0, 64.0),
        Field::Span => (1.0, 1024.0),
        Field::ScoreCap | Field::LogitCap => (0.0, 1000.0),
        Field::Window => (1.0, 16.0),
        Field::HiddenUnits => (8.0, 2048.0),
        Field::ForgetBias => (-10.0, 10.0),
        Field::Order => (1.0, 8.0),
        Field::AddK => (1e-6, 100.0),
        Field::BackOff => (0.01, 1.0),
        Field::InitialStd => (1e-5, 10.0),
        Field::MaskRate => (0.01, 1.0),
        Field::MaskShare
        | Field::RandomShare
        | Field::UnchangedShare
        | Field::NoiseMask
        | Field::NoiseDelete
        | Field::Infill
        | Field::Permute
        | Field::Rotate => (0.0, 1.0),
        Field::InfillMean => (0.5, 20.0),
        Field::SpanRate => (0.01, 0.9),
        Field::SpanMean => (1.0, 64.0),
        Field::LearningRate => (0.0, 10.0),
        Field::WarmupSteps => (0.0, 1_000_000.0),
        Field::TotalSteps => (1.0, 1_000_000.0),
        Field::FinalFraction => (0.0, 1.0),
        Field::Beta1 => (0.0, 0.9999),
        Field::Beta2 => (0.0, 0.99999),
        Field::Epsilon => (1e-12, 0.1),
        Field::WeightDecay | Field::EmbeddingDecay | Field::VectorDecay => (0.0, 10.0),
        Field::Momentum => (0.0, 0.9999),
        Field::ClipNorm => (0.0, 10_000.0),
        Field::Batch => (1.0, 512.0),
        Field::Accumulation => (1.0, 64.0),
        Field::LabelSmoothing => (0.0, 0.9),
        Field::ZLoss => (0.0, 1.0),
        Field::TargetLoss => (0.0, 100.0),
        Field::ValidationFraction => (0.0, 0.5),
        Field::ValidationEvery => (0.0, 1_000_000.0),
        Field::ValidationBatches => (1.0, 256.0),
        Field::SampleEvery => (0.0, 1_000_000.0),
        Field::SampleTokens => (1.0, 2_000.0),
        Field::Temperature => (0.0, 10.0),
        Field::TopK => (0.0, 100_000.0),
        Field::TopP => (0.01, 1.0),
        Field::MaxTokens => (1.0, 10_000.0),
        Field::SamplingSeed | Field::Seed => (0.0, any),
        Field::Name
        | Field::Corpus
        | Field::Task
        | Field::TaskSize1
        | Field::TaskSize2
        | Field::TaskSize3
        | Field::TaskSize4
        | Field::Tokenizer
        | Field::Split
        | Field::Family
        | Field::Objective
        | Field::Masking
        | Field::WholeWords
        | Field::QkNorm
        | Field::Pattern
        | Field::Alternating
        | Field::Parallel
        | Field::Direct
        | Field::CarriedState
        | Field::Smoothing
        | Field::Initialisation
        | Field::ZeroProjections
        | Field::TiedHead
        | Field::Bias
        | Field::NormPlacement
        | Field::Norm
        | Field::Positions
        | Field::Attention
        | Field::Mlp
        | Field::MlpKind
        | Field::Residual
        | Field::Optimizer
        | Field::Schedule
        | Field::HeldOutBy
        | Field::Prompt
        | Field::Backend => return None,
    })
}

/// Makes a playground valid and says what was changed. Doing it again changes nothing.
pub fn validate(playground: &mut Playground) -> Vec<Note> {
    let mut notes = Vec::new();
    for &field in Field::ALL {
        let was = field.read(playground);
        let reason = clamp(field, playground);
        note(&mut notes, field, was, playground, reason);
    }
    fit_task_sizes(playground, &mut notes);
    fit_heads(playground, &mut notes);
    fit_objective(playground, &mut notes);
    // All micro-batches of an update would go on from one state.
    let carries = playground.model.carried_state && playground.model.family.is_recurrent();
    if carries && playground.training.accumulation > 1 {
        playground.training.accumulation = 1;
        notes.push(Note::NotOffered {
            field: Field::Accumulation,
            family: playground.model.family,
        });
    }
    let total_steps = playground.training.total_steps;
    if playground.training.warmup_steps > total_steps {
        let was = Field::WarmupSteps.read(playground);
        playground.training.warmup_steps = total_steps;
        let reason = Reason::WithinRun { total_steps };
        note(
            &mut notes,
            Field::WarmupSteps,
            was,
            playground,
            Some(reason),
        );
    }
    notes
}

/// The context (and validation) fitted to a text of so many tokens, on an already valid playground.
/// Err: tokens the training part would need at least.
pub fn fit_to_text(
    playground: &mut Playground,
    train_tokens: u64,
    validation_tokens: u64,
) -> Result<Vec<Note>, TextTooShort> {
    let mut notes = Vec::new();
    let least = range(Field::Context).map_or(1, |(least, _)| least as u64);
    if train_tokens < least + 1 {
        return Err(TextTooShort {
            tokens: train_tokens,
            needed: least + 1,
        });
    }
    if u64::from(playground.model.context) + 1 > train_tokens {
        let was = Field::Context.read(playground);
        playground.model.context = (train_tokens - 1) as u32;
        let reason = Reason::TextLength {
            tokens: train_tokens,
        };
        note(&mut notes, Field::Context, was, playground, Some(reason));
    }
    let needed = u64::from(playground.model.context) + 1;
    let held_out = playground.training.validation_fraction > 0.0;
    if playground.training.validation_every > 0 && validation_tokens < needed {
        playground.training.validation_every = 0;
        if held_out {
            notes.push(Note::NoValidation {
                tokens: validation_tokens,
                needed,
            });
        }
    }
    Ok(notes)
}

/// A text that no context fits into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The text to train on has only {tokens} tokens; at least {needed} are needed. Add more text or hold out less of it."
)]
pub struct TextTooShort {
    pub tokens: u64,
    pub needed: u64,
}

fn clamp(field: Field, playground: &mut Playground) -> Option<Reason> {
    let in_range = || {
        let (least, most) = range(field)?;
        let written = |value: f64| (value as f32).to_string();
        Some(Reason::Range {
            least: written(least),
            most: written(most),
        })
    };
    let (least, most) = range(field).unwrap_or((0.0, f64::from(u32::MAX)));
    match field.slot(playground) {
        Slot::Count(slot) => {
            let clamped = (*slot).clamp(least as u32, most as u32);
            if clamped != *slot {
                *slot = clamped;
                return in_range();
            }
            if field == Field::Channels && !slot.is_multiple_of(CHANNEL_STEP) {
                *slot = slot.next_multiple_of(CHANNEL_STEP);
                return Some(Reason::MultipleOf {
                    factor: CHANNEL_STEP,
                });
            }
            None
        }
        Slot::Real(slot) => {
            if !slot.is_finite() {
                field.write(playground, &field.read(&presets::first_minute()));
                return Some(Reason::NotFinite);
            }
            let clamped = slot.clamp(least as f32, most as f32);
            if clamped != *slot {
                *slot = clamped;
                return in_range();
            }
            None
        }
        Slot::Text(slot) => {
            let most = if field == Field::Name {
                MOST_NAME
            } else {
                MOST_PROMPT
            };
            let (end, _) = slot.char_indices().nth(most as usize)?;
            slot.truncate(end);
            Some(Reason::TooLong { most })
        }
        Slot::Switch(_) | Slot::Choice(_) => None,
    }
}

/// The sizes of the task: each within the range it has for the task that is chosen, 0 where the task takes no more.
fn fit_task_sizes(playground: &mut Playground, notes: &mut Vec<Note>) {
    let kind = playground.task.kind;
    for (place, field) in Field::TASK_SIZES.into_iter().enumerate() {
        let was = field.read(playground);
        let Slot::Count(slot) = field.slot(playground) else {
            continue;
        };
        let (fitted, reason) = match kind.sizes().get(place) {
            Some(size) => (
                (*slot).clamp(size.least, size.most),
                Reason::TaskSize {
                    task: kind.key().to_owned(),
                    size: size.key.to_owned(),
                    least: size.least,
                    most: size.most,
                },
            ),
            None => (
                0,
                Reason::NoTaskSize {
                    task: kind.key().to_owned(),
                },
            ),
        };
        let is_changed = fitted != *slot;
        *slot = fitted;
        note(notes, field, was, playground, is_changed.then_some(reason));
    }
}

/// Heads: the greatest number not above the wanted that divides the channels, with an even head size for rotary positions; more
/// where a head would be too large.
fn fit_heads(playground: &mut Playground, notes: &mut Vec<Note>) {
    if !playground.model.family.is_transformer() {
        return;
    }
    let channels = playground.model.channels;
    let divides = |heads: &u32| channels.is_multiple_of(*heads);
    let even = |heads: &u32| channels.is_multiple_of(2 * *heads);
    let was = Field::Heads.read(playground);
    if !divides(&playground.model.heads) {
        playground.model.heads = (1..=playground.model.heads)
            .rev()
            .find(divides)
            .unwrap_or(1);
        let reason = Reason::DividesChannels { channels };
        note(notes, Field::Heads, was, playground, Some(reason));
    }
    let rotary = playground.model.positions == Positions::Rotary && playground.model.attention;
    if rotary && !even(&playground.model.heads) {
        let was = Field::Heads.read(playground);
        playground.model.heads = (1..=playground.model.heads).rev().find(even).unwrap_or(1);
        let reason = Reason::EvenHeadSize { channels };
        note(notes, Field::Heads, was, playground, Some(reason));
    }
    if playground.model.attention && channels > LARGEST_HEAD * playground.model.heads {
        let was = Field::Heads.read(playground);
        // Channels come in eights and are at most 1024, so four heads always do.
        playground.model.heads = (1..)
            .find(|heads| {
                channels <= LARGEST_HEAD * heads && divides(heads) && (!rotary || even(heads))
            })
            .unwrap_or(4);
        let reason = Reason::HeadSize { most: LARGEST_HEAD };
        note(notes, Field::Heads, was, playground, Some(reason));
    }
    let heads = playground.model.heads;
    let kv_heads = playground.model.kv_heads;
    if kv_heads > 0 && !heads.is_multiple_of(kv_heads) {
        let was = Field::KvHeads.read(playground);
        let fitting = (1..=kv_heads.min(heads)).rev();
        playground.model.kv_heads = fitting.fold(0, |found, k| match found {
            0 if heads.is_multiple_of(k) => k,
            found => found,
        });
        let reason = Reason::DividesHeads { heads };
        note(notes, Field::KvHeads, was, playground, Some(reason));
    }
}

/// An objective that the family can be trained on, and shares of masking that are not all nothing.
fn fit_objective(playground: &mut Playground, notes: &mut Vec<Note>) {
    let family = playground.model.family;
    let fitting = objectives_of(family);
    if !fitting.contains(&playground.objective.objective) {
        let was = Field::Objective.read(playground);
        playground.objective.objective = fitting[0];
        // Next-token prediction is what every configuration begins with: nobody chose it for this family.
        let was_chosen = was != Objective::Causal.key();
        let reason = was_chosen.then_some(Reason::NotOfFamily { family });
        note(notes, Field::Objective, was, playground, reason);
    }
    let objective = &mut playground.objective;
    if objective.mask_share + objective.random_share + objective.unchanged_share <= 0.0 {
        let was = Field::MaskShare.read(playground);
        playground.objective.mask_share = 1.0;
        note(
            notes,
            Field::MaskShare,
            was,
            playground,
            Some(Reason::NoShares),
        );
    }
}

/// The objectives a family can be trained on, the usual one first.
pub fn objectives_of(family: Family) -> &'static [Objective] {
    match family {
        Family::Ngram => &[Objective::Causal],
        Family::FeedForward | Family::Rnn | Family::Gru | Family::Lstm | Family::Decoder => {
            &[Objective::Causal, Objective::Prompted]
        }
        Family::Encoder => &[Objective::Masked, Objective::NextSentence],
        Family::EncoderDecoder | Family::Seq2Seq => &[
            Objective::Spans,
            Objective::Denoising,
            Objective::TextToText,
        ],
    }
}

fn note(
    notes: &mut Vec<Note>,
    field: Field,
    was: String,
    playground: &Playground,
    reason: Option<Reason>,
) {
    if let Some(reason) = reason {
        notes.push(Note::Changed {
            field,
            was: short(&was),
            became: short(&field.read(playground)),
            reason,
        });
    }
}

/// A value fit for a message: long texts are cut.
pub(super) fn short(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::session::config::TaskKind;

    fn changed(edit: impl Fn(&mut Playground)) -> (Playground, Vec<String>) {
        let mut playground = presets::first_minute();
        edit(&mut playground);
        let notes = validate(&mut playground);
        (playground, notes.iter().map(Note::to_string).collect())
    }

    #[test]
    fn out_of_range_is_clamped_with_a_message() {
        let (playground, notes) = changed(|p| {
            p.model.layers = 99;
            p.training.learning_rate = -1.0;
        });
        assert_eq!(playground.model.layers, 24);
        assert_eq!(playground.training.learning_rate, 0.0);
        assert_eq!(
            notes,
            [
                "layers: 99 became 24, because allowed are 1 to 24.",
                "lr: -1 became 0, because allowed are 0 to 10."
            ]
        );
    }

    #[test]
    fn sizes_of_a_task_are_those_it_takes() {
        let (playground, notes) = changed(|p| {
            p.task.choose(TaskKind::Copy);
            p.task.size_1 = 500;
            p.task.size_4 = 7;
        });
        assert_eq!(playground.task.sizes(), [128, 10]);
        assert_eq!(playground.task.size_4, 0);
        assert_eq!(
            notes,
            [
                "task-size-1: 500 became 128, because length of copy may be 1 to 128.",
                "task-size-4: 7 became 0, because copy takes fewer sizes."
            ]
        );
    }

    #[test]
    fn heads_divide_the_channels() {
        let (playground, notes) = changed(|p| p.model.heads = 5);
        assert_eq!(playground.model.heads, 4);
        assert_eq!(
            notes,
            ["heads: 5 became 4, because heads must divide the 64 channels."]
        );
        let (playground, _) = changed(|p| p.model.channels = 60);
        assert_eq!(playground.model.channels, 64);
    }

    #[test]
    fn rotary_needs_an_even_head_size() {
        let edit = |p: &mut Playground| {
            p.model.channels = 8;
            p.model.heads = 8;
            p.model.positions = Positions::Rotary;
        };
        let (playground, notes) = changed(edit);
        assert_eq!(playground.model.heads, 4);
        assert_eq!(notes.len(), 1);
        let (playground, notes) = changed(|p| {
            edit(p);
            p.model.attention = false;
        });
        assert_eq!((playground.model.heads, notes.len()), (8, 0));
    }

    #[test]
    fn what_is_no_number_becomes_the_default() {
        let (playground, notes) = changed(|p| {
            p.training.learning_rate = f32::NAN;
            p.model.dropout = f32::INFINITY;
        });
        assert_eq!(playground, presets::first_minute());
        assert_eq!(notes.len(), 2);
    }

    #[test]
    fn a_carried_state_takes_one_batch_an_update() {
        let (playground, notes) = changed(|p| {
            p.model.family = Family::Gru;
            p.model.carried_state = true;
            p.training.accumulation = 4;
        });
        assert_eq!(playground.training.accumulation, 1);
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn both_parts_off_is_a_bigram_model_and_allowed() {
        let (_, notes) = changed(|p| {
            p.model.attention = false;
            p.model.mlp = false;
        });
        assert!(notes.is_empty());
    }

    #[test]
    fn warm_up_stays_within_the_run_and_long_prompts_are_cut() {
        let (playground, notes) = changed(|p| {
            p.training.warmup_steps = 2_000;
            p.prompt = "鲸".repeat(5_000);
        });
        assert_eq!(playground.training.warmup_steps, 1_000);
        assert_eq!(playground.prompt.chars().count(), 4_000);
        assert_eq!(notes.len(), 2);
        assert!(notes.iter().all(|note| note.chars().count() < 200));
    }

    #[test]
    fn context_is_fitted_to_the_text() {
        let mut playground = presets::first_minute();
        assert_eq!(fit_to_text(&mut playground, 1000, 100), Ok(vec![]));
        let notes = fit_to_text(&mut playground, 31, 4).unwrap();
        assert_eq!(playground.model.context, 30);
        assert_eq!(playground.training.validation_every, 0);
        assert_eq!(notes.len(), 2);
        let error = fit_to_text(&mut playground, 8, 0).unwrap_err();
        assert_eq!((error.tokens, error.needed), (8, 9));
    }

    /// Any values at all in every field.
    pub fn anything() -> impl Strategy<Value = Playground> {
        let numbers = proptest::collection::vec(
            (any::<u32>(), any::<f32>(), any::<bool>(), any::<bool>()),
            Field::ALL.len(),
        );
        (numbers, any::<String>(), any::<String>()).prop_map(|(numbers, name, prompt)| {
            let mut playground = presets::first_minute();
            for (&field, (bits, real, small, keep)) in Field::ALL.iter().zip(numbers) {
                if keep {
                    continue;
                }
                match field.slot(&mut playground) {
                    Slot::Count(slot) => *slot = if small { bits % 600 } else { bits },
                    Slot::Real(slot) => *slot = if small { real.fract() } else { real },
                    Slot::Switch(slot) => *slot = small,
                    Slot::Choice(slot) => {
                        let words = slot.words();
                        slot.set_word(words[bits as usize % words.len()]);
                    }
                    Slot::Text(slot) => {
                        slot.clone_from(if field == Field::Name { &name } else { &prompt })
                    }
                }
            }
            playground
        })
    }

    proptest! {
        #[test]
        fn the_outcome_is_valid(mut playground in anything()) {
            validate(&mut playground);
            prop_assert_eq!(validate(&mut playground), vec![]);
            let model = &playground.model;
            let is_transformer = model.family.is_transformer();
            prop_assert!(!is_transformer || model.channels.is_multiple_of(model.heads));
            prop_assert!(!is_transformer || !model.attention || model.channels / model.heads <= LARGEST_HEAD);
            let sizes = playground.task.sizes();
            for (size, value) in playground.task.kind.sizes().iter().zip(sizes) {
                prop_assert!((size.least..=size.most).contains(&value), "{}", size.key);
            }
            for &field in Field::ALL {
                let Some((least, most)) = range(field) else { continue };
                let value: f64 = field.read(&playground).parse().unwrap();
                let slack = 0.001 * least.abs().max(most.abs() * 1e-6);
                prop_assert!(value >= least - slack && value <= most * 1.001, "{} {}", field, value);
            }
        }
    }
}
