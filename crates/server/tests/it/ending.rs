//! How a server ends.

use std::time::Duration;

use protocol::socket::Said;
use protocol::{Command, Failure, Reply};
use server::Limits;

use crate::host::Host;
use crate::sockets::compress;

#[test]
fn an_idle_server_ends_at_once_and_says_so() {
    let mut host = Host::new();
    let mut face = host.face();
    assert!(host.end() < Duration::from_secs(5));
    face.until(|said| matches!(said, Said::Leaving).then_some(()));
    assert_eq!(face.next(), None);
}

#[test]
fn while_work_goes_on_nothing_new_is_taken_and_what_waits_is_called_off_after_the_grace() {
    let mut host = Host::with(Limits { grace: Duration::from_millis(500), ..Limits::default() });
    let long =
        "The pump of the harbour ran at 17 bar and nobody saw it leak before noon. ".repeat(20_000);
    // More than are done in the grace.
    for _ in 0..20 {
        assert_eq!(host.command(&compress(&long)).status, 200);
    }
    host.stopper.stop();
    let ready = host.request("GET /readyz", &[], b"");
    assert_eq!(ready.status, 503);
    let refused = host.command(&Command::Hello);
    assert_eq!(refused.status, 503);
    assert!(refused.head.contains("retry-after"));
    assert!(refused.json::<Failure>().hint.is_some());
    host.end();
    assert_eq!(host.engine.goes_on(), (0, 0));
}

#[test]
fn health_answers_while_hundreds_of_jobs_wait() {
    let host = Host::new();
    let text = "The pump of the harbour ran at 17 bar and did not leak. ".repeat(4000);
    for _ in 0..500 {
        let reply = host.engine.send(compress(&text));
        assert!(matches!(reply, Ok(Reply::JobStarted { .. })), "{reply:?}");
    }
    assert_eq!(host.request("GET /healthz", &[], b"").status, 200);
    let Reply::Snapshot(snapshot) = host.command(&Command::Snapshot).json() else { panic!() };
    assert!(snapshot.jobs.len() > 1, "{}", snapshot.jobs.len());
    let (_, jobs) = host.engine.goes_on();
    host.engine.stop_all();
    assert!(host.engine.goes_on().1 < jobs, "what waited is gone at once");
}
