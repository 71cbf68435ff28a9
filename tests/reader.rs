//! The reader behind the page, driven by orders as the page drives it.
#![cfg(not(target_arch = "wasm32"))]

use std::cell::RefCell;
use std::rc::Rc;

use seedling::data::split::HeldOut;
use seedling::gpu::DeviceOptions;
use seedling::session::config::{
    Corpus, HeldOutBy, Made, Playground, Recipe, TaskDials, TaskKind, TokenizerKind, WorldDials,
};
use seedling::session::presets;
use seedling::session::reading::{Given, Order, Reply, Want};
use seedling::session::study::{Finding, Study};
use seedling::session::tokens::{Answer, Ask, Source};
use seedling::worker::Reader;
use seedling::worker::native::Native;

struct Desk {
    reader: Reader,
    replies: Rc<RefCell<Vec<Reply>>>,
}

impl Desk {
    fn new() -> Self {
        let replies = Rc::new(RefCell::new(Vec::new()));
        let heard = replies.clone();
        let outside = Rc::new(Native::new(DeviceOptions::default()));
        Self {
            reader: Reader::new(outside, move |reply| heard.borrow_mut().push(reply)),
            replies,
        }
    }

    /// Gives an order; what was said in answer.
    fn tell(&mut self, order: Order) -> Vec<Reply> {
        pollster::block_on(self.reader.handle(order));
        self.replies.take()
    }

    fn study(&mut self, playground: &Playground, study: Study) -> Finding {
        let said = self.tell(Order::Study {
            request: 7,
            playground: Box::new(playground.clone()),
            study,
        });
        let found = said.into_iter().find_map(|reply| match reply {
            Reply::Studied {
                request: 7,
                finding,
            } => Some(*finding),
            _ => None,
        });
        found.expect("a study is answered")
    }

    fn ask(&mut self, ask: Ask) -> Answer {
        let said = self.tell(Order::Tokens {
            place: 1,
            request: 4,
            dials: Box::new(presets::first_minute().dials()),
            ask,
        });
        match said.into_iter().next_back() {
            Some(Reply::Tokens { request: 4, answer }) => answer,
            other => panic!("a question is answered with {other:?}"),
        }
    }

    fn give(&mut self, want: Want) -> Result<Given, String> {
        let said = self.tell(Order::Give { number: 2, want });
        match said.into_iter().next_back() {
            Some(Reply::Given { number: 2, given }) => given,
            other => panic!("the engine is answered with {other:?}"),
        }
    }
}

fn own(text: &str) -> (Order, Playground) {
    let order = Order::OwnText {
        name: "twice".to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let mut playground = presets::first_minute();
    playground.corpus = Corpus::Own;
    (order, playground)
}

#[test]
fn every_question_about_a_corpus_has_an_answer() {
    let mut desk = Desk::new();
    let playground = presets::first_minute();
    for wanted in [
        Study::Documents { from: 3, limit: 5 },
        Study::Frequencies,
        Study::Parts,
        Study::Duplicates,
        Study::Contamination,
        Study::Blocks {
            alphabet: Default::default(),
            longest: 3,
        },
        Study::Guessing { round: 1 },
    ] {
        match desk.study(&playground, wanted) {
            Finding::Documents { total, documents } => {
                assert!(total > 100 && documents.len() == 5);
                assert_eq!(documents[0].number, 4);
            }
            Finding::Frequencies { words, tokens, .. } => {
                assert_eq!(words.top[0].text, "the");
                assert!(tokens.ranks.kinds > 20);
            }
            Finding::Parts { lengths, makeup } => {
                assert!(lengths.sentences.count > lengths.documents.count);
                assert!(!makeup.tongues.is_empty());
            }
            Finding::Duplicates(found) => assert!(found.documents > 100),
            Finding::Contamination(found) => assert_eq!(found.shares.len(), 9),
            Finding::Blocks(found) => assert_eq!(found.levels.len(), 3),
            Finding::Guessing(passage) => assert_eq!(passage.machine.len(), 60),
            other => panic!("{wanted:?} is answered with {other:?}"),
        }
    }
    // A corpus that is not served here fails with its reason.
    let mut moby_dick = playground;
    moby_dick.corpus = Corpus::MobyDick;
    let found = desk.study(&moby_dick, Study::Parts);
    assert!(matches!(found, Finding::Failed(why) if why.contains("not served")));
}

#[test]
fn repeated_documents_are_left_out() {
    let mut desk = Desk::new();
    let line =
        |n: u32| format!("Line {n} tells of whale number {n} and of {n} ships in the year {n}.\n");
    let text: String = (0..40).chain([3, 5]).map(line).collect();
    let (order, playground) = own(&text);
    let playground = Box::new(playground);
    let remove = Order::RemoveDuplicates { playground };
    let said = desk.tell(remove.clone());
    assert!(
        matches!(&said[..], [Reply::Failed { message }] if message.contains("no text of your own"))
    );
    desk.tell(order);
    let said = desk.tell(remove);
    let expected: String = (0..40).map(line).collect();
    assert_eq!(
        said,
        [Reply::Text {
            name: "twice (−2)".to_owned(),
            text: expected
        }]
    );
}

#[test]
fn a_tokenizer_is_learned_from_the_text_that_the_engine_has() {
    let mut desk = Desk::new();
    let text = "the whale ate the boat and the sea ate the whale\n".repeat(20);
    let (order, playground) = own(&text);
    desk.tell(order);
    let recipe = Recipe {
        vocabulary: 270,
        ..Recipe::of_kind(TokenizerKind::BpeBytes)
    };
    let want = |bytes: usize| Want::Tokenizer {
        corpus: Corpus::Own,
        dials: Box::new(playground.dials()),
        recipe,
        held_out: HeldOut::end(0.1),
        bytes: bytes as u64,
    };
    let Ok(Given::Tokenizer(vocabulary)) = desk.give(want(text.len())) else {
        panic!("nothing was learned");
    };
    let tokenizer = vocabulary.tokenizer().unwrap();
    assert_eq!(tokenizer.vocabulary_size(), 270);
    assert_eq!(tokenizer.decode(&tokenizer.encode(&text)), text);
    let other = desk.give(want(text.len() + 1));
    assert!(other.is_err_and(|why| why.contains("replaced")));
}

#[test]
fn what_is_held_out_by_document_is_seen_by_no_tokenizer_and_no_study() {
    let mut desk = Desk::new();
    let words = |n: u32| (0..14).map(move |k| format!("w{n}x{k:02}"));
    let line = |n: u32| words(n).collect::<Vec<_>>().join(" ") + "\n";
    let text: String = (10..70).chain(10..70).map(line).collect();
    let (order, mut playground) = own(&text);
    desk.tell(order);
    let mut learned_and_shared = |by: HeldOutBy| {
        playground.training.held_out_by = by;
        let want = Want::Tokenizer {
            corpus: Corpus::Own,
            dials: Box::new(playground.dials()),
            recipe: Recipe {
                vocabulary: 3 + 54 * 14,
                min_count: 1,
                ..Recipe::of_kind(TokenizerKind::Words)
            },
            held_out: playground.training.held_out(),
            bytes: text.len() as u64,
        };
        let vocabulary = match desk.give(want) {
            Ok(Given::Tokenizer(vocabulary)) => vocabulary,
            other => panic!("nothing was learned: {other:?}"),
        };
        let tokenizer = vocabulary.tokenizer().unwrap();
        let is_known = |n: &u32| {
            let ids = tokenizer.encode(&line(*n));
            !ids.iter().any(|&id| Some(id) == tokenizer.unknown())
        };
        let Finding::Contamination(found) = desk.study(&playground, Study::Contamination) else {
            panic!("a corpus is compared with itself");
        };
        let shared: f64 = found.shares.iter().map(|(_, share)| share).sum();
        ((10..70).filter(is_known).count(), shared > 0.0)
    };
    assert_eq!(learned_and_shared(HeldOutBy::Document), (54, false));
    assert!(learned_and_shared(HeldOutBy::Position).1);
}

#[test]
fn every_line_of_a_task_is_right_and_can_be_had_again() {
    let mut desk = Desk::new();
    let mut dials = TaskDials {
        kilobytes: 20,
        seed: 3,
        ..TaskDials::default()
    };
    let mut text_of = |dials: &TaskDials| match desk.give(Want::Text(Made::Task(dials.clone()))) {
        Ok(Given::Text {
            text,
            nats_per_byte,
        }) => (text, nats_per_byte),
        other => panic!("no text of {dials:?}: {other:?}"),
    };
    for &kind in TaskKind::ALL {
        dials.choose(kind);
        let (text, nats_per_byte) = text_of(&dials);
        assert!(text.len() >= 20_000 && text.ends_with('\n'), "{kind:?}");
        let task = kind.build(&dials.sizes()).unwrap();
        for (index, line) in (0..).zip(text.lines()) {
            let example = task.example(dials.seed, index);
            let written = line.strip_prefix(&example.prompt);
            let is_right = written.is_some_and(|written| task.is_right(&example, written));
            assert!(is_right, "{kind:?}: {line}");
        }
        let is_markov = matches!(kind, TaskKind::Markov1 | TaskKind::MarkovN);
        assert_eq!(nats_per_byte.is_some(), is_markov, "{kind:?}");
        assert!(nats_per_byte.is_none_or(|nats| nats > 0.1 && nats < 4f64.ln()));
        let other = TaskDials {
            seed: 4,
            ..dials.clone()
        };
        assert_ne!(text_of(&other).0, text, "{kind:?}");
        assert_eq!(text_of(&dials).0, text, "{kind:?}");
    }
    dials.size_1 = 99;
    let refused = desk.give(Want::Text(Made::Task(dials)));
    assert!(refused.is_err_and(|why| why.contains("Choose a number from 0 to 4")));
}

#[test]
fn worlds_do_not_stand_in_for_each_other() {
    let mut desk = Desk::new();
    let dials = WorldDials {
        kilobytes: 50,
        ..presets::first_minute().world
    };
    let ruder = WorldDials {
        rude_words: 0.5,
        ..dials.clone()
    };
    let mut world =
        |dials: &WorldDials| match desk.give(Want::Text(Made::World(Box::new(dials.clone())))) {
            Ok(Given::Text {
                text,
                nats_per_byte: Some(nats_per_byte),
            }) => (text, nats_per_byte),
            other => panic!("no world: {other:?}"),
        };
    let first = world(&dials);
    assert!(first.0.len() > 50_000 && first.1 > 0.0 && first.1 < 2.0);
    assert_ne!(world(&ruder), first);
    assert_eq!(world(&dials), first);
}

#[test]
fn a_text_is_cut_and_a_vocabulary_browsed() {
    let mut desk = Desk::new();
    let playground = presets::first_minute();
    let source = Source::Learned {
        corpus: playground.corpus.clone(),
        recipe: Recipe {
            vocabulary: 300,
            ..Recipe::of_kind(TokenizerKind::BpeBytes)
        },
        held_out: HeldOut::end(0.1),
    };
    let cut_of = |source| Ask::Cut {
        source,
        reads_specials: false,
    };
    let text = "the mouse 鲸".to_owned();
    let Answer::Text(facts) = desk.ask(Ask::Text { text: text.clone() }) else {
        panic!("a text is measured");
    };
    assert_eq!(facts.characters, 11);
    let Answer::Cut(cut) = desk.ask(cut_of(source.clone())) else {
        panic!("a text is cut");
    };
    let covered: u32 = cut.tokens.chunks(3).map(|token| token[1] + token[2]).sum();
    assert_eq!((covered as usize, cut.vocabulary), (text.len(), 300));
    let Answer::Vocabulary(entries) = desk.ask(Ask::Vocabulary {
        source: source.clone(),
    }) else {
        panic!("a vocabulary is told");
    };
    assert_eq!(entries.len(), 300);
    assert!(entries[299].made_of.is_some());
    let Answer::Places(places) = desk.ask(Ask::Places {
        source: source.clone(),
        id: 299,
    }) else {
        panic!("places are told");
    };
    assert_eq!(places.count, entries[299].count);
    let Answer::Exported(json) = desk.ask(Ask::Export { source }) else {
        panic!("a tokenizer is written");
    };
    let bytes = json.into_bytes();
    let imported = desk.ask(Ask::Import { file: 9, bytes });
    assert_eq!(imported, Answer::Imported { file: 9 });
    let source = Source::Imported { file: 9 };
    let Answer::Cut(again) = desk.ask(cut_of(source)) else {
        panic!("a text is cut by a file's tokenizer");
    };
    assert_eq!(again.tokens, cut.tokens);
    let gone = Source::Imported { file: 8 };
    assert!(
        matches!(desk.ask(cut_of(gone)), Answer::Failed(why) if why.contains("choose it again"))
    );
}

#[test]
fn a_bench_without_its_text_says_so() {
    let mut desk = Desk::new();
    let order = Order::Bench {
        request: 3,
        runs: 1,
    };
    let said = desk.tell(order);
    assert!(
        matches!(&said[..], [Reply::BenchDone { request: 3, failure: Some(why) }] if why.contains("not served"))
    );
}

#[test]
fn special_tokens_are_told_and_read_only_when_asked_for() {
    let mut desk = Desk::new();
    let bytes: serde_json::Map<String, serde_json::Value> = (0..=255)
        .map(|byte| {
            let sign = seedling::tokenizer::bpe::character_of_byte(byte);
            (sign.to_string(), byte.into())
        })
        .collect();
    let file = serde_json::json!({
        "added_tokens": [{"id": 256, "content": "<|endoftext|>", "special": true}],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
        "model": {"type": "BPE", "vocab": bytes, "merges": []},
    });
    let bytes = file.to_string().into_bytes();
    let imported = desk.ask(Ask::Import { file: 1, bytes });
    assert_eq!(imported, Answer::Imported { file: 1 });
    let text = "a<|endoftext|>b".to_owned();
    desk.ask(Ask::Text { text });
    let mut ids = |reads_specials| {
        let source = Source::Imported { file: 1 };
        let Answer::Cut(cut) = desk.ask(Ask::Cut {
            source,
            reads_specials,
        }) else {
            panic!("a text is cut by a file's tokenizer");
        };
        assert_eq!(cut.special_count, 1);
        assert_eq!(cut.specials, [(256, "<|endoftext|>".to_owned())]);
        cut.tokens
    };
    let plain = ids(false);
    assert_eq!(plain.len(), 3 * 15);
    assert!(plain.chunks(3).all(|token| token[0] < 256));
    assert_eq!(ids(true), [97, 0, 1, 256, 0, 13, 98, 0, 1]);
}
