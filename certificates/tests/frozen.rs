//! Certificates of released versions are verified for ever, by the plain verifier too.
//!
//! `frozen/1` was written once by `cargo run --example specimen` and is never
//! written again: a certificate in a customer's drawer does not change either.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use etalon_certificates::chain::Root;
use etalon_certificates::verify::{Identity, verify};

const PDF: &[u8] = include_bytes!("frozen/1/certificate.pdf");
const DCC: &[u8] = include_bytes!("frozen/1/certificate.xml");
const ROOT: &str = include_str!("frozen/1/ca.pem");

#[test]
fn version_1_verifies_with_its_root() {
    let roots = Root::from_pem(ROOT).unwrap();
    for file in [PDF, DCC] {
        let found = verify(file, Some(&roots));
        assert!(found.ok, "{:?}", found.findings);
        assert_eq!(found.identity, Identity::Trusted);
        assert_eq!(found.specimen, Some(true));
        assert_eq!(found.number.as_deref(), Some("DEMO-2026-000001"));
        assert_eq!((found.recomputed.results, found.recomputed.equal), (15, 15));
        // A page that is set differently today means: raise `document::LAYOUT`.
        assert_ne!(found.dcc_matches_page, Some(false));
    }
}

#[test]
fn the_plain_verifier_says_that_it_did_not_compare_the_pages() {
    let found = verify(PDF, None);
    let said = found.findings.iter().any(|finding| finding.code == "page.not-compared");
    assert_eq!(found.dcc_matches_page.is_none(), said);
    assert!(cfg!(feature = "render") || said);
}

/// Keys that laboratories script against.
#[test]
fn the_answer_has_the_keys_of_the_command_lines_contract() {
    let answer = serde_json::to_value(verify(PDF, None)).unwrap();
    for key in [
        "ok",
        "kind",
        "number",
        "specimen",
        "signatures",
        "timestamps",
        "dcc_matches_page",
        "recomputed",
        "findings",
    ] {
        assert!(answer.get(key).is_some(), "{key}");
    }
    assert_eq!(answer["kind"], "pdf");
    assert_eq!(answer["recomputed"], serde_json::json!({ "results": 15, "equal": 15 }));
    assert_eq!(answer["identity"], "not checked");
    for key in ["by", "level", "valid", "trusted", "covers"] {
        assert!(answer["signatures"][0].get(key).is_some(), "{key}");
    }
    assert_eq!(answer["signatures"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_bit_flipped_in_the_frozen_certificate_is_refused() {
    for file in [PDF, DCC] {
        let mut changed = file.to_vec();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert!(!verify(&changed, None).ok);
    }
}
