/// `part / whole`, or nothing where there is no whole to divide by: a ratio is never NaN or infinite.
pub fn ratio(part: f64, whole: f64) -> Option<f64> {
    let quotient = part / whole;
    (whole > 0.0 && quotient.is_finite()).then_some(quotient)
}
