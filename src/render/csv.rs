use super::{RenderError, Renderer, Style};
use crate::base::{Duration, Moment};
use crate::report::{Report, SlaReport, SloReport, words};

/// One row for each objective, group and window, for spreadsheets: ratios between 0 and 1, times RFC 3339 in UTC,
/// empty where unknown. Columns are the document's names, flattened; new ones are added at the end, none is renamed.
pub(super) struct Csv;

impl Renderer for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv"]
    }

    fn render(&self, report: &Report, _: &Style) -> Result<Vec<u8>, RenderError> {
        let fault = |message: String| RenderError::Encode { format: "csv", message };
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        out.write_record(COLUMNS.iter().map(|(name, _)| *name)).map_err(|error| fault(error.to_string()))?;
        for slo in &report.slos {
            out.write_record(COLUMNS.iter().map(|(_, cell)| cell(report, slo)))
                .map_err(|error| fault(error.to_string()))?;
        }
        out.into_inner().map_err(|error| fault(error.to_string()))
    }
}

type Cell = fn(&Report, &SloReport) -> String;

const COLUMNS: &[(&str, Cell)] = &[
    ("schema_version", |report, _| report.schema_version.to_string()),
    ("generated_at", |report, _| report.generated_at.to_string()),
    ("evaluation_at", |report, _| report.evaluation.at.to_string()),
    ("id", |_, slo| text(&slo.id)),
    ("service", |_, slo| text(&slo.service)),
    ("slo", |_, slo| text(&slo.slo)),
    ("group", |_, slo| pairs(&slo.group)),
    ("labels", |_, slo| pairs(&slo.labels)),
    ("owner", |_, slo| text(slo.owner.as_deref().unwrap_or(""))),
    ("kind", |_, slo| text(&slo.kind)),
    ("method", |_, slo| text(&slo.method)),
    ("objective", |_, slo| number(Some(slo.objective))),
    ("window_type", |_, slo| text(&slo.window.r#type)),
    ("window_display", |_, slo| text(&slo.window.display)),
    ("window_from", |_, slo| slo.window.from.to_string()),
    ("window_to", |_, slo| slo.window.to.to_string()),
    ("window_timezone", |_, slo| text(&slo.window.timezone)),
    ("window_complete", |_, slo| slo.window.complete.to_string()),
    ("window_elapsed_ratio", |_, slo| number(Some(slo.window.elapsed_ratio))),
    ("sli_value", |_, slo| number(slo.sli.value)),
    ("sli_raw", |_, slo| number(slo.sli.raw)),
    ("events_good", |_, slo| number(slo.events.map(|events| events.good))),
    ("events_bad", |_, slo| number(slo.events.map(|events| events.bad))),
    ("events_total", |_, slo| number(slo.events.map(|events| events.total))),
    ("time_bad_s", |_, slo| number(slo.time.map(|time| time.bad_s))),
    ("time_excluded_s", |_, slo| number(slo.time.map(|time| time.excluded_s))),
    ("time_total_s", |_, slo| number(slo.time.map(|time| time.total_s))),
    ("coverage_ratio", |_, slo| number(slo.coverage.ratio)),
    ("budget_unit", |_, slo| slo.budget.as_ref().map(|budget| text(&budget.unit)).unwrap_or_default()),
    ("budget_total", |_, slo| number(slo.budget.as_ref().map(|budget| budget.total))),
    ("budget_spent", |_, slo| number(slo.budget.as_ref().map(|budget| budget.spent))),
    ("budget_remaining", |_, slo| number(slo.budget.as_ref().map(|budget| budget.remaining))),
    ("budget_remaining_ratio", |_, slo| {
        number(slo.budget.as_ref().and_then(|budget| budget.remaining_ratio))
    }),
    ("burn_5m", |_, slo| burn(slo, Duration::minutes(5))),
    ("burn_30m", |_, slo| burn(slo, Duration::minutes(30))),
    ("burn_1h", |_, slo| burn(slo, Duration::hours(1))),
    ("burn_2h", |_, slo| burn(slo, Duration::hours(2))),
    ("burn_6h", |_, slo| burn(slo, Duration::hours(6))),
    ("burn_1d", |_, slo| burn(slo, Duration::days(1))),
    ("burn_3d", |_, slo| burn(slo, Duration::days(3))),
    ("exhaustion_at", |_, slo| moment(slo.exhaustion.map(|end| end.at))),
    ("exhaustion_seconds", |_, slo| number(slo.exhaustion.map(|end| end.seconds))),
    ("latency_p50", |_, slo| number(slo.latency.and_then(|latency| latency.p50))),
    ("latency_p95", |_, slo| number(slo.latency.and_then(|latency| latency.p95))),
    ("latency_p99", |_, slo| number(slo.latency.and_then(|latency| latency.p99))),
    ("incidents", |_, slo| slo.incidents.len().to_string()),
    ("previous_status", |_, slo| {
        slo.previous.as_ref().map(|previous| words::key(previous.status).to_owned()).unwrap_or_default()
    }),
    ("previous_sli", |_, slo| number(slo.previous.as_ref().and_then(|previous| previous.sli))),
    ("previous_remaining_ratio", |_, slo| {
        number(slo.previous.as_ref().and_then(|previous| previous.remaining_ratio))
    }),
    ("previous_delta_pp", |_, slo| number(slo.previous.as_ref().and_then(|previous| previous.delta_pp))),
    ("status", |_, slo| words::key(slo.status).to_owned()),
    ("reason", |_, slo| text(&slo.reason)),
    ("overall_of", |_, slo| slo.overall_of.map(|groups| groups.to_string()).unwrap_or_default()),
    ("forecast_remaining_ratio", |_, slo| number(slo.forecast.as_ref().map(|told| told.remaining_ratio))),
    ("forecast_low", |_, slo| number(slo.forecast.as_ref().map(|told| told.low))),
    ("forecast_high", |_, slo| number(slo.forecast.as_ref().map(|told| told.high))),
    ("sla", |_, slo| slo.sla.as_ref().map(|sla| text(&sla.name)).unwrap_or_default()),
    ("sla_status", |_, slo| {
        slo.sla.as_ref().map(|sla| words::key(sla.status).to_owned()).unwrap_or_default()
    }),
    ("sla_credit", |report, slo| number(credit(report, slo))),
];

/// The share of the bill that the contract beside an objective pays back.
fn credit(report: &Report, slo: &SloReport) -> Option<f64> {
    let brief = slo.sla.as_ref()?;
    let is_it =
        |sla: &&SlaReport| (&sla.service, &sla.slo, &sla.sla) == (&slo.service, &slo.slo, &brief.name);
    let dues = report.slas.iter().filter(is_it).filter_map(|sla| Some(sla.credit.as_ref()?.due));
    dues.reduce(f64::max)
}

/// A raw number in plain digits.
fn number(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map(|value| (value + 0.0).to_string()).unwrap_or_default()
}

fn moment(at: Option<Moment>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// The burn rate over this time, however its window is written (`1d`, `24h`).
fn burn(slo: &SloReport, over: Duration) -> String {
    let found = slo.burn.iter().find(|burn| burn.window.parse() == Ok(over));
    number(found.and_then(|burn| burn.rate))
}

fn pairs(labels: &std::collections::BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    text(&pairs.join(";"))
}

/// Text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe before it.
/// (OWASP, "CSV Injection".)
fn text(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_numbers_plain() {
        assert_eq!(text("=1+1"), "'=1+1");
        assert_eq!(text("@x"), "'@x");
        assert_eq!(text("a-b"), "a-b");
        assert_eq!(number(Some(1e-9)), "0.000000001");
        assert_eq!(number(Some(-0.0)), "0");
        assert_eq!(number(Some(f64::NAN)), "");
        assert_eq!(number(None), "");
    }
}
