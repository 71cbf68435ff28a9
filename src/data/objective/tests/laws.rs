//! What holds of every example, whatever is drawn.

use proptest::prelude::*;

use super::*;

/// 2,000 tokens of 40 in 25 documents of 80; every seventh token or so ends a sentence, three of four begin words.
fn long_text() -> ObjectiveData {
    let tokens = (0..2000).map(|i| crate::rng::hash32(4, i) % 40).collect();
    let documents = (0..25).map(|i| 80 * i..80 * (i + 1)).collect();
    let text = part(tokens, documents);
    ObjectiveData {
        training: text.clone(),
        validation: Some(text),
        word_starts: (0..40).map(|id| id >= 10).collect(),
        sentence_ends: (0..40).map(|id| id % 7 == 0).collect(),
    }
}

fn views(maker: &Maker, count: u32) -> impl Iterator<Item = ExampleView> {
    (0..count).map(|step| maker.example(9, step, step % 4))
}

#[test]
fn what_is_shown_is_what_is_trained_on() {
    for objective in ON_TEXT {
        let maker = maker(&config(objective), long_text(), 24, 40);
        let batch = maker.training_batch(5, 6, 3);
        let context = maker.context();
        for row in 0..3 {
            let view = maker.example(5, 6, row as u32);
            let (ids, mut inputs) = (ids(&view), view.inputs.clone());
            if let Some(source_context) = maker.source_context() {
                let source = &batch.source[row * source_context..][..source_context];
                let (real, padding) = source.split_at(ids.len());
                assert_eq!(real, ids);
                assert!(padding.iter().all(|&id| id == 40));
                assert_eq!(batch.source_lengths[row] as usize, ids.len());
            } else {
                inputs = ids;
            }
            let length = inputs.len();
            assert_eq!(view.targets.len(), length);
            inputs.resize(context, 40);
            assert_eq!(batch.inputs[row * context..][..context], inputs);
            let mut targets: Vec<u32> =
                view.targets.iter().map(|id| id.unwrap_or(IGNORE)).collect();
            targets.resize(context, IGNORE);
            assert_eq!(batch.targets[row * context..][..context], targets);
            let is_padded = objective == Objective::NextSentence;
            assert_eq!(batch.lengths.len(), if is_padded { 3 } else { 0 });
            if is_padded {
                assert_eq!(batch.lengths[row] as usize, length);
                assert_eq!(batch.pairs[row] == 1, view.is_next.unwrap());
            } else {
                assert_eq!(length, context, "{objective} fills its rows");
            }
        }
    }
}

#[test]
fn counters_alone_decide() {
    for objective in ON_TEXT {
        let maker = maker(&config(objective), long_text(), 24, 40);
        let batch = maker.training_batch(1, 2, 4);
        assert_eq!(maker.training_batch(1, 2, 4), batch);
        assert_ne!(maker.training_batch(2, 2, 4), batch);
        assert_ne!(maker.training_batch(1, 3, 4), batch);
        let larger = maker.training_batch(1, 2, 5);
        assert!(larger.inputs.starts_with(&batch.inputs));
        let fixed = maker.validation_batch(0, 2, 4);
        assert_eq!(maker.validation_batch(0, 2, 4), fixed);
        assert_ne!(maker.validation_batch(1, 2, 4), fixed);
    }
}

#[test]
fn what_is_not_held_out_gives_no_validation_batch() {
    for objective in ON_TEXT {
        let data = ObjectiveData {
            validation: None,
            ..long_text()
        };
        let maker = maker(&config(objective), data, 24, 40);
        assert_eq!(maker.validation_batch(0, 1, 2), Batch::default());
    }
}

#[test]
fn targets_are_the_tokens_of_the_text() {
    let masked = ObjectiveConfig {
        mask_rate: 0.5,
        ..config(Objective::Masked)
    };
    let pairs = ObjectiveConfig {
        objective: Objective::NextSentence,
        ..masked
    };
    for config in [masked, pairs] {
        let maker = maker(&config, long_text(), 24, 40);
        for view in views(&maker, 200) {
            for (cell, target) in view.source.iter().zip(&view.targets) {
                let original = view.original.get(cell.start as usize).copied();
                match cell.kind {
                    CellKind::Special => assert_eq!((cell.end, *target), (cell.start, None)),
                    CellKind::Kept => assert_eq!((Some(cell.id), *target), (original, None)),
                    CellKind::Unchanged => {
                        assert_eq!((Some(cell.id), *target), (original, original));
                    }
                    CellKind::Masked => assert_eq!((cell.id, *target), (41, original)),
                    CellKind::Random => assert!(cell.id < 40 && *target == original),
                    kind => panic!("{kind:?}"),
                }
            }
        }
    }
}

#[test]
fn static_masks_belong_to_places_of_the_text() {
    // every token its own number, so that a place is known by its token
    let text = || ObjectiveData {
        training: part((0..300).collect(), Vec::new()),
        word_starts: (0..300).map(|id| id % 3 == 0).collect(),
        ..ObjectiveData::default()
    };
    for whole_words in [false, true] {
        let config = ObjectiveConfig {
            masking: Masking::Static,
            mask_rate: 0.3,
            whole_words,
            ..config(Objective::Masked)
        };
        let maker_of = |config| maker(&config, text(), 20, 300);
        let mut seen: Vec<Option<Cell>> = vec![None; 300];
        let mut repeated = 0;
        for view in views(&maker_of(config), 100) {
            for cell in view.source.iter().filter(|cell| cell.start < cell.end) {
                let place = view.original[cell.start as usize] as usize;
                let cell = Cell {
                    start: 0,
                    end: 1,
                    ..*cell
                };
                repeated += usize::from(seen[place].is_some());
                assert_eq!(*seen[place].get_or_insert(cell), cell, "place {place}");
            }
        }
        assert!(repeated > 1000);
        // another seed, other masks
        let cells = |seed| maker_of(config).training_batch(seed, 0, 50).targets;
        assert_ne!(cells(1), cells(2));
        let dynamic = maker_of(ObjectiveConfig {
            masking: Masking::Dynamic,
            ..config
        });
        let is_masked = |view: &ExampleView| {
            let at = view.original.iter().position(|&id| id == 150)?;
            Some(view.targets[at + 1].is_some())
        };
        let fates: Vec<bool> = views(&dynamic, 400)
            .filter_map(|view| is_masked(&view))
            .collect();
        assert!(fates.contains(&true) && fates.contains(&false));
    }
}

#[test]
fn words_are_masked_whole() {
    let config = ObjectiveConfig {
        whole_words: true,
        mask_rate: 0.3,
        ..config(Objective::Masked)
    };
    let data = long_text();
    let starts = data.word_starts.clone();
    for view in views(&maker(&config, data, 40, 40), 200) {
        // the first token's word may begin before the window
        for (place, &token) in view.original.iter().enumerate().skip(1) {
            if !starts[token as usize] {
                let is_chosen = |place: usize| view.targets[place + 1].is_some();
                assert_eq!(is_chosen(place), is_chosen(place - 1));
            }
        }
    }
}

#[test]
fn pairs_follow_or_come_from_another_document() {
    let tokens: Vec<u32> = (0..900).collect();
    let documents: Vec<Range<usize>> = vec![0..200, 200..203, 203..204, 210..500, 500..900];
    let data = ObjectiveData {
        training: part(tokens, documents.clone()),
        sentence_ends: (0..900).map(|id| id % 10 == 9).collect(),
        ..ObjectiveData::default()
    };
    let document_of = |id: u32| {
        let number = documents.iter().position(|it| it.contains(&(id as usize)));
        number.expect("tokens between documents are not used")
    };
    let maker = maker(&config(Objective::NextSentence), data, 33, 900);
    let mut at_sentences = 0;
    for view in views(&maker, 1000) {
        let mut segments = [Vec::new(), Vec::new()];
        for (cell, &segment) in view.source.iter().zip(&view.segments) {
            let ids = &view.original[cell.start as usize..cell.end as usize];
            segments[segment as usize].extend_from_slice(ids);
        }
        let [a, b] = segments;
        assert!(!a.is_empty() && !b.is_empty());
        assert_eq!(view.source.len(), a.len() + b.len() + 3);
        assert_eq!(view.segments.len(), view.source.len());
        assert!(view.source.len() <= 33);
        for segment in [&a, &b] {
            assert!(segment.windows(2).all(|pair| pair[0] + 1 == pair[1]));
            let (first, last) = (segment[0], segment[segment.len() - 1]);
            assert_eq!(document_of(first), document_of(last));
            assert_ne!(document_of(first), 2, "one token is no document");
        }
        let last = a[a.len() - 1];
        if view.is_next == Some(true) {
            assert_eq!(last + 1, b[0]);
        } else {
            assert_ne!(document_of(last), document_of(b[0]));
        }
        at_sentences += u32::from(last % 10 == 9);
    }
    assert!(at_sentences > 900, "cut after sentences: {at_sentences}");
}

/// Puts the target's spans where the source has sentinels.
fn filled_in(source: &[u32], target: &[u32], first_sentinel: u32, eos: u32) -> Vec<u32> {
    let mut text = Vec::new();
    for &id in source.iter().filter(|&&id| id != eos) {
        if id < first_sentinel {
            text.push(id);
            continue;
        }
        let start = target.iter().position(|&other| other == id).unwrap() + 1;
        let span = target[start..]
            .iter()
            .take_while(|&&id| id < first_sentinel);
        text.extend(span);
    }
    text
}

#[test]
fn spans_put_back_give_the_text() {
    for (context, rate, mean) in [
        (16, 0.15, 3.0),
        (64, 0.5, 1.0),
        (33, 0.9, 7.0),
        (3, 0.15, 3.0),
    ] {
        let config = ObjectiveConfig {
            span_rate: rate,
            span_mean: mean,
            ..config(Objective::Spans)
        };
        let maker = maker(&config, long_text(), context, 40);
        let longest = maker.context().max(maker.source_context().unwrap());
        assert!(longest <= context);
        let sentinels = config.special_tokens(context).unwrap() - Specials::FIXED;
        for view in views(&maker, 100) {
            assert_eq!(Some(view.source.len()), maker.source_context());
            assert_eq!(view.inputs.len(), maker.context());
            let target: Vec<u32> = view.targets.iter().flatten().copied().collect();
            assert_eq!(filled_in(&ids(&view), &target, 46, 45), view.original);
            let last = 46 + sentinels - 1;
            assert_eq!(target.last(), Some(&last), "the last sentinel ends it");
            assert_eq!(
                (view.inputs[0], &view.inputs[1..]),
                (44, &target[..target.len() - 1])
            );
            // a kept token comes first, and no two spans touch
            assert_eq!(view.source[0].kind, CellKind::Kept);
            let is_sentinel = |cell: &Cell| cell.kind == CellKind::Sentinel;
            let mut pairs = view.source.windows(2);
            assert!(!pairs.any(|pair| is_sentinel(&pair[0]) && is_sentinel(&pair[1])));
        }
    }
}

#[test]
fn cells_and_the_original_give_the_damaged_text_its_sense() {
    let config = ObjectiveConfig {
        noise_mask: 0.1,
        noise_delete: 0.1,
        permute: 0.5,
        rotate: 0.5,
        ..config(Objective::Denoising)
    };
    let maker = maker(&config, long_text(), 48, 40);
    let mut deleted = 0;
    for view in views(&maker, 300) {
        let n = view.original.len() as u32;
        let order = match view.order.as_slice() {
            [] => (0..n).collect(),
            order => order.to_vec(),
        };
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            (0..n).collect::<Vec<u32>>(),
            "no token is lost by moving"
        );
        let mut end = 0;
        for cell in &view.source {
            assert!(end <= cell.start && cell.start <= cell.end);
            deleted += cell.start - end;
            end = cell.end;
            let length = cell.end - cell.start;
            match cell.kind {
                CellKind::Kept | CellKind::Moved => {
                    let from = order[cell.start as usize];
                    assert_eq!((length, cell.id), (1, view.original[from as usize]));
                    let stays = cell.kind == CellKind::Kept;
                    assert!(stays || !view.order.is_empty());
                }
                CellKind::Masked => assert!(length > 0 && cell.id == 41),
                CellKind::Inserted => assert_eq!((length, cell.id), (0, 41)),
                CellKind::Special => assert_eq!((length, cell.id), (0, 45)),
                kind => panic!("{kind:?}"),
            }
        }
        let gone = view.fates();
        let gone = gone.iter().filter(|&&fate| fate == CellKind::Deleted);
        deleted += n - end;
        deleted -= gone.count() as u32;
        assert_eq!(deleted, 0, "what no cell stands for was deleted");
        assert_eq!(view.inputs[1..], view.original);
        let target: Vec<u32> = view.targets.iter().flatten().copied().collect();
        assert_eq!(
            (&target[..n as usize], target[n as usize]),
            (&*view.original, 45)
        );
    }
}

#[test]
fn sentences_change_places_whole() {
    let data = ObjectiveData {
        training: part((0..60).collect(), Vec::new()),
        sentence_ends: (0..60).map(|id| id % 6 == 5).collect(),
        ..ObjectiveData::default()
    };
    let permuted = ObjectiveConfig {
        infill: 0.0,
        ..config(Objective::Denoising)
    };
    let rotated = ObjectiveConfig {
        permute: 0.0,
        rotate: 1.0,
        ..permuted
    };
    let moved = maker(&permuted, data.clone(), 37, 60);
    let mut is_shuffled = false;
    for view in views(&moved, 50) {
        let ids: Vec<u32> = ids(&view).into_iter().filter(|&id| id < 60).collect();
        for pair in ids.windows(2) {
            assert!(
                pair[0] % 6 == 5
                    || pair[0] + 1 == pair[1]
                    || pair[0] + 1 == 60
                    || view.original.last() == Some(&pair[0]),
                "{ids:?}"
            );
        }
        is_shuffled |= ids != view.original;
    }
    assert!(is_shuffled);
    let turned = maker(&rotated, data, 37, 60);
    for view in views(&turned, 50) {
        let ids: Vec<u32> = ids(&view).into_iter().filter(|&id| id < 60).collect();
        let first = view.original.iter().position(|id| *id == ids[0]).unwrap();
        assert_eq!(
            ids,
            [&view.original[first..], &view.original[..first]].concat()
        );
        let kind = if first == 0 {
            CellKind::Kept
        } else {
            CellKind::Moved
        };
        assert_eq!(view.fates(), vec![kind; 36]);
    }
}

fn any_config() -> impl Strategy<Value = ObjectiveConfig> {
    let number = || prop_oneof![9 => -0.1f32..1.2, 1 => Just(f32::NAN)];
    let share = || prop_oneof![19 => 0.0f32..=1.0, 1 => number()];
    let masks = (
        share(),
        share(),
        share(),
        share(),
        any::<bool>(),
        any::<bool>(),
    );
    let noise = (share(), share(), share(), 0.4f32..21.0, share(), share());
    let spans = (share(), 0.9f32..65.0);
    (0..7usize, masks, noise, spans).prop_map(|(objective, masks, noise, spans)| ObjectiveConfig {
        objective: Objective::ALL[objective],
        mask_rate: masks.0,
        mask_share: masks.1,
        random_share: masks.2,
        unchanged_share: masks.3,
        masking: if masks.4 {
            Masking::Static
        } else {
            Masking::Dynamic
        },
        whole_words: masks.5,
        noise_mask: noise.0,
        noise_delete: noise.1,
        infill: noise.2,
        infill_mean: noise.3,
        permute: noise.4,
        rotate: noise.5,
        span_rate: spans.0,
        span_mean: spans.1,
    })
}

fn any_part(base: u32) -> impl Strategy<Value = PartData> {
    let ids = || proptest::collection::vec(0..base, 0..12);
    let pairs = proptest::collection::vec((ids(), ids()), 0..5);
    let documents = proptest::collection::vec((0usize..90, 0usize..40), 0..6);
    let tokens = proptest::collection::vec(0..base, 0..90);
    (tokens, documents, pairs).prop_map(|(tokens, mut documents, pairs)| {
        documents.sort_unstable();
        PartData {
            tokens: Rc::new(tokens),
            documents: documents.into_iter().map(|(at, n)| at..at + n).collect(),
            pairs: pairs
                .iter()
                .map(|(source, target)| pair(source, target))
                .collect(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn nothing_panics_and_every_id_is_known(
        config in any_config(), training in any_part(9), validation in any_part(9),
        is_held_out: bool, context in 0usize..40, marks in proptest::collection::vec(any::<bool>(), 0..12),
        seed: u32, step: u32, rows in 0u32..5, index in 0u32..3, batches in 0u32..3,
    ) {
        let data = ObjectiveData {
            training,
            validation: is_held_out.then_some(validation),
            word_starts: marks.clone(),
            sentence_ends: marks,
        };
        match Maker::new(&config, Rc::new(data), context, Specials { base: 9 }) {
            Err(error) => prop_assert!(error.to_string().ends_with('.')),
            Ok(maker) => {
                let ids = 9 + config.special_tokens(context).unwrap();
                let b = rows as usize;
                let training = maker.training_batch(seed, step, rows);
                let mut batches_made = vec![(training, b)];
                if is_held_out {
                    let batch = maker.validation_batch(index, batches, rows);
                    batches_made.push((batch, b));
                }
                for (batch, b) in batches_made {
                    prop_assert_eq!(batch.inputs.len(), b * maker.context());
                    prop_assert_eq!(batch.targets.len(), b * maker.context());
                    let s = maker.source_context().unwrap_or(0);
                    prop_assert_eq!(batch.source.len(), b * s);
                    prop_assert!(maker.context().max(s) <= context);
                    prop_assert!(batch.inputs.iter().chain(&batch.source).all(|&id| id < ids));
                    prop_assert!(batch.targets.iter().all(|&id| id < ids || id == IGNORE));
                    let within = |lengths: &[u32], most: usize| {
                        lengths.iter().all(|&length| (1..=most).contains(&(length as usize)))
                    };
                    prop_assert!(within(&batch.lengths, maker.context()));
                    prop_assert!(within(&batch.source_lengths, s));
                }
                let view = maker.example(seed, step, 0);
                prop_assert_eq!(view.fates().len(), view.original.len());
            }
        }
    }
}
