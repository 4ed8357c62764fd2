//! The paths that a Rust file names, found in its tokens: `use` trees and paths inside code alike, with comments, strings
//! and characters left out. Knows no rooms.

/// A path that a file names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// From one.
    pub(super) line: usize,
    /// `["crate", "base", "Share"]`; `super` and `self` at the front are replaced by the modules they stand for.
    pub(super) segments: Vec<String>,
    /// Whether it stands in a module that is only compiled for tests.
    pub(super) in_tests: bool,
    /// Whether a `use` names it: then even a single segment is a path.
    pub(super) in_use: bool,
}

/// Every path in `text`, a file that is the module `module` (`["slo", "sli"]`).
pub(super) fn paths(text: &str, module: &[String]) -> Vec<Named> {
    let tokens = tokens(text);
    let mut walk = Walk { tokens: &tokens, at: 0, module, inline: Vec::new(), depth: 0, found: Vec::new() };
    walk.file();
    walk.found
}

/// The modules that a file declares with `mod x`.
pub(super) fn modules(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let pairs = tokens.windows(2).filter(|pair| pair[0].word == "mod");
    pairs.map(|pair| pair[1].word.clone()).collect()
}

#[derive(Debug)]
struct Token {
    /// An identifier, `::`, or one character of punctuation.
    word: String,
    line: usize,
}

impl Token {
    fn is_name(&self) -> bool {
        self.word.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let looking_at =
        |i: usize, what: &str| what.chars().enumerate().all(|(k, c)| chars.get(i + k) == Some(&c));
    let mut found = Vec::new();
    let (mut i, mut line) = (0, 1);
    while let Some(&c) = chars.get(i) {
        let begin = i;
        if looking_at(i, "//") {
            i += chars[i..].iter().take_while(|&&c| c != '\n').count();
        } else if looking_at(i, "/*") {
            i = after_block_comment(&chars, i);
        } else if let Some(end) = after_literal(&chars, i) {
            i = end;
        } else if c.is_alphanumeric() || c == '_' {
            i += chars[i..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
            found.push(Token { word: chars[begin..i].iter().collect(), line });
        } else if looking_at(i, "::") {
            i += 2;
            found.push(Token { word: "::".to_owned(), line });
        } else {
            i += 1;
            if !c.is_whitespace() {
                found.push(Token { word: c.to_string(), line });
            }
        }
        line += chars[begin..i.min(chars.len())].iter().filter(|&&c| c == '\n').count();
    }
    found
}

fn after_block_comment(chars: &[char], begin: usize) -> usize {
    let mut depth = 0;
    let mut i = begin;
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            break;
        }
    }
    i
}

/// The place behind the string or character that begins at `begin`; a lifetime is not one.
fn after_literal(chars: &[char], begin: usize) -> Option<usize> {
    let prefix = chars[begin..].iter().take_while(|c| matches!(c, 'b' | 'r' | 'c')).count();
    let continues_a_word = begin > 0 && (chars[begin - 1].is_alphanumeric() || chars[begin - 1] == '_');
    if prefix > 2 || (prefix > 0 && continues_a_word) {
        return None;
    }
    let raw = chars[begin..begin + prefix].contains(&'r');
    let mut i = begin + prefix;
    let hashes = if raw { chars[i..].iter().take_while(|&&c| c == '#').count() } else { 0 };
    i += hashes;
    match chars.get(i)? {
        '"' => {
            i += 1;
            while i < chars.len() {
                match chars[i] {
                    '\\' if !raw => i += 2,
                    '"' if chars[i + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes => {
                        return Some(i + 1 + hashes);
                    }
                    _ => i += 1,
                }
            }
            Some(i)
        }
        '\'' if !raw && chars.get(i + 1) == Some(&'\\') => {
            let rest = chars[i + 3..].iter().take_while(|&&c| c != '\'').count();
            Some(i + 3 + rest + 1)
        }
        '\'' if !raw && chars.get(i + 2) == Some(&'\'') => Some(i + 3),
        _ => None,
    }
}

struct Walk<'a> {
    tokens: &'a [Token],
    at: usize,
    module: &'a [String],
    /// Modules in the file that are open: their names, the depth of their braces, whether they are for tests.
    inline: Vec<(String, usize, bool)>,
    depth: usize,
    found: Vec<Named>,
}

impl Walk<'_> {
    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.word)
    }

    fn file(&mut self) {
        while let Some(token) = self.tokens.get(self.at) {
            match token.word.as_str() {
                "mod" if self.word(self.at + 2) == "{" => {
                    let in_tests = self.is_for_tests(self.at) || self.in_tests();
                    self.inline.push((self.word(self.at + 1).to_owned(), self.depth, in_tests));
                    self.at += 2;
                }
                "{" => (self.depth, self.at) = (self.depth + 1, self.at + 1),
                "}" => {
                    self.depth = self.depth.saturating_sub(1);
                    self.inline.retain(|(_, depth, _)| *depth < self.depth);
                    self.at += 1;
                }
                "use" => {
                    self.at += 1;
                    self.tree(&[], true);
                }
                _ if token.is_name() => self.tree(&[], false),
                _ => self.at += 1,
            }
        }
    }

    /// A path, or a `use` tree: everything that can be reached from here by `::`, braces and commas.
    fn tree(&mut self, prefix: &[String], in_use: bool) {
        let mut segments = prefix.to_vec();
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        if self.word(self.at) == "::" {
            self.at += 1;
        }
        loop {
            if self.word(self.at) == "{" && in_use {
                self.at += 1;
                while !matches!(self.word(self.at), "}" | "") {
                    let begin = self.at;
                    self.tree(&segments, in_use);
                    if self.word(self.at) == "as" {
                        self.at += 2;
                    }
                    if self.word(self.at) == "," || self.at == begin {
                        self.at += 1;
                    }
                }
                self.at += 1;
                return;
            }
            match self.tokens.get(self.at) {
                Some(token) if token.is_name() || (token.word == "*" && in_use) => {
                    segments.push(token.word.clone());
                }
                _ => break,
            }
            self.at += 1;
            if self.word(self.at) != "::" {
                break;
            }
            self.at += 1;
        }
        if !segments.is_empty() {
            let segments = self.resolved(segments);
            self.found.push(Named { line, segments, in_tests: self.in_tests(), in_use });
        }
    }

    /// `super::x` in module `a::b` is `crate::a::x`.
    fn resolved(&self, segments: Vec<String>) -> Vec<String> {
        if !matches!(segments[0].as_str(), "super" | "self") {
            return segments;
        }
        let inline = self.inline.iter().map(|(name, ..)| name.clone());
        let mut absolute: Vec<String> =
            std::iter::once("crate".to_owned()).chain(self.module.iter().cloned()).chain(inline).collect();
        let mut rest = segments.into_iter().peekable();
        while let Some(step) = rest.next_if(|step| step == "super" || step == "self") {
            if step == "super" && absolute.len() > 1 {
                absolute.pop();
            }
        }
        absolute.extend(rest);
        absolute
    }

    fn in_tests(&self) -> bool {
        self.inline.last().is_some_and(|(_, _, in_tests)| *in_tests)
    }

    /// Whether the item whose keyword is at `at` has an attribute `#[cfg(test)]`.
    fn is_for_tests(&self, at: usize) -> bool {
        let mut end = at;
        while end > 0 && matches!(self.word(end - 1), "pub" | "(" | ")" | "crate" | "super") {
            end -= 1;
        }
        while end > 0 && self.word(end - 1) == "]" {
            let Some(begin) = (0..end).rev().find(|&i| self.word(i) == "#" && self.word(i + 1) == "[") else {
                return false;
            };
            let attribute: Vec<&str> = (begin..end).map(|i| self.word(i)).collect();
            if attribute.join("") == "#[cfg(test)]" {
                return true;
            }
            end = begin;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        let module = ["slo".to_owned(), "sli".to_owned()];
        let all = paths(text, &module).into_iter().filter(|named| named.segments.len() > 1);
        all.map(|named| format!("{} {}", named.line, named.segments.join("::"))).collect()
    }

    #[test]
    fn use_trees_are_unfolded() {
        assert_eq!(
            named("use crate::{\n  base::{Share, self},\n  plan as p, slo::*,\n};"),
            ["2 crate::base::Share", "2 crate::base::self", "3 crate::plan", "3 crate::slo::*"]
        );
        assert_eq!(
            named("use ::csv::Writer;\npub use self::x::Y;"),
            ["1 csv::Writer", "2 crate::slo::sli::x::Y"]
        );
    }

    #[test]
    fn relative_paths_are_led_back_to_the_root() {
        assert_eq!(named("super::super::plan::x();"), ["1 crate::plan::x"]);
        assert_eq!(
            named("mod a { mod b { use super::super::super::x::Y; } use super::Z; }\nuse super::Q;"),
            ["1 crate::slo::x::Y", "1 crate::slo::sli::Z", "2 crate::slo::Q"]
        );
    }

    #[test]
    fn comments_strings_and_characters_name_nothing() {
        let text = "// crate::a::b\n/* crate::a /* crate::b */ crate::c */ \"crate::a\\\" crate::b\" r#\"\"crate::a\"# \
                    b'\\'' '\"' fn f<'a>(x: &'a crate::d::E) {} '\\u{41}' crate::f::g";
        assert_eq!(named(text), ["2 crate::d::E", "2 crate::f::g"]);
    }

    #[test]
    fn modules_for_tests_are_told_from_others() {
        let text = "#[cfg(test)]\n#[allow(x)]\npub(crate) mod tests { use a::B; mod c { use d::E; } }\n\
                    mod other { fn f() { g::h() } }";
        let all = paths(text, &[]);
        let in_tests = |path: &str| all.iter().find(|n| n.segments.join("::") == path).unwrap().in_tests;
        assert!(in_tests("a::B") && in_tests("d::E") && !in_tests("g::h"));
    }
}
