use std::cmp::Ordering;

/// Where the digits go that have no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toward {
    /// Cut off: never more than the value.
    Down,
    /// Raised: never less than the value.
    Up,
    /// To the nearest, for numbers that stand beside no limit.
    Near,
}

/// A number that is not below zero in plain digits, exactly `decimals` behind the point.
///
/// Works on the shortest decimal text that names the float: 0.999 is cut as `0.999`, not as the binary fraction
/// 0.99899999999999999911 beside it. Nothing where the value is below zero, NaN or infinite.
pub(super) fn plain(value: f64, decimals: usize, toward: Toward) -> Option<String> {
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    let text = value.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(decimals).collect();
    let dropped = fraction.get(decimals..).unwrap_or("");
    let raise = match toward {
        Toward::Down => false,
        Toward::Up => dropped.bytes().any(|digit| digit != b'0'),
        Toward::Near => dropped.bytes().next().is_some_and(|digit| digit >= b'5'),
    };
    let mut digits = format!("{whole}{kept}");
    if raise {
        digits = successor(&digits);
    }
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    Some(if decimals == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// A share between 0 and 1 as a percentage, `decimals` behind the point. The point is moved in the text, so that
/// multiplying by 100 adds no noise of its own.
pub(super) fn percent(share: f64, decimals: usize, toward: Toward) -> Option<String> {
    let digits = plain(share, decimals + 2, toward)?;
    let (whole, fraction) = digits.split_once('.')?;
    let (hundredths, rest) = fraction.split_at_checked(2)?;
    let whole = format!("{whole}{hundredths}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if decimals == 0 { whole.to_owned() } else { format!("{whole}.{rest}") })
}

/// The next whole number of a text of digits.
fn successor(digits: &str) -> String {
    let nines = digits.len() - digits.trim_end_matches('9').len();
    let (head, _) = digits.split_at(digits.len() - nines);
    let zeros = "0".repeat(nines);
    match head.char_indices().last() {
        Some((at, last)) => {
            let raised = char::from(u8::try_from(last).unwrap_or(b'0') + 1);
            format!("{}{raised}{zeros}", &head[..at])
        }
        None => format!("1{zeros}"),
    }
}

/// Groups the whole part of plain digits by thousands with spaces: `1 000.5`.
pub(super) fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A number of events: `18 402`; below 100 with one decimal where it is not whole, since a server estimates.
pub fn count(value: f64) -> String {
    let text = if value < 100.0 && value.fract() != 0.0 {
        if value > 0.0 && value < 0.1 {
            return "<0.1".to_owned();
        }
        plain(value, 1, Toward::Near).map(|text| text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
    } else {
        plain(value, 0, Toward::Near)
    };
    text.map_or_else(|| super::NO_DATA.to_owned(), |text| grouped(&text))
}

/// A change of a count, with its sign: `+2`, `−1`, `±0`.
pub fn delta(now: usize, before: usize) -> String {
    match now.cmp(&before) {
        Ordering::Greater => format!("+{}", grouped(&(now - before).to_string())),
        Ordering::Less => format!("−{}", grouped(&(before - now).to_string())),
        Ordering::Equal => "±0".to_owned(),
    }
}

/// A burn rate: `14.4×`. Floored, so that it never looks as if it had reached a threshold that it did not reach.
pub fn burn(rate: Option<f64>) -> String {
    let Some(rate) = rate.filter(|rate| rate.is_finite() && *rate >= 0.0) else {
        return super::NONE.to_owned();
    };
    if rate == 0.0 {
        return "0×".to_owned();
    }
    if rate < 0.1 {
        return "<0.1×".to_owned();
    }
    let decimals = usize::from(rate < 100.0);
    plain(rate, decimals, Toward::Down)
        .map_or_else(|| super::NONE.to_owned(), |text| format!("{}×", grouped(&text)))
}

/// A burn rate that someone set, in the digits it was set with: `14.4×`, `3×`.
pub fn threshold(rate: f64) -> String {
    let text = plain(rate, 2, Toward::Near).unwrap_or_else(|| super::NONE.to_owned());
    format!("{}×", grouped(text.trim_end_matches('0').trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_are_cut_as_they_are_written() {
        assert_eq!(plain(0.999, 3, Toward::Down).as_deref(), Some("0.999"));
        assert_eq!(plain(0.999, 2, Toward::Down).as_deref(), Some("0.99"));
        assert_eq!(plain(0.991, 2, Toward::Up).as_deref(), Some("1.00"));
        assert_eq!(plain(9.5, 0, Toward::Near).as_deref(), Some("10"));
        assert_eq!(plain(-0.0, 1, Toward::Near).as_deref(), Some("0.0"));
        assert_eq!(plain(f64::NAN, 1, Toward::Near), None);
        assert_eq!(percent(0.57, 4, Toward::Down).as_deref(), Some("57.0000"));
        assert_eq!(percent(12.5, 0, Toward::Down).as_deref(), Some("1250"));
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(count(1000.0), "1 000");
        assert_eq!(count(1_234_567.4), "1 234 567");
        assert_eq!(count(999.0), "999");
        assert_eq!(count(12.34), "12.3");
        assert_eq!(count(11.98), "12");
        assert_eq!(count(0.03), "<0.1");
        assert_eq!(count(0.0), "0");
        assert_eq!(count(f64::INFINITY), "no data");
    }

    #[test]
    fn a_burn_rate_never_looks_as_if_it_fired() {
        assert_eq!(burn(Some(14.4)), "14.4×");
        assert_eq!(burn(Some(14.399)), "14.3×");
        assert_eq!(burn(Some(0.0)), "0×");
        assert_eq!(burn(Some(0.04)), "<0.1×");
        assert_eq!(burn(Some(1000.0)), "1 000×");
        assert_eq!(burn(None), "–");
        assert_eq!(threshold(14.4), "14.4×");
        assert_eq!(threshold(3.0), "3×");
        assert_eq!(threshold(10.0), "10×");
    }

    #[test]
    fn changes_have_signs() {
        assert_eq!((delta(3, 1), delta(1, 3), delta(2, 2)), ("+2".into(), "−2".into(), "±0".into()));
    }

    proptest! {
        #[test]
        fn down_is_never_more_and_up_never_less(value in 0.0..1e9f64, decimals in 0usize..9) {
            let read = |toward| plain(value, decimals, toward).unwrap().parse::<f64>().unwrap();
            prop_assert!(read(Toward::Down) <= value);
            prop_assert!(read(Toward::Up) >= value);
            let grain = 10f64.powi(-i32::try_from(decimals).unwrap());
            prop_assert!((read(Toward::Near) - value).abs() <= grain * 0.5 + value * 1e-15);
        }
    }
}
