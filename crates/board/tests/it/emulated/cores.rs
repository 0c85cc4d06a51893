//! Each core: who it is, the text it writes, the model by either way.

use board::{Bits, EMULATED, EmulatedBoard, StopReason};
use tinyllm::{Config, synthetic};

use super::{Story, board, run, start, story};
use crate::behave::GO;

/// Small enough for a UART.
fn small() -> Vec<u8> {
    let small = Config {
        dim: 24,
        hidden_dim: 40,
        layers: 2,
        heads: 4,
        kv_heads: 2,
        vocab: 300,
        context: 32,
        shared_classifier: true,
    };
    synthetic::checkpoint(&small, 1)
}

/// The model over the wire and by the loader: the board cannot tell them apart afterwards.
fn check_both_ways(kind: &str, core: &str) {
    let Some(board) = board(kind) else { return };
    let model = small();
    for bits in [Bits::F32, Bits::Int8] {
        let mut wired = start(board, None);
        let info = wired.info();
        assert_eq!((info.name.as_str(), info.core.as_str()), (board.name, core));
        assert_eq!(info.chip_id, board.chip_id);
        assert!(info.emulated && info.model.is_none());
        // QEMU has no cycle counter, and what an instruction costs there is no clock.
        assert_eq!((info.timer.as_str(), info.clock_hz), ("peripheral", None));
        assert!(info.timer_hz >= 1_000_000);
        assert!((8 << 20..=16 << 20).contains(&info.ram_bytes), "{}", info.ram_bytes);
        assert!(wired.clock().unwrap().round_trip_us > 0);
        let by_wire = wired.load_model(&model, bits, &GO, &mut |_| {}).unwrap().unwrap();

        let mut loaded = start(board, Some((&model, bits)));
        assert_eq!(loaded.info().model, Some(by_wire), "{kind} {bits:?}");
        let mut sent = 0;
        loaded.load_model(&model, bits, &GO, &mut |n| sent = n).unwrap().unwrap();
        assert_eq!(sent, 0, "what is on board is not sent again");

        let (first, second) = (run(&mut wired, 10), run(&mut loaded, 10));
        assert_eq!(first.ids.len(), 10);
        assert_eq!(first.ids, second.ids, "{kind} {bits:?}");
        assert_eq!((wired.counts().missing, wired.counts().noise), (0, 0));
    }
}

#[test]
fn cortex_m3_takes_a_model_by_wire_and_by_loader() {
    check_both_ways("emulated-m3", "Cortex-M3");
}

#[test]
fn cortex_m4f_takes_a_model_by_wire_and_by_loader() {
    check_both_ways("emulated-m4f", "Cortex-M4F");
}

#[test]
fn cortex_m7_takes_a_model_by_wire_and_by_loader() {
    check_both_ways("emulated-m7", "Cortex-M7");
}

#[test]
fn rv32_takes_a_model_by_wire_and_by_loader() {
    check_both_ways("emulated-rv32", "RV32IMAC");
}

/// The documented text, with what a run says of phases and memory.
fn check_text(story: &Story, kind: &str) {
    let Some(board) = board(kind) else { return };
    check_text_in(story, board, Bits::F32);
    check_text_in(story, board, Bits::Int8);
}

fn check_text_in(story: &Story, board: &EmulatedBoard, bits: Bits) {
    let kind = board.kind;
    let mut driver = start(board, Some((&story.model, bits)));
    let info = *driver.info().model.as_ref().unwrap();
    assert_eq!(info.bits, bits);
    let heard = run(&mut driver, 64);
    if let Some(text) = &story.text {
        assert_eq!(story.decode(&heard.ids), *text, "{kind} {bits:?}");
    }
    assert_eq!((heard.totals.reason, heard.totals.tokens), (StopReason::Count, Some(64)));
    assert!(heard.ticks.is_sorted() && heard.began <= heard.totals.began);
    for (at, phases) in heard.phases.iter().enumerate() {
        let [embed, attention, feed_forward, classifier, sample] = *phases;
        let named = [embed, attention, feed_forward, classifier, sample];
        assert!(named.iter().all(|&ticks| ticks > 0), "{kind} {bits:?} token {at}: {phases:?}");
        assert!(feed_forward > embed && classifier > sample, "{kind} {bits:?}: {phases:?}");
    }
    // Attention looks back at one more token each time.
    let [first, last] = [heard.phases.first(), heard.phases.last()].map(|p| p.unwrap()[1]);
    assert!(last > first, "{kind} {bits:?}: attention took {first} and then {last}");
    let memory = heard.memory();
    let (heap, stack) = (memory.heap_peak.unwrap(), memory.stack_peak.unwrap());
    let needed = info.weight_bytes + info.kv_bytes;
    assert!((needed..needed + (64 << 10)).contains(&heap), "{kind} {bits:?}: heap {heap}");
    assert!(memory.heap_used.unwrap() <= heap && heap < driver.info().ram_bytes);
    assert!((1 << 10..32 << 10).contains(&stack), "{kind} {bits:?}: stack {stack}");
    assert_eq!(memory.process, None);
    println!(
        "{kind} {bits:?}: {} ticks, {} B heap, {stack} B stack",
        heard.totals.ended - heard.totals.began,
        heap
    );
}

#[test]
fn cortex_m3_writes_the_documented_text() {
    check_text(&story(), "emulated-m3");
}

#[test]
fn cortex_m4f_writes_the_documented_text() {
    check_text(&story(), "emulated-m4f");
}

#[test]
fn cortex_m7_writes_the_documented_text() {
    check_text(&story(), "emulated-m7");
}

#[test]
fn rv32_writes_the_documented_text() {
    check_text(&story(), "emulated-rv32");
}

/// What every board says to a model of that many layers, and that it says so before it is sent.
#[track_caller]
fn check_too_large(layers: u32, expect: &str) {
    let large = Config { layers, vocab: 4000, ..synthetic::default_config() };
    let file = synthetic::checkpoint(&large, 1);
    for board in EMULATED.iter().filter_map(|one| board(one.kind)) {
        assert!(file.len() < board.slot_bytes, "it fits where a model is put");
        let mut driver = start(board, Some((&file, Bits::F32)));
        assert_eq!(driver.info().model, None);
        let mut sent = 0;
        let error = driver.load_model(&file, Bits::F32, &GO, &mut |n| sent = n).unwrap_err();
        assert_eq!((error.to_string().as_str(), sent), (expect, 0), "{}", board.kind);
    }
}

#[test]
fn a_model_that_leaves_no_room_for_itself_is_refused_before_it_is_sent() {
    check_too_large(44, "the model is larger than this board's memory; choose a smaller one");
}

#[test]
fn a_model_whose_weights_do_not_fit_beside_it_is_refused_before_it_is_sent() {
    let expect = "the model does not fit this board's memory; choose a smaller one, or 8 bits";
    check_too_large(38, expect);
}
