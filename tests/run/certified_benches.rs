//! A certificate from each bench beyond the demonstration: issued, verified by a stranger, every number
//! recomputed.

use etalon::issue::{self, Order};
use etalon::keyring;
use etalon::lab::demo::PERSONS;
use etalon_certificates::chain::Root;
use etalon_certificates::fonts::{self, Fonts};
use etalon_certificates::record::{Conformity, Languages};
use etalon_certificates::{document, verify};

use crate::bench::Laboratory;
use crate::scenes::{Stage, listen};
use crate::worlds::{BELL, DEAD_WEIGHT, MASTER, NOZZLE, TRANSMITTER};
use crate::{three_phase, three_wire};

/// Both languages where the machine has a Chinese font, English alone where it has none.
fn letters() -> (Languages, Fonts) {
    let found = fonts::find_cjk();
    found.map_or_else(|| (Languages::En, Fonts::latin()), |found| (Languages::Both, found.fonts))
}

/// Issues the certificate of an item as checked and approved, and looks at its bytes
/// as a stranger with the laboratory's root does: how many results it states, and the verdict.
///
/// The PDFs stay where `ETALON_KEEP` names a folder, for whoever wants to look at the pages.
fn certified(laboratory: &Laboratory, run: &str, item: &str) -> (usize, Option<Conformity>) {
    let (_, checked, approved) = PERSONS;
    let now = "2026-11-23T16:00:00Z".parse().unwrap();
    let (languages, fonts) = letters();
    let order = Order { run, item, checked, approved, languages, now };
    let (lab, journal) = (&laboratory.lab, &laboratory.journal);
    let signer = keyring::signer(lab, jiff::civil::date(2026, 11, 24)).unwrap();
    let certificate = issue::issue(lab, journal, &order, &signer, &fonts).unwrap();
    if let Some(folder) = std::env::var_os("ETALON_KEEP") {
        let kept = std::path::Path::new(&folder).join(format!("{item}.pdf"));
        std::fs::copy(&certificate.pdf, kept).unwrap();
    }
    let record = &certificate.record;
    let mut cells =
        record.results.iter().flat_map(|table| &table.rows).flat_map(|row| &row.conditions);
    assert_eq!(item.ends_with("-Q"), cells.any(|cell| cell == "sin0.25L"), "{item}");
    assert!(record.specimen, "{item}");
    let roots = Root::from_pem(&keyring::authority_pem(lab).unwrap().unwrap()).unwrap();
    let found =
        verify::verify_with(&std::fs::read(&certificate.pdf).unwrap(), Some(&roots), &fonts);
    assert!(found.ok, "{item}: {:?}", found.findings);
    assert_eq!(found.dcc_matches_page, Some(true), "{item}");
    let rows: usize = record.results.iter().map(|table| table.rows.len()).sum();
    assert!(found.recomputed.results > 0, "{item}");
    assert_eq!(found.recomputed.equal, found.recomputed.results, "{item}");
    (rows, document::overall(record))
}

/// The certificate of the one item of a bench; it conforms, as planted.
async fn certified_scene(scene: etalon::demonstration::Scene, rows: usize) {
    let stage = Stage::of(scene, 7, &[]);
    let conclusion = stage.run(listen).await;
    let stated = certified(&stage.laboratory, &conclusion.run, scene.items[0]);
    assert_eq!(stated, (rows, Some(Conformity::Pass)), "{}", scene.bench);
}

/// JJG 882: the error of the current at ten points, hysteresis at five.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificate_of_a_transmitter_recomputes() {
    certified_scene(TRANSMITTER, 15).await;
}

/// JJG 49: before and behind tapping, its displacement and the check of that at eleven marks up and down;
/// hysteresis at each.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificate_of_a_precision_gauge_recomputes() {
    certified_scene(DEAD_WEIGHT, 99).await;
}

/// JJG 577: three flows.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificate_of_a_gas_meter_on_nozzles_recomputes() {
    certified_scene(NOZZLE, 3).await;
}

/// JJG 643: five flows.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificate_of_a_meter_against_the_master_recomputes() {
    certified_scene(MASTER, 5).await;
}

/// JJG 577: three flows.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificate_of_a_gas_meter_on_the_bell_recomputes() {
    certified_scene(BELL, 3).await;
}

/// JJG 596: meter 2 has an element out of adjustment, the other two conform; the register of meter 3
/// alone does not.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificates_of_three_phase_meters_state_their_verdicts_and_recompute() {
    let stage = three_phase::Stage::new(three_phase::BASIC_ERROR, &[]);
    let run = stage.run().await.run;
    for (item, verdict) in three_phase::ITEMS.iter().zip(["pass", "fail", "pass"]) {
        let (rows, overall) = certified(&stage.laboratory, &run, item);
        let word = overall.map(|overall| if overall == Conformity::Pass { "pass" } else { "fail" });
        // Each phase alone less balanced load: three rows more.
        assert_eq!((rows, word), (33 + 3, Some(verdict)), "{item}");
    }
}

/// JJG 596, reactive energy: the reactive lamp of meter 3 loses 2.6 %.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificates_of_reactive_energy_state_their_verdicts_and_recompute() {
    let stage = three_phase::Stage::on(
        "meters-3p",
        three_phase::REACTIVE_ITEMS,
        three_phase::REACTIVE,
        &[],
    );
    let run = stage.run().await.run;
    for (item, verdict) in three_phase::REACTIVE_ITEMS.iter().zip(["pass", "pass", "fail"]) {
        let (rows, overall) = certified(&stage.laboratory, &run, item);
        let word = overall.map(|overall| if overall == Conformity::Pass { "pass" } else { "fail" });
        assert_eq!((rows, word), (29, Some(verdict)), "{item}");
    }
}

/// JJG 596, three wires: the elements of meter 2 are uneven, the other two conform.
#[tokio::test(start_paused = true)]
async fn iso17025_7_8_certificates_of_three_wire_meters_state_their_verdicts_and_recompute() {
    let (items, procedure) = (three_wire::ITEMS, three_wire::BASIC_ERROR);
    let stage = three_phase::Stage::on("meters-3w", items, procedure, &[]);
    let run = stage.run().await.run;
    for (item, verdict) in items.iter().zip(["pass", "fail", "pass"]) {
        let (rows, overall) = certified(&stage.laboratory, &run, item);
        let word = overall.map(|overall| if overall == Conformity::Pass { "pass" } else { "fail" });
        assert_eq!((rows, word), (24, Some(verdict)), "{item}");
    }
}
