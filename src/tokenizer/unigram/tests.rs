use proptest::prelude::*;

use super::spaces::Prefix;
use super::viterbi::Viterbi;
use super::*;

const FABLE: &str = "the whale the whales a whale spouts, the sailors sail. the ship sails on and on;\n\
    whales and sailors, sails and ships: the sea is the sea.\n学而时习之，不亦说乎。有朋自远方来，不亦乐乎。\n";

fn learn(vocabulary: u32, text: &str) -> Result<Unigram, LearnError> {
    Unigram::learn(&settings(vocabulary), text, &mut |_| true)
}

fn settings(vocabulary: u32) -> UnigramSettings {
    UnigramSettings {
        min_count: 1,
        ..UnigramSettings::of_size(vocabulary)
    }
}

fn toy() -> Unigram {
    let piece = |piece: &str, p: f64| (piece.to_owned(), p.ln());
    Unigram::from_parts(UnigramParts {
        pieces: vec![
            piece("<unk>", 1e-9),
            piece("a", 0.2),
            piece("b", 0.2),
            piece("ab", 0.3),
            piece("▁", 0.1),
            piece("▁a", 0.1),
            piece("ba", 0.1),
        ],
        unknown: 0,
        specials: Vec::new(),
        spaces: Spaces::LEARNED,
    })
    .unwrap()
}

fn cut(unigram: &Unigram, text: &str) -> Vec<String> {
    let ids = unigram.encode(text);
    ids.iter().map(|&id| unigram.piece(id).to_owned()).collect()
}

#[test]
fn the_most_probable_segmentation_wins() {
    let toy = toy();
    assert_eq!(cut(&toy, "ab aba"), ["ab", " a", "ba"]);
    assert_eq!(cut(&toy, "abzzab"), ["ab", "<unk>", "ab"]);
    assert_eq!(toy.decode(&toy.encode("ab▁aba")), "ab aba");
}

#[test]
fn spans_lead_back_to_the_text() {
    let toy = toy();
    let spans: Vec<(u32, u32, u32)> = toy
        .spans("a▁ab鲸鲸 ")
        .iter()
        .map(|span| (span.id, span.start, span.end))
        .collect();
    assert_eq!(
        spans,
        [(1, 0, 1), (4, 1, 4), (3, 4, 6), (0, 6, 12), (4, 12, 13)]
    );
}

#[test]
fn an_added_blank_covers_nothing() {
    let prefix = UnigramParts {
        spaces: Spaces {
            prefix: Prefix::Always,
            ..Spaces::LEARNED
        },
        ..toy().parts()
    };
    let toy = Unigram::from_parts(prefix).unwrap();
    let spans = toy.spans("ba");
    assert_eq!(toy.piece(spans[0].id), " ");
    assert_eq!((spans[0].start, spans[0].end), (0, 0));
    assert_eq!((spans[1].start, spans[1].end), (0, 2));
}

#[test]
fn a_vocabulary_is_learned_to_its_size() {
    let unigram = learn(60, FABLE).unwrap();
    assert_eq!(unigram.vocabulary_size(), 60);
    assert_eq!(unigram.decode(&unigram.encode(FABLE)), FABLE);
    assert!(unigram.id(" the").is_some() && unigram.id("不亦").is_some());
    let scores: Vec<f32> = (1..60).map(|id| unigram.score(id).unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b));
    let sum: f32 = scores.iter().map(|score| score.exp()).sum();
    // the sparse step takes half a count of each, which is much of a text this short
    assert!(sum > 0.6 && sum <= 1.0, "{sum}");
    assert_eq!(unigram.score(0), None);
}

#[test]
fn what_cannot_be_learned_says_what_can() {
    assert_eq!(learn(100, "").err(), Some(LearnError::EmptyCorpus));
    let small = learn(2, "ab ab").err();
    assert_eq!(
        small,
        Some(LearnError::VocabularyTooSmall {
            wanted: 2,
            least: 4
        })
    );
    let Some(LearnError::VocabularyTooLarge { most, .. }) = learn(1000, FABLE).err() else {
        panic!("too large a vocabulary was learned");
    };
    assert_eq!(learn(most, FABLE).unwrap().vocabulary_size(), most);
    assert!(learn(most + 1, FABLE).is_err());
    let one = learn(2, "aaaa").unwrap();
    assert_eq!(one.encode("aab"), [1, 1, 0]);
    let cancelled = Unigram::learn(&settings(60), FABLE, &mut |share| share < 0.2);
    assert_eq!(cancelled.err(), Some(LearnError::Cancelled));
}

#[test]
fn rare_characters_are_unknown() {
    let settings = UnigramSettings::of_size(5);
    let unigram = Unigram::learn(&settings, "abababzab", &mut |_| true).unwrap();
    assert_eq!(unigram.id("z"), None);
    assert!(unigram.encode("zz").iter().all(|&id| id == 0));
}

#[test]
fn the_share_done_rises_to_one() {
    let mut shares = Vec::new();
    Unigram::learn(&settings(60), FABLE, &mut |share| {
        shares.push(share);
        true
    })
    .unwrap();
    assert!(shares.is_sorted(), "{shares:?}");
    assert_eq!((shares[0], *shares.last().unwrap()), (0.0, 1.0));
}

#[test]
fn the_trace_leads_from_the_seeds_to_the_vocabulary() {
    let (unigram, trace) = Unigram::learn_traced(&settings(60), FABLE, &mut |_| true).unwrap();
    assert_eq!(trace.characters, FABLE.chars().count() as u64);
    let mut left = trace.pieces.len() as u32;
    for (i, round) in trace.rounds.iter().enumerate() {
        assert_eq!(round.vocabulary, left);
        left -= round.dropped.len() as u32;
        assert_eq!(round.scores.len() as u32, left);
        assert!(round.log_likelihood < 0.0);
        assert!(
            round
                .dropped
                .iter()
                .all(|dropped| !trace.pieces[dropped.piece as usize].is_empty())
        );
        if round.kind == RoundKind::Pruning {
            assert!(
                round.dropped.is_sorted_by(|a, b| a.cost <= b.cost),
                "round {i}"
            );
        } else {
            assert!(round.dropped.iter().all(|dropped| dropped.count < 0.5));
        }
    }
    assert!(
        trace
            .rounds
            .iter()
            .any(|round| round.kind == RoundKind::Pruning)
    );
    let mut last: Vec<(String, f32)> = trace
        .vocabulary(trace.rounds.len())
        .into_iter()
        .map(|(piece, score)| (trace.pieces[piece as usize].clone(), score))
        .collect();
    let mut learned: Vec<(String, f32)> = (1..unigram.vocabulary_size())
        .map(|id| (unigram.piece(id).to_owned(), unigram.score(id).unwrap()))
        .collect();
    last.sort_by(|a, b| a.0.cmp(&b.0));
    learned.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(last.len(), learned.len());
    for (last, learned) in last.iter().zip(&learned) {
        // learned scores have six decimals
        assert!(last.0 == learned.0 && (last.1 - learned.1).abs() < 2e-6);
    }
    let replayed = trace.tokenizer(trace.rounds.len());
    assert_eq!(cut(&replayed, FABLE), cut(&unigram, FABLE));
    assert_eq!(
        trace.tokenizer(0).vocabulary_size() as usize,
        trace.pieces.len() + 1
    );
}

#[test]
fn draws_follow_the_probabilities() {
    let toy = toy();
    let lattice = toy.lattice("abab");
    let all = lattice.best(100);
    let total: f64 = all.iter().map(|way| way.probability).sum();
    assert!((total - 1.0).abs() < 1e-12);
    let draws = 20_000;
    let mut counter = 0;
    let mut seen = vec![0; all.len()];
    for _ in 0..draws {
        let drawn = lattice.sample(1.0, 7, &mut counter);
        let way = all.iter().position(|way| way.edges == drawn.edges).unwrap();
        seen[way] += 1;
    }
    for (way, seen) in all.iter().zip(seen) {
        let share = f64::from(seen) / f64::from(draws);
        // four standard errors
        let error = 4.0 * (way.probability * (1.0 - way.probability) / f64::from(draws)).sqrt();
        assert!(
            (share - way.probability).abs() < error,
            "{share} {}",
            way.probability
        );
    }
    assert_eq!(toy.sample("ab ab", 1.0, 3), toy.sample("ab ab", 1.0, 3));
    assert_eq!(toy.sample("abzz ab", 200.0, 3), toy.encode("abzz ab"));
}

#[test]
fn training_text_is_drawn_from_the_seed_where_a_sharpness_says_so() {
    let text = "ab abab ba aab\nbab ab abab ba aab bab";
    let off = toy();
    assert_eq!(off.encode_for_training(text, 3), off.encode(text));
    let drawn = toy().with_sampling(0.5);
    let ids = drawn.encode_for_training(text, 3);
    assert_eq!(ids, drawn.encode_for_training(text, 3));
    assert_ne!(ids, drawn.encode_for_training(text, 4));
    assert_eq!(drawn.decode(&ids), drawn.decode(&drawn.encode(text)));
    // What is not for training is cut as ever.
    assert_eq!(drawn.encode(text), off.encode(text));
    assert_eq!(drawn.spans(text), off.spans(text));
}

#[test]
fn parts_that_do_not_fit_are_errors() {
    let parts = toy().parts();
    let with = |change: &dyn Fn(&mut UnigramParts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        Unigram::from_parts(parts).err()
    };
    assert_eq!(with(&|_| {}), None);
    let unknown = with(&|parts| parts.unknown = 7);
    assert_eq!(
        unknown,
        Some(UnigramError::NoUnknown {
            unknown: 7,
            pieces: 7
        })
    );
    let special = with(&|parts| parts.specials.push(9));
    assert_eq!(special, Some(UnigramError::SpecialWithoutPiece(9)));
    let score = with(&|parts| parts.pieces[3].1 = f64::NAN);
    assert_eq!(score, Some(UnigramError::ScoreNotFinite(3)));
}

#[test]
fn special_tokens_are_not_spelled() {
    let mut parts = toy().parts();
    parts.pieces.push(("abab".to_owned(), 0.0));
    parts.specials.push(7);
    let toy = Unigram::from_parts(parts).unwrap();
    assert!(!toy.encode("abab").contains(&7));
    assert_eq!(toy.decode(&[7]), "abab");
}

/// Every segmentation of a stretch into pieces and unknown characters, with its ln P.
fn all_ways(unigram: &Unigram, text: &str) -> Vec<(Vec<u32>, f64)> {
    let Some(first) = text.chars().next() else {
        return vec![(Vec::new(), 0.0)];
    };
    let mut starts: Vec<(u32, usize, f64)> = (1..=text.len())
        .filter(|&end| text.is_char_boundary(end))
        .filter_map(|end| unigram.id(&text[..end]).map(|id| (id, end)))
        .map(|(id, end)| (id, end, unigram.scores[id as usize]))
        .collect();
    if starts.iter().all(|&(_, end, _)| end != first.len_utf8()) {
        starts.push((unigram.unknown, first.len_utf8(), unigram.unknown_score));
    }
    starts
        .into_iter()
        .flat_map(|(id, end, log_p)| {
            all_ways(unigram, &text[end..])
                .into_iter()
                .map(move |(ids, rest)| ([vec![id], ids].concat(), log_p + rest))
        })
        .collect()
}

proptest! {
    #[test]
    fn best_sum_and_posteriors_are_those_of_all_ways(text in "[ab ]{1,9}z?[ab]{0,3}") {
        let toy = toy();
        let mut ways = all_ways(&toy, &text);
        ways.sort_by(|a, b| b.1.total_cmp(&a.1));
        let lattice = toy.lattice(&text);
        let z: f64 = ways.iter().map(|way| way.1.exp()).sum();
        prop_assert!((lattice.log_z - z.ln()).abs() < 1e-9);
        let best = lattice.best(5);
        prop_assert_eq!(best.len(), ways.len().min(5));
        for (found, way) in best.iter().zip(&ways) {
            prop_assert!((found.log_p - way.1).abs() < 1e-9);
            prop_assert!((found.probability - way.1.exp() / z).abs() < 1e-9);
        }
        let mut viterbi = Viterbi::default();
        viterbi.best(&toy, text.as_bytes());
        prop_assert!((viterbi.score() - ways[0].1).abs() < 1e-9);
        let expected_tokens: f64 = ways.iter().map(|way| way.0.len() as f64 * way.1.exp() / z).sum();
        let posteriors: f64 = lattice.edges.iter().map(|edge| edge.posterior).sum();
        prop_assert!((posteriors - expected_tokens).abs() < 1e-9);
    }

    #[test]
    fn any_text_is_encoded(text in any::<String>(), learned in "[abc ]{0,40}[学而时习]{0,20}") {
        let Ok(unigram) = learn(14, &learned) else { return Ok(()) };
        let ids = unigram.encode(&text);
        prop_assert!(ids.iter().all(|&id| id < unigram.vocabulary_size()));
        let spans = unigram.spans(&text);
        prop_assert_eq!(&spans.iter().map(|span| span.id).collect::<Vec<_>>(), &ids);
        // nothing is left out, nothing is taken twice
        let mut at = 0;
        for span in &spans {
            prop_assert_eq!(span.start, at);
            at = span.end;
        }
        prop_assert_eq!(at as usize, text.len());
        for sharpness in [0.0, 0.5, 1.0] {
            let drawn = unigram.sample(&text, sharpness, 5);
            if !ids.contains(&0) {
                prop_assert_eq!(unigram.decode(&drawn), unigram.decode(&ids));
            }
        }
    }

    #[test]
    fn text_of_known_characters_comes_back(text in "[abc \n]{0,40}") {
        let unigram = learn(8, "abc cba\nabc abc").unwrap();
        prop_assert_eq!(unigram.decode(&unigram.encode(&text)), text);
    }

    #[test]
    fn learning_is_repeatable(text in "[ab ]{20,80}") {
        let one = learn(6, &text);
        let two = learn(6, &text);
        prop_assert_eq!(one.map(|one| one.parts()), two.map(|two| two.parts()));
    }

    #[test]
    fn parts_make_the_same_tokenizer(text in any::<String>()) {
        let toy = toy();
        let again = Unigram::from_parts(toy.parts()).unwrap();
        prop_assert_eq!(toy.encode(&text), again.encode(&text));
    }
}
