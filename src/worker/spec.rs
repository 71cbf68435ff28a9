//! From a configuration and its text to everything that decides a run.

use std::rc::Rc;

use super::estimate::recipe;
use super::tokenized::Tokenized;
use crate::data::corpus::Corpus as Text;
use crate::data::objective::pairs::{self, TextPair, TextTask};
use crate::data::objective::{Maker, Objective, ObjectiveData, PartData, Specials, marks};
use crate::data::split::split;
use crate::session::config::{Corpus, Playground};
use crate::tokenizer::Tokenizer;
use crate::train::{Examples, Rows, Spec};

/// Examples of a sequence task that pairs are made of: as many as a text of the task's length has, at most so many.
const MOST_EXAMPLES: u32 = 20_000;

/// Ids of the model: the tokenizer's, and the special tokens of the objective.
///
/// # Errors
/// Settings of the objective that are out of range, a context too short for it.
pub(super) fn whole_vocabulary(playground: &Playground, tokens: u32) -> Result<u32, String> {
    let context = playground.model.context as usize;
    let special = playground.objective.special_tokens(context);
    Ok(tokens + special.map_err(|e| e.to_string())?)
}

/// Everything that decides the run of a playground that fits its text.
///
/// # Errors
/// An objective that the text has no examples of, or a context too short for its examples.
pub(super) fn spec(playground: &Playground, texts: &Tokenized) -> Result<Spec, String> {
    let model = &playground.model;
    let objective = &playground.objective;
    let tokens = texts.tokenizer.vocabulary_size();
    let maker = match objective.objective {
        Objective::Causal => None,
        _ => {
            let data = Rc::new(objective_data(playground, texts)?);
            let specials = Specials { base: tokens };
            let context = model.context as usize;
            let maker = Maker::new(objective, data, context, specials);
            Some(maker.map_err(|e| e.to_string())?)
        }
    };
    Ok(Spec {
        model: model.clone(),
        vocabulary: whole_vocabulary(playground, tokens)? as usize,
        recipe: recipe(playground),
        schedule: playground.training.learning_rates(),
        seed: playground.seed,
        examples: Examples {
            train: texts.train.clone(),
            validation: texts.validation.clone(),
            maker,
            is_carried: model.carried_state && model.family.is_recurrent(),
        },
        rows: Rows::of(model, objective).map_err(|e| e.to_string())?,
        validation_batches: playground.training.validation_batches,
    })
}

fn objective_data(playground: &Playground, texts: &Tokenized) -> Result<ObjectiveData, String> {
    let tokenizer = &*texts.tokenizer;
    let objective = playground.objective.objective;
    let (training, validation) = if objective.takes_pairs() {
        pairs_of(playground, &texts.corpus, tokenizer)?
    } else {
        let held_out = playground.training.held_out();
        let (training, validation) = split(&texts.corpus.text, held_out);
        let part = |text: &str, tokens: &Rc<Vec<u32>>| PartData {
            tokens: tokens.clone(),
            documents: match objective {
                Objective::NextSentence => marks::document_ranges(text, tokens, tokenizer),
                _ => Vec::new(),
            },
            pairs: Vec::new(),
        };
        (
            part(&training, &texts.train),
            part(&validation, &texts.validation),
        )
    };
    let is_empty = validation.tokens.is_empty() && validation.pairs.is_empty();
    Ok(ObjectiveData {
        training,
        validation: (!is_empty).then_some(validation),
        word_starts: marks::word_starts(tokenizer),
        sentence_ends: marks::sentence_ends(tokenizer),
    })
}

/// Pairs of a sequence task, or those that a text has documents of.
fn pairs_of(
    playground: &Playground,
    text: &Text,
    tokenizer: &dyn Tokenizer,
) -> Result<(PartData, PartData), String> {
    let fraction = playground.training.validation_fraction;
    let (training, validation) = if playground.corpus == Corpus::Task {
        let dials = &playground.task;
        let task = dials
            .kind
            .build(&dials.sizes())
            .map_err(|e| e.to_string())?;
        let lines = text.text.lines().count() as u32;
        let all = pairs::of_task(&*task, dials.seed, lines.min(MOST_EXAMPLES));
        pairs::split(all, fraction)
    } else {
        let (training, validation) = split(&text.text, playground.training.held_out());
        let of = |part: &str| pairs::of_text(part, &TextTask::ALL);
        (of(&training), of(&validation))
    };
    let part = |pairs: Vec<TextPair>| PartData {
        pairs: pairs.iter().map(|pair| pair.encoded(tokenizer)).collect(),
        ..PartData::default()
    };
    Ok((part(training), part(validation)))
}
