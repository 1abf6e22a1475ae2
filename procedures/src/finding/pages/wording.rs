//! Pages of texts, sources, numbers, units and expressions.

use super::{Page, page};

/// The pages, by code.
pub(crate) const PAGES: &[Page] = &[
    page(
        "E0201",
        "words for people exist in both languages",
        "给人看的文字须有中英文",
        "Operators and customers read English or Chinese: { en = \"…\", zh = \"…\" }. A prompt in one language is a prompt somebody cannot answer.",
        "操作人员和客户读中文或英文：{ en = \"…\", zh = \"…\" }。只有一种语言的提问，总有人答不了。",
    ),
    page(
        "E0202",
        "regulated numbers cite their source",
        "规范中的数值须注明出处",
        "Limits, points, conditions and repeats come from a document: source = \"JJG 596-2012, 6.4\" and confidence = \"checked\" or \"unchecked\".",
        "限值、测量点、环境条件和重复次数来自文件：source = \"JJG 596-2012, 6.4\"，并写 confidence = \"checked\" 或 \"unchecked\"。",
    ),
    page(
        "E0203",
        "checked means by whom and when",
        "已核对须写明何人何时",
        "confidence = \"checked\" needs checked_by and checked_on. While any part is unchecked, runs yield specimens only.",
        "confidence = \"checked\" 时须写 checked_by 和 checked_on。只要有一处尚未核对，运行只得到样张。",
    ),
    page(
        "E0301",
        "quantities are number and unit",
        "量值由数和单位组成",
        "A decimal number, a space, a unit: `0.10 %`, `1200 imp/(kW*h)`.",
        "十进制数、一个空格、单位：`0.10 %`、`1200 imp/(kW*h)`。",
    ),
    page(
        "E0302",
        "units are known",
        "单位须可识别",
        "The symbol is no unit of the SI, none accepted with it and none of this trade.",
        "该符号既不是 SI 单位，也不是可与 SI 并用的单位或本行业的单位。",
    ),
    page(
        "E0303",
        "dimensions fit",
        "量纲须一致",
        "Both sides of a sum, a limit and its quantity, a cell and its column must measure the same thing. Two temperatures on a scale are subtracted, never added.",
        "相加的两项、限值与其量、单元格与其列，量纲必须相同。两个温标上的温度只能相减，不能相加。",
    ),
    page(
        "E0304",
        "names exist",
        "名称须存在",
        "An expression uses a name that nothing declares at this place. External values are declared under [needs] with their unit.",
        "表达式用了此处无人声明的名称。外部取值在 [needs] 中声明，并注明单位。",
    ),
    page(
        "E0305",
        "kinds fit",
        "类别须相符",
        "A condition is true or false, a limit is a number, a key column of words holds words.",
        "条件为真或假，限值为数，文字的键列存放文字。",
    ),
    page(
        "E0306",
        "functions are known",
        "函数须为已知",
        "The list of functions is closed; live functions (drift, instability, energised_within) exist only in actions.",
        "函数表是封闭的；实时函数（drift、instability、energised_within）只能用于动作。",
    ),
    page(
        "E0307",
        "expressions can be read",
        "表达式须可读",
        "The text is no expression: an operator without its operand, an open parenthesis, or more nesting than any formula needs.",
        "文本不成表达式：运算符缺操作数、括号未闭合，或嵌套之深超过任何公式所需。",
    ),
];
