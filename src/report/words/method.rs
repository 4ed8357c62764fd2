use super::objective;
use super::time::duration;
use crate::slo::{Empty, Method};

/// What a budget counts, in a sentence's part: `slices of 1 m, good with at least 95 % good events`. `slice_s` is the length
/// of the slices that the indicator judges by itself, where it does.
pub fn method(method: Method, slice_s: Option<f64>) -> String {
    let empty = |empty: Empty, min_events: Option<u64>| {
        let which = match min_events {
            Some(least) => format!("a slice with fewer than {least} events"),
            None => "an empty slice".to_owned(),
        };
        match empty {
            Empty::Good => format!("; {which} is good"),
            Empty::Bad => format!("; {which} is bad"),
            Empty::Ignore if min_events.is_some() => format!("; {which} does not count"),
            Empty::Ignore => String::new(),
        }
    };
    match (method, slice_s) {
        (Method::Occurrences, None) => "good events among all".to_owned(),
        (Method::Occurrences, Some(slice_s)) => {
            format!("the mean over slices of {}", duration(slice_s))
        }
        (Method::Timeslices { slice, target, empty: of_empty, min_events, consecutive }, _) => {
            let run = match consecutive {
                1 => String::new(),
                run => format!("; bad ones count from {run} in a row"),
            };
            let slice = duration(slice.as_secs());
            let needed = if target == crate::base::Share::smallest() {
                "any good event".to_owned()
            } else {
                format!("at least {} good", objective(target))
            };
            format!("slices of {slice}, good with {needed}{run}{}", empty(of_empty, min_events))
        }
        (Method::RatioTimeslices { slice, empty: of_empty, min_events }, _) => {
            let slice = duration(slice.as_secs());
            format!("the mean share of good of slices of {slice}{}", empty(of_empty, min_events))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slo::Preset;

    #[test]
    fn each_preset_says_what_it_counts() {
        let of = |preset: Preset| method(preset.method(), None);
        assert_eq!(
            of(Preset::Atlassian),
            "slices of 1 m, good with at least 95 % good; an empty slice is good"
        );
        assert_eq!(
            of(Preset::GoogleCloud),
            "slices of 1 m, good with at least 90 % good; a slice with fewer than 100 events is good"
        );
        assert_eq!(of(Preset::Azure), "slices of 1 m, good with any good event; an empty slice is good");
        assert_eq!(of(Preset::Aws), "the mean share of good of slices of 5 m; an empty slice is good");
    }
}
