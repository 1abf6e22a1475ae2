//! Text to words: numbers with their units, names, signs.

use std::ops::Range;

use super::NumberKind;
use crate::diagnostic::Diagnostic;
use crate::quantity::Quantity;
use crate::unit::Unit;

/// Longest expression that is read; hostile input ends here.
pub(super) const LONGEST_TEXT: usize = 8_000;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Number { si: f64, kind: NumberKind },
    Text(String),
    Name(String),
    Sign(&'static str),
    End,
}

/// Signs, longer ones first.
const SIGNS: [&str; 19] = [
    "==", "!=", "<=", ">=", "≤", "≥", "≠", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<",
    ">",
];

pub(super) fn words(text: &str) -> Result<Vec<(Word, Range<usize>)>, Diagnostic> {
    if text.len() > LONGEST_TEXT {
        let message = format!("expression of {} bytes, at most {LONGEST_TEXT}", text.len());
        return Err(Diagnostic::error("X001", message).at(0..text.len()));
    }
    let mut words = Vec::new();
    let mut place = 0;
    loop {
        let rest = text.get(place..).unwrap_or_default();
        place += rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            words.push((Word::End, place..place));
            return Ok(words);
        };
        let (word, length) = match first {
            '0'..='9' | '.' => number(rest, place)?,
            '\'' | '"' => quoted(rest, first, place)?,
            'a'..='z' | 'A'..='Z' | '_' => name(rest),
            _ => sign(rest, first, place)?,
        };
        words.push((word, place..place + length));
        place += length;
    }
}

fn name(rest: &str) -> (Word, usize) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let name = rest.get(..end).unwrap_or_default().trim_end_matches('.');
    (Word::Name(name.to_owned()), name.len())
}

fn quoted(rest: &str, quote: char, place: usize) -> Result<(Word, usize), Diagnostic> {
    let inner = rest.get(1..).unwrap_or_default();
    let Some(end) = inner.find(quote) else {
        let finding = Diagnostic::error("X002", format!("quote {quote} is not closed"));
        return Err(finding.at(place..place + rest.len()));
    };
    let text = inner.get(..end).unwrap_or_default();
    Ok((Word::Text(text.to_owned()), end + 2))
}

fn sign(rest: &str, first: char, place: usize) -> Result<(Word, usize), Diagnostic> {
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        let meaning = match *sign {
            "≤" => "<=",
            "≥" => ">=",
            "≠" => "!=",
            sign => sign,
        };
        return Ok((Word::Sign(meaning), sign.len()));
    }
    if first == '=' {
        return Ok((Word::Sign("=="), 1));
    }
    let finding = Diagnostic::error("X003", format!("`{first}` has no meaning in an expression"));
    Err(finding.at(place..place + first.len_utf8()))
}

fn number(rest: &str, place: usize) -> Result<(Word, usize), Diagnostic> {
    let digits = end_of_digits(rest);
    let literal = rest.get(..digits).unwrap_or_default();
    let behind = rest.get(digits..).unwrap_or_default();
    let gap = behind.len() - behind.trim_start_matches(' ').len();
    let unit_text = unit(behind.get(gap..).unwrap_or_default());
    let refused = |message: String, span: Range<usize>| {
        Err(Diagnostic::error("X004", message).at(span.start + place..span.end + place))
    };
    let number = match Quantity::parse(literal) {
        Ok(number) => number,
        Err(error) => return refused(error.to_string(), 0..digits),
    };
    if unit_text.is_empty() {
        let word = Word::Number { si: number.value(), kind: NumberKind::ONE };
        return Ok((word, digits));
    }
    let start = digits + gap;
    match Unit::parse(unit_text) {
        Ok(unit) => {
            let kind = NumberKind { dimension: unit.dimension(), affine: unit.is_affine() };
            let word = Word::Number { si: unit.to_si(number.value()), kind };
            Ok((word, start + unit_text.len()))
        }
        Err(error) => refused(error.to_string(), start..start + unit_text.len()).map_err(
            |finding: Diagnostic| {
                finding.hint(
                    "a unit follows its number and ends at a space; put spaces around operators",
                )
            },
        ),
    }
}

fn end_of_digits(rest: &str) -> usize {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut end = digits(rest);
    let tail = |end: usize| rest.get(end..).unwrap_or_default();
    if tail(end).starts_with('.') {
        end += 1 + digits(tail(end + 1));
    }
    if let Some(exponent) = tail(end).strip_prefix(['e', 'E']) {
        let signed = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(signed);
        if count > 0 {
            end += 1 + (exponent.len() - signed.len()) + count;
        }
    }
    end
}

/// The unit at the beginning of `text`, up to a space or a sign that cannot
/// belong to it; empty where a word of the language or nothing of a unit stands.
fn unit(text: &str) -> &str {
    let begins = text.chars().next().is_some_and(|c| c.is_alphabetic() || "%‰°℃".contains(c));
    if !begins {
        return "";
    }
    let mut open = 0usize;
    let mut end = text.len();
    for (place, character) in text.char_indices() {
        match character {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            '^' | '*' | '/' | '·' | '⋅' | '%' | '‰' | '°' | '℃' => {}
            '-' if text.get(..place).is_some_and(|before| before.ends_with('^')) => {}
            _ if character.is_alphanumeric() => {}
            _ => {
                end = place;
                break;
            }
        }
    }
    let unit = text.get(..end).unwrap_or_default();
    let unit = unit.trim_end_matches(['*', '/', '·', '⋅', '^']);
    if ["and", "or", "not"].contains(&unit) { "" } else { unit }
}
