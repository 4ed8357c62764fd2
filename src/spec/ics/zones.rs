//! Which zone a calendar file means by a name of its own.

use std::collections::BTreeMap;

use crate::base::Zone;

/// Zones by the names that Windows, Outlook and Exchange have for them (the zone of the land that the name tells).
const WINDOWS: &[(&str, &str)] = &[
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Arab Standard Time", "Asia/Riyadh"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("Argentina Standard Time", "America/Buenos_Aires"),
    ("Atlantic Standard Time", "America/Halifax"),
    ("Cen. Australia Standard Time", "Australia/Adelaide"),
    ("Central America Standard Time", "America/Guatemala"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Central Standard Time", "America/Chicago"),
    ("Central Standard Time (Mexico)", "America/Mexico_City"),
    ("China Standard Time", "Asia/Shanghai"),
    ("Coordinated Universal Time", "UTC"),
    ("E. Australia Standard Time", "Australia/Brisbane"),
    ("E. Africa Standard Time", "Africa/Nairobi"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Eastern Standard Time", "America/New_York"),
    ("Egypt Standard Time", "Africa/Cairo"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("GMT Standard Time", "Europe/London"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("Hawaiian Standard Time", "Pacific/Honolulu"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("Lord Howe Standard Time", "Australia/Lord_Howe"),
    ("Morocco Standard Time", "Africa/Casablanca"),
    ("Mountain Standard Time", "America/Denver"),
    ("Nepal Standard Time", "Asia/Kathmandu"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Newfoundland Standard Time", "America/St_Johns"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Pakistan Standard Time", "Asia/Karachi"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("SA Pacific Standard Time", "America/Bogota"),
    ("SE Asia Standard Time", "Asia/Bangkok"),
    ("Samoa Standard Time", "Pacific/Apia"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("Taipei Standard Time", "Asia/Taipei"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("US Mountain Standard Time", "America/Phoenix"),
    ("UTC", "UTC"),
    ("W. Australia Standard Time", "Australia/Perth"),
    ("W. Central Africa Standard Time", "Africa/Lagos"),
    ("W. Europe Standard Time", "Europe/Berlin"),
];

/// The zone of a name (`TZID`): one of the IANA data base, also behind a path (`/example.org/2025/Europe/Berlin`); the
/// place that the file itself gives for it (`X-LIC-LOCATION`); one of Windows.
pub(super) fn zone(name: &str, places: &BTreeMap<String, String>) -> Option<Zone> {
    let name = name.trim();
    let of_windows = || WINDOWS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.parse().ok();
    iana(name).or_else(|| iana(places.get(name)?)).or_else(of_windows)
}

fn iana(name: &str) -> Option<Zone> {
    let rest = |after: usize| name.get(after + 1..).and_then(|rest| rest.parse().ok());
    let behind_path = || name.match_indices('/').find_map(|(at, _)| rest(at));
    name.parse().ok().or_else(|| name.starts_with('/').then(behind_path).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_several_ways() {
        let places = BTreeMap::from([("Our clock".to_owned(), "Asia/Kathmandu".to_owned())]);
        let found = |name| zone(name, &places).map(|zone| zone.to_string());
        for (name, is) in [
            ("Europe/Berlin", Some("Europe/Berlin")),
            (
                "/mozilla.org/20050126_1/America/Argentina/Buenos_Aires",
                Some("America/Argentina/Buenos_Aires"),
            ),
            ("Our clock", Some("Asia/Kathmandu")),
            ("W. Europe Standard Time", Some("Europe/Berlin")),
            ("Customized Time Zone", None),
            ("", None),
        ] {
            assert_eq!(found(name).as_deref(), is, "{name}");
        }
    }

    #[test]
    fn every_zone_of_the_table_is_one() {
        assert!(WINDOWS.iter().all(|(_, zone)| zone.parse::<Zone>().is_ok()));
    }
}
