//! The window: what comes in goes to the model and the rooms, the open room draws, and what was
//! asked for is carried out.

use std::collections::BTreeSet;

use egui::{CentralPanel, Context, Frame, Ui};
use protocol::{Command, DocumentSource, Event};

use crate::action::{self, Action};
use crate::asks::{Ask, Asks, Go, Place};
use crate::link::{Incoming, Link, RequestId};
use crate::model::{Connection, Model};
use crate::naming::Naming;
use crate::palette::CommandPalette;
use crate::panel::Scene;
use crate::panels::{PLACES, Panels};
use crate::rail::{self, Busy};
use crate::shell::{Shell, Surroundings, Told};
use crate::theme::{self, Palette};
use crate::toast::{Toast, Toasts};
use crate::{aloud, connection, kit, prefs};

/// How often what the rooms want remembered is written down, in seconds of the window's clock.
const REMEMBER_EVERY_S: f64 = 5.0;
/// A room is never narrower than so many points: large text in a small window moves it sideways.
const LEAST_ROOM: f32 = 640.0;
/// Incoming things taken in one frame at most, so that a flood cannot hold the window up.
const TAKEN_A_FRAME: usize = 2000;

/// The window.
pub struct Desk {
    link: Box<dyn Link>,
    shell: Box<dyn Shell>,
    surroundings: Surroundings,
    model: Model,
    panels: Panels,
    place: Place,
    asks: Asks,
    toasts: Toasts,
    palette: CommandPalette,
    remembered_s: f64,
    dressed: Option<prefs::Looks>,
    worn: Option<egui::Theme>,
    /// What the window itself has sent and no room waits for: a way back, a change of looks.
    own: BTreeSet<RequestId>,
}

impl Desk {
    /// A window over a link and a shell. Gives the context its fonts and styles.
    pub fn new(ctx: &Context, link: Box<dyn Link>, shell: Box<dyn Shell>) -> Desk {
        theme::dress(ctx);
        let mut panels = Panels::default();
        for (place, name) in PLACES {
            if let Some(memory) = shell.remembered(name) {
                panels.at(place).recall(&memory);
            }
        }
        let place = shell.remembered("place");
        let known = place.and_then(|name| PLACES.iter().find(|(_, of)| *of == name).copied());
        Desk {
            surroundings: shell.surroundings(),
            link,
            shell,
            model: Model::default(),
            panels,
            place: known.map_or(Place::Bench, |(place, _)| place),
            asks: Asks::default(),
            toasts: Toasts::default(),
            palette: CommandPalette::default(),
            remembered_s: 0.0,
            dressed: None,
            worn: None,
            own: BTreeSet::new(),
        }
    }

    /// What is known of the engine.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The room that is open.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The messages that are up.
    pub fn toasts(&self) -> impl Iterator<Item = &Toast> {
        self.toasts.shown()
    }

    /// What there is to say, and to do, where the picture cannot be seen.
    pub fn aloud(&self) -> aloud::Aloud {
        aloud::aloud(self, self.panels.look(self.place))
    }

    /// Does what was pressed outside the picture.
    pub fn press(&mut self, press: &aloud::Press) {
        match press {
            aloud::Press::Do(action) => self.act(*action),
            aloud::Press::Cancel(job) => self.send(Command::Cancel { job: *job }),
            aloud::Press::Set { key, value } => {
                self.send(Command::ChangeSetting { key: key.clone(), value: Some(value.clone()) })
            }
            aloud::Press::Write { place, field, value } => {
                self.with(*place, |panel, scene| panel.write(field, value, scene));
            }
        }
    }

    /// Goes to a room, as a face outside the window may want it to.
    pub fn go(&mut self, go: Go) {
        self.asks.go(go);
    }

    /// Wears these colours whatever the settings say: for a picture.
    pub fn wear(&mut self, theme: egui::Theme) {
        self.worn = Some(theme);
        self.dressed = None;
    }

    /// Takes in what came. Call once a frame, before [`Desk::ui`]; also while the window is hidden.
    pub fn logic(&mut self, ctx: &Context) {
        for _ in 0..TAKEN_A_FRAME {
            let Some(mut incoming) = self.link.poll() else { break };
            if matches!(incoming, Incoming::Connected) {
                self.model.whose = self.link.whose();
            }
            Naming::of(&self.model.whose, &self.model.ports).name(&mut incoming);
            self.hear(&incoming);
        }
        while let Some(told) = self.shell.poll() {
            match told {
                Told::Dropped(files) => self.dropped(&files),
                Told::Room(place) => self.asks.go(Go::To(place)),
                Told::Failed(failure) => self.toasts.push(Toast::failure(&failure)),
                told => {
                    for (place, _) in PLACES {
                        self.with(place, |panel, scene| panel.told(&told, scene));
                    }
                }
            }
        }
        let looks = prefs::Looks::of(&self.model);
        if self.model.connection == Connection::Live && self.dressed != Some(looks) {
            looks.apply(ctx);
            if let Some(theme) = self.worn {
                ctx.set_theme(theme);
            }
            self.dressed = Some(looks);
        }
        self.carry_out(ctx);
        let now_s = ctx.input(|input| input.time);
        if now_s - self.remembered_s > REMEMBER_EVERY_S {
            self.remembered_s = now_s;
            self.remember();
        }
    }

    /// Writes down what the rooms want remembered. Also to be called before the window closes.
    pub fn remember(&mut self) {
        for (place, name) in PLACES {
            if let Some(memory) = self.panels.look(place).memory()
                && self.shell.remembered(name).as_ref() != Some(&memory)
            {
                self.shell.remember(name, memory);
            }
        }
        let here = PLACES.iter().find(|(place, _)| *place == self.place);
        if let Some((_, name)) = here
            && self.shell.remembered("place").as_deref() != Some(*name)
        {
            self.shell.remember("place", (*name).to_owned());
        }
    }

    /// Draws the window.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.drops(ui);
        // Before the room, which must not hear what is typed into the palette.
        if let Some(action) = self.palette.ui(ui) {
            self.act(action);
        }
        if self.palette.is_open() {
            ui.input_mut(|input| {
                use egui::Event::{Copy, Cut, Key, Paste, Text};
                let typed = |event: &egui::Event| {
                    matches!(event, Key { .. } | Text(_) | Copy | Cut | Paste(_))
                };
                input.events.retain(|event| !typed(event));
            });
        }
        if !self.palette.is_open()
            && let Some(action) = action::pressed(ui.ctx(), self.place)
        {
            self.act(action);
        }
        let busy = Busy { runs: self.model.going.len(), jobs: self.model.jobs.going.len() };
        if let Some(place) = rail::rail(ui, self.place, busy) {
            self.asks.go(Go::To(place));
        }
        let palette = Palette::here(ui);
        let frame = Frame::new().fill(palette.page);
        CentralPanel::default().frame(frame).show(ui, |ui| {
            connection::banner(ui, &self.model.connection, &self.model.whose);
            let place = self.place;
            ui.push_id(place, |ui| {
                kit::at_least(ui, LEAST_ROOM, |ui| {
                    self.with(place, |panel, scene| panel.ui(ui, scene));
                });
            });
        });
        let sent = self.toasts.ui(ui, &mut self.asks);
        self.own.extend(sent);
        self.carry_out(ui.ctx());
    }

    fn hear(&mut self, incoming: &Incoming) {
        self.model.hear(incoming, self.shell.now_ms(), &mut self.asks);
        match incoming {
            Incoming::Event(event) => match &**event {
                Event::Notice { severity, text, hint } => {
                    self.toasts.push(Toast::notice(*severity, text, hint.as_deref()));
                }
                Event::RunFinished { failure: Some(failure), .. } => {
                    self.toasts.push(Toast::failure(failure));
                }
                _ => {}
            },
            Incoming::Reply { request, reply } => {
                if self.own.remove(request)
                    && let Err(failure) = &**reply
                {
                    self.toasts.push(Toast::failure(failure));
                }
            }
            Incoming::Connected | Incoming::Lost { .. } => {}
        }
        for (place, _) in PLACES {
            self.with(place, |panel, scene| panel.hear(incoming, scene));
        }
    }

    fn with<R>(
        &mut self,
        place: Place,
        what: impl FnOnce(&mut dyn crate::panel::Panel, &mut Scene<'_>) -> R,
    ) -> R {
        let mut scene = Scene {
            model: &self.model,
            asks: &mut self.asks,
            surroundings: &self.surroundings,
            now_ms: self.shell.now_ms(),
            still: self.dressed.is_some_and(prefs::Looks::still),
        };
        what(self.panels.at(place), &mut scene)
    }

    /// Carries out what was asked for, and what that asks for in turn.
    fn carry_out(&mut self, ctx: &Context) {
        for ask in self.asks.take() {
            match ask {
                Ask::Send(request, command) => self.link.send(request, *command),
                Ask::Go(go) => self.enter(&go, ctx),
                Ask::Toast(toast) => self.toasts.push(*toast),
                Ask::Dialog(dialog, what) => self.shell.open(dialog, what),
                Ask::Write(path, text) => self.shell.write(path, text),
                Ask::Copy(text) => ctx.copy_text(text),
                Ask::Remember(name, text) => self.shell.remember(&name, text),
                Ask::Palette => self.palette.open(),
            }
        }
        if !self.asks.is_empty() {
            ctx.request_repaint();
        }
    }

    fn enter(&mut self, go: &Go, ctx: &Context) {
        let place = match go {
            Go::To(place) => *place,
            Go::Watch(_) => Place::Live,
            Go::Show(_) => Place::Runs,
            Go::Compare { .. } => Place::Compare,
            Go::Compress(_) => Place::Compress,
            Go::Fit(_) => Place::Fit,
        };
        self.palette.close();
        if place != self.place {
            let left = self.place;
            self.with(left, |panel, scene| panel.leave(scene));
            self.place = place;
        }
        self.with(place, |panel, scene| panel.enter(go, scene));
        ctx.request_repaint();
    }

    /// Does an action: the window's own, else the open room's, else its room's.
    fn act(&mut self, action: Action) {
        let set = |key: &str, value: &str| Command::ChangeSetting {
            key: key.into(),
            value: Some(value.into()),
        };
        match action {
            Action::Go(place) => self.asks.go(Go::To(place)),
            Action::Palette => self.palette.open(),
            Action::Light => self.send(set("theme", "light")),
            Action::Dark => self.send(set("theme", "dark")),
            Action::System => self.send(set("theme", "system")),
            Action::TextLarger | Action::TextSmaller | Action::TextNormal => {
                let size = prefs::Looks::of(&self.model).stepped(action);
                self.send(set("text_size", &size));
            }
            other => self.act_in_a_room(other),
        }
    }

    /// Sends a command that no room waits for; what does not work is shown.
    fn send(&mut self, command: Command) {
        let request = self.asks.send(command);
        self.own.insert(request);
    }

    fn act_in_a_room(&mut self, action: Action) {
        let here = self.place;
        if self.with(here, |panel, scene| panel.act(action, scene)) {
            return;
        }
        // Searching is about what is seen.
        if action == Action::Search {
            return;
        }
        let home = action::spec(action).and_then(|spec| spec.place);
        let others = PLACES.iter().map(|(place, _)| *place).filter(|place| *place != here);
        for place in home.into_iter().chain(others) {
            if self.with(place, |panel, scene| panel.act(action, scene)) {
                // An action that leads somewhere itself is not led back.
                if home == Some(place) && !self.asks.goes() {
                    self.asks.go(Go::To(place));
                }
                return;
            }
        }
    }

    /// Files that were dropped go to the open room, else to Compress.
    fn drops(&mut self, ui: &Ui) {
        let dropped = ui.input(|input| input.raw.dropped_files.clone());
        if dropped.is_empty() {
            return;
        }
        if let Some(files) = self.shell.dropped(&dropped) {
            self.dropped(&files);
        }
    }

    fn dropped(&mut self, files: &[DocumentSource]) {
        // A model, which no other room would know what to do with.
        if self.with(Place::Bench, |panel, scene| panel.dropped(files, scene)) {
            self.asks.go(Go::To(Place::Bench));
            return;
        }
        let here = self.place;
        if !self.with(here, |panel, scene| panel.dropped(files, scene)) {
            self.asks.go(Go::To(Place::Compress));
            self.with(Place::Compress, |panel, scene| panel.dropped(files, scene));
        }
    }
}
