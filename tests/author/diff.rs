//! `etalon diff`.

use crate::desk::{answer, json, meters, write};

#[test]
fn another_limit_differs_in_meaning_and_exits_1_with_both_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "old.toml", meters());
    let (row, other) = (r#""hold" }"#, r#""warn" }"#);
    assert!(meters().contains(row), "a condition holds the run");
    write(folder.path(), "new.toml", &format!("# edited\n{}", meters().replacen(row, other, 1)));
    let (code, document) = json(folder.path(), &["diff", "old.toml", "new.toml"]);
    assert_eq!(code, 1);
    assert_eq!(document["same_meaning"], false);
    let change = &document["changes"][0];
    assert_eq!(
        (change["event"].as_str(), change["nature"].as_str()),
        (Some("changed"), Some("metrology"))
    );
    assert_eq!((change["old"].as_str(), change["new"].as_str()), (Some("hold"), Some("warn")));
    let line = |key: &str| change[key].as_u64().expect("a line");
    assert_eq!(line("new_line"), line("old_line") + 1, "the comment pushed it down");
    let (code, out, _) = answer(folder.path(), &["diff", "old.toml", "new.toml"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("\n[environment]\n") && out.contains("- hold") && out.contains("+ warn"),
        "{out}"
    );
}

#[test]
fn another_title_is_the_same_meaning_and_a_broken_file_is_exit_2() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "old.toml", meters());
    write(folder.path(), "new.toml", &meters().replacen("AC energy meter", "Energy meter", 1));
    write(folder.path(), "broken.toml", "schema = \"etalon.procedure/1\"\n");
    let (code, document) = json(folder.path(), &["diff", "old.toml", "new.toml"]);
    assert_eq!((code, document["changes"][0]["nature"].as_str()), (0, Some("wording")));
    let (code, _, err) = answer(folder.path(), &["diff", "old.toml", "broken.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("E0104"), "{err}");
}
