//! `GET /api/openapi.json`: what can be asked over plain HTTP, made from the types of the vocabulary.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use protocol::{Command, Failure, Reply};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Where types lie in the document.
const TYPES: &str = "/components/schemas";

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| document().to_string().into());

/// The document. It holds no secret, so it asks for no token.
pub(crate) async fn get() -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")];
    (headers, DOCUMENT.clone()).into_response()
}

/// The document: OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = TYPES.into();
        settings.meta_schema = None;
    });
    let mut types = settings.into_generator();
    let command = types.subschema_for::<Command>();
    let reply = types.subschema_for::<Reply>();
    let failure = types.subschema_for::<Failure>();
    let failed = |what: &str| json_answer(what, &failure);
    let text = |what: &str, kind: &str| answer(what, kind, json!({ "type": "string" }));
    let later = |what: &str| {
        let mut answer = failed(what);
        answer["headers"]["Retry-After"] = json!({
            "description": "When to come again, in seconds.",
            "schema": { "type": "integer", "minimum": 1 },
        });
        answer
    };
    let fast = json!({ "429": later("Too much at once, or too many requests.") });
    let refused = |more: Value| with(with(door(&failed), fast.clone()), more);
    let asked = json!({
        "200": json_answer("The command's answer.", &reply),
        "400": failed("This is no command, or makes no sense."),
        "401": failed("The token is missing or wrong."),
        "404": failed("What it names is not there."),
        "409": failed("The board is missing, silent, gone, refuses, or is another face's; or the work was called off."),
        "413": failed("More than the host takes at once."),
        "422": failed("A file or a document is not what it should be."),
        "500": failed("The store, or a fault of the program's own."),
        "503": later("The host is about to end."),
    });
    let windows =
        with(asked.clone(), json!({ "200": text("What is left of the text.", "text/plain") }));
    let left = {
        let mut left = asked.clone();
        left["200"] = text("What is left of the document.", "text/plain");
        for (name, what) in [
            ("benchvise-tokens-in", "Tokens of the document."),
            ("benchvise-tokens-out", "Tokens of what is left."),
        ] {
            left["200"]["headers"][name] =
                json!({ "description": what, "schema": { "type": "integer", "minimum": 0 } });
        }
        left["200"]["headers"]["benchvise-refused"] = json!({
            "description": "Why the budget could not be kept to without damage, where that is so.",
            "schema": { "type": "string" },
        });
        left
    };
    let metrics = json!({
        "200": text("Counters.", "application/openmetrics-text"),
        "401": failed("The token is missing or wrong."),
    });
    let tokenizer = parameter(
        "tokenizer",
        "Who counts; without it, what the setting says.",
        json!({ "type": "string" }),
    );
    let strategy =
        parameter("strategy", "How; without it, automatic.", json!({ "type": "string" }));
    let focus = parameter(
        "focus",
        "A question or topics; what bears on them stays first.",
        json!({ "type": "string" }),
    );
    let text_body =
        json!({ "required": true, "content": { "application/octet-stream": { "schema": {} } } });
    let document = json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "Benchvise bench host",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "description": "The engine's commands over plain HTTP. What happens later, events and frames \
                of views, comes over the WebSocket at /api/socket, which speaks the same types.",
        },
        "servers": [{ "url": "/" }],
        "paths": {
            "/api/command": { "post": {
                "operationId": "command",
                "summary": "Does what a command says, or begins it.",
                "security": [{ "token": [] }],
                "requestBody": {
                    "required": true,
                    "content": { "application/json": { "schema": command } },
                },
                "responses": refused(asked),
            } },
            "/api/compress": { "post": {
                "operationId": "compress",
                "summary": "Compresses the document that is sent, and sends what is left of it.",
                "security": [{ "token": [] }],
                "parameters": [
                    parameter("ratio", "Tokens before over tokens after, at least 1; this or `tokens`.",
                        json!({ "type": "number", "minimum": 1 })),
                    parameter("tokens", "Tokens that may remain; this or `ratio`.",
                        json!({ "type": "integer", "minimum": 0 })),
                    parameter("name", "What the document is called; its ending helps to tell what it is.",
                        json!({ "type": "string" })),
                    tokenizer,
                    strategy,
                    focus,
                ],
                "requestBody": text_body,
                "responses": refused(left),
            } },
            "/api/stream": { "post": {
                "operationId": "stream",
                "summary": "Compresses text of any length as it comes, window by window.",
                "security": [{ "token": [] }],
                "parameters": [
                    needed(parameter("ratio", "Tokens before over tokens after, at least 1; kept to in every window.",
                        json!({ "type": "number", "minimum": 1 }))),
                    tokenizer,
                    strategy,
                    focus,
                ],
                "requestBody": text_body,
                "responses": refused(windows),
            } },
            "/metrics": { "get": {
                "operationId": "metrics",
                "summary": "Counters for Prometheus.",
                "security": [{ "token": [] }],
                "responses": refused(metrics),
            } },
            "/healthz": { "get": {
                "operationId": "healthz",
                "summary": "It answers.",
                "responses": refused(json!({ "200": text("It does.", "text/plain") })),
            } },
            "/readyz": { "get": {
                "operationId": "readyz",
                "summary": "It takes work.",
                "responses": refused(json!({
                    "200": text("It does.", "text/plain"),
                    "503": text("It is about to end.", "text/plain"),
                })),
            } },
        },
        "components": {
            "schemas": types.take_definitions(true),
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "What stands in the file that `benchvise serve` names.",
            } },
        },
    });
    document
}

/// What every request may meet at the door.
fn door(failed: &impl Fn(&str) -> Value) -> Value {
    json!({
        "403": failed("Another page asks for this."),
        "408": failed("The request took too long."),
        "421": failed("The host does not go by that name."),
    })
}

fn parameter(name: &str, what: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "required": false, "description": what, "schema": schema })
}

fn needed(mut parameter: Value) -> Value {
    parameter["required"] = true.into();
    parameter
}

fn json_answer(what: &str, schema: &schemars::Schema) -> Value {
    answer(what, "application/json", schema.as_value().clone())
}

fn answer(what: &str, kind: &str, schema: Value) -> Value {
    json!({ "description": what, "content": { kind: { "schema": schema } } })
}

fn with(mut all: Value, more: Value) -> Value {
    if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
        all.extend(more);
    }
    all
}
