//! Several processes on one store, and one that is killed, has no room, or may not write. The other
//! process is this test program again, told by the environment what to do.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use store::{
    Batch, OpenMode, Page, RunFilter, RunId, RunStatus, SampleEncoding, Store, StoreError,
};
use tempfile::tempdir;

use crate::support::{chunk, new_run, new_series, open, repetition, samples_of, small_run};

const ROLE: &str = "STORE_TEST_ROLE";
const FOLDER: &str = "STORE_TEST_FOLDER";

/// What the other process does; it speaks in lines on its standard output.
#[test]
#[ignore = "runs inside the other tests of this file"]
fn other_process() {
    let folder = std::env::var(FOLDER).expect("started by another test");
    let folder = Path::new(&folder);
    match std::env::var(ROLE).expect("started by another test").as_str() {
        "record" => record_until_told(folder),
        "flood" => flush_without_end(folder),
        #[cfg(unix)]
        "no room" => unix::record_without_room(folder),
        #[cfg(unix)]
        "nobody" => unix::open_as_nobody(folder),
        role => panic!("no such role: {role}"),
    }
}

/// The other process, with the lines it says.
struct Other {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Other {
    fn start(role: &str, folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "processes::other_process", "--ignored", "--nocapture"])
            .env(ROLE, role)
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = sync_channel(100_000);
        let read = move || {
            for line in stdout.lines().map_while(Result::ok) {
                // The test harness talks in between.
                if let Some((_, line)) = line.split_once("| ") {
                    drop(sender.send(line.to_owned()));
                }
            }
        };
        std::thread::Builder::new().name("lines".into()).spawn(read).unwrap();
        Self { child, stdin, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(60)).expect("the other process is silent")
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").unwrap();
    }

    fn succeeds(&mut self) {
        assert!(self.child.wait().unwrap().success());
    }
}

/// Two processes of one machine agree about it.
fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()
}

fn say(line: impl std::fmt::Display) {
    println!("| {line}");
    std::io::stdout().flush().unwrap();
}

/// Writes to the disk at short intervals and notes the longest time between two: for so long the
/// machine did nothing for this process, and maybe for no other.
struct Pulse {
    stop: SyncSender<()>,
    thread: JoinHandle<Duration>,
}

impl Pulse {
    const EVERY: Duration = Duration::from_millis(50);

    fn start(folder: &Path) -> Self {
        let mut file = tempfile::tempfile_in(folder.parent().unwrap()).unwrap();
        let (stop, stopped) = sync_channel(1);
        let beat = move || {
            let mut longest = Duration::ZERO;
            let mut last = Instant::now();
            while stopped.recv_timeout(Self::EVERY).is_err() {
                file.write_all(b"pulse").and_then(|()| file.sync_all()).unwrap();
                longest = longest.max(last.elapsed().saturating_sub(Self::EVERY));
                last = Instant::now();
            }
            longest
        };
        let thread = std::thread::Builder::new().name("pulse".into()).spawn(beat).unwrap();
        Self { stop, thread }
    }

    /// Gives the longest standstill, in milliseconds.
    fn stop(self) -> u128 {
        self.stop.send(()).unwrap();
        self.thread.join().unwrap().as_millis()
    }
}

/// Ten samples every ten milliseconds, and a repetition, until a line comes in.
fn record_until_told(folder: &Path) {
    let store = open(folder);
    let run = store.begin_run(new_run("other")).unwrap();
    let series = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap();
    say(&run);
    let (sender, told) = sync_channel(1);
    let wait = move || {
        std::io::stdin().read_line(&mut String::new()).unwrap();
        sender.send(()).unwrap();
    };
    std::thread::Builder::new().name("wait".into()).spawn(wait).unwrap();
    let mut count = 0_u32;
    while told.try_recv().is_err() {
        let values: Vec<f64> = (count..count + 10).map(f64::from).collect();
        let mut batch = chunk(series, 0, u64::from(count), &values);
        batch.repetitions.push(repetition(count / 10, &[("a", f64::from(count))]));
        let handed_over_ms = now_ms();
        store.record(&run, batch).unwrap();
        count += 10;
        say(format!("{count} {handed_over_ms}"));
        std::thread::sleep(Duration::from_millis(10));
    }
    store.finish_run(&run, RunStatus::Complete, None, None, &[]).unwrap();
    say("finished");
}

/// Flushes four megabytes again and again, so that a kill most likely hits the middle of a write.
fn flush_without_end(folder: &Path) {
    const SAMPLES: u64 = 512 << 10;
    let store = open(folder);
    let run = store.begin_run(new_run("flood")).unwrap();
    let series = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap();
    for first in (0..).step_by(SAMPLES as usize) {
        let values: Vec<f64> = (first..first + SAMPLES).map(|index| index as f64).collect();
        store.record(&run, chunk(series, 0, first, &values)).unwrap();
        store.flush().unwrap();
        if first == 0 {
            say(&run);
        }
    }
}

#[test]
fn a_kill_in_the_middle_of_a_write_leaves_whole_flushes_and_readers_never_notice() {
    let folder = tempdir().unwrap();
    let (mut cut_off, mut reads) = (0, 0);
    for round in 0..6_u64 {
        let mut other = Other::start("flood", folder.path());
        let run = RunId(other.line());
        let reader = Store::open(folder.path(), OpenMode::ReadOnly).unwrap();
        let series = reader.series(&run).unwrap()[0].id;
        let until = Instant::now() + Duration::from_millis(60 + 37 * round);
        while Instant::now() < until {
            let first = reader.read_samples(series, 0..10).unwrap();
            assert_eq!(first[0].values.len(), 10);
            reads += 1;
            std::thread::sleep(Duration::from_millis(2));
        }
        drop(reader);
        other.child.kill().unwrap();
        other.child.wait().unwrap();
        let journal = std::fs::metadata(folder.path().join("samples.sqlite-journal"));
        cut_off += usize::from(journal.is_ok_and(|journal| journal.len() > 0));

        let store = open(folder.path());
        assert_eq!(store.get_run(&run).unwrap().status, RunStatus::Lost);
        let samples = samples_of(&store, &run, "power");
        assert!(
            !samples.is_empty() && samples.len().is_multiple_of(512 << 10),
            "{}",
            samples.len()
        );
        assert!(samples.iter().enumerate().all(|(index, value)| *value == index as f64));
        assert!(store.check().unwrap().is_ok());
    }
    println!("{cut_off} of 6 kills hit a write; {reads} reads meanwhile");
}

#[test]
fn a_killed_recorder_leaves_a_lost_run_with_all_but_its_last_second() {
    let folder = tempdir().unwrap();
    let mut other = Other::start("record", folder.path());
    let run = RunId(other.line());
    let mut said: Vec<(u64, u128)> = Vec::new();
    let began_ms = now_ms();
    // A little more each time, so that kills fall on every moment between two flushes.
    let until_ms = began_ms + 2500 + u128::from(std::process::id() % 400);
    let pulse = Pulse::start(folder.path());
    while now_ms() < until_ms {
        let line = other.line();
        let (count, handed_over_ms) = line.split_once(' ').unwrap();
        said.push((count.parse().unwrap(), handed_over_ms.parse().unwrap()));
    }
    let stood_still_ms = pulse.stop();
    let killed_ms = now_ms();
    other.child.kill().unwrap();
    other.child.wait().unwrap();

    let store = open(folder.path());
    let found = store.get_run(&run).unwrap();
    assert_eq!(found.status, RunStatus::Lost);
    assert!(found.reason.unwrap().contains("ended before the run did"));
    let samples = samples_of(&store, &run, "power");
    assert!(samples.iter().enumerate().all(|(index, value)| *value == index as f64));
    // Its last second, and as long as the machine did nothing for anybody.
    let safe_ms = killed_ms - 1000 - stood_still_ms;
    let old = said.iter().filter(|(_, handed_over_ms)| *handed_over_ms <= safe_ms);
    let must_be_there = old.map(|(count, _)| *count).max().expect("it recorded for two seconds");
    assert!(samples.len() as u64 >= must_be_there, "{} of {must_be_there}", samples.len());
    let repetitions = store.repetitions(&run).unwrap();
    assert!(repetitions.len() as u64 >= must_be_there / 10, "{}", repetitions.len());
    assert!(store.check().unwrap().is_ok());
    assert_eq!(std::fs::read_dir(folder.path().join("recording")).unwrap().count(), 0);
}

#[test]
fn a_list_notices_that_a_recorder_has_vanished() {
    let folder = tempdir().unwrap();
    let store = open(folder.path());
    let mut other = Other::start("record", folder.path());
    let run = RunId(other.line());
    let status = || {
        let page = store.list_runs(&RunFilter::default(), Page::default()).unwrap();
        assert_eq!(page.runs[0].id, run);
        page.runs[0].status
    };
    assert_eq!(status(), RunStatus::Recording);
    other.child.kill().unwrap();
    other.child.wait().unwrap();
    assert_eq!(status(), RunStatus::Lost);
}

#[test]
fn two_processes_record_into_one_store_at_the_same_time() {
    let folder = tempdir().unwrap();
    let mut other = Other::start("record", folder.path());
    let theirs = RunId(other.line());
    let store = open(folder.path());
    assert_eq!(store.get_run(&theirs).unwrap().status, RunStatus::Recording);
    let ours = store.begin_run(new_run("ours")).unwrap();
    let series = store.add_series(&ours, new_series("power", SampleEncoding::F64)).unwrap();
    for index in 0..40_u32 {
        store.record(&ours, chunk(series, 0, u64::from(index), &[f64::from(index)])).unwrap();
        if index % 10 == 0 {
            store.flush().unwrap();
            store.set_tag(&theirs, "seen", &index.to_string()).unwrap();
        }
    }
    // What the other one records is the other one's.
    let batch = Batch { repetitions: vec![repetition(0, &[])], chunks: vec![] };
    let refused = store.record(&theirs, batch).unwrap_err();
    assert!(refused.to_string().contains("another program"), "{refused}");
    store.finish_run(&ours, RunStatus::Complete, None, None, &[]).unwrap();
    other.tell("enough");
    other.succeeds();
    let counts: Vec<String> = other.lines.iter().collect();
    assert_eq!(counts.last().unwrap(), "finished");

    let theirs = store.get_run(&theirs).unwrap();
    assert_eq!((theirs.status, theirs.tags["seen"].as_str()), (RunStatus::Complete, "30"));
    let (count, _) = counts[counts.len() - 2].split_once(' ').unwrap();
    let count: usize = count.parse().unwrap();
    assert_eq!(samples_of(&store, &theirs.id, "power").len(), count);
    assert_eq!(samples_of(&store, &ours, "power").len(), 40);
    assert!(store.check().unwrap().findings.is_empty());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// The size that no file may pass.
    const ROOM_BYTES: u64 = 3 << 20;

    #[expect(unsafe_code, reason = "the standard library has no limits on resources")]
    fn limit_file_size(bytes: Option<u64>) {
        // SAFETY: plain calls with a struct that lives long enough.
        unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            assert_eq!(libc::getrlimit(libc::RLIMIT_FSIZE, &raw mut limit), 0);
            limit.rlim_cur = bytes.unwrap_or(limit.rlim_max);
            assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit), 0);
        }
    }

    /// Records until there is no room, looks around, gets room, and finishes.
    pub(super) fn record_without_room(folder: &Path) {
        let store = open(folder);
        let old = small_run(&store, "old", 100);
        let run = store.begin_run(new_run("tiny")).unwrap();
        let series = store.add_series(&run, new_series("power", SampleEncoding::F64)).unwrap();
        limit_file_size(Some(ROOM_BYTES));
        let mut taken = 0_u32;
        let full = loop {
            let values: Vec<f64> = (taken..taken + 20_000).map(f64::from).collect();
            match store.record(&run, chunk(series, 0, u64::from(taken), &values)) {
                Ok(()) => taken += 20_000,
                Err(error) => break error,
            }
            if let Err(error) = store.flush() {
                break error;
            }
        };
        assert!(matches!(full, StoreError::DiskFull { .. }), "{full}");
        // Nothing more is taken, and the run cannot be called complete.
        let more = store.record(&run, chunk(series, 0, u64::from(taken), &[0.0])).unwrap_err();
        assert!(matches!(more, StoreError::DiskFull { .. }), "{more}");
        let end = store.finish_run(&run, RunStatus::Complete, None, None, &[]).unwrap_err();
        assert!(matches!(end, StoreError::DiskFull { .. }), "{end}");
        assert_eq!(store.get_run(&run).unwrap().status, RunStatus::Recording);
        // What was there is whole.
        assert_eq!(samples_of(&store, &old, "power").len(), 100);
        assert!(store.check().unwrap().is_ok());
        limit_file_size(None);
        store.finish_run(&run, RunStatus::Complete, None, None, &[]).unwrap();
        say(format!("{run} {taken}"));
    }

    #[test]
    fn a_full_disk_is_an_error_and_what_was_taken_is_written_when_there_is_room() {
        let folder = tempdir().unwrap();
        let mut other = Other::start("no room", folder.path());
        let line = other.line();
        other.succeeds();
        let (run, taken) = line.split_once(' ').unwrap();
        let run = RunId(run.to_owned());
        let taken: usize = taken.parse().unwrap();
        assert!(taken > 100_000, "{taken}");
        let store = open(folder.path());
        assert_eq!(store.get_run(&run).unwrap().status, RunStatus::Complete);
        let samples = samples_of(&store, &run, "power");
        assert_eq!(samples.len(), taken);
        assert!(samples.iter().enumerate().all(|(index, value)| *value == index as f64));
        assert!(store.check().unwrap().findings.is_empty());
    }

    /// The superuser may write everywhere, so this process stops being that first.
    #[expect(unsafe_code, reason = "the standard library cannot change the user")]
    pub(super) fn open_as_nobody(folder: &Path) {
        // SAFETY: plain calls. Of an ordinary user they fail, which does no harm.
        unsafe {
            libc::setgid(65534);
            libc::setuid(65534);
        }
        let store = Store::open(folder, OpenMode::ReadOnly).unwrap();
        let run = store.resolve_one("latest").unwrap();
        assert_eq!(samples_of(&store, &run, "power").len(), 100);
        assert!(store.check().unwrap().findings.is_empty());
        drop(store);
        let refused = Store::open(folder, OpenMode::ReadWrite).unwrap_err();
        assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
        say(refused);
    }

    fn set_modes(folder: &Path, folder_mode: u32, file_mode: u32) {
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        set(folder, 0o755);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            set(&path, if path.is_dir() { folder_mode } else { file_mode });
        }
        set(folder, folder_mode);
    }

    #[test]
    fn a_folder_that_may_not_be_written_can_be_read_and_writing_says_where() {
        // One more folder, because the temporary one is closed to others.
        let temporary = tempdir().unwrap();
        let open_to_all = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(temporary.path(), open_to_all).unwrap();
        for (folder_mode, file_mode) in [(0o555, 0o444), (0o777, 0o444), (0o555, 0o666)] {
            let folder = temporary.path().join(format!("{folder_mode:o}-{file_mode:o}"));
            let store = open(&folder);
            small_run(&store, "tiny", 100);
            store.close().unwrap();
            set_modes(&folder, folder_mode, file_mode);
            let mut other = Other::start("nobody", &folder);
            let message = other.line();
            other.succeeds();
            assert!(message.contains("may only be read"), "{message}");
            assert!(message.contains(&folder.display().to_string()), "{message}");
            set_modes(&folder, 0o755, 0o644);
        }
    }
}
