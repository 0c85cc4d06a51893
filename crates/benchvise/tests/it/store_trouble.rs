//! A store that is shared, old, new, damaged, not writable, or on a full disk.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::support::{Bench, ended, text, wait_until};

#[test]
fn two_programs_record_into_one_store() {
    let bench = Bench::new();
    let model = bench.model();
    let mut args = vec!["profile", "-q", "--tokens", "40", "--repeat", "30"];
    args.extend(model.iter().map(String::as_str));
    let start = || {
        let mut command = bench.command(&args);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let children = [start(), start(), start()];
    for child in children {
        ended(child).ok();
    }
    let runs = bench.runs();
    assert_eq!(runs.len(), 3);
    for run in runs {
        assert_eq!(run["status"], "complete");
        assert!(bench.tokens(&text(&run["run"])) >= 30);
    }
    bench.check_store();
}

#[cfg(target_os = "linux")]
#[test]
fn a_recording_can_be_watched_listed_and_deleted_from_outside() {
    use crate::support::signal;
    let bench = Bench::new();
    let (child, id) = bench.endless(&[]);
    let mut watch = bench.command(["watch", &id]);
    watch.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let watch = watch.spawn().unwrap();
    assert_eq!(bench.runs()[0]["status"], "recording");
    bench.run(&["note", &id, "while it goes on"]).ok();
    let deleted = bench.run(&["delete", &id]);
    assert!(deleted.code == 0 || deleted.err.contains("record"), "{}", deleted.err);
    let bundle = bench.path("half.bundle");
    let export = bench.run(&["export", &id, "-o", bundle.to_str().unwrap()]);
    assert!(export.code == 0 || export.code == 2);
    signal(child.id() as i32, libc::SIGINT);
    ended(child).ok();
    let watched = ended(watch).ok();
    assert!(watched.out.contains("repetitions"), "{}", watched.out);
    assert!(watched.out.contains("aborted"), "{}", watched.out);
    bench.run(&["undelete", &id]).ok();
    assert_eq!(bench.show(&id)["summary"]["note"], "while it goes on");
    bench.check_store();
}

#[test]
fn a_store_of_a_newer_program_is_refused_with_both_versions() {
    let bench = Bench::new();
    bench.profiled(&[]);
    // SQLite's user version: four bytes at 60, high byte first.
    let path = bench.store().join("app.sqlite");
    let mut file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut version = [0; 4];
    file.seek(SeekFrom::Start(60)).unwrap();
    file.read_exact(&mut version).unwrap();
    let ours = u32::from_be_bytes(version);
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&(ours + 41).to_be_bytes()).unwrap();
    drop(file);
    let words = [format!("format {}", ours + 41), format!("up to {ours}"), "newer".into()];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    bench.run(&["runs"]).refused(&words);
    bench.run(&["profile", "-q", "--repeat", "1"]).refused(&words);
    bench.run(&["store", "check"]).refused(&words);
}

/// Writes rubbish over the middle of a file, past its header.
fn damage(path: &Path) {
    let size = fs::metadata(path).unwrap().len();
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(100)).unwrap();
    file.write_all(&vec![0xa5; size as usize - 100]).unwrap();
}

#[test]
fn a_damaged_store_says_what_to_do_and_a_backup_heals_it() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    let before = bench.show(&id);
    let backup = bench.path("backup").display().to_string();
    bench.run(&["store", "backup", &backup]).ok();
    bench.run(&["store", "backup", &backup]).refused(&["already something here"]);
    damage(&bench.store().join("app.sqlite"));
    bench.run(&["runs"]).refused(&["damaged", "restore a backup"]);
    bench.run(&["profile", "-q", "--repeat", "1"]).refused(&["damaged", "restore a backup"]);
    bench.run(&["store", "restore", &backup]).ok();
    assert_eq!(bench.show(&id), before);
    bench.check_store();
    bench.profiled(&[]);
    bench.run(&["store", "restore", "no-such-backup"]).refused(&["no-such-backup"]);
    assert_eq!(bench.runs().len(), 2, "a restore that fails changes nothing");
}

#[test]
fn a_file_that_is_no_database_is_not_overwritten() {
    let bench = Bench::new();
    fs::create_dir_all(bench.store()).unwrap();
    let path = bench.store().join("app.sqlite");
    fs::write(&path, "these are my notes, not a database\n".repeat(300)).unwrap();
    bench.run(&["runs"]).refused(&["app.sqlite"]);
    bench.run(&["profile", "-q", "--repeat", "1"]).refused(&["app.sqlite"]);
    assert!(fs::read_to_string(&path).unwrap().starts_with("these are my notes"));
    // A store that is a file, not a folder.
    let file = bench.file("a-file", "text");
    bench.run(&["--store", &file, "runs"]).refused(&["a-file"]);
}

#[test]
fn lost_samples_leave_everything_else() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    let before = bench.show(&id);
    for name in ["samples.sqlite", "samples.sqlite-wal", "samples.sqlite-shm"] {
        drop(fs::remove_file(bench.store().join(name)));
    }
    assert_eq!(bench.runs().len(), 1);
    let after = bench.show(&id);
    assert_eq!(after["metrics"], before["metrics"]);
    assert_eq!(after["text"], before["text"]);
    let other = bench.run(&["profile", "-q", "--tokens", "2", "--repeat", "1", "--json"]);
    assert!(other.code == 0 || other.err.contains("samples are gone"), "{}", other.err);
}

#[test]
fn damaged_samples_leave_everything_else() {
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    damage(&bench.store().join("samples.sqlite"));
    assert_eq!(bench.runs().len(), 1);
    let run = bench.show(&id);
    assert_eq!(run["summary"]["status"], "complete");
    let check = bench.run(&["store", "check", "--json"]).code(1);
    assert_eq!(check.document("store")["sound"], false);
}

#[cfg(target_os = "linux")]
#[test]
fn a_store_that_may_only_be_read_lists_and_does_not_record() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    let id = bench.profiled(&[]);
    let mode = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    // Everything on the way can be read by anybody, the store written by nobody.
    mode(&bench.path("."), 0o755);
    for name in fs::read_dir(bench.store()).unwrap().flatten() {
        mode(&name.path(), 0o444);
    }
    mode(&bench.store(), 0o555);
    // The build folder may lie where only its owner may look, so nobody gets a copy.
    let program = bench.path("program");
    fs::copy(env!("CARGO_BIN_EXE_benchvise"), &program).unwrap();
    mode(&program, 0o755);
    let run = |args: &[&str]| {
        let told = bench.command(args);
        let mut command = std::process::Command::new(&program);
        command.args(told.get_args()).stdin(std::process::Stdio::null());
        command.envs(told.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.env("BENCHVISE_LOG", "/nonexistent/log").env("HOME", "/nonexistent");
        drop_privileges(&mut command);
        crate::support::finish(command)
    };
    let listed = run(&["runs", "--json"]).ok().document("runs");
    assert_eq!(listed["runs"][0]["run"], id.as_str());
    run(&["show", &id]).ok();
    run(&["profile", "-q", "--repeat", "1", "--tokens", "2"]).refused(&["may only be read"]);
    run(&["delete", &id]).refused(&["may only be read"]);
    mode(&bench.store(), 0o755);
}

/// Root may write everywhere; the program is run as nobody then.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "changing the user of a child has no safe form that also works here"
)]
fn drop_privileges(command: &mut std::process::Command) {
    use std::os::unix::process::CommandExt;
    // SAFETY: `geteuid`, `setgid` and `setuid` touch no memory, and may be called after a fork.
    unsafe {
        if libc::geteuid() != 0 {
            return;
        }
        command.pre_exec(|| {
            if libc::setgid(65534) != 0 || libc::setuid(65534) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            Ok(())
        });
    }
}

#[cfg(target_os = "linux")]
#[test]
#[expect(unsafe_code, reason = "a limit on file sizes stands in for a full disk")]
fn a_full_disk_ends_the_run_with_a_clear_sentence_and_a_sound_store() {
    use std::os::unix::process::CommandExt;
    let bench = Bench::new();
    bench.profiled(&[]);
    let largest = fs::read_dir(bench.store())
        .unwrap()
        .flatten()
        .map(|file| file.metadata().unwrap().len())
        .max()
        .unwrap();
    let model = bench.model();
    let mut args = vec!["profile", "-q", "--tokens", "90", "--repeat", "100000"];
    args.extend(model.iter().map(String::as_str));
    let mut command = bench.command(args);
    let limit = libc::rlimit { rlim_cur: largest + (512 << 10), rlim_max: libc::RLIM_INFINITY };
    // SAFETY: `signal` and `setrlimit` may be called after a fork; the limit is a value of ours.
    unsafe {
        command.pre_exec(move || {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            match libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
    crate::support::finish(command).refused(&["disk is full", "free some space"]);
    let runs = bench.runs();
    assert_eq!(runs.len(), 2);
    assert_ne!(runs[0]["status"], "complete");
    assert_ne!(runs[0]["status"], "recording");
    bench.check_store();
    bench.profiled(&[]);
}

#[test]
fn a_backup_can_be_made_while_another_program_records() {
    let bench = Bench::new();
    let (mut child, id) = bench.endless(&[]);
    let backup = bench.path("backup").display().to_string();
    bench.run(&["store", "backup", &backup]).ok();
    bench.run(&["store", "restore", &backup]).refused(&["has the store open"]);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_until("the lock to go", || bench.run(&["store", "restore", &backup]).code == 0);
    assert_eq!(bench.show(&id)["summary"]["status"], "lost");
    bench.check_store();
}
