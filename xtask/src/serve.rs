//! `cargo xtask serve`: builds the page and serves it on this machine only.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;
use crate::build::{Audience, DIST, build};
use crate::process::say;
use crate::static_files::Server;

const FIRST_PORT: u16 = 8080;

pub fn serve(open: bool, port: Option<u16>) -> Outcome<()> {
    // Before the long work: a port that is taken is better known now.
    let server = listen(port)?;
    build(Audience::Myself)?;
    let address = server.url();
    say("serving; Ctrl-C ends it");
    println!("{address}");
    if open {
        open_browser(&address);
    }
    loop {
        std::thread::park();
    }
}

/// The port asked for, or the first free one from 8080 on.
fn listen(port: Option<u16>) -> Outcome<Server> {
    let ports = match port {
        Some(port) => port..=port,
        None => FIRST_PORT..=FIRST_PORT + 20,
    };
    for port in ports.clone() {
        match Server::start(Path::new(DIST), "/", port) {
            Ok(server) => return Ok(server),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => return Err(format!("cannot listen on port {port}: {error}").into()),
        }
    }
    Err(format!(
        "port {} is taken by another program; choose one with --port N",
        ports.start()
    )
    .into())
}

fn open_browser(address: &str) {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    if command
        .arg(address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_err()
    {
        say("no browser could be opened from here; open the address by hand");
    }
}
