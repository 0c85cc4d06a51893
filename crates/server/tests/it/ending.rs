//! How a server ends.

use std::time::Duration;

use protocol::socket::Said;
use protocol::{Code, Command, Event, Failure, JobOutcome, Reply};
use server::Limits;

use crate::host::{Face, Host};
use crate::sockets::{compress, reply};

/// Everything that is said until the socket is closed.
fn rest(face: &mut Face) -> Vec<Said> {
    std::iter::from_fn(|| face.next()).collect()
}

fn outcomes(said: Vec<Said>) -> Vec<JobOutcome> {
    let outcome = |said| match said {
        Said::Event(event) => match *event {
            Event::JobFinished { outcome, .. } => Some(outcome),
            _ => None,
        },
        _ => None,
    };
    said.into_iter().filter_map(outcome).collect()
}

#[test]
fn what_goes_on_ends_within_the_grace_and_faces_at_sockets_hear_it() {
    let host = Host::with(Limits { grace: Duration::from_secs(60), ..Limits::default() });
    let long =
        "The pump of the harbour ran at 17 bar and nobody saw it leak before noon. ".repeat(20_000);
    let mut face = host.face();
    for _ in 0..3 {
        assert!(matches!(reply(&mut face, compress(&long)), Ok(Reply::JobStarted { .. })));
    }
    host.stopper.stop();
    face.until(|said| matches!(said, Said::Leaving).then_some(()));
    // It can be looked at, and nothing is begun.
    let (begin, look) = (face.ask(compress(&long)), face.ask(Command::Snapshot));
    let said = rest(&mut face);
    let answer = |asked: u64| {
        said.iter().find_map(|said| match said {
            Said::Reply { request, result } if *request == asked => Some((**result).clone()),
            _ => None,
        })
    };
    assert!(answer(begin).is_some_and(|answer| answer.is_err_and(|why| why.code == Code::Busy)));
    assert!(matches!(answer(look), Some(Ok(Reply::Snapshot(_)))));
    let outcomes = outcomes(said);
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, JobOutcome::Compressed(_))));
}

#[test]
fn who_waits_at_a_socket_hears_of_every_job_that_is_called_off_in_the_end() {
    let mut host = Host::with(Limits { grace: Duration::from_millis(300), ..Limits::default() });
    let long =
        "The pump of the harbour ran at 17 bar and nobody saw it leak before noon. ".repeat(20_000);
    let mut face = host.face();
    for _ in 0..20 {
        assert!(matches!(host.engine.send(compress(&long)), Ok(Reply::JobStarted { .. })));
    }
    host.end();
    let outcomes = outcomes(rest(&mut face));
    assert_eq!(outcomes.len(), 20);
    assert!(outcomes.iter().any(|outcome| matches!(outcome, JobOutcome::Failed(_))));
}

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
