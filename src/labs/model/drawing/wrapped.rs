//! Phrases as lines that fit a box. SVG does not break lines, and text cannot be measured before it is drawn, so widths are
//! guessed: a Chinese character and an arrow are as wide as the letters are high, others on average half of that.

/// Width of a line, in the drawing's units, at 13 units to the letter.
pub fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| if is_wide(c) { 13.0 } else { 6.6 })
        .sum()
}

fn is_wide(c: char) -> bool {
    c == '→' || is_chinese(c)
}

fn is_chinese(c: char) -> bool {
    ('\u{2E80}'..='\u{FFEF}').contains(&c)
}

/// Phrases joined by dots as long as they fit a line of this width; a phrase that is wider by itself is broken at blanks and
/// between Chinese characters.
pub fn lines(phrases: &[String], room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for phrase in phrases {
        if let Some(line) = lines.last_mut() {
            let joined = format!("{line} · {phrase}");
            if width(&joined) <= room {
                *line = joined;
                continue;
            }
        }
        lines.extend(broken(phrase, room));
    }
    lines
}

/// One phrase, broken where it has to be.
fn broken(phrase: &str, room: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(phrase) {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.is_empty() && width(line.trim_end()) + width(piece.trim_end()) > room {
            line.truncate(line.trim_end().len());
            lines.push(piece.to_owned());
        } else {
            line.push_str(piece);
        }
    }
    lines
}

/// Pieces that stay whole: words with the blank after them, Chinese characters with the punctuation after them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let may_break = before.is_some_and(|b| b == ' ' || is_chinese(b) || is_chinese(c));
        if may_break && !"，。、；：）〕” ".contains(c) && before != Some('（') {
            pieces.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(phrases: &[&str], room: f64) -> Vec<String> {
        let phrases: Vec<String> = phrases.iter().map(|&p| p.to_owned()).collect();
        lines(&phrases, room)
    }

    #[test]
    fn phrases_share_a_line_while_they_fit() {
        assert_eq!(of(&["one", "two"], 100.0), ["one · two"]);
        assert_eq!(of(&["one", "two"], 30.0), ["one", "two"]);
        assert_eq!(of(&[], 30.0), Vec::<String>::new());
    }

    #[test]
    fn long_phrases_break_at_blanks_and_between_characters() {
        assert_eq!(
            of(&["attention to the source"], 90.0),
            ["attention to", "the source"]
        );
        assert_eq!(
            of(&["对源文本的注意力（cross）"], 90.0),
            ["对源文本的注", "意力（cross）"]
        );
        // what has no place to break stays whole
        assert_eq!(of(&["unbreakable"], 20.0), ["unbreakable"]);
    }

    #[test]
    fn nothing_is_lost() {
        let text = "对 A 与 B 的注意力，heads 4 × 16（RoPE）";
        assert_eq!(pieces(text).concat(), text);
    }
}
