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
    page(
        "P0204",
        "a quantity is approached from one side",
        "逼近方向须明确",
        "The direction of an approach is 'up' or 'down'; for this point the expression yields something else.",
    ),
    page(
        "P0205",
        "a rate is a change of its quantity per time",
        "变化速率的量纲须一致",
        "A ramp or a vent is limited by so much of the quantity it moves per second; the expression yields another unit, or nothing above zero.",
    ),
    page(
        "P0206",
        "a hold is at a point that exists",
        "保压点须存在",
        "The procedure holds at a point by its name, at the first or at the last; for this item no such point is expanded.",
    ),
];
