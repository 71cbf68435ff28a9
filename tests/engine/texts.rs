//! What a run is trained on: texts, worlds, tasks, and the tokenizers that cut them.

use seedling::session::config::{
    BackendChoice, Corpus, HeldOutBy, Playground, Recipe, TaskKind, TokenizerKind,
};
use seedling::session::protocol::{Command, Event, FailedWhat};

use super::bench::{Bench, desk, prepared, small};
use super::desk::{Desk, failure, losses, prepare};

#[test]
fn bad_input_gets_a_message_and_nothing_is_lost() {
    let mut desk = prepared(BackendChoice::Cpu);
    let said = desk.tell(Command::OwnText {
        name: "broken.txt".to_owned(),
        bytes: [b"fine so far ".repeat(10).as_slice(), &[0xFF, 0xFE]].concat(),
    });
    assert!(
        failure(&said, FailedWhat::Text).contains("Byte 120"),
        "{said:?}"
    );
    let mut own = small();
    own.corpus = Corpus::Own;
    let said = desk.tell(prepare(own.clone()));
    assert!(failure(&said, FailedWhat::Prepare).contains("Paste one"));
    let mut moby = small();
    moby.corpus = Corpus::MobyDick;
    let said = desk.tell(prepare(moby));
    assert!(failure(&said, FailedWhat::Prepare).contains("not served here"));
    let said = desk.tell(Command::Bench {
        request: 1,
        backend: BackendChoice::Cpu,
        workload: "tokenize".to_owned(),
        config: "S".to_owned(),
        runs: 1,
    });
    assert!(failure(&said, FailedWhat::Bench).contains("no workload tokenize"));
    let mut huge = small();
    huge.model.channels = 1024;
    huge.model.layers = 24;
    huge.model.context = 1024;
    huge.training.batch = 512;
    let said = desk.tell(prepare(huge));
    assert!(
        failure(&said, FailedWhat::Prepare).contains("does not fit"),
        "{said:?}"
    );
    // The run from before still stands.
    assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
    let said = desk.tell(Command::OwnText {
        name: "poem.txt".to_owned(),
        bytes: "the sea, the sea, the open sea\n".repeat(40).into_bytes(),
    });
    assert!(matches!(said[..], [Event::TextKept { .. }]));
    own.tokenizer.kind = TokenizerKind::Bytes;
    let said = desk.tell(prepare(own));
    assert!(
        said.iter()
            .any(|e| matches!(e, Event::Prepared(p) if p.corpus_name == "poem.txt")),
        "{said:?}"
    );
}

#[test]
fn a_world_is_written_from_its_dials_and_its_entropy_is_known() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut world = small();
    world.corpus = Corpus::World;
    world.world.kilobytes = 40;
    let prepared = |desk: &mut Desk<Bench>, playground: &Playground| {
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not prepared: {said:?}"))
    };
    let first = prepared(&mut desk, &world);
    let nats = first.source_nats_per_byte.expect("the source is known");
    assert!(nats > 0.0 && nats < 2.0, "{nats}");
    world.world.rude_words = 0.5;
    let ruder = prepared(&mut desk, &world);
    assert_ne!(ruder.source_nats_per_byte, first.source_nats_per_byte);
    let silent = |world: &mut Playground| {
        let dials = &mut world.world;
        for weight in [
            &mut dials.story,
            &mut dials.parallel,
            &mut dials.question,
            &mut dials.sentiment,
            &mut dials.tagged,
            &mut dials.news,
            &mut dials.definition,
            &mut dials.grammaticality,
            &mut dials.arithmetic,
        ] {
            *weight = 0.0;
        }
    };
    silent(&mut world);
    let said = desk.tell(prepare(world));
    assert!(failure(&said, FailedWhat::Prepare).contains("weight above 0"));
}

#[test]
fn a_run_trains_on_a_task() {
    let mut desk = desk(BackendChoice::Cpu);
    let mut playground = small();
    playground.corpus = Corpus::Task;
    playground.training.held_out_by = HeldOutBy::Document;
    playground.task.kilobytes = 20;
    let mut prepared = |playground: &Playground| {
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("not prepared: {said:?}"));
        assert_eq!(losses(&desk.tell(Command::Step)).len(), 1);
        found
    };
    let sums = prepared(&playground);
    assert_eq!((sums.source_nats_per_byte, sums.notes), (None, vec![]));
    assert!(sums.validation_tokens > 1_000);
    playground.task.choose(TaskKind::Markov1);
    playground.task.size_2 = 1_000;
    let source = prepared(&playground);
    assert!(source.source_nats_per_byte.is_some());
    assert!(source.notes[0].to_string().contains("1000 became 128"));
}

/// Each document is a row of its own character, and stands in the text twice.
#[test]
fn a_run_by_document_shares_no_document_between_its_parts() {
    let mut desk = desk(BackendChoice::Cpu);
    let lines: Vec<String> = ('\u{4e00}'..)
        .take(40)
        .map(|character| format!("{}\n", String::from(character).repeat(30)))
        .collect();
    desk.tell(Command::OwnText {
        name: "twice".to_owned(),
        bytes: lines.concat().repeat(2).into_bytes(),
    });
    let mut playground = small();
    playground.corpus = Corpus::Own;
    let mut trained_on = |by: HeldOutBy| {
        playground.training.held_out_by = by;
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("not prepared: {said:?}"));
        let known = |line: &&String| found.vocabulary.contains(&line[..3].to_owned());
        let lines = lines.iter().filter(known).count() as u64;
        (lines, found.train_tokens, found.validation_tokens)
    };
    // The end of the text is known from its first half, and holds a document cut in two.
    assert_eq!(trained_on(HeldOutBy::Position), (40, 2232, 248));
    assert_eq!(
        trained_on(HeldOutBy::Document),
        (36, 36 * 2 * 31, 4 * 2 * 31)
    );
}

#[test]
fn a_run_trains_with_a_learned_tokenizer() {
    let mut desk = desk(BackendChoice::Cpu);
    for kind in [
        TokenizerKind::BpeBytes,
        TokenizerKind::BpeCharacters,
        TokenizerKind::Unigram,
        TokenizerKind::Words,
    ] {
        let mut playground = small();
        playground.tokenizer = Recipe {
            vocabulary: if kind == TokenizerKind::Words {
                30
            } else {
                300
            },
            ..Recipe::of_kind(kind)
        };
        let said = desk.tell(prepare(playground.clone()));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(prepared) => Some((**prepared).clone()),
            _ => None,
        });
        let found = found.unwrap_or_else(|| panic!("not prepared: {said:?}"));
        assert_eq!(
            found.estimate.vocabulary, playground.tokenizer.vocabulary,
            "{kind:?}"
        );
        assert!(found.bytes_per_token > 1.5, "{kind:?}");
        let said = desk.tell(Command::Step);
        assert!(losses(&said)[0].is_finite());
        let said = desk.tell(Command::Score {
            request: 3,
            text: "the mouse eats".to_owned(),
        });
        let said = match said.iter().any(|e| matches!(e, Event::Scored { .. })) {
            true => said,
            false => desk.work_until(|event| matches!(event, Event::Scored { .. })),
        };
        assert!(said.iter().any(|event| match event {
            Event::Scored { tokens, .. } => !tokens.is_empty(),
            _ => false,
        }));
    }
    // More tokens than the text yields: why, with the cure, and the run that stands is kept.
    let mut playground = small();
    playground.tokenizer = Recipe {
        vocabulary: 60_000,
        ..Recipe::of_kind(TokenizerKind::Words)
    };
    let said = desk.tell(prepare(playground));
    assert!(failure(&said, FailedWhat::Prepare).contains("Set the vocabulary to"));
}

#[test]
fn training_text_is_drawn_where_a_recipe_says_so() {
    let mut desk = desk(BackendChoice::Cpu);
    // Drawn cuts are finer than the best ones: they reach the text of the run, and none but it.
    let training_tokens = |desk: &mut Desk<Bench>, sampling: f32| {
        let mut playground = small();
        playground.tokenizer = Recipe {
            vocabulary: 300,
            sampling,
            ..Recipe::of_kind(TokenizerKind::Unigram)
        };
        let said = desk.tell(prepare(playground));
        let found = said.iter().find_map(|event| match event {
            Event::Prepared(it) => Some((it.train_tokens, it.validation_tokens)),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("not prepared: {said:?}"))
    };
    let (plain, drawn) = (
        training_tokens(&mut desk, 0.0),
        training_tokens(&mut desk, 0.2),
    );
    assert!(
        drawn.0 > plain.0 && drawn.1 == plain.1,
        "{plain:?} {drawn:?}"
    );
}
