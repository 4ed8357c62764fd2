//! Regular expressions as Prometheus means them.
//!
//! Prometheus reads patterns by the rules of Go (RE2), the regex crate by rules of its own that differ in a few places:
//! classes such as `\d` are ASCII in Go, a brace that repeats nothing is a brace, and a class knows no operators. What
//! differs is rewritten here, so that a pattern matches what it matches in Prometheus.

use regex::Regex;

/// A pattern that must match a whole value, in which `.` matches a line's end too: `^(?s:pattern)$`.
///
/// # Errors
/// Why the pattern is not a regular expression, in one line.
pub fn anchored(pattern: &str) -> Result<Regex, String> {
    // Alone first: a bracket that closes nothing must not close the group around the pattern.
    check(pattern)?;
    Regex::new(&format!("^(?s:{})$", rewritten(pattern))).map_err(|error| reason(&error))
}

/// Whether a pattern is a regular expression, or why not, in one line.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    if is_plain(pattern) {
        return Ok(());
    }
    Regex::new(&rewritten(pattern)).map(drop).map_err(|error| reason(&error))
}

/// The last line of what the regex crate says; those before it draw the pattern.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

/// Whether a pattern surely compiles, told without compiling it: letters, digits, a few signs, `.`, `|`, groups, and one
/// `*`, `+` or `?` after any of them. Most patterns in use are of this kind, and compiling costs far more than all the
/// rest of reading a query.
fn is_plain(pattern: &str) -> bool {
    const DEEPEST: usize = 20;
    const LONGEST: usize = 1000;
    let mut rest = pattern.as_bytes();
    let mut open = 0;
    let mut repeatable = false;
    loop {
        (rest, repeatable) = match rest {
            [] => return open == 0 && pattern.len() <= LONGEST,
            [b'*' | b'+' | b'?', after @ ..] if repeatable => (after, false),
            [b'|', after @ ..] => (after, false),
            [b'(', after @ ..] if after.first() != Some(&b'?') && open < DEEPEST => {
                open += 1;
                (after, false)
            }
            [b')', after @ ..] if open > 0 => {
                open -= 1;
                (after, true)
            }
            [b'\\', b'.' | b'/' | b'-' | b'+' | b'?' | b'*' | b'(' | b')' | b'{' | b'}', after @ ..] => {
                (after, true)
            }
            [b'_' | b'-' | b'/' | b':' | b',' | b' ' | b'.', after @ ..] => (after, true),
            [byte, after @ ..] if byte.is_ascii_alphanumeric() => (after, true),
            _ => return false,
        };
    }
}

/// A pattern of Go as one of the regex crate.
pub(super) fn rewritten(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        rest = match character {
            '\\' => escape(after, false, &mut written),
            '[' => class(after, &mut written),
            '{' if !is_repetition(after) => {
                written.push_str("\\{");
                after
            }
            _ => {
                written.push(character);
                after
            }
        };
    }
    written
}

/// Rewrites the escape behind a backslash; gives what follows it.
fn escape<'p>(rest: &'p str, in_class: bool, written: &mut String) -> &'p str {
    let Some(letter) = rest.chars().next() else {
        written.push('\\');
        return rest;
    };
    let after = &rest[letter.len_utf8()..];
    let members = match letter.to_ascii_lowercase() {
        'd' => "0-9",
        's' => r"\t\n\x0C\r\x20",
        'w' => "0-9A-Za-z_",
        _ => "",
    };
    match letter {
        'd' | 's' | 'w' if in_class => written.push_str(members),
        'd' | 's' | 'w' => written.extend(["[", members, "]"]),
        'D' | 'S' | 'W' => written.extend(["[^", members, "]"]),
        'b' | 'B' if !in_class => written.extend(["(?-u:\\", letter.encode_utf8(&mut [0; 4]), ")"]),
        // The regex crate takes these for the borders of words.
        '<' | '>' => written.push(letter),
        'Q' if !in_class => {
            let (literal, after) = after.split_once("\\E").unwrap_or((after, ""));
            written.push_str(&regex::escape(literal));
            return after;
        }
        'p' | 'P' | 'x' if after.starts_with('{') => {
            let end = after.find('}').map_or(after.len(), |at| at + 1);
            written.extend(["\\", letter.encode_utf8(&mut [0; 4]), &after[..end]]);
            return &after[end..];
        }
        _ => written.extend(['\\', letter]),
    }
    after
}

/// Rewrites a class behind its opening bracket; gives what follows it.
fn class<'p>(mut rest: &'p str, written: &mut String) -> &'p str {
    written.push('[');
    // A closing bracket that stands first is a member.
    for first in ['^', ']'] {
        if let Some(after) = rest.strip_prefix(first) {
            written.push(first);
            rest = after;
        }
    }
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        rest = match character {
            '\\' => escape(after, true, written),
            '[' if after.starts_with(':') && after.contains(":]") => {
                let end = after.find(":]").map_or(0, |at| at + 2);
                written.extend(["[", &after[..end]]);
                &after[end..]
            }
            // The regex crate takes these for a class within the class and for operators between classes.
            '[' | '&' | '~' => {
                written.extend(['\\', character]);
                after
            }
            _ => {
                written.push(character);
                if character == ']' {
                    return after;
                }
                after
            }
        };
    }
    rest
}

/// Whether what stands behind a brace makes it a repetition: `{2}`, `{2,}`, `{2,5}`.
fn is_repetition(after: &str) -> bool {
    let Some((inside, _)) = after.split_once('}') else { return false };
    let (least, most) = inside.split_once(',').unwrap_or((inside, "0"));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn matches_what_prometheus_matches() {
        for (pattern, matching, other) in [
            ("5..", &["500", "5\n0"][..], &["5000", "1500"][..]),
            ("a|b", &["a", "b"], &["ab", "xa"]),
            (r"\d+", &["12"], &["१२"]),
            (r"[\d\s]*", &["1 2\n", ""], &["\u{b}", "a"]),
            (r"[^\w-]", &["é", "."], &["a", "-"]),
            (r"\W[\D]", &["éx"], &["ax", "é1"]),
            (r"a\b.*", &["aé"], &["ab"]),
            (r"\<\>", &["<>"], &[]),
            (r"/users/{id}", &["/users/{id}"], &["/users/id"]),
            ("a{2}b{1,}c{0,1}", &["aab", "aabbc"], &["ab"]),
            ("a{,2}", &["a{,2}"], &["aa"]),
            ("[[]x[]y]", &["[x]", "[xy"], &["x"]),
            ("[a&&b]+", &["a&b"], &["c"]),
            ("[[:alpha:]~]+", &["ab~"], &["1"]),
            (r"\Qa.b\E.", &["a.bc"], &["axbc"]),
            (r"\p{Greek}\x{41}\x42", &["αAB"], &["aAB"]),
            ("(?i)get", &["GET"], &["PUT"]),
            ("", &[""], &["a"]),
        ] {
            let regex = anchored(pattern).unwrap();
            assert_eq!(check(pattern), Ok(()), "{pattern}");
            for value in matching {
                assert!(regex.is_match(value), "{pattern} should match {value:?}");
            }
            for value in other {
                assert!(!regex.is_match(value), "{pattern} should not match {value:?}");
            }
        }
    }

    #[test]
    fn tells_why_a_pattern_is_none() {
        for (pattern, why) in [
            ("(", "unclosed group"),
            ("a)(b", "unopened group"),
            ("*a", "repetition operator missing expression"),
            ("[a", "unclosed character class"),
        ] {
            assert_eq!(check(pattern), Err(why.to_owned()));
            assert!(anchored(pattern).is_err());
        }
    }

    proptest! {
        #[test]
        fn plain_patterns_compile(pattern in r"[a-c0-9_/:, .|*+?()\\-]{0,12}") {
            prop_assert!(!is_plain(&pattern) || Regex::new(&rewritten(&pattern)).is_ok(), "{}", pattern);
        }

        #[test]
        fn never_panics(pattern in any::<String>(), ascii in r"[\[\]\\{}()dDsSwWQEpxb:^,0-9&a]{0,16}") {
            for pattern in [pattern, ascii] {
                prop_assert_eq!(check(&pattern).is_ok(), anchored(&pattern).is_ok());
            }
        }
    }
}
