//! Comparisons that are paused, stopped, refused or lose their device, and what they leave.

use seedling::session::compare::{Budget, Ending, News, Turns};
use seedling::session::config::{BackendChoice, Corpus, OptimizerKind, Playground, ScheduleKind};
use seedling::session::protocol::{Command, Event, FailedWhat, RunState};

use super::comparing::{STEP, comparison, desk, desk_with_memory, news, small, stories, three};

#[test]
fn a_comparison_can_be_paused_and_stopped_and_the_run_that_stands_is_kept() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut standing = small();
    standing.training.total_steps = 1_000_000;
    // It says nothing of itself while it stands.
    standing.training.validation_every = 0;
    standing.training.sample_every = 0;
    desk.prepare(&standing);
    desk.tell(Command::Play);
    let order = comparison(three(), Budget::Tokens(20_000.0 * STEP), Turns::Interleaved);
    let said = desk.compare(&order);
    assert!(
        said.contains(&Event::State(RunState::Paused)),
        "the run gives way: {said:?}"
    );
    desk.until(|it| matches!(it, News::Trained { .. }));
    let refused = |said: &[Event]| {
        matches!(said, [Event::Failed { what: FailedWhat::Train, message, .. }]
            if message == "A comparison is running. Pause or stop it first.")
    };
    assert!(refused(&desk.tell(Command::Play)));
    assert!(refused(&desk.tell(Command::Resume)));
    let pause = |is_paused| Command::PauseComparing { is_paused };
    assert_eq!(desk.tell(pause(true)), []);
    assert!(!desk.work(), "nothing is to do");
    // Now the run may go on, and gives way again.
    assert_eq!(desk.tell(Command::Play), [Event::State(RunState::Running)]);
    assert!(desk.work());
    let said = desk.tell(pause(false));
    assert!(said.contains(&Event::State(RunState::Paused)), "{said:?}");
    desk.until(|it| matches!(it, News::Trained { entry: 2, .. }));
    let heard = news(desk.tell(Command::StopComparing));
    assert_eq!(heard.last(), Some(&News::Over));
    for story in stories(heard, 3) {
        let (at, ending) = story.end();
        assert_eq!(ending, Ending::Stopped);
        assert!(at.step > 0 && at.secs > 0.0, "{at:?}");
    }
    assert_eq!(desk.surroundings.tally.left.take(), [0, 0, 0]);
    assert_eq!(desk.tell(Command::Play), [Event::State(RunState::Running)]);
    // A new comparison takes the place of one that is not over.
    let order = comparison(vec![small()], Budget::Tokens(STEP), Turns::InTurn);
    desk.tell(Command::Compare {
        request: 4,
        comparison: Box::new(order.clone()),
    });
    let mut said = desk.compare(&order);
    assert_eq!(said.len(), 2, "{said:?}");
    let last = Event::Compared {
        request: 4,
        news: News::Over,
    };
    assert_eq!(said.pop(), Some(last));
    desk.until(|it| *it == News::Over);
}

#[test]
fn an_entry_that_cannot_be_trained_does_not_stop_the_others() {
    let mut entries = three();
    entries[0].corpus = Corpus::Own;
    entries[2].model.channels = 1024;
    entries[2].model.layers = 24;
    entries[2].model.context = 1024;
    entries[2].training.batch = 512;
    for turns in [Turns::InTurn, Turns::Interleaved] {
        let mut desk = desk(BackendChoice::Cpu);
        let order = comparison(entries.clone(), Budget::Tokens(10.0 * STEP), turns);
        let heard = desk.outcome(&order);
        let trained = heard
            .iter()
            .position(|it| matches!(it, News::Trained { .. }));
        let failed = heard
            .iter()
            .rposition(|it| matches!(it, News::Failed { .. }));
        assert!(
            failed < trained,
            "what does not fit is refused before any trains"
        );
        let stories = stories(heard, 3);
        let failure = |entry: usize| stories[entry].failed.clone().unwrap_or_default();
        assert!(failure(0).contains("Paste one"), "{}", failure(0));
        assert!(failure(2).contains("does not fit"), "{}", failure(2));
        assert_eq!(stories[1].end().1, Ending::Budget);
    }
}

#[test]
fn an_entry_that_diverges_ends_alone() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut entries = three();
    let training = &mut entries[1].training;
    training.learning_rate = 10.0;
    training.schedule = ScheduleKind::Constant;
    training.warmup_steps = 0;
    training.clip_norm = 0.0;
    training.optimizer = OptimizerKind::Sgd;
    let order = comparison(entries, Budget::Tokens(400.0 * STEP), Turns::Interleaved);
    let stories = stories(desk.outcome(&order), 3);
    let (at, ending) = stories[1].end();
    assert_eq!(ending, Ending::Diverged);
    assert!(at.step > 1 && at.step < 400);
    assert!(stories[1].points.iter().all(|it| it.loss.is_finite()));
    assert_eq!(stories[1].wrote.len(), 0);
    assert_eq!(stories[0].end().1, Ending::Budget);
    assert_eq!(stories[2].end().1, Ending::Budget);
    assert_eq!(desk.surroundings.tally.left.take(), [0, 0, 0]);
}

#[test]
fn what_fits_alone_but_not_together_is_sent_to_train_in_turn() {
    let mut desk = desk(BackendChoice::Cpu);
    let order = |turns| comparison(vec![small(); 4], Budget::Tokens(STEP), turns);
    let need = stories(desk.outcome(&order(Turns::InTurn)), 4)[0]
        .facts
        .memory_bytes;
    let mut desk = desk_with_memory(BackendChoice::Cpu, Some(2 * need));
    for story in stories(desk.outcome(&order(Turns::Interleaved)), 4) {
        let message = story.failed.unwrap_or_default();
        assert!(message.ends_with("Train them in turn."), "{message}");
    }
    for story in stories(desk.outcome(&order(Turns::InTurn)), 4) {
        assert_eq!(story.end().1, Ending::Budget);
    }
    assert_eq!(desk.surroundings.tally.most_alive.get(), 1, "one at a time");
}

#[test]
fn an_order_that_is_none_is_refused_with_the_cure() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut refusal = |entries: usize, budget| {
        let order = comparison(vec![small(); entries], budget, Turns::InTurn);
        match &desk.compare(&order)[..] {
            [
                Event::Failed {
                    what: FailedWhat::Compare,
                    request: Some(5),
                    message,
                },
                Event::Compared {
                    news: News::Over, ..
                },
            ] => message.clone(),
            said => panic!("{said:?}"),
        }
    };
    assert!(refusal(0, Budget::Tokens(1.0)).contains("from 1 to 64"));
    assert!(refusal(65, Budget::Tokens(1.0)).contains("from 1 to 64"));
    for budget in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(refusal(1, Budget::Seconds(budget)).contains("above 0"));
    }
}

#[test]
fn another_device_ends_a_comparison() {
    let mut desk = desk(BackendChoice::Cpu);
    let order = comparison(three(), Budget::Tokens(20_000.0 * STEP), Turns::InTurn);
    desk.compare(&order);
    desk.until(|it| matches!(it, News::Trained { .. }));
    let backend = BackendChoice::Cpu;
    let mut said = desk.tell(Command::Start { backend });
    assert!(matches!(said.pop(), Some(Event::Backend(_))));
    for story in stories(news(said), 3) {
        let message = story.failed.unwrap_or_default();
        assert!(message.contains("Start the comparison again"), "{message}");
    }
    assert_eq!(desk.surroundings.tally.left.take(), [0]);
}

#[test]
fn a_lost_device_fails_every_entry_and_breaks_the_run_that_stands() {
    let mut desk = desk(BackendChoice::WebGpu);
    desk.prepare(&small());
    let order = comparison(
        vec![small(); 2],
        Budget::Tokens(20_000.0 * STEP),
        Turns::Interleaved,
    );
    desk.compare(&order);
    desk.until(|it| matches!(it, News::Trained { entry: 1, .. }));
    desk.tell(Command::DestroyDevice);
    let mut said = Vec::new();
    while desk.work() {
        said.extend(desk.events.take());
    }
    said.extend(desk.events.take());
    assert!(said.iter().any(|it| matches!(it, Event::DeviceLost { .. })));
    said.retain(|it| matches!(it, Event::Compared { .. }));
    for story in stories(news(said), 2) {
        let message = story.failed.unwrap_or_default();
        assert!(message.contains("Start the comparison again"), "{message}");
    }
    // It cannot be compared on before the run has another device.
    let said = desk.compare(&order);
    assert!(
        matches!(&said[0], Event::Failed { message, .. } if message.contains("Resume the run")),
        "{said:?}"
    );
    desk.tell(Command::Resume);
    desk.tell(Command::Pause);
    let order = comparison(vec![small()], Budget::Tokens(STEP), Turns::InTurn);
    let story = &stories(desk.outcome(&order), 1)[0];
    assert_eq!(story.end().1, Ending::Budget);
}

/// Every executor is empty when it is dropped: in a browser what is only dropped keeps its memory.
#[test]
fn eight_entries_leave_nothing_on_the_device() {
    for (backend, steps) in [(BackendChoice::Cpu, 20.0), (BackendChoice::WebGpu, 6.0)] {
        let mut desk = desk(backend);
        let mut task = small();
        task.corpus = Corpus::Task;
        task.task.kilobytes = 20;
        let mut entries: Vec<Playground> = (0..7)
            .map(|index| {
                let mut playground = small();
                playground.model.channels = 8 * (1 + index % 3);
                playground.model.heads = 1;
                playground.training.validation_batches = 2;
                playground
            })
            .collect();
        entries.push(task);
        for turns in [Turns::Interleaved, Turns::InTurn] {
            let mut order = comparison(entries.clone(), Budget::Tokens(steps * STEP), turns);
            order.validations = 1;
            let heard = desk.outcome(&order);
            for story in stories(heard, 8) {
                assert_eq!(story.end().1, Ending::Budget);
            }
            let tally = &desk.surroundings.tally;
            assert_eq!(tally.left.take(), [0; 8], "{backend:?} {turns:?}");
            assert!(tally.most.take().iter().all(|&most| most > 10_000));
            let alive = tally.most_alive.replace(0);
            assert_eq!(alive, if turns == Turns::InTurn { 1 } else { 8 });
            let is_compiling = backend == BackendChoice::WebGpu && turns == Turns::Interleaved;
            let compiled = tally.compiled.take();
            assert_eq!(compiled > 0, is_compiling, "a kernel is compiled once");
        }
    }
}
