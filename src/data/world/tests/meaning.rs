//! What a text says is what its truth says, and what its truth says holds in the world.

use std::collections::BTreeSet;

use super::super::truth::{Asked, Clause, Operator};
use super::*;

#[test]
fn answers_hold_in_the_world() {
    for chinese in [0.0, 1.0] {
        let corpus = corpus_of(Genre::Question, chinese, |c| c.facts_per_entity = 5);
        let (mut closed, mut open) = (0, 0);
        for (document, text) in texts(&corpus) {
            let Truth::Question {
                asked,
                question,
                answer,
            } = &document.truth
            else {
                panic!()
            };
            assert!(text[question.clone()].ends_with(['?', '？']), "{text}");
            let answer = &text[answer.clone()];
            let facts = &corpus.world.facts;
            match asked {
                Asked::Fact(fact) => {
                    let value = corpus.world.answer(*fact, document.language).unwrap();
                    assert!(answer.starts_with(&value), "{value}: {text}");
                    closed += 1;
                }
                Asked::What { thing, .. } => {
                    let name = &facts.things[*thing as usize].name;
                    assert!(answer.ends_with([&name.english, &name.chinese][chinese as usize]));
                    open += 1;
                }
                Asked::Who { who, .. } => {
                    let name = &facts.people[*who as usize].name;
                    assert_eq!(answer, [&name.english, &name.chinese][chinese as usize]);
                    open += 1;
                }
            }
        }
        assert!(closed > 100 && open > 100);
    }
}

#[test]
fn the_world_knows_no_more_facts_than_it_was_given() {
    let world = World::new(&WorldConfig::default(), 1).unwrap();
    let fact = |about, attribute| Fact { about, attribute };
    let person = Entity::Person(0);
    assert!(
        world
            .answer(fact(person, Attribute::Favourite), Language::English)
            .is_some()
    );
    assert_eq!(
        world.answer(fact(person, Attribute::Age), Language::English),
        None
    );
    assert_eq!(
        world.answer(fact(person, Attribute::Colour), Language::English),
        None
    );
    let nobody = Entity::Person(u16::MAX);
    assert_eq!(
        world.answer(fact(nobody, Attribute::Job), Language::English),
        None
    );
}

#[test]
fn parallel_sentences_name_the_same() {
    let corpus = corpus_of(Genre::Parallel, 0.5, |c| c.complexity = 5);
    for (document, text) in texts(&corpus) {
        let Truth::Parallel {
            english,
            chinese,
            clause,
        } = &document.truth
        else {
            panic!()
        };
        assert!(text[english.clone()].is_ascii(), "{text}");
        assert!(!text[chinese.clone()].contains([' ', '.', ',']), "{text}");
        let words = |range: &std::ops::Range<usize>| {
            let inside = |word: &&TaggedWord| range.contains(&word.range.start);
            document.words.iter().filter(inside).collect::<Vec<_>>()
        };
        let tags = |words: &[&TaggedWord]| {
            let mut tags: Vec<Tag> = words.iter().map(|word| word.tag).collect();
            tags.sort();
            tags
        };
        let (english, chinese) = (words(english), words(chinese));
        assert_eq!(tags(&english), tags(&chinese), "{text}");
        // names are few enough to be looked up in both languages
        let people = &corpus.world.facts.people;
        let named = |words: &[&TaggedWord], chinese: bool| -> BTreeSet<usize> {
            words
                .iter()
                .filter(|word| word.tag == Tag::Person)
                .map(|word| {
                    let written = &text[word.range.clone()];
                    let is = |p: &facts::Person| {
                        written
                            == if chinese {
                                &p.name.chinese
                            } else {
                                &p.name.english
                            }
                    };
                    people.iter().position(is).unwrap()
                })
                .collect()
        };
        assert_eq!(named(&english, false), named(&chinese, true), "{text}");
        if let Clause::Event(event) = clause {
            assert!(named(&english, false).contains(&(event.who as usize)));
            let thing = &corpus.world.facts.things[event.thing as usize].name;
            assert!(
                text.contains(&thing.english) && text.contains(&thing.chinese),
                "{text}"
            );
        }
    }
}

#[test]
fn sums_are_right() {
    for chinese in [0.0, 1.0] {
        let corpus = corpus_of(Genre::Arithmetic, chinese, |c| c.complexity = 5);
        let mut seen = BTreeSet::new();
        for (document, text) in texts(&corpus) {
            let Truth::Arithmetic {
                left,
                operator,
                right,
                result,
            } = document.truth
            else {
                panic!()
            };
            let expected = match operator {
                Operator::Plus => left + right,
                Operator::Minus => left - right,
                Operator::Times => left * right,
            };
            assert_eq!(result, expected);
            let numbers: Vec<u16> = text
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|digits| digits.parse().ok())
                .collect();
            assert_eq!(numbers, [left, right, result], "{text}");
            seen.insert(operator as u8);
        }
        assert_eq!(seen.len(), 3);
    }
}

#[test]
fn stories_say_their_clauses_in_order() {
    let corpus = corpus_of(Genre::Story, 0.0, |c| c.complexity = 4);
    for (document, text) in texts(&corpus) {
        let Truth::Story { about, clauses } = &document.truth else {
            panic!()
        };
        let sentences: Vec<&str> = text.split_inclusive(['.', '!']).map(str::trim).collect();
        let sentences: Vec<&&str> = sentences.iter().filter(|s| s.ends_with('.')).collect();
        assert_eq!(sentences.len(), clauses.len(), "{text}");
        for (sentence, clause) in sentences.iter().zip(clauses) {
            match clause {
                Clause::Fact(fact) => {
                    assert_eq!(fact.about, Entity::Person(*about));
                    let value = corpus.world.answer(*fact, Language::English).unwrap();
                    assert!(sentence.contains(&value), "{value}: {sentence}");
                }
                Clause::Event(event) => {
                    assert_eq!(event.who, *about);
                    let past = lexicon::ACTIONS[event.action as usize].past;
                    let thing = &corpus.world.facts.things[event.thing as usize].name.english;
                    assert!(sentence.contains(&format!(" {past} ")), "{sentence}");
                    assert!(sentence.contains(thing.as_str()), "{sentence}");
                    for (chosen, table) in [
                        (event.time, &lexicon::TIMES[..]),
                        (event.spot, &lexicon::SPOTS),
                    ] {
                        let named = table.iter().position(|entry| sentence.contains(entry.0));
                        assert_eq!(named, chosen.map(usize::from), "{sentence}");
                    }
                    let recipient = event.recipient.map(|who| {
                        format!(
                            " to {}",
                            corpus.world.facts.people[who as usize].name.english
                        )
                    });
                    assert!(recipient.is_none_or(|to| sentence.contains(&to)));
                    assert_eq!(event.feeling.is_some(), sentence.contains(" because "));
                }
                Clause::Ending { who, feeling } => {
                    assert_eq!(who, about);
                    let feeling = lexicon::FEELINGS[*feeling as usize].0;
                    assert!(sentence.starts_with("In the end ") && sentence.contains(feeling));
                }
            }
        }
    }
}

#[test]
fn labels_titles_definitions_and_faults_are_where_they_say() {
    for chinese in [0.0, 1.0] {
        let at = chinese as usize;
        let corpus = corpus_of(Genre::Sentiment, chinese, |_| {});
        for (document, text) in texts(&corpus) {
            let Truth::Sentiment {
                is_positive, label, ..
            } = &document.truth
            else {
                panic!()
            };
            let labels = [["negative", "负面"], ["positive", "正面"]];
            assert_eq!(&text[label.clone()], labels[usize::from(*is_positive)][at]);
            let verdicts = if *is_positive {
                &lexicon::PRAISE
            } else {
                &lexicon::BLAME
            };
            assert!(
                verdicts.iter().any(|v| text.contains([v.0, v.1][at])),
                "{text}"
            );
        }
        let corpus = corpus_of(Genre::News, chinese, |_| {});
        for (document, text) in texts(&corpus) {
            let Truth::News {
                title,
                body,
                about,
                quoted,
                ..
            } = &document.truth
            else {
                panic!()
            };
            let name = &corpus.world.facts.people[*about as usize].name;
            let name = [&name.english, &name.chinese][at];
            assert!(text[title.clone()].starts_with(name), "{text}");
            assert!(text[body.clone()].contains(name), "{text}");
            assert_ne!(about, quoted);
        }
        let corpus = corpus_of(Genre::Definition, chinese, |_| {});
        for (document, text) in texts(&corpus) {
            let Truth::Definition {
                coined,
                definition,
                example,
            } = &document.truth
            else {
                panic!()
            };
            let coined = &corpus.world.facts.coined[*coined as usize];
            let word = [&coined.word.english, &coined.word.chinese][at];
            let colour = &lexicon::COLOURS[coined.colour as usize];
            assert!(text[definition.clone()].contains(word.as_str()));
            assert!(
                text[definition.clone()].contains([colour.0, colour.1][at]),
                "{text}"
            );
            assert!(text[example.clone()].contains(word.as_str()), "{text}");
        }
        let corpus = corpus_of(Genre::Grammaticality, chinese, |_| {});
        for (document, text) in texts(&corpus) {
            let Truth::Grammaticality { right, wrong, .. } = &document.truth else {
                panic!()
            };
            assert_ne!(text[right.clone()], text[wrong.clone()]);
            assert!(text[right.clone()].ends_with(['.', '。']), "{text}");
        }
    }
}

#[test]
fn tags_stand_behind_their_words() {
    let corpus = corpus_of(Genre::Tagged, 0.5, |c| c.complexity = 5);
    for (document, text) in texts(&corpus) {
        for word in &document.words {
            assert!(text[word.range.end..].starts_with(&format!("/{}", word.tag.key())));
        }
        assert_eq!(text.matches('/').count(), document.words.len());
    }
}

#[test]
fn english_articles_and_chinese_spacing_are_right() {
    let config = WorldConfig {
        vocabulary: 600,
        complexity: 5,
        ..WorldConfig::default()
    };
    let corpus = generate(&config, 9, 400_000).unwrap();
    for (document, text) in texts(&corpus) {
        let right = match &document.truth {
            Truth::Grammaticality { right, .. } => &text[right.clone()],
            _ => text,
        };
        assert!(!right.contains("  ") && !right.contains(" ."), "{right}");
        if document.language == Language::Chinese {
            assert!(!right.contains(' '), "{right}");
        }
        let words: Vec<&str> = right.split_whitespace().collect();
        for pair in words.windows(2) {
            let begins_with_vowel = pair[1].starts_with(['a', 'e', 'i', 'o', 'u']);
            match pair[0] {
                "a" | "A" => assert!(!begins_with_vowel, "{right}"),
                "an" | "An" => assert!(begins_with_vowel, "{right}"),
                _ => {}
            }
        }
    }
}

/// A name in running Chinese ends where its characters end, and a misspelling shows by a character of its own.
#[test]
fn names_and_misspellings_have_their_own_characters() {
    let config = WorldConfig {
        vocabulary: 1000,
        complexity: 5,
        facts_per_entity: 5,
        chinese: 1.0,
        ..WorldConfig::default()
    };
    let corpus = generate(&config, 9, 600_000).unwrap();
    let wrong: BTreeSet<char> = typos::LOOKALIKES.iter().map(|pair| pair.1).collect();
    let own = names::name_characters();
    for (document, text) in texts(&corpus) {
        assert!(!text.contains(|c| wrong.contains(&c)), "{text}");
        let mut at = 0;
        for word in &document.words {
            let between = &text[at..word.range.start];
            assert!(!between.contains(|c| own.contains(&c)), "{between}");
            at = word.range.end;
            let inside = &text[word.range.clone()];
            let has_name_characters = inside.chars().any(|c| own.contains(&c));
            let may = matches!(word.tag, Tag::Person | Tag::Place | Tag::Thing | Tag::Rude);
            assert!(may || !has_name_characters, "{inside}");
        }
    }
    for noun in &lexicon::NOUNS {
        assert!(
            !noun.chinese.contains(|c| own.contains(&c)),
            "{}",
            noun.chinese
        );
    }
}
