//! Numbers, units, expressions, uncertainty and conformity: imports nobody, touches nothing.
//!
//! | it knows                                   | it must never know                   |
//! |--------------------------------------------|--------------------------------------|
//! | decimals, units, quantities, taxonomy      | files, ports, clocks, windows        |
//! | the expression language                    | which procedure an expression is from |
//! | GUM, its supplements, JCGM 106             | how a reading came about             |
//! | the self-contained [`evaluation`]          | who signs it                         |

// Words and numbers.
pub mod diagnostic;
pub mod text;

pub mod decimal;
pub mod rounding;
pub mod unit;

pub mod quantity;
pub mod taxonomy;

// The language, and its models as straight-line code.
pub mod expression;
pub mod properties;

pub mod derivative;
pub mod tape;

mod batch;
mod elementary;
mod width;

// Distributions and what follows from them.
pub mod chi_squared;
pub mod normal;
pub mod student;

pub mod distribution;

pub mod correlation;

// Propagation of uncertainty.
pub mod coverage;
pub mod dof;

pub mod propagation;

pub mod monte_carlo;
pub mod multivariate;

// What readings, documents, laboratories and items say.
pub mod type_a;
pub mod type_b;

pub mod anova;
pub mod comparison;
#[cfg(feature = "budget")]
pub mod regression;

pub mod quadrature;

pub mod conformity;

// Documents: one result that can be recomputed, one file that can be checked.
pub mod evaluation;

#[cfg(feature = "budget")]
pub mod budget;
#[cfg(feature = "budget")]
pub mod budget_file;
