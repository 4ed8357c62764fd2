use super::super::laws::without_brackets;
use super::*;

fn read(text: &str) -> Expr {
    parse(text, &ParseOptions::default()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

#[test]
fn canonical_form() {
    for (text, printed) in [
        ("SUM(x) BY (a)", "sum by (a) (x)"),
        ("sum by(a,)(x)", "sum by (a) (x)"),
        ("sum by () (x)", "sum(x)"),
        ("avg without (a, \"b.c\") (x)", "avg without (a, \"b.c\") (x)"),
        ("topk(5, x)", "topk(5, x)"),
        ("up{a='b',c!=\"d\",e=~`f`,g!~\"h\",}", "up{a=\"b\",c!=\"d\",e=~\"f\",g!~\"h\"}"),
        ("{\"my.metric\", \"my.label\"=\"x\"}", "{\"my.metric\",\"my.label\"=\"x\"}"),
        ("{\"up\", a=\"b\"}", "up{a=\"b\"}"),
        ("{__name__=\"up\"}", "{__name__=\"up\"}"),
        ("x[5m] offset 1h @ 10", "x[5m] @ 10.000 offset 1h"),
        ("x @ start() offset -90s", "x @ start() offset -1m30s"),
        ("x @ -1.5", "x @ -1.500"),
        ("sum(x)[1h:5m] offset 300 @ END()", "sum(x)[1h:5m] @ end() offset 5m"),
        ("x[ 1h : ]", "x[1h:]"),
        ("x[300]", "x[5m]"),
        ("-1 ^ 2", "-1 ^ 2"),
        ("- 1", "-1"),
        ("2 ^ -1", "2 ^ -1"),
        ("1 + 5m", "1 + 5m"),
        ("0x1F + 0755 + 1e3 + .5 + 5.", "31 + 493 + 1000 + 0.5 + 5"),
        ("+iNf - naN", "+Inf - NaN"),
        ("a > Bool b", "a > bool b"),
        ("a * on(x) group_left b", "a * on (x) group_left () b"),
        ("a / ignoring(x, y) group_right(z) b", "a / ignoring (x, y) group_right (z) b"),
        ("a OR on() vector(0)", "a or on () vector(0)"),
        ("a # that\n+ # this\r b", "a + b"),
        ("sum + by{} - offset offset 5m", "sum + by - offset offset 5m"),
        ("and and and", "and and and"),
        (
            "sum by (on, bool, by, atan2, group_left, a:b) (x)",
            "sum by (on, bool, by, atan2, group_left, \"a:b\") (x)",
        ),
        ("x{sum=\"1\", without=\"2\", inf=\"3\"}", "x{sum=\"1\",without=\"2\",inf=\"3\"}"),
        ("job:x:rate5m", "job:x:rate5m"),
        ("fill + fill_left{a=\"b\"}", "fill + fill_left{a=\"b\"}"),
        ("\"a\\n\" ", "\"a\\n\""),
        ("{\"a\", \"b\"}", "{\"a\",__name__=\"b\"}"),
        ("a atan2 b", "a atan2 b"),
    ] {
        assert_eq!(read(text).to_string(), printed, "{text}");
    }
}

#[test]
fn operators_bind_as_in_prometheus() {
    for (text, grouped) in [
        ("a + b * c ^ d", "a + (b * (c ^ d))"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("a - b - c", "(a - b) - c"),
        ("-a ^ b", "-(a ^ b)"),
        ("-a * b", "(-a) * b"),
        ("2 ^ -a * b", "(2 ^ (-a)) * b"),
        ("a or b and c unless d", "a or ((b and c) unless d)"),
        ("a and b > c + d atan2 e", "a and (b > (c + (d atan2 e)))"),
        ("a < b == c", "(a < b) == c"),
        ("-a offset 5m + b", "(-(a offset 5m)) + b"),
    ] {
        assert_eq!(without_brackets(read(text)), without_brackets(read(grouped)), "{text}");
    }
}

/// Each fault of a text: the text it points at, and its message.
fn faults(text: &str) -> Vec<(&str, String)> {
    let faults = parse(text, &ParseOptions::default()).expect_err(text);
    faults.into_iter().map(|fault| (&text[fault.span.range()], fault.message)).collect()
}

/// Asserts that a text has exactly these faults, each `place: message`.
fn assert_faults(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        let found: Vec<String> =
            faults(text).into_iter().map(|(place, message)| format!("{place}: {message}")).collect();
        assert_eq!(&found, expected, "{text}");
    }
}

#[test]
fn faults_of_syntax() {
    assert_faults(&[
        ("", &[": the query is empty"]),
        ("  # nothing", &[": the query is empty"]),
        ("foo +", &[": expected an expression, found the end of the query"]),
        ("foo bar", &["bar: expected an operator or the end of the query, found \"bar\""]),
        ("foo)", &["): \")\" closes nothing"]),
        ("on", &["on: \"on\" is a keyword, expected an expression"]),
        ("foo{a}", &["}: expected =, !=, =~ or !~ after the label, found \"}\""]),
        ("foo{a=b}", &["b: expected a string in quotes, found \"b\""]),
        ("foo{\"bar\"}", &["\"bar\": the metric's name is given twice: \"foo\" and \"bar\""]),
        ("foo{a=~\"(\"}", &["\"(\": not a regular expression: unclosed group"]),
        ("foo{a=\"\\q\"}", &["\"\\q\": unknown escape \"\\q\""]),
        ("{\"\"=\"x\"}", &["\"\": a label must have a name"]),
        ("sum by (without) (x)", &["without: \"without\" is a keyword, expected a label"]),
        ("topk(foo)", &["topk(foo): topk() takes 2 arguments, found 1"]),
        ("rate(x[5m],)", &[",: no comma may follow the last argument"]),
        ("a + bool b", &["bool: \"bool\" goes with comparisons only"]),
        ("a * group_left b", &["group_left: \"group_left\" needs \"on\" or \"ignoring\" before it"]),
        ("a and on(x) group_left b", &["group_left: \"group_left\" does not go with \"and\""]),
        ("a * on(x) group_left(x) b", &["*: label \"x\" must not be in both \"on\" and \"group_left\""]),
        ("x @ foo", &["foo: expected a time in seconds since 1970, start() or end(), found \"foo\""]),
        ("x @ Inf", &["Inf: \"Inf\" is out of range for a time"]),
        ("foo offset 5m offset 1m", &["offset 1m: \"offset\" is given twice"]),
        ("sum(foo) offset 5m", &["offset 5m: \"offset\" goes with a selector or a subquery only"]),
        ("foo offset 5m[5m]", &["[5m]: a range stands before \"offset\" and \"@\""]),
        ("sum(foo)[5m]", &["[5m]: a range selects series; only a selector can have one"]),
        ("foo[5m][5m]", &["[5m]: this has a range already"]),
        ("foo[0s]", &["0s: a length of time must be longer than zero"]),
        ("foo[-5m]", &["-5m: a length of time must be longer than zero"]),
        ("foo[300y]", &["300y: a duration must be shorter than 292 years"]),
        ("foo[5m", &["[: \"[\" is not closed"]),
        ("sum(rate(foo[5m])", &["(: \"(\" is not closed"]),
        ("1_000_", &["1_000_: \"1_000_\" is not a number: an underscore stands between two digits only"]),
        ("1.5h", &["1.5h: \"1.5h\" is neither a number nor a duration"]),
        ("1e999 + 0x", &["1e999: \"1e999\" is too large a number", "0x: \"0x\" is not a hexadecimal number"]),
        ("\"abc", &["\"abc: this string is not closed"]),
        ("é", &["é: unexpected character 'é'"]),
    ]);
}

#[test]
fn hints_say_what_was_meant() {
    for (text, expected) in [
        (
            "sum(x by (job))",
            &["by: it belongs to an aggregation, before or behind its brackets: sum by (job) (x)"],
        ),
        (
            "rate(x[5m]) by (job)",
            &["by: it belongs to an aggregation, before or behind its brackets: sum by (job) (x)"],
        ),
        ("summ(x) by (job)", &["summ: did you mean sum()?"]),
        ("sum(x) by job", &["job: write (job)"]),
        ("x{job=api}", &["api: write \"api\""]),
        ("x bool > 1", &["bool: it stands behind a comparison: x > bool 1"]),
        ("x on (job) + y", &["on: it stands behind an operator: x / on (job) y"]),
        ("x fill (0) + y", &["fill: it stands behind an operator: x + fill (0) y"]),
        ("x = 1", &["=: values are compared with =="]),
        ("x =~ \"a\"", &["=~: labels are compared in braces: x{job=~\"a.*\"}"]),
        ("label_replace(x, a, \"\", \"\", \"\")", &["a: write \"a\" for a text"]),
        ("x && y", &["&: what is on both sides is said with and: x and y"]),
        ("x || y", &["|: what is on either side is said with or: x or y"]),
        ("a.b.c", &[".: put a name with such characters in quotes: {\"my.metric\", \"my.label\"=\"value\"}"]),
        ("x{job=\u{201d}a b\u{201d}}", &["\u{201d}: a text stands in straight quotes: \"text\""]),
        ("x{job='a}", &["'a}: close it with '"]),
    ] {
        let faults = parse(text, &ParseOptions::default()).expect_err(text);
        let hint = |fault: &Fault| {
            format!("{}: {}", &text[fault.span.range()], fault.help.as_deref().unwrap_or_default())
        };
        assert_eq!(faults.iter().map(hint).collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn several_faults_at_once() {
    assert_faults(&[
        (
            "(a + ) * (b - )",
            &["): expected an expression, found \")\"", "): expected an expression, found \")\""],
        ),
        (
            "clamp(a +, b *, 1 c)",
            &[
                ",: expected an expression, found \",\"",
                ",: expected an expression, found \",\"",
                "c: expected \",\" or \")\", found \"c\"",
            ],
        ),
        (
            "foo{a, b=c, d=\"e\"} + bar[5x:] offset x",
            &[
                ",: expected =, !=, =~ or !~ after the label, found \",\"",
                "c: expected a string in quotes, found \"c\"",
                "5x: \"5x\" is neither a number nor a duration",
                "x: expected a duration such as 5m, found \"x\"",
            ],
        ),
        ("sum(foo] + ~", &["]: expected \",\" or \")\", found \"]\"", "~: unexpected character '~'"]),
    ]);
}

#[test]
fn duration_expressions() {
    for (text, printed) in [
        ("x[ 5m*2 ]", "x[5m * 2]"),
        ("x[(5m)]", "x[(5m)]"),
        (
            "x[-step()^2 + max_of(1h,range( )):min_of(STEP(),5)]",
            "x[-step() ^ 2 + max_of(1h, range()):min_of(step(), 5)]",
        ),
        ("x[2 ^ -1 * 5m]", "x[2 ^ -1 * 5m]"),
        ("x[--5m]", "x[5m]"),
        ("x offset -step()", "x offset -step()"),
        // Without brackets, an offset is one part; what follows is an operator between expressions.
        ("x offset 5m * 2", "x offset 5m * 2"),
        ("x offset -2 ^ 2", "x offset -2s ^ 2"),
        ("x offset step() + y", "x offset step() + y"),
        ("x offset -(5m + 1m) * 2", "x offset -(5m + 1m) * 2"),
        // In brackets it is as long as durations can be calculated.
        ("x offset (5m) * 2", "x offset ((5m) * 2)"),
        ("(x offset (5m + 1m)) * 2", "(x offset (5m + 1m)) * 2"),
        ("x[5m] offset max_of(step(), 1m) @ 5", "x[5m] @ 5.000 offset max_of(step(), 1m)"),
    ] {
        assert_eq!(read(text).to_string(), printed, "{text}");
    }
    for (text, grouped) in [
        ("x[1 + 2 * 3 ^ 2]", "x[1 + (2 * (3 ^ 2))]"),
        ("x[-2 ^ 2]", "x[-(2 ^ 2)]"),
        ("x[9 - 2 - 1]", "x[(9 - 2) - 1]"),
    ] {
        assert_eq!(without_brackets(read(text)), without_brackets(read(grouped)), "{text}");
    }
    assert_faults(&[
        ("x[5m * ]", &["]: expected a duration such as 5m, found \"]\""]),
        ("x[5m * y]", &["y: expected a duration such as 5m, found \"y\""]),
        ("x[5m / 0]", &["/: division by zero"]),
        ("x[5m % 0s]", &["%: modulo by zero"]),
        ("x[step]", &["]: expected \"(\", found \"]\""]),
        ("x[max_of(5m)]", &["): expected \",\" and a second duration, found \")\""]),
        ("x[5m > 1m]", &[">: expected \":\" or \"]\", found \">\""]),
        ("x[(5m]", &["]: expected \")\", found \"]\""]),
        ("x[Inf]", &["Inf: a duration must be shorter than 292 years"]),
        ("x offset (5m) + y", &["y: expected a duration such as 5m, found \"y\""]),
    ]);
}

#[test]
fn modifiers_of_histograms_edges_and_missing_series() {
    for (text, printed) in [
        ("a </ 5 + 1", "a </ 5 + 1"),
        ("a >/ b </ c", "a >/ b </ c"),
        ("rate(a[5m] offset 1m Smoothed)", "rate(a[5m] smoothed offset 1m)"),
        ("a anchored @ 5", "a @ 5.000 anchored"),
        ("a anchored[5m]", "a[5m] anchored"),
        ("a + fill(0) b", "a + fill (0) b"),
        (
            "a > bool on(x) group_left fill_right (-5m) fill_left (2) b",
            "a > bool on (x) group_left () fill_left (2) fill_right (-300) b",
        ),
        ("a + fill_right(1) fill", "a + fill_right (1) fill"),
        ("fill + fill_left", "fill + fill_left"),
    ] {
        assert_eq!(read(text).to_string(), printed, "{text}");
    }
    assert_faults(&[
        ("a anchored smoothed", &["smoothed: \"anchored\" and \"smoothed\" exclude each other"]),
        ("a[5m:] anchored", &["anchored: \"anchored\" goes with a selector only"]),
        ("sum(a) smoothed", &["smoothed: \"smoothed\" goes with a selector only"]),
        ("a + fill(0) fill_left(1) b", &["fill_left: \"fill_left\" says again what is filled in on a side"]),
        (
            "a + fill_right(x) fill_left() b",
            &["x: expected a number to fill in, found \"x\"", "): expected a number to fill in, found \")\""],
        ),
        ("a + fill(0) 1", &["1: missing series are filled in between instant vectors only, found a scalar"]),
        ("a and fill(0) b", &["a and fill(0) b: missing series are not filled in for \"and\""]),
        ("a </ bool 5", &["bool: \"bool\" goes with comparisons only"]),
    ]);
}

#[test]
fn the_window_only_where_asked_for() {
    let text = "rate(foo[$window]) / count_over_time(bar[1h:$window])";
    let found = parse(text, &ParseOptions { window: true }).map(|expr| expr.to_string());
    assert_eq!(found.as_deref(), Ok(text));
    assert_faults(&[
        ("foo[$window]", &["$window: \"$window\" is not filled in here"]),
        ("foo[$__range]", &["$__range: unknown variable \"$__range\""]),
        ("foo offset $window", &["$window: \"$window\" stands in brackets only"]),
        ("$window + 1", &["$window: \"$window\" cannot stand here, expected an expression"]),
    ]);
}

#[test]
fn every_node_knows_its_bytes() {
    let text = " sum by (a) (rate(x{b=\"c\"}[5m] offset 1h)) / -(y @ 5) ";
    let mut places = Vec::new();
    read(text).walk(&mut |expr| places.push(text[expr.span.range()].to_owned()));
    assert_eq!(
        places,
        [
            "sum by (a) (rate(x{b=\"c\"}[5m] offset 1h)) / -(y @ 5)",
            "sum by (a) (rate(x{b=\"c\"}[5m] offset 1h))",
            "rate(x{b=\"c\"}[5m] offset 1h)",
            "x{b=\"c\"}[5m] offset 1h",
            "-(y @ 5)",
            "(y @ 5)",
            "y @ 5",
        ]
    );
}

#[test]
fn info_takes_conditions_on_labels() {
    for (text, printed) in [
        ("info(x, {a=~\".*\", a!=\"b\"})", "info(x, {a=~\".*\",a!=\"b\"})"),
        ("info(x, {})", "info(x, {})"),
        ("info(x, {\"build_info\", a=\"b\"})", "info(x, {__name__=\"build_info\",a=\"b\"})"),
        ("info(x, {__name__=~\".+_info\"})", "info(x, {__name__=~\".+_info\"})"),
    ] {
        assert_eq!(read(text).to_string(), printed, "{text}");
    }
    assert_faults(&[(
        "info(x, build_info{a=\"b\"})",
        &["build_info{a=\"b\"}: info() takes label matchers in braces for its second argument"],
    )]);
}

#[test]
fn underscores_part_digits() {
    for (text, value) in [("1_000", "1000"), ("0x_1_F", "31"), ("0_7", "7"), ("1_2_3 + 4", "123 + 4")] {
        assert_eq!(read(text).to_string(), value, "{text}");
    }
    for text in ["1__0", "1_", "1_000.5", "0x", "1_m"] {
        assert!(parse(text, &ParseOptions::default()).is_err(), "{text}");
    }
}
