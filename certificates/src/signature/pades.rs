//! PDF signature: one revision appended to what the typesetter wrote.
//!
//! ```text
//! file = base + revision( signature, field, first page, catalogue, table )
//! digest = SHA-256 of everything but the hexadecimal digits of the signature
//! ```
//!
//! The signature certifies the document and permits no change (`DocMDP`, P 1).
//! The revision is a function of the base, the moment and the signed data;
//! verification writes it again and compares, so that padding, letter case and
//! anything appended are found although no digest covers them.
//!
//! Source: ISO 32000-1, clauses 7.5.6, 12.7.4.5, 12.8.1 and 12.8.2.2;
//! ETSI EN 319 142-1, clauses 4.1 and 6.3 (PAdES baseline B-B).

use super::{SignatureError, cms};
use crate::chain::Chain;
use crate::fonts::hexadecimal;
#[cfg(feature = "sign")]
use crate::moment::Moment;
use crate::pdf::layout::{self, Layout, LayoutError, find, number_after};
use sha2::{Digest, Sha256};

/// Bytes reserved for the signed data; two certificates need about 1500.
const RESERVED: usize = 4096;

/// What the signature is for, as viewers show it.
const REASON: &str = "Issue of calibration certificate";

/// A PDF whose signature was found intact.
#[derive(Debug)]
pub struct Signed<'a> {
    /// The PDF as typeset, before it was signed.
    pub base: &'a [u8],
    /// The moment of signing that the signature states, as PDF writes it.
    pub signed_at: String,
    /// The certificates that came with the signature, sound among themselves.
    pub chain: Chain,
}

/// Signs a typeset PDF.
///
/// # Errors
/// [`SignatureError`] when the PDF is not as the typesetter writes it.
#[cfg(feature = "sign")]
pub fn sign(
    base: &[u8],
    moment: &Moment,
    signer: &crate::key::Signer,
) -> Result<Vec<u8>, SignatureError> {
    let revision = Revision::over(base, &moment.pdf())?;
    let data = cms::sign(&revision.digest(), signer)?;
    revision.filled(&data)
}

/// Reads a signed PDF and checks signature, chain and form by bytes.
///
/// # Errors
/// [`SignatureError`] when anything in the file was changed or added.
pub fn verify(file: &[u8]) -> Result<Signed<'_>, SignatureError> {
    let base = base_of(file)?;
    let appended = file.get(base.len()..).unwrap_or_default();
    let signed_at = moment_in(appended)?;
    let data = contents_in(appended)?;
    let revision = Revision::over(base, &signed_at)?;
    if revision.filled(&data)? != file {
        return Err(SignatureError::Form("the revision that carries it was changed"));
    }
    let chain = cms::verify(&data, &revision.digest())?;
    Ok(Signed { base, signed_at, chain })
}

/// A base with the revision appended, its signature still empty.
struct Revision {
    bytes: Vec<u8>,
    /// Place of the first hexadecimal digit.
    digits: usize,
}

impl Revision {
    fn over(base: &[u8], moment: &str) -> Result<Self, SignatureError> {
        let mut draft = Draft { out: base.to_vec(), places: Vec::new() };
        let layout = Layout::read(base)?;
        let (catalogue, page) = (layout.catalogue()?, layout.first_page()?);
        let (signature, field) = (layout.size(), layout.size() + 1);
        draft.out.push(b'\n');
        let span = draft.signature(signature, moment);
        draft.object(
            field,
            &format!(
                "<</Type/Annot/Subtype/Widget/FT/Sig/T(Laboratory)/V {signature} 0 R\
                 /P {page} 0 R/F 132/Rect[0 0 0 0]>>"
            ),
        );
        let annotations = format!("/Annots[{field} 0 R]");
        draft.object(page, &extended(layout.dictionary(page)?, "/Annots", &annotations)?);
        let form = format!(
            "/AcroForm<</Fields[{field} 0 R]/SigFlags 3>>/Perms<</DocMDP {signature} 0 R>>"
        );
        draft.object(catalogue, &extended(layout.dictionary(catalogue)?, "/AcroForm", &form)?);
        draft.table(&layout)?;
        Ok(draft.ranged(span))
    }

    fn digest(&self) -> Vec<u8> {
        let mut digest = Sha256::new();
        // The angle brackets belong to what is left out (ISO 32000-1, 12.8.1).
        digest.update(self.bytes.get(..self.digits - 1).unwrap_or_default());
        digest.update(self.bytes.get(self.digits + 2 * RESERVED + 1..).unwrap_or_default());
        digest.finalize().to_vec()
    }

    fn filled(&self, data: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let digits = hexadecimal(data);
        let mut out = self.bytes.clone();
        let place = out
            .get_mut(self.digits..self.digits + 2 * RESERVED)
            .and_then(|reserved| reserved.get_mut(..digits.len()))
            .ok_or(SignatureError::Form("it is longer than the space for it"))?;
        place.copy_from_slice(digits.as_bytes());
        Ok(out)
    }
}

/// Places inside the signature's object: its byte range, its digits.
struct Span {
    range: usize,
    digits: usize,
}

struct Draft {
    out: Vec<u8>,
    places: Vec<(usize, usize)>,
}

impl Draft {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn object(&mut self, number: usize, body: &str) {
        self.places.push((number, self.out.len()));
        self.text(&format!("{number} 0 obj\n{body}\nendobj\n"));
    }

    fn signature(&mut self, number: usize, moment: &str) -> Span {
        let head = format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M({moment})/Reason({REASON})\
             /Reference[<</Type/SigRef/TransformMethod/DocMDP\
             /TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]/ByteRange"
        );
        let middle = "/Contents<";
        let before = self.out.len() + format!("{number} 0 obj\n").len();
        let range = before + head.len();
        let digits = range + byte_range(0, 0, 0).len() + middle.len();
        let zeros = "0".repeat(2 * RESERVED);
        self.object(number, &format!("{head}{}{middle}{zeros}>>>", byte_range(0, 0, 0)));
        Span { range, digits }
    }

    fn table(&mut self, base: &Layout<'_>) -> Result<(), SignatureError> {
        let table = self.out.len();
        self.places.sort_unstable();
        self.text("xref\n");
        for (number, place) in self.places.clone() {
            self.text(&format!("{number} 1\n{place:010} 00000 n \n"));
        }
        let old = format!("<</Size {}", base.size());
        let rest = base
            .trailer()
            .strip_prefix(&old)
            .and_then(|rest| rest.strip_suffix(">>"))
            .ok_or(LayoutError("the trailer is arranged differently"))?;
        let size = base.size() + 2;
        let previous = base.table();
        self.text(&format!(
            "trailer\n<</Size {size}{rest}/Prev {previous}>>\nstartxref\n{table}\n%%EOF"
        ));
        Ok(())
    }

    fn ranged(mut self, span: Span) -> Revision {
        let after = span.digits + 2 * RESERVED + 1;
        let range = byte_range(span.digits - 1, after, self.out.len() - after);
        let place = self.out.iter_mut().skip(span.range);
        for (old, new) in place.zip(range.bytes()) {
            *old = new;
        }
        Revision { bytes: self.out, digits: span.digits }
    }
}

/// The two signed ranges, always as long.
fn byte_range(first: usize, second: usize, length: usize) -> String {
    format!("[0 {first:010} {second:010} {length:010}]")
}

/// A dictionary with entries added before its end.
fn extended(dictionary: &str, absent: &str, entries: &str) -> Result<String, LayoutError> {
    let inner = dictionary.strip_suffix(">>").ok_or(LayoutError("an object is no dictionary"))?;
    if inner.contains(absent) {
        return Err(LayoutError("the typeset pages already hold annotations or forms"));
    }
    Ok(format!("{inner}{entries}>>"))
}

/// What stood there before the revision was appended.
fn base_of(file: &[u8]) -> Result<&[u8], SignatureError> {
    let table = layout::last_table(file)?;
    let tail = file.get(table..).and_then(|tail| std::str::from_utf8(tail).ok());
    let previous = tail
        .and_then(|tail| number_after(tail, "/Prev "))
        .ok_or(SignatureError::Missing("in the PDF"))?;
    let end = format!("\nstartxref\n{previous}\n%%EOF");
    let after = file.get(previous..).ok_or(LayoutError("the table lies outside the file"))?;
    let place = find(after, end.as_bytes()).ok_or(SignatureError::Missing("in the PDF"))?;
    Ok(file.get(..previous + place + end.len()).unwrap_or_default())
}

fn moment_in(appended: &[u8]) -> Result<String, SignatureError> {
    let wrong = SignatureError::Form("it states no moment");
    let Some(place) = find(appended, b"/M(") else { return Err(wrong) };
    let text = appended.get(place + 3..place + 20).and_then(|text| std::str::from_utf8(text).ok());
    match text {
        Some(text) if text.starts_with("D:") && text.ends_with('Z') => Ok(text.to_owned()),
        _ => Err(wrong),
    }
}

/// The signed data's bytes; their own length field says where padding begins.
fn contents_in(appended: &[u8]) -> Result<Vec<u8>, SignatureError> {
    const KEY: &[u8] = b"/Contents<";
    let wrong = || SignatureError::Form("its digits are damaged");
    let place = find(appended, KEY).ok_or(SignatureError::Missing("in the PDF"))? + KEY.len();
    let digits = appended.get(place..place + 2 * RESERVED).ok_or_else(wrong)?;
    let bytes = digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>().ok_or_else(wrong)?;
    // DER: 0x30, then 0x82 and two bytes of length for anything from 256 to 65535 bytes.
    let length = match bytes.as_slice() {
        [0x30, 0x82, high, low, ..] => 4 + usize::from(*high) * 256 + usize::from(*low),
        _ => return Err(wrong()),
    };
    Ok(bytes.get(..length).ok_or_else(wrong)?.to_vec())
}

fn byte(pair: &[u8]) -> Option<u8> {
    let digit = |d: &u8| match d {
        b'0'..=b'9' => Some(d - b'0'),
        b'a'..=b'f' => Some(d - b'a' + 10),
        _ => None,
    };
    match pair {
        [high, low] => Some(digit(high)? * 16 + digit(low)?),
        _ => None,
    }
}
