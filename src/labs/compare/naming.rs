//! What entries are called: a name that is easily remembered, and how an entry differs from the others, in one line.
//!
//! A name follows from the settings alone, so the same configuration has the same name in every comparison and on every page.

use crate::session::config::{Corpus, Playground};
use crate::session::field::Field;
use crate::session::offered::is_offered;
use crate::session::presets::first_minute;
use crate::ui::number::setting;
use crate::words::{Language, Words};

/// Settings that have no part in a comparison: the budget decides on the steps, and all write on from the same prompt.
fn is_aside(field: Field) -> bool {
    matches!(
        field,
        Field::Name
            | Field::TotalSteps
            | Field::ValidationEvery
            | Field::SampleEvery
            | Field::SampleTokens
            | Field::MaxTokens
            | Field::Prompt
            | Field::Backend
    )
}

/// Whether a setting acts in a comparison: the dials of a text act where that text is read.
pub fn acts(field: Field, entry: &Playground) -> bool {
    let of_task =
        |place: usize| entry.corpus == Corpus::Task && place < entry.task.kind.sizes().len();
    let is_read = match field {
        Field::WorldSeed
        | Field::WorldKilobytes
        | Field::WorldVocabulary
        | Field::WorldComplexity
        | Field::WorldFacts
        | Field::WorldNoise
        | Field::WorldDuplication
        | Field::WorldChinese
        | Field::WorldBias
        | Field::WorldRudeWords
        | Field::WorldStory
        | Field::WorldParallel
        | Field::WorldQuestion
        | Field::WorldSentiment
        | Field::WorldTagged
        | Field::WorldNews
        | Field::WorldDefinition
        | Field::WorldGrammaticality
        | Field::WorldArithmetic => entry.corpus == Corpus::World,
        Field::Task | Field::TaskSeed | Field::TaskKilobytes => entry.corpus == Corpus::Task,
        Field::TaskSize1 => of_task(0),
        Field::TaskSize2 => of_task(1),
        Field::TaskSize3 => of_task(2),
        Field::TaskSize4 => of_task(3),
        _ => true,
    };
    is_read && !is_aside(field) && is_offered(field, entry)
}

/// The settings that are seen in a difference, what says most first.
pub fn seen() -> impl Iterator<Item = Field> {
    let first = [Field::Family, Field::Tokenizer, Field::Objective];
    let rest = Field::ALL.iter().copied();
    let rest = rest.filter(move |field| !first.contains(field) && !is_aside(*field));
    first.into_iter().chain(rest)
}

/// The settings in which the entries differ, where they act. Between families those that only some of them have say no more than
/// the family does.
pub fn differing(entries: &[Playground]) -> Vec<Field> {
    let is_one_family = entries
        .windows(2)
        .all(|two| two[0].model.family == two[1].model.family);
    let differs = |field: &Field| {
        let mut values = entries
            .iter()
            .map(|it| acting(*field, it))
            .filter(|value| is_one_family || value.is_some());
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    seen().filter(differs).collect()
}

/// A value where it acts.
fn acting(field: Field, entry: &Playground) -> Option<String> {
    acts(field, entry).then(|| field.read(entry))
}

/// A number for a name: FNV-1a over the difference from the first preset.
fn fingerprint(entry: &Playground) -> u64 {
    let base = first_minute();
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    for field in seen() {
        let Some(value) = acting(field, entry).filter(|it| *it != field.read(&base)) else {
            continue;
        };
        for byte in field
            .key()
            .bytes()
            .chain([b'='])
            .chain(value.bytes())
            .chain([b';'])
        {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
    hash
}

/// Adjectives and plants of the name list: as many in either language.
const ADJECTIVES: usize = 32;
const PLANTS: usize = 32;

/// Which adjective and plant each entry is called by, no plant twice among up to eight entries.
fn places(entries: &[Playground]) -> Vec<(usize, usize)> {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for entry in entries {
        let hash = fingerprint(entry);
        // The high bits of a product are mixed best.
        let adjective = (hash >> 32) as usize % ADJECTIVES;
        let plant = (hash >> 48) as usize % PLANTS;
        let is_free = |plant: &usize| {
            let taken = |&(a, p): &(usize, usize)| {
                p == *plant && (a == adjective || entries.len() <= PLANTS)
            };
            !places.iter().any(taken)
        };
        let free = (plant..plant + PLANTS).map(|it| it % PLANTS).find(is_free);
        places.push((adjective, free.unwrap_or(plant)));
    }
    places
}

/// The names of entries, in a language.
pub fn names(entries: &[Playground], w: &Words, language: Language) -> Vec<String> {
    let adjectives: Vec<&str> = w.compare.adjectives.split(' ').collect();
    let plants: Vec<&str> = w.compare.plants.split(' ').collect();
    let name = |(adjective, plant): (usize, usize)| {
        let (adjective, plant) = (adjectives[adjective], plants[plant]);
        match language {
            Language::English => format!("{adjective} {plant}"),
            Language::Chinese => format!("{adjective}{plant}"),
        }
    };
    places(entries).into_iter().map(name).collect()
}

/// Most settings in one line.
const MOST_IN_A_LINE: usize = 6;

/// How an entry differs from the others: "Family LSTM · Layers 1".
pub fn difference(entry: &Playground, fields: &[Field], w: &Words) -> String {
    let parts: Vec<String> = fields
        .iter()
        .filter(|field| acts(**field, entry))
        .map(|field| format!("{} {}", label(*field, w), value(*field, entry, w)))
        .collect();
    if parts.is_empty() {
        return w.compare.no_difference.to_owned();
    }
    let shown = &parts[..parts.len().min(MOST_IN_A_LINE)];
    let mut line = shown.join(" · ");
    if parts.len() > shown.len() {
        line.push_str(&format!(" · +{}", parts.len() - shown.len()));
    }
    line
}

/// A setting's name without what explains it; its key where the page has no name for it.
pub fn label(field: Field, w: &Words) -> &'static str {
    let name = full_label(field, w);
    let end = name.find([',', '，', '（']).or_else(|| name.find(" ("));
    &name[..end.unwrap_or(name.len())]
}

fn full_label(field: Field, w: &Words) -> &'static str {
    let f = &w.fields;
    match field {
        Field::Corpus => w.compare.corpus,
        Field::Family => w.compare.family,
        Field::Objective => w.compare.objective,
        Field::Order => w.compare.order,
        Field::Smoothing => w.compare.ngram_smoothing,
        Field::Window => w.compare.window,
        Field::HiddenUnits => w.compare.hidden_units,
        Field::Pattern => w.compare.pattern,
        Field::Span => w.compare.span,
        Field::Alternating => w.compare.alternating,
        Field::KvHeads => w.compare.kv_heads,
        Field::WorldSeed => f.world_seed,
        Field::WorldKilobytes => f.world_kilobytes,
        Field::WorldVocabulary => f.world_vocabulary,
        Field::WorldComplexity => f.world_complexity,
        Field::WorldFacts => f.world_facts,
        Field::WorldNoise => f.world_noise,
        Field::WorldDuplication => f.world_duplication,
        Field::WorldChinese => f.world_chinese,
        Field::Tokenizer => f.tokenizer,
        Field::Vocabulary => f.vocabulary,
        Field::Split => f.split,
        Field::MinCount => f.min_count,
        Field::MergeDropout => f.merge_dropout,
        Field::SamplingAlpha => f.sampling_alpha,
        Field::Layers => f.layers,
        Field::Heads => f.heads,
        Field::Channels => f.channels,
        Field::Context => f.context,
        Field::TiedHead => f.tied_head,
        Field::Bias => f.bias,
        Field::NormPlacement => f.norm_placement,
        Field::Norm => f.norm,
        Field::Positions => f.positions,
        Field::Attention => f.attention,
        Field::Mlp => f.mlp,
        Field::MlpKind => f.mlp_kind,
        Field::Residual => f.residual,
        Field::Dropout => f.dropout,
        Field::Optimizer => f.optimizer,
        Field::LearningRate => f.learning_rate,
        Field::Schedule => f.schedule,
        Field::WarmupSteps => f.warmup_steps,
        Field::FinalFraction => f.final_fraction,
        Field::WeightDecay => f.weight_decay,
        Field::Momentum => f.momentum,
        Field::ClipNorm => f.clip_norm,
        Field::Batch => f.batch,
        Field::ValidationFraction => f.validation_fraction,
        Field::HeldOutBy => f.held_out_by,
        Field::ValidationBatches => f.validation_batches,
        Field::Seed => f.seed,
        Field::Temperature => f.temperature,
        Field::SamplingSeed => f.sampling_seed,
        _ => field.key(),
    }
}

/// A value as it is read.
fn value(field: Field, entry: &Playground, w: &Words) -> String {
    let word = field.read(entry);
    match (field.number(entry), word.as_str()) {
        (Some(_), "on") => w.compare.on.to_owned(),
        (Some(_), "off") => w.compare.off.to_owned(),
        (Some(number), _) => setting(number),
        (None, _) => match choice(field, &word, w) {
            Some(name) => name.to_owned(),
            None => word,
        },
    }
}

/// The name of a choice by its word in links, where the page has one.
pub fn choice(field: Field, word: &str, w: &Words) -> Option<&'static str> {
    let (c, f) = (&w.compare, &w.fields);
    Some(match (field, word) {
        (Field::Family, "ngram") => c.family_ngram,
        (Field::Family, "feed-forward") => c.family_feed_forward,
        (Field::Family, "rnn") => "RNN",
        (Field::Family, "gru") => "GRU",
        (Field::Family, "lstm") => "LSTM",
        (Field::Family, "seq2seq") => c.family_seq2seq,
        (Field::Family, "decoder") => c.family_decoder,
        (Field::Family, "encoder") => c.family_encoder,
        (Field::Family, "encoder-decoder") => c.family_encoder_decoder,
        (Field::Objective, "causal") => c.objective_causal,
        (Field::Objective, "masked") => c.objective_masked,
        (Field::Objective, "next-sentence") => c.objective_next_sentence,
        (Field::Objective, "denoising") => c.objective_denoising,
        (Field::Objective, "spans") => c.objective_spans,
        (Field::Objective, "text-to-text") => c.objective_text_to_text,
        (Field::Objective, "prompted") => c.objective_prompted,
        (Field::Pattern, "dense") => c.pattern_dense,
        (Field::Pattern, "window") => c.pattern_window,
        (Field::Pattern, "strided") => c.pattern_strided,
        (Field::Smoothing, "kneser-ney") => "Kneser–Ney",
        (Field::Smoothing, "back-off") => c.smoothing_back_off,
        (Field::Smoothing, "add-k") => c.smoothing_add_k,
        (Field::Positions, "learned") => f.positions_learned,
        (Field::Positions, "sinusoidal") => f.positions_sinusoidal,
        (Field::Positions, "rotary") => f.positions_rotary,
        (Field::Positions, "alibi") => "ALiBi",
        (Field::NormPlacement, "pre") => f.norm_pre,
        (Field::NormPlacement, "post") => f.norm_post,
        (Field::Norm, "layernorm") => "LayerNorm",
        (Field::Norm, "rmsnorm") => "RMSNorm",
        (Field::MlpKind, "gelu") => "GELU",
        (Field::MlpKind, "gelu-erf") => "GELU (erf)",
        (Field::MlpKind, "relu") => "ReLU",
        (Field::MlpKind, "silu") => "SiLU",
        (Field::MlpKind, "swiglu") => "SwiGLU",
        (Field::Optimizer, "adamw") => "AdamW",
        (Field::Optimizer, "sgd") => "SGD",
        (Field::Schedule, "constant") => f.schedule_constant,
        (Field::Schedule, "linear") => f.schedule_linear,
        (Field::Schedule, "cosine") => f.schedule_cosine,
        (Field::Schedule, "step") => f.schedule_step,
        (Field::Tokenizer, "characters") => f.tokenizer_characters,
        (Field::Tokenizer, "bytes") => f.tokenizer_bytes,
        (Field::Tokenizer, "words") => f.tokenizer_words,
        (Field::Tokenizer, "bpe") => f.tokenizer_bpe,
        (Field::Tokenizer, "bpe-bytes") => f.tokenizer_bpe_bytes,
        (Field::Tokenizer, "unigram") => f.tokenizer_unigram,
        (Field::HeldOutBy, "position") => f.held_out_by_position,
        (Field::HeldOutBy, "document") => f.held_out_by_document,
        (_, "none") => f.none,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Family;
    use crate::session::comparisons;
    use crate::words::in_language;

    const BOTH: [Language; 2] = [Language::English, Language::Chinese];

    fn family(family: Family) -> Playground {
        let mut entry = first_minute();
        entry.model.family = family;
        entry
    }

    #[test]
    fn name_lists_are_whole_in_both_languages() {
        for language in BOTH {
            let c = &in_language(language).compare;
            for (list, count) in [(c.adjectives, ADJECTIVES), (c.plants, PLANTS)] {
                let mut words: Vec<&str> = list.split(' ').collect();
                assert_eq!(words.len(), count);
                words.sort_unstable();
                words.dedup();
                assert_eq!(words.len(), count, "{list}");
            }
        }
    }

    #[test]
    fn a_name_follows_from_the_settings_that_act() {
        let w = in_language(Language::English);
        let named = |entries: &[Playground]| names(entries, w, Language::English);
        let lstm = family(Family::Lstm);
        let mut other = lstm.clone();
        other.name = "Another".into();
        other.training.total_steps = 5;
        other.model.heads = 1;
        assert_eq!(named(std::slice::from_ref(&lstm)), named(&[other]));
        assert_ne!(named(std::slice::from_ref(&lstm)), named(&[first_minute()]));
        // the same twice is told apart
        let twins = named(&[lstm.clone(), lstm.clone()]);
        assert_ne!(twins[0], twins[1]);
        assert_eq!(twins[0], named(&[lstm])[0]);
    }

    #[test]
    fn prepared_comparisons_have_names_and_differences() {
        for prepared in &comparisons::ALL {
            let entries = (prepared.comparison)(Corpus::Generated).entries;
            for language in BOTH {
                let w = in_language(language);
                let fields = differing(&entries);
                let mut seen = names(&entries, w, language);
                seen.sort_unstable();
                seen.dedup();
                assert_eq!(seen.len(), entries.len());
                let mut lines: Vec<String> = entries
                    .iter()
                    .map(|it| difference(it, &fields, w))
                    .collect();
                lines.sort_unstable();
                lines.dedup();
                assert_eq!(lines.len(), entries.len(), "{lines:?}");
            }
        }
    }

    #[test]
    fn dials_of_a_text_act_where_it_is_read() {
        let mut entry = first_minute();
        assert!(!acts(Field::TaskSize1, &entry) && !acts(Field::WorldNoise, &entry));
        entry.corpus = Corpus::Task;
        assert!(acts(Field::TaskSize1, &entry) && !acts(Field::TaskSize4, &entry));
        entry.corpus = Corpus::World;
        assert!(acts(Field::WorldNoise, &entry) && !acts(Field::Task, &entry));
        assert!(!acts(Field::TotalSteps, &entry) && !acts(Field::Order, &entry));
    }

    #[test]
    fn a_difference_names_what_differs_where_it_acts() {
        let w = in_language(Language::English);
        let entries = [family(Family::Lstm), family(Family::Decoder), {
            let mut entry = family(Family::Decoder);
            entry.model.bias = false;
            entry.training.learning_rate = 1e-4;
            entry
        }];
        let fields = differing(&entries);
        assert_eq!(fields[0], Field::Family);
        let line = |index: usize| difference(&entries[index], &fields, w);
        // The learning rate differs between the others; biases are the decoders' own.
        assert!(
            line(0).starts_with("Family LSTM · Learning rate"),
            "{}",
            line(0)
        );
        assert!(!line(0).contains("Biases"), "{}", line(0));
        assert!(!line(0).contains("Forget"), "{}", line(0));
        let two = differing(&entries[1..]);
        assert_eq!(two, [Field::Bias, Field::LearningRate]);
        assert_eq!(
            difference(&entries[2], &two, w),
            "Biases off · Learning rate 1e-4"
        );
        assert_eq!(difference(&entries[1], &[], w), w.compare.no_difference);
        assert_eq!(differing(&entries[..1]), []);
    }
}
