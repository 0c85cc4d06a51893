//! A window without a display: a scripted link that answers from samples, a shell that remembers.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::rc::Rc;

use egui::Vec2;
use egui_kittest::Harness;
use protocol::{Command, DocumentSource, Event, Failure, Reply, ViewFrame, ViewId, ViewSpec};
use ui::shell::{Chosen, Dialog, DialogId, Surroundings, Told};
use ui::{Desk, Incoming, Link, RequestId, Shell, Whose};

use super::sample;

/// The moment at which every test happens, ms UTC.
pub(crate) const NOW_MS: i64 = 1_763_000_000_000;

/// Makes the first frame of a view.
pub(crate) type Frames = fn(ViewId, u64, &ViewSpec) -> ViewFrame;

/// What passes over the link.
pub(crate) struct Wire {
    /// Commands that were sent, oldest first.
    pub(crate) sent: Vec<(RequestId, Command)>,
    incoming: VecDeque<Incoming>,
    /// Answers that a test gives instead of the samples', by the command's name in Rust.
    pub(crate) instead: BTreeMap<&'static str, Result<Reply, Failure>>,
    /// Commands that get no answer for now, by name.
    pub(crate) silent: Vec<&'static str>,
    /// What every view that is opened gets to draw; `None` leaves that to the test.
    pub(crate) frames: Option<Frames>,
    /// Whose engine it is.
    pub(crate) whose: Whose,
    /// The request that opened a view last.
    pub(crate) last_open: Option<RequestId>,
}

impl Wire {
    /// Something comes in, with the next frame.
    pub(crate) fn push(&mut self, incoming: Incoming) {
        self.incoming.push_back(incoming);
    }
}

impl Default for Wire {
    fn default() -> Wire {
        Wire {
            sent: Vec::new(),
            incoming: VecDeque::new(),
            instead: BTreeMap::new(),
            silent: Vec::new(),
            frames: Some(sample::frame),
            whose: Whose::Own,
            last_open: None,
        }
    }
}

struct Scripted(Rc<RefCell<Wire>>);

/// `Snapshot` of `Command::Snapshot { .. }`.
fn name(command: &Command) -> String {
    let debug = format!("{command:?}");
    debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

impl Link for Scripted {
    fn send(&mut self, request: RequestId, command: Command) {
        let mut wire = self.0.borrow_mut();
        let name = name(&command);
        let reply = wire.instead.get(name.as_str()).cloned().or_else(|| sample::answer(&command));
        let silent = wire.silent.iter().any(|silent| *silent == name);
        let frame = match (&command, wire.frames) {
            (Command::OpenView { view, spec }, Some(frames)) => Some(frames(*view, 1, spec)),
            _ => None,
        };
        if matches!(command, Command::OpenView { .. }) {
            wire.last_open = Some(request);
        }
        wire.sent.push((request, command));
        if let (Some(reply), false) = (reply, silent) {
            let refused = reply.is_err();
            wire.incoming.push_back(Incoming::Reply { request, reply: Box::new(reply) });
            if let (Some(frame), false) = (frame, refused) {
                let event = Event::ViewFrame(Box::new(frame));
                wire.incoming.push_back(Incoming::Event(Box::new(event)));
            }
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.0.borrow_mut().incoming.pop_front()
    }

    fn whose(&self) -> Whose {
        self.0.borrow().whose.clone()
    }
}

/// What the shell was asked, and what it will say.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) dialogs: Vec<(DialogId, Dialog)>,
    pub(crate) written: Vec<(PathBuf, String)>,
    pub(crate) memory: BTreeMap<String, String>,
    pub(crate) surroundings: Surroundings,
    /// Dropped files are read and handed over as bytes, as a browser does.
    pub(crate) reads: bool,
    told: VecDeque<Told>,
}

struct Pretend(Rc<RefCell<Around>>);

impl Shell for Pretend {
    fn open(&mut self, dialog: DialogId, what: Dialog) {
        self.0.borrow_mut().dialogs.push((dialog, what));
    }

    fn dropped(&mut self, files: &[egui::DroppedFileHandle]) -> Option<Vec<DocumentSource>> {
        let mut around = self.0.borrow_mut();
        let name = |file: &egui::DroppedFileHandle| file.path().display().to_string();
        if !around.reads {
            let path = |file: &egui::DroppedFileHandle| file.path().to_path_buf();
            return Some(files.iter().map(path).map(DocumentSource::File).collect());
        }
        let read = files.iter().map(name);
        let read = read.map(|name| DocumentSource::Bytes { name, bytes: b"read".to_vec() });
        around.told.push_back(Told::Dropped(read.collect()));
        None
    }

    fn write(&mut self, path: PathBuf, text: String) {
        let mut around = self.0.borrow_mut();
        around.written.push((path.clone(), text));
        around.told.push_back(Told::Saved { path, result: Ok(()) });
    }

    fn poll(&mut self) -> Option<Told> {
        self.0.borrow_mut().told.pop_front()
    }

    fn remembered(&self, name: &str) -> Option<String> {
        self.0.borrow().memory.get(name).cloned()
    }

    fn remember(&mut self, name: &str, text: String) {
        self.0.borrow_mut().memory.insert(name.to_owned(), text);
    }

    fn surroundings(&self) -> Surroundings {
        self.0.borrow().surroundings.clone()
    }

    fn now_ms(&self) -> i64 {
        NOW_MS
    }
}

/// A window with both its ends in a test's hands.
pub(crate) struct Rig {
    pub(crate) harness: Harness<'static, Option<Desk>>,
    pub(crate) wire: Rc<RefCell<Wire>>,
    pub(crate) around: Rc<RefCell<Around>>,
}

impl Rig {
    /// A window of 1280 by 800, connected to the samples.
    pub(crate) fn new() -> Rig {
        Rig::with(Vec2::new(1280.0, 800.0), "light", |_, _| {})
    }

    /// The same of any size and theme; `prepare` may change what will be answered and remembered.
    pub(crate) fn with(
        size: Vec2,
        theme: &'static str,
        prepare: impl FnOnce(&mut Wire, &mut Around),
    ) -> Rig {
        let wire = Rc::new(RefCell::new(Wire::default()));
        let around = Rc::new(RefCell::new(Around::default()));
        prepare(&mut wire.borrow_mut(), &mut around.borrow_mut());
        wire.borrow_mut().incoming.push_back(Incoming::Connected);
        sample::set_theme(theme);
        let (link, shell) = (Rc::clone(&wire), Rc::clone(&around));
        let app = move |ui: &mut egui::Ui, desk: &mut Option<Desk>| {
            let desk = desk.get_or_insert_with(|| {
                let link = Box::new(Scripted(Rc::clone(&link)));
                Desk::new(ui.ctx(), link, Box::new(Pretend(Rc::clone(&shell))))
            });
            desk.logic(ui.ctx());
            desk.ui(ui);
        };
        let harness = Harness::builder()
            .with_size(size)
            .with_max_steps(60)
            .renderer(raster::Raster::new())
            .with_context_setup(ui::theme::dress)
            .build_ui_state(app, None);
        let mut rig = Rig { harness, wire, around };
        rig.run();
        rig
    }

    /// Lets the window come to rest.
    pub(crate) fn run(&mut self) {
        for _ in 0..20 {
            self.harness.run_ok();
            let wire = self.wire.borrow().incoming.is_empty();
            if wire && self.around.borrow().told.is_empty() {
                return;
            }
        }
    }

    /// Something happens, and the window comes to rest.
    pub(crate) fn event(&mut self, event: Event) {
        self.wire.borrow_mut().incoming.push_back(Incoming::Event(Box::new(event)));
        self.run();
    }

    /// Something comes in, and the window comes to rest.
    pub(crate) fn incoming(&mut self, incoming: Incoming) {
        self.wire.borrow_mut().incoming.push_back(incoming);
        self.run();
    }

    /// The shell has something to say.
    pub(crate) fn tell(&mut self, told: Told) {
        self.around.borrow_mut().told.push_back(told);
        self.run();
    }

    /// The last dialog ends.
    pub(crate) fn choose(&mut self, chosen: Chosen) {
        let dialog = self.around.borrow().dialogs.last().expect("a dialog was opened").0;
        self.around.borrow_mut().told.push_back(Told::Chosen { dialog, chosen });
        self.run();
    }

    /// The commands that were sent since the last call.
    pub(crate) fn sent(&mut self) -> Vec<Command> {
        let sent = std::mem::take(&mut self.wire.borrow_mut().sent);
        sent.into_iter().map(|(_, command)| command).collect()
    }

    /// The window itself.
    pub(crate) fn desk(&self) -> &Desk {
        self.harness.state().as_ref().expect("it was drawn")
    }

    /// Presses what has this name.
    #[track_caller]
    pub(crate) fn click(&mut self, name: &str) {
        use egui_kittest::kittest::Queryable;
        self.harness.get_by_label(name).click();
        self.run();
    }

    /// Whether something has this name.
    pub(crate) fn shows(&self, name: &str) -> bool {
        use egui_kittest::kittest::Queryable;
        self.harness.query_all_by_label(name).next().is_some()
    }

    /// Whether something's name contains this.
    pub(crate) fn tells(&self, part: &str) -> bool {
        use egui_kittest::kittest::Queryable;
        self.harness.query_all_by_label_contains(part).next().is_some()
    }

    /// A picture of the window, kept under the target folder for people to look at.
    pub(crate) fn picture(&mut self, name: &str) {
        let image = self.harness.render().expect("it can be drawn");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target")),
            PathBuf::from,
        );
        let folder = std::env::var_os("BENCHVISE_PICTURES")
            .map(PathBuf::from)
            .unwrap_or_else(|| target.join("pictures"));
        std::fs::create_dir_all(&folder).expect("the target folder can be written");
        image.save(folder.join(format!("{name}.png"))).expect("a picture can be written");
    }
}
