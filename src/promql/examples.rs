//! Texts that a regular expression matches.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

use super::regex::{anchored, rewritten};

/// How many examples there are of one pattern at most.
const MOST: usize = 6;

/// A few short texts that a pattern matches, as Prometheus reads it; none where none was found.
pub fn examples(pattern: &str) -> Vec<String> {
    let Ok(parsed) = regex_syntax::parse(&rewritten(pattern)) else { return Vec::new() };
    let Ok(regex) = anchored(pattern) else { return Vec::new() };
    // Not all that a pattern says is looked at (borders of words), so what comes of it is tried.
    let mut found: Vec<String> = texts(&parsed).into_iter().filter(|text| regex.is_match(text)).collect();
    found.dedup();
    found
}

fn texts(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => character(class).map(String::from).into_iter().collect(),
        HirKind::Capture(capture) => texts(&capture.sub),
        HirKind::Repetition(repetition) => {
            // Once where it may be: `.*` with nothing in it would be a label that is not there.
            let least = repetition.min.max(u32::from(repetition.max != Some(0))).min(64);
            texts(&repetition.sub).into_iter().map(|text| text.repeat(least as usize)).collect()
        }
        HirKind::Concat(parts) => parts.iter().fold(vec![String::new()], |begun, part| {
            let ends = texts(part);
            let joined = begun.iter().flat_map(|begun| ends.iter().map(move |end| format!("{begun}{end}")));
            joined.take(MOST).collect()
        }),
        HirKind::Alternation(ways) => ways.iter().flat_map(texts).take(MOST).collect(),
    }
}

/// A member of a class, one that people use in labels where there is one.
fn character(class: &Class) -> Option<char> {
    let liked = ['0', 'a', 'A', '-', '_', '/', '.'];
    match class {
        Class::Unicode(class) => {
            let has = |c: &char| class.ranges().iter().any(|range| range.start() <= *c && *c <= range.end());
            liked.into_iter().find(has).or_else(|| class.ranges().first().map(ClassUnicodeRange::start))
        }
        Class::Bytes(class) => {
            let has = |c: &char| {
                class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&(*c as u8)))
            };
            liked
                .into_iter()
                .find(has)
                .or_else(|| class.ranges().first().map(|range| char::from(range.start())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_match() {
        for (pattern, expected) in [
            ("5..", &["500"][..]),
            ("4..|5[0-9]{2}", &["400", "500"]),
            ("(aa|bb)-(cc|dd)", &["aa-cc", "aa-dd", "bb-cc", "bb-dd"]),
            (r"[^/]+\.html?", &["0.html"]),
            ("", &[""]),
            (".*", &["0"]),
            (r"\d+", &["0"]),
            ("2..|3..|4..", &["200", "300", "400"]),
            ("(", &[]),
        ] {
            assert_eq!(examples(pattern), expected, "{pattern}");
        }
    }
}
