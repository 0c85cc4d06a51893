//! Pictures of Live in its states, for people to look at.

use super::*;

/// A long run in columns of pixels, with a stretch that was lost and a board's own signal.
fn dense(view: ViewId, seq: u64, spec: &ViewSpec) -> ViewFrame {
    let mut frame = sample::frame(view, seq, spec);
    let wide = spec.width_px as usize;
    let mut own = frame.signals[0].clone();
    own.name = "die_temperature".into();
    own.unit = "°C".into();
    if spec.signals.is_empty() {
        frame.signals.push(own);
    }
    for (nth, signal) in frame.signals.iter_mut().enumerate() {
        if signal.absent.is_some() {
            continue;
        }
        let base = if signal.unit == "B" { 2.0e6 * nth as f32 } else { 4.0 + nth as f32 };
        let columns = (0..wide).map(|at| {
            let wave = (at as f32 * 0.02 + nth as f32).sin() * base * 0.06;
            let noise = base * 0.03 * ((at * 7919 % 101) as f32 / 101.0);
            let spike = if at == wide / 3 { base * 1.4 } else { 0.0 };
            let lost = at > wide * 3 / 5 && at < wide * 3 / 5 + wide / 40;
            let mean = base + wave;
            TraceColumn {
                min: mean - noise,
                max: mean + noise + spike,
                mean,
                samples: if lost { 0 } else { 80 },
                missing: if lost { 80 } else { 0 },
            }
        });
        signal.trace = Trace::Columns(columns.collect());
        signal.extent = Some([base * 0.8, base * 2.6]);
    }
    frame.tokens.clear();
    frame.note = Some("The board's clock ran 40 ppm fast; times are as the board says".into());
    frame
}

#[test]
fn pictures_of_live() {
    for (name, size, theme) in [
        ("light", Vec2::new(1280.0, 800.0), "light"),
        ("dark", Vec2::new(1280.0, 800.0), "dark"),
        ("small", Vec2::new(1024.0, 700.0), "light"),
        ("large", Vec2::new(1920.0, 1080.0), "dark"),
    ] {
        let mut rig = watching(size, theme, |_| {});
        rig.picture(&format!("live-going-{name}"));
        let mut rig = watching(size, theme, |wire| wire.frames = Some(dense));
        for across in [0.3, 0.55] {
            let at = place(&rig, across, 0.5);
            click(&mut rig, at);
        }
        let at = place(&rig, 0.7, 0.3);
        point(&mut rig, at);
        rig.picture(&format!("live-dense-{name}"));
        watching(size, theme, |wire| wire.frames = Some(metered))
            .picture(&format!("live-metered-{name}"));
    }
    let mut rig = finished();
    for _ in 0..3 {
        rig.harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowUp);
        rig.run();
    }
    let at = place(&rig, 0.4, 0.2);
    point(&mut rig, at);
    rig.picture("live-close");
    let mut rig = watching(Vec2::new(760.0, 900.0), "light", |_| {});
    rig.picture("live-narrow");
    let mut rig = watching(Vec2::new(1024.0, 700.0), "dark", |_| {});
    rig.harness.key_press(Key::Space);
    rig.run();
    rig.picture("live-paused");
    let mut rig = watching(Vec2::new(1280.0, 800.0), "light", |_| {});
    go(&mut rig, Go::Watch("01k9run4".into()));
    rig.harness.get_by_role(Role::ComboBox).click();
    rig.run();
    rig.picture("live-chooser");
    let failure = Failure::new(Code::NotFound, "there is no run 01k9live in the store");
    let mut rig = watching(Vec2::new(1280.0, 800.0), "dark", |wire| {
        wire.instead.insert("OpenView", Err(failure.with_hint("it was deleted; choose another")));
    });
    rig.picture("live-refused");
}

#[test]
fn many_repetitions_have_room() {
    let mut rig = Rig::with(Vec2::new(1280.0, 800.0), "light", |_, _| {});
    let run = GoingRun { repetitions: 90_001, repetitions_done: 1_615, ..going() };
    rig.event(Event::RunStarted(Box::new(run)));
    go(&mut rig, Go::Watch(RUN.into()));
    assert!(rig.tells("1616 of 90001"));
    rig.picture("live-many-repetitions");
}
