//! Readers of single values: names, words, numbers, durations, percentages, addresses.

use std::collections::BTreeMap;

use super::decode::At;
use crate::base::{Duration, METRIC_NAME, Share, ShareError, Zone, nearest};
use crate::diag::{Code, quote};

/// A text as it stands.
pub(super) fn text(at: &At) -> Option<String> {
    at.text().map(|text| text.trim().to_owned())
}

/// A text on one line.
pub(super) fn line(at: &At) -> Option<String> {
    let text = text(at)?;
    if !text.contains(['\n', '\r']) {
        return Some(text);
    }
    at.say(at.fault(Code::Name, "the text has more than one line").help("write it on one line"))
}

/// `true` or `false`.
pub(super) fn truth(at: &At) -> Option<bool> {
    // What YAML 1.1 takes for the two, and what people are used to.
    let meant = match at.text()?.trim().to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" | "true" | "1" => "true",
        "no" | "off" | "n" | "false" | "0" => "false",
        _ => return one_of(at, &[("true", true), ("false", false)]),
    };
    match at.text()? {
        "true" => Some(true),
        "false" => Some(false),
        text => {
            let fault = at.fault(Code::UnknownWord, format!("{} cannot stand here", quote(text)));
            at.say(fault.help(format!("write `{meant}`")))
        }
    }
}

/// A name that can stand in file names, identifiers and label values without quotes.
pub(super) fn name(at: &At) -> Option<String> {
    let name = at.text()?;
    if name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
        return Some(name.to_owned());
    }
    let fault = at.fault(Code::Name, format!("{} holds characters that a name cannot hold", quote(name)));
    let help = "use letters, digits, `-`, `_` and `.`";
    at.say(fault.help(
        match joined(name, '-', |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')) {
            Some(joined) => format!("write `{joined}`, or another name of letters, digits, `-`, `_` and `.`"),
            None => help.to_owned(),
        },
    ))
}

/// A text as a name, `with` where characters stand that a name cannot hold; nothing where little would be left.
fn joined(text: &str, with: char, fits: impl Fn(char) -> bool) -> Option<String> {
    let parts = text.split(|c| !fits(c)).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let joined = parts.join(&with.to_string());
    (text.is_ascii() && joined.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(joined)
}

/// The name of a label of a metric.
pub(super) fn label_name(at: &At) -> Option<String> {
    let name = at.text()?;
    match label_name_fault(name) {
        None => Some(name.to_owned()),
        Some((message, help)) => at.say(at.fault(Code::LabelName, message).help(help)),
    }
}

/// Why a text is not the name of a label that a specification can use.
pub(super) fn label_name_fault(name: &str) -> Option<(String, String)> {
    key_fault("a label", name)
}

/// Why a text is not the name of an annotation, which is that of a label.
pub(super) fn annotation_name_fault(name: &str) -> Option<(String, String)> {
    key_fault("an annotation", name)
}

fn key_fault(what: &str, name: &str) -> Option<(String, String)> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name == METRIC_NAME {
        let message = format!("{} is the metric's name, not {what}", quote(name));
        Some((message, "name a label such as `route`".to_owned()))
    } else if name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(plain) {
        let rule = "letters, digits and `_`, with no digit first";
        let help = match joined(name, '_', plain) {
            Some(joined) => format!("write `{joined}`; a name holds {rule}"),
            None => format!("use {rule}"),
        };
        Some((format!("{} is not the name of {what}", quote(name)), help))
    } else {
        None
    }
}

/// Labels with their values.
pub(super) fn labels(at: &At) -> Option<BTreeMap<String, String>> {
    pairs(at, label_name_fault)
}

/// Annotations with their texts.
pub(super) fn annotations(at: &At) -> Option<BTreeMap<String, String>> {
    pairs(at, annotation_name_fault)
}

fn pairs(at: &At, key_fault: impl Fn(&str) -> Option<(String, String)>) -> Option<BTreeMap<String, String>> {
    let label = |entry: &super::node::Entry, at: &At| {
        if let Some((message, help)) = key_fault(&entry.key) {
            at.say::<()>(at.fault_at(Code::LabelName, entry.key_span, message).help(help));
        }
        Some((entry.key.clone(), text(at)?))
    };
    Some(at.entries(label)?.into_iter().collect())
}

/// Names of labels, none twice.
pub(super) fn label_names(at: &At) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    at.words(|at| {
        let name = label_name(at)?;
        if names.contains(&name) {
            let fault = at.fault(Code::LabelName, format!("the label {} is named twice", quote(&name)));
            return at.say(fault.help("remove one of the two"));
        }
        names.push(name);
        Some(())
    })?;
    Some(names)
}

/// One of a few words.
pub(super) fn one_of<T: Copy>(at: &At, words: &[(&'static str, T)]) -> Option<T> {
    let text = at.text()?;
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Some(*value);
    }
    let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    at.say(at.fault(Code::UnknownWord, format!("{} cannot stand here", quote(text))).help(
        match nearest(text, all.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => choice(&all),
        },
    ))
}

/// What to write where one of a few words can stand.
pub(super) fn choice(words: &[&str]) -> String {
    match words {
        [only] => format!("write `{only}`"),
        [one, other] => format!("write `{one}` or `{other}`"),
        _ => format!("write one of {}", words.join(", ")),
    }
}

/// A number, with decimals or without.
pub(super) fn number(at: &At) -> Option<f64> {
    let text = at.text()?;
    text.parse().ok().filter(|number: &f64| number.is_finite()).or_else(|| {
        let fault = at.fault(Code::Number, format!("{} is not a number", quote(text)));
        at.say(fault.help("write digits with a decimal point, such as `14.4`"))
    })
}

/// A time zone of the IANA data base.
pub(super) fn zone(at: &At) -> Option<Zone> {
    let text = at.text()?;
    text.parse().ok().or_else(|| {
        let fault = at.fault(Code::UnknownWord, format!("{} is not an IANA time zone", quote(text)));
        at.say(fault.help(match Zone::nearest(text) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write a place, such as `Europe/Berlin`, or `UTC`".to_owned(),
        }))
    })
}

/// A whole number from zero up.
pub(super) fn whole_number(at: &At) -> Option<u64> {
    let text = at.text()?;
    text.replace('_', "").parse().ok().or_else(|| {
        let fault = at.fault(Code::Number, format!("{} is not a whole number from 0 up", quote(text)));
        at.say(fault.help("write digits alone, such as `1000`"))
    })
}

/// A number above zero.
pub(super) fn positive(at: &At) -> Option<f64> {
    let text = at.text()?.trim();
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.or_else(|| {
        let fault = at.fault(Code::PositiveNumber, format!("{} is not a number above zero", quote(text)));
        at.say(fault.help("write a number such as `1`, `2.5` or `14.4`"))
    })
}

/// A length of time above zero in whole milliseconds.
pub(super) fn duration(at: &At) -> Option<Duration> {
    let text = at.text()?;
    match text.parse::<Duration>() {
        Ok(duration) if duration > Duration::ZERO => Some(duration),
        Ok(_) => {
            let fault = at.fault(Code::Duration, format!("{} is not longer than nothing", quote(text)));
            at.say(fault.help("write a length such as `30d`, `1h30m` or `5m`"))
        }
        Err(_) => at.say(not_a_duration(at, text, "`30d`, `1h30m` or `5m`")),
    }
}

/// How long a window is that ends now.
pub(super) fn window_length(at: &At) -> Option<Duration> {
    let length = duration(at)?;
    super::windows::rolling(at, length, at.text()?.trim()).map(|_| length)
}

pub(super) fn not_a_duration(at: &At, text: &str, examples: &str) -> crate::diag::Diagnostic {
    let fault = at.fault(Code::Duration, format!("{} is not a duration", quote(text)));
    let whole = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    // What is proposed would tell what the environment holds.
    let meant_duration = |text: &str| meant_duration(text).filter(|_| !at.is_secret());
    fault.help(if whole {
        format!("add the unit: `{text}s`, `{text}m`, `{text}h` or `{text}d`")
    } else if let Some(meant) = text.parse::<f64>().ok().and_then(|_| meant_duration(&format!("{text}s"))) {
        format!("add a unit to a whole number: `{meant}` if seconds are meant")
    } else if let Some(meant) = meant_duration(text) {
        format!("write `{meant}`")
    } else if text.ends_with('M') || text.ends_with("mo") || text.to_ascii_lowercase().contains("month") {
        "a month has no certain length; write `30d`, or in nines/v1 `window: {calendar: month}`".to_owned()
    } else {
        format!("write whole numbers with units from large to small, such as {examples}")
    })
}

/// The duration that a text says in other words: `30 days`, `1.5h`, `30D`, `P30D`, `2 hours 30 min`.
pub(super) fn meant_duration(text: &str) -> Option<Duration> {
    /// Words for the units, each with its length in milliseconds. A month has no certain length.
    const WORDS: [(&[&str], f64); 7] = [
        (&["ms", "msec", "msecs", "millisecond", "milliseconds"], 1.0),
        (&["s", "sec", "secs", "second", "seconds"], 1e3),
        (&["m", "min", "mins", "minute", "minutes"], 6e4),
        (&["h", "hr", "hrs", "hour", "hours"], 3.6e6),
        (&["d", "day", "days"], 8.64e7),
        (&["w", "wk", "week", "weeks"], 6.048e8),
        (&["y", "yr", "year", "years"], 365.0 * 8.64e7),
    ];
    if text.ends_with('M') {
        return None;
    }
    let lower = text.trim().to_ascii_lowercase();
    let mut rest = lower.strip_prefix('p').map_or(lower.clone(), |iso| iso.replace('t', ""));
    rest.retain(|c| !c.is_whitespace());
    let (mut rest, mut total) = (rest.as_str(), 0.0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(letters);
        let (_, unit) = WORDS.iter().find(|(words, _)| words.contains(&word))?;
        total += number.parse::<f64>().ok()? * unit;
        rest = after;
    }
    // Further than any window goes there is nothing to propose; nor where a part of a millisecond would be lost.
    let whole = total.fract() == 0.0 && (1.0..1e12).contains(&total);
    whole.then(|| Duration::millis(total as i64))
}

/// A percentage above zero.
pub(super) fn objective(at: &At) -> Option<Share> {
    let share = percentage(at)?;
    if share > Share::ZERO {
        return Some(share);
    }
    let fault = at.fault(Code::Percentage, "0 % promises nothing");
    at.say(fault.help("write the share that must be good, such as `99.9%`"))
}

/// A percentage: `90%` and `90` are the same.
pub(super) fn percentage(at: &At) -> Option<Share> {
    let text = at.text()?.trim();
    let (message, help) = match Share::from_percent(text) {
        Ok(share) if text.ends_with('%') || !is_of_one(share) => return Some(share),
        Ok(share) => {
            let percent = share.percent();
            (
                format!("{} is read as {percent} %, which is hardly meant", quote(text)),
                format!("write `{}%`; if {percent} % is meant, write `{percent}%`", of_one(&percent)),
            )
        }
        Err(ShareError::TooPrecise) => {
            let help = "write fewer decimals; 99.999 % already allows no more than 26 s in 30 days";
            (format!("{} has more than 10 decimals", quote(text)), help.to_owned())
        }
        Err(_) => not_a_percentage(text),
    };
    at.say(at.fault(Code::Percentage, message).help(help))
}

/// A share of one above zero, as other dialects write an objective: `0.999`. `percent` says where a percentage could be
/// written instead.
pub(super) fn share(at: &At, percent: &str) -> Option<Share> {
    let text = at.text()?.trim();
    let is_decimal = text.chars().all(|c| c.is_ascii_digit() || c == '.') && text.matches('.').count() <= 1;
    let (message, help) = match is_decimal.then(|| Share::from_percent(&of_one(text))) {
        Some(Ok(share)) if share > Share::ZERO => return Some(share),
        Some(Ok(_)) => {
            ("0 promises nothing".to_owned(), "write the share that must be good, such as `0.999`".to_owned())
        }
        Some(Err(ShareError::TooPrecise)) => (
            format!("{} has more than 12 decimals", quote(text)),
            "write fewer decimals; 0.99999 already allows no more than 26 s in 30 days".to_owned(),
        ),
        // 99.9 where 0.999 is meant.
        Some(Err(ShareError::OutOfRange)) => (
            format!("{} is more than 1", quote(text)),
            match Share::from_percent(text) {
                Ok(share) if share > Share::whole_percent(10) => {
                    format!("write `{}`{percent}", one_of_percent(&share.percent()))
                }
                _ => "write a share of one, such as `0.999`".to_owned(),
            },
        ),
        _ => {
            let help = match Share::from_percent(text) {
                Ok(share) if text.ends_with('%') => {
                    format!("write `{}`{percent}", one_of_percent(&share.percent()))
                }
                _ => "write a number such as `0.999`".to_owned(),
            };
            (format!("{} is not a share of one", quote(text)), help)
        }
    };
    at.say(at.fault(Code::Percentage, message).help(help))
}

/// A percentage as a share of one, its digits moved by two places: `99.95` is `0.9995`.
fn one_of_percent(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole:0>3}{fraction}");
    let (whole, fraction) = all.split_at(whole.len().max(3) - 2);
    format!("{whole}.{fraction}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whether a percentage without its sign is probably a share of one: 0.999 for 99.9 % is a usual slip, and would be a
/// promise that any service keeps.
pub(super) fn is_of_one(share: Share) -> bool {
    share > Share::ZERO && share.complement() >= Share::from_percent("99").unwrap_or(Share::ONE)
}

/// What is wrong with a text that is not a percentage, and what to write.
fn not_a_percentage(text: &str) -> (String, String) {
    let number: Option<f64> = text.trim_end_matches('%').trim_end().parse().ok();
    let decimal = text.replace(',', ".");
    if number.is_some_and(|number| number > 100.0) {
        (format!("{} is more than 100 %", quote(text)), "write a percentage of at most `100%`".to_owned())
    } else if number.is_some_and(|number| number < 0.0) {
        (format!("{} is less than 0 %", quote(text)), "write a percentage such as `99.9%`".to_owned())
    } else if Share::from_percent(&decimal).is_ok() {
        (format!("{} is not a percentage", quote(text)), format!("write `{decimal}`"))
    } else {
        let help = "write digits with a decimal point, such as `99.9%`";
        (format!("{} is not a percentage", quote(text)), help.to_owned())
    }
}

/// A share of one as a percentage, its digits moved by two places: `0.9995` is `99.95`.
pub(super) fn of_one(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<2}");
    let moved = format!("{whole}{}.{}", &fraction[..2], &fraction[2..]);
    let moved = moved.trim_start_matches('0').trim_end_matches('0').trim_end_matches('.');
    if moved.is_empty() || moved.starts_with('.') { format!("0{moved}") } else { moved.to_owned() }
}

/// An address that a report can link to. Other schemes (`javascript:`) would let a specification act in a reader's
/// browser.
pub(super) fn address(at: &At) -> Option<String> {
    let text = at.text()?.trim();
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len()
    });
    if known && !text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some(text.to_owned());
    }
    let fault =
        at.fault(Code::Address, format!("{} is not an address that a report can link to", quote(text)));
    at.say(fault.help("write it whole, such as `https://wiki.example.org/runbook`"))
}

#[cfg(test)]
mod tests {
    use super::{meant_duration, of_one, one_of_percent};

    #[test]
    fn a_duration_in_other_words_is_understood() {
        for (text, meant) in [
            ("30 days", Some("30d")),
            ("30D", Some("30d")),
            ("P30D", Some("30d")),
            ("PT1H30M", None),
            ("1.5h", Some("1h30m")),
            ("2 hours 30 min", Some("2h30m")),
            ("500 ms", Some("500ms")),
            ("1 month", None),
            ("1M", None),
            ("1.0001ms", None),
            ("", None),
            ("days", None),
            ("<500ms", None),
            ("99999999999999 y", None),
        ] {
            let said = meant_duration(text).filter(|_| !text.is_empty()).map(|meant| meant.to_string());
            assert_eq!(said.as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn a_share_of_one_becomes_a_percentage() {
        for (digits, percent) in [
            ("0.999", "99.9"),
            ("0.9995", "99.95"),
            ("1", "100"),
            ("0.5", "50"),
            ("0", "0"),
            ("0.001", "0.1"),
        ] {
            assert_eq!(of_one(digits), percent);
            assert_eq!(one_of_percent(percent), digits);
        }
    }
}
