//! Files for other programs and for people, made from specifications.
//!
//! Takes [`Spec`](crate::slo::Spec)s, gives text. Pure: who reads the specifications and where the text goes is not known
//! here, nor is any answer of a source. To add a kind of file: its folder or file here, and its function re-exported.

mod alertmanager;
mod convert;
mod dashboards;
mod native;
mod rules;
mod selectors;
mod unit_tests;
mod yaml;

pub use alertmanager::{Alertmanager, alertmanager};
pub use convert::{Converted, Kept, Loss, Target, convert};
pub use dashboards::{BOARD_MARK, Dashboards, DashboardsError, dashboards, provisioning};
pub use native::{Commented, native};
pub use rules::{
    Change, Drift, Form, Group, Note, Rule, RuleSet, RulesError, RulesStyle, changes, drift, rules,
    rules_text, rules_texts,
};
pub use unit_tests::{UnitTests, unit_tests};
