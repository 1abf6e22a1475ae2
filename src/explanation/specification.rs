//! Specifications (`S…`).

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "S0101",
        "every column means something",
        "每列须有含义",
        "fn, range, of_value, of_range, floor, and X_lo with X_hi for any quantity X; the quantity named by `value` has its span.",
        "fn、range、of_value、of_range、floor，以及任意量 X 的 X_lo 和 X_hi；`value` 所指的量须有其区间。",
    ),
    page(
        "S0102",
        "rows are as long as their head",
        "行列须对应",
        "Every row has one cell for every column, every column one unit; there is at least one row.",
        "每行在每列各有一格，每列有一个单位；至少有一行。",
    ),
    page(
        "S0103",
        "cells are numbers",
        "单元格须为数值",
        "A decimal in the unit of its column; an empty cell leaves the end of a span open. A range is number and unit.",
        "以该列单位表示的十进制数；空单元格表示区间一端不限。range 由数和单位组成。",
    ),
    page(
        "S0104",
        "spans begin before they end",
        "区间下限须小于上限",
        "The lower end of a span lies at or above its upper end.",
        "区间的下限不低于上限。",
    ),
    page(
        "S0105",
        "one point has one row",
        "同一点只对应一行",
        "Two rows hold for the same points. Part them, or write on_overlap = \"first\" where the maker's table is read from the top.",
        "同一点有两行适用。请把它们分开；若厂家的表是从上往下读的，写 on_overlap = \"first\"。",
    ),
    page(
        "S0106",
        "units fit",
        "单位须相符",
        "Shares are ratios (uV/V, %), the floor is in the unit of the value.",
        "比例部分为比值（uV/V、%），固定部分用被测值的单位。",
    ),
    page(
        "S0107",
        "the level is said and possible",
        "置信水平须写明",
        "k, or p with dist = \"normal\", or dist = \"rectangular\": without it a limit is no uncertainty.",
        "写 k，或写 p 并注明 dist = \"normal\"，或写 dist = \"rectangular\"：没有它，限值成不了不确定度。",
    ),
    page(
        "S0108",
        "functions are named by the taxonomy",
        "功能须按分类命名",
        "`Source.Voltage.DC`; what the NCSLI taxonomy lacks has a namespace of its own, `x-etalon:…`.",
        "如 `Source.Voltage.DC`；NCSLI 分类中没有的，用自己的名称空间 `x-etalon:…`。",
    ),
    page(
        "S0109",
        "conditions can be held against a plan",
        "条件须可与计划核对",
        "`since_cal` and `warm_up` are times; every other condition is a quantity of the environment with its half-width, `23 degC +- 5 K`.",
        "`since_cal` 和 `warm_up` 为时间；其他条件都是环境量及其半宽，如 `23 degC +- 5 K`。",
    ),
    page(
        "S0110",
        "one name, one specification",
        "规格名称不得重复",
        "Two files of `specifications/` state the same `id`; standards name their specification by it.",
        "`specifications/` 中有两个文件写了同一个 `id`；标准器按它引用技术指标。",
    ),
    page(
        "S0201",
        "an import is what its name says",
        "导入文件须符合其格式",
        "A MACDR file is JSON of one object whose `format` is `org.macdr.v1`, with quantities under `absolute`.",
        "MACDR 文件是一个 JSON 对象，其 `format` 为 `org.macdr.v1`，各量在 `absolute` 之下。",
    ),
    page(
        "S0202",
        "level and combination are stated",
        "置信水平与合成方式须写明",
        "MACDR gives numbers and neither the level at which they hold nor how shares and floor are combined. Look at the data sheet and say --level k=2 (or p=0.99, or rectangular) and --combine sum (or rss, or max).",
        "MACDR 只给出数，既不说明在何种置信水平下成立，也不说明比例部分与固定部分如何合成。请查数据表，写 --level k=2（或 p=0.99、rectangular）和 --combine sum（或 rss、max）。",
    ),
    page(
        "S0203",
        "an accuracy has its range, its hours and its shares",
        "每一准确度须有量程、时间与系数",
        "Each range has an end, each accuracy whole hours since calibration and reading, range and absolute as numbers from 0; one range has one accuracy for a time.",
        "每个量程有一个上限，每个准确度有校准后的整小时数，以及 reading、range、absolute 三个不小于 0 的数；同一量程在同一时间内只有一个准确度。",
    ),
    page(
        "S0204",
        "an import becomes a sound file",
        "导入结果须为有效文件",
        "The specification that would be written has findings of its own, which are quoted.",
        "将要写入的技术指标文件本身就有问题，已在其中引述。",
    ),
    page(
        "S0205",
        "what is left out is told",
        "未导入的内容须说明",
        "The source says more than a specification holds. Read it before the file is used: a condition that is left out does not bind.",
        "来源所写的多于技术指标文件所能容纳的。使用前请阅读：略去的条件不起约束作用。",
    ),
];
