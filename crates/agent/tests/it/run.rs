//! A run: exact tokens, ticks, phases and end.

use agent::Vitals;
use agent::wire::{
    BoardMessage, Decoder, ErrorCode, HostMessage, Item, PhaseTicks, StopReason, Streams,
};

use crate::fake::{
    Board, Host, Look, MADE, MEMORY, READ_TICKS, after, check, check_messages, error, play, ready,
    run, tokens,
};

const BEGAN: u64 = 1000;

fn ack(received: u32) -> BoardMessage<'static> {
    BoardMessage::Ack { received }
}

const STARTED: BoardMessage<'static> = BoardMessage::Started { ticks: BEGAN };

fn done(reason: StopReason, tokens: u32, ended: u64) -> [BoardMessage<'static>; 2] {
    [
        BoardMessage::Memory(MEMORY),
        BoardMessage::Done { reason, tokens, began: BEGAN, ended, energy_uj: None },
    ]
}

/// The tokens after a prompt of `read` tokens that ends in `last`: the first one's phases hold the
/// whole reading, the others' a step each.
fn made(read: u64, last: u32, count: u32) -> Vec<BoardMessage<'static>> {
    let mut id = last;
    (0..count)
        .map(|index| {
            id = after(id);
            let reads = if index == 0 { read - 1 } else { 0 };
            let phases = PhaseTicks {
                embed: MADE.embed * (reads + 1),
                attention: MADE.attention * (reads + 1),
                feed_forward: MADE.feed_forward * (reads + 1),
                ..MADE
            };
            let ticks = BEGAN + (read - 1) * READ_TICKS + u64::from(index + 1) * MADE.total();
            BoardMessage::Token { index, id, ticks, phases }
        })
        .collect()
}

/// Runs over `prompt` and expects `count` tokens, ended by `reason`.
#[track_caller]
fn check_run(prompt: &[u32], go: HostMessage<'_>, count: u32, reason: StopReason) {
    let bytes = tokens(prompt);
    let (read, last) = (prompt.len() as u64, prompt[prompt.len() - 1]);
    let mut expect = vec![ack(prompt.len() as u32), STARTED];
    let reads_before_first = (read - 1) * READ_TICKS;
    if go != run(0) && reads_before_first >= 200 {
        // Seven reads of 31 ticks are the first to pass 200, at 1000 ticks a second.
        for seventh in 1..=reads_before_first / 217 {
            let position = 7 * seventh as u32;
            expect.push(BoardMessage::Progress { position, ticks: BEGAN + 217 * seventh });
        }
    }
    let tokens = made(read, last, count);
    let ended = match tokens.last() {
        Some(&BoardMessage::Token { ticks, .. }) => ticks,
        _ => BEGAN,
    };
    expect.extend(tokens);
    expect.extend(done(reason, count, ended));
    check_messages(ready(), &[HostMessage::Prompt { offset: 0, tokens: &bytes }, go], &expect);
}

#[test]
fn every_token_has_its_exact_moment_and_phases() {
    check_run(&[5], run(1), 1, StopReason::Count);
    check_run(&[5], run(4), 4, StopReason::Count);
    check_run(&[5, 6, 7], run(3), 3, StopReason::Count);
}

#[test]
fn a_long_prompt_says_progress_five_times_a_second() {
    check_run(&[5; 15], run(2), 2, StopReason::Count);
}

#[test]
fn count_zero_reads_nothing_and_is_done() {
    check_run(&[5, 6], run(0), 0, StopReason::Count);
}

#[test]
fn a_prompt_of_exactly_the_context_makes_one_token() {
    check_run(&[5; 16], run(9), 1, StopReason::ContextFull);
}

#[test]
fn the_context_ends_a_run_that_wants_more() {
    check_run(&[5, 6], run(u32::MAX), 15, StopReason::ContextFull);
}

#[test]
fn a_stop_token_ends_the_text_and_is_not_said() {
    let (first, second) = (after(5), after(after(5)));
    let go = HostMessage::Run {
        count: 9,
        seed: 1,
        temperature: 0.0,
        top_p: 1.0,
        stop_token: Some(second),
        streams: Streams::On,
    };
    let bytes = tokens(&[5]);
    let ticks = BEGAN + MADE.total();
    let mut expect =
        vec![ack(1), STARTED, BoardMessage::Token { index: 0, id: first, ticks, phases: MADE }];
    expect.extend(done(StopReason::EndOfText, 1, ticks + MADE.total()));
    check_messages(ready(), &[HostMessage::Prompt { offset: 0, tokens: &bytes }, go], &expect);
}

#[test]
fn stop_while_the_prompt_is_read_ends_with_no_token() {
    let bytes = tokens(&[5; 10]);
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &bytes }),
        host.look(run(5)),
        Look::Nothing,
        Look::Nothing,
        host.look(HostMessage::Stop),
    ];
    // The first step follows in the same round as Run itself, then two rounds without a word.
    let mut expect = vec![ack(10), STARTED];
    expect.extend(done(StopReason::Stopped, 0, BEGAN + 3 * READ_TICKS));
    check(ready(), script, &expect);
}

#[test]
fn stop_between_tokens_keeps_those_that_were_made() {
    let bytes = tokens(&[5]);
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &bytes }),
        host.look(run(9)),
        Look::Nothing,
        host.look(HostMessage::Stop),
        host.look(HostMessage::Stop),
        host.look(HostMessage::Ping { host_us: 3 }),
    ];
    let mut expect = vec![ack(1), STARTED];
    expect.extend(made(1, 5, 2));
    let ended = BEGAN + 2 * MADE.total();
    expect.extend(done(StopReason::Stopped, 2, ended));
    expect.push(BoardMessage::Pong { host_us: 3, ticks: ended });
    check(ready(), script, &expect);
}

#[test]
fn stop_while_nothing_runs_is_answered_by_nothing() {
    check_messages(ready(), &[HostMessage::Stop], &[]);
}

#[test]
fn a_ping_during_a_run_is_answered_between_tokens() {
    let bytes = tokens(&[5]);
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &bytes }),
        host.look(run(2)),
        host.look(HostMessage::Ping { host_us: 8 }),
    ];
    let tokens = made(1, 5, 2);
    let ticks = BEGAN + MADE.total();
    let mut expect =
        vec![ack(1), STARTED, tokens[0], BoardMessage::Pong { host_us: 8, ticks }, tokens[1]];
    expect.extend(done(StopReason::Count, 2, BEGAN + 2 * MADE.total()));
    check(ready(), script, &expect);
}

#[test]
fn a_prompt_or_a_run_during_a_run_is_refused_and_disturbs_nothing() {
    let (first, second) = (tokens(&[5, 6, 7]), tokens(&[99, 98]));
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &first }),
        host.look(run(2)),
        host.look(HostMessage::Prompt { offset: 0, tokens: &second }),
        host.look(run(1)),
    ];
    let refused = error(ErrorCode::OutOfOrder, "a run is going on; send Stop first");
    let mut expect = vec![ack(3), STARTED, refused, refused];
    expect.extend(made(3, 7, 2));
    expect.extend(done(StopReason::Count, 2, BEGAN + 2 * READ_TICKS + 2 * MADE.total()));
    check(ready(), script, &expect);
}

#[test]
fn load_model_during_a_run_ends_it_aloud() {
    let bytes = tokens(&[5]);
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &bytes }),
        host.look(run(9)),
        host.look(HostMessage::LoadModel { len: 5, crc: 0, bits: agent::wire::Bits::Int8 }),
    ];
    let mut expect = vec![ack(1), STARTED];
    expect.extend(made(1, 5, 1));
    expect.extend(done(StopReason::Stopped, 1, BEGAN + MADE.total()));
    expect.push(ack(0));
    check(ready(), script, &expect);
}

#[test]
fn the_same_prompt_serves_a_second_run() {
    let bytes = tokens(&[5]);
    let first = BEGAN + MADE.total();
    let second = first + MADE.total();
    let token = |ticks| BoardMessage::Token { index: 0, id: after(5), ticks, phases: MADE };
    let [memory, done_first] = done(StopReason::Count, 1, first);
    let mut host = Host::new();
    let script = vec![
        host.look(HostMessage::Prompt { offset: 0, tokens: &bytes }),
        host.look(run(1)),
        Look::Nothing,
        host.look(run(1)),
    ];
    let done_second = BoardMessage::Done {
        reason: StopReason::Count,
        tokens: 1,
        began: first,
        ended: second,
        energy_uj: None,
    };
    let restarted = BoardMessage::Started { ticks: first };
    let expect = [
        ack(1),
        STARTED,
        token(first),
        memory,
        done_first,
        restarted,
        token(second),
        memory,
        done_second,
    ];
    check(ready(), script, &expect);
}

#[test]
fn a_board_with_an_energy_counter_says_what_the_run_took() {
    let bytes = tokens(&[5]);
    let board = Board { power: Some(3), ..ready() };
    let ended = BEGAN + MADE.total();
    let mut expect = vec![ack(1), STARTED];
    expect.extend(made(1, 5, 1));
    expect.extend([
        BoardMessage::Memory(MEMORY),
        BoardMessage::Done {
            reason: StopReason::Count,
            tokens: 1,
            began: BEGAN,
            ended,
            energy_uj: Some(3 * MADE.total()),
        },
    ]);
    check_messages(board, &[HostMessage::Prompt { offset: 0, tokens: &bytes }, run(1)], &expect);
}

#[test]
fn what_the_model_refuses_reaches_the_host() {
    let bytes = tokens(&[5]);
    let cold = HostMessage::Run {
        count: 1,
        seed: 0,
        temperature: -1.0,
        top_p: 1.0,
        stop_token: None,
        streams: Streams::On,
    };
    check_messages(
        ready(),
        &[HostMessage::Prompt { offset: 0, tokens: &bytes }, cold],
        &[ack(1), error(ErrorCode::BadMessage, "colder than greedy")],
    );
}

#[test]
fn vitals_are_said_ten_times_a_second_beside_a_token_and_belong_to_no_phase() {
    // 1000 ticks a second, 38 a token, 3 a look: one look with Started, then one at every third
    // token, when 100 ticks have passed.
    let board = Board { look_ticks: Some(3), power: Some(2), ..ready() };
    let bytes = tokens(&[5]);
    let (mut clock, mut looked, mut looks) = (BEGAN, 0, 0);
    let mut expect = vec![ack(1), STARTED];
    let mut look = |clock: &mut u64, expect: &mut Vec<BoardMessage<'static>>| {
        if *clock - looked < 100 {
            return;
        }
        *clock += 3;
        (looked, looks) = (*clock, looks + 1);
        let vitals = Vitals { heap_used: Some(looks), energy_uj: Some(2 * *clock) };
        expect.push(BoardMessage::Vitals { ticks: *clock, vitals });
    };
    look(&mut clock, &mut expect);
    let mut id = 5;
    for index in 0..8 {
        clock += MADE.total();
        id = after(id);
        expect.push(BoardMessage::Token { index, id, ticks: clock, phases: MADE });
        look(&mut clock, &mut expect);
    }
    expect.extend([
        BoardMessage::Memory(MEMORY),
        BoardMessage::Done {
            reason: StopReason::Count,
            tokens: 8,
            began: BEGAN,
            ended: clock,
            energy_uj: Some(2 * (clock - BEGAN)),
        },
    ]);
    assert_eq!(expect.iter().filter(|said| matches!(said, BoardMessage::Vitals { .. })).count(), 3);
    check_messages(board, &[HostMessage::Prompt { offset: 0, tokens: &bytes }, run(8)], &expect);
}

#[test]
fn while_a_prompt_is_read_vitals_come_without_a_token() {
    let board = Board { look_ticks: Some(0), ..ready() };
    let bytes = tokens(&[5; 12]);
    let said =
        play(board, Host::looks(&[HostMessage::Prompt { offset: 0, tokens: &bytes }, run(1)]));
    let mut vitals = Vec::new();
    Decoder::new().feed(&said, &mut |item| {
        let Item::Frame(frame) = item else { panic!("a board says only frames: {item:?}") };
        if let Ok(BoardMessage::Vitals { ticks, .. }) = frame.board() {
            vitals.push(ticks - BEGAN);
        }
    });
    // Four reads of 31 ticks are the first to pass 100.
    assert_eq!(vitals, [0, 124, 248, 341 + MADE.total()]);
}
