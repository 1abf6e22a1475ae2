//! Instruments: other people's clients of our simulated ones, other people's servers for our client.

mod announced;
pub(crate) mod clients;
pub(crate) mod meters;
pub(crate) mod multimeter;
pub(crate) mod process_control;
pub(crate) mod registers;
pub(crate) mod served;
mod server;
mod visa_library;
