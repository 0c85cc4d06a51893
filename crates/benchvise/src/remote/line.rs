//! A socket to a host, kept by a thread of its own.
//!
//! Where the connection is lost it is tried again, ever more seldom up to every five seconds. What the
//! host records goes on meanwhile; a face asks for what it missed when it is back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use protocol::Command;
use protocol::socket::Message;
use shell::{Host, Socket};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message as Frame;
use ui::{Incoming, Link, Pauses, RequestId, Talk, Whose};

/// Commands that may wait to be sent.
const WAITING: usize = 256;
/// A host is heard at least this often: it asks whether the face is still there.
const SILENCE: Duration = Duration::from_secs(60);

/// The way to a host.
pub(crate) struct Remote {
    address: String,
    talk: Arc<Mutex<Talk>>,
    out: Sender<String>,
}

impl Remote {
    /// Connects, now and whenever the connection is gone; `wake` is called from another thread when
    /// something has come in. The thread ends with the link.
    pub(crate) fn connect(host: Host, wake: impl Fn() + Send + 'static) -> std::io::Result<Remote> {
        let talk = Arc::<Mutex<Talk>>::default();
        let (out, texts) = channel(WAITING);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let address = host.address();
        let line = Line { host, talk: Arc::clone(&talk), wake: Box::new(wake), texts };
        thread::Builder::new()
            .name("remote".into())
            .spawn(move || runtime.block_on(line.keep()))?;
        Ok(Remote { address, talk, out })
    }

    /// The host takes commands.
    pub(super) fn is_open(&self) -> bool {
        self.talk().open()
    }

    /// The host's own name, else its address.
    pub(super) fn host_name(&self) -> String {
        match self.talk().host() {
            "" => self.address.clone(),
            name => name.to_owned(),
        }
    }

    fn talk(&self) -> MutexGuard<'_, Talk> {
        lock(&self.talk)
    }
}

impl Link for Remote {
    fn send(&mut self, request: RequestId, command: Command) {
        let Some(text) = self.talk().ask(request, command) else { return };
        if self.out.try_send(text).is_err() {
            // Far more than a person asks for: the line stands still.
            self.talk().refuse(request);
        }
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.talk().poll()
    }

    fn whose(&self) -> Whose {
        Whose::Host(self.host_name())
    }
}

fn lock(talk: &Mutex<Talk>) -> MutexGuard<'_, Talk> {
    talk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
struct Line {
    host: Host,
    talk: Arc<Mutex<Talk>>,
    wake: Box<dyn Fn() + Send>,
    texts: Receiver<String>,
}

/// How a connection ended.
enum End {
    /// The face is gone.
    Done,
    /// The host is, and why.
    Lost(String),
}

impl Line {
    async fn keep(mut self) {
        let mut pauses = Pauses::default();
        let mut said = None;
        loop {
            match self.host.open().await {
                Ok(socket) => {
                    (pauses, said) = (Pauses::default(), None);
                    match self.speak(socket).await {
                        End::Done => return,
                        End::Lost(why) => self.tell(|talk| talk.lost(&why)),
                    }
                }
                Err(failure) => {
                    // Once for each reason, not at each try.
                    if said.as_ref() != Some(&failure.message) {
                        said = Some(failure.message.clone());
                        self.tell(|talk| talk.unreachable(failure));
                    }
                }
            }
            // What was to be sent has its answer already.
            while self.texts.try_recv().is_ok() {}
            if self.texts.is_closed() {
                return;
            }
            sleep(Duration::from_millis(pauses.next_ms().into())).await;
        }
    }

    fn tell(&self, what: impl FnOnce(&mut Talk)) {
        what(&mut lock(&self.talk));
        (self.wake)();
    }

    async fn speak(&mut self, mut socket: Socket) -> End {
        loop {
            tokio::select! {
                text = self.texts.recv() => match text {
                    None => {
                        drop(socket.close(None).await);
                        return End::Done;
                    }
                    Some(text) => if let Err(error) = socket.send(Frame::Text(text.into())).await {
                        return End::Lost(error.to_string());
                    },
                },
                frame = timeout(SILENCE, socket.next()) => {
                    let message = match frame {
                        Err(_) => return End::Lost("nothing was heard for a minute".into()),
                        Ok(None) => return End::Lost("the host closed it".into()),
                        Ok(Some(Err(error))) => return End::Lost(error.to_string()),
                        Ok(Some(Ok(Frame::Text(text)))) => Message::Text(text.to_string()),
                        Ok(Some(Ok(Frame::Binary(bytes)))) => Message::Binary(bytes.into()),
                        Ok(Some(Ok(_))) => continue,
                    };
                    self.tell(|talk| talk.hear(&message));
                }
            }
        }
    }
}
