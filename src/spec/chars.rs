/// Where characters stand in bytes, for a parser that counts characters.
pub(super) struct Chars<'a> {
    text: &'a str,
    /// The byte at which every `STRIDE`-th character begins; none where every character is a byte.
    marks: Option<Vec<usize>>,
}

const STRIDE: usize = 64;

impl<'a> Chars<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let marks = || text.char_indices().step_by(STRIDE).map(|(byte, _)| byte).collect();
        Self { text, marks: (!text.is_ascii()).then(marks) }
    }

    /// The byte at which a character begins, counted from zero; the end of the text for those beyond it.
    pub(super) fn byte(&self, index: usize) -> usize {
        let Some(marks) = &self.marks else { return index.min(self.text.len()) };
        let Some(mark) = marks.get(index / STRIDE) else { return self.text.len() };
        let rest = self.text.get(*mark..).unwrap_or_default();
        mark + rest.char_indices().nth(index % STRIDE).map_or(rest.len(), |(byte, _)| byte)
    }
}

#[cfg(test)]
mod tests {
    use super::Chars;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_counting(text in "(?s).{0,300}|[a-z]{0,300}", index in 0usize..400) {
            let expected = text.char_indices().nth(index).map_or(text.len(), |(byte, _)| byte);
            prop_assert_eq!(Chars::of(&text).byte(index), expected);
        }
    }
}
