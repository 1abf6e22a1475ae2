//! Typesetting: a template, the words of one certificate, and fonts become a PDF/A-3b.
//!
//! The world in which the template runs holds three files and nothing else: no
//! disk, no network, no clock. The same three files give the same bytes.

use crate::fonts::Fonts;
use crate::moment::{Day, Moment};
use std::sync::{Arc, LazyLock};
use thiserror::Error;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// What is typeset.
pub struct Job<'a> {
    /// The template.
    pub template: &'static str,
    /// The words and numbers, all strings, as JSON.
    pub words: Vec<u8>,
    /// The signed DCC to attach.
    pub dcc: &'a [u8],
    /// What makes this document itself and no other.
    pub identity: String,
    /// The program that made it.
    pub creator: String,
    /// Moment of issue.
    pub issued: Moment,
}

/// Why a page could not be set.
#[derive(Debug, Error)]
pub enum TypesettingError {
    /// The template failed, or the result is no PDF/A-3b.
    #[error("the page cannot be set: {0}")]
    Refused(String),
    /// The font at hand is not the one the record names.
    #[error("the record names the Chinese font {wanted}, at hand is {found}")]
    OtherFont {
        /// Digest in the record.
        wanted: String,
        /// Digest of the font at hand.
        found: String,
    },
    /// The moment of issue cannot be read.
    #[error("the moment of issue {0:?} is no YYYY-MM-DDThh:mm:ssZ")]
    Moment(String),
    /// The font file is no font.
    #[error("the Chinese font file holds no font")]
    Font,
}

/// Sets the job's pages.
///
/// # Errors
/// [`TypesettingError`] when the template or the export refuses.
pub fn typeset(job: &Job<'_>, fonts: &Fonts) -> Result<Vec<u8>, TypesettingError> {
    let desk = Desk::new(job, fonts)?;
    let pages = typst::compile::<PagedDocument>(&desk).output.map_err(|e| refused(&e))?;
    let standards = PdfStandards::new(&[PdfStandard::A_3b])
        .map_err(|error| TypesettingError::Refused(error.message().to_string()))?;
    let Moment { day: Day { year, month, day }, hour, minute, second } = job.issued;
    let issued = Datetime::from_ymd_hms(i32::from(year), month, day, hour, minute, second);
    let options = PdfOptions {
        ident: Smart::Custom(job.identity.clone()),
        creator: Smart::Custom(Some(job.creator.clone())),
        timestamp: issued.map(Timestamp::new_utc),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&pages, &options).map_err(|e| refused(&e));
    // Layouts of one certificate are of no use to the next.
    typst::comemo::evict(0);
    pdf
}

fn refused(errors: &[SourceDiagnostic]) -> TypesettingError {
    let messages: Vec<_> = errors.iter().map(|error| error.message.to_string()).collect();
    TypesettingError::Refused(messages.join("; "))
}

/// The world of one template.
struct Desk {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    words: Bytes,
    dcc: Bytes,
}

impl Desk {
    fn new(job: &Job<'_>, given: &Fonts) -> Result<Self, TypesettingError> {
        let mut fonts = LATIN.clone();
        if given.cjk_sha256().is_some() {
            fonts.push(given.cjk_face(simplified).ok_or(TypesettingError::Font)?);
        }
        let main = RootedPath::new(
            VirtualRoot::Project,
            VirtualPath::new("certificate.typ").expect("a plain file name is a path"),
        );
        Ok(Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(main.intern(), job.template.to_owned()),
            words: Bytes::new(job.words.clone()),
            dcc: Bytes::new(job.dcc.to_vec()),
        })
    }
}

/// The built-in faces; parsing them takes longer than setting a page.
static LATIN: LazyLock<Vec<Font>> =
    LazyLock::new(|| typst_assets::fonts().flat_map(|file| Font::iter(Bytes::new(file))).collect());

/// The face for simplified Chinese out of a font file, which may be a collection.
fn simplified(bytes: Arc<[u8]>) -> Option<Font> {
    let bytes = Bytes::new(bytes);
    let mut first = None;
    for index in 0.. {
        let Some(face) = Font::new(bytes.clone(), index) else { break };
        let family = &face.info().family;
        if family.ends_with(" SC") || family.ends_with(" CN") {
            return Some(face);
        }
        first = first.or(Some(face));
    }
    first
}

/// The family name of the Chinese face, for the template.
#[must_use]
pub fn cjk_family(fonts: &Fonts) -> Option<String> {
    fonts.cjk_face(simplified).map(|face| face.info().family.clone())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.get().vpath().get_without_slash() {
            "words.json" => Ok(self.words.clone()),
            "dcc.xml" => Ok(self.dcc.clone()),
            other => Err(FileError::NotFound(other.into())),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
