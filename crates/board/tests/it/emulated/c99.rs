//! The agent in C (`firmware/c99`) with its stand-in model, on an emulated Cortex-M4F: the same talks as
//! with the program on this computer, and ticks that repeat.

use board::{AgentDriver, Emulated, EmulatedBoard};

use super::{PATIENCE, images, run};
use crate::behave::{
    GO, expected, load, model, request, talk_of_loads_and_runs, talk_of_loads_given_up,
    talk_of_refusals, talk_of_stop,
};
use crate::c99::{GARBAGE, Noisy};
use crate::quiet::talk_of_quiet_runs;

/// Not in the table of boards: nobody measures a model that is none.
fn board() -> Option<EmulatedBoard> {
    let rust = EmulatedBoard::of_kind("emulated-m4f").unwrap();
    let board = EmulatedBoard {
        kind: "emulated-m4f-c99",
        name: "Emulated Cortex-M4F (QEMU), C99 agent, stand-in model",
        chip_id: "qemu-mps2-an386-c99",
        ..*rust
    };
    if board.emulator().is_none() {
        println!("skipped: {} is not installed (tools/setup.sh firmware)", board.program);
        return None;
    }
    if board.image(&images()).is_none() {
        println!("skipped: no {} in {} (make firmware)", board.kind, images().display());
        return None;
    }
    Some(board)
}

fn start(board: &EmulatedBoard) -> AgentDriver {
    let emulated = Emulated::start(board, &images(), None, &PATIENCE).unwrap();
    AgentDriver::connect(Box::new(emulated), PATIENCE).unwrap()
}

#[test]
fn it_says_who_it_is_and_loads_and_runs_and_again() {
    let Some(board) = board() else { return };
    let mut driver = start(&board);
    let info = driver.info();
    assert_eq!((info.name.as_str(), info.core.as_str()), (board.name, "Cortex-M4F"));
    assert_eq!(info.chip_id, board.chip_id);
    assert!(info.emulated && info.model.is_none());
    assert_eq!((info.timer.as_str(), info.clock_hz), ("peripheral", None));
    assert_eq!((info.timer_hz, info.receive_window), (25_000_000, 3072));
    talk_of_loads_and_runs(&mut driver, &[1, 256, 20_000, 20_000]);
    assert_eq!((driver.counts().missing, driver.counts().noise), (0, 0));
}

#[test]
fn it_refuses_what_it_must_and_goes_on() {
    let Some(board) = board() else { return };
    talk_of_refusals(&mut start(&board));
}

#[test]
fn it_runs_without_streams() {
    let Some(board) = board() else { return };
    talk_of_quiet_runs(&mut start(&board));
}

#[test]
fn it_stops_when_it_is_told_to() {
    let Some(board) = board() else { return };
    talk_of_stop(&mut start(&board));
}

#[test]
fn it_survives_loads_that_are_given_up() {
    let Some(board) = board() else { return };
    talk_of_loads_given_up(&mut start(&board), 2);
}

#[test]
fn garbage_around_every_frame_costs_no_frame() {
    let Some(board) = board() else { return };
    for garbage in GARBAGE {
        let emulated = Emulated::start(&board, &images(), None, &PATIENCE).unwrap();
        let noisy = Noisy(emulated, garbage);
        let mut driver = AgentDriver::connect(Box::new(noisy), PATIENCE).unwrap();
        load(&mut driver, &model(3000)).unwrap();
        let request = request(4, 20);
        assert_eq!(crate::behave::run(&mut driver, &request).unwrap(), expected(&request));
    }
}

#[test]
fn its_phases_its_stack_and_its_ticks_are_there_and_repeat() {
    let Some(board) = board() else { return };
    let play = || {
        let mut driver = start(&board);
        driver.load_model(&model(1000), board::Bits::F32, &GO, &mut |_| {}).unwrap().unwrap();
        run(&mut driver, 32)
    };
    let (first, second) = (play(), play());
    assert_eq!(first.ids, second.ids);
    for (a, b) in first.phases.iter().zip(&second.phases) {
        let [embed, attention, feed_forward, classifier, sample] = *a;
        assert!(embed > 0 && sample > embed && attention > classifier && classifier > sample);
        assert!(feed_forward > attention, "{a:?}");
        assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1), "{a:?} and {b:?}");
    }
    let stack = first.memory().stack_peak.unwrap();
    assert!((64..4096).contains(&stack), "{stack}");
    assert_eq!(first.memory().heap_used, None);
    println!("{stack} B stack, {} ticks", first.totals.ended - first.totals.began);
}
