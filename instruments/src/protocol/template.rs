//! Command templates: `SOUR:VOLT {value}`.

use std::{collections::BTreeMap, fmt};
use thiserror::Error;

/// A command with places to fill in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Words(String),
    Place(String),
}

/// Why a template cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum TemplateError {
    /// An opening brace without its closing one, or the other way round.
    #[error("a brace stands alone")]
    Brace,
    /// A command is one line of printable ASCII.
    #[error("{character:?} cannot stand in a command")]
    Character {
        /// The offending character.
        character: char,
    },
    /// A place that nobody fills in.
    #[error("nothing fills in {{{place}}}")]
    Unknown {
        /// The name between the braces.
        place: String,
    },
    /// A place that must be there.
    #[error("{{{place}}} is missing")]
    Missing {
        /// The name between the braces.
        place: String,
    },
    /// Nothing is written.
    #[error("the command is empty")]
    Empty,
}

impl Template {
    /// Reads a template that must have exactly `places`.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn parse(text: &str, places: &[&str]) -> Result<Self, TemplateError> {
        let parts = split(text)?;
        let has = |place: &str| parts.iter().any(|part| *part == Part::Place(place.to_owned()));
        if let Some(place) = places.iter().find(|place| !has(place)) {
            return Err(TemplateError::Missing { place: (*place).to_owned() });
        }
        for part in &parts {
            match part {
                Part::Place(place) if !places.contains(&place.as_str()) => {
                    return Err(TemplateError::Unknown { place: place.clone() });
                }
                _ => {}
            }
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The command with its places filled in; a place without a value stays as it is written,
    /// which [`Template::parse`] has ruled out for the places it was told of.
    #[must_use]
    pub fn filled(&self, values: &BTreeMap<&str, String>) -> String {
        let mut command = String::new();
        for part in &self.parts {
            match part {
                Part::Words(words) => command.push_str(words),
                Part::Place(place) => match values.get(place.as_str()) {
                    Some(value) => command.push_str(value),
                    None => command.push_str(&format!("{{{place}}}")),
                },
            }
        }
        command
    }

    /// The command with its one place filled in.
    #[must_use]
    pub fn with(&self, place: &str, value: impl fmt::Display) -> String {
        self.filled(&BTreeMap::from([(place, value.to_string())]))
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn split(text: &str) -> Result<Vec<Part>, TemplateError> {
    if text.trim().is_empty() {
        return Err(TemplateError::Empty);
    }
    // Balances of Sartorius begin their commands with the escape character.
    let may_stand = |c: &char| c.is_ascii_graphic() || matches!(c, ' ' | '\u{1b}');
    if let Some(character) = text.chars().find(|c| !may_stand(c)) {
        return Err(TemplateError::Character { character });
    }
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((words, behind)) = rest.split_once('{') {
        let (place, after) = behind.split_once('}').ok_or(TemplateError::Brace)?;
        if words.contains('}') || place.contains('{') || place.is_empty() {
            return Err(TemplateError::Brace);
        }
        if !words.is_empty() {
            parts.push(Part::Words(words.to_owned()));
        }
        parts.push(Part::Place(place.to_owned()));
        rest = after;
    }
    if rest.contains('}') {
        return Err(TemplateError::Brace);
    }
    if !rest.is_empty() {
        parts.push(Part::Words(rest.to_owned()));
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_and_everything_else_stays() {
        let template =
            Template::parse("CONF:GATE {pulses},(@{channel})", &["pulses", "channel"]).unwrap();
        let values = BTreeMap::from([("pulses", "20".to_owned()), ("channel", "1".to_owned())]);
        assert_eq!(template.filled(&values), "CONF:GATE 20,(@1)");
    }

    #[test]
    fn templates_that_would_send_something_else_are_refused() {
        let refusal = |text: &str| Template::parse(text, &["value"]).unwrap_err();
        assert_eq!(refusal("SOUR:VOLT"), TemplateError::Missing { place: "value".into() });
        assert_eq!(refusal("V {value} {vlaue}"), TemplateError::Unknown { place: "vlaue".into() });
        assert_eq!(refusal("V {value"), TemplateError::Brace);
        assert_eq!(refusal("V value}"), TemplateError::Brace);
        assert_eq!(refusal("V {value}\n*RST"), TemplateError::Character { character: '\n' });
        assert_eq!(refusal("  "), TemplateError::Empty);
    }
}
