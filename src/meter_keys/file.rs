//! The file with the keys of one meter, `etalon.meter-keys/1`.
//!
//! A value that begins with `env:` stands in the environment variable of that name. Nothing that stands
//! in the file is repeated in a message.

use std::{os::unix::fs::MetadataExt as _, path::Path};

use etalon_instruments::protocol::dlms::security::{Authentication, Secrets};
use serde::Deserialize;

use super::MeterKeysError;

/// Schema of a file with keys.
pub const SCHEMA: &str = "etalon.meter-keys/1";

/// Rights that nobody but the owner may have.
const OF_OTHERS: u32 = 0o077;
/// What a value begins with that stands in the environment.
const ELSEWHERE: &str = "env:";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    schema: String,
    client: u8,
    authentication: String,
    #[serde(default)]
    ciphered: bool,
    title: Option<String>,
    password: Option<String>,
    encryption_key: Option<String>,
    authentication_key: Option<String>,
}

/// What a file says, with its secrets taken from where they are.
pub struct KeyFile {
    /// Address of the client that has these rights.
    pub client: u8,
    /// How the client shows who it is.
    pub authentication: Authentication,
    /// Whether every message is authenticated and encrypted.
    pub ciphered: bool,
    /// Title of this client.
    pub title: [u8; 8],
    password: Option<String>,
    encryption: Option<[u8; 16]>,
    proof: Option<[u8; 16]>,
}

impl KeyFile {
    /// The secrets, for as long as they are looked at.
    #[must_use]
    pub fn secrets(&self) -> Secrets<'_> {
        Secrets {
            password: self.password.as_deref().map(str::as_bytes),
            encryption: self.encryption,
            authentication: self.proof,
        }
    }

    /// Whether messages under these keys have numbers.
    #[must_use]
    pub fn numbers(&self) -> bool {
        self.ciphered || self.authentication == Authentication::Gmac
    }
}

/// Reads a file with keys.
///
/// # Errors
/// [`MeterKeysError`]: others may read it, it is not such a file, a variable is not set.
pub fn read(path: &Path) -> Result<KeyFile, MeterKeysError> {
    let failed = |source| MeterKeysError::File { path: path.to_owned(), source };
    let mode = std::fs::metadata(path).map_err(failed)?.mode() & 0o777;
    if mode & OF_OTHERS != 0 {
        return Err(MeterKeysError::Open { path: path.to_owned(), mode });
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let wrong = |what: String| MeterKeysError::Content { path: path.to_owned(), what };
    // The parser's own words would show the line that is wrong.
    let content: Content = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| {
            text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
        });
        wrong(format!("line {line} is not as docs/FORMATS.md has it"))
    })?;
    if content.schema != SCHEMA {
        return Err(wrong(format!("it is \"{}\", wanted \"{SCHEMA}\"", content.schema)));
    }
    content.understood(path)
}

impl Content {
    fn understood(self, path: &Path) -> Result<KeyFile, MeterKeysError> {
        let wrong = |what: String| MeterKeysError::Content { path: path.to_owned(), what };
        let mut known = Authentication::NAMES.iter();
        let authentication = known.find(|(name, _)| *name == self.authentication);
        let (_, authentication) = *authentication.ok_or_else(|| {
            let names = Authentication::NAMES.map(|(name, _)| name).join(", ");
            wrong(format!("authentication is none of {names}"))
        })?;
        let title = self.title.as_deref().map(|text| bytes::<8>(path, "title", text));
        let file = KeyFile {
            client: self.client,
            authentication,
            ciphered: self.ciphered,
            title: title.transpose()?.unwrap_or_default(),
            password: taken(path, "password", self.password)?,
            encryption: key(path, "encryption_key", self.encryption_key)?,
            proof: key(path, "authentication_key", self.authentication_key)?,
        };
        if file.numbers() && file.title == [0; 8] {
            return Err(wrong("title is missing: 8 bytes of this client's own".to_owned()));
        }
        Ok(file)
    }
}

/// A secret from the file, or from the environment where the file says so.
fn taken(
    path: &Path,
    key: &'static str,
    text: Option<String>,
) -> Result<Option<String>, MeterKeysError> {
    let Some(text) = text else { return Ok(None) };
    let Some(variable) = text.strip_prefix(ELSEWHERE) else { return Ok(Some(text)) };
    let found = std::env::var(variable).map_err(|_| MeterKeysError::Variable {
        path: path.to_owned(),
        key,
        variable: variable.to_owned(),
    })?;
    Ok(Some(found))
}

fn key(
    path: &Path,
    name: &'static str,
    text: Option<String>,
) -> Result<Option<[u8; 16]>, MeterKeysError> {
    taken(path, name, text)?.map(|text| bytes(path, name, &text)).transpose()
}

/// Bytes in hexadecimal digits.
fn bytes<const N: usize>(path: &Path, name: &str, text: &str) -> Result<[u8; N], MeterKeysError> {
    let digits: Option<Vec<u8>> = text
        .trim()
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let pairs = digits.filter(|digits| digits.len() == 2 * N).map(|digits| {
        let pairs = digits.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
        pairs.map(|[high, low]| high << 4 | low).collect::<Vec<u8>>()
    });
    pairs.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| MeterKeysError::Content {
        path: path.to_owned(),
        what: format!("{name} wants {} hexadecimal digits", 2 * N),
    })
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt as _, path::PathBuf};

    use super::*;

    const WHOLE: &str = "schema = \"etalon.meter-keys/1\"\nclient = 1\nauthentication = \"gmac\"\nciphered = true\ntitle = \"45544C0000000001\"\nencryption_key = \"000102030405060708090A0B0C0D0E0F\"\nauthentication_key = \"D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF\"\n";

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m1.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    fn refusal(text: &str, mode: u32) -> String {
        let (_folder, path) = file(text, mode);
        read(&path).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn keys_that_only_their_owner_can_read_are_taken_as_written() {
        let (_folder, path) = file(WHOLE, 0o600);
        let read = read(&path).unwrap();
        assert_eq!((read.client, read.ciphered, read.numbers()), (1, true, true));
        assert_eq!(&read.title, b"ETL\0\0\0\0\x01");
        let secrets = read.secrets();
        assert_eq!(secrets.encryption.unwrap(), core::array::from_fn(|at| at as u8));
        assert_eq!(secrets.authentication.unwrap()[15], 0xDF);
    }

    #[test]
    fn file_that_others_can_read_is_refused_with_what_to_do() {
        let said = refusal(WHOLE, 0o640);
        assert!(said.contains("has mode 640") && said.contains("chmod 600"), "{said}");
    }

    #[test]
    fn refusals_never_repeat_what_stands_in_the_file() {
        for (from, to, wanted) in [
            (
                "000102030405060708090A0B0C0D0E0F",
                "000102030405060708090A0B0C0D0E",
                "32 hexadecimal",
            ),
            ("encryption_key = \"", "encryption_key = ", "line 6"),
            ("\"gmac\"", "\"D0D1\"", "none, password, gmac"),
            ("meter-keys/1", "meter-keys/2", "etalon.meter-keys/2"),
            ("title = \"45544C0000000001\"\n", "", "title is missing"),
            ("client = 1\n", "client = 1\nkey = \"D0D1\"\n", "line 3"),
            ("000102030405060708090A0B0C0D0E0F", "env:NO_SUCH_VARIABLE", "NO_SUCH_VARIABLE"),
        ] {
            let said = refusal(&WHOLE.replace(from, to), 0o600);
            assert!(said.contains(wanted), "{said}");
            assert!(!said.contains("0D0E") && !said.contains("D0D1"), "{said}");
        }
    }
}
