//! What a person wants: the only thing a screen may say.

use crate::words::Language;

/// One wish, told to the application and carried out there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Intent {
    /// Open the laboratory in a folder.
    Open(String),
    /// Show one run.
    Show(String),
    /// Start the demonstration run.
    Demonstrate,
    /// Stop what runs, through the safe state.
    Stop,
    /// Speak another language.
    Speak(Language),
}
