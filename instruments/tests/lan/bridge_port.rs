//! The bridge on a serial port: a pseudo-terminal whose far end is joined to its socket.

use nix::{
    fcntl::{FcntlArg, OFlag, fcntl},
    pty::openpty,
    sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
    unistd::ttyname,
};
use std::fs::File;
use tokio::{
    io::copy,
    net::{TcpStream, unix::pipe},
};

/// Joins a terminal to the bridge at this port until one of them hangs up; the path of the
/// terminal.
pub(crate) async fn joined(bridge: u16) -> String {
    let ends = openpty(None, None).expect("the system has pseudo-terminals");
    let mut settings = tcgetattr(&ends.slave).expect("a terminal has settings");
    cfmakeraw(&mut settings);
    tcsetattr(&ends.slave, SetArg::TCSANOW, &settings).expect("a terminal can be raw");
    let path = ttyname(&ends.slave).expect("a terminal has a name");
    let flags = fcntl(&ends.master, FcntlArg::F_GETFL).expect("it has flags");
    let flags = OFlag::from_bits_retain(flags) | OFlag::O_NONBLOCK;
    fcntl(&ends.master, FcntlArg::F_SETFL(flags)).expect("its flags can be set");
    let far_end = File::from(ends.master);
    let also = far_end.try_clone().expect("its descriptor can be doubled");
    let mut said = pipe::Receiver::from_file_unchecked(far_end).expect("it can be waited for");
    let mut heard = pipe::Sender::from_file_unchecked(also).expect("it can be waited for");
    let mut socket = TcpStream::connect(("127.0.0.1", bridge)).await.expect("the bridge listens");
    // The cable stays when a program closes the port.
    let cable = ends.slave;
    tokio::spawn(async move {
        let (mut from, mut to) = socket.split();
        tokio::select! {
            _ = copy(&mut said, &mut to) => {}
            _ = copy(&mut from, &mut heard) => {}
        }
        drop(cable);
    });
    path.display().to_string()
}
