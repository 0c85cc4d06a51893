//! What a page says beside its picture, and what can be pressed there.

use protocol::{Command, Event, JobId, JobKind, JobView};
use ui::aloud::Press;
use ui::asks::Place;

use super::support::{NOW_MS, Rig};

fn press(rig: &mut Rig, name: &str) {
    let said = rig.desk().aloud();
    let mut buttons = said.rooms.into_iter().chain(said.deeds);
    let button = buttons.find(|button| button.name == name).expect(name);
    rig.harness.state_mut().as_mut().expect("it was drawn").press(&button.press);
    rig.run();
}

#[test]
fn every_room_is_entered_and_its_deeds_are_done_without_the_picture() {
    let mut rig = Rig::new();
    let said = rig.desk().aloud();
    assert_eq!(said.connection, "Connected");
    let here: Vec<_> = said.rooms.iter().filter(|room| room.here).collect();
    assert_eq!((said.rooms.len(), here.len()), (8, 1));
    assert!(said.lines.iter().any(|line| line == "This computer: ready"), "{:?}", said.lines);
    rig.sent();
    press(&mut rig, "Start run");
    assert!(rig.sent().iter().any(|command| matches!(command, Command::StartRun { .. })));
    press(&mut rig, "Go to Compress");
    assert_eq!(rig.desk().place(), Place::Compress);
    press(&mut rig, "Open documents…");
    assert_eq!(rig.around.borrow().dialogs.len(), 1);
}

#[test]
fn a_job_is_told_in_steps_and_can_be_called_off() {
    let mut rig = Rig::new();
    let job = JobId(77);
    let view = JobView {
        job,
        kind: JobKind::Compress,
        title: "3 documents".into(),
        doing: "reading".into(),
        done: 0,
        total: 100,
        began_ms: NOW_MS,
    };
    rig.event(Event::JobStarted(view));
    let told = |done| Event::JobProgressed { job, doing: "selecting".into(), done, total: 100 };
    rig.event(told(41));
    let said = rig.desk().aloud().lines;
    assert!(said.contains(&"3 documents: selecting, 40 %".to_owned()), "{said:?}");
    rig.event(told(44));
    assert_eq!(rig.desk().aloud().lines, said, "nothing is read out anew");
    rig.sent();
    press(&mut rig, "Cancel 3 documents");
    assert!(rig.sent().contains(&Command::Cancel { job }));
    let cancels = |press: &Press| matches!(press, Press::Cancel(other) if *other == job);
    assert!(rig.desk().aloud().deeds.iter().any(|deed| cancels(&deed.press)));
}
