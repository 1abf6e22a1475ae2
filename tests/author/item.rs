//! What does not fit between item and procedure is found in the item's file.

use std::fs;

use crate::desk::{answer, json, lab};

#[test]
fn findings_about_items_are_drawn_on_the_items_own_files_all_at_once() {
    let (_folder, lab) = lab();
    let gauge = lab.join("items/BG26000001.toml");
    let text = fs::read_to_string(&gauge).expect("the item");
    let text = text.replace("div    =", "dvi    =").replace("cls    = \"1.6\"", "cls    = \"1.5\"");
    fs::write(&gauge, &text).expect("written");
    let plan =
        ["plan", "cn.jjg52.bourdon.up-down", "--bench", "pressure-1", "--item", "BG26000001"];
    let (code, document) = json(&lab, &plan);
    assert_eq!(code, 2);
    let line_of =
        |part: &str| text.lines().position(|line| line.contains(part)).expect("a line") + 1;
    let fields = line_of("[fields]");
    let found: Vec<_> = document["diagnostics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| {
            let file = one["file"].as_str().unwrap_or_default();
            assert!(file.ends_with("items/BG26000001.toml"), "{file}");
            let line = one["line"].as_u64().expect("a line");
            (usize::try_from(line).expect("small"), one["message"].as_str().unwrap_or_default())
        })
        .collect();
    let wanted = [
        (fields, "the unit under test lacks the field `div`"),
        (line_of("cls "), "field `cls` is `1.5`, wanted one of 1.0, 1.6, 2.5, 4.0"),
        (line_of("dvi "), "the unit under test has an unknown field `dvi`"),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_condition_that_an_item_breaks_names_the_line_of_the_procedure() {
    let (_folder, lab) = lab();
    let gauge = lab.join("items/BG26000001.toml");
    let text = fs::read_to_string(&gauge).expect("the item");
    fs::write(&gauge, text.replace("p_lo   = \"0 MPa\"", "p_lo   = \"-0.1 MPa\""))
        .expect("written");
    let plan =
        ["plan", "cn.jjg52.bourdon.up-down", "--bench", "pressure-1", "--item", "BG26000001"];
    let (code, _, err) = answer(&lab, &plan);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("p_lo   = \"-0.1 MPa\""), "the item's line is drawn: {err}");
    assert!(err.contains("does not satisfy `p_lo = 0 MPa`"), "{err}");
    let procedure = fs::read_to_string(lab.join("procedures/jjg52-bourdon-up-down.toml"));
    let procedure = procedure.expect("the procedure");
    let line = procedure.lines().position(|line| line.starts_with("p_lo ")).expect("a line") + 1;
    assert!(err.contains(&format!("the procedure asks for it in line {line}")), "{err}");
}
