//! Procedures that nobody would write: the check answers, it never panics.
//!
//! A seeded generator takes the shipped procedures and the broken cases, cuts,
//! repeats, swaps and misspells what stands in them, and hands them to the whole
//! way: check, golden tests, expansion. It obeys `ETALON_HOSTILE_SECONDS` and
//! `ETALON_HOSTILE_SEED`; under `CI=true` it runs for a minute.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use etalon_procedures::{LIBRARY, check, expand, item, run_tests};

/// Words, numbers and signs that are put where something else was.
const PIECES: [&str; 48] = [
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    ",",
    "\n",
    "[[",
    "]]",
    "#",
    "true",
    "0",
    "-1",
    "1e999",
    "nan",
    "\"1 V\"",
    "\"0 s\"",
    "\"-5 %\"",
    "\"1e308 m\"",
    "\"x\"",
    "\"\"",
    "[]",
    "{}",
    "\"p\"",
    "\"E\"",
    "\"mean(E)\"",
    "\"E[1]\"",
    "\"E[dir='up']\"",
    "\"U(E)\"",
    "\"repeat by point\"",
    "\"K_i = mean(K) by point\"",
    "\"stdev(E) / 0\"",
    "\"max()\"",
    "\"mpe.limit\"",
    "\"dut.marks\"",
    "\"points.p\"",
    "\"((((((((1))))))))\"",
    "\"1 / 0 V\"",
    "\"lib.air_density(1, 2)\"",
    "\"if(true, 1, 'a')\"",
    "\"\u{ff11} V\"",
    "\"压力\"",
    "\"\\u0000\"",
    "\"half-even\"",
    "\"item\"",
    "\"1e-320 A\"",
];

/// A small generator of its own (xorshift64*, Marsaglia 2003; Vigna 2016), so that a seed
/// means the same for ever.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).expect("bounds are small");
        usize::try_from(self.next() % bound).expect("below a usize")
    }

    fn mutated(&mut self, text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for _ in 0..=self.below(4) {
            let place = self.below(lines.len());
            let other = self.below(lines.len());
            match self.below(7) {
                0 => drop(lines.remove(place)),
                1 => lines.swap(place, other),
                2 => {
                    let copy = lines.get(other).cloned().unwrap_or_default();
                    lines.insert(place, copy);
                }
                3 => self.replace_value(lines.get_mut(place)),
                4 => self.replace_word(lines.get_mut(place)),
                5 => self.cut(lines.get_mut(place)),
                _ => {
                    let count = self.below(40);
                    let copy = lines.get(place).cloned().unwrap_or_default();
                    (0..count).for_each(|_| lines.insert(place, copy.clone()));
                }
            }
            if lines.is_empty() {
                lines.push(String::new());
            }
        }
        lines.join("\n")
    }

    fn piece(&mut self) -> &'static str {
        PIECES.get(self.below(PIECES.len())).copied().unwrap_or_default()
    }

    /// One quoted text of a line becomes something else.
    fn replace_value(&mut self, line: Option<&mut String>) {
        let Some(line) = line else { return };
        let quotes: Vec<usize> = line.match_indices('"').map(|(place, _)| place).collect();
        let pair = self.below(quotes.len() / 2) * 2;
        if let (Some(start), Some(end)) = (quotes.get(pair), quotes.get(pair + 1)) {
            let piece = self.piece();
            line.replace_range(*start..=*end, piece);
        }
    }

    /// One word of a line becomes a word of the language.
    fn replace_word(&mut self, line: Option<&mut String>) {
        let Some(line) = line else { return };
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if let Some(word) = words.get(self.below(words.len())) {
            *line = line.replacen(word.as_str(), self.piece(), 1);
        }
    }

    fn cut(&mut self, line: Option<&mut String>) {
        let Some(line) = line else { return };
        let places: Vec<usize> = line.char_indices().map(|(place, _)| place).collect();
        if let Some(place) = places.get(self.below(places.len())) {
            line.truncate(*place);
        }
    }
}

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = LIBRARY.iter().map(|(_, text)| (*text).to_owned()).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    texts.extend(files.iter().filter_map(|path| fs::read_to_string(path).ok()));
    texts
}

/// The whole way of a text; findings lie on the borders of characters, and a
/// refusal says something.
fn try_text(text: &str) {
    let checked = check(text);
    for finding in &checked.diagnostics {
        if let Some(span) = &finding.span {
            assert!(text.get(span.clone()).is_some(), "{finding:?}");
        }
        if let Some(other) = &finding.other {
            assert!(text.get(other.0.clone()).is_some(), "{finding:?}");
        }
    }
    let Some(procedure) = checked.procedure else {
        assert!(!checked.diagnostics.is_empty(), "refused without a word");
        return;
    };
    for outcome in run_tests(&procedure) {
        assert!(outcome.failure.is_some() || !outcome.name.is_empty() || outcome.passed());
    }
    for test in &procedure.tests {
        if let Ok(fields) = item(&procedure, &test.item) {
            drop(expand(&procedure, &fields));
        }
    }
}

fn campaign(seed: u64, most: u64, time: Duration) -> (u64, Duration) {
    let texts = texts();
    let (mut chance, start) = (Chance(seed | 1), Instant::now());
    let (mut tried, mut slowest) = (0, Duration::ZERO);
    while tried < most && start.elapsed() < time {
        let place = chance.below(texts.len());
        let text = chance.mutated(texts.get(place).map_or("", String::as_str));
        let begun = Instant::now();
        let attempt = std::panic::catch_unwind(|| try_text(&text));
        slowest = slowest.max(begun.elapsed());
        assert!(attempt.is_ok(), "seed {seed}, round {tried}:\n{text}");
        tried += 1;
    }
    (tried, slowest)
}

#[test]
fn no_procedure_makes_the_check_panic() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed = number("ETALON_HOSTILE_SEED").unwrap_or(20_261_123);
    let is_ci = std::env::var("CI").is_ok_and(|text| text == "true");
    let (most, seconds) = match number("ETALON_HOSTILE_SECONDS") {
        Some(seconds) => (u64::MAX, seconds),
        None if is_ci => (u64::MAX, 60),
        None => (1_500, 120),
    };
    let (tried, slowest) = campaign(seed, most, Duration::from_secs(seconds));
    assert!(tried > 0);
    let slowest = slowest.as_millis();
    let line =
        format!("seed {seed}: {tried} procedures, no panic, the slowest took {slowest} ms\n");
    std::io::stderr().write_all(line.as_bytes()).expect("standard error is open");
}
