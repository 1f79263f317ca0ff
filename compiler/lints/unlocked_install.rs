//! `unlocked-install`: scripts that run whatever a download server gives today.
//!
//! Only what is certain: an option that isn't known here may have a value, so that a command with
//! one is let be; so is one that also names requirements, constraints or the project itself.

use super::context::{Context, called};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Severity};
use crate::plan::{Node, Stage, Step, StepKind};
use crate::proofs::shell::{Command, VALUE, commands};

pub(super) fn run(context: &Context, found: &mut Diagnostics) {
    for node in context.pipelines.iter().flat_map(|p| p.graph.nodes) {
        if let Some(stage) = node.as_stage() {
            self::stage(node, stage, found);
        }
    }
}

fn stage(node: &Node, stage: &Stage, found: &mut Diagnostics) {
    // After `npm ci` a tool without a version is the one of the lock file.
    let mut installed = false;
    for step in &stage.steps {
        let shell = step.shell.as_deref().unwrap_or("bash");
        let StepKind::Run(script) = &step.kind else {
            continue;
        };
        if !matches!(shell, "bash" | "sh") {
            continue;
        }
        let commands = commands(script);
        let mut before: Option<&Command> = None;
        for command in &commands {
            let piped = piped(before, command);
            let risk = piped.or_else(|| risk(command, installed));
            found.extend(risk.map(|risk| report(node, step, &risk)));
            installed |= installs_packages(command);
            before = Some(command);
        }
    }
}

/// What may change from one run to the next.
struct Risk {
    severity: Severity,
    /// The command, shortened.
    shown: String,
    what: String,
    help: String,
}

fn installs_packages(command: &Command) -> bool {
    let managers = ["npm", "pnpm", "yarn", "bun", "make", "just"];
    managers.contains(&command.program()) && !command.args().iter().any(|a| a == "publish")
}

/// `curl … | sh`, `sh <(curl …)`, `sh -c "$(curl …)"`.
fn piped(before: Option<&Command>, command: &Command) -> Option<Risk> {
    const SHELLS: &[&str] = &["sh", "bash", "zsh", "dash"];
    const LOADERS: &[&str] = &["curl", "wget"];
    let shell = |c: &Command| SHELLS.contains(&c.program());
    let loads = |c: &Command| LOADERS.contains(&c.program());
    let inner = |word: &String| LOADERS.iter().any(|l| word.starts_with(&format!("$({l} ")));
    let shown = match before {
        Some(before) if command.piped && loads(before) && shell(command) => {
            format!("{} … | {}", before.program(), command.program())
        }
        Some(before) if loads(command) && before.args().iter().any(|a| a == "<(") => {
            format!("{} <({} …)", before.program(), command.program())
        }
        _ if shell(command) && command.args().iter().any(inner) => {
            format!("{} -c \"$(…)\"", command.program())
        }
        _ => return None,
    };
    Some(Risk {
        severity: Severity::Warning,
        shown,
        what: "runs whatever the server gives today".to_string(),
        help: "download the file, compare it with a checksum kept here \
               (`echo \"SUM  FILE\" | sha256sum --check`), and run it then"
            .to_string(),
    })
}

fn risk(command: &Command, installed: bool) -> Option<Risk> {
    let program = command.program();
    match program {
        "npm" => npm(command),
        "npx" | "bunx" => runner(command, 1, installed, &["-y", "--yes"], "pkg@1.2.3"),
        "pnpm" | "yarn" if command.starts(&[program, "dlx"]) => {
            runner(command, 2, false, &[], "pkg@1.2.3")
        }
        "uvx" => runner(command, 1, false, &["-q", "--quiet"], "pkg@1.2.3"),
        "pipx" if command.starts(&["pipx", "run"]) => runner(command, 2, false, &[], "pkg==1.2.3"),
        _ => pip(command),
    }
}

fn npm(command: &Command) -> Option<Risk> {
    const PLAIN: &[&str] = &[
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--legacy-peer-deps",
        "--force",
        "-f",
        "--silent",
        "-s",
        "--quiet",
        "-q",
        "--prefer-offline",
        "--verbose",
        "--no-progress",
        "--production",
        "-g",
        "--global",
        "-D",
        "--save-dev",
        "--no-save",
    ];
    let (verb, rest) = command.args().split_first()?;
    if !matches!(verb.as_str(), "install" | "i") {
        return None;
    }
    let packages = positional(rest, PLAIN)?;
    if packages.is_empty() {
        let global = rest.iter().any(|a| a == "-g" || a == "--global");
        return (!global).then(|| Risk {
            severity: Severity::Warning,
            shown: format!("npm {verb}"),
            what: "may take other packages than package-lock.json names, and rewrite it".into(),
            help: "write `npm ci`: it takes exactly what the lock file names".into(),
        });
    }
    let open = packages.into_iter().find(|p| is_open(p))?;
    Some(newest(format!("npm {verb} {open}"), "pkg@1.2.3"))
}

/// A tool that is fetched and run: the first word that is no option is its package.
fn runner(
    command: &Command,
    skip: usize,
    installed: bool,
    plain: &[&str],
    pinned: &str,
) -> Option<Risk> {
    let rest = command.words.get(skip..)?;
    let package = rest.iter().find(|word| !plain.contains(&word.as_str()))?;
    let at = command.words.get(..skip)?.join(" ");
    let open = !package.starts_with('-') && is_open(package) && !installed;
    open.then(|| newest(format!("{at} {package}"), pinned))
}

fn pip(command: &Command) -> Option<Risk> {
    const PLAIN: &[&str] = &[
        "-U",
        "--upgrade",
        "-q",
        "--quiet",
        "-v",
        "--user",
        "--no-cache-dir",
        "--no-deps",
        "--pre",
        "--disable-pip-version-check",
        "--system",
        "--break-system-packages",
        "--no-input",
    ];
    // These come with Python, and are there to be renewed.
    const OWN: &[&str] = &["pip", "setuptools", "wheel"];
    let begins: [&[&str]; 5] = [
        &["pip", "install"],
        &["pip3", "install"],
        &["python", "-m", "pip", "install"],
        &["python3", "-m", "pip", "install"],
        &["uv", "pip", "install"],
    ];
    let begin = begins.into_iter().find(|words| command.starts(words))?;
    let packages = positional(command.words.get(begin.len()..)?, PLAIN)?;
    let path = |p: &&String| p.starts_with('.') || p.contains('/');
    if packages.iter().any(path) {
        return None;
    }
    let mut open = packages.into_iter().filter(|p| !OWN.contains(&p.as_str()));
    let plain = |p: &&String| {
        let name = p.split('[').next().unwrap_or(p);
        name.chars()
            .all(|c| c.is_alphanumeric() || "-_.".contains(c))
    };
    let open = open.find(plain)?;
    Some(newest(format!("{} {open}", begin.join(" ")), "pkg==1.2.3"))
}

fn newest(shown: String, pinned: &str) -> Risk {
    Risk {
        severity: Severity::Note,
        shown,
        what: "takes the newest release, whatever it is".into(),
        help: format!(
            "name the version (`{pinned}`), or install from a file that names all of them, with hashes"
        ),
    }
}

/// The words that are no options; `None` if an option isn't known and may have a value.
fn positional<'a>(words: &'a [String], plain: &[&str]) -> Option<Vec<&'a String>> {
    let known = |w: &&String| plain.contains(&w.as_str());
    let options = words.iter().filter(|w| w.starts_with('-'));
    if !options.clone().all(|w| known(&w)) {
        return None;
    }
    Some(words.iter().filter(|w| !w.starts_with('-')).collect())
}

/// Whether a package of npm or a tool is named without a version; a path or address isn't.
fn is_open(package: &str) -> bool {
    let name = package.strip_prefix('@').unwrap_or(package);
    let scoped = package.starts_with('@') && name.matches('/').count() == 1;
    let path = name.contains('/') && !scoped;
    let told =
        name.contains(['@', '=', ':', '$', VALUE, '~', '>', '<']) && !name.ends_with("@latest");
    !path && !told && !name.starts_with('.') && !name.ends_with(".tgz") && !name.is_empty()
}

fn report(node: &Node, step: &Step, risk: &Risk) -> Diagnostic {
    let message = format!("`{}` in {} {}", risk.shown, called(node), risk.what);
    let mut finding = Diagnostic::new(
        Code::UnlockedInstall,
        step.origin.attribute("script"),
        message,
    )
    .label("what was tested yesterday is not what runs today")
    .help(risk.help.clone());
    finding.severity = risk.severity;
    finding
}
