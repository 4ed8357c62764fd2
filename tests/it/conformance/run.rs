//! Runs a case: as it stands, fixed by `@` at other times, and in the middle of a range query.

use nines::base::{Duration, Moment, Span};
use nines::engine::{Evaluated, Features, Level, Params, Reason, Store, evaluate};
use nines::promql::{At, Expr, ExprKind, ParseOptions, parse};

use super::same::{check, check_middle};
use super::script::{Case, Command, Expected, Text, Time};
use super::world::World;

/// What came of a case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    Passed,
    /// The evaluator refuses it by name.
    Refused(String),
    Failed(String),
}

/// Options of Prometheus that a script is run with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setup {
    pub(crate) features: Features,
}

/// Every case of a script with its outcome.
pub(crate) fn outcomes(commands: &[Command], setup: Setup) -> Vec<(&Case, Outcome)> {
    let mut world = World::new();
    let mut outcomes = Vec::new();
    for command in commands {
        match command {
            Command::Clear => world = World::new(),
            Command::Load(load) => world.load(load),
            Command::Eval(case) => {
                let outcome = Runner { case, store: &world.store, setup }.run();
                outcomes.push((&**case, outcome.err().unwrap_or(Outcome::Passed)));
            }
        }
    }
    outcomes
}

struct Runner<'a> {
    case: &'a Case,
    store: &'a dyn Store,
    setup: Setup,
}

/// What an evaluation is told.
struct Told {
    message: String,
    refused: bool,
}

impl Runner<'_> {
    fn run(&self) -> Result<(), Outcome> {
        let case = self.case;
        match case.time {
            Time::Range(steps) => match self.evaluated(&case.expr, steps.from, steps.to, steps.step)? {
                Some(evaluated) => check(case, evaluated.value, steps.to).map_err(Outcome::Failed),
                None => Ok(()),
            },
            Time::Instant(at) => {
                self.instant(&case.expr, at)?;
                let other_times =
                    if at == 0 { vec![-1000, 0, 1000] } else { vec![-10 * at, 0, at / 5, at, 10 * at] };
                let Some(fixed) = fixed(&case.expr, at) else { return Ok(()) };
                for other in other_times {
                    self.instant(&fixed, other).map_err(|outcome| match outcome {
                        Outcome::Failed(why) => Outcome::Failed(format!("as {fixed} at {other} ms: {why}")),
                        other => other,
                    })?;
                }
                Ok(())
            }
        }
    }

    /// An instant query, and the same in the middle of a range query.
    fn instant(&self, text: &str, at: i64) -> Result<(), Outcome> {
        let case = self.case;
        let Some(evaluated) = self.evaluated(text, at, at, 0)? else { return Ok(()) };
        check(case, evaluated.value, at).map_err(Outcome::Failed)?;
        // What depends on the times of the query gives something else in another.
        let depends = ["start()", "end()", "step()", "range()"].iter().any(|call| text.contains(call));
        if depends || matches!(case.expected, Expected::String(_) | Expected::Range(..)) {
            return Ok(());
        }
        let around = self.evaluate(text, at - 60_000, at + 60_000, 60_000);
        let around = around.map_err(|told| told.outcome().within("in a range query"))?;
        if case.ordered {
            return Ok(());
        }
        let middle = check_middle(case, around.value, at).map_err(Outcome::Failed);
        middle.map_err(|outcome| outcome.within("in the middle of a range query"))
    }

    /// The value, where there is one and everything said beside it is as expected; nothing where it fails as expected.
    fn evaluated(&self, text: &str, from: i64, to: i64, step: i64) -> Result<Option<Evaluated>, Outcome> {
        let case = self.case;
        match (self.evaluate(text, from, to, step), &case.fails) {
            (Err(told), Some(wanted)) if !told.refused => match wanted {
                wanted if wanted.allows(&told.message) || in_other_words(wanted, &told.message) => Ok(None),
                wanted => Err(Outcome::Failed(format!(
                    "error {wanted:?} was expected, there is {:?}",
                    told.message
                ))),
            },
            (Err(told), _) => Err(told.outcome()),
            (Ok(_), Some(wanted)) => {
                Err(Outcome::Failed(format!("error {wanted:?} was expected, there is none")))
            }
            (Ok(evaluated), None) => {
                let said = |level, word: &str| -> Vec<String> {
                    let annotations = evaluated.annotations.iter().filter(|remark| remark.level == level);
                    annotations
                        .map(|remark| {
                            format!("PromQL {word}: {} ({})", remark.message, place(text, remark.span))
                        })
                        .collect()
                };
                case.warnings.check("warning", &said(Level::Warning, "warning")).map_err(Outcome::Failed)?;
                case.infos.check("info", &said(Level::Info, "info")).map_err(Outcome::Failed)?;
                Ok(Some(evaluated))
            }
        }
    }

    fn evaluate(&self, text: &str, from: i64, to: i64, step: i64) -> Result<Evaluated, Told> {
        let expr = parse(text, &ParseOptions::default());
        let expr = expr.map_err(|faults| Told { message: faults[0].message.clone(), refused: false })?;
        let params = Params {
            features: self.setup.features,
            ..Params::range(Moment::from_millis(from), Moment::from_millis(to), Duration::millis(step))
        };
        evaluate(&expr, &params, self.store)
            .map_err(|error| Told { message: error.message, refused: error.reason == Reason::Unsupported })
    }
}

impl Told {
    fn outcome(self) -> Outcome {
        if self.refused {
            Outcome::Refused(self.message)
        } else {
            Outcome::Failed(format!("error: {}", self.message))
        }
    }
}

impl Outcome {
    fn within(self, place: &str) -> Self {
        match self {
            Self::Failed(why) => Self::Failed(format!("{place}: {why}")),
            other => other,
        }
    }
}

/// What is told in other words than Prometheus's, theirs first.
const OTHER_WORDS: [(&str, &str); 1] = [(
    // A text is UTF-8 from the start, so it does not come to the check of the label's name.
    r#"invalid label name "a\xc5z""#,
    "the escapes of this string do not make valid UTF-8",
)];

fn in_other_words(wanted: &Text, told: &str) -> bool {
    OTHER_WORDS.iter().any(|(theirs, ours)| wanted.allows(theirs) && told == *ours)
}

/// `line:column` of the first byte, both from 1.
fn place(text: &str, span: Span) -> String {
    let before = &text[..span.start.min(text.len())];
    let line = before.matches('\n').count() + 1;
    format!("{line}:{}", before.len() - before.rfind('\n').map_or(0, |end| end + 1) + 1)
}

/// The same query with every selector fixed to a time, where that makes it independent of the time of its evaluation.
fn fixed(text: &str, at: i64) -> Option<String> {
    let mut expr = parse(text, &ParseOptions::default()).ok()?;
    fix(&mut expr, At::Moment(Moment::from_millis(at))).then(|| expr.to_string())
}

/// Functions whose value depends on the time of evaluation whatever their arguments are.
const OF_NOW: [&str; 15] = [
    "days_in_month",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "end",
    "hour",
    "minute",
    "month",
    "year",
    "predict_linear",
    "range",
    "start",
    "step",
    "time",
    "timestamp",
];

fn fix(expr: &mut Expr, time: At) -> bool {
    let set = |at: &mut Option<At>| *at = at.or(Some(time));
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::String(_) => true,
        ExprKind::Selector(selector) | ExprKind::Range { selector, .. } => {
            set(&mut selector.at);
            true
        }
        // What is inside is evaluated at times that the subquery fixes.
        ExprKind::Subquery { at, .. } => {
            set(at);
            true
        }
        ExprKind::Call { function, args } => {
            let of_now = OF_NOW.contains(&function.as_str());
            args.iter_mut().map(|arg| fix(arg, time)).fold(!of_now, |all, here| all && here)
        }
        ExprKind::Aggregate { param, expr, .. } => {
            param.as_mut().is_none_or(|param| fix(param, time)) & fix(expr, time)
        }
        ExprKind::Binary { lhs, rhs, .. } => fix(lhs, time) & fix(rhs, time),
        ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => fix(expr, time),
    }
}
