//! `GET /api/socket`: a face's line to the engine, over a WebSocket.
//!
//! One task a face. It sends what the engine has for it, and takes the next message only when that is
//! sent: who does not read is not served, and what waits for it is bounded by the engine's queue. Once the
//! server is about to end a face can still look, and hears how what goes on ends; then it is let go of.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State as Shared;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{Connection, Next};
use protocol::socket::{Ask, Message, REVISION, Said};
use protocol::{Code, Event, Failure, Pace};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::time::timeout;

use crate::answer::{ends, leaving, refusal};
use crate::command::on_a_thread;
use crate::gate::SUBPROTOCOL;
use crate::meeting::{Meeting, Pulse};
use crate::state::{Stage, Stages, State};

/// Commands of one face that may wait.
const WAITING: usize = 256;
/// Answers that may wait to be sent.
const ANSWERS: usize = 64;
/// How long a face may take to hear the last of it.
const LAST: Duration = Duration::from_secs(2);

/// Opens a socket.
pub(crate) async fn open(
    Shared(state): Shared<State>,
    Extension(meeting): Extension<Meeting>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(error) => return error.into_response(),
    };
    if state.leaving() {
        return leaving();
    }
    let Ok(place) = Arc::clone(&state.sockets).try_acquire_owned() else {
        let failure = Failure::new(Code::Busy, "too many faces are connected")
            .with_hint("close one, or try again later");
        return refusal(StatusCode::SERVICE_UNAVAILABLE, &failure);
    };
    let limit = state.limits.body_bytes;
    let face = meeting.face(&headers);
    upgrade.protocols([SUBPROTOCOL]).max_message_size(limit).max_frame_size(limit).on_upgrade(
        move |socket| async move {
            state.metrics.sockets.inc();
            let line = Line::new(&state, face);
            let end = line.talk(socket, &meeting.pulse, place).await;
            state.metrics.sockets.dec();
            tracing::debug!(?end, "a face left");
        },
    )
}

/// Why a line ended.
#[derive(Debug)]
enum End {
    /// The face closed it, or is gone.
    Gone,
    /// It did not read, or did not say anything, for too long.
    Silent,
    /// The server ends.
    Leaving,
}

/// A face's line.
struct Line {
    state: State,
    connection: Arc<Connection>,
    /// Something waits in the connection.
    news: Arc<Notify>,
    quick: Sender<Ask>,
    slow: Sender<Ask>,
    answers: Receiver<Said>,
    answered: Sender<Said>,
    stages: Stages,
}

impl Line {
    fn new(state: &State, face: String) -> Line {
        let connection = Arc::new(state.engine.connect_as(face));
        let news = Arc::new(Notify::new());
        let wake = Arc::clone(&news);
        connection.wake_by(move || wake.notify_one());
        let (answered, answers) = mpsc::channel(ANSWERS);
        let lane = || {
            let (sender, asks) = mpsc::channel(WAITING);
            let lane = answer(state.clone(), Arc::clone(&connection), asks, answered.clone());
            tokio::spawn(lane);
            sender
        };
        let (quick, slow) = (lane(), lane());
        let stages = state.follow();
        Line { state: state.clone(), connection, news, quick, slow, answers, answered, stages }
    }

    /// Speaks until one side ends. The lanes end with the line, after the command they are at.
    async fn talk(
        mut self,
        mut socket: WebSocket,
        pulse: &Pulse,
        _place: OwnedSemaphorePermit,
    ) -> End {
        let welcome = Said::Welcome {
            revision: REVISION,
            version: env!("CARGO_PKG_VERSION").into(),
            host: engine::machine_name(),
        };
        let silence = self.state.limits.silence;
        let mut looks = tokio::time::interval(silence / 3);
        let mut leaving = false;
        if let Err(end) = say(&mut socket, &welcome, silence).await {
            return end;
        }
        loop {
            let told = tokio::select! {
                biased;
                stage = self.stages.next() => match stage {
                    Stage::Over => {
                        drop(timeout(LAST, self.part(&mut socket, leaving)).await);
                        return End::Leaving;
                    }
                    Stage::Open | Stage::Leaving => {
                        leaving = true;
                        say(&mut socket, &Said::Leaving, silence).await
                    }
                },
                answer = self.answers.recv() => match answer {
                    Some(said) => say(&mut socket, &said, silence).await,
                    None => return End::Gone,
                },
                message = socket.recv() => match message {
                    Some(Ok(frame)) => self.hear(frame),
                    Some(Err(_)) | None => return End::Gone,
                },
                // Half a message is a sign of life too: a large one takes its time.
                _ = looks.tick() => match pulse.silent_for() > silence {
                    true => Err(End::Silent),
                    // A face that is well answers this by itself.
                    false => send(&mut socket, Frame::Ping(Vec::new().into()), silence).await,
                },
                () = self.news.notified() => self.tell(&mut socket).await,
            };
            if let Err(end) = told {
                return end;
            }
        }
    }

    /// Takes what a face says.
    fn hear(&self, frame: Frame) -> Result<(), End> {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Close(_) => return Err(End::Gone),
            // Nothing of ours; a newer face may know more.
            Frame::Binary(_) | Frame::Ping(_) | Frame::Pong(_) => return Ok(()),
        };
        let ask = match Ask::of_text(&text) {
            Ok(ask) => ask,
            // Whose answer it would be is not known where the whole could not be read.
            Err(failure) => {
                return self.put(number_of(&text), failure);
            }
        };
        self.state.metrics.commands.inc();
        let (request, pace) = (ask.request, ask.command.pace());
        let lane = match pace {
            Pace::Quick => &self.quick,
            Pace::Slow => &self.slow,
        };
        match lane.try_send(ask) {
            Ok(()) => Ok(()),
            Err(_) => self.put(
                request,
                Failure::new(Code::Busy, "too many commands at once")
                    .with_hint("try again in a moment"),
            ),
        }
    }

    /// Answers with a failure; a face that has not taken so many answers is not served any more.
    fn put(&self, request: u64, failure: Failure) -> Result<(), End> {
        let said = Said::Reply { request, result: Box::new(Err(failure)) };
        self.answered.try_send(said).map_err(|_| End::Silent)
    }

    /// Sends what waits longest in the connection, and comes again for the rest: what a face says, and the
    /// answers to it, come between.
    async fn tell(&self, socket: &mut WebSocket) -> Result<(), End> {
        match self.news() {
            None => Ok(()),
            Some(message) => {
                self.news.notify_one();
                pass(socket, message, self.state.limits.silence).await
            }
        }
    }

    /// What waits longest in the connection, as it is sent.
    fn news(&self) -> Option<Result<Message, Failure>> {
        let metrics = &self.state.metrics;
        match self.connection.next_shared(Duration::ZERO) {
            Next::Quiet => None,
            Next::Behind(missed) => {
                metrics.behind.inc();
                Some(Said::Behind(missed).to_message())
            }
            Next::Event(event) => {
                match *event {
                    Event::ViewFrame(_) => metrics.frames.inc(),
                    _ => metrics.events.inc(),
                };
                Some(Said::event_message(&event))
            }
        }
    }

    /// Says everything that is left to be said, and closes.
    async fn part(&mut self, socket: &mut WebSocket, leaving: bool) -> Result<(), End> {
        if !leaving {
            say(socket, &Said::Leaving, LAST).await?;
        }
        while let Ok(said) = self.answers.try_recv() {
            say(socket, &said, LAST).await?;
        }
        while let Some(message) = self.news() {
            pass(socket, message, LAST).await?;
        }
        send(socket, Frame::Close(None), LAST).await
    }
}

/// Answers a lane's commands in their order until the line is gone.
async fn answer(
    state: State,
    connection: Arc<Connection>,
    mut asks: Receiver<Ask>,
    answers: Sender<Said>,
) {
    while let Some(Ask { request, command }) = asks.recv().await {
        let result = match command.is_light() {
            _ if !command.only_looks() && state.leaving() => Err(ends()),
            // Thirty times a second: a thread would cost more.
            true => connection.send(command),
            false => {
                let connection = Arc::clone(&connection);
                on_a_thread(&state, command.pace(), move || connection.send(command)).await
            }
        };
        let said = Said::Reply { request, result: Box::new(result) };
        if answers.send(said).await.is_err() {
            return;
        }
    }
}

/// The number of a command that could not be read otherwise; 0 where not even that is there.
fn number_of(text: &str) -> u64 {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| value.get("request")?.as_u64())
        .unwrap_or(0)
}

async fn say(socket: &mut WebSocket, said: &Said, limit: Duration) -> Result<(), End> {
    pass(socket, said.to_message(), limit).await
}

async fn pass(
    socket: &mut WebSocket,
    message: Result<Message, Failure>,
    limit: Duration,
) -> Result<(), End> {
    let frame = match message {
        Ok(Message::Text(text)) => Frame::Text(text.into()),
        Ok(Message::Binary(bytes)) => Frame::Binary(bytes.into()),
        Err(failure) => {
            tracing::error!(%failure, "something could not be sent");
            return Ok(());
        }
    };
    send(socket, frame, limit).await
}

async fn send(socket: &mut WebSocket, frame: Frame, limit: Duration) -> Result<(), End> {
    match timeout(limit, socket.send(frame)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Silent),
    }
}
