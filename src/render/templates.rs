use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use super::{RenderError, Templates};

/// The templates of one format: the built-in ones, and the user's laid over them.
pub(super) struct Set {
    /// How names of this format's templates end. Tera escapes by ending, and every template of a set is escaped.
    pub(super) ending: &'static str,
    /// The built-in templates; the first is the report.
    pub(super) built_in: &'static [(&'static str, &'static str)],
    /// Makes a value harmless in this format.
    pub(super) escape: fn(&str, &mut dyn std::io::Write) -> std::io::Result<()>,
}

/// The endings of all sets, for names that fit none.
const ENDINGS: [&str; 2] = [".html.tera", ".md.tera"];

impl Set {
    /// The report template, filled with `view`. `prepare` registers the format's own filters.
    pub(super) fn render(
        &self,
        user: &Templates,
        prepare: impl FnOnce(&mut Tera),
        view: &impl Serialize,
    ) -> Result<String, RenderError> {
        let mut tera = Tera::default();
        tera.autoescape_on([self.ending]);
        tera.set_escape_fn(self.escape);
        prepare(&mut tera);
        if let Some(stray) = user.keys().find(|name| !ENDINGS.iter().any(|ending| name.ends_with(ending))) {
            let known = ENDINGS.join(" or ");
            return Err(RenderError::Templates(format!(
                "{stray:?} is read by no format; end it with {known}"
            )));
        }
        let built_in = self.built_in.iter().map(|(name, text)| (*name, *text));
        let laid_over = user
            .iter()
            .filter(|(name, _)| name.ends_with(self.ending))
            .map(|(name, text)| (name.as_str(), text.as_str()));
        let all: std::collections::BTreeMap<&str, &str> = built_in.chain(laid_over).collect();
        tera.add_raw_templates(all).map_err(|error| fault(&error))?;
        let context = Context::from_serialize(view).map_err(|error| fault(&error))?;
        let report = self.built_in.first().map_or("", |(name, _)| *name);
        tera.render(report, &context).map_err(|error| fault(&error))
    }
}

fn fault(error: &tera::Error) -> RenderError {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => RenderError::Template {
            template: report.filename().to_owned(),
            line: report.span().start_line,
            column: report.span().start_col + 1,
            message: report.message().to_owned(),
        },
        other => RenderError::Templates(other.to_string()),
    }
}
