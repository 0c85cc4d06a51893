//! One scenario over every way to an engine: the same commands bring the same replies and the same events.
//!
//! A way is the window's own [`ui::Link`], taken from the program's source: `ways` has one for each, and
//! whoever makes another adds it there and to the test below. `face` asks and listens as a window does,
//! `script` is the scenario, and `told` takes out of what was heard what differs from run to run: ids, times,
//! figures, folders. What has an order is compared in it: the answers of a face that waits for each, and the
//! events of one run, one job, one view. Between two of those there is none.
//!
//! The same scenario in windows, by a person's hand, is `../equal/steps.json`: in the page by `page.rs`, in
//! the native window by `../window/scenario.py`.

mod face;
mod script;
mod told;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Bench, alone};
use face::Face;
use script::Script;
use told::Told;
use ways::{InThisProcess, OverAChannel, OverASocket, Way};

/// What each thing that is told of goes through, whatever the way. The runs of a fit take turns, so that
/// both begin before either goes on.
const COURSES: [(&str, &[&str]); 11] = [
    ("job 1", &["started", "finished"]),
    ("job 2", &["started", "finished"]),
    ("ports", &["busy", "ready"]),
    ("run killed", &["started", "goes on", "finished"]),
    ("run first", &["started", "goes on", "finished"]),
    ("run second", &["started", "goes on", "finished"]),
    ("run full", &["started", "goes on", "finished"]),
    ("run compressed", &["started", "goes on", "finished"]),
    ("settings", &["changed", "changed"]),
    ("view 1", &["recording", "over"]),
    ("view 2", &["over"]),
];

fn tell(bench: &Bench, mut way: impl Way) -> Told {
    let mut face = Face::new(&mut way);
    Script::new(bench, &mut face).tell();
    let heard = face.heard();
    drop(way);
    bench.check_store();
    Told::of(heard, bench)
}

/// Where two differ, a line each, with what stands around the first letter that is another one.
fn apart(one: &Told, other: &Told) -> Vec<String> {
    let lines = |told: &Told| -> BTreeMap<String, String> {
        let answers = told.answers.iter().enumerate();
        let answers = answers.map(|(at, said)| (format!("answer {at}"), said.clone()));
        let of = |(subject, lines): (&String, &Vec<String>)| {
            let at = |(at, line): (usize, &String)| (format!("{subject}, {at}"), line.clone());
            lines.iter().enumerate().map(at).collect::<Vec<_>>()
        };
        answers.chain(told.events.iter().flat_map(of)).collect()
    };
    let (one, other) = (lines(one), lines(other));
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differ = |name: &&String| {
        let [here, there] = [&one, &other].map(|told| told.get(*name).map_or("", String::as_str));
        let same = here.chars().zip(there.chars()).take_while(|(one, other)| one == other).count();
        let around =
            |text: &str| text.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
        (here != there).then(|| format!("{name}:\n  < {}\n  > {}", around(here), around(there)))
    };
    names.iter().filter_map(differ).collect()
}

#[test]
fn one_scenario_is_the_same_whatever_carries_it() {
    let _alone = alone();
    let bench = Bench::new();
    let here = tell(&bench, InThisProcess::new(&bench));
    // What is compared is not nothing.
    let courses: BTreeMap<&str, Vec<&str>> = here
        .events
        .iter()
        .map(|(subject, lines)| {
            let first = lines.iter().map(|line| line.split(' ').next().unwrap_or_default());
            (subject.as_str(), first.collect())
        })
        .collect();
    for (subject, course) in COURSES {
        let seen = courses.get(subject);
        // "goes on" is two words.
        let course: Vec<&str> =
            course.iter().map(|word| word.split(' ').next().unwrap_or_default()).collect();
        assert_eq!(seen, Some(&course), "{subject} of {courses:?}");
    }
    let bench = Bench::new();
    the_same("over a socket", &here, &tell(&bench, OverASocket::new(&bench)));
    let bench = Bench::new();
    the_same("over a channel", &here, &tell(&bench, OverAChannel::new(&bench)));
}

#[track_caller]
fn the_same(way: &str, here: &Told, there: &Told) {
    let apart = apart(here, there);
    assert!(apart.is_empty(), "in this process (<) and {way} (>):\n{}", apart.join("\n"));
    assert_eq!(here, there);
}
