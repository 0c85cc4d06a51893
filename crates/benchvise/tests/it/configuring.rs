//! Settings changed from the command line.

use std::fs;

use crate::support::Bench;

fn settings(bench: &Bench) -> String {
    fs::read_to_string(bench.path("settings.toml")).unwrap()
}

#[test]
fn a_setting_is_written_used_and_taken_out_again() {
    let bench = Bench::new();
    bench.file("settings.toml", "# mine\nlog_level = \"warn\" # calm\n");
    let said = bench.run(&["config", "set", "min_effect", "3%"]).ok();
    assert!(said.out.contains("min_effect is 3%, from "), "{}", said.out);
    let written = "# mine\nlog_level = \"warn\" # calm\nmin_effect = \"3%\"\n";
    assert_eq!(settings(&bench), written);
    let shown = bench.run(&["config", "show", "--origin"]).ok();
    let line = shown.out.lines().find(|line| line.starts_with("min_effect")).unwrap();
    assert!(line.contains("3%") && line.contains("settings.toml:3"), "{line}");
    let said = bench.run(&["config", "unset", "min_effect"]).ok();
    assert!(said.out.contains("min_effect is 5%, from default"), "{}", said.out);
    assert_eq!(settings(&bench), "# mine\nlog_level = \"warn\" # calm\n");
    bench.run(&["config", "unset", "min_effect"]).ok();
    let answer = bench.json("config", &["config", "set", "theme", "DARK"]);
    let theme = |s: &&serde_json::Value| s["key"] == "theme";
    let theme = answer["settings"].as_array().unwrap().iter().find(theme).unwrap().clone();
    assert_eq!(theme["value"], "dark");
    assert!(!bench.store().exists(), "settings need no store");
}

#[test]
fn a_path_starts_where_the_command_is_typed() {
    let bench = Bench::new();
    let config = bench.path("config/settings.toml");
    let [_, model, _, tokenizer] = bench.model();
    for (key, file) in [("model", "small.bin"), ("model_tokenizer", "small-tokens.bin")] {
        let mut command = bench.command(["config", "set", key, file]);
        command.env("BENCHVISE_CONFIG", &config);
        crate::support::finish(command).ok();
    }
    let written = fs::read_to_string(&config).unwrap();
    assert!(written.contains(&model) && written.contains(&tokenizer), "{written}");
    let mut command = bench.command(["profile", "--tokens", "2", "--repeat", "1", "--json"]);
    command.env("BENCHVISE_CONFIG", &config);
    let profile = crate::support::finish(command).ok().document("profile");
    assert_eq!(profile["synthetic"], false);
}

#[test]
fn what_wins_over_the_file_is_said() {
    let bench = Bench::new();
    let said = bench.run(&["config", "set", "store", "/elsewhere"]).ok();
    assert!(said.out.contains("all the same, from the $BENCHVISE_STORE"), "{}", said.out);
    assert_eq!(settings(&bench), "store = \"/elsewhere\"\n");
}

#[test]
fn a_file_that_cannot_be_used_can_be_set_right() {
    let bench = Bench::new();
    bench.file("settings.toml", "min_effect = 5\n");
    bench.run(&["runs"]).refused(&["min_effect", "settings.toml:1:14"]);
    bench.run(&["config", "set", "min_effect", "5%"]).ok();
    bench.run(&["runs"]).ok();
    bench.file("settings.toml", "min_effect 5\n");
    let words = ["not TOML", "settings.toml:1:12"];
    bench.run(&["config", "set", "min_effect", "5%"]).refused(&words);
    assert_eq!(settings(&bench), "min_effect 5\n");
}

#[test]
fn a_change_that_makes_no_sense_is_refused() {
    let bench = Bench::new();
    bench.run(&["config", "set", "stroe", "x"]).refused(&["did you mean store"]);
    bench.run(&["config", "unset", "stroe"]).refused(&["did you mean store"]);
    bench.run(&["config", "set", "text_size", "5%"]).refused(&["75%", "200%"]);
    bench.run(&["config", "set", "reduced_motion", "maybe"]).refused(&["off", "on"]);
    assert_eq!(settings(&bench), "");
}
