use super::*;
use crate::asks::Ask;
use protocol::{RunKind, RunStatus};

fn summary(at: u64) -> RunSummary {
    RunSummary {
        run: RunId(format!("r{at}")),
        kind: RunKind::Profile,
        status: RunStatus::Complete,
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

/// Offsets that were asked for.
fn asked(asks: &mut Asks) -> Vec<(RequestId, u32)> {
    let questions = asks.take().into_iter().filter_map(|ask| match ask {
        Ask::Send(request, command) => match *command {
            Command::ListRuns { filter } => Some((request, filter.offset)),
            _ => None,
        },
        _ => None,
    });
    questions.collect()
}

fn answer(pages: &mut Pages, (request, offset): (RequestId, u32), total: u64) -> Heard {
    let from = u64::from(offset);
    let runs = (from..total.min(from + PAGE)).map(summary).collect();
    pages.hear(request, &Ok(Reply::Runs { runs, total }))
}

fn full(total: u64) -> (Pages, Asks) {
    let (mut pages, mut asks) = (Pages::default(), Asks::default());
    pages.turn(RunFilter::default(), &mut asks);
    let first = asked(&mut asks)[0];
    assert_eq!(answer(&mut pages, first, total), Heard::Turned);
    (pages, asks)
}

#[test]
fn pages_are_asked_for_as_they_come_into_sight_and_once() {
    let (mut pages, mut asks) = full(10_000);
    pages.want(0..40, &mut asks);
    assert!(asked(&mut asks).is_empty());
    pages.want(190..230, &mut asks);
    pages.want(195..235, &mut asks);
    let questions = asked(&mut asks);
    assert_eq!(questions.iter().map(|question| question.1).collect::<Vec<_>>(), [200]);
    assert!(pages.row(200).is_none());
    assert_eq!(answer(&mut pages, questions[0], 10_000), Heard::Page);
    assert_eq!(pages.row(399).map(|run| run.run.clone()), Some("r399".into()));
    assert_eq!(pages.find(&"r201".into()), Some(201));
    assert_eq!(pages.newest().count(), 400);
}

#[test]
fn what_is_shown_stays_while_it_is_read_anew() {
    let (mut pages, mut asks) = full(30);
    pages.changed();
    assert!(pages.row(3).is_some());
    pages.want(0..30, &mut asks);
    let first = asked(&mut asks);
    assert_eq!(first.len(), 1);
    // It changes again while the answer is on its way: asked once more afterwards, not before.
    pages.changed();
    pages.want(0..30, &mut asks);
    assert!(asked(&mut asks).is_empty());
    answer(&mut pages, first[0], 31);
    pages.want(0..31, &mut asks);
    assert_eq!(asked(&mut asks).len(), 1);
}

#[test]
fn an_answer_to_an_earlier_filter_is_ignored() {
    let (mut pages, mut asks) = full(30);
    pages.turn(RunFilter { text: Some("a".into()), ..RunFilter::default() }, &mut asks);
    let slow = asked(&mut asks)[0];
    pages.turn(RunFilter { text: Some("ab".into()), ..RunFilter::default() }, &mut asks);
    let last = asked(&mut asks)[0];
    assert_eq!(answer(&mut pages, slow, 7), Heard::Nothing);
    assert!(pages.turning());
    assert_eq!(pages.total(), Some(30));
    answer(&mut pages, last, 2);
    assert_eq!((pages.total(), pages.turning()), (Some(2), false));
}

#[test]
fn a_failure_is_kept_and_does_not_ask_on_for_ever() {
    let (mut pages, mut asks) = (Pages::default(), Asks::default());
    pages.turn(RunFilter::default(), &mut asks);
    let first = asked(&mut asks)[0];
    let failure = Failure::new(protocol::Code::Store, "the store is gone");
    pages.hear(first.0, &Err(failure));
    pages.want(0..40, &mut asks);
    assert!(asked(&mut asks).is_empty());
    assert!(pages.failure().is_some());
    pages.retry(&mut asks);
    assert_eq!(asked(&mut asks).len(), 1);
}

#[test]
fn all_pages_are_fetched_one_after_the_other() {
    let (mut pages, mut asks) = full(900);
    let mut rounds = 0;
    while !pages.want_all(&mut asks) {
        let questions = asked(&mut asks);
        assert_eq!(questions.len(), 1);
        answer(&mut pages, questions[0], 900);
        rounds += 1;
    }
    assert_eq!((rounds, pages.all().count()), (4, 900));
}
