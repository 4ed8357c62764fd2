//! What holds for every query: printed and read again it is the same, and no text whatever brings the room down.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::base::{Duration, METRIC_NAME, Moment};

/// The same tree without bracket nodes.
pub(super) fn without_brackets(expr: Expr) -> Expr {
    let strip = |inner: Box<Expr>| Box::new(without_brackets(*inner));
    let kind = match expr.kind {
        ExprKind::Paren(inner) => return without_brackets(*inner),
        ExprKind::Subquery { expr, range, step, offset, at } => ExprKind::Subquery {
            expr: strip(expr),
            range: flat(range),
            step: step.map(flat),
            offset: flat(offset),
            at,
        },
        ExprKind::Call { function, args } => {
            ExprKind::Call { function, args: args.into_iter().map(without_brackets).collect() }
        }
        ExprKind::Aggregate { op, param, expr, grouping } => {
            ExprKind::Aggregate { op, param: param.map(strip), expr: strip(expr), grouping }
        }
        ExprKind::Unary { op, expr } => ExprKind::Unary { op, expr: strip(expr) },
        ExprKind::Binary { op, lhs, rhs, matching, return_bool } => {
            ExprKind::Binary { op, lhs: strip(lhs), rhs: strip(rhs), matching, return_bool }
        }
        ExprKind::Selector(selector) => ExprKind::Selector(unshifted(selector)),
        ExprKind::Range { selector, range } => {
            ExprKind::Range { selector: unshifted(selector), range: flat(range) }
        }
        leaf => leaf,
    };
    kind.into()
}

fn unshifted(selector: Selector) -> Selector {
    Selector { offset: flat(selector.offset), ..selector }
}

/// Names that anything but care would misread.
fn name() -> impl Strategy<Value = String> {
    let words = vec![
        "by",
        "without",
        "on",
        "bool",
        "sum",
        "offset",
        "and",
        "inf",
        "NaN",
        "start",
        "fill",
        "atan2",
        "a:b",
        "my.metric",
        "a b",
        "le",
        "job",
        "group_left",
        METRIC_NAME,
        "\"",
        "é",
    ];
    prop_oneof![
        4 => prop::sample::select(words).prop_map(str::to_owned),
        4 => "[a-zA-Z_][a-zA-Z0-9_]{0,5}",
        1 => any::<String>().prop_filter("no empty name", |name| !name.is_empty()),
    ]
}

fn label() -> impl Strategy<Value = String> {
    name().prop_filter("a condition on the name is another matter", |name| name != METRIC_NAME)
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let equal = (name(), any::<bool>(), any::<String>()).prop_map(|(name, equal, value)| {
        let op = if equal { MatchOp::Equal } else { MatchOp::NotEqual };
        Matcher { name, op, value }
    });
    let patterns = vec!["5..", "a|b", ".*", r"\d+\.x", "[\"'`]", "a\nb"];
    let regex = (name(), any::<bool>(), prop::sample::select(patterns)).prop_map(|(name, holds, value)| {
        let op = if holds { MatchOp::Regex } else { MatchOp::NotRegex };
        Matcher { name, op, value: value.to_owned() }
    });
    prop_oneof![equal, regex]
}

fn offset() -> impl Strategy<Value = DurationExpr> {
    let some = -9_000_000_000_000_i64..9_000_000_000_000;
    let calculated = calculated(false).prop_map(|part| DurationExpr::Calculated(Box::new(part)));
    let fixed = prop_oneof![Just(0), Just(300_000), some].prop_map(|ms| Duration::millis(ms).into());
    prop_oneof![4 => fixed, 1 => calculated]
}

fn at() -> impl Strategy<Value = Option<At>> {
    let moment =
        (-100_000_000_000_000_i64..100_000_000_000_000).prop_map(|ms| At::Moment(Moment::from_millis(ms)));
    option::of(prop_oneof![Just(At::Start), Just(At::End), moment])
}

fn selector() -> impl Strategy<Value = Selector> {
    let edges =
        prop_oneof![4 => Just(Edges::Sampled), 1 => Just(Edges::Anchored), 1 => Just(Edges::Smoothed)];
    let parts = (option::of(name()), vec(matcher(), 0..3), offset(), at(), edges);
    parts.prop_map(|(name, matchers, offset, at, edges)| {
        let selector = Selector { name, matchers, offset, at, edges };
        if selector.name.is_some() { selector } else { selector.with("job", MatchOp::Equal, "x") }
    })
}

fn length() -> impl Strategy<Value = DurationExpr> {
    prop_oneof![
        (1..9_000_000_000_000_i64).prop_map(|ms| DurationExpr::Fixed(Duration::millis(ms))),
        Just(DurationExpr::Window),
        calculated(true).prop_map(|calculated| DurationExpr::Calculated(Box::new(calculated))),
    ]
}

/// A calculation that is more than one number, and in which nothing is divided by a number.
fn calculated(window: bool) -> impl Strategy<Value = Calculated> {
    let number = prop_oneof![
        (0..1000_i32).prop_map(|value| Calculation::Number(f64::from(value) / 4.0)),
        (-900_000..900_000_i64).prop_map(|ms| Calculation::Duration(Duration::millis(ms))),
        Just(if window { Calculation::Window } else { Calculation::Range }),
    ];
    let call = prop_oneof![Just(Calculation::Step), Just(Calculation::Range)];
    let leaf = call.prop_map(Calculated::from);
    leaf.prop_recursive(4, 12, 2, move |inner| {
        let operand = prop_oneof![2 => inner.clone(), 1 => number.clone().prop_map(Calculated::from)];
        let pair = (operand, inner.clone(), any::<bool>());
        let op = prop::sample::select(&BinaryOp::ALL[..6]);
        prop_oneof![
            (sign(), inner).prop_map(|(op, inner)| Calculation::Unary(op, Box::new(inner)).into()),
            (op, pair.clone()).prop_map(|(op, (left, right, _))| {
                Calculation::Binary(op, Box::new(left), Box::new(right)).into()
            }),
            pair.prop_map(|(left, right, shorter)| {
                let choose = if shorter { Calculation::MinOf } else { Calculation::MaxOf };
                choose(Box::new(left), Box::new(right)).into()
            }),
        ]
    })
}

/// The same length without brackets.
fn flat(length: DurationExpr) -> DurationExpr {
    match length {
        DurationExpr::Calculated(calculated) => DurationExpr::Calculated(Box::new(flat_part(*calculated))),
        other => other,
    }
}

fn flat_part(part: Calculated) -> Calculated {
    let strip = |part: Box<Calculated>| Box::new(flat_part(*part));
    let calculation = match part.calculation {
        Calculation::Paren(inner) => return flat_part(*inner),
        Calculation::Unary(op, inner) => Calculation::Unary(op, strip(inner)),
        Calculation::Binary(op, left, right) => Calculation::Binary(op, strip(left), strip(right)),
        Calculation::MinOf(left, right) => Calculation::MinOf(strip(left), strip(right)),
        Calculation::MaxOf(left, right) => Calculation::MaxOf(strip(left), strip(right)),
        leaf => leaf,
    };
    calculation.into()
}

fn matching(set: bool) -> impl Strategy<Value = Matching> {
    let group = option::of((any::<bool>(), vec(label(), 0..2)));
    let filled = || option::of((-1000_i32..1000).prop_map(f64::from));
    (any::<bool>(), vec(label(), 0..3), group, (filled(), filled())).prop_map(
        move |(on, labels, group, (left, right))| {
            let group = group.filter(|_| !set).map(|(left, mut include)| {
                include.retain(|label| !labels.contains(label));
                if left { Group::Left(include) } else { Group::Right(include) }
            });
            let fill = if set { Fill::default() } else { Fill { left, right } };
            Matching { on, labels, group, fill }
        },
    )
}

fn grouping() -> impl Strategy<Value = Grouping> {
    (any::<bool>(), vec(label(), 0..3)).prop_map(|(without, labels)| Grouping { without, labels })
}

fn binary_op() -> impl Strategy<Value = BinaryOp> {
    prop::sample::select(BinaryOp::ALL)
}

fn sign() -> impl Strategy<Value = UnaryOp> {
    prop_oneof![Just(UnaryOp::Plus), Just(UnaryOp::Minus)]
}

fn scalar() -> impl Strategy<Value = Expr> {
    let number = prop_oneof![
        (-1000_i32..1000).prop_map(f64::from),
        any::<f64>().prop_filter("NaN is not equal to itself", |value| !value.is_nan()),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
    ];
    let length = (-9_000_000_000..9_000_000_000_i64)
        .prop_map(|ms| Expr::from(ExprKind::Duration(Duration::millis(ms))));
    let leaf =
        prop_oneof![4 => number.prop_map(Expr::number), 1 => length, 1 => Just(Expr::call("time", []))];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (sign(), inner.clone())
                .prop_map(|(op, expr)| ExprKind::Unary { op, expr: Box::new(expr) }.into()),
            (binary_op(), inner.clone(), inner).prop_filter_map("no sets of scalars", |(op, lhs, rhs)| {
                let return_bool = op.is_comparison();
                let (lhs, rhs, matching) = (Box::new(lhs), Box::new(rhs), Matching::default());
                (!op.is_set()).then(|| ExprKind::Binary { op, lhs, rhs, matching, return_bool }.into())
            }),
        ]
    })
}

/// Trees as other rooms build them: without a bracket in them.
fn vector() -> impl Strategy<Value = Expr> {
    let leaf = selector().prop_map(Expr::selector);
    leaf.prop_recursive(5, 40, 3, |inner| {
        let boxed = inner.clone().prop_map(Box::new);
        let range = (selector(), length()).prop_map(|(selector, range)| ExprKind::Range { selector, range });
        let subquery = (boxed.clone(), length(), option::of(length()), offset(), at())
            .prop_map(|(expr, range, step, offset, at)| ExprKind::Subquery { expr, range, step, offset, at });
        let over_time = prop_oneof![range, subquery].prop_map(|range| Expr::call("rate", [range.into()]));
        let text = any::<String>().prop_map(|text| Expr::from(ExprKind::String(text)));
        let joined = (inner.clone(), text.clone(), text.clone())
            .prop_map(|(expr, to, separator)| Expr::call("label_join", [expr, to, separator]));
        let unary = (sign(), boxed.clone()).prop_map(|(op, expr)| ExprKind::Unary { op, expr }.into());
        let plain = (boxed.clone(), grouping()).prop_map(|(expr, grouping)| {
            ExprKind::Aggregate { op: AggregateOp::Sum, param: None, expr, grouping }.into()
        });
        let ranked = (scalar(), boxed.clone(), grouping()).prop_map(|(param, expr, grouping)| {
            let param = Some(Box::new(param));
            ExprKind::Aggregate { op: AggregateOp::Topk, param, expr, grouping }.into()
        });
        let pair = (binary_op(), any::<bool>()).prop_flat_map(move |(op, flag)| {
            (boxed.clone(), boxed.clone(), matching(op.is_set())).prop_map(move |(lhs, rhs, matching)| {
                let return_bool = flag && op.is_comparison();
                ExprKind::Binary { op, lhs, rhs, matching, return_bool }.into()
            })
        });
        let mixed = (binary_op(), any::<bool>(), inner, scalar()).prop_filter_map(
            "no sets of scalars",
            |(op, swapped, vector, scalar)| {
                let (lhs, rhs) = if swapped { (scalar, vector) } else { (vector, scalar) };
                (!op.is_set()).then(|| lhs.binary(op, rhs))
            },
        );
        prop_oneof![over_time, joined, unary, plain, ranked, pair.boxed(), mixed]
    })
}

const WITH_WINDOW: ParseOptions = ParseOptions { window: true };

proptest! {
    #[test]
    fn printed_and_read_again_is_the_same(expr in prop_oneof![4 => vector().boxed(), 1 => scalar().boxed()]) {
        let printed = expr.to_string();
        let read = parse(&printed, &WITH_WINDOW);
        prop_assert!(read.is_ok(), "{} {:?}", printed, read);
        let read = read.unwrap();
        // What is printed of what was read is the same to the letter.
        prop_assert_eq!(read.to_string(), printed.clone());
        prop_assert_eq!(without_brackets(read), expr, "{}", printed);
    }

    #[test]
    fn over_several_lines_it_is_the_same(expr in vector()) {
        let pretty = expr.pretty();
        let read = parse(&pretty, &WITH_WINDOW);
        prop_assert!(read.is_ok(), "{} {:?}", pretty, read);
        let read = read.unwrap();
        prop_assert_eq!(read.pretty(), pretty.clone());
        prop_assert_eq!(without_brackets(read), expr, "{}", pretty);
    }

    #[test]
    fn a_value_stays_a_value(value in any::<String>()) {
        let selector = Selector::metric("up").with("job", MatchOp::Equal, value.clone());
        let read = parse(&Expr::selector(selector).to_string(), &WITH_WINDOW).unwrap();
        let values: Vec<_> = read.selectors().iter().flat_map(|s| s.matchers.clone()).map(|m| m.value).collect();
        prop_assert_eq!(values, [value]);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        reads_or_refuses(&text);
    }

    #[test]
    fn any_mix_of_words_is_read_or_refused(words in vec(prop::sample::select(WORDS), 0..30), glue in "[ #\n]?") {
        reads_or_refuses(&words.join(&glue));
    }

    #[test]
    fn a_query_cut_anywhere_is_read_or_refused(expr in vector(), cut in any::<prop::sample::Index>()) {
        let printed = expr.to_string();
        let cut = (0..=cut.index(printed.len() + 1)).rev().find(|at| printed.is_char_boundary(*at));
        reads_or_refuses(&printed[..cut.unwrap_or_default()]);
    }
}

const WORDS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "@",
    "=",
    "=~",
    "!=",
    "!",
    "==",
    "<",
    "</",
    "+",
    "-",
    "^",
    "and",
    "or",
    "on",
    "ignoring",
    "group_left",
    "bool",
    "by",
    "without",
    "sum",
    "topk",
    "rate",
    "foo",
    "offset",
    "5m",
    "1e3",
    "0x",
    "1.2.3",
    "Inf",
    "$window",
    "step()",
    "range()",
    "max_of(",
    "fill",
    "fill_left(1)",
    ">/",
    "*",
    "anchored",
    "smoothed",
    "info(",
    "\"a\"",
    "'\\x'",
    "`",
    "start()",
    "é",
    "up[5m]",
    "\\",
];

/// A refusal names places that exist, in order.
fn reads_or_refuses(text: &str) {
    match parse(text, &WITH_WINDOW) {
        Ok(expr) => {
            let printed = expr.to_string();
            assert!(parse(&printed, &WITH_WINDOW).is_ok(), "{text:?} prints as {printed:?}");
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            assert!(faults.is_sorted_by_key(|fault| fault.span));
            for fault in faults {
                assert!(text.get(fault.span.range()).is_some(), "{text:?}: {fault:?}");
            }
        }
    }
}

#[test]
fn depth_is_limited() {
    for open in ["(", "-", "sum(", "1 ^ ", "1 + (", "sum by (a) (", "foo[5m:] + max_over_time((", "{", "["] {
        reads_or_refuses(&open.repeat(50_000));
    }
    let high = |joint: &str, times| format!("x{}", joint.repeat(times));
    for joint in [" + 1", " or y", "[5m:]", "[5m]", " offset 5m", " > 1 ^ 1"] {
        reads_or_refuses(&high(joint, 50_000));
        reads_or_refuses(&high(joint, 500));
    }
    let nested = |times: usize| format!("{}x{}", "(".repeat(times), ")".repeat(times));
    assert!(parse(&nested(100), &WITH_WINDOW).is_ok());
    let faults = parse(&nested(150), &WITH_WINDOW).unwrap_err();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.starts_with("the query nests deeper than 128 levels"), "{faults:?}");
    assert!(parse(&high(" + 1", 500), &WITH_WINDOW).is_ok());
    assert!(parse(&high(" + 1", 600), &WITH_WINDOW).is_err());
    // As high as can be and as deep as can be at once.
    reads_or_refuses(&format!("{}x{}", "-(".repeat(60), " + 1 + 1 + 1 + 1 + 1)".repeat(60)));
}
