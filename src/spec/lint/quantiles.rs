//! Quantiles of histograms.

use super::super::query::Query;
use super::Role;
use super::names::name;
use super::shape::{bare, call};
use crate::diag::{Code, quote};
use crate::promql::{BinaryOp, Expr, ExprKind};

/// `histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m])))`.
pub(super) fn without_le(query: &Query, _: Role) {
    query.expr.walk(&mut |expr| {
        let ExprKind::Call { function, args } = &expr.kind else { return };
        let quantile = matches!(function.as_str(), "histogram_quantile" | "histogram_fraction");
        let Some(buckets) = args.last().filter(|_| quantile) else { return };
        if !is_of_buckets(buckets) || buckets.keeps().may_have("le") {
            return;
        }
        query.remark(
            Code::QuantileWithoutLe,
            bare(buckets).span,
            &format!("the label `le` is dropped, and without it `{function}` has no buckets to look at"),
            "the answer is always empty; keep the label: `sum by (le) (rate(…_bucket[5m]))`",
        );
    });
}

/// Whether every series in it is a bucket of a classic histogram.
fn is_of_buckets(expr: &Expr) -> bool {
    let selectors = expr.selectors();
    !selectors.is_empty()
        && selectors.into_iter().all(|selector| name(selector).is_some_and(|name| name.ends_with("_bucket")))
}

/// `histogram_quantile(0.95, …) <= 0.3` as the condition of a slice.
pub(super) fn bound_between_buckets(query: &Query, role: Role) {
    let (Role::Slice { .. }, ExprKind::Binary { op: BinaryOp::Lss | BinaryOp::Lte, lhs, rhs, .. }) =
        (role, &query.expr.unparenthesised().kind)
    else {
        return;
    };
    let ExprKind::Number(bound) = rhs.unparenthesised().kind else { return };
    let Some((_, quantile)) = call(lhs.unparenthesised(), &["histogram_quantile"]) else { return };
    let selectors = lhs.selectors();
    let Some(buckets) = selectors.first().and_then(|selector| name(selector)) else { return };
    let Some((base, unit)) = buckets.strip_suffix("_bucket").and_then(|base| Some((base, unit(base)?)))
    else {
        return;
    };
    if is_usual(bound, base) {
        return;
    }
    let share = match quantile.kind {
        ExprKind::Number(share) => format!(" with an objective of {:.4}", share * 100.0),
        _ => String::new(),
    };
    let share = share.trim_end_matches('0').trim_end_matches('.');
    let share = if share.is_empty() { String::new() } else { format!("{share}%") };
    let threshold = match unit {
        "s" if bound < 1.0 => format!("{}ms", (bound * 1e6).round() / 1e3),
        unit => format!("{bound}{unit}"),
    };
    query.remark(
        Code::QuantileBound,
        rhs.unparenthesised().span,
        &format!("{bound} is none of the usual boundaries of buckets, and between two a quantile is a guess"),
        &format!(
            "whether {} has it cannot be told from here; `latency: {{histogram: {base}, threshold: {threshold}}}`{share} \
             counts the requests themselves, and names the nearest boundaries where it is none",
            quote(buckets)
        ),
    );
}

/// The unit of a histogram of times, as its name tells.
fn unit(base: &str) -> Option<&'static str> {
    if base.ends_with("_seconds") {
        Some("s")
    } else if base.ends_with("_milliseconds") || base.ends_with("_ms") {
        Some("ms")
    } else {
        None
    }
}

/// Whether a bound is one of those that libraries and well-known programs give their histograms.
fn is_usual(bound: f64, base: &str) -> bool {
    /// Decades of these: client libraries, OpenTelemetry, Envoy, the API server of Kubernetes.
    const DIGITS: [f64; 10] = [1.0, 1.25, 1.5, 2.0, 2.5, 4.0, 5.0, 6.0, 7.5, 8.0];
    /// Those of Traefik.
    const TRAEFIK: [f64; 2] = [0.3, 1.2];
    let near = |left: f64, right: f64| (left - right).abs() <= right.abs() * 1e-9;
    let digits = bound / 10_f64.powf(bound.log10().floor());
    DIGITS.iter().any(|usual| near(digits, *usual))
        // Half minutes and the like.
        || (bound >= 10.0 && near(bound % 15.0, 0.0))
        || (base.starts_with("traefik_") && TRAEFIK.iter().any(|usual| near(bound, *usual)))
}
