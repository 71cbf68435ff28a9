//! Every task: its answers are right by a rule written here a second time, wrong ones are found out, sizes are kept.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::markov::MarkovSource;
use super::*;
use crate::data::statistics::blocks::{Alphabet, blocks};
use crate::data::statistics::predictor::code_length;

fn usual(key: &str) -> Box<dyn Task> {
    let kind = TaskKind::of_key(key).unwrap();
    kind.build(&kind.usual_sizes()).unwrap()
}

fn examples(task: &dyn Task) -> Vec<Example> {
    (0..300).map(|index| task.example(5, index)).collect()
}

/// Checks all answers of a task by a rule: from the prompt without its `=` to the answer.
#[track_caller]
fn check(key: &str, sizes: &[u32], rule: impl Fn(&str) -> String) {
    let task = TaskKind::of_key(key).unwrap().build(sizes).unwrap();
    for example in examples(&*task) {
        let prompt = example.prompt.strip_suffix('=').unwrap();
        assert_eq!(example.answer, rule(prompt), "{key}: {prompt}");
    }
}

fn numbers(prompt: &str) -> Vec<u64> {
    prompt
        .split(['+', '*'])
        .map(|number| number.parse().unwrap())
        .collect()
}

#[test]
fn every_task_repeats_itself_and_scores_its_answers() {
    for kind in TaskKind::ALL {
        let task = kind.build(&kind.usual_sizes()).unwrap();
        let examples = examples(&*task);
        assert_eq!(examples, self::examples(&*task), "{}", kind.key());
        assert_ne!(task.example(5, 0), task.example(6, 0), "{}", kind.key());
        let distinct: BTreeSet<&str> = examples.iter().map(|e| e.prompt.as_str()).collect();
        assert!(distinct.len() > 20, "{}: {}", kind.key(), distinct.len());
        for example in &examples {
            let Example { prompt, answer } = example;
            assert!(!answer.is_empty() && !prompt.contains('\n') && !answer.contains('\n'));
            assert!(
                task.is_right(example, answer),
                "{}: {prompt}{answer}",
                kind.key()
            );
            let goes_on = format!("{answer} \nmore");
            assert!(
                task.is_right(example, &goes_on),
                "{}: only the line counts",
                kind.key()
            );
            for wrong in [
                "",
                "\n",
                &format!("{answer}0"),
                &format!("0{answer}"),
                &format!("\n{answer}"),
            ] {
                assert!(
                    !task.is_right(example, wrong),
                    "{}: {prompt}{wrong}",
                    kind.key()
                );
            }
        }
    }
}

#[test]
fn keys_are_unique_and_found() {
    let keys: BTreeSet<&str> = TaskKind::KEYS.iter().copied().collect();
    assert_eq!(keys.len(), TaskKind::ALL.len());
    for (&kind, &key) in TaskKind::ALL.iter().zip(TaskKind::KEYS) {
        assert_eq!((TaskKind::of_key(key), kind.key()), (Some(kind), key));
        assert!(kind.sizes().len() <= MOST_SIZES);
        for size in kind.sizes() {
            assert!(
                (size.least..=size.most).contains(&size.usual),
                "{key} {}",
                size.key
            );
        }
    }
    assert_eq!(TaskKind::of_key("chess"), None);
}

#[test]
fn wrong_sizes_are_refused_with_the_cure() {
    let copy = TaskKind::of_key("copy").unwrap();
    let error = copy.build(&[0, 4]).err().unwrap();
    assert_eq!(
        error.to_string(),
        "length of copy is 0. Choose a number from 1 to 128."
    );
    let error = copy.build(&[4]).err().unwrap();
    assert!(
        error
            .to_string()
            .ends_with("Give one number for each of: length, symbols.")
    );
}

#[test]
fn sums_and_products() {
    let reversed = |number: u64| number.to_string().chars().rev().collect::<String>();
    check("addition", &[3, 0], |p| {
        numbers(p).iter().sum::<u64>().to_string()
    });
    check("addition", &[15, 1], |p| reversed(numbers(p).iter().sum()));
    check("multiplication", &[2, 0], |p| {
        numbers(p).iter().product::<u64>().to_string()
    });
    check("multiplication", &[9, 1], |p| {
        reversed(numbers(p).iter().product())
    });
    check("modular-addition", &[97], |p| {
        assert!(numbers(p).iter().all(|&number| number < 97));
        (numbers(p).iter().sum::<u64>() % 97).to_string()
    });
}

#[test]
fn operands_have_every_number_of_digits() {
    let task = TaskKind::of_key("addition")
        .unwrap()
        .build(&[4, 0])
        .unwrap();
    let mut lengths = [0; 5];
    for example in examples(&*task) {
        for number in example.prompt.trim_end_matches('=').split('+') {
            lengths[number.len()] += 1;
            assert!(number == "0" || !number.starts_with('0'), "{number}");
        }
    }
    assert!(
        lengths[1..]
            .iter()
            .all(|&count| (100..200).contains(&count)),
        "{lengths:?}"
    );
}

#[test]
fn strings() {
    check("copy", &[12, 26], str::to_owned);
    check("reverse", &[12, 3], |p| p.chars().rev().collect());
    check("sort", &[20, 5], |p| {
        let counts = ('a'..='e').map(|c| c.to_string().repeat(p.matches(c).count()));
        counts.collect()
    });
    check("repeat", &[5, 9, 4], |p| {
        let (times, word) = p.split_once('*').unwrap();
        word.repeat(times.parse().unwrap())
    });
    check("parity", &[30], |p| {
        (p.matches('1').count() % 2).to_string()
    });
}

#[test]
fn brackets_close_what_is_open_and_no_more() {
    for (key, depth) in [("dyck-1", 3), ("dyck-2", 3), ("dyck-2", 1)] {
        let task = TaskKind::of_key(key).unwrap().build(&[20, depth]).unwrap();
        let mut kinds = BTreeSet::new();
        for example in examples(&*task) {
            let whole = example.prompt.replace('=', "") + &example.answer;
            let mut rest = whole.clone();
            while rest.contains("()") || rest.contains("[]") {
                rest = rest.replace("()", "").replace("[]", "");
            }
            assert_eq!(rest, "", "{whole}");
            let heights = whole.chars().scan(0i32, |height, c| {
                *height += if "([".contains(c) { 1 } else { -1 };
                Some(*height)
            });
            assert!(heights.max().unwrap() <= depth as i32, "{whole}");
            kinds.extend(whole.chars());
        }
        assert_eq!(kinds.len(), if key == "dyck-1" { 2 } else { 4 });
    }
}

#[test]
fn lookups() {
    check("selective-copy", &[6, 10, 5], |p| {
        assert_eq!(p.len(), 16);
        p.replace('.', "")
    });
    check("associative-recall", &[26], |p| {
        let (pairs, key) = p.split_once('?').unwrap();
        let at = pairs.find(key).unwrap();
        assert_eq!(pairs.matches(key).count(), 1);
        pairs[at + 1..at + 2].to_owned()
    });
    let task = usual("two-sum");
    let example = Example {
        prompt: "7 31 5 12 8 5:17=".to_owned(),
        answer: "5+12".to_owned(),
    };
    for right in ["5+12", "12+5"] {
        assert!(task.is_right(&example, right), "{right}");
    }
    for wrong in ["5+11", "17+0", "5+12+0", "05+12", "+5+12", "17", "8.5+8.5"] {
        assert!(!task.is_right(&example, wrong), "{wrong}");
    }
    let twice = |prompt: &str| Example {
        prompt: prompt.to_owned(),
        answer: String::new(),
    };
    assert!(task.is_right(&twice("4 4:8="), "4+4"));
    assert!(
        !task.is_right(&twice("4 5:8="), "4+4"),
        "a number is there only once"
    );
}

#[test]
fn long_lags() {
    check("marked-addition", &[21], |p| {
        let marked: Vec<&str> = p.split('*').skip(1).map(|rest| &rest[..1]).collect();
        assert_eq!(marked.len(), 2);
        assert_eq!(p.len(), 23);
        marked
            .iter()
            .map(|digit| digit.parse::<u32>().unwrap())
            .sum::<u32>()
            .to_string()
    });
    for (signals, orders) in [
        (2, vec!["XX", "XY", "YX", "YY"]),
        (
            3,
            vec!["XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY"],
        ),
    ] {
        check("temporal-order", &[10, signals], |p| {
            assert_eq!(p.len(), 10);
            let order: String = p.chars().filter(|c| "XY".contains(*c)).collect();
            let index = orders.iter().position(|&known| known == order).unwrap();
            "QRSUVABC"[index..=index].to_owned()
        });
    }
}

#[test]
fn any_grammatical_ending_is_right() {
    let short = usual("elman-1990");
    let prompt = |text: &str| Example {
        prompt: text.to_owned(),
        answer: String::new(),
    };
    assert!(short.is_right(&prompt("woman smash"), " plate"));
    assert!(short.is_right(&prompt("woman"), " sleep"));
    assert!(!short.is_right(&prompt("woman smash"), " bread"));
    assert!(!short.is_right(&prompt("woman"), " smash"));
    assert!(
        !short.is_right(&prompt("woman"), "sleep"),
        "the blank belongs to it"
    );
    let clauses = usual("elman-1991");
    assert!(clauses.is_right(&prompt("boys who Mary"), " chases feed cats ."));
    assert!(clauses.is_right(&prompt("boys who Mary"), " hears see ."));
    assert!(!clauses.is_right(&prompt("boys who Mary"), " chases feeds cats ."));
    let mut longest = 0;
    for example in examples(&*clauses) {
        let whole = example.prompt + &example.answer;
        longest = longest.max(whole.matches("who").count());
    }
    assert!(longest >= 3, "{longest}");
    let flat = TaskKind::of_key("elman-1991").unwrap().build(&[0]).unwrap();
    assert!(examples(&*flat).iter().all(|e| !e.prompt.contains("who")));
}

#[test]
fn a_source_of_two_symbols_has_the_entropy_of_the_textbook() {
    // order 1, two symbols: with a = p(b|a) and b = p(a|b), π = (b, a) / (a + b)
    let source = MarkovSource::new(1, 2, 3);
    let mut dice = Dice::new(1);
    let text = source.draw(400_000, &mut dice);
    let count = |pair: &str| {
        text.as_bytes()
            .windows(2)
            .filter(|window| window == &pair.as_bytes())
            .count() as f64
    };
    let a = count("ab") / (count("aa") + count("ab"));
    let b = count("ba") / (count("ba") + count("bb"));
    let h = |p: f64| -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
    let expected = (b * h(a) + a * h(b)) / (a + b);
    assert!(
        (source.entropy_rate() - expected).abs() < 0.005,
        "{expected}"
    );
}

#[test]
fn surprisal_of_long_texts_comes_near_the_entropy_rate() {
    for (order, symbols, number) in [(0, 5, 1), (1, 26, 2), (2, 4, 3), (3, 8, 4), (4, 8, 5)] {
        let source = MarkovSource::new(order, symbols, number);
        let h = source.entropy_rate();
        assert!(h > 0.05 && h < f64::from(symbols).ln(), "{h}");
        let mut dice = Dice::new(7);
        let length = 60_000;
        source.draw(length, &mut dice);
        let rate = dice.surprisal / f64::from(length);
        assert!((rate / h - 1.0).abs() < 0.02, "order {order}: {rate} {h}");
    }
}

#[test]
fn block_entropies_are_those_of_all_blocks() {
    let source = MarkovSource::new(2, 3, 9);
    // every block of five symbols with its probability, from the dice's own account
    let symbols = ['a', 'b', 'c'];
    let mut total = 0.0;
    let mut entropy = 0.0;
    for block in 0..3usize.pow(5) {
        let text: String = (0..5).map(|i| symbols[block / 3usize.pow(i) % 3]).collect();
        let p = source.probability(&text).unwrap();
        total += p;
        entropy -= p * p.ln();
    }
    assert!((total - 1.0).abs() < 1e-12, "{total}");
    assert!((source.block_entropy(5) - entropy).abs() < 1e-10);
    assert!((source.order_entropy(2) - source.entropy_rate()).abs() < 1e-12);
    assert!((source.order_entropy(7) - source.entropy_rate()).abs() < 1e-10);
    let by_order: Vec<f64> = (0..3).map(|order| source.order_entropy(order)).collect();
    assert!(
        by_order[0] > by_order[1] && by_order[1] > by_order[2],
        "{by_order:?}"
    );
    assert_eq!(source.probability("abz"), None);
}

/// Shannon's Fₙ, counted in a text, are the conditional entropies of the source that wrote it, and no code beats its rate.
#[test]
fn counted_entropies_find_the_known_ones() {
    let source = MarkovSource::new(2, 4, 6);
    let text = source.draw(200_000, &mut Dice::new(3));
    let watch = &mut |_| true;
    let counted = blocks(&text, Alphabet::Characters, 5, watch).unwrap();
    for (order, level) in counted.levels.iter().enumerate() {
        let known = source.order_entropy(order as u32) / std::f64::consts::LN_2;
        let found = level.corrected;
        assert!(
            (found - known).abs() < 0.01,
            "F{}: {found} {known}",
            order + 1
        );
    }
    let code = code_length(&text, watch).unwrap().bits_per_character();
    let rate = source.entropy_rate() / std::f64::consts::LN_2;
    assert!(code > rate && code < rate * 1.05, "{code} {rate}");
}

#[test]
fn a_text_of_examples_is_made_of_lines() {
    let task = usual("addition");
    let text = super::text(&*task, 5, 400);
    let lines: Vec<&str> = text.lines().collect();
    for (index, line) in (0..).zip(&lines) {
        let example = task.example(5, index);
        assert_eq!(**line, example.prompt + &example.answer);
    }
    let last = lines.last().map_or(0, |line| line.len() + 1);
    assert!(text.len() >= 400 && text.len() - last < 400);
}

/// The code of a line by its own source is on average as long as the line's entropy says.
#[test]
fn the_entropy_of_a_line_is_that_of_its_symbols() {
    let task = TaskKind::MarkovN.build(&[2, 4, 24, 6]).unwrap();
    let source = MarkovSource::new(2, 4, 6);
    let surprisal = |example: Example| {
        let symbols = example.prompt.strip_suffix('=').unwrap();
        -source.probability(symbols).unwrap().ln()
    };
    let mean = (0..4000)
        .map(|index| surprisal(task.example(9, index)))
        .sum::<f64>()
        / 4000.0;
    let known = task.line_entropy().unwrap();
    assert!((mean / known - 1.0).abs() < 0.01, "{mean} {known}");
    assert_eq!(usual("copy").line_entropy(), None);
}

proptest! {
    #[test]
    fn every_size_in_range_works_and_every_other_is_refused(
        task in 0..TaskKind::ALL.len(), shares in proptest::array::uniform4(-0.2f64..1.2), seed: u32, written: String,
    ) {
        let kind = TaskKind::ALL[task];
        let sizes: Vec<u32> = kind.sizes().iter().zip(shares).map(|(size, share)| {
            let (least, most) = (f64::from(size.least), f64::from(size.most));
            (least + share * (most - least)).round() as u32
        }).collect();
        let inside = kind.sizes().iter().zip(&sizes).all(|(s, n)| (s.least..=s.most).contains(n));
        match kind.build(&sizes) {
            Err(_) => prop_assert!(!inside),
            Ok(task) => {
                prop_assert!(inside);
                let example = task.example(seed, 0);
                prop_assert!(task.is_right(&example, &example.answer));
                task.is_right(&example, &written);
            }
        }
    }
}
