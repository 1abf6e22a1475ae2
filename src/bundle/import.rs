//! Taking a bundle: everything is looked at first, then all of it is written, or nothing.

use std::path::PathBuf;

use etalon_certificates::chain::{Chain, Root};
use jiff::Timestamp;
use serde::Serialize;

use super::{Bundle, BundleRefusal, CarriedRun, Contents};
use crate::{
    act::Deed,
    item,
    journal::{Body, Entry, Event, chain},
    lab::{Lab, LabError},
    people::signing::Signature,
    register::change,
    store::Journal,
};

/// Name of the act of an import: subject is the bundle's SHA-256.
pub const IMPORTED: &str = "bundle_imported";
/// Name of the act of a refusal: subject is the bundle's SHA-256.
pub const REFUSED: &str = "bundle_refused";

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Runs that were not here, or not to their end.
    pub runs: Vec<String>,
    /// Runs that were here already, with the same contents.
    pub runs_known: Vec<String>,
    /// Files that were not here.
    pub files: Vec<String>,
    /// Files that were here already, with the same contents.
    pub files_known: Vec<String>,
}

/// Takes a bundle for a person who has signed for it.
///
/// # Errors
/// [`BundleRefusal`]; nothing was written then but the refusal's act.
pub fn import(
    lab: &Lab,
    journal: &Journal,
    bytes: &[u8],
    roots: &[Root],
    (signature, now): (&Signature, Timestamp),
) -> Result<Imported, BundleRefusal> {
    let sha256 = chain::sha256_hex(bytes);
    let by = &signature.person().id;
    match examined(lab, journal, bytes, roots) {
        Ok(found) => {
            let Found { contents, imported, entries, files } = found;
            for text in contents.documents.values() {
                journal.keep(text.as_bytes())?;
            }
            for (file, text) in &files {
                change::write(file, text).map_err(LabError::from)?;
            }
            let kept = journal.keep(bytes)?;
            let deed = Deed::new(IMPORTED, &sha256, by)
                .fact("laboratory", &contents.laboratory)
                .fact("made_at", &contents.made_at)
                .fact("made_by", &contents.made_by)
                .fact("runs", imported.runs.join(" "))
                .fact("files", imported.files.join(" "))
                .document("bundle", kept);
            let entries: Vec<Entry> = entries.into_iter().chain([deed.entry(now)]).collect();
            journal.append_now(&entries)?;
            Ok(imported)
        }
        Err(refusal) => {
            let deed = Deed::new(REFUSED, &sha256, by).fact("reason", refusal.to_string());
            deed.record(journal, now)?;
            Err(refusal)
        }
    }
}

/// A bundle that may be taken.
struct Found {
    contents: Contents,
    imported: Imported,
    entries: Vec<Entry>,
    files: Vec<(PathBuf, String)>,
}

fn examined(
    lab: &Lab,
    journal: &Journal,
    bytes: &[u8],
    roots: &[Root],
) -> Result<Found, BundleRefusal> {
    let (contents, signer) = Bundle::read(bytes)?;
    trusted(&signer, roots, &contents.made_at)?;
    if contents.laboratory != lab.identity.id {
        let own = lab.identity.id.clone();
        return Err(BundleRefusal::Foreign { found: contents.laboratory, own });
    }
    for (sha256, text) in &contents.documents {
        if chain::sha256_hex(text.as_bytes()) != *sha256 {
            return Err(broken("documents", format!("{sha256} has other contents")));
        }
    }
    let mut imported = Imported::default();
    let mut entries = Vec::new();
    for carried in &contents.runs {
        sealed(carried, &contents)?;
        let new = unknown(carried, &journal.events(&carried.run)?)?;
        let list = if new.is_empty() { &mut imported.runs_known } else { &mut imported.runs };
        list.push(carried.run.clone());
        let entry = |event: &Event| Entry::new(&event.run, &event.at, event.body.clone());
        entries.extend(new.iter().map(entry));
    }
    let mut files = Vec::new();
    for (place, text) in &contents.files {
        readable(place, text)?;
        let file = lab.path(place);
        if !file.exists() {
            imported.files.push(place.clone());
            files.push((file, text.clone()));
            continue;
        }
        let here = crate::folder::text(&file).map_err(LabError::from)?;
        if here != *text {
            let difference = "its text".to_owned();
            return Err(BundleRefusal::Other { what: place.clone(), difference });
        }
        imported.files_known.push(place.clone());
    }
    Ok(Found { contents, imported, entries, files })
}

fn broken(place: impl Into<String>, reason: impl Into<String>) -> BundleRefusal {
    BundleRefusal::Broken { place: place.into(), reason: reason.into() }
}

/// The signer is vouched for by the laboratory's authority, on the day the bundle was made.
fn trusted(signer: &Chain, roots: &[Root], made_at: &str) -> Result<(), BundleRefusal> {
    let refused = |reason: String| BundleRefusal::Signature { reason };
    if !signer.ends_in(roots) {
        let (who, root) = (signer.signer_name(), signer.root_name());
        return Err(refused(format!("{who} is vouched for by {root}, who is not trusted here")));
    }
    let day: String = made_at.chars().take(10).collect();
    signer.valid_on(&day).map_err(|error| refused(error.to_string()))
}

/// Every event carries the seal that its contents give, in order, and its documents are there.
fn sealed(carried: &CarriedRun, contents: &Contents) -> Result<(), BundleRefusal> {
    let place = |event: &Event| format!("run {}, event {}", carried.run, event.sequence);
    if !matches!(carried.events.first().map(|event| &event.body), Some(Body::RunStarted { .. })) {
        return Err(broken(format!("run {}", carried.run), "it does not begin with its start"));
    }
    let mut last = 0;
    for event in &carried.events {
        if event.run != carried.run {
            return Err(broken(place(event), format!("it belongs to run {}", event.run)));
        }
        if event.sequence <= last {
            return Err(broken(place(event), format!("it stands after event {last}")));
        }
        last = event.sequence;
        let entry = Entry::new(&event.run, &event.at, event.body.clone());
        if chain::seal(&entry, event.sequence, &event.previous).hash != event.hash {
            return Err(broken(place(event), "its seal is not that of its contents"));
        }
        for sha256 in event.body.documents() {
            if !contents.documents.contains_key(sha256) {
                return Err(broken(
                    place(event),
                    format!("document {sha256} is not in the bundle"),
                ));
            }
        }
    }
    Ok(())
}

/// The events of a run that are not here yet; refused where those that are here are others.
fn unknown<'a>(carried: &'a CarriedRun, here: &[Event]) -> Result<&'a [Event], BundleRefusal> {
    let pairs = here.iter().zip(&carried.events);
    if let Some((own, other)) =
        pairs.into_iter().find(|(own, other)| own.at != other.at || own.body != other.body)
    {
        return Err(BundleRefusal::Other {
            what: format!("run {}", carried.run),
            difference: format!(
                "event {} here is {} at {}, there {} at {}",
                own.sequence,
                own.body.name(),
                own.at,
                other.body.name(),
                other.at
            ),
        });
    }
    Ok(carried.events.get(here.len()..).unwrap_or_default())
}

/// A carried file has a place of its kind and checks without an error.
fn readable(place: &str, text: &str) -> Result<(), BundleRefusal> {
    let name = |folder: &str| place.strip_prefix(folder)?.strip_suffix(".toml");
    let is_name = |name: &str| {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        name.starts_with(char::is_alphanumeric) && name.chars().all(fits)
    };
    let checks = match (name("items/"), name("procedures/")) {
        (Some(name), _) if is_name(name) => item::check(text).value.is_some(),
        (_, Some(name)) if is_name(name) => etalon_procedures::check(text).procedure.is_some(),
        _ => return Err(broken(place, "no file of a bundle belongs there")),
    };
    if checks { Ok(()) } else { Err(broken(place, "it does not check")) }
}
