//! The window, driven as a person drives it: by names, keys and clicks.
//!
//! Two gates stand open in every test: a control without an accessible name and
//! a character that no font can draw both end it.

use egui_kittest::{Harness, kittest::Queryable};
use etalon_gui::{
    fonts,
    intent::Intent,
    rehearsal,
    state::{Bilingual, LaboratoryState, Outcome, RunLine},
    theme,
    window::Window,
    words::Language,
};

/// A window and what was wished in it.
struct Driven {
    window: Window,
    wishes: Vec<Intent>,
}

fn driven(window: Window) -> Harness<'static, Driven> {
    Harness::builder()
        .with_size([1280.0, 860.0])
        .with_theme(egui::Theme::Light)
        .with_context_setup(|ctx| {
            fonts::install(ctx);
            theme::settle(ctx);
        })
        .build_ui_state(
            |ui, driven: &mut Driven| {
                let wishes = driven.window.show(ui);
                driven.wishes.extend(wishes);
            },
            Driven { window, wishes: Vec::new() },
        )
}

fn laboratory() -> LaboratoryState {
    LaboratoryState {
        folder: "etalon-demo".to_owned(),
        name: Bilingual {
            en: "Demonstration laboratory".to_owned(), zh: "演示实验室".to_owned()
        },
        runs: vec![RunLine {
            run: "20261123-1".to_owned(),
            began: "2026-11-23T08:15:02Z".to_owned(),
            is_simulated_time: false,
            procedure: "cn.jjg596.direct.basic-error".to_owned(),
            end: Some(Outcome::Done),
        }],
        is_demonstration: true,
    }
}

fn showing_a_live_run(language: Language) -> Window {
    Window {
        laboratory: Some(laboratory()),
        run: Some(rehearsal::begun()),
        running: Some("20261123-1".to_owned()),
        language,
        ..Window::default()
    }
}

fn showing_a_finished_run(language: Language) -> Window {
    Window {
        laboratory: Some(laboratory()),
        run: Some(rehearsal::finished()),
        language,
        ..Window::default()
    }
}

#[test]
fn a_typed_folder_is_opened_by_enter_and_by_the_button() {
    let mut harness = driven(Window::default());
    harness.run();
    harness.get_by_label("Folder of the laboratory").focus();
    harness.run();
    harness.get_by_label("Folder of the laboratory").type_text("etalon-demo");
    harness.run();
    harness.key_press(egui::Key::Enter);
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Open("etalon-demo".to_owned())]);
    harness.get_by_label("Open").click();
    harness.run();
    assert_eq!(harness.state().wishes.len(), 2);
}

#[test]
fn nothing_is_opened_without_a_folder() {
    let mut harness = driven(Window::default());
    harness.run();
    harness.get_by_label("Open").click();
    harness.run();
    assert!(harness.state().wishes.is_empty(), "{:?}", harness.state().wishes);
}

#[test]
fn the_button_and_the_escape_key_stop_what_runs() {
    let mut harness = driven(showing_a_live_run(Language::English));
    harness.run();
    harness.get_by_label("STOP (Esc)").click();
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Stop]);
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Stop, Intent::Stop]);
}

#[test]
fn the_button_that_stops_is_there_on_every_screen() {
    for window in [
        Window::default(),
        Window { laboratory: Some(laboratory()), ..Window::default() },
        showing_a_live_run(Language::English),
        showing_a_finished_run(Language::English),
    ] {
        let mut harness = driven(window);
        harness.run();
        harness.get_by_label("STOP (Esc)");
    }
}

#[test]
fn where_nothing_runs_nothing_can_be_stopped_and_a_run_can_be_started() {
    let mut harness = driven(showing_a_finished_run(Language::English));
    harness.run();
    harness.key_press(egui::Key::Escape);
    harness.get_by_label("STOP (Esc)").click();
    harness.run();
    assert!(harness.state().wishes.is_empty());
    harness.get_by_label("Start demonstration run").click();
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Demonstrate]);
}

#[test]
fn while_one_run_goes_on_no_other_can_be_started() {
    let mut harness = driven(showing_a_live_run(Language::English));
    harness.run();
    harness.get_by_label("Start demonstration run").click();
    harness.run();
    assert!(harness.state().wishes.is_empty(), "{:?}", harness.state().wishes);
}

#[test]
fn a_run_that_goes_on_is_never_out_of_sight() {
    let window = Window {
        running: Some("20261123-2".to_owned()),
        ..showing_a_finished_run(Language::English)
    };
    let mut harness = driven(window);
    harness.run();
    harness.get_by_label("⚠ 20261123-2 · running").click();
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Show("20261123-2".to_owned())]);
}

#[test]
fn a_run_of_another_process_can_be_watched_and_not_stopped() {
    let mut window = showing_a_live_run(Language::English);
    window.running = None;
    window.run.as_mut().expect("a run").is_elsewhere = true;
    let mut harness = driven(window);
    harness.run();
    harness.get_by_label("STOP (Esc)").click();
    harness.key_press(egui::Key::Escape);
    harness.run();
    assert!(harness.state().wishes.is_empty(), "{:?}", harness.state().wishes);
}

#[test]
fn a_run_of_the_list_is_shown_when_it_is_chosen() {
    let mut harness = driven(showing_a_finished_run(Language::English));
    harness.run();
    harness.get_by_label_contains("2026-11-23 08:15:02 UTC").click();
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Show("20261123-1".to_owned())]);
}

#[test]
fn a_verdict_has_a_word_and_a_glyph_beside_its_colour() {
    let mut harness = driven(showing_a_finished_run(Language::English));
    harness.run();
    assert!(harness.get_all_by_label_contains("✔ pass").count() >= 4);
    assert!(harness.get_all_by_label_contains("✖ fail").count() >= 2);
    harness.get_by_label_contains("Position 5 outside the picture: -24.93 %");
    harness.get_by_label_contains("SPECIMEN");
    harness.get_by_label_contains("Safe state confirmed");
}

#[test]
fn a_row_of_results_can_be_listened_to() {
    let mut harness = driven(showing_a_finished_run(Language::English));
    harness.run();
    harness.get_by_label_contains("Imax, 1.0: Position 1 +0.32 ✔ pass; Position 2 -0.16");
}

#[test]
fn a_live_output_is_announced() {
    let mut harness = driven(showing_a_live_run(Language::English));
    harness.run();
    harness.get_by_label_contains("OUTPUT ON");
}

/// With the gate for missing characters open, this draws every Chinese word of
/// these screens; it needs a Chinese font in the system, which `./test` installs.
#[test]
fn every_screen_speaks_chinese_and_back() {
    for window in [
        Window { language: Language::Chinese, ..Window::default() },
        showing_a_live_run(Language::Chinese),
        showing_a_finished_run(Language::Chinese),
    ] {
        let mut harness = driven(window);
        harness.run();
        harness.get_by_label("停止 (Esc)");
        harness.get_by_label("English").click();
        harness.run();
        assert_eq!(harness.state().wishes, [Intent::Speak(Language::English)]);
    }
}

#[test]
fn a_window_without_the_focus_promises_no_key() {
    let mut harness = driven(showing_a_live_run(Language::English));
    harness.run();
    harness.get_by_label("STOP (Esc)");
    harness.input_mut().focused = false;
    harness.run();
    harness.get_by_label("STOP").click();
    harness.run();
    assert_eq!(harness.state().wishes, [Intent::Stop]);
}
