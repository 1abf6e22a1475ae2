//! The tables that say what is measured and how it is judged.

use super::Shape::{
    Actions, Both, Count, Decimal, Formula, Formulas, Names, Quantity, Text, Texts, Truth, Unit,
    Word,
};
use super::golden::TEST;
use super::head::{PROCEDURE, USE};
use super::measuring::{MODEL, POINTS, TABLE};
use super::{Shape, Table, may, names, need, table};

/// Words of an activity.
pub(super) const ACTIVITIES: &[&str] = &["verification", "calibration"];

/// The whole file.
pub static ROOT: Table = table(
    "procedure file",
    &[
        need(
            "schema",
            Word(&["etalon.procedure/1"]),
            "format and version of the file",
            "文件格式与版本",
        ),
        may("use", Shape::Tables(&USE), "modules, pinned by version and hash", "引用的模块"),
        need("procedure", Shape::Table(&PROCEDURE), "what the procedure is", "方法概况"),
        may("dut", Shape::Table(&DUT), "what must be known about the item", "被校器具须知信息"),
        may(
            "environment",
            Shape::Table(&ENVIRONMENT),
            "conditions logged and enforced",
            "环境条件",
        ),
        may(
            "needs",
            Shape::Table(&NEEDS),
            "names that certificates, bench and history supply",
            "由证书、装置与历史提供的名称",
        ),
        may(
            "roles",
            Shape::Table(&ROLES),
            "needs for instruments, never models",
            "对标准器与设备的要求",
        ),
        may(
            "tables",
            Shape::Table(&TABLES),
            "limits and constants of the regulation",
            "规程限值与常数表",
        ),
        may("points", Shape::Table(&POINTS), "the points of measurement: the only loop", "测量点"),
        may("model", Shape::Table(&MODELS), "one equation for each measurand", "测量模型"),
        may("derive", Shape::Tables(&DERIVE), "quantities across points and repeats", "导出量"),
        may("stage", Shape::Tables(&STAGE), "the stages, in the order they run", "步骤"),
        may(
            "decision",
            Shape::Table(&DECISIONS),
            "the decision rule for each activity",
            "判定规则",
        ),
        may("safe_state", Shape::Table(&SAFE_STATE), "how every way out of a run ends", "安全状态"),
        may("report", Shape::Table(&REPORT), "the columns of the result table", "结果表格"),
        may("test", Shape::Tables(&TEST), "golden cases of independent origin", "独立来源的算例"),
    ],
);

static DUT: Table = table(
    "dut",
    &[
        may(
            "fields",
            Shape::Table(&FIELDS),
            "what the item's plate and order say",
            "铭牌及委托信息",
        ),
        may(
            "derive",
            Shape::Table(&DEFINITIONS),
            "values computed from the fields",
            "由字段计算的值",
        ),
        may("positions", Shape::Table(&POSITIONS), "how many items one run takes", "一次可装数量"),
    ],
);

static FIELDS: Table = Table {
    name: "fields",
    keys: &[may(
        "derive",
        Shape::Table(&DEFINITIONS),
        "values computed from the fields",
        "由字段计算的值",
    )],
    own_names: Some(&Shape::Table(&FIELD)),
};

static FIELD: Table = table(
    "field",
    &[
        need("type", Word(&["quantity", "enum", "list", "text", "truth"]), "what it holds", "类型"),
        may("unit", Unit, "unit of a quantity or list", "单位"),
        may("values", Texts, "the words of an enum", "可取值"),
        may("label", Both, "what it is called on screen and paper", "显示名称"),
        may("check", Formula, "a condition over the fields", "检查条件"),
    ],
);

/// Named expressions.
pub(super) static DEFINITIONS: Table = names("definitions", &Formula);

static POSITIONS: Table =
    table("positions", &[may("max", Count, "the most items of one run", "最多数量")]);

static ENVIRONMENT: Table = table(
    "environment",
    &[
        need("log_every", Quantity, "how often conditions go into the record", "记录间隔"),
        may("limits", Shape::Tables(&CONDITION), "the conditions and their limits", "环境限值"),
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

/// Words of a comparison with the source.
pub(super) const CONFIDENCE: &[&str] = &["checked", "unchecked"];

static CONDITION: Table = table(
    "condition",
    &[
        need("quantity", Text, "its name: t_amb, rh, p_amb", "量"),
        need("unit", Unit, "its unit", "单位"),
        may("role", Text, "the role that measures it; typed where there is none", "测量设备"),
        need("min", Quantity, "lowest value allowed", "下限"),
        need("max", Quantity, "highest value allowed", "上限"),
        may("max_change", Text, "largest change allowed, as written", "最大变化"),
        need("on_violation", Word(&["hold", "warn", "abort"]), "what happens outside", "超限处理"),
    ],
);

static NEEDS: Table = names("needs", &Shape::Table(&NEED));

static NEED: Table = Table {
    name: "need",
    keys: &[
        may("type", Word(&["quantity", "text", "truth"]), "what the name holds", "类型"),
        may("unit", Unit, "its unit", "单位"),
        may("text", Both, "what it is, for the one who supplies it", "说明"),
    ],
    own_names: Some(&Shape::Table(&NEED)),
};

static ROLES: Table = names("roles", &Shape::Table(&ROLE));

static ROLE: Table = table(
    "role",
    &[
        need("can", Texts, "any one of these functions will do (taxa)", "所需功能"),
        may(
            "quantities",
            Shape::Table(&QUANTITIES),
            "quantities that actions set and read, with units",
            "可设与可读的量",
        ),
        may("choices", Shape::Table(&CHOICES), "what is chosen by a word: the words", "可选项"),
        may(
            "over",
            Shape::Table(&ENVELOPE),
            "what must be covered, from the points",
            "须覆盖的范围",
        ),
        may(
            "max_U",
            Formula,
            "largest expanded uncertainty (k = 2) at every point",
            "最大扩展不确定度",
        ),
        may(
            "max_mpe",
            Formula,
            "largest maximum permissible error at every point",
            "最大允许误差上限",
        ),
        may("drift", Shape::Table(&DRIFT), "stability needed where accuracy is not", "稳定性要求"),
        may(
            "hazard",
            Word(&["energised", "pressure", "flow", "temperature", "radiation"]),
            "what can hurt; the safe state must cover it",
            "危险源",
        ),
        may("traceable", Truth, "due date, status, scope and range are enforced", "须溯源"),
        may(
            "channels",
            Word(&["positions", "one"]),
            "whether every position needs a channel",
            "通道",
        ),
        may("input", Texts, "ways of reading: bus, manual", "读数方式"),
        may("media", Formula, "the item's field that names the medium", "介质"),
        may("wiring", Both, "how it is connected, for the work instruction", "接线说明"),
    ],
);

static QUANTITIES: Table = names("quantities", &Unit);

static CHOICES: Table = names("choices", &Texts);

static ENVELOPE: Table = names("envelope", &Text);

static DRIFT: Table = table(
    "drift",
    &[
        need("quantity", Text, "the quantity of the role", "量"),
        need("max", Quantity, "largest change", "最大变化"),
        need("over", Text, "the time over which it is judged, or the name of a gate", "时间窗"),
    ],
);

static TABLES: Table = names("tables", &Shape::Table(&TABLE));

static MODELS: Table = names("models", &Shape::Table(&MODEL));

static DERIVE: Table = table(
    "derive",
    &[
        need("name", Text, "its name", "名称"),
        need("unit", Unit, "its unit", "单位"),
        need("equation", Formula, "what it is computed by", "公式"),
        need("over", Text, "a column, `NAME = FORMULA by point`, or `repeat by point`", "分组"),
    ],
);

static STAGE: Table = table(
    "stage",
    &[
        need("id", Text, "its name; with the point it is the key of a result", "标识"),
        may(
            "kind",
            Word(&["as_found", "adjust", "as_left"]),
            "what it means for the certificate",
            "类别：调前、调整、调后",
        ),
        may("when", Formula, "it runs when this holds", "执行条件"),
        may("points", Word(&["points"]), "it runs over the points", "逐点执行"),
        may("same_as", Text, "the stage whose points, repeats and actions it shares", "同某步骤"),
        may("repeat", Shape::Table(&REPEAT), "repeats at each point", "重复测量"),
        may("do", Actions, "its actions", "动作"),
        may("result", Names, "models evaluated from its readings", "评定的模型"),
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

static REPEAT: Table = table(
    "repeat",
    &[
        need("n", Count, "how many are taken at first", "次数"),
        may("retry_if", Formula, "more are taken while this holds", "追加条件"),
        may("more", Count, "how many more at a time", "每次追加"),
        may("max", Count, "never more than this in all", "最多次数"),
        may("discard", Text, "what becomes of a discarded repeat", "剔除"),
        may("do", Actions, "what is repeated; the stage's actions where not written", "重复的动作"),
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

static DECISIONS: Table = table(
    "decisions",
    &[
        may("verification", Shape::Table(&DECISION), "the legal question", "检定"),
        may("calibration", Shape::Table(&DECISION), "a value with its uncertainty", "校准"),
    ],
);

/// Words of what is judged.
const JUDGE: &[&str] = &["rounded", "raw"];

static DECISION: Table = table(
    "decision",
    &[
        may("quantity", Formula, "what is judged: mean(E)", "判定量"),
        may("tolerance", Formula, "largest magnitude allowed", "允差"),
        may("same_as", Word(ACTIVITIES), "the activity whose decision it shares", "同某活动的判定"),
        may("judge", Word(JUDGE), "which number is compared with the limit", "按修约值或原值判定"),
        may("rounding", Shape::Table(&ROUNDING), "the one rounding of this decision", "修约"),
        may(
            "rule",
            Word(&["simple", "guarded"]),
            "simple or guarded acceptance (JCGM 106)",
            "判定规则",
        ),
        may("guard", Shape::Table(&GUARD), "the guard band", "保护带"),
        may("require", Formula, "a condition on the measurement itself", "前提条件"),
        may("checks", Shape::Tables(&CHECK), "further checks", "其他检查"),
        may("statement", Both, "the rule in words, as printed", "规则说明"),
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

static ROUNDING: Table = table(
    "rounding",
    &[
        need("step", Formula, "the rounding interval", "修约间隔"),
        need(
            "rule",
            Word(&["half-even", "half-away-from-zero"]),
            "which way a half goes",
            "修约规则",
        ),
        need("source", Text, "document and clause", "依据"),
    ],
);

static GUARD: Table = table(
    "guard",
    &[
        need("method", Word(&["w=U", "w=factor*U"]), "how wide the band is", "方法"),
        may("factor", Decimal, "the factor of U", "系数"),
        may("conditional", Truth, "whether the band yields conditional verdicts", "条件判定"),
    ],
);

static CHECK: Table = table(
    "further check",
    &[
        need("id", Text, "its name", "标识"),
        may("title", Both, "what it is called on screen and paper", "名称"),
        may(
            "judge",
            Word(JUDGE),
            "which number is judged; as the decision says otherwise",
            "按修约值或原值判定",
        ),
        may("rounding", Shape::Table(&ROUNDING), "its own rounding", "修约"),
        need("each", Text, "point, item, or a column of the points", "适用范围"),
        need("value", Formula, "the value, a magnitude", "值"),
        need("limit", Formula, "its limit", "限值"),
    ],
);

static SAFE_STATE: Table = table(
    "safe_state",
    &[
        need("timeout", Quantity, "after this long the operator is called", "超时"),
        may("verify", Shape::Tables(&SAFE), "what must be read back", "确认条件"),
        need("do", Actions, "what is done, in order", "动作"),
        need("manual", Both, "what a person does when the bench does not answer", "人工处置"),
    ],
);

static SAFE: Table = table(
    "safe condition",
    &[
        need("role", Text, "the role that is read", "设备"),
        need("that", Formula, "a condition over its quantities", "条件"),
    ],
);

static REPORT: Table = table(
    "report",
    &[
        need("columns", Formulas, "one column per expression; `verdict` is the verdict", "列"),
        may("labels", Shape::Table(&LABELS), "what columns are called", "列名"),
        may("summary", Names, "derived quantities below the table", "汇总"),
    ],
);

static LABELS: Table = names("labels", &Both);
