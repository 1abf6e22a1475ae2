//! Specifications from other people's format: MACDR, a JSON file for each model of meter with fractions
//! of reading and range by hours since calibration.
//!
//! One file comes of each quantity and each time since calibration. What MACDR does not say is not made
//! up: the level at which its numbers hold and how they are combined are stated by whoever imports. What
//! it says and a specification has no place for is listed, one line for each kind of thing.
//!
//! | code  | finding                                                  |
//! |-------|----------------------------------------------------------|
//! | S0201 | the file cannot be read as MACDR                         |
//! | S0202 | level or combination was not stated                      |
//! | S0203 | an entry without what a row needs, or two for one range  |
//! | S0204 | what was read makes no specification                     |
//! | S0205 | left out: the format says more than was taken over       |
//!
//! Source: MACDR v1, README of Meter-Accuracy: identifiers, units, meaning of the numbers.

mod macdr;

use std::collections::BTreeMap;

use etalon_uncertainty::diagnostic::Diagnostic;

pub use macdr::read;

/// What MACDR leaves open, stated by whoever imports.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stated<'a> {
    /// `k=2`, `p=0.99` (normal) or `rectangular`.
    pub level: Option<&'a str>,
    /// `sum`, `rss` or `max`.
    pub combine: Option<&'a str>,
}

/// What an import found: the files it would write, by the specification's name, and every finding.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// Specification → text of its file.
    pub files: BTreeMap<String, String>,
    /// Errors about what was not taken, warnings about what was left out.
    pub findings: Vec<Diagnostic>,
}

impl Import {
    fn error(&mut self, code: &'static str, message: impl Into<String>) {
        self.findings.push(Diagnostic::error(code, message.into()));
    }

    /// Says once what was left out.
    fn left_out(&mut self, message: String) {
        if self.findings.iter().all(|earlier| earlier.message != message) {
            self.findings.push(Diagnostic::warning("S0205", message));
        }
    }
}

impl Stated<'_> {
    /// The lines `level` and `combine`, where both are stated.
    fn lines(self) -> Result<[String; 2], &'static str> {
        let level = match self.level.map(|level| level.split_once('=').unwrap_or((level, ""))) {
            Some(("k", k)) => format!("{{ k = \"{}\" }}", k.trim()),
            Some(("p", p)) => format!("{{ p = \"{}\", dist = \"normal\" }}", p.trim()),
            Some(("rectangular", "")) => "{ dist = \"rectangular\" }".to_owned(),
            _ => {
                return Err(
                    "MACDR does not say at which level its numbers hold: state k=2, p=0.99 or rectangular",
                );
            }
        };
        match self.combine {
            Some(word @ ("sum" | "rss" | "max")) => {
                Ok([format!("level      = {level}"), format!("combine    = \"{word}\"")])
            }
            _ => Err("MACDR does not say how shares and floor are combined: state sum, rss or max"),
        }
    }
}

#[cfg(test)]
mod tests;
