//! Replay and corrections of whole runs: the plan made again from its papers, results across points,
//! ambient readings put right.

use etalon::correction::{self, Change, Correction, CorrectionError};
use etalon::journal::{Body, Entry};
use etalon::lab::demo::ITEMS;
use etalon::reading;
use etalon::replay::{Replayed, replay};
use etalon::results::Results;
use etalon::store::Journal;

use crate::bench::{Laboratory, only_listen};
use crate::scenes::{GAUGE, Stage, TURBINE, listen};

fn replayed(journal: &Journal, run: &str) -> Replayed {
    replay(journal, run, |_| None).unwrap()
}

/// The results that were kept last.
fn kept(journal: &Journal, run: &str) -> Results {
    let events = journal.events(run).unwrap();
    let sha256 = events.iter().rev().find_map(|event| match &event.body {
        Body::Evaluated { results, .. } => Some(results.clone()),
        _ => None,
    });
    serde_json::from_slice(&journal.document(&sha256.unwrap()).unwrap()).unwrap()
}

/// From procedure, register, bench, items and seed of the record comes the plan of the record, and from
/// plan and raw readings come results, checks across points and verdicts: all to the last byte.
#[tokio::test(start_paused = true)]
async fn replay_plans_again_from_the_papers_and_compares_results_across_points() {
    for (scene, seed) in [(GAUGE, 3), (TURBINE, 4)] {
        let stage = Stage::new(scene, seed, &[]);
        let conclusion = stage.run(listen).await;
        let journal = &stage.laboratory.journal;
        let found = replayed(journal, &conclusion.run);
        assert!(found.plan_equal && found.differences.is_empty(), "{:?}", found.differences);
        assert_eq!((found.evaluations, found.equal), (1, 1));

        let results = kept(journal, &conclusion.run);
        let across = &results.items[0].across;
        assert!(!across.is_empty());
        assert!(across.iter().any(|point| point.verdict == "pass"), "{across:?}");
        assert_eq!(found.results, results.items[0].results.len() + across.len());
    }
}

/// A record in which the plan itself is another one than its procedure gives: chain, documents and
/// arithmetic are whole, and the limit is twice as wide.
#[tokio::test(start_paused = true)]
async fn plan_that_does_not_follow_from_its_papers_is_named_with_the_place() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let conclusion = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap();
    let journal = &laboratory.journal;
    assert!(replayed(journal, &conclusion.run).plan_equal);

    let events = laboratory.events(&conclusion);
    let mut entries = Vec::new();
    for event in events {
        let mut body = event.body;
        if let Body::RunStarted { documents, .. } = &mut body {
            let text = String::from_utf8(journal.document(&documents["plan"]).unwrap()).unwrap();
            let wider =
                [("lower\":\"-1.0 %", "lower\":\"-2.0 %"), ("upper\":\"1.0 %", "upper\":\"2.0 %")];
            let forged = wider.iter().fold(text.clone(), |text, (old, new)| text.replace(old, new));
            assert_ne!(text, forged);
            documents.insert("plan".to_owned(), journal.keep(forged.as_bytes()).unwrap());
        }
        if !matches!(body, Body::Evaluated { .. }) {
            entries.push(Entry::new("R20261123-099", event.at, body));
        }
    }
    journal.append_now(&entries).unwrap();
    assert!(journal.audit().unwrap().ok);
    let found = replayed(journal, "R20261123-099");
    assert!(!found.plan_equal);
    let first = &found.differences[0];
    assert_eq!(first.compared_with, "plan");
    assert_eq!(
        first.what,
        "/entries/0/evaluation/limit/lower: kept is \"-2.0 %\", its papers give \"-1.0 %\""
    );
}

/// ISO/IEC 17025, 7.5.2: an ambient reading that was wrong is put right like any other. Both values
/// stay, the results that rest on it are others, and every state of them can be replayed.
#[tokio::test(start_paused = true)]
async fn iso17025_7_5_2_corrected_ambient_reading_is_evaluated_anew_and_replayed() {
    let stage = Stage::new(TURBINE, 4, &[]);
    let conclusion = stage.run(listen).await;
    let (journal, run) = (&stage.laboratory.journal, conclusion.run.as_str());
    let events = journal.events(run).unwrap();
    let readings = reading::readings(&events);
    let under = readings.iter().find(|own| own.input == "m1").unwrap().conditions["t_amb"].sequence;
    let conditions = reading::conditions(&events);
    let seen = conditions.iter().find(|seen| seen.sequence == under).unwrap();
    let correct = |sequence, change| {
        let now = stage.laboratory.now();
        let (reason, by) = ("read off the wrong line", "wang.min");
        correction::correct(journal, &Correction { run, sequence, change, reason, by, now })
    };
    let done = correct(seen.sequence, Change::Value("29.5")).unwrap();
    assert_eq!((done.of.as_str(), done.old.as_str()), ("t_amb", seen.value.as_str()));
    assert!(!done.differences.is_empty(), "the buoyancy of the air follows from it");
    assert!(done.outside.is_some(), "the procedure does not allow 29.5 degC");

    let again = reading::conditions(&journal.events(run).unwrap());
    let again = again.iter().find(|own| own.sequence == seen.sequence).unwrap();
    assert_eq!(again.value, "29.5");
    assert_eq!(
        (again.corrections[0].old.as_str(), again.corrections[0].by.as_str()),
        (seen.value.as_str(), "wang.min")
    );
    let found = replayed(journal, run);
    assert_eq!((found.evaluations, found.equal, found.differences.len()), (2, 2, 0));

    let same = correct(seen.sequence, Change::Value("29.5"));
    assert!(matches!(same, Err(CorrectionError::Same { .. })));
    let back = correct(seen.sequence, Change::Void).unwrap();
    assert_eq!(back.new, None);
    let void = correct(seen.sequence, Change::Void);
    assert!(matches!(void, Err(CorrectionError::Voided { .. })));
}
