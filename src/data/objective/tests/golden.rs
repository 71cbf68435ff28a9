//! Batches to the id. Golden values: `tests/golden/objectives.py`; those written out here follow from the definitions.

use serde_json::Value;

use super::*;

fn field(batch: &Value, name: &str) -> Vec<u32> {
    let numbers = batch.get(name).and_then(Value::as_array);
    numbers.map_or_else(Vec::new, |numbers| {
        let number = |value: &Value| value.as_u64().unwrap() as u32;
        numbers.iter().map(number).collect()
    })
}

fn expected(batch: &Value) -> Batch {
    Batch {
        inputs: field(batch, "inputs"),
        targets: field(batch, "targets"),
        lengths: field(batch, "lengths"),
        segments: field(batch, "segments"),
        source: field(batch, "source"),
        source_lengths: field(batch, "source_lengths"),
        pairs: field(batch, "pairs"),
        places: Vec::new(),
    }
}

#[test]
fn batches_are_the_scripts() {
    let golden = include_str!("../../../../tests/golden/objectives.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    let masked = ObjectiveConfig {
        mask_rate: 0.5,
        ..config(Objective::Masked)
    };
    let cases = [
        ("masked", 14, masked),
        (
            "static",
            14,
            ObjectiveConfig {
                masking: Masking::Static,
                ..masked
            },
        ),
        (
            "whole words",
            14,
            ObjectiveConfig {
                whole_words: true,
                ..masked
            },
        ),
        (
            "next sentence",
            16,
            ObjectiveConfig {
                mask_rate: 0.25,
                ..config(Objective::NextSentence)
            },
        ),
        (
            "denoising",
            20,
            ObjectiveConfig {
                noise_mask: 0.25,
                noise_delete: 0.25,
                infill: 0.25,
                infill_mean: 2.0,
                permute: 0.5,
                rotate: 0.5,
                ..config(Objective::Denoising)
            },
        ),
        (
            "infilling",
            20,
            ObjectiveConfig {
                infill: 0.5,
                infill_mean: 1.0,
                permute: 0.0,
                ..config(Objective::Denoising)
            },
        ),
        (
            "spans",
            16,
            ObjectiveConfig {
                span_rate: 0.25,
                span_mean: 2.0,
                ..config(Objective::Spans)
            },
        ),
    ];
    for (name, context, config) in cases {
        let maker = maker(&config, small_text(), context, 12);
        let training = maker.training_batch(1, 2, 3);
        assert_eq!(training, expected(&golden["training"][name]), "{name}");
        let validation = maker.validation_batch(1, 2, 3);
        assert_eq!(validation, expected(&golden["validation"][name]), "{name}");
    }
}

#[test]
fn causal_batches_are_the_windows() {
    let data = small_text();
    let tokens = data.training.tokens.clone();
    let windows = Windows::new(&tokens, 7).unwrap();
    let maker = maker(&config(Objective::Causal), data, 7, 12);
    assert_eq!(
        maker.training_batch(3, 4, 5),
        windows.training_batch(3, 4, 5)
    );
    assert_eq!(
        maker.validation_batch(1, 2, 3),
        windows.validation_batch(1, 2, 3)
    );
    let view = maker.example(3, 4, 2);
    let batch = windows.training_batch(3, 4, 3);
    assert_eq!(ids(&view), batch.inputs[14..]);
    let targets: Vec<u32> = view.targets.iter().flatten().copied().collect();
    assert_eq!(targets, batch.targets[14..]);
}

#[test]
fn pairs_are_framed_and_padded() {
    let pairs = || PartData {
        pairs: vec![pair(&[1, 2, 3], &[4]), pair(&[5], &[6, 7])],
        ..PartData::default()
    };
    let data = || ObjectiveData {
        training: pairs(),
        validation: Some(pairs()),
        ..ObjectiveData::default()
    };
    // [PAD] 10, [SEP] 13, [BOS] 14, [EOS] 15; the two validation rows are the two pairs
    let text_to_text = maker(&config(Objective::TextToText), data(), 5, 10);
    assert_eq!(text_to_text.source_context(), Some(5));
    let batch = Batch {
        source: vec![1, 2, 3, 15, 10, 5, 15, 10, 10, 10],
        source_lengths: vec![4, 2],
        inputs: vec![14, 4, 10, 10, 10, 14, 6, 7, 10, 10],
        targets: vec![4, 15, IGNORE, IGNORE, IGNORE, 6, 7, 15, IGNORE, IGNORE],
        lengths: vec![2, 3],
        ..Batch::default()
    };
    assert_eq!(text_to_text.validation_batch(0, 1, 2), batch);
    let prompted = maker(&config(Objective::Prompted), data(), 5, 10);
    assert_eq!(prompted.source_context(), None);
    let batch = Batch {
        inputs: vec![1, 2, 3, 13, 4, 5, 13, 6, 7, 10],
        targets: vec![IGNORE, IGNORE, IGNORE, 4, 15, IGNORE, 6, 7, 15, IGNORE],
        lengths: vec![5, 4],
        ..Batch::default()
    };
    assert_eq!(prompted.validation_batch(0, 1, 2), batch);
    let specials = Specials { base: 10 };
    assert_eq!(prompted::prompt(&[5], specials), batch.inputs[5..7]);
    assert_eq!(text_to_text::source(&[5], specials), [5, 15]);
}

/// `compute_input_and_target_lengths` of the T5 code: a source of 512 is made of 568 tokens and has a target of 114.
#[test]
fn span_lengths_are_those_of_t5() {
    assert_eq!(fit(512, 0.15, 3.0), 568);
    let lengths = config(Objective::Spans).lengths(512).unwrap();
    assert_eq!((lengths.source_context, lengths.context), (Some(512), 114));
    let split = Split::of(568, 0.15, 3.0);
    assert_eq!((split.kept, split.dropped, split.spans), (483, 85, 28));
    assert_eq!(config(Objective::Spans).special_tokens(512), Ok(6 + 29));
    // ½ rounds to even: 0.5 · 5 = 2.5 → 2
    assert_eq!(Split::of(5, 0.5, 1.0).dropped, 2);
}
