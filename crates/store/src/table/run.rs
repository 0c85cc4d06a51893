//! Runs and their tags.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::id::RunId;
use crate::migrate::Migration;
use crate::table::word_enum;

pub(crate) const CREATE: Migration = Migration {
    name: "run",
    format: 1,
    // The long texts come last, so that a scan over the short ones need not read them.
    sql: "
CREATE TABLE run (
    id TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    deleted_ms INTEGER,
    board_identity TEXT NOT NULL,
    board_name TEXT NOT NULL,
    model_name TEXT NOT NULL,
    synthetic INTEGER NOT NULL,
    emulated INTEGER NOT NULL,
    linked TEXT,
    reason TEXT,
    note TEXT,
    spec_json TEXT NOT NULL,
    fingerprint_json TEXT NOT NULL,
    text TEXT
) STRICT;
CREATE INDEX run_by_time ON run (created_ms DESC, id DESC);
CREATE INDEX run_kept_by_time ON run (created_ms DESC, id DESC) WHERE deleted_ms IS NULL;
CREATE INDEX run_deleted ON run (deleted_ms) WHERE deleted_ms IS NOT NULL;
CREATE INDEX run_recording ON run (id) WHERE status = 'recording';
CREATE INDEX run_linked ON run (linked) WHERE linked IS NOT NULL;
CREATE TABLE tag (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_value ON tag (key, value);
",
};

word_enum! {
    /// What a run measured.
    RunKind {
        /// A model on a board, nothing else.
        #[default]
        Profile = "profile",
        /// The whole document of a [`Fit`](crate::Fit).
        FitFull = "fit-full",
        /// The compressed document of a [`Fit`](crate::Fit).
        FitCompressed = "fit-compressed",
    }
}

word_enum! {
    /// How far a run got.
    RunStatus {
        /// A recorder is at work.
        #[default]
        Recording = "recording",
        /// It ended as planned.
        Complete = "complete",
        /// It was stopped, or it failed in a way that was reported.
        Aborted = "aborted",
        /// Its recorder vanished or could not keep up; what arrived is kept.
        Lost = "lost",
    }
}

/// One recorded measurement. Its data are read apart: repetitions, measurements, series, samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Made by the store.
    pub id: RunId,
    /// What was measured.
    pub kind: RunKind,
    /// How far it got.
    pub status: RunStatus,
    /// Why it was aborted or lost.
    pub reason: Option<String>,
    /// When it began.
    pub created_ms: i64,
    /// When it ended; `None` while recording, and when the recorder vanished.
    pub finished_ms: Option<i64>,
    /// The board's lasting identity, never a port's path.
    pub board_identity: String,
    /// The board's name for people.
    pub board_name: String,
    /// The model's name for people.
    pub model_name: String,
    /// What was asked for, as the engine's JSON.
    pub spec_json: String,
    /// Everything that could explain a difference later, as the engine's JSON.
    pub fingerprint_json: String,
    /// The signals were computed, not measured.
    pub synthetic: bool,
    /// The board was emulated.
    pub emulated: bool,
    /// What the model wrote.
    pub text: Option<String>,
    /// What the user wrote.
    pub note: Option<String>,
    /// The group this run belongs to: the id of a [`Fit`](crate::Fit), or any other name.
    pub linked: Option<String>,
    /// When the user deleted it; it is purged 30 days later.
    pub deleted_ms: Option<i64>,
    /// The user's tags.
    pub tags: BTreeMap<String, String>,
}

/// What the recorder knows when a run begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewRun {
    /// What will be measured.
    pub kind: RunKind,
    /// The board's lasting identity.
    pub board_identity: String,
    /// The board's name for people.
    pub board_name: String,
    /// The model's name for people.
    pub model_name: String,
    /// What was asked for, as the engine's JSON.
    pub spec_json: String,
    /// Everything that could explain a difference later, as the engine's JSON.
    pub fingerprint_json: String,
    /// The signals are computed, not measured.
    pub synthetic: bool,
    /// The board is emulated.
    pub emulated: bool,
    /// The user's note.
    pub note: Option<String>,
    /// The group this run belongs to.
    pub linked: Option<String>,
    /// The user's tags.
    pub tags: BTreeMap<String, String>,
}

impl Default for NewRun {
    fn default() -> Self {
        Self {
            kind: RunKind::Profile,
            board_identity: String::new(),
            board_name: String::new(),
            model_name: String::new(),
            spec_json: "{}".to_owned(),
            fingerprint_json: "{}".to_owned(),
            synthetic: false,
            emulated: false,
            note: None,
            linked: None,
            tags: BTreeMap::new(),
        }
    }
}

pub(super) const COLUMNS: &str = "id, kind, status, created_ms, finished_ms, deleted_ms, board_identity, \
     board_name, model_name, synthetic, emulated, linked, reason, note, spec_json, \
     fingerprint_json, text";

/// Everything but the tags.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Run> {
    Ok(Run {
        id: row.get(0)?,
        kind: row.get(1)?,
        status: row.get(2)?,
        created_ms: row.get(3)?,
        finished_ms: row.get(4)?,
        deleted_ms: row.get(5)?,
        board_identity: row.get(6)?,
        board_name: row.get(7)?,
        model_name: row.get(8)?,
        synthetic: row.get(9)?,
        emulated: row.get(10)?,
        linked: row.get(11)?,
        reason: row.get(12)?,
        note: row.get(13)?,
        spec_json: row.get(14)?,
        fingerprint_json: row.get(15)?,
        text: row.get(16)?,
        tags: BTreeMap::new(),
    })
}

pub(crate) fn insert(connection: &Connection, run: &Run) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO run (id, kind, status, created_ms, finished_ms, deleted_ms, \
             board_identity, board_name, model_name, synthetic, emulated, linked, reason, note, \
             spec_json, fingerprint_json, text) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?
        .execute(rusqlite::params![
            run.id,
            run.kind,
            run.status,
            run.created_ms,
            run.finished_ms,
            run.deleted_ms,
            run.board_identity,
            run.board_name,
            run.model_name,
            run.synthetic,
            run.emulated,
            run.linked,
            run.reason,
            run.note,
            run.spec_json,
            run.fingerprint_json,
            run.text,
        ])?;
    for (key, value) in &run.tags {
        set_tag(connection, &run.id, key, value)?;
    }
    Ok(())
}

pub(crate) fn get(connection: &Connection, id: &RunId) -> rusqlite::Result<Option<Run>> {
    let run = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM run WHERE id = ?1"))?
        .query_row([id], from_row)
        .optional()?;
    run.map(|run| with_tags(connection, run)).transpose()
}

pub(super) fn with_tags(connection: &Connection, mut run: Run) -> rusqlite::Result<Run> {
    run.tags = connection
        .prepare_cached("SELECT key, value FROM tag WHERE run = ?1")?
        .query_map([&run.id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(run)
}

const BY_ID: &str = "SELECT id FROM run WHERE id = ?1";
// A prefix is a range of the primary key: from itself to itself with a character after every digit.
const BY_PREFIX: &str = "SELECT id FROM run WHERE id >= ?1 AND id < ?1 || '~' \
     AND deleted_ms IS NULL ORDER BY id LIMIT ?2";
const LATEST: &str = "SELECT id FROM run WHERE deleted_ms IS NULL \
     ORDER BY created_ms DESC, id DESC LIMIT 1 OFFSET ?1";
const BY_TAG: &str = "SELECT id FROM tag JOIN run ON run.id = tag.run WHERE tag.key = ?1 \
     AND tag.value = ?2 AND deleted_ms IS NULL ORDER BY created_ms DESC, id DESC";

/// The run with exactly this id, deleted or not.
pub(crate) fn by_id(connection: &Connection, id: &str) -> rusqlite::Result<Option<RunId>> {
    connection.prepare_cached(BY_ID)?.query_row([id], |row| row.get(0)).optional()
}

/// At most `limit` runs whose id begins so.
pub(crate) fn by_prefix(
    connection: &Connection,
    prefix: &str,
    limit: usize,
) -> rusqlite::Result<Vec<RunId>> {
    connection
        .prepare_cached(BY_PREFIX)?
        .query_map((prefix, limit as i64), |row| row.get(0))?
        .collect()
}

/// The newest run, or the one `back` before it.
pub(crate) fn latest(connection: &Connection, back: u32) -> rusqlite::Result<Option<RunId>> {
    connection.prepare_cached(LATEST)?.query_row([back], |row| row.get(0)).optional()
}

/// The runs with this tag, newest first.
pub(crate) fn by_tag(
    connection: &Connection,
    key: &str,
    value: &str,
) -> rusqlite::Result<Vec<RunId>> {
    connection.prepare_cached(BY_TAG)?.query_map((key, value), |row| row.get(0))?.collect()
}

/// The runs that a recorder has, or had when it vanished.
pub(crate) fn recording(connection: &Connection) -> rusqlite::Result<Vec<RunId>> {
    connection
        .prepare_cached("SELECT id FROM run WHERE status = 'recording' ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Ends a run that is still recording. Says whether it was.
pub(crate) fn finish(
    connection: &Connection,
    id: &RunId,
    status: RunStatus,
    reason: Option<&str>,
    text: Option<&str>,
    finished_ms: Option<i64>,
) -> rusqlite::Result<bool> {
    let changed = connection
        .prepare_cached(
            "UPDATE run SET status = ?2, reason = ?3, text = ?4, finished_ms = ?5 \
             WHERE id = ?1 AND status = 'recording'",
        )?
        .execute((id, status, reason, text, finished_ms))?;
    Ok(changed > 0)
}

/// Says whether there is such a run.
pub(crate) fn set_note(
    connection: &Connection,
    id: &RunId,
    note: Option<&str>,
) -> rusqlite::Result<bool> {
    let changed =
        connection.prepare_cached("UPDATE run SET note = ?2 WHERE id = ?1")?.execute((id, note))?;
    Ok(changed > 0)
}

/// Says whether there is such a run.
pub(crate) fn set_fingerprint(
    connection: &Connection,
    id: &RunId,
    fingerprint_json: &str,
) -> rusqlite::Result<bool> {
    let changed = connection
        .prepare_cached("UPDATE run SET fingerprint_json = ?2 WHERE id = ?1")?
        .execute((id, fingerprint_json))?;
    Ok(changed > 0)
}

/// Says whether there is such a run.
pub(crate) fn set_linked(
    connection: &Connection,
    id: &RunId,
    linked: Option<&str>,
) -> rusqlite::Result<bool> {
    let changed = connection
        .prepare_cached("UPDATE run SET linked = ?2 WHERE id = ?1")?
        .execute((id, linked))?;
    Ok(changed > 0)
}

pub(crate) fn set_tag(
    connection: &Connection,
    id: &RunId,
    key: &str,
    value: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO tag (run, key, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (run, key) DO UPDATE SET value = excluded.value",
        )?
        .execute((id, key, value))?;
    Ok(())
}

pub(crate) fn remove_tag(connection: &Connection, id: &RunId, key: &str) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM tag WHERE run = ?1 AND key = ?2")?.execute((id, key))?;
    Ok(())
}

/// Marks a run as deleted, or takes the mark away. The first mark counts.
pub(crate) fn mark_deleted(
    connection: &Connection,
    id: &RunId,
    deleted_ms: Option<i64>,
) -> rusqlite::Result<bool> {
    let changed = connection
        .prepare_cached(
            "UPDATE run SET deleted_ms = iif(?2 IS NULL, NULL, coalesce(deleted_ms, ?2)) \
             WHERE id = ?1",
        )?
        .execute((id, deleted_ms))?;
    Ok(changed > 0)
}

/// The runs deleted before `before_ms` that nobody records.
pub(crate) fn deleted_before(
    connection: &Connection,
    before_ms: i64,
) -> rusqlite::Result<Vec<RunId>> {
    connection
        .prepare_cached(
            "SELECT id FROM run WHERE deleted_ms < ?1 AND status <> 'recording' ORDER BY id",
        )?
        .query_map([before_ms], |row| row.get(0))?
        .collect()
}

/// Removes a run and, by its foreign keys, all that belongs to it in this file.
pub(crate) fn purge(connection: &Connection, id: &RunId) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM run WHERE id = ?1")?.execute([id])?;
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::migrate;

    pub(in crate::table) fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::apply(&mut connection, crate::schema::APP, "memory".as_ref()).unwrap();
        connection
    }

    /// The query plan as one line.
    fn plan(connection: &Connection, sql: &str) -> String {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nothing = vec![rusqlite::types::Null; statement.parameter_count()];
        statement
            .query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>(3))
            .unwrap()
            .collect::<rusqlite::Result<Vec<_>>>()
            .unwrap()
            .join("; ")
    }

    #[track_caller]
    pub(in crate::table) fn check(sql: &str, index: &str) {
        let plan = plan(&database(), sql);
        assert!(plan.contains(index), "{plan} does not use {index}");
        assert!(!plan.contains("TEMP B-TREE") || sql == BY_TAG, "{plan} sorts");
    }

    #[test]
    fn resolving_searches_an_index() {
        check(BY_ID, "INDEX sqlite_autoindex_run_1 (id=?)");
        check(BY_PREFIX, "INDEX sqlite_autoindex_run_1 (id>? AND id<?)");
        check(LATEST, "INDEX run_kept_by_time");
        check(BY_TAG, "INDEX tag_by_value (key=? AND value=?)");
        check("SELECT id FROM run WHERE status = 'recording' ORDER BY id", "INDEX run_recording");
    }
}
