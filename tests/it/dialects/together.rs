//! Specifications of several files and dialects in one run.

use nines::base::Duration;
use nines::diag::Code;
use nines::slo::{Pace, Severity, Spec, Window};

use super::{read_files, read_whole};

const SLOTH: &str = "version: prometheus/v1
service: shop
slos:
  - name: api
    objective: 99.9
    sli:
      events:
        error_query: sum(rate(errors_total[{{.window}}]))
        total_query: sum(rate(requests_total[{{.window}}]))
    alerting: {name: ShopErrors}
";

const PYRRA: &str = "apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: api, namespace: shop}
spec:
  target: '99.9'
  window: 4w
  indicator: {ratio: {errors: {metric: errors_total}, total: {metric: requests_total}}}
";

const NATIVE: &str = "apiVersion: nines/v1
service: shop
slos:
  - name: api
    objective: 99.9%
    window: 30d
    sli: {events: {bad: errors_total, total: requests_total}}
";

fn windows(period: &str, percent: &str) -> String {
    format!(
        "apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: {period}
  page:
    quick: {{errorBudgetPercent: {percent}, shortWindow: 5m, longWindow: 1h}}
    slow: {{errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}}
  ticket:
    quick: {{errorBudgetPercent: 10, shortWindow: 2h, longWindow: 1d}}
    slow: {{errorBudgetPercent: 10, shortWindow: 6h, longWindow: 3d}}
"
    )
}

#[test]
fn one_name_in_two_dialects_is_a_fault() {
    for texts in [[SLOTH, PYRRA], [PYRRA, NATIVE], [NATIVE, SLOTH]] {
        let (_, faults, _) = read_files(&texts);
        let said: Vec<(Code, &str)> =
            faults.sorted().iter().map(|fault| (fault.code, fault.message.as_str())).collect();
        assert_eq!(said, [(Code::DuplicateName, "the objective `shop/api` is defined twice")]);
    }
}

#[test]
fn specifications_stand_in_the_order_of_their_files() {
    let of = |text: &str, service: &str| text.replace("shop", service);
    let texts = [of(PYRRA, "c"), of(SLOTH, "a"), of(NATIVE, "b")];
    let (specs, faults, _) = read_files(&texts.each_ref().map(String::as_str));
    assert!(!faults.has_errors());
    assert_eq!(specs.iter().map(|spec| spec.service.as_str()).collect::<Vec<_>>(), ["c", "a", "b"]);
}

#[test]
fn alert_windows_of_any_file_are_for_sloths_objectives_alone() {
    let pyrra = PYRRA.replace("name: api", "name: other");
    let (specs, faults, _) = read_files(&[SLOTH, &windows("28d", "2"), &pyrra]);
    assert!(!faults.has_errors());
    let [sloth, pyrra] = [&specs[0].slos[0], &specs[1].slos[0]];
    assert_eq!(sloth.window, Window::Rolling(Duration::days(28)));
    let thresholds: Vec<(Severity, f64)> = sloth
        .alerting
        .windows
        .iter()
        .map(|rule| (rule.severity, rule.threshold(Duration::days(28))))
        .collect();
    // As Sloth has them for four weeks: the last is slower than an even pace.
    let expected = [13.44, 5.6, 2.8, 0.933_333_333_333_333_3];
    for ((_, found), expected) in thresholds.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{thresholds:?}");
    }
    assert!(matches!(sloth.alerting.windows[3].pace, Pace::Factor(_)));
    assert_eq!(pyrra.alerting.windows[0].pace, Pace::Factor(14.0));
}

fn window_of(specs: &[Spec]) -> Window {
    specs[0].slos[0].window
}

#[test]
fn of_several_alert_windows_those_for_thirty_days_are_meant() {
    assert_eq!(window_of(&read_whole(SLOTH)), Window::Rolling(Duration::days(30)));
    for texts in [["7d", "30d"], ["30d", "28d"]] {
        let [one, other] = texts.map(|period| windows(period, "3"));
        let (specs, faults, _) = read_files(&[&one, SLOTH, &other]);
        assert!(!faults.has_errors(), "{texts:?}");
        assert_eq!(window_of(&specs), Window::Rolling(Duration::days(30)));
        let first = specs[0].slos[0].alerting.windows[0];
        assert!((first.threshold(Duration::days(30)) - 21.6).abs() < 1e-12, "{first:?}");
    }
    // The same said twice is no contradiction.
    let (_, faults, _) = read_files(&[&windows("7d", "2"), SLOTH, &windows("1w", "2.0")]);
    assert!(!faults.has_errors());
}
