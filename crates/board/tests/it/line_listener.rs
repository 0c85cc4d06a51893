//! Hears what a process does to the modem lines of a terminal of the [`Tree`](crate::usb_tree).
//!
//! umockdev's preloaded library asks a server for every `ioctl` on a device of the tree. Records of
//! three numbers go both ways, of the machine's own size and order: what, and two arguments.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use crate::usb_tree::Tree;

/// The client: it calls `ioctl` with a request and an address.
const CALLS: u64 = 1;
/// The client: what the real call gave.
const RESULT: u64 = 2;
/// To the client: return this.
const RETURN: u64 = 3;
/// To the client: make the real call.
const RUN: u64 = 4;
/// To the client: send so many bytes of your memory.
const READ_MEMORY: u64 = 5;

/// Raises lines, lowers them, sets them all.
const TIOCMBIS: u64 = 0x5416;
const TIOCMBIC: u64 = 0x5417;
const TIOCMSET: u64 = 0x5418;
const DTR: u32 = 2;
const RTS: u32 = 4;

/// Listens to all devices of a tree.
pub(crate) struct LineListener(Receiver<String>);

impl LineListener {
    pub(crate) fn start(tree: &Tree) -> LineListener {
        let path = tree.path().join("ioctl/_default");
        let listener = UnixListener::bind(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
        let (heard, hears) = sync_channel(100);
        std::thread::Builder::new()
            .spawn(move || {
                for client in listener.incoming() {
                    let heard = heard.clone();
                    let serve = move || serve(client.unwrap(), &heard);
                    std::thread::Builder::new().spawn(serve).unwrap();
                }
            })
            .unwrap();
        LineListener(hears)
    }

    /// What was done to the lines until now.
    pub(crate) fn heard(&self) -> Vec<String> {
        let mut heard = Vec::new();
        while let Ok(word) = self.0.recv_timeout(Duration::from_millis(50)) {
            heard.push(word);
        }
        heard
    }
}

fn serve(mut client: UnixStream, heard: &SyncSender<String>) {
    while let Some([what, request, address]) = receive(&mut client) {
        match (what, request) {
            (CALLS, TIOCMBIS | TIOCMBIC | TIOCMSET) => {
                send(&mut client, [READ_MEMORY, address, 4]);
                let mut lines = [0; 4];
                client.read_exact(&mut lines).unwrap();
                heard.send(words(request, u32::from_ne_bytes(lines))).unwrap();
                send(&mut client, [RETURN, 0, 0]);
            }
            (CALLS, _) => send(&mut client, [RUN, 0, 0]),
            // Its result and errno are the device's.
            (RESULT, _) => send(&mut client, [RETURN, request, address]),
            _ => send(&mut client, [RUN, 0, 0]),
        }
    }
}

fn words(request: u64, lines: u32) -> String {
    let verb = match request {
        TIOCMBIS => "raises",
        TIOCMBIC => "lowers",
        _ => "sets",
    };
    let named = [(DTR, " DTR"), (RTS, " RTS")].iter().filter(|(line, _)| lines & line != 0);
    named.fold(verb.to_owned(), |words, (_, name)| words + name)
}

fn receive(client: &mut UnixStream) -> Option<[u64; 3]> {
    let mut bytes = [0; 24];
    match client.read_exact(&mut bytes) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
        Err(error) => panic!("{error}"),
    }
    let number = |at: usize| u64::from_ne_bytes(bytes[at..at + 8].try_into().unwrap());
    Some([number(0), number(8), number(16)])
}

fn send(client: &mut UnixStream, record: [u64; 3]) {
    let bytes: Vec<u8> = record.iter().flat_map(|number| number.to_ne_bytes()).collect();
    client.write_all(&bytes).unwrap();
}
