//! Bundles: there and back, and everything that is refused.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use store::{
    Document, NewCompression, NewFit, NewRun, RunId, RunStatus, SampleEncoding, Store, StoreError,
};
use tempfile::{TempDir, tempdir};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::support::{chunk, new_run, new_series, open, repetition, samples_of, small_run};

/// The entries of a bundle, in order: name, bytes, stored or deflated.
pub(crate) type Entries = Vec<(String, Vec<u8>, CompressionMethod)>;

pub(crate) fn unpack(path: &Path) -> Entries {
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    (0..zip.len())
        .map(|index| {
            let mut entry = zip.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            (entry.name().to_owned(), bytes, entry.compression())
        })
        .collect()
}

pub(crate) fn pack(path: &Path, entries: &Entries) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes, method) in entries {
        let options = SimpleFileOptions::default().compression_method(*method);
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
}

/// Changes the manifest and makes its hash fit again.
pub(crate) fn edit_manifest(entries: &mut Entries, edit: impl FnOnce(&mut serde_json::Value)) {
    let at = entries.iter().position(|entry| entry.0 == "manifest.json").unwrap();
    let mut manifest = serde_json::from_slice(&entries[at].1).unwrap();
    edit(&mut manifest);
    set_manifest(entries, serde_json::to_vec(&manifest).unwrap());
}

pub(crate) fn set_manifest(entries: &mut Entries, json: Vec<u8>) {
    let hash: String = Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect();
    for (name, bytes, _) in entries {
        match name.as_str() {
            "manifest.json" => bytes.clone_from(&json),
            "manifest.sha256" => *bytes = hash.clone().into_bytes(),
            _ => {}
        }
    }
}

/// A store with a run, and a bundle of it.
fn exported() -> (TempDir, Store, RunId, PathBuf) {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("store"));
    let run = small_run(&store, "tiny", 1000);
    let path = folder.path().join("run.bundle");
    store.export_bundle(std::slice::from_ref(&run), &path).unwrap();
    (folder, store, run, path)
}

#[test]
fn a_run_goes_to_another_store_with_all_that_belongs_to_it() {
    let folder = tempdir().unwrap();
    let store = open(&folder.path().join("a"));
    let full = store.begin_run(NewRun { note: Some("ö".into()), ..new_run("tiny") }).unwrap();
    store.set_tag(&full, "bench", "left").unwrap();
    let power = store.add_series(&full, new_series("power", SampleEncoding::F64)).unwrap();
    let heap = store.add_series(&full, new_series("heap", SampleEncoding::F32)).unwrap();
    store.add_series(&full, new_series("silent", SampleEncoding::F32)).unwrap();
    let mut batch = chunk(power, 0, 0, &[0.1, f64::NAN, 0.3]);
    batch.chunks.extend(chunk(power, 1, 7, &[0.7]).chunks);
    batch.chunks.extend(chunk(heap, 0, 0, &[1024.0]).chunks);
    batch.repetitions.push(repetition(0, &[("ttft_ms", 0.1 + 0.2)]));
    store.record(&full, batch).unwrap();
    store.finish_run(&full, RunStatus::Aborted, Some("unplugged"), None, &[]).unwrap();
    let other = small_run(&store, "other", 10);
    let sha256 = "ab".repeat(32);
    let document = Document {
        sha256: sha256.clone(),
        name: "essay.txt".into(),
        bytes: 1234,
        encoding: "utf-8".into(),
        added_ms: 5,
    };
    store.add_document(document.clone()).unwrap();
    let compression = store
        .add_compression(NewCompression {
            document: sha256.clone(),
            tokenizer: "tiny".into(),
            tokens_in: 400,
            tokens_out: 100,
            budget: "tokens 100".into(),
            focus: Some("who?".into()),
            params_json: "{}".into(),
        })
        .unwrap();
    let fit = store
        .add_fit(NewFit {
            document: sha256.clone(),
            compression: compression.id.clone(),
            full_run: Some(full.clone()),
            compressed_run: Some(other),
            window_tokens: 256,
            result_json: "{}".into(),
        })
        .unwrap();
    store.delete(&full).unwrap();
    let path = folder.path().join("run.bundle");
    let exported = store.export_bundle(&[full.clone(), full.clone()], &path).unwrap();
    assert_eq!(exported.runs, std::slice::from_ref(&full));
    assert_eq!(exported.bytes, std::fs::metadata(&path).unwrap().len());

    let there = open(&folder.path().join("b"));
    let report = there.import_bundle(&path).unwrap();
    assert_eq!((report.imported, report.skipped), (vec![full.clone()], vec![]));
    let (mut here, read) = (store.get_run(&full).unwrap(), there.get_run(&full).unwrap());
    here.deleted_ms = None;
    assert_eq!(read, here);
    assert_eq!(there.repetitions(&full).unwrap(), store.repetitions(&full).unwrap());
    let samples = samples_of(&there, &full, "power");
    assert_eq!((samples[0], samples[2], samples[3]), (0.1, 0.3, 0.7));
    assert!(samples[1].is_nan());
    assert_eq!(samples_of(&there, &full, "heap"), [1024.0]);
    assert!(samples_of(&there, &full, "silent").is_empty());
    assert_eq!(there.get_document(&sha256).unwrap(), Some(document));
    assert_eq!(there.list_compressions(&sha256).unwrap(), [compression]);
    // The other run stayed behind.
    let expect = store::Fit { compressed_run: None, ..fit };
    assert_eq!(there.list_fits(store::Page::default()).unwrap(), [expect]);
    assert!(there.check().unwrap().findings.is_empty());

    let again = there.import_bundle(&path).unwrap();
    assert_eq!((again.imported, again.skipped), (vec![], vec![full.clone()]));
    // Its own store has it too, deleted or not.
    assert_eq!(store.import_bundle(&path).unwrap().skipped, [full]);
}

#[test]
fn what_cannot_be_exported_leaves_no_file() {
    let (folder, store, run, path) = exported();
    let taken = store.export_bundle(std::slice::from_ref(&run), &path);
    assert_eq!(taken, Err(StoreError::Exists { path }));
    let next = folder.path().join("next.bundle");
    let recording = store.begin_run(new_run("tiny")).unwrap();
    let refused = store.export_bundle(&[run, recording], &next);
    assert!(refused.unwrap_err().to_string().contains("still recording"));
    let nobody = store.export_bundle(&[RunId("0".repeat(26))], &next);
    assert!(matches!(nobody, Err(StoreError::NoSuchRun { .. })));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_run_that_is_here_with_other_contents_is_a_conflict() {
    let (folder, store, run, path) = exported();
    let mut entries = unpack(&path);
    edit_manifest(&mut entries, |manifest| {
        manifest["runs"][0]["repetitions"][0]["values"]["tokens_per_s"] = 99.0.into();
    });
    let edited = folder.path().join("edited.bundle");
    pack(&edited, &entries);
    assert_eq!(
        store.import_bundle(&edited),
        Err(StoreError::BundleConflict { run: run.clone(), path: edited })
    );
    assert_eq!(store.repetitions(&run).unwrap()[0].values["tokens_per_s"], 40.0);
}

/// Imports an edited bundle into an empty store, which must refuse it and stay empty.
#[track_caller]
fn check_refused(edit: impl FnOnce(&mut Entries), what: &str) {
    let (folder, _store, _run, path) = exported();
    let mut entries = unpack(&path);
    edit(&mut entries);
    pack(&path, &entries);
    let there = open(&folder.path().join("there"));
    let error = there.import_bundle(&path).unwrap_err();
    assert!(error.to_string().contains(what), "{error}");
    let page = there.list_runs(&store::RunFilter::default(), store::Page::default()).unwrap();
    assert_eq!(page.total, 0);
    assert!(there.check().unwrap().findings.is_empty());
    assert!(there.list_documents().unwrap().is_empty());
}

/// The same with an edit of the manifest whose hash fits.
#[track_caller]
fn check_manifest_refused(edit: impl FnOnce(&mut serde_json::Value), what: &str) {
    check_refused(|entries| edit_manifest(entries, edit), what);
}

#[test]
fn tampered_entries_are_refused() {
    check_refused(|entries| entries[0].1[17] ^= 1, "was changed");
    check_refused(|entries| entries[0].1.truncate(10), "not as the manifest says");
    check_refused(|entries| entries[1].1[20] ^= 1, "manifest");
    check_refused(|entries| entries[2].1[0] = b'?', "the manifest was changed");
    check_refused(|entries| drop(entries.remove(0)), "lacks some");
    check_refused(|entries| drop(entries.remove(1)), "manifest.json");
    check_refused(|entries| drop(entries.remove(2)), "manifest.sha256");
    let stray = ("stray".to_owned(), vec![1], CompressionMethod::Stored);
    check_refused(|entries| entries.push(stray), "does not name");
}

#[test]
fn names_that_climb_out_of_a_folder_are_refused() {
    for name in ["../../evil.bin", "/tmp/evil.bin", "C:\\evil.bin", "samples/../../evil"] {
        check_refused(|entries| entries[0].0 = name.to_owned(), "does not name");
        check_refused(
            |entries| {
                entries[0].0 = name.to_owned();
                edit_manifest(entries, |manifest| {
                    manifest["runs"][0]["series"][0]["entry"] = name.into();
                });
            },
            "wrong name",
        );
    }
}

#[test]
fn a_newer_format_is_refused_with_both_versions() {
    check_manifest_refused(|manifest| manifest["format"] = 9.into(), "format 9");
    check_manifest_refused(|manifest| *manifest = serde_json::json!({ "format": 2 }), "up to 1");
}

#[test]
fn what_would_unpack_to_too_much_is_refused() {
    check_refused(|entries| entries[0].2 = CompressionMethod::Deflated, "not as the manifest says");
    check_refused(|entries| entries[1].1 = vec![b' '; (64 << 20) + 1], "unpacks to more than");
    // A block that claims more than there is, and one that nobody should allocate.
    check_manifest_refused(
        |manifest| {
            let series = &mut manifest["runs"][0]["series"][0];
            series["bytes"] = 4_000_000_000_000_u64.into();
            series["blocks"] = serde_json::json!([[0, 1_000_000_000_000_u64, 0]]);
        },
        "is too large",
    );
    check_manifest_refused(
        |manifest| {
            let series = &mut manifest["runs"][0]["series"][0];
            series["bytes"] = 16_000_000.into();
            series["blocks"] = serde_json::json!([[0, 4_000_000, 0]]);
        },
        "not as the manifest says",
    );
}

#[test]
fn a_manifest_that_contradicts_itself_is_refused() {
    let series = |edit: fn(&mut serde_json::Value), what: &str| {
        check_manifest_refused(|manifest| edit(&mut manifest["runs"][0]["series"][0]), what);
    };
    series(|series| series["blocks"][0][1] = 999.into(), "do not add up");
    series(|series| series["blocks"] = serde_json::json!([[5, 500, 0], [5, 500, 0]]), "in order");
    series(|series| series["blocks"] = serde_json::json!([[0, 0, 0]]), "in order");
    series(|series| series["blocks"][0][0] = u64::MAX.into(), "too large");
    series(|series| series["encoding"] = "f16".into(), "cannot be read");
    series(|series| series["sha256"] = "..".into(), "no SHA-256");
    let run = |edit: fn(&mut serde_json::Value), what: &str| {
        check_manifest_refused(|manifest| edit(&mut manifest["runs"][0]), what);
    };
    run(|run| run["run"]["status"] = "recording".into(), "still recording");
    run(|run| run["run"]["id"] = "../x".into(), "no id");
    run(|run| run["repetitions"][1]["index"] = 0.into(), "comes twice");
    check_manifest_refused(
        |manifest| {
            let again = manifest["runs"][0].clone();
            manifest["runs"].as_array_mut().unwrap().push(again);
        },
        "comes twice",
    );
    check_manifest_refused(
        |manifest| {
            manifest["compressions"] = serde_json::json!([{
                "id": "0".repeat(26), "document": "nowhere", "tokenizer": "", "tokens_in": 1,
                "tokens_out": 1, "budget": "", "focus": null, "created_ms": 0, "params_json": "",
            }]);
        },
        "is missing",
    );
}

#[test]
fn a_bundle_that_ends_too_early_is_refused() {
    let (folder, _store, _run, path) = exported();
    let bytes = std::fs::read(&path).unwrap();
    let there = open(&folder.path().join("there"));
    for len in [0, 1, 100, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let error = there.import_bundle(&path).unwrap_err();
        assert!(matches!(error, StoreError::BundleDamaged { .. }), "{len}: {error}");
    }
}
