//! What a model is used for beside writing on and scoring: masks filled, texts embedded, sources answered; through the engine, as
//! the page asks. That what is read is what is trained stands in `src/worker/later/tests.rs`.

use seedling::models::{Family, Initialisation, Positions};
use seedling::session::config::{
    BackendChoice, Corpus, Objective, Playground, SamplingConfig, TaskKind,
};
use seedling::session::presets;
use seedling::session::protocol::{Command, TokenScore};
use seedling::session::questions::{Beam, Question, Told, Way};

use super::desk::{Desk, losses};

fn filled(desk: &mut Desk, text: &str) -> Vec<TokenScore> {
    match desk.ask(fill(text)) {
        Told::Filled { tokens } => tokens,
        other => panic!("{other:?}"),
    }
}

fn responded(desk: &mut Desk, source: &str, sampling: SamplingConfig) -> Vec<TokenScore> {
    let pieces = desk.pieces(respond(source, sampling));
    pieces
        .into_iter()
        .flat_map(|told| match told {
            Told::Responded { tokens } => tokens,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn searched(desk: &mut Desk, source: &str, width: u32, length_penalty: f32) -> Beam {
    match desk.ask(beam(source, width, length_penalty)) {
        Told::Searched(beam) => beam,
        other => panic!("{other:?}"),
    }
}

/// To the end of the run; the mean of the last twenty losses, nats per token.
fn trained(desk: &mut Desk) -> f32 {
    let losses = losses(&desk.play());
    losses[losses.len() - 20..].iter().sum::<f32>() / 20.0
}

fn fill(text: &str) -> Question {
    Question::Fill {
        text: text.to_owned(),
        hidden: Vec::new(),
    }
}

fn embed(texts: &[&str]) -> Question {
    Question::Embed {
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
    }
}

fn pseudo_score(text: &str) -> Question {
    Question::PseudoScore {
        text: text.to_owned(),
    }
}

fn respond(source: &str, sampling: SamplingConfig) -> Question {
    Question::Respond {
        source: source.to_owned(),
        way: Way::Sampled(sampling),
    }
}

fn beam(source: &str, width: u32, length_penalty: f32) -> Question {
    Question::Respond {
        source: source.to_owned(),
        way: Way::Beam {
            width,
            length_penalty,
            max_tokens: 16,
        },
    }
}

fn greedy() -> SamplingConfig {
    SamplingConfig {
        temperature: 0.0,
        top_k: 0,
        top_p: 1.0,
        seed: 1,
        max_tokens: 16,
    }
}

/// The text of an answer without what ends it.
fn text(tokens: &[TokenScore]) -> String {
    let bytes = tokens.iter().flat_map(|token| &token.bytes).copied();
    String::from_utf8(bytes.collect()).unwrap()
}

/// A small model of a family on a text that its objective finds examples in.
fn small(family: Family, objective: Objective) -> Playground {
    let mut playground = presets::first_minute();
    playground.model.family = family;
    playground.model.layers = 1;
    playground.model.channels = 32;
    playground.model.context = 24;
    playground.model.hidden_units = 32;
    playground.objective.objective = objective;
    playground.corpus = match objective {
        Objective::TextToText | Objective::Prompted => Corpus::Task,
        _ => Corpus::World,
    };
    playground.task.choose(TaskKind::Reverse);
    playground.task.kilobytes = 10;
    playground.world.kilobytes = 30;
    playground.training.batch = 8;
    playground.training.validation_every = 0;
    playground.training.sample_every = 0;
    playground
}

#[test]
fn what_a_model_cannot_be_asked_is_said_with_the_reason() {
    let about_masks = [
        (Family::Ngram, "left to right"),
        (Family::Lstm, "left to right"),
        (Family::Decoder, "only what stands before a mask"),
        (Family::EncoderDecoder, "answer to the whole"),
        (Family::Seq2Seq, "answer to the whole"),
    ];
    for (family, reason) in about_masks {
        let objective = match family {
            Family::EncoderDecoder | Family::Seq2Seq => Objective::TextToText,
            _ => Objective::Causal,
        };
        let mut desk = Desk::prepared(&small(family, objective));
        for question in [fill("a[MASK]c"), pseudo_score("abc")] {
            let message = desk.refusal(question);
            assert!(message.contains(reason), "{family:?}: {message}");
        }
        if !family.has_source() {
            for question in [respond("abc=", greedy()), beam("abc=", 4, 1.0)] {
                let message = desk.refusal(question);
                assert!(message.contains("no encoder"), "{family:?}: {message}");
            }
        }
        if family == Family::Ngram || family.has_source() {
            let message = desk.refusal(embed(&["abc"]));
            assert!(message.contains("vector"), "{family:?}: {message}");
        }
    }
    let mut desk = Desk::prepared(&small(Family::Encoder, Objective::Masked));
    for question in [respond("abc=", greedy()), beam("abc=", 4, 1.0)] {
        let message = desk.refusal(question);
        assert!(message.contains("never asked what comes next"), "{message}");
    }
}

#[test]
fn bad_input_is_said_with_its_cure() {
    let mut desk = Desk::prepared(&small(Family::Encoder, Objective::Masked));
    let long = "x".repeat(23);
    let too_far = Question::Fill {
        text: "abc".to_owned(),
        hidden: vec![1, 3],
    };
    for (question, reason) in [
        (fill(""), "Write some text"),
        (fill("no blank"), "Write [MASK]"),
        (
            fill(&format!("[MASK]{}", &long[1..])),
            "23 tokens; this model has room for 22",
        ),
        (too_far, "place 3"),
        (pseudo_score(""), "Write some text"),
        (pseudo_score(&long), "room for 22"),
        (embed(&["a", ""]), "Text 2 is empty"),
        (embed(&[&long]), "room for 22"),
        (embed(&[]), "0 texts"),
    ] {
        let message = desk.refusal(question);
        assert!(message.contains(reason), "{message}");
    }
    // What just fits is answered.
    assert_eq!(
        filled(&mut desk, &format!("[MASK]{}", &long[2..])).len(),
        22
    );
    let mut desk = Desk::prepared(&small(Family::Seq2Seq, Objective::TextToText));
    let long = "x".repeat(24);
    for (question, reason) in [
        (respond("", greedy()), "Write a source"),
        (beam(&long, 2, 1.0), "24 tokens; this model has room for 23"),
        (beam("ab=", 0, 1.0), "from 1 to 8"),
        (beam("ab=", 9, 1.0), "from 1 to 8"),
        (beam("ab=", 2, -1.0), "from 0 to 5"),
        (beam("ab=", 2, f32::NAN), "from 0 to 5"),
    ] {
        let message = desk.refusal(question);
        assert!(message.contains(reason), "{message}");
    }
    let mut desk = Desk::prepared(&small(Family::EncoderDecoder, Objective::Spans));
    let message = desk.refusal(respond("The fox", greedy()));
    assert!(message.contains("<extra_id_0>"), "{message}");
    assert!(!responded(&mut desk, "The <extra_id_0>", greedy()).is_empty());
}

#[test]
fn candidates_are_own_tokens_with_the_probabilities_of_the_model() {
    let mut playground = small(Family::Encoder, Objective::Masked);
    // Letters and unknown: all of them are told.
    playground.corpus = Corpus::Own;
    let mut desk = Desk::new(BackendChoice::Cpu);
    let bytes = "abc".repeat(400).into_bytes();
    let name = "abc".to_owned();
    desk.tell(Command::OwnText { name, bytes });
    desk.prepare(&playground);
    let tokens = filled(&mut desk, "a[MASK]c");
    assert_eq!(tokens.len(), 3);
    assert!(tokens[0].candidates.is_empty() && tokens[2].candidates.is_empty());
    assert_eq!(tokens[1].text, "[MASK]");
    assert_eq!(tokens[1].log_probability, None);
    let candidates = &tokens[1].candidates;
    assert_eq!(candidates.len(), 4);
    let sum: f32 = candidates.iter().map(|c| c.probability).sum();
    // At step 0 all ten ids are nearly alike: six special ones have the rest.
    assert!((0.3..0.5).contains(&sum), "{sum}");
}

/// Weights large enough for answers that differ, on both executors.
fn lively(family: Family, objective: Objective) -> Playground {
    let mut playground = small(family, objective);
    playground.model.initialisation = Initialisation::Normal;
    playground.model.initial_std = 0.3;
    playground
}

#[test]
fn both_executors_answer_alike() {
    let [mut cpu, mut gpu] = [BackendChoice::Cpu, BackendChoice::WebGpu].map(Desk::new);
    let near = |a: f32, b: f32, what: &str| {
        assert!(
            (a - b).abs() < 2e-3 * a.abs().max(1.0),
            "{what}: {a} against {b}"
        );
    };
    let same = |a: &[TokenScore], b: &[TokenScore], what: &str| {
        assert_eq!(a.len(), b.len(), "{what}");
        for (a, b) in a.iter().zip(b) {
            assert_eq!(a.id, b.id, "{what}");
            assert_eq!(a.log_probability.is_some(), b.log_probability.is_some());
            let log_p = a.log_probability.zip(b.log_probability);
            log_p.into_iter().for_each(|(a, b)| near(a, b, what));
            let best = a.candidates.first().zip(b.candidates.first());
            let p = best.map(|(a, b)| (a.probability, b.probability));
            p.into_iter().for_each(|(a, b)| near(a, b, what));
        }
    };
    let playground = lively(Family::Encoder, Objective::Masked);
    cpu.prepare(&playground);
    gpu.prepare(&playground);
    let hidden = Question::Fill {
        text: "The s[MASK]all fox".to_owned(),
        hidden: vec![0, 9],
    };
    for question in [
        hidden,
        pseudo_score("The small fox"),
        embed(&["The fox", "a"]),
    ] {
        match (cpu.ask(question.clone()), gpu.ask(question)) {
            (Told::Filled { tokens: a }, Told::Filled { tokens: b }) => same(&a, &b, "filled"),
            (Told::PseudoScored { tokens: a, .. }, Told::PseudoScored { tokens: b, .. }) => {
                same(&a, &b, "pseudo-scored")
            }
            (Told::Embedded { vectors: a }, Told::Embedded { vectors: b }) => {
                let pairs = a.iter().flatten().zip(b.iter().flatten());
                pairs.for_each(|(&a, &b)| near(a, b, "embedded"));
            }
            other => panic!("{other:?}"),
        }
    }
    for family in [Family::EncoderDecoder, Family::Seq2Seq] {
        let playground = lively(family, Objective::TextToText);
        cpu.prepare(&playground);
        gpu.prepare(&playground);
        let mut sampling = greedy();
        for temperature in [0.0, 1.0] {
            sampling.temperature = temperature;
            let a = responded(&mut cpu, "abca=", sampling.clone());
            let b = responded(&mut gpu, "abca=", sampling.clone());
            same(&a, &b, "responded");
        }
        let a = searched(&mut cpu, "abca=", 3, 1.0);
        let b = searched(&mut gpu, "abca=", 3, 1.0);
        assert_eq!(a.answers, b.answers);
        for (a, b) in a.nodes.iter().zip(&b.nodes) {
            assert_eq!(
                (a.parent, a.token, a.is_kept),
                (b.parent, b.token, b.is_kept)
            );
            near(a.total, b.total, "searched");
        }
    }
}

#[test]
fn a_question_can_be_stopped_and_training_goes_on_as_without_it() {
    let trained = |asks: bool| {
        let mut desk = Desk::prepared(&small(Family::EncoderDecoder, Objective::TextToText));
        let mut told = Vec::new();
        for step in 0..6 {
            told.extend(losses(&desk.tell(Command::Step)));
            if asks {
                // Another width each time, stopped on the way, replaced by another, or answered to its end.
                desk.begin(beam("ab=", step + 1, 0.5));
                desk.work();
                assert_eq!(desk.events.take().len(), 1);
                match step % 3 {
                    0 => {
                        assert_eq!(desk.tell(Command::StopAsking { request: 7 }), []);
                        assert!(!desk.work());
                    }
                    1 => assert!(!responded(&mut desk, "ab=", greedy()).is_empty()),
                    _ => assert!(!searched(&mut desk, "ab=", 4, 1.0).answers.is_empty()),
                }
            }
        }
        told
    };
    assert_eq!(trained(true), trained(false));
}

/// Rotary positions tell neighbours from the first step on; learned ones have to be learned first, and until then a blank has the
/// frequencies of the letters.
#[test]
fn an_encoder_learns_what_is_certain() {
    let mut playground = small(Family::Encoder, Objective::Masked);
    playground.corpus = Corpus::Own;
    playground.model.positions = Positions::Rotary;
    playground.training.total_steps = 500;
    playground.training.learning_rate = 5e-3;
    let mut desk = Desk::new(BackendChoice::Cpu);
    let bytes = "abcdef".repeat(500).into_bytes();
    let name = "periodic".to_owned();
    desk.tell(Command::OwnText { name, bytes });
    desk.prepare(&playground);
    let before = filled(&mut desk, "abc[MASK]efabcdef");
    assert!(before[3].candidates[0].probability < 0.3);
    let loss = trained(&mut desk);
    println!("loss {loss}");
    for (text, place, expected) in [
        ("abc[MASK]efabcdef", 3, "d"),
        ("[MASK]bcdef", 0, "a"),
        ("cdefabcdefabcdefabcde[MASK]", 21, "f"),
        ("ef[MASK]b", 2, "a"),
    ] {
        let tokens = filled(&mut desk, text);
        let best = &tokens[place].candidates[0];
        println!("{text}: {} {}", best.text, best.probability);
        assert_eq!(best.text, expected, "{text}");
        assert!(best.probability > 0.9, "{text}: {best:?}");
    }
    let Told::PseudoScored {
        pseudo_perplexity: right,
        ..
    } = desk.ask(pseudo_score("abcdefabcdef"))
    else {
        panic!("no score");
    };
    let Told::PseudoScored {
        pseudo_perplexity: wrong,
        ..
    } = desk.ask(pseudo_score("abcdfeabcdef"))
    else {
        panic!("no score");
    };
    println!("pseudo-perplexity {right} and {wrong}");
    assert!(right < 1.2 && wrong > 2.0, "{right} {wrong}");
}

fn learns_to_answer(family: Family, initialisation: Initialisation, steps: u32) {
    let mut playground = small(family, Objective::TextToText);
    (playground.task.size_1, playground.task.size_2) = (4, 4);
    playground.model.context = 12;
    playground.model.initialisation = initialisation;
    playground.model.initial_std = 0.3;
    playground.training.batch = 16;
    playground.training.total_steps = steps;
    playground.training.learning_rate = 5e-3;
    let mut desk = Desk::prepared(&playground);
    let loss = trained(&mut desk);
    println!("{family:?} {initialisation:?}: loss {loss}");
    let turned = |word: &str| -> String { word.chars().rev().collect() };
    for word in ["abcd", "dda", "bc", "c", "aabb"] {
        let source = format!("{word}=");
        let answer = responded(&mut desk, &source, greedy());
        println!("{source}{}", text(&answer));
        assert_eq!(text(&answer), turned(word), "{family:?}");
        assert_eq!(answer.last().unwrap().text, "[EOS]");
        let beam = searched(&mut desk, &source, 4, 1.0);
        assert_eq!(written(&beam, beam.answers[0]), turned(word));
        let total: f32 = answer.iter().map(|t| t.log_probability.unwrap()).sum();
        assert!(beam.nodes[beam.answers[0] as usize].total > total - 1e-3);
    }
}

/// The text of a beam's answer.
fn written(beam: &Beam, end: u32) -> String {
    let mut pieces = Vec::new();
    let mut at = &beam.nodes[end as usize];
    while let Some(parent) = at.parent {
        if !at.is_end {
            pieces.push(at.text.as_str());
        }
        at = &beam.nodes[parent as usize];
    }
    pieces.reverse();
    pieces.concat()
}

#[test]
fn an_encoder_decoder_learns_to_answer() {
    learns_to_answer(Family::EncoderDecoder, Initialisation::Usual, 600);
}

#[test]
fn a_recurrent_encoder_and_decoder_learn_to_answer() {
    learns_to_answer(Family::Seq2Seq, Initialisation::Normal, 300);
    learns_to_answer(Family::Seq2Seq, Initialisation::Usual, 500);
}

#[test]
fn draws_follow_the_seed_and_the_settings() {
    let mut desk = Desk::prepared(&lively(Family::EncoderDecoder, Objective::TextToText));
    let warm = |seed| SamplingConfig {
        temperature: 1.5,
        seed,
        ..greedy()
    };
    let ids = |tokens: &[TokenScore]| tokens.iter().map(|t| t.id).collect::<Vec<u32>>();
    let first = ids(&responded(&mut desk, "abc=", warm(1)));
    assert_eq!(ids(&responded(&mut desk, "abc=", warm(1))), first);
    let others: Vec<Vec<u32>> = (2..6)
        .map(|seed| ids(&responded(&mut desk, "abc=", warm(seed))))
        .collect();
    assert!(others.iter().any(|other| *other != first));
    // Of one token there is nothing to draw.
    let only = SamplingConfig {
        top_k: 1,
        ..warm(9)
    };
    let best = ids(&responded(&mut desk, "abc=", greedy()));
    assert_eq!(ids(&responded(&mut desk, "abc=", only)), best);
    let short = SamplingConfig {
        max_tokens: 2,
        ..greedy()
    };
    assert_eq!(
        ids(&responded(&mut desk, "abc=", short)),
        best[..2.min(best.len())]
    );
    // The context bounds it.
    let long = SamplingConfig {
        max_tokens: 10_000,
        ..greedy()
    };
    assert!(responded(&mut desk, "abc=", long).len() <= 24);
}
