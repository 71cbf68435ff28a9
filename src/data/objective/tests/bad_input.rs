//! What cannot be is refused before training, with the cure.

use super::*;

fn error(config: &ObjectiveConfig, data: ObjectiveData, context: usize) -> ObjectiveError {
    let specials = Specials { base: 12 };
    Maker::new(config, Rc::new(data), context, specials).unwrap_err()
}

#[test]
fn contexts_have_a_least_length() {
    for (objective, needed) in [
        (Objective::Causal, 1),
        (Objective::Masked, 3),
        (Objective::NextSentence, 5),
        (Objective::Denoising, 3),
        (Objective::Spans, 3),
    ] {
        assert!(
            Maker::new(
                &config(objective),
                Rc::new(small_text()),
                needed,
                Specials { base: 12 }
            )
            .is_ok()
        );
        let error = error(&config(objective), small_text(), needed - 1);
        let expected = ObjectiveError::ContextTooShort {
            objective,
            context: needed - 1,
            needed,
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn texts_have_a_least_length() {
    for (objective, context, needed) in [
        (Objective::Causal, 36, 37),
        (Objective::Masked, 39, 37),
        (Objective::Denoising, 38, 37),
    ] {
        let error = error(&config(objective), small_text(), context);
        let expected = ObjectiveError::TextTooShort {
            part: Part::Training,
            tokens: 36,
            needed,
        };
        assert_eq!(error, expected);
        assert!(
            Maker::new(
                &config(objective),
                Rc::new(small_text()),
                context - 1,
                Specials { base: 12 }
            )
            .is_ok()
        );
    }
    let short = ObjectiveData {
        validation: Some(part(vec![1, 2], Vec::new())),
        ..small_text()
    };
    let error = error(&config(Objective::Masked), short, 12);
    assert_eq!(
        error.to_string(),
        "The validation text has 2 tokens, but an example of this context needs 10. Take a longer text or a shorter context."
    );
}

#[test]
fn an_empty_validation_text_is_named() {
    for objective in ON_TEXT {
        let data = ObjectiveData {
            validation: Some(PartData::default()),
            ..small_text()
        };
        let error = error(&config(objective), data, 12);
        assert_eq!(error, ObjectiveError::EmptyValidation, "{objective}");
    }
}

#[test]
fn one_document_gives_no_pairs() {
    for documents in [
        vec![],
        vec![0..36, 36..36],
        vec![0..35, 35..36],
        vec![0..10, 20..99],
    ] {
        let count = documents.len().min(1);
        let mut data = small_text();
        data.training.documents = documents;
        let error = error(&config(Objective::NextSentence), data, 12);
        let expected = ObjectiveError::TooFewDocuments {
            part: Part::Training,
            documents: count,
        };
        assert_eq!(error, expected);
    }
}

#[test]
fn whole_words_need_word_starts() {
    let whole = ObjectiveConfig {
        whole_words: true,
        ..config(Objective::Masked)
    };
    for word_starts in [vec![], vec![false; 12]] {
        let data = ObjectiveData {
            word_starts,
            ..small_text()
        };
        assert_eq!(error(&whole, data, 12), ObjectiveError::NoWordStarts);
    }
}

#[test]
fn settings_have_ranges() {
    let set = |objective, set: &dyn Fn(&mut ObjectiveConfig)| {
        let mut config = config(objective);
        set(&mut config);
        config.check()
    };
    for bad in [0.0, -1.0, 1.01, f32::NAN, f32::INFINITY] {
        let results = [
            set(Objective::Masked, &|it| it.mask_rate = bad),
            set(Objective::NextSentence, &|it| it.mask_rate = bad),
            set(Objective::Spans, &|it| it.span_rate = bad),
        ];
        for result in results {
            assert!(matches!(result, Err(ObjectiveError::OutOfRange { .. })));
        }
    }
    for bad in [-0.01, 1.01, f32::NAN] {
        let noise: [&dyn Fn(&mut ObjectiveConfig); 5] = [
            &|it| it.noise_mask = bad,
            &|it| it.noise_delete = bad,
            &|it| it.infill = bad,
            &|it| it.permute = bad,
            &|it| it.rotate = bad,
        ];
        for change in noise {
            assert!(set(Objective::Denoising, change).is_err());
            assert!(
                set(Objective::Masked, change).is_ok(),
                "it does not read that"
            );
        }
        let shares: [&dyn Fn(&mut ObjectiveConfig); 3] = [
            &|it| it.mask_share = bad,
            &|it| it.random_share = bad,
            &|it| it.unchanged_share = bad,
        ];
        for change in shares {
            let result = set(Objective::Masked, change);
            assert!(matches!(result, Err(ObjectiveError::Shares { .. })));
        }
    }
    let none = |it: &mut ObjectiveConfig| {
        (it.mask_share, it.random_share, it.unchanged_share) = (0.0, 0.0, 0.0);
    };
    assert!(set(Objective::Masked, &none).is_err());
    for bad in [0.4, 20.1, f32::NAN] {
        assert!(set(Objective::Denoising, &|it| it.infill_mean = bad).is_err());
    }
    for bad in [0.9, 64.1, f32::NAN] {
        assert!(set(Objective::Spans, &|it| it.span_mean = bad).is_err());
    }
    for objective in Objective::ALL {
        assert_eq!(config(objective).check(), Ok(()));
        assert_eq!(Objective::from_key(objective.key()), Some(objective));
    }
    let error = set(Objective::Masked, &|it| it.mask_rate = 2.0).unwrap_err();
    let message = "Masking rate: 2 is out of range. Choose a number from 0.01 to 1.";
    assert_eq!(error.to_string(), message);
}

#[test]
fn the_longest_example_is_named() {
    let data = || ObjectiveData {
        training: PartData {
            pairs: vec![
                pair(&[1], &[2]),
                pair(&[1, 2, 3, 4], &[2, 3]),
                pair(&[4, 3, 2, 1], &[2, 3]),
            ],
            ..PartData::default()
        },
        ..ObjectiveData::default()
    };
    for (objective, needed) in [(Objective::TextToText, 5), (Objective::Prompted, 7)] {
        let maker = |context| {
            let specials = Specials { base: 12 };
            Maker::new(&config(objective), Rc::new(data()), context, specials)
        };
        assert!(maker(needed).is_ok());
        let expected = ObjectiveError::ExampleTooLong {
            part: Part::Training,
            number: 2,
            opening: "[1, 2, 3, 4]".to_owned(),
            needed,
            context: needed - 1,
        };
        assert_eq!(maker(needed - 1).unwrap_err(), expected);
        let message = expected.to_string();
        assert!(message.contains(&format!("at least {needed}")), "{message}");
        let none = ObjectiveData {
            training: PartData::default(),
            ..data()
        };
        let part = Part::Training;
        assert_eq!(
            error(&config(objective), none, 12),
            ObjectiveError::NoPairs { part }
        );
        let none = ObjectiveData {
            validation: Some(PartData::default()),
            ..data()
        };
        let part = Part::Validation;
        assert_eq!(
            error(&config(objective), none, 12),
            ObjectiveError::NoPairs { part }
        );
    }
}

#[test]
fn a_configuration_with_few_settings_gets_the_others() {
    let config: ObjectiveConfig =
        serde_json::from_str(r#"{"objective": "Masked", "mask_rate": 0.3}"#).unwrap();
    let expected = ObjectiveConfig {
        objective: Objective::Masked,
        mask_rate: 0.3,
        ..ObjectiveConfig::default()
    };
    assert_eq!(config, expected);
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(
        serde_json::from_str::<ObjectiveConfig>(&text).unwrap(),
        config
    );
}
