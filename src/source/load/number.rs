//! Numbers at the start of some bytes: values and timestamps.
//!
//! Every function gives the number and the bytes after it, or nothing where its quick form does not fit.

/// The powers of ten that a float holds exactly.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The number written by the digits at the start, continuing `so_far`, and the count of those digits. Beyond 19 digits
/// the number wraps; callers accept fewer.
#[inline]
fn digits(bytes: &[u8], mut so_far: u64) -> (u64, usize, &[u8]) {
    let (mut rest, mut count) = (bytes, 0);
    while let Some((eight, after)) = rest.split_first_chunk::<8>() {
        let Some(number) = eight_digits(*eight) else { break };
        so_far = so_far.wrapping_mul(100_000_000).wrapping_add(number);
        (rest, count) = (after, count + 8);
    }
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        so_far = so_far.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        (rest, count) = (after, count + 1);
    }
    (so_far, count, rest)
}

/// Eight bytes as a number where all are digits: all at once in one word, pairs first, then fours, then all.
#[inline]
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    let word = u64::from_le_bytes(bytes);
    let high = word & 0xf0f0_f0f0_f0f0_f0f0;
    let carried = (word.wrapping_add(0x0606_0606_0606_0606) & 0xf0f0_f0f0_f0f0_f0f0) >> 4;
    if high | carried != 0x3333_3333_3333_3333 {
        return None;
    }
    let ones = word & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (ones.wrapping_mul(10) + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff)
}

/// A value in the form that counters have: digits, perhaps a fraction, at most 15 digits in all, so that one division
/// gives the nearest float: both operands are exact, for 10¹⁵ is below 2⁵³.
#[inline]
pub(super) fn short_decimal(bytes: &[u8]) -> Option<(f64, &[u8])> {
    let (whole, count, rest) = digits(bytes, 0);
    if count == 0 || count > 15 {
        return None;
    }
    let (number, places, rest) = match rest {
        [b'.', after @ ..] => digits(after, whole),
        _ => (whole, 0, rest),
    };
    if count + places > 15 || matches!(rest, [b'e' | b'E' | b'.', ..]) {
        return None;
    }
    let value = number as f64;
    Some((if places == 0 { value } else { value / TENS[places] }, rest))
}

/// A value of any other form that ends at a space.
pub(super) fn short_word(bytes: &[u8]) -> Option<(f64, &[u8])> {
    const LONGEST: usize = 32;
    let end = bytes.iter().take(LONGEST).position(|&byte| byte == b' ')?;
    Some((value(&bytes[..end])?, &bytes[end..]))
}

/// A whole field as a value: any decimal, `NaN`, `Inf` with a sign or without.
pub(super) fn value(field: &[u8]) -> Option<f64> {
    let value: f64 = fast_float2::parse(field).ok()?;
    // Whatever payload the reader gives, it must not be taken for the mark of a series' end.
    Some(if value.is_nan() { f64::NAN } else { value })
}

/// Seconds with at most three decimals, in milliseconds.
#[inline]
pub(super) fn short_seconds(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (whole, count, rest) = digits(bytes, 0);
    if count == 0 || count > 15 {
        return None;
    }
    let [b'.', after @ ..] = rest else {
        return Some((whole as i64 * 1000, rest));
    };
    let (number, places, rest) = digits(after, whole);
    let scale = match places {
        0 => 1000,
        1 => 100,
        2 => 10,
        3 => 1,
        _ => return None,
    };
    Some((number as i64 * scale, rest))
}

/// A whole field as seconds, in milliseconds: rounded to the nearest, since writers that hold seconds as floats print
/// `1763294400.1229999`.
pub(super) fn seconds(field: &[u8]) -> Option<f64> {
    if let Some((ms, [])) = short_seconds(field) {
        return Some(ms as f64);
    }
    let seconds: f64 = fast_float2::parse(field).ok()?;
    seconds.is_finite().then(|| (seconds * 1000.0).round())
}

/// Whole milliseconds.
#[inline]
pub(super) fn short_millis(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (whole, count, rest) = digits(bytes, 0);
    (1..=18).contains(&count).then_some((whole as i64, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn timestamps_to_the_millisecond() {
        for (text, ms) in [
            ("1763294400", 1_763_294_400_000.0),
            ("1763294400.5", 1_763_294_400_500.0),
            ("1763294400.05", 1_763_294_400_050.0),
            ("1763294400.123", 1_763_294_400_123.0),
            ("1763294400.1229999", 1_763_294_400_123.0),
            ("1.7632944e+09", 1_763_294_400_000.0),
            ("-1.5", -1500.0),
        ] {
            assert_eq!(seconds(text.as_bytes()), Some(ms), "{text}");
        }
        assert_eq!(seconds(b"NaN"), None);
        assert_eq!(seconds(b""), None);
        assert_eq!(short_millis(b"1763294400123 x"), Some((1_763_294_400_123, &b" x"[..])));
    }

    #[test]
    fn a_nan_is_never_a_stale_marker() {
        for text in ["NaN", "nan", "-NaN"] {
            let nan = value(text.as_bytes()).unwrap();
            assert!(nan.is_nan() && !crate::base::is_stale(nan), "{text}");
        }
        assert_eq!(value(b"+Inf"), Some(f64::INFINITY));
        assert_eq!(value(b"-Inf"), Some(f64::NEG_INFINITY));
    }

    proptest! {
        #[test]
        fn short_decimals_are_the_nearest_float(whole in 0u64..1_000_000_000_000, places in 0usize..9, fraction in 0u64..1_000_000_000) {
            let fraction = format!("{fraction:09}");
            let text = if places == 0 { whole.to_string() } else { format!("{whole}.{}", &fraction[..places]) };
            if let Some((quick, rest)) = short_decimal(text.as_bytes()) {
                prop_assert!(rest.is_empty());
                prop_assert_eq!(quick.to_bits(), text.parse::<f64>().unwrap().to_bits());
            } else {
                prop_assert!(text.len() > 15);
            }
            prop_assert_eq!(value(text.as_bytes()), text.parse::<f64>().ok());
        }

        #[test]
        fn eight_bytes_are_eight_digits(bytes in prop::array::uniform8(0u8..)) {
            let expected = std::str::from_utf8(&bytes).ok()
                .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
                .map(|text| text.parse::<u64>().unwrap());
            prop_assert_eq!(eight_digits(bytes), expected);
        }

        #[test]
        fn eight_digits_are_a_number(number in 0u64..100_000_000) {
            let text: [u8; 8] = format!("{number:08}").into_bytes().try_into().unwrap();
            prop_assert_eq!(eight_digits(text), Some(number));
        }
    }
}
