//! Units as a DCC writes them: `%` is `\percent`, `kg/m^3` is `\kilogram\per\metre\tothe{3}`.
//!
//! Source: PTB, D-SI 2.2.1, unit grammar: prefix, unit, exponent; `\per` once,
//! everything after it divides.

use thiserror::Error;

/// A unit that a DCC cannot hold.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error("unit {0:?} has no name in a DCC")]
pub struct UnitError(pub String);

/// Units and their names; those of the second list take prefixes.
const WHOLE: [(&str, &str); 17] = [
    ("1", "\\one"),
    ("%", "\\percent"),
    ("ppm", "\\ppm"),
    ("kg", "\\kilogram"),
    ("g", "\\gram"),
    ("mg", "\\milli\\gram"),
    ("°C", "\\degreecelsius"),
    ("mmHg", "\\mmHg"),
    ("min", "\\minute"),
    ("h", "\\hour"),
    ("d", "\\day"),
    ("°", "\\degree"),
    ("'", "\\arcminute"),
    ("\"", "\\arcsecond"),
    ("K", "\\kelvin"),
    ("mol", "\\mole"),
    ("cd", "\\candela"),
];

const PREFIXABLE: [(&str, &str); 19] = [
    ("m", "\\metre"),
    ("s", "\\second"),
    ("A", "\\ampere"),
    ("V", "\\volt"),
    ("W", "\\watt"),
    ("J", "\\joule"),
    ("N", "\\newton"),
    ("Pa", "\\pascal"),
    ("Hz", "\\hertz"),
    ("Ω", "\\ohm"),
    ("C", "\\coulomb"),
    ("F", "\\farad"),
    ("H", "\\henry"),
    ("S", "\\siemens"),
    ("T", "\\tesla"),
    ("rad", "\\radian"),
    ("bar", "\\bar"),
    ("L", "\\litre"),
    ("t", "\\tonne"),
];

const PREFIXES: [(&str, &str); 9] = [
    ("n", "\\nano"),
    ("µ", "\\micro"),
    ("m", "\\milli"),
    ("c", "\\centi"),
    ("d", "\\deci"),
    ("h", "\\hecto"),
    ("k", "\\kilo"),
    ("M", "\\mega"),
    ("G", "\\giga"),
];

/// Other spellings of units, as procedures may write them.
const SPELLINGS: [(&str, &str); 11] = [
    ("-", "1"),
    // A pulse is counted: its unit is one (SI brochure, 9th edition, 2.3.3).
    ("imp", "1"),
    ("degC", "°C"),
    ("℃", "°C"),
    ("deg", "°"),
    ("arcmin", "'"),
    ("arcsec", "\""),
    ("ohm", "Ω"),
    ("l", "L"),
    ("um", "µm"),
    ("%RH", "%"),
];

/// The D-SI name of a unit as Etalon writes it.
///
/// # Errors
/// [`UnitError`] when there is none.
pub fn to_dsi(unit: &str) -> Result<String, UnitError> {
    let refused = || UnitError(unit.to_owned());
    let mut sides = unit.split('/');
    let above = product(sides.next().unwrap_or_default()).ok_or_else(refused)?;
    let Some(below) = sides.next() else { return Ok(above) };
    if sides.next().is_some() {
        return Err(refused());
    }
    let below = below.strip_prefix('(').and_then(|b| b.strip_suffix(')')).unwrap_or(below);
    let below = product(below).ok_or_else(refused)?;
    let above = if above == "\\one" { String::new() } else { above };
    Ok(format!("{above}\\per{below}"))
}

fn product(text: &str) -> Option<String> {
    text.split(['*', '·']).map(factor).collect()
}

fn factor(text: &str) -> Option<String> {
    let (symbol, exponent) = match text.split_once('^') {
        Some((symbol, exponent)) => (symbol, Some(exponent)),
        None => (text, None),
    };
    let symbol = SPELLINGS.iter().find(|(other, _)| *other == symbol).map_or(symbol, |(_, s)| s);
    let name = symbol_name(symbol)?;
    match exponent {
        None => Some(name),
        Some(power) => {
            let whole = power.parse::<i8>().ok().filter(|power| *power != 0)?;
            Some(format!("{name}\\tothe{{{whole}}}"))
        }
    }
}

fn symbol_name(symbol: &str) -> Option<String> {
    if let Some((_, name)) = WHOLE.iter().chain(&PREFIXABLE).find(|(known, _)| *known == symbol) {
        return Some((*name).to_owned());
    }
    PREFIXES.iter().find_map(|(prefix, prefix_name)| {
        let rest = symbol.strip_prefix(prefix)?;
        let (_, name) = PREFIXABLE.iter().find(|(known, _)| *known == rest)?;
        Some(format!("{prefix_name}{name}"))
    })
}

/// The unit of a D-SI name, as Etalon writes it.
///
/// # Errors
/// [`UnitError`] when Etalon writes no such name.
pub fn from_dsi(name: &str) -> Result<String, UnitError> {
    let refused = || UnitError(name.to_owned());
    // `\\percent` begins like a division, so the next name is looked for too.
    let (above, below) = match name.split_once("\\per\\") {
        Some((above, below)) => (above, Some(format!("\\{below}"))),
        None => (name, None),
    };
    let above =
        if above.is_empty() { "1".to_owned() } else { symbols(above).ok_or_else(refused)? };
    let unit = match below.as_deref().map(symbols) {
        None => above,
        Some(None) => return Err(refused()),
        Some(Some(below)) if below.contains('*') => format!("{above}/({below})"),
        Some(Some(below)) => format!("{above}/{below}"),
    };
    if to_dsi(&unit).as_deref() == Ok(name) { Ok(unit) } else { Err(refused()) }
}

fn symbols(names: &str) -> Option<String> {
    let mut out = String::new();
    let mut prefix = String::new();
    for token in names.split('\\').skip(1) {
        let token = format!("\\{token}");
        if let Some(power) = token.strip_prefix("\\tothe{").and_then(|t| t.strip_suffix('}')) {
            out.push('^');
            out.push_str(power);
        } else if let Some((symbol, _)) = PREFIXES.iter().find(|(_, name)| *name == token) {
            prefix.push_str(symbol);
        } else {
            let known = WHOLE.iter().chain(&PREFIXABLE).find(|(_, name)| *name == token);
            if !out.is_empty() {
                out.push('*');
            }
            out.push_str(&std::mem::take(&mut prefix));
            out.push_str(known?.0);
        }
    }
    (prefix.is_empty() && !out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected names by hand from the D-SI grammar.
    #[test]
    fn dsi_units_are_written_and_read_back() {
        let cases = [
            ("%", "\\percent"),
            ("A", "\\ampere"),
            ("mA", "\\milli\\ampere"),
            ("kg", "\\kilogram"),
            ("kg/m^3", "\\kilogram\\per\\metre\\tothe{3}"),
            ("m^3/h", "\\metre\\tothe{3}\\per\\hour"),
            ("kW*h", "\\kilo\\watt\\hour"),
            ("1/(A*s)", "\\per\\ampere\\second"),
            ("%/K", "\\percent\\per\\kelvin"),
            ("V/%", "\\volt\\per\\percent"),
            ("hPa", "\\hecto\\pascal"),
            ("°C", "\\degreecelsius"),
        ];
        for (unit, name) in cases {
            assert_eq!(to_dsi(unit).as_deref(), Ok(name));
            assert_eq!(from_dsi(name).as_deref(), Ok(unit));
        }
    }

    #[test]
    fn dsi_other_spellings_have_the_same_name() {
        assert_eq!(to_dsi("degC"), to_dsi("°C"));
        assert_eq!(to_dsi("-").as_deref(), Ok("\\one"));
        assert_eq!(to_dsi("imp/m^3"), to_dsi("1/m^3"));
    }

    #[test]
    fn dsi_units_without_a_name_are_refused() {
        for unit in ["kimp/(kW*h)", "mkg", "m%", "", "m^0", "a/b/c"] {
            assert!(to_dsi(unit).is_err(), "{unit}");
        }
        for name in ["\\kilo", "volt", "\\milli\\kilogram", "\\volt\\per"] {
            assert!(from_dsi(name).is_err(), "{name}");
        }
    }
}
