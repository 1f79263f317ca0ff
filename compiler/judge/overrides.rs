//! Overrides: a failure that someone who may answers for. What the run can't show doesn't count.

use super::Run;
use super::eval::{Facts, eval, truth};
use super::result::{Assessment, Overridden};
use super::value::Val;
use crate::evidence::quote;
use crate::plan::{Approvers, Gate, Override, Ref, Verdict};

/// What a run shows of who wants a failure let through.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Who started the run, and so gave its inputs.
    pub actor: Option<String>,
    /// Approvals: the group in whose name, and who gave it.
    pub approvals: Vec<(String, String)>,
    /// When the run was started first, in seconds since 1970 (UTC).
    pub asked: Option<f64>,
}

/// Lets a failed or undecided gate through if an override of it holds; else notes why none does.
pub fn apply(gate: &Gate, run: &Run, assessment: &mut Assessment) {
    if !matches!(assessment.verdict, Verdict::Fail | Verdict::Undecided) {
        return;
    }
    for asked in &gate.overrides {
        match holds(asked, run) {
            Ok(Some((by, reason, until))) => {
                assessment.overridden = Some(Overridden {
                    was: assessment.verdict,
                    reason,
                    by,
                    until,
                    place: asked.origin.place.clone(),
                });
                assessment.verdict = Verdict::Overridden;
                return;
            }
            Ok(None) => {}
            Err(why) => assessment.notes.push(format!(
                "the override at {} doesn't hold: {why}; the verdict stands",
                asked.origin.place
            )),
        }
    }
}

/// Who, why and until when; none if nobody asks for it, an error if it was asked for in vain.
fn holds(asked: &Override, run: &Run) -> Result<Option<(String, String, Option<f64>)>, String> {
    let facts = Facts(run);
    let told = |of: &Ref| !matches!(of, Ref::Input(name) if !run.facts.contains_key(&format!("inputs.{name}")));
    if !asked.when.iter().flat_map(|when| when.refs()).all(told) {
        // A run without this input can't ask for it.
        return Ok(None);
    }
    match asked
        .when
        .as_ref()
        .map_or(Ok(true), |when| truth(when, &facts))
    {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(lack) => {
            return Err(format!(
                "its `when` isn't known: {}",
                lack.reasons.join("; ")
            ));
        }
    }
    let reason = match asked.reason.as_ref().map(|reason| eval(reason, &facts)) {
        Some(Ok(Val::Text(text))) if !text.trim().is_empty() => text.trim().to_string(),
        Some(Err(lack)) => {
            return Err(format!(
                "its reason isn't known: {}",
                lack.reasons.join("; ")
            ));
        }
        _ => return Err("it gives no reason".to_string()),
    };
    let by = approved(&asked.by, &run.request)?;
    let until = expiry(asked.expires, run)?;
    Ok(Some((by, reason, until)))
}

fn approved(by: &Approvers, request: &Request) -> Result<String, String> {
    match by {
        Approvers::People(people) => {
            let Some(actor) = request.actor.as_deref().filter(|a| !a.is_empty()) else {
                return Err("nobody says who started the run".to_string());
            };
            // Logins differ by no case.
            match people
                .iter()
                .any(|person| person.eq_ignore_ascii_case(actor))
            {
                true => Ok(actor.to_string()),
                false => Err(format!("{} may not override it", quote(actor))),
            }
        }
        Approvers::Group(groups) => {
            let given = request.approvals.iter();
            let given = given.filter(|(group, who)| groups.contains(group) && !who.is_empty());
            let names: Vec<String> = given
                .map(|(group, who)| format!("{who} ({group})"))
                .collect();
            match names.is_empty() {
                false => Ok(names.join(", ")),
                true => Err(format!(
                    "nothing shows that one of {} approved it",
                    groups.join(", ")
                )),
            }
        }
    }
}

/// Until when it holds; an error if that is past, or can't be told.
fn expiry(expires: Option<f64>, run: &Run) -> Result<Option<f64>, String> {
    let Some(expires) = expires else {
        return Ok(None);
    };
    let (Some(asked), Some(now)) = (run.request.asked, run.now) else {
        return Err("it expires, and nobody says when it was asked for".to_string());
    };
    let until = asked + expires;
    match now <= until {
        true => Ok(Some(until)),
        false => {
            let hours = (now - until) / 3600.0;
            Err(format!("it expired {hours:.1} hours ago"))
        }
    }
}
