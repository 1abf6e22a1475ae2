//! What a person typed, made into a number or refused: pure.
//!
//! Full-width digits and signs (as Chinese input methods give them) become
//! plain ones. A comma is never guessed: `1,5` is one and a half in one
//! country and fifteen in another's habit of grouping.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::rounding::{self, RoundingRule};
use thiserror::Error;

/// Why an entry was not taken; the person is asked again with these words.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum EntryRefusal {
    /// Nothing was typed.
    #[error("nothing was entered")]
    Empty,
    /// A comma might be a decimal sign or a separator of groups.
    #[error(
        "'{0}' has a comma, which may be a decimal sign or a separator: write the decimal sign as a point"
    )]
    AmbiguousComma(String),
    /// Not a number.
    #[error("'{0}' is not a number")]
    NotANumber(String),
    /// A unit was typed, and it is not the one asked for.
    #[error("'{found}' is in another unit, wanted {wanted}")]
    OtherUnit {
        /// What was typed.
        found: String,
        /// The unit of the question.
        wanted: String,
    },
    /// Outside the range of the question.
    #[error("{found} {unit} is outside {lower} {unit} to {upper} {unit}")]
    OutOfRange {
        /// What was typed.
        found: String,
        /// Lower end.
        lower: String,
        /// Upper end.
        upper: String,
        /// Unit of all three.
        unit: String,
    },
    /// Finer than the scale can be read.
    #[error("{found} {unit} is not a multiple of the reading step {step} {unit}")]
    OffStep {
        /// What was typed.
        found: String,
        /// Step of the scale.
        step: String,
        /// Unit of both.
        unit: String,
    },
    /// The second entry differs from the first.
    #[error("the second entry '{second}' differs from the first '{first}'")]
    EntriesDiffer {
        /// First entry.
        first: String,
        /// Second entry.
        second: String,
    },
    /// Neither yes nor no.
    #[error("'{0}' is neither yes nor no")]
    NeitherYesNorNo(String),
}

/// What a typed number must satisfy.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NumberRule {
    /// Symbol of the unit in which the number is understood.
    pub unit: String,
    /// Lower and upper end, both allowed.
    pub range: Option<(Decimal, Decimal)>,
    /// Smallest step that can be read from the scale.
    pub step: Option<Decimal>,
}

/// Full-width characters become plain ones; blanks around are dropped, and so is what a barcode
/// reader sends along: control characters, and the mark of the symbology before the text (`]C1`).
#[must_use]
pub fn normalised(typed: &str) -> String {
    let scanned = typed.trim_start_matches(char::is_control);
    // AIM's symbology identifier: a bracket, a letter, a modifier (ISO/IEC 15424).
    let mark = |text: &str| {
        let mut signs = text.chars();
        let first = signs.next() == Some(']');
        let letter = signs.next().is_some_and(|sign| sign.is_ascii_alphabetic());
        first && letter && signs.next().is_some_and(|sign| sign.is_ascii_alphanumeric())
    };
    let text = if mark(scanned) { scanned.get(3..).unwrap_or_default() } else { scanned };
    let plain = text.chars().filter(|character| !character.is_control());
    let plain = plain.map(|character| match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        '\u{3002}' => '.',
        other => other,
    });
    plain.collect::<String>().trim().to_owned()
}

/// A typed number, with the unit left out or written as asked.
///
/// # Errors
/// Whatever of [`NumberRule`] is not met, or an entry that cannot be read in one way only.
pub fn number(typed: &str, rule: &NumberRule) -> Result<Decimal, EntryRefusal> {
    let text = normalised(typed);
    if text.is_empty() {
        return Err(EntryRefusal::Empty);
    }
    if text.contains(',') {
        return Err(EntryRefusal::AmbiguousComma(text));
    }
    let digits = text.strip_suffix(rule.unit.as_str()).unwrap_or(&text).trim_end();
    let value = Decimal::parse(digits).map_err(|_| unreadable(&text, &rule.unit))?;
    within(&value, rule)?;
    Ok(value)
}

fn unreadable(text: &str, unit: &str) -> EntryRefusal {
    let has_number_first = text
        .split_once(|character: char| character.is_ascii_whitespace() || character.is_alphabetic())
        .is_some_and(|(head, _)| Decimal::parse(head).is_ok());
    if has_number_first {
        EntryRefusal::OtherUnit { found: text.to_owned(), wanted: unit.to_owned() }
    } else {
        EntryRefusal::NotANumber(text.to_owned())
    }
}

fn within(value: &Decimal, rule: &NumberRule) -> Result<(), EntryRefusal> {
    if let Some((lower, upper)) = &rule.range
        && (value < lower || value > upper)
    {
        return Err(EntryRefusal::OutOfRange {
            found: value.to_string(),
            lower: lower.to_string(),
            upper: upper.to_string(),
            unit: rule.unit.clone(),
        });
    }
    if let Some(step) = &rule.step
        && rounding::to_step(value, step, RoundingRule::HalfEven).as_ref() != Ok(value)
    {
        return Err(EntryRefusal::OffStep {
            found: value.to_string(),
            step: step.to_string(),
            unit: rule.unit.clone(),
        });
    }
    Ok(())
}

/// Yes or no, in English or Chinese.
///
/// # Errors
/// When it is neither.
pub fn yes_or_no(typed: &str) -> Result<bool, EntryRefusal> {
    let text = normalised(typed).to_lowercase();
    match text.as_str() {
        "y" | "yes" | "true" | "ok" | "是" | "好" => Ok(true),
        "n" | "no" | "false" | "否" | "不" => Ok(false),
        "" => Err(EntryRefusal::Empty),
        _ => Err(EntryRefusal::NeitherYesNorNo(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule() -> NumberRule {
        let decimal = |text| Decimal::parse(text).expect("a number");
        NumberRule {
            unit: "MPa".to_owned(),
            range: Some((decimal("0"), decimal("1.6"))),
            step: Some(decimal("0.01")),
        }
    }

    #[test]
    fn full_width_digits_of_a_chinese_input_method_are_read_as_digits() {
        assert_eq!(number("０．８１", &rule()).unwrap().to_string(), "0.81");
        assert_eq!(number("0.81 MPa", &rule()).unwrap().to_string(), "0.81");
    }

    /// ISO/IEC 15424: `]C1` stands before the text of a GS1-128 symbol.
    #[test]
    fn what_a_barcode_reader_sends_along_is_dropped() {
        assert_eq!(normalised("]C1202601002\r\n"), "202601002");
        assert_eq!(normalised("\u{2}202601002\u{3}"), "202601002");
        assert_eq!(normalised("]x"), "]x");
    }

    #[test]
    fn ambiguous_comma_is_refused_and_never_guessed() {
        assert!(matches!(number("0,81", &rule()), Err(EntryRefusal::AmbiguousComma(_))));
        assert!(matches!(number("0，81", &rule()), Err(EntryRefusal::AmbiguousComma(_))));
    }

    #[test]
    fn entry_outside_the_range_off_the_step_or_in_another_unit_is_refused() {
        assert!(matches!(number("1.7", &rule()), Err(EntryRefusal::OutOfRange { .. })));
        assert!(matches!(number("0.815", &rule()), Err(EntryRefusal::OffStep { .. })));
        assert!(matches!(number("810 kPa", &rule()), Err(EntryRefusal::OtherUnit { .. })));
        assert!(matches!(number("eight", &rule()), Err(EntryRefusal::NotANumber(_))));
        assert!(matches!(number("  ", &rule()), Err(EntryRefusal::Empty)));
    }

    #[test]
    fn yes_and_no_are_understood_in_both_languages() {
        assert_eq!(yes_or_no("是"), Ok(true));
        assert_eq!(yes_or_no("Ｎ"), Ok(false));
        assert!(yes_or_no("perhaps").is_err());
    }
}
