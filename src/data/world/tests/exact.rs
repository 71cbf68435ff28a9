//! The entropy is exact: every document of tiny worlds is written out and counted.

use std::collections::HashMap;

use super::super::grammar::Tree;
use super::*;
use crate::data::statistics::predictor::code_length;

/// Every derivation of a node with its probability.
fn derivations(world: &World, node: Node) -> Vec<(f64, Tree)> {
    if world.lexeme(node).is_some() {
        return vec![(
            1.0,
            Tree {
                node,
                choice: 0,
                rule: None,
                children: vec![],
            },
        )];
    }
    let odds = world.odds(node);
    let mut all = Vec::new();
    for choice in 0..odds.count() {
        let p = odds.probability(choice);
        if p == 0.0 {
            continue;
        }
        let rule = world.rule(node, choice);
        let mut partial: Vec<(f64, Vec<Tree>)> = vec![(p, vec![])];
        for &child in &rule.children {
            let of_child = derivations(world, child);
            let extended = partial.iter().flat_map(|(p, trees)| {
                of_child.iter().map(move |(q, tree)| {
                    (p * q, trees.iter().cloned().chain([tree.clone()]).collect())
                })
            });
            partial = extended.collect();
        }
        all.extend(partial.into_iter().map(|(p, children)| {
            (
                p,
                Tree {
                    node,
                    choice,
                    rule: Some(rule.clone()),
                    children,
                },
            )
        }));
    }
    all
}

/// Every text of a genre in a language with its probability, misspellings included; panics when two derivations or
/// misspellings give the same text.
fn all_texts(world: &World, genre: Genre, language: Language) -> HashMap<String, f64> {
    let mut clean = world.clone();
    clean.config.noise = 0.0;
    let noise = f64::from(world.config.noise);
    let mut all = HashMap::new();
    for (p, tree) in derivations(world, Node::Body(genre)) {
        let mut page = Page {
            world: &clean,
            language,
            with_tags: genre == Genre::Tagged,
            text: String::new(),
            words: vec![],
        };
        page.write(&tree, &mut Dice::new(0));
        let mut languages = vec![language; page.words.len()];
        if genre == Genre::Parallel {
            page.text.push('\n');
            page.language = Language::Chinese;
            page.write(&tree, &mut Dice::new(0));
            languages.resize(page.words.len(), Language::Chinese);
        }
        // the last word first, so that the ranges before it stay right
        let mut versions = vec![(p, page.text.clone())];
        for (word, &language) in page.words.iter().zip(&languages).rev() {
            let variants = world
                .misspellings
                .of(&page.text[word.range.clone()], language);
            if variants.is_empty() || noise == 0.0 {
                continue;
            }
            versions = versions
                .into_iter()
                .flat_map(|(p, text)| {
                    let wrong = p * noise / variants.len() as f64;
                    let mut next = vec![(p * (1.0 - noise), text.clone())];
                    next.extend(variants.iter().map(|variant| {
                        let mut text = text.clone();
                        text.replace_range(word.range.clone(), variant);
                        (wrong, text)
                    }));
                    next
                })
                .collect();
        }
        for (p, text) in versions {
            let before = all.insert(text.clone(), p);
            assert!(before.is_none(), "two ways to write {text:?}");
        }
    }
    all
}

fn entropy(texts: &HashMap<String, f64>) -> f64 {
    texts.values().map(|&p| measure::entropy_term(p)).sum()
}

fn mean(texts: &HashMap<String, f64>, of: fn(&str) -> usize) -> f64 {
    texts.iter().map(|(text, &p)| p * of(text) as f64).sum()
}

#[track_caller]
fn check(config: &WorldConfig, genre: Genre) -> usize {
    let world = World::new(config, 3).unwrap();
    let mut total = 0;
    for language in Language::ALL {
        if genre == Genre::Parallel && language == Language::Chinese {
            continue;
        }
        let texts = all_texts(&world, genre, language);
        let exact = world.genre_entropy(genre, language);
        let name = format!("{genre:?} {language:?}");
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9 * a.abs().max(1.0);
        assert!(near(texts.values().sum(), 1.0), "{name}");
        assert!(
            near(exact.nats, entropy(&texts)),
            "{name}: {exact:?} {}",
            entropy(&texts)
        );
        assert!(
            near(exact.characters, mean(&texts, |t| t.chars().count())),
            "{name}"
        );
        assert!(near(exact.bytes, mean(&texts, str::len)), "{name}");
        total += texts.len();
    }
    total
}

fn tiny() -> WorldConfig {
    WorldConfig {
        vocabulary: 16,
        complexity: 1,
        facts_per_entity: 1,
        ..WorldConfig::default()
    }
}

#[test]
fn every_genre_of_a_tiny_world() {
    for genre in Genre::ALL {
        let total = check(&tiny(), genre);
        assert!(total > 1, "{genre:?}: {total}");
    }
}

#[test]
fn every_genre_at_every_complexity() {
    for complexity in 2..=5 {
        for genre in Genre::ALL {
            // stories of several events and sums of large numbers are too many to count; their parts are those of
            // the other genres and of smaller numbers
            if genre == Genre::Story || (genre == Genre::Arithmetic && complexity > 3) {
                continue;
            }
            let config = WorldConfig {
                complexity,
                facts_per_entity: 5,
                bias: 0.7,
                rude_words: if complexity == 5 { 0.2 } else { 0.0 },
                ..tiny()
            };
            assert!(check(&config, genre) >= 4, "{genre:?}");
        }
    }
    let story = WorldConfig {
        facts_per_entity: 5,
        ..tiny()
    };
    assert!(check(&story, Genre::Story) > 4_000);
}

#[test]
fn with_misspellings() {
    for genre in [
        Genre::Definition,
        Genre::Question,
        Genre::Sentiment,
        Genre::Grammaticality,
    ] {
        check(
            &WorldConfig {
                noise: 0.2,
                ..tiny()
            },
            genre,
        );
    }
    let parallel = WorldConfig {
        vocabulary: 18,
        noise: 0.3,
        ..tiny()
    };
    check(&parallel, Genre::Parallel);
}

#[test]
fn with_repetition_every_document_has_its_probability() {
    let mut config = WorldConfig {
        duplication: 0.4,
        noise: 0.1,
        chinese: 0.3,
        ..tiny()
    };
    config.genres = [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0, 3.0, 0.0];
    let world = World::new(&config, 5).unwrap();
    let mut texts: HashMap<String, f64> = HashMap::new();
    for (genre, language, p) in world.heading_odds() {
        for (text, q) in all_texts(&world, genre, language) {
            let before = texts.insert(text, 0.6 * p * q);
            assert!(before.is_none());
        }
    }
    for repeated in &world.repeated {
        *texts.get_mut(&repeated.text).unwrap() += 0.4 / REPEATED_DOCUMENTS as f64;
    }
    let exact = world.entropy();
    // the dial is an f32, so 0.4 and 0.6 hold to seven digits
    assert!((texts.values().sum::<f64>() - 1.0).abs() < 1e-6);
    assert!((exact.nats_per_document - entropy(&texts)).abs() < 1e-5);
    assert!((exact.bytes_per_document - mean(&texts, str::len) - 2.0).abs() < 1e-4);
    for i in 0..300 {
        let (document, text) = world.document(1, i);
        assert!((document.nats + texts[&text].ln()).abs() < 1e-6, "{text}");
    }
}

#[test]
fn long_texts_come_near_the_entropy() {
    let wild = WorldConfig {
        complexity: 5,
        facts_per_entity: 5,
        noise: 0.1,
        duplication: 0.2,
        bias: 0.8,
        rude_words: 0.1,
        ..WorldConfig::default()
    };
    for config in [WorldConfig::default(), wild] {
        let corpus = generate(&config, 2, 1_000_000).unwrap();
        let n = corpus.documents.len() as f64;
        let mean = corpus.nats() / n;
        let variance = corpus
            .documents
            .iter()
            .map(|d| (d.nats - mean).powi(2))
            .sum::<f64>()
            / (n - 1.0);
        let entropy = corpus.entropy;
        let deviations = (mean - entropy.nats_per_document) / (variance / n).sqrt();
        assert!(deviations.abs() < 4.0, "{deviations} standard errors");
        let bytes = corpus.text.len() as f64 / n;
        assert!((bytes / entropy.bytes_per_document - 1.0).abs() < 0.03);
        let rate = corpus.nats() / corpus.text.len() as f64;
        assert!(
            (rate / entropy.nats_per_byte() - 1.0).abs() < 0.01,
            "{rate}"
        );
    }
}

/// A code that learns as it reads spends more than the source holds, also when it has learned what five characters tell.
#[test]
fn no_code_beats_the_source() {
    let corpus = generate(&tiny(), 6, 200_000).unwrap();
    let rate = corpus.entropy.nats_per_character() / std::f64::consts::LN_2;
    let code = code_length(&corpus.text, &mut |_| true).unwrap();
    assert!(code.bits_per_character() > rate);
    let late = code.late_bits_per_character();
    assert!(late > rate && late < 3.0 * rate, "{late} {rate}");
}

/// What the tiny worlds show holds in large ones, as far as chance finds a counterexample.
#[test]
fn equal_texts_mean_the_same() {
    let config = WorldConfig {
        vocabulary: 1000,
        complexity: 2,
        facts_per_entity: 5,
        noise: 0.2,
        ..WorldConfig::default()
    };
    let corpus = generate(&config, 4, 2_000_000).unwrap();
    let mut seen: HashMap<&str, &Document> = HashMap::new();
    let mut again = 0;
    for (document, text) in texts(&corpus) {
        let first = seen.entry(text).or_insert(document);
        again += usize::from(first.range != document.range);
        assert_eq!(first.truth, document.truth, "{text}");
        assert_eq!(first.words, document.words, "{text}");
        assert!((first.nats - document.nats).abs() < 1e-9, "{text}");
    }
    assert!(again > 100, "{again}");
}

#[test]
fn rates_convert() {
    let entropy = SourceEntropy {
        nats_per_document: 20.0,
        characters_per_document: 50.0,
        bytes_per_document: 100.0,
    };
    assert_eq!(entropy.nats_per_character(), 0.4);
    assert_eq!(entropy.nats_per_byte(), 0.2);
    assert!((entropy.bits_per_byte() - 0.2 / std::f64::consts::LN_2).abs() < 1e-12);
    assert!((entropy.nats_per_token(4.0) - 0.8).abs() < 1e-12);
    assert!((entropy.divergence(1.0, 4.0) - 0.2).abs() < 1e-12);
}
