//! Tests of the whole: each module sees the library from outside, and some see the programs that it must agree with.

#[cfg(test)]
mod alertmanager;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod backtest;
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod contracts;
#[cfg(test)]
mod convert;
#[cfg(test)]
mod dashboards;
mod data;
#[cfg(test)]
mod diagnostics;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod environment;
#[cfg(test)]
mod exclusions;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod head;
#[cfg(test)]
mod head_files;
#[cfg(test)]
mod history;
#[cfg(test)]
mod init;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod local;
#[cfg(test)]
mod methods;
#[cfg(test)]
mod native;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod plain_alerts;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod prometheus;
#[cfg(test)]
mod query;
#[cfg(test)]
mod render;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sarif;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod silences;
#[cfg(test)]
mod simulate;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod support;
#[cfg(test)]
mod told;
#[cfg(test)]
mod tsdb;
#[cfg(test)]
mod twins;
#[cfg(test)]
mod verdicts;
#[cfg(test)]
mod windows;
