//! Keys and words of the desk's files, asked of their readers.
//!
//! Register, bench, scope, specification, catalogue and the others have no description of their own:
//! a strange key is put where the cursor stands, and the finding lists the keys that are known there; a
//! strange word, and the finding lists the words. What is offered is what is read, always.

use super::context::Context;
use crate::kind;

/// A key, and a word, that nobody knows and nothing resembles.
const STRANGE: &str = "zzqqzz";

/// The keys that may stand where the cursor is.
#[must_use]
pub fn keys(text: &str, byte: usize, here: &Context) -> Vec<String> {
    let begun = byte.saturating_sub(here.begun.len());
    let entry = format!("{STRANGE} = 0");
    told(text, (begun, byte), &entry)
        .into_iter()
        .filter(|key| !here.written.contains(key))
        .collect()
}

/// The words that the string under the cursor may be.
#[must_use]
pub fn words(text: &str, byte: usize, here: &Context) -> Vec<String> {
    let begun = byte.saturating_sub(here.begun.len());
    let word = if here.is_in_string { STRANGE.to_owned() } else { format!("\"{STRANGE}\"") };
    told(text, (begun, byte), &word)
}

/// What the reader says about a piece that stands in for what was begun. The rest of the line makes
/// room for it; where the text is broken further down, what stands above is asked alone.
fn told(text: &str, (begun, byte): (usize, usize), piece: &str) -> Vec<String> {
    let before = text.get(..begun).unwrap_or_default();
    let after = text.get(byte..).unwrap_or_default();
    let line = after.split('\n').next().unwrap_or_default();
    let below = after.get(line.len()..).unwrap_or_default();
    let rest = line.find(['"', ',', '}', ']']).and_then(|end| line.get(end..)).unwrap_or_default();
    let closed = if is_open(before, piece) && rest.is_empty() { "\"" } else { rest };
    // A line that is still being written may lack the ends of its tables and lists.
    let asked = ["", " }", "]", " }]", " ]}"].iter().flat_map(|ends| {
        [
            format!("{before}{piece}{closed}{ends}{below}"),
            format!("{before}{piece}{closed}{ends}\n"),
        ]
    });
    asked.map(|asked| listed(&asked)).find(|list| !list.is_empty()).unwrap_or_default()
}

/// Whether the piece stands inside a string.
fn is_open(before: &str, piece: &str) -> bool {
    piece == STRANGE && before.ends_with('"')
}

/// The list in the finding about the strange piece.
fn listed(text: &str) -> Vec<String> {
    let about = |finding: &etalon_uncertainty::diagnostic::Diagnostic| {
        let place = finding.span.clone().and_then(|place| text.get(place)).unwrap_or_default();
        place.contains(STRANGE) || finding.message.contains(STRANGE)
    };
    for finding in kind::findings(text).iter().filter(|finding| about(finding)) {
        let hint = finding.hint.as_deref().unwrap_or_default();
        let after = ["known here: ", "one of ", "known: "].iter().find_map(|mark| {
            [hint, &finding.message].into_iter().find_map(|told| told.split_once(mark))
        });
        if let Some((_, list)) = after {
            let trimmed =
                list.split(", ").map(|word| word.trim_matches(['`', '"', ' ']).to_owned());
            return trimmed.filter(|word| !word.is_empty()).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language_server::context::context;

    fn asked(marked: &str, ask: fn(&str, usize, &Context) -> Vec<String>) -> Vec<String> {
        let byte = marked.find('|').expect("a cursor");
        let text = marked.replacen('|', "", 1);
        ask(&text, byte, &context(&text, byte))
    }

    const REGISTER: &str = "schema = \"etalon.register/1\"\n[standard]\nid = \"a\"\n|\n[[status]]\non = \"2026-01-01\"\nstatus = \"received\"\n";

    #[test]
    fn a_reader_tells_the_keys_it_knows_but_not_those_that_stand_there() {
        let keys = asked(REGISTER, keys);
        assert!(
            keys.contains(&"serial".to_owned()) && keys.contains(&"due".to_owned()),
            "{keys:?}"
        );
        assert!(
            !keys.contains(&"id".to_owned()) && !keys.contains(&"status".to_owned()),
            "{keys:?}"
        );
    }

    #[test]
    fn a_begun_key_in_an_inline_table_is_answered_too() {
        let text = "schema = \"etalon.bench/1\"\n[bench]\nid = \"b\"\nname = { en = \"B\", z|";
        assert_eq!(asked(text, keys), ["zh"]);
    }

    #[test]
    fn a_reader_tells_the_words_it_takes() {
        let text = REGISTER.replace("|\n", "").replace("\"received\"", "\"re|\"");
        let words = asked(&text, words);
        assert!(words.contains(&"in service".to_owned()) && words.len() == 9, "{words:?}");
        let open = REGISTER.replace("|\n", "").replace("\"received\"", "\"|");
        assert_eq!(asked(&open, super::words).len(), 9);
    }

    #[test]
    fn every_kind_of_file_of_the_desk_answers() {
        for (text, known) in [
            ("schema = \"etalon.scope/1\"\n[[capability]]\n|", "cmc"),
            ("schema = \"etalon.spec/1\"\n[spec]\nvalue = \"V\"\n|", "combine"),
            ("schema = \"etalon.instrument/1\"\n[model]\nid = \"a\"\n|", "language"),
            ("schema = \"etalon.item/1\"\n[customer]\n|", "country"),
            ("schema = \"etalon.laboratory/1\"\n[site]\n|", "gravity"),
            ("schema = \"etalon.people/1\"\n[[person]]\n|", "duties"),
            ("schema = \"etalon.bench/1\"\n[[instrument]]\nid = \"a\"\n|", "resource"),
            ("schema = \"etalon.answers/1\"\n[[answer]]\n|", "point"),
        ] {
            let keys = asked(text, keys);
            assert!(keys.contains(&known.to_owned()), "{known}: {keys:?}");
        }
    }
}
