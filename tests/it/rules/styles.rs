//! Every manner, of every specification there is: what is written loads.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nines::generate::{Form, Rule, RulesError, RulesStyle};
use nines::slo::{Origin, RuleStep, Spec};

use super::judged;
use crate::dialects::{corpora, files_in, name_of, read_files, root, text_of};
use crate::support::prometheus::promtool;
use crate::support::run::nines;
use crate::support::tempdir::TempDir;

/// Files that are read together: each of a folder alone, with what it needs beside it.
fn read_together() -> Vec<Vec<PathBuf>> {
    let own = ["slo-specs", "fixtures/specs/valid", "fixtures/specs/dialects"].map(root);
    let of_others = corpora().into_iter().flat_map(|corpora| {
        ["sloth/examples", "pyrra", "openslo", "slo-generator"].map(|folder| corpora.join(folder))
    });
    own.into_iter().chain(of_others).flat_map(|folder| files_of(&folder)).collect()
}

fn files_of(folder: &Path) -> Vec<Vec<PathBuf>> {
    let shared = folder.join("config.yaml");
    let needs = |path: &PathBuf| shared.is_file() && *path != shared;
    let with_shared = |path| if needs(&path) { vec![path, shared.clone()] } else { vec![path] };
    files_in(folder).into_iter().map(with_shared).collect()
}

/// Names of labels that only Prometheus 3 takes, which Sloth writes where a plugin is told to.
fn without_new_names(specs: &mut [Spec]) -> usize {
    let mut found = 0;
    for slo in specs.iter_mut().flat_map(|spec| &mut spec.slos) {
        let Some(Origin::Sloth(origin)) = &mut slo.origin else { continue };
        for step in &mut origin.steps {
            if let RuleStep::Labels { labels, .. } = step {
                let before = labels.len();
                labels.retain(|name, _| !name.contains('-'));
                found += before - labels.len();
            }
        }
    }
    found
}

#[test]
fn what_is_written_of_any_specification_loads() {
    let dir = TempDir::new("styles");
    let (mut files, mut rules, mut new_names) = (0, 0, BTreeSet::new());
    let mut written: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for paths in read_together() {
        let texts: Vec<String> = paths.iter().map(|path| text_of(path)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (mut specs, faults, _) = read_files(&texts);
        if faults.has_errors() {
            continue;
        }
        if without_new_names(&mut specs) > 0 {
            new_names.insert(name_of(&paths[0]));
        }
        for (word, style) in RulesStyle::ALL {
            let set = nines::generate::rules(&specs, style);
            let set = set.unwrap_or_else(|why: RulesError| panic!("{}: {why}", paths[0].display()));
            rules += set.groups.iter().map(|group| group.rules.len()).sum::<usize>();
            let name = format!("{word}-{files}-{}", name_of(&paths[0]));
            written.entry(word).or_default().push(dir.write(&name, set.to_yaml("slo", &Form::Plain)));
        }
        files += 1;
    }
    for (word, paths) in &written {
        // Not in every manner are two alerts told apart by labels of their own.
        let lint = if *word == "nines" { "--lint=all" } else { "--lint=none" };
        assert_eq!((judged(paths, lint).err(), paths.len()), (None, files), "{word}");
    }
    println!("{rules} rules of {files} files load");
    assert!(files > 15 && rules > 1000, "{rules} rules of {files} files");
    if let Some(corpora) = corpora() {
        assert_eq!(new_names, BTreeSet::from(["contrib-slo-plugins.yml".to_owned()]));
        // Sloth's own are refused for the same names.
        let file = corpora.join("sloth/generated/contrib-slo-plugins.yml");
        let said = promtool(["check".as_ref(), "rules".as_ref(), file.as_os_str()]);
        assert!(said.is_ok() || said.is_err_and(|said| said.contains("invalid label name: plug-l1")));
    }
}

/// The name of a series as its manual has it: without the metric before and the window behind.
fn manual_name(style: RulesStyle, record: &str) -> String {
    let name = match style {
        RulesStyle::Pyrra => &record[record.find(':').unwrap_or(0)..],
        _ => record,
    };
    let ends = [":burnrate", ":increase", ":count", ":sum", "ratio_rate", "numerator_correction:ratio"];
    let end = ends.iter().find_map(|end| name.find(end).map(|at| at + end.len()));
    name[..end.unwrap_or(name.len())].to_owned()
}

#[test]
fn every_series_stands_in_the_manual() {
    let manual = text_of(&root("docs/rules.md"));
    let mut names = BTreeSet::new();
    for paths in read_together() {
        let texts: Vec<String> = paths.iter().map(|path| text_of(path)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (specs, faults, _) = read_files(&texts);
        for (word, style) in RulesStyle::ALL.into_iter().filter(|_| !faults.has_errors()) {
            let set = nines::generate::rules(&specs, style).unwrap();
            let rules = set.groups.iter().flat_map(|group| &group.rules);
            names.extend(rules.filter_map(|rule| match rule {
                Rule::Record { record, .. } => Some((word, manual_name(style, record))),
                Rule::Alert(_) => None,
            }));
        }
    }
    for (word, name) in &names {
        let (_, section) = manual.split_once(&format!("## Style {word}\n")).unwrap();
        let section = section.split("\n## ").next().unwrap();
        assert!(section.contains(name.as_str()), "docs/rules.md lacks {name} in style {word}");
    }
    assert!(names.len() >= 18, "{names:?}");
}

#[test]
fn a_style_is_chosen_by_its_word() {
    let specs = root("slo-specs").display().to_string();
    for (word, series) in [("nines", "slo_id: ecap/"), ("sloth", "sloth_id: ecap-"), ("pyrra", "slo: ecap-")]
    {
        let made = nines(["generate", "rules", "--style", word, "-f", &specs]);
        assert_eq!(made.code, 0, "{}", made.err);
        assert!(made.out.contains(series), "{word}: no {series}");
    }
    let made = nines(["generate", "rules", "--style", "other", "-f", &specs]);
    assert_eq!(made.code, 2);
    assert!(made.err.contains("[possible values: nines, sloth, pyrra]"), "{}", made.err);
}
