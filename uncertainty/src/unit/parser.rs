//! Text to unit: products, quotients and powers of symbols.

use super::table::{CELSIUS, CELSIUS_ZERO, Named, PREFIXES, UNITS};
use super::{Dimension, Unit, UnitError};
use crate::diagnostic::nearest;

/// Longest unit that is read; hostile input ends here.
const LONGEST_TEXT: usize = 80;

/// Deepest nesting of parentheses.
const DEEPEST: u8 = 8;

pub(super) fn parse(text: &str) -> Result<Unit, UnitError> {
    let trimmed = text.trim();
    let malformed =
        |reason| UnitError::Malformed { text: trimmed.chars().take(40).collect(), reason };
    if trimmed.is_empty() {
        return Err(malformed("it is empty"));
    }
    if trimmed.len() > LONGEST_TEXT {
        return Err(malformed("it is longer than 80 bytes"));
    }
    if CELSIUS.contains(&trimmed) {
        let symbol = trimmed.to_owned();
        let (dimension, offset) = (Dimension::TEMPERATURE, CELSIUS_ZERO);
        return Ok(Unit { symbol, dimension, numerator: 1.0, denominator: 1.0, offset });
    }
    let mut reader = Reader { rest: trimmed, depth: 0 };
    let measure = reader.product().map_err(|failure| match failure {
        Failure::Shape(reason) => malformed(reason),
        Failure::Unknown(error) => error,
    })?;
    if !reader.rest.is_empty() {
        return Err(malformed("something follows the unit"));
    }
    let Measure { dimension, numerator, denominator } = measure;
    Ok(Unit { symbol: trimmed.to_owned(), dimension, numerator, denominator, offset: 0.0 })
}

#[derive(Clone, Copy)]
struct Measure {
    dimension: Dimension,
    numerator: f64,
    denominator: f64,
}

enum Failure {
    Shape(&'static str),
    Unknown(UnitError),
}

struct Reader<'a> {
    rest: &'a str,
    depth: u8,
}

impl Reader<'_> {
    fn product(&mut self) -> Result<Measure, Failure> {
        let mut measure = self.power()?;
        loop {
            let before = self.rest;
            self.rest = self.rest.trim_start();
            let Some(sign) = self.rest.chars().next() else { return Ok(measure) };
            let is_quotient = match sign {
                '*' | '·' | '.' | '⋅' => false,
                '/' => true,
                ')' => return Ok(measure),
                _ if before.len() > self.rest.len() => {
                    let factor = self.power()?;
                    measure = joined(measure, factor, false)?;
                    continue;
                }
                _ => return Err(Failure::Shape("two symbols stand side by side")),
            };
            self.rest = self.rest.get(sign.len_utf8()..).unwrap_or_default();
            let factor = self.power()?;
            measure = joined(measure, factor, is_quotient)?;
        }
    }

    fn power(&mut self) -> Result<Measure, Failure> {
        self.rest = self.rest.trim_start();
        let base = self.factor()?;
        let Some(exponent) = self.exponent()? else { return Ok(base) };
        let dimension = base.dimension.power(f64::from(exponent));
        let power = |number: f64| (0..exponent.unsigned_abs()).fold(1.0, |p, _| p * number);
        let (mut numerator, mut denominator) = (power(base.numerator), power(base.denominator));
        if exponent < 0 {
            std::mem::swap(&mut numerator, &mut denominator);
        }
        let dimension = dimension.ok_or(Failure::Shape("a power is too large"))?;
        checked(Measure { dimension, numerator, denominator })
    }

    fn factor(&mut self) -> Result<Measure, Failure> {
        if let Some(inner) = self.rest.strip_prefix('(') {
            if self.depth == DEEPEST {
                return Err(Failure::Shape("parentheses are nested too deeply"));
            }
            self.depth += 1;
            self.rest = inner;
            let measure = self.product()?;
            let closed = self.rest.strip_prefix(')');
            self.rest = closed.ok_or(Failure::Shape("a parenthesis is not closed"))?;
            self.depth -= 1;
            return Ok(measure);
        }
        let is_symbol = |c: char| c.is_alphabetic() || "%‰°℃'\"′″-".contains(c);
        let end = self.rest.find(|c: char| !is_symbol(c)).unwrap_or(self.rest.len());
        let (symbol, rest) = self.rest.split_at(end);
        if symbol.is_empty() {
            let rest = self.rest.strip_prefix('1').filter(|rest| !rest.starts_with(is_digit));
            self.rest = rest.ok_or(Failure::Shape("a symbol is missing"))?;
            let dimension = Dimension::ONE;
            return Ok(Measure { dimension, numerator: 1.0, denominator: 1.0 });
        }
        self.rest = rest;
        named(symbol).ok_or_else(|| Failure::Unknown(unknown(symbol)))
    }

    /// `^-2`, `^2`, `2` directly behind the symbol, or superscript digits.
    fn exponent(&mut self) -> Result<Option<i8>, Failure> {
        let text: String = self.rest.chars().map_while(plain_digit).collect();
        let is_raised = self.rest.starts_with('^');
        if text.is_empty() && !is_raised {
            return Ok(None);
        }
        if is_raised {
            let after = self.rest.get(1..).unwrap_or_default();
            let sign = after.strip_prefix('-').unwrap_or(after);
            let end = sign.find(|c| !is_digit(c)).unwrap_or(sign.len());
            let length = after.len() - sign.len() + end;
            let (digits, rest) = after.split_at(length);
            self.rest = rest;
            return exponent_of(digits).map(Some);
        }
        let length =
            self.rest.chars().take_while(|c| plain_digit(*c).is_some()).map(char::len_utf8);
        let length: usize = length.sum();
        self.rest = self.rest.get(length..).unwrap_or_default();
        exponent_of(&text).map(Some)
    }
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

fn plain_digit(character: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    if character == '⁻' {
        return Some('-');
    }
    let place = RAISED.chars().position(|raised| raised == character);
    match place {
        Some(place) => char::from_digit(u32::try_from(place).ok()?, 10),
        None => character.is_ascii_digit().then_some(character),
    }
}

fn exponent_of(digits: &str) -> Result<i8, Failure> {
    let exponent = digits.parse::<i8>().ok().filter(|power| (1..=12).contains(&power.abs()));
    exponent.ok_or(Failure::Shape("an exponent is not a whole number from 1 to 12"))
}

fn joined(left: Measure, right: Measure, is_quotient: bool) -> Result<Measure, Failure> {
    let (dimension, numerator, denominator) = if is_quotient {
        (left.dimension.per(right.dimension), right.denominator, right.numerator)
    } else {
        (left.dimension.times(right.dimension), right.numerator, right.denominator)
    };
    let dimension = dimension.ok_or(Failure::Shape("a power is too large"))?;
    let (numerator, denominator) = (left.numerator * numerator, left.denominator * denominator);
    checked(Measure { dimension, numerator, denominator })
}

fn checked(measure: Measure) -> Result<Measure, Failure> {
    let in_range = |number: f64| (1e-100..1e100).contains(&number);
    let both = in_range(measure.numerator) && in_range(measure.denominator);
    if both { Ok(measure) } else { Err(Failure::Shape("its scale is beyond 10^100")) }
}

fn named(symbol: &str) -> Option<Measure> {
    let exact = UNITS.iter().find(|unit| unit.symbol == symbol);
    if let Some(unit) = exact {
        return Some(measure(unit, 1.0, 1.0));
    }
    PREFIXES.iter().find_map(|(prefix, numerator, denominator)| {
        let base = symbol.strip_prefix(prefix)?;
        let unit = UNITS.iter().find(|unit| unit.takes_prefix && unit.symbol == base)?;
        Some(measure(unit, *numerator, *denominator))
    })
}

/// One unit times a prefix; powers of ten are cancelled so that `kg` is exactly 1.
fn measure(unit: &Named, numerator: f64, denominator: f64) -> Measure {
    let (mut above, mut below) = (unit.numerator * numerator, unit.denominator * denominator);
    let shared = if above < below { above } else { below };
    let divides = |number: f64| (number / shared * shared).to_bits() == number.to_bits();
    if divides(above) && divides(below) {
        above /= shared;
        below /= shared;
    }
    Measure { dimension: unit.dimension(), numerator: above, denominator: below }
}

fn unknown(symbol: &str) -> UnitError {
    let prefixed = UNITS.iter().filter(|unit| unit.takes_prefix).flat_map(|unit| {
        PREFIXES.iter().map(move |(prefix, _, _)| format!("{prefix}{}", unit.symbol))
    });
    let plain = UNITS.iter().map(|unit| unit.symbol.to_owned());
    let known: Vec<String> = plain.chain(prefixed).collect();
    let nearest = nearest(symbol, known.iter().map(String::as_str)).map(str::to_owned);
    UnitError::Unknown { symbol: symbol.chars().take(40).collect(), nearest }
}
