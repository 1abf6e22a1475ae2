//! Specifications (`S…`).

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "S0101",
        "every column means something",
        "每列须有含义",
        "fn, range, of_value, of_range, floor, and X_lo with X_hi for any quantity X; the quantity named by `value` has its span.",
    ),
    page(
        "S0102",
        "rows are as long as their head",
        "行列须对应",
        "Every row has one cell for every column, every column one unit; there is at least one row.",
    ),
    page(
        "S0103",
        "cells are numbers",
        "单元格须为数值",
        "A decimal in the unit of its column; an empty cell leaves the end of a span open. A range is number and unit.",
    ),
    page(
        "S0104",
        "spans begin before they end",
        "区间下限须小于上限",
        "The lower end of a span lies at or above its upper end.",
    ),
    page(
        "S0105",
        "one point has one row",
        "同一点只对应一行",
        "Two rows hold for the same points. Part them, or write on_overlap = \"first\" where the maker's table is read from the top.",
    ),
    page(
        "S0106",
        "units fit",
        "单位须相符",
        "Shares are ratios (uV/V, %), the floor is in the unit of the value.",
    ),
    page(
        "S0107",
        "the level is said and possible",
        "置信水平须写明",
        "k, or p with dist = \"normal\", or dist = \"rectangular\": without it a limit is no uncertainty.",
    ),
    page(
        "S0108",
        "functions are named by the taxonomy",
        "功能须按分类命名",
        "`Source.Voltage.DC`; what the NCSLI taxonomy lacks has a namespace of its own, `x-etalon:…`.",
    ),
    page(
        "S0109",
        "conditions can be held against a plan",
        "条件须可与计划核对",
        "`since_cal` and `warm_up` are times; every other condition is a quantity of the environment with its half-width, `23 degC +- 5 K`.",
    ),
    page(
        "S0110",
        "one name, one specification",
        "规格名称不得重复",
        "Two files of `specifications/` state the same `id`; standards name their specification by it.",
    ),
    page(
        "S0201",
        "an import is what its name says",
        "导入文件须符合其格式",
        "A MACDR file is JSON of one object whose `format` is `org.macdr.v1`, with quantities under `absolute`.",
    ),
    page(
        "S0202",
        "level and combination are stated",
        "置信水平与合成方式须写明",
        "MACDR gives numbers and neither the level at which they hold nor how shares and floor are combined. Look at the data sheet and say --level k=2 (or p=0.99, or rectangular) and --combine sum (or rss, or max).",
    ),
    page(
        "S0203",
        "an accuracy has its range, its hours and its shares",
        "每一准确度须有量程、时间与系数",
        "Each range has an end, each accuracy whole hours since calibration and reading, range and absolute as numbers from 0; one range has one accuracy for a time.",
    ),
    page(
        "S0204",
        "an import becomes a sound file",
        "导入结果须为有效文件",
        "The specification that would be written has findings of its own, which are quoted.",
    ),
    page(
        "S0205",
        "what is left out is told",
        "未导入的内容须说明",
        "The source says more than a specification holds. Read it before the file is used: a condition that is left out does not bind.",
    ),
];
