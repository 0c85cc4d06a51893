//! Series of the board's own: declared, switched, sampled in a run, and none of it without streams.

use agent::series::{BATCH, Series};
use agent::wire::{BoardMessage, HostMessage, SeriesState, StopReason, Streams};

use crate::fake::{
    Board, Host, Look, MADE, MEMORY, POSITION, RAMP, RAMP_KEPT, after, check, check_messages,
    ready, run, run_with, tokens,
};

const BEGAN: u64 = 1000;

fn board() -> Board {
    Board { series: true, ..ready() }
}

fn ask(series: u8) -> HostMessage<'static> {
    HostMessage::Sample { series, on: None, rate_hz: None }
}

fn set(series: u8, on: Option<bool>, rate_hz: Option<f32>) -> HostMessage<'static> {
    HostMessage::Sample { series, on, rate_hz }
}

fn state(number: u8, series: Series<'static>, on: bool, taken: u64) -> BoardMessage<'static> {
    BoardMessage::Series { number, of: 2, series: Some(SeriesState { series, on, taken }) }
}

/// Values as they travel, kept for the rest of the test.
fn values(values: impl IntoIterator<Item = f32>) -> &'static [u8] {
    Vec::leak(values.into_iter().flat_map(f32::to_le_bytes).collect())
}

fn ramp(from: u64, to: u64) -> &'static [u8] {
    values((from..=to).map(|tick| (tick % 1000) as f32))
}

fn gauge(index: u64, ticks: u64, position: u32) -> BoardMessage<'static> {
    let values = values([position as f32]);
    BoardMessage::Samples { series: 0, index, ticks, values }
}

fn ramped(index: u64, from: u64, to: u64) -> BoardMessage<'static> {
    BoardMessage::Samples { series: 1, index, ticks: from, values: ramp(from, to) }
}

fn token(index: u32, id: u32, ticks: u64) -> BoardMessage<'static> {
    BoardMessage::Token { index, id, ticks, phases: MADE }
}

fn done(tokens: u32, ended: u64) -> [BoardMessage<'static>; 2] {
    let (reason, began) = (StopReason::Count, BEGAN);
    let done = BoardMessage::Done { reason, tokens, began, ended, energy_uj: None };
    [BoardMessage::Memory(MEMORY), done]
}

/// Plays messages, of which the last is a run that goes on for so many rounds after the first, and then others.
#[track_caller]
fn check_after(
    board: Board,
    messages: &[HostMessage<'_>],
    rounds: usize,
    then: &[HostMessage<'_>],
    expect: &[BoardMessage<'_>],
) {
    let mut host = Host::new();
    let mut script: Vec<Look> = messages.iter().map(|&message| host.look(message)).collect();
    script.extend(std::iter::repeat_n(Look::Nothing, rounds));
    script.extend(then.iter().map(|&message| host.look(message)));
    check(board, script, expect);
}

#[test]
fn a_board_says_which_series_it_has_and_where_they_end() {
    let none = |of| BoardMessage::Series { number: 2, of, series: None };
    // Nothing is sent of either before a host wants it.
    let expect = [state(0, POSITION, false, 0), state(1, RAMP, false, 0), none(2)];
    check_messages(board(), &[ask(0), ask(1), ask(2)], &expect);
    check_messages(ready(), &[ask(2)], &[none(0)]);
    // A board of any size is asked for any number.
    let far = BoardMessage::Series { number: 255, of: 2, series: None };
    check_messages(board(), &[set(255, Some(false), Some(9.0))], &[far]);
}

#[test]
fn a_series_is_switched_and_its_rate_set_and_both_stay() {
    let slow = Series { rate_hz: Some(20.0), ..RAMP };
    let asks = [
        set(1, Some(false), Some(20.0)),
        set(1, None, Some(f32::NAN)),
        set(1, Some(true), None),
        set(1, None, Some(0.0)),
        set(0, None, Some(5.0)),
    ];
    let expect = [
        state(1, slow, false, 0),
        state(1, slow, false, 0),
        state(1, slow, true, 0),
        state(1, RAMP, true, 0),
        state(0, POSITION, false, 0),
    ];
    check_messages(board(), &asks, &expect);
}

#[test]
fn a_run_is_sampled_from_its_beginning_to_its_end() {
    let bytes = tokens(&[5]);
    let step = MADE.total();
    let (first, second) = (BEGAN + step, BEGAN + 2 * step);
    let mut expect = vec![
        state(0, POSITION, true, 0),
        state(1, RAMP, true, 0),
        BoardMessage::Ack { received: 1 },
        BoardMessage::Started { ticks: BEGAN },
        gauge(0, BEGAN, 0),
        ramped(0, BEGAN, BEGAN),
        token(0, after(5), first),
        gauge(1, first, 1),
        ramped(1, BEGAN + 1, first),
        token(1, after(after(5)), second),
        gauge(2, second, 2),
        ramped(1 + step, first + 1, second),
        // Nothing waits of the second one.
        gauge(3, second, 2),
    ];
    expect.extend(done(2, second));
    expect.extend([state(0, POSITION, true, 4), state(1, RAMP, true, 1 + 2 * step)]);
    let prompt = HostMessage::Prompt { offset: 0, tokens: &bytes };
    let [gauge_on, ramp_on] = [0, 1].map(|number| set(number, Some(true), None));
    check_after(board(), &[gauge_on, ramp_on, prompt, run(2)], 2, &[ask(0), ask(1)], &expect);
}

#[test]
fn what_does_not_fit_a_batch_follows_at_once_and_what_the_board_lost_is_counted() {
    // The look at its vitals holds it for longer than its ring lasts.
    let (look, step) = (200, MADE.total());
    let board = Board { look_ticks: Some(look), ..board() };
    let bytes = tokens(&[5]);
    let vitals = |ticks, looks| BoardMessage::Vitals {
        ticks,
        vitals: agent::Vitals { heap_used: Some(looks), energy_uj: None },
    };
    let ended = BEGAN + look + step;
    let lost = look + step - RAMP_KEPT;
    let from = BEGAN + lost + 1;
    let cut = from + BATCH as u64;
    let mut expect = vec![
        BoardMessage::Ack { received: 1 },
        BoardMessage::Started { ticks: BEGAN },
        vitals(BEGAN + look, 1),
        ramped(0, BEGAN, BEGAN),
        token(0, after(5), ended),
        ramped(1 + lost, from, cut - 1),
        ramped(1 + lost + BATCH as u64, cut, ended),
    ];
    expect.extend(done(1, ended));
    expect.push(state(1, RAMP, true, 1 + look + step));
    let prompt = HostMessage::Prompt { offset: 0, tokens: &bytes };
    // The other one was switched off again.
    expect.splice(
        0..0,
        [state(1, RAMP, true, 0), state(0, POSITION, true, 0), state(0, POSITION, false, 0)],
    );
    let [on, off] = [true, false].map(|on| set(0, Some(on), None));
    check_after(board, &[set(1, Some(true), None), on, off, prompt, run(1)], 1, &[ask(1)], &expect);
}

#[test]
fn without_streams_nothing_is_sampled() {
    let bytes = tokens(&[5]);
    let mut expect = vec![
        state(1, RAMP, true, 0),
        BoardMessage::Ack { received: 1 },
        BoardMessage::Started { ticks: BEGAN },
    ];
    expect.extend(done(2, BEGAN + 2 * MADE.total()));
    expect.push(state(1, RAMP, true, 0));
    let prompt = HostMessage::Prompt { offset: 0, tokens: &bytes };
    let on = set(1, Some(true), None);
    check_after(board(), &[on, prompt, run_with(2, Streams::Off)], 2, &[ask(1)], &expect);
}
