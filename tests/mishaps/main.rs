//! What befalls a run on a bench in another process: kills and signals.
//!
//! The bench is `etalon serve` behind real sockets and pseudo-terminals. It stays energised when the
//! run is gone, keeps its own account, and lives many times as fast as the wall; so does the clock
//! of the run.
//!
//! | room | what it holds |
//! |---|---|
//! | [`kills`] | SIGKILL at seeded instants: nothing confirmed is lost, safe first, the same verdicts |
//! | [`signals`] | signals at seeded instants: through the safe state; what must not stop a run |
//! | [`cables`] | cables pulled and supply interrupted: completed or safe, and every reading true |
//! | [`truth`] | accepted readings beside what only the world knows |
//! | [`panics`] | a panic in the process of the run: through the safe state |
//! | [`unseen`] | the probe of the room lost while it is watched |
//! | [`watchdog`] | nobody comes back: the bench makes itself safe |
//! | [`laboratory`] | a demonstration laboratory wired to a served bench |
//! | [`process`] | a program heard line by line, never longer than is bearable |

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on stops")]
#![allow(clippy::disallowed_methods, reason = "processes are waited for in real time")]

mod cables;
mod chance;
mod kills;
mod laboratory;
mod panics;
mod process;
mod signals;
mod truth;
mod unseen;
mod watchdog;
