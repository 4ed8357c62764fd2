/// The most characters of a stranger's text that a message repeats.
const LONGEST: usize = 60;

/// Somebody's text between backticks, on one line, cut where it is long, without characters that move the cursor.
pub fn quote(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A character as it may be shown: those that steer a terminal or turn the direction of writing become pictures.
pub(super) fn visible(c: char) -> char {
    match c {
        '\u{7f}' => '␡',
        c if u32::from(c) < 0x20 => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{80}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_and_escapes_are_shown() {
        assert_eq!(quote("a\u{1b}[31m\nb"), "`a␛[31m␊b`");
        assert_eq!(quote(&"é".repeat(61)), format!("`{}…`", "é".repeat(60)));
        assert_eq!(quote(&"é".repeat(60)), format!("`{}`", "é".repeat(60)));
    }
}
