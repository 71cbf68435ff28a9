//! Questions to a model through the engine: whose turn it is, what takes whose place, and what becomes of those whose model goes.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::RefCell;
use std::rc::Rc;

use seedling::gpu::DeviceOptions;
use seedling::session::config::BackendChoice;
use seedling::session::presets;
use seedling::session::protocol::{Command, Event};
use seedling::session::questions::{Question, Told};
use seedling::worker::Engine;
use seedling::worker::native::Native;

struct Desk {
    engine: Engine,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Desk {
    fn new() -> Self {
        let surroundings = Rc::new(Native::new(DeviceOptions::default()));
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let engine = Engine::new(surroundings, move |event| heard.borrow_mut().push(event));
        let mut desk = Self { engine, events };
        let backend = BackendChoice::Cpu;
        desk.tell(Command::Start { backend });
        desk
    }

    fn tell(&mut self, command: Command) {
        pollster::block_on(self.engine.handle(command));
    }

    fn prepare(&mut self) {
        let mut playground = presets::first_minute();
        playground.model.layers = 2;
        playground.model.channels = 16;
        playground.training.batch = 4;
        self.tell(Command::Prepare {
            request: 1,
            playground: Box::new(playground),
        });
    }

    fn ask(&mut self, request: u32, question: Question) {
        self.tell(Command::Ask { request, question });
    }

    /// Works until nothing is left to do, and says what was told to whom.
    fn told(&mut self) -> Vec<(u32, Told, bool)> {
        while pollster::block_on(self.engine.work()) {}
        let events = self.events.take();
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
}

fn failure(told: &[(u32, Told, bool)], request: u32) -> &str {
    match told {
        [(it, Told::Failed { message }, true)] if *it == request => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn scales_are_those_of_every_layer_at_the_step_of_the_run() {
    let mut desk = Desk::new();
    desk.prepare();
    desk.ask(7, Question::Scales);
    let told = desk.told();
    let [(7, Told::Scales { step: 0, layers }, true)] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(layers.len() >= 3, "{layers:?}");
    assert!(layers.iter().all(|(_, scale)| *scale > 0.0), "{layers:?}");
    desk.tell(Command::Step);
    desk.ask(8, Question::Scales);
    let told = desk.told();
    assert!(matches!(
        told[..],
        [(8, Told::Scales { step: 1, .. }, true)]
    ));
}

#[test]
fn a_question_takes_the_place_of_one_of_its_kind_and_can_be_given_up() {
    let mut desk = Desk::new();
    desk.prepare();
    desk.ask(1, Question::Scales);
    desk.ask(
        2,
        Question::Example {
            step: 0,
            row: 0,
            again: 0,
        },
    );
    desk.ask(3, Question::Scales);
    let heard: Vec<u32> = desk.told().iter().map(|told| told.0).collect();
    assert_eq!(heard, [2, 3], "in the order they were asked in");
    desk.ask(4, Question::Scales);
    desk.tell(Command::StopAsking { request: 4 });
    assert_eq!(desk.told(), []);
}

#[test]
fn a_question_to_no_model_or_one_that_changes_is_answered_with_the_cure() {
    let mut desk = Desk::new();
    desk.ask(1, Question::Scales);
    assert!(failure(&desk.told(), 1).starts_with("There is no model yet"));
    desk.prepare();
    desk.ask(2, Question::Scales);
    desk.tell(Command::Rewind);
    assert_eq!(failure(&desk.told(), 2), "The run has changed. Ask again.");
    desk.ask(3, Question::Scales);
    desk.prepare();
    assert_eq!(failure(&desk.told(), 3), "The run has changed. Ask again.");
}
