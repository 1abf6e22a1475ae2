//! The golden cases at the end of a procedure, and what is expected of them.

use super::Shape::{Names, Quantity, Text, Texts, Word};
use super::desk::ACTIVITIES;
use super::{Shape, Table, may, names, need, table};

/// Words of a verdict.
const VERDICTS: &[&str] =
    &["pass", "fail", "conditional-pass", "conditional-fail", "not-evaluated"];

/// `[[test]]`.
pub(super) static TEST: Table = table(
    "test",
    &[
        need("name", Text, "what it shows", "名称"),
        need("origin", Text, "who computed the expected values, never Etalon", "来源"),
        may("same_as", Text, "an earlier case with its item, point and given values", "同前例"),
        may("dut", Shape::Table(&NAMED_TEXTS), "the item's fields", "被校器具"),
        may("point", Text, "the point it happens at", "测量点"),
        may("model", Text, "the model it evaluates", "模型"),
        may("activity", Word(ACTIVITIES), "whose contributions and decision it uses", "活动"),
        may("given", Shape::Table(&NAMED_TEXTS), "readings, names and inputs", "给定值"),
        may(
            "u",
            Shape::Table(&NAMED_QUANTITIES),
            "standard uncertainties that replace contributions",
            "标准不确定度",
        ),
        may("results", Shape::Table(&RESULTS), "results of models at points", "各点结果"),
        need("expect", Shape::Table(&EXPECT), "what must come out", "期望"),
    ],
);

static NAMED_TEXTS: Table = names("named texts", &Names);

static NAMED_QUANTITIES: Table = names("named quantities", &Quantity);

static RESULTS: Table = names("results", &Shape::Table(&NAMED_TEXTS));

static EXPECT: Table = table(
    "expect",
    &[
        may("value", Quantity, "the value", "值"),
        may("U", Quantity, "the expanded uncertainty", "扩展不确定度"),
        may("tol", Quantity, "how far the value may be off", "容差"),
        may("tol_U", Quantity, "how far U may be off; tol where not written", "U 的容差"),
        may("rounded", Text, "the printed number after rounding", "修约值"),
        may("verdict", Word(VERDICTS), "the verdict", "结论"),
        may("point", Shape::Table(&NAMED_TEXTS), "values at the point", "点上的值"),
        may("points", Texts, "ids of all points, in order", "全部测量点"),
        may(
            "derived",
            Shape::Table(&NAMED_QUANTITIES),
            "derived quantities by their key",
            "导出量",
        ),
        may(
            "checks",
            Shape::Table(&EXPECTED_CHECKS),
            "verdicts of the checks by their key",
            "检查结论",
        ),
    ],
);

static EXPECTED_CHECKS: Table = names("expected checks", &Word(VERDICTS));
