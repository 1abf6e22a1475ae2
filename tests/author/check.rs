//! `etalon check`.

use crate::desk::{answer, json, meters, write};

#[test]
fn an_unreadable_file_and_one_of_an_unknown_kind_hide_no_finding_of_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "strange.toml", "schema = \"etalon.proceedure/1\"\n");
    write(folder.path(), "broken.toml", &meters().replacen("resume", "resum", 1));
    let (code, document) =
        json(folder.path(), &["check", "away.toml", "strange.toml", "broken.toml"]);
    assert_eq!(code, 2);
    let found: Vec<_> = document["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["file"].as_str().unwrap_or(""), one["code"].as_str().unwrap_or("")))
        .collect();
    assert!(found.contains(&("away.toml", "R0100")), "{found:?}");
    assert!(found.contains(&("strange.toml", "R0111")), "{found:?}");
    assert!(found.contains(&("broken.toml", "E0103")), "{found:?}");
}

#[test]
fn a_model_of_a_bench_that_nobody_has_written_is_found_with_the_nearest_name() {
    let (folder, lab) = crate::desk::lab();
    let bench = std::fs::read_to_string(lab.join("benches/meters-6.toml")).expect("a bench");
    let model = bench.lines().find_map(|line| line.strip_prefix("model"));
    let model = model.and_then(|line| line.split('"').nth(1)).expect("a model");
    let misspelt = model.replacen('-', "--", 1);
    assert_ne!(model, misspelt);
    write(&lab, "benches/wrong.toml", &bench.replacen(model, &misspelt, 1));
    let (code, document) = json(&lab, &["check", "benches/wrong.toml"]);
    let found = document["diagnostics"].as_array().expect("a list");
    assert_eq!((code, found.len()), (2, 1), "{found:?}");
    assert_eq!((&found[0]["code"], &found[0]["severity"]), (&"R0146".into(), &"error".into()));
    assert_eq!(found[0]["hint"], format!("did you mean `{model}`?"));
    // A file that lies in no laboratory may be meant for one that has the model.
    write(folder.path(), "away.toml", &bench.replacen(model, "nobody-s-model", 1));
    let (code, document) = json(folder.path(), &["check", "away.toml"]);
    let found = document["diagnostics"].as_array().expect("a list");
    assert_eq!((code, found.len()), (0, 1), "{found:?}");
    assert_eq!(found[0]["severity"], "warning");
    // What the laboratory has written itself is known.
    let own = "benches/meters-6.toml";
    assert_eq!(json(&lab, &["check", own]).1["diagnostics"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_code_of_any_room_is_explained_and_an_unknown_one_is_exit_2() {
    let folder = tempfile::tempdir().expect("a folder");
    for code in ["E0103", "B031", "X020", "I0114", "R0122", "P0201", "certificate.7-8-2-1-a"] {
        let (exit, out, err) = answer(folder.path(), &["check", "--explain", code]);
        assert_eq!(exit, 0, "{err}");
        assert!(out.starts_with(&format!("{code}: ")) && out.lines().count() > 1, "{out}");
    }
    assert_eq!(answer(folder.path(), &["check", "--explain", "E9999"]).0, 2);
}
