//! The author's desk: what the commands around the procedure language answer,
//! run as the program they are.

mod check;
mod desk;
mod diff;
mod release;
