//! The far end of a link under test.

use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Something the peer does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Act {
    /// Says these bytes.
    Say(Vec<u8>),
    /// Does nothing for a while.
    Wait(Duration),
    /// Closes the line.
    HangUp,
}

/// A peer that does, for each line it hears, what the line says.
///
/// It remembers across links how many settings it was given and how many lines
/// made no sense.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    heard: Vec<u8>,
    settings: u32,
    garbled: u32,
}

impl Peer {
    /// Hears bytes; what it then does.
    pub fn hear(&mut self, bytes: &[u8]) -> Vec<Act> {
        self.heard.extend_from_slice(bytes);
        let mut acts = Vec::new();
        while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
            let rest = self.heard.split_off(end + 1);
            let line = std::mem::replace(&mut self.heard, rest);
            let line = String::from_utf8_lossy(line.trim_ascii()).into_owned();
            self.obey(&line, &mut acts);
        }
        acts
    }

    /// Forgets half a line, as an instrument does when its link is made again.
    pub fn link_closed(&mut self) {
        self.heard.clear();
    }

    fn obey(&mut self, line: &str, acts: &mut Vec<Act>) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let pause = Duration::from_millis(rest.parse().unwrap_or(0));
        let mut say = |bytes: &[u8]| acts.push(Act::Say(bytes.to_vec()));
        match word {
            "ECHO" => say(format!("{rest}\n").as_bytes()),
            "TWICE" => say(format!("{rest}\n{rest}\n").as_bytes()),
            "MUTE" => {}
            "SET" => self.settings += 1,
            "SETTINGS" => say(format!("{}\n", self.settings).as_bytes()),
            "GARBLED" => say(format!("{}\n", self.garbled).as_bytes()),
            "BLOCK" => say(b"#210ab\n\ncd\n\r\0\n\n"),
            "BARE" => say(b"#15ab\ncd"),
            "RAW" => say(b"abcde"),
            "LATE" => acts.extend([Act::Wait(pause), Act::Say(b"late\n".to_vec())]),
            "PIECES" => acts.extend([
                Act::Say(b"first ".to_vec()),
                Act::Wait(pause),
                Act::Say(b"second\n".to_vec()),
            ]),
            "HANGUP" => acts.push(Act::HangUp),
            _ => self.garbled += 1,
        }
    }

    /// Serves one link until either side closes it.
    pub async fn serve(&mut self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let mut chunk = [0_u8; 1024];
        while let Ok(count) = stream.read(&mut chunk).await {
            let heard = chunk.get(..count).unwrap_or_default();
            if heard.is_empty() {
                break;
            }
            for act in self.hear(heard) {
                match act {
                    Act::Wait(pause) => tokio::time::sleep(pause).await,
                    Act::HangUp => return self.link_closed(),
                    Act::Say(bytes) if stream.write_all(&bytes).await.is_err() => {
                        return self.link_closed();
                    }
                    Act::Say(_) => {}
                }
            }
        }
        self.link_closed();
    }
}
