//! Calendar files: read as exclusions and followed, with every fault told.

use nines::base::{Interval, Moment, Zone};
use nines::diag::{Diagnostics, Files, Style};
use nines::spec::{Environment, read_in_zone};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "ics",
    run,
    seeds: || SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(),
    words: WORDS,
    // A rule may come 65535 times in what is asked about.
    memory: |length| (64 << 20) + 2048 * length,
};

const SPEC: &str = "apiVersion: nines/v1\nservice: a\nslos:\n- {name: b, objective: 99%, window: 1d, sli: {events: {bad: x_total, total: y_total}}}\n";

const SEEDS: &[&str] = &[
    "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:Europe/Berlin\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Berlin:20260301T023000\r\nDTEND;TZID=Europe/Berlin:20260301T031500\r\n\
     RRULE:FREQ=WEEKLY;BYDAY=SU\r\nEXDATE;TZID=Europe/Berlin:20260315T023000\r\nCREATED:20260201T090000Z\r\nSUMMARY:A\\, b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\nX-LIC-LOCATION:Pacific/Apia\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=\"Ours\":20111229T120000\n\
     DURATION:P1DT2H\nRRULE:FREQ=DAILY;COUNT=5\nRDATE;VALUE=PERIOD:20260302T023000Z/PT1H,20260302T023000Z/20260303T023000Z\nORGANIZER;CN=\"A, B\":mailto:a@b\nCATEGORIES:A B,C\nEND:VEVENT\n\
     BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260302T023000Z\nSTATUS:CANCELLED\nEND:VEVENT\nEND:VCALENDAR\n",
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:d\nDTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=-1;UNTIL=20270101\nBEGIN:VALARM\nTRIGGER:-PT15M\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n",
];

const WORDS: &[&str] = &[
    "\n",
    "\r\n ",
    "\n\t",
    ":",
    ";",
    ",",
    "\"",
    "\\n",
    "\\,",
    "BEGIN:VEVENT\n",
    "END:VEVENT\n",
    "END:VCALENDAR\n",
    "BEGIN:VALARM\n",
    "RRULE:FREQ=MINUTELY\n",
    "RRULE:FREQ=HOURLY;INTERVAL=65535;BYMONTH=2;BYMONTHDAY=30\n",
    "FREQ=YEARLY",
    "FREQ=SECONDLY",
    ";COUNT=65535",
    ";COUNT=0",
    ";INTERVAL=0",
    ";UNTIL=19700101T000000Z",
    ";BYDAY=5MO",
    ";BYWEEKNO=53",
    ";BYSETPOS=366",
    "00010101T000000Z",
    "99991231T235959",
    "20260229",
    "20261025T023000",
    "TZID=W. Europe Standard Time",
    "TZID=/x/Europe/Berlin",
    "P3660D",
    "PT99999999H",
    "-P1D",
    "é",
    "\u{0}",
    "\u{feff}",
];

fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let mut files = Files::new();
    files.add("a.yaml", SPEC);
    files.add("fuzz.ics", text);
    let mut faults = Diagnostics::new();
    let (specs, _) = read_in_zone(&files, Environment::EMPTY, Some(Zone::UTC), &mut faults);
    assert_eq!(specs.len(), 1, "the specification beside it is read");
    for fault in faults.with_silenced() {
        assert!(!fault.message.is_empty(), "a fault without a message");
        let text = files.text(fault.primary.file);
        assert!(text.get(fault.primary.span.range()).is_some(), "{:?} is no place", fault.primary.span);
    }
    assert_eq!(
        faults.to_text(&files, Style { color: true }).is_empty(),
        faults.is_empty(),
        "a text without faults"
    );
    let day = Interval::new(Moment::from_secs(1_774_738_800), Moment::from_secs(1_774_825_200));
    for exclusion in &specs[0].exclusions {
        let Ok(times) = exclusion.when.times(day) else { continue };
        assert!(times.iter().all(|time| time.from < day.to && time.to > day.from), "it is elsewhere");
        assert!(times.is_sorted(), "out of order");
    }
}
