//! Arbitrary bytes where a meter's samples should be.

use std::time::Duration;

use board::meter::{
    LpmAscii, LpmBinary, LpmWord, PowerLines, Ppk2Metadata, Ppk2MetadataReader, Ppk2Samples,
    Readings,
};

const TIME: Duration = Duration::from_millis(700);

/// What every decoder keeps to: so many bytes in, not many more out, and every one accounted for.
#[track_caller]
fn bounded(readings: &Readings, bytes: usize, waiting: usize) {
    assert!(readings.noise <= bytes as u64, "{} of {bytes} bytes are noise", readings.noise);
    assert!(waiting < 16 << 10, "{waiting} bytes wait");
    let missing = readings.amps.iter().filter(|amps| amps.is_nan()).count();
    assert!(readings.lost <= missing as u64);
}

#[test]
fn a_ppk2s_samples_outlive_whatever_comes() {
    bolero::check!().with_test_time(TIME).with_type::<Vec<Vec<u8>>>().for_each(|pieces| {
        let mut samples = Ppk2Samples::new(&Ppk2Metadata::default(), 3.3, 0xff);
        let mut readings = Readings::default();
        for piece in pieces {
            samples.feed(piece, &mut readings);
        }
        let bytes: usize = pieces.iter().map(Vec::len).sum();
        bounded(&readings, bytes, samples.waiting());
        // Every byte is a sample's, noise, or waits.
        let there = readings.amps.len() - readings.lost as usize;
        assert_eq!(there * 4 + readings.noise as usize + samples.waiting(), bytes);
        // A word says at most that 63 were lost before it.
        assert!(readings.lost <= 63 * (bytes as u64 / 4 + 1));
    });
}

#[test]
fn a_true_stream_with_faults_keeps_its_count() {
    bolero::check!().with_test_time(TIME).with_type::<(u8, Vec<(u8, u8)>)>().for_each(
        |(start, faults)| {
            let mut samples = Ppk2Samples::new(&Ppk2Metadata::default(), 3.3, 0);
            let mut readings = Readings::default();
            let (mut sent, mut counter) = (0_u64, u32::from(*start % 64));
            let word = |counter: u32, nth: u64| {
                (((nth as u32 * 37 + 11) % 16384) | 3 << 14 | (counter % 64) << 18).to_le_bytes()
            };
            for (lost, more) in faults.iter().take(40) {
                // At most so many that the counter can tell.
                let lost = u32::from(lost % 48);
                (sent, counter) = (sent + u64::from(lost), counter + lost);
                for _ in 0..12 + more % 50 {
                    samples.feed(&word(counter, sent), &mut readings);
                    (sent, counter) = (sent + 1, counter + 1);
                }
            }
            let first_lost = faults.first().map_or(0, |(lost, _)| u64::from(lost % 48));
            let heard = readings.amps.len() as u64 + samples.waiting() as u64 / 4;
            assert_eq!((heard + first_lost, readings.noise), (sent, 0));
        },
    );
}

#[test]
fn a_ppk2s_metadata_outlives_whatever_comes() {
    bolero::check!().with_test_time(TIME).with_type::<Vec<(u8, Vec<u8>)>>().for_each(|pieces| {
        let mut reader = Ppk2MetadataReader::default();
        for (kind, bytes) in pieces {
            let words: &[u8] = match kind % 6 {
                0 => b"\nEND",
                1 => b"R0: -nan\n",
                2 => b"O4: 1e400\nS1: 3\n",
                3 => b"UG9",
                _ => bytes,
            };
            if let Some(found) = reader.feed(words) {
                let all = [found.r, found.gs, found.gi, found.o, found.s, found.i, found.ug];
                assert!(all.as_flattened().iter().all(|value| value.is_finite()));
                assert!(found.r.iter().all(|ohms| *ohms > 0.0));
            }
            assert!(reader.waiting() < 16 << 10);
        }
    });
}

#[test]
fn an_lpm01a_outlives_whatever_comes() {
    bolero::check!().with_test_time(TIME).with_type::<Vec<Vec<u8>>>().for_each(|pieces| {
        let (mut ascii, mut binary) = (LpmAscii::default(), LpmBinary::default());
        let (mut text, mut bytes) = (Readings::default(), Readings::default());
        for piece in pieces {
            ascii.feed(piece, &mut text, &mut |_| {});
            binary.feed(piece, &mut bytes, &mut |_| {});
        }
        let all = pieces.iter().map(Vec::len).sum();
        bounded(&text, all, ascii.waiting());
        bounded(&bytes, all, binary.waiting());
        assert!(bytes.amps.len() <= all / 2 && bytes.amps.iter().all(|amps| amps.is_finite()));
    });
}

/// True samples, marks of every kind and rubbish in any order, cut anywhere.
#[test]
fn an_lpm01as_marks_are_no_samples_whatever_lies_between_them() {
    bolero::check!().with_test_time(TIME).with_type::<(u8, Vec<(u8, Vec<u8>)>)>().for_each(
        |(cut, pieces)| {
            let stamp = [0xf0, 0xf3, 0, 0, 0, 1, 0, 0xff, 0xff];
            let (mut stream, mut edges, mut clean) = (stamp.to_vec(), 0, true);
            for (kind, bytes) in pieces {
                match kind % 8 {
                    0 => stream.extend(stamp),
                    1 => stream.extend(*b"\xf0\xf2event 3 ris\xff\xff"),
                    2 => stream.extend(*b"\xf0\xf2event 4 fal\r\n\xff\xff"),
                    3 => stream.extend([0xf0, 0xf7, 0x0c, 0xe4, 0xff, 0xff]),
                    4 => stream.extend([0xf0, 0xf4, 0xff, 0xff]),
                    5 | 6 => stream.extend([0x30 | bytes.first().unwrap_or(&0) & 0xf, 7]),
                    _ => {
                        clean &= bytes.is_empty();
                        stream.extend(bytes);
                    }
                }
                edges += u64::from(matches!(kind % 8, 1 | 2));
            }
            let (mut binary, mut readings) = (LpmBinary::default(), Readings::default());
            let (mut heard, mut last) = (0, 0);
            for piece in stream.chunks(usize::from(*cut).max(1)) {
                binary.feed(piece, &mut readings, &mut |word| {
                    if let LpmWord::Event { index, .. } = word {
                        assert!(index >= last, "edges go back");
                        (heard, last) = (heard + 1, index);
                    }
                });
            }
            bounded(&readings, stream.len(), binary.waiting());
            assert!(last <= readings.end_index());
            if clean {
                let samples = pieces.iter().filter(|(kind, _)| matches!(kind % 8, 5 | 6)).count();
                assert_eq!((readings.amps.len(), readings.noise, heard), (samples, 0, edges));
            }
        },
    );
}

#[test]
fn power_lines_outlive_whatever_comes() {
    bolero::check!().with_test_time(TIME).with_type::<Vec<(u8, String)>>().for_each(|pieces| {
        let mut lines = PowerLines::new(Some(3.3));
        let mut readings = Readings::default();
        let mut all = 0;
        for (kind, text) in pieces {
            let piece = match kind % 9 {
                0 => "\n",
                1 => "bus_V,current_mA\n",
                2 => "1e308V,",
                3 => "I=",
                4 => "3,5",
                5 => "mA;",
                6 => "power: -",
                _ => text,
            };
            all += piece.len();
            lines.feed(piece.as_bytes(), &mut readings);
        }
        bounded(&readings, all, lines.waiting());
        assert_eq!(readings.amps.len(), readings.watts.len());
    });
}
