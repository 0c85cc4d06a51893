//! The agent in C (`firmware/c99`): every script that the tests here play to the loop is played to it
//! too, and must yield the same bytes, so that each of these tests is a test of both.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::c_compiler::{compile, folder};
use crate::fake::{Board, Look};

const AGENT: &str = "benchvise_agent.c";

/// The program that plays scripts to the agent in C, one after the other.
static PLAYER: OnceLock<Option<Mutex<Child>>> = OnceLock::new();

fn player() -> Option<Mutex<Child>> {
    let version = format!("-DBV_AGENT_VERSION=\"{}\"", env!("CARGO_PKG_VERSION"));
    // As long a prompt and as long reads as those of the loop that it is compared with.
    let defines = [version.as_str(), "-DBV_PROMPT_TOKENS=24", "-DBV_READ_BYTES=512"];
    let program = compile("c99-replay", &[AGENT, "tests/replay.c"], &defines)?;
    let mut command = Command::new(program);
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    Some(Mutex::new(child.unwrap()))
}

/// A case as `replay.c` reads it.
fn case(board: Board, script: &[Look]) -> Vec<u8> {
    let mut case = vec![u8::from(board.model.is_some())];
    let model = board.model.map_or((0, 0), |info| (info.crc, info.weight_bytes as u32));
    case.extend(model.0.to_le_bytes());
    case.extend(model.1.to_le_bytes());
    for option in [board.power, board.look_ticks] {
        case.push(u8::from(option.is_some()));
        case.extend(option.unwrap_or(0).to_le_bytes());
    }
    case.push(u8::from(board.series));
    case.extend(board.began.to_le_bytes());
    case.extend((board.sends as u64).to_le_bytes());
    case.extend((script.len() as u32).to_le_bytes());
    for look in script {
        let (kind, bytes) = match look {
            Look::Nothing => (0, &[][..]),
            Look::Bytes(bytes) => (1, &bytes[..]),
            Look::Gone => (2, &[][..]),
        };
        case.push(kind);
        case.extend((bytes.len() as u32).to_le_bytes());
        case.extend(bytes);
    }
    case
}

/// Plays `script` to the agent in C, which must say `said`.
pub(crate) fn check_same(board: Board, script: &[Look], said: &[u8]) {
    let Some(player) = PLAYER.get_or_init(player) else { return };
    let mut player = player.lock().unwrap_or_else(PoisonError::into_inner);
    player.stdin.as_mut().unwrap().write_all(&case(board, script)).unwrap();
    let from = player.stdout.as_mut().unwrap();
    let mut count = [0; 4];
    if let Err(error) = from.read_exact(&mut count) {
        panic!("the agent in C died, of what it said itself: {error}");
    }
    let mut heard = vec![0; u32::from_le_bytes(count) as usize];
    from.read_exact(&mut heard).unwrap();
    assert_eq!(heard, said, "the agent in C (left) says something else than the one in Rust");
}

#[test]
fn what_it_writes_and_reads_is_what_the_golden_files_say() {
    let Some(program) = compile("c99-golden", &["tests/golden.c"], &[]) else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let output = Command::new(program).arg(&folder).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}{complaint}", output.status);
    let mut held: Vec<_> = said.lines().map(|name| format!("{name}.txt")).collect();
    held.sort();
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(held, files);
}

#[test]
fn its_parts_hold_at_their_edges_and_for_random_bytes() {
    let Some(program) = compile("c99-parts", &["tests/parts.c"], &[]) else { return };
    let output = Command::new(program).arg("20000").output().unwrap();
    let said = [&output.stdout[..], &output.stderr].concat();
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&said));
}

#[test]
fn it_compiles_without_a_warning_at_every_level_of_optimisation() {
    for level in ["-O0", "-O2", "-Os"] {
        let name = format!("c99-object{level}");
        let flags = [level, "-c", "-Wconversion", "-Wshadow", "-Wstrict-prototypes"];
        compile(&name, &[AGENT], &flags);
    }
}

#[test]
fn the_arduino_example_compiles_as_the_cpp_that_it_is() {
    let mut command = Command::new(std::env::var("CXX").unwrap_or("c++".into()));
    command.current_dir(folder()).args(["-std=c++11", "-Wall", "-Wextra", "-Werror"]);
    command.args(["-fsyntax-only", "-I.", "-Istand_in", "-Itests/arduino", "-x", "c++"]);
    let output = match command.arg("arduino/benchvise_board/benchvise_board.ino").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: there is no C++ compiler here (tools/setup.sh)");
            return;
        }
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
