//! `etalon procedure review|release|withdraw|list`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::desk::{answer, json, lab};

const METERS: &str = "cn.jjg596.direct.basic-error";

/// The meter procedure of the laboratory as `procedure list` tells it.
fn listed(lab: &Path) -> Value {
    let (code, document) = json(lab, &["procedure", "list"]);
    assert_eq!(code, 0);
    let all = document.get("procedures").and_then(Value::as_array).expect("a list").clone();
    let own = |one: &Value| {
        one["place"]
            .as_str()
            .is_some_and(|place| place.contains("jjg596") && !place.starts_with("etalon:"))
    };
    all.into_iter().find(own).expect("the laboratory has the meter procedure")
}

fn file(lab: &Path) -> PathBuf {
    let files = fs::read_dir(lab.join("procedures")).expect("a folder");
    let paths = files.map(|entry| entry.expect("an entry").path());
    paths.into_iter().find(|path| path.display().to_string().contains("jjg596")).expect("the file")
}

fn reviewed(lab: &Path) {
    let (code, out, err) = answer(lab, &["procedure", "review", METERS, "--by", "liu.fang"]);
    assert_eq!(code, 0, "{out}{err}");
}

const ACCEPT: &str = "the demonstration shows the way of work";

fn released(lab: &Path) {
    reviewed(lab);
    let release =
        ["procedure", "release", METERS, "--by", "zhao.lei", "--accept-unchecked", ACCEPT];
    let (code, out, err) = answer(lab, &release);
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn a_procedure_goes_from_draft_through_review_to_release_and_is_withdrawn() {
    let (_folder, lab) = lab();
    assert_eq!(listed(&lab)["state"], "draft");
    reviewed(&lab);
    assert_eq!(
        (&listed(&lab)["state"], &listed(&lab)["by"]),
        (&"in review".into(), &"liu.fang".into())
    );
    let release = ["procedure", "release", METERS, "--by", "zhao.lei"];
    let (code, _, err) = answer(&lab, &release);
    assert_eq!(code, 5, "numbers that nobody compared: {err}");
    assert!(
        err.contains("numbers are compared with their sources") && err.contains("tables.mpe"),
        "{err}"
    );
    let (code, _, err) = answer(&lab, &[&release[..], &["--accept-unchecked", ACCEPT]].concat());
    assert_eq!(code, 0, "{err}");
    let own = listed(&lab);
    assert_eq!(own["state"], "released");
    assert_eq!(own["accepted_unchecked"], own["unchecked_sources"]);
    let version = own["version"].as_str().expect("a version").to_owned();
    let withdraw = [
        "procedure",
        "withdraw",
        METERS,
        &version,
        "--by",
        "zhao.lei",
        "--reason",
        "limit misread",
    ];
    assert_eq!(answer(&lab, &withdraw).0, 0);
    assert_eq!(listed(&lab)["state"], "withdrawn");
    assert_eq!(answer(&lab, &withdraw).0, 2, "nothing is in force any more");
    let run = ["run", METERS, "--bench", "meters-6", "--item", "DD26000001", "--clock", "virtual"];
    let by = ["--simulated-technician", "--operator", "chen.yu"];
    let (code, out, err) = answer(&lab, &[&run[..], &by].concat());
    assert_eq!(code, 0, "a simulated bench makes specimens of it: {out}{err}");
    let told = "warning: procedure cn.jjg596.direct.basic-error 1.0.0 was withdrawn at ";
    assert!(err.contains(told) && err.contains("by zhao.lei: limit misread"), "{err}");
    assert!(err.contains("已由 zhao.lei 于 ") && err.contains("只能得到样张"), "{err}");
    let (code, events, _) = answer(&lab, &["record", "export"]);
    let started = events.lines().find(|line| line.contains("specimen_reasons")).expect("a run");
    assert_eq!(code, 0);
    assert!(started.contains("1.0.0 was withdrawn at"), "{started}");
    assert!(!started.contains("is not released"), "{started}");
    let (code, document) = json(&lab, &["record", "verify"]);
    assert_eq!((code, &document["ok"]), (0, &true.into()), "three acts stand in the record");
}

#[test]
fn author_and_approver_are_two_persons_with_their_duties() {
    let (_folder, lab) = lab();
    let (code, _, err) = answer(&lab, &["procedure", "review", METERS, "--by", "zhao.lei"]);
    assert_eq!(code, 5);
    assert!(err.contains("zhao.lei is no author"), "{err}");
    let release =
        ["procedure", "release", METERS, "--by", "zhao.lei", "--accept-unchecked", ACCEPT];
    let (code, _, err) = answer(&lab, &release);
    assert_eq!(code, 5);
    assert!(err.contains("released is what was submitted for review"), "{err}");
    let people = fs::read_to_string(lab.join("people.toml")).expect("people");
    let people = people.replace(r#"["author"]"#, r#"["author", "approver"]"#);
    fs::write(lab.join("people.toml"), people).expect("written");
    reviewed(&lab);
    let own = ["procedure", "release", METERS, "--by", "liu.fang", "--accept-unchecked", ACCEPT];
    let (code, _, err) = answer(&lab, &own);
    assert_eq!(code, 5);
    assert!(err.contains("nobody approves their own work"), "{err}");
}

#[test]
fn one_changed_byte_is_another_file_and_a_draft_again() {
    let (_folder, lab) = lab();
    released(&lab);
    let file = file(&lab);
    let text = fs::read_to_string(&file).expect("the procedure");
    fs::write(&file, format!("{text}# a remark\n")).expect("written");
    let own = listed(&lab);
    assert_eq!(own["state"], "draft");
    assert!(
        own["remark"].as_str().expect("a remark").contains("the file was changed since"),
        "{own}"
    );
    fs::write(&file, text).expect("written");
    assert_eq!(listed(&lab)["state"], "released");
}

#[test]
fn a_golden_test_that_misses_keeps_a_procedure_from_review() {
    let (_folder, lab) = lab();
    let file = file(&lab);
    let text = fs::read_to_string(&file).expect("the procedure");
    let at = text.find("expect").expect("a golden test");
    let value = text[at..].find("value = \"").expect("a value") + at + 9;
    let broken = format!("{}9{}", &text[..value], &text[value..]);
    fs::write(&file, broken.replacen("9-", "-9", 1)).expect("written");
    let (code, _, err) = answer(&lab, &["procedure", "review", METERS, "--by", "liu.fang"]);
    assert_eq!(code, 5, "{err}");
    assert!(err.contains("golden tests hold") && err.contains("misses"), "{err}");
}

#[test]
fn an_edited_a_lost_and_an_invented_release_record_make_it_a_draft_with_a_reason() {
    let (_folder, lab) = lab();
    released(&lab);
    let record = lab.join(format!("procedures/releases/{METERS}-0002.json"));
    let text = fs::read_to_string(&record).expect("the release record");
    let remark = || {
        let own = listed(&lab);
        assert_eq!(own["state"], "draft");
        own["remark"].as_str().expect("a remark").to_owned()
    };
    fs::write(&record, text.replace(ACCEPT, "no reason")).expect("written");
    assert!(remark().contains("changed after it was signed"), "{}", remark());
    fs::remove_file(&record).expect("removed");
    assert!(remark().contains("the laboratory's record knows 2"), "{}", remark());
    fs::write(&record, &text).expect("written");
    assert_eq!(listed(&lab)["state"], "released");
    let invented = lab.join(format!("procedures/releases/{METERS}-0003.json"));
    fs::write(&invented, &text).expect("written");
    assert!(remark().contains("does not follow the record before it"), "{}", remark());
}

#[test]
fn a_plan_says_whether_it_rests_on_a_release() {
    let (_folder, lab) = lab();
    let plan = ["plan", METERS, "--bench", "meters-6", "--item", "DD26000001"];
    let (code, out, err) = answer(&lab, &plan);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("not released: specimens only"), "{out}");
    released(&lab);
    let (_, out, _) = answer(&lab, &plan);
    assert!(out.contains("released at 20") && out.contains("by zhao.lei"), "{out}");
    assert!(!out.contains("draft procedure"), "what was not compared was accepted: {out}");
}

/// Takes the table of power factors out of the laboratory's procedure, into a module.
fn with_a_module(lab: &Path) -> PathBuf {
    let file = file(lab);
    let text = fs::read_to_string(&file).expect("the procedure");
    let from = text.find("[tables.load]").expect("the table of power factors");
    let to = from + text[from..].find("[tables.gate]").expect("the table behind it");
    let head = "schema = \"etalon.module/1\"\n[module]\nid = \"own.power-factor\"\nversion = \"1.0.0\"\ntitle = { en = \"Power factors\", zh = \"功率因数\" }\n\n";
    let module = format!("{head}{}", &text[from..to]);
    let pin = etalon::journal::chain::sha256_hex(module.as_bytes());
    let used = format!(
        "use = [{{ module = \"own.power-factor\", version = \"1.0.0\", sha256 = \"{pin}\" }}]\n\n[procedure]"
    );
    let text = format!("{}{}", &text[..from], &text[to..]).replacen("[procedure]", &used, 1);
    fs::write(&file, text).expect("written");
    let path = lab.join("procedures").join("modules");
    fs::create_dir_all(&path).expect("a folder");
    let path = path.join("power-factor.toml");
    fs::write(&path, module).expect("written");
    path
}

#[test]
fn a_release_lists_its_modules_and_an_edited_module_is_refused() {
    let (_folder, lab) = lab();
    let module = with_a_module(&lab);
    for place in [file(&lab), module.clone()] {
        let (code, out, err) = answer(&lab, &["check", &place.display().to_string()]);
        assert_eq!(code, 0, "{out}{err}");
    }
    released(&lab);
    assert_eq!(listed(&lab)["state"], "released");
    let records = fs::read_dir(lab.join("procedures/releases")).expect("records");
    let mut texts =
        records.map(|one| fs::read_to_string(one.expect("a record").path()).expect("text"));
    assert!(texts.all(|text| text.contains("own.power-factor")), "both acts name the module");
    let plan = ["plan", METERS, "--bench", "meters-6", "--item", "DD26000001"];
    let (code, _, err) = answer(&lab, &plan);
    assert_eq!(code, 0, "{err}");
    let text = fs::read_to_string(&module).expect("the module");
    fs::write(&module, text.replacen("\"0.5\"", "\"0.6\"", 1)).expect("written");
    let (code, _, err) = answer(&lab, &plan);
    assert_eq!(code, 2);
    assert!(err.contains("E0115") && err.contains("own.power-factor"), "{err}");
}

/// ISO/IEC 17025 7.5.1: a run is repeated from its record under conditions as close as they can be,
/// also when the module that its procedure used is gone from the desk.
#[test]
fn a_run_whose_procedure_uses_a_module_is_replayed_without_the_modules_file() {
    let (_folder, lab) = lab();
    let module = with_a_module(&lab);
    let run = [
        "run",
        METERS,
        "--bench",
        "meters-6",
        "--item",
        "DD26000001",
        "--operator",
        "chen.yu",
        "--clock",
        "virtual",
        "--simulated-technician",
    ];
    let (code, out, err) = answer(&lab, &run);
    assert_eq!(code, 0, "{out}{err}");
    let (_, printed, _) = answer(&lab, &["procedure", "print", METERS]);
    assert!(printed.contains("0.5L"), "the module's rows are printed: {printed}");
    fs::remove_file(&module).expect("the module");
    let (_, listed, _) = answer(&lab, &["--format", "json", "record", "list"]);
    let begin = listed.find("R20").expect("the run");
    let name: String =
        listed[begin..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let (code, out, err) = answer(&lab, &["record", "replay", &name]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("1 of 1 evaluations equal to the last byte"), "{out}");
}
