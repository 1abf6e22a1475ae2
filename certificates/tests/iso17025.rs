//! Each item that ISO/IEC 17025:2017, clause 7.8, wants is missed when it is missing.

#![cfg(all(feature = "render", feature = "sign"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../examples/specimen/record.rs"]
mod record;
#[path = "../examples/specimen/results.rs"]
mod results;

use etalon_certificates::document::{Document, check, statements};
use etalon_certificates::fonts::Fonts;
use etalon_certificates::record::{MethodPurpose, Part, Record, Text};
use etalon_certificates::{dcc, key};

/// What is done to a sound record.
type Change = fn(&mut Record);

fn specimen() -> Record {
    record::record(&Fonts::latin(), 0).unwrap()
}

#[test]
fn iso17025_7_8_the_whole_record_lacks_nothing() {
    assert_eq!(check::check(&specimen()), vec![]);
    drop(record::signer("Laboratory").unwrap());
}

#[test]
fn iso17025_7_8_each_missing_item_is_named_with_its_clause() {
    let cases: [(&str, Change); 24] = [
        ("7-8-2-1-a", |r| r.title = Text::default()),
        ("7-8-2-1-b", |r| r.laboratory.name = Text::default()),
        ("7-8-2-1-b", |r| r.laboratory.address = Text::default()),
        ("7-8-2-1-c", |r| r.place.text = Text::default()),
        ("7-8-2-1-d", |r| r.number.clear()),
        ("7-8-2-1-e", |r| r.customer.address = Text::default()),
        ("7-8-2-1-f", |r| r.methods.retain(|m| m.purpose == MethodPurpose::Uncertainty)),
        ("7-8-2-1-g", |r| r.item.serial.clear()),
        ("7-8-2-1-g", |r| r.item.condition = Text::default()),
        ("7-8-2-1-h", |r| r.received = Some("2026-11-24".into())),
        ("7-8-2-1-i", |r| r.performed_from = "2026-11-24".into()),
        ("7-8-2-1-i", |r| r.performed_until = "23 November".into()),
        ("7-8-2-1-j", |r| r.issued.clear()),
        ("7-8-2-1-m", |r| r.results.clear()),
        ("7-8-2-1-m", |r| r.results[0].unit = "furlong".into()),
        ("7-8-2-1-o", |r| r.persons.retain(|p| p.part != Part::Approved)),
        ("7-8-1-1", |r| r.persons[2].name = r.persons[0].name.clone()),
        ("7-8-4-1-a", |r| r.results[0].rows[0].stated.expanded = "0.0881".into()),
        ("7-8-4-1-b", |r| r.environment.clear()),
        ("7-8-4-1-c", |r| r.standards.clear()),
        ("7-8-4-1-c", |r| r.traceability = Text::default()),
        ("6-4-13", |r| r.standards[0].due = "2026-11-22".into()),
        ("7-8-6-2", |r| r.agreement = None),
        ("7-8-6-2", |r| r.results[0].rows[0].stated.judged = None),
    ];
    for (clause, change) in cases {
        let mut record = specimen();
        change(&mut record);
        let Err(findings) = Document::new(record) else { panic!("{clause} is not missed") };
        let code = format!("certificate.{clause}");
        assert!(findings.iter().any(|f| f.code == code), "{clause}: {findings:?}");
    }
}

#[test]
fn iso17025_7_8_all_findings_come_at_once() {
    let mut record = specimen();
    record.number.clear();
    record.standards.clear();
    record.item.serial.clear();
    assert_eq!(Document::new(record).unwrap_err().len(), 3);
}

#[test]
fn iso17025_7_8_6_2_a_negative_statement_names_the_points() {
    let record = record::record(&Fonts::latin(), -1200).unwrap();
    let all = statements(&record);
    let sentence = all.iter().find(|s| s.conformity.is_some()).unwrap();
    assert!(sentence.text.en().contains("does not conform"));
    assert!(sentence.text.en().contains("(No. 1"), "{}", sentence.text.en());
    assert!(sentence.text.zh().contains("（序号 1"), "{}", sentence.text.zh());
}

/// Every field survives the way into the DCC and back.
#[test]
fn dcc_a_document_is_read_back_as_it_was_written() {
    let document = Document::new(specimen()).unwrap();
    let root = dcc::write(&document).unwrap();
    assert_eq!(dcc::read(&root).unwrap(), document);
}

/// Expected: U of the worked example, 0.088 %, and limits as the specification writes them.
#[test]
fn dcc_numbers_keep_their_trailing_zeros() {
    let root = dcc::write(&Document::new(specimen()).unwrap()).unwrap();
    let text = String::from_utf8(root.canonical()).unwrap();
    assert!(text.contains("<si:valueExpandedMUXMLList>0.088 "));
    assert!(text.contains(" 1.0 1.0 1.5</si:valueXMLList>"));
}

#[test]
fn rfc5958_a_key_opens_with_its_password_only() {
    let (authority, signer) = record::signer("Laboratory").unwrap();
    let (chain, locked) = (signer.chain().to_pem(), signer.key_pem("right").unwrap());
    let opened = key::Signer::open(&chain, &locked, "right").unwrap();
    assert_eq!(opened.sign(b"message"), signer.sign(b"message"));
    assert!(matches!(key::Signer::open(&chain, &locked, "wrong"), Err(key::KeyError::Password)));
    let other = authority.key_pem("right").unwrap();
    assert!(matches!(key::Signer::open(&chain, &other, "right"), Err(key::KeyError::Stranger(_))));
    let again = key::Authority::open(&authority.certificate_pem(), &other, "right").unwrap();
    assert_eq!(again.certificate_pem(), authority.certificate_pem());
}

#[test]
fn rfc5280_names_and_dates_that_do_not_fit_are_refused() {
    let subject = |country: &str, name: &str| key::Subject {
        country: country.into(),
        organisation: "Laboratory".into(),
        common_name: name.into(),
    };
    let validity = |from: &str| key::Validity { from: from.into(), until: "2035-12-31".into() };
    let wrong = [
        (subject("China", "Root"), validity("2026-01-01")),
        (subject("CN", ""), validity("2026-01-01")),
        (subject("CN", &"x".repeat(65)), validity("2026-01-01")),
        (subject("CN", "Root"), validity("2026-02-30")),
        (subject("CN", "Root"), validity("today")),
    ];
    for (subject, validity) in wrong {
        assert!(key::Authority::create(&subject, &validity).is_err(), "{subject:?} {validity:?}");
    }
}
