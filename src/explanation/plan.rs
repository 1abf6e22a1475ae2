//! The plan (`P…`): a procedure against one item and one bench.

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "P0201",
        "settings have a value of their kind",
        "设定值类型须正确",
        "For this item the expression yields no number, or one in another unit than the role is set in.",
    ),
    page(
        "P0202",
        "names have a value at the point",
        "名称在该点须有值",
        "The name is declared, and nobody supplies it here: the certificate, the bench or the item lacks it.",
    ),
    page(
        "P0203",
        "counts are whole numbers from 1",
        "计数须为正整数",
        "Pulses and repeats are counted; for this item the expression yields a fraction or zero.",
    ),
];
