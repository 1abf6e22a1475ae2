//! The page: a PDF/A-3b set from the DCC, with the signed DCC attached.
//!
//! ```text
//! signed DCC ─► document as parsed back ─► sheet (strings) ─► template ─► PDF/A-3b
//! ```
//!
//! Setting a page twice gives the same bytes, so a page can be checked by
//! setting it again. It knows words and strings; it must never compute a result.

#[cfg(feature = "render")]
use crate::document::Document;
#[cfg(feature = "render")]
use crate::fonts::Fonts;

pub mod layout;
#[cfg(feature = "render")]
pub mod plot;
#[cfg(feature = "render")]
pub mod sheet;
#[cfg(feature = "render")]
pub mod typesetting;

/// Sets the pages of a document and attaches the signed DCC it was read from.
///
/// # Errors
/// [`typesetting::TypesettingError`] when a font is missing or the template refuses.
#[cfg(feature = "render")]
pub fn render(
    document: &Document,
    signed_dcc: &[u8],
    fonts: &Fonts,
) -> Result<Vec<u8>, typesetting::TypesettingError> {
    use typesetting::{Job, TypesettingError, typeset};
    let record = &document.record;
    if record.page.cjk_font_sha256.as_deref() != fonts.cjk_sha256() {
        return Err(TypesettingError::OtherFont {
            wanted: record.page.cjk_font_sha256.clone().unwrap_or_else(|| "none".to_owned()),
            found: fonts.cjk_sha256().unwrap_or("none").to_owned(),
        });
    }
    let issued = crate::moment::Moment::parse(&record.issued_at)
        .ok_or_else(|| TypesettingError::Moment(record.issued_at.clone()))?;
    let family = typesetting::cjk_family(fonts);
    let job = Job {
        template: include_str!("pdf/certificate.typ"),
        words: sheet::words(document, family.as_deref()).to_string().into_bytes(),
        dcc: signed_dcc,
        identity: format!("etalon:{}", record.number),
        creator: format!("{} {}", record.software.name, record.software.version),
        issued,
    };
    typeset(&job, fonts)
}
