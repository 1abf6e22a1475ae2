//! Other people's clients that stay: what they are told line by line, and what they print.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    served::{Served, terminal},
    server::script,
};
use crate::judge::python;

/// So long the bench may take until something holds; longer is a bench that does nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Other people's client in another process.
pub(super) struct Client {
    process: Child,
    said: Lines<BufReader<ChildStdout>>,
}

impl Client {
    /// Starts a script of this folder in the Python of the peers.
    pub(super) fn of(name: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(python("python"))
            .arg(script(name))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the Python of the peers starts");
        let said = process.stdout.take().expect("its words are piped");
        Self { process, said: BufReader::new(said).lines() }
    }

    /// pyvisa at the link of an instrument whose address holds this word; what it is told and
    /// answers ends with a line feed.
    pub(super) fn pyvisa(served: &Served, instrument: &str, word: &str) -> Self {
        Self::of("visa_talk.py", &[served.resource(instrument, word)])
    }

    /// pyserial at the serial line of an instrument.
    pub(super) fn pyserial(served: &Served, instrument: &str) -> Self {
        Self::of("serial_talk.py", &[terminal(served.resource(instrument, "ASRL"))])
    }

    /// pymodbus at a controller, over TCP.
    pub(super) fn pymodbus(served: &Served, instrument: &str) -> Self {
        let resource = served.resource(instrument, "modbus://");
        let at = resource.trim_start_matches("modbus://");
        Self::of("modbus_talk.py", &[at])
    }

    /// pymodbus at a controller, on its serial line.
    pub(super) fn pymodbus_rtu(served: &Served, instrument: &str) -> Self {
        Self::of("modbus_talk.py", &[terminal(served.resource(instrument, "ASRL"))])
    }

    /// The words of its next line that begins with `head`.
    pub(super) fn line(&mut self, head: &str) -> Vec<String> {
        for line in self.said.by_ref() {
            let line = line.expect("it prints UTF-8");
            if let Some(rest) = line.strip_prefix(head) {
                return rest.split_whitespace().map(str::to_owned).collect();
            }
        }
        panic!("the client ended without `{head}`");
    }

    /// Lets a client of registers read once more.
    pub(super) fn again(&mut self) -> Vec<String> {
        self.told("again");
        self.line("energy")
    }

    /// Tells it a word.
    pub(super) fn told(&mut self, word: &str) {
        let input = self.process.stdin.as_mut().expect("its input is piped");
        writeln!(input, "{word}").expect("it listens");
    }

    /// Passes a message on, and what it prints.
    pub(super) fn ask(&mut self, message: &str) -> String {
        self.told(message);
        let line = self.said.next().unwrap_or_else(|| panic!("it ended after `{message}`"));
        line.expect("it prints UTF-8").trim().to_owned()
    }

    /// The first number of an answer.
    pub(super) fn number(&mut self, message: &str) -> f64 {
        let answer = self.ask(message);
        let first = answer.split(',').next().and_then(|word| word.trim().parse().ok());
        first.unwrap_or_else(|| panic!("{message}: `{answer}`"))
    }

    /// Asks until the answer is what is waited for.
    pub(super) fn until(&mut self, message: &str, holds: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let answer = self.ask(message);
            if holds(&answer) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "{message}: still `{answer}`");
        }
    }

    /// Asks until the number lies between two.
    pub(super) fn until_within(&mut self, message: &str, least: f64, most: f64) -> f64 {
        let is_within = |answer: &str| {
            answer.trim().parse::<f64>().is_ok_and(|number| (least..=most).contains(&number))
        };
        let answer = self.until(message, is_within);
        answer.parse().expect("it was a number a moment ago")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing left to end.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
