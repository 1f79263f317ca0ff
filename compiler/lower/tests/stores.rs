//! Where baselines keep their records.

use super::{compiled, errors};
use crate::plan::{Login, Objects, Prometheus, Store};

const PROGRAM: &str = r#"
project { evaluator { path = "tools/gatec" } }
metric latency: duration { better = lower, report = bench.results["s"] * 1s }
environment production { monitoring { prometheus = "prometheus:9090" } }
environment staging { }
baseline b { BASELINE }
gate speed { against = b, require rise(latency) <= 10% }
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "x", reports { results = json("r.json") } }
  check speed
}
"#;

fn store(baseline: &str) -> Store {
    let program = PROGRAM.replace("BASELINE", baseline);
    let (plan, errors) = compiled(&[("pipeline.gate", &program)]);
    assert!(errors.is_empty(), "{errors:?}");
    plan.baseline("b")
        .and_then(|b| b.store.clone())
        .expect("a store")
}

#[test]
fn an_object_store_has_an_address_and_one_login() {
    let objects = Objects {
        url: "s3://bucket/some/prefix".into(),
        region: Some("eu-central-1".into()),
        endpoint: None,
        login: Some(Login::Role("arn:x".into())),
    };
    let said = "store = object_store(\"s3://bucket/some/prefix/\", region = \"eu-central-1\", role = \"arn:x\")";
    assert_eq!(store(said), Store::Objects(objects));
    let said = "store = object_store(\"s3://bucket\", endpoint = \"https://minio.test/\", key_id = secret.A, secret_key = secret.B)";
    let objects = Objects {
        url: "s3://bucket".into(),
        region: None,
        endpoint: Some("https://minio.test".into()),
        login: Some(Login::Key("A".into(), "B".into())),
    };
    assert_eq!(store(said), Store::Objects(objects));
}

#[test]
fn a_prometheus_is_an_environments_or_has_an_address() {
    let of = |url: &str, environment: Option<&str>| Prometheus {
        url: url.into(),
        environment: environment.map(String::from),
        token: None,
        queries: vec![],
        first_run: false,
    };
    let found = store("store = prometheus(production)");
    let wanted = of("http://prometheus:9090", Some("production"));
    assert_eq!(found, Store::Prometheus(wanted));
    let found = store("store = prometheus(staging, url = \"https://p.test/\")");
    assert_eq!(
        found,
        Store::Prometheus(of("https://p.test", Some("staging")))
    );
    let said = "store = prometheus(\"https://p.test\", token = secret.T), first_run = fail, queries { latency = \"avg(x)\" }";
    let wanted = Prometheus {
        token: Some("T".into()),
        queries: vec![("latency".into(), "avg(x)".into())],
        first_run: true,
        ..of("https://p.test", None)
    };
    assert_eq!(store(said), Store::Prometheus(wanted));
}

#[test]
fn a_store_that_is_none_is_told() {
    for (said, wanted) in [
        ("store = bucket(\"a\")", "wrong-argument: this is no store"),
        (
            "store = folder(\"../a\")",
            "output-outside-root: the store leads out of the project",
        ),
        (
            "store = object_store(\"gs://bucket\")",
            "wrong-argument: `gs://bucket` is no bucket's address",
        ),
        (
            "store = object_store(\"s3://bucket/../x\")",
            "wrong-argument: `s3://bucket/../x` is no bucket's address",
        ),
        (
            "store = object_store(\"s3://bucket\", key = \"a\")",
            "wrong-argument: this store has an argument that it doesn't know",
        ),
        (
            "store = object_store(\"s3://bucket\", key_id = secret.A)",
            "wrong-argument: this store has half a login",
        ),
        (
            "store = object_store(\"s3://bucket\", role = \"arn:x\")",
            "wrong-argument: a role is taken on in a region",
        ),
        (
            "store = object_store(\"s3://bucket\", key_id = \"AKIA\", secret_key = secret.B)",
            "wrong-type: this must be a secret",
        ),
        (
            "store = object_store(\"s3://bucket\", endpoint = \"minio\")",
            "wrong-argument: `minio` is no address of a server",
        ),
        (
            "store = prometheus(staging)",
            "wrong-argument: nothing says where this environment's Prometheus is",
        ),
        (
            "store = prometheus(\"p.test\")",
            "wrong-argument: `p.test` is no address of a Prometheus",
        ),
        (
            "store = prometheus(production), budget = 10%",
            "wrong-argument: a Prometheus keeps no records that `budget` could be about",
        ),
    ] {
        assert_eq!(
            errors(&PROGRAM.replace("BASELINE", said)),
            [wanted],
            "{said}"
        );
    }
    let said = "store = prometheus(production), queries { latency = \"rate(x\" }";
    let found = errors(&PROGRAM.replace("BASELINE", said));
    assert!(
        found.iter().all(|e| e.starts_with("invalid-promql: ")) && found.len() == 1,
        "{found:?}"
    );
}
