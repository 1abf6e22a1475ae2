//! Expressions (`X…`), wherever they are written.

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "X001",
        "an expression fits on a line",
        "表达式长度有限",
        "The text is longer than any formula needs. Split it into definitions with names of their own.",
    ),
    page(
        "X002",
        "quotes are closed",
        "引号须成对",
        "A text inside an expression begins and ends with the same quotation mark.",
    ),
    page(
        "X003",
        "every sign has a meaning",
        "符号须有含义",
        "The sign is no operator, no name and no number. Full-width signs look alike and are others: (, ), + and digits are ASCII.",
    ),
    page(
        "X004",
        "a number carries a known unit",
        "数值单位须可识别",
        "A number with a unit is written `0.10 %`, `1200 imp/(kW*h)`; the unit after it is not known here.",
    ),
    page(
        "X010",
        "operators have their operands",
        "运算符须有操作数",
        "Something stands where something else must follow: the message says what was found and what was wanted.",
    ),
    page(
        "X011",
        "formulas are shallow",
        "嵌套深度有限",
        "More nesting than any formula needs. Split the expression into definitions.",
    ),
    page(
        "X012",
        "a function has its number of arguments",
        "函数参数个数须正确",
        "The message says how many were found and how many are wanted.",
    ),
    page(
        "X020",
        "dimensions fit",
        "量纲须一致",
        "Both sides of a sum or comparison measure the same quantity. Two temperatures on a scale are subtracted, never added.",
    ),
    page(
        "X021",
        "names exist",
        "名称须存在",
        "Nothing declares the name here; the nearest known one is suggested.",
    ),
    page(
        "X022",
        "functions are known",
        "函数须为已知",
        "The list of functions is closed: what it lacks cannot be computed by accident.",
    ),
    page(
        "X030",
        "an equation can be computed",
        "方程须可计算",
        "The equation yields no number for the values at hand: a division by zero, a logarithm of nothing.",
    ),
    page(
        "X031",
        "an equation is made of numbers",
        "方程须为数值运算",
        "Texts, truths and lists belong into conditions and tables; a model is an equation of numbers.",
    ),
    page(
        "X032",
        "an equation has a derivative",
        "方程须可求导",
        "Rounding, minimum and maximum of an input have no sensitivity coefficient (GUM 5.1.3). Round the result, not the model.",
    ),
];
