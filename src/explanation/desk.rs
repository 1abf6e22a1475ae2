//! The quality manager's desk (`R022…` to `R025…`): deviations, orders, batches and imports.

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "R0221",
        "a deviation ends after it begins",
        "偏离的截止日不得早于起始日",
        "`until` is the last day on which the deviation holds, `from` the first.",
    ),
    page(
        "R0231",
        "an item stands once in an order",
        "同一器具在委托单中只能出现一次",
        "Two entries of one id would be two receipts of one thing. Give the second item its own id.",
    ),
    page(
        "R0241",
        "a batch is a table of comma separated values",
        "批量文件须为 CSV 表格",
        "One heading, then one line per item, in UTF-8; text with a comma stands between double quotes.",
    ),
    page(
        "R0242",
        "the columns of a batch are known, complete and single",
        "批量文件的列须完整、已知且不重复",
        "A misspelt heading would lose a field of every item, so none is passed over.",
    ),
    page(
        "R0243",
        "needed cells are filled",
        "必填单元格不得为空",
        "An empty cell is not a value, and none is taken from the line above.",
    ),
    page(
        "R0244",
        "a batch names each item once",
        "批量文件中每件器具只能出现一次",
        "Two lines have one id. Nothing of the batch was taken over.",
    ),
    page(
        "R0245",
        "every line makes an item file",
        "每一行须能构成器具文件",
        "What the line says is no item that the laboratory could calibrate; the finding names the field.",
    ),
    page(
        "R0251",
        "an import is of the kind it is said to be",
        "导入文件须与所声明的格式一致",
        "A ledger is CSV, a register of MSL is XML with the root `register`, a certificate is a DCC of version 3.",
    ),
    page(
        "R0252",
        "the columns of a ledger are mapped",
        "台账的列须有对应字段",
        "Say which column holds the field, as in `serial=出厂编号`.",
    ),
    page(
        "R0253",
        "a standard has what a register file needs",
        "标准器的必备条目须齐全",
        "Nothing is invented for what the import does not state; add it to the source and import again.",
    ),
    page(
        "R0254",
        "a standard is imported once",
        "同一标准器只能导入一次",
        "Two entries lead to one file of the register. Nothing was written.",
    ),
    page(
        "R0255",
        "what is imported makes a register file",
        "导入内容须能构成标准器文件",
        "The file that would be written has findings of its own, which are quoted.",
    ),
    page(
        "R0256",
        "what is left out is told",
        "未导入的内容须说明",
        "The source says more than the register holds. Compare it before the standard is put into service.",
    ),
];
