use std::fmt;

/// The way from the root of a document to a value: `slos[1].objective`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Route(String);

impl Route {
    /// The way to the value under a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        Self(match (self.0.is_empty(), !key.is_empty() && key.chars().all(plain)) {
            (true, true) => key.to_owned(),
            (false, true) => format!("{}.{key}", self.0),
            (_, false) => format!("{}[{key:?}]", self.0),
        })
    }

    /// The way to an element of a list, counted from zero.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}[{index}]", self.0))
    }

    /// Whether it leads to the root itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn prints_keys_and_indexes() {
        let root = Route::default();
        assert_eq!(root.key("slos").index(1).key("objective").to_string(), "slos[1].objective");
        assert_eq!(root.key("labels").key("a.b").to_string(), "labels[\"a.b\"]");
        assert!(root.is_root());
    }
}
