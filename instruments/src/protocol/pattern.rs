//! Reply patterns: `{sequence},{count}`.
//!
//! A pattern is literal text with named places. Each place takes what stands up to
//! the next literal text; the last one takes the rest. Blanks at both ends of the
//! reply and of each place do not count.

use std::{collections::BTreeMap, fmt};
use thiserror::Error;

/// The form of a reply.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    text: String,
    head: String,
    places: Vec<(String, String)>,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum PatternError {
    /// An opening brace without its closing one, or the other way round.
    #[error("a brace stands alone")]
    Brace,
    /// Two places with nothing between them.
    #[error("nothing stands between {{{first}}} and {{{second}}}, so nobody knows where one ends")]
    Adjacent {
        /// The name of the place in front.
        first: String,
        /// The name of the place behind.
        second: String,
    },
    /// A place that must be there.
    #[error("{{{place}}} is missing")]
    Missing {
        /// The name between the braces.
        place: String,
    },
    /// A place that nobody reads.
    #[error("nothing reads {{{place}}}, write {{_}} for what is passed over")]
    Unknown {
        /// The name between the braces.
        place: String,
    },
}

impl Pattern {
    /// Reads a pattern that must have `wanted` and may have `{_}` for what is passed over.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn parse(text: &str, wanted: &[&str]) -> Result<Self, PatternError> {
        let pattern = split(text)?;
        let has = |place: &str| pattern.places.iter().any(|(name, _)| name == place);
        if let Some(place) = wanted.iter().find(|place| !has(place)) {
            return Err(PatternError::Missing { place: (*place).to_owned() });
        }
        for (name, _) in &pattern.places {
            if name != "_" && !wanted.contains(&name.as_str()) {
                return Err(PatternError::Unknown { place: name.clone() });
            }
        }
        Ok(pattern)
    }

    /// Reads a pattern that may have any of `known`.
    ///
    /// # Errors
    /// [`PatternError`].
    pub fn parse_any(text: &str, known: &[&str]) -> Result<Self, PatternError> {
        let present = |place: &&&str| text.contains(&format!("{{{place}}}"));
        let wanted: Vec<&str> = known.iter().filter(present).copied().collect();
        Self::parse(text, &wanted)
    }

    /// What stands in each place of `reply`; `None` when it has another form.
    #[must_use]
    pub fn read<'r>(&self, reply: &'r str) -> Option<BTreeMap<&str, &'r str>> {
        let mut rest = reply.trim().strip_prefix(self.head.trim_start())?;
        let mut found = BTreeMap::new();
        for (at, (name, behind)) in self.places.iter().enumerate() {
            let is_last = at + 1 == self.places.len();
            let (value, after) = if is_last {
                (rest.strip_suffix(behind.trim_end())?, "")
            } else {
                rest.split_once(behind.as_str())?
            };
            found.insert(name.as_str(), value.trim());
            rest = after;
        }
        (rest.trim().is_empty()).then_some(found)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn split(text: &str) -> Result<Pattern, PatternError> {
    let (head, mut rest) = text.split_once('{').map_or((text, None), |(h, r)| (h, Some(r)));
    if head.contains('}') {
        return Err(PatternError::Brace);
    }
    let mut places: Vec<(String, String)> = Vec::new();
    while let Some(open) = rest {
        let (name, after) = open.split_once('}').ok_or(PatternError::Brace)?;
        let (behind, next) = match after.split_once('{') {
            Some((behind, next)) => (behind, Some(next)),
            None => (after, None),
        };
        if name.contains('{') || name.is_empty() || behind.contains('}') {
            return Err(PatternError::Brace);
        }
        if let (true, Some(next)) = (behind.is_empty(), next) {
            let second = next.split('}').next().unwrap_or_default().to_owned();
            return Err(PatternError::Adjacent { first: name.to_owned(), second });
        }
        places.push((name.to_owned(), behind.to_owned()));
        rest = next;
    }
    Ok(Pattern { text: text.to_owned(), head: head.to_owned(), places })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_take_what_stands_up_to_the_next_text() {
        let identity = ["maker", "model", "serial", "firmware"];
        let pattern = Pattern::parse("{maker},{model},{serial},{firmware}", &identity).unwrap();
        let found = pattern.read("ETALON, SIM-PS1 ,PS100001,1.0\r\n").unwrap();
        assert_eq!(found["model"], "SIM-PS1");
        assert_eq!(found["firmware"], "1.0");
        assert!(pattern.read("ETALON,SIM-PS1").is_none());
    }

    #[test]
    fn text_around_a_place_must_be_there() {
        let pattern = Pattern::parse("P= {value} hPa", &["value"]).unwrap();
        assert_eq!(pattern.read("P= 1013.2 hPa").unwrap()["value"], "1013.2");
        assert!(pattern.read("T= 1013.2 hPa").is_none());
        assert!(pattern.read("P= 1013.2 mmHg").is_none());
        let literal = Pattern::parse("1", &[]).unwrap();
        assert!(literal.read("1\n").is_some());
        assert!(literal.read("0").is_none());
    }

    #[test]
    fn patterns_that_cannot_tell_their_places_apart_are_refused() {
        let refusal = |text: &str| Pattern::parse(text, &["value"]).unwrap_err();
        assert!(matches!(refusal("{value}{_}"), PatternError::Adjacent { .. }));
        assert!(matches!(refusal("{value"), PatternError::Brace));
        assert!(matches!(refusal("value}"), PatternError::Brace));
        assert!(matches!(refusal("{_}"), PatternError::Missing { .. }));
        assert!(matches!(refusal("{value},{spare}"), PatternError::Unknown { .. }));
    }
}
