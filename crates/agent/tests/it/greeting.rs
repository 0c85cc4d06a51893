//! Who are you, what time is it, and words the board does not know.

use agent::wire::{BoardHello, BoardMessage, ErrorCode, HostMessage, MINOR};

use crate::fake::{Board, Host, Look, bare, check, check_messages, error, info, play, ready};

pub(crate) fn hello(board: Board) -> BoardMessage<'static> {
    BoardMessage::Hello(BoardHello {
        minor: MINOR,
        board: "Fake",
        chip_id: "0001",
        core: "none",
        clock_hz: 0,
        timer_hz: 1000,
        timer: "peripheral",
        ram_bytes: 4096,
        flash_bytes: 0,
        agent: env!("CARGO_PKG_VERSION"),
        emulated: true,
        receive_window: 512,
        model: board.model,
    })
}

const HELLO: HostMessage<'static> = HostMessage::Hello { minor: 0 };
const UNREADABLE: &str = "a message of a known type could not be read; is the other side newer?";

/// A frame that no `Sender` makes: any major, type and body.
fn raw_frame(major: u8, kind: u8, body: &[u8]) -> Look {
    Look::Bytes(crate::golden::frame(major, kind, 0, body))
}

#[test]
fn a_board_is_silent_until_spoken_to() {
    assert!(play(ready(), vec![Look::Nothing, Look::Nothing]).is_empty());
}

#[test]
fn hello_is_answered_with_who_it_is_and_the_model_on_board() {
    check_messages(bare(), &[HELLO], &[hello(bare())]);
    let loaded = Board { model: Some(info(0xfeed, 12)), ..bare() };
    check_messages(loaded, &[HELLO, HELLO], &[hello(loaded), hello(loaded)]);
}

#[test]
fn a_newer_minor_is_no_reason_to_be_silent() {
    check_messages(bare(), &[HostMessage::Hello { minor: 9 }], &[hello(bare())]);
}

#[test]
fn ping_comes_back_with_the_boards_clock() {
    let pong = BoardMessage::Pong { host_us: u64::MAX, ticks: 1000 };
    check_messages(bare(), &[HostMessage::Ping { host_us: u64::MAX }], &[pong]);
}

#[test]
fn another_major_is_answered_with_hello_in_our_own() {
    check(bare(), vec![raw_frame(2, 0x01, &[0])], &[hello(bare())]);
    check(bare(), vec![raw_frame(0, 0x55, b"whatever")], &[hello(bare())]);
}

#[test]
fn an_unknown_type_is_skipped_and_what_follows_is_heard() {
    let mut host = Host::new();
    let script = vec![raw_frame(1, 0x6f, b"from a later minor"), host.look(HELLO)];
    check(bare(), script, &[hello(bare())]);
    // What a board says is no word of a host's either: an echo must not be obeyed.
    check(bare(), vec![raw_frame(1, 0x83, &[0])], &[]);
}

#[test]
fn a_body_that_is_not_what_its_type_says_is_an_error() {
    let bad = error(ErrorCode::BadMessage, UNREADABLE);
    for (kind, body) in [
        (0x01, &[][..]),
        (0x02, &[0x80]),
        (0x02, &[0xff; 11]),
        (0x03, &[1, 1, 9]),
        (0x04, &[0, 200, 1]),
        (0x06, &[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 7]),
    ] {
        check(bare(), vec![raw_frame(1, kind, body)], &[bad]);
    }
}

#[test]
fn bytes_after_the_last_known_field_are_ignored() {
    check(bare(), vec![raw_frame(1, 0x01, &[0, 1, 2, 3])], &[hello(bare())]);
    check(bare(), vec![raw_frame(1, 0x07, b"why")], &[]);
}
