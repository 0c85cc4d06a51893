//! What the user changes about a run: its note, its tags, and whether it is deleted.

use rusqlite::Connection;

use crate::clock::now_ms;
use crate::error::{At, StoreError};
use crate::id::RunId;
use crate::lost;
use crate::store::Store;
use crate::table::run;

impl Store {
    /// Sets the note of a run, or takes it away.
    pub fn set_note(&self, run: &RunId, note: Option<&str>) -> Result<(), StoreError> {
        let note = note.map(str::to_owned);
        self.change(run, move |app, run| run::set_note(app, run, note.as_deref()))
    }

    /// Replaces what is known about the circumstances of a run: some of it only the end tells.
    pub fn set_fingerprint(&self, run: &RunId, fingerprint_json: &str) -> Result<(), StoreError> {
        let json = fingerprint_json.to_owned();
        self.change(run, move |app, run| run::set_fingerprint(app, run, &json))
    }

    /// Sets the group of a run, or takes it out of its group.
    pub fn set_linked(&self, run: &RunId, linked: Option<&str>) -> Result<(), StoreError> {
        let linked = linked.map(str::to_owned);
        self.change(run, move |app, run| run::set_linked(app, run, linked.as_deref()))
    }

    /// Sets a tag of a run. A key is not empty and has no `=`, `,` or white space; a value has no
    /// `,`, so that `tag:key=value` can always be written.
    pub fn set_tag(&self, run: &RunId, key: &str, value: &str) -> Result<(), StoreError> {
        let odd_key = |letter: char| letter == '=' || letter == ',' || letter.is_whitespace();
        if key.is_empty() || key.contains(odd_key) || value.contains(',') {
            return Err(StoreError::Refused(format!(
                "the tag {key:?}={value:?} cannot be selected later; leave out commas, and from \
                 the key also = and spaces"
            )));
        }
        let (key, value) = (key.to_owned(), value.to_owned());
        self.change(run, move |app, run| {
            if run::by_id(app, run.as_str())?.is_none() {
                return Ok(false);
            }
            run::set_tag(app, run, &key, &value).map(|()| true)
        })
    }

    /// Takes a tag away. It need not be there.
    pub fn remove_tag(&self, run: &RunId, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.change(run, move |app, run| {
            run::remove_tag(app, run, &key)?;
            Ok(run::by_id(app, run.as_str())?.is_some())
        })
    }

    /// Marks a run as deleted. It can be undeleted for 30 days. Refused while it is being recorded,
    /// by whatever program.
    pub fn delete(&self, run: &RunId) -> Result<(), StoreError> {
        let lock = self.folder_names().recording_lock(run);
        let id = run.clone();
        // On the thread that writes: a store that may only be read says so before that.
        self.ask(move |_| match lost::alive(&lock) {
            true => Err(StoreError::Refused(format!("run {id} is being recorded; stop it first"))),
            false => Ok(()),
        })?;
        self.change(run, |app, run| run::mark_deleted(app, run, Some(now_ms())))
    }

    /// Takes the mark away.
    pub fn undelete(&self, run: &RunId) -> Result<(), StoreError> {
        self.change(run, |app, run| run::mark_deleted(app, run, None))
    }

    /// A change that says whether it found its run.
    fn change(
        &self,
        run: &RunId,
        change: impl FnOnce(&Connection, &RunId) -> rusqlite::Result<bool> + Send + 'static,
    ) -> Result<(), StoreError> {
        let run = run.clone();
        self.ask(move |writer| {
            if change(&writer.app, &run).at(&writer.folder.app())? {
                Ok(())
            } else {
                Err(StoreError::NoSuchRun { selector: run.to_string() })
            }
        })
    }
}
