//! Report → bytes, in several formats.
//!
//! Takes a [`Report`] and a [`Style`], gives bytes. Must not know sources, specifications or the disk, and decides
//! nothing: what a reader is told was decided before. A number becomes text in [`words`](crate::report::words) alone.
//! To add a format: one file with a [`Renderer`], one line in [`RENDERERS`], one snapshot in `tests/it/render.rs`.

mod backtest;
mod chart;
mod checkup;
mod csv;
mod diff;
mod error;
mod firings;
mod gate;
pub mod history;
mod html;
mod inventory;
mod json;
mod lines;
mod markdown;
mod style;
mod templates;
mod terminal;
mod text;
mod view;

pub use backtest::{backtest, backtest_page};
pub use checkup::checkup;
pub use diff::{diff, diff_json, diff_markdown};
pub use error::RenderError;
pub use inventory::inventory;
pub use style::{Style, Templates};

use crate::report::Report;

/// A format that a report can be given in.
pub trait Renderer: Sync {
    /// The word that selects it, such as `html`.
    fn name(&self) -> &'static str;
    /// File endings that select it, without the dot. May be none.
    fn extensions(&self) -> &'static [&'static str];
    /// The report in this format. Fails only on a faulty template, or where a value cannot be written at all.
    fn render(&self, report: &Report, style: &Style) -> Result<Vec<u8>, RenderError>;
}

/// Every format.
pub static RENDERERS: &[&dyn Renderer] =
    &[&terminal::Terminal, &markdown::Markdown, &html::Html, &csv::Csv, &json::Json, &lines::Lines];

/// The format of this name.
pub fn by_name(name: &str) -> Option<&'static dyn Renderer> {
    RENDERERS.iter().copied().find(|renderer| renderer.name() == name)
}

/// The format of files with this ending (without the dot, in any case).
pub fn by_extension(extension: &str) -> Option<&'static dyn Renderer> {
    let wanted = extension.to_ascii_lowercase();
    RENDERERS.iter().copied().find(|renderer| renderer.extensions().contains(&wanted.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_found_by_name_and_ending() {
        for renderer in RENDERERS {
            assert_eq!(by_name(renderer.name()).map(Renderer::name), Some(renderer.name()));
            for extension in renderer.extensions() {
                assert_eq!(by_extension(extension).map(Renderer::name), Some(renderer.name()));
            }
        }
        assert_eq!(by_extension("HTM").map(Renderer::name), Some("html"));
        assert!(by_name("pdf").is_none());
        assert!(by_extension("exe").is_none());
    }
}
