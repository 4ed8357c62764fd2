//! Conditions on labels, compiled once and then asked of many series.

use std::fmt;

use regex::Regex;

use super::regex::anchored;
use super::{MatchOp, Matcher};
use crate::base::Labels;

/// A condition that cannot be read: label, pattern and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadMatcher(
    /// In words.
    pub String,
);

impl fmt::Display for BadMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadMatcher {}

/// A condition on the value of one label.
#[derive(Debug, Clone)]
pub struct CompiledMatcher {
    name: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Equal(String),
    NotEqual(String),
    Regex(Regex),
    NotRegex(Regex),
}

impl CompiledMatcher {
    /// Compiles one condition.
    ///
    /// # Errors
    /// A regular expression that cannot be read.
    pub fn new(matcher: &Matcher) -> Result<Self, BadMatcher> {
        let value = &matcher.value;
        let regex = || {
            anchored(value).map_err(|why| {
                BadMatcher(format!("label {}: {value:?} is not a regular expression: {why}", matcher.name))
            })
        };
        let test = match matcher.op {
            MatchOp::Equal => Test::Equal(value.clone()),
            MatchOp::NotEqual => Test::NotEqual(value.clone()),
            MatchOp::Regex => Test::Regex(regex()?),
            MatchOp::NotRegex => Test::NotRegex(regex()?),
        };
        Ok(Self { name: matcher.name.clone(), test })
    }

    /// The label that it is about.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The only value that it lets pass, where that is written out.
    pub fn equal_to(&self) -> Option<&str> {
        match &self.test {
            Test::Equal(value) => Some(value),
            _ => None,
        }
    }

    /// Whether a value passes; an absent label has the empty value.
    pub fn matches(&self, value: &str) -> bool {
        match &self.test {
            Test::Equal(wanted) => value == wanted,
            Test::NotEqual(unwanted) => value != unwanted,
            Test::Regex(regex) => regex.is_match(value),
            Test::NotRegex(regex) => !regex.is_match(value),
        }
    }
}

/// Conditions that must all hold.
#[derive(Debug, Clone)]
pub struct CompiledMatchers(Vec<CompiledMatcher>);

impl CompiledMatchers {
    /// Compiles every condition.
    ///
    /// # Errors
    /// A regular expression that cannot be read.
    pub fn new(matchers: &[Matcher]) -> Result<Self, BadMatcher> {
        matchers.iter().map(CompiledMatcher::new).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a series' labels meet all of them.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.0.iter().all(|matcher| matcher.matches(labels.value(&matcher.name)))
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &CompiledMatcher> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(op: MatchOp, pattern: &str, value: &str) -> bool {
        let matcher = Matcher { name: "a".into(), op, value: pattern.into() };
        CompiledMatcher::new(&matcher).unwrap().matches(value)
    }

    #[test]
    fn anchored_at_both_ends_across_lines() {
        assert!(matches(MatchOp::Regex, "a|b", "b"));
        assert!(!matches(MatchOp::Regex, "a|b", "ab"));
        assert!(matches(MatchOp::Regex, "a.c", "a\nc"));
        assert!(matches(MatchOp::NotRegex, ".+", ""));
        assert!(matches(MatchOp::NotEqual, "x", ""));
    }

    #[test]
    fn lone_braces_stand_for_themselves() {
        assert!(matches(MatchOp::Regex, "/items/{id}", "/items/{id}"));
        assert!(
            CompiledMatcher::new(&Matcher { name: "a".into(), op: MatchOp::Regex, value: "(".into() })
                .is_err()
        );
    }
}
