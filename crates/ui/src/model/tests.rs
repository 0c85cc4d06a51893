use protocol::{GoingRun, JobKind, JobOutcome, JobView, RunKind, RunStatus};

use super::*;
use crate::asks::Ask;

fn summary(run: &str) -> RunSummary {
    RunSummary {
        run: RunId::from(run),
        kind: RunKind::Profile,
        status: RunStatus::Recording,
        reason: None,
        created_ms: 0,
        finished_ms: None,
        board: "This computer".into(),
        board_identity: "machine-4f2a".into(),
        model: "tiny".into(),
        bits: None,
        synthetic: false,
        emulated: false,
        note: None,
        tags: BTreeMap::new(),
        deleted_ms: None,
        headline: BTreeMap::new(),
    }
}

fn going(run: &str) -> GoingRun {
    GoingRun { summary: summary(run), doing: "loading".into(), repetitions_done: 0, repetitions: 4 }
}

fn event(event: Event) -> Incoming {
    Incoming::Event(Box::new(event))
}

fn sent(asks: &mut Asks) -> Vec<Command> {
    let sent = asks.take().into_iter().filter_map(|ask| match ask {
        Ask::Send(_, command) => Some(*command),
        _ => None,
    });
    sent.collect()
}

#[test]
fn a_connection_begins_with_a_snapshot_and_the_newest_runs() {
    let (mut model, mut asks) = (Model::default(), Asks::default());
    model.hear(&Incoming::Connected, 0, &mut asks);
    let sent = sent(&mut asks);
    assert!(matches!(sent[..], [Command::Snapshot, Command::ListRuns { .. }]), "{sent:?}");
}

#[test]
fn a_run_is_followed_from_its_start_to_its_end() {
    let (mut model, mut asks) = (Model::default(), Asks::default());
    model.hear(&event(Event::RunStarted(Box::new(going("a")))), 0, &mut asks);
    let progressed = Event::RunProgressed {
        run: "a".into(),
        doing: "measuring".into(),
        repetitions_done: 1,
        repetitions: 4,
        tokens: 7,
        tokens_per_s: Some(30.0),
    };
    model.hear(&event(progressed), 0, &mut asks);
    let run = &model.going[&RunId::from("a")];
    assert_eq!((run.share(), run.tokens, run.tokens_per_s), (0.25, 7, Some(30.0)));
    assert_eq!(model.run(&"a".into()).map(|run| run.model.as_str()), Some("tiny"));
    let finished =
        Event::RunFinished { run: "a".into(), status: RunStatus::Complete, failure: None };
    model.hear(&event(finished), 0, &mut asks);
    assert!(model.going.is_empty());
}

#[test]
fn changes_that_come_while_the_list_is_asked_for_cost_one_more_question() {
    let (mut model, mut asks) = (Model::default(), Asks::default());
    for _ in 0..5 {
        model.hear(&event(Event::RunChanged { run: "a".into() }), 0, &mut asks);
    }
    let requests: Vec<RequestId> = asks
        .take()
        .iter()
        .filter_map(|ask| match ask {
            Ask::Send(request, _) => Some(*request),
            _ => None,
        })
        .collect();
    assert_eq!(requests.len(), 1);
    let reply = Reply::Runs { runs: vec![summary("a")], total: 1 };
    let incoming = Incoming::Reply { request: requests[0], reply: Box::new(Ok(reply)) };
    model.hear(&incoming, 0, &mut asks);
    assert_eq!((model.recent.len(), model.total_runs), (1, 1));
    assert_eq!(sent(&mut asks).len(), 1);
}

#[test]
fn a_job_tells_how_long_it_will_take_and_what_came_of_it() {
    let (mut model, mut asks) = (Model::default(), Asks::default());
    let job = protocol::JobId(3);
    let view = JobView {
        job,
        kind: JobKind::Compress,
        title: "notes.md".into(),
        doing: "reading".into(),
        done: 0,
        total: 0,
        began_ms: 1000,
    };
    model.hear(&event(Event::JobStarted(view)), 1000, &mut asks);
    assert_eq!(model.jobs.going[&job].left_s(5000), None);
    let progressed = Event::JobProgressed { job, doing: "x".into(), done: 1, total: 4 };
    model.hear(&event(progressed), 1000, &mut asks);
    assert_eq!(model.jobs.going[&job].left_s(5000), Some(12.0));
    let outcome = JobOutcome::Failed(Failure::new(protocol::Code::Cancelled, "cancelled"));
    model.hear(&event(Event::JobFinished { job, outcome }), 6000, &mut asks);
    assert!(model.jobs.going.is_empty());
    let ended = &model.jobs.ended[0];
    assert_eq!((ended.title.as_str(), ended.failed, ended.ended_ms), ("notes.md", true, 6000));
}
