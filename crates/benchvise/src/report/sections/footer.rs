//! Who made this, and how to make it again.

use protocol::{ModelChoice, RunSpec};

use crate::report::Report;
use crate::report::escape::escape;
use protocol::moment::moment;

/// A prompt longer than this goes into a file.
const INLINE_PROMPT_BYTES: usize = 160;

/// The page's foot.
pub(crate) fn section(report: &Report) -> String {
    let commit = report.commit.as_ref().map_or_else(
        || "an unknown commit".to_owned(),
        |commit| format!("commit <code>{}</code>", escape(commit)),
    );
    let mut commands = String::from("benchvise tour --out report\n");
    for (title, run) in &report.runs {
        // A title with a line break must not become a command.
        let title: Vec<&str> = title.split_whitespace().collect();
        commands += &format!("\n# {}\n{}\n", title.join(" "), command(&run.spec));
    }
    for (_, view) in &report.comparisons {
        let ids = |runs: &[protocol::RunId]| {
            runs.iter().map(|run| run.0.as_str()).collect::<Vec<_>>().join(",")
        };
        commands += &format!(
            "benchvise compare {} {}",
            quoted(&ids(&view.base)),
            quoted(&ids(&view.candidate))
        );
        if (view.min_effect * 1e5).is_finite() {
            // Rounded: 0.07 is 7.000000000000001 hundredths.
            commands += &format!(" --min-effect {}%", (view.min_effect * 1e5).round() / 1e3);
        }
        commands.push('\n');
    }
    format!(
        "<footer><p>Made by Benchvise {}, {commit}, on {}. The same facts for programs: the JSON file beside this one, schema <code>benchvise.report/1</code>.</p>\
         <details><summary>How to reproduce</summary><p>The whole job, or its parts. The figures will differ with the machine and its load; the text at temperature 0 will not.</p><pre class=\"text\" tabindex=\"0\">{}</pre></details></footer>\n",
        escape(&report.version),
        moment(report.created_ms),
        escape(&commands),
    )
}

/// The command that asks for the same run.
fn command(spec: &RunSpec) -> String {
    let model = match &spec.model {
        ModelChoice::Files { model, tokenizer } => format!(
            "--model {} --tokenizer {}",
            quoted(&model.to_string_lossy()),
            quoted(&tokenizer.to_string_lossy())
        ),
        ModelChoice::Synthetic { seed } => format!("--synthetic-seed {seed}"),
        ModelChoice::OnBoard => String::new(),
    };
    let prompt = match spec.prompt.as_str() {
        "" => String::new(),
        short if short.len() <= INLINE_PROMPT_BYTES && !short.contains(char::is_control) => {
            format!(" --prompt {}", quoted(short))
        }
        _ => " --prompt-file PROMPT.txt".to_owned(),
    };
    let stream = if spec.stream { "" } else { " --no-stream" };
    format!(
        "benchvise profile --board {} {model} --bits {}{prompt} --tokens {} --repeat {} --warmup {} --seed {} --temperature {} --top-p {}{stream}",
        quoted(&spec.board),
        spec.bits.count(),
        spec.tokens,
        spec.repetitions,
        spec.warmup,
        spec.seed,
        spec.temperature,
        spec.top_p,
    )
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("stories15M.bin"), "stories15M.bin");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's; rm -rf $HOME"), "'it'\\''s; rm -rf $HOME'");
    }
}
