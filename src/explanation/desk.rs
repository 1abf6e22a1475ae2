//! The quality manager's desk (`R022…` to `R025…`): deviations, orders, batches and imports.

use super::{Page, page};

/// The pages.
pub(super) const PAGES: &[Page] = &[
    page(
        "R0221",
        "a deviation ends after it begins",
        "偏离的截止日不得早于起始日",
        "`until` is the last day on which the deviation holds, `from` the first.",
        "`until` 是偏离有效的最后一天，`from` 是第一天。",
    ),
    page(
        "R0231",
        "an item stands once in an order",
        "同一器具在委托单中只能出现一次",
        "Two entries of one id would be two receipts of one thing. Give the second item its own id.",
        "同一 id 的两个条目等于一件东西两张收据。请给第二件另编 id。",
    ),
    page(
        "R0241",
        "a batch is a table of comma separated values",
        "批量文件须为 CSV 表格",
        "One heading, then one line per item, in UTF-8; text with a comma stands between double quotes.",
        "一行表头，其后每件器具一行，UTF-8 编码；含逗号的文字放在双引号之间。",
    ),
    page(
        "R0242",
        "the columns of a batch are known, complete and single",
        "批量文件的列须完整、已知且不重复",
        "A misspelt heading would lose a field of every item, so none is passed over.",
        "拼错的表头会使每件器具都丢失一个字段，因此一列也不放过。",
    ),
    page(
        "R0243",
        "needed cells are filled",
        "必填单元格不得为空",
        "An empty cell is not a value, and none is taken from the line above.",
        "空单元格不是值，也绝不取上一行的值。",
    ),
    page(
        "R0244",
        "a batch names each item once",
        "批量文件中每件器具只能出现一次",
        "Two lines have one id. Nothing of the batch was taken over.",
        "两行 id 相同。整批均未接收。",
    ),
    page(
        "R0245",
        "every line makes an item file",
        "每一行须能构成器具文件",
        "What the line says is no item that the laboratory could calibrate; the finding names the field.",
        "该行所写的不成实验室可以校准的器具；问题中指出是哪个字段。",
    ),
    page(
        "R0251",
        "an import is of the kind it is said to be",
        "导入文件须与所声明的格式一致",
        "A ledger is CSV, a register of MSL is XML with the root `register`, a certificate is a DCC of version 3.",
        "台账为 CSV，MSL 登记册为根元素是 `register` 的 XML，证书为第 3 版 DCC。",
    ),
    page(
        "R0252",
        "the columns of a ledger are mapped",
        "台账的列须有对应字段",
        "Say which column holds the field, as in `serial=出厂编号`.",
        "请写明哪一列存放该字段，如 `serial=出厂编号`。",
    ),
    page(
        "R0253",
        "a standard has what a register file needs",
        "标准器的必备条目须齐全",
        "Nothing is invented for what the import does not state; add it to the source and import again.",
        "导入来源没有写的，绝不编造；请在来源中补上后重新导入。",
    ),
    page(
        "R0254",
        "a standard is imported once",
        "同一标准器只能导入一次",
        "Two entries lead to one file of the register. Nothing was written.",
        "两个条目会写入台账的同一个文件。什么也没有写入。",
    ),
    page(
        "R0255",
        "what is imported makes a register file",
        "导入内容须能构成标准器文件",
        "The file that would be written has findings of its own, which are quoted.",
        "将要写入的文件本身就有问题，已在其中引述。",
    ),
    page(
        "R0256",
        "what is left out is told",
        "未导入的内容须说明",
        "The source says more than the register holds. Compare it before the standard is put into service.",
        "来源所写的多于台账所能容纳的。标准器投入使用前请核对。",
    ),
];
