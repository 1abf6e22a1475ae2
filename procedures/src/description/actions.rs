//! The actions: a closed list, each with its own keys.

use super::Shape::{Both, Count, Formula, Quantity, Text, Truth, Unit, Word};
use super::{Key, Shape, Table, may, need, table};

/// Words for a condition that does not come true.
const ELSE: &[&str] = &["abort", "skip-point", "ask-operator", "warn"];

/// Words for what is made of several indications.
const USE: &[&str] = &["mean", "last", "max", "min"];

/// What the action is.
const fn act(word: &'static [&'static str]) -> Key {
    need("act", Word(word), "what is done", "动作")
}

/// How often.
const EACH: Key = may(
    "each",
    Word(&["position", "bench"]),
    "once, or at every occupied position",
    "逐表位或一次",
);

/// Which role.
const ROLE: Key = need("role", Text, "the role", "设备");

/// A reading.
const INTO: Key = need("into", Text, "the reading it becomes", "读数名");

/// Settings are the author's: quantities of the role.
static SETTING: Shape = Formula;

static SET: Table =
    Table { name: "set", keys: &[act(&["set"]), EACH, ROLE], own_names: Some(&SETTING) };

static RAMP: Table = Table {
    name: "ramp",
    keys: &[act(&["ramp"]), EACH, ROLE, need("rate", Formula, "largest change per time", "速率")],
    own_names: Some(&SETTING),
};

static APPROACH: Table = table(
    "approach",
    &[
        act(&["approach"]),
        EACH,
        ROLE,
        need("target", Formula, "where it ends", "目标"),
        may("quantity", Text, "the quantity of the role", "量"),
        may("direction", Formula, "up or down", "方向"),
        may(
            "overshoot",
            Word(&["forbid", "allow"]),
            "whether passing the target spoils the reading",
            "过冲",
        ),
    ],
);

static OFF: Table = table("off", &[act(&["off"]), EACH, ROLE]);

static VENT: Table = table(
    "vent",
    &[act(&["vent"]), EACH, ROLE, may("max_rate", Formula, "largest change per time", "最大速率")],
);

static DIVERT: Table = table(
    "divert",
    &[
        act(&["divert"]),
        EACH,
        ROLE,
        need("to", Word(&["tank", "bypass"]), "where the flow goes", "去向"),
        may("gate", Text, "a counter gated by the diverter", "门控计数器"),
        may("into", Text, "the reading of the gated counter", "读数名"),
        may("for", Formula, "how long", "时间"),
    ],
);

static DRAIN: Table = table(
    "drain",
    &[
        act(&["drain"]),
        EACH,
        ROLE,
        need("watch", Formula, "the live quantity that tells how full it is", "监视量"),
        need("below", Formula, "the value below which it is empty", "低于"),
        may("at_most", Quantity, "not longer than this", "最长"),
    ],
);

static READ: Table = table(
    "read",
    &[
        act(&["read"]),
        EACH,
        ROLE,
        INTO,
        may("quantity", Text, "the quantity of the role", "量"),
        may("samples", Count, "how many indications", "次数"),
        may("use", Word(USE), "what is made of them", "取值"),
        may("stable", Truth, "whether the instrument's stability mark is awaited", "待稳定"),
    ],
);

static SAMPLE: Table = table(
    "sample",
    &[
        act(&["sample"]),
        EACH,
        ROLE,
        INTO,
        may("quantity", Text, "the quantity of the role", "量"),
        need("during", Text, "the reading during whose taking it is sampled", "期间"),
        may("use", Word(USE), "what is made of the samples", "取值"),
    ],
);

static COUNT: Table = table(
    "count",
    &[
        act(&["count"]),
        EACH,
        ROLE,
        need("of", Text, "the role whose pulses are counted", "被计数设备"),
        need(
            "gate_pulses",
            Formula,
            "pulses of the item that open and close the gate",
            "门控脉冲数",
        ),
        INTO,
        need("timeout", Formula, "how long a position may take", "超时"),
    ],
);

static WAIT: Table = table(
    "wait",
    &[
        act(&["wait"]),
        EACH,
        may("for", Quantity, "how long", "时间"),
        may("reason", Text, "why", "原因"),
        may("until", Formula, "a condition; with at_most and else", "直到"),
        may("at_least", Quantity, "not shorter than this", "最短"),
        may("at_most", Quantity, "not longer than this", "最长"),
        may("else", Word(ELSE), "what happens when the time is over", "否则"),
        may(
            "skip_on_resume_if",
            Formula,
            "left out after an interruption when this holds",
            "续测时省略",
        ),
    ],
);

static ASK: Table = table(
    "ask",
    &[
        act(&["ask"]),
        EACH,
        need("field", Text, "dut.NAME, or the name of the answer", "字段"),
        may("unit", Unit, "unit of a numeric answer", "单位"),
        may("range", Shape::Formulas, "lowest and highest answer", "范围"),
        may("resolution", Formula, "the smallest step the operator can see", "分辨力"),
        may("tell", Formula, "a value told behind the question, in its unit", "提示值"),
        may("expect", Text, "what is expected", "预期"),
        may("blind", Truth, "the expected value is hidden until the entry", "盲读"),
        may("text", Both, "the question", "问题"),
        may("scan", Truth, "a barcode reader may answer", "扫码"),
        may("confirm", Word(&["twice", "once"]), "how often it is entered", "录入次数"),
    ],
);

static CONFIRM: Table = table(
    "confirm",
    &[
        act(&["confirm"]),
        EACH,
        need("text", Both, "the statement", "内容"),
        may("photo", Word(&["optional", "required"]), "whether a photograph is kept", "照片"),
        may("on_no", Text, "what a no means: abort, or reject-…", "否定时"),
    ],
);

static INSTRUCT: Table = table(
    "instruct",
    &[
        act(&["instruct"]),
        EACH,
        need("text", Both, "the instruction", "内容"),
        may(
            "note",
            Word(&["required", "optional"]),
            "whether the operator writes down what was done",
            "备注",
        ),
    ],
);

static EXERCISE: Table = table(
    "exercise",
    &[
        act(&["exercise"]),
        EACH,
        ROLE,
        need("quantity", Text, "the quantity of the role", "量"),
        need("to", Formula, "how far", "至"),
        may("times", Count, "how often", "次数"),
    ],
);

static CHECK: Table = table(
    "check",
    &[
        act(&["check"]),
        EACH,
        need("that", Formula, "the condition", "条件"),
        need("text", Both, "what it means, for the record", "说明"),
        need("else", Word(ELSE), "what happens when it does not hold", "否则"),
    ],
);

static NOTE: Table =
    table("note", &[act(&["note"]), EACH, need("text", Both, "the sentence", "内容")]);

/// Every action.
pub(super) static ACTIONS: &[(&str, &Table)] = &[
    ("set", &SET),
    ("ramp", &RAMP),
    ("approach", &APPROACH),
    ("off", &OFF),
    ("vent", &VENT),
    ("divert", &DIVERT),
    ("drain", &DRAIN),
    ("read", &READ),
    ("sample", &SAMPLE),
    ("count", &COUNT),
    ("wait", &WAIT),
    ("ask", &ASK),
    ("confirm", &CONFIRM),
    ("instruct", &INSTRUCT),
    ("exercise", &EXERCISE),
    ("check", &CHECK),
    ("note", &NOTE),
];
