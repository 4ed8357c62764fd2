use std::fmt;
use std::sync::Arc;

use crate::base::Labels;
use crate::promql::Matcher;

/// One stored series, column by column: `times[i]` (milliseconds since 1970, strictly increasing) goes with
/// `values[i]`. Stale markers are kept as they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Who it is, the metric's name included.
    pub labels: Labels,
    /// When, in milliseconds since 1970.
    pub times: Vec<i64>,
    /// What.
    pub values: Vec<f64>,
}

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

/// Series that can be selected by their labels.
pub trait Store: Send + Sync {
    /// The series that meet every matcher and have a sample in `[from, to]` (milliseconds), sorted by labels. The
    /// columns may hold samples outside that range too.
    fn select(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Arc<Column>>, StoreError>;
}
