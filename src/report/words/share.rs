use super::digits::{Toward, percent, plain};
use super::{NO_DATA, NONE};
use crate::base::Share;

/// Decimals of a percentage beside an objective with so many: two more than it has, and four at least.
fn decimals_beside(objective_decimals: usize) -> usize {
    objective_decimals.max(2) + 2
}

/// A measured share of good: `99.8731 %`. `value` is between 0 and 1, `bad` the number of bad events (or slices),
/// `objective_decimals` those of the objective's percentage ([`Share::decimals`]).
///
/// Floored: a share below the objective reads below it. `100 %` only where nothing was bad.
pub fn sli(value: f64, bad: f64, objective_decimals: usize) -> String {
    let decimals = decimals_beside(objective_decimals);
    let Some(text) = percent(value, decimals, Toward::Down) else { return NO_DATA.to_owned() };
    match (value >= 1.0, bad > 0.0) {
        (false, _) => format!("{text} %"),
        (true, false) => "100 %".to_owned(),
        (true, true) => format!("99.{} %", "9".repeat(decimals)),
    }
}

/// An objective in exact digits: `99.9 %`.
pub fn objective(share: Share) -> String {
    format!("{} %", share.percent())
}

/// An objective's written form (`99.9%`) with the space that every other percentage has.
pub fn objective_spaced(written: &str) -> String {
    match written.trim().strip_suffix('%') {
        Some(digits) => format!("{} %", digits.trim_end()),
        None => written.to_owned(),
    }
}

/// The share of a window in which there was data: `99.8 %`, floored.
pub fn coverage(ratio: Option<f64>) -> String {
    match ratio {
        Some(ratio) if ratio >= 1.0 && ratio.is_finite() => "100 %".to_owned(),
        Some(ratio) => percent(ratio, 1, Toward::Down).map_or(NONE.to_owned(), |text| format!("{text} %")),
        None => NONE.to_owned(),
    }
}

/// A part of something, such as an incident's share of the budget: `112 %`, `3.2 %`, `<0.1 %`.
pub fn part(ratio: Option<f64>) -> String {
    let Some(ratio) = ratio.filter(|ratio| ratio.is_finite() && *ratio >= 0.0) else {
        return NONE.to_owned();
    };
    if ratio == 0.0 {
        return "0 %".to_owned();
    }
    if ratio < 0.001 {
        return "<0.1 %".to_owned();
    }
    let decimals = usize::from(ratio < 0.0995);
    percent(ratio, decimals, Toward::Near)
        .map_or(NONE.to_owned(), |text| format!("{} %", super::digits::grouped(&text)))
}

/// A part as an axis names it, in no more digits than it has: `−25 %`, `7.5 %`.
pub fn tick(ratio: f64) -> String {
    let Some(text) = percent(ratio.abs(), 4, Toward::Near) else { return NONE.to_owned() };
    let text = super::digits::grouped(text.trim_end_matches('0').trim_end_matches('.'));
    let sign = if ratio < 0.0 && text != "0" { "−" } else { "" };
    format!("{sign}{text} %")
}

/// A difference of two shares in percentage points: `−0.04 pp`. Two decimals, four where that would say nothing.
pub fn delta_pp(points: Option<f64>) -> String {
    let Some(points) = points.filter(|points| points.is_finite()) else { return NONE.to_owned() };
    let sign = if points < 0.0 { '−' } else { '+' };
    [2, 4]
        .into_iter()
        .filter_map(|decimals| plain(points.abs(), decimals, Toward::Near))
        .find(|text| text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)))
        .map_or_else(|| "±0 pp".to_owned(), |text| format!("{sign}{text} pp"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_missed_objective_never_reads_as_kept() {
        assert_eq!(sli(0.998_999_9, 1.0, 1), "99.8999 %");
        assert_eq!(sli(0.999, 1.0, 1), "99.9000 %");
        assert_eq!(sli(0.999_499_999, 1.0, 3), "99.94999 %");
        assert_eq!(sli(1.0, 0.0, 1), "100 %");
        assert_eq!(sli(1.0, 1e-9, 1), "99.9999 %");
        assert_eq!(sli(0.0, 5.0, 0), "0.0000 %");
        assert_eq!(sli(f64::NAN, 0.0, 1), "no data");
    }

    #[test]
    fn parts_and_changes() {
        assert_eq!(part(Some(1.124)), "112 %");
        assert_eq!(part(Some(0.0315)), "3.2 %");
        assert_eq!(part(Some(0.0999)), "10 %");
        assert_eq!(part(Some(0.000_01)), "<0.1 %");
        assert_eq!(part(Some(0.0)), "0 %");
        assert_eq!(part(None), "–");
        assert_eq!((tick(-0.25), tick(-0.0), tick(0.075)), ("−25 %".into(), "0 %".into(), "7.5 %".into()));
        assert_eq!((tick(1.0), tick(200.0), tick(f64::NAN)), ("100 %".into(), "20 000 %".into(), "–".into()));
        assert_eq!(coverage(Some(0.999_99)), "99.9 %");
        assert_eq!(coverage(Some(1.0)), "100 %");
        assert_eq!(delta_pp(Some(-0.04)), "−0.04 pp");
        assert_eq!(delta_pp(Some(0.0012)), "+0.0012 pp");
        assert_eq!(delta_pp(Some(-0.000_000_1)), "±0 pp");
        assert_eq!(delta_pp(Some(f64::NEG_INFINITY)), "–");
        assert_eq!(objective_spaced("99.9%"), "99.9 %");
        assert_eq!(objective(Share::from_percent("99.95").unwrap()), "99.95 %");
    }

    fn read(text: &str) -> f64 {
        text.strip_suffix(" %").unwrap().parse::<f64>().unwrap()
    }

    proptest! {
        #[test]
        fn good_is_floored(value in 0.0..=1.0f64, decimals in 0usize..8) {
            let slack = value * 1e-13; // of multiplying by 100 here, in the test
            prop_assert!(read(&sli(value, 1.0, decimals)) <= value * 100.0 + slack);
        }

        #[test]
        fn below_the_objective_reads_below_it(
            parts in 1u64..=100_000, decimals in 0usize..4, gap in 1e-14..1e-3f64,
        ) {
            let objective = parts as f64 / 100_000.0;
            let digits = 3.max(decimals);
            let value = (objective - gap).max(0.0);
            prop_assume!(value < objective);
            prop_assert!(read(&sli(value, 1.0, digits)) < read(&sli(objective, 1.0, digits)).max(1e-9) || value == 0.0);
            prop_assert!(read(&sli(value, 1.0, digits)) < 100.0);
        }

        #[test]
        fn no_float_noise_in_any_share(bits in any::<u64>(), bad in any::<f64>(), decimals in 0usize..8) {
            let value = f64::from_bits(bits);
            for text in [
                sli(value, bad, decimals), part(Some(value)),
                coverage(Some(value)), delta_pp(Some(value)),
            ] {
                for noise in ["NaN", "inf", "-", "−0 ", "−0.00 "] {
                    prop_assert!(!text.contains(noise), "{text}");
                }
                prop_assert!(text == NO_DATA || !text.contains('e'), "{text}");
            }
        }
    }
}
