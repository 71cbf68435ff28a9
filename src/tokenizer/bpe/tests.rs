use proptest::prelude::*;

use super::*;
use crate::rng::hash32;

fn settings(vocabulary: u32, split: Split, is_byte_level: bool) -> BpeSettings {
    BpeSettings {
        vocabulary,
        split,
        min_count: 1,
        is_byte_level,
        dropout: 0.0,
    }
}

fn learn(settings: &BpeSettings, text: &str) -> Result<Bpe, LearnError> {
    Bpe::learn(settings, text, &mut |_| true)
}

/// As many merges as there are, up to `vocabulary` ids.
fn learn_most(settings: &BpeSettings, text: &str) -> Bpe {
    match learn(settings, text) {
        Err(
            LearnError::VocabularyTooLarge { most, .. }
            | LearnError::VocabularyTooSmall { least: most, .. },
        ) => {
            let possible = BpeSettings {
                vocabulary: most,
                ..*settings
            };
            learn_most(&possible, text)
        }
        learned => learned.unwrap(),
    }
}

const SENTENCE: &str = "she sells sea shells by the sea shore, the shells she sells are sea shells";

/// The definition, word by word: the best pair of all, its leftmost place, again.
fn by_definition(bpe: &Bpe, piece: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    bpe.alphabet.units(piece, |id| ids.push(id));
    loop {
        let best = (1..ids.len())
            .filter_map(|at| Some((bpe.rank(ids[at - 1], ids[at], u32::MAX)?, at)))
            .min();
        let Some((rank, at)) = best else {
            return ids;
        };
        ids[at - 1] = bpe.merges[rank as usize].id;
        ids.remove(at);
    }
}

#[test]
fn the_most_frequent_pair_is_merged_first() {
    let wanted = settings(260, Split::Gpt2, true);
    let (bpe, trace) = Bpe::learn_traced(&wanted, SENTENCE, &mut |_| true).unwrap();
    let shown: Vec<(String, u64, u64)> = trace
        .steps
        .iter()
        .map(|s| (bpe.token_label(s.id), s.count, s.corpus_length))
        .collect();
    assert_eq!((trace.base, trace.corpus_length), (256, 74));
    // "ll" and "␣se" both stand five times; l and l have the lower ids.
    let expected = [("␣s", 10, 64), ("he", 7, 57), ("ll", 5, 52), ("␣se", 5, 47)];
    assert_eq!(
        shown,
        expected.map(|(label, count, left)| (label.to_owned(), count, left))
    );
    assert_eq!(bpe.encode(SENTENCE).len(), 47);
    assert_eq!(bpe.made_of(259), Some((256, u32::from(b'e' - b'!'))));
    assert_eq!(bpe.made_of(3), None);
}

#[test]
fn a_learner_shows_what_comes_next() {
    let mut learner =
        Learner::new(&settings(400, Split::Gpt4, true), SENTENCE, &mut |_| true).unwrap();
    while let Some(next) = learner.candidates(1).first().copied() {
        let all = learner.candidates(1000);
        assert!(all.windows(2).all(
            |w| w[0].count > w[1].count || (w[0].count == w[1].count && w[0].pair < w[1].pair)
        ));
        assert_eq!(learner.candidates(3), all[..all.len().min(3)]);
        let step = learner.step().unwrap();
        assert_eq!((step.pair, step.count), (next.pair, next.count));
        assert_eq!(learner.corpus_length(), step.corpus_length);
    }
    assert_eq!(learner.step(), None);
}

#[test]
fn characters_follow_the_unknown_token() {
    let bpe = learn(&settings(5, Split::None, false), "鲸鱼a鲸鱼").unwrap();
    let labels: Vec<String> = (0..5).map(|id| bpe.token_label(id)).collect();
    assert_eq!(labels, ["<unk>", "a", "鱼", "鲸", "鲸鱼"]);
    assert_eq!(bpe.encode("鲸鱼鲸xy"), [4, 3, 0, 0]);
    assert_eq!(bpe.decode(&[4, 0]), "鲸鱼\u{FFFD}");
    let spans = bpe.spans("鲸鱼é鲸");
    let ranges: Vec<(u32, u32)> = spans.iter().map(|s| (s.start, s.end)).collect();
    assert_eq!(ranges, [(0, 6), (6, 8), (8, 11)]);
    assert!(!bpe.is_lossless());
}

#[test]
fn what_cannot_be_learned_is_said() {
    let bytes = settings(300, Split::Gpt2, true);
    assert_eq!(learn(&bytes, "").unwrap_err(), LearnError::EmptyCorpus);
    // aaaaa: aa twice, then aaaa, then all of it
    let too_large = LearnError::VocabularyTooLarge {
        wanted: 300,
        most: 259,
    };
    assert_eq!(learn(&bytes, "aaaaa").unwrap_err(), too_large);
    let one = settings(9, Split::Gpt2, true);
    let too_small = LearnError::VocabularyTooSmall {
        wanted: 9,
        least: 256,
    };
    assert_eq!(learn(&one, "a").unwrap_err(), too_small);
    let rare = BpeSettings {
        min_count: 11,
        vocabulary: 257,
        ..bytes
    };
    let most = LearnError::VocabularyTooLarge {
        wanted: 257,
        most: 256,
    };
    assert_eq!(learn(&rare, SENTENCE).unwrap_err(), most);
    for until in [0.0, 0.1, 0.5] {
        let cancelled = Bpe::learn(&bytes, SENTENCE, &mut |done| done < until);
        assert_eq!(cancelled.unwrap_err(), LearnError::Cancelled);
    }
}

#[test]
fn a_text_that_spells_the_unknown_token_does_not_make_it() {
    let bpe = learn_most(&settings(99, Split::None, false), &"<unk>".repeat(50));
    let ids = bpe.encode("<unk>");
    assert!(!ids.contains(&0) && ids.len() > 1, "{ids:?}");
    assert_eq!(bpe.decode(&ids), "<unk>");
    assert_eq!(bpe.encode_with_specials("<unk>"), [0]);
}

#[test]
fn special_tokens_are_found_only_when_asked() {
    let mut parts = learn(&settings(256, Split::Gpt2, true), "x")
        .unwrap()
        .parts();
    parts
        .tokens
        .extend([b"<|end|>".to_vec(), b"<|end|>>".to_vec()]);
    parts.specials = vec![256, 257];
    let bpe = Bpe::from_parts(&parts).unwrap();
    assert_eq!(bpe.encode("<|end|>").len(), 7);
    let ids = bpe.encode_with_specials("a<|end|>>b<|end|><|end|>");
    let letter = |c: u8| u32::from(c - b'!');
    assert_eq!(ids, [letter(b'a'), 257, letter(b'b'), 256, 256]);
    assert_eq!(bpe.decode(&ids), "a<|end|>>b<|end|><|end|>");
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let good = learn_most(&settings(270, Split::Gpt2, true), SENTENCE).parts();
    let refused = |change: &dyn Fn(&mut BpeParts)| {
        let mut parts = good.clone();
        change(&mut parts);
        Bpe::from_parts(&parts).unwrap_err()
    };
    assert_eq!(
        refused(&|p| p.tokens[0].push(b'?')),
        PartsError::ByteWithoutToken(b'!')
    );
    assert_eq!(
        refused(&|p| p.merges[1] = (1, 9999)),
        PartsError::MergeOfNothing { merge: 1, id: 9999 }
    );
    assert_eq!(
        refused(&|p| p.merges[1] = (1, 1)),
        PartsError::MergeWithoutToken { merge: 1 }
    );
    assert_eq!(
        refused(&|p| p.specials = vec![270]),
        PartsError::SpecialWithoutToken(270)
    );
    assert_eq!(refused(&|p| p.is_byte_level = false), PartsError::NoUnknown);
    let of_unknown = BpeParts {
        is_byte_level: false,
        tokens: ["<unk>", "a", "<unk>a"]
            .map(|t| t.as_bytes().to_vec())
            .to_vec(),
        merges: vec![(0, 1)],
        pattern: Pattern::Whole,
        specials: Vec::new(),
        unknown: Some(0),
        takes_wholes: false,
    };
    let refusal = Bpe::from_parts(&of_unknown).unwrap_err();
    assert_eq!(refusal, PartsError::MergeOfUnknown { merge: 0 });
}

#[test]
fn pieces_are_taken_whole_where_a_vocabulary_says_so() {
    let mut parts = learn(&settings(256, Split::Gpt2, true), "x")
        .unwrap()
        .parts();
    parts.tokens.push(b" whale".to_vec());
    assert_eq!(Bpe::from_parts(&parts).unwrap().encode(" whale").len(), 6);
    parts.takes_wholes = true;
    let bpe = Bpe::from_parts(&parts).unwrap();
    assert_eq!(bpe.encode(" whale whale"), [256, 256]);
    assert_eq!(bpe.encode(" whales").len(), 7);
}

#[test]
fn dropout_cuts_differently_and_repeatably() {
    let bpe = learn_most(&settings(300, Split::Gpt4, true), SENTENCE).with_dropout(0.3);
    let cut = |p, seed, counter| bpe.encode_with_dropout(SENTENCE, p, seed, counter);
    assert_eq!(cut(0.0, 1, 0), bpe.encode(SENTENCE));
    assert_eq!(cut(1.0, 1, 0).len(), SENTENCE.len());
    assert_eq!(cut(0.3, 1, 0), cut(0.3, 1, 0));
    assert_ne!(cut(0.3, 1, 0), cut(0.3, 2, 0));
    assert_ne!(cut(0.3, 1, 0), cut(0.3, 1, 1));
    assert_eq!(bpe.encode_for_training(SENTENCE, 1), cut(0.3, 1, 0));
    assert_eq!(bpe.decode(&cut(0.3, 1, 0)), SENTENCE);
    // The same word is cut in more than one way within a text.
    let words = "shells ".repeat(40);
    let plain = bpe.encode(&words).len();
    assert!(bpe.encode_with_dropout(&words, 0.3, 1, 0).len() > plain);
}

/// One merge aa: of two letters a it stays with 1 − p. Over 4,096 pairs the share lies within 5 standard deviations.
#[test]
fn dropout_leaves_out_its_share() {
    let bpe = learn(&settings(257, Split::Gpt2, true), "aa").unwrap();
    let text = "aa ".repeat(4096);
    let ids = bpe.encode_with_dropout(&text, 0.25, 3, 0);
    let merged = ids.iter().filter(|&&id| id == 256).count() as f64 / 4096.0;
    assert!(
        (merged - 0.75).abs() < 5.0 * (0.25f64 * 0.75 / 4096.0).sqrt(),
        "{merged}"
    );
}

#[test]
fn the_first_merges_alone_cut_as_learning_did() {
    let wanted = settings(300, Split::Gpt2, true);
    let long = SENTENCE.repeat(3).replace(' ', "");
    for text in [SENTENCE, &long] {
        let mut learner = Learner::new(&wanted, text, &mut |_| true).unwrap();
        let bpe = learn_most(&wanted, text);
        for merges in 0..bpe.merges().len() {
            assert_eq!(
                bpe.spans_with_merges(text, merges).len() as u64,
                learner.corpus_length()
            );
            learner.step().unwrap();
        }
    }
}

/// A megabyte without a cut: work that grew with the square of the line would not end.
#[test]
fn a_long_line_without_a_cut_is_learned_and_cut() {
    let words: Vec<&str> = SENTENCE
        .split([' ', ','])
        .filter(|w| !w.is_empty())
        .collect();
    let mut line = String::new();
    for i in 0u32.. {
        line += words[hash32(5, i) as usize % words.len()];
        if line.len() > 1_000_000 {
            break;
        }
    }
    let bpe = learn(&settings(300, Split::Gpt4, true), &line).unwrap();
    let ids = bpe.encode(&line);
    assert!(ids.len() < line.len() / 3);
    assert_eq!(bpe.decode(&ids), line);
    assert_eq!(bpe.encode_with_dropout(&line, 0.0, 0, 0), ids);
    // One symbol, over and over.
    let ones = "a".repeat(1_000_000);
    let bpe = learn(&settings(276, Split::None, true), &ones).unwrap();
    assert!(bpe.encode(&ones).len() <= 8);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-c ]{1,300}",
        "[ab]{1,400}",
        "([鲸鱼海 \r\n]|👩‍🚀|e\u{301}|abab){1,80}",
    ]
}

proptest! {
    #[test]
    fn every_way_of_cutting_gives_the_defined_tokens(
        learned in text(), cut in text(), is_byte_level: bool,
        split in prop::sample::select(vec![Split::None, Split::Whitespace, Split::Gpt2, Split::Gpt4]),
    ) {
        prop_assume!(!learned.is_empty());
        let bpe = learn_most(&settings(420, split, is_byte_level), &learned);
        for text in [&cut, &learned] {
            let defined: Vec<u32> =
                bpe.pattern.pieces(text).flat_map(|piece| by_definition(&bpe, piece)).collect();
            let ids = bpe.encode(text);
            prop_assert_eq!(&ids, &defined);
            prop_assert_eq!(&bpe.encode_with_dropout(text, 0.0, 0, 0), &defined);
            let spans = bpe.spans(text);
            prop_assert_eq!(spans.iter().map(|s| s.id).collect::<Vec<_>>(), ids.clone());
            let mut end = 0;
            for span in &spans {
                prop_assert_eq!(span.start, end);
                end = span.end;
                if Some(span.id) != bpe.unknown() {
                    let bytes = &text.as_bytes()[span.start as usize..span.end as usize];
                    prop_assert_eq!(bpe.token_bytes(span.id), bytes);
                }
            }
            prop_assert_eq!(end as usize, text.len());
            if bpe.is_lossless() || std::ptr::eq(text, &learned) {
                prop_assert_eq!(&bpe.decode(&ids), text);
            }
        }
        let parts = bpe.parts();
        let again = Bpe::from_parts(&parts).unwrap();
        prop_assert_eq!(again.encode(&cut), bpe.encode(&cut));
        prop_assert_eq!(again.parts(), parts);
    }
}
