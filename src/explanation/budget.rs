//! Budget files (`B…`).

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "B001",
        "the file is TOML",
        "文件须为 TOML",
        "The text breaks the grammar of TOML 1.0 at the place shown; nothing after it can be relied on.",
    ),
    page(
        "B002",
        "the file says what it is",
        "文件须声明格式",
        "A budget file may state schema = \"etalon.budget/1\"; another format or version is not read.",
    ),
    page(
        "B003",
        "kinds are known",
        "算例类型须为已知",
        "`kind` asks for one of the evaluations this program makes. What is not evaluated is refused, not approximated.",
    ),
    page(
        "B010",
        "either every model states its unit or none",
        "模型单位须全有或全无",
        "With units every dimension is checked. A file in which only some models state one would be checked in part and look checked whole.",
    ),
    page(
        "B011",
        "there is something to evaluate",
        "须有可评定内容",
        "Without a [[model]] and without a `kind` there is no result.",
    ),
    page(
        "B012",
        "a name means one thing",
        "名称须唯一",
        "Two models or inputs of one name, or one called like a constant of the language, could never be meant reliably.",
    ),
    page(
        "B013",
        "an equation has the unit of its model",
        "方程量纲须与模型单位一致",
        "The dimension that the equation yields differs from that of the model's unit: a factor is missing, or the unit is another quantity's.",
    ),
    page(
        "B014",
        "inputs are used",
        "输入量须被使用",
        "An input enters no model. Its uncertainty is not in the result: delete it, or use it where it was meant.",
    ),
    page(
        "B015",
        "a case of a kind has no models",
        "专用类型不含模型",
        "The evaluation named by `kind` brings its own equation; a [[model]] beside it would be ignored, and nothing is ignored.",
    ),
    page(
        "B016",
        "both parts of a complex quantity have one dimension",
        "复数量的实部与虚部量纲须一致",
        "`Z.re` and `Z.im` are the parts of `Z`; a voltage beside a current is no complex number.",
    ),
    page(
        "B020",
        "values are of the kind their key asks for",
        "取值类型须正确",
        "A text where a number is wanted, a number where a list is wanted: what was found and what was wanted stand in the message.",
    ),
    page(
        "B021",
        "what is needed is written",
        "必填项不得缺失",
        "A key that has no usual value must be written; nothing metrological is inferred.",
    ),
    page(
        "B022",
        "words come from a closed list",
        "须为规定用词",
        "The list is in the message; a word outside it would be a silent default.",
    ),
    page(
        "B023",
        "units are known",
        "单位须可识别",
        "The symbol is no unit of the SI, none accepted with it and none of this trade.",
    ),
    page(
        "B024",
        "numbers can be read",
        "数值须可解析",
        "A decimal number, with a blank and a unit where the file counts in units. Full-width digits and decimal commas are refused, not guessed.",
    ),
    page(
        "B025",
        "a plain number has no unit",
        "纯数不带单位",
        "A count, a probability or a coverage factor is a number without a unit.",
    ),
    page(
        "B026",
        "keys are known",
        "键须为已知",
        "A misspelt key would be ignored by a tolerant reader, and with it an uncertainty. Every key that nobody asked for is named.",
    ),
    page(
        "B031",
        "an input has one distribution or components",
        "输入量取单一分布或分量",
        "`dist` gives one contribution, [[input.component]] several. Both at once would leave open whether they add.",
    ),
    page(
        "B032",
        "a distribution has its parameters",
        "分布参数须齐全",
        "Each distribution asks for its own numbers (a half-width, a standard uncertainty, ends, degrees of freedom); the message names the one that is missing or contradicts.",
    ),
    page(
        "B033",
        "distributions are known",
        "分布须为已知",
        "normal, t, rectangular, triangular, trapezoidal, arcsine and the others that JCGM 101 names; the message suggests the nearest.",
    ),
    page(
        "B034",
        "parameters belong to their distribution",
        "参数须属于该分布",
        "A parameter that this distribution does not have would be ignored. Delete it, or choose the distribution that has it.",
    ),
    page(
        "B035",
        "scales have the unit of their input",
        "标尺与输入量同量纲",
        "A half-width or standard uncertainty measures the same quantity as its input, or is relative where that is said.",
    ),
    page(
        "B036",
        "units are used throughout",
        "单位须统一使用",
        "A value carries a unit although no model states one. Give every [[model]] its `unit`, then all dimensions are checked.",
    ),
    page(
        "B037",
        "an uncertainty is not negative",
        "不确定度不得为负",
        "A standard uncertainty, half-width or expanded uncertainty is zero or above (GUM 2.3.1).",
    ),
    page(
        "B038",
        "the numbers of a histogram or a sample are a distribution",
        "直方图或样本数据须构成分布",
        "Edges rise, counts are zero or more and one fewer than edges; a sample has at least a hundred values. JCGM 101, 6.5.",
    ),
    page(
        "B039",
        "a histogram or a sample is an input by itself",
        "直方图或样本须单独作为输入量",
        "It brings its own mean. Add it to the model as another input instead of making it a component.",
    ),
    page(
        "B040",
        "correlations are possible",
        "相关系数须可能",
        "Coefficients lie within -1 and 1 and together form a matrix that is positive semidefinite; otherwise no joint distribution has them.",
    ),
    page(
        "B041",
        "the joint distribution is known",
        "联合分布须为已知",
        "kind = \"gaussian\", or kind = \"t\" with dof above zero.",
    ),
    page(
        "B042",
        "the rule for correlated degrees of freedom is a known one",
        "相关输入量自由度的处理规则须为已知规则",
        "`refuse`, `plain` or `ensemble`: Welch-Satterthwaite is made for independent inputs, so the file says what to do.",
    ),
    page(
        "B050",
        "an expectation names an output",
        "期望须对应输出量",
        "[[expect]] compares an output of the file with a number that somebody else computed.",
    ),
    page(
        "B051",
        "an expectation names a known quantity",
        "期望的量须为已知",
        "value, u, U, k, dof and the others of the list in the message.",
    ),
];
