//! The program, run in this process: a fixed clock, no variables but those given, streams of its own.

use nines::app::World;
use nines::base::Moment;

/// The clock of every test.
pub(crate) const NOW: &str = "2026-11-20T10:00:00Z";

/// A specification of one objective over the counter `r_total`.
pub(crate) const SHOP: &str = "
apiVersion: nines/v1
service: shop
slos:
  - name: availability
    description: Requests are answered without a server error
    objective: 99%
    window: 1d
    sli: {events: {bad: 'r_total{code=~\"5..\"}', total: r_total}}
";

/// How a run ended and what it said.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|why| panic!("not JSON ({why}): {}\n{}", self.out, self.err))
    }

    /// The objective with this id in the report on standard output.
    pub(crate) fn slo(&self, id: &str) -> serde_json::Value {
        let report = self.json();
        let slos = report["slos"].as_array().cloned().unwrap_or_default();
        slos.into_iter().find(|slo| slo["id"] == id).unwrap_or_else(|| panic!("no {id} in {report:#}"))
    }
}

/// Runs `nines` with these arguments.
pub(crate) fn nines<S: AsRef<str>>(args: impl IntoIterator<Item = S>) -> Outcome {
    nines_with(args, &[], "")
}

/// Runs `nines` with variables and standard input too.
pub(crate) fn nines_with<S: AsRef<str>>(
    args: impl IntoIterator<Item = S>,
    vars: &[(&str, &str)],
    input: &str,
) -> Outcome {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["nines".to_owned()].into_iter().chain(args.into_iter().map(|arg| arg.as_ref().to_owned()));
    let vars: Vec<(String, String)> =
        vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut world = World {
        now: NOW.parse::<Moment>().unwrap(),
        vars: &|name| vars.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
        input: &mut input.as_bytes(),
        out: &mut out,
        err: &mut err,
        out_is_terminal: false,
        err_is_terminal: false,
        width: None,
    };
    let exit = nines::run(args.map(Into::into), &mut world);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { code: exit.code(), out: text(out), err: text(err) }
}
