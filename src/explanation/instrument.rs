//! Model files of instruments (`I…`) and simulated worlds (`W…`).

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "I0100",
        "the file is TOML",
        "文件须为 TOML",
        "The text breaks the grammar of TOML 1.0 at the place shown.",
    ),
    page(
        "I0101",
        "the file says what it is",
        "文件须声明格式",
        "schema = \"etalon.instrument/1\"; another format or version is not read.",
    ),
    page(
        "I0102",
        "keys are known",
        "键须为已知",
        "A misspelt key would leave a setting at its usual value without anybody noticing.",
    ),
    page(
        "I0103",
        "what is needed is written",
        "必填项不得缺失",
        "A model file says everything that is said to the instrument; nothing is inferred.",
    ),
    page(
        "I0104",
        "values are of the kind their key asks for",
        "取值类型须正确",
        "The message says what was found and what was wanted.",
    ),
    page(
        "I0105",
        "words come from a closed list",
        "须为规定用词",
        "Languages, states and kinds of answers are lists; the message suggests the nearest.",
    ),
    page(
        "I0106",
        "units are known",
        "单位须可识别",
        "The unit in which the instrument is told or tells.",
    ),
    page(
        "I0107",
        "quantities are number and unit",
        "量值须含数值与单位",
        "`0.5 s`, `600 V`; of the dimension that the key asks for.",
    ),
    page(
        "I0108",
        "functions are named by the taxonomy",
        "功能须按分类命名",
        "`Measure.Temperature`, `Source.Voltage.DC`; what the NCSLI taxonomy lacks has a namespace of its own.",
    ),
    page(
        "I0109",
        "command templates can be filled in",
        "命令模板须可填写",
        "A place in braces stands for a quantity of the function or for the channel; anything else could never be filled.",
    ),
    page(
        "I0110",
        "reply patterns can be matched",
        "应答格式须可匹配",
        "A pattern says where the number, the unit and the words of a reply stand.",
    ),
    page("I0111", "ranges hold something", "量程须非空", "The lower end lies above the upper end."),
    page(
        "I0112",
        "names are given once",
        "名称须唯一",
        "Two functions, quantities or words of one name could never be meant reliably.",
    ),
    page(
        "I0113",
        "serial settings can be set",
        "串口设置须有效",
        "`9600 8N1`: rate, data bits, parity, stop bits.",
    ),
    page(
        "I0114",
        "a source of energy can be made safe",
        "能源设备须有安全状态",
        "Whatever energises, pressurises, heats or moves has commands for its safe state, a way to confirm it, and what a person does by hand.",
    ),
    page(
        "I0115",
        "conditions name what the model reads",
        "条件须引用可读量",
        "A safe state is confirmed by a quantity that this model can read back.",
    ),
    page(
        "I0116",
        "numbers are possible",
        "数值须可能",
        "A time that is not positive, a channel count of none, a resolution of zero.",
    ),
    page(
        "I0117",
        "a language has what it needs",
        "通讯语言要素须齐全",
        "Each language of instruments asks for its own entries and has no use for others'.",
    ),
    page(
        "I0118",
        "a model file is small",
        "文件不得过大",
        "The file is larger, or has more findings, than any model file.",
    ),
    page(
        "W0101",
        "a world can be simulated",
        "仿真世界须可运行",
        "The reader of worlds stops at the first finding; its message says what was wanted and where.",
    ),
];
