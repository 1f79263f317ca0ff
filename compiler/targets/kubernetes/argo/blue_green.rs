//! Blue-green: a full second set, checked before it gets the traffic and watched while it has it.
//!
//! Before the switch the new version has no traffic, after it the old one has none: nothing is
//! compared with the other version. The old set is kept longer than the watch takes, so that the
//! way back is a switch, too.

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::plan::value::duration as said;
use crate::plan::{Criterion, Place, Strategy};
use crate::targets::kubernetes::objects;
use crate::targets::kubernetes::tree::map;
use crate::targets::yaml::Map;

use super::analysis::{self, Time};
use super::canary::check_prometheus;
use super::criteria::{Measure, Taken, measures};
use super::{Files, Here, NEW};

/// How long live criteria are looked at before the switch, in seconds: three scrapes.
const BEFORE: f64 = 60.0;

/// The strategy, and the objects that it needs.
pub(super) fn strategy(here: &Here, found: &mut Diagnostics) -> (Map, Files) {
    let Strategy::BlueGreen {
        warm_up,
        before,
        wait,
        watch,
        after,
        keep_old,
    } = &here.rollout.strategy
    else {
        return (Map::new(), Files::new());
    };
    if warm_up.is_some() {
        let message = "gatec can't send requests before a switch yet";
        found.push(
            Diagnostic::new(Code::NotYet, here.rollout.origin.span, message)
                .label("has a `warm_up`")
                .help("leave out `warm_up`; pods get traffic when their `ready` path answers"),
        );
    }
    check_kept(here, wait + watch, *keep_old, found);
    let name = here.identity.name.clone();
    let preview = format!("{name}-preview");
    let mut strategy = map([
        ("activeService", name.into()),
        ("previewService", preview.clone().into()),
        ("autoPromotionEnabled", true.into()),
    ]);
    let mut files = vec![(
        "service-preview.yaml",
        objects::service_as(here.identity, preview),
    )];
    let looks = [
        (
            "prePromotionAnalysis",
            "-before-switch",
            "analysis-before-switch.yaml",
            criteria(before, &[]),
            Time {
                wait: 0.0,
                length: BEFORE,
            },
        ),
        (
            "postPromotionAnalysis",
            "-after-switch",
            "analysis-after-switch.yaml",
            criteria(after, &here.rollout.criteria),
            Time {
                wait: *wait,
                length: *watch,
            },
        ),
    ];
    for (key, part, file, criteria, time) in looks {
        let taken = Taken {
            places: &[Place::Canary, Place::Verify],
            stable: false,
        };
        let asked = measures(here, criteria, &taken, found);
        check_prometheus(here, !asked.is_empty(), found);
        if asked.is_empty() {
            continue;
        }
        let asked: Vec<&Measure> = asked.iter().collect();
        let template = here.analysis_name(part);
        strategy.push(
            key,
            analysis::used(std::slice::from_ref(&template), &[&NEW]),
        );
        files.push((
            file,
            analysis::template(here, template, &asked, &time, &[&NEW]),
        ));
    }
    strategy.push_commented(
        "scaleDownDelaySeconds",
        keep_old.round() as i64,
        "So long the old set can be switched back to.",
    );
    (map([("blueGreen", strategy.into())]), files)
}

fn criteria<'a>(own: &'a [Criterion], all_the_while: &'a [Criterion]) -> Vec<&'a Criterion> {
    own.iter().chain(all_the_while).collect()
}

/// The controller ends the watch when it takes the old set away.
fn check_kept(here: &Here, watched: f64, kept: f64, found: &mut Diagnostics) {
    if kept > watched {
        return;
    }
    let message = format!(
        "the old set of `{}` is kept for {}, and the watch ends after {}",
        here.rollout.id,
        said(kept),
        said(watched)
    );
    found.push(
        Diagnostic::new(Code::OutOfRange, here.rollout.origin.span, message)
            .label("nothing would be left to switch back to")
            .help("make `keep_old` longer than `wait` and `watch` together"),
    );
}
