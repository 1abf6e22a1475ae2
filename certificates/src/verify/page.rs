//! Whether the pages are those of the DCC: set them again and compare.

use super::{Finding, Weight};
use crate::document::Document;
#[cfg(feature = "render")]
use crate::document::LAYOUT;
use crate::fonts::Fonts;

fn unknown(message: String) -> (Option<bool>, Option<Finding>) {
    (None, Some(Finding { code: "page.not-compared", severity: Weight::Note, message }))
}

/// Sets the pages again where layout and font are those of the record.
#[cfg(feature = "render")]
pub(super) fn compare(
    base: &[u8],
    document: &Document,
    dcc: &[u8],
    fonts: &Fonts,
) -> (Option<bool>, Option<Finding>) {
    let record = &document.record;
    if document.layout != LAYOUT {
        let found = document.layout;
        return unknown(format!(
            "the pages are set in layout {found}, this program sets {LAYOUT}; they were not compared"
        ));
    }
    let wanted = record.page.cjk_font_sha256.as_deref();
    let at_hand = match wanted {
        None => Fonts::latin(),
        Some(digest) if fonts.cjk_sha256() == Some(digest) => fonts.clone(),
        Some(digest) => {
            return unknown(format!(
                "the Chinese font {digest} is not at hand; the pages were not compared"
            ));
        }
    };
    match crate::pdf::render(document, dcc, &at_hand) {
        Ok(again) if again == base => (Some(true), None),
        Ok(_) => refuse("the pages do not show what the DCC states".to_owned()),
        Err(error) => refuse(error.to_string()),
    }
}

#[cfg(feature = "render")]
fn refuse(message: String) -> (Option<bool>, Option<Finding>) {
    (Some(false), Some(Finding { code: "page.differs", severity: Weight::Error, message }))
}

/// Without the typesetter the pages stay unread.
#[cfg(not(feature = "render"))]
pub(super) fn compare(
    _base: &[u8],
    _document: &Document,
    _dcc: &[u8],
    _fonts: &Fonts,
) -> (Option<bool>, Option<Finding>) {
    unknown(
        "this verifier was built without the typesetter; the pages were not compared".to_owned(),
    )
}
