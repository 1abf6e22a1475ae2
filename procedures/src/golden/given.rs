//! What a golden case gives: readings, estimates of inputs, external names.

use std::collections::BTreeMap;

use etalon_uncertainty::expression::Value;
use etalon_uncertainty::quantity::Quantity;

use super::texts;
use crate::procedure::{Given, GoldenTest, Input, InputSource, Model, NeedKind, Procedure};
use crate::resolve::Taken;
use crate::scope::Bindings;

/// The given values by what they are.
pub(super) struct Sorted {
    pub(super) readings: Vec<Taken>,
    pub(super) estimates: BTreeMap<String, String>,
    pub(super) external: Bindings,
    pub(super) repeats: Vec<u32>,
}

/// Sorts the given values; a name that is neither an input, a reading nor a need
/// is an error.
pub(super) fn sorted(
    procedure: &Procedure,
    model: &Model,
    test: &GoldenTest,
) -> Result<Sorted, String> {
    let longest = test.given.values().map(|given| texts(given).len()).max().unwrap_or(1);
    let has_list = test.given.values().any(|given| matches!(given, Given::Many(_)));
    let planned = procedure
        .stages
        .iter()
        .find(|stage| stage.results.contains(&model.name))
        .and_then(|stage| stage.repeat.as_ref())
        .map_or(1, |repeat| repeat.n);
    let count = if has_list { u32::try_from(longest).unwrap_or(u32::MAX) } else { planned };
    let mut sorted = Sorted {
        readings: Vec::new(),
        estimates: BTreeMap::new(),
        external: Bindings::default(),
        repeats: (1..=count).collect(),
    };
    for (name, given) in &test.given {
        match (model.inputs.iter().find(|input| takes(input, name)), procedure.need(name)) {
            (Some(input), _) => sorted.input(input, given)?,
            (None, Some(need)) => {
                let text = texts(given).first().copied().unwrap_or_default();
                let value = match &need.kind {
                    NeedKind::Quantity(unit) => {
                        let quantity = Quantity::parse(text).map_err(|error| error.to_string())?;
                        quantity.in_unit(unit).map_err(|error| format!("`{name}`: {error}"))?;
                        Value::from(&quantity)
                    }
                    NeedKind::Text => Value::Text(text.to_owned()),
                    NeedKind::Truth => Value::Truth(text == "true"),
                };
                sorted.external.bind(name.clone(), value);
            }
            (None, None) => {
                return Err(format!(
                    "`{name}` is neither an input of `{}`, a reading nor a need",
                    model.name
                ));
            }
        }
    }
    Ok(sorted)
}

/// Whether a given name is this input or the reading it takes.
fn takes(input: &Input, name: &str) -> bool {
    let reading = match &input.source {
        InputSource::Reading(reading) | InputSource::Answer(reading) => Some(reading.as_str()),
        _ => None,
    };
    input.name == name || reading == Some(name)
}

impl Sorted {
    fn input(&mut self, input: &Input, given: &Given) -> Result<(), String> {
        let (InputSource::Reading(reading) | InputSource::Answer(reading)) = &input.source else {
            let text = texts(given).first().copied().unwrap_or_default();
            self.estimates.insert(input.name.clone(), text.to_owned());
            return Ok(());
        };
        let texts = texts(given);
        let single = texts.first().copied().unwrap_or_default();
        let repeats = if input.each_repeat { self.repeats.clone() } else { vec![0] };
        for (index, repeat) in repeats.into_iter().enumerate() {
            let text = match given {
                Given::One(..) => single,
                Given::Many(_) => texts
                    .get(index)
                    .copied()
                    .ok_or_else(|| format!("`{}` is given {} times", input.name, texts.len()))?,
            };
            let quantity =
                Quantity::parse(text).map_err(|error| format!("`{}`: {error}", input.name))?;
            self.readings.push(Taken {
                reading: reading.clone(),
                repeat,
                text: quantity.decimal().to_string(),
                unit: quantity.unit().symbol().to_owned(),
                sequence: u64::try_from(self.readings.len()).unwrap_or(u64::MAX),
            });
        }
        Ok(())
    }
}
