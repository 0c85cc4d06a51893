//! Which run is looked at: the one somebody came in with, else the newest that goes on, else the
//! newest that was recorded. One that ends stays: nothing is taken away under somebody's eyes.

use protocol::{Command, Event, Reply, RunDetail, RunId, RunSummary};

use crate::asks::Asks;
use crate::link::{Incoming, RequestId};
use crate::model::Model;

/// The choice.
#[derive(Debug, Default)]
pub(super) struct Choice {
    current: Option<RunId>,
    /// A person chose it: no other run takes its place.
    pinned: bool,
    asked: Option<(RequestId, RunId)>,
    detail: Option<Box<RunDetail>>,
    /// The list of runs was heard: that it is empty means something.
    listed: bool,
}

impl Choice {
    /// The run that is looked at.
    pub(super) fn current(&self) -> Option<&RunId> {
        self.current.as_ref()
    }

    /// It is known that there is no run at all.
    pub(super) fn is_certainly_none(&self) -> bool {
        self.current.is_none() && self.listed
    }

    /// Looks at this run until another one is chosen.
    pub(super) fn pin(&mut self, run: RunId) {
        self.pinned = true;
        self.current = Some(run);
    }

    /// Somebody comes in: a run that goes on is what one wants to see.
    pub(super) fn enter(&mut self, model: &Model) {
        if !self.pinned && !self.goes_on(model) && newest_going(model).is_some() {
            self.current = newest_going(model);
        }
    }

    /// Takes in what came.
    pub(super) fn hear(&mut self, incoming: &Incoming, model: &Model) {
        match incoming {
            Incoming::Event(event) => {
                if let Event::RunStarted(run) = &**event
                    && !self.pinned
                    && !self.goes_on(model)
                {
                    self.current = Some(run.summary.run.clone());
                }
            }
            Incoming::Reply { request, reply } => {
                let asked = self.asked.as_ref().is_some_and(|(asked, _)| asked == request);
                match &**reply {
                    Ok(Reply::Runs { .. }) => self.listed = true,
                    Ok(Reply::Run(detail)) if asked => self.detail = Some(detail.clone()),
                    _ => {}
                }
            }
            Incoming::Connected | Incoming::Lost { .. } => self.asked = None,
        }
    }

    /// Finds a run where none was chosen, and what there is to know of one that is in no list.
    pub(super) fn settle(&mut self, model: &Model, asks: &mut Asks) {
        if self.current.is_none() {
            let newest = || model.recent.first().map(|summary| summary.run.clone());
            self.current = newest_going(model).or_else(newest);
        }
        if let Some(run) = &self.current
            && self.summary(model).is_none()
            && self.asked.as_ref().is_none_or(|(_, asked)| asked != run)
        {
            let request = asks.send(Command::ShowRun { selector: run.0.clone() });
            self.asked = Some((request, run.clone()));
        }
    }

    /// What is known of the run.
    pub(super) fn summary<'a>(&'a self, model: &'a Model) -> Option<&'a RunSummary> {
        let run = self.current.as_ref()?;
        let asked = self.detail.as_ref().map(|detail| &detail.summary);
        model.run(run).or_else(|| asked.filter(|summary| summary.run == *run))
    }

    fn goes_on(&self, model: &Model) -> bool {
        self.current.as_ref().is_some_and(|run| model.going.contains_key(run))
    }
}

fn newest_going(model: &Model) -> Option<RunId> {
    let going = model.going.values().map(|going| &going.run.summary);
    going.max_by_key(|summary| summary.created_ms).map(|summary| summary.run.clone())
}
