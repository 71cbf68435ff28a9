//! Questions to a model through the engine: whose turn it is, what takes whose place, and what becomes of those whose model goes.

use seedling::session::config::{BackendChoice, Playground};
use seedling::session::presets;
use seedling::session::protocol::{Command, Event};
use seedling::session::questions::{Question, Told};

use super::desk::{Desk, prepare};

fn small() -> Playground {
    let mut playground = presets::first_minute();
    playground.model.layers = 2;
    playground.model.channels = 16;
    playground.training.batch = 4;
    playground
}

/// Gives a command; what is said in answer is heard later.
fn give(desk: &mut Desk, command: Command) {
    let said = desk.tell(command);
    desk.events.borrow_mut().extend(said);
}

fn ask(desk: &mut Desk, request: u32, question: Question) {
    give(desk, Command::Ask { request, question });
}

/// Works until nothing is left to do, and says what was told to whom.
fn heard(desk: &mut Desk) -> Vec<(u32, Told, bool)> {
    while desk.work() {}
    let events = desk.events.take();
    let told = events.into_iter().filter_map(|event| match event {
        Event::Told {
            request,
            told,
            done,
        } => Some((request, *told, done)),
        _ => None,
    });
    told.collect()
}

fn failure(told: &[(u32, Told, bool)], request: u32) -> &str {
    match told {
        [(it, Told::Failed { message }, true)] if *it == request => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn scales_are_those_of_every_layer_at_the_step_of_the_run() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    desk.prepare(&small());
    ask(&mut desk, 7, Question::Scales);
    let told = heard(&mut desk);
    let [(7, Told::Scales { step: 0, layers }, true)] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(layers.len() >= 3, "{layers:?}");
    assert!(layers.iter().all(|(_, scale)| *scale > 0.0), "{layers:?}");
    give(&mut desk, Command::Step);
    ask(&mut desk, 8, Question::Scales);
    let told = heard(&mut desk);
    assert!(matches!(
        told[..],
        [(8, Told::Scales { step: 1, .. }, true)]
    ));
}

#[test]
fn a_question_takes_the_place_of_one_of_its_kind_and_can_be_given_up() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    desk.prepare(&small());
    ask(&mut desk, 1, Question::Scales);
    ask(
        &mut desk,
        2,
        Question::Example {
            step: 0,
            row: 0,
            again: 0,
        },
    );
    ask(&mut desk, 3, Question::Scales);
    let of: Vec<u32> = heard(&mut desk).iter().map(|told| told.0).collect();
    assert_eq!(of, [2, 3], "in the order they were asked in");
    ask(&mut desk, 4, Question::Scales);
    give(&mut desk, Command::StopAsking { request: 4 });
    assert_eq!(heard(&mut desk), []);
}

#[test]
fn a_question_to_no_model_or_one_that_changes_is_answered_with_the_cure() {
    let mut desk = Desk::new(BackendChoice::Cpu);
    ask(&mut desk, 1, Question::Scales);
    assert!(failure(&heard(&mut desk), 1).starts_with("There is no model yet"));
    desk.prepare(&small());
    ask(&mut desk, 2, Question::Scales);
    give(&mut desk, Command::Rewind);
    assert_eq!(
        failure(&heard(&mut desk), 2),
        "The run has changed. Ask again."
    );
    ask(&mut desk, 3, Question::Scales);
    give(&mut desk, prepare(small()));
    assert_eq!(
        failure(&heard(&mut desk), 3),
        "The run has changed. Ask again."
    );
}
