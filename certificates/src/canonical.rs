//! Canonical XML: the one spelling in which Etalon writes and accepts a tree.
//!
//! The bytes are those of Canonical XML 1.0 without comments, written directly
//! instead of being derived: no self-closing tags, namespaces before
//! attributes, attributes sorted, fixed escapes. Reading is the inverse and
//! nothing more: what does not come back byte for byte is refused, so that a
//! comment, a second declaration or another spelling of the same tree is not
//! accepted even where cryptography would not mind.
//!
//! It knows elements and text. It must never know what they mean.
//!
//! Source: Canonical XML Version 1.0 (W3C, 2001), clauses 2.3 and 4.

use roxmltree::{Document, Node as Read};
use thiserror::Error;

/// What stands before the root element, newline included.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Namespaces that may occur, with the only prefix each is written with.
///
/// Source: PTB DCC 3.3.0, D-SI 2.2.1, W3C XML Signature Syntax.
pub const NAMESPACES: [(&str, &str); 3] = [
    ("dcc", "https://ptb.de/dcc"),
    ("ds", "http://www.w3.org/2000/09/xmldsig#"),
    ("si", "https://ptb.de/si"),
];

/// Deepest nesting that is read; a certificate needs about fifteen levels.
const DEEPEST: usize = 40;

/// An element with its attributes in canonical order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    content: Vec<Node>,
}

/// What an element contains.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Node {
    /// A child element.
    Element(Element),
    /// Character data, unescaped.
    Text(String),
}

/// Why bytes are not a tree in Etalon's own spelling.
#[derive(Debug, Error)]
pub enum CanonicalError {
    /// The bytes are no UTF-8 text.
    #[error("the file is no UTF-8 text (byte {0})")]
    Encoding(usize),
    /// The fixed first line is missing or differs.
    #[error("the file does not begin with the XML declaration that Etalon writes")]
    Declaration,
    /// The text is no well-formed XML.
    #[error("the file is no well-formed XML: {0}")]
    Malformed(#[from] roxmltree::Error),
    /// An element of a namespace that no certificate uses.
    #[error("element {0} belongs to no namespace of a certificate")]
    Namespace(String),
    /// Nesting beyond what a certificate needs.
    #[error("elements are nested more than {DEEPEST} deep")]
    Depth,
    /// The same tree would have been written with other bytes.
    #[error("the file is not in canonical form from byte {0} on")]
    Spelling(usize),
}

impl Element {
    /// An empty element with a prefixed name such as `dcc:name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), attributes: Vec::new(), content: Vec::new() }
    }

    /// The prefixed name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The element with one more attribute, put where canonical order wants it.
    #[must_use]
    pub fn with(mut self, attribute: &str, value: &str) -> Self {
        self.attributes.push((attribute.to_owned(), value.to_owned()));
        // Namespace declarations come first; no certificate uses prefixed attributes.
        self.attributes.sort_by_key(|(name, _)| (!name.starts_with("xmlns"), name.clone()));
        self
    }

    /// The element with one more child element.
    #[must_use]
    pub fn child(mut self, child: Self) -> Self {
        self.content.push(Node::Element(child));
        self
    }

    /// The element with child elements appended, none or many.
    #[must_use]
    pub fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.content.extend(children.into_iter().map(Node::Element));
        self
    }

    /// The element with character data appended; empty text adds nothing.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.content.push(Node::Text(text.to_owned()));
        }
        self
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The child elements, in order.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The character data directly inside, joined.
    #[must_use]
    pub fn own_text(&self) -> String {
        let texts = self.content.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        texts.collect()
    }

    /// Takes the last child element away if it bears this name.
    pub fn take_last(&mut self, name: &str) -> Option<Self> {
        match self.content.last() {
            Some(Node::Element(last)) if last.name == name => match self.content.pop() {
                Some(Node::Element(last)) => Some(last),
                _ => None,
            },
            _ => None,
        }
    }

    /// The canonical bytes of this element alone.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut out = String::new();
        self.write(&mut out);
        out.into_bytes()
    }

    /// The bytes of a whole file with this element as its root.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        let mut out = DECLARATION.to_owned();
        self.write(&mut out);
        out.into_bytes()
    }

    /// Reads a file and demands that it is what [`Element::file`] writes.
    ///
    /// # Errors
    /// [`CanonicalError`] when the bytes are no tree in this spelling.
    pub fn read(file: &[u8]) -> Result<Self, CanonicalError> {
        let text = std::str::from_utf8(file)
            .map_err(|error| CanonicalError::Encoding(error.valid_up_to()))?;
        let body = text.strip_prefix(DECLARATION).ok_or(CanonicalError::Declaration)?;
        let tree = Document::parse(body)?;
        let root = from_node(tree.root_element(), 0)?;
        let again = root.file();
        if again != file {
            let same = again.iter().zip(file).take_while(|(a, b)| a == b).count();
            return Err(CanonicalError::Spelling(same));
        }
        Ok(root)
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, true, out);
            out.push('"');
        }
        out.push('>');
        for node in &self.content {
            match node {
                Node::Element(element) => element.write(out),
                Node::Text(text) => escape(text, false, out),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

/// Canonical XML 1.0, clause 2.3: the escapes of attribute and text nodes.
fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for character in text.chars() {
        match (character, in_attribute) {
            ('&', _) => out.push_str("&amp;"),
            ('<', _) => out.push_str("&lt;"),
            ('>', false) => out.push_str("&gt;"),
            ('"', true) => out.push_str("&quot;"),
            ('\t', true) => out.push_str("&#x9;"),
            ('\n', true) => out.push_str("&#xA;"),
            ('\r', _) => out.push_str("&#xD;"),
            _ => out.push(character),
        }
    }
}

fn from_node(node: Read<'_, '_>, depth: usize) -> Result<Element, CanonicalError> {
    if depth > DEEPEST {
        return Err(CanonicalError::Depth);
    }
    let mut element = Element::new(&prefixed(node)?);
    // A namespace is declared where it is first needed, and only there.
    let outer = node.parent_element();
    for (prefix, uri) in NAMESPACES {
        let declared = |n: Read<'_, '_>| n.lookup_namespace_uri(Some(prefix)) == Some(uri);
        if declared(node) && !outer.is_some_and(declared) {
            element = element.with(&format!("xmlns:{prefix}"), uri);
        }
    }
    for attribute in node.attributes() {
        element = element.with(attribute.name(), attribute.value());
    }
    for child in node.children() {
        if child.is_element() {
            element = element.child(from_node(child, depth + 1)?);
        } else if child.is_text() {
            element = element.text(child.text().unwrap_or_default());
        }
        // Comments and instructions are dropped here and missed by the comparison in `read`.
    }
    Ok(element)
}

fn prefixed(node: Read<'_, '_>) -> Result<String, CanonicalError> {
    let tag = node.tag_name();
    let prefix = NAMESPACES.iter().find(|(_, uri)| Some(*uri) == tag.namespace());
    match prefix {
        Some((prefix, _)) => Ok(format!("{prefix}:{}", tag.name())),
        None => Err(CanonicalError::Namespace(tag.name().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Element {
        Element::new("dcc:name")
            .with("xmlns:dcc", "https://ptb.de/dcc")
            .with("lang", "zh")
            .with("id", "a\"<\n")
            .child(Element::new("dcc:content").text("5 < 6 & 7 > 6\r"))
            .child(Element::new("dcc:content"))
    }

    /// Expected bytes by hand from Canonical XML 1.0, clause 2.3.
    #[test]
    fn c14n_2_3_attributes_are_sorted_and_escaped() {
        let bytes = String::from_utf8(sample().canonical()).unwrap();
        assert_eq!(
            bytes,
            "<dcc:name xmlns:dcc=\"https://ptb.de/dcc\" id=\"a&quot;&lt;&#xA;\" lang=\"zh\">\
             <dcc:content>5 &lt; 6 &amp; 7 &gt; 6&#xD;</dcc:content><dcc:content></dcc:content></dcc:name>"
        );
    }

    #[test]
    fn a_written_file_is_read_back_as_the_same_tree() {
        assert_eq!(Element::read(&sample().file()).unwrap(), sample());
    }

    #[test]
    fn every_other_spelling_of_the_same_tree_is_refused() {
        let file = String::from_utf8(sample().file()).unwrap();
        let others = [
            file.replace("<dcc:content></dcc:content>", "<dcc:content/>"),
            file.replace("<dcc:content>", "<dcc:content >"),
            file.replace("</dcc:name>", "<!-- note --></dcc:name>"),
            file.replace("</dcc:name>", "<?note?></dcc:name>"),
            file.replace("&gt;", ">"),
            file.replace("&#xA;", "&#10;"),
            file.replace("UTF-8", "utf-8"),
            file.replace("xmlns:dcc", "xmlns:abc").replace("dcc:", "abc:"),
            file.replace("lang=\"zh\"", "lang='zh'"),
            file.replace("5 &lt; 6", "<![CDATA[5 < 6]]>"),
            format!("{file}\n"),
            format!("{file}<!-- note -->"),
            format!("\u{feff}{file}"),
        ];
        for other in others {
            assert_ne!(other, file, "the variation must change something");
            assert!(Element::read(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn a_hundred_thousand_nested_elements_are_refused_without_harm() {
        let depth = 100_000;
        let open = "<dcc:a>".repeat(depth);
        let close = "</dcc:a>".repeat(depth);
        let file =
            format!("{DECLARATION}<dcc:a xmlns:dcc=\"https://ptb.de/dcc\">{open}{close}</dcc:a>");
        assert!(Element::read(file.as_bytes()).is_err());
    }
}
