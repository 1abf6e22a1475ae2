//! `etalon record begin`, `push`, `backup` and `restore`: records begun and carried whole.

use std::path::Path;

use etalon_instruments::clock::Clock;
use serde::Serialize;

use super::{CliError, ExitStatus, Output};
use crate::{
    lab::Lab,
    store::{
        Journal, backup as copies,
        transfer::{self, Carried, TransferError},
    },
};

impl From<TransferError> for CliError {
    fn from(error: TransferError) -> Self {
        match error {
            TransferError::Store(refused) if !refused_is_answer(&refused) => refused.into(),
            error if error.is_answer() => Self::answer_is_no(error.to_string()),
            error => Self::request(error.to_string()),
        }
    }
}

/// Two chains of one name are an answer about the records, the rest says its own exit code.
fn refused_is_answer(refused: &crate::store::StoreError) -> bool {
    matches!(refused, crate::store::StoreError::Begun { .. })
}

#[derive(Serialize)]
struct Begun {
    place: String,
    laboratory: String,
}

pub(super) fn begin(lab: &Lab, output: &Output) -> Result<ExitStatus, CliError> {
    let journal = lab.begin_record(&Clock::real().utc().to_string())?;
    let place = journal.path().display().to_string();
    output.json(&Begun { place: place.clone(), laboratory: lab.identity.id.clone() })?;
    output.line(format!("the record begins at {place}"));
    Ok(ExitStatus::Done)
}

pub(super) fn push(
    journal: &Journal,
    url: &str,
    name: Option<&str>,
    patience_s: u64,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    let progress = |arrived, all| {
        if !output.is_json() {
            output.remark(format!("{arrived} of {all} events stand there"));
        }
    };
    let carried = transfer::push(journal, url, name, patience_s, progress)?;
    told(&carried, output)
}

pub(super) fn backup(
    journal: &Journal,
    file: &Path,
    output: &Output,
) -> Result<ExitStatus, CliError> {
    told(&copies::backup(journal, file)?, output)
}

pub(super) fn restore(lab: &Lab, file: &Path, output: &Output) -> Result<ExitStatus, CliError> {
    let carried = match lab.record_address() {
        Some(address) => copies::restore_into_database(file, &address)?,
        None => copies::restore(file, &lab.record_path())?,
    };
    told(&carried, output)
}

fn told(carried: &Carried, output: &Output) -> Result<ExitStatus, CliError> {
    output.json(carried)?;
    let Carried { place, already, events, documents, last, hash, .. } = carried;
    output.line(format!(
        "{place}: {events} events and {documents} documents carried, {already} events stood there"
    ));
    output.line(format!("it ends with event {last}, {hash}"));
    Ok(ExitStatus::Done)
}
