//! The expressions of the form in the language of this program.
//!
//! Theirs are of plain numbers, as Python reads them: `+ - * / **`, parentheses, `pow(a, b)`, functions
//! of one argument, `pi`. A name stands for the number of a quantity in the unit that goes with it, so
//! that here it becomes a quotient: `R` in %rh becomes `(rh / 1 %RH)`.

use std::collections::BTreeMap;

/// Longest expression that is read, and deepest nesting. Chosen: far beyond any fitted curve.
const LONGEST: usize = 4_000;
const DEEPEST: usize = 64;

/// Functions of one number: theirs, ours. Theirs are Python's `math`, where `log` is the natural one.
const FUNCTIONS: [(&str, &str); 12] = [
    ("abs", "abs"),
    ("fabs", "abs"),
    ("sqrt", "sqrt"),
    ("exp", "exp"),
    ("log", "log"),
    ("log10", "log10"),
    ("sin", "sin"),
    ("cos", "cos"),
    ("tan", "tan"),
    ("asin", "asin"),
    ("acos", "acos"),
    ("atan", "atan"),
];

/// Ratio of the circumference to the diameter. Definition: π as a literal of twenty digits.
const PI: &str = "3.14159265358979323846";

/// Translates an expression whose names are these; each becomes its text.
///
/// # Errors
/// In words: what is no expression of the form, or a name that nobody gave.
pub(super) fn translated(text: &str, names: &BTreeMap<String, String>) -> Result<String, String> {
    if text.len() > LONGEST {
        return Err(format!("the expression is longer than {LONGEST} bytes"));
    }
    let mut reader = Reader { rest: text.trim(), names, depth: 0 };
    let translated = reader.sum()?;
    match reader.peek() {
        None => Ok(translated),
        Some(found) => Err(format!("`{found}` was not expected in `{}`", text.trim())),
    }
}

struct Reader<'a> {
    rest: &'a str,
    names: &'a BTreeMap<String, String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    /// Takes a sign where it is the next one; `*` is not the half of `**`.
    fn take(&mut self, sign: &str) -> bool {
        self.peek();
        if sign == "*" && self.rest.starts_with("**") {
            return false;
        }
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn wanted(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) {
            Ok(())
        } else {
            Err(format!("wanted `{sign}` before `{}`", self.rest))
        }
    }

    fn sum(&mut self) -> Result<String, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("more than {DEEPEST} parentheses in one another"));
        }
        let mut text = self.product()?;
        loop {
            let sign = if self.take("+") {
                "+"
            } else if self.take("-") {
                "-"
            } else {
                break;
            };
            text = format!("{text} {sign} {}", self.product()?);
        }
        self.depth -= 1;
        Ok(text)
    }

    fn product(&mut self) -> Result<String, String> {
        let mut text = self.signed()?;
        loop {
            let sign = if self.take("*") {
                "*"
            } else if self.take("/") {
                "/"
            } else {
                return Ok(text);
            };
            text = format!("{text} {sign} {}", self.signed()?);
        }
    }

    /// A sign binds less than a power and more than a product.
    fn signed(&mut self) -> Result<String, String> {
        let mut is_negative = false;
        loop {
            if self.take("-") {
                is_negative = !is_negative;
            } else if !self.take("+") {
                break;
            }
        }
        let power = self.power()?;
        Ok(if is_negative { format!("(-{power})") } else { power })
    }

    fn power(&mut self) -> Result<String, String> {
        let base = self.atom()?;
        if !self.take("**") {
            return Ok(base);
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("more than {DEEPEST} powers in one another"));
        }
        let exponent = self.signed()?;
        self.depth -= 1;
        Ok(format!("({base})^({exponent})"))
    }

    fn atom(&mut self) -> Result<String, String> {
        match self.peek() {
            Some('(') => {
                self.wanted("(")?;
                let inner = self.sum()?;
                self.wanted(")")?;
                Ok(format!("({inner})"))
            }
            Some(first) if first.is_ascii_digit() || first == '.' => self.number(),
            Some(first) if first.is_ascii_alphabetic() => self.named(),
            Some(other) => Err(format!("`{other}` begins no number, name or parenthesis")),
            None => Err("the expression ends where a number or a name was wanted".to_owned()),
        }
    }

    fn number(&mut self) -> Result<String, String> {
        let bytes = self.rest.as_bytes();
        let digits = |from: usize| {
            bytes
                .iter()
                .skip(from)
                .take_while(|byte| byte.is_ascii_digit() || **byte == b'.')
                .count()
        };
        let mut end = digits(0);
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            end += 1 + sign + digits(end + 1 + sign);
        }
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        match etalon_uncertainty::decimal::Decimal::parse(number) {
            Ok(_) => Ok(number.to_owned()),
            Err(refused) => Err(refused.to_string()),
        }
    }

    fn named(&mut self) -> Result<String, String> {
        let end = self.rest.find(|next: char| !(next.is_ascii_alphanumeric() || next == '_'));
        let (name, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        if self.peek() == Some('(') {
            return self.call(name);
        }
        match self.names.get(name) {
            Some(text) => Ok(text.clone()),
            None if name == "pi" => Ok(PI.to_owned()),
            None => Err(format!("`{name}` is not among the variables of the equation")),
        }
    }

    fn call(&mut self, name: &'a str) -> Result<String, String> {
        self.wanted("(")?;
        let first = self.sum()?;
        if name == "pow" {
            self.wanted(",")?;
            let exponent = self.sum()?;
            self.wanted(")")?;
            return Ok(format!("({first})^({exponent})"));
        }
        self.wanted(")")?;
        let known = FUNCTIONS.iter().find(|(theirs, _)| *theirs == name);
        let (_, ours) = known.ok_or_else(|| format!("the function `{name}` is not taken over"))?;
        Ok(format!("{ours}({first})"))
    }
}

#[cfg(test)]
mod tests {
    use etalon_uncertainty::expression::{Expression, Value};
    use etalon_uncertainty::quantity::Quantity;

    use super::*;

    /// The value of an expression of their form at x = 3, through ours.
    fn at_three(text: &str) -> Result<f64, String> {
        struct Nothing;
        impl etalon_uncertainty::expression::Scope for Nothing {
            fn kind(&self, _: &str) -> Option<etalon_uncertainty::expression::Kind> {
                None
            }
            fn value(&self, _: &str) -> Option<Value> {
                None
            }
        }
        let names = BTreeMap::from([("x".to_owned(), "(3 kg / 1 kg)".to_owned())]);
        let ours = translated(text, &names)?;
        match Expression::parse(&ours).unwrap().evaluate(&Nothing).unwrap() {
            Value::Number { si, .. } => Ok(si),
            other => panic!("{other:?}"),
        }
    }

    /// The expected values are Python's own: `eval` with the names of `math` and x = 3 (Python 3.11).
    #[test]
    fn precedence_and_functions_are_pythons() {
        for (text, wanted) in [
            ("x - 7.1e-2 - 3.9e-2*x + 3.4e-4*pow(x,2)", 2.81506),
            ("-x**2", -9.0),
            ("2**-x", 0.125),
            ("2**3**2", 512.0),
            ("--x - -x", 6.0),
            ("6/x*2", 4.0),
            ("x/2/3", 0.5),
            (" 2 * x - 4.97124*sin(x/7.9187) + log(7.1*x**-0.3)", 5.791_886_453_663_26),
            ("0.45 / 2.1", 0.214_285_714_285_714_3),
            ("log10(100)*sqrt(4)+pi", 7.141_592_653_589_793),
            (".5*x+1.", 2.5),
        ] {
            let found = at_three(text).unwrap();
            assert!(
                (found - wanted).abs() <= 1e-12 * wanted.abs(),
                "{text}: {found}, wanted {wanted}"
            );
        }
    }

    #[test]
    fn what_is_no_expression_of_the_form_is_refused_in_words() {
        for (text, wanted) in [
            ("2*y", "`y` is not among the variables"),
            ("gamma(x)", "the function `gamma` is not taken over"),
            ("2*(x", "wanted `)`"),
            ("!)(*!^!%%", "`!` begins no number"),
            ("x^2", "`^` was not expected"),
            ("pow(x)", "wanted `,`"),
            ("1..2", "is not a decimal number"),
            ("", "ends where a number"),
        ] {
            let refused = at_three(text).unwrap_err();
            assert!(refused.contains(wanted), "{text}: {refused}");
        }
        assert!(at_three(&"(".repeat(3000)).unwrap_err().contains("in one another"));
        assert!(at_three(&"2**".repeat(1000)).unwrap_err().contains("in one another"));
        assert!(Quantity::parse("1 %RH").is_ok(), "the unit that a humidity is divided by");
    }
}
