//! Looking inside models without attention: traces are what the cells compute, counts explain the probability that is told.

use std::collections::HashMap;
use std::rc::Rc;

use seedling::data::corpus::Corpus;
use seedling::data::split::{Dataset, HeldOut};
use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::models::ngram::Smoothing;
use seedling::models::{Family, ModelConfig};
use seedling::ops::cross_entropy::CrossEntropy;
use seedling::optim::schedule::{Schedule, ScheduleKind};
use seedling::optim::{Decay, Optimizer};
use seedling::plan::{CpuExecutor, Executor};
use seedling::session::config::Playground;
use seedling::session::presets;
use seedling::session::questions::{Counted, Question, Told, Traces};
use seedling::tokenizer::{self, TokenizerKind};
use seedling::train::{Examples, Recipe, Rows, Run, Spec};
use seedling::words::said::in_chinese;

use super::desk::Desk;

const RECURRENT: [Family; 3] = [Family::Rnn, Family::Gru, Family::Lstm];

fn run_of(executor: Box<dyn Executor>, family: Family, carried_state: bool) -> Run {
    let model = ModelConfig {
        family,
        carried_state,
        layers: 2,
        channels: 12,
        context: 16,
        ..ModelConfig::default()
    };
    let corpus = Corpus::generated();
    let recipe = tokenizer::Recipe::of_kind(TokenizerKind::Characters);
    let (tokenizer, data) =
        Dataset::of_text(&corpus.text[..20_000], &recipe, HeldOut::end(0.1)).unwrap();
    let spec = Spec {
        rows: Rows::windows(&model),
        model,
        vocabulary: tokenizer.vocabulary_size() as usize,
        recipe: Recipe {
            optimizer: Optimizer::AdamW {
                beta1: 0.9,
                beta2: 0.99,
                epsilon: 1e-8,
                decay: Decay::usual(0.01),
            },
            clip_norm: 1.0,
            batch: 4,
            accumulation: 1,
            loss: CrossEntropy::default(),
        },
        schedule: Schedule {
            kind: ScheduleKind::Constant,
            peak: 1e-2,
            warmup_steps: 0,
            total_steps: 100,
            final_fraction: 1.0,
        },
        seed: 5,
        examples: Examples::next_tokens(Rc::new(data.train), Rc::new(data.validation)),
        validation_batches: 1,
    };
    Run::new(executor, spec).map_err(|(_, e)| e).unwrap()
}

fn train(run: &mut Run, steps: usize) -> Vec<f32> {
    let loss = |_| pollster::block_on(run.launch_step().unwrap().reading).unwrap()[0];
    (0..steps).map(loss).collect()
}

/// y = x W + b of a weight (x.len(), b.len()).
fn linear(x: &[f64], weight: &[f32], bias: &[f32]) -> Vec<f64> {
    let columns = bias.len();
    let column = |j: usize| {
        let products = x.iter().enumerate();
        let sum: f64 = products
            .map(|(i, x)| x * f64::from(weight[i * columns + j]))
            .sum();
        sum + f64::from(bias[j])
    };
    (0..columns).map(column).collect()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// PyTorch's cells, unit by unit, in double precision: every series (T, H) of a layer.
fn recomputed(run: &mut Run, tokens: &[u32], layer: usize) -> HashMap<&'static str, Vec<f64>> {
    let weights = pollster::block_on(run.snapshot()).unwrap().weights;
    let parameters = run.plan().parameters.clone();
    let tensor = |name: &str| {
        let found = parameters.iter().find(|it| it.name == name);
        let found = found.unwrap_or_else(|| panic!("there is no {name}"));
        &weights[found.offset..][..found.len()]
    };
    let (family, units) = (run.spec.model.family, run.spec.model.channels as usize);
    let rows = tensor("wte").chunks_exact(units);
    let rows: Vec<Vec<f64>> = rows
        .map(|row| row.iter().map(|&x| x.into()).collect())
        .collect();
    let mut inputs: Vec<Vec<f64>> = tokens.iter().map(|&id| rows[id as usize].clone()).collect();
    let mut series: HashMap<&'static str, Vec<f64>> = HashMap::new();
    for at in 0..=layer {
        series.clear();
        let part = |part: &str| tensor(&format!("rnn.{at}.{part}"));
        let (mut h, mut c) = (vec![0.0; units], vec![0.0; units]);
        for x in &mut inputs {
            let of_x = linear(x, part("input.weight"), part("input.bias"));
            let of_h = linear(&h, part("hidden.weight"), part("hidden.bias"));
            let mut step: Vec<(&'static str, Vec<f64>)> = Vec::new();
            let gate = |index: usize, f: fn(f64) -> f64| -> Vec<f64> {
                let of = |unit: usize| f(of_x[index * units + unit] + of_h[index * units + unit]);
                (0..units).map(of).collect()
            };
            match family {
                Family::Lstm => {
                    let (i, f) = (gate(0, sigmoid), gate(1, sigmoid));
                    let (g, o) = (gate(2, f64::tanh), gate(3, sigmoid));
                    for u in 0..units {
                        c[u] = f[u] * c[u] + i[u] * g[u];
                        h[u] = o[u] * c[u].tanh();
                    }
                    step.extend([("c", c.clone()), ("i", i), ("f", f), ("g", g), ("o", o)]);
                }
                Family::Gru => {
                    let (r, z) = (gate(0, sigmoid), gate(1, sigmoid));
                    let new = |u: usize| (of_x[2 * units + u] + r[u] * of_h[2 * units + u]).tanh();
                    let n: Vec<f64> = (0..units).map(new).collect();
                    for u in 0..units {
                        h[u] = (1.0 - z[u]) * n[u] + z[u] * h[u];
                    }
                    step.extend([("r", r), ("z", z), ("n", n)]);
                }
                _ => h = gate(0, f64::tanh),
            }
            step.push(("h", h.clone()));
            for (name, numbers) in step {
                series.entry(name).or_default().extend(numbers);
            }
            x.clone_from(&h);
        }
    }
    series
}

#[test]
fn traces_are_what_the_cells_compute() {
    let gpu = pollster::block_on(GpuExecutor::acquire(DeviceOptions {
        default_limits: true,
    }))
    .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
    println!("adapter: {}", gpu.device().adapter_name);
    let mut gpu: Option<Box<dyn Executor>> = Some(Box::new(gpu));
    for family in RECURRENT {
        let on_gpu = gpu.take().expect("it was given back");
        for (place, executor) in [("CPU", Box::new(CpuExecutor::new()) as _), ("GPU", on_gpu)] {
            // A state that training carries over is none of the text's.
            let mut run = run_of(executor, family, true);
            train(&mut run, 5);
            let tokens = [3, 1, 4, 1, 5, 9, 2];
            for layer in 0..2 {
                let found = pollster::block_on(run.traces(&tokens, layer)).unwrap();
                let expected = recomputed(&mut run, &tokens, layer as usize);
                let names: Vec<&str> = found.iter().map(|it| it.0.as_str()).collect();
                let wanted: &[&str] = match family {
                    Family::Lstm => &["h", "c", "i", "f", "g", "o"],
                    Family::Gru => &["h", "r", "z", "n"],
                    _ => &["h"],
                };
                assert_eq!(names, wanted, "{family:?}");
                for (name, numbers) in &found {
                    let expected = &expected[name.as_str()];
                    assert_eq!(numbers.len(), expected.len());
                    for (found, expected) in numbers.iter().zip(expected) {
                        let difference = (f64::from(*found) - expected).abs();
                        assert!(
                            difference < 1e-5,
                            "{family:?} {name} of layer {layer} on {place}: {found} {expected}"
                        );
                    }
                }
            }
            if place == "GPU" {
                gpu = Some(run.into_executor());
            }
        }
    }
}

#[test]
fn looking_changes_nothing_of_the_training() {
    for family in RECURRENT {
        let mut plain = run_of(Box::new(CpuExecutor::new()), family, true);
        let undisturbed = train(&mut plain, 6);
        let mut watched = run_of(Box::new(CpuExecutor::new()), family, true);
        let mut losses = train(&mut watched, 3);
        let before = watched.executor.statistics();
        for layer in [1, 0] {
            pollster::block_on(watched.traces(&[1, 2, 3], layer)).unwrap();
        }
        let after = watched.executor.statistics();
        assert_eq!(before.live_bytes, after.live_bytes, "a look leaves nothing");
        losses.extend(train(&mut watched, 3));
        assert_eq!(losses, undisturbed, "{family:?}");
    }
}

/// A small run with an edit.
fn prepared(edit: impl FnOnce(&mut Playground)) -> Desk {
    let mut playground = presets::tiny_cpu();
    playground.training.total_steps = 20;
    edit(&mut playground);
    Desk::prepared(&playground)
}

fn count(desk: &mut Desk, text: &str, place: Option<u32>, token: Option<u32>) -> Counted {
    let text = text.to_owned();
    match desk.ask(Question::Counts { text, place, token }) {
        Told::Counted(counted) => *counted,
        told => panic!("{told:?}"),
    }
}

fn trace_of(desk: &mut Desk, text: &str, layer: u32) -> Traces {
    let text = text.to_owned();
    match desk.ask(Question::Trace { text, layer }) {
        Told::Traced(traces) => *traces,
        told => panic!("{told:?}"),
    }
}

fn refused(desk: &mut Desk, question: Question) -> String {
    let message = desk.refusal(question);
    assert!(in_chinese(&message).is_some(), "no Chinese for: {message}");
    message
}

fn ngram(smoothing: Smoothing, order: u32) -> Desk {
    prepared(|playground| {
        playground.model.family = Family::Ngram;
        playground.model.smoothing = smoothing;
        playground.model.order = order;
    })
}

#[test]
fn a_place_of_a_text_is_explained_for_every_smoothing_and_order() {
    for smoothing in [
        Smoothing::MaximumLikelihood,
        Smoothing::AddK,
        Smoothing::StupidBackOff,
        Smoothing::KneserNey,
    ] {
        for order in [1, 2, 5, 8] {
            let mut desk = ngram(smoothing, order);
            desk.play();
            let text = "The fox";
            // The place before the x: its own token, from at most order − 1 before it.
            let counted = count(&mut desk, text, Some(6), None);
            assert_eq!(counted.tokens.concat(), text);
            assert_eq!((counted.place, counted.text.as_str()), (6, "x"));
            let context: String = counted.context.iter().map(|it| it.1.as_str()).collect();
            let wanted = &text[6usize.saturating_sub(order as usize - 1)..6];
            assert_eq!(context, wanted, "{smoothing:?} {order}");
            let explanation = &counted.explanation;
            let sum: f64 = explanation.steps.iter().map(|it| it.contribution).sum();
            assert!((sum - explanation.probability).abs() < 1e-12);
            // The list has its probability, and is in order.
            let listed = counted.next.iter().find(|it| it.1 == "x");
            if let Some((_, _, count, probability)) = listed {
                assert!((probability - explanation.probability).abs() < 1e-12);
                assert_eq!(*count, explanation.steps[0].count);
            }
            assert!(counted.next.windows(2).all(|two| two[0].3 >= two[1].3));
            // At the end the most probable is explained, beyond it as well.
            let end = count(&mut desk, text, None, None);
            assert_eq!((end.place, &end.text), (7, &end.next[0].1));
            assert_eq!(count(&mut desk, text, Some(99), None), end);
            // Another token by its id.
            let (id, other, ..) = &end.next[1];
            assert_eq!(&count(&mut desk, text, None, Some(*id)).text, other);
        }
    }
}

#[test]
fn odd_tokens_and_texts_are_explained_too() {
    let mut desk = ngram(Smoothing::KneserNey, 3);
    desk.play();
    // No text: the empty context.
    let counted = count(&mut desk, "", None, None);
    assert!(counted.context.is_empty() && counted.explanation.probability > 0.0);
    // A character that the text does not have.
    let counted = count(&mut desk, "a☃", Some(1), None);
    let sum: f64 = counted
        .explanation
        .steps
        .iter()
        .map(|it| it.contribution)
        .sum();
    assert!((sum - counted.explanation.probability).abs() < 1e-12);
    // A token that is not in the vocabulary, as a special one of an objective.
    let vocabulary = counted.explanation.vocabulary;
    let counted = count(&mut desk, "a", None, Some(vocabulary + 1));
    assert_eq!(counted.explanation.probability, 0.0);
    assert!(!counted.text.is_empty());
    // A long text is cut.
    assert_eq!(count(&mut desk, &"abc ".repeat(400), None, None).place, 256);
}

#[test]
fn questions_without_an_answer_say_the_cure() {
    let text = || "The fox".to_owned();
    let counts = || Question::Counts {
        text: text(),
        place: None,
        token: None,
    };
    let trace = |text| Question::Trace { text, layer: 0 };
    let mut desk = ngram(Smoothing::AddK, 2);
    assert!(refused(&mut desk, counts()).contains("Press play"));
    assert!(refused(&mut desk, trace(text())).contains("Choose one in Model"));
    let mut desk = prepared(|playground| playground.model.family = Family::Gru);
    assert!(refused(&mut desk, counts()).contains("Choose one in Model"));
    assert!(refused(&mut desk, trace(String::new())).contains("Write some text"));
}

#[test]
fn a_trace_is_of_the_weights_as_they_stand_and_of_at_most_a_context() {
    let mut desk = prepared(|playground| {
        playground.model.family = Family::Lstm;
        playground.model.layers = 2;
    });
    let before = trace_of(&mut desk, "The fox", 1);
    assert_eq!((before.step, before.layers, before.layer), (0, 2, 1));
    assert_eq!(before.tokens.concat(), "The fox");
    let (_, h) = &before.series[0];
    assert_eq!(h.len(), 7 * before.hidden as usize);
    assert!(h.iter().all(|h| h.abs() < 1.0) && h.iter().any(|&h| h != 0.0));
    assert_ne!(trace_of(&mut desk, "The fox", 0).series, before.series);
    assert_eq!(
        trace_of(&mut desk, "The fox", 9),
        before,
        "there is no tenth layer"
    );
    desk.play();
    let after = trace_of(&mut desk, "The fox", 1);
    assert_eq!(after.step, 20);
    assert_ne!(after.series, before.series);
    assert_eq!(trace_of(&mut desk, &"ab".repeat(99), 0).tokens.len(), 32);
}
