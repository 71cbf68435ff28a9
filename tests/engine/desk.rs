//! The engine as the page drives it, with everything that it says.

use std::cell::RefCell;
use std::rc::Rc;

use seedling::gpu::DeviceOptions;
use seedling::session::config::{BackendChoice, Playground};
use seedling::session::protocol::{Command, Event, FailedWhat, RunState};
use seedling::session::questions::{Question, Told};
use seedling::worker::native::Native;
use seedling::worker::{Engine, Surroundings};

/// The number of a question, where only one is asked.
const QUESTION: u32 = 7;

pub struct Desk<S = Native> {
    pub engine: Engine,
    pub surroundings: Rc<S>,
    /// Said and not yet taken.
    pub events: Rc<RefCell<Vec<Event>>>,
}

/// This machine, its device as small as any browser's may be.
pub fn native() -> Native {
    Native::new(DeviceOptions {
        default_limits: true,
    })
}

impl Desk {
    pub fn new(backend: BackendChoice) -> Self {
        Self::with(native(), backend)
    }

    /// On this processor, at step 0.
    pub fn prepared(playground: &Playground) -> Self {
        let mut desk = Self::new(BackendChoice::Cpu);
        desk.prepare(playground);
        desk
    }
}

impl<S: Surroundings + 'static> Desk<S> {
    pub fn with(surroundings: S, backend: BackendChoice) -> Self {
        let surroundings = Rc::new(surroundings);
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let engine = Engine::new(surroundings.clone(), move |event| {
            heard.borrow_mut().push(event)
        });
        let mut desk = Self {
            engine,
            surroundings,
            events,
        };
        let said = desk.tell(Command::Start { backend });
        assert!(matches!(said[..], [Event::Backend(_)]), "{said:?}");
        desk
    }

    /// Gives a command; what was said in answer.
    pub fn tell(&mut self, command: Command) -> Vec<Event> {
        pollster::block_on(self.engine.handle(command));
        self.events.take()
    }

    /// One piece of work; whether there was any.
    pub fn work(&mut self) -> bool {
        pollster::block_on(self.engine.work())
    }

    /// Works until an event is as wanted; everything said until then.
    pub fn work_until(&mut self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        for _ in 0..3000 {
            self.work();
            if self.events.borrow().iter().any(&wanted) {
                return self.events.take();
            }
        }
        panic!("waited in vain; heard {:?}", self.events.borrow());
    }

    /// What was said, or why it cannot be prepared.
    pub fn try_prepare(&mut self, playground: &Playground) -> Result<Vec<Event>, String> {
        let said = self.tell(prepare(playground.clone()));
        let failure = said.iter().find_map(|event| match event {
            Event::Failed { message, .. } => Some(message.clone()),
            _ => None,
        });
        failure.map_or(Ok(said), Err)
    }

    pub fn prepare(&mut self, playground: &Playground) -> Vec<Event> {
        let said = self.tell(prepare(playground.clone()));
        let is_prepared = said.iter().any(|event| matches!(event, Event::Prepared(_)));
        assert!(is_prepared, "{said:?}");
        said
    }

    /// To the end of the run; everything said until then.
    pub fn play(&mut self) -> Vec<Event> {
        self.tell(Command::Play);
        self.work_until(|event| *event == Event::State(RunState::Finished))
    }

    /// Asks, and works at nothing yet.
    pub fn begin(&mut self, question: Question) {
        let request = QUESTION;
        let said = self.tell(Command::Ask { request, question });
        assert_eq!(said, [], "an answer comes between commands");
    }

    /// Every piece of the answer.
    pub fn pieces(&mut self, question: Question) -> Vec<Told> {
        self.begin(question);
        let mut pieces = Vec::new();
        for _ in 0..10_000 {
            self.work();
            for event in self.events.take() {
                let Event::Told {
                    request: QUESTION,
                    told,
                    done,
                } = event
                else {
                    panic!("{event:?}");
                };
                pieces.push(*told);
                if done {
                    return pieces;
                }
            }
        }
        panic!("asked in vain");
    }

    /// The last piece of the answer.
    pub fn ask(&mut self, question: Question) -> Told {
        self.pieces(question).pop().expect("a piece")
    }

    /// Why there is no answer.
    pub fn refusal(&mut self, question: Question) -> String {
        match self.ask(question) {
            Told::Failed { message } => message,
            other => panic!("{other:?}"),
        }
    }
}

pub fn prepare(playground: Playground) -> Command {
    Command::Prepare {
        request: 1,
        playground: Box::new(playground),
    }
}

pub fn failure(said: &[Event], what: FailedWhat) -> &str {
    said.iter()
        .find_map(|event| match event {
            Event::Failed {
                what: of, message, ..
            } if *of == what => Some(message.as_str()),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no failure of {what:?} in {said:?}"))
}

/// Losses of the steps that were told, nats per token.
pub fn losses(said: &[Event]) -> Vec<f32> {
    said.iter()
        .flat_map(|event| match event {
            Event::Metrics(steps) => steps.iter().map(|step| step.loss).collect(),
            _ => Vec::new(),
        })
        .collect()
}
