//! Answers against the losses of training: what is read here for a training example is what the training step minimises for it,
//! and a row's answer does not depend on its padding nor on the rows beside it.

use std::cell::RefCell;
use std::rc::Rc;

use super::framing::{Framing, specials};
use crate::data::batches::{Batch, IGNORE};
use crate::data::objective::{CellKind, ExampleView, Maker, Objective};
use crate::gpu::DeviceOptions;
use crate::graph::Globals;
use crate::models::{Family, NormPlacement, Positions};
use crate::plan::Plan;
use crate::session::config::{BackendChoice, Corpus, Playground, SamplingConfig, TaskKind};
use crate::session::presets;
use crate::session::protocol::{Command, Event, TokenScore};
use crate::session::questions::{Question, Told, Way};
use crate::train::{Row, evaluation, inspection, representing, write_batch};
use crate::worker::engine::{Active, Engine};
use crate::worker::native::Native;
use crate::worker::prepare::token_text;
use crate::worker::writing::log_softmax;

struct Desk {
    engine: Engine,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Desk {
    /// A run of a playground with one example a step, some steps trained: at the start all tokens are nearly alike.
    fn trained(mut playground: Playground, steps: u32) -> Self {
        playground.training.batch = 1;
        let options = DeviceOptions {
            default_limits: true,
        };
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let engine = Engine::new(Rc::new(Native::new(options)), move |event| {
            heard.borrow_mut().push(event);
        });
        let mut desk = Self { engine, events };
        let backend = BackendChoice::Cpu;
        desk.tell(Command::Start { backend });
        let said = desk.tell(Command::Prepare {
            request: 1,
            playground: Box::new(playground),
        });
        let is_prepared = said.iter().any(|event| matches!(event, Event::Prepared(_)));
        assert!(is_prepared, "{said:?}");
        for _ in 0..steps {
            desk.step();
        }
        desk
    }

    fn tell(&mut self, command: Command) -> Vec<Event> {
        pollster::block_on(self.engine.handle(command));
        self.events.take()
    }

    fn active(&mut self) -> &mut Active {
        self.engine.active.as_mut().unwrap()
    }

    /// The loss of the next step, before its update.
    fn step(&mut self) -> f64 {
        let launched = self.active().run.launch_step().unwrap();
        f64::from(pollster::block_on(launched.reading).unwrap()[0])
    }

    /// The example of the next step.
    fn next_example(&mut self) -> ExampleView {
        let run = &self.active().run;
        let (seed, step) = (run.spec.seed, run.step());
        self.maker().example(seed, step, 0)
    }

    fn maker(&mut self) -> Maker {
        self.active().run.spec.examples.maker.clone().unwrap()
    }

    /// Tokens as a person writes them.
    fn written(&mut self, ids: impl IntoIterator<Item = u32>) -> String {
        let tokenizer = &*self.active().texts.tokenizer;
        ids.into_iter()
            .map(|id| token_text(tokenizer, id))
            .collect()
    }

    fn ask(&mut self, question: Question) -> Vec<Told> {
        self.tell(Command::Ask {
            request: 2,
            question,
        });
        let mut told = Vec::new();
        loop {
            pollster::block_on(self.engine.work());
            for event in self.events.take() {
                match event {
                    Event::Told {
                        told: some, done, ..
                    } => {
                        told.push(*some);
                        if done {
                            return told;
                        }
                    }
                    Event::Failed { message, .. } => panic!("{message}"),
                    _ => {}
                }
            }
        }
    }

    fn last_told(&mut self, question: Question) -> Told {
        self.ask(question).pop().unwrap()
    }

    fn filled(&mut self, text: &str, hidden: &[u32]) -> Vec<TokenScore> {
        let (text, hidden) = (text.to_owned(), hidden.to_vec());
        match self.last_told(Question::Fill { text, hidden }) {
            Told::Filled { tokens } => tokens,
            other => panic!("{other:?}"),
        }
    }
}

fn small(family: Family, objective: Objective) -> Playground {
    let mut playground = presets::first_minute();
    playground.model.family = family;
    playground.model.layers = 1;
    playground.model.channels = 32;
    playground.model.context = 24;
    playground.objective.objective = objective;
    playground.training.learning_rate = 1e-2;
    playground.training.warmup_steps = 0;
    playground.corpus = match objective {
        Objective::TextToText => Corpus::Task,
        _ => Corpus::World,
    };
    playground.task.choose(TaskKind::Reverse);
    playground.task.kilobytes = 10;
    playground.world.kilobytes = 30;
    playground
}

/// Mean of −ln p, nats.
fn mean_loss(log_probabilities: impl Iterator<Item = f32>) -> f64 {
    let all: Vec<f64> = log_probabilities.map(f64::from).collect();
    -all.iter().sum::<f64>() / all.len() as f64
}

#[track_caller]
fn close(a: f64, b: f64, what: &str) {
    assert!(
        (a - b).abs() < 1e-4 * a.abs().max(1.0),
        "{what}: {a} against {b}"
    );
}

#[test]
fn what_is_filled_in_is_what_the_training_step_minimises() {
    for (placement, positions) in [
        (NormPlacement::Pre, Positions::Learned),
        (NormPlacement::Post, Positions::Sinusoidal),
        (NormPlacement::Pre, Positions::Relative),
    ] {
        let mut playground = small(Family::Encoder, Objective::Masked);
        playground.model.norm_placement = placement;
        playground.model.positions = positions;
        playground.objective.mask_rate = 0.3;
        playground.objective.mask_share = 1.0;
        playground.objective.random_share = 0.0;
        playground.objective.unchanged_share = 0.0;
        let mut desk = Desk::trained(playground, 30);
        let view = desk.next_example();
        let hidden: Vec<u32> = (0..)
            .zip(&view.source[1..])
            .filter(|(_, cell)| cell.kind == CellKind::Masked)
            .map(|(place, _)| place)
            .collect();
        let text = desk.written(view.original.iter().copied());
        let tokens = desk.filled(&text, &hidden);
        assert_eq!(tokens.len(), view.original.len());
        let told = mean_loss(tokens.iter().filter_map(|token| token.log_probability));
        // The same with the masks written out: the candidates are those of the hidden tokens.
        let masked = desk.written(
            view.source[1..view.source.len() - 1]
                .iter()
                .map(|cell| cell.id),
        );
        let written = desk.filled(&masked, &[]);
        for (written, hidden) in written.iter().zip(&tokens) {
            assert_eq!(written.candidates, hidden.candidates);
            assert_eq!(written.log_probability, None);
        }
        let loss = desk.step();
        assert!(
            (loss - f64::from(desk.active().run.spec.vocabulary as u32).ln()).abs() > 0.3,
            "it has learned something: {loss}"
        );
        close(told, loss, &format!("{placement:?} {positions:?}"));
    }
}

/// Two segments, as their objective makes them, with the \[SEP\] between them written out. The loss of the pair is left out by
/// measuring it alone, with no token to be predicted.
#[test]
fn pairs_of_segments_are_framed_as_in_training() {
    let mut playground = small(Family::Encoder, Objective::NextSentence);
    playground.objective.mask_rate = 0.1;
    playground.objective.mask_share = 1.0;
    playground.objective.random_share = 0.0;
    playground.objective.unchanged_share = 0.0;
    let mut desk = Desk::trained(playground, 30);
    let (maker, seed) = (desk.maker(), desk.active().run.spec.seed);
    let mut compared = 0;
    for step in 30..60 {
        let view = maker.example(seed, step, 0);
        let inside = &view.source[1..view.source.len() - 1];
        let masked = desk.written(inside.iter().map(|cell| cell.id));
        let targets = &view.targets[1..];
        if targets.iter().flatten().count() == 0 {
            continue;
        }
        let tokens = desk.filled(&masked, &[]);
        assert_eq!(tokens.len(), inside.len());
        let of_masked = |(token, target): (&TokenScore, &Option<u32>)| {
            let target = (*target)?;
            let candidate = token.candidates.iter().find(|c| c.id == target);
            Some(candidate.map(|candidate| candidate.probability.ln()))
        };
        let told: Option<Vec<f32>> = tokens.iter().zip(targets).filter_map(of_masked).collect();
        // Only the most probable are told.
        let Some(told) = told else { continue };
        let batch = maker.training_batch(seed, step, 1);
        let mut of_pair = batch.clone();
        of_pair.targets.fill(IGNORE);
        let loss = evaluated(desk.active(), &batch) - evaluated(desk.active(), &of_pair);
        close(mean_loss(told.into_iter()), loss, "masked tokens of a pair");
        compared += 1;
    }
    assert!(compared >= 3, "{compared}");
}

/// The loss of a batch of one row, nats.
fn evaluated(active: &mut Active, batch: &Batch) -> f64 {
    let run = &mut active.run;
    let plan = evaluation(&run.spec.model, run.spec.vocabulary, run.spec.rows, 1).unwrap();
    f64::from(passed(active, plan, batch)[0])
}

/// What a plan reads of a batch.
fn passed(active: &mut Active, plan: Plan, batch: &Batch) -> Vec<f32> {
    let run = &mut active.run;
    let id = run.executor.install(plan).unwrap();
    write_batch(&mut *run.executor, id, batch, run.spec.vocabulary);
    let reading = run.executor.run(id, &Globals::default(), 1, true).unwrap();
    pollster::block_on(reading).unwrap()
}

/// A plan that lacks some of the parameters would find the others elsewhere.
#[test]
fn looking_inside_sees_the_weights_of_every_objective() {
    for objective in [Objective::Masked, Objective::NextSentence] {
        let mut desk = Desk::trained(small(Family::Encoder, objective), 10);
        let active = desk.active();
        let row = Row {
            inputs: active.texts.tokenizer.encode("The small fox"),
            ..Row::default()
        };
        let expected = pollster::block_on(active.run.logits_of(&row)).unwrap();
        let spec = &active.run.spec;
        let (time, rows) = (row.inputs.len(), spec.rows);
        let plan = inspection(&spec.model, spec.vocabulary, rows, time).unwrap();
        let batch = Batch {
            lengths: vec![time as u32],
            targets: vec![0; time],
            inputs: row.inputs,
            ..Batch::default()
        };
        let found = passed(active, plan, &batch);
        for (a, b) in expected.iter().zip(&found) {
            close(f64::from(*a), f64::from(*b), &format!("{objective}"));
        }
    }
}

/// ln p of each token of `answer`, each read from a row that ends before it.
fn forced(active: &mut Active, framing: &Framing, answer: &[u32]) -> Vec<f32> {
    let rows: Vec<Row> = (0..answer.len())
        .map(|length| framing.row(&answer[..length]))
        .collect();
    let logits = pollster::block_on(active.run.logits_at(&rows, 3)).unwrap();
    logits
        .chunks_exact(active.run.spec.vocabulary)
        .zip(answer)
        .map(|(row, &id)| log_softmax(row)[id as usize])
        .collect()
}

#[test]
fn answers_are_read_as_they_are_trained() {
    for family in [Family::EncoderDecoder, Family::Seq2Seq] {
        for objective in [
            Objective::TextToText,
            Objective::Denoising,
            Objective::Spans,
        ] {
            let what = format!("{family:?} on {objective}");
            let mut playground = small(family, objective);
            playground.objective.permute = 0.0;
            let mut desk = Desk::trained(playground, 30);
            let view = desk.next_example();
            let ids: Vec<u32> = view.source.iter().map(|cell| cell.id).collect();
            let source = desk.written(ids[..ids.len() - 1].iter().copied());
            let active = desk.active();
            let framing = Framing::new(active, &source).unwrap();
            assert_eq!(
                framing.source, ids,
                "{what}: the source is framed as in training"
            );
            let target: Vec<u32> = view.targets.iter().map(|id| id.unwrap()).collect();
            assert_eq!(framing.row(&target[..target.len() - 1]).inputs, view.inputs);
            assert_eq!(target.last(), Some(&framing.end), "{what}");
            let told = mean_loss(forced(active, &framing, &target).into_iter());
            let loss = desk.step();
            close(told, loss, &what);
        }
    }
}

#[test]
fn the_greedy_answer_is_the_best_token_at_every_place_of_one_pass() {
    for family in [Family::EncoderDecoder, Family::Seq2Seq] {
        let mut desk = Desk::trained(small(family, Objective::TextToText), 60);
        let source = "abca=".to_owned();
        let way = Way::Sampled(SamplingConfig {
            temperature: 0.0,
            top_k: 0,
            top_p: 1.0,
            seed: 3,
            max_tokens: 12,
        });
        let told = desk.ask(Question::Respond {
            source: source.clone(),
            way,
        });
        let answer: Vec<TokenScore> = told
            .into_iter()
            .flat_map(|told| match told {
                Told::Responded { tokens } => tokens,
                other => panic!("{other:?}"),
            })
            .collect();
        let ids: Vec<u32> = answer.iter().map(|token| token.id).collect();
        let active = desk.active();
        let framing = Framing::new(active, &source).unwrap();
        let end = ids.iter().position(|&id| id == framing.end);
        assert_eq!(end.map_or(12, |place| place + 1), ids.len());
        let row = framing.row(&ids[..ids.len() - 1]);
        let logits = pollster::block_on(active.run.logits_of(&row)).unwrap();
        let rows = logits.chunks_exact(active.run.spec.vocabulary);
        assert_eq!(rows.len(), ids.len());
        for (token, row) in answer.iter().zip(rows) {
            let log_p = log_softmax(row);
            assert_eq!(crate::ops::argmax::argmax(row), token.id, "{family:?}");
            assert_eq!(token.candidates[0].id, token.id);
            close(
                f64::from(log_p[token.id as usize]),
                f64::from(token.log_probability.unwrap()),
                "ln p",
            );
        }
        // A beam of one finds the same.
        let way = Way::Beam {
            width: 1,
            length_penalty: 1.0,
            max_tokens: 12,
        };
        let Told::Searched(beam) = desk.last_told(Question::Respond { source, way }) else {
            panic!("no beam");
        };
        let path: Vec<u32> = beam
            .nodes
            .iter()
            .filter(|n| n.is_kept)
            .map(|n| n.token)
            .collect();
        assert_eq!(path[1..], ids);
        let total = f64::from(beam.nodes[beam.answers[0] as usize].total);
        let sum = answer
            .iter()
            .map(|t| f64::from(t.log_probability.unwrap()))
            .sum();
        close(total, sum, "the total of the beam");
    }
}

#[test]
fn pseudo_scores_are_those_of_single_blanks() {
    let mut desk = Desk::trained(small(Family::Encoder, Objective::Masked), 30);
    desk.active().run.spec.recipe.batch = 4;
    let text = "The small fox";
    let told = desk.ask(Question::PseudoScore {
        text: text.to_owned(),
    });
    let shares: Vec<f32> = told
        .iter()
        .filter_map(|told| match told {
            Told::Progress(share) => Some(*share),
            _ => None,
        })
        .collect();
    assert_eq!(shares, [4.0, 8.0, 12.0].map(|done| done / 13.0));
    let Some(Told::PseudoScored {
        tokens,
        total,
        pseudo_perplexity,
    }) = told.last().cloned()
    else {
        panic!("{told:?}");
    };
    let mut sum = 0.0;
    for (place, token) in tokens.iter().enumerate() {
        let alone = &desk.filled(text, &[place as u32])[place];
        assert_eq!(token.id, alone.id);
        let (a, b) = (
            token.log_probability.unwrap(),
            alone.log_probability.unwrap(),
        );
        close(f64::from(a), f64::from(b), "one blank");
        sum += f64::from(a);
    }
    assert_eq!(tokens.len(), 13);
    close(total, sum, "total");
    close(pseudo_perplexity, (-sum / 13.0).exp(), "pseudo-perplexity");
}

/// Vectors of texts of several lengths, beside one another, alone, and from a plan that is as short as the text.
#[test]
fn neither_padding_nor_neighbours_change_a_vector() {
    for family in [
        Family::Encoder,
        Family::Decoder,
        Family::Lstm,
        Family::FeedForward,
    ] {
        let objective = match family {
            Family::Encoder => Objective::Masked,
            _ => Objective::Causal,
        };
        let mut desk = Desk::trained(small(family, objective), 20);
        desk.active().run.spec.recipe.batch = 3;
        let texts = ["The small fox", "a", "The big dog saw the", "fox fox"].map(str::to_owned);
        let mut embed = |texts: &[String]| {
            let texts = texts.to_vec();
            match desk.last_told(Question::Embed { texts }) {
                Told::Embedded { vectors } => vectors,
                other => panic!("{other:?}"),
            }
        };
        let together = embed(&texts);
        let alone: Vec<Vec<f32>> = texts
            .iter()
            .flat_map(|text| embed(std::slice::from_ref(text)))
            .collect();
        let same = |a: &[f32], b: &[f32], what: &str| {
            assert_eq!(a.len(), b.len());
            for (a, b) in a.iter().zip(b) {
                assert!((a - b).abs() < 1e-5, "{family:?}, {what}: {a} against {b}");
            }
        };
        for (a, b) in together.iter().zip(&alone) {
            same(a, b, "neighbours");
        }
        assert!(together[0] != together[1] && together[0] != together[2]);
        // A plan without any padding: its last layer, averaged over the text's own tokens.
        let active = desk.active();
        let tokenizer = &*active.texts.tokenizer;
        let mut inputs = tokenizer.encode(&texts[0]);
        let own = inputs.len();
        let mut first = 0;
        if family == Family::Encoder {
            let specials = specials(tokenizer);
            inputs = [&[specials.cls()], &*inputs, &[specials.sep()]].concat();
            first = 1;
        }
        let run = &mut active.run;
        let mut rows = run.spec.rows;
        rows.time = inputs.len();
        let plan = representing(&run.spec.model, run.spec.vocabulary, rows, 1).unwrap();
        let batch = Batch {
            lengths: vec![inputs.len() as u32],
            inputs,
            ..Batch::default()
        };
        let last = passed(active, plan, &batch);
        let channels = together[0].len();
        let mean: Vec<f32> = (0..channels)
            .map(|c| {
                let rows = first..first + own;
                rows.map(|t| last[t * channels + c]).sum::<f32>() / own as f32
            })
            .collect();
        same(&together[0], &mean, "padding");
    }
}
