//! Orders: where an item stands, and what a certificate takes from the order.

use etalon::act::{self, Deed};
use etalon::issue::{self, Order as Certificate, standing};
use etalon::keyring;
use etalon::lab::demo::{ITEMS, PERSONS, PROCEDURE};
use etalon::order::progress::{self, RECEIVED, RETURNED, Stage};
use etalon::order::{self, Order};
use etalon_certificates::document;
use etalon_certificates::fonts::Fonts;
use etalon_certificates::record::{Languages, Record};

use crate::bench::{Laboratory, only_listen};

fn text(decision: &str) -> String {
    let item = ITEMS[0];
    format!(
        r#"schema = "etalon.order/1"

[order]
id        = "W2026-001"
received  = "2026-11-22"
procedure = "{PROCEDURE}"
activity  = "calibration"
decision  = {decision}

[customer]
name    = {{ en = "Grid Company", zh = "电网公司" }}
address = {{ en = "3 Lane", zh = "三巷" }}
country = "CN"

[[item]]
id          = "{item}"
accessories = ["cover"]
"#
    )
}

fn write(laboratory: &Laboratory, decision: &str) -> Order {
    let folder = laboratory.lab.path(order::FOLDER);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("W2026-001.toml"), text(decision)).unwrap();
    order::all(&laboratory.lab).unwrap().remove(0)
}

const AGREED: &str = r#"{ rule = "procedure", agreed_by = "Ms Sun", on = "2026-11-22" }"#;

fn certificate(run: &str) -> Certificate<'_> {
    let (_, checked, approved) = PERSONS;
    let now = "2026-11-23T12:00:00Z".parse().unwrap();
    Certificate { run, item: ITEMS[0], checked, approved, languages: Languages::En, now }
}

/// ISO/IEC 17025 7.1.3 and 7.8.6: customer and rule are those of the order; where none was agreed no
/// conformity is stated, neither in sum nor at a point.
#[tokio::test(start_paused = true)]
async fn iso17025_7_1_3_certificate_takes_customer_and_rule_from_the_order() {
    let laboratory = Laboratory::new();
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    let draft = || -> Record {
        let order = certificate(&run);
        issue::draft(&laboratory.lab, &laboratory.journal, &order, &Fonts::latin()).unwrap()
    };
    let without = draft();
    assert_eq!(without.customer.name.en(), "Specimen Power Supply Company");

    write(&laboratory, AGREED);
    let agreed = draft();
    assert_eq!(agreed.customer.name.zh(), "电网公司");
    let rule = agreed.agreement.as_ref().unwrap().rule.en();
    assert!(rule.ends_with("Agreed with Ms Sun on 2026-11-22 (order W2026-001)."), "{rule}");
    assert!(document::overall(&agreed).is_some());

    write(&laboratory, r#"{ rule = "none" }"#);
    let none = draft();
    assert_eq!((none.agreement.as_ref(), document::overall(&none)), (None, None));
    assert!(none.results[0].rows.iter().all(|row| row.stated.judged.is_none()));
}

/// ISO/IEC 17025 7.4: an item's way from the order to its return, read off the record.
#[tokio::test(start_paused = true)]
async fn iso17025_7_4_item_is_followed_from_order_to_return() {
    let laboratory = Laboratory::new();
    let journal = &laboratory.journal;
    let order = write(&laboratory, AGREED);
    let stage = || {
        let (acts, runs) = (act::acts(journal).unwrap(), journal.runs().unwrap());
        let known = standing::certificates(journal).unwrap();
        progress::progress(&order, &acts, &runs, &known).remove(0)
    };
    let act = |name: &str| {
        let subject = progress::subject(&order.id, ITEMS[0]);
        let deed = Deed::new(name, subject, "chen.yu").fact("condition", "seals whole");
        deed.record(journal, "2026-11-23T08:00:00Z".parse().unwrap()).unwrap();
    };
    assert_eq!(stage().stage, Stage::Ordered);
    act(RECEIVED);
    assert_eq!(stage().condition.as_deref(), Some("seals whole"));
    assert_eq!(stage().stage, Stage::Received);
    let bench = laboratory.bench(&[]);
    let run = laboratory.run(&bench, &ITEMS[..1], only_listen).await.unwrap().run;
    assert_eq!((stage().stage, stage().runs), (Stage::Measured, vec![run.clone()]));
    let signer = keyring::signer(&laboratory.lab, jiff::civil::date(2026, 11, 23)).unwrap();
    let wanted = certificate(&run);
    issue::issue(&laboratory.lab, journal, &wanted, &signer, &Fonts::latin()).unwrap();
    assert_eq!((stage().stage, stage().certificates.len()), (Stage::Certified, 1));
    act(RETURNED);
    assert_eq!(stage().stage, Stage::Returned);
}

#[test]
fn order_without_an_agreed_person_and_with_an_item_twice_is_found() {
    let broken = text(r#"{ rule = "procedure" }"#) + "\n[[item]]\nid = \"DD26000001\"\n";
    let found = order::check(&broken);
    let messages: Vec<&str> = found.diagnostics.iter().map(|own| own.message.as_str()).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(found.value.is_none());
    let whole = order::check(&text(AGREED)).value.unwrap();
    assert_eq!(order::check(&order::text(&whole)).value.unwrap().items, whole.items);
}
