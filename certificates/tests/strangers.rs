//! Who signed, and whether what was signed follows from the raw readings.

#![cfg(all(feature = "render", feature = "sign"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../examples/specimen/record.rs"]
mod record;
#[path = "../examples/specimen/results.rs"]
mod results;

use etalon_certificates::canonical::Element;
use etalon_certificates::chain::Root;
use etalon_certificates::dcc;
use etalon_certificates::document::Document;
use etalon_certificates::fonts::Fonts;
use etalon_certificates::issue::{IssueError, issue};
use etalon_certificates::moment::Moment;
use etalon_certificates::pdf;
use etalon_certificates::record::{Conformity, Record};
use etalon_certificates::signature::{pades, xmldsig};
use etalon_certificates::verify::{Identity, Verification, verify};

/// What is done to a sound record.
type Change = fn(&mut Record);

fn specimen(offset: i64) -> Record {
    record::record(&Fonts::latin(), offset).unwrap()
}

fn codes(verification: &Verification) -> Vec<&'static str> {
    verification.findings.iter().map(|finding| finding.code).collect()
}

/// A PDF whose page and attachment may come from different documents.
fn forged(page: &Record, attached: &Record) -> Vec<u8> {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let read = |record: &Record| Document::new(record.clone()).unwrap();
    let dcc = xmldsig::sign(dcc::write(&read(attached)).unwrap(), &signer).file();
    let base = pdf::render(&read(page), &dcc, &Fonts::latin()).unwrap();
    pades::sign(&base, &Moment::parse(&page.issued_at).unwrap(), &signer).unwrap()
}

#[test]
fn a_specimen_verifies_and_says_that_it_is_one() {
    let (authority, signer) = record::signer("Laboratory").unwrap();
    let issued = issue(&specimen(0), &signer, &Fonts::latin()).unwrap();
    let roots = Root::from_pem(&authority.certificate_pem()).unwrap();
    for file in [&issued.pdf, &issued.dcc_xml] {
        let found = verify(file, Some(&roots));
        assert!(found.ok, "{:?}", found.findings);
        assert_eq!(found.specimen, Some(true));
        assert_eq!(found.identity, Identity::Trusted);
        assert_eq!(found.number.as_deref(), Some("DEMO-2026-000001"));
        assert_eq!((found.recomputed.results, found.recomputed.equal), (15, 15));
        assert!(codes(&found).contains(&"specimen"));
    }
    assert_eq!(verify(&issued.pdf, Some(&roots)).dcc_matches_page, Some(true));
    assert_eq!(verify(&issued.dcc_xml, Some(&roots)).dcc_matches_page, None);
}

#[test]
fn iso17025_7_8_6_a_meter_outside_its_limits_is_stated_not_to_conform() {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let issued = issue(&specimen(-1200), &signer, &Fonts::latin()).unwrap();
    let text = String::from_utf8(issued.dcc_xml.clone()).unwrap();
    assert!(text.contains("<dcc:conformity>fail</dcc:conformity>"));
    assert!(verify(&issued.pdf, None).ok, "a fail is a sound certificate");
}

#[test]
fn without_trust_the_identity_is_said_not_to_be_checked() {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let issued = issue(&specimen(0), &signer, &Fonts::latin()).unwrap();
    let found = verify(&issued.pdf, None);
    assert!(found.ok);
    assert_eq!(found.identity, Identity::NotChecked);
    assert!(codes(&found).contains(&"identity.not-checked"));
    assert!(found.signatures.iter().all(|signature| signature.trusted.is_none()));
}

/// Same names, other keys: everything is sound but the root.
#[test]
fn a_certificate_signed_again_by_another_authority_is_refused_with_trust() {
    let (authority, _) = record::signer("Laboratory").unwrap();
    let (_, stranger) = record::signer("Laboratory").unwrap();
    let issued = issue(&specimen(0), &stranger, &Fonts::latin()).unwrap();
    let roots = Root::from_pem(&authority.certificate_pem()).unwrap();
    for file in [&issued.pdf, &issued.dcc_xml] {
        assert!(verify(file, None).ok, "by itself it is sound");
        let found = verify(file, Some(&roots));
        assert!(!found.ok);
        assert_eq!(found.identity, Identity::UnknownIssuer);
        assert!(codes(&found).contains(&"identity.issuer"));
    }
}

#[test]
fn a_pdf_signed_by_another_than_its_dcc_is_refused() {
    let (_, one) = record::signer("Laboratory").unwrap();
    let (_, other) = record::signer("Laboratory").unwrap();
    let issued = issue(&specimen(0), &one, &Fonts::latin()).unwrap();
    let base = pades::verify(&issued.pdf).unwrap().base;
    let moment = Moment::parse("2026-11-23T04:00:00Z").unwrap();
    let again = pades::sign(base, &moment, &other).unwrap();
    assert!(codes(&verify(&again, None)).contains(&"pdf.signer"));
}

#[test]
fn a_page_that_shows_other_numbers_than_its_dcc_is_refused() {
    let mut page = specimen(0);
    assert!(verify(&forged(&page, &specimen(0)), None).ok, "the same document is accepted");
    page.results[0].rows[0].stated.value = "0.111".into();
    let found = verify(&forged(&page, &specimen(0)), None);
    assert_eq!(found.dcc_matches_page, Some(false));
    assert!(!found.ok && codes(&found).contains(&"page.differs"));
}

#[test]
fn a_printed_number_that_does_not_follow_from_the_readings_is_refused() {
    let changes: [(&str, Change); 6] = [
        ("value", |r| r.results[0].rows[0].stated.value.push('1')),
        ("U", |r| r.results[0].rows[0].stated.expanded = "0.087".into()),
        ("k", |r| r.results[0].rows[0].stated.k = "1.96".into()),
        ("p", |r| r.results[0].rows[0].stated.p = "0.99".into()),
        ("upper limit", |r| {
            r.results[0].rows[0].stated.judged.as_mut().unwrap().upper = Some("2.0".into());
        }),
        ("verdict", |r| {
            r.results[0].rows[0].stated.judged.as_mut().unwrap().verdict = Conformity::Fail;
        }),
    ];
    let (_, signer) = record::signer("Laboratory").unwrap();
    for (what, change) in changes {
        let mut record = specimen(0);
        change(&mut record);
        let Err(IssueError::SelfCheck(findings)) = issue(&record, &signer, &Fonts::latin()) else {
            panic!("a wrong {what} was issued");
        };
        let named = findings.iter().any(|finding| finding.message.starts_with(what));
        assert!(named, "{what}: {findings:?}");
        let found = verify(&forged(&record, &record), None);
        assert_eq!(found.recomputed.equal, 14, "{what}");
    }
}

#[test]
fn a_specimen_statement_taken_out_is_not_the_same_document() {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let document = Document::new(specimen(0)).unwrap();
    let mut without = document.clone();
    without.record.specimen = false;
    without.statements.retain(|s| s.topic != etalon_certificates::document::Topic::Specimen);
    let file = |document: &Document| -> Vec<u8> {
        xmldsig::sign(dcc::write(document).unwrap(), &signer).file()
    };
    let found = verify(&file(&document), None);
    assert_eq!(found.specimen, Some(true));
    // Whoever holds the key can sign anything; the mark cannot be lost by accident,
    // because a record that is a specimen always brings its statement.
    assert_eq!(verify(&file(&without), None).specimen, Some(false));
    let statements = etalon_certificates::document::statements(&document.record);
    assert!(statements.iter().any(|s| s.topic == etalon_certificates::document::Topic::Specimen));
}

#[test]
fn dcc_an_element_that_etalon_does_not_write_is_refused() {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let root = dcc::write(&Document::new(specimen(0)).unwrap()).unwrap();
    let more = root.child(Element::new("dcc:comment"));
    let found = verify(&xmldsig::sign(more, &signer).file(), None);
    assert!(!found.ok && codes(&found).contains(&"dcc.content"));
}

#[test]
fn rfc5280_a_certificate_issued_outside_the_signers_validity_is_refused() {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let mut record = specimen(0);
    record.issued = "2036-01-01".into();
    record.issued_at = "2036-01-01T04:00:00Z".into();
    let Err(IssueError::SelfCheck(findings)) = issue(&record, &signer, &Fonts::latin()) else {
        panic!("a certificate was issued with an expired signer");
    };
    assert!(findings.iter().any(|finding| finding.code == "identity.validity"));
}

#[test]
fn the_same_record_and_key_give_the_same_bytes() {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let one = issue(&specimen(0), &signer, &Fonts::latin()).unwrap();
    let two = issue(&specimen(0), &signer, &Fonts::latin()).unwrap();
    assert_eq!(one.dcc_xml, two.dcc_xml);
    assert_eq!(one.pdf, two.pdf);
}
