//! A transcript as lines of text, written as fast as they come.
//!
//! A line is what [`Utterance`] prints. It is put together here without the machinery of
//! formatting, because a bench with sixty links says thousands of them in a second: date and
//! time of day are made once a second, and plain characters are copied.

use super::{Transcript, Utterance};
use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

/// Every utterance as a line of text, as it comes.
#[derive(Debug)]
pub struct Lines<W>(Mutex<Pen<W>>);

#[derive(Debug)]
struct Pen<W> {
    writer: W,
    line: Vec<u8>,
    /// The second that `time` names.
    second: Option<i64>,
    /// Date and time of day up to it: `2026-01-05T08:00:00.`
    time: Vec<u8>,
}

impl<W: Write + Send> Lines<W> {
    /// Writes the lines to `writer`.
    #[must_use]
    pub fn new(writer: W) -> Self {
        Self(Mutex::new(Pen { writer, line: Vec::new(), second: None, time: Vec::new() }))
    }

    /// The writer, flushed by whoever takes it.
    pub fn into_inner(self) -> W {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).writer
    }
}

impl<W: Write + Send> Transcript for Lines<W> {
    fn record(&self, utterance: &Utterance) {
        let mut pen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pen.put(utterance);
        let Pen { writer, line, .. } = &mut *pen;
        // A transcript that cannot be written must not stop the bench; whoever owns the
        // writer learns of it when flushing.
        drop(writer.write_all(line));
    }
}

impl<W> Pen<W> {
    /// Puts the line together.
    fn put(&mut self, utterance: &Utterance) {
        self.line.clear();
        self.time(utterance.at);
        self.line.extend_from_slice(utterance.resource.as_bytes());
        let mut sign = [0; 4];
        let sign = utterance.direction.sign().encode_utf8(&mut sign);
        self.line.push(b' ');
        self.line.extend_from_slice(sign.as_bytes());
        self.line.push(b' ');
        for byte in &utterance.bytes {
            match byte {
                b'\\' | b'\'' | b'"' => self.line.extend([b'\\', *byte]),
                b' '..=b'~' => self.line.push(*byte),
                other => self.line.extend(std::ascii::escape_default(*other)),
            }
        }
        self.line.push(b'\n');
    }

    /// Time with six digits of the second, and a blank.
    fn time(&mut self, at: jiff::Timestamp) {
        let second = at.as_second();
        let Some(mut rest) = u32::try_from(at.subsec_microsecond()).ok().filter(|_| second >= 0)
        else {
            self.line.extend_from_slice(format!("{at:.6} ").as_bytes());
            return;
        };
        if self.second != Some(second) {
            let whole = format!("{at:.0}");
            self.time = whole.trim_end_matches('Z').as_bytes().to_vec();
            self.second = Some(second);
        }
        self.line.extend_from_slice(&self.time);
        let mut digits = *b".000000Z ";
        for digit in digits.iter_mut().skip(1).take(6).rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        self.line.extend_from_slice(&digits);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Direction, *};

    #[test]
    fn a_line_is_what_the_utterance_prints() {
        let lines = Lines::new(Vec::new());
        let mut wanted = String::new();
        let every_byte: Vec<u8> = (0..=255).collect();
        for (at, direction) in [
            ("2026-01-05T08:00:00.25Z", Direction::Sent),
            ("2026-01-05T08:00:00.999999999Z", Direction::Received),
            ("2026-01-05T08:00:01Z", Direction::Event),
            ("2026-12-31T23:59:59.0000019Z", Direction::Received),
            ("1969-12-31T23:59:59.5Z", Direction::Sent),
        ] {
            let utterance = Utterance {
                at: at.parse().unwrap(),
                resource: "TCPIP::127.0.0.1::5025::SOCKET".to_owned(),
                direction,
                bytes: every_byte.clone(),
            };
            lines.record(&utterance);
            wanted.push_str(&format!("{utterance}\n"));
        }
        assert_eq!(String::from_utf8(lines.into_inner()).unwrap(), wanted);
    }
}
