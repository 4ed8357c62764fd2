use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A text that must not be seen: it prints as `***`, and no message about reading it names it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from being seen.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the request that needs it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Quoted)
    }
}

/// Takes text alone. A number is refused without being named: `password: 007` would read as 7.
struct Quoted;

const UNQUOTED: &str = "expected a text; put a secret that looks like a number in quotes";

impl Visitor<'_> for Quoted {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Secret, E> {
        Err(E::custom(UNQUOTED))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom(UNQUOTED))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Secret, E> {
        Err(E::custom(UNQUOTED))
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<Secret, E> {
        Err(E::custom(UNQUOTED))
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<Secret, E> {
        Err(E::custom(UNQUOTED))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::custom(UNQUOTED))
    }
}

/// Blots out every secret in a text that others wrote: a server may say back what it was sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Blotter(Vec<Secret>);

impl Blotter {
    /// Blots out these. Very short ones are left: they would blot out ordinary words.
    pub(super) fn new(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let mut secrets: Vec<_> = secrets.into_iter().filter(|secret| secret.0.len() >= 4).collect();
        // The longest first, so that a secret within another leaves no rest of the longer one.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.0.len()));
        Self(secrets)
    }

    /// The text without them.
    pub(super) fn clean(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), "***"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_stars() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?} {:?}", Some(&secret)), "*** *** Some(***)");
    }

    #[test]
    fn a_refused_secret_is_not_named() {
        for text in ["12345", "12345.5", "true", "-98765"] {
            let error = serde_yaml::from_str::<Secret>(text).unwrap_err().to_string();
            assert!(error.contains("quotes") && !error.contains(text), "{error}");
        }
        assert_eq!(serde_yaml::from_str::<Secret>("'12345'").unwrap().expose(), "12345");
    }

    #[test]
    fn blots_the_longest_first_and_leaves_ordinary_words() {
        let blotter = Blotter::new(["abcd", "abcdefgh", "to"].map(Secret::new));
        assert_eq!(blotter.clean("token abcdefgh, abcd"), "token ***, ***");
    }
}
