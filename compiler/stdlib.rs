//! The standard library, embedded: `stdlib/std/*.gate`, one line each.

const MODULES: &[(&str, &str)] = &[
    ("compose", include_str!("../stdlib/std/compose.gate")),
    ("docker", include_str!("../stdlib/std/docker.gate")),
    ("ml", include_str!("../stdlib/std/ml.gate")),
    ("node", include_str!("../stdlib/std/node.gate")),
    ("python", include_str!("../stdlib/std/python.gate")),
    ("rust", include_str!("../stdlib/std/rust.gate")),
    ("security", include_str!("../stdlib/std/security.gate")),
];

/// The text of `std.NAME`.
pub fn find(name: &str) -> Option<&'static str> {
    MODULES
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, text)| *text)
}

/// Names of all modules.
pub fn names() -> Vec<&'static str> {
    MODULES.iter().map(|(n, _)| *n).collect()
}
