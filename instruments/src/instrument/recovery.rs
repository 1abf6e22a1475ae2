//! After a failure: the line in step again, the instrument known again, its set-up restored.

use super::{CONNECT_WITHIN, Identity, Instrument, InstrumentError};
use crate::{
    link::Step,
    protocol::pattern::Pattern,
    transport::{Cleared, Remedy},
};

/// How many stray replies are passed over before the line counts as lost.
const STRAY_REPLIES: usize = 16;

/// What a recovery found and did. The point it happened in is void, whatever stands here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Recovery {
    /// Whether the link was cleared in place or made again.
    pub link: Cleared,
    /// What lay in the error queue: often the reason for the failure.
    pub queued: Vec<String>,
    /// Commands that were given again.
    pub restored: Vec<String>,
    /// How the output was last switched.
    pub output_wanted: Option<bool>,
    /// How the output stands now, where the model can tell.
    pub output_found: Option<bool>,
}

impl Instrument {
    /// Brings the instrument back after a failure with this remedy.
    ///
    /// The link is cleared or made again, stray replies are passed over until the
    /// instrument says its name (another instrument than before is refused), the error
    /// queue is emptied, and everything that was set is set again: it may have lost its
    /// supply in between, and nobody would know. The output is left as it stands.
    /// Counts under way are forgotten.
    ///
    /// # Errors
    /// [`InstrumentError`]; with [`Remedy::Stop`] at once, since nothing can be done.
    pub async fn recover(&self, remedy: Remedy) -> Result<Recovery, InstrumentError> {
        let (_, link) = self.line("recover it")?;
        let failed = |source| self.line_failed("recovering", source);
        let cleared = match remedy {
            Remedy::Stop => {
                return Err(InstrumentError::CannotDo {
                    instrument: self.id().to_owned(),
                    model: self.model().id.clone(),
                    what: "be recovered: a person must look".to_owned(),
                    nearest: None,
                });
            }
            Remedy::Resynchronise => link.clear(CONNECT_WITHIN).await.map_err(failed)?,
            Remedy::Reestablish => {
                link.make_again(CONNECT_WITHIN).await.map_err(failed)?;
                Cleared::MakeAgain
            }
        };
        self.memory().ordered.clear();
        self.known_again().await?;
        let queued = self.error_queue().await?;
        let commands = self.memory().commands();
        for command in &commands {
            self.command(command, None).await?;
        }
        let output_wanted = self.memory().output;
        let output_found = self.output().await?;
        Ok(Recovery { link: cleared, queued, restored: commands, output_wanted, output_found })
    }

    /// Puts every question of the identification again; the answers must tell the same as when
    /// the instrument was opened.
    async fn known_again(&self) -> Result<(), InstrumentError> {
        let Some(identity) = &self.inner.identity else { return self.identify().await.map(drop) };
        let Some(wanted) = &self.inner.model.identity else { return Ok(()) };
        for (query, form) in wanted.questions() {
            let query = query.to_string();
            if self.model().language.is_framed() {
                // A frame says itself whom it comes from and what it answers.
                let reply = self.framed_again(&query).await?;
                if !tells(form, &reply, identity) {
                    return Err(self.not_the_one(identity, reply));
                }
            } else {
                self.told_again(&query, form, identity).await?;
            }
        }
        Ok(())
    }

    /// Puts one question; once more where a frame came that is no answer to it, such as the late
    /// answer of another instrument on a line that several share.
    async fn framed_again(&self, query: &str) -> Result<String, InstrumentError> {
        match self.ask(query).await {
            Err(InstrumentError::Unreadable { .. }) => {
                let (_, link) = self.line("recover it")?;
                let failed = |source| self.line_failed("recovering", source);
                link.clear(CONNECT_WITHIN).await.map_err(failed)?;
                self.ask(query).await
            }
            answered => answered,
        }
    }

    /// Puts one question and passes over what comes before its answer: late answers to
    /// something else, which no line of text can tell from another instrument but by going on
    /// to read.
    async fn told_again(
        &self,
        query: &str,
        form: &Pattern,
        identity: &Identity,
    ) -> Result<(), InstrumentError> {
        let (line, link) = self.line("identify it")?;
        let mut steps = vec![Step::Write(line.ended(query)), Step::Read(line.reply_end.clone())];
        let mut stray = None;
        for _ in 0..STRAY_REPLIES {
            let replies = link.exchange(std::mem::take(&mut steps), line.answers_within).await;
            let reply = match (replies, &stray) {
                (Ok(replies), _) => replies.into_iter().next_back().unwrap_or_default(),
                (Err(source), None) => return Err(self.line_failed(query, source)),
                // Something answered, and nothing better came behind it.
                (Err(_), Some(_)) => break,
            };
            if self.text(query, &reply).is_ok_and(|text| tells(form, &text, identity)) {
                return Ok(());
            }
            stray = Some(String::from_utf8_lossy(reply.trim_ascii()).into_owned());
            steps = vec![Step::Read(line.reply_end.clone())];
        }
        Err(self.not_the_one(identity, stray.unwrap_or_default()))
    }

    fn not_the_one(&self, identity: &Identity, found: String) -> InstrumentError {
        let instrument = self.id().to_owned();
        InstrumentError::NotTheOne { instrument, found, wanted: identity.to_string() }
    }
}

/// Whether a reply of this form tells the model and the serial number that are known.
fn tells(form: &Pattern, reply: &str, identity: &Identity) -> bool {
    form.read(reply).is_some_and(|said| {
        let same = |part: &str, known: &str| said.get(part).is_none_or(|text| *text == known);
        same("model", &identity.model) && same("serial", &identity.serial)
    })
}
