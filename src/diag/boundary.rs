/// The last place not after the byte `at` where a character begins, or the end of the text.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The first place not before the byte `at` where a character begins, or the end of the text.
pub(super) fn ceil(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_cuts_a_character() {
        let text = "a漢b";
        assert_eq!([0, 1, 2, 3, 4, 5, 9].map(|at| floor(text, at)), [0, 1, 1, 1, 4, 5, 5]);
        assert_eq!([0, 1, 2, 3, 4, 5, 9].map(|at| ceil(text, at)), [0, 1, 4, 4, 4, 5, 5]);
    }
}
