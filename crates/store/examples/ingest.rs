//! How fast samples go to the disk through the real record path, against a plain file.
//!
//! `cargo run --release -p store --example ingest -- [MIB] [FOLDER]`
//!
//! Both write the same bytes. The plain file is synced as often as the store syncs at the least:
//! once per 32 MiB, which is when a flush is due before its second is over. "Recorded" is until the
//! run is finished and all its samples are on the disk; "closed" is until the store is closed too.

#![allow(clippy::print_stdout, reason = "the numbers are what this program is for")]

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use store::{Batch, Chunk, NewRun, NewSeries, OpenMode, RunStatus, SampleEncoding, Store};

/// Samples per chunk: what the board hands over at once.
const CHUNK: usize = 4096;
/// What the store flushes at once when data come faster than its second.
const SYNC_BYTES: usize = 32 << 20;
/// Each is done so many times, in turn, and the median counts.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mib: usize = arguments.next().map_or(Ok(256), |text| text.parse())?;
    let base = arguments.next().map_or_else(std::env::temp_dir, Into::into);
    for (name, encoding, width) in
        [("f32", SampleEncoding::F32, 4), ("f64", SampleEncoding::F64, 8)]
    {
        let samples = (mib << 20) / width / CHUNK * CHUNK;
        let (mut recorded, mut closed, mut raws) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let folder = tempfile::tempdir_in(&base)?;
            raws.push(raw_seconds(folder.path(), samples * width)?);
            let (until_finished, until_closed) = store_seconds(folder.path(), samples, encoding)?;
            recorded.push(until_finished);
            closed.push(until_closed);
        }
        let raw = median(&mut raws);
        for (what, seconds) in [
            ("plain file", raw),
            ("recorded", median(&mut recorded)),
            ("closed", median(&mut closed)),
        ] {
            println!(
                "{name} {what:>10}: {:6.1} M samples/s, {:4.0} MiB/s, ratio {:.2}",
                samples as f64 / seconds / 1e6,
                mib as f64 / seconds,
                raw / seconds
            );
        }
    }
    Ok(())
}

/// Records `samples` of one signal. Seconds until the run is finished, and until the store is closed.
fn store_seconds(
    folder: &Path,
    samples: usize,
    encoding: SampleEncoding,
) -> Result<(f64, f64), Box<dyn Error>> {
    let store = Store::open(&folder.join("store"), OpenMode::ReadWrite)?;
    let run = store.begin_run(NewRun::default())?;
    let series = store.add_series(
        &run,
        NewSeries { name: "power".into(), unit: "mW".into(), rate_hz: Some(1e6), encoding },
    )?;
    let values: Vec<f64> = (0..CHUNK).map(|index| (index as f64 * 0.01).sin() * 100.0).collect();
    let start = Instant::now();
    for first_index in (0..samples).step_by(CHUNK) {
        let chunk = Chunk {
            series,
            repetition: 0,
            first_index: first_index as u64,
            values: values.clone(),
        };
        store.record(&run, Batch { repetitions: vec![], chunks: vec![chunk] })?;
    }
    store.finish_run(&run, RunStatus::Complete, None, None, &[])?;
    let recorded = start.elapsed().as_secs_f64();
    assert_eq!(store.series(&run)?[0].samples, samples as u64);
    store.close()?;
    Ok((recorded, start.elapsed().as_secs_f64()))
}

/// Writes as many bytes to a plain file.
fn raw_seconds(folder: &Path, bytes: usize) -> Result<f64, Box<dyn Error>> {
    let part: Vec<u8> = (0..SYNC_BYTES).map(|index| (index % 251) as u8).collect();
    let mut file = File::create_new(folder.join("raw"))?;
    let start = Instant::now();
    let mut left = bytes;
    while left > 0 {
        let now = left.min(part.len());
        file.write_all(&part[..now])?;
        file.sync_all()?;
        left -= now;
    }
    Ok(start.elapsed().as_secs_f64())
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}
