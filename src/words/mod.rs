//! Every text the page says, in English and 简体中文, one row a text.
//!
//! A row names both languages side by side, so a missing translation does not compile and a translator sees what is
//! said in the other tongue. Placeholders are written `{name}` and filled by [`fill`]; a test holds both languages to the same
//! ones. This is a table of constants rather than `leptos_i18n`: that crate (0.6) brings ICU data, a build
//! script and a type per key, and this page needs two languages and no plural rules.
//!
//! Field terms keep their English name beside the Chinese one at first use in a laboratory.

mod attention;
mod bench;
mod compare;
mod data;
mod drawing;
mod entropy;
mod families;
mod fields;
mod generate;
pub mod inside;
mod model;
mod objectives;
pub mod preparing;
pub mod said;
mod shell;
mod study;
mod tasks;
mod tokens;
mod train;
mod uses;

use std::marker::PhantomData;
use std::ops::Deref;

#[cfg(target_arch = "wasm32")]
mod speech;
#[cfg(target_arch = "wasm32")]
pub use speech::{language, messages_are_here, say, say_message, set_language, words};

/// The languages of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    Chinese,
}

impl Language {
    /// BCP 47 tag, for `<html lang>` and the browser's memory.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh-Hans",
        }
    }

    /// The language of a BCP 47 tag, English when it is neither.
    pub fn from_tag(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") {
            Language::Chinese
        } else {
            Language::English
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Language::English => Language::Chinese,
            Language::Chinese => Language::English,
        }
    }
}

/// One language of a table; it is looked up when a row is read. So a table of which only views that come later read is data that
/// comes with them (`xtask/src/reach.rs`), which it would not be as a part of a table of tables.
pub struct In<Rows> {
    language: Language,
    rows: PhantomData<Rows>,
}

impl<Rows> In<Rows> {
    const fn new(language: Language) -> Self {
        Self {
            language,
            rows: PhantomData,
        }
    }
}

/// A table.
pub trait Table: Sized + 'static {
    fn in_language(language: Language) -> &'static Self;
}

impl<Rows: Table> Deref for In<Rows> {
    type Target = Rows;

    #[inline]
    fn deref(&self) -> &Rows {
        Rows::in_language(self.language)
    }
}

macro_rules! table {
    ($(#[$meta:meta])* $name:ident { $($key:ident: $english:literal | $chinese:literal;)* }) => {
        $(#[$meta])*
        pub struct $name {
            $(pub $key: &'static str,)*
        }
        impl $crate::words::Table for $name {
            // A call is shorter than the choice at every row that is read.
            #[inline(never)]
            fn in_language(language: $crate::words::Language) -> &'static Self {
                static ENGLISH: $name = $name { $($key: $english,)* };
                static CHINESE: $name = $name { $($key: $chinese,)* };
                match language {
                    $crate::words::Language::English => &ENGLISH,
                    $crate::words::Language::Chinese => &CHINESE,
                }
            }
        }
        #[cfg(test)]
        impl $name {
            pub(super) const ROWS: &[(&str, &str, &str)] =
                &[$((stringify!($key), $english, $chinese),)*];
        }
    };
}
pub(crate) use table;

macro_rules! tables {
    ($($room:ident: $name:ident;)*) => {
        /// All tables in one language.
        pub struct Words {
            $(pub $room: In<$room::$name>,)*
        }
        impl Words {
            const fn new(language: Language) -> Self {
                Self { $($room: In::new(language),)* }
            }
        }
        #[cfg(test)]
        const TABLES: &[&[(&str, &str, &str)]] = &[$($room::$name::ROWS,)*];
    };
}

tables! {
    shell: Shell;
    fields: Fields;
    data: Data;
    drawing: Drawing;
    tokens: Tokens;
    study: Study;
    tasks: Tasks;
    entropy: Entropy;
    families: Families;
    model: Model;
    objectives: Objectives;
    train: Train;
    attention: Attention;
    generate: Generate;
    bench: Bench;
    compare: Compare;
    uses: Uses;
    inside: Inside;
    preparing: Preparing;
}

static ENGLISH: Words = Words::new(Language::English);
static CHINESE: Words = Words::new(Language::Chinese);

/// The table of a language.
pub fn in_language(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

/// Puts values into a template's `{name}` places.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        let name = &rest[start + 1..start + length];
        text.push_str(&rest[..start]);
        match values.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&rest[start..=start + length]),
        }
        rest = &rest[start + length + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> = template
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}').map(|(name, _)| name))
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_say_everything_with_the_same_values() {
        for (key, english, chinese) in TABLES.iter().copied().flatten() {
            assert!(!english.trim().is_empty(), "{key} has no English");
            assert!(!chinese.trim().is_empty(), "{key} has no Chinese");
            assert_eq!(
                places(english),
                places(chinese),
                "{key}: the placeholders differ"
            );
        }
    }

    #[test]
    fn templates_take_values_and_show_what_is_missing() {
        assert_eq!(
            fill("step {n} of {m}", &[("n", "3"), ("m", "10")]),
            "step 3 of 10"
        );
        assert_eq!(fill("{lost} and {", &[]), "{lost} and {");
        assert_eq!(fill("{a}", &[("a", "{b}"), ("b", "x")]), "{b}");
    }

    #[test]
    fn tags_name_the_languages() {
        assert_eq!(Language::from_tag("zh-CN"), Language::Chinese);
        assert_eq!(Language::from_tag("fr"), Language::English);
        for language in [Language::English, Language::Chinese] {
            assert_eq!(Language::from_tag(language.tag()), language);
            assert_ne!(language.other(), language);
        }
    }
}
