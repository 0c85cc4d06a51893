//! What a board is called here. The engine's computer calls itself this computer, and may be another one: a host,
//! or whoever recorded a run that was brought here in a file.

use protocol::{Event, FitView, JobOutcome, JobView, PortView, Reply, RunSummary};

use crate::link::{Incoming, Whose};

/// What a computer calls itself as a board.
const SELF: &str = "This computer";
/// One that is neither the window's nor the engine's.
const ANOTHER: &str = "Another computer";
/// The kind of a board that is the engine's computer.
const KIND: &str = "host";

/// Gives the names that are true for a window.
#[derive(Clone, Debug)]
pub(crate) struct Naming {
    /// The engine's computer, where it is not the window's.
    host: Option<String>,
    /// The identity of the engine's computer as a board, where it is known.
    identity: Option<String>,
}

impl Naming {
    /// For a window of this engine, whose boards are known to be these.
    pub(crate) fn of(whose: &Whose, ports: &[PortView]) -> Naming {
        let host = match whose {
            Whose::Host(name) if !name.is_empty() => Some(name.clone()),
            _ => None,
        };
        let mut naming = Naming { host, identity: None };
        naming.meet(ports);
        naming
    }

    fn meet(&mut self, ports: &[PortView]) {
        let mut boards = ports.iter().filter_map(|port| port.board.as_ref());
        if let Some(board) = boards.find(|board| board.kind == KIND) {
            self.identity = Some(board.identity.clone());
        }
    }

    /// Names all boards in what came.
    pub(crate) fn name(mut self, incoming: &mut Incoming) {
        match incoming {
            Incoming::Event(event) => match &mut **event {
                Event::RunStarted(going) => self.run(&mut going.summary),
                Event::PortsChanged(ports) => self.ports(ports),
                Event::JobStarted(job) => self.job(job),
                Event::JobFinished { outcome: JobOutcome::Fitted(fit), .. } => self.fit(fit),
                _ => {}
            },
            Incoming::Reply { reply, .. } => match &mut **reply {
                Ok(Reply::Snapshot(snapshot)) => {
                    self.meet(&snapshot.ports);
                    self.ports(&mut snapshot.ports);
                    snapshot.going.iter_mut().for_each(|going| self.run(&mut going.summary));
                    snapshot.jobs.iter_mut().for_each(|job| self.job(job));
                }
                Ok(Reply::Ports(ports)) => self.ports(ports),
                Ok(Reply::Runs { runs, .. }) => runs.iter_mut().for_each(|run| self.run(run)),
                Ok(Reply::Run(detail)) => {
                    self.run(&mut detail.summary);
                    let name = detail.fingerprint.get_mut("board.name");
                    name.into_iter().for_each(|name| name.clone_from(&detail.summary.board));
                }
                Ok(Reply::Comparison(view)) => {
                    let names = view.differences.iter_mut().filter(|one| one.key == "board.name");
                    let names = names.flat_map(|one| [&mut one.base, &mut one.candidate]);
                    names.flatten().for_each(|name| self.own(name));
                }
                _ => {}
            },
            Incoming::Connected | Incoming::Lost { .. } => {}
        }
    }

    fn ports(&self, ports: &mut [PortView]) {
        for board in ports.iter_mut().filter_map(|port| port.board.as_mut()) {
            if board.kind == KIND {
                self.own(&mut board.name);
            }
        }
    }

    fn run(&self, run: &mut RunSummary) {
        // Programs before this one wrote no identity.
        let known = self.identity.as_ref().filter(|_| !run.board_identity.is_empty());
        match known.is_some_and(|identity| *identity != run.board_identity) {
            true if run.board == SELF => ANOTHER.clone_into(&mut run.board),
            true => {}
            false => self.own(&mut run.board),
        }
    }

    /// A fit is of the engine's own boards.
    fn fit(&self, fit: &mut FitView) {
        self.own(&mut fit.board);
    }

    fn job(&self, job: &mut JobView) {
        if let (Some(host), Some(of)) = (&self.host, job.title.strip_suffix(SELF)) {
            job.title = format!("{of}{host}");
        }
    }

    /// What the engine's computer is called.
    fn own(&self, name: &mut String) {
        if let Some(host) = self.host.as_ref().filter(|_| name == SELF) {
            name.clone_from(host);
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::{BoardView, Failure, PortViewKind, PortViewState, RunKind, RunStatus};

    use super::*;
    use crate::link::RequestId;

    fn ports() -> Vec<PortView> {
        let board = BoardView {
            name: SELF.into(),
            kind: KIND.into(),
            identity: "host-1".into(),
            emulated: false,
        };
        let (kind, state) = (PortViewKind::Board, PortViewState::Ready);
        let (driver, usb, hint) = (None, None, None);
        vec![PortView { path: "host".into(), kind, state, board: Some(board), driver, usb, hint }]
    }

    fn run(board: &str, identity: &str) -> RunSummary {
        RunSummary {
            run: "r".into(),
            kind: RunKind::Profile,
            status: RunStatus::Complete,
            reason: None,
            created_ms: 0,
            finished_ms: None,
            board: board.into(),
            board_identity: identity.into(),
            model: "m".into(),
            bits: None,
            synthetic: false,
            emulated: false,
            note: None,
            tags: Default::default(),
            deleted_ms: None,
            headline: Default::default(),
        }
    }

    fn named(whose: &Whose, board: &str, identity: &str) -> String {
        let runs = vec![run(board, identity)];
        let reply: Box<Result<Reply, Failure>> = Box::new(Ok(Reply::Runs { runs, total: 1 }));
        let mut incoming = Incoming::Reply { request: RequestId(1), reply };
        Naming::of(whose, &ports()).name(&mut incoming);
        let Incoming::Reply { reply, .. } = incoming else { panic!("it is a reply") };
        let Ok(Reply::Runs { runs, .. }) = *reply else { panic!("it has runs") };
        runs[0].board.clone()
    }

    #[test]
    fn a_run_is_named_after_the_computer_that_it_was_on() {
        let host = Whose::Host("lab-pi".into());
        for (whose, board, identity, name) in [
            (&Whose::Own, SELF, "host-1", SELF),
            (&Whose::Own, SELF, "", SELF),
            (&Whose::Own, SELF, "host-2", ANOTHER),
            (&Whose::Own, "Pico", "e661", "Pico"),
            (&Whose::Beside("another window".into()), SELF, "host-1", SELF),
            (&host, SELF, "host-1", "lab-pi"),
            (&host, SELF, "", "lab-pi"),
            (&host, SELF, "host-2", ANOTHER),
            (&host, "Pico", "e661", "Pico"),
            (&Whose::Host(String::new()), SELF, "host-1", SELF),
        ] {
            assert_eq!(named(whose, board, identity), name, "{whose:?} {board} {identity}");
        }
    }

    #[test]
    fn boards_and_what_is_done_on_them_are_named_too() {
        let host = Whose::Host("lab-pi".into());
        let mut incoming = Incoming::Event(Box::new(Event::PortsChanged(ports())));
        Naming::of(&host, &[]).name(&mut incoming);
        let Incoming::Event(event) = incoming else { panic!("it is an event") };
        let Event::PortsChanged(ports) = *event else { panic!("it has ports") };
        assert_eq!(ports[0].board.as_ref().map(|board| board.name.as_str()), Some("lab-pi"));
    }
}
