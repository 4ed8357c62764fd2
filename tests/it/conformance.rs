//! Scripts that say what queries must give: the project's own, and any folder of them that a variable names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use nines::base::{Column, Labels, Matrix, Moment, is_stale};
use nines::engine::{
    EvalError, Evaluated, Found, Level, MemStore, Params, Reason, Store, StoreError, Value, evaluate,
    function_names,
};
use nines::promql::{At, CompiledMatchers, Expr, ExprKind, Matcher, ParseOptions, parse};

use crate::script::{Case, Command, Expected, read};

/// What the evaluator does not know; selecting it is refused.
const UNKNOWN: &str = "holds native histograms or start timestamps";

/// Scripts of the corpus about features that Prometheus has off by default, and that change what other queries give.
const OFF_BY_DEFAULT: [&str; 1] = ["type_and_unit.test"];

#[derive(Default)]
struct World {
    samples: BTreeMap<Labels, Vec<(i64, f64)>>,
    unknown: Vec<Labels>,
}

struct WorldStore {
    known: MemStore,
    unknown: Vec<Labels>,
}

impl World {
    fn store(&self) -> WorldStore {
        let column = |(labels, samples): (&Labels, &Vec<(i64, f64)>)| {
            let (times, values) = samples.iter().copied().unzip();
            Column::floats(labels.clone(), times, values)
        };
        WorldStore {
            known: MemStore::new(self.samples.iter().map(column).collect()),
            unknown: self.unknown.clone(),
        }
    }

    fn apply(&mut self, command: &Command) {
        match command {
            Command::Clear => *self = Self::default(),
            Command::Load(series) => {
                for series in series {
                    match &series.samples {
                        None => self.unknown.push(series.labels.clone()),
                        Some(samples) => {
                            self.samples.entry(series.labels.clone()).or_default().extend(samples);
                        }
                    }
                }
            }
            Command::Eval(_) => {}
        }
    }
}

impl Store for WorldStore {
    fn find(&self, matchers: &[Matcher], from: i64, to: i64) -> Result<Vec<Found>, StoreError> {
        let compiled = CompiledMatchers::new(matchers)?;
        match self.unknown.iter().find(|labels| compiled.matches(labels)) {
            Some(labels) => Err(StoreError(format!("{labels} {UNKNOWN}"))),
            None => self.known.find(matchers, from, to),
        }
    }

    fn read(&self, found: &Found, from: i64, to: i64) -> Result<Arc<Column>, StoreError> {
        self.known.read(found, from, to)
    }
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Passed,
    /// The parser does not read it.
    Unread(String),
    /// The evaluator refuses it by name.
    Refused(String),
    Failed(String),
}

fn run(case: &Case, store: &dyn Store, delayed_name_removal: bool) -> Outcome {
    let expr = match parse(&case.expr, &ParseOptions::default()) {
        Ok(_) if matches!(case.expected, Expected::Unknown) => return Outcome::Refused(UNKNOWN.to_owned()),
        Ok(expr) => expr,
        Err(_) if case.fails => return Outcome::Passed,
        Err(faults) => return Outcome::Unread(faults[0].to_string()),
    };
    let at = |from: i64, to: i64, step: i64| Params {
        delayed_name_removal,
        ..Params::range(
            Moment::from_millis(from),
            Moment::from_millis(to),
            nines::base::Duration::millis(step),
        )
    };
    let result = evaluate(&expr, &at(case.from, case.to, case.step), store);
    let evaluated = match result {
        Err(EvalError { reason: Reason::Unsupported, message, .. }) => return Outcome::Refused(message),
        Err(EvalError { reason: Reason::Store, message, .. }) if message.ends_with(UNKNOWN) => {
            return Outcome::Refused(message);
        }
        Err(_) if case.fails => return Outcome::Passed,
        Err(error) => return Outcome::Failed(format!("error: {error}")),
        Ok(_) if case.fails => return Outcome::Failed("expected to fail".to_owned()),
        Ok(evaluated) => evaluated,
    };
    if let Err(why) = remarks(case, &evaluated) {
        return Outcome::Failed(why);
    }
    if let Err(why) = compare(case, evaluated.value) {
        return Outcome::Failed(why);
    }
    // An instant query is the middle of a range query around it.
    let depends_on_range = ["start()", "end()", "step()", "range()"].iter().any(|f| case.expr.contains(f));
    if let Expected::Series(series) = &case.expected
        && case.step == 0
        && !case.ordered
        && !depends_on_range
    {
        let around = evaluate(&expr, &at(case.from - 60_000, case.from + 60_000, 60_000), store);
        let matrix = match around {
            Ok(evaluated) => evaluated.value.into_matrix(),
            // Its neighbours may be ambiguous.
            Err(_) => return Outcome::Passed,
        };
        if let Err(why) = compare_matrix(matrix, case.from, 1, 1, series) {
            return Outcome::Failed(format!("in the middle of a range query: {why}"));
        }
        // Fixed to its time, it gives the same at any other time.
        let mut fixed = expr;
        if fix(&mut fixed, At::Moment(Moment::from_millis(case.from))) {
            for other in [case.from - 1_000, 0, case.from * 10] {
                let same = evaluate(&fixed, &at(other, other, 0), store)
                    .map_err(|error| error.to_string())
                    .and_then(|evaluated| compare_matrix(evaluated.value.into_matrix(), other, 1, 1, series));
                if let Err(why) = same {
                    return Outcome::Failed(format!("fixed by @, at {other} ms: {why}"));
                }
            }
        }
    }
    Outcome::Passed
}

/// Fixes every selector to a time. Returns whether the value then is the same at every time.
fn fix(expr: &mut Expr, time: At) -> bool {
    let set = |at: &mut Option<At>| *at = at.or(Some(time));
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::String(_) => true,
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
            let of_now = ["time", "timestamp", "predict_linear"].contains(&function.as_str())
                || (args.is_empty() && function != "pi");
            args.iter_mut().map(|arg| fix(arg, time)).fold(!of_now, |all, here| all && here)
        }
        ExprKind::Aggregate { param, expr, .. } => {
            param.as_mut().is_none_or(|param| fix(param, time)) & fix(expr, time)
        }
        ExprKind::Binary { lhs, rhs, .. } => fix(lhs, time) & fix(rhs, time),
        ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => fix(expr, time),
    }
}

fn remarks(case: &Case, evaluated: &Evaluated) -> Result<(), String> {
    for (level, wanted) in [(Level::Warning, case.warns), (Level::Info, case.informs)] {
        let given = evaluated.annotations.iter().any(|annotation| annotation.level == level);
        if wanted.is_some_and(|wanted| wanted != given) {
            return Err(format!("{level:?} is {given}: {:?}", evaluated.annotations));
        }
    }
    Ok(())
}

fn compare(case: &Case, value: Value) -> Result<(), String> {
    match (&case.expected, value) {
        (Expected::String(wanted), Value::String(_, text)) if text == *wanted => Ok(()),
        (Expected::Scalar(wanted), Value::Scalar(points))
            if points.iter().all(|(_, value)| almost(*value, *wanted)) =>
        {
            Ok(())
        }
        (Expected::Series(series), Value::Vector(matrix)) => {
            if case.ordered {
                let labels: Vec<&Labels> = matrix.iter().map(|series| &series.labels).collect();
                let wanted: Vec<&Labels> = series.iter().map(|(labels, _)| labels).collect();
                if labels != wanted {
                    return Err(format!("order: {labels:?}"));
                }
            }
            compare_matrix(matrix, case.from, 1, 1, series)
        }
        (Expected::Series(series), value @ (Value::Matrix(_) | Value::Scalar(_))) if case.step > 0 => {
            let steps = ((case.to - case.from) / case.step + 1) as usize;
            compare_matrix(value.into_matrix(), case.from, case.step, steps, series)
        }
        (Expected::Range(from, step, series), Value::Matrix(matrix)) => {
            let steps = ((case.from - from) / step + 1) as usize;
            compare_matrix(matrix, *from, *step, steps, series)
        }
        (_, value) => Err(format!("got {value:?}")),
    }
}

fn compare_matrix(
    matrix: Matrix,
    from: i64,
    step: i64,
    steps: usize,
    wanted: &[(Labels, Vec<Option<f64>>)],
) -> Result<(), String> {
    let mut found: BTreeMap<Labels, Vec<Option<f64>>> = BTreeMap::new();
    for series in matrix {
        let mut cells = vec![None; steps];
        for point in series.points {
            let place = (point.t - from) / step;
            if let Some(cell) = usize::try_from(place).ok().and_then(|place| cells.get_mut(place)) {
                *cell = point.value.float();
            }
        }
        if cells.iter().any(Option::is_some) && found.insert(series.labels.clone(), cells).is_some() {
            return Err(format!("{} twice", series.labels));
        }
    }
    for (labels, values) in wanted {
        let mut cells =
            found.remove(labels).ok_or_else(|| format!("{labels} is missing, there is {found:?}"))?;
        cells.truncate(cells.iter().rposition(Option::is_some).map_or(0, |last| last + 1));
        let mut values = values.clone();
        values.truncate(values.iter().rposition(Option::is_some).map_or(0, |last| last + 1));
        let same = |(got, want): (&Option<f64>, &Option<f64>)| match (got, want) {
            (Some(got), Some(want)) => almost(*got, *want),
            (got, want) => got.is_none() && want.is_none(),
        };
        if cells.len() != values.len() || !cells.iter().zip(&values).all(same) {
            return Err(format!("{labels} is {cells:?}, not {values:?}"));
        }
    }
    if found.is_empty() { Ok(()) } else { Err(format!("more than expected: {found:?}")) }
}

#[expect(clippy::float_cmp, reason = "infinities are equal or not")]
/// Equal up to a relative difference of 1e-6; a NaN equals a NaN.
fn almost(a: f64, b: f64) -> bool {
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if a.is_nan() || b.is_nan() {
        return a.is_nan() && b.is_nan();
    }
    a == b || (a - b).abs() < 1e-6 * (a.abs() + b.abs())
}

/// Every case of a script with its outcome.
fn outcomes(text: &str, delayed_name_removal: bool) -> Vec<(Case, Outcome)> {
    let mut world = World::default();
    let mut outcomes = Vec::new();
    for command in read(text) {
        world.apply(&command);
        if let Command::Eval(case) = command {
            let outcome = run(&case, &world.store(), delayed_name_removal);
            outcomes.push((case, outcome));
        }
    }
    outcomes
}

#[expect(clippy::disallowed_methods, reason = "tests read their own fixtures")]
fn scripts(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<(String, String)> = entries
        .filter(|path| path.extension().is_some_and(|extension| extension == "test"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    scripts.sort();
    scripts
}

fn own_scripts() -> Vec<(String, String)> {
    scripts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/promql"))
}

#[test]
fn own_scripts_pass() {
    let mut cases = 0;
    for (name, text) in own_scripts() {
        for (case, outcome) in outcomes(&text, false).into_iter().chain(outcomes(&text, true)) {
            assert_eq!(outcome, Outcome::Passed, "{name}:{}: {}", case.line, case.expr);
            cases += 1;
        }
    }
    assert!(cases > 0, "no cases found");
}

#[test]
fn every_function_is_named_in_a_script() {
    let text: String = own_scripts().into_iter().map(|(_, text)| text).collect();
    let named: BTreeSet<&str> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '(')))
        .flat_map(|word| word.split_inclusive('('))
        .filter_map(|word| word.strip_suffix('('))
        .collect();
    let missing: Vec<&str> = function_names().filter(|name| !named.contains(name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// Runs a folder of scripts written for Prometheus, where `NINES_PROMQL_CORPUS` names one, and prints what came of it.
/// What is refused by name or not read does not count as failed.
#[test]
#[expect(clippy::disallowed_methods, reason = "run by hand, for its table")]
fn corpus() {
    let Ok(folder) = std::env::var("NINES_PROMQL_CORPUS") else { return };
    let mut failures = 0;
    println!("{:<28}{:>8}{:>8}{:>8}{:>8}", "file", "passed", "failed", "refused", "unread");
    for (name, text) in scripts(Path::new(&folder)) {
        // The corpus is written for names that are taken off in the end.
        let outcomes = outcomes(&text, true);
        let count = |of: fn(&Outcome) -> bool| outcomes.iter().filter(|(_, outcome)| of(outcome)).count();
        println!(
            "{name:<28}{:>8}{:>8}{:>8}{:>8}",
            count(|o| matches!(o, Outcome::Passed)),
            count(|o| matches!(o, Outcome::Failed(_))),
            count(|o| matches!(o, Outcome::Refused(_))),
            count(|o| matches!(o, Outcome::Unread(_)))
        );
        for (case, outcome) in &outcomes {
            if let Outcome::Failed(why) | Outcome::Unread(why) = outcome {
                println!("    {name}:{}: {}\n        {why}", case.line, case.expr);
            }
        }
        if !OFF_BY_DEFAULT.contains(&name.as_str()) {
            failures += count(|o| matches!(o, Outcome::Failed(_)));
        }
    }
    assert_eq!(failures, 0, "cases failed");
}
