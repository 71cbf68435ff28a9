//! What was found in a corpus as rows and curves to draw.

use crate::data::statistics::frequency::Frequencies;
use crate::data::statistics::languages::{Script, Tongue};
use crate::data::statistics::lengths::Lengths;
use crate::data::statistics::zipf::Ranks;
use crate::ui::number::integer;
use crate::ui::token_text::visible;
use crate::ui::{Point, Series};
use crate::words::Words;

/// One bar: name, length 0..=1, figure.
pub type Row = (String, f64, String);

/// Documents on one page.
pub const DOCUMENTS_SHOWN: u32 = 12;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Characters,
    Words,
    Tokens,
}

/// The most frequent units; the first has the longest bar.
pub fn most_frequent(frequencies: &Frequencies) -> Vec<Row> {
    let most = frequencies.top.first().map_or(1, |it| it.count.max(1)) as f64;
    let row = |it: &crate::data::statistics::frequency::Counted| {
        (visible(&it.text), it.count as f64 / most, integer(it.count))
    };
    frequencies.top.iter().map(row).collect()
}

/// Frequency by rank, and the fitted law beside it.
pub fn zipf_curves(ranks: &Ranks, counted: &str, law: &str) -> Vec<Series> {
    let curve = |name: &str, style: usize, points: Vec<Point>| Series {
        name: name.into(),
        style,
        points,
        faint: false,
        is_read: true,
        dots: false,
    };
    let counted_points = ranks
        .points
        .iter()
        .map(|&(rank, count)| Point::at(rank as f64, count as f64));
    let mut curves = vec![curve(counted, 0, counted_points.collect())];
    let expected: Vec<Point> = ranks
        .points
        .iter()
        .filter_map(|&(rank, _)| Some(Point::at(rank as f64, ranks.expected(rank as f64)?)))
        // Below half a unit a law about counts says nothing.
        .filter(|point| point.y >= 0.5)
        .collect();
    if !expected.is_empty() {
        curves.push(curve(law, 1, expected));
    }
    curves
}

/// Classes of lengths, doubling.
pub fn length_classes(lengths: &Lengths) -> Vec<Row> {
    let most = lengths
        .classes
        .iter()
        .map(|class| class.1)
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let mut rows = Vec::new();
    let mut from = 1;
    for &(edge, count) in &lengths.classes {
        let name = if from >= edge {
            integer(edge)
        } else {
            format!("{}–{}", integer(from), integer(edge))
        };
        rows.push((name, count as f64 / most, integer(count)));
        from = edge + 1;
    }
    rows
}

/// The name of a script.
pub fn script_name(script: Script, w: &'static Words) -> &'static str {
    match script {
        Script::Latin => w.study.script_latin,
        Script::Han => w.study.script_han,
        Script::Kana => w.study.script_kana,
        Script::Hangul => w.study.script_hangul,
        Script::Cyrillic => w.study.script_cyrillic,
        Script::Greek => w.study.script_greek,
        Script::Arabic => w.study.script_arabic,
        Script::Hebrew => w.study.script_hebrew,
        Script::Devanagari => w.study.script_devanagari,
        Script::Thai => w.study.script_thai,
        Script::OtherLetters => w.study.script_other,
        Script::Digits => w.study.script_digits,
        Script::Punctuation => w.study.script_punctuation,
        Script::Blanks => w.study.script_blanks,
        Script::Control => w.study.script_control,
    }
}

/// The name of a language.
pub fn tongue_name(tongue: Tongue, w: &'static Words) -> &'static str {
    match tongue {
        Tongue::English => w.study.english,
        Tongue::German => w.study.german,
        Tongue::French => w.study.french,
        Tongue::Spanish => w.study.spanish,
        Tongue::Italian => w.study.italian,
        Tongue::Portuguese => w.study.portuguese,
        Tongue::Dutch => w.study.dutch,
        Tongue::LatinLanguage => w.study.latin,
        Tongue::Chinese => w.study.chinese,
        Tongue::ClassicalChinese => w.study.classical_chinese,
        Tongue::Japanese => w.study.japanese,
        Tongue::Korean => w.study.korean,
        Tongue::Russian => w.study.russian,
        Tongue::Greek => w.study.greek,
        Tongue::Arabic => w.study.arabic,
        Tongue::Hebrew => w.study.hebrew,
        Tongue::Hindi => w.study.hindi,
        Tongue::Thai => w.study.thai,
        Tongue::Unclear => w.study.unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_relative_to_the_longest() {
        let found = Frequencies::of([("a", 4), (" ", 8)]);
        let rows = most_frequent(&found);
        assert_eq!((rows[0].1, rows[1].1), (1.0, 0.5));
        assert_ne!(rows[0].0, " ", "a blank is made visible");
        assert!(most_frequent(&Frequencies::default()).is_empty());
    }

    #[test]
    fn classes_are_named_by_their_ends() {
        let rows = length_classes(&Lengths::of(vec![1, 2, 3, 4, 900]));
        let names: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(names[..4], ["1", "2", "3–4", "5–8"]);
        assert_eq!(names.last(), Some(&"513–1,024"));
    }

    #[test]
    fn the_law_is_drawn_where_it_says_something() {
        let ranks = Ranks::of((1..=500u64).map(|r| 10_000 / r).collect());
        let curves = zipf_curves(&ranks, "counted", "law");
        assert_eq!(curves.len(), 2);
        assert!(curves[1].points.iter().all(|point| point.y >= 0.5));
        assert_eq!(zipf_curves(&Ranks::of(vec![3]), "counted", "law").len(), 1);
    }
}
