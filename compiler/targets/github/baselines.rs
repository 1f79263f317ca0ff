//! Earlier results between runs: what accepted runs handed over as artifacts is fetched before a
//! gate is judged, and handed on, with this run's, after. Runs of other repositories can read them
//! and never write; what was handed over by a run of theirs is passed over.
//!
//! Each artifact holds the whole history that its run knew. Two runs that end at once know nothing
//! of each other, so several of the newest are laid over each other.

use super::actions;
use super::context::Context;
use super::expressions::Tree;
use super::names::kebab;
use super::schema::Step;
use super::steps;
use super::text::literal;
use crate::plan::{Baseline, Event, Judge, Store};
use crate::targets::yaml::{Map, Yaml};

/// How many of the newest artifacts are laid over each other.
const NEWEST: usize = 10;
/// How long one is kept, in days: as long as GitHub allows by default.
const DAYS: u32 = 90;
/// Their folder in the runner's temporary one.
const FOLDER: &str = "baseline";

/// The baselines that a judgement needs from earlier runs: those it compares with or enters, and
/// that the project doesn't hold itself.
pub struct Baselines<'a> {
    all: Vec<&'a Baseline>,
    entered: Vec<&'a Baseline>,
    /// Those that a server keeps, and whether the run may enter one.
    elsewhere: Vec<&'a Baseline>,
    enters_elsewhere: bool,
}

impl<'a> Baselines<'a> {
    /// Of a judgement.
    pub fn of(cx: &Context<'a>, judge: &Judge) -> Self {
        let handed_on = |mut found: Vec<&'a Baseline>| {
            found.retain(|b| b.store.is_none());
            found
        };
        // A run of these events is of a branch.
        let events = [Event::Push, Event::Schedule, Event::Dispatch];
        let of_branch = events.into_iter().any(|event| cx.pipeline.has_event(event));
        let mut entered = cx.plan.baselines_entered(&judge.gate);
        if !of_branch {
            entered.clear();
        }
        let mut elsewhere = cx.plan.baselines_compared(&judge.gate);
        elsewhere.extend(entered.iter().copied());
        elsewhere.retain(|b| matches!(b.store, Some(Store::Objects(_) | Store::Prometheus(_))));
        elsewhere.sort_by_key(|b| &b.id);
        elsewhere.dedup_by_key(|b| &b.id);
        // Without a login it only reads.
        let writes =
            |b: &&Baseline| matches!(&b.store, Some(Store::Objects(o)) if o.login.is_some());
        let enters_elsewhere = entered.iter().any(writes);
        let entered = handed_on(entered);
        let mut all = handed_on(cx.plan.baselines_compared(&judge.gate));
        all.extend(
            entered
                .iter()
                .filter(|b| !all.iter().any(|a| a.id == b.id))
                .copied()
                .collect::<Vec<_>>(),
        );
        Self {
            all,
            entered,
            elsewhere,
            enters_elsewhere,
        }
    }

    /// The baselines that a server keeps or is.
    pub fn elsewhere(&self) -> &[&'a Baseline] {
        &self.elsewhere
    }

    /// Whether there is nothing to fetch.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the run may enter one.
    pub fn records(&self) -> bool {
        !self.entered.is_empty() || self.enters_elsewhere
    }

    /// Fetches what earlier runs handed over. What can't be fetched is left unreadable: no history
    /// would look like a first run.
    pub fn fetch(&self) -> Step {
        let mut step = Step {
            name: "Fetch the baselines".into(),
            run: Some(FETCH.into()),
            ..Step::default()
        };
        let line = |b: &&Baseline| format!("{} {} {}", b.id, artifact(b), branch(b));
        let lines: Vec<String> = self.all.iter().map(line).collect();
        step.env.push("BASELINES", literal(&lines.join("\n")));
        step.env
            .push("GH_TOKEN", Tree::path("github.token").wrapped());
        step.env.push("NEWEST", Yaml::Int(NEWEST as i64));
        step
    }

    /// Where the judge finds and puts them.
    pub fn folder() -> String {
        steps::temporary(FOLDER)
    }

    /// Hands them on, each if this run entered it.
    pub fn keep(&self, cx: &Context<'_>) -> Vec<Step> {
        self.entered.iter().map(|b| keep(cx, b)).collect()
    }
}

fn artifact(baseline: &Baseline) -> String {
    format!("gatec-baseline-{}", kebab(&baseline.id))
}

fn branch(baseline: &Baseline) -> &str {
    baseline.branch.as_deref().unwrap_or("main")
}

fn keep(cx: &Context<'_>, baseline: &Baseline) -> Step {
    let recorded = format!("steps.judge.outputs.recorded_{}", baseline.id);
    let mut with = Map::new();
    with.push("name", artifact(baseline));
    with.push(
        "path",
        steps::temporary(&format!("{FOLDER}/{}", baseline.id)),
    );
    with.push("if-no-files-found", "error");
    // Another gate of this run may have handed it on; this run's values are the same there.
    with.push("overwrite", true);
    with.push("retention-days", DAYS);
    Step {
        name: format!("Keep the baseline {}", literal(&baseline.id)),
        condition: Some(Tree::is(recorded, "true").wrapped()),
        uses: Some(actions::own(cx, actions::UPLOAD)),
        with,
        ..Step::default()
    }
}

/// Where a folder is expected, a file stands for what could not be fetched: the judge finds it
/// unreadable, so comparisons are undecided and nothing is entered. `set -e` holds in no function
/// that `if` asks, hence each `return`.
pub(super) const FETCH: &str = r#"fetch() {
  mkdir -p "${folder}" || return 1
  newest="$(gh api "repos/${GITHUB_REPOSITORY}/actions/artifacts?name=${artifact}&per_page=100" --jq '
    [.artifacts[] | select((.expired | not) and .workflow_run.head_branch == env.branch
      and .workflow_run.head_repository_id == .workflow_run.repository_id) | .id] | .[:(env.NEWEST | tonumber)][]')" || return 1
  for id in ${newest}; do
    gh api "repos/${GITHUB_REPOSITORY}/actions/artifacts/${id}/zip" > "${RUNNER_TEMP}/baseline.zip" || return 1
    unzip -q -o "${RUNNER_TEMP}/baseline.zip" -d "${folder}" || return 1
  done
}
while read -r baseline artifact branch; do
  folder="${RUNNER_TEMP}/baseline/${baseline}"
  export branch
  if fetch; then
    echo "baseline ${baseline}: $(find "${folder}" -type f | wc -l) results of earlier runs"
  else
    rm -rf -- "${folder}"
    echo "not fetched" > "${folder}"
    echo "::warning::The baseline ${baseline} could not be fetched. What is compared with it is undecided; run this job again."
  fi
done <<< "${BASELINES}""#;
