//! A bench that another process serves over every way it has.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use crate::demonstration::ETALON;

/// A bench in another process; it ends with this value.
pub(crate) struct Served {
    process: Child,
    /// Every line it announced: name and address.
    pub(crate) lines: Vec<(String, String)>,
}

impl Served {
    /// Serves `bench` with further words of the command line.
    pub(crate) fn open(bench: &str, words: &[&str]) -> Self {
        let mut process = Command::new(ETALON)
            .args(["serve", bench])
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("etalon starts");
        let said = process.stdout.take().expect("its words are piped");
        let mut lines = Vec::new();
        for line in BufReader::new(said).lines() {
            let line = line.expect("etalon serve prints UTF-8");
            match line.split_once("  ") {
                Some((name, resource)) => lines.push((name.to_owned(), resource.trim().to_owned())),
                None if line.trim() == "ready" => break,
                None => panic!("etalon serve said `{line}`"),
            }
        }
        Self { process, lines }
    }

    /// The address of an instrument that holds this word.
    pub(crate) fn resource(&self, name: &str, word: &str) -> &str {
        let found = self.lines.iter().find(|(own, at)| own == name && at.contains(word));
        &found.unwrap_or_else(|| panic!("no {word} of {name} among {:?}", self.lines)).1
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Path of the terminal behind an address.
pub(crate) fn terminal(resource: &str) -> &str {
    resource.strip_prefix("ASRL").and_then(|rest| rest.strip_suffix("::INSTR")).expect("a terminal")
}
