//! Texts from evidence do nothing in any form.

use super::sample::{HOSTILE, hostile};
use super::*;

#[test]
fn no_form_passes_on_what_steers_a_terminal() {
    for form in FORMS.iter().filter(|form| form.name != "json") {
        let text = made(form.name, &hostile());
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(bad), "{}", form.name);
    }
    let json = made("json", &hostile());
    assert!(!json.contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn no_line_is_taken_for_a_command() {
    for form in FORMS.iter().filter(|form| form.name != "annotations") {
        let text = made(form.name, &hostile());
        for line in text.lines() {
            assert!(
                !line.trim_start().starts_with("::"),
                "{}: {line}",
                form.name
            );
            // JSON keeps texts as they are; who prints it on a runner prints one long line a text.
            let old = line.contains("##[") && form.name != "json";
            assert!(!old, "{}: {line}", form.name);
        }
    }
    let text = made("annotations", &hostile());
    for line in text.lines() {
        assert!(
            line.starts_with("::error ") || line.starts_with("::warning "),
            "{line}"
        );
        // A message ends with its line, and nothing before it ends the properties.
        let properties = line.split("::").nth(1).unwrap_or_default();
        assert!(
            properties.ends_with("fail")
                || properties.ends_with("undecided")
                || properties.ends_with("warn"),
            "{line}"
        );
    }
}

#[test]
fn markup_is_escaped() {
    let page = made("html", &hostile());
    assert!(!page.contains("<script") && page.contains("{{ 7 * 7 }}"));
    assert!(page.contains("&lt;script&gt;"));
    let badge = made("badge", &hostile());
    assert!(!badge.contains("<script"));
    for name in ["markdown", "comment"] {
        let text = made(name, &hostile());
        let body = text.trim_start_matches(|c| c != '\n');
        let tags = body.replace("<br>", "");
        assert!(
            !tags.contains('<') && !tags.contains("://") && !tags.contains('@'),
            "{text}"
        );
        assert!(!tags.contains("www.e") && !tags.contains('$'), "{text}");
        let rows: Vec<_> = text.lines().filter(|line| line.starts_with('|')).collect();
        for row in rows {
            let cells = row.replace("\\|", "").matches('|').count();
            assert!(cells == 6 || cells == 7, "{row}");
        }
    }
}

#[test]
fn xml_is_well_formed() {
    for name in ["junit", "badge"] {
        let text = made(name, &hostile());
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                    for attribute in tag.attributes() {
                        attribute.unwrap();
                    }
                }
                _ => {}
            }
        }
        assert!(!text.contains('\u{ffff}'));
    }
    assert!(HOSTILE.contains('\u{ffff}'));
}

#[test]
fn the_hidden_mark_ends_where_it_should() {
    let text = made("comment", &hostile());
    let mark = text.lines().next().unwrap();
    assert!(
        mark.starts_with("<!-- gatec: ") && mark.ends_with(" -->"),
        "{mark}"
    );
    assert_eq!(
        (mark.matches("-->").count(), mark.matches("--").count()),
        (1, 2)
    );
}
