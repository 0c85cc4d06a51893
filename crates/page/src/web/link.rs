//! The way to the host that the page came from: a socket that is opened again whenever it is gone.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use protocol::socket::{Ask, LONGEST_ASK, Message};
use protocol::{Code, Command, Failure};
use ui::{Incoming, Link, Pauses, RequestId, Talk, Whose};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BinaryType, CloseEvent, Headers, MessageEvent, RequestInit, Response, WebSocket};

use super::dom;
use super::door::Door;
use crate::pulse::{Beat, Pulse};

/// What may wait in the browser to be sent, in bytes: one message of the longest, and the next.
const WAITING: usize = 2 * LONGEST_ASK;
/// How often the pulse is felt.
const FEEL_MS: u32 = 5000;
/// The socket's subprotocol, and what a token's begins with: a page can set no header of it.
const SUBPROTOCOL: &str = "benchvise";
/// A number that no question of the window's has: the answer is only a sign of life.
const SIGN_OF_LIFE: u64 = u64::MAX;

/// The way to the host.
pub(super) struct Socket(Rc<Line>);

struct Line {
    door: Door,
    context: egui::Context,
    talk: RefCell<Talk>,
    /// What is to be sent, before there is a socket or after.
    socket: RefCell<Option<WebSocket>>,
    pulse: Cell<Option<Pulse>>,
}

/// How a try to reach the host ended.
enum End {
    /// It was there, and is gone.
    Lost(String),
    /// It does not take the token.
    Refused,
    /// It could not be reached, or did not want to.
    Unreachable(Failure),
}

impl Socket {
    /// Connects, now and whenever the connection is gone, as long as the page is there.
    pub(super) fn connect(context: egui::Context, door: Door) -> Socket {
        let line = Rc::new(Line {
            door,
            context,
            talk: RefCell::default(),
            socket: RefCell::default(),
            pulse: Cell::new(None),
        });
        spawn_local(Rc::clone(&line).keep());
        spawn_local(Rc::clone(&line).feel());
        Socket(line)
    }
}

impl Link for Socket {
    fn send(&mut self, request: RequestId, command: Command) {
        let Some(text) = self.0.talk.borrow_mut().ask(request, command) else { return };
        if !self.0.put(&text) {
            self.0.talk.borrow_mut().refuse(request);
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.0.talk.borrow_mut().poll()
    }

    fn whose(&self) -> Whose {
        Whose::Host(self.0.talk.borrow().host().to_owned())
    }
}

impl Line {
    async fn keep(self: Rc<Self>) {
        let mut pauses = Pauses::default();
        let mut said = None;
        let mut token = self.door.brought();
        loop {
            let given = match token.take() {
                Some(token) => token,
                None => self.door.ask("").await,
            };
            match self.speak(&given).await {
                End::Lost(why) => {
                    pauses = Pauses::default();
                    said = None;
                    self.tell(|talk| talk.lost(&why));
                }
                End::Refused => {
                    self.door.forget();
                    self.tell(|talk| talk.unreachable(wrong_token()));
                    let word = "This host does not know that token: it may have a new one";
                    token = Some(self.door.ask(word).await);
                    (pauses, said) = (Pauses::default(), None);
                    continue;
                }
                End::Unreachable(failure) => {
                    // Once for each reason, not at each try.
                    if said.as_ref() != Some(&failure.message) {
                        said = Some(failure.message.clone());
                        self.tell(|talk| talk.unreachable(failure));
                    }
                }
            }
            dom::sleep(pauses.next_ms()).await;
            if dom::broken() {
                return;
            }
            token = Some(given);
        }
    }

    fn tell(&self, what: impl FnOnce(&mut Talk)) {
        if dom::broken() {
            return;
        }
        what(&mut self.talk.borrow_mut());
        self.context.request_repaint();
    }

    /// Hands a text to the browser to be sent; not where too much waits already.
    fn put(&self, text: &str) -> bool {
        let socket = self.socket.borrow();
        let free = |socket: &&WebSocket| socket.buffered_amount() as usize + text.len() <= WAITING;
        socket.as_ref().filter(free).is_some_and(|socket| socket.send_with_str(text).is_ok())
    }

    /// One socket from its opening to its end.
    async fn speak(self: &Rc<Self>, token: &str) -> End {
        match self.try_to_speak(token).await {
            Ok(end) => end,
            Err(error) => End::Unreachable(unreachable(&dom::words(&error))),
        }
    }

    async fn try_to_speak(self: &Rc<Self>, token: &str) -> Result<End, JsValue> {
        let location = dom::window()?.location();
        let scheme = if location.protocol()? == "https:" { "wss" } else { "ws" };
        let url = format!("{scheme}://{}/api/socket", location.host()?);
        let ours = [SUBPROTOCOL.to_owned(), format!("token.{token}")];
        let protocols: js_sys::Array = ours.into_iter().map(JsValue::from).collect();
        let socket = WebSocket::new_with_str_sequence(&url, &protocols)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let heard_any = Rc::new(Cell::new(false));
        let hears = Closure::<dyn FnMut(MessageEvent)>::new({
            let (line, heard_any) = (Rc::clone(self), Rc::clone(&heard_any));
            move |event: MessageEvent| {
                heard_any.set(true);
                line.hear(&event);
            }
        });
        socket.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        let closed = Promise::new(&mut |resolve, _| socket.set_onclose(Some(&resolve)));
        *self.socket.borrow_mut() = Some(socket.clone());
        let event = JsFuture::from(closed).await;
        socket.set_onmessage(None);
        *self.socket.borrow_mut() = None;
        self.pulse.set(None);
        if !heard_any.get() {
            // A browser does not say why a socket did not open.
            return self.look(token).await;
        }
        let said = event?.dyn_into::<CloseEvent>().map(|event| event.reason()).unwrap_or_default();
        let why = if said.is_empty() { "the host closed it".to_owned() } else { said };
        Ok(End::Lost(why))
    }

    fn hear(&self, event: &MessageEvent) {
        if dom::broken() {
            return;
        }
        let data = event.data();
        let message = match (data.as_string(), data.dyn_ref::<ArrayBuffer>()) {
            (Some(text), _) => Message::Text(text),
            (None, Some(bytes)) => Message::Binary(Uint8Array::new(bytes).to_vec()),
            (None, None) => return,
        };
        self.pulse.set(Some(Pulse::new(dom::clock_ms())));
        self.tell(|talk| talk.hear(&message));
        let talk = self.talk.borrow();
        match (talk.foreign(), talk.open()) {
            (true, _) => self.door.stop(
                "This page and its host are of different versions. Loading it anew brings the host's.",
            ),
            (false, true) => {
                self.door.go_on();
                dom::set_title(&format!("{} · Benchvise", talk.host()));
            }
            (false, false) => {}
        }
    }

    /// Why a socket did not open: the same token, on a way that has answers.
    async fn look(&self, token: &str) -> Result<End, JsValue> {
        let headers = Headers::new()?;
        headers.set("authorization", &format!("Bearer {token}"))?;
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_headers(&headers);
        let hello = serde_json::to_string(&Command::Hello).unwrap_or_default();
        request.set_body(&hello.into());
        let asked = dom::window()?.fetch_with_str_and_init("/api/command", &request);
        let Ok(response) = JsFuture::from(asked).await else {
            return Ok(End::Unreachable(unreachable("no answer")));
        };
        let response: Response = response.dyn_into()?;
        if response.status() == 401 {
            return Ok(End::Refused);
        }
        let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        Ok(End::Unreachable(match response.ok() {
            true => Failure::new(Code::Busy, "the host answers, and opens no socket").with_hint(
                "close other windows of it; what stands between must let sockets through",
            ),
            false => serde_json::from_str(&text)
                .unwrap_or_else(|_| unreachable(&format!("it answers {}", response.status()))),
        }))
    }

    /// Feels the pulse of whatever socket is open.
    async fn feel(self: Rc<Self>) {
        loop {
            dom::sleep(FEEL_MS).await;
            if dom::broken() {
                return;
            }
            let Some(mut pulse) = self.pulse.get() else { continue };
            let beat = pulse.beat(dom::clock_ms());
            self.pulse.set(Some(pulse));
            match beat {
                Beat::Well => {}
                Beat::Ask => {
                    let ask = Ask { request: SIGN_OF_LIFE, command: Command::Hello };
                    if let Ok(text) = ask.to_text() {
                        self.put(&text);
                    }
                }
                Beat::Gone => {
                    self.pulse.set(None);
                    if let Some(socket) = &*self.socket.borrow() {
                        drop(socket.close());
                    }
                }
            }
        }
    }
}

fn unreachable(why: &str) -> Failure {
    Failure::new(Code::Internal, format!("the host cannot be reached ({why})"))
        .with_hint("start `benchvise serve` there; it is tried again")
}

fn wrong_token() -> Failure {
    Failure::new(Code::BadRequest, "the host does not know this token")
        .with_hint("`benchvise serve` shows the address with the right one")
}
