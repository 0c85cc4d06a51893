//! The vocabulary between the faces (command line, window, page) and the engine.
//!
//! A face sends a [`Command`] and gets a [`Reply`] or a [`Failure`]; what happens meanwhile comes
//! as [`Event`]s, facts that carry the id of their run or job. Everything is plain data with
//! serde, so the transport between the two is nobody's business here.
//!
//! Conventions: numbers carry their unit in the field name; what was not measured is `None`, never
//! zero and never NaN; times of day are integer milliseconds UTC; anything emulated or synthetic
//! says so in a field of its own.
//!
//! ```
//! use protocol::{Command, RunId};
//!
//! let stop = Command::StopRun { run: RunId::from("01k9") };
//! assert!(matches!(stop, Command::StopRun { .. }));
//! ```

mod again;
mod boards;
mod bytes;
mod command;
mod compare;
mod compress;
mod content;
pub mod desktop;
mod doctor;
mod driver;
mod event;
mod failure;
mod fidelity;
mod fit;
mod flash;
mod ids;
pub mod left;
mod listen;
mod many;
mod meter;
mod metric;
mod missed;
pub mod moment;
mod neural;
pub mod numbers;
mod reply;
mod run;
mod settings;
mod signal;
mod snapshot;
pub mod socket;
mod tune;
mod view;

pub use boards::{BoardView, PortView, PortViewKind, PortViewState, UsbView};
pub use command::{Command, ExportFormat, Pace, RunFilter};
pub use compare::{ComparisonView, Difference, MetricVerdict, Scope, SideView, Verdict};
pub use compress::{
    AnchorView, BudgetSpec, CompressSpec, CompressedDocument, DocumentSort, DocumentSource,
    DroppedView, Extraction, FoldView, GapView, HeatSpan, HeatSpec, HeatView, LeftOutView,
    NeuralSpec, Outputs, Pin, RetentionView, Room, Shaping, SourceText, SpanView, Work,
};
pub use content::{BlockShare, ContentView, LANGUAGES, language_name};
pub use doctor::{Finding, Health, PortRules, StoreReport, StoreUsage};
pub use driver::{DRIVERS, DriverKind, DriverSpec};
pub use event::{DocumentOutcome, Event, JobOutcome, Severity};
pub use failure::{Code, Failure};
pub use fidelity::{
    FidelityMethod, FidelityRow, FidelitySpec, FidelityView, RatioAdvice, ShareLeft,
};
pub use fit::{FitSide, FitSpec, FitView, Interval, SavedView};
pub use flash::{FlashSpec, FlashStretch, FlashView, FlashWay};
pub use ids::{JobId, RunId};
pub use left::LeftFormat;
pub use listen::{CaptureView, HeardLine, ListenSpec};
pub use many::{
    AsOneSpec, AsOneView, CacheSpec, CacheView, CachedView, CitationStyle, Citations,
    DuplicateView, FolderSpec, FolderView, MANIFEST, MarkView, MemberSpan, MemberView, PruneSpec,
};
pub use meter::{Feeds, METERS, MeterKind, MeterSeries, MeterSpec, MeterSupply};
pub use metric::{Direction, METRICS, MetricSpec, metric};
pub use missed::Missed;
pub use neural::{DeviceView, GettableView, NeuralRole, NeuralView};
pub use reply::Reply;
pub use run::{
    Bits, Fingerprint, MetricView, ModelChoice, RepetitionView, RunDetail, RunKind, RunSpec,
    RunStatus, RunSummary, TokenView,
};
pub use settings::{SettingKind, SettingOrigin, SettingView};
pub use signal::{Lane, SIGNALS, Sampling, SignalSpec, signal};
pub use snapshot::{GoingRun, JobKind, JobView, ModelOrigin, ModelView, Snapshot};
pub use tune::{TuneDocument, TuneQuestion, TuneSpec, TuneView};
pub use view::{
    BetweenView, CurvePoint, CurveView, LatencyPercentiles, POSITION_COLUMNS, PositionColumn,
    RepetitionMark, SignalFrame, SignalSource, SignalStats, TokenMark, Trace, TraceColumn,
    TracePoint, ViewFrame, ViewId, ViewSpec, ViewWindow,
};
