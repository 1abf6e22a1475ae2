//! Somebody else's server in another process, which says when it is ready.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::judge::python;

/// A server; it ends with this value.
pub(crate) struct Server {
    process: Child,
    /// What it said when it was ready.
    pub(crate) word: String,
}

impl Server {
    /// Starts a script of this folder in the Python of the peers. It prints one line that begins
    /// with `ready` as soon as it can be called.
    pub(crate) fn script(name: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(python("python"));
        command.arg(script(name)).args(arguments);
        Self::started(command)
    }

    /// Starts a program that prints a line with `ready` in it.
    pub(crate) fn started(mut command: Command) -> Self {
        command
            .env("PYTHONUNBUFFERED", "1")
            // A server that starts another one ends it when this end is gone.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let process = command.spawn().unwrap_or_else(|error| {
            panic!("{command:?} does not start ({error}): ./test installs it")
        });
        let mut server = Self { process, word: String::new() };
        let said = server.process.stdout.take().expect("its words are piped");
        let mut heard = Vec::new();
        for line in BufReader::new(said).lines() {
            let line = line.expect("it prints UTF-8");
            if let Some(word) = line.strip_prefix("ready") {
                word.trim().clone_into(&mut server.word);
                return server;
            }
            heard.push(line);
        }
        panic!("{command:?} ended before it was ready: {heard:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A script of the peers.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/instruments").join(name)
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("the loopback has ports");
    listener.local_addr().expect("it is bound").port()
}
