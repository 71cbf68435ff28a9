//! Where the documents of a text begin and end.
//!
//! A text that has blank lines is a row of paragraphs with blank lines between them; one without is a row of lines. Every byte that
//! is not a line break belongs to exactly one document.

use std::ops::Range;

/// Byte ranges of the documents, in order, without the line breaks around them. Empty ones are left out.
pub fn documents(text: &str) -> Vec<Range<usize>> {
    let has_blank_lines = lines(text)
        .skip_while(|line| is_blank(text, line))
        .collect::<Vec<_>>()
        .windows(2)
        .any(|pair| is_blank(text, &pair[0]) && !is_blank(text, &pair[1]));
    if !has_blank_lines {
        return lines(text).filter(|line| !is_blank(text, line)).collect();
    }
    let mut documents: Vec<Range<usize>> = Vec::new();
    let mut is_open = false;
    for line in lines(text) {
        if is_blank(text, &line) {
            is_open = false;
        } else if is_open {
            // `is_open` is only ever set after a push.
            if let Some(last) = documents.last_mut() {
                last.end = line.end;
            }
        } else {
            documents.push(line);
            is_open = true;
        }
    }
    documents
}

/// Byte ranges of the lines, without their ends (LF or CRLF).
pub fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        at..at + bare.len()
    })
}

/// Byte ranges of the sentences of one document: up to a full stop, question or exclamation mark (Latin or Chinese) with the
/// closing quotes after it, where a blank, a Chinese character or the end follows. Abbreviations cut too early, as with any such rule;
/// lengths are statistics, so that is borne.
pub fn sentences(document: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut ended = false;
    for (at, c) in document.char_indices() {
        if ended && !ends_sentence(c) && !is_closing(c) {
            if c.is_whitespace() || super::languages::is_han(c) || is_opening(c) {
                found.extend(start.take().map(|start| start..at));
            }
            ended = false;
        }
        if start.is_none() && !c.is_whitespace() {
            start = Some(at);
        }
        if ends_sentence(c) && start.is_some() {
            ended = true;
        }
    }
    found.extend(start.map(|start| start..document.trim_end().len()));
    found
}

/// Whether a sentence may end with this sign.
pub fn ends_sentence(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।')
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '’' | '”' | ')' | ']' | '」' | '』' | '）' | '》'
    )
}

fn is_opening(c: char) -> bool {
    matches!(c, '“' | '‘' | '「' | '『' | '（' | '《')
}

fn is_blank(text: &str, line: &Range<usize>) -> bool {
    text[line.clone()].trim().is_empty()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        documents(text)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    #[test]
    fn blank_lines_part_documents_where_there_are_any() {
        assert_eq!(texts("a\nb\n\n\nc\r\n\r\nd\n"), ["a\nb", "c", "d"]);
        assert_eq!(texts("a\nb\nc\n"), ["a", "b", "c"]);
        assert_eq!(texts("\n\na\nb\n\n"), ["a", "b"]);
        assert_eq!(texts(""), [""; 0]);
        assert_eq!(texts(" \n \n"), [""; 0]);
    }

    #[test]
    fn sentences_end_with_their_quotes_and_not_inside_numbers() {
        let text = "Call me 3.5 times. “Why?” He left… 学而时习之。不亦说乎？";
        let found: Vec<&str> = sentences(text)
            .into_iter()
            .map(|range| &text[range])
            .collect();
        assert_eq!(
            found.iter().map(|it| it.trim()).collect::<Vec<_>>(),
            [
                "Call me 3.5 times.",
                "“Why?”",
                "He left…",
                "学而时习之。",
                "不亦说乎？"
            ]
        );
        assert!(sentences("   ").is_empty());
    }

    proptest! {
        #[test]
        fn documents_are_in_order_and_hold_every_character_that_is_not_blank(text in "[a \r\n。鲸]{0,60}") {
            let found = documents(&text);
            prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
            let held: String = found.iter().map(|range| &text[range.clone()]).collect();
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(solid(&held), solid(&text));
            for document in found {
                let document = &text[document];
                let parts: String = sentences(document).into_iter().map(|range| document[range].to_owned()).collect();
                prop_assert_eq!(solid(&parts), solid(document));
            }
        }
    }
}
