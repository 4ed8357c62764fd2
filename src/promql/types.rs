//! The types of expressions, and whether they fit together.
//!
//! Takes a tree, read or built, gives the type of each node and every fault of types. To add a rule: in the method for
//! its node.

use std::fmt;

use super::ast::{AggregateOp, BinaryOp, Expr, ExprKind, MatchOp, Matcher, Matching, Selector};
use super::fault::Fault;
use super::parse::hints::is_of_metricsql;
use super::regex;
use super::signatures::{Signature, meant_by, signature};
use crate::base::Span;

/// What an expression gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueType {
    /// One number.
    Scalar,
    /// One text.
    String,
    /// One number for each of many series.
    Vector,
    /// Many numbers for each of many series.
    Matrix,
}

impl fmt::Display for ValueType {
    /// As Prometheus' documentation names it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "scalar",
            Self::String => "string",
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
        })
    }
}

impl ValueType {
    fn with_article(self) -> String {
        format!("{} {self}", if self == Self::Vector { "an" } else { "a" })
    }

    /// Whether operators can work on it.
    fn is_operand(self) -> bool {
        matches!(self, Self::Scalar | Self::Vector)
    }
}

impl Expr {
    /// What the expression gives. A call of an unknown function counts as an instant vector.
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            ExprKind::Number(_) | ExprKind::Duration(_) => ValueType::Scalar,
            ExprKind::String(_) => ValueType::String,
            ExprKind::Selector(_) | ExprKind::Aggregate { .. } => ValueType::Vector,
            ExprKind::Range { .. } | ExprKind::Subquery { .. } => ValueType::Matrix,
            ExprKind::Call { function, .. } => {
                signature(function).map_or(ValueType::Vector, |signature| signature.result)
            }
            ExprKind::Unary { expr, .. } | ExprKind::Paren(expr) => expr.value_type(),
            ExprKind::Binary { lhs, rhs, .. } => both(lhs.value_type(), rhs.value_type()),
        }
    }
}

/// The type of two operands together.
fn both(lhs: ValueType, rhs: ValueType) -> ValueType {
    if lhs == ValueType::Scalar && rhs == ValueType::Scalar { ValueType::Scalar } else { ValueType::Vector }
}

/// Every fault of types in a tree, in the order of its text.
pub(super) fn check(expr: &Expr) -> Vec<Fault> {
    let mut checker = Checker { faults: Vec::new() };
    checker.expr(expr);
    checker.faults.sort_by_key(|fault| fault.span);
    checker.faults
}

struct Checker {
    faults: Vec<Fault>,
}

impl Checker {
    fn fault(&mut self, span: Span, message: String) {
        self.faults.push(Fault::new(span, message));
    }

    /// The type of a node whose parts are checked; nothing where it is unknown for a fault already noted.
    fn expr(&mut self, expr: &Expr) -> Option<ValueType> {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::Duration(_) => Some(ValueType::Scalar),
            ExprKind::String(_) => Some(ValueType::String),
            ExprKind::Selector(selector) => {
                self.selects_something(selector, expr.span);
                Some(ValueType::Vector)
            }
            ExprKind::Range { selector, .. } => {
                self.selects_something(selector, expr.span);
                Some(ValueType::Matrix)
            }
            ExprKind::Subquery { expr: inner, .. } => {
                self.expect(inner, ValueType::Vector, format_args!("a subquery takes"));
                Some(ValueType::Matrix)
            }
            ExprKind::Call { function, args } => self.call(function, args, expr.span),
            ExprKind::Aggregate { op, param, expr, .. } => {
                self.aggregate(*op, param.as_deref(), expr);
                Some(ValueType::Vector)
            }
            ExprKind::Unary { op, expr: inner } => {
                let found = self.expr(inner)?;
                if !found.is_operand() {
                    self.not_an_operand(inner, &format!("\"{}\"", op.word()), found);
                    return None;
                }
                Some(found)
            }
            ExprKind::Binary { op, lhs, rhs, matching, return_bool } => {
                self.binary(*op, [lhs, rhs], matching, *return_bool, expr.span)
            }
            ExprKind::Paren(inner) => self.expr(inner),
        }
    }

    /// Checks a part that must be of one type; `rule` says whose rule that is.
    fn expect(&mut self, part: &Expr, wanted: ValueType, rule: fmt::Arguments<'_>) {
        let Some(found) = self.expr(part).filter(|found| *found != wanted) else { return };
        let message = format!("{rule} {}, found {}", wanted.with_article(), found.with_article());
        let fault = Fault::new(part.span, message);
        self.faults.push(match conversion(part, found, wanted) {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    fn call(&mut self, function: &str, args: &[Expr], span: Span) -> Option<ValueType> {
        let Some(signature) = signature(function) else {
            let name = Span::new(span.start, span.end.min(span.start + function.len()));
            self.faults.push(unknown(function, name));
            for arg in args {
                self.expr(arg);
            }
            return None;
        };
        if args.len() < signature.least || args.len() > signature.most {
            let expected = number_of_arguments(signature);
            self.fault(span, format!("{function}() takes {expected}, found {}", args.len()));
        }
        for (i, arg) in args.iter().enumerate() {
            match signature.arg(i) {
                Some(_) if function == "info" && i == 1 => self.info_labels(arg),
                Some(wanted) if i < signature.most => {
                    self.expect(arg, wanted, format_args!("{function}() takes"));
                }
                _ => {
                    self.expr(arg);
                }
            }
        }
        Some(signature.result)
    }

    /// `info` takes label matchers alone for its second argument; they may match everything.
    fn info_labels(&mut self, arg: &Expr) {
        let matchers_only = matches!(&arg.kind, ExprKind::Selector(selector) if selector.name.is_none());
        if !matchers_only {
            self.fault(arg.span, "info() takes label matchers in braces for its second argument".to_owned());
        }
    }

    fn aggregate(&mut self, op: AggregateOp, param: Option<&Expr>, expr: &Expr) {
        if let Some(param) = param {
            let wanted = if op == AggregateOp::CountValues { ValueType::String } else { ValueType::Scalar };
            self.expect(param, wanted, format_args!("the first argument of {}() must be", op.word()));
        }
        self.expect(expr, ValueType::Vector, format_args!("{}() takes", op.word()));
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        sides: [&Expr; 2],
        matching: &Matching,
        return_bool: bool,
        span: Span,
    ) -> Option<ValueType> {
        let word = op.word();
        let [lhs, rhs] = sides.map(|side| {
            let found = self.expr(side)?;
            if found.is_operand() {
                return Some(found);
            }
            self.not_an_operand(side, &format!("\"{word}\""), found);
            None
        });
        let (lhs, rhs) = (lhs?, rhs?);
        let scalars = both(lhs, rhs) == ValueType::Scalar;
        if op.is_comparison() && scalars && !return_bool {
            self.faults.push(
                Fault::new(span, "a comparison of two scalars needs \"bool\"")
                    .help(format!("write {word} bool")),
            );
        }
        if lhs == ValueType::Scalar || rhs == ValueType::Scalar {
            let [left, right] = sides;
            let scalar = if lhs == ValueType::Scalar { left } else { right };
            if op.is_set() {
                self.faults.push(
                    Fault::new(
                        scalar.span,
                        format!("\"{word}\" works on instant vectors only, found a scalar"),
                    )
                    .help("vector(...) makes an instant vector of a scalar"),
                );
            } else if !matching.labels.is_empty() {
                let message = "labels are matched between instant vectors only, found a scalar";
                self.fault(scalar.span, message.to_owned());
            } else if !matching.fill.is_none() {
                let message = "missing series are filled in between instant vectors only, found a scalar";
                self.fault(scalar.span, message.to_owned());
            }
        } else if op.is_set() && !matching.fill.is_none() {
            self.fault(span, format!("missing series are not filled in for \"{word}\""));
        }
        Some(both(lhs, rhs))
    }

    fn not_an_operand(&mut self, expr: &Expr, whose: &str, found: ValueType) {
        let message = format!("{whose} works on scalars and instant vectors, found {}", found.with_article());
        let fault = Fault::new(expr.span, message);
        self.faults.push(match conversion(expr, found, ValueType::Vector) {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    /// A selector that could match every series there is was most likely not meant so.
    fn selects_something(&mut self, selector: &Selector, span: Span) {
        let named = selector.name.as_deref().is_some_and(|name| !name.is_empty());
        if !named && selector.matchers.iter().all(matches_absence) {
            self.faults.push(
                Fault::new(span, "this selector matches every series")
                    .help("name a metric, or add a matcher that does not match the empty value"),
            );
        }
    }
}

/// No function is called so; `name` is where it stands.
pub(super) fn unknown(function: &str, name: Span) -> Fault {
    let fault = Fault::new(name, format!("unknown function {function}()"));
    if is_of_metricsql(function) {
        return fault
            .help("it is a function of MetricsQL, the language of VictoriaMetrics; PromQL is read here");
    }
    match meant_by(function) {
        Some(near) => fault.help(format!("did you mean {near}()?")),
        None => fault,
    }
}

/// Whether a condition holds for a label that is not there.
fn matches_absence(matcher: &Matcher) -> bool {
    let regex_matches = || regex::anchored(&matcher.value).is_ok_and(|regex| regex.is_match(""));
    match matcher.op {
        MatchOp::Equal => matcher.value.is_empty(),
        MatchOp::NotEqual => !matcher.value.is_empty(),
        MatchOp::Regex => regex_matches(),
        MatchOp::NotRegex => !regex_matches(),
    }
}

fn number_of_arguments(signature: &Signature) -> String {
    let (least, most) = (signature.least, signature.most);
    let plural = |number: usize| if number == 1 { "" } else { "s" };
    match most {
        _ if least == most => format!("{least} argument{}", plural(least)),
        usize::MAX => format!("at least {least} argument{}", plural(least)),
        _ => format!("{least} to {most} arguments"),
    }
}

/// How one type becomes another, where there is a usual way.
fn conversion(expr: &Expr, found: ValueType, wanted: ValueType) -> Option<String> {
    let help = match (found, wanted) {
        (ValueType::Vector, ValueType::Matrix) => match &expr.kind {
            ExprKind::Selector(_) => "select a range, such as the last 5 minutes: [5m]",
            _ => "a subquery evaluates an expression over a range: [1h:5m]",
        },
        (ValueType::Matrix, ValueType::Vector) => "a function such as rate() makes one number of each range",
        (ValueType::Scalar, ValueType::Vector) => "vector(...) makes an instant vector of a scalar",
        (ValueType::Vector, ValueType::String) => match &expr.kind {
            ExprKind::Selector(Selector { name: Some(name), .. }) => {
                return Some(format!("write \"{name}\" for a text"));
            }
            _ => return None,
        },
        (ValueType::Vector, ValueType::Scalar) => "scalar(...) makes a scalar of a vector with one element",
        _ => return None,
    };
    Some(help.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::{ParseOptions, parse};
    use super::*;

    #[test]
    fn types_of_expressions() {
        for (text, expected) in [
            ("1 + 2m", ValueType::Scalar),
            ("(\"a\")", ValueType::String),
            ("1 > bool 2", ValueType::Scalar),
            ("-time() * x", ValueType::Vector),
            ("sum(x) or vector(0)", ValueType::Vector),
            ("x[5m]", ValueType::Matrix),
            ("(x[5m:1m])", ValueType::Matrix),
            ("scalar(x) + pi()", ValueType::Scalar),
            ("info(x, {a=~\".*\"})", ValueType::Vector),
            ("label_join(x, \"a\", \"b\", \"c\", \"d\", \"e\")", ValueType::Vector),
            ("hour() + round(x, 5)", ValueType::Vector),
        ] {
            let expr = parse(text, &ParseOptions::default()).expect(text);
            assert_eq!(expr.value_type(), expected, "{text}");
        }
    }

    #[test]
    fn faults_of_types() {
        for (text, expected) in [
            ("rate(x)", &["x: rate() takes a range vector, found an instant vector"][..]),
            ("sum(x[5m])", &["x[5m]: sum() takes an instant vector, found a range vector"]),
            ("abs(1)", &["1: abs() takes an instant vector, found a scalar"]),
            ("topk(x, y)", &["x: the first argument of topk() must be a scalar, found an instant vector"]),
            (
                "count_values(1, y)",
                &["1: the first argument of count_values() must be a string, found a scalar"],
            ),
            ("1[5m:]", &["1: a subquery takes an instant vector, found a scalar"]),
            ("-x[5m]", &["x[5m]: \"-\" works on scalars and instant vectors, found a range vector"]),
            ("1 == 2", &["1 == 2: a comparison of two scalars needs \"bool\""]),
            ("x and 1", &["1: \"and\" works on instant vectors only, found a scalar"]),
            ("1 * on(a) x", &["1: labels are matched between instant vectors only, found a scalar"]),
            ("clamp(x, 1)", &["clamp(x, 1): clamp() takes 3 arguments, found 2"]),
            ("time(1)", &["time(1): time() takes 0 arguments, found 1"]),
            ("round(x, 1, y)", &["round(x, 1, y): round() takes 1 to 2 arguments, found 3"]),
            ("sort_by_label()", &["sort_by_label(): sort_by_label() takes at least 1 argument, found 0"]),
            ("info(x, y)", &["y: info() takes label matchers in braces for its second argument"]),
            ("{}", &["{}: this selector matches every series"]),
            (
                "{a=\"\", b!=\"c\", d=~\".*\", e!~\".+\"}[5m]",
                &["{a=\"\", b!=\"c\", d=~\".*\", e!~\".+\"}[5m]: this selector matches every series"],
            ),
            // All of them at once; what is wrong inside does not make its surroundings wrong.
            (
                "abs(\"a\" + foo(1 > 2)) / rate(x)",
                &[
                    "\"a\": \"+\" works on scalars and instant vectors, found a string",
                    "foo: unknown function foo()",
                    "1 > 2: a comparison of two scalars needs \"bool\"",
                    "x: rate() takes a range vector, found an instant vector",
                ],
            ),
        ] {
            let faults = parse(text, &ParseOptions::default()).expect_err(text);
            let found: Vec<_> = faults
                .iter()
                .map(|fault| format!("{}: {}", &text[fault.span.range()], fault.message))
                .collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn built_trees_are_checked_too() {
        let built = Expr::call("rate", [Expr::selector(Selector::metric("up"))]);
        let help = check(&built).into_iter().next().and_then(|fault| fault.help);
        assert_eq!(help.as_deref(), Some("select a range, such as the last 5 minutes: [5m]"));
    }
}
