//! Two programs on one store: the second window works with whoever holds it, and holds it next.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{Bench, signal, text, wait_until};
use crate::window::display;

const TERMINATE: i32 = 15;

/// A program that is ended with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Running {
        Running(command.spawn().unwrap())
    }

    fn id(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap()
    }

    /// Ends it as a person does, and waits for its last word.
    fn end(&mut self) {
        signal(self.id(), TERMINATE);
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Where the holder of the bench's store is, and what opens it.
fn sign(bench: &Bench) -> Option<[String; 3]> {
    let sign: Value =
        serde_json::from_slice(&fs::read(bench.store().join("face.json")).ok()?).ok()?;
    Some(["address", "token", "what"].map(|field| text(&sign[field])))
}

/// The holder once it says where it is.
fn holder(bench: &Bench) -> [String; 3] {
    let mut found = None;
    wait_until("the sign on the store", || {
        found = sign(bench);
        found.is_some()
    });
    found.unwrap()
}

/// Sockets that are open at the holder; `None` where it does not answer.
fn sockets([address, token, _]: &[String; 3]) -> Option<u32> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!(
        "GET /metrics HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut said = String::new();
    stream.read_to_string(&mut said).ok()?;
    let line = said.lines().find_map(|line| line.strip_prefix("benchvise_sockets_open "))?;
    line.trim().parse().ok()
}

fn serve(bench: &Bench) -> Command {
    let token = bench.path("token").display().to_string();
    let args = ["serve", "--listen", "127.0.0.1:0", "--grace", "0", "--token-file", &token];
    bench.command(args)
}

#[test]
fn a_host_is_found_on_its_store_and_goes_on_where_nobody_reads_what_it_says() {
    let bench = Bench::new();
    let closed = || Stdio::from(std::io::pipe().unwrap().1);
    let mut host = Running::start(serve(&bench).stdout(closed()).stderr(closed()));
    let found = holder(&bench);
    assert_eq!(found[2], "a bench host");
    assert!(found[0].starts_with("127.0.0.1:"), "{found:?}");
    let mode = fs::metadata(bench.store().join("face.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let own = fs::read_to_string(bench.path("token")).unwrap();
    assert_ne!(own.trim(), found[1], "a token of its own");
    // A second host on the store works as ever, and is not the one that is found.
    let mut second = Running::start(serve(&bench).stdout(Stdio::null()));
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(second.0.try_wait().unwrap().is_none());
    second.end();
    assert_eq!(sign(&bench).as_ref(), Some(&found));
    // So does a command line.
    assert!(bench.runs().is_empty());
    assert_eq!(sockets(&found), Some(0));
    assert!(host.0.try_wait().unwrap().is_none(), "it goes on");
    host.end();
    assert_eq!(sign(&bench), None);
}

#[test]
fn a_second_window_works_with_the_first_and_is_found_when_that_is_gone() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join("Xvfb").exists()) {
        println!("skipped: there is no Xvfb");
        return;
    }
    let bench = Bench::new();
    let (_server, display) = display(&bench.path("display.log"));
    let window = || {
        let mut command = bench.command::<&str>([]);
        command.env("DISPLAY", &display).env("LIBGL_ALWAYS_SOFTWARE", "1");
        Running::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
    };
    let first = window();
    let found = holder(&bench);
    assert_eq!(found[2], "another window");
    assert_eq!(sockets(&found), Some(0));
    let mut second = window();
    wait_until("the second window at the first", || sockets(&found) == Some(1));
    // However the first one goes.
    drop(first);
    let mut next = None;
    wait_until("the second window's own sign", || {
        next = sign(&bench).filter(|next| *next != found);
        next.is_some()
    });
    let next = next.unwrap();
    assert_eq!(sockets(&next), Some(0));
    let mut third = window();
    wait_until("the third window at the second", || sockets(&next) == Some(1));
    drop(third.0.kill());
    wait_until("its leaving", || sockets(&next) == Some(0));
    assert!(second.0.try_wait().unwrap().is_none());
    bench.check_store();
}
