//! A deploy as a job: log in, apply the overlay by digest, wait, take back what does not come up.

use super::conditions::failure;
use super::context::Context;
use super::expressions::{Lower, Scope, Tree};
use super::jobs;
use super::names::kebab;
use super::permissions::Rights;
use super::runners;
use super::schema::{Body, Group, Job, Step};
use super::steps;
use super::text::{literal, scalar};
use crate::diagnostics::{Code, Diagnostic, Severity};
use crate::plan::{Deploy, Node, Strategy};
use crate::targets::yaml::{Entry, Map, Yaml};

/// The secret that holds the login to a cluster, unless its environment names another.
const LOGIN: &str = "KUBECONFIG";

/// Seconds kept from a deploy's time to take it back.
const TO_UNDO: f64 = 120.0;

/// A deploy's job.
pub fn job(cx: &Context<'_>, node: &Node, deploy: &Deploy) -> Job {
    not_yet(cx, deploy);
    let mut parts = jobs::frame(cx, node, jobs::needs(cx, node));
    parts.runs_on = Some(Yaml::from(runners::DEFAULT).into());
    parts.permissions = Rights::default().with_sources().into_map();
    parts.environment = Some(environment(cx, &deploy.environment));
    parts.concurrency = Some(Group {
        group: format!("deploy-{}", kebab(&deploy.environment)),
        cancel: false.into(),
    });
    let mut list = vec![
        steps::checkout(cx),
        log_in(cx, deploy),
        apply(cx, deploy),
        wait(cx, node, deploy),
    ];
    let rollout = cx.plan.rollout(&deploy.rollout);
    if rollout.is_none_or(|r| r.on_failure != "pause") {
        list.push(undo(cx, deploy));
    }
    parts.body = Body::Steps(list.into_iter().map(Yaml::from).collect());
    let mut job = jobs::finish(cx, node, parts, &[]);
    if cx
        .plan
        .environment(&deploy.environment)
        .is_some_and(|e| e.approval)
    {
        let rule = format!(
            "A person approves: the protection rule of the environment `{}` asks for it.",
            deploy.environment
        );
        job.comment = Some(match job.comment {
            Some(docs) => format!("{docs}\n{rule}"),
            None => rule,
        });
    }
    job
}

/// What a deploy asks for and this version doesn't do; rollouts by steps are the manifests' to say.
fn not_yet(cx: &Context<'_>, deploy: &Deploy) {
    let say = |span, message: &str, severity| {
        let mut found = Diagnostic::new(Code::NotYet, span, message);
        found.severity = severity;
        cx.report(found);
    };
    if let Some((_, span)) = &deploy.verify {
        say(
            *span,
            "a deployed service is not verified yet",
            Severity::Error,
        );
    }
    for (_, span) in &deploy.announce {
        say(*span, "a deploy is not announced yet", Severity::Note);
    }
}

/// The key `environment`: its name, and where people find what was deployed.
pub fn environment(cx: &Context<'_>, name: &str) -> Yaml {
    let declared = cx.plan.environment(name);
    let Some(url) = declared.and_then(|e| e.url.as_deref()) else {
        return literal(name).into();
    };
    let mut map = Map::new();
    map.push("name", literal(name));
    map.push("url", literal(url));
    map.into()
}

fn log_in(cx: &Context<'_>, deploy: &Deploy) -> Step {
    let named = cx
        .plan
        .environment(&deploy.environment)
        .and_then(|e| e.login.as_deref());
    let mut step = Step {
        name: "Log in to the cluster".into(),
        run: Some(LOG_IN.into()),
        ..Step::default()
    };
    step.env.push(
        "LOGIN",
        format!("${{{{ secrets.{} }}}}", named.unwrap_or(LOGIN)),
    );
    step
}

const LOG_IN: &str = r#"umask 077
[ -n "${LOGIN}" ] || { echo '::error::the secret with the login to the cluster is empty'; exit 1; }
printf '%s' "${LOGIN}" > "${RUNNER_TEMP}/kubeconfig""#;

/// The variables that every step after the login has.
fn cluster(cx: &Context<'_>, deploy: &Deploy) -> Map {
    let mut env = Map::new();
    let place = cx.plan.environment(&deploy.environment);
    let namespace = place.map_or(deploy.environment.as_str(), |e| e.namespace.as_str());
    let services: Vec<String> = deploy.services.iter().map(|s| service(s)).collect();
    env.push("KUBECONFIG", steps::temporary("kubeconfig"));
    env.push("NAMESPACE", literal(namespace));
    env.push(
        "SERVICES",
        match services.as_slice() {
            [one] => Yaml::from(one.clone()),
            _ => Yaml::Block(services.join("\n")),
        },
    );
    env
}

/// A service's name in the cluster.
fn service(id: &str) -> String {
    id.to_ascii_lowercase().replace('_', "-")
}

fn apply(cx: &Context<'_>, deploy: &Deploy) -> Step {
    let mut env = cluster(cx, deploy);
    let overlay = format!(
        "deploy/kubernetes/overlays/{}",
        service(&deploy.environment)
    );
    env.push("OVERLAY", literal(&overlay));
    let image = scalar(Lower::new(cx, Scope::Step), &deploy.image);
    env.push_entry("IMAGE", Entry::from(Yaml::from(image)));
    Step {
        name: "Apply".into(),
        id: Some("apply".into()),
        env,
        run: Some(APPLY.into()),
        ..Step::default()
    }
}

/// Lays the image over the overlay and notes which revision runs, to go back to.
const APPLY: &str = r#"case "${IMAGE}" in
  ?*@sha256:*) ;;
  *) echo "::error::'${IMAGE}' is not an image by its digest (name@sha256:…)"; exit 1 ;;
esac
mkdir -p gatec-deploy
{
  printf 'resources:\n'
  while read -r service; do printf '  - ../%s/%s\n' "${OVERLAY}" "${service}"; done <<< "${SERVICES}"
  printf 'images:\n'
  while read -r service; do
    printf '  - name: %s\n    newName: %s\n    digest: %s\n' "${service}" "${IMAGE%@*}" "${IMAGE##*@}"
  done <<< "${SERVICES}"
} > gatec-deploy/kustomization.yaml
while read -r service; do
  kubectl get deployment "${service}" --namespace "${NAMESPACE}" --ignore-not-found \
    --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}' \
    > "${RUNNER_TEMP}/revision-${service}"
done <<< "${SERVICES}"
kubectl apply --filename "${OVERLAY}/namespace.yaml"
kubectl apply --kustomize gatec-deploy"#;

fn wait(cx: &Context<'_>, node: &Node, deploy: &Deploy) -> Step {
    let mut env = cluster(cx, deploy);
    let seconds = (node.timeout - TO_UNDO).max(60.0).ceil() as i64;
    env.push("SECONDS_LEFT", seconds.to_string());
    Step {
        name: "Wait until it runs".into(),
        env,
        run: Some(if stepped(cx, deploy) { FOLLOW } else { WAIT }.into()),
        ..Step::default()
    }
}

/// Whether a controller replaces the services by steps or by a switch, and judges them itself.
fn stepped(cx: &Context<'_>, deploy: &Deploy) -> bool {
    let rollout = cx.plan.rollout(&deploy.rollout);
    rollout.is_some_and(|r| {
        matches!(
            r.strategy,
            Strategy::Canary { .. } | Strategy::BlueGreen { .. }
        )
    })
}

/// What the controller says counts once it has seen what was applied. `Degraded` is what it calls a
/// version that it took back; a pause may be a hold. A Deployment that held the service before would
/// go on taking requests.
const FOLLOW: &str = r#"while read -r service; do
  said=
  while :; do
    [ "${SECONDS}" -lt "${SECONDS_LEFT}" ] || { echo "::error::no time is left to wait for ${service}"; exit 1; }
    IFS='|' read -r seen applied phase message < <(
      kubectl get rollouts.argoproj.io "${service}" --namespace "${NAMESPACE}" --output \
        'jsonpath={.status.observedGeneration}|{.metadata.generation}|{.status.phase}|{.status.message}{"\n"}'
    ) || phase=unknown
    if [ "${phase}" != unknown ] && [ "${seen}" = "${applied}" ]; then
      [ "${said}" = "${phase} ${message}" ] || echo "${service}: ${phase} ${message}"
      said="${phase} ${message}"
      [ "${phase}" != Healthy ] || break
      [ "${phase}" != Degraded ] || { echo "::error::${service} was taken back: ${message}"; exit 1; }
    fi
    sleep 10
  done
  kubectl delete deployments.apps --namespace "${NAMESPACE}" --ignore-not-found \
    --selector "app.kubernetes.io/name=${service},app.kubernetes.io/managed-by=gatec"
done <<< "${SERVICES}""#;

/// All services share the time, so that some is left to take them back.
const WAIT: &str = r#"while read -r service; do
  left="$((SECONDS_LEFT - SECONDS))"
  [ "${left}" -gt 0 ] || { echo "::error::no time is left to wait for ${service}"; exit 1; }
  kubectl rollout status "deployment/${service}" --namespace "${NAMESPACE}" --timeout "${left}s"
done <<< "${SERVICES}""#;

fn undo(cx: &Context<'_>, deploy: &Deploy) -> Step {
    let applied = Tree::compare(
        "!=",
        Tree::path("steps.apply.outcome"),
        Tree::text("skipped"),
    );
    Step {
        name: "Take it back".into(),
        condition: Some(Tree::all([failure(), applied]).wrapped()),
        env: cluster(cx, deploy),
        run: Some(if stepped(cx, deploy) { ABORT } else { UNDO }.into()),
        ..Step::default()
    }
}

/// The controller has taken back what it judged; what it is still at is ended here.
const ABORT: &str = r#"status=0
while read -r service; do
  phase="$(kubectl get rollouts.argoproj.io "${service}" --namespace "${NAMESPACE}" --ignore-not-found \
    --output 'jsonpath={.status.phase}')" || phase=unknown
  case "${phase}" in
    Healthy | Degraded | '') continue ;;
  esac
  kubectl patch rollouts.argoproj.io "${service}" --namespace "${NAMESPACE}" --subresource status \
    --type merge --patch '{"status":{"abort":true}}' || status=1
done <<< "${SERVICES}"
exit "${status}""#;

/// One service that can't be taken back keeps none of the others.
const UNDO: &str = r#"status=0
while read -r service; do
  revision="$(cat "${RUNNER_TEMP}/revision-${service}")"
  if [ -z "${revision}" ]; then
    echo "::warning::${service} was not deployed before; nothing to go back to"
  elif ! kubectl rollout undo "deployment/${service}" --namespace "${NAMESPACE}" --to-revision "${revision}" ||
    ! kubectl rollout status "deployment/${service}" --namespace "${NAMESPACE}" --timeout 60s; then
    echo "::error::${service} could not be taken back"
    status=1
  fi
done <<< "${SERVICES}"
exit "${status}""#;
