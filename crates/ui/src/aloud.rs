//! What the window says, and what can be pressed, written and chosen, where its picture cannot be seen: a
//! page's canvas is silent. Made from the table of actions, the model and the rooms' own forms, so that
//! nothing is told twice.

mod field;

pub use field::{Choice, Field, How};
use protocol::JobId;

use crate::action::{ACTIONS, Action};
use crate::asks::Place;
use crate::desk::Desk;
use crate::link::Whose;
use crate::model::{Connection, Going, Job, Model};
use crate::panel::Panel;

/// Lines that are said at most.
const LINES: usize = 24;

/// What can be pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Press {
    /// An action of the table.
    Do(Action),
    /// A job is called off.
    Cancel(JobId),
    /// A setting gets another value.
    Set {
        /// Its key.
        key: String,
        /// As the file would say it.
        value: String,
    },
    /// Something was written into a field, or chosen in it.
    Write {
        /// The field's room, which may have been left meanwhile.
        place: Place,
        /// Which of its fields.
        field: String,
        /// What stands in it now.
        value: String,
    },
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// Its name.
    pub name: String,
    /// What it does.
    pub press: Press,
    /// It leads to the room that is open.
    pub here: bool,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aloud {
    /// The ways to the rooms.
    pub rooms: Vec<Button>,
    /// What can be written and chosen here.
    pub fields: Vec<Field>,
    /// What can be done here.
    pub deeds: Vec<Button>,
    /// How it stands with the engine.
    pub connection: String,
    /// What goes on, and what the room shows, a sentence each.
    pub lines: Vec<String>,
    /// Messages that are up, the newest last.
    pub messages: Vec<String>,
}

impl Aloud {
    /// Which room is open.
    pub fn here(&self) -> Option<Place> {
        self.rooms.iter().find(|room| room.here).and_then(|room| match room.press {
            Press::Do(Action::Go(place)) => Some(place),
            _ => None,
        })
    }
}

/// What a window has to say now; `room` is the one that is open.
pub(crate) fn aloud(desk: &Desk, room: &dyn Panel) -> Aloud {
    let model = desk.model();
    let (told, own) = (room.aloud(model), room.deeds(model));
    let going = model.going.values().map(run);
    let jobs = model.jobs.going.values().map(job);
    Aloud {
        rooms: rooms(desk.place()),
        fields: room.fields(model),
        deeds: deeds(desk.place(), model, own),
        connection: connection(&model.connection, &model.whose),
        lines: going.chain(jobs).chain(told).take(LINES).collect(),
        messages: desk.toasts().map(|toast| sentence(&toast.text, toast.hint.as_deref())).collect(),
    }
}

fn rooms(here: Place) -> Vec<Button> {
    let rooms = ACTIONS.iter().filter_map(|spec| match spec.action {
        Action::Go(place) => Some(Button {
            name: spec.title.to_owned(),
            press: Press::Do(spec.action),
            here: place == here,
        }),
        _ => None,
    });
    rooms.collect()
}

/// The room's own actions, what else can be done in it, and what ends something.
fn deeds(here: Place, model: &Model, own: Vec<(String, Press)>) -> Vec<Button> {
    let stops = |action| action == Action::StopRun && !model.going.is_empty();
    let of_the_room = ACTIONS
        .iter()
        .filter(|spec| spec.place == Some(here) || stops(spec.action))
        .map(|spec| (spec.title.to_owned(), Press::Do(spec.action)));
    let jobs = model.jobs.going.iter();
    let jobs = jobs.map(|(id, job)| (format!("Cancel {}", job.view.title), Press::Cancel(*id)));
    of_the_room
        .chain(own)
        .chain(jobs)
        .map(|(name, press)| Button { name, press, here: false })
        .collect()
}

fn connection(connection: &Connection, whose: &Whose) -> String {
    match (connection, whose) {
        (Connection::Waiting, _) => "Connecting".into(),
        (Connection::Live, Whose::Host(name)) if !name.is_empty() => format!("Connected to {name}"),
        (Connection::Live, Whose::Beside(what)) => {
            format!("Connected to {what}, which has this store open")
        }
        (Connection::Live, _) => "Connected".into(),
        (Connection::Lost(why), _) => sentence(&why.message, why.hint.as_deref()),
    }
}

/// Without what changes with every token: it is read out.
fn run(going: &Going) -> String {
    let run = &going.run;
    let (done, all) = (run.repetitions_done, run.repetitions);
    format!("Run on {}: {}, {done} of {all} repetitions done", run.summary.board, run.doing)
}

fn job(job: &Job) -> String {
    // In steps, for the same reason.
    let share = job.share().map(|share| (share * 10.0).floor() * 10.0);
    let share = share.map_or_else(String::new, |percent| format!(", {percent:.0} %"));
    format!("{}: {}{share}", job.view.title, job.view.doing)
}

fn sentence(text: &str, hint: Option<&str>) -> String {
    match hint {
        Some(hint) => format!("{text}: {hint}"),
        None => text.to_owned(),
    }
}
