//! Text of others made harmless for a terminal.

use std::borrow::Cow;

/// The text with control and direction-changing characters replaced by visible ones of the same
/// number of bytes, so that spans still fit and no file can steer the reader's terminal.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(harmful) {
        return Cow::Borrowed(text);
    }
    let visible = |c: char| match c.len_utf8() {
        _ if !harmful(c) => c,
        1 => '?',
        2 => '\u{b7}',
        _ => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(visible).collect())
}

fn harmful(c: char) -> bool {
    let layout = matches!(c, '\n' | '\r' | '\t');
    (c.is_control() && !layout) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn bytes_stay_where_they_are() {
        let text = "a\u{1b}[2J\u{85}b\u{202e}c\r\n\té";
        let cleaned = clean(text);
        assert_eq!(cleaned, "a?[2J\u{b7}b\u{fffd}c\r\n\té");
        assert_eq!(cleaned.len(), text.len());
    }
}
