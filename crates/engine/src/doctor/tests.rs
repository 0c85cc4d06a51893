//! Each check on a broken computer.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use protocol::{PortView, PortViewKind, PortViewState};
use tempfile::TempDir;

use super::*;
use crate::Options;
use crate::facts::{Facts, PowerSource};
use crate::settings::Settings;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

fn settings(folder: &Path, more: &[(&str, &str)]) -> Settings {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut flags: Vec<(&str, String)> =
        ["store", "models", "log"].into_iter().map(|key| (key, path(key))).collect();
    flags.extend(more.iter().map(|(key, name)| (*key, path(name))));
    Settings::resolve(Some(&folder.join("settings.toml")), &|_| None, &flags).unwrap()
}

fn engine(folder: &Path, program: &str) -> Engine {
    let patience = board::Patience {
        hello: Duration::from_millis(300),
        silence: Duration::from_millis(300),
        ..board::Patience::default()
    };
    let program = Some(PathBuf::from(program));
    let settings = settings(folder, &[]);
    Engine::start(Options { program, settings, patience, ..Options::default() }).unwrap()
}

/// What was seen contains these words, and the hint those.
fn check(found: &Finding, health: Health, seen: &str, hint: &str) {
    assert_eq!(found.health, health, "{found:?}");
    assert!(found.seen.contains(seen), "{found:?}");
    assert!(found.hint.clone().unwrap_or_default().contains(hint), "{found:?}");
}

#[test]
fn a_program_that_was_moved_away_is_broken() {
    let gone = program::program(Path::new("/no/program"), None);
    check(&gone, Health::Broken, "its file is gone", "start the program");
    let own = program::program(&std::env::current_exe().unwrap(), Some("abc123"));
    check(&own, Health::Ok, "commit abc123", "");
}

#[test]
fn a_settings_file_is_absent_sound_or_says_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let found = || program::settings_file(&settings(folder.path(), &[]));
    check(&found()[0], Health::Absent, "defaults hold", "");
    fs::write(folder.path().join("settings.toml"), "min_effect = '3%'").unwrap();
    check(&found()[0], Health::Ok, "settings.toml", "");
    fs::write(folder.path().join("settings.toml"), "stroe = 1\nlgo = 2").unwrap();
    assert_eq!(found().len(), 2);
    check(&found()[0], Health::Warning, "no setting \"stroe\"", "did you mean store");
    fs::remove_file(folder.path().join("settings.toml")).unwrap();
    let half = settings(folder.path(), &[("model", "m.bin")]);
    check(&program::settings_file(&half)[1], Health::Warning, "model_tokenizer", "set both");
}

#[test]
fn a_log_that_cannot_be_written_says_so() {
    let folder = tree(&[("file", "")]);
    check(&program::log_folder(&folder.path().join("a/b")), Health::Ok, "a/b", "");
    let bad = program::log_folder(&folder.path().join("file/log"));
    check(&bad, Health::Warning, "cannot be written", "the setting log");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn a_store_is_absent_then_whole_then_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let found = |engine: &Engine| store::store(engine);
    let first = engine(folder.path(), "/no/program");
    check(&found(&first), Health::Absent, "the first run makes one", "");
    assert!(!folder.path().join("store").exists(), "looking makes no store");
    first.store().unwrap();
    check(&found(&first), Health::Ok, "opens and is whole", "");
    drop(first);

    let app = folder.path().join("store/app.sqlite");
    fs::write(&app, vec![b'x'; 20_000]).unwrap();
    let second = engine(folder.path(), "/no/program");
    check(&found(&second), Health::Broken, "damaged", "benchvise store restore");
    fs::remove_file(&app).unwrap();
    check(&found(&second), Health::Broken, "missing", "benchvise store restore");
}

#[test]
fn a_store_without_its_samples_still_opens() {
    let folder = tempfile::tempdir().unwrap();
    drop({
        let engine = engine(folder.path(), "/no/program");
        engine.store().unwrap()
    });
    fs::write(folder.path().join("store/samples.sqlite"), vec![b'x'; 20_000]).unwrap();
    let found = store::store(&engine(folder.path(), "/no/program"));
    check(&found, Health::Warning, "samples.sqlite", "");
    assert!(found.hint.is_some());
}

#[test]
fn a_store_that_nobody_can_make_is_broken() {
    let folder = tree(&[("store", "a file, not a folder")]);
    let found = store::store(&engine(folder.path(), "/no/program"));
    assert_eq!(found.health, Health::Broken, "{found:?}");
    assert!(found.hint.is_some(), "{found:?}");
}

#[test]
fn little_room_is_a_warning() {
    let space = |free| disk::space(Path::new("/s"), free);
    check(&space(Some(1 << 30)), Health::Ok, "1.0 GiB", "");
    check(&space(Some((1 << 30) - 1)), Health::Warning, "1.0 GiB", "setting store");
    check(&space(Some(0)), Health::Warning, "0.0 GiB", "setting store");
    check(&space(None), Health::Absent, "does not say", "");
}

#[test]
fn a_model_is_absent_half_named_or_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let found = |more: &[(&str, &str)]| model::default_model(&settings(folder.path(), more));
    check(&found(&[]), Health::Absent, "none", "benchvise model get stories260K");
    check(&found(&[("model", "m")]), Health::Broken, "without its tokenizer", "model_tokenizer");
    let both = [("model", "m"), ("model_tokenizer", "t")];
    check(&found(&both), Health::Broken, "could not be read", "");
    fs::write(folder.path().join("m"), [0; 100]).unwrap();
    fs::write(folder.path().join("t"), [0; 100]).unwrap();
    check(&found(&both), Health::Broken, "cannot be used", "");
}

#[test]
fn a_fetched_model_is_read() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models");
    if !shared.is_dir() {
        println!("skipped: the shared models are not here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("models/stories260K");
    fs::create_dir_all(&home).unwrap();
    for name in ["stories260K.bin", "tok512.bin"] {
        fs::copy(shared.join(name), home.join(name)).unwrap();
    }
    let found = model::default_model(&settings(folder.path(), &[]));
    check(&found, Health::Ok, "512 tokens", "");
}

#[test]
#[cfg(unix)]
fn a_host_board_that_does_not_start_or_answer_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    for program in ["/no/program", "/bin/false", "/bin/cat"] {
        let found = boards::host(&engine(folder.path(), program));
        assert_eq!(found.health, Health::Broken, "{program}: {found:?}");
        assert!(found.hint.is_some_and(|hint| !hint.is_empty()), "{program}");
    }
    let busy = engine(folder.path(), "/no/program");
    busy.going().boards.insert("host".into(), "a profile".into());
    check(&boards::host(&busy), Health::Ok, "in use by a profile", "");
}

fn port(path: &str, kind: PortViewKind, state: PortViewState, hint: Option<&str>) -> PortView {
    let hint = hint.map(str::to_owned);
    PortView { path: path.into(), kind, state, board: None, driver: None, usb: None, hint }
}

#[test]
fn ports_are_counted_and_without_a_board_one_is_asked_for() {
    let board = port("/dev/ttyACM0", PortViewKind::Board, PortViewState::Free, None);
    let plain = port("/dev/ttyS0", PortViewKind::Other, PortViewState::NoPermission, Some("join"));
    let host = port("host", PortViewKind::Board, PortViewState::Ready, None);
    check(&boards::ports(std::slice::from_ref(&host)), Health::Absent, "none", "USB");
    let ports = [host, plain.clone(), plain, board];
    check(&boards::ports(&ports[..3]), Health::Absent, "no board, 2 other ports", "USB");
    check(&boards::ports(&ports), Health::Ok, "1 board, 2 other ports", "");
}

#[test]
fn each_board_says_its_state_and_what_to_do() {
    let one = |state, hint| {
        let board = port("/dev/ttyACM1", PortViewKind::Board, state, hint);
        let plain = port("/dev/ttyS0", PortViewKind::Other, PortViewState::NoPermission, None);
        let found = boards::attached(&[plain, board]);
        assert_eq!(found.len(), 1);
        found[0].clone()
    };
    check(&one(PortViewState::Free, None), Health::Ok, "free: /dev/ttyACM1", "");
    let closed = one(PortViewState::NoPermission, Some("join dialout"));
    check(&closed, Health::Warning, "you may not open it: /dev/ttyACM1", "join dialout");
    let busy = one(PortViewState::Busy, Some("minicom (process 7) is using it"));
    check(&busy, Health::Warning, "busy", "minicom");
    let boot = one(PortViewState::Bootloader, Some("press reset"));
    check(&boot, Health::Warning, "waits for an image", "press reset");
}

#[test]
fn an_energy_counter_is_absent_readable_or_broken() {
    let at = |files: &[(&str, &str)]| computer::energy_counter(tree(files).path());
    let range = ("sys/class/powercap/intel-rapl:0/max_energy_range_uj", "262143328850\n");
    let file = "sys/class/powercap/intel-rapl:0/energy_uj";
    check(&at(&[]), Health::Absent, "no energy", "");
    check(&at(&[range, (file, "12345\n")]), Health::Ok, "can be read", "");
    check(&at(&[range, (file, "none\n")]), Health::Warning, "no number", "");
    check(&at(&[(file, "12345\n")]), Health::Warning, "cannot be read", "");
    let folder_instead = [range, ("sys/class/powercap/intel-rapl:0/energy_uj/x", "")];
    check(&at(&folder_instead), Health::Warning, "cannot be read", "");
}

#[test]
#[cfg(not(any(windows, target_os = "macos")))]
fn a_display_is_absent_there_or_only_promised() {
    let root = tree(&[("tmp/.X11-unix/X1", ""), ("run/wayland-0", "")]);
    let run = root.path().join("run").display().to_string();
    let at = |set: &[(&str, &str)]| {
        let env = |name: &str| match name {
            "XDG_RUNTIME_DIR" => Some(run.clone()),
            name => set.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned()),
        };
        computer::display(root.path(), &env)
    };
    check(&at(&[]), Health::Absent, "no display: commands work, the window cannot open", "");
    check(&at(&[("DISPLAY", "")]), Health::Absent, "no display", "");
    check(&at(&[("DISPLAY", ":1.0")]), Health::Ok, "X11, :1.0", "");
    check(&at(&[("DISPLAY", ":9")]), Health::Warning, "no X server", "correct DISPLAY");
    check(&at(&[("DISPLAY", "far:9")]), Health::Ok, "X11, far:9", "");
    check(&at(&[("WAYLAND_DISPLAY", "wayland-0")]), Health::Ok, "Wayland", "");
    check(&at(&[("WAYLAND_DISPLAY", "wayland-7")]), Health::Warning, "no such socket", "desktop");
    let both = [("WAYLAND_DISPLAY", "wayland-7"), ("DISPLAY", ":1")];
    check(&at(&both), Health::Ok, "X11, :1", "");
}

#[test]
fn a_gpu_is_named_and_said_to_be_unused() {
    let at = |files: &[(&str, &str)]| computer::gpu(tree(files).path());
    let unused = "compression runs on the processor in this version";
    check(&at(&[]), Health::Absent, unused, "");
    let nvidia = ("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX  550.54.14  Thu\n");
    check(&at(&[nvidia]), Health::Ok, &format!("NVIDIA, driver 550.54.14; {unused}"), "");
    check(&at(&[("dev/nvidiactl", "")]), Health::Ok, &format!("NVIDIA; {unused}"), "");
    let cards = [
        ("sys/class/drm/card0/device/vendor", "0x8086\n"),
        ("sys/class/drm/renderD128/device/vendor", "0x8086\n"),
        ("sys/class/drm/card1/device/vendor", "0x1002\n"),
        ("sys/class/drm/card2/device/vendor", "0x10de\n"),
        ("sys/class/drm/card3/device/vendor", "0x1234\n"),
        nvidia,
    ];
    check(
        &at(&cards),
        Health::Ok,
        &format!("AMD and Intel and NVIDIA, driver 550.54.14; {unused}"),
        "",
    );
}

#[test]
fn circumstances_that_spoil_figures_are_findings() {
    let calm = Facts::default();
    assert_eq!(computer::circumstances(&calm).len(), 1);
    check(&computer::circumstances(&calm)[0], Health::Ok, "calm", "");
    let battery = Facts { power_source: Some(PowerSource::Battery), ..calm };
    check(&computer::circumstances(&battery)[0], Health::Warning, "battery", "plug it in");
}

#[test]
fn everything_is_looked_at_even_where_all_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    let found = diagnose(&engine(folder.path(), "/no/program"));
    let names: Vec<&str> = found.iter().map(|finding| finding.what.as_str()).collect();
    for what in [
        "program",
        "settings file",
        "log",
        "store",
        "disk space",
        "default model",
        "this computer as a board",
        "serial ports",
        "energy counter",
        "display",
        "GPU",
        "circumstances",
    ] {
        assert!(names.contains(&what), "{what} is missing from {names:?}");
    }
    for finding in &found {
        assert!(!finding.seen.is_empty() && !finding.seen.contains('\n'), "{finding:?}");
        let told = finding.hint.is_some() || finding.health != Health::Broken;
        assert!(told, "broken and no remedy: {finding:?}");
    }
}
