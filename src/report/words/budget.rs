use super::digits::{Toward, count, grouped, percent};
use super::time::duration;
use super::{NO_DATA, NONE};

/// How a budget is told beside its percentage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spend {
    /// In bad events: so many were bad, so many may be.
    Events {
        /// Were bad.
        bad: f64,
        /// May be bad.
        allowed: f64,
    },
    /// In bad time, both in seconds. The name of the unit is the time itself.
    Time {
        /// Was bad.
        bad_s: f64,
        /// May be bad.
        allowed_s: f64,
    },
}

impl Spend {
    /// The share of the budget that is left; below zero when overspent, nothing where nothing may be bad.
    fn left(self) -> Option<f64> {
        let (spent, total) = self.parts();
        crate::base::ratio(total - spent, total)
    }

    fn parts(self) -> (f64, f64) {
        match self {
            Self::Events { bad, allowed } => (bad, allowed),
            Self::Time { bad_s, allowed_s } => (bad_s, allowed_s),
        }
    }

    fn amount(self, value: f64) -> String {
        match self {
            Self::Events { .. } => count(value),
            Self::Time { .. } => duration(value),
        }
    }
}

/// A budget relative and absolute: `41.2 % left (17 m 48 s of 43 m 12 s)`, `58.8 % left (412 of 1 000 bad events
/// used)`, `−37 % (16 m over)`, and for an objective of 100 % `overspent, more than all (3 bad
/// events, none allowed)`.
pub fn budget(spend: Spend) -> String {
    let (spent, total) = spend.parts();
    if !spent.is_finite() || !total.is_finite() || spent < 0.0 || total < 0.0 {
        return NO_DATA.to_owned();
    }
    let Some(left) = spend.left() else {
        return match (spent > 0.0, spend) {
            (false, _) => "unspent (nothing may be bad)".to_owned(),
            (true, Spend::Events { bad, .. }) => {
                format!("overspent, more than all ({}, none allowed)", bad_events(bad))
            }
            (true, Spend::Time { bad_s, .. }) => {
                format!("overspent, more than all ({} bad, none allowed)", duration(bad_s))
            }
        };
    };
    let relative = budget_left(Some(left), spent > 0.0);
    if left < 0.0 {
        return format!("{relative} ({})", budget_over(spend));
    }
    match spend {
        Spend::Events { bad, allowed } => {
            format!("{relative} left ({} of {} bad events used)", count(bad), count(allowed))
        }
        Spend::Time { bad_s, allowed_s } => {
            format!("{relative} left ({} of {})", duration(allowed_s - bad_s), duration(allowed_s))
        }
    }
}

/// By how much a budget is overspent: `16 m over`, `370 bad events over`; empty where it is not.
fn budget_over(spend: Spend) -> String {
    let (spent, total) = spend.parts();
    match spend {
        _ if spent <= total || !spent.is_finite() => String::new(),
        Spend::Events { .. } => format!("{} over", bad_events(spent - total)),
        Spend::Time { .. } => format!("{} over", spend.amount(spent - total)),
    }
}

/// What was spent, in the words of its unit: `28 m`, `412 bad events`.
pub fn budget_amount(spend: Spend) -> String {
    match spend {
        Spend::Events { bad, .. } => bad_events(bad),
        Spend::Time { bad_s, .. } => duration(bad_s),
    }
}

fn bad_events(bad: f64) -> String {
    let count = count(bad);
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} bad event{plural}")
}

/// What is left of a budget, short: `41.2 %`, `−37 %`, and without a ratio (an objective of 100 %) `overspent` or
/// `unspent`. `any_bad` says whether anything was bad. Around its limits it is floored: an overspent budget never
/// reads `0 %`, a touched one never `100 %`; far below zero the nearest percent is said.
pub fn budget_left(remaining_ratio: Option<f64>, any_bad: bool) -> String {
    let text = match remaining_ratio {
        None if any_bad => return "overspent".to_owned(),
        None => return "unspent".to_owned(),
        Some(0.0) => return "0 %".to_owned(),
        Some(ratio) if ratio >= 1.0 && !any_bad => return "100 %".to_owned(),
        Some(ratio) if ratio >= 1.0 => return "99.9 %".to_owned(),
        Some(ratio) if ratio > 0.0 => percent(ratio, 1, Toward::Down),
        Some(ratio) if ratio > -0.1 => percent(-ratio, 1, Toward::Up).map(|text| format!("−{text}")),
        Some(ratio) => percent(-ratio, 0, Toward::Near).map(|text| format!("−{}", grouped(&text))),
    };
    text.map_or_else(|| NONE.to_owned(), |text| format!("{text} %"))
}

/// What is likely to be left of a budget: `12 % left, likely between −37 % and 40 %`, each floored.
pub fn forecast(middle: f64, low: f64, high: f64) -> String {
    let left = |ratio: f64| budget_left(Some(ratio), ratio < 1.0);
    format!("{} left, likely between {} and {}", left(middle), left(low), left(high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tells_both_ways() {
        assert_eq!(
            budget(Spend::Time { bad_s: 1524.0, allowed_s: 2592.0 }),
            "41.2 % left (17 m 48 s of 43 m 12 s)"
        );
        assert_eq!(budget(Spend::Time { bad_s: 3552.0, allowed_s: 2592.0 }), "−37 % (16 m over)");
        assert_eq!(
            budget(Spend::Events { bad: 412.0, allowed: 1000.0 }),
            "58.8 % left (412 of 1 000 bad events used)"
        );
        assert_eq!(budget(Spend::Events { bad: 1001.0, allowed: 1000.0 }), "−0.1 % (1 bad event over)");
        assert_eq!(
            budget(Spend::Events { bad: 3.0, allowed: 0.0 }),
            "overspent, more than all (3 bad events, none allowed)"
        );
        assert_eq!(budget(Spend::Events { bad: 0.0, allowed: 0.0 }), "unspent (nothing may be bad)");
        assert_eq!(budget(Spend::Events { bad: f64::NAN, allowed: 1.0 }), "no data");
    }

    #[test]
    fn the_edges_of_a_budget_are_exact() {
        assert_eq!(budget_left(Some(0.0), true), "0 %");
        assert_eq!(budget_left(Some(-0.0), true), "0 %");
        assert_eq!(budget_left(Some(-0.000_01), true), "−0.1 %");
        assert_eq!(budget_left(Some(0.999_99), true), "99.9 %");
        assert_eq!(budget_left(Some(1.0), false), "100 %");
        assert_eq!(budget_left(None, true), "overspent");
        assert_eq!(budget_left(Some(-12.5), true), "−1 250 %");
    }

    proptest! {
        #[test]
        fn what_is_left_is_floored(ratio in -0.0999..1.0f64) {
            let text = budget_left(Some(ratio), true);
            let read: f64 = text.trim_end_matches(" %").replace('−', "-").replace(' ', "").parse().unwrap();
            prop_assert!(read <= ratio * 100.0 + 1e-9, "{text} of {ratio}");
            prop_assert!(ratio >= 0.0 || read < 0.0);
        }

        #[test]
        fn no_budget_has_float_noise(bad in any::<f64>(), allowed in any::<f64>()) {
            for text in [
                budget(Spend::Events { bad, allowed }),
                budget(Spend::Time { bad_s: bad, allowed_s: allowed }),
                budget_left(Some(bad), true),
            ] {
                for noise in ["NaN", "inf", "-", "−0 ", "−0.0 "] {
                    prop_assert!(!text.contains(noise), "{text}");
                }
            }
        }
    }
}
