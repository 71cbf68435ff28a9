//! Code of the second part that cannot be fetched.

use seedling::models::Family;
use seedling::session::compare::{Budget, Comparison, News, Turns};
use seedling::session::config::BackendChoice;
use seedling::session::protocol::{Command, Event, FailedWhat};
use seedling::session::questions::{Question, Told};

use super::bench::{prepared, small};
use super::desk::{failure, losses, prepare};

#[test]
fn commands_whose_code_cannot_be_fetched_are_refused_and_can_be_given_again() {
    let mut desk = prepared(BackendChoice::Cpu);
    let comparison = Comparison {
        entries: vec![small()],
        budget: Budget::Tokens(128.0),
        turns: Turns::InTurn,
        target_bits_per_byte: 0.0,
        validations: 1,
        prompt: String::new(),
        sample_tokens: 0,
    };
    let text = || "the mouse eats".to_owned();
    let commands = [
        (
            FailedWhat::Score,
            Command::Score {
                request: 7,
                text: text(),
            },
        ),
        (
            FailedWhat::Inspect,
            Command::Inspect {
                request: 7,
                text: text(),
                live: true,
            },
        ),
        (
            FailedWhat::Compare,
            Command::Compare {
                request: 7,
                comparison: Box::new(comparison),
            },
        ),
        (
            FailedWhat::Bench,
            Command::Bench {
                request: 7,
                backend: BackendChoice::Cpu,
                workload: "sample".to_owned(),
                config: "S".to_owned(),
                runs: 1,
            },
        ),
    ];
    desk.surroundings.is_offline.set(true);
    for (what, command) in &commands {
        let said = desk.tell(command.clone());
        assert_eq!(failure(&said, *what), "Try again.");
        // Who waits for the end of an answer hears it.
        assert_eq!(
            said.len() > 1,
            matches!(what, FailedWhat::Compare | FailedWhat::Bench)
        );
    }
    let ask = Command::Ask {
        request: 7,
        question: Question::Scales,
    };
    let message = "Try again.".to_owned();
    let refused = Event::Told {
        request: 7,
        told: Box::new(Told::Failed { message }),
        done: true,
    };
    assert_eq!(desk.tell(ask.clone()), [refused]);
    let mut lstm = small();
    lstm.model.family = Family::Lstm;
    let said = desk.tell(Command::Estimate(Box::new(lstm.clone())));
    assert_eq!(failure(&said, FailedWhat::Estimate), "Try again.");
    let said = desk.tell(prepare(lstm.clone()));
    assert_eq!(failure(&said, FailedWhat::Prepare), "Try again.");
    // The run that stands stands still; training it needs nothing of the kind.
    assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
    desk.surroundings.is_offline.set(false);
    let said = desk.tell(prepare(lstm));
    let is_prepared = said.iter().any(|it| matches!(it, Event::Prepared(_)));
    assert!(is_prepared, "{said:?}");
    desk.tell(prepare(small()));
    assert_eq!(desk.tell(ask), []);
    for (what, command) in commands {
        let said = desk.tell(command);
        let fails = said.iter().any(|it| matches!(it, Event::Failed { .. }));
        assert!(!fails, "{what:?}: {said:?}");
    }
    desk.work_until(|event| {
        let over = News::Over;
        matches!(event, Event::Compared { request: 7, news } if *news == over)
    });
}
