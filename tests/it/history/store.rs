//! The file of a history, whoever is killed, cuts it, changes it or writes at the same time.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration as Time, Instant};

use nines::app::store::{self, Refusal, Writer};
use nines::base::{Duration, Moment};
use nines::history::{Book, Broken, Coverage, Day, Origin, Record, begin, encode, prune, read};

use crate::support::run::NOW;
use crate::support::tempdir::TempDir;

/// Names the history that a child process writes to.
const CHILD: &str = "NINES_TEST_HISTORY";

fn now() -> Moment {
    NOW.parse().unwrap()
}

/// A day so many days after 1970 began, with as many events as days.
pub(super) fn day(number: usize) -> Day {
    let from = Moment::from_secs(0) + Duration::days(number as i64);
    Day {
        id: "shop/availability".to_owned(),
        service: "shop".to_owned(),
        slo: "availability".to_owned(),
        contract: None,
        group: std::collections::BTreeMap::new(),
        sli: "events".to_owned(),
        method: "occurrences".to_owned(),
        slices: None,
        clause: None,
        zone: "UTC".to_owned(),
        date: from.to_string()[..10].to_owned(),
        from,
        to: from + Duration::days(1),
        good: number as f64 - 0.1,
        bad: 0.1,
        total: number as f64,
        unseen: false,
        events: None,
        raw: None,
        excluded_s: 0.0,
        excluded: Vec::new(),
        coverage: Coverage {
            ratio: Some(1.0),
            looked_s: 86_400.0,
            covered_s: 86_400.0,
            unusable_s: 0.0,
            gaps: Vec::new(),
        },
        objective: "99%".to_owned(),
        spec_hash: "sha256:0".to_owned(),
        source: Origin { kind: "local".to_owned(), url: "data".to_owned(), engine: "nines".to_owned() },
        tool: "0".to_owned(),
        recorded_at: now(),
        replaces: None,
    }
}

fn records(numbers: std::ops::Range<usize>) -> Vec<Record> {
    numbers.map(|number| Record::Day(Box::new(day(number)))).collect()
}

fn writer(path: &Path, wait: Duration) -> Result<(Writer, Vec<String>), Refusal> {
    let mut warnings = Vec::new();
    Writer::open(path, wait, now(), &mut warnings).map(|writer| (writer, warnings))
}

fn written(path: &Path) -> Writer {
    writer(path, Duration::seconds(5)).unwrap().0
}

/// The numbers of the days in a history, in the order of the file.
fn numbers(path: &Path) -> Vec<usize> {
    let log = store::read(path, &mut Vec::new()).unwrap();
    let number = |record: &Record| match record {
        Record::Day(day) => Some(day.total as usize),
        _ => None,
    };
    log.entries.iter().filter_map(|entry| number(entry.record.as_ref()?)).collect()
}

#[expect(clippy::disallowed_methods, reason = "a test's own file")]
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// What a child process does: appends batches of growing and shrinking size until it is killed, and says what was
/// acknowledged.
#[test]
#[ignore = "is the child of other tests"]
fn child_that_writes() {
    let Ok(path) = environment(CHILD) else { return };
    let path = Path::new(&path);
    let mut next = numbers(path).len();
    let (mut writer, _) = writer(path, Duration::seconds(30)).unwrap();
    let mut out = std::io::stdout();
    for round in 0.. {
        let size = [1, 3, 400, 1, 40][round % 5];
        writer.append(&records(next..next + size)).unwrap();
        next += size;
        writeln!(out, "has {next}").unwrap();
        out.flush().unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "how a test tells its child what to do")]
fn environment(name: &str) -> Result<String, std::env::VarError> {
    std::env::var(name)
}

fn child(path: &Path) -> Child {
    let exe = std::env::current_exe().unwrap();
    Command::new(exe)
        .args(["--exact", "history::store::child_that_writes", "--ignored", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Every number up to the last that was acknowledged, and at most one batch more, each once and in order.
#[test]
fn a_writer_that_is_killed_loses_nothing_that_it_acknowledged() {
    const KILLS: u64 = 300;
    let home = TempDir::new("killed");
    let path = home.path().join("history.jsonl");
    let (mut acknowledged, mut tails, mut unsaid) = (0, 0, 0);
    drop(written(&path));
    for kill in 0..KILLS {
        // A file that grows for ever would make every start slower.
        if kill % 20 == 0 {
            std::fs::remove_file(&path).unwrap();
            drop(written(&path));
            acknowledged = 0;
        }
        let mut child = child(&path);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut said = |line: String| {
            if let Some(number) = line.strip_prefix("has ") {
                acknowledged = number.parse().unwrap();
            }
        };
        // Killed some time after its first word, so that all stages of a write are met.
        for line in lines.by_ref() {
            let begun = line.starts_with("has ");
            said(line);
            if begun {
                break;
            }
        }
        std::thread::sleep(Time::from_micros(kill * 7919 % 12_000));
        child.kill().unwrap();
        child.wait().unwrap();
        lines.for_each(said);

        let log = read(&bytes(&path)).unwrap();
        tails += u32::from(log.tail.is_some());
        let found = numbers(&path);
        assert!(found.len() >= acknowledged, "kill {kill}: {} of {acknowledged} are left", found.len());
        assert!(found.iter().copied().eq(0..found.len()), "kill {kill}: {found:?}");
        unsaid += u32::from(found.len() > acknowledged);
        // The next one can write.
        drop(written(&path));
        assert_eq!(numbers(&path).len(), found.len());
    }
    println!("{KILLS} kills: {tails} left a part of a batch, {unsaid} a whole one that nobody was told of");
}

#[test]
fn what_is_cut_off_anywhere_is_the_batches_before() {
    let home = TempDir::new("cut");
    let path = home.path().join("history.jsonl");
    let mut writer = written(&path);
    writer.append(&records(0..2)).unwrap();
    writer.append(&records(2..5)).unwrap();
    drop(writer);
    let whole = bytes(&path);
    let ends = |count: usize| whole.split_inclusive(|&byte| byte == b'\n').take(count).map(<[u8]>::len).sum();
    let (head, first): (usize, usize) = (ends(1), ends(3));
    for length in 0..whole.len() {
        let log = read(&whole[..length]).unwrap_or_else(|why| panic!("{length} bytes: {why}"));
        let expected = if length < first { 0 } else { 2 };
        assert_eq!(log.entries.len(), expected, "{length} bytes");
        let whole_at = if length < head {
            0
        } else if length < first {
            head
        } else {
            first
        };
        assert_eq!(
            (log.whole, log.tail.map(|tail| tail.bytes).unwrap_or_default()),
            (whole_at, length - whole_at)
        );
    }
    // The next writer goes on where the last whole batch ended, and says what it cut off.
    for length in (0..whole.len()).step_by(97) {
        home.write("history.jsonl", &whole[..length]);
        let before = numbers(&path);
        let (mut writer, warnings) = self::writer(&path, Duration::seconds(5)).unwrap();
        let has_tail = ![0, head, first].contains(&length);
        assert_eq!(
            warnings.iter().any(|warning| warning.contains("were cut off")),
            has_tail,
            "{length}: {warnings:?}"
        );
        writer.append(&records(7..9)).unwrap();
        drop(writer);
        assert_eq!(numbers(&path), [&before[..], &[7, 8]].concat(), "{length} bytes");
    }
}

#[test]
fn a_changed_line_is_told_with_its_number_and_nothing_is_read() {
    let home = TempDir::new("changed");
    let path = home.path().join("history.jsonl");
    let mut writer = written(&path);
    (0..4).for_each(|number| writer.append(&records(number..number + 1)).unwrap());
    drop(writer);
    let text = String::from_utf8(bytes(&path)).unwrap();
    home.write("history.jsonl", text.replacen("\"total\":1.0", "\"total\":9.0", 1));
    let error = format!("{:#}", store::read(&path, &mut Vec::new()).unwrap_err());
    assert!(error.contains("line 3 is not as it was written: its checksum says"), "{error}");
    assert!(error.contains("put back a copy of the file, or take away line 3 and all after it"), "{error}");
    assert!(
        matches!(self::writer(&path, Duration::seconds(5)), Err(Refusal::Failed(_))),
        "nobody writes to it"
    );
    // A line that was taken away, or put in again, is seen by its number.
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without = [&lines[..2], &lines[3..]].concat().concat();
    let twice = [&lines[..3], &lines[2..]].concat().concat();
    for (text, line, why) in [
        (without, 3, "it has number 3, and 2 should follow"),
        (twice, 4, "it has number 2, and 3 should follow"),
    ] {
        assert_eq!(read(text.as_bytes()), Err(Broken::Line { line, why: why.to_owned() }));
    }
    // So is one of a batch.
    let mut batch = encode(&records(0..3), 1);
    batch = batch.replacen("\"seq\":1,\"left\":2", "\"seq\":1,\"left\":3", 1);
    assert!(read((begin(now()) + &batch).as_bytes()).is_err());
    // At the very end it is what a crash may leave.
    let log = read(text.replacen("\"total\":3.0", "\"total\":9.0", 1).as_bytes()).unwrap();
    assert_eq!((log.entries.len(), log.tail.map(|tail| tail.line)), (3, Some(5)));
}

#[test]
fn what_is_no_history_is_left_alone() {
    let home = TempDir::new("other");
    for text in ["apiVersion: nines/v1\n", "{\"a\": 1}\n{\"a\": 2}\n", "x"] {
        let path = home.write("other", text);
        assert_eq!(read(text.as_bytes()), Err(Broken::NotAHistory), "{text}");
        let Err(Refusal::Failed(error)) = writer(&path, Duration::seconds(5)) else {
            panic!("{text} is written to")
        };
        assert!(format!("{error:#}").contains("not a history of nines"), "{error:#}");
        assert_eq!(bytes(&path), text.as_bytes());
    }
}

/// A line as some later version may write it: by the same rules, with words that this version does not know.
fn later_line(fields: &str) -> String {
    let body = fields.trim_end_matches('}');
    format!("{body},\"crc\":\"{:08x}\"}}\n", crc32c::crc32c(body.as_bytes()))
}

#[test]
fn what_a_later_version_says_is_kept_and_passed_over() {
    let home = TempDir::new("later");
    let path = home.path().join("history.jsonl");
    let mut writer = written(&path);
    writer.append(&records(20_000..20_001)).unwrap();
    drop(writer);
    let known = String::from_utf8(bytes(&path)).unwrap();
    let new_kind = later_line(r#"{"seq":2,"left":0,"kind":"weather","sun":true}"#);
    let day = known.lines().nth(1).unwrap();
    let more = day.replace("\"seq\":1", "\"seq\":3").replace("1974-10", "2024-10");
    let more = later_line(&format!("{},\"mood\":\"good\"}}", more.split(",\"crc\"").next().unwrap()));
    home.write("history.jsonl", format!("{known}{new_kind}{more}"));
    let mut warnings = Vec::new();
    let log = store::read(&path, &mut warnings).unwrap();
    assert_eq!((log.entries.len(), log.unknown()), (3, 1));
    assert!(warnings[0].contains("1 records are of kinds that this version does not know"), "{warnings:?}");
    // Pruning keeps the words too.
    let (text, pruned) = prune(&log, "2999-01-01", now()).unwrap();
    assert_eq!(pruned.records, 2);
    assert!(text.contains("\"sun\":true") && !text.contains("mood"), "{text}");
    let (text, _) =
        prune(&read(format!("{known}{new_kind}").as_bytes()).unwrap(), "2999-01-01", now()).unwrap();
    assert_eq!(read(text.as_bytes()).unwrap().entries.len(), 2, "the unknown one, and the note");

    let head = later_line(r#"{"seq":0,"left":0,"format":"nines-history","version":2}"#);
    let error = read(head.as_bytes()).unwrap_err();
    assert_eq!(error, Broken::Later(2));
    assert!(error.to_string().contains("use the version that wrote it, or a later one"), "{error}");
}

#[test]
fn of_two_writers_one_waits_or_is_refused_in_words() {
    let home = TempDir::new("two");
    let path = home.path().join("history.jsonl");
    let first = written(&path);
    let begun = Instant::now();
    let Err(Refusal::Locked(why)) = writer(&path, Duration::millis(100)) else { panic!("two write at once") };
    assert!(begun.elapsed() >= Time::from_millis(100));
    let lock = home.path().join("history.jsonl.lock");
    assert!(why.contains(&format!("process {}", std::process::id())), "{why}");
    assert!(why.contains(&lock.display().to_string()) && why.contains("wait longer with --wait"), "{why}");
    // A reader need not wait, and what the other has not finished is no crash's doing.
    let log = store::read(&path, &mut Vec::new()).unwrap();
    assert!(log.entries.is_empty());
    // Whoever waits gets it when the other is done, and sees what that one wrote.
    let waiting = {
        let path = path.clone();
        std::thread::spawn(move || {
            let (mut second, _) = writer(&path, Duration::seconds(20)).unwrap();
            let found = second.log().entries.len();
            second.append(&records(5..6)).unwrap();
            found
        })
    };
    std::thread::sleep(Time::from_millis(100));
    let mut first = first;
    first.append(&records(0..5)).unwrap();
    drop(first);
    assert_eq!(waiting.join().unwrap(), 5);
    assert_eq!(numbers(&path), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn pruning_puts_a_whole_file_in_place_or_none() {
    let home = TempDir::new("pruned");
    let path = home.path().join("history.jsonl");
    let mut writer = written(&path);
    writer.append(&records(0..40)).unwrap();
    let before = bytes(&path);
    // What a prune that was killed left beside it is nothing.
    home.write(".history.jsonl.1.part", "half of it");
    assert_eq!(numbers(&path).len(), 40);
    let pruned = writer.prune("1970-02-01", now()).unwrap().unwrap();
    assert_eq!(
        (pruned.records, pruned.first.as_str(), pruned.last.as_str()),
        (31, "1970-01-01", "1970-01-31")
    );
    assert!(bytes(&path).len() < before.len());
    // The same writer goes on in the new file; whoever waited for it is not in the old one.
    writer.append(&records(40..41)).unwrap();
    assert_eq!(writer.prune("1970-01-01", now()).unwrap(), None, "nothing is older");
    drop(writer);
    assert_eq!(numbers(&path), (31..41).collect::<Vec<_>>());
    let book = Book::of(&store::read(&path, &mut Vec::new()).unwrap());
    assert_eq!(book.pruned, [pruned]);
    // Where the new file cannot be made, the old one stays.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mut writer = written(&path);
        let whole = bytes(&path);
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
        let result = writer.prune("2000-01-01", now());
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        // Root may write everywhere.
        assert!(result.is_err() == (bytes(&path) == whole));
    }
}

#[test]
fn what_is_written_again_takes_the_place_and_the_old_stays() {
    let home = TempDir::new("again");
    let path = home.path().join("history.jsonl");
    let mut writer = written(&path);
    writer.append(&records(3..4)).unwrap();
    let mut again = day(3);
    again.bad = 2.0;
    writer.append(&[Record::Day(Box::new(again))]).unwrap();
    drop(writer);
    let book = Book::of(&store::read(&path, &mut Vec::new()).unwrap());
    let kept = book.stored(&day(3)).unwrap();
    assert_eq!((kept.seq, kept.day.bad, kept.earlier.len(), kept.earlier[0].bad), (2, 2.0, 1, 0.1));
    assert!(day(3).says_the_same(&kept.earlier[0]) && !day(3).says_the_same(&kept.day));
}
