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
];
