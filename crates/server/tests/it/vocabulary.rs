//! Ties the revision of the vocabulary to the vocabulary.

use std::fmt::Write;

use protocol::socket::{Ask, Message, REVISION, Said};
use protocol::{
    Event, LatencyPercentiles, PositionColumn, RepetitionMark, RunId, SignalFrame, SignalSource,
    TokenMark, Trace, TraceColumn, TracePoint, ViewFrame, ViewId,
};
use serde_json::Value;

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// What a schema says to a program, in one order: nothing that is for people.
fn plain(value: &Value, into: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            for (name, value) in fields {
                // A property may be called like a word of schemas; then it is an object.
                let for_people = ["title", "description", "$schema"].contains(&name.as_str());
                if !(for_people && value.is_string()) {
                    write!(into, "{name}=").unwrap();
                    plain(value, into);
                }
            }
            into.push('.');
        }
        Value::Array(items) => {
            items.iter().for_each(|item| plain(item, into));
            into.push(';');
        }
        other => write!(into, "{other},").unwrap(),
    }
}

/// A frame in which no two fields hold the same: its bytes tell their order, which a schema does not.
pub(crate) fn frame() -> ViewFrame {
    let signal = |name: &str, trace| SignalFrame {
        name: name.into(),
        unit: "mW".into(),
        trace,
        extent: Some([0.5, 1.5]),
        absent: Some("why".into()),
        source: Some(SignalSource {
            name: "meter".into(),
            emulated: true,
            aligned: "by pings".into(),
        }),
    };
    let point = TracePoint { at_ms: 1.25, value: 2.5, after_gap: true };
    let column = TraceColumn { min: 1.0, max: 3.0, mean: 2.0, samples: 7, missing: 5 };
    ViewFrame {
        view: ViewId(11),
        seq: 12,
        run: RunId::from("01k9"),
        recording: true,
        end_ms: 9.5,
        from_ms: 3.5,
        to_ms: 8.5,
        signals: vec![
            signal("power", Trace::Points(vec![point])),
            signal("heap", Trace::Columns(vec![column])),
        ],
        repetitions: vec![RepetitionMark {
            index: 1,
            warmup: true,
            from_ms: 4.5,
            first_token_ms: Some(5.5),
            to_ms: None,
        }],
        tokens: vec![TokenMark {
            at_ms: 6.5,
            repetition: 2,
            index: 3,
            text: Some("a".into()),
            latency_ms: Some(0.25),
        }],
        token_count: 42,
        latency: Some(LatencyPercentiles {
            n: 9,
            p50_ms: 1.0,
            p90_ms: 2.0,
            p95_ms: 3.0,
            p99_ms: 4.0,
        }),
        positions: vec![PositionColumn { position: 6, phases_ms: [0.1, 0.2, 0.3, 0.4, 0.5] }],
        note: Some("note".into()),
    }
}

#[test]
fn whoever_changes_the_vocabulary_gives_it_a_new_revision() {
    let mut text = String::new();
    for schema in [schemars::schema_for!(Ask), schemars::schema_for!(Said)] {
        plain(schema.as_value(), &mut text);
    }
    let said = Said::Event(Box::new(Event::ViewFrame(Box::new(frame()))));
    let Ok(Message::Binary(bytes)) = said.to_message() else { panic!("a frame is bytes") };
    let found = (REVISION, hash(text.as_bytes()), hash(&bytes));
    assert_eq!(
        found,
        (6, 0xe3f8_b64d_6c31_4494, 0x37c4_984d_4e96_4202),
        "What goes over a socket is not what it was: raise protocol::socket::REVISION, \
         and put down here what was found ({:#018x}, {:#018x}). A window and a host of different \
         revisions then say so instead of misunderstanding each other.",
        found.1,
        found.2,
    );
}
