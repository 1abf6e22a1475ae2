//! Questions, commands, and the look into the error queue behind them.

use super::{Identity, Instrument, InstrumentError};
use crate::{
    catalogue::model::{Language, Line},
    link::{Link, Step},
    protocol::{
        mensor, mt_sics,
        scpi::{ReplyError, error_queue::QueuedError},
        tongue::Tongue,
        zera,
    },
};
use std::{collections::BTreeMap, time::Duration};

impl Instrument {
    /// Asks the instrument who it is, and refuses anybody but the model of the catalogue.
    ///
    /// # Errors
    /// [`InstrumentError::NotTheOne`] when another model answers.
    pub async fn identify(&self) -> Result<Identity, InstrumentError> {
        let Some(wanted) = &self.inner.model.identity else {
            return Err(self.by_hand_only("identify it"));
        };
        let mut said: BTreeMap<String, String> = BTreeMap::new();
        let mut replies = Vec::new();
        for (query, form) in wanted.questions() {
            let query = query.to_string();
            let reply = self.ask(&query).await?;
            let Some(parts) = form.read(&reply) else {
                let form = ReplyError::Form { wanted: form.to_string() };
                return Err(self.unreadable(&query, &reply, form));
            };
            said.extend(parts.into_iter().map(|(part, text)| (part.to_owned(), text.to_owned())));
            replies.push(reply);
        }
        let reply = replies.join("; ");
        let identity = Identity::of_parts(&said);
        if wanted.fits(&identity.maker, &identity.model) {
            return Ok(identity);
        }
        Err(InstrumentError::NotTheOne {
            instrument: self.id().to_owned(),
            found: reply,
            wanted: format!("{} {}", wanted.maker, wanted.model.join(" or ")),
        })
    }

    /// Asks anything; the reply without the end of its line.
    ///
    /// # Errors
    /// [`InstrumentError`] when the line fails or the reply is not text.
    pub async fn ask(&self, question: &str) -> Result<String, InstrumentError> {
        self.ask_within(question, self.inner.model.answers_within()).await
    }

    pub(super) async fn ask_within(
        &self,
        question: &str,
        deadline: Duration,
    ) -> Result<String, InstrumentError> {
        let (line, link) = self.line(question)?;
        if let Some(tongue) = self.tongue() {
            return self.framed(tongue.as_ref(), question, deadline).await;
        }
        let reply = link
            .query(line.ended(question), line.reply_end.clone(), deadline)
            .await
            .map_err(|source| self.line_failed(question, source))?;
        self.text(question, &reply)
    }

    /// Sends a command and makes sure, where the model can tell, that it was finished and not refused.
    ///
    /// With `complete_within`, the model is asked whether it has finished, and may take so long.
    ///
    /// # Errors
    /// [`InstrumentError::Refused`] with everything in the error queue.
    pub async fn command(
        &self,
        command: &str,
        complete_within: Option<Duration>,
    ) -> Result<(), InstrumentError> {
        let (line, link) = self.line(command)?;
        if let Some(tongue) = self.tongue() {
            return self.framed(tongue.as_ref(), command, line.answers_within).await.map(drop);
        }
        let model = &self.inner.model;
        let mut steps = vec![Step::Write(line.ended(command))];
        let mut deadline = line.answers_within;
        if line.acknowledge.is_some() {
            steps.push(Step::Read(line.reply_end.clone()));
        }
        let complete = complete_within.zip(model.complete.as_ref());
        if let Some((patience, (query, _))) = complete {
            steps.push(Step::Write(line.ended(&query.to_string())));
            steps.push(Step::Read(line.reply_end.clone()));
            deadline += patience;
        }
        let queue = model.errors.as_ref().filter(|queue| queue.after_settings);
        if let Some(queue) = queue {
            steps.push(Step::Write(line.ended(&queue.query.to_string())));
            steps.push(Step::Read(line.reply_end.clone()));
        }
        let failed = |source| self.line_failed(command, source);
        let mut replies = link.exchange(steps, deadline).await.map_err(failed)?.into_iter();
        if let Some(wanted) = &line.acknowledge {
            let reply = self.text(command, &replies.next().unwrap_or_default())?;
            if wanted.read(&reply).is_none() {
                let (instrument, command) = (self.id().to_owned(), command.to_owned());
                return Err(InstrumentError::Refused { instrument, command, queued: vec![reply] });
            }
        }
        if let Some((_, (query, wanted))) = complete {
            let query = query.to_string();
            let reply = self.text(&query, &replies.next().unwrap_or_default())?;
            if wanted.read(&reply).is_none() {
                let form = ReplyError::Form { wanted: wanted.to_string() };
                return Err(self.unreadable(&query, &reply, form));
            }
        }
        match queue {
            None => Ok(()),
            Some(queue) => {
                let query = queue.query.to_string();
                let first = self.text(&query, &replies.next().unwrap_or_default())?;
                self.not_refused(command, &query, &first).await
            }
        }
    }

    /// Reads the error queue until it is empty; what lay in it, oldest first.
    ///
    /// # Errors
    /// [`InstrumentError::Refused`] when it does not become empty.
    pub async fn error_queue(&self) -> Result<Vec<String>, InstrumentError> {
        let Some(queue) = &self.inner.model.errors else { return Ok(Vec::new()) };
        let query = queue.query.to_string();
        let mut entries = Vec::new();
        for _ in 0..=queue.at_most {
            let reply = self.ask(&query).await?;
            let entry = self.queued(&query, &reply)?;
            if entry.is_none() {
                return Ok(entries);
            }
            entries.push(entry.to_string());
        }
        entries.push("the queue does not become empty".to_owned());
        Err(InstrumentError::Refused {
            instrument: self.id().to_owned(),
            command: query,
            queued: entries,
        })
    }

    async fn not_refused(
        &self,
        command: &str,
        query: &str,
        first: &str,
    ) -> Result<(), InstrumentError> {
        let entry = self.queued(query, first)?;
        if entry.is_none() {
            return Ok(());
        }
        let mut queued = vec![entry.to_string()];
        // The first entry refuses the command already; a failure while reading on does not undo that.
        match self.error_queue().await {
            Ok(more) => queued.extend(more),
            Err(failure) => queued.push(failure.to_string()),
        }
        let (instrument, command) = (self.id().to_owned(), command.to_owned());
        Err(InstrumentError::Refused { instrument, command, queued })
    }

    fn queued(&self, query: &str, reply: &str) -> Result<QueuedError, InstrumentError> {
        let form = || ReplyError::Form { wanted: "code,\"text\"".to_owned() };
        QueuedError::parse(reply).ok_or_else(|| self.unreadable(query, reply, form()))
    }

    /// The line, or who does it instead.
    pub(super) fn line(&self, doing: &str) -> Result<(&Line, &Link), InstrumentError> {
        match (&self.inner.model.line, &self.inner.link) {
            (Some(line), Some(link)) => Ok((line, link)),
            _ => Err(self.by_hand_only(doing)),
        }
    }

    pub(super) fn by_hand_only(&self, what: &str) -> InstrumentError {
        InstrumentError::ByHand { instrument: self.id().to_owned(), what: what.to_owned() }
    }

    pub(super) fn line_failed(
        &self,
        doing: &str,
        source: crate::transport::TransportError,
    ) -> InstrumentError {
        InstrumentError::Line {
            instrument: self.id().to_owned(),
            doing: doing.to_owned(),
            source: Box::new(source),
        }
    }

    pub(super) fn unreadable(
        &self,
        command: &str,
        reply: &str,
        source: ReplyError,
    ) -> InstrumentError {
        if let ReplyError::Refused { reason } = source {
            let (instrument, command) = (self.id().to_owned(), command.to_owned());
            return InstrumentError::Refused { instrument, command, queued: vec![reason] };
        }
        InstrumentError::Unreadable {
            instrument: self.id().to_owned(),
            command: command.to_owned(),
            reply: reply.escape_debug().to_string(),
            source: Box::new(source),
        }
    }

    /// Who makes frames of sentences, where the model's language has them.
    fn tongue(&self) -> Option<Box<dyn Tongue>> {
        let keys = &self.inner.wiring.meter_keys;
        self.inner.model.language.tongue(&self.inner.address, keys)
    }

    /// Refuses an address that a language of frames cannot use, before anything is said.
    pub(super) fn can_be_spoken_to(&self) -> Result<(), InstrumentError> {
        if !self.model().language.is_framed() || self.tongue().is_some() {
            return Ok(());
        }
        let address = &self.inner.address;
        let what = match Language::key_name(address) {
            Some(name) => format!("be spoken to: no keys named \"{name}\" are at hand"),
            None => format!("be spoken to at \"{address}\", which is no address in its language"),
        };
        Err(InstrumentError::CannotDo {
            instrument: self.id().to_owned(),
            model: self.model().id.clone(),
            what,
            nearest: None,
        })
    }

    /// Says a sentence in a language of frames; what came back, as text.
    async fn framed(
        &self,
        tongue: &dyn Tongue,
        sentence: &str,
        deadline: Duration,
    ) -> Result<String, InstrumentError> {
        let (_, link) = self.line(sentence)?;
        let steps = tongue.steps(sentence).map_err(|reason| InstrumentError::CannotDo {
            instrument: self.id().to_owned(),
            model: self.inner.model.id.clone(),
            what: format!("say it: {reason}"),
            nearest: None,
        })?;
        let failed = |source| self.line_failed(sentence, source);
        let messages = link.exchange(steps, deadline).await.map_err(failed)?;
        tongue.text(sentence, &messages).map_err(|reason| {
            let last = messages.last().map(|bytes| hex(bytes)).unwrap_or_default();
            self.unreadable(sentence, &last, reason)
        })
    }

    /// A reply as text: printable ASCII without the end of its line, and without what the
    /// language puts around every reply.
    pub(super) fn text(&self, command: &str, reply: &[u8]) -> Result<String, InstrumentError> {
        let language = self.inner.model.language;
        let inner = match language {
            // Blanks in front mean something in these languages, and lines follow each other.
            Language::Mensor | Language::Sbi | Language::Zera => reply,
            _ => reply.trim_ascii(),
        };
        let printable = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\r' | b'\n');
        let without_end = inner.trim_ascii_end();
        let one_line = !without_end.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
        let text =
            std::str::from_utf8(inner).ok().filter(|text| text.bytes().all(|b| printable(&b)));
        let said = match text {
            Some(text) if one_line || language == Language::Zera => match language {
                Language::MtSics => mt_sics::said(text),
                Language::Mensor => mensor::said(text),
                Language::Zera => zera::said(text),
                _ => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
            },
            _ => Err(ReplyError::NotText),
        };
        said.map_err(|reason| {
            let shown = inner.escape_ascii().to_string();
            self.unreadable(command, &shown, reason)
        })
    }
}

/// A frame for people.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

impl Line {
    /// A command with its end.
    pub(crate) fn ended(&self, command: &str) -> Vec<u8> {
        let mut bytes = command.as_bytes().to_vec();
        bytes.extend_from_slice(self.command_end.as_bytes());
        bytes
    }
}
