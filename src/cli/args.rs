//! What was typed. Parsing records it and does nothing; `settings` makes of it what is meant.

use std::path::PathBuf;

use super::engine::EngineArgs;
use clap::{Args, Parser, Subcommand, ValueEnum};

const AFTER_HELP: &str = "\
Exit codes:
  0  every objective passes          1  an objective is breached, or the policy says no
  2  wrong usage or specification    3  a source failed: unreachable, timed out, partial
  4  no or too little data           5  the report could not be written

Examples:
  nines report --prometheus-url http://localhost:9090 -o html=report.html -o terminal=-
  nines gate --prometheus-url http://localhost:9090 --service checkout
  nines report --data ./snapshot.om.gz --at end --period last-week
  nines validate slo-specs && nines generate rules > rules.yaml

Every flag can be set by a variable NINES_<FLAG> (NINES_PROMETHEUS_URL) or in nines.yaml.";

/// Tells whether a service kept its promise.
#[derive(Debug, Parser)]
#[command(name = "nines", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) global: Global,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Evaluate objectives over a past window and render a report
    Report(ReportArgs),
    /// Judge objectives for a deploy: one line each, and an exit code
    Gate(GateArgs),
    /// Replay alerts over the past: when each would have fired, and which incidents nobody would have been told of
    Backtest(Box<BacktestArgs>),
    /// Check specifications without any source
    Validate(ValidateArgs),
    /// Check specifications against the data that they are about
    Doctor(DoctorArgs),
    /// Tell what an objective means, what it asks, and what its budget is
    Explain(ExplainArgs),
    /// Write specifications in the words of another tool, and tell what it cannot say
    Convert(ConvertArgs),
    /// Tell what the code of a fault means, with a wrong example and a right one
    ExplainCode(ExplainCodeArgs),
    /// Write files for Prometheus from specifications
    Generate(GenerateArgs),
    /// Hold the rules that a server runs against the specifications
    Rules(RulesCommandArgs),
    /// Remember days for longer than the server keeps its data
    History(super::history::HistoryArgs),
    /// Propose objectives for what is there, from metrics and their past
    Init(InitArgs),
    /// Tell what data there is in files: times, series, samples, gaps
    Data(DataArgs),
    /// Evaluate any PromQL and print the server's JSON
    Query(QueryArgs),
    /// Print the schema of specifications, for editors
    Schema(SchemaArgs),
    /// Make data with known truth for the five example systems
    Simulate(SimulateArgs),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that was typed or not")]
pub(super) struct Global {
    /// Defaults for flags, by their long names [default: ./nines.yaml where it exists]
    #[arg(short, long, global = true, value_name = "FILE", help_heading = "General")]
    pub(super) config: Option<PathBuf>,
    /// Say nothing on standard error but errors
    #[arg(short, long, global = true, help_heading = "General")]
    pub(super) quiet: bool,
    /// Say on standard error what was asked and how long it took
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "General")]
    pub(super) verbose: u8,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value = "auto", help_heading = "General")]
    pub(super) color: Color,
    /// Never colour (as NO_COLOR)
    #[arg(long, global = true, conflicts_with = "color", help_heading = "General")]
    pub(super) no_color: bool,
    /// Show no progress bar
    #[arg(long, global = true, help_heading = "General")]
    pub(super) no_progress: bool,
    /// Never read standard input or ask
    #[arg(long, global = true, help_heading = "General")]
    pub(super) no_input: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
pub(super) struct SpecArgs {
    /// Specifications: files, folders, patterns ('slos/**/*.yaml'), or - for standard input [default: ./slo-specs]
    #[arg(short, long, value_name = "PATH", help_heading = "Objectives")]
    pub(super) file: Vec<PathBuf>,
    /// Only objectives with these labels, their own or their service's: team=pay,tier!=3
    #[arg(short = 'l', long, value_name = "LABELS", help_heading = "Objectives")]
    pub(super) selector: Option<String>,
    /// Only this service
    #[arg(long, value_name = "NAME", help_heading = "Objectives")]
    pub(super) service: Vec<String>,
    /// Only this objective (name, or service/name)
    #[arg(long, value_name = "NAME", help_heading = "Objectives")]
    pub(super) slo: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// Address of Prometheus, Thanos, Mimir or VictoriaMetrics (also the variable PROMETHEUS_URL)
    #[arg(long, value_name = "URL", help_heading = "Source")]
    pub(super) prometheus_url: Option<String>,
    /// Files, with no server: a data folder of Prometheus, a snapshot, blocks, or text with timestamps
    /// (OpenMetrics or Prometheus; plain, .gz, .zst). Repeatable
    #[arg(long, value_name = "PATH", conflicts_with = "prometheus_url", help_heading = "Source")]
    pub(super) data: Vec<PathBuf>,
    /// Authorization, TLS and headers, in promtool's file format
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(super) http_config: Option<PathBuf>,
    /// File that holds a bearer token
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user", "password_file"], help_heading = "Source")]
    pub(super) bearer_token_file: Option<PathBuf>,
    /// User name for basic authorization
    #[arg(long, value_name = "NAME", requires = "password_file", help_heading = "Source")]
    pub(super) user: Option<String>,
    /// File that holds the password for basic authorization
    #[arg(long, value_name = "FILE", requires = "user", help_heading = "Source")]
    pub(super) password_file: Option<PathBuf>,
    /// Extra header that is no secret: 'X-Scope-OrgID: team-a'
    #[arg(long, value_name = "HEADER", help_heading = "Source")]
    pub(super) header: Vec<String>,
    /// File of extra headers, one a line
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(super) header_file: Option<PathBuf>,
    /// Certificates of the authority to trust, as PEM
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(super) ca_file: Option<PathBuf>,
    /// Time that one request, or the evaluation of a query, may take
    #[arg(long, value_name = "DURATION", default_value = "30s", help_heading = "Source")]
    pub(super) timeout: String,
    /// How often a request is tried again after 429, 502, 503, 504 or a broken connection
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = "Source")]
    pub(super) retries: u32,
    /// Requests under way at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64), help_heading = "Source")]
    pub(super) concurrency: u16,
    /// Answer from a folder that --record wrote
    #[arg(long, value_name = "DIR", conflicts_with_all = ["prometheus_url", "data", "record"], help_heading = "Source")]
    pub(super) offline: Option<PathBuf>,
    /// Write every answer into a folder
    #[arg(long, value_name = "DIR", help_heading = "Source")]
    pub(super) record: Option<PathBuf>,
    #[command(flatten)]
    pub(super) engine: EngineArgs,
}

#[derive(Debug, Args)]
pub(super) struct TimeArgs {
    /// End of rolling windows: RFC 3339, a date, seconds, or `end` of the data [default: now, settled]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(super) at: Option<String>,
    /// Start of the period, with --to
    #[arg(long, value_name = "TIME", requires = "to", conflicts_with_all = ["window", "period"], help_heading = "Time")]
    pub(super) from: Option<String>,
    /// End of the period, with --from
    #[arg(long, value_name = "TIME", requires = "from", conflicts_with_all = ["window", "period"], help_heading = "Time")]
    pub(super) to: Option<String>,
    /// This window instead of the objectives' own: 28d, calendar:month
    #[arg(long, value_name = "WINDOW", conflicts_with = "period", help_heading = "Time")]
    pub(super) window: Option<String>,
    /// A period: last-week, this-month, 2026-W46, 2026-10, 2026-Q4, 2026, FROM/TO
    #[arg(long, value_name = "PERIOD", help_heading = "Time")]
    pub(super) period: Option<String>,
    /// IANA zone of periods and days [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    pub(super) timezone: Option<String>,
    /// Length of the buckets in which events are counted [default: chosen]
    #[arg(long, value_name = "DURATION", help_heading = "Time")]
    pub(super) step: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct MemoryArgs {
    /// Count days that `nines history` stored, too, where the source tells less of them
    #[arg(long, value_name = "FILE", help_heading = "Source")]
    pub(super) history: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Where a report goes: FORMAT=PATH or PATH; - is standard output. Repeatable. {service}, {period} and {date} are filled in
    #[arg(short, long, value_name = "[FORMAT=]PATH", help_heading = "Output")]
    pub(super) output: Vec<String>,
    /// Format of standard output [default: terminal on a terminal, else markdown]
    #[arg(long, value_name = "FORMAT", value_parser = format_names(), help_heading = "Output")]
    pub(super) format: Option<String>,
    /// Folder whose templates are laid over the built-in ones
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(super) template: Option<PathBuf>,
    /// Title of the report
    #[arg(long, value_name = "TEXT", help_heading = "Output")]
    pub(super) title: Option<String>,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    crate::render::RENDERERS.iter().map(|renderer| renderer.name()).collect::<Vec<_>>().into()
}

#[derive(Debug, Args)]
pub(super) struct PolicyArgs {
    /// What ends with exit code 1
    #[arg(long, value_enum, default_value = "breach", help_heading = "Policy")]
    pub(super) fail_on: FailOn,
    /// As --fail-on never
    #[arg(long, conflicts_with = "fail_on", help_heading = "Policy")]
    pub(super) exit_zero: bool,
    /// What is done about objectives without enough data
    #[arg(long, value_enum, default_value = "fail", help_heading = "Policy")]
    pub(super) on_no_data: React,
    /// What is done about objectives that could not be measured
    #[arg(long, value_enum, default_value = "fail", help_heading = "Policy")]
    pub(super) on_error: React,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Breach,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum React {
    Fail,
    Warn,
    Pass,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines report --data fixtures/data --at end -o terminal=- -o html=report.html\n  nines report --period last-week -o html=/srv/sla/{period}.html -o json=- --fail-on never -q"
)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
    #[command(flatten)]
    pub(super) time: TimeArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines gate --prometheus-url \"$PROMETHEUS_URL\" --service checkout\n  nines gate --data snapshot.om.gz --at end -o json=gate.json\n\nWhat could not be judged does not pass."
)]
pub(super) struct GateArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
    #[command(flatten)]
    pub(super) time: TimeArgs,
    /// Where a report goes beside the lines on standard output: FORMAT=PATH or PATH. Repeatable
    #[arg(short, long, value_name = "[FORMAT=]PATH", help_heading = "Output")]
    pub(super) output: Vec<String>,
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    /// Let breached objectives pass all the same; the reason is recorded in the report
    #[arg(long, value_name = "REASON", requires = "override_by", help_heading = "Policy")]
    pub(super) r#override: Option<String>,
    /// Who takes responsibility for --override
    #[arg(long, value_name = "NAME", requires = "override", help_heading = "Policy")]
    pub(super) override_by: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines backtest --data /var/lib/prometheus/data --at end\n  nines backtest --slo checkout/availability --objective 99,99.5,99.9 --windows 1h/5m:14.4,6h/30m:6\n  nines backtest --over 90d --windows sloth-windows.yaml --format html --out alerts.html\n\nExit codes: 0 replayed, 2 wrong usage or specification, 3 a source failed, 4 no data, 5 not written."
)]
pub(super) struct BacktestArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// End of the time looked at: RFC 3339, a date, seconds, or `end` of the data [default: now, settled]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(super) at: Option<String>,
    /// Length of the time looked at
    #[arg(long, value_name = "DURATION", default_value = "30d", help_heading = "Time")]
    pub(super) over: String,
    /// How often rules are evaluated
    #[arg(long, value_name = "DURATION", default_value = "1m", help_heading = "Time")]
    pub(super) step: String,
    /// IANA zone in which times are shown [default: UTC]
    #[arg(long, value_name = "ZONE", help_heading = "Time")]
    pub(super) timezone: Option<String>,
    /// Windows to compare: `workbook`, a file in Sloth's words (kind: AlertWindows), or
    /// [page=|ticket=]LONG/SHORT:RATE,… such as 1h/5m:14.4,6h/30m:5%. Repeatable
    #[arg(long, value_name = "WINDOWS", help_heading = "Candidates")]
    pub(super) windows: Vec<String>,
    /// Objectives to compare: 99,99.5,99.9
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', help_heading = "Candidates")]
    pub(super) objective: Vec<String>,
    /// The share of a budget from which on burning is an incident
    #[arg(long, value_name = "PERCENT", default_value = "2%", help_heading = "Candidates")]
    pub(super) incident: String,
    /// How it is told
    #[arg(long, value_enum, default_value = "table", help_heading = "Output")]
    pub(super) format: BacktestFormat,
    /// Where it goes; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-", help_heading = "Output")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BacktestFormat {
    Table,
    Json,
    Html,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines validate\n  nines validate slo-specs/ecap.yaml --format github\n  nines validate --format sarif > nines.sarif"
)]
pub(super) struct ValidateArgs {
    /// Specifications: files, folders, patterns ('slos/**/*.yaml'), or - for standard input [default: ./slo-specs]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Specifications, as for the other commands
    #[arg(short, long, value_name = "PATH", conflicts_with = "paths")]
    pub(super) file: Vec<PathBuf>,
    /// End with exit code 2 on warnings too, but for those that are silenced
    #[arg(long)]
    pub(super) strict: bool,
    /// How faults are told
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: FaultFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FaultFormat {
    Text,
    Json,
    Sarif,
    Github,
}

#[derive(Debug, Args)]
#[command(after_help = super::doctor::after_help())]
pub(super) struct DoctorArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// End of rolling windows: RFC 3339, a date, seconds, or `end` of the data [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(super) at: Option<String>,
    /// End with 1 on warnings too
    #[arg(long, help_heading = "Output")]
    pub(super) strict: bool,
    /// How findings are told
    #[arg(long, value_enum, default_value = "text", help_heading = "Output")]
    pub(super) format: DoctorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DoctorFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines explain --slo ecap/api-availability\n  nines explain --period 2026-10 --timezone Europe/Berlin"
)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) time: TimeArgs,
    /// The spacing of samples to plan for, since no source is asked
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    pub(super) scrape_interval: String,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines convert --to native -f sloth/ > slo-specs/all.yaml\n  nines convert --to sloth --out sloth.yaml --strict\n\nWhat the target cannot say is told on standard error, a line each, with its place."
)]
pub(super) struct ConvertArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    /// What to write: native, sloth, pyrra or openslo
    #[arg(long, value_name = "DIALECT", value_parser = dialect_names())]
    pub(super) to: String,
    /// Where it goes; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-")]
    pub(super) out: PathBuf,
    /// Write nothing and end with 1 where anything is lost
    #[arg(long)]
    pub(super) strict: bool,
}

fn dialect_names() -> clap::builder::PossibleValuesParser {
    crate::generate::Target::ALL.map(|(name, _)| name).to_vec().into()
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines explain-code N0201\n  nines explain-code N0103 N0204\n  nines explain-code --list"
)]
pub(super) struct ExplainCodeArgs {
    /// Codes, as they stand in a fault: N0201
    #[arg(value_name = "CODE", required_unless_present = "list")]
    pub(super) codes: Vec<String>,
    /// All codes, each with its meaning in a line
    #[arg(long, conflicts_with = "codes")]
    pub(super) list: bool,
}

#[derive(Debug, Args)]
pub(super) struct GenerateArgs {
    #[command(subcommand)]
    pub(super) what: Generate,
}

#[derive(Debug, Subcommand)]
pub(super) enum Generate {
    /// Recording rules and burn-rate alerts for Prometheus
    #[command(
        after_help = "Examples:\n  nines generate rules > rules.yaml && promtool check rules rules.yaml\n  nines generate rules --out /etc/prometheus/rules/slo.yaml\n  nines generate rules --per-service --out rules/ --check\n  nines generate rules --format operator --namespace monitoring --label release=prometheus | kubectl apply -f -"
    )]
    Rules(RulesArgs),
    /// Unit tests for these rules: that every alert fires when it should, and only then
    #[command(
        after_help = "Examples:\n  nines generate rules --out rules.yaml && nines generate tests --rules ../rules.yaml --out tests\n  promtool test rules tests/*.yaml"
    )]
    Tests(TestsArgs),
    /// Alertmanager's configuration for these alerts: routes, receivers, inhibition, times in which nobody is told
    #[command(
        after_help = "Examples:\n  nines generate alertmanager --receivers receivers.yaml --out alertmanager.yml && amtool check-config alertmanager.yml\n  nines generate alertmanager --out alertmanager.yml --tests routes.yaml --escalation-rules escalation.yaml --check\n\nWhat cannot be said to Alertmanager is told on standard error."
    )]
    Alertmanager(AlertmanagerArgs),
    /// Boards for Grafana: all objectives, each service, contracts, and those written as `kind: Boards`
    #[command(
        after_help = "Examples:\n  nines generate dashboards --out dashboards\n  nines generate dashboards --out dashboards --provisioning provisioning/nines.yaml --grafana-path /srv/dashboards\n  nines generate dashboards --out dashboards --check\n\nThe boards read what the rules of nines record: load those too."
    )]
    Dashboards(DashboardsArgs),
}

#[derive(Debug, Args)]
pub(super) struct TestsArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    /// The rule file under test, as named from where the tests are. Repeatable
    #[arg(long, value_name = "PATH", default_value = "../rules.yaml", help_heading = "Output")]
    pub(super) rules: Vec<String>,
    /// The folder that the tests go to: a file for each interval at which rules are evaluated
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(super) out: PathBuf,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(super) struct DashboardsArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    /// The folder that the boards go to
    #[arg(long, value_name = "DIR", default_value = "dashboards", help_heading = "Output")]
    pub(super) out: PathBuf,
    /// Where the file goes by which Grafana finds the boards
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(super) provisioning: Option<PathBuf>,
    /// The folder of the boards on Grafana's machine, for --provisioning
    #[arg(
        long,
        value_name = "DIR",
        default_value = "/var/lib/grafana/dashboards/nines",
        help_heading = "Output"
    )]
    pub(super) grafana_path: String,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(super) struct AlertmanagerArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    /// Who is told: a document of `kind: Receivers` [default: the one among the specifications, else placeholders]
    #[arg(long, value_name = "PATH", help_heading = "Objectives")]
    pub(super) receivers: Option<PathBuf>,
    /// Where the configuration goes; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-", help_heading = "Output")]
    pub(super) out: PathBuf,
    /// Where label sets go, each with the receiver that must be told: checks for amtool config routes test
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(super) tests: Option<PathBuf>,
    /// Where the alert rules go by which pages escalate
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(super) escalation_rules: Option<PathBuf>,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    /// In whose manner: nines, sloth or pyrra; the names of series and labels are theirs
    #[arg(long, value_name = "STYLE", value_parser = rules_styles(), default_value = "nines", help_heading = "Output")]
    pub(super) style: String,
    /// What reads the rules
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) format: RulesFormat,
    /// The namespace of the object that the operator reads
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    pub(super) namespace: Option<String>,
    /// A label of the object, by which the operator picks its rules. Repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, help_heading = "Output")]
    pub(super) label: Vec<(String, String)>,
    /// Where the rules go; - is standard output
    #[arg(long, value_name = "PATH", default_value = "-", help_heading = "Output")]
    pub(super) out: PathBuf,
    /// A file for each service, in the folder that --out names
    #[arg(long, help_heading = "Output")]
    pub(super) per_service: bool,
    /// Write nothing; exit 1 where what is on disk differs from what would be written
    #[arg(long, help_heading = "Output")]
    pub(super) check: bool,
}

#[derive(Debug, Args)]
pub(super) struct RulesCommandArgs {
    #[command(subcommand)]
    pub(super) what: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Tell what of the rules that a server runs is missing, left over or different; exit 1 where anything is
    #[command(
        after_help = "Examples:\n  nines rules diff --prometheus-url http://localhost:9090\n  nines rules diff -f slo-specs --style sloth --prometheus-url http://localhost:9090"
    )]
    Diff(RulesDiffArgs),
}

#[derive(Debug, Args)]
pub(super) struct RulesDiffArgs {
    #[command(flatten)]
    pub(super) specs: SpecArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// In whose manner the rules are written
    #[arg(long, value_name = "STYLE", value_parser = rules_styles(), default_value = "nines", help_heading = "Output")]
    pub(super) style: String,
}

fn rules_styles() -> clap::builder::PossibleValuesParser {
    crate::generate::RulesStyle::ALL.map(|(name, _)| name).to_vec().into()
}

/// What reads a rule file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum RulesFormat {
    /// A rule file of Prometheus, Thanos, Mimir or VictoriaMetrics
    #[default]
    Plain,
    /// A PrometheusRule of the Prometheus Operator
    Operator,
}

/// `name=value`.
fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    if name.is_empty() {
        return Err("expected NAME=VALUE".to_owned());
    }
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines init --prometheus-url http://localhost:9090 --out slo-specs/all.yaml\n  nines init --data /var/lib/prometheus/data --service checkout --window 30d\n  curl -s localhost:8080/metrics | nines init --metrics - --preset http --service checkout"
)]
pub(super) struct InitArgs {
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// A page of metrics instead of a source, as a process shows it; - is standard input. It has no past, so
    /// objectives are the usual ones
    #[arg(long, value_name = "PATH", conflicts_with_all = ["prometheus_url", "data", "offline", "record", "at"], help_heading = "Source")]
    pub(super) metrics: Option<PathBuf>,
    /// Only what this preset knows [default: all of them]. Repeatable
    #[arg(long, value_name = "NAME", value_parser = preset_names(), help_heading = "Objectives")]
    pub(super) preset: Vec<String>,
    /// Only this service; with --metrics the name that it gets, which is also its job
    #[arg(long, value_name = "NAME", help_heading = "Objectives")]
    pub(super) service: Vec<String>,
    /// Length of the windows in whole days [default: 30d, or 7d where less than two months are known]
    #[arg(long, value_name = "DURATION", help_heading = "Time")]
    pub(super) window: Option<String>,
    /// End of the past: RFC 3339, a date, seconds, or `end` of the data [default: of files their end, of a server now]
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    pub(super) at: Option<String>,
    /// Where the file goes; - is standard output
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    pub(super) out: Option<PathBuf>,
    /// Replace the file where it exists
    #[arg(long, help_heading = "Output")]
    pub(super) force: bool,
}

fn preset_names() -> clap::builder::PossibleValuesParser {
    crate::propose::PRESETS.map(|preset| preset.name).into()
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines query --data fixtures/data --time 2026-11-16 'sum(increase(http_requests_total[1d]))'\n  nines query --prometheus-url http://localhost:9090 --start 2026-11-15 --end 2026-11-16 --step 1h up"
)]
pub(super) struct QueryArgs {
    /// The expression
    #[arg(value_name = "PROMQL")]
    pub(super) expr: String,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// When to evaluate: RFC 3339, a date, seconds, or `end` of the data [default: now]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["start", "end", "step"], help_heading = "Time")]
    pub(super) time: Option<String>,
    /// First time of a range
    #[arg(long, value_name = "TIME", requires_all = ["end", "step"], help_heading = "Time")]
    pub(super) start: Option<String>,
    /// Last time of a range
    #[arg(long, value_name = "TIME", requires_all = ["start", "step"], help_heading = "Time")]
    pub(super) end: Option<String>,
    /// Distance between the times of a range
    #[arg(long, value_name = "DURATION", requires_all = ["start", "end"], help_heading = "Time")]
    pub(super) step: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines data /var/lib/prometheus/data\n  nines data snapshots/20261116T000000Z-4f1c --top 50\n  nines data fixtures/data --format json"
)]
pub(super) struct DataArgs {
    /// Blocks, snapshots, data folders of Prometheus, text files and folders of them
    #[arg(value_name = "PATH", required = true)]
    pub(super) paths: Vec<PathBuf>,
    /// How many metrics are told by name
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(super) top: usize,
    /// IANA zone in which times are shown [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(super) timezone: Option<String>,
    /// How it is told
    #[arg(long, value_enum, default_value = "terminal")]
    pub(super) format: DataFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DataFormat {
    Terminal,
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines schema spec > nines-v1.schema.json\n\nEditors use it through the first line of a file:\n  # yaml-language-server: $schema=./nines-v1.schema.json"
)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(value_enum)]
    pub(super) of: SchemaOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// Specifications, as a JSON Schema of draft 2020-12
    Spec,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  nines simulate --out /tmp/data\n  nines simulate --system ecap --length 7d --scrape 15s --seed 7 --out /tmp/ecap"
)]
pub(super) struct SimulateArgs {
    /// Which system, or all
    #[arg(long, value_name = "NAME", default_value = "all")]
    pub(super) system: String,
    /// Same seed, same bytes
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// First moment of the data
    #[arg(long, value_name = "TIME")]
    pub(super) start: Option<String>,
    /// How long it goes on
    #[arg(long, value_name = "DURATION")]
    pub(super) length: Option<String>,
    /// Distance between scrapes
    #[arg(long, value_name = "DURATION")]
    pub(super) scrape: Option<String>,
    /// Folder to write into: NAME.om.gz and NAME.truth.csv.gz
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Write plain files
    #[arg(long)]
    pub(super) plain: bool,
}
