//! A formula of the procedure as text over the symbols of one evaluation.
//!
//! A name that is one number is replaced by its symbol or literal. A name that is
//! a list makes the argument of the nearest aggregate (`max`, `mean`, …) be
//! written once for every element: `max(abs(E))` becomes
//! `max(abs(E_at_1), abs(E_at_2))`.

use std::ops::Range;

use etalon_uncertainty::expression::{Expression, MOST_ARGUMENTS, Symbol};
use etalon_uncertainty::text::Text;

/// Functions that take a list.
const AGGREGATES: [&str; 8] = ["min", "max", "mean", "sum", "stdev", "count", "any", "all"];

/// Most elements that are written out.
/// Definition: most arguments of a function in the expression language.
const MOST_ELEMENTS: usize = MOST_ARGUMENTS;

/// What a name becomes.
pub(super) enum Bound {
    /// One number: a symbol of the evaluation or a literal.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// Rewrites `text`; `bind` says what a name at a place becomes.
pub(super) fn rewritten(
    text: &str,
    bind: &mut dyn FnMut(&Symbol, &str) -> Result<Bound, Text>,
) -> Result<String, Text> {
    let expression = Expression::parse(text).map_err(|finding| Text::english(finding.message))?;
    let mut edits: Vec<(Range<usize>, Bound)> = Vec::new();
    let symbols = expression.symbols();
    let is_call = |symbol: &&Symbol| symbol.path.contains('(');
    for symbol in &symbols {
        let inside = symbols.iter().filter(is_call).any(|call| {
            call.span != symbol.span
                && call.span.start <= symbol.span.start
                && symbol.span.end <= call.span.end
        });
        if !inside {
            edits.push((symbol.span.clone(), bind(symbol, text)?));
        }
    }
    let whole = piece(text, 0..text.len(), &edits, None)?;
    Expression::parse(&whole).map_err(|finding| Text::english(finding.message))?;
    Ok(whole)
}

/// The text of `range` with its edits; inside the argument that is written for
/// the element `element`, a list is that element.
fn piece(
    text: &str,
    range: Range<usize>,
    edits: &[(Range<usize>, Bound)],
    element: Option<(&Range<usize>, usize)>,
) -> Result<String, Text> {
    let mut written = String::new();
    let mut place = range.start;
    while place < range.end {
        let next = edits
            .iter()
            .filter(|(span, _)| span.start >= place && span.end <= range.end)
            .min_by_key(|(span, _)| span.start);
        let Some((span, bound)) = next else { break };
        match (bound, element) {
            (Bound::One(one), _) => {
                written.push_str(text.get(place..span.start).unwrap_or_default());
                written.push_str(one);
                place = span.end;
            }
            (Bound::Many(many), _) if indexed(text, span).is_some() => {
                let (index, end) = indexed(text, span).unwrap_or((1, span.end));
                let chosen = index.checked_sub(1).and_then(|index| many.get(index));
                let chosen = chosen.ok_or_else(|| no_element(text, span, many.len()))?;
                written.push_str(text.get(place..span.start).unwrap_or_default());
                written.push_str(chosen);
                place = end;
            }
            (Bound::Many(many), Some((argument, index))) if own(text, span, argument) => {
                let chosen = many.get(index).ok_or_else(|| no_element(text, span, many.len()))?;
                written.push_str(text.get(place..span.start).unwrap_or_default());
                written.push_str(chosen);
                place = span.end;
            }
            (Bound::Many(many), _) => {
                let argument = argument(text, span).ok_or_else(|| no_aggregate(text, span))?;
                if many.len() > MOST_ELEMENTS || many.is_empty() {
                    return Err(too_many(many.len()));
                }
                written.push_str(text.get(place..argument.start).unwrap_or_default());
                let each = (0..many.len())
                    .map(|index| piece(text, argument.clone(), edits, Some((&argument, index))));
                written.push_str(&each.collect::<Result<Vec<_>, _>>()?.join(","));
                place = argument.end;
            }
        }
    }
    written.push_str(text.get(place..range.end).unwrap_or_default());
    Ok(written)
}

/// Whether this is the argument that the list at `span` is written out in.
fn own(text: &str, span: &Range<usize>, argument: &Range<usize>) -> bool {
    self::argument(text, span).as_ref() == Some(argument)
}

/// `[3]` behind a name, with the place behind it.
fn indexed(text: &str, span: &Range<usize>) -> Option<(usize, usize)> {
    let rest = text.get(span.end..)?;
    let inner = rest.trim_start().strip_prefix('[')?;
    let close = inner.find(']')?;
    let index = inner.get(..close)?.trim().parse().ok()?;
    let end = span.end + (rest.len() - rest.trim_start().len()) + 1 + close + 1;
    Some((index, end))
}

/// The argument of the nearest aggregate around a name.
fn argument(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let (mut closed, mut crossed) = (0_usize, 0_usize);
    let mut comma = None;
    for (place, sign) in text.get(..span.start)?.char_indices().rev() {
        match sign {
            ')' => closed += 1,
            '(' if closed > 0 => closed -= 1,
            ',' if closed == 0 && comma.is_none() => comma = Some(place + 1),
            '(' => {
                let before = text.get(..place).unwrap_or_default().trim_end();
                let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
                if AGGREGATES.contains(&word.unwrap_or_default()) {
                    let end = end_of_argument(text, span.end, crossed)?;
                    return Some(comma.unwrap_or(place + 1)..end);
                }
                crossed += 1;
                comma = None;
            }
            _ => {}
        }
    }
    None
}

/// The end of an argument, behind as many open parentheses as were crossed.
fn end_of_argument(text: &str, from: usize, crossed: usize) -> Option<usize> {
    let (mut open, mut left) = (0_usize, crossed);
    for (place, sign) in text.get(from..)?.char_indices() {
        match sign {
            '(' => open += 1,
            ')' if open > 0 => open -= 1,
            ')' if left > 0 => left -= 1,
            ')' => return Some(from + place),
            ',' if open == 0 && left == 0 => return Some(from + place),
            _ => {}
        }
    }
    None
}

fn no_element(text: &str, span: &Range<usize>, count: usize) -> Text {
    let name = text.get(span.clone()).unwrap_or_default();
    Text::new(
        format!("`{name}` has {count} values here, fewer than the formula takes"),
        format!("`{name}` 在此只有 {count} 个值，少于公式所需"),
    )
}

fn no_aggregate(text: &str, span: &Range<usize>) -> Text {
    let name = text.get(span.clone()).unwrap_or_default();
    Text::new(
        format!("`{name}` is a list here, and the formula takes one number"),
        format!("`{name}` 在此为列表，而公式需要单个数值"),
    )
}

fn too_many(count: usize) -> Text {
    Text::new(
        format!("{count} values; a function takes 1 to {MOST_ELEMENTS}"),
        format!("共 {count} 个值；函数可接受 1 至 {MOST_ELEMENTS} 个"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over_two(text: &str) -> String {
        let mut bind = |symbol: &Symbol, _: &str| {
            Ok(match symbol.path.as_str() {
                "E" => Bound::Many(vec!["a".to_owned(), "b".to_owned()]),
                "U(E)" => Bound::One("0.1".to_owned()),
                other => Bound::One(other.to_uppercase()),
            })
        };
        rewritten(text, &mut bind).unwrap_or_else(|reason| reason.en().to_owned())
    }

    #[test]
    fn a_list_is_written_out_in_the_argument_of_its_aggregate() {
        assert_eq!(over_two("max(E)"), "max(a,b)");
        assert_eq!(over_two("max(abs(E) - x) / 2"), "max(abs(a) - X,abs(b) - X) / 2");
        assert_eq!(over_two("(max(E) - min(E)) / mean(E)"), "(max(a,b) - min(a,b)) / mean(a,b)");
        assert_eq!(over_two("max(x, abs(E), y)"), "max(X, abs(a), abs(b), Y)");
        assert_eq!(over_two("stdev(E * (1 + x))"), "stdev(a * (1 + X),b * (1 + X))");
    }

    #[test]
    fn elements_are_chosen_by_number_and_calls_are_one_name() {
        assert_eq!(over_two("abs(E[1] - E[2])"), "abs(a - b)");
        assert_eq!(over_two("mean(E) + U(E)"), "mean(a,b) + 0.1");
        assert_eq!(over_two("E[3]"), "`E` has 2 values here, fewer than the formula takes");
        assert_eq!(over_two("E + 1"), "`E` is a list here, and the formula takes one number");
    }
}
