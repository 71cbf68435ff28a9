//! The dials do what they say, by frequency, and no setting panics.

use proptest::prelude::*;

use super::*;

/// Standard deviations by which `hits` of `n` lie from the rate p.
fn deviations(hits: f64, n: f64, p: f64) -> f64 {
    (hits - n * p) / (n * p * (1.0 - p)).sqrt()
}

#[test]
fn same_seed_same_text_and_longer_texts_go_on() {
    let config = WorldConfig {
        noise: 0.1,
        duplication: 0.1,
        ..WorldConfig::default()
    };
    let short = generate(&config, 3, 5_000).unwrap();
    let long = generate(&config, 3, 20_000).unwrap();
    assert_eq!(short.text, generate(&config, 3, 5_000).unwrap().text);
    assert!(long.text.starts_with(&short.text));
    assert!(long.documents[..short.documents.len()] == short.documents);
    assert_ne!(short.text, generate(&config, 4, 5_000).unwrap().text);
    assert!(short.world.facts == long.world.facts);
}

#[test]
fn documents_are_what_stands_between_empty_lines() {
    let corpus = generate(&WorldConfig::default(), 5, 50_000).unwrap();
    let split: Vec<&str> = corpus.text.trim_end().split(SEPARATOR).collect();
    let ranges: Vec<&str> = texts(&corpus).map(|(_, text)| text).collect();
    assert!(split == ranges);
    for document in &corpus.documents {
        let json = serde_json::to_string(document).unwrap();
        let back: Document = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&back.truth, &back.words),
            (&document.truth, &document.words)
        );
        assert!((back.nats - document.nats).abs() < 1e-9);
    }
}

#[test]
fn opinions_follow_the_bias() {
    for bias in [0.0f32, 0.4, 1.0] {
        let corpus = corpus_of(Genre::Sentiment, 0.0, |c| c.bias = bias);
        let mut counts = [[0.0f64; 2]; 2];
        for document in &corpus.documents {
            let Truth::Sentiment {
                by, is_positive, ..
            } = document.truth
            else {
                panic!()
            };
            let group = corpus.world.facts.people[by as usize].group;
            counts[group as usize][usize::from(is_positive)] += 1.0;
        }
        let good = [(1.0 + f64::from(bias)) / 2.0, (1.0 - f64::from(bias)) / 2.0];
        let mut chi_squared = 0.0;
        for group in 0..2 {
            let n: f64 = counts[group].iter().sum();
            for (observed, p) in [
                (counts[group][1], good[group]),
                (counts[group][0], 1.0 - good[group]),
            ] {
                if p < 1e-9 {
                    assert_eq!(observed, 0.0);
                } else {
                    chi_squared += (observed - n * p).powi(2) / (n * p);
                }
            }
        }
        assert!(
            chi_squared < 13.8,
            "p < 0.001 for 2 degrees: {chi_squared} at {bias}"
        );
    }
}

#[test]
fn jobs_follow_the_bias_over_many_worlds() {
    for bias in [0.0f32, 0.3, 0.8] {
        let (mut own, mut n) = (0.0, 0.0);
        for seed in 0..200 {
            let config = WorldConfig {
                bias,
                vocabulary: 60,
                ..WorldConfig::default()
            };
            let world = World::new(&config, seed).unwrap();
            for person in &world.facts.people {
                let is_own = (person.job % 2 == 0) == (person.group == NameGroup::Hill);
                own += f64::from(u8::from(is_own));
                n += 1.0;
            }
        }
        let share = (1.0 + f64::from(bias)) / 2.0;
        // one degree of freedom, p = 0.001 at 10.83
        let chi_squared = deviations(own, n, share).powi(2);
        assert!(chi_squared < 10.83, "{chi_squared} at {bias}");
    }
}

#[test]
fn rates_are_as_set() {
    let config = WorldConfig {
        duplication: 0.35,
        rude_words: 0.15,
        noise: 0.08,
        chinese: 0.4,
        vocabulary: 400,
        ..WorldConfig::default()
    };
    let corpus = generate(&config, 8, 1_000_000).unwrap();
    let n = corpus.documents.len() as f64;
    let copies = corpus
        .documents
        .iter()
        .filter(|d| d.copy_of.is_some())
        .count() as f64;
    assert!(deviations(copies, n, 0.35).abs() < 4.0);
    for document in &corpus.documents {
        if let Some(k) = document.copy_of {
            assert_eq!(
                corpus.text[document.range.clone()],
                corpus.world.repeated[k as usize].text
            );
        }
    }
    let fresh: Vec<&Document> = corpus
        .documents
        .iter()
        .filter(|d| d.copy_of.is_none())
        .collect();
    let (mut rude, mut events) = (0.0, 0.0);
    let (mut wrong, mut words) = (0.0, 0.0);
    for document in &fresh {
        if let Truth::Story { clauses, .. } = &document.truth {
            for clause in clauses {
                if let truth::Clause::Event(event) = clause {
                    events += 1.0;
                    rude += f64::from(u8::from(event.rude_word.is_some()));
                }
            }
        }
        // in Chinese few words can be misspelt, so count English ones that surely can
        if document.language == Language::English && document.genre == Genre::Story {
            for word in document.words.iter().filter(|word| word.tag == Tag::Person) {
                words += 1.0;
                wrong += f64::from(u8::from(word.is_misspelt));
            }
        }
    }
    assert!(
        deviations(rude, events, 0.15).abs() < 4.0,
        "{rude} of {events}"
    );
    assert!(
        wrong > 10.0 && deviations(wrong, words, 0.08).abs() < 4.0,
        "{wrong} of {words}"
    );
    let one_language: Vec<&&Document> = fresh
        .iter()
        .filter(|d| d.genre != Genre::Parallel)
        .collect();
    let chinese = one_language
        .iter()
        .filter(|d| d.language == Language::Chinese)
        .count();
    assert!(deviations(chinese as f64, one_language.len() as f64, 0.4).abs() < 4.0);
    for genre in Genre::ALL {
        let share = f64::from(config.genres[genre.index()]) / 14.0;
        let of_genre = fresh.iter().filter(|d| d.genre == genre).count() as f64;
        assert!(
            deviations(of_genre, fresh.len() as f64, share).abs() < 4.0,
            "{genre:?}"
        );
    }
}

#[test]
fn vocabulary_and_complexity_grow_the_text() {
    let entropy = |vocabulary, complexity| {
        let config = WorldConfig {
            vocabulary,
            complexity,
            ..WorldConfig::default()
        };
        World::new(&config, 1).unwrap().entropy()
    };
    let (small, large) = (entropy(40, 3), entropy(800, 3));
    assert!(large.nats_per_document > small.nats_per_document + 1.0);
    let (simple, complex) = (entropy(160, 1), entropy(160, 5));
    assert!(complex.characters_per_document > simple.characters_per_document * 1.5);
    let corpus = corpus_of(Genre::Story, 0.0, |c| c.vocabulary = 300);
    let words: std::collections::BTreeSet<&str> = texts(&corpus)
        .flat_map(|(document, text)| document.words.iter().map(move |w| &text[w.range.clone()]))
        .collect();
    assert!((150..450).contains(&words.len()), "{}", words.len());
}

#[test]
fn impossible_lengths_are_refused_with_the_cure() {
    let config = WorldConfig::default();
    assert_eq!(generate(&config, 1, 0).unwrap_err(), WorldError::Empty);
    let error = generate(&config, 1, usize::MAX).unwrap_err();
    assert!(error.to_string().contains("Ask for fewer"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_setting_panics(
        vocabulary in prop_oneof![0u32..1200, any::<u32>()],
        complexity in 0u32..8,
        facts_per_entity in 0u32..8,
        shares in proptest::array::uniform5(prop_oneof![-0.5f32..1.5, any::<f32>()]),
        weights in proptest::array::uniform9(prop_oneof![-1.0f32..4.0, Just(0.0), any::<f32>()]),
        seed: u32,
    ) {
        let [noise, duplication, chinese, bias, rude_words] = shares;
        let config = WorldConfig {
            vocabulary, complexity, facts_per_entity, noise, duplication, chinese, bias, rude_words,
            genres: weights,
        };
        match generate(&config, seed, 3_000) {
            Err(error) => prop_assert_eq!(error, WorldError::NoGenre),
            Ok(corpus) => {
                prop_assert!(corpus.text.len() >= 3_000);
                let entropy = corpus.entropy;
                prop_assert!(entropy.nats_per_document.is_finite() && entropy.nats_per_document > 0.0);
                for (document, text) in texts(&corpus) {
                    prop_assert!(document.nats.is_finite() && document.nats >= 0.0);
                    prop_assert!(!text.is_empty() && !text.contains(SEPARATOR));
                    prop_assert_eq!(document.truth.genre(), document.genre);
                }
            }
        }
    }
}
