//! What an action says of itself: the text of its `action.yml` in, a pin out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Value;

use super::{Action, Input};

/// The keys of `action.yml` that matter to who uses it.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax>
#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    inputs: indexmap::IndexMap<String, Option<Described>>,
    #[serde(default)]
    outputs: indexmap::IndexMap<String, Value>,
    runs: Runs,
}

#[derive(Default, Deserialize)]
struct Described {
    required: Option<Value>,
    default: Option<Value>,
    #[serde(rename = "deprecationMessage")]
    deprecated: Option<Value>,
}

#[derive(Deserialize)]
struct Runs {
    using: String,
}

impl Action {
    /// The pin of a release, from its `action.yml`; or in words for people why the text is none.
    /// What rights it needs is not said there, so the pin asks for none.
    pub fn described(name: &str, version: &str, commit: &str, text: &str) -> Result<Self, String> {
        let metadata: Metadata = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
        let inputs = metadata.inputs.into_iter();
        Ok(Self {
            name: Cow::Owned(name.to_string()),
            version: Cow::Owned(version.to_string()),
            commit: Cow::Owned(commit.to_string()),
            runtime: Cow::Owned(metadata.runs.using),
            inputs: inputs
                .map(|(name, said)| input(name, said.unwrap_or_default()))
                .collect(),
            outputs: metadata.outputs.into_keys().map(Cow::Owned).collect(),
            permissions: Cow::Borrowed(&[]),
        })
    }
}

fn input(name: String, said: Described) -> Input {
    // Authors write `required: "true"`, too.
    let required = match said.required {
        Some(Value::Bool(required)) => required,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    Input {
        name: Cow::Owned(name),
        required: required && said.default.is_none(),
        default: said.default.as_ref().and_then(text).map(Cow::Owned),
        deprecated: said.deprecated.is_some(),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Every release of a table of texts: which rights it asks for, by scope.
pub fn rights(said: &BTreeMap<String, String>, name: &str) -> Vec<super::Permission> {
    let reason = format!("run {name}");
    let right = |(scope, access): (&String, &String)| super::Permission {
        scope: Cow::Owned(scope.clone()),
        access: match access.as_str() {
            "write" => super::Access::Write,
            _ => super::Access::Read,
        },
        reason: Cow::Owned(reason.clone()),
    };
    said.iter().map(right).collect()
}
