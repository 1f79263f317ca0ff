//! Reports that would be too long for GitHub.

use super::sample::{rich, threshold};
use super::*;
use crate::judge::Assessment;
use crate::plan::{Operator, Quantity, Verdict};

fn many(number: usize, verdict: Verdict, text: usize) -> Assessment {
    let mut all = rich();
    let limit = (Operator::LessEqual, 0.0);
    all.items.extend((0..number).map(|n| {
        let mut item = threshold(&format!("added_{n}"), verdict, 1.0, limit, Quantity::Count);
        item.reasons = vec!["é|".repeat(text / 2)];
        item
    }));
    all
}

const COMMENT: usize = 65_536;

#[test]
fn details_go_first_and_what_decided_last() {
    let small = made("comment", &rich());
    assert!(!small.contains("Left out"));
    let rows = |text: &str, what: &str| {
        text.lines()
            .filter(|l| l.starts_with('|') && l.contains(what))
            .count()
    };
    let passing = made("comment", &many(400, Verdict::Pass, 300));
    assert!(passing.len() <= COMMENT);
    assert!(passing.contains("Left out to fit: the details of conditions that passed."));
    assert_eq!(rows(&passing, "added"), 400);
    let more = made("comment", &many(2000, Verdict::Pass, 300));
    assert!(
        more.len() <= COMMENT && more.contains("2001 more conditions of this gate not shown here.")
    );
    assert_eq!((rows(&more, "added"), rows(&more, "accuracy")), (0, 1));
    assert!(more.contains("would pass at &lt;= 10%"));
    let failing = made("comment", &many(300, Verdict::Fail, 5000));
    assert!(failing.len() <= COMMENT);
    assert_eq!(rows(&failing, "added"), 300);
}

#[test]
fn too_many_that_decided_are_counted() {
    let text = made("comment", &many(5000, Verdict::Fail, 10));
    assert!(
        text.len() <= COMMENT && text.len() > COMMENT - 1000,
        "{}",
        text.len()
    );
    assert!(text.contains("Left out to fit: conditions that decided, for there are too many."));
    let shown = text
        .lines()
        .filter(|line| line.contains("fail | added"))
        .count();
    let left: usize = text
        .lines()
        .find_map(|line| line.strip_suffix(" more conditions of this gate not shown here."))
        .and_then(|n| n.parse().ok())
        .unwrap();
    // Beside them: three that failed in the sample itself, one of them a gate; five that did not.
    assert_eq!(shown + left + 4, 5009);
}

#[test]
fn a_report_fits_any_room_or_is_not_there() {
    let document = document(&many(200, Verdict::Fail, 100));
    for room in [
        0, 10, 100, 300, 500, 1000, 2000, 5000, 20_000, 100_000, SUMMARY,
    ] {
        let text = markdown(&document, room);
        assert!(text.len() <= room);
        assert!(
            text.is_empty() || text.starts_with("### Gate Release 2.0: ❌ fail\n"),
            "{room}"
        );
        assert!(room < 1000 || !text.is_empty(), "{room}");
        let decided = text.lines().filter(|line| line.starts_with("| ❌")).count();
        assert!(room < 2000 || decided > 3, "{room}");
    }
}

#[test]
fn annotations_keep_ten_and_count_the_rest() {
    let text = made("annotations", &many(30, Verdict::Fail, 9));
    let errors: Vec<_> = text.lines().filter(|l| l.starts_with("::error")).collect();
    assert_eq!(errors.len(), 10);
    // Three of the sample, its missing report, the score of the gate under it.
    assert!(
        errors[9].ends_with("%0A(and 25 more, which the report lists)"),
        "{}",
        errors[9]
    );
    assert!(errors[..9].iter().all(|l| !l.contains("more, which")));
}

#[test]
fn many_groups_are_drawn_as_far_as_there_is_room() {
    let mut all = rich();
    for item in all.items.iter_mut().filter(|item| item.id == "f1") {
        let value = |n: i32| f64::from(n) / 1000.0;
        item.numbers.groups = (0..900)
            .map(|n| {
                (
                    format!("g{n}"),
                    super::sample::measure(value(n), Quantity::Ratio),
                )
            })
            .collect();
    }
    let page = made("html", &all);
    assert!(page.contains("and 876 more, all nearer to good"));
}
