use std::fmt;
use std::str::FromStr;

/// An exact decimal share between 0 and 1, such as an objective of 99.95 %.
///
/// Kept as parts per 10¹², so that `1 - 0.999` is `0.001` in every report and rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u64);

/// Why a text is not a share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareError {
    /// Not a decimal number.
    NotANumber,
    /// Below 0 % or above 100 %.
    OutOfRange,
    /// More decimals than can be kept exactly.
    TooPrecise,
}

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotANumber => "not a decimal percentage",
            Self::OutOfRange => "not between 0 and 100 %",
            Self::TooPrecise => "more than 10 decimals of a percent",
        })
    }
}

impl std::error::Error for ShareError {}

/// 2^53: below it every whole float is exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Share {
    /// Parts in a whole.
    const WHOLE: u64 = 1_000_000_000_000;
    /// Parts in one percent.
    const PERCENT: u64 = Self::WHOLE / 100;
    /// All of it.
    pub const ONE: Self = Self(Self::WHOLE);
    /// None of it.
    pub const ZERO: Self = Self(0);

    /// Reads a percentage: `99.9` and `99.9%` are the same share.
    pub fn from_percent(text: &str) -> Result<Self, ShareError> {
        let digits = text.trim();
        let digits = digits.strip_suffix('%').map_or(digits, str::trim_end);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(ShareError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > 10 {
            return Err(ShareError::TooPrecise);
        }
        let whole: u64 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| ShareError::OutOfRange)? };
        if whole > 100 {
            return Err(ShareError::OutOfRange);
        }
        let parts: u64 = format!("{fraction:0<10}").parse().map_err(|_| ShareError::NotANumber)?;
        let share = whole * Self::PERCENT + parts;
        if share > Self::WHOLE { Err(ShareError::OutOfRange) } else { Ok(Self(share)) }
    }

    /// So many percent, at most a hundred.
    pub const fn whole_percent(percent: u64) -> Self {
        Self(if percent > 100 { Self::WHOLE } else { percent * Self::PERCENT })
    }

    /// The smallest share that is not nothing: with it, one good event of any usual number is enough.
    pub const fn smallest() -> Self {
        Self(1)
    }

    /// The rest of the whole: what an objective allows to fail.
    #[must_use]
    pub fn complement(self) -> Self {
        Self(Self::WHOLE - self.0)
    }

    /// As the nearest float, between 0 and 1.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / Self::WHOLE as f64
    }

    /// Decimals that the percentage is written with: 2 for 99.95 %.
    pub fn decimals(self) -> usize {
        self.percent().split_once('.').map_or(0, |(_, fraction)| fraction.len())
    }

    /// The percentage in plain digits without a sign: `99.95`.
    pub fn percent(self) -> String {
        decimal(self.0 / Self::PERCENT, self.0 % Self::PERCENT, 10)
    }

    /// So much of `whole`: of 3 684 327 events 1 % is 36 843.27, without float noise where `whole` is a whole number.
    pub fn of(self, whole: f64) -> f64 {
        if !(0.0..EXACT).contains(&whole) || whole.fract() != 0.0 {
            return whole * self.as_f64();
        }
        let parts = whole as u128 * u128::from(self.0);
        let (whole, rest) = (parts / u128::from(Self::WHOLE), parts % u128::from(Self::WHOLE));
        format!("{whole}.{rest:012}").parse().unwrap_or(whole as f64)
    }

    /// Whether `part` of `whole` is at most this share, decided without rounding where both are whole
    /// numbers (`part · 10¹² ≤ share · whole`). Estimates are not told from the edge by the noise of floats.
    pub fn covers(self, part: f64, whole: f64) -> bool {
        let exact = |x: f64| (0.0..EXACT).contains(&x) && x.fract() == 0.0;
        if exact(part) && exact(whole) {
            part as u128 * u128::from(Self::WHOLE) <= whole as u128 * u128::from(self.0)
        } else {
            part <= whole * self.as_f64() * (1.0 + 1e-9)
        }
    }
}

fn decimal(whole: u64, fraction: u64, digits: usize) -> String {
    let fraction = format!("{fraction:0digits$}");
    match fraction.trim_end_matches('0') {
        "" => whole.to_string(),
        fraction => format!("{whole}.{fraction}"),
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent())
    }
}

impl FromStr for Share {
    type Err = ShareError;
    fn from_str(text: &str) -> Result<Self, ShareError> {
        Self::from_percent(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_a_percentage_with_and_without_its_sign() {
        assert_eq!(Share::from_percent("99.9"), Share::from_percent("99.9 %"));
        assert_eq!(Share::from_percent("100%"), Ok(Share::ONE));
        assert_eq!(Share::from_percent("100.1"), Err(ShareError::OutOfRange));
        assert_eq!(Share::from_percent("-1"), Err(ShareError::NotANumber));
        assert_eq!(Share::from_percent("1e2"), Err(ShareError::NotANumber));
        assert_eq!(Share::from_percent("99.99999999999"), Err(ShareError::TooPrecise));
        assert_eq!(Share::from_percent("."), Err(ShareError::NotANumber));
    }

    #[test]
    fn one_minus_an_objective_has_no_float_noise() -> Result<(), ShareError> {
        let share = Share::from_percent("99.9")?;
        assert_eq!(share.complement().as_f64().to_string(), "0.001");
        assert_eq!(share.complement().to_string(), "0.1%");
        assert_eq!(share.decimals(), 1);
        Ok(())
    }

    #[test]
    fn a_part_of_a_whole_number_has_no_float_noise() -> Result<(), ShareError> {
        assert_eq!(Share::from_percent("1")?.of(3_684_327.0).to_string(), "36843.27");
        assert_eq!(Share::from_percent("0.1")?.of(0.5).to_string(), "0.0005");
        assert_eq!(Share::ONE.of(7.0).to_string(), "7");
        Ok(())
    }

    #[test]
    fn a_budget_is_spent_exactly_at_its_edge() -> Result<(), ShareError> {
        let allowed = Share::from_percent("99.9")?.complement();
        assert!(allowed.covers(1.0, 1000.0));
        assert!(!allowed.covers(2.0, 1999.0));
        // In floats 10 000 · 0.0003 is 2.9999999999999996, and a promise that was kept would be called broken.
        assert!(Share::from_percent("99.97")?.complement().covers(3.0, 10_000.0));
        assert!(Share::ZERO.covers(0.0, 0.0));
        assert!(allowed.covers(1.000_000_000_000_000_2, 1000.0));
        assert!(allowed.covers(0.014_400_000_000_000_006, 14.399_999_999_999_92));
        assert!(!allowed.covers(1.000_001, 1000.0));
        assert!(!Share::ZERO.covers(1e-12, 1000.0));
        Ok(())
    }

    proptest! {
        #[test]
        fn prints_what_it_read(parts in 0..=Share::WHOLE) {
            let share = Share(parts);
            prop_assert_eq!(Share::from_percent(&share.percent()), Ok(share));
            prop_assert_eq!(share.complement().complement(), share);
        }
    }
}
