//! What a host that ends puts off, and the next one on its store takes up.
//!
//! Work that waits or is cut when the grace is over, and that can be done again by itself ([`crate::order`]), is
//! written into the store's folder before it is stopped. Whoever starts a host on that store again begins it anew,
//! one after the other and labelled; the file stays until all of it was begun. A program that is killed puts
//! nothing off.

mod file;

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use protocol::{Event, Reply, RunId, Severity};

use crate::Engine;
use crate::dispatch::{Asker, dispatch};
use crate::error::EngineError;
use crate::failure::failure;
use crate::jobs::AGAIN;
use crate::order::Order;
use file::{Entry, Found};

/// Whose a board is that is used for what was taken up.
const WHO: &str = "a host that was started again";
/// A run's tag that says which one it begins anew.
const TAG: &str = "taken-up-of";

/// What was put off, in memory.
#[derive(Default)]
pub(crate) struct Parking {
    /// Somebody will take it up: this engine is a host's.
    open: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Of the host before, not begun yet.
    untaken: VecDeque<Entry>,
    /// The one of them that is being begun, and in whose name what it begins goes on.
    beginning: Option<(Entry, Arc<Order>)>,
    /// Put off by this one.
    parked: Vec<Entry>,
}

impl State {
    /// Adds what goes on and is put off now. What was being begun is among it, or is still to be begun.
    fn park(&mut self, put_off: Vec<(Arc<Order>, Entry)>) {
        let goes_on =
            |order: &Arc<Order>| put_off.iter().any(|(known, _)| Arc::ptr_eq(known, order));
        if self.beginning.as_ref().is_some_and(|(_, order)| goes_on(order)) {
            self.beginning = None;
        }
        self.parked.extend(put_off.into_iter().map(|(_, entry)| entry));
    }

    /// What is to be taken up by the next host.
    fn all(&self) -> Vec<Entry> {
        let beginning = self.beginning.iter().map(|(entry, _)| entry);
        self.parked.iter().chain(beginning).chain(&self.untaken).cloned().collect()
    }
}

impl Parking {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what is asked for now may be put off in the end.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }
}

/// From now on what this engine is stopped in is put off; and what was put off on its store before is begun, on a
/// thread of its own. `say` is told what a person should know. Where what was put off before can neither be read nor
/// set aside, nothing is put off in its place.
pub(crate) fn take_up(engine: &Engine, say: impl Fn(&str) + Send + 'static) -> io::Result<()> {
    let folder = engine.settings().store_folder();
    let found = file::read(&folder).map_err(|error| {
        io::Error::new(error.kind(), format!("{error}; this host puts nothing off"))
    })?;
    engine.inner.parking.open.store(true, Ordering::Relaxed);
    let entries = match found {
        Found::Nothing => return Ok(()),
        Found::Entries(entries) => entries,
        Found::SetAside(why, aside) => {
            let text = format!(
                "what was put off when the host ended cannot be taken up ({why}); it was set aside: {}",
                aside.display()
            );
            tracing::warn!("{text}");
            engine.warn(text.clone());
            say(&text);
            return Ok(());
        }
    };
    say(&format!("{} put off when the host ended; taking them up again", counted(entries.len())));
    engine.inner.parking.lock().untaken = entries.into();
    let engine = engine.clone();
    thread::Builder::new().name("taking-up".into()).spawn(move || {
        begin_all(&engine, &say);
    })?;
    Ok(())
}

fn begin_all(engine: &Engine, say: &impl Fn(&str)) {
    loop {
        let (title, order) = {
            let mut state = engine.inner.parking.lock();
            if engine.going().is_ending() {
                return;
            }
            let Some(entry) = state.untaken.pop_front() else { break };
            let title = entry.title.clone();
            let order = order(&entry).map(Arc::new);
            state.beginning = order.clone().map(|order| (entry, order));
            (title, order)
        };
        let begun = match order {
            Some(order) => begin(engine, order).map(drop),
            None => Err(EngineError::BadRequest("it is nothing that is ever put off".into())),
        };
        let (ending, later) = {
            let mut state = engine.inner.parking.lock();
            let ending = engine.going().is_ending();
            let entry = state.beginning.take().map(|(entry, _)| entry);
            let entry = entry.filter(|_| begun.is_err() && ending);
            let later = entry.is_some();
            // What could not be begun because of the end is the next host's.
            if let Some(entry) = entry {
                state.untaken.push_front(entry);
            }
            (ending, later)
        };
        if let Err(error) = begun
            && !later
        {
            let text = format!("{title} could not be taken up again: {}", failure(error));
            tracing::warn!("{text}");
            engine.warn(text.clone());
            say(&text);
        }
        // The end came between: what was just begun is put off like the rest.
        if ending {
            return engine.stop_all();
        }
    }
    let state = engine.inner.parking.lock();
    if state.parked.is_empty()
        && let Err(error) = file::write(&engine.settings().store_folder(), &[])
    {
        tracing::warn!(%error, "what was taken up stays written down and would be done again");
    }
}

/// What an entry is begun by; none for what is never put off: a file may hold anything.
fn order(entry: &Entry) -> Option<Order> {
    // Its places were named from the root by the host before.
    Order::of(&entry.command)?;
    let mut command = entry.command.clone();
    for (spec, run) in command.runs_mut().iter_mut().zip(&entry.runs) {
        spec.tags.insert(TAG.into(), run.0.clone());
    }
    Some(Order { command, again: true })
}

fn begin(engine: &Engine, order: Arc<Order>) -> Result<Reply, EngineError> {
    let command = order.command.clone();
    dispatch(&engine.ordered(order), Asker::Face(WHO), command)
}

/// Puts off what goes on and can be done again by itself. To be called before any of it is stopped.
pub(crate) fn park(engine: &Engine) {
    if !engine.inner.parking.is_open() {
        return;
    }
    let mut state = engine.inner.parking.lock();
    let entries = put_off(engine);
    let count = entries.len();
    state.park(entries);
    let all = state.all();
    let folder = engine.settings().store_folder();
    let text = match file::write(&folder, &all) {
        Ok(left) => {
            for entry in left {
                tracing::warn!("too much is put off; to be asked for again: {}", entry.title);
            }
            if count == 0 {
                return;
            }
            format!("{} put off: taken up when the host is started again", counted(count))
        }
        Err(error) => format!(
            "what goes on could not be put off ({error}), and is to be asked for again: {}",
            all.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>().join(", ")
        ),
    };
    tracing::warn!("{text}");
    engine.tell(Event::Notice { severity: Severity::Info, text, hint: None });
}

fn counted(count: usize) -> String {
    match count {
        1 => "1 piece of work was".into(),
        count => format!("{count} pieces of work were"),
    }
}

/// What goes on and was not put off yet, each order once: those of jobs, then those of runs that no job began.
fn put_off(engine: &Engine) -> Vec<(Arc<Order>, Entry)> {
    let mut going = engine.going();
    going.begin_to_end();
    let mut runs_of: Vec<(Arc<Order>, Vec<RunId>)> = Vec::new();
    for (id, run) in &mut going.runs {
        let Some(order) = run.order.take() else { continue };
        match runs_of.iter_mut().find(|(known, _)| Arc::ptr_eq(known, &order)) {
            Some((_, runs)) => runs.push(id.clone()),
            None => runs_of.push((order, vec![id.clone()])),
        }
    }
    let (mut entries, mut ids) = (Vec::new(), Vec::new());
    for (id, job) in &mut going.jobs {
        let Some(order) = job.order.take() else {
            tracing::warn!("called off, to be asked for again: {}", job.seen.title);
            continue;
        };
        let own = runs_of.iter().position(|(known, _)| Arc::ptr_eq(known, &order));
        let runs = own.map(|place| runs_of.swap_remove(place).1).unwrap_or_default();
        let title = job.seen.title.trim_end_matches(AGAIN).to_owned();
        let entry = Entry { title, runs, command: order.command.clone() };
        entries.push((order, entry));
        ids.push(*id);
    }
    going.put_off(ids);
    let runs = runs_of.into_iter().map(|(order, runs)| {
        let names = runs.iter().map(|run| run.0.as_str()).collect::<Vec<_>>().join(", ");
        let title = format!("run {names}");
        let entry = Entry { title, runs, command: order.command.clone() };
        (order, entry)
    });
    entries.extend(runs);
    entries
}

#[cfg(test)]
mod tests {
    use protocol::Command;

    use super::*;

    fn entry(title: &str) -> Entry {
        let command = Command::FetchModel { name: title.into() };
        Entry { title: title.into(), runs: Vec::new(), command }
    }

    #[test]
    fn what_is_being_begun_is_written_once_whenever_the_end_comes() {
        let order = Arc::new(order(&entry("a")).unwrap());
        let new = || State {
            untaken: [entry("b")].into(),
            beginning: Some((entry("a"), Arc::clone(&order))),
            parked: Vec::new(),
        };
        let mut before = new();
        before.park(Vec::new());
        assert_eq!(before.all(), [entry("a"), entry("b")], "it does not go on yet");
        let mut after = new();
        after.park(vec![(Arc::clone(&order), entry("a"))]);
        assert_eq!(after.all(), [entry("a"), entry("b")], "it goes on already");
        let mut another = new();
        let same = Arc::new(Order { command: order.command.clone(), again: false });
        another.park(vec![(same, entry("a"))]);
        assert_eq!(
            another.all(),
            [entry("a"), entry("a"), entry("b")],
            "somebody asked for it too"
        );
    }

    #[test]
    fn only_what_can_be_put_off_is_begun() {
        assert!(order(&entry("a")).is_some_and(|order| order.again));
        for command in [Command::Hello, Command::DeleteRun { selector: "all".into() }] {
            let entry = Entry { command, ..entry("a") };
            assert!(order(&entry).is_none(), "{entry:?}");
        }
    }
}
