//! Bench: boards, the form, what just happened.

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::Queryable;
use protocol::{
    BoardView, Code, Command, Event, Failure, GoingRun, JobId, JobKind, JobOutcome, JobView,
    ModelChoice, PortView, PortViewKind, PortViewState, Reply, RunId, RunStatus, Snapshot, UsbView,
};
use ui::asks::{Go, Place};
use ui::shell::{Chosen, Dialog};

use super::sample;
use super::support::{NOW_MS, Rig};

/// Bench, whatever is answered.
pub(crate) fn rig(snapshot: Snapshot) -> Rig {
    let size = Vec2::new(1280.0, 800.0);
    Rig::with(size, "light", |wire, _| {
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    })
}

/// A run that goes on.
pub(crate) fn going(id: &str, board: &str, done: u32) -> GoingRun {
    let mut summary = sample::summary(id, 0, 612.0);
    summary.status = RunStatus::Recording;
    summary.created_ms = NOW_MS - 20_000;
    summary.board = board.into();
    if board != "This computer" {
        summary.board_identity = format!("chip of {board}");
    }
    GoingRun { summary, doing: "measuring".into(), repetitions_done: done, repetitions: 11 }
}

/// A job that goes on.
pub(crate) fn job(id: u64, kind: JobKind, title: &str, done: u64, total: u64) -> JobView {
    JobView {
        job: JobId(id),
        kind,
        title: title.into(),
        doing: "reading".into(),
        done,
        total,
        began_ms: NOW_MS - 8_000,
    }
}

fn port(path: &str, state: PortViewState) -> PortView {
    let kind = PortViewKind::Other;
    PortView { path: path.into(), kind, state, board: None, driver: None, usb: None, hint: None }
}

/// Presses the first thing of this role and name.
#[track_caller]
pub(crate) fn press(rig: &mut Rig, role: Role, name: &str) {
    let found = rig.harness.get_all_by_role_and_label(role, name);
    found.into_iter().next().expect("it is there").click();
    rig.run();
}

/// Writes into a field, over what is there.
#[track_caller]
pub(crate) fn write(rig: &mut Rig, name: &str, text: &str) {
    rig.harness.get_by_role_and_label(Role::TextInput, name).focus();
    rig.run();
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    rig.run();
    if text.is_empty() {
        rig.harness.key_press(Key::Backspace);
    } else {
        rig.harness.event(egui::Event::Text(text.into()));
    }
    rig.run();
}

fn started(rig: &mut Rig) -> Vec<Command> {
    let mut sent = rig.sent();
    sent.retain(|command| {
        matches!(command, Command::StartRun { .. } | Command::StartInterleaved { .. })
    });
    sent
}

#[test]
fn a_stranger_measures_this_computer_with_one_press() {
    let mut rig = Rig::new();
    rig.click("Start run");
    let started = started(&mut rig);
    let [Command::StartRun { spec }] = &started[..] else { panic!("{started:?}") };
    assert_eq!((spec.board.as_str(), spec.tokens, spec.repetitions), ("host", 64, 10));
    assert!(matches!(&spec.model, ModelChoice::Files { model, .. }
        if model.ends_with("stories260K.bin")));
    assert_eq!(rig.desk().place(), Place::Live);
}

#[test]
fn the_key_starts_what_the_form_says() {
    let mut rig = Rig::new();
    write(&mut rig, "Tokens", "128");
    write(&mut rig, "Labels", "branch=simd");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    rig.run();
    let started = started(&mut rig);
    let [Command::StartRun { spec }] = &started[..] else { panic!("{started:?}") };
    assert_eq!((spec.tokens, spec.tags["branch"].as_str()), (128, "simd"));
}

#[test]
fn what_is_wrong_is_said_beside_its_field_and_nothing_is_sent() {
    let mut rig = Rig::new();
    write(&mut rig, "Repetitions", "0");
    rig.click("Start run");
    assert_eq!(started(&mut rig), []);
    assert!(rig.shows("0 repetitions measure nothing; ask for 1 or more"));
    assert!(rig.harness.get_by_role_and_label(Role::TextInput, "Repetitions").is_focused());
    write(&mut rig, "Repetitions", "3");
    assert!(!rig.tells("measure nothing"));
}

#[test]
fn a_wrong_number_under_more_opens_it() {
    let mut rig = Rig::new();
    rig.click("More");
    write(&mut rig, "Nucleus (1: off)", "7");
    rig.click("More");
    rig.click("Start run");
    assert!(rig.shows("Write a number from 0 to 1; 1 takes all tokens in"));
}

#[test]
fn a_port_without_permission_says_the_remedy_and_copies_it() {
    let mut rig = Rig::new();
    rig.click("Copy the command");
    let copied = rig.harness.output().platform_output.commands.iter().any(|command| {
        matches!(command, egui::OutputCommand::CopyText(text)
            if text == "sudo usermod -aG dialout $USER")
    });
    assert!(copied || rig.tells("The command is on the clipboard"));
    rig.harness.get_by_label("Raspberry Pi Pico, no permission").focus();
    rig.harness.key_press(Key::Enter);
    rig.run();
    rig.click("Start run");
    assert_eq!(started(&mut rig), []);
    assert!(rig.tells("You may not open this port yet"));
}

#[test]
fn a_board_is_chosen_by_a_press_and_run_on() {
    let mut rig = Rig::new();
    rig.click("Raspberry Pi Pico, free");
    rig.click("Start run");
    let started = started(&mut rig);
    assert!(matches!(&started[..], [Command::StartRun { spec }] if spec.board == "/dev/ttyACM0"));
}

#[test]
fn a_model_is_got_with_progress_and_then_chosen() {
    let mut rig = Rig::new();
    rig.click("Get stories15M");
    assert!(rig.sent().contains(&Command::FetchModel { name: "stories15M".into() }));
    rig.event(Event::JobStarted(job(4, JobKind::FetchModel, "stories15M", 0, 100)));
    let progressed =
        Event::JobProgressed { job: JobId(4), doing: "fetching".into(), done: 42, total: 100 };
    rig.event(progressed);
    assert!(rig.shows("42 %"));
    let mut models = sample::models();
    models[1].origin = protocol::ModelOrigin::Fetched;
    models[1].model = Some("/m/stories15M.bin".into());
    models[1].tokenizer = Some("/m/tokenizer.bin".into());
    rig.wire.borrow_mut().instead.insert("ListModels", Ok(Reply::Models(models)));
    let outcome = JobOutcome::ModelFetched {
        model: "/m/stories15M.bin".into(),
        tokenizer: Some("/m/tokenizer.bin".into()),
        name: None,
        unchecked: Vec::new(),
    };
    rig.event(Event::JobFinished { job: JobId(4), outcome });
    rig.sent();
    rig.click("Start run");
    let started = started(&mut rig);
    let [Command::StartRun { spec }] = &started[..] else { panic!("{started:?}") };
    let expect = ModelChoice::Files {
        model: "/m/stories15M.bin".into(),
        tokenizer: "/m/tokenizer.bin".into(),
    };
    assert_eq!(spec.model, expect);
}

#[test]
fn a_model_that_did_not_come_says_why_under_its_name() {
    let mut rig = Rig::new();
    rig.click("Get stories15M");
    rig.event(Event::JobStarted(job(4, JobKind::FetchModel, "stories15M", 0, 100)));
    let failure = Failure::new(Code::Internal, "the download broke off").with_hint("try again");
    let outcome = JobOutcome::Failed(failure);
    rig.event(Event::JobFinished { job: JobId(4), outcome });
    assert!(rig.shows("the download broke off") && rig.shows("Get stories15M"));
}

#[test]
fn a_model_that_is_not_here_is_asked_to_be_got_first() {
    let mut rig = Rig::new();
    press(&mut rig, Role::RadioButton, "stories15M");
    rig.click("Start run");
    assert!(rig.shows("Get stories15M first") && started(&mut rig).is_empty());
}

#[test]
fn synthetic_is_said_where_it_is_chosen() {
    let mut rig = Rig::new();
    press(&mut rig, Role::RadioButton, "Synthetic");
    write(&mut rig, "Seed of the model", "7");
    assert!(rig.shows("SYNTHETIC"));
    rig.click("Start run");
    let started = started(&mut rig);
    assert!(matches!(&started[..], [Command::StartRun { spec }]
        if spec.model == ModelChoice::Synthetic { seed: 7 }));
}

#[test]
fn files_are_chosen_by_dialog_or_written_where_there_is_none() {
    let mut rig = Rig::new();
    press(&mut rig, Role::RadioButton, "Files…");
    rig.click("Start run");
    assert!(rig.shows("Name the file of the checkpoint"));
    rig.click("Choose Checkpoint");
    assert!(matches!(rig.around.borrow().dialogs.last(), Some((_, Dialog::Files { .. }))));
    rig.choose(Chosen::Paths(vec!["/m/a.bin".into()]));
    rig.click("Choose Tokenizer");
    rig.choose(Chosen::Unavailable { why: "there is no desktop portal".into() });
    assert!(rig.tells("there is no desktop portal"));
    write(&mut rig, "Tokenizer", "/m/t.bin");
    rig.click("Start run");
    let started = started(&mut rig);
    let expect = ModelChoice::Files { model: "/m/a.bin".into(), tokenizer: "/m/t.bin".into() };
    assert!(matches!(&started[..], [Command::StartRun { spec }] if spec.model == expect));
}

#[test]
fn both_precisions_are_started_together_with_labels() {
    let mut rig = Rig::new();
    rig.click("Compare f32 and int8, taking turns");
    rig.click("Start both runs");
    let started = started(&mut rig);
    let [Command::StartInterleaved { specs }] = &started[..] else { panic!("{started:?}") };
    let words: Vec<&str> = specs.iter().map(|spec| spec.tags["bits"].as_str()).collect();
    assert_eq!(words, ["f32", "int8"]);
    assert_eq!(rig.desk().place(), Place::Live);
}

#[test]
fn a_start_that_is_refused_says_why_in_the_form_until_it_changes() {
    let size = Vec2::new(1280.0, 800.0);
    let failure = Failure::new(Code::Board, "the board does not answer").with_hint("plug it in");
    let mut rig = Rig::with(size, "light", |wire, _| {
        wire.instead.insert("StartRun", Err(failure));
    });
    rig.click("Start run");
    assert!(rig.shows("the board does not answer") && rig.shows("plug it in"));
    assert_eq!(rig.desk().place(), Place::Bench);
    write(&mut rig, "Tokens", "8");
    assert!(!rig.shows("the board does not answer"));
}

#[test]
fn a_start_on_its_way_is_not_sent_twice_and_says_so_when_it_takes_long() {
    let size = Vec2::new(1280.0, 800.0);
    let mut rig = Rig::with(size, "light", |wire, _| wire.silent.push("StartRun"));
    rig.click("Start run");
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    rig.run();
    rig.harness.run_steps(20);
    assert_eq!(started(&mut rig).len(), 1);
    assert!(rig.shows("Starting…"));
}

#[test]
fn while_a_run_goes_on_here_it_can_be_watched_and_stopped() {
    let mut rig =
        rig(Snapshot { going: vec![going("01k9going", "This computer", 3)], ..sample::snapshot() });
    assert!(rig.shows("A run goes on here") && rig.shows("This computer, in use"));
    rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    rig.run();
    assert_eq!(started(&mut rig), []);
    press(&mut rig, Role::Button, "Stop");
    let stop = Command::StopRun { run: "01k9going".into() };
    assert!(rig.sent().contains(&stop));
    assert!(rig.shows("Stopping…"));
    let run = RunId::from("01k9going");
    rig.event(Event::RunFinished { run, status: RunStatus::Aborted, failure: None });
    assert!(rig.shows("Start run") && !rig.shows("Stopping…"));
}

#[test]
fn another_board_can_start_while_this_one_runs() {
    let mut rig =
        rig(Snapshot { going: vec![going("01k9going", "This computer", 3)], ..sample::snapshot() });
    rig.click("Raspberry Pi Pico, free");
    rig.click("Start run");
    assert_eq!(started(&mut rig).len(), 1);
}

#[test]
fn what_was_written_is_found_again() {
    let mut rig = Rig::new();
    write(&mut rig, "Prompt", "There was");
    write(&mut rig, "Tokens", "17");
    rig.harness.state_mut().as_mut().expect("it was drawn").remember();
    let memory = rig.around.borrow().memory.clone();
    let size = Vec2::new(1280.0, 800.0);
    let mut again = Rig::with(size, "light", |_, around| around.memory = memory);
    again.click("Start run");
    let started = started(&mut again);
    assert!(matches!(&started[..], [Command::StartRun { spec }]
        if spec.tokens == 17 && spec.prompt == "There was"));
}

#[test]
fn labels_are_taken_by_enter_and_taken_away() {
    let mut rig = Rig::new();
    write(&mut rig, "Labels", "kernel=two");
    rig.harness.key_press(Key::Enter);
    rig.run();
    assert!(rig.shows("kernel=two"));
    rig.click("Take kernel=two away");
    assert!(!rig.shows("kernel=two"));
}

#[test]
fn a_store_that_cannot_be_written_leads_to_settings() {
    let problem = Some("the store's folder cannot be written".to_owned());
    let mut rig = rig(Snapshot { store_problem: problem, ..sample::snapshot() });
    assert!(rig.shows("the store's folder cannot be written"));
    rig.click("Choose another folder in Settings");
    assert_eq!(rig.desk().place(), Place::Settings);
}

#[test]
fn alone_this_computer_teaches_to_plug_a_board_in() {
    let mut ports = sample::ports();
    ports.truncate(1);
    let rig = rig(Snapshot { ports, ..sample::snapshot() });
    assert!(rig.shows("Plug a board into USB: it appears here"));
}

#[test]
fn ports_that_are_no_boards_stay_out_of_the_way() {
    let mut ports = sample::ports();
    ports.push(port("/dev/ttyS0", PortViewState::Free));
    ports.push(port("/dev/ttyS1", PortViewState::NoPermission));
    let mut rig = rig(Snapshot { ports, ..sample::snapshot() });
    assert!(!rig.tells("/dev/ttyS0"));
    rig.click("2 other ports");
    assert!(rig.tells("/dev/ttyS0") && rig.tells("unknown; speaks nothing yet"));
}

#[test]
fn a_board_that_goes_is_missed_and_one_that_comes_appears() {
    let mut rig = Rig::new();
    rig.click("Raspberry Pi Pico, free");
    let mut ports = sample::ports();
    ports.truncate(1);
    rig.event(Event::PortsChanged(ports.clone()));
    assert!(rig.tells("Nothing is on /dev/ttyACM0 any more"));
    ports.extend(sample::emulated());
    rig.event(Event::PortsChanged(ports));
    assert!(rig.shows("Emulated Cortex-M4F (QEMU), ready") && rig.shows("EMULATED"));
}

/// This computer and the boards that QEMU plays, nothing plugged in.
fn emulated() -> Snapshot {
    let mut ports = sample::ports();
    ports.truncate(1);
    ports.extend(sample::emulated());
    Snapshot { ports, ..sample::snapshot() }
}

#[test]
fn an_emulated_board_says_so_and_is_run_by_one_press() {
    let mut rig = rig(emulated());
    assert!(rig.shows("Plug a board into USB: it appears here"), "those are no hardware");
    assert_eq!(rig.harness.get_all_by_label("EMULATED").count(), 4);
    for name in ["Cortex-M4F", "Cortex-M7", "Cortex-M3", "RV32"] {
        assert!(rig.shows(&format!("Emulated {name} (QEMU), ready")), "{name}");
        assert!(rig.shows(name), "told apart in a narrow list too: {name}");
    }
    let mut narrow = Rig::with(Vec2::new(800.0, 600.0), "light", |wire, _| {
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(emulated()))));
    });
    narrow.picture("bench-emulated-800");
    rig.click("Emulated Cortex-M7 (QEMU), ready");
    rig.click("Start run");
    let started = started(&mut rig);
    let [Command::StartRun { spec }] = &started[..] else { panic!("{started:?}") };
    assert_eq!(spec.board, "emulated-m7");
}

#[test]
fn the_last_runs_lead_to_their_signals_and_to_a_comparison() {
    let mut rig = Rig::new();
    let compare =
        |rig: &Rig| rig.harness.get_all_by_role_and_label(Role::Button, "Compare").count();
    // One on the rail, one a tile.
    assert_eq!(compare(&rig), 4);
    let links = rig.harness.get_all_by_role_and_label(Role::Button, "Compare");
    links.last().expect("it is there").click();
    rig.run();
    assert_eq!(rig.desk().place(), Place::Compare);
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Bench));
    rig.run();
    press(&mut rig, Role::Button, "Watch");
    assert_eq!(rig.desk().place(), Place::Live);
    let one = Reply::Runs { runs: vec![sample::summary("01k9only", 1, 600.0)], total: 1 };
    let rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        wire.instead.insert("ListRuns", Ok(one));
    });
    assert!(compare(&rig) == 1, "there is nothing to compare the only run with");
}

#[test]
fn figures_that_are_synthetic_or_emulated_or_missing_say_so() {
    let mut runs = vec![sample::summary("01k9a", 1, 600.0), sample::summary("01k9b", 2, 600.0)];
    runs[0].synthetic = true;
    runs[0].emulated = true;
    runs[1].headline.clear();
    runs[1].status = RunStatus::Aborted;
    let rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |wire, _| {
        wire.instead.insert("ListRuns", Ok(Reply::Runs { runs, total: 2 }));
    });
    // The other SYNTHETIC stands beside the choice of such a model.
    assert_eq!(rig.harness.get_all_by_label("SYNTHETIC").count(), 2);
    assert!(rig.shows("EMULATED") && rig.shows("—") && rig.shows("Stopped"));
}

#[test]
fn before_the_engine_answers_nothing_is_called_wrong_and_nothing_is_sent() {
    let size = Vec2::new(1280.0, 800.0);
    let mut rig = Rig::with(size, "light", |wire, _| wire.silent.push("Snapshot"));
    assert!(rig.shows("Looking for boards…") && !rig.tells("Nothing is on"));
    rig.click("Start run");
    assert_eq!(started(&mut rig), []);
    assert!(rig.shows("The boards are not known yet; wait"));
}

#[test]
fn of_two_boards_with_one_name_only_the_one_with_the_run_is_in_use() {
    let ports = vec![
        sample::pico("/dev/ttyACM0", "E1", PortViewState::Free, None),
        sample::pico("/dev/ttyACM1", "E2", PortViewState::Free, None),
    ];
    let mut run = going("01k9going", "Raspberry Pi Pico", 3);
    run.summary.board_identity = "2e8a:000a:E2".into();
    let rig = rig(Snapshot { ports, going: vec![run], ..sample::snapshot() });
    let count = |name: &str| rig.harness.get_all_by_label(name).count();
    assert_eq!(count("Raspberry Pi Pico, in use"), 1);
    assert_eq!(count("Raspberry Pi Pico, free"), 1);
}

#[test]
fn what_keeps_a_board_from_being_used_stands_beside_it() {
    let busy = "minicom (process 4711) is using it, so close that first";
    let boot = "copy a UF2 image onto its drive, or unplug it and plug it in again without holding BOOTSEL";
    let mut ports = sample::ports();
    ports.push(sample::pico("/dev/ttyACM2", "E3", PortViewState::Busy, Some(busy)));
    ports.push(sample::pico("usb:1-3", "E4", PortViewState::Bootloader, Some(boot)));
    let mut rig = rig(Snapshot { ports, ..sample::snapshot() });
    assert!(rig.tells(busy) && rig.tells(boot));
    rig.click("Raspberry Pi Pico, busy");
    assert!(rig.tells("This board is in use"));
    rig.click("Raspberry Pi Pico, bootloader");
    assert!(rig.tells("This board waits for an image"));
}

#[test]
fn a_power_meter_is_shown_and_is_no_board_to_choose() {
    let mut meter = port("/dev/ttyACM5", PortViewState::Free);
    meter.kind = PortViewKind::Meter;
    let rig = rig(Snapshot { ports: vec![sample::ports().remove(0), meter], ..sample::snapshot() });
    assert!(rig.tells("Power meter · /dev/ttyACM5"));
    assert!(!rig.tells("other port"));
}

#[test]
fn the_chosen_board_stays_chosen_on_another_port() {
    let mut rig = Rig::new();
    rig.click("Raspberry Pi Pico, free");
    let mut ports = sample::ports();
    ports[1].path = "/dev/ttyACM7".into();
    rig.event(Event::PortsChanged(ports));
    rig.click("Start run");
    let started = started(&mut rig);
    assert!(matches!(&started[..], [Command::StartRun { spec }] if spec.board == "/dev/ttyACM7"));
}

fn crowded() -> Snapshot {
    let mut ports = sample::ports();
    ports.push(PortView {
        board: Some(BoardView {
            name: "Emulated Cortex-M4F (QEMU) with a rather long name of its own".into(),
            kind: "qemu".into(),
            identity: "emulated-1".into(),
            emulated: true,
        }),
        ..port("/tmp/qemu", PortViewState::Ready)
    });
    let busy = "minicom (process 4711) is using it, so close that first";
    ports.push(sample::pico("/dev/ttyACM2", "E660C06215", PortViewState::Busy, Some(busy)));
    let mut meter = port("/dev/ttyACM5", PortViewState::Free);
    meter.kind = PortViewKind::Meter;
    meter.usb = Some(UsbView {
        vid: "1915".into(),
        pid: "c00a".into(),
        serial: Some("D0C2A1".into()),
        product: Some("PPK2".into()),
        name: Some("Nordic Power Profiler Kit II".into()),
    });
    ports.push(meter);
    ports.push(port("/dev/ttyS0", PortViewState::Free));
    Snapshot {
        ports,
        going: vec![going("01k9going", "This computer", 3)],
        jobs: vec![job(4, JobKind::FetchModel, "stories15M", 25_000_000, 60_816_028)],
        ..sample::snapshot()
    }
}

#[test]
fn pictures() {
    let mut ports = sample::ports();
    ports.truncate(1);
    let empty = Snapshot { ports, models: Vec::new(), ..sample::snapshot() };
    for (theme, size, word) in [
        ("light", Vec2::new(1280.0, 800.0), "light"),
        ("dark", Vec2::new(1280.0, 800.0), "dark"),
        ("light", Vec2::new(1024.0, 700.0), "small"),
        ("dark", Vec2::new(1920.0, 1080.0), "large"),
        ("light", Vec2::new(620.0, 900.0), "narrow"),
    ] {
        let with = |mut snapshot: Snapshot, none: bool| {
            Rig::with(size, theme, move |wire, _| {
                snapshot.settings = Vec::new();
                let mut settings = sample::settings();
                settings[3].value = theme.into();
                snapshot.settings.append(&mut settings);
                wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
                if none {
                    let reply = Reply::Runs { runs: Vec::new(), total: 0 };
                    wire.instead.insert("ListRuns", Ok(reply));
                }
            })
        };
        with(empty.clone(), true).picture(&format!("bench-empty-{word}"));
        with(emulated(), false).picture(&format!("bench-emulated-{word}"));
        with(crowded(), false).picture(&format!("bench-full-{word}"));
        let mut rig = with(sample::snapshot(), false);
        write(&mut rig, "Repetitions", "0");
        write(&mut rig, "Tokens", "many");
        write(&mut rig, "Labels", "simd");
        press(&mut rig, Role::RadioButton, "Files…");
        rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
        rig.run();
        rig.picture(&format!("bench-wrong-{word}"));
    }
}
