/// Ranges of characters that take two columns in a terminal: the wide and full-width blocks of Unicode's East Asian
/// Width (annex 11), taken whole, and the pictographs.
const WIDE: [(u32, u32); 14] = [
    (0x1100, 0x115f),
    (0x231a, 0x231b),
    (0x2e80, 0x303e),
    (0x3041, 0x33ff),
    (0x3400, 0x4dbf),
    (0x4e00, 0x9fff),
    (0xa000, 0xa4cf),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0xffe0, 0xffe6),
    (0x1f300, 0x1f9ff),
    (0x20000, 0x3fffd),
];

/// Ranges of characters that stand on the one before: combining marks and variation selectors.
const NONE: [(u32, u32); 5] =
    [(0x0300, 0x036f), (0x1ab0, 0x1aff), (0x1dc0, 0x1dff), (0x20d0, 0x20ff), (0xfe00, 0xfe0f)];

/// How many columns a character takes in a terminal.
pub(super) fn width(c: char) -> usize {
    let within =
        |ranges: &[(u32, u32)]| ranges.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)));
    if c.is_ascii() {
        1
    } else if within(&NONE) {
        0
    } else if within(&WIDE) {
        2
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn knows_wide_narrow_and_combining_characters() {
        let widths: Vec<usize> =
            ['a', 'é', '漢', '한', '🔥', '\u{301}', '…'].into_iter().map(width).collect();
        assert_eq!(widths, [1, 1, 2, 2, 2, 0, 1]);
    }
}
