//! A tape evaluated for a column of trials at a time.
//!
//! Every step is one plain loop over a thousand numbers, which runs in the widest
//! vector registers; no operation is contracted or reordered, so the bits are the
//! same on every processor. They are those of the scalar walk but for sines,
//! cosines, exponentials and logarithms, which come from [`crate::elementary`] and
//! differ from libm's in the last place now and then.

use crate::elementary::{self, Reach};
use crate::tape::{Function, Place, Step, Tape};
use crate::width::Width;

/// Trials in a column. Thirty-odd live columns fit into a second-level cache.
pub(crate) const COLUMN: usize = 1024;

/// A step with the columns it reads and writes.
#[derive(Clone, Copy, Debug)]
struct Instruction {
    step: Step,
    to: usize,
}

/// Columns and instructions for one tape.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    columns: Vec<Vec<f64>>,
    program: Vec<Instruction>,
    width: Width,
    /// Column of every input, where the tape uses it.
    inputs: Vec<Option<usize>>,
    outputs: Vec<usize>,
}

impl Batch {
    pub(crate) fn new(tape: &Tape) -> Self {
        let last_use = last_uses(tape);
        let mut layout = Layout { column_of: Vec::new(), free: Vec::new(), columns: 0 };
        let mut inputs = vec![None; tape.inputs()];
        let mut program = Vec::new();
        let mut constants = Vec::new();
        // Constants and inputs hold their columns throughout.
        for step in tape.steps() {
            let column = match step {
                Step::Constant(_) | Step::Input(_) => Some(layout.fresh()),
                _ => None,
            };
            layout.column_of.push(column.unwrap_or(usize::MAX));
            match (step, column) {
                (Step::Constant(value), Some(column)) => constants.push((column, *value)),
                (Step::Input(number), Some(column)) => {
                    if let Some(input) = inputs.get_mut(*number as usize) {
                        *input = Some(column);
                    }
                }
                _ => {}
            }
        }
        for (place, step) in tape.steps().iter().enumerate() {
            if matches!(step, Step::Constant(_) | Step::Input(_)) {
                continue;
            }
            let to = layout.free.pop().unwrap_or_else(|| layout.fresh());
            program.push(Instruction { step: layout.translated(*step), to });
            if let Some(column) = layout.column_of.get_mut(place) {
                *column = to;
            }
            layout.release(tape, &last_use, *step, place);
        }
        let mut columns = vec![vec![0.0; COLUMN]; layout.columns];
        for (column, value) in constants {
            if let Some(column) = columns.get_mut(column) {
                column.fill(value);
            }
        }
        let outputs = tape.output_places().iter().map(|place| layout.column(*place)).collect();
        Self { columns, program, width: Width::widest(), inputs, outputs }
    }

    /// Column of an input, to be filled by the caller; `None` where the model
    /// does not use the input.
    pub(crate) fn input(&mut self, number: usize) -> Option<&mut [f64]> {
        let column = self.inputs.get(number).copied().flatten()?;
        self.columns.get_mut(column).map(Vec::as_mut_slice)
    }

    /// Column of an output after [`Self::run`].
    pub(crate) fn output(&self, number: usize) -> &[f64] {
        let column = self.outputs.get(number).and_then(|column| self.columns.get(*column));
        column.map_or(&[], Vec::as_slice)
    }

    /// Evaluates the tape for all trials of the column.
    pub(crate) fn run(&mut self) {
        for index in 0..self.program.len() {
            let Some(Instruction { step, to }) = self.program.get(index).copied() else { return };
            let Some(target) = self.columns.get_mut(to) else { return };
            let mut target = std::mem::take(target);
            self.step(step, &mut target);
            if let Some(place) = self.columns.get_mut(to) {
                *place = target;
            }
        }
    }

    fn column(&self, place: Place) -> &[f64] {
        self.columns.get(place as usize).map_or(&[], Vec::as_slice)
    }

    fn step(&self, step: Step, target: &mut [f64]) {
        match step {
            Step::Add(a, b) => self.joined(target, a, b, |a, b| a + b),
            Step::Subtract(a, b) => self.joined(target, a, b, |a, b| a - b),
            Step::Multiply(a, b) => self.joined(target, a, b, |a, b| a * b),
            Step::Divide(a, b) => self.joined(target, a, b, |a, b| a / b),
            Step::Minimum(a, b) => self.joined(target, a, b, |a, b| if b < a { b } else { a }),
            Step::Maximum(a, b) => self.joined(target, a, b, |a, b| if b > a { b } else { a }),
            Step::Power(a, b)
            | Step::Atan2(a, b)
            | Step::Less(a, b)
            | Step::AtMost(a, b)
            | Step::Same(a, b) => {
                let operands = self.column(a).iter().zip(self.column(b));
                target.iter_mut().zip(operands).for_each(|(to, (a, b))| *to = step.value(*a, *b));
            }
            Step::Negate(a) => self.mapped(target, a, |a| -a),
            Step::Function(function, a) => self.function(function, target, a),
            Step::Select(c, a, b) => {
                let operands = self.column(c).iter().zip(self.column(a)).zip(self.column(b));
                for (to, ((c, a), b)) in target.iter_mut().zip(operands) {
                    *to = if *c > 0.5 { *a } else { *b };
                }
            }
            Step::Constant(_) | Step::Input(_) => {}
        }
    }

    fn function(&self, function: Function, target: &mut [f64], a: Place) {
        match function {
            Function::SquareRoot => self.mapped(target, a, f64::sqrt),
            Function::Absolute => self.mapped(target, a, f64::abs),
            Function::Exponential => self.mapped(target, a, elementary::exponential),
            Function::Logarithm => self.mapped(target, a, elementary::logarithm),
            Function::Sine => self.mapped(target, a, elementary::sine),
            Function::Cosine => self.mapped(target, a, elementary::cosine),
            _ => {
                let of = self.column(a).iter();
                target.iter_mut().zip(of).for_each(|(to, a)| *to = function.value(*a));
            }
        }
        if let Some(reach) = Reach::of(function) {
            self.mend(function, reach, target, a);
        }
    }

    /// Asks libm where the function of the column does not hold.
    fn mend(&self, function: Function, reach: Reach, target: &mut [f64], a: Place) {
        let of = self.column(a);
        let holds = self.width.run(
            #[inline(always)]
            move || {
                let mut holds = true;
                for a in of {
                    holds &= reach.holds(*a);
                }
                holds
            },
        );
        if holds {
            return;
        }
        for (to, a) in target.iter_mut().zip(of).filter(|(_, a)| !reach.holds(**a)) {
            *to = function.value(*a);
        }
    }

    #[inline(always)]
    fn joined(&self, target: &mut [f64], a: Place, b: Place, f: impl Fn(f64, f64) -> f64) {
        let (a, b) = (self.column(a), self.column(b));
        self.width.run(
            #[inline(always)]
            move || {
                for (to, (a, b)) in target.iter_mut().zip(a.iter().zip(b)) {
                    *to = f(*a, *b);
                }
            },
        );
    }

    #[inline(always)]
    fn mapped(&self, target: &mut [f64], a: Place, f: impl Fn(f64) -> f64) {
        let a = self.column(a);
        self.width.run(
            #[inline(always)]
            move || {
                for (to, a) in target.iter_mut().zip(a) {
                    *to = f(*a);
                }
            },
        );
    }
}

/// Which column holds which place, and which columns are free again.
struct Layout {
    column_of: Vec<usize>,
    free: Vec<usize>,
    columns: usize,
}

impl Layout {
    fn fresh(&mut self) -> usize {
        self.columns += 1;
        self.columns - 1
    }

    fn column(&self, place: Place) -> usize {
        self.column_of.get(place as usize).copied().unwrap_or(usize::MAX)
    }

    /// The step with columns in the place of places.
    fn translated(&self, step: Step) -> Step {
        let at = |place: Place| Place::try_from(self.column(place)).unwrap_or(Place::MAX);
        match step {
            Step::Add(a, b) => Step::Add(at(a), at(b)),
            Step::Subtract(a, b) => Step::Subtract(at(a), at(b)),
            Step::Multiply(a, b) => Step::Multiply(at(a), at(b)),
            Step::Divide(a, b) => Step::Divide(at(a), at(b)),
            Step::Negate(a) => Step::Negate(at(a)),
            Step::Power(a, b) => Step::Power(at(a), at(b)),
            Step::Function(function, a) => Step::Function(function, at(a)),
            Step::Atan2(a, b) => Step::Atan2(at(a), at(b)),
            Step::Minimum(a, b) => Step::Minimum(at(a), at(b)),
            Step::Maximum(a, b) => Step::Maximum(at(a), at(b)),
            Step::Less(a, b) => Step::Less(at(a), at(b)),
            Step::AtMost(a, b) => Step::AtMost(at(a), at(b)),
            Step::Same(a, b) => Step::Same(at(a), at(b)),
            Step::Select(c, a, b) => Step::Select(at(c), at(a), at(b)),
            Step::Constant(_) | Step::Input(_) => step,
        }
    }

    /// Frees the columns of operands that nobody reads after `place`.
    fn release(&mut self, tape: &Tape, last_use: &[usize], step: Step, place: usize) {
        let mut done: Vec<usize> = step
            .operands()
            .into_iter()
            .flatten()
            .filter(|operand| last_use.get(*operand as usize) == Some(&place))
            .filter(|operand| {
                let step = tape.steps().get(*operand as usize);
                !matches!(step, Some(Step::Constant(_) | Step::Input(_)) | None)
            })
            .map(|operand| self.column(operand))
            .collect();
        done.sort_unstable();
        done.dedup();
        self.free.extend(done);
    }
}

/// Last step that reads each place; outputs are read at the very end.
fn last_uses(tape: &Tape) -> Vec<usize> {
    let mut last = vec![usize::MAX; tape.steps().len()];
    for (place, step) in tape.steps().iter().enumerate() {
        for operand in step.operands().into_iter().flatten() {
            if let Some(last) = last.get_mut(operand as usize) {
                *last = place;
            }
        }
    }
    for output in tape.output_places() {
        if let Some(last) = last.get_mut(*output as usize) {
            *last = usize::MAX;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derivative::values;
    use crate::expression::Expression;
    use crate::tape::Builder;

    #[test]
    fn columns_have_the_values_of_the_scalar_walk_and_its_bits_without_waves_and_powers() {
        let mut builder = Builder::new();
        builder.named_input("a");
        builder.named_input("b");
        for (name, text) in [
            ("c", "sqrt(a*a + b*b) / (1 + exp(-a)) - max(a, b)"),
            ("d", "if(a > b, abs(c)^2.5 + sin(b), log(a + 2) * c) - min(a, b, 0.1)"),
            ("e", "if(a > b, sqrt(abs(a - b)), -a) * max(a, 0.3) / (b + 1) + atan(a)"),
        ] {
            builder.define(name, &Expression::parse(text).unwrap()).unwrap();
        }
        let tape = builder.finish(&["c", "d", "e"]).unwrap();
        let mut batch = Batch::new(&tape);
        let number = |i: usize, step: f64| (i as f64) * step;
        for (input, step) in [(0, 1e-3), (1, 7e-4)] {
            for (i, x) in batch.input(input).unwrap().iter_mut().enumerate() {
                *x = number(i, step);
            }
        }
        batch.run();
        for i in [0, 1, 500, 1023] {
            let wanted = values(&tape, &[number(i, 1e-3), number(i, 7e-4)]).unwrap();
            for (output, wanted) in wanted.iter().enumerate() {
                let found = batch.output(output)[i];
                assert!((found - wanted).abs() <= 8e-16 * wanted.abs().max(1.0), "trial {i}");
                assert!(output < 2 || found.to_bits() == wanted.to_bits(), "trial {i}");
            }
        }
        assert!(batch.columns.len() < tape.steps().len());
    }

    #[test]
    fn arguments_beyond_the_reach_of_a_function_have_libms_values() {
        let mut builder = Builder::new();
        builder.named_input("a");
        let models = ["exp(a)", "log(a)", "sin(a)", "cos(a)"];
        for model in models {
            builder.define(model, &Expression::parse(model).unwrap()).unwrap();
        }
        let tape = builder.finish(&models).unwrap();
        let mut batch = Batch::new(&tape);
        let odd = [0.0, -0.0, 709.5, 1e4, -745.0, -1e4, 1e300, 5e-320, -1.0, 1e6, 1.000_001e6];
        let odd = [odd.as_slice(), &[f64::INFINITY, f64::NEG_INFINITY, f64::NAN]].concat();
        let column = batch.input(0).unwrap();
        column.fill(0.5);
        column.iter_mut().skip(100).zip(&odd).for_each(|(to, a)| *to = *a);
        batch.run();
        let libm = [libm::exp, libm::log, libm::sin, libm::cos];
        for (output, function) in libm.iter().enumerate() {
            for (place, a) in odd.iter().enumerate() {
                let (found, wanted) = (batch.output(output)[100 + place], function(*a));
                let same = found.to_bits() == wanted.to_bits() || found.is_nan() && wanted.is_nan();
                let near = (found - wanted).abs() <= 2.5e-16 * wanted.abs();
                assert!(same || near, "{} of {a}: {found} {wanted}", models[output]);
            }
        }
    }
}
