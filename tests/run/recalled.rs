//! The register at work: what rests on a standard, what a correction changes, what is let through.

use etalon::act;
use etalon::deviation;
use etalon::issue::{self, IssueRefusal, Order};
use etalon::lab::demo::{ITEMS, PERSONS};
use etalon::people::signing::{Meaning, Statement, sign};
use etalon::recall::{self, Correction, Question};
use etalon::register::change::{self, check_lines, status_lines, upkeep_lines};
use etalon::register::status::StatusChange;
use etalon::register::upkeep::{Check, Kind, Upkeep};
use etalon::register::{RuleRefusal, Standard, Status};
use etalon_certificates::fonts::Fonts;
use etalon_certificates::record::Languages;
use etalon_uncertainty::quantity::Quantity;
use jiff::civil::Date;

use crate::bench::{Laboratory, only_listen};

const REFERENCE: &str = "RM050001";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn question(since: &str, correction: Option<&str>) -> Question {
    let correction = correction
        .map(|by| Correction { column: "error".to_owned(), by: Quantity::parse(by).unwrap() });
    Question { standard: REFERENCE.to_owned(), since: day(since), correction }
}

/// ISO/IEC 17025 7.10: a reference that was 0.01 % off moves every result by 0.01 % of (1 + E), and no
/// verdict; one that was 1.5 % off changes the verdicts of good meters. dE/de = (1 + E) from the
/// measurement model E = W/W_ref (1 + e) - 1 (electricity dossier), so 0.01 % for E near zero.
#[tokio::test(start_paused = true)]
async fn iso17025_7_10_recall_recomputes_results_and_names_verdicts_that_change() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    laboratory.run(&bench, &ITEMS[..2], only_listen).await.unwrap();
    let recall = |question: &Question| {
        recall::recall(&laboratory.journal, &laboratory.lab.identity, question).unwrap()
    };

    let small = recall(&question("2026-11-23", Some("0.01 %")));
    let [run] = small.as_slice() else { panic!("{} runs", small.len()) };
    assert_eq!((run.refused.as_deref(), run.items.len()), (None, 2));
    assert_eq!(run.roles, ["ref"]);
    for result in run.items.iter().flat_map(|item| &item.results) {
        let moved = result.corrected - result.value;
        assert!((moved - 0.01).abs() < 1e-4, "{} moved by {moved} {}", result.key, result.unit);
    }
    assert!(run.items.iter().all(|item| !item.changes && item.results.len() == 15));

    let large = recall(&question("2026-11-23", Some("1.5 %")));
    let item = &large[0].items[0];
    assert_eq!((item.verdict.as_str(), item.corrected_verdict.as_str()), ("pass", "fail"));
    assert!(item.changes);

    assert!(recall(&question("2026-11-24", None)).is_empty());
    let listed = recall(&question("2026-11-01", None));
    assert!(listed[0].items.iter().all(|item| item.results.is_empty() && !item.changes));
}

#[tokio::test(start_paused = true)]
async fn recall_refuses_a_column_that_the_certificate_does_not_state() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap();
    let mut wrong = question("2026-11-23", Some("0.01 %"));
    wrong.correction.as_mut().unwrap().column = "gain".to_owned();
    let found = recall::recall(&laboratory.journal, &laboratory.lab.identity, &wrong).unwrap();
    let refused = found[0].refused.as_deref().unwrap();
    assert_eq!(refused, "certificate SPECIMEN-RM-0917 states no `gain`; it states error, U");
}

fn reference(laboratory: &Laboratory) -> Standard {
    laboratory.lab.register().unwrap().standard(REFERENCE).unwrap().clone()
}

fn enter(laboratory: &Laboratory, lines: &str) -> Standard {
    let file = change::file_of(&laboratory.lab.path("register"), REFERENCE).unwrap().unwrap();
    change::add(&file, lines).unwrap()
}

/// ISO/IEC 17025 6.4.10, 6.4.9: a failed intermediate check takes the standard out of use, at once
/// and by itself; and so does an adjustment, whose certificate is older.
#[test]
fn iso17025_6_4_10_failed_check_and_adjustment_take_a_standard_out_of_use() {
    let laboratory = Laboratory::new();
    let today = day("2026-11-23");
    let quantity = |text| Quantity::parse(text).unwrap();
    let check = |found| Check {
        on: today,
        by: "wang.min".to_owned(),
        procedure: "check.meter".to_owned(),
        found: quantity(found),
        limit: quantity("0.03 %"),
    };
    let passed = enter(&laboratory, &check_lines(&check("-0.03 %")));
    passed.fit_on(today).unwrap();
    let failed = enter(&laboratory, &check_lines(&check("-0.031 %")));
    assert!(matches!(failed.fit_on(today), Err(RuleRefusal::CheckFailed { .. })));
    let good = enter(&laboratory, &check_lines(&check("0.0 %")));
    // Of two checks on one day the later entry counts.
    good.fit_on(today).unwrap();

    let upkeep =
        |kind| Upkeep { on: today, kind, by: "zhao.lei".to_owned(), text: "gain moved".to_owned() };
    enter(&laboratory, &upkeep_lines(&upkeep(Kind::Maintenance))).fit_on(today).unwrap();
    let adjusted = enter(&laboratory, &upkeep_lines(&upkeep(Kind::Adjustment)));
    let refused = adjusted.fit_on(today).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "rule `calibrated since its last repair or adjustment`: RM050001 had an entry `adjustment` on 2026-11-23, certificate SPECIMEN-RM-0917 is older"
    );
}

/// ISO/IEC 17025 6.4.4: no way back into service but through verification.
#[test]
fn iso17025_6_4_4_quarantined_standard_comes_back_through_verification_alone() {
    let laboratory = Laboratory::new();
    let change = |status| StatusChange {
        on: day("2026-11-23"),
        status,
        by: "zhao.lei".to_owned(),
        reason: "dropped".to_owned(),
    };
    enter(&laboratory, &status_lines(&change(Status::Quarantined)));
    let file = change::file_of(&laboratory.lab.path("register"), REFERENCE).unwrap().unwrap();
    let before = std::fs::read_to_string(&file).unwrap();
    change::add(&file, &status_lines(&change(Status::InService))).unwrap_err();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    enter(&laboratory, &status_lines(&change(Status::Verified)));
    enter(&laboratory, &status_lines(&change(Status::InService)))
        .fit_on(day("2026-11-23"))
        .unwrap();
}

fn deviation(customer: &str) -> String {
    format!(
        r#"schema = "etalon.deviation/1"

[deviation]
id       = "D2026-001"
rule     = "no standard past due"
standard = "RM050001"
from     = "2026-11-01"
until    = "2026-12-31"
clause   = "ISO/IEC 17025:2017, 6.4.7"
reason   = {{ en = "the institute is closed until December", zh = "检定机构停业至十二月" }}
effect   = {{ en = "drift enlarged by a quarter", zh = "漂移分量增大四分之一" }}
asked_by = "chen.yu"

[deviation.consent]
customer = "{customer}"
by       = "Ms Sun"
on       = "2026-11-20"
kept     = "letter 2026-11-20"
"#
    )
}

/// ISO/IEC 17025 7.2.1.7: a standard past due refuses the plan; a deviation that somebody approved
/// lets that one rule through, stands on the certificate, and holds for the customer who accepted it;
/// edited after its approval it lets nothing through.
#[tokio::test(start_paused = true)]
async fn iso17025_7_2_1_7_deviation_is_approved_printed_and_void_when_edited() {
    let laboratory = Laboratory::new();
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let file = change::file_of(&lab.path("register"), REFERENCE).unwrap().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let due = reference(&laboratory).due.unwrap().to_string();
    std::fs::write(&file, text.replace(&due, "2026-11-22")).unwrap();
    let today = day("2026-11-23");
    assert!(matches!(reference(&laboratory).fit_on(today), Err(RuleRefusal::PastDue { .. })));

    let folder = lab.path(deviation::FOLDER);
    std::fs::create_dir_all(&folder).unwrap();
    let written = folder.join("D2026-001.toml");
    std::fs::write(&written, deviation("Specimen Power Supply Company")).unwrap();
    assert!(reference(&laboratory).fit_on(today).is_err(), "nobody has approved it yet");
    let approve = |at: &str| {
        let own = deviation::all(lab).unwrap().remove(0);
        let meaning = Meaning::Deviation;
        let statement = Statement { meaning, subject: &own.id, content: &own.sha256 };
        sign(lab, journal, (PERSONS.2, None), statement, at.parse().unwrap()).unwrap();
    };
    approve("2026-11-23T08:00:00Z");
    reference(&laboratory).fit_on(today).unwrap();

    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let (_, checked, approved) = PERSONS;
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    let languages = Languages::En;
    let order = Order { run: &run, item: ITEMS[0], checked, approved, languages, now };
    let draft = || issue::draft(lab, journal, &order, &Fonts::latin());
    let record = draft().unwrap();
    let stated = record.deviations[0].en();
    assert!(stated.starts_with("Deviation D2026-001 from ISO/IEC 17025:2017, 6.4.7"), "{stated}");
    assert!(stated.contains("Accepted by Ms Sun on 2026-11-20"), "{stated}");

    std::fs::write(&written, deviation("Another Company")).unwrap();
    let edited = draft().unwrap_err();
    assert!(matches!(edited, IssueRefusal::NotLetThrough { .. }) && edited.is_rule(), "{edited}");
    approve("2026-11-23T13:00:00Z");
    let other = draft().unwrap_err().to_string();
    assert!(other.contains("has the consent of Another Company"), "{other}");
    assert!(act::acts(journal).unwrap().iter().any(|act| act.fact("meaning") == "deviation"));
}
