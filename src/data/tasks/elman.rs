//! Elman's two grammars. A prompt is the beginning of a sentence; every ending that makes it one is right.
//!
//! 1990, "Finding Structure in Time", tables 3 and 4: sentences of two or three words from sixteen templates over twelve
//! categories of nouns and verbs.
//!
//! 1991, "Distributed Representations, Simple Recurrent Networks, and Grammatical Structure", table 1: agreement of number
//! over relative clauses, and verbs that demand, allow or refuse an object.
//!
//! ```text
//! S → NP VP .     NP → John | N | N RC     VP → V (NP)     RC → who NP V | who V (NP)
//! chase, feed: with an object.   see, hear: with or without.   walk, live: without.
//! A verb agrees with its subject; in `who NP V` the noun before `who` is V's object, in `who V` its subject.
//! ```

use super::{Example, Task, first_line};
use crate::data::chance::Dice;

/// The grammar of 1990.
pub struct ShortSentences;

type Category = &'static [&'static str];

const HUMAN: Category = &["man", "woman", "boy", "girl"];
const ANIMAL: Category = &["cat", "mouse", "dog"];
const INANIMATE: Category = &["book", "rock", "car"];
const AGGRESSOR: Category = &["dragon", "monster", "lion"];
const FRAGILE: Category = &["glass", "plate"];
const FOOD: Category = &["cookie", "bread", "sandwich"];
const INTRANSITIVE: Category = &["think", "sleep", "exist"];
const TRANSITIVE: Category = &["see", "chase", "like"];
const AGENT_PATIENT: Category = &["move", "break"];
const PERCEPTION: Category = &["smell", "see"];
const DESTRUCTION: Category = &["break", "smash"];
const EATING: Category = &["eat"];

const TEMPLATES: [&[Category]; 16] = [
    &[HUMAN, EATING, FOOD],
    &[HUMAN, PERCEPTION, INANIMATE],
    &[HUMAN, DESTRUCTION, FRAGILE],
    &[HUMAN, INTRANSITIVE],
    &[HUMAN, TRANSITIVE, HUMAN],
    &[HUMAN, AGENT_PATIENT, INANIMATE],
    &[HUMAN, AGENT_PATIENT],
    &[ANIMAL, EATING, FOOD],
    &[ANIMAL, TRANSITIVE, ANIMAL],
    &[ANIMAL, AGENT_PATIENT, INANIMATE],
    &[ANIMAL, AGENT_PATIENT],
    &[INANIMATE, AGENT_PATIENT],
    &[AGGRESSOR, DESTRUCTION, FRAGILE],
    &[AGGRESSOR, EATING, HUMAN],
    &[AGGRESSOR, EATING, ANIMAL],
    &[AGGRESSOR, EATING, FOOD],
];

fn one_of(dice: &mut Dice, words: Category) -> &'static str {
    words[dice.pick_below(words.len())]
}

/// Cuts a sentence after its first word or a later one; the answer keeps the blank before it.
fn cut(dice: &mut Dice, words: &[&str]) -> Example {
    let at = 1 + dice.pick_below(words.len() - 1);
    Example {
        prompt: words[..at].join(" "),
        answer: format!(" {}", words[at..].join(" ")),
    }
}

/// The words of prompt and answer when they are parted by single blanks.
fn sentence<'a>(example: &'a Example, written: &'a str) -> Option<Vec<&'a str>> {
    let rest = first_line(written).strip_prefix(' ')?;
    let words: Vec<&str> = example.prompt.split(' ').chain(rest.split(' ')).collect();
    (!words.contains(&"")).then_some(words)
}

impl Task for ShortSentences {
    fn draw(&self, dice: &mut Dice) -> Example {
        let template = TEMPLATES[dice.pick_below(TEMPLATES.len())];
        let words: Vec<&str> = template
            .iter()
            .map(|category| one_of(dice, category))
            .collect();
        cut(dice, &words)
    }

    fn is_right(&self, example: &Example, written: &str) -> bool {
        let fits = |words: &[&str], template: &[Category]| {
            let of_category = |(word, category): (&&str, &Category)| category.contains(word);
            words.len() == template.len() && words.iter().zip(template).all(of_category)
        };
        sentence(example, written)
            .is_some_and(|words| TEMPLATES.iter().any(|template| fits(&words, template)))
    }
}

/// The grammar of 1991.
pub struct RelativeClauses {
    /// Relative clauses inside one another, at most.
    pub depth: u32,
}

/// Number, as an index: one, many.
type Number = usize;

const NAMES: Category = &["John", "Mary"];
const NOUNS: [Category; 2] = [
    &["boy", "girl", "cat", "dog"],
    &["boys", "girls", "cats", "dogs"],
];

/// Whether a verb takes an object.
#[derive(Clone, Copy, PartialEq)]
enum Object {
    Must,
    May,
    MustNot,
}

const OBJECTS: [Object; 3] = [Object::Must, Object::May, Object::MustNot];

/// Verbs by number, and for each two of every entry of [`OBJECTS`] in turn.
const VERBS: [[&str; 6]; 2] = [
    ["chases", "feeds", "sees", "hears", "walks", "lives"],
    ["chase", "feed", "see", "hear", "walk", "live"],
];

impl RelativeClauses {
    fn noun_phrase(&self, dice: &mut Dice, depth: u32, words: &mut Vec<&'static str>) -> Number {
        let kinds = if depth < self.depth { 3 } else { 2 };
        let kind = dice.pick_below(kinds);
        if kind == 0 {
            words.push(one_of(dice, NAMES));
            return 0;
        }
        let number = dice.pick_below(2);
        words.push(one_of(dice, NOUNS[number]));
        if kind == 2 {
            words.push("who");
            if dice.happens(0.5) {
                // the noun is the object: the verb is one that takes objects
                let subject = self.noun_phrase(dice, depth + 1, words);
                words.push(VERBS[subject][dice.pick_below(4)]);
            } else {
                self.verb_phrase(dice, number, depth + 1, words);
            }
        }
        number
    }

    fn verb_phrase(
        &self,
        dice: &mut Dice,
        number: Number,
        depth: u32,
        words: &mut Vec<&'static str>,
    ) {
        let verb = dice.pick_below(6);
        words.push(VERBS[number][verb]);
        let has_object = match OBJECTS[verb / 2] {
            Object::Must => true,
            Object::May => dice.happens(0.5),
            Object::MustNot => false,
        };
        if has_object {
            self.noun_phrase(dice, depth, words);
        }
    }
}

/// Where a noun phrase that begins at `at` may end, and its number.
fn noun_phrase_ends(words: &[&str], at: usize) -> Vec<(usize, Number)> {
    let Some(word) = words.get(at) else {
        return Vec::new();
    };
    if NAMES.contains(word) {
        return vec![(at + 1, 0)];
    }
    let Some(number) = NOUNS.iter().position(|nouns| nouns.contains(word)) else {
        return Vec::new();
    };
    let mut ends = vec![at + 1];
    if words.get(at + 1) == Some(&"who") {
        ends.extend(verb_phrase_ends(words, at + 2, number));
        for (end, subject) in noun_phrase_ends(words, at + 2) {
            if words
                .get(end)
                .is_some_and(|verb| VERBS[subject][..4].contains(verb))
            {
                ends.push(end + 1);
            }
        }
    }
    ends.sort_unstable();
    ends.dedup();
    ends.into_iter().map(|end| (end, number)).collect()
}

fn verb_phrase_ends(words: &[&str], at: usize, number: Number) -> Vec<usize> {
    let verb = words
        .get(at)
        .and_then(|word| VERBS[number].iter().position(|verb| verb == word));
    let Some(verb) = verb else {
        return Vec::new();
    };
    let object = OBJECTS[verb / 2];
    let mut ends = Vec::new();
    if object != Object::Must {
        ends.push(at + 1);
    }
    if object != Object::MustNot {
        ends.extend(noun_phrase_ends(words, at + 1).iter().map(|end| end.0));
    }
    ends
}

/// Longest sentence that is judged, words; clauses nest, and the judge with them.
const LONGEST: usize = 200;

/// Whether words are a sentence of the grammar of 1991 with any depth.
fn is_sentence(words: &[&str]) -> bool {
    words.len() <= LONGEST
        && noun_phrase_ends(words, 0).into_iter().any(|(at, number)| {
            let ends = verb_phrase_ends(words, at, number);
            ends.into_iter().any(|end| words[end..] == ["."])
        })
}

impl Task for RelativeClauses {
    fn draw(&self, dice: &mut Dice) -> Example {
        let mut words = Vec::new();
        let number = self.noun_phrase(dice, 0, &mut words);
        self.verb_phrase(dice, number, 0, &mut words);
        words.push(".");
        cut(dice, &words)
    }

    fn is_right(&self, example: &Example, written: &str) -> bool {
        sentence(example, written).is_some_and(|words| is_sentence(&words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_judge_knows_the_grammar() {
        let judge = |text: &str| is_sentence(&text.split(' ').collect::<Vec<_>>());
        for right in [
            "John feeds cats .",
            "boys see .",
            "boys see Mary .",
            "dog who chases cat sees girl .",
            "dogs who cat chases live .",
            "boys who girls who dogs chase see hear .",
            "boy who boys chase chases boy .",
            "girl who boys who feed cats walk sees .",
        ] {
            // the last is wrong: `walk` takes no object, so `girl` cannot be it
            assert_eq!(judge(right), !right.contains("walk"), "{right}");
        }
        for wrong in [
            "boys sees dog .",
            "boys who chase dogs sees cats .",
            "girls walk dogs .",
            "cats chase .",
            "dogs who cat chases girl live .",
            "John feeds cats",
            "John feeds cats . .",
            ".",
            "who .",
        ] {
            assert!(!judge(wrong), "{wrong}");
        }
        let deep = "boys who ".repeat(5_000) + "walk .";
        assert!(!judge(&deep));
    }
}
