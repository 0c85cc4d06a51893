//! Dialogs, files and memory of a native window.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use protocol::{Code, DocumentSource, Failure};
use ui::shell::{Chosen, Dialog, DialogId, Many, Shell, Surroundings, Told};

use super::handed;
use super::memory::Memory;

/// A dialog that ends sooner than anybody can press a key was never there.
const TOO_SOON: Duration = Duration::from_millis(250);
/// What may wait for the window.
const WAITING: usize = 64;

/// Where the engine's files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// On this computer: dialogs show them.
    Here,
    /// Elsewhere: their paths are typed, and this computer's documents are handed over.
    There,
}

/// A native window's surroundings.
pub(super) struct Native {
    memory: Memory,
    files: Files,
    told: Receiver<Told>,
    tell: SyncSender<Told>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl Native {
    /// `wake` is called from other threads when a dialog has ended.
    pub(super) fn new(
        memory: Memory,
        files: Files,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Native {
        let (tell, told) = sync_channel(WAITING);
        Native { memory, files, told, tell, wake: Arc::new(wake) }
    }

    /// Does something on a thread of its own and says how it ended.
    fn aside(&self, name: &str, failed: Told, work: impl FnOnce() -> Told + Send + 'static) {
        let (tell, wake) = (self.tell.clone(), Arc::clone(&self.wake));
        let spawned = thread::Builder::new().name(name.to_owned()).spawn(move || {
            // A window that has closed meanwhile does not listen any more.
            drop(tell.send(work()));
            wake();
        });
        if spawned.is_err() {
            drop(self.tell.try_send(failed));
        }
    }
}

impl Shell for Native {
    fn open(&mut self, dialog: DialogId, what: Dialog) {
        let documents = matches!(what, Dialog::Documents { .. });
        let engines =
            matches!(what, Dialog::Files { .. } | Dialog::Folder { .. } | Dialog::Place { .. });
        if self.files == Files::There && engines {
            let chosen = Chosen::Unavailable { why: handed::NOT_SHOWN.into() };
            drop(self.tell.try_send(Told::Chosen { dialog, chosen }));
            (self.wake)();
            return;
        }
        let (files, tell) = (self.files, self.tell.clone());
        // Made here, on the window's thread: some systems insist.
        let opened = Opened::new(what);
        let no_thread = Chosen::Unavailable { why: "no thread could be had for a dialog".into() };
        self.aside("dialog", Told::Chosen { dialog, chosen: no_thread }, move || {
            let began = Instant::now();
            let chosen = match opened.wait() {
                Some(paths) if documents && files == Files::There => match handed::read(&paths) {
                    Ok(sources) => Chosen::Documents(sources),
                    Err(failure) => {
                        drop(tell.send(Told::Failed(failure)));
                        Chosen::Nothing
                    }
                },
                Some(paths) if documents => {
                    Chosen::Documents(paths.into_iter().map(DocumentSource::File).collect())
                }
                Some(paths) => Chosen::Paths(paths),
                None if began.elapsed() < TOO_SOON => Chosen::Unavailable {
                    why: "this system answers no file dialog; type the path instead".into(),
                },
                None => Chosen::Nothing,
            };
            Told::Chosen { dialog, chosen }
        });
    }

    fn dropped(&mut self, files: &[egui::DroppedFileHandle]) -> Option<Vec<DocumentSource>> {
        let paths: Vec<PathBuf> = files.iter().map(|file| file.path().to_path_buf()).collect();
        if self.files == Files::Here {
            return Some(paths.into_iter().map(DocumentSource::File).collect());
        }
        let failed = Failure::new(Code::Internal, "no thread could be had for what was dropped");
        self.aside("dropped", Told::Failed(failed), move || match handed::read(&paths) {
            Ok(sources) => Told::Dropped(sources),
            Err(failure) => Told::Failed(failure),
        });
        None
    }

    fn write(&mut self, path: PathBuf, text: String) {
        let unwritable = |path: &PathBuf, error: &std::io::Error| {
            let message = format!("the file could not be written ({error}): {}", path.display());
            Err(Failure::new(Code::BadInput, message).with_hint("choose another place"))
        };
        let failed = Told::Saved {
            result: unwritable(&path, &std::io::Error::other("no thread could be had")),
            path: path.clone(),
        };
        self.aside("save", failed, move || {
            let result = match std::fs::write(&path, text) {
                Ok(()) => Ok(()),
                Err(error) => unwritable(&path, &error),
            };
            Told::Saved { path, result }
        });
    }

    fn poll(&mut self) -> Option<Told> {
        self.told.try_recv().ok()
    }

    fn remembered(&self, name: &str) -> Option<String> {
        self.memory.get(name)
    }

    fn remember(&mut self, name: &str, text: String) {
        self.memory.set(name, text);
        self.memory.write();
    }

    fn surroundings(&self) -> Surroundings {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let no_drops = (cfg!(target_os = "linux") && set("WAYLAND_DISPLAY")).then(|| {
            "under Wayland a window of this kind takes no dropped files; choose them with a dialog, \
             or start with WAYLAND_DISPLAY= to run under X11"
                .to_owned()
        });
        let no_dialogs = (self.files == Files::There).then(|| handed::NOT_SHOWN.to_owned());
        Surroundings { no_drops, no_dialogs, paste_by_key: false }
    }

    fn now_ms(&self) -> i64 {
        engine::now_ms()
    }
}

type Waiting<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// A dialog that is open.
enum Opened {
    One(Waiting<Option<rfd::FileHandle>>),
    Several(Waiting<Option<Vec<rfd::FileHandle>>>),
}

impl Opened {
    fn new(what: Dialog) -> Opened {
        match what {
            Dialog::Files { title, many, endings } | Dialog::Documents { title, many, endings } => {
                let mut dialog = rfd::AsyncFileDialog::new().set_title(title);
                if !endings.is_empty() {
                    // More than a few endings say less than nothing.
                    let name = match endings.len() {
                        0..=4 => endings.join(", "),
                        _ => "known documents".to_owned(),
                    };
                    dialog = dialog.add_filter(name, &endings).add_filter("all files", &["*"]);
                }
                match many {
                    Many::One => Opened::One(Box::pin(dialog.pick_file())),
                    Many::Several => Opened::Several(Box::pin(dialog.pick_files())),
                }
            }
            Dialog::Folder { title } | Dialog::SaveSeveral { title } => {
                let dialog = rfd::AsyncFileDialog::new().set_title(title);
                Opened::One(Box::pin(dialog.pick_folder()))
            }
            Dialog::Save { title, name } | Dialog::Place { title, name } => {
                let dialog = rfd::AsyncFileDialog::new().set_title(title).set_file_name(name);
                Opened::One(Box::pin(dialog.save_file()))
            }
        }
    }

    /// The paths that were chosen; `None` for none, or where there was no dialog.
    fn wait(self) -> Option<Vec<PathBuf>> {
        let path = |file: rfd::FileHandle| file.path().to_path_buf();
        match self {
            Opened::One(file) => pollster::block_on(file).map(|file| vec![path(file)]),
            Opened::Several(files) => {
                pollster::block_on(files).map(|files| files.into_iter().map(path).collect())
            }
        }
    }
}
