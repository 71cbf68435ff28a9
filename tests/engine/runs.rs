//! A run from its preparation to its end.

use seedling::models::Family;
use seedling::session::config::{BackendChoice, Corpus, OptimizerKind, ScheduleKind};
use seedling::session::presets;
use seedling::session::protocol::{Command, Event, FailedWhat, RunState};

use super::bench::{Bench, desk, prepared, small};
use super::desk::{Desk, failure, losses, prepare};

#[test]
fn a_run_plays_to_its_end_with_validation_and_samples_and_rewinds_to_the_same_losses() {
    for backend in [BackendChoice::Cpu, BackendChoice::WebGpu] {
        let mut desk = prepared(backend);
        desk.tell(Command::Play);
        let said = desk.work_until(|e| *e == Event::State(RunState::Finished));
        let first = losses(&said);
        assert_eq!(first.len(), 30);
        assert!(first[29] < first[0]);
        let validations = said
            .iter()
            .filter(|e| matches!(e, Event::Validation { .. }));
        assert_eq!(validations.count(), 3);
        let samples = said.iter().filter(|e| matches!(e, Event::Sample { .. }));
        assert_eq!(samples.count(), 2);
        let said = desk.tell(Command::Rewind);
        assert_eq!(said, [Event::Rewound, Event::State(RunState::Paused)]);
        let mut again = Vec::new();
        for _ in 0..5 {
            again.extend(losses(&desk.tell(Command::Step)));
        }
        assert_eq!(again, first[..5]);
        desk.tell(Command::Reseed { seed: 99 });
        assert_ne!(losses(&desk.tell(Command::Step)), again[..1]);
    }
}

/// The frequencies of single letters are 3.09 nats of this text. With embeddings too small for their cells, recurrent models stay there.
#[test]
fn models_of_before_attention_soon_know_more_than_frequencies() {
    for family in [Family::FeedForward, Family::Rnn, Family::Gru, Family::Lstm] {
        let mut playground = presets::first_minute();
        playground.model.family = family;
        playground.model.layers = 1;
        playground.training.total_steps = 200;
        playground.training.validation_every = 0;
        playground.training.sample_every = 0;
        let told = losses(&Desk::prepared(&playground).play());
        let last = told[190..].iter().sum::<f32>() / 10.0;
        assert!(last < 2.4, "{family:?}: {last}");
    }
}

#[test]
fn a_run_ends_early_at_its_target_loss() {
    // With validation it decides, after step 10; without, the mean of the last 20 losses.
    for (validation_every, end) in [(10, 10), (0, 20)] {
        let mut playground = small();
        playground.training.validation_every = validation_every;
        playground.training.target_loss = 100.0;
        let mut desk = desk(BackendChoice::Cpu);
        desk.tell(prepare(playground));
        for _ in 0..2 {
            desk.tell(Command::Play);
            let said = desk.work_until(|e| *e == Event::State(RunState::Finished));
            assert_eq!(losses(&said).len(), end);
            let validations = said
                .iter()
                .filter(|e| matches!(e, Event::Validation { .. }));
            assert_eq!(validations.count(), usize::from(validation_every > 0));
            // A rewound run ends there again.
            desk.tell(Command::Rewind);
        }
    }
}

#[test]
fn the_time_of_a_step_is_guessed_before_any_and_known_after_some() {
    let mut desk = desk(BackendChoice::Cpu);
    let guess = |desk: &mut Desk<Bench>| {
        let said = desk.tell(Command::Estimate(Box::new(small())));
        let [Event::Estimated(estimate)] = &said[..] else {
            panic!("{said:?}");
        };
        assert!(estimate.memory_total > estimate.memory_weights);
        estimate.secs_per_step.unwrap()
    };
    assert!(guess(&mut desk) > 0.0);
    desk.tell(prepare(small()));
    let start = std::time::Instant::now();
    desk.tell(Command::Play);
    desk.work_until(|e| *e == Event::State(RunState::Finished));
    let known = guess(&mut desk);
    assert!(f64::from(known) < start.elapsed().as_secs_f64());
}

#[test]
fn an_answer_names_its_order() {
    let mut desk = desk(BackendChoice::Cpu);
    let order = |request, playground| Command::Prepare {
        request,
        playground: Box::new(playground),
    };
    let said = desk.tell(order(4, small()));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Prepared(p) if p.request == 4)),
        "{said:?}"
    );
    let mut moby = small();
    moby.corpus = Corpus::MobyDick;
    let said = desk.tell(order(5, moby.clone()));
    assert!(
        said.iter().any(|e| matches!(
            e,
            Event::Failed {
                what: FailedWhat::Prepare,
                request: Some(5),
                ..
            }
        )),
        "{said:?}"
    );
    // What it would cost is another question: its failure must not end a preparation.
    let said = desk.tell(Command::Estimate(Box::new(moby)));
    failure(&said, FailedWhat::Estimate);
}

#[test]
fn commands_are_heard_between_the_pieces_of_a_sample_and_a_validation() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut playground = small();
    playground.training.validation_every = 5;
    playground.training.validation_batches = 200;
    playground.training.sample_every = 5;
    playground.training.sample_tokens = 2000;
    desk.tell(prepare(playground));
    desk.tell(Command::Play);
    desk.work_until(|e| matches!(e, Event::Metrics(m) if m.last().is_some_and(|s| s.step == 5)));
    // Neither is done yet, and the run can be stopped at once.
    let said = desk.tell(Command::Pause);
    assert_eq!(said, [Event::State(RunState::Paused)]);
    let said = desk.work_until(|e| matches!(e, Event::Sample { .. }));
    assert!(
        matches!(said[0], Event::Validation { step: 5, .. }),
        "{said:?}"
    );
    assert!(
        matches!(&said[1..], [Event::Sample { step: 5, text, .. }] if text.chars().count() == 2000)
    );
    assert!(losses(&said).is_empty(), "a paused run stands");
}

#[test]
fn a_loss_that_is_no_number_pauses_and_says_where() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut playground = small();
    playground.training.learning_rate = 10.0;
    playground.training.schedule = ScheduleKind::Constant;
    playground.training.warmup_steps = 0;
    playground.training.clip_norm = 0.0;
    playground.training.optimizer = OptimizerKind::Sgd;
    playground.training.total_steps = 1000;
    desk.tell(prepare(playground));
    desk.tell(Command::Play);
    let said = desk.work_until(|e| {
        matches!(
            e,
            Event::NonFinite { .. } | Event::State(RunState::Finished)
        )
    });
    let Some(Event::NonFinite {
        step,
        learning_rate,
        ..
    }) = said.iter().find(|e| matches!(e, Event::NonFinite { .. }))
    else {
        panic!("learning rate 10 without clipping did not diverge: {said:?}");
    };
    assert_eq!(*learning_rate, 10.0);
    assert!(
        losses(&said).len() as u32 == step - 1,
        "the step that shows it is the one named"
    );
    assert!(said.contains(&Event::State(RunState::Broken)));
    // The cure: a lower rate, then on from the last good weights.
    desk.tell(Command::SetLearningRate {
        learning_rate: 0.01,
    });
    desk.tell(Command::Resume);
    let said = desk.work_until(|e| matches!(e, Event::Metrics(_)));
    assert!(losses(&said).iter().all(|l| l.is_finite()));
}

#[test]
fn the_prompt_acts_at_once_on_the_samples_of_the_run() {
    let mut desk = prepared(BackendChoice::Cpu);
    desk.tell(Command::SetPrompt("A hare".to_owned()));
    desk.tell(Command::Play);
    let said = desk.work_until(|e| matches!(e, Event::Sample { .. }));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Sample { prompt, .. } if prompt == "A hare")),
        "{said:?}"
    );
    let long = "鲸".repeat(5000);
    desk.tell(Command::SetPrompt(long));
    let said = desk.work_until(|e| matches!(e, Event::Sample { .. }));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Sample { prompt, .. } if prompt.chars().count() == 4000)),
        "{said:?}"
    );
}

#[test]
fn validation_knows_the_largest_head() {
    assert_eq!(
        seedling::session::validate::LARGEST_HEAD as usize,
        seedling::ops::attention::MAX_HEAD_SIZE
    );
}
