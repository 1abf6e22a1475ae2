//! Stories of a laboratory's folder.

use jiff::Timestamp;

use super::{Lab, LabError, demo};
use crate::register::Load;

fn now() -> Timestamp {
    "2026-11-23T08:00:00Z".parse().unwrap()
}

#[test]
fn demonstration_laboratory_reads_back_without_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::init_demo(&folder.path().join("lab"), now()).unwrap();

    assert!(lab.identity.demonstration);
    let today = "2026-11-23".parse().unwrap();
    let register = lab.register().unwrap();
    for standard in register.standards() {
        standard.fit_on(today).unwrap();
    }
    let bench = lab.bench(demo::BENCH).unwrap();
    assert_eq!(bench.positions.len(), demo::ITEMS.len());
    assert!(
        bench
            .instruments
            .iter()
            .all(|own| register.standard(own.standard.as_deref().unwrap()).is_some())
    );
    for item in demo::ITEMS {
        assert_eq!(lab.item(item).unwrap().fields["C"], "1200 imp/(kW*h)");
    }
    let people = lab.people().unwrap();
    let (performed, checked, approved) = demo::PERSONS;
    people.operator(performed, demo::PROCEDURE, "calibration", today).unwrap();
    let work =
        crate::people::Work { procedure: demo::PROCEDURE, activity: "calibration", day: today };
    people.signatories(performed, checked, approved, work).unwrap();
    assert!(lab.procedure(demo::PROCEDURE).unwrap().text.contains(demo::PROCEDURE));
}

/// Every file of the demonstration is what its reader wants; every instrument of a bench that the
/// world serves stands in the register with the serial number that it will give.
#[test]
fn every_file_of_the_demonstration_checks_without_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::init_demo(&folder.path().join("lab"), now()).unwrap();
    for room in ["register", "benches", "items"] {
        for entry in std::fs::read_dir(lab.root.join(room)).unwrap() {
            let path = entry.unwrap().path();
            let findings = crate::kind::findings(&std::fs::read_to_string(&path).unwrap());
            assert!(findings.is_empty(), "{}: {findings:?}", path.display());
        }
    }
    let register = lab.register().unwrap();
    for (world, text) in etalon_fixtures::library::LIBRARY {
        let bench = lab.bench(world.trim_end_matches(".toml")).unwrap();
        assert_eq!(bench.world.as_deref(), Some(world.trim_end_matches(".toml")));
        for own in &bench.instruments {
            // A meter under test on a line is no standard.
            let Some(standard) = own.standard.as_deref() else { continue };
            let standard = register.standard(standard).unwrap();
            let serial = own.serial.as_deref().unwrap();
            assert_eq!(standard.serial, serial, "{world}: {}", own.id);
            assert!(text.contains(&format!("\"{serial}\"")), "{world}: {serial}");
        }
    }
}

/// Rows of the invented certificates in `demo/register/TW100001.toml` and `WB600001.toml`.
#[test]
fn certificate_that_states_the_same_for_every_load_needs_to_know_none() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::init_demo(&folder.path().join("lab"), now()).unwrap();
    let register = lab.register().unwrap();
    let unknown = Load::default();
    let thermometer = register.standard("TW100001").unwrap();
    let stated = thermometer.certified("U", &unknown).unwrap();
    assert_eq!(stated.value.to_string(), "0.04 K");
    assert!(stated.source.contains("the same in every row"), "{}", stated.source);
    let outside = Load::default().with_number("t", 273.15 + 60.0);
    assert!(thermometer.certified("U", &outside).is_err(), "a load that is known must have a row");
    let balance = register.standard("WB600001").unwrap();
    assert!(balance.certified("U", &unknown).is_err(), "its rows differ");
    let nearest = Load::default().with_number("m", 333.3);
    assert_eq!(balance.certified("U", &nearest).unwrap().value.to_string(), "0.014 kg");
}

/// Rows of the invented certificate in `demo/register/RM050001.toml`.
#[test]
fn certificate_of_the_reference_answers_at_its_loads_and_refuses_between_them() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::init_demo(&folder.path().join("lab"), now()).unwrap();
    let register = lab.register().unwrap();
    let reference = register.standard("RM050001").unwrap();
    let load = |current_a: f64, pf: &str| {
        Load::default().with_number("U", 220.0).with_number("I", current_a).with_word("pf", pf)
    };

    let error = reference.certified("error", &load(0.05 * 5.0, "1.0")).unwrap();
    assert_eq!(error.value.to_string(), "0.007 %");
    assert_eq!(reference.certified("U", &load(60.0, "0.5L")).unwrap().value.to_string(), "0.016 %");
    assert_eq!(
        reference.certified("k", &Load::default()).unwrap().value.decimal().to_string(),
        "2"
    );
    assert_eq!(
        reference.certified("drift", &Load::default()).unwrap().value.to_string(),
        "0.006 %"
    );

    // 3.6e6 * 60 kHz / (240 V * 6 A), the range that serves 5 A (electricity dossier 2.1).
    let constant = reference.specified_at("constant", &load(5.0, "1.0")).unwrap();
    assert_eq!(constant.value.to_string(), "150000000 imp/(kW*h)");
    let refused = reference.specified("constant").unwrap_err().to_string();
    assert_eq!(refused, "the specification of RM050001 holds `constant`, but not for the load ()");

    let refused = reference.certified("error", &load(7.0, "1.0")).unwrap_err().to_string();
    assert!(refused.contains("no row for the load I 7, U 220, pf 1.0"), "{refused}");
    let refused = reference.certified("errror", &load(5.0, "1.0")).unwrap_err().to_string();
    assert!(refused.contains("it states U, drift, error, k, p"), "{refused}");
}

#[test]
fn standard_past_due_is_refused_from_the_day_after() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::init_demo(&folder.path().join("lab"), now()).unwrap();
    let register = lab.register().unwrap();
    let reference = register.standard("RM050001").unwrap();
    let due = reference.due.unwrap();

    reference.fit_on(due).unwrap();
    let refused = reference.fit_on(due.tomorrow().unwrap()).unwrap_err().to_string();
    assert!(refused.starts_with("rule `no standard past due`: RM050001"), "{refused}");
}

#[test]
fn laboratory_is_not_founded_where_something_stands() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("thesis.txt"), "three years").unwrap();

    let refused = Lab::found(folder.path(), "2026-11-23T08:00:00Z").unwrap_err();
    assert!(matches!(refused, LabError::NotEmpty { ref found, .. } if found == "thesis.txt"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn blank_laboratory_reads_back_and_its_record_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::found(folder.path(), "2026-11-23T08:00:00Z").unwrap();

    let audit = lab.journal().unwrap().audit().unwrap();
    assert!(audit.ok, "{audit:?}");
    assert_eq!(audit.events, 1);
    assert!(lab.people().unwrap().persons().next().is_none());
}

#[test]
fn unknown_bench_is_refused_with_the_names_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::init_demo(&folder.path().join("lab"), now()).unwrap();

    let refused = lab.bench("meters-60").unwrap_err().to_string();
    let worlds = etalon_fixtures::library::LIBRARY.iter();
    let mut names: Vec<String> =
        worlds.map(|(file, _)| format!("`{}`", file.trim_end_matches(".toml"))).collect();
    names.sort();
    assert_eq!(refused, format!("no bench `meters-60`; there is {}", names.join(", ")));
}
