//! Every broken procedure has a sound twin: what is wrong with it is what its finding says, and
//! nothing else that could give the same finding.
//!
//! Most cases are a sound procedure of the same folder in which at most two lines were written or
//! left out. The others are mended here, text by text, and must then be clean.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use etalon_procedures::check;

/// The sound procedures.
const SOUND: [&str; 2] = ["clean", "check-clean"];

/// Lines that a case may write otherwise than its sound twin.
const WRITTEN: usize = 2;

/// What is wrong, and what would be right.
type Mend = (&'static str, &'static str);

/// Cases that are mended, each with what is changed in it; an empty right side leaves it out.
const MENDED: &[(&str, &[Mend])] = &[
    ("check-of-another-grouping", &[("each = \"item\"", "each = \"rel\"")]),
    ("decision-rounded-twice", &[("\"round(mean(E), 0.001 V, 'half-even')\"", "\"mean(E)\"")]),
    (
        "decision-same-as-itself",
        &[("\"verification\"\nsource", "\"calibration\"\nsource"), ("[[test]]", VERIFIED)],
    ),
    (
        "decision-shared-and-said-again",
        &[("require    = \"U(E) <= mpe.limit / 3\"\n", ""), ("[[test]]", VERIFIED)],
    ),
    ("choice-word-unknown", &[("'atuo'", "'auto'")]),
    ("derive-column-unknown", &[("\"rell\"", "\"rel\"")]),
    (
        "derive-over-unreadable",
        &[("\"by repeat\"", "\"E_i = mean(E) by point\""), ("[[test]]", SHOWN_AND_TESTED)],
    ),
    ("derive-untested", &[("[[test]]", TESTED)]),
    ("derive-selects-unknown-column", &[("abs(E[dir='up'])", "max(E) - min(E)")]),
    ("derive-twice", &[(DERIVED, "")]),
    ("derive-wrong-unit", &[("unit     = \"A\"", "unit     = \"V\"")]),
    (
        "field-unused",
        &[
            ("kind = { type = \"enum\", values = [\"a\", \"b\"] }", ""),
            (", kind = \"a\"", ""),
            (", kind = \"a\"", ""),
        ],
    ),
    ("module-overrides", &[(LIMITS, "")]),
    ("points-missing", &[("points = \"points\"\n", "")]),
    ("stage-same-as-unknown", &[("as_fund", "as_found")]),
    ("stage-twice", &[("id = \"as_found\"\ndo", "id = \"as_left\"\ndo")]),
    ("stage-when-of-a-point", &[("\"mpe.limit > 0.01 V\"", "\"any(mpe.limit > 0.01 V)\"")]),
    ("stage-when-unknown-stage", &[("adjst", "as_found")]),
    ("summary-unknown", &[("\"spraed\", ", "")]),
    ("table-unused", &[(OTHER, "")]),
];

/// Cases whose right bytes are named by a hash: without the module they are the sound procedure.
const OF_MODULES: [&str; 2] = ["module-changed", "module-with-stages"];

const DERIVED: &str = "[[derive]]
name     = \"spread\"
unit     = \"V\"
over     = \"E_i = mean(E) by point\"
equation = \"max(E_i) - min(E_i)\"
";

const VERIFIED: &str = "[[test]]
name     = \"full scale, class 0.5, verified\"
origin   = \"by hand\"
dut      = { U_r = \"10 V\", cls = \"0.5\" }
point    = \"high\"
activity = \"verification\"
given    = { U_i = \"10.003 V\", \"cert.cal.U\" = \"0.0002 V\" }
expect   = { value = \"0.003 V\", tol = \"0.000001 V\", verdict = \"pass\" }

[[test]]";

const TESTED: &str = "[[test]]
name     = \"spread by hand\"
origin   = \"by hand\"
dut      = { U_r = \"10 V\", cls = \"0.5\" }
activity = \"calibration\"
results  = { E = { low = \"0.001 V\", high = \"0.003 V\" } }
expect   = { derived = { spread = \"0.002 V\" } }

[[test]]";

const SHOWN_AND_TESTED: &str = "[report]
columns = [\"U\", \"mean(E)\", \"verdict\"]
summary = [\"spread\"]

[[test]]
name     = \"spread by hand\"
origin   = \"by hand\"
dut      = { U_r = \"10 V\", cls = \"0.5\" }
activity = \"calibration\"
results  = { E = { low = \"0.001 V\", high = \"0.003 V\" } }
expect   = { derived = { spread = \"0.002 V\" } }

[[test]]";

const OTHER: &str = "[tables.other]
source     = \"in-house 1\"
confidence = \"unchecked\"
columns    = [\"a\"]
units      = [\"-\"]
rows       = [[\"1\"]]
";

const LIMITS: &str = "[tables.mpe]
source     = \"in-house 1, 5\"
confidence = \"unchecked\"
key        = [\"cls\"]
interval   = { column = \"rel\", lower = \"closed\", upper = \"open\", last_upper = \"closed\" }
columns    = [\"cls\",  \"rel_lo\", \"rel_hi\", \"limit\"]
units      = [\"text\", \"-\",      \"-\",      \"V\"]
applies_to = \"range\"
rows = [
  [\"0.5\", \"0\",   \"0.5\", \"0.01\"],
  [\"0.5\", \"0.5\", \"1\",   \"0.02\"],
  [\"1\",   \"0\",   \"0.5\", \"0.02\"],
  [\"1\",   \"0.5\", \"1\",   \"0.04\"],
]
";

/// The text of a case without the findings that are written into it.
fn case(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let text = fs::read_to_string(folder.join(format!("{name}.toml"))).expect("a case");
    let lines = text.lines().filter(|line| !line.starts_with("#~"));
    let bare = lines.map(|line| line.split("#~").next().unwrap_or_default().trim_end());
    bare.collect::<Vec<_>>().join("\n") + "\n"
}

fn names() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let files = fs::read_dir(folder).expect("the folder").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    names.sort();
    names
}

/// The lines of a text that another does not have as often.
fn written(text: &str, twin: &str) -> usize {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for line in twin.lines() {
        *known.entry(line).or_default() += 1;
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .filter(|line| match known.get_mut(line) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        })
        .count()
}

#[test]
fn sound_procedures_are_clean_and_nearly_every_case_is_one_of_them_but_for_two_lines() {
    let sound = SOUND.map(case);
    for (name, text) in SOUND.iter().zip(&sound) {
        assert!(check(text).diagnostics.is_empty(), "{name}: {:?}", check(text).diagnostics);
    }
    let mended: Vec<&str> = MENDED.iter().map(|(name, _)| *name).chain(OF_MODULES).collect();
    let mut far = Vec::new();
    for name in names().iter().filter(|name| !mended.contains(&name.as_str())) {
        let text = case(name);
        let least = sound.iter().map(|twin| written(&text, twin)).min().unwrap_or(usize::MAX);
        // What a case leaves out is in its twin: only what it writes can be wrong in another way.
        if least > WRITTEN {
            far.push(format!("{name}: {least} lines of its own"));
        }
    }
    assert!(far.is_empty(), "cases to be mended in this file:\n{}", far.join("\n"));
}

#[test]
fn cases_that_are_mended_are_clean() {
    let mut failures = Vec::new();
    for (name, mends) in MENDED {
        let mut text = case(name);
        for (wrong, right) in *mends {
            assert!(text.contains(wrong), "{name} has no {wrong}");
            text = text.replacen(wrong, right, 1);
        }
        failures.extend(check(&text).diagnostics.iter().map(|found| format!("{name}: {found}")));
    }
    for name in OF_MODULES {
        let text = case(name);
        let own = text.split("#%module").next().unwrap_or_default();
        let lines = own.lines().filter(|line| !line.starts_with("use = "));
        let mut text = lines.collect::<Vec<_>>().join("\n") + "\n";
        if !text.contains("[tables.mpe]") {
            text = text.replacen("[points]", &format!("{LIMITS}\n[points]"), 1);
        }
        failures.extend(check(&text).diagnostics.iter().map(|found| format!("{name}: {found}")));
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}
