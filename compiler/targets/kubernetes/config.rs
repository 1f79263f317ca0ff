//! The ConfigMap of a service: its `config` as variables.

use sha2::{Digest, Sha256};

use crate::plan::Service;
use crate::targets::yaml::{Map, Yaml};

use super::names::object_name;
use super::objects::Identity;
use super::tree::object;
use super::values;

/// The ConfigMap, if there is something to hold. It is named by its content and never changes:
/// another content is another object, which rolls the pods, and an undo finds the old one.
pub(super) fn config_map(identity: &Identity) -> Option<Map> {
    let name = name(identity.service)?;
    let mut data = Map::new();
    for (key, value) in settings(identity.service) {
        let value = match value.contains('\n') {
            true => Yaml::Block(value),
            false => value.into(),
        };
        data.push(key, value);
    }
    let mut config_map = object("v1", "ConfigMap", identity.metadata_as(name));
    config_map.push_commented(
        "immutable",
        true,
        "Named by its content: a change rolls the pods, and an undo finds the old one.",
    );
    config_map.push("data", data);
    Some(config_map)
}

/// The ConfigMap's name; `None` where the service has no settings.
pub(super) fn name(service: &Service) -> Option<String> {
    let mut hash = Sha256::new();
    let settings = settings(service);
    for (key, value) in &settings {
        // Lengths keep `a=bc` and `ab=c` apart.
        hash.update(format!("{}:{key}{}:{value}", key.len(), value.len()));
    }
    let digest = hash.finalize();
    let short: String = digest.iter().take(4).map(|b| format!("{b:02x}")).collect();
    (!settings.is_empty()).then(|| format!("{}-config-{short}", object_name(&service.id)))
}

fn settings(service: &Service) -> Vec<(String, String)> {
    let settings = service.config.iter();
    settings
        .filter_map(|(key, value)| values::text(value).map(|text| (key.clone(), text)))
        .collect()
}
