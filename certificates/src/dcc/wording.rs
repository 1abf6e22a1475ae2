//! Wording: how words stand in a DCC, in one language, in two, or in none.

use super::DccError;
use crate::canonical::Element;
use crate::record::Text;

/// Languages of every DCC that Etalon writes, in their order.
pub const LANGUAGES: [&str; 2] = ["en", "zh"];

/// An element with words in both languages.
#[must_use]
pub fn texts(name: &str, text: &Text) -> Element {
    let content = |language: &str, words: &str| {
        Element::new("dcc:content").with("lang", language).text(words)
    };
    Element::new(name).child(content("en", text.en())).child(content("zh", text.zh()))
}

/// An element that holds one string.
#[must_use]
pub fn line(name: &str, text: &str) -> Element {
    Element::new(name).text(text)
}

/// A name of no language: a maker, a program.
#[must_use]
pub fn plain_name(text: &str) -> Element {
    Element::new("dcc:name").child(line("dcc:content", text))
}

/// An identification of something by somebody.
#[must_use]
pub fn identification(kind: &str, issuer: &str, value: &str, name: &Text) -> Element {
    Element::new("dcc:identification")
        .with("refType", kind)
        .child(line("dcc:issuer", issuer))
        .child(line("dcc:value", value))
        .child(texts("dcc:name", name))
}

/// The child of this name.
///
/// # Errors
/// [`DccError::Missing`] when there is none.
pub fn inside<'a>(element: &'a Element, name: &str) -> Result<&'a Element, DccError> {
    optional(element, name).ok_or_else(|| missing(element, name))
}

/// The child of this name, if there is one.
#[must_use]
pub fn optional<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    element.elements().find(|child| child.name() == name)
}

/// All children of this name.
pub fn every<'a>(element: &'a Element, name: &'a str) -> impl Iterator<Item = &'a Element> {
    element.elements().filter(move |child| child.name() == name)
}

/// The child of this name and reference type, if there is one.
#[must_use]
pub fn of_kind<'a>(element: &'a Element, name: &str, kind: &str) -> Option<&'a Element> {
    element
        .elements()
        .find(|child| child.name() == name && child.attribute("refType") == Some(kind))
}

/// The string in the child of this name.
///
/// # Errors
/// [`DccError::Missing`] when there is none.
pub fn read_line(element: &Element, name: &str) -> Result<String, DccError> {
    inside(element, name).map(Element::own_text)
}

/// The words in both languages in the child of this name.
///
/// # Errors
/// [`DccError::Missing`] when there are none.
pub fn read_texts(element: &Element, name: &str) -> Result<Text, DccError> {
    let holder = inside(element, name)?;
    let words = |language: &str| {
        every(holder, "dcc:content")
            .find(|content| content.attribute("lang") == Some(language))
            .map(Element::own_text)
            .ok_or_else(|| missing(holder, &format!("dcc:content in {language}")))
    };
    Ok(Text::new(words("en")?, words("zh")?))
}

/// The name of no language in an element.
///
/// # Errors
/// [`DccError::Missing`] when there is none.
pub fn read_plain_name(element: &Element) -> Result<String, DccError> {
    read_line(inside(element, "dcc:name")?, "dcc:content")
}

/// The value of the identification of this kind.
///
/// # Errors
/// [`DccError::Missing`] when there is none.
pub fn read_identification(element: &Element, kind: &str) -> Result<String, DccError> {
    optional_identification(element, kind)?.ok_or_else(|| missing(element, kind))
}

/// The value of the identification of this kind, if there is one.
///
/// # Errors
/// [`DccError::Missing`] when it has no value.
pub fn optional_identification(element: &Element, kind: &str) -> Result<Option<String>, DccError> {
    optional(element, "dcc:identifications")
        .and_then(|list| of_kind(list, "dcc:identification", kind))
        .map(|identification| read_line(identification, "dcc:value"))
        .transpose()
}

/// What is missing where.
#[must_use]
pub fn missing(element: &Element, wanted: &str) -> DccError {
    DccError::Missing { inside: element.name().to_owned(), wanted: wanted.to_owned() }
}

/// What cannot be meant.
#[must_use]
pub fn wrong(element: &str, found: &str, wanted: &'static str) -> DccError {
    DccError::Content { element: element.to_owned(), found: found.to_owned(), wanted }
}
