//! What every transport must do, as one suite that each of them passes.
//!
//! The suite speaks to a *conformance peer* ([`peer::Peer`]) at the far end of a
//! link, and asks it to answer late, twice, in pieces, not at all, or to hang up.
//! A transport's test serves the peer on its kind of line and calls [`check`].

use crate::{
    clock::Clock,
    framing::Framing,
    link::{Link, Step, Wiring},
    resource::Resource,
    transport::{Connector, Remedy, TransportError},
};
use std::{sync::Arc, time::Duration};
use thiserror::Error;

pub mod peer;

/// Enough for any answer that comes.
const PATIENCE: Duration = Duration::from_secs(5);

// Rules that have no meaning on every line.
const TOO_LONG: &str = "a message longer than allowed is refused";
const AT_THE_DEADLINE: &str = "silence ends at the deadline";
const LATE: &str = "a late answer is not taken for the next one";
const CANCELLED: &str = "the answer to a cancelled question is not taken for the next one";
const FINISHED: &str = "a cancelled message is finished, or never begun";
const BROKEN_OFF: &str = "a wait is broken off at once";
const HANGS_UP: &str = "a peer that hangs up is noticed at once";
const MADE_AGAIN: &str = "a link that is gone can be made again";

/// A rule that a transport broke.
#[derive(Clone, Debug, Error)]
#[error("{rule}: {found}")]
pub struct Breach {
    /// The rule.
    pub rule: &'static str,
    /// What was seen instead.
    pub found: String,
}

/// What the line under test can do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ability {
    /// After the peer has hung up, the same address can be connected to again.
    pub connects_again: bool,
    /// The line tells at once that the peer has hung up. A library of somebody else in between may
    /// not: what it then says is silence, until the deadline.
    pub tells_hang_up: bool,
    /// What happens on the line takes the time that it takes. A transcript that is played does not wait:
    /// its silence is told at once, and an answer that came too late is there when it is asked for.
    pub keeps_time: bool,
    /// What cannot become a message comes all the same. A transcript has whole messages only.
    pub brings_what_is_refused: bool,
}

/// A rule that has no meaning on a line, and why.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LeftOut {
    /// The rule.
    pub rule: &'static str,
    /// Why it has no meaning there.
    pub reason: &'static str,
}

const NO_TIME: &str = "what is played does not wait, so nothing is late, cancelled or broken off";
const NO_SCRAPS: &str = "what was refused as a message is not among what is played";
const NO_RETURN: &str = "the far end of this line does not come back";
const NO_WORD: &str = "this line says nothing of it, and is silent";

impl Ability {
    /// What a line of this house can do.
    pub const WHOLE: Self = Self {
        connects_again: true,
        tells_hang_up: true,
        keeps_time: true,
        brings_what_is_refused: true,
    };

    /// What a transcript can do that is played: it knows neither time nor the end of a link, has whole
    /// messages only, and begins at its beginning.
    pub const PLAYED: Self = Self {
        connects_again: false,
        tells_hang_up: false,
        keeps_time: false,
        brings_what_is_refused: false,
    };

    /// The rules that have no meaning on such a line.
    #[must_use]
    pub fn left_out(self) -> Vec<LeftOut> {
        let mut left_out = Vec::new();
        let mut leave = |has: bool, rules: &[&'static str], reason| {
            if !has {
                left_out.extend(rules.iter().map(|rule| LeftOut { rule, reason }));
            }
        };
        leave(self.brings_what_is_refused, &[TOO_LONG], NO_SCRAPS);
        leave(self.keeps_time, &[AT_THE_DEADLINE, LATE, CANCELLED, FINISHED, BROKEN_OFF], NO_TIME);
        leave(self.tells_hang_up, &[HANGS_UP], NO_WORD);
        leave(self.connects_again, &[MADE_AGAIN], NO_RETURN);
        left_out
    }
}

/// Puts a transport through every rule that has a meaning on its line; the others, by name.
///
/// # Errors
/// The first [`Breach`].
pub async fn check(
    connector: Arc<dyn Connector>,
    resource: Resource,
    clock: Clock,
    ability: Ability,
) -> Result<Vec<LeftOut>, Breach> {
    check_over(&Wiring::new(connector, clock), resource, ability).await
}

/// The same over a wiring that is there already, for example one with a transcript.
///
/// # Errors
/// The first [`Breach`].
pub async fn check_over(
    wiring: &Wiring,
    resource: Resource,
    ability: Ability,
) -> Result<Vec<LeftOut>, Breach> {
    let clock = wiring.clock;
    let opened = Link::open(resource, wiring, PATIENCE).await;
    let link = opened.map_err(|failure| breach("a link can be made", failure))?;
    let suite = Suite { link, clock };
    suite.answers().await?;
    suite.forms(ability).await?;
    suite.silence(ability).await?;
    if ability.keeps_time {
        suite.late_answers().await?;
        suite.cancelled_questions().await?;
    }
    suite.settings_go_out_once().await?;
    if ability.keeps_time {
        suite.breaking_off().await?;
    }
    suite.hanging_up(ability).await?;
    Ok(ability.left_out())
}

fn breach(rule: &'static str, found: impl ToString) -> Breach {
    Breach { rule, found: found.to_string() }
}

struct Suite {
    link: Link,
    clock: Clock,
}

impl Suite {
    async fn expect(
        &self,
        rule: &'static str,
        question: &str,
        framing: Framing,
        wanted: &[u8],
    ) -> Result<(), Breach> {
        let question = format!("{question}\n");
        match self.link.query(question, framing, PATIENCE).await {
            Ok(answer) if answer == wanted => Ok(()),
            Ok(answer) => Err(breach(rule, answer.escape_ascii())),
            Err(failure) => Err(breach(rule, failure)),
        }
    }

    async fn echo(&self, rule: &'static str, word: &str) -> Result<(), Breach> {
        let (question, wanted) = (format!("ECHO {word}"), format!("{word}\n"));
        self.expect(rule, &question, Framing::line(256), wanted.as_bytes()).await
    }

    async fn cleared(&self, rule: &'static str) -> Result<(), Breach> {
        self.link.clear(PATIENCE).await.map(drop).map_err(|failure| breach(rule, failure))
    }

    async fn fails(
        &self,
        rule: &'static str,
        question: &str,
        framing: Framing,
        deadline: Duration,
    ) -> Result<TransportError, Breach> {
        match self.link.query(format!("{question}\n"), framing, deadline).await {
            Err(failure) => Ok(failure),
            Ok(answer) => Err(breach(rule, answer.escape_ascii())),
        }
    }

    async fn answers(&self) -> Result<(), Breach> {
        for word in ["one", "two", "three"] {
            self.echo("a question gets its own answer", word).await?;
        }
        let rule = "an answer in pieces is one message";
        self.expect(rule, "PIECES 30", Framing::line(64), b"first second\n").await?;
        let rule = "an answer nobody asked for is found before the next question";
        self.expect(rule, "TWICE stray", Framing::line(64), b"stray\n").await?;
        self.clock.sleep(Duration::from_millis(60)).await;
        let failure = self.fails(rule, "ECHO next", Framing::line(64), PATIENCE).await?;
        if !matches!(failure, TransportError::Unasked { .. }) {
            return Err(breach(rule, failure));
        }
        self.cleared(rule).await?;
        self.echo(rule, "again").await
    }

    async fn forms(&self, ability: Ability) -> Result<(), Breach> {
        let block = || Framing::Block488 { terminator: b"\n".to_vec(), max: 4096 };
        let rule = "line feeds in a block are data";
        self.expect(rule, "BLOCK", block(), b"#210ab\n\ncd\n\r\0\n\n").await?;
        let rule = "a block without a terminator ends by its length";
        self.expect(rule, "BARE", block(), b"#15ab\ncd").await?;
        self.echo(rule, "behind").await?;
        let rule = "a counted message ends by its count";
        self.expect(rule, "RAW", Framing::Fixed(5), b"abcde").await?;
        let rule = "a message ends when the line falls quiet";
        let gap = Framing::Gap { quiet: Duration::from_millis(80), max: 64 };
        self.expect(rule, "RAW", gap, b"abcde").await?;
        if !ability.brings_what_is_refused {
            return Ok(());
        }
        let rule = TOO_LONG;
        let failure = self.fails(rule, "ECHO 0123456789", Framing::line(8), PATIENCE).await?;
        if !matches!(failure, TransportError::Malformed { .. }) {
            return Err(breach(rule, failure));
        }
        self.cleared(rule).await
    }

    async fn silence(&self, ability: Ability) -> Result<(), Breach> {
        let rule = AT_THE_DEADLINE;
        let deadline = Duration::from_millis(150);
        let began = self.clock.now();
        let failure = self.fails(rule, "MUTE", Framing::line(64), deadline).await?;
        let waited = began.elapsed();
        let is_timely = (deadline..=deadline + Duration::from_secs(1)).contains(&waited);
        if !matches!(failure, TransportError::Silent { .. }) || (ability.keeps_time && !is_timely) {
            return Err(breach(rule, format!("{failure} after {waited:?}")));
        }
        let rule = "a link out of step refuses until it is cleared";
        let failure = self.fails(rule, "ECHO early", Framing::line(64), deadline).await?;
        if !matches!(failure, TransportError::OutOfStep { .. }) {
            return Err(breach(rule, failure));
        }
        self.cleared(rule).await?;
        self.echo(rule, "cleared").await
    }

    async fn late_answers(&self) -> Result<(), Breach> {
        let rule = LATE;
        let deadline = Duration::from_millis(60);
        let failure = self.fails(rule, "LATE 130", Framing::line(64), deadline).await?;
        if failure.remedy() != Remedy::Resynchronise {
            return Err(breach(rule, failure));
        }
        self.cleared(rule).await?;
        self.echo(rule, "fresh").await
    }

    async fn cancelled_questions(&self) -> Result<(), Breach> {
        let rule = CANCELLED;
        let question = self.link.query("LATE 90\n", Framing::line(64), PATIENCE);
        let moment = Duration::from_millis(30);
        if self.clock.within(moment, question).await.is_ok() {
            return Err(breach(rule, "the peer did not wait"));
        }
        self.echo(rule, "mine").await?;
        let rule = FINISHED;
        let long = "x".repeat(3000);
        for patience_us in [0, 50, 500, 5000] {
            let question = self.link.query(format!("ECHO {long}\n"), Framing::line(4096), PATIENCE);
            let patience = Duration::from_micros(patience_us);
            // Cancelled or not: what matters is what the peer hears.
            drop(self.clock.within(patience, question).await);
        }
        self.echo(rule, "whole").await?;
        self.expect(rule, "GARBLED", Framing::line(64), b"0\n").await
    }

    async fn settings_go_out_once(&self) -> Result<(), Breach> {
        let rule = "a setting goes out once, whatever becomes of its answer";
        let steps = vec![Step::Write(b"SET\n".to_vec()), Step::Read(Framing::line(64))];
        let deadline = Duration::from_millis(80);
        if let Ok(answers) = self.link.exchange(steps, deadline).await {
            return Err(breach(rule, format!("{answers:?}")));
        }
        self.cleared(rule).await?;
        self.expect(rule, "SETTINGS", Framing::line(64), b"1\n").await
    }

    async fn breaking_off(&self) -> Result<(), Breach> {
        let rule = BROKEN_OFF;
        let began = self.clock.now();
        let link = self.link.clone();
        let clock = self.clock;
        let waiting = async move { link.query("MUTE\n", Framing::line(64), PATIENCE).await };
        let breaking = async {
            clock.sleep(Duration::from_millis(50)).await;
            self.link.break_off();
        };
        let (answer, ()) = tokio::join!(waiting, breaking);
        let broken_off = matches!(answer, Err(TransportError::BrokenOff { .. }));
        if !broken_off || began.elapsed() > PATIENCE / 2 {
            return Err(breach(rule, format!("{answer:?} after {:?}", began.elapsed())));
        }
        self.cleared(rule).await?;
        self.echo(rule, "next").await
    }

    async fn hanging_up(&self, ability: Ability) -> Result<(), Breach> {
        let rule = HANGS_UP;
        let began = self.clock.now();
        let patience = if ability.tells_hang_up { PATIENCE } else { PATIENCE / 4 };
        let failure = self.fails(rule, "HANGUP", Framing::line(64), patience).await?;
        let is_told = failure.remedy() == Remedy::Reestablish && began.elapsed() <= PATIENCE / 2;
        let is_silent = matches!(failure, TransportError::Silent { .. });
        if !is_told && (ability.tells_hang_up || !is_silent) {
            return Err(breach(rule, failure));
        }
        if ability.connects_again {
            let rule = MADE_AGAIN;
            let again = self.link.make_again(PATIENCE).await;
            again.map_err(|failure| breach(rule, failure))?;
            self.echo(rule, "back").await?;
        }
        Ok(())
    }
}
