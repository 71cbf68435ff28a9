//! Every family is prepared, trained, validated and used through the engine, on every objective it can be trained on; what it
//! cannot do it says, and what its text cannot give is an error before training starts.

use seedling::models::{Family, NormPlacement};
use seedling::session::config::{BackendChoice, Corpus, Objective, Playground, TaskKind};
use seedling::session::presets;
use seedling::session::protocol::{Command, Event};
use seedling::session::validate::objectives_of;

use super::desk::{Desk, losses};

/// A small model of a family on a text that every objective finds examples in.
fn playground(family: Family, objective: Objective) -> Playground {
    let mut playground = presets::first_minute();
    playground.model.family = family;
    playground.model.layers = 1;
    playground.model.channels = 32;
    playground.model.context = 48;
    playground.model.hidden_units = 32;
    playground.objective.objective = objective;
    playground.corpus = match objective {
        Objective::TextToText | Objective::Prompted => Corpus::Task,
        _ => Corpus::World,
    };
    playground.task.choose(TaskKind::Addition);
    playground.task.kilobytes = 20;
    playground.world.kilobytes = 60;
    playground.training.batch = 8;
    playground.training.total_steps = 40;
    playground.training.validation_every = 20;
    playground.training.validation_batches = 2;
    playground.training.learning_rate = 5e-3;
    playground.training.warmup_steps = 4;
    playground.training.sample_every = 40;
    playground.training.sample_tokens = 8;
    playground
}

#[test]
fn every_family_learns_every_objective_it_has() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    for family in Family::ALL {
        for &objective in objectives_of(family) {
            let what = format!("{family:?} on {objective}");
            let playground = playground(family, objective);
            let said = desk.try_prepare(&playground);
            let said = said.unwrap_or_else(|message| panic!("{what}: {message}"));
            let prepared = said.iter().find_map(|event| match event {
                Event::Prepared(prepared) => Some(prepared),
                _ => None,
            });
            assert_eq!(prepared.unwrap().notes, [], "{what}");
            let said = desk.play();
            let losses = losses(&said);
            let validated = said.iter().filter(
                |event| matches!(event, Event::Validation { loss, .. } if loss.is_finite()),
            );
            if family == Family::Ngram {
                assert_eq!((losses.len(), validated.count()), (1, 1), "{what}");
                // Kneser-Ney of order 5 on a small world
                assert!(losses[0] < 1.5, "{what}: {losses:?}");
                continue;
            }
            assert_eq!((losses.len(), validated.count()), (40, 2), "{what}");
            let mean = |some: &[f32]| some.iter().sum::<f32>() / some.len() as f32;
            let (first, last) = (mean(&losses[..3]), mean(&losses[37..]));
            assert!(last < first - 0.2, "{what}: {first} → {last}");
            let wrote = said
                .iter()
                .any(|event| matches!(event, Event::Sample { .. }));
            assert_eq!(wrote, family.predicts_next(), "{what}");
        }
    }
}

#[test]
fn a_state_that_is_carried_trains_too() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut playground = playground(Family::Lstm, Objective::Causal);
    playground.model.carried_state = true;
    desk.try_prepare(&playground).unwrap();
    desk.play();
    // Rows that go on need a stretch of the text each.
    playground.training.batch = 512;
    playground.model.context = 512;
    playground.world.kilobytes = 20;
    let message = desk.try_prepare(&playground).unwrap_err();
    assert!(message.contains("Take a longer text"), "{message}");
}

#[test]
fn what_a_family_cannot_do_is_said_with_the_reason() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let generate = || Command::Generate {
        request: 1,
        prompt: "The".to_owned(),
        sampling: presets::first_minute().sampling,
    };
    let score = || Command::Score {
        request: 1,
        text: "The fox".to_owned(),
    };
    let look = || Command::Inspect {
        request: 1,
        text: "The fox".to_owned(),
        live: false,
    };
    let said = |desk: &mut Desk, command| match &desk.tell(command)[..] {
        [Event::Failed { message, .. }] => message.clone(),
        other => panic!("{other:?}"),
    };
    desk.try_prepare(&playground(Family::Encoder, Objective::Masked))
        .unwrap();
    assert!(said(&mut desk, generate()).contains("does not generate"));
    assert!(said(&mut desk, score()).contains("pseudo-perplexity"));
    desk.try_prepare(&playground(Family::Seq2Seq, Objective::TextToText))
        .unwrap();
    assert!(said(&mut desk, generate()).contains("answer to a source"));
    assert!(said(&mut desk, look()).contains("decoder-only"));
}

#[test]
fn what_a_text_cannot_give_is_an_error_with_its_cure() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut refused = |edit: &dyn Fn(&mut Playground), family, objective| {
        let mut playground = playground(family, objective);
        edit(&mut playground);
        desk.try_prepare(&playground).unwrap_err()
    };
    let message = refused(
        &|p| p.model.context = 8,
        Family::EncoderDecoder,
        Objective::TextToText,
    );
    assert!(
        message.contains("Choose a context of at least"),
        "{message}"
    );
    let message = refused(
        &|p| p.corpus = Corpus::Generated,
        Family::Decoder,
        Objective::Prompted,
    );
    assert!(message.contains("no pairs"), "{message}");
}

#[test]
fn an_objective_of_another_family_gives_way_with_a_note() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    let mut playground = playground(Family::Encoder, Objective::Spans);
    playground.model.norm_placement = NormPlacement::Post;
    let said = desk.try_prepare(&playground).unwrap();
    let notes = said.iter().find_map(|event| match event {
        Event::Prepared(prepared) => Some(prepared.notes.clone()),
        _ => None,
    });
    assert_eq!(notes.unwrap().len(), 1);
}
