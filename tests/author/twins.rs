//! Every broken file of the desk has a sound twin of its kind: what is wrong with it is what its
//! finding says, and nothing else that could give the same finding.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use etalon::kind;

/// Lines that a case may write otherwise than its sound twin.
const WRITTEN: usize = 2;

/// Cases that write more, each with what is changed in it to make it sound.
const MENDED: &[(&str, &str, &str)] = &[
    (
        "instrument-reading-twice",
        "[[function.read]]\nquantity = \"p\"\nquery = \"MEAS:PRES?\"\nunit = \"kPa\"\n\n",
        "",
    ),
    (
        "register-calibrations-out-of-order",
        "\"2026-04-01\"\nissued        = \"2026-04-10\"",
        "\"2026-06-02\"\nissued        = \"2026-06-03\"",
    ),
    ("register-equation-of-an-unknown-name", "0.01 * J", "0.01 * I / 1 A"),
];

/// The cases by name, without the findings that are written into them, and whether any is.
fn cases() -> BTreeMap<String, (String, bool)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/author/cases");
    let files = fs::read_dir(folder).expect("the folder").flatten();
    let read = files.filter_map(|file| {
        let name = file.file_name().to_string_lossy().strip_suffix(".toml")?.to_owned();
        let text = fs::read_to_string(file.path()).ok()?;
        let lines = text.lines().filter(|line| !line.starts_with("#~"));
        let bare = lines.map(|line| line.split("#~").next().unwrap_or_default().trim_end());
        let bare = bare.collect::<Vec<_>>().join("\n") + "\n";
        Some((name, (bare, text.contains("#~"))))
    });
    read.collect()
}

/// The lines of a text that another does not have as often.
fn written(text: &str, twin: &str) -> usize {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for line in twin.lines() {
        *known.entry(line).or_default() += 1;
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let own = lines.filter(|line| match known.get_mut(line) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    own.count()
}

#[test]
fn every_broken_file_is_a_sound_one_but_for_two_lines_or_is_clean_when_mended() {
    let cases = cases();
    let sound: Vec<&String> =
        cases.values().filter(|(_, is_broken)| !is_broken).map(|(text, _)| text).collect();
    for text in &sound {
        assert!(kind::findings(text).is_empty(), "{:?}", kind::findings(text));
    }
    let mut failures = Vec::new();
    for (name, (text, _)) in cases.iter().filter(|(_, (_, is_broken))| *is_broken) {
        if let Some((_, wrong, right)) = MENDED.iter().find(|(own, ..)| own == name) {
            assert!(text.contains(wrong), "{name} has no {wrong}");
            let found = kind::findings(&text.replacen(wrong, right, 1));
            failures.extend(found.iter().map(|found| format!("{name}: {found}")));
            continue;
        }
        let least = sound.iter().map(|twin| written(text, twin)).min().unwrap_or(usize::MAX);
        if least > WRITTEN {
            failures.push(format!("{name}: {least} lines of its own"));
        }
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}
