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

#[cfg(target_arch = "wasm32")]
mod speech;
#[cfg(target_arch = "wasm32")]
pub use speech::{language, say, say_answer, say_message, set_language, words};

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

macro_rules! table {
    ($(#[$meta:meta])* $name:ident { $($key:ident: $english:literal | $chinese:literal;)* }) => {
        $(#[$meta])*
        pub struct $name {
            $(pub $key: &'static str,)*
        }
        impl $name {
            pub(super) const ENGLISH: Self = Self { $($key: $english,)* };
            pub(super) const CHINESE: Self = Self { $($key: $chinese,)* };
            #[cfg(test)]
            pub(super) const ROWS: &[(&str, &str, &str)] =
                &[$((stringify!($key), $english, $chinese),)*];
        }
    };
}
pub(crate) use table;

/// All tables in one language.
pub struct Words {
    pub shell: shell::Shell,
    pub fields: fields::Fields,
    pub data: data::Data,
    pub drawing: drawing::Drawing,
    pub tokens: tokens::Tokens,
    pub study: study::Study,
    pub tasks: tasks::Tasks,
    pub entropy: entropy::Entropy,
    pub families: families::Families,
    pub model: model::Model,
    pub objectives: objectives::Objectives,
    pub train: train::Train,
    pub attention: attention::Attention,
    pub generate: generate::Generate,
    pub bench: bench::Bench,
    pub compare: compare::Compare,
    pub uses: uses::Uses,
}

macro_rules! whole {
    ($language:ident) => {
        Words {
            shell: shell::Shell::$language,
            fields: fields::Fields::$language,
            data: data::Data::$language,
            drawing: drawing::Drawing::$language,
            tokens: tokens::Tokens::$language,
            study: study::Study::$language,
            tasks: tasks::Tasks::$language,
            entropy: entropy::Entropy::$language,
            families: families::Families::$language,
            model: model::Model::$language,
            objectives: objectives::Objectives::$language,
            train: train::Train::$language,
            attention: attention::Attention::$language,
            generate: generate::Generate::$language,
            bench: bench::Bench::$language,
            compare: compare::Compare::$language,
            uses: uses::Uses::$language,
        }
    };
}

static ENGLISH: Words = whole!(ENGLISH);
static CHINESE: Words = whole!(CHINESE);

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
        let tables = [
            shell::Shell::ROWS,
            fields::Fields::ROWS,
            data::Data::ROWS,
            drawing::Drawing::ROWS,
            tokens::Tokens::ROWS,
            study::Study::ROWS,
            tasks::Tasks::ROWS,
            entropy::Entropy::ROWS,
            families::Families::ROWS,
            model::Model::ROWS,
            objectives::Objectives::ROWS,
            train::Train::ROWS,
            attention::Attention::ROWS,
            inside::Inside::ROWS,
            generate::Generate::ROWS,
            bench::Bench::ROWS,
            compare::Compare::ROWS,
            uses::Uses::ROWS,
            preparing::Preparing::ROWS,
        ];
        for (key, english, chinese) in tables.into_iter().flatten() {
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
