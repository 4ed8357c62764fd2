//! Parts of documents that tests write: each stands between two marks, and a test holds that it is as it would be written.

/// A text with another part between the marks of a name.
pub(crate) fn with_part(text: &str, name: &str, part: &str) -> String {
    let (first, last) = (format!("<!-- {name}: written by the tests -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = text.split_once(&first).unwrap_or_else(|| panic!("the mark {first} is missing"));
    let (_, after) = rest.split_once(&last).unwrap_or_else(|| panic!("the mark {last} is missing"));
    format!("{before}{first}{part}{last}{after}")
}

#[cfg(test)]
mod tests {
    use super::with_part;

    #[test]
    fn replaces_what_stands_between_the_marks() {
        let text = |part| format!("x\n<!-- a: written by the tests -->\n{part}<!-- /a -->\ny\n");
        assert_eq!(with_part(&text("old\n"), "a", "new\n"), text("new\n"));
    }
}
