//! A prompt in pieces.

use agent::wire::{BoardMessage, ErrorCode, HostMessage};

use crate::fake::{Board, check_messages, error, ready, run, tokens};

fn ack(received: u32) -> BoardMessage<'static> {
    BoardMessage::Ack { received }
}

/// Sends these pieces (offset, tokens) and expects these answers.
#[track_caller]
fn check(pieces: &[(u32, &[u32])], expect: &[BoardMessage<'_>]) {
    let bytes: Vec<(u32, Vec<u8>)> = pieces.iter().map(|&(at, ids)| (at, tokens(ids))).collect();
    let messages: Vec<HostMessage<'_>> = bytes
        .iter()
        .map(|(offset, tokens)| HostMessage::Prompt { offset: *offset, tokens })
        .collect();
    check_messages(ready(), &messages, expect);
}

const TOO_LONG: &str = "the prompt is longer than this board holds; shorten it";

#[test]
fn pieces_in_order_add_up() {
    check(&[(0, &[1, 2, 3]), (3, &[4]), (4, &[5, 6])], &[ack(3), ack(4), ack(6)]);
}

#[test]
fn a_lost_piece_is_asked_for_by_repeating_what_is_there() {
    check(&[(0, &[1, 2]), (4, &[5]), (2, &[3, 4]), (4, &[5])], &[ack(2), ack(2), ack(4), ack(5)]);
}

#[test]
fn a_piece_sent_twice_is_taken_once() {
    check(&[(0, &[1, 2]), (2, &[3]), (2, &[3])], &[ack(2), ack(3), ack(3)]);
}

#[test]
fn offset_zero_begins_a_new_prompt() {
    check(&[(0, &[1, 2]), (0, &[9]), (0, &[])], &[ack(2), ack(1), ack(0)]);
}

#[test]
fn a_prompt_longer_than_the_board_holds_is_refused_and_nothing_of_it_stays() {
    let full = [1; 24];
    check(&[(0, &full)], &[ack(24)]);
    let refused = error(ErrorCode::BadPrompt, TOO_LONG);
    check(&[(0, &full), (24, &[1]), (1, &[])], &[ack(24), refused, ack(0)]);
    check(&[(0, &[1; 25])], &[refused]);
}

#[test]
fn half_a_token_is_not_a_token() {
    let detail = "a piece of a prompt ends within a token; each is four bytes";
    check_messages(
        ready(),
        &[HostMessage::Prompt { offset: 0, tokens: &[1, 0, 0, 0, 2] }],
        &[error(ErrorCode::BadMessage, detail)],
    );
}

#[test]
fn a_prompt_the_model_cannot_read_is_refused_by_run() {
    let too_long = "the prompt is longer than the model's context; shorten it";
    let empty = "the prompt is empty; send at least one token";
    let foreign =
        "the prompt holds a token that this model's vocabulary has not; check the tokenizer";
    for (ids, detail) in
        [(&[1; 17][..], too_long), (&[], empty), (&[1, 100], foreign), (&[u32::MAX], foreign)]
    {
        let bytes = tokens(ids);
        check_messages(
            ready(),
            &[HostMessage::Prompt { offset: 0, tokens: &bytes }, run(1)],
            &[ack(ids.len() as u32), error(ErrorCode::BadPrompt, detail)],
        );
    }
    check_messages(ready(), &[run(1)], &[error(ErrorCode::BadPrompt, empty)]);
    check_messages(
        Board { model: None, ..ready() },
        &[run(1)],
        &[error(ErrorCode::OutOfOrder, "no model is loaded; send LoadModel first")],
    );
}
