//! What data there is in files: each series is read once.

use super::{LocalSource, Source as _};
use crate::engine::{StoreError, Survey};
use crate::report::Inventory;

impl LocalSource {
    /// Looks at every sample. The `top` metrics of most samples are told by name; `looked` hears of each series done, and
    /// of how many.
    ///
    /// # Errors
    /// Data that cannot be read, naming file and place.
    pub fn inventory(
        &self,
        top: usize,
        warnings: Vec<String>,
        looked: impl FnMut(usize, usize),
    ) -> Result<Inventory, StoreError> {
        let survey = Survey::of(self.store(), looked)?;
        let about = self.describe();
        Ok(Inventory::of(survey, vec![about.url], about.origins, warnings, top))
    }
}
