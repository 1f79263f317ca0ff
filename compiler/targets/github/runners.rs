//! GitHub's hosted machines: neutral names to fixed labels, and what a label is documented to
//! have. Labels never float (`-latest`): GitHub moves those to other images.

use crate::plan::Runner;

/// A hosted machine as GitHub documents it for public repositories.
pub struct Hosted {
    /// The name in the language.
    pub name: &'static str,
    /// The label.
    pub label: &'static str,
    /// Cores.
    pub cores: f64,
    /// Memory in GiB.
    pub memory: f64,
    /// Disk in GiB that a job may count on.
    pub disk: f64,
}

const fn hosted(
    name: &'static str,
    label: &'static str,
    cores: f64,
    memory: f64,
    disk: f64,
) -> Hosted {
    Hosted {
        name,
        label,
        cores,
        memory,
        disk,
    }
}

/// The catalogue: standard hosted machines
/// (docs.github.com, "GitHub-hosted runners reference").
pub const HOSTED: &[Hosted] = &[
    hosted("ubuntu", "ubuntu-24.04", 4.0, 16.0, 14.0),
    hosted("ubuntu_arm", "ubuntu-24.04-arm", 4.0, 16.0, 14.0),
    hosted("ubuntu_22", "ubuntu-22.04", 4.0, 16.0, 14.0),
    hosted("ubuntu_22_arm", "ubuntu-22.04-arm", 4.0, 16.0, 14.0),
    hosted("windows", "windows-2025", 4.0, 16.0, 14.0),
    hosted("windows_2022", "windows-2022", 4.0, 16.0, 14.0),
    hosted("windows_arm", "windows-11-arm", 4.0, 16.0, 14.0),
    hosted("macos", "macos-15", 3.0, 7.0, 14.0),
    hosted("macos_intel", "macos-15-intel", 4.0, 14.0, 14.0),
];

/// What a stage without a runner runs on.
pub const DEFAULT: &str = "ubuntu-24.04";

/// The label of a neutral name.
pub fn label(name: &str) -> Option<&'static str> {
    HOSTED.iter().find(|h| h.name == name).map(|h| h.label)
}

/// The Linux machine for what a stage asks, if one has it; disk is checked when the job runs.
pub fn fitting(cores: f64, memory: Option<f64>) -> Option<&'static Hosted> {
    let memory = memory.unwrap_or(0.0) / GIB;
    let linux = HOSTED.iter().filter(|h| h.name == "ubuntu");
    linux
        .filter(|h| h.cores >= cores && h.memory >= memory)
        .min_by(|a, b| a.cores.total_cmp(&b.cores))
}

/// Bytes in a GiB.
pub const GIB: f64 = 1_073_741_824.0;

/// Whether the machines are one's own, where other limits hold.
pub fn is_own(runner: Option<&Runner>) -> bool {
    matches!(runner, Some(Runner::Labels(_) | Runner::Group(..)))
}
