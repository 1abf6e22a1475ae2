//! Least squares: a model that is linear in its coefficients, written as text.

use std::collections::BTreeMap;

use super::BudgetError;
use super::statement::{Found, number, refused, text};
use crate::budget_file::{BudgetFile, Kind, numbers};
use crate::derivative;
use crate::expression::Expression;
use crate::regression::line::Line;
use crate::regression::linear::{self, Knowledge};
use crate::regression::total::{self, Point};
use crate::regression::{Fit, RegressionError};
use crate::tape::{Builder, Tape};

/// `response = right-hand side`, taken apart.
struct Model {
    response: String,
    /// Names that are series of `[data]`.
    regressors: Vec<String>,
    coefficients: Vec<String>,
    tape: Tape,
}

impl Model {
    fn read(written: &str, data: &BTreeMap<String, Vec<f64>>) -> Result<Self, BudgetError> {
        let wrong = |reason: String| refused("model", reason);
        let (response, right) = written
            .split_once('=')
            .ok_or_else(|| wrong("wanted `response = expression`".to_owned()))?;
        let response = response.trim().to_owned();
        if !data.contains_key(&response) {
            return Err(wrong(format!("`{response}` is not a series of [data]")));
        }
        let expression =
            Expression::parse(right.trim()).map_err(|finding| wrong(finding.to_string()))?;
        let (mut regressors, mut coefficients) = (Vec::new(), Vec::new());
        for symbol in expression.symbols() {
            let list =
                if data.contains_key(&symbol.path) { &mut regressors } else { &mut coefficients };
            if symbol.path != "pi" && !list.contains(&symbol.path) {
                list.push(symbol.path);
            }
        }
        let mut builder = Builder::new();
        for name in coefficients.iter().chain(&regressors) {
            builder.named_input(name);
        }
        builder.define("fitted value", &expression)?;
        let tape = builder.finish(&["fitted value"])?;
        let model = Self { response, regressors, coefficients, tape };
        model.check_linear(data)?;
        Ok(model)
    }

    /// Derivatives by the coefficients for given regressors.
    fn row(&self, at: &[f64], coefficients: f64) -> Result<Vec<f64>, BudgetError> {
        let mut inputs = vec![coefficients; self.coefficients.len()];
        inputs.extend(at);
        let mut row = derivative::gradient(&self.tape, 0, &inputs)?.by_input;
        row.truncate(self.coefficients.len());
        Ok(row)
    }

    /// The derivatives must not depend on the coefficients, and without them the
    /// model must be zero.
    fn check_linear(&self, data: &BTreeMap<String, Vec<f64>>) -> Result<(), BudgetError> {
        let wrong = || refused("model", "wanted a model that is linear in its coefficients");
        for place in 0..data.get(&self.response).map_or(0, Vec::len) {
            let at = self.regressors_at(data, place)?;
            let inputs: Vec<f64> =
                self.coefficients.iter().map(|_| 0.0).chain(at.iter().copied()).collect();
            let offset = derivative::values(&self.tape, &inputs)?;
            let (here, there) = (self.row(&at, 0.0)?, self.row(&at, 1.5)?);
            let moved = here.iter().zip(&there).any(|(a, b)| (a - b).abs() > 1e-9 * a.abs());
            if moved || offset.iter().any(|value| value.abs() > 0.0) {
                return Err(wrong());
            }
        }
        Ok(())
    }

    fn regressors_at(
        &self,
        data: &BTreeMap<String, Vec<f64>>,
        place: usize,
    ) -> Result<Vec<f64>, BudgetError> {
        let at = |name: &String| data.get(name).and_then(|list| list.get(place)).copied();
        let short = || refused("data", "the series differ in length");
        self.regressors.iter().map(|name| at(name).ok_or_else(short)).collect()
    }

    fn columns(&self, data: &BTreeMap<String, Vec<f64>>) -> Result<Vec<Vec<f64>>, BudgetError> {
        let mut columns = vec![Vec::new(); self.coefficients.len()];
        for place in 0..data.get(&self.response).map_or(0, Vec::len) {
            let row = self.row(&self.regressors_at(data, place)?, 0.0)?;
            columns.iter_mut().zip(row).for_each(|(column, cell)| column.push(cell));
        }
        Ok(columns)
    }

    /// Origin of a straight line `a + b (x − origin)` in one regressor.
    fn origin(&self) -> Result<f64, BudgetError> {
        let wanted = || refused("model", "wanted a straight line a + b (x - origin) here");
        if self.regressors.len() != 1 {
            return Err(wanted());
        }
        let (here, there) = (self.row(&[0.0], 0.0)?, self.row(&[1.0], 0.0)?);
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + a.abs());
        match (here.as_slice(), there.as_slice()) {
            ([one, shift], [also_one, next])
                if same(*one, 1.0) && same(*also_one, 1.0) && same(next - shift, 1.0) =>
            {
                Ok(-shift)
            }
            _ => Err(wanted()),
        }
    }
}

/// Fits the model of `[params]` to the series of `[data]`.
pub(super) fn fit(file: &BudgetFile) -> Result<Found, BudgetError> {
    let data = numbers(&file.data);
    let written = text(file, "model").ok_or_else(|| refused("model", "wanted in [params]"))?;
    let model = Model::read(written, &data)?;
    let wrong = |error: RegressionError| refused("data", error);
    let observed = data.get(&model.response).cloned().unwrap_or_default();
    let fit = match file.kind {
        Kind::TotalFit => total_fit(&model, &data)?,
        Kind::WeightedFit => {
            let u = spread(&data, &model.response)?;
            linear::fit(&model.columns(&data)?, &observed, Knowledge::Standard(&u))
                .map_err(wrong)?
        }
        _ => linear::fit(&model.columns(&data)?, &observed, Knowledge::Scatter).map_err(wrong)?,
    };
    let mut found = Found::default();
    coefficients(&model, &fit, &mut found);
    predictions(file, &model, &fit, &mut found)?;
    found.assume([match file.kind {
        Kind::TotalFit => "points independent of each other, both coordinates uncertain",
        Kind::WeightedFit => "abscissae exact, ordinates independent with the given uncertainties",
        _ => "abscissae exact, ordinates independent with one unknown standard deviation",
    }
    .to_owned()]);
    Ok(found)
}

fn coefficients(model: &Model, fit: &Fit, found: &mut Found) {
    for (place, (name, value)) in model.coefficients.iter().zip(&fit.coefficients).enumerate() {
        found.add(name, "value", *value);
        found.add(name, "u", fit.u(place));
        for (other, second) in model.coefficients.iter().enumerate().skip(place + 1) {
            let both = format!("{name},{second}");
            found.add(&both, "covariance", fit.covariance_of(place, other));
            found.add(&both, "correlation", fit.correlation(place, other));
        }
    }
    found.add("s", "residual_sd", fit.residual_deviation());
    found.add("s", "dof_eff", fit.dof);
    found.add("chi2", "ssr", fit.sum_of_squares);
    found.add("chi2", "reduced", fit.reduced());
    if let Some(p) = fit.chi_squared_probability() {
        found.add("chi2", "p_value", p);
    }
}

/// `predict_at` gives a value of the response, `y0` a value of the regressor.
fn predictions(
    file: &BudgetFile,
    model: &Model,
    fit: &Fit,
    found: &mut Found,
) -> Result<(), BudgetError> {
    if let Some(at) = number(file, "predict_at") {
        if model.regressors.len() != 1 {
            return Err(refused("predict_at", "wanted a model with one regressor"));
        }
        let predicted = fit.predicted(&model.row(&[at], 0.0)?);
        let name = format!("{}{at}", model.response);
        found.add(&name, "value", predicted.value);
        found.add(&name, "u", predicted.u);
        if predicted.dof.is_finite() {
            found.add(&name, "dof_eff", predicted.dof);
        }
    }
    if let Some(y) = number(file, "y0") {
        let line = Line { fit: fit.clone(), origin: model.origin()? };
        let u = number(file, "u_y0").unwrap_or_default();
        let backwards = line.backwards(&[(y, u)]).map_err(|error| refused("y0", error))?;
        let name = model.regressors.first().map(|name| format!("{name}0")).unwrap_or_default();
        for point in backwards.points {
            found.add(&name, "value", point.value);
            found.add(&name, "u", point.u);
        }
    }
    Ok(())
}

fn total_fit(model: &Model, data: &BTreeMap<String, Vec<f64>>) -> Result<Fit, BudgetError> {
    let origin = model.origin()?;
    let regressor = model.regressors.first().cloned().unwrap_or_default();
    let empty = Vec::new();
    let (x, y) =
        (data.get(&regressor).unwrap_or(&empty), data.get(&model.response).unwrap_or(&empty));
    let (u_x, u_y) = (spread(data, &regressor)?, spread(data, &model.response)?);
    if [y.len(), u_x.len(), u_y.len()] != [x.len(); 3] {
        return Err(refused("data", "the series differ in length"));
    }
    let points: Vec<Point> = x
        .iter()
        .zip(y)
        .zip(u_x.iter().zip(&u_y))
        .map(|((x, y), (u_x, u_y))| Point { at: [x - origin, *y], u: [*u_x, *u_y], r: 0.0 })
        .collect();
    total::york(&points).map(|line| line.fit).map_err(|error| refused("data", error))
}

/// Standard uncertainties of a series: `u_x`, or weights `w_x = 1 / u²`.
fn spread(data: &BTreeMap<String, Vec<f64>>, name: &str) -> Result<Vec<f64>, BudgetError> {
    if let Some(u) = data.get(&format!("u_{name}")) {
        return Ok(u.clone());
    }
    let weights = data.get(&format!("w_{name}"));
    let missing = || refused("data", format!("wanted `u_{name}` or weights `w_{name}`"));
    Ok(weights.ok_or_else(missing)?.iter().map(|w| 1.0 / libm::sqrt(*w)).collect())
}
