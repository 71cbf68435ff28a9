//! What the engine says, in the page's language.
//!
//! The engine speaks English: its errors and notes are sentences for tests, consoles and logs as well. Here is the Chinese
//! of each of them. A sentence is found by its template, `{name}` standing for anything; what stands there is looked up in its turn
//! (a reason inside a sentence). A sentence without a row is shown as it is: it is still exact. `tests/said.rs` holds the
//! engine's messages to this table.

mod answers;
mod models;
mod notes;
mod runs;
mod texts;
mod tokenizers;

use super::{Language, fill};

/// A message of the engine in a language.
pub fn said(message: &str, language: Language) -> String {
    match language {
        Language::English => message.to_owned(),
        Language::Chinese => in_chinese(message).unwrap_or_else(|| message.to_owned()),
    }
}

/// The Chinese of a message, when the table has it. In the page it comes with the second part (`xtask/src/reach.rs`).
#[inline(never)]
pub fn in_chinese(message: &str) -> Option<String> {
    SAID.iter()
        .copied()
        .flatten()
        .find_map(|(english, chinese)| {
            let values = matched(english, message)?;
            let values: Vec<(&str, String)> = values
                .into_iter()
                .map(|(name, value)| (name, said(value, Language::Chinese)))
                .collect();
            let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
            Some(fill(chinese, &values))
        })
}

/// What stands at the `{name}` places of a template; `None` when the message is another one.
fn matched<'a>(template: &'a str, message: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (start, mut template) = template.split_once('{').unwrap_or((template, ""));
    let mut rest = message.strip_prefix(start)?;
    let mut values = Vec::new();
    while let Some((name, after)) = template.split_once('}') {
        let (literal, next) = after.split_once('{').unwrap_or((after, ""));
        let end = if next.is_empty() {
            // The last piece stands at the end, so that the value before it may hold the same words.
            let end = rest.len().checked_sub(literal.len())?;
            rest.get(end..).filter(|tail| *tail == literal)?;
            end
        } else {
            rest.find(literal)?
        };
        values.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
        template = next;
    }
    rest.is_empty().then_some(values)
}

/// English as the engine says it, Chinese. The first row that fits is taken.
const SAID: [&[(&str, &str)]; 6] = [
    answers::ROWS,
    notes::ROWS,
    texts::ROWS,
    tokenizers::ROWS,
    runs::ROWS,
    models::ROWS,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_columns_have_the_same_places() {
        let places = |template: &str| {
            let mut names: Vec<String> = template
                .split('{')
                .skip(1)
                .filter_map(|part| part.split_once('}').map(|(name, _)| name.to_owned()))
                .collect();
            names.sort();
            names
        };
        for (english, chinese) in SAID.into_iter().flatten() {
            assert_eq!(places(english), places(chinese), "{english}");
        }
    }

    #[test]
    fn reasons_inside_a_sentence_are_said_too() {
        assert_eq!(
            in_chinese("layers: 99 became 24, because allowed are 1 to 24.").unwrap(),
            "layers：99 改为 24，因为允许的范围是 1 到 24。"
        );
        assert_eq!(
            in_chinese("the GPU device was lost: Device was destroyed."),
            Some("图形设备已丢失：设备已被销毁".into())
        );
        assert_eq!(
            in_chinese("batch 64, context 256, layers 6, channels 256").unwrap(),
            "批大小 64，上下文长度 256，层数 6，通道数 256"
        );
    }

    #[test]
    fn what_is_not_in_the_table_stays_as_it_is() {
        assert_eq!(in_chinese("something new"), None);
        assert_eq!(said("something new", Language::Chinese), "something new");
        assert_eq!(said("status 404", Language::English), "status 404");
        assert_eq!(matched("a {x} b", "a 1 b 2"), None);
        assert_eq!(matched("a {x} b", "a 1 b"), Some(vec![("x", "1")]));
        assert_eq!(matched("same", "same"), Some(vec![]));
    }
}
