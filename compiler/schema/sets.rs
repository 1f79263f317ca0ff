//! Closed sets of symbols: a bare name in a place of such a type is a member or an error.

/// A closed set.
#[derive(Debug, PartialEq)]
pub struct Set {
    /// Its name in messages.
    pub name: &'static str,
    /// Its members.
    pub members: &'static [&'static str],
}

macro_rules! sets {
    ($($const_name:ident $name:literal [$($member:literal),* $(,)?];)*) => {
        $(#[doc = $name] pub static $const_name: Set = Set { name: $name, members: &[$($member),*] };)*
        /// Every set.
        pub static ALL: &[&Set] = &[$(&$const_name),*];
    };
}

sets! {
    EVENT "event" ["push", "pull_request", "release", "schedule", "dispatch", "call", "merge_group", "repository_dispatch"];
    ACTIVITY "activity" ["opened", "synchronize", "reopened", "closed", "edited", "labeled", "unlabeled", "ready_for_review", "converted_to_draft", "assigned", "review_requested", "published", "released", "prereleased", "created", "deleted", "checks_requested"];
    RUNNER "runner" ["ubuntu", "ubuntu_arm", "windows", "macos"];
    SHELL "shell" ["bash", "sh", "pwsh", "python"];
    BETTER "direction" ["higher", "lower"];
    ACROSS "across" ["sum", "worst"];
    REFERENCE "reference" ["last", "median", "best"];
    FIRST_RUN "first run" ["establish", "fail"];
    PLACE "place" ["ci", "canary", "alert", "verify"];
    VERDICT "verdict" ["pass", "warn", "fail", "undecided", "skipped", "overridden"];
    INSTEAD "replacement" ["pass", "warn", "fail", "undecided", "skipped"];
    OUTCOME "outcome" ["success", "failure", "cancelled", "skipped"];
    COMMENT "comment" ["never", "pull_request"];
    SEVERITY "severity" ["info", "warning", "critical"];
    METHOD "method" ["get", "post", "put", "patch", "delete", "head"];
    ON_FAILURE "failure" ["rollback", "switch_back", "pause"];
    APPROVAL "approval" ["required", "none"];
    EGRESS "egress" ["listed", "open"];
    ACCESS "access" ["read", "write"];
    SCOPE "scope" ["actions", "attestations", "checks", "contents", "deployments", "discussions", "id_token", "issues", "packages", "pages", "pull_requests", "security_events", "statuses"];
    TARGET "target" ["github", "kubernetes", "prometheus", "alertmanager", "grafana"];
    RESULT "result" ["pass", "warn", "fail", "undecided", "skipped", "overridden", "rolls_back", "promotes", "fires", "silent"];
    DEPLOYED "deployment" ["deployed", "failed", "rolled_back"];
    PANEL "panel" ["graph", "stat", "heatmap", "table", "gauge", "bars"];
    WAIT "wait" ["healthy", "started"];
    DEMAND "demand" ["timeout", "docs", "gate"];
    BAN "ban" ["raw", "unknown_actions", "unpinned_images", "self_hosted", "write_access", "may_fail", "allow"];
    MACHINE "machine" ["ubuntu", "ubuntu_arm", "windows", "macos", "machine", "self_hosted", "group"];
    FAIL_ON "finding severity" ["critical", "high", "medium", "low"];
}
