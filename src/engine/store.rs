use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::base::{Column, Labels};
use crate::promql::{BadMatcher, Matcher};

/// Why a store cannot answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError(
    /// What is wrong with the data, naming file and place.
    pub String,
);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}

impl From<BadMatcher> for StoreError {
    fn from(BadMatcher(why): BadMatcher) -> Self {
        Self(why)
    }
}

/// A series that was found but not yet read.
pub struct Found {
    /// Who it is, the metric's name included.
    pub labels: Labels,
    /// What its store knows it by.
    pub key: Arc<dyn Any + Send + Sync>,
}

/// Series that can be selected by their labels and read one by one.
pub trait Store: Send + Sync {
    /// The series that meet every matcher and may have a sample in `[from, to]` (milliseconds), sorted by labels, each
    /// once. Nothing of their samples is read.
    fn find(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Found>, StoreError>;

    /// The samples of a series found in this store. They may reach beyond `[from, to]`; within it they are complete.
    fn read(&self, found: &Found, from: i64, to: i64) -> Result<Arc<Column>, StoreError>;

    /// The series that meet every matcher and have a sample in `[from, to]` (milliseconds), sorted by labels, all read.
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Arc<Column>>, StoreError> {
        let found = self.find(matchers, from, to)?;
        let columns = found.iter().map(|found| self.read(found, from, to));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        Ok(columns.into_iter().filter(|column| column.any_in(from, to)).collect())
    }
}
