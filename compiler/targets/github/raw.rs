//! What a program writes in GitHub's own words, merged where gatec writes nothing itself.

use super::context::Context;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::Raw;
use crate::source::Span;
use crate::targets::yaml::{Map, Yaml, from_serde};

/// Merges fragments for this target into a map. New keys are added, maps are merged; a key that
/// is already there is an error, so that nothing is overwritten in silence.
pub fn merge(cx: &Context<'_>, into: &mut Map, raws: &[Raw]) {
    for raw in raws.iter().filter(|r| r.target == "github") {
        match serde_yaml::from_str::<serde_yaml::Value>(&raw.yaml).map(from_serde) {
            Ok(Yaml::Map(map)) => add(cx, into, &map, raw.span, ""),
            Ok(Yaml::Null) => {}
            Ok(_) => bad(
                cx,
                raw.span,
                "a raw fragment must be a map of keys".to_string(),
            ),
            Err(error) => bad(cx, raw.span, format!("a raw fragment is not YAML: {error}")),
        }
    }
}

fn add(cx: &Context<'_>, into: &mut Map, from: &Map, span: Span, path: &str) {
    for (key, entry) in from.entries() {
        let full = format!("{path}{key}");
        match (into.get_mut(key), &entry.value) {
            (None, _) => {
                into.push_entry(key.to_string(), entry.clone());
            }
            (Some(Yaml::Map(own)), Yaml::Map(theirs)) => {
                add(cx, own, theirs, span, &format!("{full}."));
            }
            (Some(_), _) => bad(cx, span, format!("gatec writes `{full}` itself")),
        }
    }
}

fn bad(cx: &Context<'_>, span: Span, message: String) {
    cx.report(
        Diagnostic::new(Code::BadRaw, span, message)
            .label("of this fragment")
            .help("say it in the language where it has a word for it; `raw` only adds keys"),
    );
}
