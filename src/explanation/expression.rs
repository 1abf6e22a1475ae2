//! Expressions (`X…`), wherever they are written.

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "X001",
        "an expression fits on a line",
        "表达式长度有限",
        "The text is longer than any formula needs. Split it into definitions with names of their own.",
        "文本比任何公式所需都长。请拆成若干个各有名称的定义。",
    ),
    page(
        "X002",
        "quotes are closed",
        "引号须成对",
        "A text inside an expression begins and ends with the same quotation mark.",
        "表达式中的文字，首尾用同一种引号。",
    ),
    page(
        "X003",
        "every sign has a meaning",
        "符号须有含义",
        "The sign is no operator, no name and no number. Full-width signs look alike and are others: (, ), + and digits are ASCII.",
        "该符号不是运算符、名称或数。全角符号看着相像，却是别的字符：(、)、+ 和数字须用 ASCII。",
    ),
    page(
        "X004",
        "a number carries a known unit",
        "数值单位须可识别",
        "A number with a unit is written `0.10 %`, `1200 imp/(kW*h)`; the unit after it is not known here.",
        "带单位的数写作 `0.10 %`、`1200 imp/(kW*h)`；此处其后的单位不认识。",
    ),
    page(
        "X010",
        "operators have their operands",
        "运算符须有操作数",
        "Something stands where something else must follow: the message says what was found and what was wanted.",
        "该有某一成分的地方出现了别的成分：消息写明实际为何、应为何。",
    ),
    page(
        "X011",
        "formulas are shallow",
        "嵌套深度有限",
        "More nesting than any formula needs. Split the expression into definitions.",
        "嵌套之深超过任何公式所需。请把表达式拆成若干定义。",
    ),
    page(
        "X012",
        "a function has its number of arguments",
        "函数参数个数须正确",
        "The message says how many were found and how many are wanted.",
        "消息写明实际有几个参数、应有几个。",
    ),
    page(
        "X020",
        "dimensions fit",
        "量纲须一致",
        "Both sides of a sum or comparison measure the same quantity. Two temperatures on a scale are subtracted, never added.",
        "相加或相比的两边须是同一种量。两个温标上的温度只能相减，不能相加。",
    ),
    page(
        "X021",
        "names exist",
        "名称须存在",
        "Nothing declares the name here; the nearest known one is suggested.",
        "此处无人声明这个名称；提示给出最接近的已知名称。",
    ),
    page(
        "X022",
        "functions are known",
        "函数须为已知",
        "The list of functions is closed: what it lacks cannot be computed by accident.",
        "函数表是封闭的：其中没有的，不会被误算出来。",
    ),
    page(
        "X030",
        "an equation can be computed",
        "方程须可计算",
        "The equation yields no number for the values at hand: a division by zero, a logarithm of nothing.",
        "对当前的值，方程得不出数：除以零，或对零取对数。",
    ),
    page(
        "X031",
        "an equation is made of numbers",
        "方程须为数值运算",
        "Texts, truths and lists belong into conditions and tables; a model is an equation of numbers.",
        "文字、真假和列表用于条件和表；模型是数的方程。",
    ),
    page(
        "X032",
        "an equation has a derivative",
        "方程须可求导",
        "Rounding, minimum and maximum of an input have no sensitivity coefficient (GUM 5.1.3). Round the result, not the model.",
        "对输入量取整、取最小或最大，没有灵敏系数（GUM 5.1.3）。请修约结果，不要修约模型。",
    ),
];
