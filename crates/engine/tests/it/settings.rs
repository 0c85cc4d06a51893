//! Settings files as people write them, and as nobody should.

#![expect(clippy::unwrap_used, reason = "clippy sees tests only in functions marked so")]

use std::fs;
use std::path::{Path, PathBuf};

use engine::settings::{LogLevel, Settings, SettingsError, TABLE};
use protocol::{SettingOrigin, SettingView};
use tempfile::TempDir;

fn nothing(_: &str) -> Option<String> {
    None
}

fn file(content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    fs::write(&path, content).unwrap();
    (folder, path)
}

fn resolve(content: &str) -> Result<Settings, SettingsError> {
    let (_folder, path) = file(content);
    Settings::resolve(Some(&path), &nothing, &[])
}

fn view(settings: &Settings, key: &str) -> SettingView {
    settings.views().into_iter().find(|view| view.key == key).unwrap()
}

/// The error's words up to the file, and what follows the file's name.
fn check_error(content: impl AsRef<[u8]>, expect: &str, at: &str) {
    let (_folder, path) = file(content);
    let error = Settings::resolve(Some(&path), &nothing, &[]).unwrap_err().to_string();
    let path = path.display().to_string();
    let (words, place) = error.split_once(&path).unwrap_or_else(|| panic!("no path in {error}"));
    assert_eq!(words, format!("{expect}: "));
    assert_eq!(place, at, "{error}");
    assert_eq!(error.matches("; ").count(), 1, "one remedy: {error}");
}

#[test]
fn without_any_source_the_defaults_hold() {
    let settings = Settings::resolve(None, &nothing, &[]).unwrap();
    assert_eq!(settings.min_effect(), 0.05);
    assert_eq!(settings.log_level(), LogLevel::Info);
    assert_eq!(settings.tokenizer(), "o200k");
    assert_eq!(settings.model(), None);
    assert_eq!(settings.models_folder(), settings.store_folder().join("models"));
    assert!(settings.log_folder().ends_with("benchvise/log"));
    assert!(settings.warnings().is_empty());
    assert!(settings.views().iter().all(|view| view.origin == SettingOrigin::Default));
}

#[test]
fn a_missing_file_is_fine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/settings.toml");
    let settings = Settings::resolve(Some(&path), &nothing, &[]).unwrap();
    assert!(settings.warnings().is_empty());
    assert!(Settings::problems(&path).is_empty());
    let named = |name: &str| (name == "BENCHVISE_CONFIG").then(|| path.display().to_string());
    let settings = Settings::resolve(Some(&path), &named, &[]).unwrap();
    assert!(settings.warnings()[0].contains("BENCHVISE_CONFIG"), "{:?}", settings.warnings());
}

#[test]
fn later_sources_win_and_say_so() {
    let (_folder, path) = file("# mine\nlog_level = \"debug\"\nmin_effect = 0.2\nstore = '/s'\n");
    let env = |name: &str| match name {
        "BENCHVISE_LOG_LEVEL" => Some("warn".to_owned()),
        "BENCHVISE_MIN_EFFECT" => Some("3%".to_owned()),
        "BENCHVISE_STORE" => Some(String::new()),
        _ => None,
    };
    let flags = [("min_effect", "1%".to_owned()), ("min_effect", "2%".to_owned())];
    let settings = Settings::resolve(Some(&path), &env, &flags).unwrap();
    assert_eq!(settings.log_level(), LogLevel::Warn);
    assert_eq!(settings.min_effect(), 0.02);
    assert_eq!(settings.store_folder(), Path::new("/s"), "an empty variable is an unset one");

    let from_file = SettingOrigin::File { path: path.display().to_string(), line: 4 };
    assert_eq!(view(&settings, "store").origin, from_file);
    assert_eq!(view(&settings, "store").value, "/s");
    let variable = "BENCHVISE_LOG_LEVEL".to_owned();
    assert_eq!(view(&settings, "log_level").origin, SettingOrigin::Environment { variable });
    assert_eq!(view(&settings, "min_effect").origin, SettingOrigin::Flag);
    assert_eq!(view(&settings, "min_effect").value, "2%");
    assert_eq!(view(&settings, "tokenizer").origin, SettingOrigin::Default);
    assert_eq!(view(&settings, "model").value, "");
}

#[test]
fn relative_paths_in_the_file_start_at_its_folder() {
    let (folder, path) = file("model = 'm/a.bin'\ntokenizer = 't.json'\nmodels = '/abs'");
    let flags = [("log", "here".to_owned())];
    let settings = Settings::resolve(Some(&path), &nothing, &flags).unwrap();
    assert_eq!(settings.model(), Some((folder.path().join("m/a.bin"), None)));
    assert_eq!(Path::new(settings.tokenizer()), folder.path().join("t.json"));
    assert_eq!(settings.models_folder(), Path::new("/abs"));
    assert_eq!(settings.log_folder(), Path::new("here"));
}

#[test]
fn an_unknown_key_is_a_warning_at_start_up_and_an_error_in_a_check() {
    let (_folder, path) = file("min_effect = '7%'\n\n  stroe = 1\n[colours]\nred = 1\n");
    let settings = Settings::resolve(Some(&path), &nothing, &[]).unwrap();
    assert_eq!(settings.min_effect(), 0.07);
    let problems: Vec<String> = Settings::problems(&path).iter().map(ToString::to_string).collect();
    assert_eq!(settings.warnings(), problems);
    let path = path.display();
    assert_eq!(
        problems[0],
        format!("there is no setting \"stroe\"; did you mean store: {path}:3:3")
    );
    assert!(problems[1].starts_with("there is no setting \"colours\"; those there are: store, "));
    assert!(problems[1].ends_with(&format!(": {path}:4:2")), "{}", problems[1]);
}

#[test]
fn a_value_that_cannot_be_used_says_where_and_what_is_meant() {
    check_error(
        "log_level = \"loud\"",
        "the setting log_level is \"loud\" where error, warn, info, debug or trace is meant; \
         correct it",
        ":1:13",
    );
    check_error(
        "\n\nmin_effect = 5",
        "the setting min_effect is 5 where a percentage such as \"5%\" or a share such as 0.05 is \
         meant; correct it",
        ":3:14",
    );
    check_error(
        "store = [1,\n 2]",
        "the setting store is [1, 2] where a path in quotes is meant; correct it",
        ":1:9",
    );
    check_error(
        "[store]\npath = 1",
        "the setting store is a table where a path in quotes is meant; correct it",
        ":1:1",
    );
    check_error(
        "tokenizer = 'gpt-9'",
        "the setting tokenizer is 'gpt-9' where o200k, cl100k, or the path of a tokenizer .json \
         or .bin is meant; correct it",
        ":1:13",
    );
}

#[test]
fn what_is_not_toml_says_where() {
    for (content, at) in [
        ("log_level = ", ":1:13"),
        ("\"ü\" = 1\nstore = '/a'\nstore = '/b'", ":3:1"),
        ("store '/a'", ":1:7"),
        ("store = '/a", ":1:12"),
    ] {
        let (_folder, path) = file(content);
        let error = Settings::resolve(Some(&path), &nothing, &[]).unwrap_err();
        assert!(matches!(error, SettingsError::Syntax { .. }), "{content}: {error}");
        assert!(!Settings::problems(&path).is_empty());
        let error = error.to_string();
        assert!(error.contains("settings.toml:"), "{error}");
        let place = error.rsplit_once("settings.toml").unwrap().1;
        assert_eq!(place, at, "{content}: {error}");
    }
}

#[test]
fn bytes_that_are_no_text_say_where() {
    check_error(
        b"store = '/a'\nlog = '\xff'",
        "the settings file is not UTF-8 text; save it as UTF-8",
        ":2:8",
    );
    // What an editor saves as UTF-16.
    check_error(b"\xff\xfes\0", "the settings file is not UTF-8 text; save it as UTF-8", ":1:1");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read() {
    let settings = resolve("\u{feff}log_level = \"error\"\r\nmin_effect = \"9%\"\r\n").unwrap();
    assert_eq!(settings.log_level(), LogLevel::Error);
    assert_eq!(settings.min_effect(), 0.09);
}

#[test]
fn a_folder_in_the_files_place_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let error = Settings::resolve(Some(folder.path()), &nothing, &[]).unwrap_err();
    assert!(matches!(error, SettingsError::Unreadable { .. }), "{error}");
    assert!(error.to_string().contains("make it a readable file or move it away"), "{error}");
}

#[test]
fn a_file_that_is_far_too_large_is_not_read() {
    let (_folder, path) = file("# ".repeat(1 << 20));
    let error = Settings::resolve(Some(&path), &nothing, &[]).unwrap_err();
    assert!(matches!(error, SettingsError::TooLarge { .. }), "{error}");
}

#[test]
fn wrong_variables_and_flags_are_named() {
    let env = |name: &str| (name == "BENCHVISE_MIN_EFFECT").then(|| "lots".to_owned());
    let error = Settings::resolve(None, &env, &[]).unwrap_err().to_string();
    assert!(error.ends_with("correct it: environment variable BENCHVISE_MIN_EFFECT"), "{error}");
    let flags = [("log_level", "x".repeat(500))];
    let error = Settings::resolve(None, &nothing, &flags).unwrap_err().to_string();
    assert!(error.ends_with("correct it: flag --log-level"), "{error}");
    assert!(error.len() < 250, "{error}");
    let error = Settings::resolve(None, &nothing, &[("stor", "x".into())]).unwrap_err();
    assert!(error.to_string().contains("did you mean store: flag --stor"), "{error}");
}

#[test]
fn half_a_model_is_pointed_out() {
    let settings = resolve("model_tokenizer = '/t.bin'").unwrap();
    assert_eq!(settings.model(), None);
    assert_eq!(settings.warnings(), ["model_tokenizer is set and model is not; set both"]);
    let settings = resolve("model = '/m.bin'").unwrap();
    assert_eq!(settings.model(), Some(("/m.bin".into(), None)));
    assert_eq!(settings.warnings(), ["model is set and model_tokenizer is not; set both"]);
    let settings = resolve("model_tokenizer = '/t.bin'\nmodel = '/m.bin'").unwrap();
    assert_eq!(settings.model(), Some(("/m.bin".into(), Some("/t.bin".into()))));
    assert!(settings.warnings().is_empty());
}

#[test]
fn the_template_names_every_setting_and_says_what_already_holds() {
    let (_folder, path) = file(Settings::template());
    assert!(Settings::problems(&path).is_empty());
    let without_marks = Settings::template()
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = ") && !line.contains('…'))
        .collect::<Vec<_>>()
        .join("\n");
    let settings = resolve(&without_marks).unwrap();
    assert_eq!(settings.min_effect(), Settings::default().min_effect());
    assert_eq!(settings.log_level(), Settings::default().log_level());
    assert_eq!(settings.tokenizer(), Settings::default().tokenizer());
    for setting in TABLE {
        assert!(Settings::template().contains(&setting.variable()), "{}", setting.key);
    }
}

/// Whatever the file holds: no panic, places inside the file, and start-up agrees with the check.
#[test]
fn any_bytes_are_settings_or_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("settings.toml");
    let checked = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let problems = Settings::problems(&path);
        match Settings::resolve(Some(&path), &nothing, &[]) {
            Ok(settings) => {
                let unknown =
                    |problem: &SettingsError| matches!(problem, SettingsError::UnknownKey { .. });
                assert!(problems.iter().all(unknown));
                assert!((0.0..=1.0).contains(&settings.min_effect()));
                assert_eq!(settings.views().len(), TABLE.len());
            }
            Err(error) => {
                assert!(!problems.is_empty(), "{error}");
                assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
    };
    for seed in [
        "log_level = 'info'\nmin_effect = '5%'\n[a.b]\nc = [1, {d = 2}]\n",
        "model = \"\\u0000\"",
        "a = 0x10\n\"\" = inf\nstore=\"~\"",
        "min_effect = 1e-400",
    ] {
        checked(seed.as_bytes());
    }
    checked(format!("store = {}", "[".repeat(100_000)).as_bytes());
    checked(format!("{} = 1", "a.".repeat(100_000)).as_bytes());
    bolero::check!()
        .with_test_time(std::time::Duration::from_secs(1))
        .with_type::<Vec<u8>>()
        .for_each(|bytes: &Vec<u8>| checked(bytes));
}
