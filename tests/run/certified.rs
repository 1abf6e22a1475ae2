//! From a run to certificates: what may be stated, and what may not.

use etalon::issue::{self, IssueRefusal, Order};
use etalon::keyring;
use etalon::lab::demo::{ITEMS, PERSONS};
use etalon_certificates::chain::Root;
use etalon_certificates::fonts::Fonts;
use etalon_certificates::record::{Conformity, Languages};
use etalon_certificates::{document, verify};

use crate::bench::{Laboratory, only_listen};

fn order<'a>(run: &'a str, item: &'a str, now: &str) -> Order<'a> {
    let (_, checked, approved) = PERSONS;
    let now = now.parse().unwrap();
    Order { run, item, checked, approved, languages: Languages::En, now }
}

/// ISO/IEC 17025 7.8: the certificate of the meter that is out of tolerance says so, and a
/// stranger with the laboratory's root finds every number again.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificate_of_a_failing_meter_says_so_and_recomputes() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS, only_listen).await.unwrap().run;
    let signer = keyring::signer(&laboratory.lab, jiff::civil::date(2026, 11, 23)).unwrap();
    let order = order(&run, ITEMS[3], "2026-11-23T12:00:00Z");
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let certificate = issue::issue(lab, journal, &order, &signer, &Fonts::latin()).unwrap();

    assert!(certificate.record.specimen);
    assert_eq!(document::overall(&certificate.record), Some(Conformity::Fail));
    let roots = Root::from_pem(&keyring::authority_pem(lab).unwrap().unwrap()).unwrap();
    let bytes = std::fs::read(&certificate.pdf).unwrap();
    let found = verify::verify(&bytes, Some(&roots));
    assert!(found.ok, "{:?}", found.findings);
    assert_eq!((found.recomputed.results, found.recomputed.equal), (15, 15));
    assert_eq!(found.dcc_matches_page, Some(true));
}

/// ISO/IEC 17025 7.8.2.1 i: work between midnight at the laboratory and midnight in UTC is dated by
/// the laboratory's day, and signed by keys that are valid already.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_2_1_certificate_made_after_midnight_carries_the_new_day_and_verifies() {
    let laboratory = Laboratory::at("2026-11-23T15:20:00Z"); // 23:20 in the laboratory
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let now = "2026-11-23T18:00:00Z";
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let today = lab.identity.civil_day(now.parse().unwrap());
    assert_eq!(today, jiff::civil::date(2026, 11, 24));
    let signer = keyring::signer(lab, today).unwrap();
    let order = order(&run, ITEMS[0], now);
    let certificate = issue::issue(lab, journal, &order, &signer, &Fonts::latin()).unwrap();

    let record = &certificate.record;
    assert_eq!(record.performed_from, "2026-11-23");
    assert_eq!((&*record.performed_until, &*record.issued), ("2026-11-24", "2026-11-24"));
    let roots = Root::from_pem(&keyring::authority_pem(lab).unwrap().unwrap()).unwrap();
    let found = verify::verify(&std::fs::read(&certificate.pdf).unwrap(), Some(&roots));
    assert!(found.ok, "{:?}", found.findings);
}

/// ISO/IEC 17025 7.8.2.1 i, j: nothing is issued before it was measured, whatever the wall says.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_2_1_certificate_is_not_issued_before_its_run_ended() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let order = order(&run, ITEMS[0], "2026-11-23T08:00:01Z");
    let record =
        issue::draft(&laboratory.lab, &laboratory.journal, &order, &Fonts::latin()).unwrap();
    let last = laboratory.journal.run(&run).unwrap().unwrap().last;
    let last: jiff::Timestamp = last.parse().unwrap();
    let issued: jiff::Timestamp = record.issued_at.parse().unwrap();
    assert_eq!(issued.as_second(), last.as_second());
}

/// ISO/IEC 17025 7.11.3: a reading edited in the file is not certified.
#[tokio::test(start_paused = true)]
async fn iso17025_7_11_3_edited_record_is_not_certified() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let database = rusqlite::Connection::open(laboratory.lab.record_path()).unwrap();
    let guards: Vec<String> = database
        .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for guard in guards {
        database.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
    }
    let edited = database
        .execute("UPDATE event SET body = replace(body, '\"input\":\"n\"', '\"input\":\"m\"')", [])
        .unwrap();
    assert!(edited > 0);
    let order = order(&run, ITEMS[0], "2026-11-23T12:00:00Z");
    let refused = issue::draft(&laboratory.lab, &laboratory.journal, &order, &Fonts::latin());
    let Err(refusal) = refused else { panic!("an edited record was certified") };
    assert!(matches!(refusal, IssueRefusal::BrokenRecord { .. }), "{refusal}");
    assert!(refusal.is_rule());
}

/// ISO/IEC 17025 7.8.6.2: where a meter died halfway, its points are stated and no verdict is.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_6_2_item_measured_in_part_gets_no_statement_of_conformity() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let world = bench.0.clone();
    let dies = move |_| -> Box<dyn Fn(&etalon::journal::Event) + Send + Sync> {
        Box::new(move |event| {
            if let etalon::journal::Body::PointFinished { point, .. } = &event.body
                && point == "half-1"
            {
                let dead = etalon_fixtures::faults::WorldFault::DeadPosition(1);
                world.bench().with(|world| world.suffer(&[dead]));
            }
        })
    };
    let run = laboratory.run(&bench, &ITEMS[..2], dies).await.unwrap().run;
    let order = order(&run, ITEMS[0], "2026-11-23T12:00:00Z");
    let record =
        issue::draft(&laboratory.lab, &laboratory.journal, &order, &Fonts::latin()).unwrap();
    assert_eq!(document::overall(&record), None);
    assert!(record.agreement.is_none());
    assert_eq!(record.results[0].rows.len(), 4);
    assert_eq!(record.deviations.len(), 1);
    assert!(record.notes.iter().any(|note| note.en().contains("No statement of conformity")));
}
