//! What a comparison measures, with budgets of every kind.

use seedling::models::Family;
use seedling::session::compare::{Budget, Ending, News, Turns};
use seedling::session::config::{BackendChoice, Corpus, HeldOutBy, Objective, TaskKind};
use seedling::session::protocol::Command;

use super::comparing::{STEP, Story, comparison, desk, small, stories, three};
use super::desk::losses;

#[test]
fn an_equal_number_of_tokens_is_what_each_entry_gets() {
    let mut desk = desk(BackendChoice::Cpu);
    let order = comparison(three(), Budget::Tokens(60.0 * STEP), Turns::InTurn);
    let stories = stories(desk.outcome(&order), 3);
    for (story, steps) in stories.iter().zip([60, 60, 30]) {
        let (at, ending) = story.end();
        assert_eq!((at.step, ending), (steps, Ending::Budget));
        assert_eq!((at.tokens, story.facts.steps), (60.0 * STEP, steps));
        assert_eq!(at.flops, at.tokens * story.facts.flops_per_token);
        assert!(at.secs > 0.0);
        let places: Vec<u32> = story.validated.iter().map(|it| it.0.step).collect();
        assert_eq!(places, [steps / 3, 2 * steps / 3, steps]);
        assert!(story.validated[2].1 < story.validated[0].1);
        assert_eq!(story.points.last().map(|it| it.at.step), Some(steps));
        assert_eq!(story.wrote.len(), 1);
        assert!(story.wrote[0].chars().count() == 20 && story.facts.is_next_token);
        assert_eq!(story.answered, []);
        assert!(story.facts.memory_bytes > 4 * story.facts.parameters);
        assert!(story.facts.dispatches_per_step > 10);
    }
    assert!(stories[1].facts.parameters > stories[0].facts.parameters);
}

#[test]
fn an_equal_number_of_operations_is_fewer_steps_for_a_larger_model() {
    let mut desk = desk(BackendChoice::Cpu);
    let order = comparison(three(), Budget::Flops(4e7), Turns::Interleaved);
    let stories = stories(desk.outcome(&order), 3);
    let steps: Vec<u32> = stories.iter().map(|it| it.end().0.step).collect();
    assert!(steps[0] > 2 * steps[1] && steps[1] > 5, "{steps:?}");
    for story in stories {
        let (at, ending) = story.end();
        let step = at.flops / f64::from(at.step);
        assert_eq!(ending, Ending::Budget);
        assert!(at.flops >= 4e7 && at.flops < 4e7 + step, "{at:?}");
    }
}

#[test]
fn equal_seconds_are_of_training_alone() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut entries = three();
    // Validating takes much longer than training; it is not counted.
    entries[0].training.validation_batches = 256;
    let order = comparison(entries, Budget::Seconds(0.15), Turns::Interleaved);
    let start = std::time::Instant::now();
    let stories = stories(desk.outcome(&order), 3);
    let wall = start.elapsed().as_secs_f64();
    let mut sum = 0.0;
    for story in &stories {
        let (at, ending) = story.end();
        assert_eq!(ending, Ending::Budget);
        assert!(at.secs >= 0.15, "{at:?}");
        assert_eq!(story.validated.last().map(|it| it.0), Some(at));
        assert!(at.step > 1 && story.points.len() <= 201);
        sum += at.secs;
    }
    assert!(sum < wall);
}

#[test]
fn the_schedule_is_laid_out_over_the_budget_and_not_over_the_steps_of_the_entry() {
    let mut desk = desk(BackendChoice::Cpu);
    // The same run by hand: as many steps as the budget comes to, warm-up in its share.
    let mut alone = small();
    alone.training.total_steps = 40;
    alone.training.warmup_steps = 4;
    alone.training.validation_every = 0;
    alone.training.sample_every = 0;
    desk.prepare(&alone);
    let losses: Vec<f32> = (0..40)
        .flat_map(|_| losses(&desk.tell(Command::Step)))
        .collect();
    let order = comparison(vec![small()], Budget::Tokens(40.0 * STEP), Turns::InTurn);
    let story = &stories(desk.outcome(&order), 1)[0];
    let compared: Vec<f32> = story.points.iter().map(|it| it.loss).collect();
    assert_eq!(compared, losses);
}

#[test]
fn entries_come_to_the_same_numbers_in_turn_and_interleaved() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut of = |turns| {
        let order = comparison(three(), Budget::Tokens(300.0 * STEP), turns);
        let heard = desk.outcome(&order);
        let place = |news: &News, entry| match news {
            News::Trained { entry: e, .. } => *e == entry,
            _ => false,
        };
        let last_of_first = heard.iter().rposition(|it| place(it, 0)).unwrap();
        let first_of_last = heard.iter().position(|it| place(it, 2)).unwrap();
        let is_together = first_of_last < last_of_first;
        let stories = stories(heard, 3).into_iter().map(Story::timeless);
        (is_together, Vec::from_iter(stories))
    };
    let (together, interleaved) = of(Turns::Interleaved);
    let (apart, in_turn) = of(Turns::InTurn);
    assert!(together && !apart);
    assert_eq!(interleaved, in_turn);
    // 300 steps are told in 150 points of two, the mean of both.
    assert_eq!(interleaved[0].points.len(), 150);
    let places: Vec<u32> = interleaved[0].points.iter().map(|it| it.at.step).collect();
    assert!(places.windows(2).all(|pair| pair[1] - pair[0] == 2));
}

#[test]
fn an_entry_is_over_when_it_comes_to_the_target() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut order = comparison(vec![small()], Budget::Tokens(1000.0 * STEP), Turns::InTurn);
    order.validations = 50;
    order.target_bits_per_byte = 4.0;
    let story = &stories(desk.outcome(&order), 1)[0];
    let (at, ending) = story.end();
    assert_eq!(ending, Ending::Target);
    assert!(at.step < 1000);
    let bits = |loss: f64| loss / std::f64::consts::LN_2 / story.facts.bytes_per_token;
    let (last, before) = story.validated.split_last().unwrap();
    assert!(bits(last.1) <= 4.0 && last.0 == at);
    assert!(before.iter().all(|it| bits(it.1) > 4.0));
    assert_eq!(story.wrote.len(), 1, "it writes where it ends");
}

#[test]
fn held_out_examples_of_a_task_are_asked_and_answered() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut hard = small();
    hard.corpus = Corpus::Task;
    hard.training.held_out_by = HeldOutBy::Document;
    hard.task.choose(TaskKind::Multiplication);
    hard.task.size_1 = 4;
    hard.task.kilobytes = 20;
    // A letter is copied by whoever sees the last two characters.
    let mut easy = hard.clone();
    easy.task.choose(TaskKind::Copy);
    easy.task.size_1 = 1;
    easy.task.size_2 = 2;
    // Of two different lines neither can be held out whole.
    easy.training.held_out_by = HeldOutBy::Position;
    easy.model.family = Family::FeedForward;
    easy.model.window = 3;
    let mut counted = easy.clone();
    counted.model.family = Family::Ngram;
    counted.model.order = 3;
    let mut order = comparison(
        vec![easy, hard, counted],
        Budget::Tokens(300.0 * STEP),
        Turns::InTurn,
    );
    order.validations = 2;
    let stories = stories(desk.outcome(&order), 3);
    for story in &stories[..2] {
        let asked: Vec<(u32, u32)> = story.answered.iter().map(|it| (it.0.step, it.2)).collect();
        assert_eq!(asked, [(150, 32), (300, 32)]);
    }
    let right = |entry: usize| stories[entry].answered[1].1;
    let right = [right(0), right(1)];
    assert!(
        right[0] > 24 && right[1] < 8,
        "a letter is soon copied, four digits are not soon multiplied: {right:?}"
    );
    let answered: Vec<(u32, u32)> = stories[2].answered.iter().map(|it| (it.1, it.2)).collect();
    assert_eq!(answered, [(32, 32)]);
}

#[test]
fn a_model_that_reads_a_source_is_asked_the_examples_of_its_task() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut easy = small();
    easy.corpus = Corpus::Task;
    easy.task.choose(TaskKind::Copy);
    // Sources that are held out are no others' than theirs, so there must be some.
    easy.task.size_1 = 2;
    easy.task.size_2 = 6;
    easy.task.kilobytes = 20;
    easy.model.family = Family::Seq2Seq;
    easy.model.channels = 32;
    easy.objective.objective = Objective::TextToText;
    easy.training.batch = 16;
    easy.training.learning_rate = 5e-3;
    let mut order = comparison(
        vec![easy],
        Budget::Tokens(300.0 * 4.0 * STEP),
        Turns::InTurn,
    );
    order.validations = 2;
    let stories = stories(desk.outcome(&order), 1);
    let asked: Vec<(u32, u32)> = stories[0]
        .answered
        .iter()
        .map(|it| (it.0.step, it.2))
        .collect();
    assert_eq!(asked, [(150, 32), (300, 32)]);
    let right = stories[0].answered[1].1;
    assert!(right > 24, "two letters are copied: {right} of 32");
}

#[test]
fn models_of_every_kind_are_compared() {
    let mut desk = desk(BackendChoice::Cpu);
    let families = [
        Family::Ngram,
        Family::Lstm,
        Family::Encoder,
        Family::EncoderDecoder,
    ];
    let entries = families.map(|family| {
        let mut playground = small();
        playground.model.family = family;
        playground
    });
    let order = comparison(
        entries.to_vec(),
        Budget::Tokens(24.0 * STEP),
        Turns::Interleaved,
    );
    let stories = stories(desk.outcome(&order), 4);
    for (story, family) in stories.iter().zip(families) {
        let (at, ending) = story.end();
        assert_eq!(ending, Ending::Budget, "{family:?}");
        assert_eq!(at.step, story.facts.steps, "{family:?}");
        assert_eq!(story.facts.is_next_token, family.predicts_next());
        assert_eq!(story.wrote.len(), usize::from(family.predicts_next()));
        assert!(story.validated.iter().all(|it| it.1.is_finite()));
        assert_eq!(story.validated.last().map(|it| it.0), Some(at));
    }
    // The whole text is counted at once; only then is it known how many n-grams there are.
    let [counted, lstm, encoder, _] = &stories[..] else {
        unreachable!();
    };
    let (at, _) = counted.end();
    assert_eq!((at.step, at.flops), (1, 0.0));
    assert!(at.tokens > 10_000.0 && counted.facts.parameters > 1_000);
    assert_eq!((counted.points.len(), counted.validated.len()), (1, 1));
    assert_eq!(lstm.end().0.step, 24);
    assert_eq!(encoder.validated.len(), 3);
    assert!(
        encoder.facts.vocabulary > lstm.facts.vocabulary,
        "special tokens"
    );
}

#[test]
fn texts_are_written_with_one_seed_and_the_settings_of_the_first() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut other = small();
    other.sampling.seed = 9;
    other.sampling.temperature = 3.0;
    let order = comparison(vec![small(), other], Budget::Tokens(STEP), Turns::InTurn);
    let stories = stories(desk.outcome(&order), 2);
    assert_eq!(stories[0].wrote, stories[1].wrote);
}

#[test]
fn without_a_held_out_part_an_entry_trains_all_the_same() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut whole = small();
    whole.training.validation_fraction = 0.0;
    let order = comparison(vec![whole], Budget::Tokens(5.0 * STEP), Turns::InTurn);
    let story = &stories(desk.outcome(&order), 1)[0];
    assert_eq!(story.end().1, Ending::Budget);
    assert_eq!(story.validated, []);
}
