//! Models that read text: chosen among the controls, by name, by a dialog, or by a path that is typed.

use egui::Vec2;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use protocol::{Code, NeuralSpec, Reply, Snapshot};
use ui::asks::{Go, Place};
use ui::shell::{Chosen, Dialog, Surroundings};

use super::*;

fn rig(theme: &'static str, prepare: impl FnOnce(&mut Surroundings)) -> Rig {
    sample::set_theme(theme);
    let snapshot = Snapshot { neural: Some(sample::neural()), ..sample::snapshot() };
    let mut rig = Rig::with(Vec2::new(1280.0, 1230.0), theme, |wire, around| {
        wire.instead.insert("Snapshot", Ok(Reply::Snapshot(Box::new(snapshot))));
        prepare(&mut around.surroundings);
    });
    go(&mut rig, Go::To(Place::Compress));
    drop_files(&mut rig, &[NOTES]);
    finish(&mut rig, vec![Ok(sample::compressed())]);
    rig.sent();
    rig
}

fn pick(rig: &mut Rig, list: &str, what: &str) {
    rig.harness.get_by_role_and_label(Role::ComboBox, list).click();
    rig.run();
    rig.click(what);
}

/// The models that were asked for last.
fn asked(rig: &mut Rig) -> NeuralSpec {
    later(rig);
    specs(&rig.sent()).pop().expect("it was compressed again").neural
}

#[test]
fn a_program_without_models_says_so_in_one_line() {
    let mut rig = full(Vec2::new(1280.0, 1100.0), "light");
    let words = "Models that read text are not in this program: build it with --features neural";
    assert!(rig.shows(words) && !rig.shows("Models that read text"));
    rig.picture("compress-no-models");
}

#[test]
fn encoder_scorer_and_device_are_chosen_in_a_fold_that_is_closed_at_first() {
    let mut rig = rig("light", |_| {});
    assert!(!rig.shows("Worth of words by") && !rig.shows("Computed by"));
    rig.click("Models that read text");
    pick(&mut rig, "Sentence encoder", "all-MiniLM-L6-v2");
    let mini = Some("all-MiniLM-L6-v2".to_owned());
    assert_eq!(asked(&mut rig), NeuralSpec { encoder: mini.clone(), ..NeuralSpec::default() });
    pick(&mut rig, "Worth of words by", "q4.gguf");
    pick(&mut rig, "Computed by", "NVIDIA L4");
    let all = NeuralSpec {
        encoder: mini,
        scorer: Some("org/tiny/q4.gguf".into()),
        device: Some("cuda:0".into()),
        vectors: None,
    };
    assert_eq!(asked(&mut rig), all);
    rig.picture("compress-models");
    rig.click("Models that read text");
    assert!(rig.shows("all-MiniLM-L6-v2 and q4.gguf on NVIDIA L4"), "what is chosen is said");
    rig.click("Models that read text");
    pick(&mut rig, "Worth of words by", "None");
    assert_eq!(asked(&mut rig).scorer, None);
    rig.click("Get models…");
    assert!(rig.shows("Look for models again"), "it leads to the settings");
}

#[test]
fn a_models_folder_or_file_is_chosen_by_a_dialog() {
    let mut rig = rig("dark", |_| {});
    rig.click("Models that read text");
    pick(&mut rig, "Sentence encoder", "A model’s folder…");
    let dialog = rig.around.borrow().dialogs.last().unwrap().1.clone();
    assert!(matches!(dialog, Dialog::Folder { .. }), "{dialog:?}");
    rig.choose(Chosen::Paths(vec!["/models/mine".into()]));
    assert_eq!(asked(&mut rig).encoder.as_deref(), Some("/models/mine"));
    pick(&mut rig, "Worth of words by", "A language model’s file…");
    let dialog = rig.around.borrow().dialogs.last().unwrap().1.clone();
    assert!(
        matches!(dialog, Dialog::Files { ref endings, .. } if endings == &["gguf"]),
        "{dialog:?}"
    );
    rig.choose(Chosen::Paths(vec!["/models/tiny.gguf".into()]));
    assert_eq!(asked(&mut rig).scorer.as_deref(), Some("/models/tiny.gguf"));
    rig.picture("compress-models-dark");
    // One that is not there is said by the engine.
    let failure = Failure::new(Code::NotFound, "there is no such model on this computer");
    rig.event(Event::JobFinished { job: JobId(1), outcome: JobOutcome::Failed(failure) });
    assert!(rig.tells("there is no such model on this computer"));
}

#[test]
fn where_no_dialog_can_be_opened_its_path_is_typed() {
    let mut rig = rig("light", |around| around.no_dialogs = Some("this is a browser".into()));
    rig.click("Models that read text");
    pick(&mut rig, "Worth of words by", "A classifier’s folder…");
    input(&rig, "Path of a model’s folder").focus();
    rig.run();
    input(&rig, "Path of a model’s folder").type_text("models/judge");
    rig.run();
    rig.click("Use this model");
    assert_eq!(asked(&mut rig).scorer.as_deref(), Some("./models/judge"));
}
