//! Byte-pair encoding: what our learner merges and what our encoder cuts is what the reference merges and cuts.

use proptest::prelude::*;
use seedling::tokenizer::bpe::{Bpe, BpeSettings, UNKNOWN_TOKEN, character_of_byte};
use seedling::tokenizer::presplit::Pattern;
use seedling::tokenizer::{LearnError, Split, Tokenizer};
use tokenizers::models::bpe::{BPE, BpeTrainer, BpeTrainerBuilder};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split as Cut, SplitPattern};
use tokenizers::tokenizer::{AddedToken, SplitDelimiterBehavior};
use tokenizers::{
    DecoderWrapper, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper, TokenizerImpl,
};

type Reference = TokenizerImpl<
    BPE,
    NormalizerWrapper,
    PreTokenizerWrapper,
    PostProcessorWrapper,
    DecoderWrapper,
>;

/// The reference, cutting like our pattern.
fn untrained(pattern: Pattern, is_byte_level: bool) -> Reference {
    let model = if is_byte_level {
        BPE::default()
    } else {
        BPE::builder()
            .unk_token(UNKNOWN_TOKEN.to_owned())
            .build()
            .unwrap()
    };
    let mut steps = Vec::new();
    if let Some(expression) = pattern.expression() {
        let expression = SplitPattern::Regex(expression);
        let cut = Cut::new(expression, SplitDelimiterBehavior::Isolated, false).unwrap();
        steps.push(PreTokenizerWrapper::from(cut));
    }
    if is_byte_level {
        steps.push(ByteLevel::new(false, false, false).into());
    }
    let mut reference = Reference::new(model);
    reference.with_pre_tokenizer(Some(Sequence::new(steps)));
    reference
}

fn trainer(settings: &BpeSettings) -> BpeTrainer {
    let builder = BpeTrainerBuilder::new()
        .show_progress(false)
        .vocab_size(settings.vocabulary as usize)
        .min_frequency(u64::from(settings.min_count));
    if settings.is_byte_level {
        builder
            .initial_alphabet(ByteLevel::alphabet().into_iter().collect())
            .build()
    } else {
        let unknown = AddedToken::from(UNKNOWN_TOKEN, true);
        builder.special_tokens(vec![unknown]).build()
    }
}

fn reference(settings: &BpeSettings, text: &str) -> Reference {
    let mut reference = untrained(settings.split.into(), settings.is_byte_level);
    let mut trainer = trainer(settings);
    reference.train(&mut trainer, [text].into_iter()).unwrap();
    reference
}

/// The token as vocabulary files write it.
fn written(bpe: &Bpe, id: u32) -> String {
    let bytes = bpe.token_bytes(id);
    if Some(id) == bpe.unknown() {
        UNKNOWN_TOKEN.to_owned()
    } else if bpe.is_byte_level() {
        bytes.iter().map(|&byte| character_of_byte(byte)).collect()
    } else {
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}

/// Vocabulary in id order and merges in rank order, as vocabulary files write them.
type Written = (Vec<String>, Vec<(String, String)>);

fn ours(bpe: &Bpe) -> Written {
    let parts = bpe.parts();
    let vocabulary = (0..bpe.vocabulary_size())
        .map(|id| written(bpe, id))
        .collect();
    let merges = parts.merges.iter();
    (
        vocabulary,
        merges
            .map(|&(a, b)| (written(bpe, a), written(bpe, b)))
            .collect(),
    )
}

fn theirs(reference: &Reference) -> Written {
    let model = serde_json::to_value(reference.get_model()).unwrap();
    let mut vocabulary: Vec<(u64, String)> = model["vocab"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(token, id)| (id.as_u64().unwrap(), token.clone()))
        .collect();
    vocabulary.sort();
    let merges = serde_json::from_value(model["merges"].clone()).unwrap();
    (
        vocabulary.into_iter().map(|(_, token)| token).collect(),
        merges,
    )
}

/// Learns as many merges as there are, up to the settings' vocabulary.
fn learn_most(settings: &BpeSettings, text: &str) -> Bpe {
    match Bpe::learn(settings, text, &mut |_| true) {
        Err(LearnError::VocabularyTooLarge { most, .. }) => {
            let possible = BpeSettings {
                vocabulary: most,
                ..*settings
            };
            Bpe::learn(&possible, text, &mut |_| true).unwrap()
        }
        learned => learned.unwrap(),
    }
}

fn their_ids(reference: &Reference, text: &str) -> Vec<u32> {
    reference.encode(text, false).unwrap().get_ids().to_vec()
}

fn compare(settings: &BpeSettings, text: &str) {
    let bpe = learn_most(settings, text);
    let reference = reference(settings, text);
    assert_eq!(ours(&bpe), theirs(&reference), "{settings:?}");
    assert_eq!(
        bpe.encode(text),
        their_ids(&reference, text),
        "{settings:?}"
    );
}

const SPLITS: [Split; 4] = [Split::None, Split::Whitespace, Split::Gpt2, Split::Gpt4];

fn settings(split: Split, is_byte_level: bool) -> BpeSettings {
    BpeSettings {
        vocabulary: 420,
        split,
        min_count: 2,
        is_byte_level,
        dropout: 0.0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Small alphabets and long runs, where ties, overlaps and strings made twice are the rule.
    #[test]
    fn merges_of_odd_texts_are_the_references(
        text in prop_oneof!["[ab]{1,200}", "[abc ]{1,300}", "(a{1,9}b{0,3} ?){1,40}", "[鲸鱼，。a]{1,120}"],
        split in prop::sample::select(SPLITS.to_vec()),
        is_byte_level: bool,
        min_count in 0u32..4,
    ) {
        compare(&BpeSettings { min_count, ..settings(split, is_byte_level) }, &text);
    }
}
