//! The page in a window of a program of its own, the engine in the same process: what the program's one
//! command and one channel carry is the same as a socket's, and [`Channel`] is what it means.
//!
//! What is asked goes in order, for the next call of the command begins when the one before is through.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;

use egui::DroppedFileHandle;
use js_sys::{ArrayBuffer, Function, JSON, Object, Reflect, Uint8Array};
use protocol::desktop::{COMMAND, Choice, Word};
use protocol::socket::Message;
use protocol::{Code, Command, DocumentSource, Failure};
use ui::shell::{Chosen, Dialog, DialogId, Many, Surroundings, Told};
use ui::{Back, Came, Channel, Incoming, Link, RequestId, Shell, Whose};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::dom;
use super::memory::Memory;

/// How long a few messages may wait to be counted back, in milliseconds.
const COUNT_MS: u32 = 100;

#[wasm_bindgen]
extern "C" {
    /// What such a program puts into its page.
    pub(super) type Core;
    #[wasm_bindgen(method, structural, catch)]
    async fn invoke(this: &Core, command: &str, arguments: &Object) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, getter, js_name = Channel)]
    fn channel(this: &Core) -> Function;
}

/// The way to the program; clones are the same way.
#[derive(Clone)]
pub(super) struct Program(Rc<Line>);

struct Line {
    core: Core,
    context: egui::Context,
    channel: RefCell<Channel>,
    /// What was heard is about to be counted back.
    counting: Cell<bool>,
    /// A call of the command that asks is on its way.
    busy: Cell<bool>,
}

/// What the program put there, where there is one.
pub(super) fn core() -> Option<Core> {
    let window = dom::window().ok()?;
    let tauri = Reflect::get(&window, &"__TAURI__".into()).ok()?;
    let core = Reflect::get(&tauri, &"core".into()).ok()?;
    core.is_object().then(|| core.unchecked_into())
}

impl Program {
    /// Opens the line, for as long as the page is there.
    ///
    /// # Errors
    /// Where what the program put there is not what is known.
    pub(super) fn open(core: Core, context: egui::Context) -> Result<Program, JsValue> {
        let make = core.channel();
        let line = Rc::new(Line {
            core,
            context,
            channel: RefCell::default(),
            counting: Cell::new(false),
            busy: Cell::new(false),
        });
        let hears = Closure::<dyn FnMut(JsValue)>::new({
            let line = Rc::clone(&line);
            move |data: JsValue| line.hear(&data)
        });
        let channel = Reflect::construct(&make, &js_sys::Array::of1(hears.as_ref()))?;
        // It hears as long as the page is there.
        hears.forget();
        spawn_local({
            let line = Rc::clone(&line);
            async move { line.say(&Word::Open, Some(&channel)).await }
        });
        Ok(Program(line))
    }

    /// Says a word.
    pub(super) fn say(&self, word: Word) {
        let line = Rc::clone(&self.0);
        spawn_local(async move { line.say(&word, None).await });
    }
}

impl Line {
    /// One call of the command; what does not work is said.
    async fn say(&self, word: &Word, channel: Option<&JsValue>) {
        let said = async {
            let text = serde_json::to_string(word).map_err(|error| error.to_string())?;
            let arguments = Object::new();
            Reflect::set(&arguments, &"word".into(), &JSON::parse(&text)?)?;
            if let Some(channel) = channel {
                Reflect::set(&arguments, &"line".into(), channel)?;
            }
            self.core.invoke(COMMAND, &arguments).await
        };
        if let Err(error) = said.await
            && !dom::broken()
        {
            let why = format!("the program does not take this ({})", dom::words(&error));
            let failure = Failure::new(Code::Internal, why);
            let failure = failure.with_hint("close the window and open it again");
            self.channel.borrow_mut().fail(failure);
            self.context.request_repaint();
        }
    }

    fn hear(self: &Rc<Self>, data: &JsValue) {
        if dom::broken() {
            return;
        }
        let came = match (data.as_string(), data.dyn_ref::<ArrayBuffer>()) {
            (Some(text), _) => Came::Message(Message::Text(text)),
            (None, Some(bytes)) => Came::Message(Message::Binary(Uint8Array::new(bytes).to_vec())),
            (None, None) => JSON::stringify(data)
                .ok()
                .and_then(|text| text.as_string())
                .map_or(Came::Other, Came::Object),
        };
        let back = self.channel.borrow_mut().hear(came);
        self.context.request_repaint();
        self.go(match back {
            Back::Soon => COUNT_MS,
            Back::Now => 0,
        });
    }

    /// Sees to it that what waits is said, after so many milliseconds.
    fn go(self: &Rc<Self>, after_ms: u32) {
        if after_ms != 0 && self.counting.replace(true) {
            return;
        }
        let line = Rc::clone(self);
        spawn_local(async move {
            if after_ms != 0 {
                dom::sleep(after_ms).await;
                line.counting.set(false);
            }
            line.pump().await;
        });
    }

    async fn pump(&self) {
        if dom::broken() || self.busy.replace(true) {
            return;
        }
        loop {
            let Some(word) = self.channel.borrow_mut().say() else { break };
            self.say(&word, None).await;
        }
        self.busy.set(false);
    }
}

impl Link for Program {
    fn send(&mut self, request: RequestId, command: Command) {
        let any = self.0.channel.borrow_mut().ask(request, command);
        if any {
            self.0.go(0);
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.0.channel.borrow_mut().poll()
    }

    fn whose(&self) -> Whose {
        self.0.channel.borrow().whose()
    }
}

/// The window around the page.
pub(super) struct Around {
    program: Program,
    memory: Memory,
    /// Dialogs whose files are documents.
    documents: Vec<DialogId>,
}

impl Around {
    pub(super) fn new(program: Program) -> Around {
        Around { program, memory: Memory::default(), documents: Vec::new() }
    }
}

impl Shell for Around {
    fn open(&mut self, dialog: DialogId, what: Dialog) {
        let files = |many, endings| Choice::Files { several: many == Many::Several, endings };
        let (title, choice) = match what {
            Dialog::Documents { title, many, endings } => {
                self.documents.push(dialog);
                (title, files(many, endings))
            }
            Dialog::Files { title, many, endings } => (title, files(many, endings)),
            Dialog::Folder { title } => (title, Choice::Folder),
            Dialog::SaveSeveral { title } => (title, Choice::WriteFolder),
            Dialog::Place { title, name } => (title, Choice::Place { name }),
            Dialog::Save { title, name } => (title, Choice::WritePlace { name }),
        };
        self.program.say(Word::Choose { dialog: dialog.0, choice, title });
    }

    /// Files that are dropped never come to the page: the program tells of them.
    fn dropped(&mut self, _: &[DroppedFileHandle]) -> Option<Vec<DocumentSource>> {
        None
    }

    fn write(&mut self, path: PathBuf, text: String) {
        self.program.say(Word::Write { path, text });
    }

    fn poll(&mut self) -> Option<Told> {
        let told = self.program.0.channel.borrow_mut().poll_told()?;
        let Told::Chosen { dialog, chosen } = told else { return Some(told) };
        let asked = &mut self.documents;
        let of_documents = asked.iter().position(|id| *id == dialog);
        let chosen = match (of_documents.map(|at| asked.swap_remove(at)), chosen) {
            (Some(_), Chosen::Paths(paths)) => {
                Chosen::Documents(paths.into_iter().map(DocumentSource::File).collect())
            }
            (_, chosen) => chosen,
        };
        Some(Told::Chosen { dialog, chosen })
    }

    fn remembered(&self, name: &str) -> Option<String> {
        self.memory.get(name)
    }

    fn remember(&mut self, name: &str, text: String) {
        self.memory.set(name, text);
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings { paste_by_key: true, ..Surroundings::default() }
    }

    fn now_ms(&self) -> i64 {
        js_sys::Date::now() as i64
    }
}
