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
    while let Some(eight) = rest.first_chunk::<8>() {
        let (number, length) = first_digits(*eight);
        so_far = so_far.wrapping_mul(WHOLE_TENS[length]).wrapping_add(number);
        (rest, count) = (rest.get(length..).unwrap_or_default(), count + length);
        if length < 8 {
            return (so_far, count, rest);
        }
    }
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        so_far = so_far.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        (rest, count) = (after, count + 1);
    }
    (so_far, count, rest)
}

/// The powers of ten that up to eight digits are below of.
const WHOLE_TENS: [u64; 9] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The number that the digits among eight bytes write until one is none, and how many they are. All at once in one word:
/// a loop would have to guess how many there are.
#[inline]
fn first_digits(bytes: [u8; 8]) -> (u64, usize) {
    let word = u64::from_le_bytes(bytes) ^ DIGITS;
    let length = above(word, ABOVE_NINE).trailing_zeros() / 8;
    // Moved to the end, zeros before them.
    (eight_ones(word.checked_shl(64 - 8 * length).unwrap_or(0)), length as usize)
}

/// What a byte must be, as it is taken away from it: of a digit its number is left.
const DIGITS: u64 = 0x3030_3030_3030_3030;
/// What is added to a byte to set its top bit where it is more than nine.
const ABOVE_NINE: u64 = 0x7676_7676_7676_7676;

/// The top bit of each byte that is too large, up to the first of them; behind it any bits, since sums are carried there.
#[inline]
fn above(word: u64, what: u64) -> u64 {
    (word.wrapping_add(what) | word) & 0x8080_8080_8080_8080
}

/// The number of eight digits, each in its byte, summed up in pairs, fours and eights.
#[inline]
fn eight_ones(ones: u64) -> u64 {
    let pairs = (ones.wrapping_mul(10) + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours.wrapping_mul(10_000) + (fours >> 32)) & 0xffff_ffff
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
    // Whole numbers with a sign are made floats in one step.
    let value = number as i64 as f64;
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

/// Seconds as nearly all writers write them at the end of a line: ten digits and three decimals, in milliseconds. As its
/// length is known, what comes behind it can be read at the same time.
#[inline]
fn usual_seconds(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (first, second) = bytes.first_chunk::<16>()?.split_first_chunk::<8>()?;
    let first = u64::from_le_bytes(*first) ^ DIGITS;
    // Two digits, a point, three digits, a line feed, any byte.
    let second = u64::from_le_bytes(*second.first_chunk()?) ^ 0x000a_3030_302e_3030;
    if above(first, ABOVE_NINE) | above(second, 0x007f_7676_767f_7676) & 0x00ff_ffff_ffff_ffff != 0 {
        return None;
    }
    // Without the point, behind three zeros.
    let five = (second << 24) & 0xffff << 24 | (second << 16) & 0x00ff_ffff << 40;
    let ms = eight_ones(first) * 100_000 + eight_ones(five);
    Some((ms as i64, bytes.get(14..)?))
}

/// Seconds with at most three decimals, in milliseconds.
#[inline]
pub(super) fn short_seconds(bytes: &[u8]) -> Option<(i64, &[u8])> {
    if let Some(found) = usual_seconds(bytes) {
        return Some(found);
    }
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
        fn usual_seconds_are_seconds(ms in 0i64..9_999_999_999_999, at in 0usize..16, byte: u8) {
            let text = format!("{:010}.{:03}\n ", ms / 1000, ms % 1000);
            prop_assert_eq!(usual_seconds(text.as_bytes()), Some((ms, &b"\n "[..])));
            let mut bytes = text.into_bytes();
            bytes[at] = byte;
            if let Some((ms, rest)) = usual_seconds(&bytes) {
                prop_assert_eq!((rest.len(), rest[0]), (2, b'\n'));
                prop_assert_eq!(seconds(&bytes[..14]), Some(ms as f64));
            }
        }

        #[test]
        fn digits_end_where_the_first_byte_is_none(bytes in prop::collection::vec(
            prop_oneof![4 => b'0'..=b'9', 1 => any::<u8>()], 8..30,
        )) {
            let length = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
            let (number, count, rest) = digits(&bytes, 0);
            prop_assert_eq!((count, rest), (length, &bytes[length..]));
            if (1..=19).contains(&length) {
                prop_assert_eq!(number, std::str::from_utf8(&bytes[..length]).unwrap().parse::<u64>().unwrap());
            }
            let eight = *bytes.first_chunk().unwrap();
            let short = length.min(8);
            let expected = std::str::from_utf8(&bytes[..short]).unwrap().parse().unwrap_or(0);
            prop_assert_eq!(first_digits(eight), (expected, short));
        }
    }
}
