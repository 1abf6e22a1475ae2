//! One flipped bit anywhere in a certificate is refused, also where no digest
//! would notice: padding, letter case, comments, declarations.

#![cfg(all(feature = "render", feature = "sign"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../examples/specimen/record.rs"]
mod record;
#[path = "../examples/specimen/results.rs"]
mod results;

use etalon_certificates::fonts::Fonts;
use etalon_certificates::issue::{Issued, issue};
use etalon_certificates::verify::verify;

fn issued() -> Issued {
    let fonts = Fonts::latin();
    let (_, signer) = record::signer("Laboratory").unwrap();
    issue(&record::record(&fonts, 0).unwrap(), &signer, &fonts).unwrap()
}

/// The place of the only occurrence of a text.
fn place(bytes: &[u8], text: &str) -> usize {
    let found: Vec<_> =
        (0..bytes.len()).filter(|at| bytes[*at..].starts_with(text.as_bytes())).collect();
    assert_eq!(found.len(), 1, "{text} occurs {} times", found.len());
    found[0]
}

/// Positions spread over a file by a linear congruential generator with a fixed
/// seed (Knuth, TAOCP 3.3.4, MMIX), so that a failure can be repeated.
fn sample(length: usize, count: usize) -> Vec<usize> {
    let mut state: u64 = 20_261_123;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % length
    };
    (0..count).map(|_| next()).collect()
}

/// Flips one bit at every position, another bit at each, and expects refusal.
fn refused_at(bytes: &[u8], positions: impl IntoIterator<Item = usize>) {
    let mut changed = bytes.to_vec();
    for position in positions {
        let bit = 1 << (position % 8);
        changed[position] ^= bit;
        assert!(!verify(&changed, None).ok, "bit {bit:#04x} of byte {position} may be flipped");
        changed[position] ^= bit;
    }
    assert!(verify(bytes, None).ok, "the untouched file is accepted");
}

#[test]
fn every_byte_of_the_xml_signature_and_declaration_is_guarded() {
    let xml = issued().dcc_xml;
    let signature = place(&xml, "<ds:Signature ");
    refused_at(&xml, (0..60).chain(signature..xml.len()));
}

#[test]
fn a_sample_of_bits_all_over_the_xml_is_guarded() {
    let xml = issued().dcc_xml;
    let positions = sample(xml.len(), 600);
    refused_at(&xml, positions);
}

#[test]
fn every_byte_of_the_pdf_revision_is_guarded() {
    let pdf = issued().pdf;
    let revision = place(&pdf, "<</Type/Sig/") - 8;
    refused_at(&pdf, revision..pdf.len());
}

#[test]
fn a_sample_of_bits_all_over_the_pdf_is_guarded() {
    let pdf = issued().pdf;
    let positions = sample(pdf.len(), 600);
    refused_at(&pdf, positions);
}

/// Letter case changes no value of a hexadecimal digit, and no digest covers it.
#[test]
fn capital_digits_and_padding_in_the_pdf_signature_are_refused() {
    let pdf = issued().pdf;
    let digits = place(&pdf, "/Contents<") + "/Contents<".len();
    let letter = (digits..).find(|at| pdf[*at].is_ascii_lowercase()).unwrap();
    let mut capital = pdf.clone();
    capital[letter] = capital[letter].to_ascii_uppercase();
    assert!(!verify(&capital, None).ok);
    let mut padded = pdf.clone();
    padded[digits + 8190] = b'1';
    assert!(!verify(&padded, None).ok);
}

#[test]
fn bytes_after_the_end_or_a_missing_end_are_refused() {
    let Issued { dcc_xml, pdf } = issued();
    for whole in [dcc_xml, pdf] {
        let longer = [whole.as_slice(), b"\n"].concat();
        assert!(!verify(&longer, None).ok);
        for cut in [1, 7, whole.len() / 2, whole.len() - 10] {
            assert!(!verify(&whole[..whole.len() - cut], None).ok, "cut by {cut}");
        }
    }
}

#[test]
fn an_empty_file_and_other_files_are_refused() {
    for other in [&b""[..], b"%PDF-1.7", b"<?xml", b"PK\x03\x04", &[0; 4096]] {
        assert!(!verify(other, None).ok);
    }
}
