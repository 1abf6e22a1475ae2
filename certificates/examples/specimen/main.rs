//! Writes a specimen certificate: `specimen FOLDER [latin] [fail]`.

mod record;
mod results;

use etalon_certificates::fonts::{Fonts, find_cjk};
use etalon_certificates::issue::issue;
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("usage: specimen FOLDER [latin]")?);
    let asked = |word: &str| std::env::args().skip(2).any(|argument| argument == word);
    let found = if asked("latin") { None } else { find_cjk() };
    let offset = if asked("fail") { -1200 } else { 0 };
    let fonts = found.map_or_else(Fonts::latin, |found| found.fonts);
    let (authority, signer) = record::signer("Etalon Demonstration Laboratory")?;
    let issued = issue(&record::record(&fonts, offset)?, &signer, &fonts)?;
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("ca.pem"), authority.certificate_pem())?;
    std::fs::write(folder.join("certificate.xml"), &issued.dcc_xml)?;
    std::fs::write(folder.join("certificate.pdf"), &issued.pdf)?;
    Ok(())
}
