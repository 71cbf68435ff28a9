//! Which scripts a text is written in, and which language each document most likely is.
//!
//! The script of a character is that of its Unicode block. A language is told by its script where that is enough; among those in
//! Latin script the one whose commonest words make up most of the document is taken, and none when they hardly occur. That
//! is coarse, but plain and good enough to see that a corpus holds what one believes it to hold.

use serde::{Deserialize, Serialize};

use super::documents::documents;
use super::frequency::word_pieces;

/// A writing system, or what is no letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Script {
    Latin,
    Han,
    Kana,
    Hangul,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Devanagari,
    Thai,
    OtherLetters,
    Digits,
    Punctuation,
    Blanks,
    Control,
}

impl Script {
    pub const ALL: [Script; 15] = [
        Script::Latin,
        Script::Han,
        Script::Kana,
        Script::Hangul,
        Script::Cyrillic,
        Script::Greek,
        Script::Arabic,
        Script::Hebrew,
        Script::Devanagari,
        Script::Thai,
        Script::OtherLetters,
        Script::Digits,
        Script::Punctuation,
        Script::Blanks,
        Script::Control,
    ];

    /// The script of a character.
    pub fn of(c: char) -> Self {
        match c {
            'a'..='z' | 'A'..='Z' => Script::Latin,
            '0'..='9' => Script::Digits,
            c if c.is_whitespace() => Script::Blanks,
            c if c.is_control() => Script::Control,
            c if is_han(c) => Script::Han,
            '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => Script::Kana,
            c if !c.is_alphabetic() => {
                if c.is_numeric() {
                    Script::Digits
                } else {
                    Script::Punctuation
                }
            }
            '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
            '\u{400}'..='\u{52F}' => Script::Cyrillic,
            '\u{590}'..='\u{5FF}' => Script::Hebrew,
            '\u{600}'..='\u{77F}' => Script::Arabic,
            '\u{900}'..='\u{97F}' => Script::Devanagari,
            '\u{E00}'..='\u{E7F}' => Script::Thai,
            '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}' => {
                Script::Hangul
            }
            _ => Script::OtherLetters,
        }
    }

    fn is_of_letters(self) -> bool {
        self <= Script::OtherLetters
    }
}

/// Whether a character is a Han one: the unified ideographs, their extensions and the iteration mark.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}')
}

/// Whether a character belongs to a script that puts no blanks between words.
pub fn is_written_without_blanks(c: char) -> bool {
    matches!(Script::of(c), Script::Han | Script::Kana | Script::Thai)
}

/// A language that documents are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Tongue {
    English,
    German,
    French,
    Spanish,
    Italian,
    Portuguese,
    Dutch,
    LatinLanguage,
    Chinese,
    ClassicalChinese,
    Japanese,
    Korean,
    Russian,
    Greek,
    Arabic,
    Hebrew,
    Hindi,
    Thai,
    /// Too short, or none of these.
    Unclear,
}

/// The commonest small words of languages in Latin script, without those that several of them share where the others would suffer.
const SMALL_WORDS: [(Tongue, &str); 8] = [
    (
        Tongue::English,
        "the of and to a in that is was he it his with for as had you not be at on by have from but they which this are all her him she or were an so we one my there no what who will when",
    ),
    (
        Tongue::German,
        "der die und das den von zu ist mit des dem nicht ein eine auf sich auch es werden aus er hat dass sie nach wird bei um noch wie über einen so zum war haben nur oder aber vor zur",
    ),
    (
        Tongue::French,
        "le la les de des et un une du que qui dans en est pour par pas sur ne se au ce il elle plus avec son sont nous vous mais ou je cette aux été leur comme tout",
    ),
    (
        Tongue::Spanish,
        "el la los las de y que en un una por con para no se es del su lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde",
    ),
    (
        Tongue::Italian,
        "il di e la che in un una per non con è del della sono si da le lo gli ma come più anche i alla nel era ha se questo tutto ed io mi suo cui dei delle degli",
    ),
    (
        Tongue::Portuguese,
        "o a os as de e que do da em um uma para com não por mais dos das no na se ao ele ela foi como mas seu sua ou quando muito nos já eu também pelo pela até isso",
    ),
    (
        Tongue::Dutch,
        "de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij uit nog naar hij zij ze wordt door over heeft hebben werd ik je deze of wat geen",
    ),
    (
        Tongue::LatinLanguage,
        "et in est non ad ut cum qui sed quod ex si per quae ac esse enim aut nec ab atque etiam hoc quam eius ille sunt autem neque quid pro",
    ),
];

/// The most likely language of one document.
pub fn tongue(document: &str) -> Tongue {
    let mut letters = [0u32; 11];
    for c in document.chars() {
        let script = Script::of(c);
        if script.is_of_letters() {
            letters[script as usize] += 1;
        }
    }
    let count = |script: Script| letters[script as usize];
    let all: u32 = letters.iter().sum();
    let most = Script::ALL[..11]
        .iter()
        .copied()
        .max_by_key(|&script| count(script));
    match most {
        Some(script) if all == 0 || count(script) * 2 < all => Tongue::Unclear,
        // Kana is for Japanese what Han is for both.
        Some(Script::Kana) => Tongue::Japanese,
        Some(Script::Han) if count(Script::Kana) * 5 > count(Script::Han) => Tongue::Japanese,
        Some(Script::Han) => chinese(document),
        Some(Script::Hangul) => Tongue::Korean,
        Some(Script::Cyrillic) => Tongue::Russian,
        Some(Script::Greek) => Tongue::Greek,
        Some(Script::Arabic) => Tongue::Arabic,
        Some(Script::Hebrew) => Tongue::Hebrew,
        Some(Script::Devanagari) => Tongue::Hindi,
        Some(Script::Thai) => Tongue::Thai,
        Some(Script::Latin) => in_latin_script(document),
        _ => Tongue::Unclear,
    }
}

/// By particles that only the old or only the new written language has.
fn chinese(document: &str) -> Tongue {
    let count = |set: &str| document.chars().filter(|c| set.contains(*c)).count();
    if count("之也者乎矣焉哉兮曰吾尔") > count("的了是们着这那吗吧很") {
        Tongue::ClassicalChinese
    } else {
        Tongue::Chinese
    }
}

fn in_latin_script(document: &str) -> Tongue {
    let mut words = 0u32;
    let mut hits = [0u32; SMALL_WORDS.len()];
    for word in word_pieces(document).take(2000) {
        words += 1;
        let word = word.to_lowercase();
        for (hits, (_, list)) in hits.iter_mut().zip(SMALL_WORDS) {
            *hits += u32::from(list.split(' ').any(|small| small == word));
        }
    }
    let best = (0..hits.len()).max_by_key(|&index| (hits[index], std::cmp::Reverse(index)));
    match best {
        // Running text has a third of its words from such a list; a heading may have one or none.
        Some(index) if hits[index] * 12 >= words && hits[index] >= 1 => SMALL_WORDS[index].0,
        _ => Tongue::Unclear,
    }
}

/// A language with what is written in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TongueShare {
    pub tongue: Tongue,
    pub documents: u64,
    pub characters: u64,
}

/// Scripts (by characters) and languages (by documents) of a text, most first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Makeup {
    pub scripts: Vec<(Script, u64)>,
    pub tongues: Vec<TongueShare>,
}

/// What a text is made of.
pub fn makeup(text: &str) -> Makeup {
    let mut counts = [0u64; Script::ALL.len()];
    for c in text.chars() {
        counts[Script::of(c) as usize] += 1;
    }
    let mut scripts: Vec<(Script, u64)> = Script::ALL
        .into_iter()
        .map(|script| (script, counts[script as usize]))
        .filter(|&(_, count)| count > 0)
        .collect();
    scripts.sort_unstable_by_key(|&(script, count)| (std::cmp::Reverse(count), script));
    let mut tongues: Vec<TongueShare> = Vec::new();
    for range in documents(text) {
        let document = &text[range];
        let found = tongue(document);
        let characters = document.chars().count() as u64;
        match tongues.iter_mut().find(|it| it.tongue == found) {
            Some(share) => {
                share.documents += 1;
                share.characters += characters;
            }
            None => tongues.push(TongueShare {
                tongue: found,
                documents: 1,
                characters,
            }),
        }
    }
    tongues.sort_unstable_by_key(|share| (std::cmp::Reverse(share.characters), share.tongue));
    Makeup { scripts, tongues }
}

/// What of a text is written in Latin script, and what in Han: runs of Han characters with their marks go to the second, a line each;
/// all else stays in the first.
pub fn by_script(text: &str) -> (String, String) {
    let (mut latin, mut han) = (String::new(), String::new());
    for line in text.lines() {
        let mut is_in_han = false;
        let (before_latin, before_han) = (latin.len(), han.len());
        for c in line.chars() {
            if is_han(c) {
                is_in_han = true;
            } else if !is_wide_mark(c) {
                if is_in_han && han.len() > before_han {
                    han.push('\n');
                }
                is_in_han = false;
            }
            if is_in_han { &mut han } else { &mut latin }.push(c);
        }
        if latin[before_latin..].trim().is_empty() {
            latin.truncate(before_latin);
        } else {
            latin.push('\n');
        }
        if han.len() > before_han && !han.ends_with('\n') {
            han.push('\n');
        }
    }
    (latin, han)
}

/// Punctuation of Chinese text.
fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' | '“' | '”' | '‘' | '’' | '…' | '—')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_where_its_number_says() {
        for (index, script) in Script::ALL.into_iter().enumerate() {
            assert_eq!(script as usize, index);
        }
        for (c, script) in [
            ('é', Script::Latin),
            ('鲸', Script::Han),
            ('ん', Script::Kana),
            ('한', Script::Hangul),
            ('ж', Script::Cyrillic),
            ('ω', Script::Greek),
            ('ש', Script::Hebrew),
            ('ع', Script::Arabic),
            ('ह', Script::Devanagari),
            ('ไ', Script::Thai),
            ('٣', Script::Digits),
            ('—', Script::Punctuation),
            ('\u{3000}', Script::Blanks),
            ('\u{7}', Script::Control),
            ('Ա', Script::OtherLetters),
        ] {
            assert_eq!(Script::of(c), script, "{c:?}");
        }
    }

    #[test]
    fn languages_are_told_apart() {
        for (text, expected) in [
            (
                "It was the best of times, and he had not been there.",
                Tongue::English,
            ),
            (
                "Es war eine schöne Zeit, und er hat sich nicht geändert.",
                Tongue::German,
            ),
            (
                "Il est dans la maison avec son frère et ne vient pas.",
                Tongue::French,
            ),
            (
                "No es lo que parece, pero los niños están en la casa.",
                Tongue::Spanish,
            ),
            ("Het is niet zo dat hij een huis heeft.", Tongue::Dutch),
            (
                "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, aliam qui et non sunt.",
                Tongue::LatinLanguage,
            ),
            ("学而时习之，不亦说乎？", Tongue::ClassicalChinese),
            ("小狐狸住在树林里，它的朋友是一只猫头鹰。", Tongue::Chinese),
            ("鯨は海に住んでいます。", Tongue::Japanese),
            ("고래는 바다에 산다", Tongue::Korean),
            ("Кит живёт в море", Tongue::Russian),
            ("12 + 5 = 17", Tongue::Unclear),
            ("Emma", Tongue::Unclear),
        ] {
            assert_eq!(tongue(text), expected, "{text}");
        }
    }

    #[test]
    fn scripts_are_taken_apart() {
        let text = "The owl.\n\n猫头鹰住在树上。\nowl is 猫头鹰, fox is 狐狸.\n";
        let (latin, han) = by_script(text);
        assert_eq!(latin, "The owl.\nowl is , fox is .\n");
        assert_eq!(han, "猫头鹰住在树上。\n猫头鹰\n狐狸\n");
        assert_eq!(by_script(""), (String::new(), String::new()));
    }

    #[test]
    fn shares_add_up_to_the_text() {
        let text = "The owl lives in the oak.\nThe fox is in the den.\n猫头鹰住在树上。\n";
        let found = makeup(text);
        assert_eq!(found.tongues.iter().map(|it| it.documents).sum::<u64>(), 3);
        assert_eq!(found.tongues[0].tongue, Tongue::English);
        let characters: u64 = found.scripts.iter().map(|it| it.1).sum();
        assert_eq!(characters, text.chars().count() as u64);
        assert_eq!(makeup(""), Makeup::default());
    }
}
