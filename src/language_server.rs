//! The language server: what an editor shows while a file of the laboratory is written.
//!
//! It speaks the Language Server Protocol over a connection that somebody else
//! opened; it reads no file and keeps no state but the texts that are open.
//!
//! | asked                  | answered from                                          |
//! |------------------------|--------------------------------------------------------|
//! | findings while typing  | `kind`, for every file that `etalon check` knows       |
//! | completion, hover      | the description of the language, and the text's names  |
//! | where a name is made   | the text's names                                       |
//! | keys of the other files| their readers, asked with a strange key                |
//! | hover in them          | `desk`: meanings of keys, SI values, columns of cells  |
//!
//! Source: Language Server Protocol 3.17; positions count UTF-16 code units.

pub mod completion;
pub mod context;
pub mod desk;
pub mod hover;
pub mod position;
pub mod readers;
pub mod session;
pub mod symbols;

pub use session::serve;
