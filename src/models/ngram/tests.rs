//! Every smoothing by hand, by its properties on random texts, and Kneser–Ney beside an independent implementation.

mod golden;

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::ops::sampler::DrawSettings;

const SMOOTHINGS: [Smoothing; 4] = [
    Smoothing::MaximumLikelihood,
    Smoothing::AddK,
    Smoothing::StupidBackOff,
    Smoothing::KneserNey,
];

/// Rounding of a few dozen operations on numbers up to 1.
const ROUNDING: f64 = 1e-12;

fn config(order: u32, smoothing: Smoothing) -> NgramConfig {
    NgramConfig {
        order,
        smoothing,
        add_k: 0.5,
        back_off: 0.5,
    }
}

fn model(text: &[u32], vocabulary: usize, order: u32, smoothing: Smoothing) -> Ngram {
    Ngram::train(text, vocabulary, &config(order, smoothing)).unwrap()
}

fn assert_close(found: f64, expected: f64) {
    assert!((found - expected).abs() < ROUNDING, "{found} {expected}");
}

/// a b a a b c a b, of the vocabulary {a, b, c, d}.
const TEXT: [u32; 8] = [0, 1, 0, 0, 1, 2, 0, 1];

#[test]
fn unigrams_of_maximum_likelihood_are_frequencies() {
    let model = model(&TEXT, 4, 1, Smoothing::MaximumLikelihood);
    let mut p = [0.0; 4];
    model.distribution(&[2, 1], &mut p);
    assert_eq!(p, [0.5, 0.375, 0.125, 0.0]);
}

#[test]
fn maximum_likelihood_knows_only_what_it_saw() {
    let model = model(&TEXT, 4, 3, Smoothing::MaximumLikelihood);
    // b was followed by a and by c; the b at the end by nothing.
    assert_eq!(model.probability(&[1], 0), 0.5);
    assert_eq!(model.probability(&[1], 3), 0.0);
    assert_eq!(model.probability(&[0, 1], 2), 0.5);
    assert_eq!(model.probability(&[3, 3, 0, 1], 2), 0.5);
    // c c was never seen: uniform, and not what followed c.
    assert_eq!(model.probability(&[2, 2], 0), 0.25);
    assert_eq!(model.probability(&[2], 0), 1.0);
    let evaluation = model.evaluate(&[0, 1, 2, 2]);
    assert_eq!(evaluation.nats_per_token, f64::INFINITY);
    // ½ · ¾ · ½, then b c is followed by a alone.
    assert_close(
        evaluation.nats_per_possible_token,
        -(0.5f64 * 0.75 * 0.5).ln() / 3.0,
    );
    assert_eq!((evaluation.impossible, evaluation.tokens), (1, 4));
    assert_eq!(model.evaluate(&[2, 2, 0]).unseen_contexts, 1);
}

#[test]
fn add_k_by_hand() {
    let model = model(&TEXT, 4, 2, Smoothing::AddK);
    // a: b three times, a once; k V = 2.
    assert_close(model.probability(&[0], 1), 3.5 / 6.0);
    assert_close(model.probability(&[0], 3), 0.5 / 6.0);
    assert_close(model.probability(&[], 2), 1.5 / 10.0);
    assert_close(model.probability(&[3], 2), 0.25);
}

#[test]
fn stupid_back_off_by_hand() {
    let model = model(&TEXT, 4, 3, Smoothing::StupidBackOff);
    // After a b: a ½, c ½. Then b by ½ · S(b | b) = ½ · ½ · 3/8, d by ½ · ½ · ½ · ¼.
    let scores = [0.5, 3.0 / 32.0, 0.5, 1.0 / 32.0];
    let sum: f64 = scores.iter().sum();
    for (token, score) in (0..).zip(scores) {
        assert_close(model.probability(&[0, 1], token), score / sum);
    }
    // After c: a only. d c is unseen and says the same.
    let scores = [1.0, 3.0 / 16.0, 1.0 / 16.0, 1.0 / 16.0];
    let sum: f64 = scores.iter().sum();
    for (token, score) in (0..).zip(scores) {
        assert_close(model.probability(&[2], token), score / sum);
        assert_close(model.probability(&[3, 2], token), score / sum);
    }
    let explanation = model.explain(&[3, 2], 1);
    assert_close(explanation.steps[0].probability, 0.5 * 0.5 * 3.0 / 8.0);
    assert_close(explanation.score_sum, 0.5 * sum);
}

#[test]
fn kneser_ney_by_hand() {
    let model = model(&TEXT, 4, 2, Smoothing::KneserNey);
    // Both orders take 0.5, 1, 1.5. Before a stand b, a, c; before b, a; before c, b. Five continuations.
    let lambda = (0.5 + 0.5 + 1.5) / 5.0;
    let unigram = |kept: f64| kept / 5.0 + lambda / 4.0;
    let unigrams = [unigram(1.5), unigram(0.5), unigram(0.5), unigram(0.0)];
    // a: b three times, a once.
    let lambda = (1.5 + 0.5) / 4.0;
    let kept = [0.5, 1.5, 0.0, 0.0];
    for token in 0..4 {
        let p = kept[token] / 4.0 + lambda * unigrams[token];
        assert_close(model.probability(&[0], token as u32), p);
        assert_close(model.probability(&[3], token as u32), unigrams[token]);
    }
    let explanation = model.explain(&[0], 1);
    let [first, second, uniform] = &explanation.steps[..] else {
        panic!("{explanation:?}")
    };
    assert_eq!((first.count, first.total, second.count), (3, 4, 1));
    assert_eq!(first.followers_by_count, [1, 0, 1]);
    assert_eq!(second.followers_by_count, [2, 0, 1]);
    assert_eq!(first.counts, CountKind::Occurrences);
    assert_eq!(second.counts, CountKind::Continuations);
    assert_eq!((first.discount, second.discount), (1.5, 0.5));
    assert_eq!((uniform.order, uniform.probability), (0, 0.25));
    assert_close(first.weight, lambda);
}

#[test]
fn what_nothing_precedes_is_no_continuation() {
    // The first token stands nowhere else, nor does the context it makes.
    let model = model(&[0, 1, 2, 1, 2, 1], 3, 3, Smoothing::KneserNey);
    assert_eq!(model.entries(), [2, 2, 3]);
    let step = &model.explain(&[0], 1).steps[0];
    assert_eq!((step.is_seen, step.total, step.weight), (true, 0, 1.0));
    assert_eq!(model.probability(&[0], 1), model.probability(&[], 1));
    assert!(model.probability(&[], 0) > 0.0);
    let occurrences = self::model(&[0, 1, 2, 1, 2, 1], 3, 3, Smoothing::AddK);
    assert_eq!(occurrences.entries(), [3, 3, 3]);
}

#[test]
fn an_id_outside_the_vocabulary_has_probability_0() {
    for smoothing in SMOOTHINGS {
        let model = model(&TEXT, 4, 3, smoothing);
        assert_eq!(model.probability(&[0, 1], 4), 0.0);
        assert_eq!(model.explain(&[0, 1], 9).probability, 0.0);
        assert_eq!(
            model.probability(&[9], 1),
            model.explain(&[9], 1).probability
        );
        assert_eq!(model.evaluate(&[0, 7]).impossible, 1);
    }
}

#[test]
fn losses_of_nothing() {
    let evaluation = model(&TEXT, 4, 3, Smoothing::KneserNey).evaluate(&[]);
    assert_eq!((evaluation.tokens, evaluation.impossible), (0, 0));
    assert!(evaluation.nats_per_token.is_nan());
}

#[test]
fn settings_out_of_range_are_refused_with_a_cure() {
    let error = |text: &[u32], vocabulary, config: &NgramConfig| {
        Ngram::train(text, vocabulary, config).unwrap_err()
    };
    let usual = NgramConfig::default();
    for order in [0, 9, u32::MAX] {
        let wrong = NgramConfig {
            order,
            ..usual.clone()
        };
        assert_eq!(
            error(&TEXT, 4, &wrong),
            NgramError::Order { order, most: 8 }
        );
    }
    for vocabulary in [0, 65_537] {
        assert!(matches!(
            error(&TEXT, vocabulary, &usual),
            NgramError::Vocabulary { most: 65_536, .. }
        ));
    }
    let too_short = NgramError::TooShort {
        tokens: 4,
        order: 5,
    };
    assert_eq!(error(&TEXT[..4], 4, &usual), too_short);
    let token = NgramError::Token {
        token: 2,
        position: 5,
        vocabulary: 2,
    };
    assert_eq!(error(&TEXT, 2, &usual), token);
    for number in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let wrong = |smoothing| NgramConfig {
            smoothing,
            add_k: number,
            back_off: number,
            ..usual.clone()
        };
        let add_k = error(&TEXT, 4, &wrong(Smoothing::AddK));
        assert!(add_k.to_string().contains("Choose a number above 0"));
        let back_off = error(&TEXT, 4, &wrong(Smoothing::StupidBackOff));
        assert!(matches!(back_off, NgramError::BackOff { .. }));
        // What a smoothing does not use is not its concern.
        assert!(Ngram::train(&TEXT, 4, &wrong(Smoothing::KneserNey)).is_ok());
    }
}

#[test]
fn the_largest_order_and_vocabulary_are_counted() {
    let text: Vec<u32> = (0..40_000u32)
        .map(|i| i.wrapping_mul(40_503) % 65_536)
        .chain([65_535, 0, 65_535])
        .collect();
    for smoothing in SMOOTHINGS {
        let model = model(&text, 65_536, 8, smoothing);
        let mut p = vec![0.0; 65_536];
        model.distribution(&text[100..107], &mut p);
        let best = (0..).zip(&p).max_by(|a, b| a.1.total_cmp(b.1));
        assert_eq!(best.map(|b| b.0), Some(text[107]), "{smoothing:?}");
        let entries: usize = model.entries().iter().sum();
        assert!(model.memory_bytes() > 8 * entries);
    }
}

#[test]
fn writing_follows_the_samplers_settings() {
    let model = model(&TEXT, 4, 2, Smoothing::MaximumLikelihood);
    let settings = |temperature, top_k, top_p| DrawSettings {
        temperature,
        top_k,
        top_p,
    };
    // After a: a ¼, b ¾.
    let open = settings(1.0, 0, 1.0);
    assert_eq!(model.sample(&[0], open, 0.24), 0);
    assert_eq!(model.sample(&[0], open, 0.26), 1);
    assert_eq!(model.sample(&[0], open, 0.999), 1);
    assert_eq!(model.sample(&[0], settings(0.0, 0, 1.0), 0.1), 1);
    assert_eq!(model.sample(&[0], settings(1.0, 1, 1.0), 0.1), 1);
    assert_eq!(model.sample(&[0], settings(1.0, 0, 0.7), 0.1), 1);
    // Temperature 2 takes roots: 1 to √3.
    let share = 1.0 / (1.0 + 3f32.sqrt());
    let warm = settings(2.0, 0, 1.0);
    assert_eq!(model.sample(&[0], warm, share - 0.01), 0);
    assert_eq!(model.sample(&[0], warm, share + 0.01), 1);
    let mut log_p = [0.0; 4];
    model.log_probabilities(&[0], &mut log_p);
    assert_eq!(log_p[1], 0.75f32.ln());
    assert_eq!(log_p[2], f32::NEG_INFINITY);
}

/// A text with repetitions, a vocabulary of which some is never seen, and contexts with ids of any kind.
fn cases() -> impl Strategy<Value = (Vec<u32>, usize, u32, Vec<Vec<u32>>)> {
    (1usize..9, 0usize..3, 1u32..=8).prop_flat_map(|(used, more, order)| {
        let vocabulary = used + more;
        let text = prop::collection::vec(0..used as u32, order as usize..160);
        let context = prop::collection::vec(0..vocabulary as u32 + 2, 0..11);
        let contexts = prop::collection::vec(context, 1..6);
        (text, Just(vocabulary), Just(order), contexts)
    })
}

proptest! {
    #[test]
    fn probabilities_agree_and_sum_to_1((text, vocabulary, order, mut contexts) in cases()) {
        // Contexts that were seen, with what followed them.
        contexts.extend((0..text.len()).step_by(7).map(|i| text[..i].to_vec()));
        for smoothing in SMOOTHINGS {
            let model = model(&text, vocabulary, order, smoothing);
            let mut p = vec![f64::NAN; vocabulary];
            for context in &contexts {
                model.distribution(context, &mut p);
                let sum: f64 = p.iter().sum();
                prop_assert!((sum - 1.0).abs() < ROUNDING, "{smoothing:?} {context:?}: {sum}");
                let cut = &context[context.len().saturating_sub(order as usize - 1)..];
                for (token, &p) in (0..).zip(&p) {
                    let single = model.probability(context, token);
                    prop_assert!((single - p).abs() < ROUNDING, "{smoothing:?} {context:?} {token}");
                    prop_assert_eq!(single, model.probability(cut, token));
                    prop_assert!(p > 0.0 || smoothing == Smoothing::MaximumLikelihood && p == 0.0);
                    let explanation = model.explain(context, token);
                    prop_assert!((explanation.probability - single).abs() < ROUNDING);
                    let sum: f64 = explanation.steps.iter().map(|step| step.contribution).sum();
                    prop_assert!((sum - single).abs() < ROUNDING, "{explanation:?}");
                    prop_assert_eq!(explanation.steps.last().unwrap().order, 0);
                    prop_assert_eq!(&explanation.steps[0].context[..], cut);
                }
            }
        }
    }

    #[test]
    fn counts_are_those_of_the_text((text, vocabulary, order, _) in cases()) {
        let order = order as usize;
        let count = |n: usize| {
            let mut grams: HashMap<&[u32], u32> = HashMap::new();
            text.windows(n).for_each(|gram| *grams.entry(gram).or_default() += 1);
            grams
        };
        let likelihood = model(&text, vocabulary, order as u32, Smoothing::MaximumLikelihood);
        let kneser_ney = model(&text, vocabulary, order as u32, Smoothing::KneserNey);
        let longest = count(order);
        for n in 1..=order {
            let grams = count(n);
            prop_assert_eq!(likelihood.entries()[n - 1], grams.len());
            for (gram, &count) in &grams {
                let (&token, context) = gram.split_last().unwrap();
                prop_assert_eq!(likelihood.explain(context, token).steps[0].count, count);
                let continued: HashSet<u32> = text
                    .windows(n + 1)
                    .filter(|longer| longer[1..] == **gram)
                    .map(|longer| longer[0])
                    .collect();
                let expected = if n == order { longest[gram] } else { continued.len() as u32 };
                prop_assert_eq!(kneser_ney.explain(context, token).steps[0].count, expected);
            }
        }
    }

    #[test]
    fn a_loss_is_the_sum_of_its_tokens((text, vocabulary, order, contexts) in cases()) {
        for smoothing in SMOOTHINGS {
            let model = model(&text, vocabulary, order, smoothing);
            for held_out in contexts.iter().chain([&text]).filter(|c| !c.is_empty()) {
                let losses: Vec<f64> = (0..held_out.len()).map(|i| model.nats_at(held_out, i)).collect();
                let mean = losses.iter().sum::<f64>() / losses.len() as f64;
                let evaluation = model.evaluate(held_out);
                let found = evaluation.nats_per_token;
                prop_assert!(found == mean || (found - mean).abs() < 1e-12 * mean.abs(), "{found} {mean}");
                let impossible = losses.iter().filter(|loss| loss.is_infinite()).count();
                prop_assert_eq!(evaluation.impossible, impossible);
            }
        }
    }

    #[test]
    fn slices_make_the_same_model((text, vocabulary, order, contexts) in cases(), slice in 1usize..50) {
        for smoothing in SMOOTHINGS {
            let config = config(order, smoothing);
            let mut training = Training::new(&text[..], vocabulary, &config).unwrap();
            let mut share = training.share_done();
            prop_assert_eq!(share, 0.0);
            while !training.advance(slice) {
                prop_assert!(training.share_done() > share && training.share_done() < 1.0);
                share = training.share_done();
            }
            prop_assert_eq!(training.share_done(), 1.0);
            let in_slices = training.finish();
            let whole = model(&text, vocabulary, order, smoothing);
            prop_assert_eq!(in_slices.entries(), whole.entries());
            for context in &contexts {
                for token in 0..vocabulary as u32 {
                    prop_assert_eq!(in_slices.probability(context, token), whole.probability(context, token));
                }
            }
        }
    }
}
