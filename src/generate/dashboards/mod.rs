//! Grafana's boards: one over all objectives, one for each service, one for contracts, and those that are written beside
//! the specifications.
//!
//! Takes specifications, their [`RuleSet`] (whose recorded series the boards read) and [`Boards`], gives [`Dashboards`]:
//! the files of a folder. To add a board of our own: its file here, that gives a `Sheet`, and a line in [`dashboards`].

mod grafana;
mod overview;
mod series;
mod service;
mod sla;

use std::collections::BTreeMap;
use std::fmt;

use super::rules::RuleSet;
use crate::base::fnv1a;
use crate::promql::MatchOp;
use crate::slo::{Board, Boards, Panel, PanelKind, PanelQuery, Spec};
use grafana::{Picture, Sheet};
use series::{Recorded, firing, matcher};

/// The label by which our boards find each other.
const TAG: &str = "nines";

/// How the file of a board begins.
pub const BOARD_MARK: &str = "{\n  \"tags\": [\n    \"nines\"";

/// The files of a folder of boards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboards {
    /// Names and texts: a file for each board, and what Grafana's linter is to leave alone.
    pub files: BTreeMap<String, String>,
}

/// Why no boards can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DashboardsError {
    /// Two boards would go to one file.
    SameName(String),
}

impl fmt::Display for DashboardsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameName(name) => write!(f, "two boards are called {name}; give one of them another name"),
        }
    }
}

impl std::error::Error for DashboardsError {}

/// Boards for `specs`, whose recorded series are those of `rules`, and the boards written for their services.
///
/// # Errors
/// Where two boards would have the same name.
pub fn dashboards(
    specs: &[Spec],
    rules: &RuleSet,
    boards: &[&Boards],
) -> Result<Dashboards, DashboardsError> {
    let recorded = Recorded::of(rules);
    let mut sheets = vec![overview::sheet(specs), sla::sheet(specs, &recorded)];
    sheets.extend(specs.iter().map(|spec| service::sheet(spec, &recorded)));
    for of_service in boards {
        let spec = specs.iter().find(|spec| spec.service == of_service.service);
        sheets.extend(of_service.boards.iter().map(|board| written(&of_service.service, board, spec)));
    }
    let mut files = BTreeMap::from([(".lint".to_owned(), LEFT_ALONE.to_owned())]);
    for sheet in sheets {
        if files.insert(format!("{}.json", sheet.uid), sheet.written()).is_some() {
            return Err(DashboardsError::SameName(sheet.uid));
        }
    }
    Ok(Dashboards { files })
}

/// What Grafana reads to find the boards in a folder of its machine.
pub fn provisioning(folder: &str) -> String {
    let folder = serde_yaml::to_string(folder).unwrap_or_default();
    format!(
        "apiVersion: 1\nproviders:\n- name: nines\n  type: file\n  disableDeletion: false\n  allowUiUpdates: false\n  \
         updateIntervalSeconds: 30\n  options:\n    path: {}\n    foldersFromFilesStructure: true\n",
        folder.trim_end()
    )
}

/// Why some rules of Grafana's linter do not apply.
const LEFT_ALONE: &str = "\
# What grafana/dashboard-linter is to leave alone here, and why.
exclusions:
  template-job-rule:
    reason: The series of an objective are recorded without a job; written boards name their jobs in each query.
  template-instance-rule:
    reason: An objective is about a service, not about one of its instances.
  target-job-rule:
    reason: The series of an objective are recorded without a job; written boards name their jobs in each query.
  target-instance-rule:
    reason: An objective is about a service, not about one of its instances.
";

/// Grafana's limit for a name of its own.
const LONGEST_UID: usize = 40;

/// The name by which Grafana knows a board, the same every time.
fn uid(parts: &[&str]) -> String {
    let name = parts.join("-");
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' };
    let slug: String = name.chars().map(plain).collect();
    let whole = slug == name;
    if whole && slug.len() <= LONGEST_UID {
        return slug;
    }
    // Two names must not become one.
    let cut: String = slug.chars().take(LONGEST_UID - 9).collect();
    format!("{cut}-{:08x}", fnv1a(&name) as u32)
}

/// A board that is written beside a specification.
fn written(service: &str, board: &Board, spec: Option<&Spec>) -> Sheet {
    let links = spec.map(links).unwrap_or_default();
    Sheet {
        uid: uid(&[service, &board.name]),
        title: board.title.clone(),
        description: board.description.clone().unwrap_or_default(),
        tags: vec![TAG.to_owned(), service.to_owned()],
        variables: board.variables.iter().map(grafana::choice).collect(),
        pictures: board.panels.iter().cloned().map(Picture::from).collect(),
        pages: pages_of(service),
        from: "now-6h",
        links,
    }
}

/// The pages of a service.
fn pages_of(service: &str) -> crate::promql::Expr {
    firing(&[matcher("severity", MatchOp::Equal, "page"), matcher("slo_service", MatchOp::Equal, service)])
}

/// The addresses of a service.
fn links(spec: &Spec) -> Vec<(String, String)> {
    spec.links.iter().map(|link| (link.rel.clone(), link.href.clone())).collect()
}

/// A panel of our own.
fn panel(
    kind: PanelKind,
    title: &str,
    unit: &'static str,
    description: &str,
    queries: Vec<PanelQuery>,
) -> Panel {
    Panel {
        row: None,
        title: title.to_owned(),
        description: description.to_owned(),
        kind,
        unit,
        queries,
        window: None,
        limit: None,
    }
}

/// A query with the name of its lines.
fn query(expr: crate::promql::Expr, legend: impl Into<String>) -> PanelQuery {
    PanelQuery { expr, legend: Some(legend.into()) }
}

/// How lines of several budgets are called: by the objective, and by what its budget is divided by.
fn legend(specs: &[Spec]) -> String {
    let mut labels: Vec<&str> =
        specs.iter().flat_map(|spec| &spec.slos).flat_map(|slo| &slo.by).map(String::as_str).collect();
    labels.sort_unstable();
    labels.dedup();
    let labels = labels.iter().map(|label| format!(" {{{{{label}}}}}"));
    format!("{{{{slo_id}}}}{}", labels.collect::<String>())
}
