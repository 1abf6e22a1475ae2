//! Instruments: other people's clients of our simulated ones, other people's servers for our client.

mod announced;
mod benches;
pub(crate) mod clients;
mod links;
pub(crate) mod meters;
pub(crate) mod multimeter;
pub(crate) mod process_control;
pub(crate) mod registers;
pub(crate) mod served;
mod server;
mod shared;
mod talk;
mod visa_library;
