//! Changes of `people.toml`: written into the text that a person wrote, comments and all.
//!
//! A change adds lines and moves none. The new text is checked before it takes the place of the old
//! one, which the record keeps together with the new one.

use std::{fs, io::Write, path::Path};

use etalon_uncertainty::text::Text;

use super::{Authorisation, DUTIES, Duty, People, check};
use crate::{folder::FileFault, form::Read};

/// A new person, as `etalon person add` is told.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Name in the laboratory's files.
    pub id: String,
    /// Name on certificates.
    pub name: Text,
    /// Duties.
    pub duties: Vec<Duty>,
    /// Qualification with its number, as certificates print it.
    pub qualification: Option<Text>,
}

/// The text with a person more.
#[must_use]
pub fn with_person(text: &str, person: &NewPerson) -> String {
    let word =
        |duty: &Duty| DUTIES.iter().find(|(_, own)| own == duty).map_or("", |(word, _)| word);
    let duties: Vec<String> = person.duties.iter().map(|duty| quoted(word(duty))).collect();
    let mut lines = vec![
        "[[person]]".to_owned(),
        format!("id            = {}", quoted(&person.id)),
        format!("name          = {}", bilingual(&person.name)),
        format!("duties        = [{}]", duties.join(", ")),
    ];
    if let Some(qualification) = &person.qualification {
        lines.push(format!("qualification = {}", bilingual(qualification)));
    }
    format!("{}\n\n{}\n", text.trim_end(), lines.join("\n"))
}

/// The text with an authorisation more; `None` where it holds no such person.
#[must_use]
pub fn with_authorisation(text: &str, person: &str, given: &Authorisation) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| line.trim() == "[[person]]");
    let starts: Vec<usize> = starts.map(|(number, _)| number).collect();
    let end = starts.iter().enumerate().find_map(|(place, start)| {
        let end = starts.get(place + 1).copied().unwrap_or(lines.len());
        let own = lines.get(*start..end)?;
        own.iter().any(|line| is_id(line, person)).then_some(end)
    })?;
    let (before, after) = lines.split_at_checked(end)?;
    // Comments and blanks before the next person belong to that person.
    let is_loose = |line: &&str| line.trim().is_empty() || line.trim().starts_with('#');
    let kept = before.len() - before.iter().rev().take_while(|line| is_loose(line)).count();
    let (own, loose) = before.split_at_checked(kept)?;
    let added = [
        String::new(),
        "[[person.authorised]]".to_owned(),
        format!("procedure = {}", quoted(&given.procedure)),
        format!("activity  = {}", quoted(&given.activity)),
        format!("until     = {}", quoted(&given.until.to_string())),
    ];
    let all = own.iter().map(|line| (*line).to_owned()).chain(added);
    let all = all.chain(loose.iter().chain(after).map(|line| (*line).to_owned()));
    Some(all.collect::<Vec<_>>().join("\n") + "\n")
}

fn is_id(line: &str, person: &str) -> bool {
    let Some((key, rest)) = line.split_once('=') else { return false };
    key.trim() == "id" && rest.trim().starts_with(&quoted(person))
}

/// Checks the new text and puts it in the place of the old one, whole or not at all.
///
/// # Errors
/// [`FileFault`]; then the old text stands.
pub fn replace(file: &Path, text: &str) -> Result<People, FileFault> {
    let Read { value, diagnostics } = check(text);
    let people = value.ok_or_else(|| FileFault::Findings {
        file: file.to_owned(),
        text: text.to_owned(),
        diagnostics,
    })?;
    let fresh = file.with_extension("toml.new");
    let written = fs::File::create(&fresh)
        .and_then(|mut written| {
            written.write_all(text.as_bytes()).and_then(|()| written.sync_all())
        })
        .and_then(|()| fs::rename(&fresh, file));
    written.map_err(|source| FileFault::Unreadable { file: file.to_owned(), source })?;
    Ok(people)
}

/// A text as TOML writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A bilingual text as TOML writes it.
#[must_use]
pub fn bilingual(text: &Text) -> String {
    format!("{{ en = {}, zh = {} }}", quoted(&text.en), quoted(&text.zh))
}
