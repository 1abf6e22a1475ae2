//! Units as people read them, where a file writes them in ASCII.

/// The powers that are raised; a circumflex without one of these stays.
const POWERS: [(&str, &str); 8] = [
    ("^-1", "⁻¹"),
    ("^-2", "⁻²"),
    ("^-3", "⁻³"),
    ("^2", "²"),
    ("^3", "³"),
    ("^4", "⁴"),
    ("^-4", "⁻⁴"),
    ("^1", "¹"),
];

/// `m^-2` as `m⁻²` and `kW*h` as `kW·h`, in a unit or in a text with units; a circumflex without a power
/// of one digit stays.
///
/// Source: SI Brochure, 9th edition, 5.4.1.
#[must_use]
pub fn raised(plain: &str) -> String {
    let text =
        POWERS.iter().fold(plain.to_owned(), |text, (plain, raised)| text.replace(plain, raised));
    dotted(&text)
}

/// A star between two units, with nothing blank beside it, as a raised dot.
fn dotted(text: &str) -> String {
    let next = text.chars().skip(1).chain(Some(' '));
    let before = Some(' ').into_iter().chain(text.chars());
    let is_between = |before: char, next: char| !before.is_whitespace() && next.is_alphabetic();
    let each = text.chars().zip(before.zip(next));
    each.map(|(it, (before, next))| if it == '*' && is_between(before, next) { '·' } else { it })
        .collect()
}

/// A unit, or a number with one, as a screen shows it: as [`raised`], the degree Celsius and the ohm by
/// their signs.
#[must_use]
pub fn readable(plain: &str) -> String {
    raised(plain).replace("degC", "°C").replace("%RH", "% RH").replace("ohm", "Ω")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SI Brochure 5.4.1: powers are raised, products have a half-high dot.
    #[test]
    fn units_stand_as_print_wants_them_and_words_as_they_are() {
        assert_eq!(raised("400 imp/(kW*h)"), "400 imp/(kW·h)");
        assert_eq!(raised("U ≥ 0.00003 m^3（k = 2）"), "U ≥ 0.00003 m³（k = 2）");
        assert_eq!(raised("1.2e-6 kg*m^-1*s^-2"), "1.2e-6 kg·m⁻¹·s⁻²");
        assert_eq!(raised("noted with a *star"), "noted with a *star");
    }

    #[test]
    fn powers_are_raised_and_a_unit_is_still_the_same_unit() {
        for plain in ["imp/m^3", "kg*m^-2", "imp/(kW*h)", "degC", "kohm", "m^5"] {
            let shown = readable(plain);
            let unit = |text: &str| crate::unit::Unit::parse(text).unwrap();
            assert_eq!(unit(&shown), unit(plain), "{shown}");
        }
        assert_eq!(readable("7.3 imp/m^3"), "7.3 imp/m³");
        assert_eq!(readable("0.02 kg*m^-2"), "0.02 kg·m⁻²");
        assert_eq!(readable("23.4 degC"), "23.4 °C");
        assert_eq!(raised("x^y"), "x^y");
    }
}
