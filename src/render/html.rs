use super::chart;
use super::templates::Set;
use super::{RenderError, Renderer, Style, view};
use crate::base::Interval;
use crate::report::Report;

/// One page in one file: no script, nothing loaded from elsewhere, light and dark, on paper too.
pub(super) struct Html;

const SET: Set = Set {
    ending: ".html.tera",
    built_in: &[
        ("report.html.tera", include_str!("../../report-templates/report.html.tera")),
        ("contracts.html.tera", include_str!("../../report-templates/contracts.html.tera")),
        ("exclusions.html.tera", include_str!("../../report-templates/exclusions.html.tera")),
        ("slo.html.tera", include_str!("../../report-templates/slo.html.tera")),
        ("style.html.tera", include_str!("../../report-templates/style.html.tera")),
    ],
    escape: tera::escape_html,
};

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm"]
    }

    fn render(&self, report: &Report, style: &Style) -> Result<Vec<u8>, RenderError> {
        let mut view = view::view(report, style);
        for (i, (slo, shown)) in report.slos.iter().zip(&mut view.slos).enumerate() {
            shown.spark = chart::spark(slo, &format!("s{i}"));
            if let (Some(alerts), Some(shown)) = (&slo.alerts, &mut shown.alerts) {
                shown.timeline = alerts
                    .budget
                    .as_ref()
                    .and_then(|budget| {
                        let span = Interval::new(alerts.from, alerts.to);
                        let (name, id) = (view::name(slo), format!("c{i}-alerts"));
                        chart::timeline(budget, alerts.unmeasured.as_ref(), span, &name, &id, style.timezone)
                    })
                    .unwrap_or_default();
            }
            shown.figures = [
                chart::burn_down(slo, &format!("c{i}-left"), style.timezone),
                chart::burn_rate(slo, &format!("c{i}-rate"), style.timezone),
                chart::daily(slo, &format!("c{i}-days")),
                chart::strip(slo, &format!("c{i}-strip")),
            ]
            .into_iter()
            .flatten()
            .collect();
        }
        SET.render(&style.templates, |_| {}, &view).map(String::into_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_label_cannot_become_markup() {
        let user = BTreeMap::from([("report.html.tera".to_owned(), "{{ name }}".to_owned())]);
        let view = BTreeMap::from([("name", "<script>alert('x')</script>\"&")]);
        let page = SET.render(&user, |_| {}, &view).unwrap();
        assert_eq!(page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;");
    }
}
