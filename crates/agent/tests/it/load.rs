//! A model on its way in: whole, with holes, twice, damaged, too large.

use agent::wire::{Bits, BoardMessage, ErrorCode, HostMessage};

use crate::fake::{Host, MEMORY, bare, check_messages, error, info, play, ready, run, tokens};
use crate::greeting::hello;

const MODEL: &[u8] = b"twenty bytes of model";

fn begin(len: u32, crc: u32) -> HostMessage<'static> {
    HostMessage::LoadModel { len, crc, bits: Bits::F32 }
}

fn load() -> HostMessage<'static> {
    begin(MODEL.len() as u32, crc32fast::hash(MODEL))
}

fn chunk(from: usize, to: usize) -> HostMessage<'static> {
    HostMessage::ModelChunk { offset: from as u32, bytes: &MODEL[from..to] }
}

fn ack(received: u32) -> BoardMessage<'static> {
    BoardMessage::Ack { received }
}

fn loaded() -> [BoardMessage<'static>; 2] {
    let len = MODEL.len() as u32;
    [BoardMessage::Memory(MEMORY), BoardMessage::ModelReady(info(crc32fast::hash(MODEL), len))]
}

const NO_LOAD: &str = "a piece of a model came without LoadModel";
const DAMAGED: &str = "the model arrived damaged; send it again";

#[test]
fn a_model_in_pieces_is_confirmed_piece_by_piece_and_then_ready() {
    let [memory, ready] = loaded();
    check_messages(
        bare(),
        &[load(), chunk(0, 8), chunk(8, 20), chunk(20, 21)],
        &[ack(0), ack(8), ack(20), memory, ready],
    );
    check_messages(bare(), &[load(), chunk(0, 21)], &[ack(0), memory, ready]);
}

#[test]
fn a_lost_piece_is_asked_for_by_repeating_what_is_there() {
    let [memory, ready] = loaded();
    check_messages(
        bare(),
        &[load(), chunk(0, 8), chunk(16, 21), chunk(8, 16), chunk(16, 21)],
        &[ack(0), ack(8), ack(8), ack(16), memory, ready],
    );
}

#[test]
fn a_piece_sent_twice_is_taken_once() {
    let [memory, ready] = loaded();
    check_messages(
        bare(),
        &[load(), chunk(0, 8), chunk(0, 8), chunk(8, 21)],
        &[ack(0), ack(8), ack(8), memory, ready],
    );
}

#[test]
fn a_piece_past_the_end_is_not_taken() {
    let long = HostMessage::ModelChunk { offset: 8, bytes: &[1; 100] };
    let far = HostMessage::ModelChunk { offset: u32::MAX, bytes: &[1; 100] };
    check_messages(bare(), &[load(), chunk(0, 8), long, far], &[ack(0), ack(8), ack(8), ack(8)]);
}

#[test]
fn an_empty_piece_changes_nothing() {
    check_messages(bare(), &[load(), chunk(0, 0)], &[ack(0), ack(0)]);
}

#[test]
fn a_wrong_checksum_is_damage_and_the_next_attempt_is_fresh() {
    let [memory, ready] = loaded();
    check_messages(
        bare(),
        &[begin(21, 1), chunk(0, 21), chunk(0, 21), load(), chunk(0, 21)],
        &[
            ack(0),
            error(ErrorCode::BadModel, DAMAGED),
            error(ErrorCode::OutOfOrder, NO_LOAD),
            ack(0),
            memory,
            ready,
        ],
    );
}

#[test]
fn a_model_larger_than_memory_is_refused_before_it_is_sent() {
    let detail = "the model is larger than this board's memory; choose a smaller one";
    for len in [4097, u32::MAX] {
        check_messages(bare(), &[begin(len, 1)], &[error(ErrorCode::NoMemory, detail)]);
    }
    check_messages(bare(), &[begin(4096, 1)], &[ack(0)]);
    // Quantised on the way in, a file may be four times as large as the memory.
    let int8 = |len| HostMessage::LoadModel { len, crc: 1, bits: Bits::Int8 };
    check_messages(bare(), &[int8(4 * 4096 + 3)], &[ack(0)]);
    check_messages(bare(), &[int8(4 * 4096 + 4)], &[error(ErrorCode::NoMemory, detail)]);
}

#[test]
fn an_empty_model_is_refused_or_the_host_would_wait_for_it_forever() {
    let detail = "the model is empty; choose a model file";
    check_messages(bare(), &[begin(0, 0)], &[error(ErrorCode::BadModel, detail)]);
}

#[test]
fn a_piece_without_load_model_is_out_of_order() {
    check_messages(bare(), &[chunk(0, 8)], &[error(ErrorCode::OutOfOrder, NO_LOAD)]);
}

#[test]
fn a_model_that_refuses_its_bytes_ends_the_load() {
    let not = HostMessage::ModelChunk { offset: 0, bytes: &[0xee] };
    check_messages(
        bare(),
        &[load(), not, chunk(1, 8)],
        &[ack(0), error(ErrorCode::BadModel, "not a model"), error(ErrorCode::OutOfOrder, NO_LOAD)],
    );
}

#[test]
fn load_model_forgets_the_model_before_it() {
    let prompt = tokens(&[1]);
    check_messages(
        ready(),
        &[
            load(),
            HostMessage::Hello { minor: 0 },
            HostMessage::Prompt { offset: 0, tokens: &prompt },
            run(1),
        ],
        &[
            ack(0),
            hello(bare()),
            ack(1),
            error(ErrorCode::OutOfOrder, "no model is loaded; send LoadModel first"),
        ],
    );
}

#[test]
fn a_load_survives_a_hello_in_its_middle() {
    let [memory, ready] = loaded();
    check_messages(
        bare(),
        &[load(), chunk(0, 8), HostMessage::Hello { minor: 0 }, chunk(8, 21)],
        &[ack(0), ack(8), hello(bare()), memory, ready],
    );
}

#[test]
fn every_byte_on_its_own_read_makes_no_difference() {
    let messages = [load(), chunk(0, 8), chunk(8, 21)];
    let mut host = Host::new();
    let bytes: Vec<u8> = messages.iter().flat_map(|&message| host.frame(message)).collect();
    let singly = bytes.iter().map(|&b| crate::fake::Look::Bytes(vec![b])).collect();
    assert_eq!(play(bare(), singly), play(bare(), Host::looks(&messages)));
}
