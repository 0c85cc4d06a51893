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
    /// Put off by this one.
    parked: Vec<Entry>,
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
/// thread of its own. `say` is told what a person should know.
pub(crate) fn take_up(engine: &Engine, say: impl Fn(&str) + Send + 'static) -> io::Result<()> {
    let folder = engine.settings().store_folder();
    engine.inner.parking.open.store(true, Ordering::Relaxed);
    let entries = match file::read(&folder)? {
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
        let entry = {
            let mut state = engine.inner.parking.lock();
            if engine.going().is_ending() {
                return;
            }
            state.untaken.pop_front()
        };
        let Some(entry) = entry else { break };
        let title = entry.title.clone();
        if let Err(error) = begin(engine, entry) {
            let text = format!("{title} could not be taken up again: {}", failure(error));
            tracing::warn!("{text}");
            engine.warn(text.clone());
            say(&text);
        }
        // The end came between: what was just begun is put off like the rest.
        if engine.going().is_ending() {
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

fn begin(engine: &Engine, entry: Entry) -> Result<Reply, crate::error::EngineError> {
    let mut command = entry.command;
    for (spec, run) in command.runs_mut().iter_mut().zip(&entry.runs) {
        spec.tags.insert(TAG.into(), run.0.clone());
    }
    let order = Order { command: command.clone(), again: true };
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
    state.parked.extend(entries);
    let all: Vec<Entry> = state.parked.iter().chain(&state.untaken).cloned().collect();
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
fn put_off(engine: &Engine) -> Vec<Entry> {
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
        entries.push(Entry { title, runs, command: order.command.clone() });
        ids.push(*id);
    }
    going.put_off(ids);
    let runs = runs_of.into_iter().map(|(order, runs)| {
        let names = runs.iter().map(|run| run.0.as_str()).collect::<Vec<_>>().join(", ");
        Entry { title: format!("run {names}"), runs, command: order.command.clone() }
    });
    entries.extend(runs);
    entries
}
