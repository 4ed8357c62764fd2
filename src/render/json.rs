use super::{RenderError, Renderer, Style};
use crate::report::Report;

/// The document itself, the contract that later tools read.
pub(super) struct Json;

impl Renderer for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn render(&self, report: &Report, _: &Style) -> Result<Vec<u8>, RenderError> {
        let mut bytes = serde_json::to_vec_pretty(report)
            .map_err(|error| RenderError::Encode { format: "json", message: error.to_string() })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
