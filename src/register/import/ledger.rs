//! A ledger of equipment (设备台账) as a table: the format that every laboratory has.

use std::collections::BTreeMap;

use etalon_uncertainty::text::Text;

use super::{Arrival, Identity, Import};

/// Fields of a standard that a column can hold, with names that ledgers use for them.
const FIELDS: [(&str, &[&str]); 10] = [
    ("id", &["id", "asset", "asset no.", "设备编号", "资产编号"]),
    ("name", &["name", "description", "设备名称", "名称"]),
    ("name_zh", &["name_zh", "中文名称"]),
    ("maker", &["maker", "manufacturer", "制造厂", "生产厂家", "制造单位"]),
    ("model", &["model", "type", "型号", "型号规格"]),
    ("serial", &["serial", "serial number", "s/n", "出厂编号"]),
    ("location", &["location", "存放地点", "使用地点"]),
    ("due", &["due", "next due", "有效期至", "下次检定日期"]),
    ("functions", &["functions"]),
    ("traceable", &["traceable"]),
];

/// Fields that must have a column.
const NEEDED: [&str; 5] = ["id", "name", "maker", "model", "serial"];

/// Reads a ledger. `mapping` says which column holds which field (`id=Asset,serial=S/N`); fields that
/// it leaves out are looked for under the names that ledgers use.
#[must_use]
pub fn read(csv: &str, mapping: Option<&str>, arrival: Arrival<'_>) -> Import {
    let mut import = Import::default();
    let table = csv.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.iter().map(str::to_owned).collect::<Vec<_>>(),
        Err(refused) => {
            import.error("R0251", refused.to_string());
            return import;
        }
    };
    let columns = columns(&headers, mapping, &mut import);
    if !import.findings.is_empty() {
        return import;
    }
    for (number, header) in headers.iter().enumerate() {
        if !columns.values().any(|column| *column == number) {
            import.warning("R0256", format!("column `{header}` is not taken over"));
        }
    }
    for (number, record) in (2..).zip(reader.records()) {
        let place = format!("line {number}");
        match record {
            Ok(record) => {
                let cell = |field: &str| {
                    let column = columns.get(field).and_then(|column| record.get(*column));
                    column.unwrap_or_default().to_owned()
                };
                import.take(&identity(cell), "", arrival, &place);
            }
            Err(refused) => import.error("R0251", format!("{place}: {refused}")),
        }
    }
    import
}

fn identity(cell: impl Fn(&str) -> String) -> Identity {
    let words = cell("functions");
    let functions = words.split(';').map(str::trim).filter(|word| !word.is_empty());
    let due = cell("due");
    Identity {
        id: cell("id"),
        name: Text::new(cell("name"), cell("name_zh")),
        maker: cell("maker"),
        model: cell("model"),
        serial: cell("serial"),
        location: cell("location"),
        functions: functions.map(str::to_owned).collect(),
        traceable: matches!(cell("traceable").to_lowercase().as_str(), "true" | "yes" | "是"),
        due: (!due.is_empty()).then_some(due),
    }
}

fn columns(
    headers: &[String],
    mapping: Option<&str>,
    import: &mut Import,
) -> BTreeMap<&'static str, usize> {
    let mut columns = BTreeMap::new();
    for pair in mapping.into_iter().flat_map(|text| text.split(',')) {
        let named = pair.split_once('=').map(|(field, column)| (field.trim(), column.trim()));
        let found = named.and_then(|(field, column)| {
            let (field, _) = FIELDS.iter().find(|(own, _)| *own == field)?;
            Some((*field, headers.iter().position(|header| header == column)?))
        });
        match found {
            Some((field, column)) => {
                columns.insert(field, column);
            }
            None => import.error("R0252", format!("`{pair}` maps no known field to a column")),
        }
    }
    for (field, names) in FIELDS {
        let known = |header: &String| names.contains(&header.to_lowercase().as_str());
        if let (false, Some(column)) = (columns.contains_key(field), headers.iter().position(known))
        {
            columns.insert(field, column);
        }
    }
    for field in NEEDED.iter().filter(|field| !columns.contains_key(*field)) {
        import
            .error("R0252", format!("no column holds `{field}`: map one, such as {field}=COLUMN"));
    }
    columns
}
