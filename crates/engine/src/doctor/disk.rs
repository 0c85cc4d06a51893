//! Folders that can be written, and room on their disks.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use protocol::{Finding, Health};

use super::{finding, ok};

/// Less free room than this is worth a warning: about an hour of recording.
const LOW_BYTES: u64 = 1 << 30;

/// The folder, or the nearest one above it that exists.
fn nearest(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|path| path.exists() || path.as_os_str().is_empty())
        .map(|path| if path.as_os_str().is_empty() { Path::new(".") } else { path })
}

/// Whether files could be made in `folder`, which need not exist yet. A file is made and removed
/// again: permissions alone say nothing about a disk that is read-only or full.
pub(super) fn try_to_write(folder: &Path) -> io::Result<()> {
    let at = nearest(folder).ok_or(io::ErrorKind::NotFound)?;
    let probe = at.join(format!(".benchvise-probe-{}", std::process::id()));
    let made = File::create_new(&probe);
    match made {
        Ok(file) => {
            drop(file);
            fs::remove_file(&probe)
        }
        Err(error) => Err(error),
    }
}

/// Free bytes for this user on the disk that holds `folder`; none where the system does not say.
pub(crate) fn free_bytes(folder: &Path) -> Option<u64> {
    let at = fs::canonicalize(nearest(folder)?).ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list_specifics(
        sysinfo::DiskRefreshKind::nothing().with_storage(),
    )
    .ok()?;
    disks
        .iter()
        .filter(|disk| at.starts_with(disk.mount_point()))
        .max_by_key(|disk| disk.mount_point().as_os_str().len())
        .map(sysinfo::Disk::available_space)
}

pub(super) fn space(folder: &Path, free_bytes: Option<u64>) -> Finding {
    let Some(free_bytes) = free_bytes else {
        return finding("disk space", Health::Absent, "this system does not say", None);
    };
    let free_gib = free_bytes as f64 / LOW_BYTES as f64;
    let seen = format!("{free_gib:.1} GiB free for the store: {}", folder.display());
    if free_bytes >= LOW_BYTES {
        return ok("disk space", seen);
    }
    finding(
        "disk space",
        Health::Warning,
        seen,
        Some("free some room, or move the store with the setting store"),
    )
}
