//! The walk through a MACDR document: quantities, ranges, accuracies.

use std::collections::BTreeMap;

use etalon_uncertainty::decimal::Decimal;
use serde_json::{Map, Value};

use super::{Import, Stated};
use crate::people::change::quoted;
use crate::specification::{SCHEMA, check};

/// The format's own name of its version.
const FORMAT: &str = "org.macdr.v1";

/// Quantities of MACDR: identifier, function of the taxonomy, quantity, unit.
const QUANTITIES: [(&str, &str, &str, &str); 9] = [
    ("voltage.dc", "Measure.Voltage.DC", "U", "V"),
    ("voltage.ac", "Measure.Voltage.AC.Sinewave", "U", "V"),
    ("current.dc", "Measure.Current.DC", "I", "A"),
    ("current.ac", "Measure.Current.AC.Sinewave", "I", "A"),
    ("resistance.2w", "Measure.Resistance.TwoWire", "R", "ohm"),
    ("resistance.4w", "Measure.Resistance.FourWire", "R", "ohm"),
    ("frequency", "Measure.Frequency", "f", "Hz"),
    ("capacitance", "Measure.Capacitance", "C", "F"),
    ("inductance", "Measure.Inductance", "L", "H"),
];

/// Keys of the head that are about the model and its picture, not about its accuracy.
const HEAD: [&str; 13] = [
    "format",
    "uid",
    "manufacturer",
    "manufacturer_full",
    "model_name",
    "product_identifier",
    "source",
    "source_url",
    "photo_url",
    "photo_url_author",
    "usdz_model_url",
    "usdz_model_url_author",
    "absolute",
];

/// One accuracy: the range and the frequencies it holds in, and its shares as decimals.
struct Accuracy {
    range: Decimal,
    frequencies: Option<(Decimal, Decimal)>,
    shares: [Decimal; 3],
}

/// Reads a MACDR document.
#[must_use]
pub fn read(text: &str, stated: Stated<'_>) -> Import {
    let mut import = Import::default();
    if let Some(finding) = crate::form::too_large(text) {
        import.findings.push(finding);
        return import;
    }
    let document: Map<String, Value> = match serde_json::from_str(text) {
        Ok(document) => document,
        Err(refused) => {
            import.error("S0201", format!("no JSON of one object: {refused}"));
            return import;
        }
    };
    if word(&document, "format") != FORMAT {
        let found = word(&document, "format");
        import.error("S0201", format!("`format` is `{found}`, wanted `{FORMAT}`"));
        return import;
    }
    let lines = match stated.lines() {
        Ok(lines) => lines,
        Err(reason) => {
            import.error("S0202", reason);
            return import;
        }
    };
    for key in document.keys().filter(|key| !HEAD.contains(&key.as_str())) {
        import.left_out(format!("`{key}` is not taken over"));
    }
    let absolute = document.get("absolute").and_then(Value::as_object);
    let Some(absolute) = absolute.filter(|absolute| !absolute.is_empty()) else {
        import.error("S0201", "`absolute` holds no quantity");
        return import;
    };
    for (name, content) in absolute {
        let id = name.strip_prefix("absolute.").unwrap_or(name);
        match QUANTITIES.iter().find(|known| known.0 == id) {
            Some(known) => quantity(&document, known, (name, content), &lines, &mut import),
            None => {
                import.left_out(format!("absolute.{name}: no function of the taxonomy is known"))
            }
        }
    }
    import
}

fn word<'d>(document: &'d Map<String, Value>, key: &str) -> &'d str {
    document.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// All ranges of a quantity, as one specification for each time since calibration.
fn quantity(
    document: &Map<String, Value>,
    known: &(&str, &str, &str, &str),
    (name, content): (&str, &Value),
    lines: &[String; 2],
    import: &mut Import,
) {
    let place = format!("absolute.{name}");
    let ranges = content.get("ranges").unwrap_or(content).as_array();
    let Some(ranges) = ranges else {
        return import.error("S0203", format!("{place}: wanted a list of ranges"));
    };
    let warm_up = conditions(content, &place, import);
    let mut by_hours: BTreeMap<u64, Vec<Accuracy>> = BTreeMap::new();
    for (number, range) in ranges.iter().enumerate() {
        accuracies(range, &format!("{place}[{number}]"), &mut by_hours, import);
    }
    for (hours, mut rows) in by_hours {
        rows.sort_by(|one, other| one.range.cmp(&other.range));
        let place = format!("{place}, {hours} h");
        if let Some(twice) = rows.windows(2).find_map(twice) {
            import.error("S0203", format!("{place}: two accuracies of the range {twice}"));
            continue;
        }
        let text = file(document, known, (hours, warm_up.as_deref()), &rows, lines);
        let checked = check(&text);
        match checked.value {
            Some(specification) => drop(import.files.insert(specification.id, text)),
            None => {
                let found = checked.diagnostics.into_iter().map(|own| own.message);
                let found = found.collect::<Vec<_>>().join("; ");
                import.error("S0204", format!("{place}: {found}"));
            }
        }
    }
}

/// The range that two neighbours hold for at the same frequencies.
fn twice(pair: &[Accuracy]) -> Option<String> {
    let [one, other] = pair else { return None };
    let same = one.range == other.range && one.frequencies == other.frequencies;
    same.then(|| one.range.to_string())
}

/// The warm-up; every other condition has no place in a specification.
fn conditions(content: &Value, place: &str, import: &mut Import) -> Option<String> {
    let conditions = content.get("conditions").and_then(Value::as_object)?;
    for (key, value) in conditions.iter().filter(|(key, _)| *key != "warmup_hours") {
        import.left_out(format!("{place}.conditions: `{key}` = {value} is not taken over"));
    }
    conditions.get("warmup_hours").and_then(decimal).map(|hours| format!("{hours} h"))
}

/// The accuracies of one range, by hours since calibration.
fn accuracies(
    range: &Value,
    place: &str,
    by_hours: &mut BTreeMap<u64, Vec<Accuracy>>,
    import: &mut Import,
) {
    let known = ["range", "frequency_from", "frequency_to", "accuracy", "specs"];
    for key in range.as_object().into_iter().flat_map(Map::keys) {
        if !known.contains(&key.as_str()) {
            import.left_out(format!("{place}: `{key}` is not taken over"));
        }
    }
    let list = range.get("accuracy").or_else(|| range.get("specs")).and_then(Value::as_array);
    let ends = ["frequency_from", "frequency_to"].map(|key| range.get(key).and_then(decimal));
    let frequencies = match ends {
        [Some(from), Some(to)] => Some((from, to)),
        [None, None] => None,
        _ => {
            return import
                .error("S0203", format!("{place}: one end of the frequencies is missing"));
        }
    };
    let (Some(end), Some(list)) = (range.get("range").and_then(decimal), list) else {
        return import
            .error("S0203", format!("{place}: wanted `range`, a number, and `specs`, a list"));
    };
    for (number, entry) in list.iter().enumerate() {
        let place = format!("{place}.specs[{number}]");
        let Some(hours) = entry.get("hours_from_calibration").and_then(whole) else {
            import.error("S0203", format!("{place}: wanted `hours_from_calibration`, whole hours"));
            continue;
        };
        let shares = ["reading", "range", "absolute"].map(|key| entry.get(key).and_then(decimal));
        let [Some(reading), Some(of_range), Some(floor)] = shares else {
            let wanted = "wanted `reading`, `range` and `absolute`, numbers from 0";
            import.error("S0203", format!("{place}: {wanted}"));
            continue;
        };
        unread(entry, &place, import);
        by_hours.entry(hours).or_default().push(Accuracy {
            range: end.clone(),
            frequencies: frequencies.clone(),
            shares: [reading, of_range, floor],
        });
    }
}

/// Says which keys of an accuracy are not taken over; zero seconds between measurements say nothing.
fn unread(entry: &Value, place: &str, import: &mut Import) {
    let known = ["hours_from_calibration", "reading", "range", "absolute"];
    for (key, value) in entry.as_object().into_iter().flatten() {
        let says_nothing = value.as_f64().is_some_and(|number| number.abs() <= 0.0);
        if !known.contains(&key.as_str()) && !says_nothing {
            import.left_out(format!("{place}: `{key}` = {value} is not taken over"));
        }
    }
}

/// A number from 0, as the document writes it.
fn decimal(value: &Value) -> Option<Decimal> {
    let Value::Number(number) = value else { return None };
    Decimal::parse(&number.to_string()).ok().filter(|number| !number.is_negative())
}

/// Whole hours, also where they are written `8760.0`.
fn whole(value: &Value) -> Option<u64> {
    let number = decimal(value)?.to_string();
    let (whole, rest) = number.split_once('.').unwrap_or((&number, ""));
    let is_whole = rest.chars().all(|digit| digit == '0');
    if is_whole { whole.parse().ok() } else { None }
}

/// The text of one specification.
fn file(
    document: &Map<String, Value>,
    (quantity, function, symbol, unit): &(&str, &str, &str, &str),
    (hours, warm_up): (u64, Option<&str>),
    rows: &[Accuracy],
    [level, combine]: &[String; 2],
) -> String {
    let usable =
        |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    let uid: String = word(document, "uid").chars().map(usable).collect();
    let source = ["manufacturer", "model_name", "source", "source_url"]
        .map(|key| word(document, key))
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let has_frequencies = rows.iter().any(|row| row.frequencies.is_some());
    let (between, hertz) =
        if has_frequencies { (", \"f_lo\", \"f_hi\"", ", \"Hz\", \"Hz\"") } else { ("", "") };
    let warm_up = warm_up.map_or_else(String::new, |time| format!(", warm_up = {}", quoted(time)));
    let (low, high) = (format!("{symbol}_lo"), format!("{symbol}_hi"));
    let head = [
        "# From a MACDR file. It names the end of each range and no other border: a range holds from 0".to_owned(),
        "# to its end, and of several that hold the smallest counts.".to_owned(),
        format!("schema = \"{SCHEMA}\"\n\n[spec]"),
        format!("id         = {}", quoted(&format!("{uid}.{quantity}.{hours}h"))),
        format!("source     = {}", quoted(&format!("MACDR v1: {source}"))),
        "kind       = \"uncertainty\"".to_owned(),
        level.clone(),
        combine.clone(),
        format!("value      = \"{symbol}\""),
        format!("conditions = {{ since_cal = \"{hours} h\"{warm_up} }}"),
        format!("columns    = [\"fn\", \"range\", \"{low}\", \"{high}\"{between}, \"of_value\", \"of_range\", \"floor\"]"),
        format!("units      = [\"-\", \"-\", \"{unit}\", \"{unit}\"{hertz}, \"1\", \"1\", \"{unit}\"]"),
        "rows = [".to_owned(),
    ];
    let rows = rows.iter().map(|row| self::row(row, function, unit, has_frequencies));
    let end = ["]\non_gap     = \"error\"\non_overlap = \"first\"\n".to_owned()];
    head.into_iter().chain(rows).chain(end).collect::<Vec<_>>().join("\n")
}

fn row(row: &Accuracy, function: &str, unit: &str, has_frequencies: bool) -> String {
    let end = row.range.to_string();
    let mut cells = vec![function.to_owned(), format!("{end} {unit}"), "0".to_owned(), end];
    match &row.frequencies {
        Some((from, to)) => cells.extend([from.to_string(), to.to_string()]),
        None if has_frequencies => cells.extend([String::new(), String::new()]),
        None => {}
    }
    cells.extend(row.shares.iter().map(ToString::to_string));
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("  [{}],", cells.join(", "))
}
