//! How much room a store takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{At, StoreError};
use crate::folder::side_files;
use crate::id::RunId;
use crate::store::{SamplesState, Store};
use crate::table::{chunk, series};

/// The room a store takes, in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// `app.sqlite` with its log.
    pub app_bytes: u64,
    /// `samples.sqlite` with its log.
    pub samples_bytes: u64,
    /// The copies in `backups/` and the files that were put aside.
    pub kept_bytes: u64,
    /// What is left on the disk for this user; `None` when the system does not say.
    pub free_bytes: Option<u64>,
    /// The samples of each run that has any, largest first.
    pub runs: Vec<RunUsage>,
}

/// The room that the samples of one run take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunUsage {
    /// The run.
    pub run: RunId,
    /// Encoded samples, in bytes.
    pub bytes: u64,
}

impl Store {
    /// How much room the store takes, and each run in it.
    pub fn usage(&self) -> Result<Usage, StoreError> {
        let with_samples = self.samples_state() == SamplesState::Present;
        let runs = self.read(|reader| {
            if !with_samples {
                return Ok(Vec::new());
            }
            let path = reader.folder.samples();
            let totals = chunk::totals(reader.samples()?).at(&path)?;
            let owners: BTreeMap<_, _> = series::all(&reader.app)
                .at(&reader.folder.app())?
                .into_iter()
                .map(|series| (series.id, series.run))
                .collect();
            let mut runs: BTreeMap<&RunId, u64> = BTreeMap::new();
            for total in &totals {
                if let Some(run) = owners.get(&total.series) {
                    *runs.entry(run).or_default() += total.bytes;
                }
            }
            let mut runs: Vec<RunUsage> =
                runs.into_iter().map(|(run, bytes)| RunUsage { run: run.clone(), bytes }).collect();
            runs.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.run.cmp(&b.run)));
            Ok(runs)
        })?;
        let folder = self.folder_names();
        let (app_bytes, samples_bytes) =
            (with_log_bytes(&folder.app()), with_log_bytes(&folder.samples()));
        let databases = files_bytes(&folder.root) + files_bytes(&folder.backups());
        Ok(Usage {
            app_bytes,
            samples_bytes,
            kept_bytes: databases.saturating_sub(app_bytes + samples_bytes),
            free_bytes: free_bytes(&folder.root),
            runs,
        })
    }
}

/// A file and its side files; what cannot be read counts as nothing.
fn with_log_bytes(path: &Path) -> u64 {
    let bytes = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    side_files(path).iter().map(|side| bytes(side)).sum::<u64>() + bytes(path)
}

/// The files right in a folder.
fn files_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .filter(fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}

/// Free room on the disk whose mount point is the longest beginning of the folder's path.
fn free_bytes(folder: &Path) -> Option<u64> {
    let folder = fs::canonicalize(folder).ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list_specifics(
        sysinfo::DiskRefreshKind::nothing().with_storage(),
    )
    .ok()?;
    disks
        .iter()
        .filter(|disk| folder.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(sysinfo::Disk::available_space)
}
