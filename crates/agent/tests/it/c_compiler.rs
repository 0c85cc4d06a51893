//! Programs of `firmware/c99`, compiled for this computer, with the address sanitizer where the compiler
//! has it. Where there is no C compiler, a test says so and passes.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the agent in C.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware/c99")
}

/// Compiles `sources` into a program called `name`.
pub(crate) fn compile(name: &str, sources: &[&str], defines: &[&str]) -> Option<PathBuf> {
    const SANITIZED: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    if cfg!(not(unix)) {
        println!("skipped: {name}, since it is written for unix");
        return None;
    }
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut why = String::new();
    for sanitize in [SANITIZED, &[]] {
        // Under a name of its own first: another run of these tests may be starting the program.
        let fresh = program.with_extension(format!("{}", std::process::id()));
        let mut command = Command::new(std::env::var("CC").unwrap_or("cc".into()));
        command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O1", "-g"]);
        command.args(sanitize).args(defines).arg("-o").arg(&fresh).args(sources);
        match command.current_dir(folder()).stdin(Stdio::null()).output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                println!("skipped: {name}, since there is no C compiler here (tools/setup.sh)");
                return None;
            }
            Err(error) => panic!("the C compiler: {error}"),
            Ok(output) if output.status.success() => {
                std::fs::rename(&fresh, &program).unwrap();
                return Some(program);
            }
            Ok(output) => why = String::from_utf8_lossy(&output.stderr).into_owned(),
        }
        println!("{name}: not with the address sanitizer, which this compiler has not");
    }
    panic!("{name} cannot be compiled: {why}");
}
