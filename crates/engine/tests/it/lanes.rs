//! A face's lanes to the engine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use engine::settings::Settings;
use engine::{Engine, Heard, Lanes, Options};
use protocol::{Command, Reply};

#[test]
fn quick_commands_are_answered_in_their_order_and_lanes_that_are_dropped_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store").display().to_string();
    let settings = Settings::resolve(None, &|_| None, &[("store", store)]).unwrap();
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let wake = {
        let woken = Arc::clone(&woken);
        move || {
            woken.fetch_add(1, Ordering::Relaxed);
        }
    };
    let (lanes, heard) = Lanes::open(engine.connect(), wake).unwrap();
    (0..200).for_each(|request| lanes.ask(request, Command::Hello));
    let next = || heard.recv_timeout(Duration::from_secs(20));
    for expected in 0..200 {
        match next().unwrap() {
            Heard::Reply { request, reply } => {
                assert_eq!(request, expected);
                assert!(matches!(*reply, Ok(Reply::Hello { .. })), "{reply:?}");
            }
            other => panic!("{other:?}"),
        }
    }
    drop(lanes);
    let ended = Instant::now();
    assert_eq!(next(), Err(RecvTimeoutError::Disconnected));
    assert!(ended.elapsed() < Duration::from_secs(5));
    assert_eq!(woken.load(Ordering::Relaxed), 200);
}
