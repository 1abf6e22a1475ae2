use super::*;
use crate::{Checked, check, finding};

/// A sound procedure whose limits stand in a table of its own.
const WHOLE: &str = include_str!("../../tests/cases/clean.toml");

const HEAD: &str = "# Limits of voltmeters.\nschema = \"etalon.module/1\"\n\n[module]\nid = \"example.voltmeter.limits\"\nversion = \"1.2.0\"\ntitle = { en = \"Limits of voltmeters\", zh = \"电压表限值\" }\n\n";

/// The case split: the procedure without its table of limits, and a module that supplies it.
fn parted() -> (String, String) {
    let from = WHOLE.find("[tables.mpe]").expect("the case has limits");
    let to = WHOLE.find("[points]").expect("the case has points");
    let module = format!("{HEAD}{}", &WHOLE[from..to]);
    let rest = format!("{}{}", &WHOLE[..from], &WHOLE[to..]);
    (using(&rest, &module), module)
}

fn using(text: &str, module: &str) -> String {
    let sha256 = hash::sha256(module.as_bytes());
    let entry = format!(
        "use = [{{ module = \"example.voltmeter.limits\", version = \"1.2.0\", sha256 = \"{sha256}\" }}]\n"
    );
    text.replacen("\n[procedure]", &format!("{entry}\n[procedure]"), 1)
}

fn found(checked: &Checked) -> Vec<(&str, &str)> {
    checked.diagnostics.iter().map(|one| (one.code.as_str(), one.message.as_str())).collect()
}

#[test]
fn a_procedure_means_the_same_whether_its_limits_stand_in_it_or_in_a_module() {
    let (text, module) = parted();
    let whole = whole(&text, [module.as_str()]);
    let checked = check(&whole);
    assert_eq!(found(&checked), []);
    let procedure = checked.procedure.expect("sound");
    let inline = check(WHOLE).procedure.expect("sound");
    assert_eq!(procedure.semantic_sha256, inline.semantic_sha256);
    assert_eq!(procedure.sha256, hash::sha256(text.as_bytes()), "over its own bytes");
    assert_eq!(own(&whole), text);
    assert_eq!(procedure.modules.len(), 1);
    assert!(crate::run_tests(&procedure).iter().all(crate::TestOutcome::passed));
}

#[test]
fn a_module_that_is_missing_is_named_where_it_is_used() {
    let (text, _) = parted();
    let checked = check(&whole(&text, []));
    let first = checked.diagnostics.first().expect("a finding");
    assert_eq!(first.code, finding::MODULE_UNKNOWN);
    let place = first.span.clone().expect("a place");
    assert!(text[place].contains("example.voltmeter.limits"));
}

#[test]
fn one_changed_byte_of_a_module_is_refused() {
    let (text, module) = parted();
    let edited = module.replacen("\"0.01\"", "\"0.02\"", 1);
    let checked = check(&whole(&text, [edited.as_str()]));
    assert!(checked.procedure.is_none());
    let codes: Vec<&str> = found(&checked).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [finding::MODULE_CHANGED]);
    let newer = module.replacen("1.2.0", "1.3.0", 1);
    let checked = check(&whole(&text, [newer.as_str()]));
    assert_eq!(
        found(&checked)[0].1,
        "module `example.voltmeter.limits` is version 1.3.0, wanted 1.2.0"
    );
}

#[test]
fn a_module_neither_overrides_nor_supplies_stages() {
    let (_, module) = parted();
    let text = using(WHOLE, &module);
    let checked = check(&whole(&text, [module.as_str()]));
    let codes: Vec<&str> = found(&checked).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, [finding::MODULE_OVERRIDES]);

    let (text, module) = parted();
    let strange = format!("{module}\n[report]\ncolumns = [\"U\"]\n");
    let pinned = text.replace(&hash::sha256(module.as_bytes()), &hash::sha256(strange.as_bytes()));
    let checked = check(&whole(&pinned, [strange.as_str()]));
    assert!(found(&checked).iter().any(|(code, _)| *code == finding::MODULE_TABLE), "{checked:?}");
}

#[test]
fn a_finding_inside_a_module_is_told_at_its_use_with_the_line_of_the_module() {
    let (text, module) = parted();
    let broken = module.replacen("\"0.01\"", "\"0.01 *\"", 1);
    let pinned = text.replace(&hash::sha256(module.as_bytes()), &hash::sha256(broken.as_bytes()));
    let checked = check(&whole(&pinned, [broken.as_str()]));
    let first = checked.diagnostics.first().expect("a finding");
    let line = broken.lines().position(|line| line.contains("0.01 *")).expect("the line") + 1;
    let start = format!("module example.voltmeter.limits, line {line}: ");
    assert!(first.message.starts_with(&start), "{}", first.message);
    assert!(first.span.clone().is_some_and(|place| place.end <= pinned.len()));
}

#[test]
fn an_edit_of_a_module_is_a_difference_in_metrology_of_the_procedure() {
    let (text, module) = parted();
    let edited = module.replacen("\"0.01\"", "\"0.02\"", 1);
    let pinned = text.replace(&hash::sha256(module.as_bytes()), &hash::sha256(edited.as_bytes()));
    let (old, new) = (whole(&text, [module.as_str()]), whole(&pinned, [edited.as_str()]));
    let difference = crate::difference::difference(&old, &new).expect("both can be read");
    assert!(!difference.is_same_meaning());
    let clauses: Vec<&str> = difference.changes.iter().map(|one| one.clause.as_str()).collect();
    assert_eq!(clauses, ["[use]", "[tables.mpe]"]);
    let remarked = format!("{module}# A remark at the end.\n");
    let pinned = text.replace(&hash::sha256(module.as_bytes()), &hash::sha256(remarked.as_bytes()));
    let difference = crate::difference::difference(&old, &whole(&pinned, [remarked.as_str()]));
    assert!(difference.expect("both can be read").is_same_meaning());
}

#[test]
fn a_budget_input_that_procedures_share_is_added_to_a_model_by_a_module() {
    let start = WHOLE.find("[model.E.inputs]").expect("inputs");
    let line_of =
        WHOLE[start..].lines().find(|line| line.contains("u = [")).expect("an uncertain input");
    let (name, value) = line_of.split_once('=').expect("key and value");
    let rest = WHOLE.replacen(&format!("{line_of}\n"), "", 1);
    let body = value.trim().trim_start_matches('{').trim_end_matches('}');
    let mut keys = String::new();
    let mut depth = 0_i32;
    for sign in body.chars() {
        match sign {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        keys.push(if sign == ',' && depth == 0 { '\n' } else { sign });
    }
    let keys: Vec<&str> = keys.lines().map(str::trim).collect();
    let module = format!("{HEAD}[model.E.inputs.{}]\n{}\n", name.trim(), keys.join("\n"));
    let checked = check(&whole(&using(&rest, &module), [module.as_str()]));
    assert_eq!(found(&checked), []);
}
