//! Unit tests of rules for `promtool test rules`: that every alert fires when it should, and only then.
//!
//! Takes specifications and the rules made of them, gives [`UnitTests`]. For every alert of an objective: it fires when the
//! budget burns at twice its rate, not before the time that its windows promise, and resolves when the burning ends; it
//! fires when the budget burns a little faster than its rate, and is silent when it burns a little slower, when nothing
//! happens and when scrapes are missed. Plain alerts: their condition holds, and does not.
//!
//! | file | what it does |
//! |---|---|
//! | `series` | labels that a selection takes |
//! | `search` | what series must do so that a condition holds |
//! | `world` | the series of an objective, well and failing |
//! | `story` | what series do, minute by minute |
//! | `burn`, `plain` | the cases |
//! | `file` | the text |

mod burn;
mod file;
mod plain;
mod search;
mod series;
mod story;
mod world;

use super::rules::RuleSet;
use crate::slo::Spec;
use file::Case;

/// Tests of rules.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitTests {
    cases: Vec<Case>,
    /// Alerts that have no test, with the reason.
    pub notes: Vec<String>,
}

impl UnitTests {
    /// How many cases there are.
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }
}

/// Tests for the rules of nines that were made of some specifications.
pub fn unit_tests(specs: &[Spec], rules: &RuleSet) -> UnitTests {
    let mut tests = UnitTests { cases: Vec::new(), notes: Vec::new() };
    for spec in specs {
        for slo in &spec.slos {
            burn::add(spec, slo, rules, &mut tests);
        }
        for alert in &spec.alerts {
            plain::add(spec, alert, rules, &mut tests);
        }
    }
    tests
}
