//! The window: what the command line does, for the person at the bench.
//!
//! Screens are functions of plain view-models and answer with intents; the
//! laboratory works in its own thread. The window decides nothing: which
//! settings are sent, which results conform and when the bench is safe is
//! said by `etalon`, and shown here.
//!
//! | it knows                              | it must never know                 |
//! |---------------------------------------|------------------------------------|
//! | words, colours, what may be pressed   | commands of instruments, equations |
//! | what a run tells while it goes on     | how a verdict is reached           |
//!
//! Read in this order: `state` → `record` (a run as its record tells it) →
//! `view` → `screens` → `window` → `intent` → `worker` → `app`.

pub mod app;
pub mod fonts;
pub mod intent;
pub mod mark;
pub mod photograph;
pub mod record;
pub mod rehearsal;
pub mod screens;
pub mod state;
pub mod theme;
pub mod view;
pub mod window;
pub mod words;
pub mod worker;
