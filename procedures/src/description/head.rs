//! The tables that say what the file is and what it is put together from.

use super::Shape::{Both, Quantity, Text, Texts, Word, Words};
use super::desk::ACTIVITIES;
use super::{Table, may, need, table};

pub(super) static PROCEDURE: Table = table(
    "procedure",
    &[
        need("id", Text, "stable name, such as cn.jjg596.direct.basic-error", "标识"),
        need("version", Text, "MAJOR.MINOR.PATCH", "版本"),
        need("title", Both, "what it is called", "名称"),
        need("methods", Texts, "documents it follows, as cited on the certificate", "依据文件"),
        need("activity", Words(ACTIVITIES), "what a run may be for", "活动类别：检定、校准"),
        need("measurand", Text, "what is measured, a name of the taxonomy", "被测量（分类名）"),
        need(
            "resume",
            Word(&["repeat", "point", "cycle"]),
            "unit of work that survives an interruption",
            "中断后保留的工作单元",
        ),
        may("est_time", Quantity, "the author's estimate; the plan computes its own", "预计时间"),
    ],
);

pub(super) static USE: Table = table(
    "use",
    &[
        need("module", Text, "name of the module", "模块标识"),
        need("version", Text, "its version, MAJOR.MINOR.PATCH", "模块版本"),
        need("sha256", Text, "SHA-256 of its bytes, in hexadecimal", "模块字节的 SHA-256"),
    ],
);
