use std::collections::BTreeMap;

use protocol::{Bits, RunKind};

use super::*;
use crate::asks::Ask;

fn run(id: &str, created_ms: i64) -> RunSummary {
    RunSummary {
        run: id.into(),
        kind: RunKind::Profile,
        status: RunStatus::Complete,
        reason: None,
        created_ms,
        finished_ms: None,
        board: "This computer".into(),
        board_identity: "machine-4f2a".into(),
        model: "tiny".into(),
        bits: Some(Bits::F32),
        synthetic: false,
        emulated: false,
        note: None,
        tags: BTreeMap::new(),
        deleted_ms: None,
        headline: BTreeMap::new(),
    }
}

#[test]
fn the_previous_run_is_the_last_complete_one_of_the_same_board_model_and_precision() {
    let mut listed: Vec<RunSummary> =
        (1..=6).map(|at| run(&format!("r{at}"), i64::from(at))).collect();
    listed[4].status = RunStatus::Lost;
    listed[3].bits = Some(Bits::Int8);
    listed[2].deleted_ms = Some(9);
    let found = |at: i64| previous(listed.iter(), &run("x", at)).map(|run| run.run.to_string());
    assert_eq!(found(6).as_deref(), Some("r2"));
    assert_eq!(found(7).as_deref(), Some("r6"));
    assert_eq!(found(1), None);
}

#[test]
fn running_through_the_list_asks_one_question_at_a_time() {
    let (mut detail, mut asks) = (Detail::default(), Asks::default());
    for id in ["a", "b", "c"] {
        detail.follow(Some(&id.into()), &mut asks);
    }
    let sent = asks.take();
    assert_eq!(sent.len(), 1);
    let Some(Ask::Send(request, _)) = sent.first() else { panic!("a question") };
    detail.hear(*request, &Ok(Reply::Done));
    detail.follow(Some(&"c".into()), &mut asks);
    let sent = asks.take();
    assert!(matches!(sent.as_slice(), [Ask::Send(_, command)]
            if **command == Command::ShowRun { selector: "c".into() }));
}

#[test]
fn a_note_that_is_being_written_outlives_an_answer_and_a_change_of_the_choice() {
    let (mut detail, mut asks) = (Detail::default(), Asks::default());
    detail.follow(Some(&"a".into()), &mut asks);
    detail.take_note("as it was");
    detail.note = "as it shall be".into();
    detail.take_note("as somebody else wrote it");
    assert_eq!(detail.note, "as it shall be");
    let unsaid = detail.follow(Some(&"b".into()), &mut asks);
    assert_eq!(unsaid, Some(("a".into(), Some("as it shall be".into()))));
    assert_eq!(detail.note_changed(), None);
}
