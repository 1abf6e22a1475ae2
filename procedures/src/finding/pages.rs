//! One page per code: the rule, why it exists, how to satisfy it.

pub(super) mod file;

use super::Page;

pub(super) const fn page(code: &'static str, rule: &'static str, text: &'static str) -> Page {
    Page { code, rule, text }
}

/// The pages of the rules behind the file, by code.
pub(super) const PAGES: &[Page] = &[
    page(
        "E0201",
        "words for people exist in both languages",
        "Operators and customers read English or Chinese: { en = \"…\", zh = \"…\" }. A prompt in one language is a prompt somebody cannot answer.",
    ),
    page(
        "E0202",
        "regulated numbers cite their source",
        "Limits, points, conditions and repeats come from a document: source = \"JJG 596-2012, 6.4\" and confidence = \"checked\" or \"unchecked\".",
    ),
    page(
        "E0203",
        "checked means by whom and when",
        "confidence = \"checked\" needs checked_by and checked_on. While any part is unchecked, runs yield specimens only.",
    ),
    page(
        "E0301",
        "quantities are number and unit",
        "A decimal number, a space, a unit: `0.10 %`, `1200 imp/(kW*h)`.",
    ),
    page(
        "E0302",
        "units are known",
        "The symbol is no unit of the SI, none accepted with it and none of this trade.",
    ),
    page(
        "E0303",
        "dimensions fit",
        "Both sides of a sum, a limit and its quantity, a cell and its column must measure the same thing. Two temperatures on a scale are subtracted, never added.",
    ),
    page(
        "E0304",
        "names exist",
        "An expression uses a name that nothing declares at this place. External values are declared under [needs] with their unit.",
    ),
    page(
        "E0305",
        "kinds fit",
        "A condition is true or false, a limit is a number, a key column of words holds words.",
    ),
    page(
        "E0306",
        "functions are known",
        "The list of functions is closed; live functions (drift, instability, energised_within) exist only in actions.",
    ),
    page(
        "E0307",
        "expressions can be read",
        "The text is no expression: an operator without its operand, an open parenthesis, or more nesting than any formula needs.",
    ),
    page(
        "E0401",
        "limits are in order",
        "The lower limit of a condition lies above its upper limit.",
    ),
    page(
        "E0402",
        "every need has somebody who answers",
        "The first word of an external name says who: cert, spec and res (followed by a role), bench, history, env, site, job.",
    ),
    page(
        "E0403",
        "needs are used",
        "A name is asked of certificates or bench and enters nothing; delete it, or use it where it was meant.",
    ),
    page(
        "E0404",
        "fields are used",
        "The operator is asked for a value of the unit under test that enters nothing. A warning: it may be wanted on paper.",
    ),
    page(
        "E0405",
        "the unit under test fits",
        "A field is missing, unknown, in the wrong unit, or does not satisfy its condition.",
    ),
    page("E0501", "roles exist", "The action names a role that [roles] does not declare."),
    page(
        "E0502",
        "roles are used",
        "A bench would have to supply an instrument that nothing reads or sets.",
    ),
    page(
        "E0503",
        "roles declare their quantities",
        "[roles.NAME.quantities] lists what is set and read, each with its unit: without it no setting can be checked.",
    ),
    page(
        "E0504",
        "what is demanded of a role can be fulfilled",
        "`max_U` and `max_mpe` are positive at every point: no instrument has an uncertainty of zero, and a limit that is zero at a point demands one.",
    ),
    page(
        "E0505",
        "the envelope of a role covers what is set at the points",
        "An action at the points sets a quantity that the role's `over` does not name, so that nobody would see whether an instrument reaches it, or sets it outside the range that `over` states. Write over = { p = \"points.p\" } or over = { p = \"p_lo .. p_hi\" }.",
    ),
    page(
        "E0601",
        "tables are looked up by names that exist",
        "Each key is a column of the table and also a column of the points or a field of the unit under test; an interval has the columns `…_lo` and `…_hi`.",
    ),
    page(
        "E0602",
        "tables have no gaps",
        "A point, or a stretch between two rows, has no row. The nearest row is never taken. Add the row, or say on_gap = \"not-evaluated\".",
    ),
    page(
        "E0603",
        "tables have no overlaps",
        "Two rows fit the same value; which one holds must not depend on their order. Say which border belongs to which row under `interval`.",
    ),
    page(
        "E0604",
        "limits say what they apply to",
        "One per cent of the true value, of the indication and of the span are three limits. Write applies_to.",
    ),
    page(
        "E0605",
        "look-ups find their key",
        "A table is looked up where one of its keys has no value.",
    ),
    page("E0606", "tables are used", "No expression looks the table up."),
    page(
        "E0607",
        "tables can be compared with the points",
        "Every row is compared with every point of every item of the tests, and ten million comparisons are the most. A table of this size wants an interval with few rows; many tests of a large procedure want one item in common.",
    ),
    page("E0701", "stages over points have points", "points = \"points\" needs a [points] table."),
    page(
        "E0702",
        "the points are a finite, sensible list",
        "A procedure has at most 10,000 points; a product of axes grows quickly.",
    ),
    page(
        "E0703",
        "no relative limit at zero",
        "Where the nominal value is zero a relative limit is zero, or means nothing. Give that point an absolute limit of its own.",
    ),
    page(
        "E0704",
        "the points satisfy their checks",
        "A condition of [points] does not hold for a sample item.",
    ),
    page("E0705", "a hold stands at a point", "`at` names a listed point, `first` or `last`."),
    page(
        "E0801",
        "every input has an uncertainty or is exact",
        "An input without either would silently count as perfect. Write its contributions, or exact = true.",
    ),
    page(
        "E0802",
        "exact inputs have no uncertainty",
        "exact = true and contributions contradict each other.",
    ),
    page(
        "E0803",
        "inputs occur in the equation",
        "A contribution that does not enter the equation does not enter the budget.",
    ),
    page(
        "E0804",
        "readings are taken before they are used",
        "The model wants a reading that no action up to this stage yields.",
    ),
    page(
        "E0805",
        "Type A has enough repeats",
        "A standard deviation of two or three readings has hardly any degrees of freedom; pool the history with min_n, or repeat more often (GUM 4.2).",
    ),
    page(
        "E0806",
        "something is measured",
        "A procedure has at least one [model.NAME] with its equation.",
    ),
    page(
        "E0807",
        "inputs come from one place",
        "Either value (a fixed estimate) or from (a reading, an answer, the point, the item, a certificate).",
    ),
    page(
        "E0808",
        "uncertainties are possible numbers",
        "Half-widths, standard and expanded uncertainties are not negative, a coverage factor is above zero, a coverage probability lies between 0 and 1, and Monte Carlo has at least 10^4 trials (JCGM 101 7.2.3).",
    ),
    page(
        "E0809",
        "derived quantities say what they are taken over",
        "over = \"p\" gives one value for all points with the same p, over = \"K_i = mean(K) by point\" one for the item from the list K_i, over = \"repeat by point\" one at every point from its repeats.",
    ),
    page(
        "E0810",
        "Type A from the repeats is of the model itself",
        "type = \"A\", of = \"K\" takes the standard deviation of K over the repeats of the point. It has the dimension of K, or is relative to the mean (relative = true) in an input without a dimension.",
    ),
    page(
        "E0811",
        "derived quantities are used",
        "The derived quantity enters no check, no column and no summary of the report. A warning.",
    ),
    page(
        "E0901",
        "actions come from a closed list",
        "set, ramp, approach, off, vent, divert, drain, read, sample, count, wait, ask, confirm, instruct, exercise, check, note.",
    ),
    page(
        "E0902",
        "waits are bounded",
        "A wait `until` has at_most and else, a plain wait has for: no run hangs for ever.",
    ),
    page("E0903", "waits are in order", "at_least is longer than at_most."),
    page(
        "E0904",
        "asked numbers have a range",
        "A slip of the finger is found at the keyboard, not on the certificate.",
    ),
    page(
        "E0905",
        "readings are used",
        "A reading enters no model and no expression. A warning: it may be wanted in the record.",
    ),
    page(
        "E0906",
        "repeats are bounded and consistent",
        "max is not smaller than n, and retry_if needs room to act.",
    ),
    page("E0907", "stages yield models", "result names a model of the procedure."),
    page("E0908", "stages exist", "same_as names a stage of the same file."),
    page(
        "E0909",
        "sampling goes on during something",
        "`during` names the reading (`into`) of a `divert` or `count` among the same actions.",
    ),
    page(
        "E0910",
        "the stated time is enough",
        "`est_time` is shorter than the fixed waits of the procedure alone, over the points of an item of the tests.",
    ),
    page(
        "E0911",
        "an expectation is a value and a width",
        "expect = \"p +- 3 * mpe.limit\": both numbers of the dimension that is asked for. It is shown after the entry only, so that nobody reads what is expected.",
    ),
    page(
        "E1001",
        "every activity has its decision",
        "Verification and calibration decide differently; each activity of the head has a [decision.NAME].",
    ),
    page(
        "E1002",
        "rounded numbers have a named rounding",
        "judge = \"rounded\" needs the step, the rule and the source of the one rounding.",
    ),
    page(
        "E1003",
        "numbers are rounded once",
        "Rounding a rounded number moves it twice. Leave the raw quantity and name one rounding.",
    ),
    page(
        "E1004",
        "decisions have a limit",
        "A decision compares a quantity with a tolerance, or consists of checks.",
    ),
    page(
        "E1005",
        "checks judge what there is one of",
        "A check at each point cannot judge a quantity of another grouping: each = \"point\" goes with `repeat by point`, each = \"p\" with over = \"p\", each = \"item\" with `NAME = FORMULA by point`.",
    ),
    page(
        "E1006",
        "a shared decision exists and is said once",
        "same_as = \"verification\" takes over quantity, limit, rounding, rule and checks of another [decision.NAME], which says them all itself. A statement and a source are this one's own, and nothing else.",
    ),
    page(
        "E1101",
        "what can hurt is made safe",
        "Every role with a hazard is brought to safety by an action of [safe_state]; every way out of a run goes through it.",
    ),
    page(
        "E1102",
        "safe is shown, not assumed",
        "`verify` reads back that the role is safe: { role = \"source\", that = \"abs(I) < 1 mA and U < 5 V\" }.",
    ),
    page(
        "E1201",
        "every model has a golden test",
        "A case whose expected value somebody else computed; approval refuses a version whose cases fail.",
    ),
    page(
        "E1202",
        "every decision has a golden test",
        "A case with its activity and the expected verdict.",
    ),
    page(
        "E1203",
        "tests describe a unit under test that fits",
        "The fields of the test's `dut` are checked like those of a real one.",
    ),
    page(
        "E1204",
        "every row is reached by a test",
        "No item of the tests leads to this row, so a slip in it would go unseen. A warning.",
    ),
    page(
        "E1205",
        "every derived quantity has a golden test",
        "A case whose `results` are given and whose expect = { derived = { … } } somebody else computed.",
    ),
    page(
        "E1206",
        "every check has a golden test",
        "A case whose `results` are given and whose expect = { checks = { … } } says what the check must find.",
    ),
    page(
        "E1207",
        "tests have names of their own",
        "Two tests with one name cannot be told apart in the report of the release.",
    ),
    page(
        "E1208",
        "the case that is shared stands before",
        "same_as names an earlier case of the file: its item, point, model and activity, and for the same model its given values, hold where this one says nothing else. What is expected is never shared.",
    ),
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_has_one_page_and_every_page_a_code() {
        let pages: Vec<&str> = crate::finding::pages().map(|page| page.code).collect();
        assert_eq!(pages, crate::finding::ALL);
    }
}
