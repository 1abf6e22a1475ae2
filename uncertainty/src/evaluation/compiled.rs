//! Equations that were compiled before: results of one model differ in their numbers, not in their
//! equations, and a plan of two thousand points has one model.

use std::cell::RefCell;
use std::sync::Arc;

use super::{At, Equation, Evaluation, EvaluationError, build};
use crate::tape::{Builder, Operand, Tape};
use crate::unit::Unit;

/// Models that a thread remembers. Chosen: more than any procedure has, with one repeat and with
/// several, few enough that long tapes cannot fill the memory.
const REMEMBERED: usize = 8;

/// The name of the result on the tape, which no text can have.
const RESULT: &str = "\u{0}result";

/// What is the same for all results of one model with so many repeats.
pub(super) struct Compiled {
    form: Form,
    /// Unit of the result.
    pub(super) unit: Unit,
    /// Unit of every input.
    pub(super) input_units: Vec<Unit>,
    /// Inputs that are the same in all repeats first, then those of each repeat in turn.
    pub(super) tape: Tape,
}

/// Everything of an evaluation that its tape depends on.
struct Form {
    equations: Vec<Equation>,
    measurand: String,
    quantity: String,
    /// Name, unit, and whether it differs in each repeat.
    inputs: Vec<(String, String, bool)>,
    repeats: usize,
}

impl Form {
    fn of(evaluation: &Evaluation) -> Self {
        let inputs = evaluation.inputs.iter();
        Self {
            equations: evaluation.equations.clone(),
            measurand: evaluation.measurand.clone(),
            quantity: evaluation.quantity.clone(),
            inputs: inputs
                .map(|own| (own.name.clone(), own.unit.clone(), own.each_repeat))
                .collect(),
            repeats: evaluation.repeats.len(),
        }
    }

    fn is_of(&self, evaluation: &Evaluation) -> bool {
        let mut inputs = self.inputs.iter().zip(&evaluation.inputs);
        self.repeats == evaluation.repeats.len()
            && self.inputs.len() == evaluation.inputs.len()
            && self.measurand == evaluation.measurand
            && self.quantity == evaluation.quantity
            && self.equations == evaluation.equations
            && inputs.all(|((name, unit, each_repeat), own)| {
                *name == own.name && *unit == own.unit && *each_repeat == own.each_repeat
            })
    }
}

thread_local! {
    static BEFORE: RefCell<Vec<Arc<Compiled>>> = const { RefCell::new(Vec::new()) };
}

/// The equations of an evaluation, compiled now or before.
///
/// # Errors
/// As [`Evaluation::evaluate`]: what does not compile is read again, for its finding.
pub(super) fn equations(evaluation: &Evaluation) -> Result<Arc<Compiled>, EvaluationError> {
    let known = BEFORE.with_borrow(|before| {
        before.iter().find(|compiled| compiled.form.is_of(evaluation)).cloned()
    });
    if let Some(known) = known {
        return Ok(known);
    }
    let compiled = Arc::new(compile(evaluation)?);
    BEFORE.with_borrow_mut(|before| {
        before.insert(0, Arc::clone(&compiled));
        before.truncate(REMEMBERED);
    });
    Ok(compiled)
}

fn compile(evaluation: &Evaluation) -> Result<Compiled, EvaluationError> {
    let (unit, equations, quantity) = build::checked(evaluation)?;
    let mut builder = Builder::new();
    let mut input_units = Vec::with_capacity(evaluation.inputs.len());
    for input in &evaluation.inputs {
        input_units.push(Unit::parse(&input.unit).at(&format!("unit of `{}`", input.name))?);
        if !input.each_repeat {
            builder.named_input(&input.name);
        }
    }
    let mut values = Vec::with_capacity(evaluation.repeats.len());
    for _ in &evaluation.repeats {
        for input in evaluation.inputs.iter().filter(|input| input.each_repeat) {
            builder.named_input(&input.name);
        }
        for (equation, expression) in evaluation.equations.iter().zip(&equations) {
            builder.define(&equation.name, expression)?;
        }
        values.push(builder.place_of(&evaluation.measurand)?);
    }
    builder.bind(&evaluation.measurand, Operand::List(values));
    builder.define(RESULT, &quantity)?;
    let tape = builder.finish(&[RESULT])?;
    Ok(Compiled { form: Form::of(evaluation), unit, input_units, tape })
}
