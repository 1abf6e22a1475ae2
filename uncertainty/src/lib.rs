//! Numbers, units, expressions, uncertainty and conformity: imports nobody, touches nothing.
//!
//! | it knows                                   | it must never know                   |
//! |--------------------------------------------|--------------------------------------|
//! | decimals, units, quantities, taxonomy      | files, ports, clocks, windows        |
//! | the expression language                    | which procedure an expression is from |
//! | GUM, its supplements, JCGM 106             | how a reading came about             |
//! | the self-contained [`evaluation`]          | who signs it                         |

mod batch;
pub mod budget;
pub mod budget_file;
pub mod correlation;
pub mod coverage;
pub mod decimal;
pub mod derivative;
pub mod diagnostic;
pub mod distribution;
pub mod dof;
pub mod evaluation;
pub mod expression;
pub mod monte_carlo;
pub mod multivariate;
pub mod normal;
pub mod propagation;
pub mod quantity;
pub mod rounding;
pub mod student;
pub mod tape;
pub mod taxonomy;
pub mod text;
pub mod unit;
