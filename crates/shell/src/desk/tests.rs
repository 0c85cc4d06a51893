use std::sync::mpsc::{Receiver, sync_channel};

use super::*;
use crate::Parcel;

fn desk(folder: &Path) -> Desk {
    let store = folder.join("store");
    let places = |name: &str| (name == "BENCHVISE_STORE").then(|| store.display().to_string());
    let settings = Settings::resolve_what_can_be(None, &places, &[]);
    let engine = Engine::start(Options { settings, ..Options::default() }).unwrap();
    Desk::over(&engine, &store, Vec::new(), |_| {}).unwrap()
}

/// The next word of the program to its page.
fn told(came: &Receiver<Parcel>) -> Told {
    loop {
        let Parcel::Json(text) = came.recv_timeout(GRACE).unwrap() else { panic!("bytes") };
        if let Ok(told) = serde_json::from_str(&text) {
            return told;
        }
    }
}

#[test]
fn the_program_is_beside_this_one_unless_it_is_named() {
    let own = Path::new("/usr/bin/benchvise-desktop");
    let beside = Path::new("/usr/bin").join(format!("benchvise{}", std::env::consts::EXE_SUFFIX));
    assert_eq!(program(own, None), beside);
    assert_eq!(program(own, Some("".into())), beside);
    assert_eq!(program(own, Some("/opt/b".into())), Path::new("/opt/b"));
}

#[test]
fn a_page_is_told_what_waited_and_has_written_what_a_dialog_gave() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    desk.tell(Told::Room("runs".into()));
    let (put, came) = sync_channel(4096);
    desk.opened(Box::new(move |parcel| put.send(parcel).is_ok())).unwrap();
    assert_eq!(told(&came), Told::Room("runs".into()));
    let place = folder.path().join("left.md");
    desk.write(place.clone(), "left".into());
    let Told::Saved { failure: Some(failure), .. } = told(&came) else { panic!("no dialog") };
    assert!(failure.message.contains("no dialog gave this place"), "{failure}");
    assert!(!place.exists());
    desk.allow(&[place.clone(), folder.path().join("nowhere/at all")]);
    desk.write(place.clone(), "left".into());
    assert_eq!(told(&came), Told::Saved { path: place.clone(), failure: None });
    assert_eq!(std::fs::read_to_string(place).unwrap(), "left");
    desk.write(folder.path().join("nowhere/at all"), "left".into());
    let Told::Saved { failure: Some(_), .. } = told(&came) else { panic!("there is no folder") };
    desk.end();
    desk.tell(Told::Room("live".into()));
    assert!(came.recv_timeout(Duration::from_millis(200)).is_err(), "it has ended");
}
