//! Layout of a PDF as the typesetter writes it: one table, plain objects.
//!
//! Not a reader of PDF files in general. It finds the few objects that a
//! signature and an attachment need, in the one arrangement that Etalon's
//! typesetter produces, and refuses every other.
//!
//! Source: ISO 32000-1, clauses 7.5.4–7.5.6 and 7.11.4.

use thiserror::Error;

/// Why a PDF is not in the arrangement that the typesetter writes.
#[derive(Debug, Error)]
#[error("the PDF is not in Etalon's form: {0}")]
pub struct LayoutError(pub &'static str);

const END: &str = "%%EOF";

/// A PDF of one revision, with its objects found.
#[derive(Debug)]
pub struct Layout<'a> {
    bytes: &'a [u8],
    offsets: Vec<usize>,
    table: usize,
    trailer: &'a str,
}

impl<'a> Layout<'a> {
    /// Finds table and trailer.
    ///
    /// # Errors
    /// [`LayoutError`] when the file is arranged differently.
    pub fn read(bytes: &'a [u8]) -> Result<Self, LayoutError> {
        let table = last_table(bytes)?;
        let tail = bytes.get(table..).ok_or(LayoutError("the table lies outside the file"))?;
        let tail = std::str::from_utf8(tail).map_err(|_| LayoutError("the table is no text"))?;
        let rest =
            tail.strip_prefix("xref\n0 ").ok_or(LayoutError("the table does not begin at 0"))?;
        let (count, rest) = rest.split_once('\n').ok_or(LayoutError("the table has no length"))?;
        let count: usize = count.parse().map_err(|_| LayoutError("the table has no length"))?;
        let length = count.checked_mul(20).ok_or(LayoutError("the table is too long"))?;
        let (entries, rest) =
            rest.split_at_checked(length).ok_or(LayoutError("the table is cut short"))?;
        let offsets = entries
            .as_bytes()
            .chunks(20)
            .map(|entry| decimal(entry.get(..10).unwrap_or_default()))
            .collect::<Option<Vec<_>>>()
            .ok_or(LayoutError("an entry of the table is no number"))?;
        let trailer = rest
            .strip_prefix("trailer\n")
            .and_then(|text| text.split_once("\nstartxref\n"))
            .ok_or(LayoutError("there is no trailer after the table"))?
            .0;
        Ok(Self { bytes, offsets, table, trailer })
    }

    /// Number of objects, the free one included.
    #[must_use]
    pub fn size(&self) -> usize {
        self.offsets.len()
    }

    /// Offset of the table.
    #[must_use]
    pub fn table(&self) -> usize {
        self.table
    }

    /// The trailer's entry of this key and all that follows it.
    #[must_use]
    pub fn trailer(&self) -> &'a str {
        self.trailer
    }

    /// Number of the catalogue.
    ///
    /// # Errors
    /// [`LayoutError`] when the trailer names none.
    pub fn catalogue(&self) -> Result<usize, LayoutError> {
        reference(self.trailer, "/Root ").ok_or(LayoutError("the trailer names no catalogue"))
    }

    /// Number of the first page.
    ///
    /// # Errors
    /// [`LayoutError`] when there is none.
    pub fn first_page(&self) -> Result<usize, LayoutError> {
        let catalogue = self.dictionary(self.catalogue()?)?;
        let pages =
            reference(catalogue, "/Pages ").ok_or(LayoutError("the catalogue names no pages"))?;
        let mut at = pages;
        // The page tree of a certificate is a few levels deep at most.
        for _ in 0..8 {
            let node = self.dictionary(at)?;
            if node.starts_with("<</Type/Page/") {
                return Ok(at);
            }
            at = reference(node, "/Kids[").ok_or(LayoutError("a page tree has no leaves"))?;
        }
        Err(LayoutError("the page tree is too deep"))
    }

    /// The text of an object that is a dictionary and no stream.
    ///
    /// # Errors
    /// [`LayoutError`] when it is something else.
    pub fn dictionary(&self, number: usize) -> Result<&'a str, LayoutError> {
        let body = self.body(number)?;
        let end = find(body, b"\nendobj\n").ok_or(LayoutError("an object has no end"))?;
        let text = body.get(..end).and_then(|body| std::str::from_utf8(body).ok());
        text.filter(|text| text.starts_with("<<") && text.ends_with(">>"))
            .ok_or(LayoutError("an object is no dictionary"))
    }

    /// The one attached file, unpacked.
    ///
    /// # Errors
    /// [`LayoutError`] when there is none, several, or its packing is damaged.
    pub fn attachment(&self) -> Result<Vec<u8>, LayoutError> {
        let catalogue = self.dictionary(self.catalogue()?)?;
        let (_, list) = catalogue.split_once("/AF[").ok_or(LayoutError("no DCC is attached"))?;
        let list = list.split(']').next().unwrap_or_default();
        if list.matches(" 0 R").count() != 1 {
            return Err(LayoutError("not exactly one file is attached"));
        }
        let specification =
            reference(list, "").ok_or(LayoutError("the attachment is named by no number"))?;
        let specification = self.dictionary(specification)?;
        let stream = reference(specification, "/EF<</F ")
            .ok_or(LayoutError("the attachment has no content"))?;
        self.stream(stream)
    }

    fn stream(&self, number: usize) -> Result<Vec<u8>, LayoutError> {
        const BEGIN: &[u8] = b">>\nstream\n";
        let body = self.body(number)?;
        let begin = find(body, BEGIN).ok_or(LayoutError("an object is no stream"))?;
        let (head, data) = body
            .split_at_checked(begin + BEGIN.len())
            .ok_or(LayoutError("an object is no stream"))?;
        let head = std::str::from_utf8(head).map_err(|_| LayoutError("a stream has no head"))?;
        let length = number_after(head, "/Length ").ok_or(LayoutError("a stream has no length"))?;
        let data = data.get(..length).ok_or(LayoutError("a stream is cut short"))?;
        if head.contains("/Filter/FlateDecode") {
            miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(data, LARGEST_ATTACHMENT)
                .map_err(|_| LayoutError("the attachment does not unpack"))
        } else if head.contains("/Filter") {
            Err(LayoutError("the attachment is packed in another way"))
        } else {
            Ok(data.to_vec())
        }
    }

    fn body(&self, number: usize) -> Result<&'a [u8], LayoutError> {
        let at = self.offsets.get(number).ok_or(LayoutError("an object is missing"))?;
        let head = format!("{number} 0 obj\n");
        self.bytes
            .get(*at..)
            .and_then(|bytes| bytes.strip_prefix(head.as_bytes()))
            .ok_or(LayoutError("an object is not where the table says"))
    }
}

/// No certificate comes near it; a packed bomb does.
const LARGEST_ATTACHMENT: usize = 64 << 20;

/// Offset of the table that the end of the file names.
///
/// # Errors
/// [`LayoutError`] when the file does not end as a PDF of Etalon does.
pub fn last_table(bytes: &[u8]) -> Result<usize, LayoutError> {
    let tail = bytes
        .strip_suffix(END.as_bytes())
        .and_then(|bytes| bytes.strip_suffix(b"\n"))
        .ok_or(LayoutError("there are bytes after its end"))?;
    let digits = tail.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (before, number) = tail.split_at(tail.len() - digits);
    if !before.ends_with(b"\nstartxref\n") {
        return Err(LayoutError("it does not end with the place of its table"));
    }
    decimal(number).ok_or(LayoutError("the place of its table is no number"))
}

/// First place of a pattern.
#[must_use]
pub fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

/// The number of the object that a key refers to, `key N 0 R`.
#[must_use]
pub fn reference(text: &str, key: &str) -> Option<usize> {
    let (_, after) = text.split_once(key)?;
    let (number, rest) = after.split_once(' ')?;
    rest.starts_with("0 R").then(|| decimal(number.as_bytes()))?
}

/// The number after a key.
#[must_use]
pub fn number_after(text: &str, key: &str) -> Option<usize> {
    let (_, after) = text.split_once(key)?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    decimal(after.as_bytes().get(..digits)?)
}

fn decimal(digits: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}
