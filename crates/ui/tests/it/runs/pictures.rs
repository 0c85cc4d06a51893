//! Pictures of the room's special states, for people to look at.

use super::*;

#[test]
fn pictures_of_special_states() {
    let sizes = [
        ("", Vec2::new(1280.0, 800.0), "light"),
        ("-dark", Vec2::new(1280.0, 800.0), "dark"),
        ("-small", Vec2::new(1024.0, 700.0), "light"),
        ("-large", Vec2::new(1920.0, 1080.0), "dark"),
        ("-narrow", Vec2::new(860.0, 760.0), "light"),
    ];
    for (name, size, theme) in sizes {
        let mut detail = sample::detail();
        detail.summary.note = sample::summaries()[1].note.clone();
        for repetition in &mut detail.repetitions {
            let wobble = f64::from(repetition.index * 7 % 5) * 0.2;
            let far = if repetition.index == 8 { 4.0 } else { 0.0 };
            let early = if repetition.warmup { 2.5 } else { 0.0 };
            repetition.values.insert("ttft_ms".into(), 40.6 + wobble + far + early);
        }
        let mut rig = open(Rig::with(size, theme, |wire, _| {
            wire.instead.insert("ShowRun", Ok(Reply::Run(Box::new(detail))));
        }));
        rig.choose_line(1, Modifiers::NONE);
        rig.picture(&format!("runs-one{name}"));
    }
    let mut rig = runs();
    rig.choose_line(0, Modifiers::NONE);
    rig.choose_line(3, Modifiers::SHIFT);
    rig.click("Set as base");
    rig.click("Export…");
    rig.picture("runs-several");
    let mut rig = runs();
    rig.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::I);
    rig.choose(Chosen::Unavailable { why: "there is no file dialog here".into() });
    rig.picture("runs-typed-path");
    let mut rig = runs();
    let binned: Vec<_> = (0..5)
        .map(|at| {
            let mut run = sample::summary(&format!("01k9run{at}"), 90 + at, 600.0);
            run.deleted_ms = Some(NOW_MS - at * 5 * 86_400_000);
            run
        })
        .collect();
    rig.wire.borrow_mut().instead.insert("ListRuns", Ok(Reply::Runs { runs: binned, total: 5 }));
    rig.click("Deleted");
    rig.rest();
    rig.choose_line(2, Modifiers::NONE);
    rig.picture("runs-bin");
    rig.wire.borrow_mut().instead.insert("ListRuns", nothing());
    rig.event(Event::RunChanged { run: "01k9run7".into() });
    rig.picture("runs-bin-empty");
    let mut rig = runs();
    rig.wire.borrow_mut().instead.insert("ListRuns", nothing());
    rig.press(Modifiers::COMMAND, Key::F);
    rig.type_in("zzz");
    rig.rest();
    rig.picture("runs-no-match");
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("ListRuns", nothing());
    });
    rig.picture("runs-none");
    let failure = Failure::new(Code::Store, "the store cannot be opened").with_hint("check it");
    let mut rig = rig_with(Vec2::new(1280.0, 800.0), |wire, _| {
        wire.instead.insert("ListRuns", Err(failure));
    });
    rig.picture("runs-failed");
}
