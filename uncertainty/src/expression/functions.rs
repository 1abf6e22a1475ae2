//! The built-in functions: how many arguments, which kinds, which numbers.

use super::{Kind, NumberKind};
use crate::properties;
use crate::unit::Dimension;

/// Most arguments of a call: a function of all results of a procedure takes one for each point.
/// Definition: the most points of a procedure.
pub const MOST_ARGUMENTS: usize = 10_000;

/// Name, least and most arguments of every built-in function.
///
/// `min max mean sum stdev count` take one list or several numbers; `round(x)`,
/// `round(x, step)` and `round(x, step, 'half-even')` round in decimal, half to
/// even unless told otherwise; `kelvin(t)` is the thermodynamic temperature of a
/// point on a scale.
pub const FUNCTIONS: &[(&str, usize, usize)] = &[
    ("abs", 1, 1),
    ("acos", 1, 1),
    ("all", 1, MOST_ARGUMENTS),
    ("any", 1, MOST_ARGUMENTS),
    ("asin", 1, 1),
    ("atan", 1, 1),
    ("atan2", 2, 2),
    ("ceil", 1, 1),
    ("cos", 1, 1),
    ("count", 1, MOST_ARGUMENTS),
    ("exp", 1, 1),
    ("floor", 1, 1),
    ("if", 3, 3),
    ("kelvin", 1, 1),
    ("log", 1, 1),
    ("log10", 1, 1),
    ("max", 1, MOST_ARGUMENTS),
    ("mean", 1, MOST_ARGUMENTS),
    ("min", 1, MOST_ARGUMENTS),
    ("round", 1, 3),
    ("sin", 1, 1),
    ("sqrt", 1, 1),
    ("stdev", 1, MOST_ARGUMENTS),
    ("sum", 1, MOST_ARGUMENTS),
    ("tan", 1, 1),
];

pub(crate) fn is_built_in(name: &str) -> bool {
    FUNCTIONS.iter().any(|(known, _, _)| *known == name) || properties::is_known(name)
}

/// Whether the number of arguments fits.
pub(super) fn arity(name: &str, count: usize) -> Result<(), String> {
    if properties::is_known(name) {
        return properties::find(name, count).map(|_| ()).map_err(|error| error.to_string());
    }
    let Some((_, least, most)) = FUNCTIONS.iter().find(|(known, _, _)| *known == name) else {
        return Ok(());
    };
    if (*least..=*most).contains(&count) {
        return Ok(());
    }
    let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
    Err(format!("{name} takes {wanted} arguments, found {count}"))
}

/// Kind of the answer of a built-in function, for numbers and truths; lists in
/// the place of a single argument are handled by the caller.
pub(super) fn kind(name: &str, args: &[Kind]) -> Result<Kind, String> {
    if properties::is_known(name) {
        let property = properties::find(name, args.len());
        return property.and_then(|one| one.kind(args)).map_err(|error| error.to_string());
    }
    match (name, args) {
        ("any" | "all", _) => flat(args).iter().try_for_each(|of| truth(of)).map(|()| Kind::Truth),
        ("if", [condition, yes, no]) => {
            truth(condition)?;
            if yes == no { Ok(yes.clone()) } else { Err(format!("if gives {yes} or {no}")) }
        }
        ("min" | "max" | "mean" | "sum" | "stdev" | "count", _) => aggregate(name, args),
        ("round", [value, rest @ ..]) => rounded(value, rest),
        ("atan2", [y, x]) => {
            same(number(y)?, number(x)?)?;
            Ok(Kind::Number(NumberKind::ONE))
        }
        (_, [argument]) => single(name, number(argument)?).map(Kind::Number),
        _ => Err(format!("{name} does not take these arguments")),
    }
}

fn single(name: &str, of: NumberKind) -> Result<NumberKind, String> {
    if name == "kelvin" {
        let is_temperature = of.dimension == Dimension::TEMPERATURE;
        let wanted = || format!("kelvin takes a temperature, found {}", Kind::Number(of));
        return is_temperature.then(|| NumberKind::of(of.dimension)).ok_or_else(wanted);
    }
    if of.affine {
        return Err(format!("{name} of {} has no meaning", Kind::Number(of)));
    }
    match name {
        "abs" => Ok(of),
        "sqrt" => {
            let root = of.dimension.power(0.5).ok_or("no square root of this dimension")?;
            Ok(NumberKind::of(root))
        }
        "floor" | "ceil" if of.dimension == Dimension::PULSE => Ok(of),
        _ if of.dimension.is_one() => Ok(of),
        _ => Err(format!("{name} takes a pure number, found {}", Kind::Number(of))),
    }
}

fn rounded(value: &Kind, rest: &[Kind]) -> Result<Kind, String> {
    let of = number(value)?;
    match rest {
        [] if of.affine => Err("round of a temperature needs a step".to_owned()),
        [] if of.dimension.is_one() || of.dimension == Dimension::PULSE => Ok(value.clone()),
        [] => Err(format!("round of {value} needs a step")),
        [step, rule @ ..] => {
            if let [other] = rule
                && *other != Kind::Text
            {
                return Err(format!("the rule of round is a quoted text, found {other}"));
            }
            let step = number(step)?;
            if step.dimension != of.dimension || step.affine {
                return Err(format!("step of round is {}, wanted {value}", Kind::Number(step)));
            }
            Ok(value.clone())
        }
    }
}

fn aggregate(name: &str, args: &[Kind]) -> Result<Kind, String> {
    let flat = flat(args);
    let [first, rest @ ..] = flat.as_slice() else {
        return Err(format!("{name} takes at least one value"));
    };
    if name == "count" {
        return Ok(Kind::Number(NumberKind::ONE));
    }
    let of = number(first)?;
    for other in rest {
        same(of, number(other)?)?;
    }
    match name {
        "sum" if of.affine => Err("temperatures on a scale cannot be added".to_owned()),
        "stdev" => Ok(Kind::Number(NumberKind::of(of.dimension))),
        _ => Ok(Kind::Number(of)),
    }
}

fn flat(args: &[Kind]) -> Vec<&Kind> {
    args.iter().map(element).collect()
}

fn element(kind: &Kind) -> &Kind {
    match kind {
        Kind::List(of) => of,
        single => single,
    }
}

pub(super) fn number(kind: &Kind) -> Result<NumberKind, String> {
    match kind {
        Kind::Number(number) => Ok(*number),
        other => Err(format!("found {other}, wanted a number")),
    }
}

pub(super) fn truth(kind: &Kind) -> Result<(), String> {
    match kind {
        Kind::Truth => Ok(()),
        other => Err(format!("found {other}, wanted true or false")),
    }
}

pub(super) fn same(left: NumberKind, right: NumberKind) -> Result<(), String> {
    if left == right {
        return Ok(());
    }
    Err(format!("{} and {} do not fit", Kind::Number(left), Kind::Number(right)))
}
