//! What is looked at before a run, asked of the engine as the page asks: examples of the objective, and the scale of the activations.

use std::rc::Rc;

use seedling::data::objective::{
    CellKind, ExampleView, Maker, ObjectiveData, PartData, Specials, marks,
};
use seedling::data::split::Dataset;
use seedling::models::{Family, Initialisation};
use seedling::session::config::{BackendChoice, Corpus, Masking, Objective, Playground};
use seedling::session::presets;
use seedling::session::protocol::Command;
use seedling::session::questions::{Question, Told};
use seedling::tokenizer::{Characters, Tokenizer};

use super::desk::Desk;

/// Sentences that differ, so that places of the text do.
fn text() -> String {
    let animals = ["fox", "owl", "hare", "mole", "wren"];
    let sentence = |n: usize| format!("The {} saw {} of them. ", animals[n % 5], n * n);
    (0..200).map(sentence).collect()
}

/// With sentences as its own text.
fn desk() -> Desk {
    let mut desk = Desk::new(BackendChoice::Cpu);
    desk.tell(Command::OwnText {
        name: "animals".into(),
        bytes: text().into_bytes(),
    });
    desk
}

/// An example and the texts of its ids.
type Example = (ExampleView, Vec<(u32, String)>);

fn example(desk: &mut Desk, step: u32, row: u32, again: u32) -> Example {
    match desk.ask(Question::Example { step, row, again }) {
        Told::Example { view, texts } => (*view, texts),
        other => panic!("{other:?}"),
    }
}

fn scales(desk: &mut Desk) -> (u32, Vec<(String, f32)>) {
    match desk.ask(Question::Scales) {
        Told::Scales { step, layers } => (step, layers),
        other => panic!("{other:?}"),
    }
}

fn playground(family: Family, objective: Objective) -> Playground {
    let mut playground = presets::tiny_cpu();
    playground.corpus = Corpus::Own;
    playground.model.family = family;
    playground.model.layers = 2;
    playground.model.context = 32;
    playground.objective.objective = objective;
    playground.training.batch = 4;
    playground
}

/// The run's own maker, made beside it.
fn maker(playground: &Playground) -> Maker {
    let text = text();
    let held_out = playground.training.held_out();
    let (training, _) = seedling::data::split::split(&text, held_out);
    let tokenizer = Characters::of_text(&training);
    let data = Dataset::encoded(&text, &tokenizer, held_out, playground.seed);
    let data = ObjectiveData {
        training: PartData {
            documents: marks::document_ranges(&training, &data.train, &tokenizer),
            tokens: Rc::new(data.train),
            ..PartData::default()
        },
        validation: None,
        word_starts: marks::word_starts(&tokenizer),
        sentence_ends: marks::sentence_ends(&tokenizer),
    };
    let specials = Specials {
        base: tokenizer.vocabulary_size(),
    };
    let context = playground.model.context as usize;
    Maker::new(&playground.objective, Rc::new(data), context, specials).unwrap()
}

#[test]
fn an_example_is_what_the_run_is_trained_on() {
    let mut desk = desk();
    for (family, objective) in [
        (Family::Decoder, Objective::Causal),
        (Family::Ngram, Objective::Causal),
        (Family::Encoder, Objective::Masked),
        (Family::EncoderDecoder, Objective::Denoising),
        (Family::EncoderDecoder, Objective::Spans),
    ] {
        let playground = playground(family, objective);
        desk.prepare(&playground);
        let maker = maker(&playground);
        for (step, row) in [(0, 0), (0, 3), (7, 2)] {
            let (view, texts) = example(&mut desk, step, row, step);
            let what = format!("{family:?} {objective:?} {step} {row}");
            assert_eq!(view, maker.example(playground.seed, step, row), "{what}");
            // And what stands in the batch of that update.
            let batch = maker.training_batch(playground.seed, step, 4);
            if batch.source.is_empty() {
                let ids: Vec<u32> = view.source.iter().map(|cell| cell.id).collect();
                let start = row as usize * maker.context();
                assert_eq!(batch.inputs[start..start + ids.len()], ids, "{what}");
            }
            let named = |id: u32| texts.iter().any(|(of, text)| *of == id && !text.is_empty());
            assert!(view.source.iter().all(|cell| named(cell.id)), "{what}");
            assert!(view.original.iter().all(|id| named(*id)), "{what}");
            assert!(view.targets.iter().flatten().all(|id| named(*id)), "{what}");
        }
        // Rows are counted on from the first.
        assert_eq!(example(&mut desk, 3, 4, 3), example(&mut desk, 3, 0, 3));
    }
}

#[test]
fn the_window_of_a_carried_state_goes_on_where_it_ended() {
    let mut desk = desk();
    let mut playground = playground(Family::Lstm, Objective::Causal);
    playground.model.carried_state = true;
    desk.prepare(&playground);
    let (first, _) = example(&mut desk, 0, 1, 0);
    let (second, _) = example(&mut desk, 1, 1, 1);
    assert_eq!(first.original.len(), 33);
    assert_eq!(first.original.last(), second.original.first());
    assert_ne!(first, second);
}

#[test]
fn the_same_text_is_masked_anew_where_masks_are_dynamic_and_alike_where_they_are_static() {
    let mut desk = desk();
    for masking in [Masking::Dynamic, Masking::Static] {
        let mut playground = playground(Family::Encoder, Objective::Masked);
        playground.objective.masking = masking;
        desk.prepare(&playground);
        let (own, texts) = example(&mut desk, 2, 1, 2);
        let (later, _) = example(&mut desk, 2, 1, 9);
        assert_eq!(own.original, later.original, "the text is the same");
        assert_eq!(own == later, masking == Masking::Static);
        let masks = |view: &ExampleView| {
            view.source
                .iter()
                .filter(|it| it.kind == CellKind::Masked)
                .count()
        };
        assert!(masks(&own) + masks(&later) > 0);
        assert!(texts.iter().any(|(_, text)| text == "[CLS]"));
    }
    let playground = playground(Family::EncoderDecoder, Objective::Denoising);
    desk.prepare(&playground);
    let ((own, _), (later, _)) = (example(&mut desk, 0, 0, 0), example(&mut desk, 0, 0, 1));
    assert_eq!(own.original, later.original);
    assert_ne!(own.source, later.source);
}

#[test]
fn scales_are_those_of_the_initial_weights() {
    let mut desk = desk();
    let mut playground = playground(Family::Decoder, Objective::Causal);
    desk.prepare(&playground);
    let (step, usual) = scales(&mut desk);
    let names: Vec<&str> = usual.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((step, names), (0, vec!["embedding", "h.0", "h.1"]));
    assert!(usual.iter().all(|(_, rms)| rms.is_finite() && *rms > 0.0));
    assert_eq!(scales(&mut desk), (0, usual.clone()), "it repeats itself");

    playground.model.initialisation = Initialisation::Kaiming;
    desk.prepare(&playground);
    let (_, kaiming) = scales(&mut desk);
    assert!(kaiming[2].1 > 2.0 * usual[2].1, "{kaiming:?} {usual:?}");

    desk.tell(Command::Step);
    let (step, trained) = scales(&mut desk);
    assert_eq!(step, 1);
    assert_ne!(trained, kaiming);
    desk.tell(Command::Rewind);
    assert_eq!(scales(&mut desk), (0, kaiming));

    playground.model.family = Family::Ngram;
    desk.prepare(&playground);
    assert_eq!(
        scales(&mut desk).1,
        [],
        "nothing is handed on where tokens are counted"
    );
}
