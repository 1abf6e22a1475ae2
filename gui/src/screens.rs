//! Screens: one screen, one file. Each draws a view-model and tells intents.

pub mod bar;
pub mod chooser;
pub mod head;
pub mod plot;
pub mod runs;
pub mod table;
