//! How a token is shown: spaces and line ends made visible, nothing ever empty.

/// The visible form of a token: `" the"` → `"␣the"`, `"\n"` → `"↵"`.
pub fn visible(token: &str) -> String {
    if token.is_empty() {
        return "∅".into();
    }
    token
        .chars()
        .map(|character| match character {
            ' ' => '␣',
            '\n' => '↵',
            '\t' => '⇥',
            '\r' => '␍',
            '\u{a0}' => '⍽',
            control if (control as u32) < 0x20 => {
                char::from_u32(0x2400 + control as u32).unwrap_or('␀')
            }
            '\u{7f}' => '␡',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn whitespace_and_controls_are_seen() {
        assert_eq!(visible(" the"), "␣the");
        assert_eq!(visible("\n"), "↵");
        assert_eq!(visible("\0"), "␀");
        assert_eq!(visible(""), "∅");
        assert_eq!(visible("白鲸"), "白鲸");
    }
}
