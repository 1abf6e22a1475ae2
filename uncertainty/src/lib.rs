//! Numbers, units, expressions, uncertainty and conformity: imports nobody, touches nothing.
//!
//! | it knows                                   | it must never know                   |
//! |--------------------------------------------|--------------------------------------|
//! | decimals, units, quantities, taxonomy      | files, ports, clocks, windows        |
//! | the expression language                    | which procedure an expression is from |
//! | GUM, its supplements, JCGM 106             | how a reading came about             |
//! | the self-contained [`evaluation`]          | who signs it                         |

pub mod decimal;
pub mod diagnostic;
pub mod expression;
pub mod quantity;
pub mod rounding;
pub mod taxonomy;
pub mod text;
pub mod unit;
