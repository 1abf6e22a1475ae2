//! Texts that nobody would write: the readers answer, they never panic.
//!
//! A seeded generator builds expressions and budget files, mutates them, and
//! hands them to the parser, the type check, the compiler and both propagations.
//! The normal run is short; `ETALON_HOSTILE_SECONDS=600
//! ETALON_HOSTILE_SEED=1 cargo test --release -p etalon-uncertainty --test hostile`
//! runs the same generator for ten minutes from another seed.

use std::io::Write as _;
use std::time::{Duration, Instant};

use etalon_uncertainty::budget::{self, Options, Trials};
use etalon_uncertainty::budget_file;
use etalon_uncertainty::expression::Expression;

/// Words and signs of the language, and some that are not.
const PIECES: [&str; 64] = [
    "a",
    "b",
    "E",
    "pi",
    "e",
    "1",
    "0",
    "2.5",
    "1e308",
    "1e-320",
    "-1",
    "00",
    "1e999",
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "+",
    "-",
    "*",
    "/",
    "^",
    "^^",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "and",
    "or",
    "not",
    "if(",
    "sqrt(",
    "abs(",
    "min(",
    "max(",
    "mean(",
    "stdev(",
    "sin(",
    "atan2(",
    "log(",
    "exp(",
    "round(",
    "floor(",
    ",",
    "'10 s'",
    "\"",
    "'",
    "%",
    "degC",
    "mm",
    "kWh",
    "imp/(kW*h)",
    "°",
    "µ",
    "±",
    "\u{0}",
    "\u{feff}",
    "𝛥",
    "..",
];

/// Whole files to begin with.
const FILES: [&str; 7] = [
    REFLECTION,
    EARLIER,
    include_str!("cases/gum-h1-end-gauge.toml"),
    include_str!("cases/s2-94-rxz-mcm.toml"),
    include_str!("cases/gum-h3-thermometer-fit.toml"),
    include_str!("cases/ncsli-rp19-pfa-table.toml"),
    include_str!("cases/gum-437-type-b.toml"),
];

/// A complex model with units, and inputs that were observed together.
const REFLECTION: &str = r#"
correlated_dof = "ensemble"
[[model]]
name = "G"
complex = true
unit = "%"
expr = "(Z - '50 ohm')/(conj(Z) + polar(Y, 1))^2*Y"
[[input]]
name = "Z.re"
value = "46.8 ohm"
dist = "normal"
u = "0.4 ohm"
dof = 7
[[input]]
name = "Z.im"
value = "17.6 ohm"
dist = "normal"
u = "0.7 ohm"
dof = 7
[[input]]
name = "Y"
value = "50 ohm"
dist = "t"
u = "0.2 ohm"
dof = 0.9
[[correlation]]
a = "Z.re"
b = "Z.im"
r = 0.3
"#;

/// Inputs from earlier calculations.
const EARLIER: &str = r#"
[[model]]
name = "y"
expr = "a*exp(b) - log(a)"
[[input]]
name = "a"
dist = "histogram"
edges = [1, 1.5, 2, 2.5, 9]
counts = [1, 0, 4.5, 2]
[[input]]
name = "b"
dist = "sample"
values = [0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,
0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]
"#;

/// A small generator of its own, so that a found text can be made again.
/// The 64-bit xorshift of G. Marsaglia, J. Stat. Softw. 8 (2003), issue 14.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    fn piece(&mut self) -> &'static str {
        PIECES.get(self.below(PIECES.len())).copied().unwrap_or("a")
    }

    fn expression(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(24) {
            text.push_str(self.piece());
            if self.below(3) == 0 {
                text.push(' ');
            }
        }
        match self.below(40) {
            0 => "(".repeat(self.below(5000)) + &text,
            1 => "-".repeat(self.below(5000)) + &text,
            2 => text.repeat(self.below(200)),
            _ => text,
        }
    }

    /// A text with characters taken out, put in, doubled or moved.
    fn mutated(&mut self, text: &str) -> String {
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(6) {
            let (place, other) = (self.below(chars.len()), self.below(chars.len()));
            match self.below(5) {
                0 => {
                    drop(chars.drain(place.min(other)..place.max(other).min(place.min(other) + 9)))
                }
                1 => chars.splice(place..place, self.piece().chars()).for_each(drop),
                2 if !chars.is_empty() => chars.swap(place, other),
                3 => {
                    let part: Vec<char> = chars.iter().skip(place).take(60).copied().collect();
                    chars.splice(other..other, part).for_each(drop);
                }
                _ if !chars.is_empty() => {
                    let other = char::from_u32(self.next() as u32 % 0x250).unwrap_or('x');
                    chars.splice(place..=place, [other]).for_each(drop);
                }
                _ => {}
            }
        }
        chars.into_iter().collect()
    }
}

/// Findings lie inside the text, on the borders of characters.
fn check_places(text: &str, findings: &[etalon_uncertainty::diagnostic::Diagnostic]) {
    for finding in findings {
        if let Some(span) = &finding.span {
            assert!(text.get(span.clone()).is_some(), "{finding:?} in {text:?}");
        }
    }
}

fn try_expression(text: &str) {
    match Expression::parse(text) {
        Ok(expression) => {
            drop(expression.symbols());
            let file = format!(
                "[[model]]\nname = \"y\"\nexpr = {}\n[[input]]\nname = \"a\"\nvalue = 1.5\n\
                 dist = \"normal\"\nu = 0.1\n[[input]]\nname = \"b\"\nvalue = -2\n\
                 dist = \"rectangular\"\na = 0.3\n",
                serde_json::Value::from(text)
            );
            try_file(&file);
        }
        Err(finding) => check_places(text, &[finding]),
    }
}

fn try_file(text: &str) {
    match budget_file::parse(text) {
        Ok((file, findings)) => {
            check_places(text, &findings);
            let options =
                Options { trials: Trials::Fixed(1_000), check: true, ..Options::default() };
            if let Ok(answer) = budget::evaluate("hostile", &file, &options) {
                let all = answer.json().len() + answer.table().len() + answer.csv().len();
                assert!(all + answer.svg().len() > 0);
            }
        }
        Err(findings) => {
            assert!(!findings.is_empty(), "refused without a word: {text:?}");
            check_places(text, &findings);
        }
    }
}

/// Tries one text after the other until the time or the number is used up.
fn campaign(seed: u64, most: u64, time: Duration) -> u64 {
    let (mut chance, start) = (Chance(seed | 1), Instant::now());
    let mut tried = 0;
    while tried < most && start.elapsed() < time {
        let text = chance.expression();
        let mutated = chance.mutated(&text);
        let place = chance.below(FILES.len());
        let file = chance.mutated(FILES.get(place).copied().unwrap_or_default());
        let attempt = std::panic::catch_unwind(|| {
            try_expression(&text);
            try_expression(&mutated);
            try_file(&file);
        });
        assert!(attempt.is_ok(), "seed {seed}, round {tried}:\n{text:?}\n{mutated:?}\n{file}");
        tried += 1;
    }
    tried
}

#[test]
fn no_text_makes_the_readers_panic() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = number("ETALON_HOSTILE_SEED").unwrap_or(20_260_727);
    let (most, seconds) = match number("ETALON_HOSTILE_SECONDS") {
        Some(seconds) => (u64::MAX, seconds),
        None => (1_500, 120),
    };
    let tried = campaign(seed, most, Duration::from_secs(seconds));
    assert!(tried > 0);
    let line = format!("seed {seed}: {tried} rounds of three texts, no panic\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
