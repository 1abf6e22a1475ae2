//! What the plan says before power is applied: which standard serves and why not another, which
//! change would help, what the scope makes of it.

use etalon::engine::session::preparation::{PreparationError, prepare};
use etalon::plan::{Lies, Plan, PlanError};
use etalon_procedures::procedure::Activity;

use crate::bench::Laboratory;

const REF: &str = "register/RM050001.toml";
const BENCH: &str = "benches/meters-6.toml";
const PROCEDURE: &str = "procedures/jjg596-direct-basic-error.toml";

/// A laboratory with some words of its files changed.
struct Changed {
    laboratory: Laboratory,
}

impl Changed {
    fn new() -> Self {
        Self { laboratory: Laboratory::new() }
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.laboratory.folder().join("lab").join(file)
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    fn change(self, file: &str, from: &str, to: &str) -> Self {
        let text = self.text(file);
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(self.path(file), text.replace(from, to)).unwrap();
        self
    }

    fn write(self, file: &str, text: &str) -> Self {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The shipped procedure as the laboratory's own, with one word changed.
    fn procedure(self, from: &str, to: &str) -> Self {
        let file = "electricity/jjg596-direct-basic-error.toml";
        let mut shipped = etalon_procedures::LIBRARY.iter();
        let (_, text) = shipped.find(|(name, _)| *name == file).unwrap();
        assert!(text.contains(from), "{from}");
        self.write(PROCEDURE, &text.replace(from, to))
    }

    fn plan(&self) -> Result<Plan, PlanError> {
        let request = self.laboratory.request(&["DD26000001"], Activity::Verification);
        match prepare(&self.laboratory.lab, &request) {
            Ok(prepared) => Ok(prepared.plan),
            Err(PreparationError::Plan { source, .. }) => Err(*source),
            Err(other) => panic!("{other}: {other:?}"),
        }
    }

    fn refusal(&self) -> String {
        self.plan().err().map_or_else(|| "a plan".to_owned(), |refused| refused.to_string())
    }

    /// A second reference on the bench or in the register alone, whose certificate states `u`.
    fn second(self, u: &str, is_on_bench: bool) -> Self {
        let text = with_u(&self.text(REF).replace("RM050001", "RM050002"), u);
        let changed = self.write("register/RM050002.toml", &text);
        if !is_on_bench {
            return changed;
        }
        let bench = changed.text(BENCH);
        let second = "[[instrument]]\nid = \"second\"\nmodel = \"etalon-sim-rm05\"\nresource = \"SIM::second\"\nserial = \"RM050002\"\nstandard = \"RM050002\"\n\n[[instrument]]\nid       = \"counter\"";
        let bench = bench.replacen("[[instrument]]\nid       = \"counter\"", second, 1);
        changed.write(BENCH, &bench)
    }

    /// A bench whose readings spread by `s` at every power factor.
    fn noisy(self, s: &str) -> Self {
        let s = format!("\"{s}\"");
        let quiet = ["\"0.0143 %\"", "\"0.0283 %\"", "\"0.0183 %\""];
        quiet.iter().fold(self, |bench, quiet| bench.change(BENCH, quiet, &s))
    }

    /// The first reference with another U everywhere.
    fn first(self, u: &str) -> Self {
        let text = with_u(&self.text(REF), u);
        self.write(REF, &text)
    }
}

/// A certificate that states another U, the last cell of its rows.
fn with_u(text: &str, u: &str) -> String {
    let line = |line: &str| match line
        .strip_prefix("  [\"220\"")
        .and_then(|rest| rest.rsplit_once(", "))
    {
        Some((cells, _)) => {
            let cells = cells.rsplit_once(", ").map_or(cells, |(cells, _)| cells).to_owned();
            format!("  [\"220\"{cells}, \"0.009\", \"{u}\"],\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// `max_U` is a fifth of the limit, 0.2 % or 0.3 %: with U = 0.5 % the first does not serve.
#[test]
fn the_next_standard_of_the_bench_serves_and_the_plan_says_why_not_the_first() {
    let plan = Changed::new().first("0.5").second("0.012", true).plan().unwrap();
    let reference = plan.role("ref").unwrap();
    assert_eq!(reference.instrument, "second");
    let why = &reference.rejected.iter().find(|one| one.id == "ref").unwrap().reason;
    assert!(
        why.contains("imax-1") && why.contains("row 1") && why.contains("mpe.limit / 5"),
        "{why}"
    );
}

#[test]
fn standards_that_all_fall_short_are_each_named_with_their_reason() {
    let words = Changed::new().first("0.5").second("0.4", true).refusal();
    assert!(words.contains("ref: role ref") && words.contains("second: role ref"), "{words}");
}

/// An eighth of the limit is 0.125 %: the reference meets its `max_U` of 0.2 % with 0.15 %, the
/// result cannot, however often it is repeated.
#[test]
fn adviser_names_the_other_standard_of_the_bench_that_alone_helps() {
    let words = Changed::new()
        .first("0.15")
        .second("0.012", true)
        .procedure("U(E) <= mpe.limit / 3", "U(E) <= mpe.limit / 8");
    let words = words.refusal();
    assert!(words.contains("cheapest change: second for role ref"), "{words}");
    assert!(!words.contains("repeats instead"), "{words}");
}

#[test]
fn adviser_names_the_standard_of_the_register_where_the_bench_has_none() {
    let words = Changed::new().first("0.5").second("0.012", false).refusal();
    assert!(words.contains("cheapest change: RM050002 of the register for role ref"), "{words}");
}

#[test]
fn adviser_says_which_points_can_be_measured_where_nothing_else_helps() {
    let from = "[\"220\", \"60\", \"1.0\", \"0.009\", \"0.012\"]";
    let words = Changed::new()
        .change(REF, from, "[\"220\", \"60\", \"1.0\", \"0.009\", \"0.5\"]")
        .refusal();
    assert!(words.contains("cheapest change: everything but imax-1 can be measured"), "{words}");
}

/// By hand: 2 x 0.3 % over the root of two repeats is 0.42 %, above a third of the limit (0.33 %);
/// over the root of four it is 0.30 %.
#[test]
fn adviser_names_the_number_of_repeats_that_alone_helps() {
    let words = Changed::new().noisy("0.3 %").refusal();
    let at = words.find("cheapest change: ").map_or("", |at| &words[at..]);
    assert!(at.contains("repeats instead of 2 (the run then takes"), "{words}");
}

/// Noise that more repeats tame, and a standard that would do as well: the standard costs nothing
/// at the bench and comes first.
#[test]
fn of_several_changes_the_cheapest_is_named_first() {
    let words = Changed::new()
        .first("0.19")
        .second("0.012", true)
        .procedure("U(E) <= mpe.limit / 3", "U(E) <= mpe.limit / 4");
    let words = words.noisy("0.13 %").refusal();
    let (standard, repeats) = (words.find("second for role ref"), words.find("repeats instead"));
    assert!(standard.is_some() && repeats.is_some() && standard < repeats, "{words}");
}

/// The data sheet of the reference: two ranges of current, the wider one four times coarser.
const SHEET: &str = r#"
schema = "etalon.spec/1"
[spec]
id      = "sim.rm05"
source  = "data sheet of the simulated reference, page 2"
kind    = "uncertainty"
level   = { k = "2" }
combine = "sum"
value   = "I"
conditions = { t_amb = "23 degC +- 5 K", since_cal = "365 d", warm_up = "30 min" }
columns = ["fn", "range", "I_lo", "I_hi", "of_value", "of_range", "floor"]
units   = ["-",  "-",     "A",    "A",    "%",        "%",        "mA"]
rows = [
  ["x-etalon:Measure.Energy.AC.Active", "100 A", "0.1", "100", "0.04", "0", "0"],
  ["x-etalon:Measure.Energy.AC.Active", "60 A",  "0.1", "60",  "0.01", "0", "0"],
]
on_gap = "error"
on_overlap = "first"
"#;

/// The laboratory with the sheet, and a procedure that takes the range error from it.
fn with_sheet() -> Changed {
    Changed::new()
        .write("specifications/sim-rm05.toml", SHEET)
        .change(REF, "traceable = true\n", "traceable = true\nspecification = \"sim.rm05\"\n")
        .procedure("spec.ref.range", "spec.ref.limit_rel")
}

/// By hand: 0.04 % of the value in the row that comes first.
#[test]
fn numbers_of_a_specification_enter_the_prediction_with_file_row_and_range() {
    let plan = with_sheet().plan().unwrap();
    let name = plan.entries[0].names.iter().find(|one| one.name == "spec.ref.limit_rel").unwrap();
    assert_eq!((name.value.as_str(), name.unit.as_str()), ("0.04", "%"));
    assert!(name.origin.contains("specifications/sim-rm05.toml"), "{}", name.origin);
    assert!(name.origin.contains("row 1, range 100 A"), "{}", name.origin);
    let reference = plan.role("ref").unwrap();
    assert!(reference.specification.as_deref().unwrap().starts_with("specification sim.rm05"));
    assert_eq!(reference.conditions.len(), 1, "the warm-up is left to the bench");
    let fine = with_sheet().change(
        BENCH,
        "resource = \"SIM::ref\"",
        "resource = \"SIM::ref\"\nrange = \"60 A\"",
    );
    let narrow = fine.plan().unwrap();
    assert!(narrow.entries[0].prediction.expanded < plan.entries[0].prediction.expanded);
}

#[test]
fn adviser_names_the_other_range_of_the_same_standard_that_alone_helps() {
    let coarse = with_sheet().change("specifications/sim-rm05.toml", "\"0.04\"", "\"0.9\"");
    let words = coarse.refusal();
    assert!(words.contains("cheapest change: range 60 A of ref for role ref"), "{words}");
}

#[test]
fn a_standard_is_rejected_naming_the_file_of_its_specification() {
    let narrow = with_sheet().change(
        "specifications/sim-rm05.toml",
        "\"100\", \"0.04\"",
        "\"30\", \"0.04\"",
    );
    let narrow =
        narrow.change("specifications/sim-rm05.toml", "\"60\",  \"0.01\"", "\"30\",  \"0.01\"");
    let words = narrow.refusal();
    assert!(words.contains("no row for x-etalon:Measure.Energy.AC.Active"), "{words}");
    assert!(words.contains("specifications/sim-rm05.toml") && words.contains("imax-1"), "{words}");
}

#[test]
fn conditions_of_a_specification_are_held_against_day_and_procedure() {
    let old = with_sheet().change("specifications/sim-rm05.toml", "365 d", "90 d");
    let words = old.refusal();
    assert!(
        words.contains("condition since_cal = 90 d") && words.contains("182 days before"),
        "{words}"
    );
    let strict = with_sheet().change("specifications/sim-rm05.toml", "+- 5 K", "+- 1 K");
    let words = strict.refusal();
    assert!(words.contains("condition t_amb") && words.contains("21 degC to 25 degC"), "{words}");
}

const LINE: &str = "schema = \"etalon.scope/1\"\n[[capability]]\nmeasurand = \"x-etalon:Measure.Energy.AC.Active\"\nmethod = \"JJG 596-2012\"\nquantity = \"I\"\nfrom = \"0.5 A\"\nto = \"60 A\"\ncmc = \"0.05 %\"\n";

/// The points at 0.25 A lie below the scope's 0.5 A.
#[test]
fn ilac_p14_plan_says_what_lies_outside_the_scope_before_power_is_applied() {
    let plan = Changed::new().write("scope.toml", LINE).plan().unwrap();
    let outside: Vec<&str> = plan
        .scope
        .iter()
        .filter(|remark| remark.lies == Lies::Outside)
        .map(|remark| remark.key.as_str())
        .collect();
    assert_eq!(outside, ["basic_error/005ib-1"]);
    assert!(plan.scope[0].text.zh.contains("认可"));
    assert!(
        Changed::new().plan().unwrap().scope.is_empty(),
        "accredited for nothing: nothing is said"
    );
}

#[test]
fn ilac_p14_plan_says_where_the_predicted_u_is_below_the_capability() {
    let large = LINE.replace("0.05 %", "0.5 %");
    let plan = Changed::new().write("scope.toml", &large).plan().unwrap();
    let below = plan.scope.iter().filter(|remark| remark.lies == Lies::BelowCapability).count();
    assert_eq!(below, 14, "{:?}", plan.scope);
}
