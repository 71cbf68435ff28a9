//! Kneser–Ney beside `tests/golden/kneser_ney.py`, a plain implementation in Python that shares nothing with this one.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::super::{Ngram, NgramConfig};

const TEXT: &str = include_str!("../../../../tests/golden/kneser_ney_text.txt");
const GOLDEN: &str = include_str!("../../../../tests/golden/kneser_ney.json");

/// Both compute in double precision; what is left is the order of sums.
const TOLERANCE: f64 = 1e-12;

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap();
    values.iter().map(|v| v.as_f64().unwrap()).collect()
}

/// Ranks among the sorted tokens.
fn ids(tokens: &[&str]) -> Vec<u32> {
    let sorted: BTreeSet<&str> = tokens.iter().copied().collect();
    let ids: HashMap<&str, u32> = sorted.into_iter().zip(0..).collect();
    tokens.iter().map(|token| ids[token]).collect()
}

fn check(name: &str, tokens: &[&str]) {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let golden = &golden[name];
    let vocabulary = golden["vocabulary"].as_u64().unwrap() as usize;
    let ids = ids(tokens);
    let (train, held_out) = ids.split_at(golden["trained_on"].as_u64().unwrap() as usize);
    let mut queries = 0;
    for run in golden["runs"].as_array().unwrap() {
        let config = NgramConfig {
            order: run["order"].as_u64().unwrap() as u32,
            ..NgramConfig::default()
        };
        let model = Ngram::train(train, vocabulary, &config).unwrap();
        let entries: Vec<f64> = model.entries().iter().map(|&n| n as f64).collect();
        assert_eq!(entries, numbers(&run["entries"]));
        let discounts = run["discounts"].as_array().unwrap();
        for (found, expected) in model.discounts().iter().zip(discounts) {
            for (found, expected) in found.by_count.iter().zip(numbers(expected)) {
                assert!((found - expected).abs() < TOLERANCE, "{found} {expected}");
            }
        }
        for query in run["queries"].as_array().unwrap() {
            let context: Vec<u32> = numbers(&query[0]).iter().map(|&id| id as u32).collect();
            let token = query[1].as_u64().unwrap() as u32;
            let (found, expected) = (
                model.probability(&context, token),
                query[2].as_f64().unwrap(),
            );
            assert!((found - expected).abs() < TOLERANCE, "{query}: {found}");
            queries += 1;
        }
        let (found, expected) = (
            model.evaluate(held_out).nats_per_token,
            run["held_out_nats"].as_f64().unwrap(),
        );
        // A sum of some thousand losses.
        assert!((found - expected).abs() < 1e-10, "{found} {expected}");
    }
    assert_eq!(queries, 100);
}

#[test]
fn characters_are_as_probable_as_in_python() {
    let characters: Vec<&str> = TEXT.split_inclusive(|_| true).collect();
    check("characters", &characters);
}

#[test]
fn words_are_as_probable_as_in_python() {
    let words: Vec<&str> = TEXT.split_whitespace().collect();
    check("words", &words);
}
