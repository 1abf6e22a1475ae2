//! The author's desk: what the commands around the procedure language answer,
//! run as the program they are.

mod cases;
mod check;
mod desk;
mod diff;
mod hostile;
mod item;
mod language;
mod manual;
mod release;
mod three;
mod twins;
