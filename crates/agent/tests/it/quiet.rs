//! A run without streams: started, now and then a sign of life, and the totals.

use agent::wire::{BoardMessage, ErrorCode, HostMessage, StopReason, Streams};

use crate::fake::{
    Board, Host, Look, MADE, MEMORY, READ_TICKS, check, check_messages, error, ready, run_with,
    tokens,
};

const BEGAN: u64 = 1000;
const STARTED: BoardMessage<'static> = BoardMessage::Started { ticks: BEGAN };

fn quiet(count: u32) -> HostMessage<'static> {
    run_with(count, Streams::Off)
}

fn ack(received: u32) -> BoardMessage<'static> {
    BoardMessage::Ack { received }
}

fn done(reason: StopReason, tokens: u32, ended: u64) -> [BoardMessage<'static>; 2] {
    [
        BoardMessage::Memory(MEMORY),
        BoardMessage::Done { reason, tokens, began: BEGAN, ended, energy_uj: None },
    ]
}

#[test]
fn no_token_and_no_vitals_are_said_and_the_totals_are_those_of_a_run() {
    let bytes = tokens(&[5, 6]);
    // It offers vitals, and a look would show in the end of the run: 3 ticks each.
    let board = Board { look_ticks: Some(3), ..ready() };
    let mut expect = vec![ack(2), STARTED];
    expect.extend(done(StopReason::Count, 4, BEGAN + READ_TICKS + 4 * MADE.total()));
    check_messages(board, &[HostMessage::Prompt { offset: 0, tokens: &bytes }, quiet(4)], &expect);
}

#[test]
fn a_long_one_says_twice_a_second_that_it_goes_on_and_how_far_it_is() {
    let bytes = tokens(&[5]);
    let mut expect = vec![ack(1), STARTED];
    // Fourteen tokens of 38 ticks are the first to pass 500, at 1000 ticks a second.
    let ticks = BEGAN + 14 * MADE.total();
    expect.push(BoardMessage::Progress { position: 14, ticks });
    expect.extend(done(StopReason::ContextFull, 16, BEGAN + 16 * MADE.total()));
    check_messages(
        ready(),
        &[HostMessage::Prompt { offset: 0, tokens: &bytes }, quiet(99)],
        &expect,
    );
}

#[test]
fn while_it_reads_a_prompt_it_says_progress_as_any_run_does() {
    let bytes = tokens(&[5; 15]);
    let mut expect = vec![ack(15), STARTED];
    for seventh in 1..=2 {
        let ticks = BEGAN + u64::from(seventh) * 7 * READ_TICKS;
        expect.push(BoardMessage::Progress { position: 7 * seventh, ticks });
    }
    expect.extend(done(StopReason::Count, 2, BEGAN + 14 * READ_TICKS + 2 * MADE.total()));
    check_messages(
        Board { look_ticks: Some(0), ..ready() },
        &[HostMessage::Prompt { offset: 0, tokens: &bytes }, quiet(2)],
        &expect,
    );
}

#[test]
fn it_hears_stop_and_ping_between_tokens_and_the_next_run_streams_again() {
    let bytes = tokens(&[5]);
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &bytes }),
        host.look(quiet(9)),
        host.look(HostMessage::Ping { host_us: 8 }),
        Look::Nothing,
        host.look(HostMessage::Stop),
        host.look(crate::fake::run(1)),
    ];
    let step = MADE.total();
    let mut expect = vec![ack(1), STARTED, BoardMessage::Pong { host_us: 8, ticks: BEGAN + step }];
    let stopped = BEGAN + 3 * step;
    expect.extend(done(StopReason::Stopped, 3, stopped));
    let (began, ended) = (stopped, stopped + step);
    expect.extend([
        BoardMessage::Started { ticks: began },
        BoardMessage::Token { index: 0, id: crate::fake::after(5), ticks: ended, phases: MADE },
        BoardMessage::Memory(MEMORY),
        BoardMessage::Done { reason: StopReason::Count, tokens: 1, began, ended, energy_uj: None },
    ]);
    check(ready(), script, &expect);
}

#[test]
fn it_is_refused_as_any_run_is() {
    let detail = "the prompt is empty; send at least one token";
    check_messages(ready(), &[quiet(1)], &[error(ErrorCode::BadPrompt, detail)]);
}
