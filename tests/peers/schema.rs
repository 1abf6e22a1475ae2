//! Somebody else's validator judges procedures by our JSON Schema.

use std::{fs, path::Path};

use crate::judge::{ask, python, word};

/// Codes of what a schema can see: no TOML, unknown keys, other kinds, other words,
/// another format, one language, an unknown action, a quantity without a number.
const SEEN: &[&str] = &["E0101", "E0103", "E0105", "E0106", "E0107", "E0201", "E0301", "E0901"];

#[test]
fn jsonschema_takes_every_procedure_and_refuses_what_a_schema_can_see() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = here.join("tests/peers/schema_judge.py");
    let schema = here.join("docs/schema/procedure.schema.json");
    let mut files = vec![here.join("procedures/tests/description/exemplar.toml")];
    for folder in ["library/electricity", "library/flow", "library/pressure", "tests/cases"] {
        let listed = fs::read_dir(here.join("procedures").join(folder)).expect("a folder");
        files.extend(listed.map(|entry| entry.expect("an entry").path()));
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    let mut arguments = vec![word(&script), word(&schema)];
    arguments.extend(files.iter().map(|file| word(file)));
    let answer = ask(python("python"), &arguments);
    assert!(answer.is_yes, "{}", answer.words);
    let (mut taken, mut refused) = (0, 0);
    for line in answer.words.lines() {
        let mut cells = line.split('\t');
        let (verdict, file) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        let text = fs::read_to_string(file).expect("the file was judged");
        let is_seen = SEEN.iter().any(|code| text.contains(&format!("error[{code}]")));
        // Of what else is wrong a schema may see a part; what is right it must take.
        if is_seen {
            assert_eq!(verdict, "no", "{line}");
        } else if !text.contains("error[") {
            assert_eq!(verdict, "yes", "{line}");
        }
        taken += usize::from(verdict == "yes");
        refused += usize::from(verdict == "no");
    }
    assert!(taken > 30 && refused >= 8, "{taken} taken, {refused} refused");
}
