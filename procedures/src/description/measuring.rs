//! Tables, points and models: the metrology itself.

use super::Shape::{
    Both, Count, Decimal, Formula, Formulas, Names, Quantity, Rows, Text, Texts, Truth, Unit, Word,
};
use super::desk::{ACTIVITIES, CONFIDENCE, DEFINITIONS};
use super::{Shape, Table, may, names, need, table};

/// Words for the end of an interval.
const ENDS: &[&str] = &["closed", "open"];

/// `[tables.NAME]`.
pub(super) static TABLE: Table = table(
    "table",
    &[
        may("key", Names, "columns compared with the values of the same name", "查表键"),
        may(
            "interval",
            Shape::Table(&INTERVAL),
            "one more key, found between two borders",
            "区间键",
        ),
        need("columns", Texts, "the columns", "列"),
        need("units", Texts, "the unit of every column; `text` for words", "单位"),
        may("define", Shape::Table(&DEFINITIONS), "columns computed from the row found", "计算列"),
        may(
            "applies_to",
            Word(&["true_value", "nominal", "indication", "span", "range"]),
            "what a relative limit is relative to",
            "相对基准",
        ),
        may(
            "on_gap",
            Word(&["error", "not-evaluated"]),
            "what happens where no row fits",
            "无行时",
        ),
        need("rows", Rows, "the rows, one text per column", "行"),
        may("source", Text, "document and clause", "依据"),
        may(
            "confidence",
            Word(CONFIDENCE),
            "compared with the bought text or not",
            "是否已核对原文",
        ),
        may("checked_by", Text, "who compared it", "核对人"),
        may("checked_on", Text, "when, YYYY-MM-DD", "核对日期"),
    ],
);

static INTERVAL: Table = table(
    "interval",
    &[
        need("column", Text, "the value that is looked up, in COLUMN_lo and COLUMN_hi", "列"),
        need("lower", Word(ENDS), "whether the lower border belongs to the row", "下限"),
        need("upper", Word(ENDS), "whether the upper border belongs to the row", "上限"),
        may("last_upper", Word(ENDS), "the same for the highest row", "末行上限"),
    ],
);

/// `[points]`.
pub(super) static POINTS: Table = table(
    "points",
    &[
        need("order", Word(&["listed", "up-down"]), "as written, or up and down again", "次序"),
        may("columns", Texts, "the columns, with `id`", "列"),
        may("units", Texts, "the unit of every column", "单位"),
        may("rows", Rows, "the points, one text per column", "各点"),
        may("from", Formula, "a list: one point for every value", "由列表生成"),
        may("name", Text, "the column that the list fills", "列名"),
        may("unit", Unit, "its unit", "单位"),
        may("product", Shape::Table(&PRODUCT), "every combination of the axes", "组合"),
        may("define", Shape::Table(&DEFINITIONS), "further values at every point", "点上的计算值"),
        may("check", Formulas, "conditions over whole columns", "整列检查"),
        may("hold", Shape::Table(&HOLD), "a hold at one point", "保压"),
        may("source", Text, "document and clause", "依据"),
        may(
            "confidence",
            Word(CONFIDENCE),
            "compared with the bought text or not",
            "是否已核对原文",
        ),
        may("checked_by", Text, "who compared it", "核对人"),
        may("checked_on", Text, "when, YYYY-MM-DD", "核对日期"),
    ],
);

static PRODUCT: Table = table(
    "product",
    &[
        need("columns", Texts, "the axes; the first varies slowest", "轴"),
        need("units", Texts, "their units", "单位"),
        need("values", Rows, "a list of values for each axis", "取值"),
    ],
);

static HOLD: Table = table(
    "hold",
    &[
        need("at", Text, "the id of the point, first or last", "位置"),
        need("for", Formula, "how long", "时间"),
        may("watch", Formula, "what must hold meanwhile", "监视条件"),
    ],
);

/// `[model.NAME]`.
pub(super) static MODEL: Table = table(
    "model",
    &[
        may("title", Both, "what it is called on paper", "名称"),
        need("unit", Unit, "its unit", "单位"),
        need(
            "equation",
            Formula,
            "the equation over its inputs: value, GUM and Monte Carlo",
            "测量方程",
        ),
        need("coverage", Shape::Table(&COVERAGE), "how U is formed from u", "包含因子"),
        may(
            "monte_carlo",
            Shape::Table(&MONTE_CARLO),
            "the second opinion (JCGM 101)",
            "蒙特卡洛复核",
        ),
        need(
            "inputs",
            Shape::Table(&INPUTS),
            "the inputs, which are the rows of the budget",
            "输入量",
        ),
    ],
);

static COVERAGE: Table = table(
    "coverage",
    &[
        may("k", Decimal, "a fixed coverage factor", "包含因子"),
        need("p", Decimal, "the coverage probability", "包含概率"),
    ],
);

static MONTE_CARLO: Table = table(
    "monte_carlo",
    &[
        may("trials", Count, "number of trials", "试验次数"),
        may("seed", Count, "the seed; the same seed gives the same bytes", "种子"),
    ],
);

static INPUTS: Table = names("inputs", &Shape::Table(&INPUT));

static INPUT: Table = table(
    "input",
    &[
        may("label", Both, "what it is called in the budget", "名称"),
        need("unit", Unit, "its unit", "单位"),
        may("value", Quantity, "a fixed estimate", "固定值"),
        may("from", Formula, "read.NAME, ask.NAME, or an expression", "来源"),
        may("exact", Truth, "exact by definition: no contribution", "无不确定度"),
        may("instance", Text, "inputs of the same instance are fully correlated", "实例（全相关）"),
        may(
            "independent",
            Word(&["point"]),
            "drawn anew at every point: results at two points have nothing of it in common",
            "各测量点独立",
        ),
        may("interpolate", Text, "how a value between calibration points is found", "插值"),
        may("u", Shape::Tables(&CONTRIBUTION), "its contributions", "不确定度分量"),
    ],
);

static CONTRIBUTION: Table = table(
    "contribution",
    &[
        need("name", Text, "what it is called in the budget", "名称"),
        may("only_for", Word(ACTIVITIES), "in runs of this activity only", "仅用于"),
        may(
            "dist",
            Word(&["normal", "rectangular", "triangular", "arcsine"]),
            "the distribution",
            "分布",
        ),
        may("half", Formula, "half-width", "半宽"),
        may("standard", Formula, "standard uncertainty", "标准不确定度"),
        may("expanded", Formula, "expanded uncertainty, with k", "扩展不确定度"),
        may("k", Formula, "its coverage factor", "包含因子"),
        may("dof", Formula, "degrees of freedom", "自由度"),
        may("type", Word(&["A"]), "A: from repeats", "A 类"),
        may(
            "pooled",
            Word(&["history", "this-point", "both"]),
            "from earlier runs, from this point, or from both together",
            "合并样本",
        ),
        may("of", Text, "the model whose repeats are taken", "所取模型"),
        may("relative", Truth, "relative to the mean", "相对"),
        may("s", Formula, "standard deviation of a single repeat", "单次标准偏差"),
        may("min_n", Count, "the fewest repeats it needs", "最少次数"),
    ],
);
