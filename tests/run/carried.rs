//! Bundles: from one bench's record into another's, or refused with the reason in the record.

use etalon::act::{self, Act};
use etalon::bundle::import::{IMPORTED, Imported, REFUSED, import};
use etalon::bundle::{Bundle, BundleRefusal, Cargo, Contents};
use etalon::evaluate::{self, ResultState};
use etalon::keyring;
use etalon::lab::demo::{ITEMS, PERSONS, PROCEDURE};
use etalon::people::signing::{Meaning, Statement, sign};
use etalon_certificates::chain::Root;
use jiff::Timestamp;

use crate::bench::{Laboratory, only_listen};

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// Two benches of one laboratory: the same keys, two records.
fn benches() -> (Laboratory, Laboratory) {
    let (here, there) = (Laboratory::new(), Laboratory::new());
    keyring::signer(&here.lab, jiff::civil::date(2026, 11, 23)).unwrap();
    let keys = there.lab.path("keys");
    std::fs::create_dir_all(&keys).unwrap();
    for entry in std::fs::read_dir(here.lab.path("keys")).unwrap() {
        let file = entry.unwrap().path();
        std::fs::copy(&file, keys.join(file.file_name().unwrap())).unwrap();
    }
    (here, there)
}

fn contents(from: &Laboratory, run: &str) -> Contents {
    let cargo = Cargo {
        runs: vec![run.to_owned()],
        items: vec![ITEMS[0].to_owned()],
        procedures: Vec::new(),
    };
    Contents::gather(&from.lab, &from.journal, &cargo, (PERSONS.0, now())).unwrap()
}

fn sealed(from: &Laboratory, contents: Contents) -> Vec<u8> {
    let signer = keyring::signer(&from.lab, jiff::civil::date(2026, 11, 23)).unwrap();
    contents.signed(&signer).unwrap()
}

fn take(to: &Laboratory, bytes: &[u8]) -> Result<Imported, BundleRefusal> {
    let roots = Root::from_pem(&keyring::authority_pem(&to.lab).unwrap().unwrap()).unwrap();
    let statement = Statement { meaning: Meaning::Administered, subject: "bundle", content: "" };
    let signature = sign(&to.lab, &to.journal, (PERSONS.0, None), statement, now()).unwrap();
    import(&to.lab, &to.journal, bytes, &roots, (&signature, now()))
}

fn last(of: &Laboratory) -> Act {
    act::acts(&of.journal).unwrap().pop().unwrap()
}

/// A run that was carried evaluates to the same bytes, the record that took it is whole, and the same
/// bundle a second time changes nothing.
#[tokio::test(start_paused = true)]
async fn carried_run_evaluates_the_same_and_comes_once() {
    let (here, there) = benches();
    let bench = here.bench(&[]);
    let run = here.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let bytes = sealed(&here, contents(&here, &run));

    let taken = take(&there, &bytes).unwrap();
    assert_eq!(
        (taken.runs, taken.files_known),
        (vec![run.clone()], vec![format!("items/{}.toml", ITEMS[0])])
    );
    assert_eq!(last(&there).act, IMPORTED);
    let results = |of: &Laboratory| {
        let events = of.journal.events(&run).unwrap();
        let plan = etalon::engine::session::recorded_plan(&of.journal, &run, &events).unwrap();
        let results = evaluate::evaluate_item(&plan, &events, ITEMS[0]).unwrap().unwrap();
        let bits = results.results.iter().map(|own| match &own.state {
            ResultState::Measured(own) => {
                (own.outcome.value.to_bits(), own.outcome.expanded.to_bits())
            }
            ResultState::NotMeasured { reason } => panic!("{reason}"),
        });
        bits.collect::<Vec<_>>()
    };
    assert_eq!((results(&here).len(), results(&here)), (15, results(&there)));
    assert!(there.journal.audit().unwrap().ok);
    let before = there.journal.events(&run).unwrap().len();
    let again = take(&there, &bytes).unwrap();
    assert_eq!((again.runs.len(), again.runs_known), (0, vec![run.clone()]));
    assert_eq!(there.journal.events(&run).unwrap().len(), before);
}

/// Refused, recorded and named: a changed byte, another authority, another laboratory, an event whose
/// seal does not fit, and a run that is here with other contents.
#[tokio::test(start_paused = true)]
async fn bundle_that_is_not_what_was_sealed_is_refused_and_recorded() {
    let (here, there) = benches();
    let bench = here.bench(&[]);
    let run = here.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let whole = contents(&here, &run);
    let refused = |bytes: &[u8], wanted: &str| {
        let refusal = take(&there, bytes).unwrap_err();
        assert!(refusal.is_rule() && refusal.to_string().contains(wanted), "{refusal}");
        let act = last(&there);
        assert_eq!((act.act.as_str(), act.fact("reason")), (REFUSED, refusal.to_string().as_str()));
        assert!(there.journal.events(&run).unwrap().is_empty());
    };

    let text = String::from_utf8(sealed(&here, whole.clone())).unwrap();
    refused(
        text.replacen("\"input\":\"n\"", "\"input\":\"m\"", 1).as_bytes(),
        "changed after it was signed",
    );

    let stranger = Laboratory::new();
    refused(&sealed(&stranger, whole.clone()), "not trusted here");

    let mut foreign = whole.clone();
    foreign.laboratory = "another-laboratory".to_owned();
    refused(&sealed(&here, foreign), "the bundle is of laboratory `another-laboratory`");

    let mut edited = whole.clone();
    edited.runs[0].events[5].at = "2026-11-23T08:00:09Z".to_owned();
    refused(&sealed(&here, edited), "its seal is not that of its contents");

    let mut shortened = whole.clone();
    shortened.documents.pop_first();
    refused(&sealed(&here, shortened), "is not in the bundle");

    let mut escaping = whole.clone();
    escaping.files.insert("items/../people.toml".to_owned(), String::new());
    refused(&sealed(&here, escaping), "no file of a bundle belongs there");

    let (contents, signer) = Bundle::read(&sealed(&here, whole.clone())).unwrap();
    assert_eq!(contents, whole);
    assert!(signer.signer_name().contains("Demonstration signer"));
    let other_bench = there.bench(&[]);
    there.run(&other_bench, &ITEMS[..2], only_listen).await.unwrap();
    let refusal = take(&there, &sealed(&here, whole)).unwrap_err();
    assert!(matches!(refusal, BundleRefusal::Other { .. }), "{refusal}");
    assert_eq!(last(&there).act, REFUSED);
}

/// Items and procedures travel without a run: the other bench plans with them, byte for byte the same; a
/// file that is there with other contents is not overwritten.
#[test]
fn items_and_procedures_are_carried_to_a_bench_without_a_network() {
    let (here, there) = benches();
    let shipped = here.lab.procedure(PROCEDURE).unwrap().text;
    let own = shipped.replacen(PROCEDURE, "lab.own.basic-error", 1);
    std::fs::create_dir_all(here.lab.path("procedures")).unwrap();
    std::fs::write(here.lab.path("procedures").join("own.toml"), &own).unwrap();
    let item = here.lab.item(ITEMS[0]).unwrap().text;
    let item = item.replace(ITEMS[0], "DD26000099");
    std::fs::write(here.lab.path("items").join("DD26000099.toml"), &item).unwrap();

    let cargo = Cargo {
        runs: Vec::new(),
        items: vec!["DD26000099".to_owned()],
        procedures: vec!["lab.own.basic-error".to_owned()],
    };
    let gathered = Contents::gather(&here.lab, &here.journal, &cargo, (PERSONS.0, now())).unwrap();
    take(&there, &sealed(&here, gathered.clone())).unwrap();
    assert_eq!(there.lab.procedure("lab.own.basic-error").unwrap().text, own);
    assert_eq!(there.lab.item("DD26000099").unwrap().text, item);
    assert_eq!(last(&there).act, IMPORTED);
    let again = take(&there, &sealed(&here, gathered.clone())).unwrap();
    assert_eq!(again.files_known.len(), 2);

    let mut other = gathered;
    let file = other.files.values_mut().next().unwrap();
    file.push_str("# another one\n");
    let refusal = take(&there, &sealed(&here, other)).unwrap_err();
    assert!(matches!(refusal, BundleRefusal::Other { .. }), "{refusal}");
    assert_eq!(there.lab.item("DD26000099").unwrap().text, item);
}
