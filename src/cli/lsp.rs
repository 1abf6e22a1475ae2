//! `etalon lsp`: the language server on standard input and output.

use clap::Args;
use lsp_server::Connection;

use super::{CliError, ExitStatus};
use crate::language_server;

/// Serve an editor: findings while typing, completion, hover, definitions
///
/// Speaks the Language Server Protocol on standard input and output, for every kind of file that
/// `etalon check` knows. Names and keys are completed in procedures.
///
/// Example (Neovim): vim.lsp.start({ name = "etalon", cmd = { "etalon", "lsp" } })
#[derive(Args, Clone, Debug)]
pub struct LspArgs {}

/// Runs `etalon lsp` until the editor says goodbye.
///
/// # Errors
/// An editor that breaks the protocol or goes away (exit code 2).
pub fn run() -> Result<ExitStatus, CliError> {
    let (connection, threads) = Connection::stdio();
    let ended = language_server::serve(&connection);
    // The writing thread ends when nobody holds its channel any more.
    drop(connection);
    threads.join().map_err(|error| CliError::request(format!("the editor's stream: {error}")))?;
    ended.map_err(|error| CliError::request(error.to_string()))?;
    Ok(ExitStatus::Done)
}
