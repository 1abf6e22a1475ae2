//! What a condition looks at while it is waited for: live quantities, and how they ran of late.
//!
//! `drift(role.q, 'w')` is the largest minus the smallest indication during the last w,
//! `instability` the same over their mean. Both look at a series, which an expression cannot hold: they
//! are computed first and stand in the expression as names of their own.

use std::collections::BTreeMap;

use etalon_uncertainty::expression::Expression;
use etalon_uncertainty::quantity::Quantity;

use super::Condition;
use super::judgement::Unjudged;

/// What a condition looks at while it is waited for.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The condition with every look at a series replaced by a name.
    pub text: String,
    /// The looks, by that name.
    pub looks: BTreeMap<String, Look>,
    /// Every live quantity in it, as `role.quantity`.
    pub live: Vec<String>,
}

/// One look at a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Whether the spread is taken relative to the mean.
    pub is_relative: bool,
    /// `role.quantity`.
    pub path: String,
    /// How far back, in seconds.
    pub window_s: f64,
}

impl Watched {
    /// Takes a condition apart. Names without a fixed value are live.
    ///
    /// # Errors
    /// When the condition or a window in it cannot be read.
    pub fn new(condition: &Condition) -> Result<Self, Unjudged> {
        let expression = Expression::parse(&condition.text).map_err(Unjudged::found(condition))?;
        let mut symbols = expression.symbols();
        symbols.sort_by_key(|symbol| std::cmp::Reverse(symbol.span.start));
        let is_fixed = |path: &str| condition.names.values().any(|names| names.contains_key(path));
        let mut watched =
            Self { text: condition.text.clone(), looks: BTreeMap::new(), live: Vec::new() };
        for symbol in symbols.into_iter().filter(|symbol| !is_fixed(&symbol.path)) {
            if let Some((span, look)) = look_around(&watched.text, &symbol.span, &symbol.path)? {
                let name = format!("look_{}", watched.looks.len());
                watched.text.replace_range(span, &name);
                watched.looks.insert(name, look);
            }
            if !watched.live.contains(&symbol.path) {
                watched.live.push(symbol.path);
            }
        }
        Ok(watched)
    }
}

/// The call `drift(path, 'window')` or `instability(path, 'window')` around a symbol.
fn look_around(
    text: &str,
    symbol: &std::ops::Range<usize>,
    path: &str,
) -> Result<Option<(std::ops::Range<usize>, Look)>, Unjudged> {
    let before = text.get(..symbol.start).unwrap_or_default().trim_end();
    let Some(head) = before.strip_suffix('(').map(str::trim_end) else { return Ok(None) };
    let function = ["drift", "instability"].into_iter().find(|name| head.ends_with(name));
    let Some(function) = function else { return Ok(None) };
    let unreadable = || Unjudged::Missing { what: format!("time in {function}({path}, …)") };
    let after = text.get(symbol.end..).unwrap_or_default();
    let close = after.find(')').ok_or_else(unreadable)?;
    let argument = after.get(..close).unwrap_or_default().trim().trim_start_matches(',').trim();
    let quoted = argument.trim_matches(|quote| quote == '\'' || quote == '"');
    let window_s = Quantity::parse(quoted).map_err(|_| unreadable())?.si();
    let span = head.len() - function.len()..symbol.end + close + 1;
    let is_relative = function == "instability";
    Ok(Some((span, Look { is_relative, path: path.to_owned(), window_s })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_at_a_series_becomes_a_name_of_its_own() {
        let text = "instability(ref.P, '10 s') < 0.05 % and ref.U > 1 V".to_owned();
        let condition = Condition { text, names: BTreeMap::new() };
        let watched = Watched::new(&condition).unwrap();
        assert_eq!(watched.text, "look_0 < 0.05 % and ref.U > 1 V");
        let look = Look { is_relative: true, path: "ref.P".to_owned(), window_s: 10.0 };
        assert_eq!(watched.looks.get("look_0"), Some(&look));
        assert_eq!(watched.live, ["ref.U", "ref.P"]);
    }
}
