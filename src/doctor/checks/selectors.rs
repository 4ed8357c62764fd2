//! Does every selector match something; if not, which of its conditions is at fault.

use std::collections::BTreeMap;

use super::{Check, Look, always, some};
use crate::base::{Labels, METRIC_NAME, TARGET, nearest};
use crate::diag::Code;
use crate::doctor::build::{conditions, count, count_by, metric, some_of, without, written};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::{Role, Subject, Use};
use crate::promql::{CompiledMatcher, Expr, MatchOp, Matcher, Selector};

pub(super) const CHECK: Check = Check {
    name: "selectors",
    codes: &[Code::NoMetric, Code::NoLabel, Code::NoValue, Code::NoneTogether, Code::HistogramKind],
    about: "every selector matches series, every condition is on a label that exists",
    asks: "where samples are; for a selector that matches none, what there is without each of its conditions",
    look: Look::Objective { concerns: always, find },
};

/// How many values, labels or names are told.
const TOLD: usize = 8;

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    for_each(&subject.uses, |used| {
        if subject.presence(&used.selector, notes)?.ever {
            met_by_all(subject, used, notes, found)
        } else {
            met_by_none(subject, used, notes, found)
        }
    })
}

/// A condition such as `status!~"5.."` is met by every series where there is no such label.
fn met_by_all(
    subject: &Subject<'_>,
    used: &Use,
    notes: &mut Notes,
    found: &mut Vec<Finding>,
) -> Result<(), Stop> {
    let excluding = |matcher: &&Matcher| {
        matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRegex)
            && CompiledMatcher::new(matcher).is_ok_and(|compiled| compiled.matches(""))
    };
    for_each(conditions(&used.selector).filter(excluding), |matcher| {
        let wider = without(&used.selector, matcher);
        let labelled = wider.clone().with(&matcher.name, MatchOp::NotEqual, "");
        let is_there = |selector: Selector, notes: &mut Notes| {
            subject.is_at_spots(&count(Expr::selector(selector)), notes)
        };
        // Where nothing is seen at all, a label that is not seen says nothing.
        if is_there(labelled, notes)? || !is_there(wider, notes)? {
            return Ok(());
        }
        let labels = labels_of(subject, &used.selector, notes)?;
        // Where good is told from bad by it, everything is good, or everything is bad.
        let severity = match used.role {
            Role::Good | Role::Bad => Severity::Error,
            Role::Total | Role::Value | Role::Optional => Severity::Note,
        };
        let told = format!(
            "no series has the label `{}`, so that {} is met by all of them",
            matcher.name,
            written(matcher)
        );
        let finding = Finding::new(severity, Code::NoLabel, told, instead_of_label(matcher, &labels));
        found.push(finding.about(&used.selector));
        Ok(())
    })
}

fn met_by_none(
    subject: &Subject<'_>,
    used: &Use,
    notes: &mut Notes,
    found: &mut Vec<Finding>,
) -> Result<(), Stop> {
    let Some(name) = metric(&used.selector) else {
        let told = "no series matched in the window";
        let help = "write the name of a metric before the braces, so that what is missing can be told";
        found.push(Finding::new(severity(used), Code::NoMetric, told, help).about(&used.selector));
        return Ok(());
    };
    let all = Selector::metric(name);
    if !subject.is_at_spots(&count(Expr::selector(all.clone())), notes)? {
        let presence = subject.presence(&all, notes)?;
        if !presence.ever {
            return no_metric(subject, used, name, notes, found);
        }
    }
    let matchers: Vec<&Matcher> = conditions(&used.selector).collect();
    // What values there are of each label: on all series of the metric, and on those that meet the other conditions.
    let mut values = Vec::new();
    for_each(&matchers, |matcher| {
        let label = [&matcher.name];
        let of = |selector: Selector| count_by(Expr::selector(selector), &label);
        let everywhere = subject.at_spots(&of(all.clone()), notes);
        let here = subject.at_spots(&of(without(&used.selector, matcher)), notes);
        values.push((*matcher, value_counts(&everywhere?, matcher), value_counts(&here?, matcher)));
        Ok(())
    })?;
    let meets = |matcher: &Matcher, values: &BTreeMap<String, f64>| {
        CompiledMatcher::new(matcher).is_ok_and(|compiled| values.keys().any(|value| compiled.matches(value)))
    };
    let is_of_total = |matcher: &Matcher| {
        let totals = subject.uses.iter().filter(|other| other.role == Role::Total && *other != used);
        totals
            .filter(|other| metric(&other.selector) == Some(name))
            .any(|other| other.selector.matchers.contains(matcher))
    };
    let mut at_fault = false;
    for (matcher, everywhere, here) in &values {
        // A metric that was there for short times only says nothing about its labels.
        if everywhere.is_empty() || meets(matcher, everywhere) {
            continue;
        }
        at_fault = true;
        // What the selection of all events has too is said of that.
        if is_of_total(matcher) {
            continue;
        }
        let labelled = everywhere.keys().any(|value| !value.is_empty());
        if labelled {
            // What the other conditions leave is nearer to what was meant.
            let near = if here.keys().any(|value| !value.is_empty()) { here } else { everywhere };
            found.push(no_value(used, name, matcher, near));
        } else {
            let labels = labels_of(subject, &all, notes)?;
            let told = format!("no series of {name} has the label `{}`", matcher.name);
            let help = instead_of_label(matcher, &labels);
            // That label was never there: it is misspelt, whatever happened.
            found.push(Finding::new(Severity::Error, Code::NoLabel, told, help).about(&used.selector));
        }
    }
    if !at_fault {
        found.push(none_together(used, name, &values));
    }
    Ok(())
}

/// How grave it is that nothing matched: errors may never have happened.
fn severity(used: &Use) -> Severity {
    if matches!(used.role, Role::Bad | Role::Optional) { Severity::Warning } else { Severity::Error }
}

/// What to do, after when nothing needs to be done.
fn unless_meant(used: &Use, what: &str, instead: String) -> String {
    match used.role {
        Role::Bad => format!("right if {what} never happened; otherwise: {instead}"),
        Role::Optional => format!("right if the expression is to do without it; otherwise: {instead}"),
        _ => instead,
    }
}

fn no_metric(
    subject: &Subject<'_>,
    used: &Use,
    name: &str,
    notes: &mut Notes,
    found: &mut Vec<Finding>,
) -> Result<(), Stop> {
    let base = name.strip_suffix("_bucket");
    let other = base.map_or_else(|| format!("{name}_bucket"), str::to_owned);
    let is_other = subject.is_at_spots(&count(Expr::selector(Selector::metric(&other))), notes);
    let like = like(name);
    let names = match &like.matchers[..] {
        // A name without a word is like none.
        [pattern] if pattern.value.is_empty() => Ok(Vec::new()),
        _ => subject.at_spots(&count_by(Expr::selector(like), &[METRIC_NAME]), notes),
    };
    if is_other? {
        let (told, help) = match base {
            Some(base) => (
                format!("there is no {name}, but {base} without buckets: a native histogram, or a summary"),
                format!(
                    "let the target expose classic buckets too (for Prometheus: always_scrape_classic_histograms), or measure with histogram_fraction over {base} in a slice"
                ),
            ),
            None => (
                format!("there is no {name}, but {other}: a histogram with classic buckets"),
                format!("write {other} with its label le, {name}_sum or {name}_count"),
            ),
        };
        found.push(Finding::new(severity(used), Code::HistogramKind, told, help).about(&used.selector));
        return Ok(());
    }
    let mut known: Vec<String> = Vec::new();
    for series in names?.iter().flat_map(|matrix| matrix.iter()) {
        let metric = series.labels.metric().to_owned();
        if !metric.is_empty() && !known.contains(&metric) {
            known.push(metric);
        }
    }
    let near = nearest_names(name, known);
    let instead = match &near[..] {
        [] => "write the name of a metric that exists (no name is like it), or let the target be scraped"
            .to_owned(),
        [only] => format!("did you mean {only}?"),
        several => format!("there are {}", some(several, TOLD)),
    };
    let told = format!("there is no metric {name} in the window");
    let help = unless_meant(used, "errors", instead);
    found.push(Finding::new(severity(used), Code::NoMetric, told, help).about(&used.selector));
    Ok(())
}

/// Metrics whose name begins alike or holds one of the words of this one.
fn like(name: &str) -> Selector {
    let plain = |c: char| c.is_ascii_alphanumeric();
    let words = words(name).into_iter().filter(|word| word.chars().all(plain));
    let begin: String = name.chars().take(2).take_while(|&c| plain(c)).collect();
    let begin = Some(format!("{begin}.*")).filter(|_| !begin.is_empty());
    let patterns: Vec<String> = begin.into_iter().chain(words.map(|word| format!(".*{word}.*"))).collect();
    Selector::default().with(METRIC_NAME, MatchOp::Regex, patterns.join("|"))
}

/// The words of a name that say what it is about.
fn words(name: &str) -> Vec<&str> {
    const COMMON: [&str; 8] = ["total", "count", "sum", "bucket", "seconds", "bytes", "the", "info"];
    name.split(['_', ':']).filter(|word| word.len() >= 3 && !COMMON.contains(word)).collect()
}

/// The name that was probably meant, or those that share most of its words.
fn nearest_names(name: &str, mut known: Vec<String>) -> Vec<String> {
    known.sort_unstable();
    if let Some(meant) = nearest(name, known.iter().map(String::as_str)) {
        return vec![meant.to_owned()];
    }
    let wanted = words(name);
    let shared = |other: &String| words(other).iter().filter(|word| wanted.contains(word)).count();
    known.retain(|other| shared(other) > 0);
    known.sort_by_key(|other| std::cmp::Reverse(shared(other)));
    known.truncate(3);
    known
}

fn value_counts(answers: &[std::sync::Arc<crate::base::Matrix>], matcher: &Matcher) -> BTreeMap<String, f64> {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    for series in answers.iter().flat_map(|matrix| matrix.iter()) {
        let most = series.points.iter().filter_map(|point| point.value.float()).fold(0.0, f64::max);
        let count = counts.entry(series.labels.value(&matcher.name).to_owned()).or_default();
        *count = count.max(most);
    }
    counts
}

fn no_value(used: &Use, name: &str, matcher: &Matcher, values: &BTreeMap<String, f64>) -> Finding {
    let told = format!(
        "no series of {name} has {}; `{}` is {}",
        written(matcher),
        matcher.name,
        some(&by_count(values), TOLD)
    );
    let meant = match matcher.op {
        MatchOp::Equal => nearest(&matcher.value, values.keys().map(String::as_str)),
        _ => None,
    };
    let instead = match meant.filter(|meant| !meant.is_empty()) {
        Some(meant) => {
            format!("did you mean {}?", written(&Matcher { value: meant.to_owned(), ..matcher.clone() }))
        }
        None => "write a condition that one of these values meets".to_owned(),
    };
    // A target that is not there is misspelt; errors may just not have happened.
    let (severity, help) = if used.role == Role::Bad && TARGET.contains(&matcher.name.as_str()) {
        (Severity::Error, instead)
    } else {
        (severity(used), unless_meant(used, "such errors", instead))
    };
    Finding::new(severity, Code::NoValue, told, help).about(&used.selector)
}

type Values<'a> = (&'a Matcher, BTreeMap<String, f64>, BTreeMap<String, f64>);

fn none_together(used: &Use, name: &str, values: &[Values<'_>]) -> Finding {
    // The condition without which the others are met; of several the last, which is what good is told from bad by.
    let alone = values.iter().rev().find(|(_, _, here)| !here.is_empty());
    let (told, instead) = match alone {
        Some((matcher, _, here)) => (
            format!(
                "series of {name} have {}, but none that meets the other conditions: there `{}` is {}",
                written(matcher),
                matcher.name,
                some(&by_count(here), TOLD)
            ),
            format!("write a condition on `{}` that one of these values meets", matcher.name),
        ),
        None => (
            format!("series of {name} meet each condition, but none meets all of them"),
            "leave out the conditions that do not belong together".to_owned(),
        ),
    };
    let help = unless_meant(used, "such errors", instead);
    Finding::new(severity(used), Code::NoneTogether, told, help).about(&used.selector)
}

/// Values in quotes, those of most series first; an absent label as such.
fn by_count(values: &BTreeMap<String, f64>) -> Vec<String> {
    let mut sorted: Vec<(&String, &f64)> = values.iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(a.1));
    let shown = |value: &String| if value.is_empty() { "absent".to_owned() } else { format!("{value:?}") };
    sorted.into_iter().map(|(value, _)| shown(value)).collect()
}

/// Labels of a few of the series selected, with their values.
fn labels_of(subject: &Subject<'_>, selector: &Selector, notes: &mut Notes) -> Result<Vec<Labels>, Stop> {
    let answers = subject.at_spots(&some_of(20, Expr::selector(selector.clone())), notes)?;
    Ok(answers.iter().flat_map(|matrix| matrix.iter()).map(|series| series.labels.clone()).collect())
}

fn instead_of_label(matcher: &Matcher, series: &[Labels]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in series.iter().flat_map(Labels::iter) {
        if name != METRIC_NAME && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return format!("leave out {}: the series have no labels", written(matcher));
    }
    match meant_label(matcher, series, &names) {
        Some(meant) => {
            let meant = Matcher { name: meant.to_owned(), ..matcher.clone() };
            format!("did you mean {}? the labels are {}", written(&meant), some(&names, TOLD))
        }
        None => format!("use one of the labels that are there: {}", some(&names, TOLD)),
    }
}

/// The label that was probably meant: one whose values meet the condition, or one with such a name.
fn meant_label<'a>(matcher: &Matcher, series: &'a [Labels], names: &[&'a str]) -> Option<&'a str> {
    /// Names that people give to the same thing.
    const ALIKE: [&[&str]; 3] = [
        &[
            "status",
            "code",
            "status_code",
            "http_status",
            "http_status_code",
            "response_code",
            "http_response_status_code",
        ],
        &["result", "outcome", "status", "state"],
        &["method", "http_method", "verb", "http_request_method"],
    ];
    let excludes = matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRegex);
    let plain = Matcher {
        op: match matcher.op {
            MatchOp::NotEqual => MatchOp::Equal,
            MatchOp::NotRegex => MatchOp::Regex,
            op => op,
        },
        ..matcher.clone()
    };
    let compiled = CompiledMatcher::new(if excludes { &plain } else { matcher }).ok()?;
    let labels = || series.iter().flat_map(Labels::iter).filter(|(name, _)| *name != METRIC_NAME);
    let wild = compiled.matches("") || compiled.matches("any other value");
    let by_value = || labels().find(|(_, value)| !wild && compiled.matches(value)).map(|(name, _)| name);
    let by_part =
        || names.iter().copied().find(|name| name.contains(&matcher.name) || matcher.name.contains(name));
    let alike = || {
        let sets = ALIKE.iter().filter(|set| set.contains(&matcher.name.as_str()));
        sets.flat_map(|set| set.iter()).find_map(|word| names.iter().copied().find(|name| name == word))
    };
    let by_name = || nearest(&matcher.name, names.iter().copied());
    alike().or_else(by_name).or_else(by_value).or_else(by_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_like_a_misspelt_one_are_asked_for_by_its_words() {
        let asked = like("htp_requests_total");
        assert_eq!(asked.matchers[0].value, "ht.*|.*htp.*|.*requests.*");
        assert_eq!(like("x").matchers[0].value, "x.*");
        assert_eq!(like("r_é").matchers[0].value, "r.*");
        assert_eq!(like("__").matchers[0].value, "");
        let known = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let near = nearest_names("htp_requests_total", known(&["http_requests_total", "requests_total"]));
        assert_eq!(near, ["http_requests_total"]);
        let near = nearest_names("checkout_requests_total", known(&["grpc_requests_total", "up", "x_total"]));
        assert_eq!(near, ["grpc_requests_total"]);
    }

    #[test]
    fn a_label_is_meant_by_its_values_its_name_or_its_habit() {
        let series = |pairs: &[(&str, &str)]| vec![pairs.iter().copied().collect::<Labels>()];
        let meant = |op, name: &str, value: &str, pairs: &[(&str, &str)]| {
            let matcher = Matcher { name: name.into(), op, value: value.into() };
            let series = series(pairs);
            let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
            meant_label(&matcher, &series, &names).map(str::to_owned)
        };
        let seen = &[("job", "a"), ("code", "200")][..];
        assert_eq!(meant(MatchOp::Regex, "status", "5..", seen).as_deref(), Some("code"));
        assert_eq!(meant(MatchOp::NotRegex, "sttus", "5..", &[("status", "200")]).as_deref(), Some("status"));
        assert_eq!(meant(MatchOp::Equal, "reply", "ok", &[("answer", "ok")]).as_deref(), Some("answer"));
        assert_eq!(meant(MatchOp::Equal, "region", "eu", &[("job", "a")]), None);
    }
}
