//! The budget as comma-separated values (RFC 4180).

use super::Answer;

const HEAD: &str = "output,input,label,value,unit,u,dof,distribution,c,u_y,share\r\n";

pub(super) fn csv(answer: &Answer) -> String {
    let mut text = HEAD.to_owned();
    let infinite = |number: Option<f64>| number.map_or_else(|| "inf".to_owned(), |n| n.to_string());
    for output in &answer.outputs {
        for row in &output.budget {
            let cells = [
                quoted(&output.name),
                quoted(&row.input),
                quoted(&row.label),
                row.value.to_string(),
                quoted(&row.unit),
                row.u.to_string(),
                infinite(row.dof),
                quoted(&row.distribution),
                row.c.to_string(),
                row.u_y.to_string(),
                row.share.to_string(),
            ];
            text.push_str(&cells.join(","));
            text.push_str("\r\n");
        }
        let (value, u) = (output.value.to_string(), output.u.to_string());
        let (name, unit, dof) =
            (quoted(&output.name), quoted(&output.unit), infinite(output.dof_eff));
        text.push_str(&format!("{name},,,{value},{unit},{u},{dof},,,{u},1\r\n"));
    }
    for (name, value) in &answer.quantities {
        text.push_str(&format!("{},,,{value},,,,,,,\r\n", quoted(name)));
    }
    text
}

/// A cell that cannot be taken for several, nor for a formula of a spreadsheet.
fn quoted(text: &str) -> String {
    let is_formula = text.starts_with(['=', '@', '+', '-']);
    if is_formula {
        return format!("\"'{}\"", text.replace('"', "\"\""));
    }
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
