//! What a bench might know: made up for tests, and said to be synthetic wherever a label is due.

mod compare;
mod document;
mod runs;
mod view;

use std::cell::Cell;

use protocol::{
    BoardView, Command, DocumentSort, Failure, ModelOrigin, ModelView, PortView, PortViewKind,
    PortViewState, Reply, SettingKind, SettingOrigin, SettingView, Snapshot, UsbView,
};

pub(crate) use compare::comparison;
pub(crate) use document::{compressed, fidelity, fit, folder, heat};
pub(crate) use runs::{detail, summaries, summary};
pub(crate) use view::{between, curves, frame};

thread_local! {
    static THEME: Cell<&'static str> = const { Cell::new("light") };
}

/// The theme that the settings will name, for this thread's test.
pub(crate) fn set_theme(theme: &'static str) {
    THEME.set(theme);
}

/// The answer to a command, as a bench in good order would give it.
pub(crate) fn answer(command: &Command) -> Option<Result<Reply, Failure>> {
    let debug = format!("{command:?}");
    let name = debug.split([' ', '(', '{']).next().unwrap_or_default();
    Some(Ok(match name {
        "Snapshot" => Reply::Snapshot(Box::new(snapshot())),
        "ListPorts" => Reply::Ports(ports()),
        "ListModels" => Reply::Models(models()),
        "ListNeural" => Reply::Neural(None),
        "ListSettings" | "ChangeSetting" => Reply::Settings(settings()),
        "ListRuns" => Reply::Runs { runs: summaries(), total: summaries().len() as u64 },
        "ShowRun" => Reply::Run(Box::new(detail())),
        "ShowCurves" => {
            let Command::ShowCurves { selector, .. } = command else { return None };
            // Only the runs that are meant, where the samples know any of them.
            let meant: Vec<_> =
                curves().into_iter().filter(|curve| selector.contains(&curve.run.0)).collect();
            Reply::Curves(if meant.is_empty() { curves() } else { meant })
        }
        "MeasureBetween" => Reply::Between(Box::new(between())),
        "Compare" => Reply::Comparison(Box::new(comparison())),
        "StartRun" => Reply::RunStarted { run: "01k9run1".into() },
        "StartInterleaved" => Reply::RunsStarted { runs: vec!["01k9run1".into()] },
        "DeleteRun" | "UndeleteRun" => Reply::Selected(vec!["01k9run1".into()]),
        "ExportRuns" => Reply::Written { path: "run.bundle".into(), runs: 1 },
        "ImportBundle" => {
            Reply::Imported { imported: vec!["01k9run1".into()], present: Vec::new() }
        }
        "Compress" => Reply::JobStarted { job: protocol::JobId(1) },
        "CompressAsOne" => Reply::JobStarted { job: protocol::JobId(7) },
        "Fit" => Reply::JobStarted { job: protocol::JobId(2) },
        "MapHeat" => Reply::JobStarted { job: protocol::JobId(3) },
        "MeasureFidelity" => Reply::JobStarted { job: protocol::JobId(5) },
        "CompressFolder" => Reply::JobStarted { job: protocol::JobId(6) },
        "FetchModel" => Reply::JobStarted { job: protocol::JobId(4) },
        _ => Reply::Done,
    }))
}

pub(crate) fn snapshot() -> Snapshot {
    Snapshot {
        version: "0.2.0".into(),
        commit: Some("9764dfd97f47".into()),
        store: "/data/ada/.local/share/benchvise".into(),
        store_problem: None,
        settings_problems: Vec::new(),
        ports: ports(),
        going: Vec::new(),
        jobs: Vec::new(),
        settings: settings(),
        models: models(),
        document_sorts: document_sorts(),
        neural: None,
    }
}

/// What a program with models that read text might have.
pub(crate) fn neural() -> protocol::NeuralView {
    use protocol::{DeviceView, GettableView, NeuralRole, NeuralView};
    let device = |name: &str, title: &str| DeviceView { name: name.into(), title: title.into() };
    let gettable = |name: &str, about: &str| GettableView {
        name: name.into(),
        about: about.into(),
        role: NeuralRole::Scorer,
    };
    NeuralView {
        encoders: vec!["all-MiniLM-L6-v2".into()],
        scorers: vec!["org/tiny/q4.gguf".into()],
        devices: vec![device("cpu", "Processor"), device("cuda:0", "NVIDIA L4")],
        gettable: vec![gettable(
            "org/judge",
            "a token classifier for many languages, about 0.7 GB",
        )],
        folder: "/data/ada/.local/share/benchvise/models".into(),
    }
}

/// As the engine lists them.
fn document_sorts() -> Vec<DocumentSort> {
    let sort = |&(name, ending): &(&str, &str)| {
        let endings = ending.split_whitespace().map(str::to_owned).collect();
        DocumentSort { name: name.into(), endings }
    };
    [
        ("text", "txt"),
        ("Markdown", "md"),
        ("PDF", "pdf"),
        ("Word", "docx"),
        ("OpenDocument", "odt"),
        ("EPUB", "epub"),
        ("web pages", "html"),
        ("JSON", "json jsonl"),
        ("tables", "csv tsv"),
        ("logs", "log"),
        ("subtitles", "srt vtt"),
        ("chat exports", ""),
        ("source code", "rs py c"),
    ]
    .iter()
    .map(sort)
    .collect()
}

/// The boards that QEMU plays, as the engine lists them.
pub(crate) fn emulated() -> Vec<PortView> {
    let board = |kind: &str, name: &str, identity: &str| PortView {
        path: kind.into(),
        kind: PortViewKind::Board,
        state: PortViewState::Ready,
        board: Some(BoardView {
            name: name.into(),
            kind: kind.into(),
            identity: identity.into(),
            emulated: true,
        }),
        driver: Some("agent".into()),
        usb: None,
        hint: None,
    };
    vec![
        board("emulated-m4f", "Emulated Cortex-M4F (QEMU)", "qemu-mps2-an386"),
        board("emulated-m7", "Emulated Cortex-M7 (QEMU)", "qemu-mps2-an500"),
        board("emulated-m3", "Emulated Cortex-M3 (QEMU)", "qemu-mps2-an385"),
        board("emulated-rv32", "Emulated RV32 (QEMU)", "qemu-riscv32-virt"),
    ]
}

pub(crate) fn ports() -> Vec<PortView> {
    let host = PortView {
        path: "host".into(),
        kind: PortViewKind::Board,
        state: PortViewState::Ready,
        board: Some(BoardView {
            name: "This computer".into(),
            kind: "host".into(),
            identity: "machine-4f2a".into(),
            emulated: false,
        }),
        driver: Some("agent".into()),
        usb: None,
        hint: None,
    };
    let closed = "add yourself to the group dialout (`sudo usermod -aG dialout $USER`) and log in again, or let `benchvise doctor --fix` write a udev rule for it";
    vec![
        host,
        pico("/dev/ttyACM0", "E660C06213", PortViewState::Free, None),
        pico("/dev/ttyACM1", "E660C06214", PortViewState::NoPermission, Some(closed)),
    ]
}

/// A Pico with that serial number.
pub(crate) fn pico(path: &str, serial: &str, state: PortViewState, hint: Option<&str>) -> PortView {
    PortView {
        path: path.into(),
        kind: PortViewKind::Board,
        state,
        board: Some(BoardView {
            name: "Raspberry Pi Pico".into(),
            kind: "rp2040".into(),
            identity: format!("2e8a:000a:{serial}"),
            emulated: false,
        }),
        driver: None,
        usb: Some(UsbView {
            vid: "2e8a".into(),
            pid: "000a".into(),
            serial: Some(serial.into()),
            product: Some("Pico".into()),
            name: Some("Raspberry Pi Pico".into()),
        }),
        hint: hint.map(str::to_owned),
    }
}

pub(crate) fn models() -> Vec<ModelView> {
    vec![
        ModelView {
            name: "stories260K".into(),
            origin: ModelOrigin::Fetched,
            model: Some("/data/ada/models/stories260K.bin".into()),
            tokenizer: Some("/data/ada/models/tok512.bin".into()),
            bytes: Some(1_056_540),
            context_tokens: Some(512),
            problem: None,
        },
        ModelView {
            name: "stories15M".into(),
            origin: ModelOrigin::Fetchable,
            model: None,
            tokenizer: None,
            bytes: Some(60_816_028),
            context_tokens: Some(1024),
            problem: None,
        },
    ]
}

pub(crate) fn settings() -> Vec<SettingView> {
    let setting = |key: &str, value: &str, kind: SettingKind, meaning: &str| SettingView {
        key: key.into(),
        value: value.into(),
        origin: SettingOrigin::Default,
        meaning: meaning.into(),
        kind,
        default: value.into(),
        after_restart: false,
    };
    let choice =
        |words: &[&str]| SettingKind::Choice(words.iter().map(|word| (*word).to_owned()).collect());
    let mut settings = vec![
        setting(
            "store",
            "/data/ada/.local/share/benchvise",
            SettingKind::Path,
            "the folder that holds every recorded run",
        ),
        setting(
            "min_effect",
            "5%",
            SettingKind::Fraction,
            "the smallest change of a metric that a comparison calls one",
        ),
        setting(
            "tokenizer",
            "o200k",
            SettingKind::Text,
            "what counts tokens when documents are compressed",
        ),
        setting("theme", THEME.get(), choice(&["system", "light", "dark"]), "the window's colours"),
        setting("text_size", "100%", SettingKind::Fraction, "the size of the window's text"),
        setting("reduced_motion", "off", choice(&["off", "on"]), "nothing slides or fades"),
    ];
    settings[0].after_restart = true;
    settings[1].origin =
        SettingOrigin::File { path: "/data/ada/.config/benchvise/settings.toml".into(), line: 3 };
    settings[2].origin = SettingOrigin::Environment { variable: "BENCHVISE_TOKENIZER".into() };
    settings
}
