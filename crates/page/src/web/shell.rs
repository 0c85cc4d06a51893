//! The window's surroundings in a browser: its dialogs show the person's own files, never the host's.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;

use egui::DroppedFileHandle;
use protocol::{Code, DocumentSource, Failure};
use ui::Shell;
use ui::shell::{Chosen, Dialog, DialogId, Surroundings, Told};
use wasm_bindgen_futures::spawn_local;

use super::memory::Memory;
use super::{dom, files};
use crate::files::download_name;

/// Why the host's files are typed.
const NOT_SHOWN: &str = "a browser does not show the host's files";

/// A browser.
pub(super) struct Browser {
    voice: Voice,
    memory: Memory,
}

/// What the shell has to say, and who is woken to hear it.
#[derive(Clone)]
struct Voice {
    told: Rc<RefCell<VecDeque<Told>>>,
    context: egui::Context,
}

impl Voice {
    fn push(&self, told: Told) {
        if dom::broken() {
            return;
        }
        self.told.borrow_mut().push_back(told);
        self.context.request_repaint();
    }
}

impl Browser {
    pub(super) fn new(context: egui::Context) -> Browser {
        Browser { voice: Voice { told: Rc::default(), context }, memory: Memory::default() }
    }
}

impl Shell for Browser {
    fn open(&mut self, dialog: DialogId, what: Dialog) {
        let chosen = match what {
            Dialog::Documents { many, endings, .. } => {
                let voice = self.voice.clone();
                spawn_local(async move {
                    let chosen = match files::choose(many, &endings).await {
                        Ok(files) if files.is_empty() => Chosen::Nothing,
                        Ok(files) => match files::read(files).await {
                            Ok(sources) => Chosen::Documents(sources),
                            Err(failure) => {
                                voice.push(Told::Failed(failure));
                                Chosen::Nothing
                            }
                        },
                        Err(error) => Chosen::Unavailable { why: dom::words(&error) },
                    };
                    voice.push(Told::Chosen { dialog, chosen });
                });
                return;
            }
            Dialog::Files { .. } | Dialog::Folder { .. } | Dialog::Place { .. } => {
                Chosen::Unavailable { why: NOT_SHOWN.into() }
            }
            // The browser decides where downloads go, or asks.
            Dialog::Save { name, .. } => Chosen::Paths(vec![name.into()]),
            Dialog::SaveSeveral { .. } => Chosen::Paths(vec![PathBuf::new()]),
        };
        self.voice.push(Told::Chosen { dialog, chosen });
    }

    fn dropped(&mut self, handles: &[DroppedFileHandle]) -> Option<Vec<DocumentSource>> {
        let (voice, files) = (self.voice.clone(), files::dropped(handles));
        spawn_local(async move {
            voice.push(match files::read(files).await {
                Ok(sources) => Told::Dropped(sources),
                Err(failure) => Told::Failed(failure),
            });
        });
        None
    }

    fn write(&mut self, path: PathBuf, text: String) {
        let result = files::download(&download_name(&path), &text).map_err(|error| {
            let message = format!("the browser does not save it ({})", dom::words(&error));
            Failure::new(Code::Internal, message).with_hint("copy it instead")
        });
        self.voice.push(Told::Saved { path, result });
    }

    fn poll(&mut self) -> Option<Told> {
        self.voice.told.borrow_mut().pop_front()
    }

    fn remembered(&self, name: &str) -> Option<String> {
        self.memory.get(name)
    }

    fn remember(&mut self, name: &str, text: String) {
        self.memory.set(name, text);
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings { no_drops: None, no_dialogs: Some(NOT_SHOWN.into()), paste_by_key: true }
    }

    fn now_ms(&self) -> i64 {
        js_sys::Date::now() as i64
    }
}
