//! The plan (`P…`): a procedure against one item and one bench.

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "P0201",
        "settings have a value of their kind",
        "设定值类型须正确",
        "For this item the expression yields no number, or one in another unit than the role is set in.",
        "对这件器具，表达式得不出数，或得出的数的单位与该角色的设定不同。",
    ),
    page(
        "P0202",
        "names have a value at the point",
        "名称在该点须有值",
        "The name is declared, and nobody supplies it here: the certificate, the bench or the item lacks it.",
        "名称已声明，而此处无人给出其值：证书、装置或器具中没有。",
    ),
    page(
        "P0203",
        "counts are whole numbers from 1",
        "计数须为正整数",
        "Pulses and repeats are counted; for this item the expression yields a fraction or zero.",
        "脉冲和重复都是数出来的；对这件器具，表达式得出分数或零。",
    ),
    page(
        "P0204",
        "a quantity is approached from one side",
        "逼近方向须明确",
        "The direction of an approach is 'up' or 'down'; for this point the expression yields something else.",
        "逼近方向为 'up' 或 'down'；对这个测量点，表达式得出别的结果。",
    ),
    page(
        "P0205",
        "a rate is a change of its quantity per time",
        "变化速率的量纲须一致",
        "A ramp or a vent is limited by so much of the quantity it moves per second; the expression yields another unit, or nothing above zero.",
        "升降或排放的速率以每秒变化多少来限定；表达式得出别的单位，或不大于零。",
    ),
    page(
        "P0206",
        "a hold is at a point that exists",
        "保压点须存在",
        "The procedure holds at a point by its name, at the first or at the last; for this item no such point is expanded.",
        "方法在某个测量点（按名称、首点或末点）保持；对这件器具没有展开这样的点。",
    ),
];
