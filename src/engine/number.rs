//! Numbers as Prometheus writes them in labels and remarks.

/// Plain digits, the shortest that read back (Go's `%f` with precision -1): the value of a label.
pub(super) fn plain(value: f64) -> String {
    special(value).unwrap_or_else(|| value.to_string())
}

/// The shortest digits that read back, with an exponent where that is below -4 or above 5 (Go's `%g`): text.
pub(super) fn general(value: f64) -> String {
    special(value).unwrap_or_else(|| with_exponent(&format!("{value:e}"), value, 6))
}

/// Two digits that count (Go's `%.2g`).
pub(super) fn general_2(value: f64) -> String {
    special(value).unwrap_or_else(|| {
        let rounded = format!("{value:.1e}").parse().unwrap_or(value);
        with_exponent(&format!("{rounded:e}"), rounded, 2)
    })
}

/// As OpenMetrics writes bounds and ranks in labels: the shortest digits that read back, but never a whole number.
pub(super) fn bound(value: f64) -> String {
    let text = general(value);
    if value.is_finite() && !text.contains(['e', '.']) { format!("{text}.0") } else { text }
}

fn special(value: f64) -> Option<String> {
    match value {
        f64::INFINITY => Some("+Inf".to_owned()),
        f64::NEG_INFINITY => Some("-Inf".to_owned()),
        _ if value.is_nan() => Some("NaN".to_owned()),
        _ => None,
    }
}

/// Chooses between digits alone and an exponent of at least two digits; `scientific` is the value as `1.5e-7`.
fn with_exponent(scientific: &str, value: f64, too_large: i32) -> String {
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific.to_owned() };
    match exponent.parse::<i32>() {
        Ok(exponent) if exponent < -4 || exponent >= too_large => {
            format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_go_does() {
        for (value, in_label, in_text) in [
            (0.5, "0.5", "0.5"),
            (1e6, "1000000", "1e+06"),
            (123_456.0, "123456", "123456"),
            (1.5e-7, "0.00000015", "1.5e-07"),
            (-0.0, "-0", "-0"),
            (f64::NAN, "NaN", "NaN"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
        ] {
            assert_eq!((plain(value).as_str(), general(value).as_str()), (in_label, in_text));
        }
        let two: Vec<String> = [9.0, 12.5, 0.001_234, 1234.0, 99.9].map(general_2).into();
        assert_eq!(two, ["9", "12", "0.0012", "1.2e+03", "1e+02"]);
    }
}
