//! What the page refuses to show.

#![cfg(all(feature = "render", feature = "sign"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../examples/specimen/record.rs"]
mod record;
#[path = "../examples/specimen/results.rs"]
mod results;

use etalon_certificates::fonts::Fonts;
use etalon_certificates::issue::{IssueError, issue};
use etalon_certificates::pdf::typesetting::TypesettingError;
use etalon_certificates::record::{Languages, Record, Text};

fn refused(change: fn(&mut Record)) -> TypesettingError {
    let (_, signer) = record::signer("Laboratory").unwrap();
    let mut record = record::record(&Fonts::latin(), 0).unwrap();
    change(&mut record);
    match issue(&record, &signer, &Fonts::latin()) {
        Err(IssueError::Typesetting(error)) => error,
        other => panic!("wanted a refusal of the page, got {other:?}"),
    }
}

/// A name that would be printed as empty boxes must stop the certificate.
#[test]
fn a_character_that_no_font_holds_is_refused() {
    let error = refused(|record| record.customer.name = Text::new("", "示例"));
    assert!(error.to_string().contains('示'), "{error}");
}

#[test]
fn another_font_than_the_recorded_one_is_refused() {
    let error = refused(|record| {
        record.page.languages = Languages::Both;
        record.page.cjk_font_sha256 = Some("0".repeat(64));
    });
    assert!(matches!(error, TypesettingError::OtherFont { .. }), "{error}");
}
