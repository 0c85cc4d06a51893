//! Pictures of the room in its states, for people to look at.

use super::*;

#[test]
fn pictures_of_compress() {
    let (wide, small) = (Vec2::new(1280.0, 800.0), Vec2::new(1024.0, 700.0));
    full(wide, "light").picture("compress-full-light");
    full(wide, "dark").picture("compress-full-dark");
    full(small, "light").picture("compress-full-small");
    full(Vec2::new(1920.0, 1080.0), "dark").picture("compress-full-large");
    full(Vec2::new(700.0, 900.0), "light").picture("compress-full-narrow");
    for (size, theme, name) in [
        (wide, "light", "compress-fidelity-light"),
        (wide, "dark", "compress-fidelity-dark"),
        (Vec2::new(760.0, 900.0), "light", "compress-fidelity-narrow"),
    ] {
        curve::with_curve(size, theme).picture(name);
    }
    for (theme, name) in [("light", "compress-folder-light"), ("dark", "compress-folder-dark")] {
        let mut rig = folder::on_its_way(wide, theme);
        rig.picture(name);
        let outcome = JobOutcome::Folder(Box::new(sample::folder()));
        rig.event(Event::JobFinished { job: JobId(6), outcome });
        rig.picture(&format!("{name}-done"));
    }
    for (size, theme, name) in [
        (wide, "light", "compress-as-one-light"),
        (wide, "dark", "compress-as-one-dark"),
        (small, "light", "compress-as-one-small"),
        (Vec2::new(1920.0, 1080.0), "dark", "compress-as-one-large"),
        (Vec2::new(700.0, 900.0), "light", "compress-as-one-narrow"),
    ] {
        let mut rig = as_one::all_as_one(size, theme);
        rig.picture(name);
        as_one::open_a_source(&mut rig);
        rig.picture(&format!("{name}-source"));
    }
    let mut opened = full(wide, "dark");
    press_a_gap(&mut opened);
    opened.picture("compress-gap-opened-dark");
    opened.click("Save…");
    opened.picture("compress-save-menu");
    let mut rig = rig();
    rig.harness.input_mut().hovered_files =
        vec![egui::HoveredFile { path: Some(NOTES.into()), ..Default::default() }];
    rig.harness.step();
    rig.picture("compress-hovering");
    let mut rig = full(wide, "light");
    press_a_gap(&mut rig);
    rig.picture("compress-gap-opened");
    for (theme, name) in [("light", "compress-many-light"), ("dark", "compress-many-dark")] {
        let mut rig = rig_with(wide, theme);
        drop_files(&mut rig, &["/docs"]);
        finish(&mut rig, many());
        rig.picture(name);
    }
    let mut rig = rig_with(wide, "light");
    drop_files(&mut rig, &["/docs"]);
    going_on(&mut rig);
    rig.picture("compress-going-on");
    let mut rig = rig_with(wide, "dark");
    drop_files(&mut rig, &[NOTES]);
    let refused = "a budget of 2 tokens cannot hold one whole unit of this text and only 2 words \
                   of it are left, ask for more";
    let document = CompressedDocument { refused: Some(refused.into()), ..sample::compressed() };
    finish(&mut rig, vec![Ok(document)]);
    rig.picture("compress-refused");
}
