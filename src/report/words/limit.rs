use super::NONE;
use super::digits::{Toward, grouped, percent, plain};

/// Decimals in which two numbers that differ are told apart, at most.
const MOST: usize = 10;

/// A share beside a limit that it was held against, in as many digits as tell the two apart: `9.9 %` beside `10 %`.
pub fn share_beside(value: f64, limit: f64) -> String {
    beside(value, limit, percent).map_or_else(|| NONE.to_owned(), |text| format!("{text} %"))
}

/// A rate or a ratio beside a limit that it was held against, in as many digits as tell the two apart: `14.41×`.
pub fn rate_beside(value: f64, limit: f64) -> String {
    beside(value, limit, plain).map_or_else(|| NONE.to_owned(), |text| format!("{text}×"))
}

/// A difference of shares in percentage points beside a limit that it was held against.
pub fn points_beside(value: f64, limit: f64) -> String {
    beside(value, limit, percent).map_or_else(|| NONE.to_owned(), |text| format!("{text} pp"))
}

/// A limit as a share, in the digits that it was set with.
pub fn share_limit(limit: f64) -> String {
    short(limit, percent).map_or_else(|| NONE.to_owned(), |text| format!("{text} %"))
}

/// A limit in percentage points, in the digits that it was set with.
pub fn points_limit(limit: f64) -> String {
    short(limit, percent).map_or_else(|| NONE.to_owned(), |text| format!("{text} pp"))
}

/// A limit as a rate, in the digits that it was set with.
pub fn rate_limit(limit: f64) -> String {
    short(limit, plain).map_or_else(|| NONE.to_owned(), |text| format!("{text}×"))
}

type Digits = fn(f64, usize, Toward) -> Option<String>;

fn short(value: f64, digits: Digits) -> Option<String> {
    digits(value, MOST, Toward::Near).map(|text| trimmed(&text))
}

fn beside(value: f64, limit: f64, digits: Digits) -> Option<String> {
    let sign = if value < 0.0 { "−" } else { "" };
    // Cut as everywhere: what is left of a budget and how fast it burns are never told as more than they are.
    let toward = if value < 0.0 { Toward::Up } else { Toward::Down };
    let at = |value: f64, decimals| digits(value.abs(), decimals, toward).map(|text| trimmed(&text));
    let limited = short(limit, digits);
    let told = |decimals: usize| at(value, decimals).filter(|text| limited.as_ref() != Some(text));
    // One more than the limit is written with.
    let least =
        limited.as_ref().and_then(|text| text.split_once('.')).map_or(0, |(_, digits)| digits.len()) + 1;
    let text = (least..=MOST).find_map(told).or_else(|| at(value, least))?;
    // A zero is not below zero.
    Some(if text == "0" { text } else { format!("{sign}{text}") })
}

fn trimmed(text: &str) -> String {
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    grouped(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_below_a_limit_never_reads_as_the_limit() {
        assert_eq!(share_beside(0.0999, 0.1), "9.9 %");
        assert_eq!(share_beside(0.099_999_9, 0.1), "9.9 %");
        assert_eq!(share_beside(0.412, 0.1), "41.2 %");
        assert_eq!(share_beside(0.191_99, 0.2), "19.1 %");
        assert_eq!(share_beside(-0.37, 0.1), "−37 %");
        assert_eq!(share_beside(-0.000_01, 0.0), "−0.1 %");
        assert_eq!(share_beside(0.1, 0.1), "10 %");
        assert_eq!(share_beside(f64::NAN, 0.1), "–");
        assert_eq!(rate_beside(14.401, 14.4), "14.401×");
        assert_eq!(rate_beside(2.04, 1.0), "2×");
        assert_eq!(rate_beside(1234.5, 1.0), "1 234.5×");
        assert_eq!(points_beside(0.000_52, 0.0005), "0.052 pp");
        assert_eq!(share_limit(0.1), "10 %");
        assert_eq!(share_limit(0.999_5), "99.95 %");
        assert_eq!(rate_limit(14.4), "14.4×");
        assert_eq!(points_limit(0.0005), "0.05 pp");
    }
}
