//! Settings: values, where they come from, changes, and the care of what lies below.

use egui::accesskit::Role;
use egui::{Key, Vec2};
use egui_kittest::kittest::Queryable;
use protocol::{
    Code, Command, Failure, Finding, Health, Reply, SettingKind, SettingOrigin, SettingView,
    Snapshot, StoreReport, StoreUsage,
};
use ui::asks::{Go, Place};
use ui::shell::Chosen;

use super::bench::{press, write};
use super::sample;
use super::support::{Around, Rig, Wire};

fn all(theme: &str) -> Vec<SettingView> {
    let mut settings = sample::settings();
    settings[3].value = theme.into();
    settings[1].value = "3%".into();
    let more = |key: &str, value: &str, default: &str, kind, meaning: &str| SettingView {
        key: key.into(),
        value: value.into(),
        origin: SettingOrigin::Default,
        meaning: meaning.into(),
        kind,
        default: default.into(),
        after_restart: false,
    };
    let levels = ["error", "warn", "info", "debug", "trace"].map(str::to_owned).to_vec();
    let mut log =
        more("log_level", "debug", "info", SettingKind::Choice(levels), "how much the log says");
    log.origin = SettingOrigin::Flag;
    settings.push(log);
    let path = "the checkpoint that boards run where no other is named";
    settings.push(more("model", "", "", SettingKind::Path, path));
    let waits =
        "how long a run waits for a board that was unplugged, in seconds; 0 ends it at once";
    settings.push(more("board_wait_s", "30", "30", SettingKind::Text, waits));
    settings
}

fn answers(wire: &mut Wire, theme: &str) {
    let snapshot = Snapshot { settings: all(theme), ..sample::snapshot() };
    wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
    wire.instead.insert("ChangeSetting", Ok(Reply::Settings(all(theme))));
    let usage = StoreUsage {
        folder: "/data/ada/.local/share/benchvise".into(),
        runs: 24,
        app_bytes: 1_400_000,
        samples_bytes: 88_000_000,
        free_bytes: Some(91_000_000_000),
    };
    wire.instead.insert("MeasureStore", Ok(Reply::Usage(usage)));
    let lines = vec!["24 runs, 61 440 tokens".into(), "both files read to their end".into()];
    wire.instead.insert("CheckStore", Ok(Reply::Store(StoreReport { sound: true, lines })));
    let finding = |what: &str, health, seen: &str, hint: Option<&str>| Finding {
        what: what.into(),
        health,
        seen: seen.into(),
        hint: hint.map(str::to_owned),
    };
    let findings = vec![
        finding("this computer as a board", Health::Ok, "answered after 41 ms: x86-64", None),
        finding(
            "serial ports",
            Health::Warning,
            "2 ports, of which you may not open 1, such as /dev/ttyACM1",
            Some("add yourself to the group dialout"),
        ),
        finding("model", Health::Absent, "none is set; runs use a synthetic one", None),
        finding("disk", Health::Broken, "3 MiB are free", Some("make room on the disk")),
    ];
    wire.instead.insert("Diagnose", Ok(Reply::Findings(findings)));
}

fn rig_with(theme: &'static str, size: Vec2, more: impl FnOnce(&mut Wire, &mut Around)) -> Rig {
    let mut rig = Rig::with(size, theme, |wire, around| {
        answers(wire, theme);
        more(wire, around);
    });
    rig.harness.state_mut().as_mut().expect("it was drawn").go(Go::To(Place::Settings));
    rig.run();
    rig
}

fn rig() -> Rig {
    rig_with("light", Vec2::new(1280.0, 1600.0), |_, _| {})
}

fn changed(rig: &mut Rig) -> Vec<(String, Option<String>)> {
    let sent = rig.sent().into_iter();
    sent.filter_map(|command| match command {
        Command::ChangeSetting { key, value } => Some((key, value)),
        _ => None,
    })
    .collect()
}

fn change(key: &str, value: Option<&str>) -> (String, Option<String>) {
    (key.to_owned(), value.map(str::to_owned))
}

#[test]
fn every_origin_is_said_in_words() {
    let rig = rig();
    assert!(rig.shows("default") && rig.shows("settings.toml, line 3"));
    assert!(rig.shows("environment: BENCHVISE_TOKENIZER — it wins over the file"));
    assert!(rig.shows("a flag of this start — it wins over the file"));
    assert!(rig.shows("· a change holds after a restart"));
}

#[test]
fn a_choice_changes_at_once() {
    let mut rig = rig();
    press(&mut rig, Role::RadioButton, "Dark");
    assert_eq!(changed(&mut rig), [change("theme", Some("dark"))]);
}

#[test]
fn a_text_changes_on_enter_and_on_leaving_but_not_before() {
    let mut rig = rig();
    write(&mut rig, "Tokenizer", "cl100k");
    assert_eq!(changed(&mut rig), []);
    rig.harness.key_press(Key::Enter);
    rig.run();
    assert_eq!(changed(&mut rig), [change("tokenizer", Some("cl100k"))]);
    write(&mut rig, "Store", "/data");
    rig.harness.get_by_role_and_label(Role::TextInput, "Tokenizer").focus();
    rig.run();
    assert_eq!(changed(&mut rig), [change("store", Some("/data"))]);
}

#[test]
fn escape_takes_back_what_was_written() {
    let mut rig = rig();
    write(&mut rig, "Tokenizer", "nonsense");
    rig.harness.key_press(Key::Escape);
    rig.run();
    assert_eq!(changed(&mut rig), []);
    let field = rig.harness.get_by_role_and_label(Role::TextInput, "Tokenizer");
    assert_eq!(field.value().as_deref(), Some("o200k"));
}

#[test]
fn a_refusal_stands_under_its_setting_and_the_old_value_stays() {
    let failure = Failure::new(Code::BadRequest, "nonsense is no tokenizer")
        .with_hint("write o200k or cl100k");
    let mut rig = rig_with("light", Vec2::new(1280.0, 1600.0), |wire, _| {
        wire.instead.insert("ChangeSetting", Err(failure));
    });
    write(&mut rig, "Tokenizer", "nonsense");
    rig.harness.key_press(Key::Enter);
    rig.run();
    let words = "nonsense is no tokenizer; write o200k or cl100k; it is still o200k";
    assert!(rig.shows(words));
    assert_eq!(rig.desk().model().setting("tokenizer"), "o200k");
    write(&mut rig, "Tokenizer", "cl100k");
    assert!(!rig.shows(words));
}

#[test]
fn a_fraction_is_stepped() {
    let mut rig = rig();
    rig.click("Smallest change that counts: more");
    assert_eq!(changed(&mut rig), [change("min_effect", Some("3.5%"))]);
    rig.click("Text size: less");
    assert_eq!(changed(&mut rig), [change("text_size", Some("85%"))]);
}

#[test]
fn a_value_from_the_file_can_be_taken_out_of_it() {
    let mut rig = rig();
    rig.click("Reset Smallest change that counts to 5%");
    assert_eq!(changed(&mut rig), [change("min_effect", None)]);
    assert!(!rig.tells("Reset Store"));
}

#[test]
fn a_path_comes_from_a_dialog_or_is_written() {
    let mut rig = rig();
    rig.click("Choose Store");
    rig.choose(Chosen::Paths(vec!["/data/runs".into()]));
    assert_eq!(changed(&mut rig), [change("store", Some("/data/runs"))]);
    rig.click("Choose Store");
    rig.choose(Chosen::Unavailable { why: "there is no desktop portal".into() });
    assert!(rig.tells("there is no desktop portal"));
}

#[test]
fn what_is_no_path_has_no_dialog() {
    let rig = rig();
    assert!(rig.tells("Seconds a run waits for its board"));
    let has = |name: &str| rig.shows(&format!("Choose {name}"));
    assert!(has("Model") && !has("Seconds a run waits for its board"));
}

#[test]
fn the_store_is_measured_checked_and_backed_up() {
    let mut rig = rig();
    assert!(rig.shows("83.9 MiB"));
    rig.click("Check");
    assert!(rig.shows("The store is sound") && rig.tells("both files read to their end"));
    rig.click("Back up…");
    let report = StoreReport { sound: true, lines: vec!["written to /b".into()] };
    rig.wire.borrow_mut().instead.insert("BackUpStore", Ok(Reply::Store(report)));
    rig.choose(Chosen::Paths(vec!["/b".into()]));
    assert!(rig.sent().contains(&Command::BackUpStore { path: "/b".into() }));
    assert!(rig.shows("The backup is written"));
}

#[test]
fn without_dialogs_a_backup_is_written_where_one_says() {
    let mut rig = rig_with("light", Vec2::new(1280.0, 1600.0), |_, around| {
        around.surroundings.no_dialogs = Some("a browser shows no folders".into());
    });
    rig.click("Back up…");
    assert!(rig.tells("a browser shows no folders"));
    write(&mut rig, "Folder for the backup", "/b");
    rig.click("Back up there");
    assert!(rig.sent().contains(&Command::BackUpStore { path: "/b".into() }));
}

#[test]
fn a_store_that_cannot_be_measured_says_why() {
    let rig = rig_with("light", Vec2::new(1280.0, 1600.0), |wire, _| {
        let failure = Failure::new(Code::Store, "the store is open elsewhere");
        wire.instead.insert("MeasureStore", Err(failure));
    });
    assert!(rig.shows("the store is open elsewhere"));
}

#[test]
fn the_doctor_looks_when_asked() {
    let mut rig = rig();
    assert!(!rig.sent().contains(&Command::Diagnose));
    rig.click("Look at this machine");
    assert!(rig.sent().contains(&Command::Diagnose));
    assert!(rig.shows("serial ports") && rig.shows("make room on the disk"));
}

#[test]
fn the_keys_come_from_the_table() {
    let rig = rig();
    for spec in ui::action::ACTIONS.iter().filter(|spec| spec.key.is_some()) {
        assert!(rig.shows(spec.title), "{}", spec.title);
    }
}

#[test]
fn the_commit_and_the_folder_can_be_copied() {
    let mut rig = rig();
    rig.click("Copy commit");
    assert!(rig.shows("Commit is on the clipboard"));
    rig.click("Copy store folder");
    assert!(rig.shows("Store folder is on the clipboard"));
}

#[test]
fn pictures() {
    for (theme, size, word) in [
        ("light", Vec2::new(1280.0, 1500.0), "light"),
        ("dark", Vec2::new(1920.0, 1080.0), "large"),
        ("light", Vec2::new(1024.0, 700.0), "small"),
        ("dark", Vec2::new(620.0, 2600.0), "narrow"),
    ] {
        let mut rig = rig_with(theme, size, |wire, _| {
            let failure = Failure::new(Code::BadRequest, "“much” is no share")
                .with_hint("write a percentage such as 5%");
            wire.instead.insert("ChangeSetting", Err(failure));
        });
        rig.picture(&format!("settings-origins-{word}"));
        rig.harness.get_by_role_and_label(Role::Button, "Look at this machine").click();
        rig.run();
        rig.harness.get_by_role_and_label(Role::Button, "Check").click();
        rig.run();
        write(&mut rig, "Smallest change that counts", "much");
        rig.harness.key_press(Key::Enter);
        rig.run();
        rig.picture(&format!("settings-care-{word}"));
    }
}
