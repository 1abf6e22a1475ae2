//! Fonts: where Chinese characters come from, and which file exactly.
//!
//! Latin letters and mathematics are built in. A Chinese font is too large for
//! that and stands on most machines; the page depends on its bytes, so its
//! digest is recorded in every certificate that uses it.

use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;

/// Folders where systems keep fonts.
const FOLDERS: [&str; 9] = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/opentype/source-han-sans",
    "/usr/share/fonts/truetype/wqy",
    "/usr/share/fonts/truetype/arphic",
    "/usr/local/share/fonts",
    "/Library/Fonts",
];

/// Files with simplified Chinese, the preferred first.
const FILES: [&str; 11] = [
    "NotoSerifCJK-Regular.ttc",
    "SourceHanSerifSC-Regular.otf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "uming.ttc",
];

/// The fonts a page may be set in besides the built-in ones; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    cjk: Option<Arc<FontFile>>,
}

/// A font file, parsed at most once.
#[derive(Debug)]
struct FontFile {
    bytes: Arc<[u8]>,
    sha256: String,
    #[cfg(feature = "render")]
    face: std::sync::OnceLock<Option<typst::text::Font>>,
}

/// A font file found on this machine.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where it lies.
    pub path: PathBuf,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The bytes, ready to set pages with.
    pub fonts: Fonts,
}

impl Fonts {
    /// The built-in fonts only: English pages.
    #[must_use]
    pub fn latin() -> Self {
        Self::default()
    }

    /// The built-in fonts and a font file with Chinese characters.
    #[must_use]
    pub fn with_cjk(bytes: Vec<u8>) -> Self {
        let sha256 = hexadecimal(&Sha256::digest(&bytes));
        let file = FontFile {
            bytes: bytes.into(),
            sha256,
            #[cfg(feature = "render")]
            face: std::sync::OnceLock::new(),
        };
        Self { cjk: Some(Arc::new(file)) }
    }

    /// SHA-256 of the Chinese font file, if there is one.
    #[must_use]
    pub fn cjk_sha256(&self) -> Option<&str> {
        self.cjk.as_ref().map(|font| font.sha256.as_str())
    }

    /// The bytes of the Chinese font file, if there is one.
    #[must_use]
    pub fn cjk_bytes(&self) -> Option<Arc<[u8]>> {
        self.cjk.as_ref().map(|font| Arc::clone(&font.bytes))
    }

    /// The face for simplified Chinese, if there is one.
    #[cfg(feature = "render")]
    pub(crate) fn cjk_face(
        &self,
        parse: fn(Arc<[u8]>) -> Option<typst::text::Font>,
    ) -> Option<typst::text::Font> {
        let file = self.cjk.as_ref()?;
        file.face.get_or_init(|| parse(Arc::clone(&file.bytes))).clone()
    }
}

/// Looks for a Chinese font where systems keep them.
///
/// The order is fixed, so that two machines with the same fonts find the same.
#[must_use]
pub fn find_cjk() -> Option<Found> {
    let candidates = FILES
        .iter()
        .flat_map(|file| FOLDERS.iter().map(move |folder| PathBuf::from(folder).join(file)));
    for path in candidates {
        if let Ok(bytes) = std::fs::read(&path) {
            let fonts = Fonts::with_cjk(bytes);
            let sha256 = fonts.cjk_sha256().unwrap_or_default().to_owned();
            return Some(Found { path, sha256, fonts });
        }
    }
    None
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value & 0x0f)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}
