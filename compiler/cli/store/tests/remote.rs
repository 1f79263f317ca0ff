//! An object store and a Prometheus, as stubs on this machine.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;
use crate::baseline::{Pin, Policy, Question, Reference, Statistic};
use crate::cli::stub::{Asked, Stub, serve};
use crate::plan;

/// Names on one page of the stub's list.
const PAGE: usize = 3;

/// An S3 server that keeps what it is given, and asks to be asked as AWS does.
fn s3() -> Stub {
    let kept: Mutex<BTreeMap<String, String>> = Mutex::default();
    serve(move |asked| {
        let mut kept = kept.lock().unwrap();
        let credential = asked.param("X-Amz-Credential").unwrap_or_default();
        let signed = asked
            .param("X-Amz-Signature")
            .is_some_and(|s| s.len() == 64);
        if !signed || !credential.starts_with("ID/") || !credential.ends_with("/s3/aws4_request") {
            let body = "<Error><Code>AccessDenied</Code></Error>";
            return (403, body.to_string());
        }
        match (asked.method.as_str(), asked.path.as_str()) {
            ("PUT", path) => put(&mut kept, asked, path),
            ("GET", "/bucket/") => (200, list(&kept, asked)),
            ("GET", path) => match kept.get(path) {
                Some(text) => (200, text.clone()),
                None => (404, "<Error><Code>NoSuchKey</Code></Error>".to_string()),
            },
            _ => (405, String::new()),
        }
    })
}

fn put(kept: &mut BTreeMap<String, String>, asked: &Asked, path: &str) -> (u16, String) {
    let signed = asked.param("X-Amz-SignedHeaders").unwrap_or_default();
    assert_eq!(asked.header("if-none-match"), Some("*"));
    assert!(signed.contains("if-none-match"), "{signed}");
    if kept.contains_key(path) {
        return (412, String::new());
    }
    kept.insert(path.to_string(), asked.body.clone());
    (200, String::new())
}

fn list(kept: &BTreeMap<String, String>, asked: &Asked) -> String {
    let prefix = format!("/bucket/{}", asked.param("prefix").unwrap());
    let after = asked.param("continuation-token").unwrap_or_default();
    let mut names = kept
        .keys()
        .filter(|k| k.starts_with(&prefix) && k.as_str() > after);
    let page: Vec<&String> = names.by_ref().take(PAGE).collect();
    let more = names.next().is_some();
    let contents: String = page
        .iter()
        .map(|k| {
            format!(
                "<Contents><Key>{}</Key></Contents>",
                k.trim_start_matches("/bucket/")
            )
        })
        .collect();
    let next = match (more, page.last()) {
        (true, Some(last)) => format!("<NextContinuationToken>{last}</NextContinuationToken>"),
        _ => String::new(),
    };
    format!(
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <IsTruncated>{more}</IsTruncated>{contents}{next}</ListBucketResult>"
    )
}

fn env(id: &'static str) -> impl Fn(&str) -> Option<String> {
    move |name| match name {
        "AWS_ACCESS_KEY_ID" => Some(id.to_string()),
        "AWS_SECRET_ACCESS_KEY" => Some("key".to_string()),
        "AWS_REGION" => Some("eu-central-1".to_string()),
        _ => None,
    }
}

fn store_at(url: &str) -> plan::Objects {
    plan::Objects {
        url: "s3://bucket/some/prefix".into(),
        region: None,
        endpoint: Some(url.to_string()),
        login: None,
    }
}

fn objects(url: &str) -> Place {
    Place::Objects(Objects::open(&store_at(url), &env("ID")).unwrap())
}

fn wanted(newest: usize) -> Wanted<'static> {
    Wanted {
        newest: Some(newest),
        ..ALL
    }
}

#[test]
fn writers_of_an_object_store_lose_nothing() {
    let server = s3();
    let place = objects(&server.url);
    assert_eq!(place.read(&ALL).unwrap().records.len(), 0);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let place = &place;
            scope.spawn(move || {
                for at in 0..5 {
                    place
                        .add(&baseline(1e6), record(writer * 100 + at))
                        .unwrap();
                }
            });
        }
    });
    // The same once more is no other record.
    place.add(&baseline(1e6), record(0)).unwrap();
    assert_eq!(place.read(&ALL).unwrap().records.len(), 20);
    let asked = server.asked.lock().unwrap();
    let put = asked.iter().find(|asked| asked.method == "PUT").unwrap();
    assert!(
        put.path.starts_with("/bucket/some/prefix/b/0000000"),
        "{}",
        put.path
    );
}

#[test]
fn only_what_is_needed_is_fetched() {
    let server = s3();
    let place = objects(&server.url);
    for at in 0..9 {
        place.add(&baseline(2.0), record(at)).unwrap();
    }
    let pin = Pin::new("b", 100.0, &record(4).id());
    place.write("b", &File::Pin(pin)).unwrap();
    server.asked.lock().unwrap().clear();
    let history = place.read(&wanted(2)).unwrap();
    let runs: Vec<_> = history.records.iter().map(|r| r.run.as_str()).collect();
    // The first, the anchor that is pinned, and the newest.
    assert_eq!(runs, ["0", "4", "7", "8"]);
    assert_eq!(history.anchor(&Default::default()).unwrap().run, "4");
    let fetched = |asked: &&Asked| asked.path != "/bucket/";
    assert_eq!(
        server.asked.lock().unwrap().iter().filter(fetched).count(),
        5
    );
}

#[test]
fn an_object_store_that_says_no_is_named_and_no_first_run() {
    let server = s3();
    let stranger = Objects::open(&store_at(&server.url), &env("NOBODY")).unwrap();
    let why = Place::Objects(stranger).read(&ALL).unwrap_err();
    assert!(
        why.starts_with("s3://bucket/some/prefix can't be read: 127.0.0.1:"),
        "{why}"
    );
    assert!(why.ends_with(" answers 403 AccessDenied"), "{why}");
    let nobody = Objects::open(&store_at(&server.url), &|_| None).unwrap();
    let nobody = Place::Objects(nobody);
    let why = nobody.read(&ALL).unwrap_err();
    assert!(
        why.contains("403 AccessDenied; nobody says how to get in"),
        "{why}"
    );
    let why = nobody.add(&baseline(1.0), record(1)).unwrap_err();
    assert!(why.contains("is only read by this run"), "{why}");
    let why = objects("http://127.0.0.1:1").read(&ALL).unwrap_err();
    assert!(
        why.starts_with("s3://bucket/some/prefix: 127.0.0.1:1 can't be reached: "),
        "{why}"
    );
}

#[test]
fn a_server_out_of_breath_is_asked_again_and_one_too_talkative_is_not_heard() {
    let tired = Mutex::new(2);
    let server = serve(move |_| {
        let mut left = tired.lock().unwrap();
        *left -= if *left > 0 { 1 } else { 0 };
        match *left {
            0 => (404, "<Error><Code>NoSuchBucket</Code></Error>".to_string()),
            _ => (503, String::new()),
        }
    });
    let why = objects(&server.url).read(&ALL).unwrap_err();
    assert!(why.ends_with("answers 404 NoSuchBucket"), "{why}");
    assert_eq!(server.asked.lock().unwrap().len(), 2);
    let client = crate::cli::http::Client::new(&server.url, &|_| None).unwrap();
    let request = crate::cli::http::Request {
        method: "GET",
        url: &server.url,
        ..Default::default()
    };
    let why = client.send(&request, 10).unwrap_err();
    assert!(why.ends_with("answers with more than 10 bytes"), "{why}");
}

#[test]
fn addresses_of_stores_are_checked() {
    let open = |url: &str, env: &dyn Fn(&str) -> Option<String>| {
        let store = plan::Objects {
            url: url.into(),
            endpoint: None,
            ..store_at("")
        };
        Objects::open(&store, env).map(drop)
    };
    assert_eq!(open("s3://bucket", &env("ID")), Ok(()));
    assert!(
        open("s3://", &env("ID"))
            .unwrap_err()
            .contains("s3://bucket/prefix")
    );
    assert!(open("s3://bucket/../x", &env("ID")).is_err());
    assert!(
        open("s3://bucket", &|_| None)
            .unwrap_err()
            .contains("AWS_REGION")
    );
    let said = of_path(Path::new("s3://bucket/p"), &env("ID"));
    assert!(matches!(said, Ok(Place::Objects(_))));
}

fn program(text: &str) -> Plan {
    let world = crate::source::MemoryWorld::new([("p.gate", text)]);
    let compilation = crate::compile(&world, &["p.gate".to_string()]);
    let found: Vec<_> = compilation.diagnostics.iter().map(|d| &d.message).collect();
    assert!(!compilation.diagnostics.has_errors(), "{found:?}");
    (*compilation.plan).clone()
}

const PROGRAM: &str = r#"
dimension language { values = ["de", "en"] }
metric latency: duration { better = lower, report = bench.results["s"] * 1s }
metric f1: ratio { better = higher, by = language, key = ["model"], report = bench.results["f1.*"] }
metric other: ratio { report = bench.results["o"] }
baseline live { store = prometheus("URL"), queries { latency = "l", f1 = "f" } }
gate speed { against = live, require rise(latency) <= 10%, require drop(other) <= 1% }
gate quality { against = live, require every(f1) >= 0%, require drop(f1) <= 1pp }
project { evaluator { path = "gatec" } }
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "x", reports { results = json("r.json") } }
  check speed
  check quality
}
"#;

fn asked_of(url: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<History, String> {
    let plan = program(&PROGRAM.replace("URL", url));
    let baseline = plan.baseline("live").unwrap();
    let place = place(&plan, baseline, None, Path::new("."), env).unwrap()?;
    place.read(&Wanted::by(&plan, baseline))
}

fn reference(history: &History, metric: &str, group: &str, model: Option<&str>) -> Reference {
    let key = model.map(|model| ("model".to_string(), model.to_string()));
    let question = Question {
        metric,
        cell: "",
        group,
        unit: if metric == "latency" {
            "duration"
        } else {
            "ratio"
        },
        better: None,
        key: &key.into_iter().collect(),
    };
    let policy = Policy {
        statistic: Statistic::Last,
        keep: 20,
        max_age: None,
        now: None,
    };
    history.reference(&question, &policy)
}

/// A Prometheus that answers with these values and labels.
fn prometheus(latency: &'static str) -> Stub {
    let f1 = r#"{"metric":{"language":"de","model":"a"},"value":[1,"0.8"]},
                {"metric":{"language":"en","model":"a"},"value":[1,"0.9"]},
                {"metric":{"language":"de","model":"b"},"value":[1,"0.5"]}"#;
    serve(move |asked| {
        let result = match asked.param("query") {
            Some("l") => latency,
            Some("f") => f1,
            _ => {
                return (
                    400,
                    r#"{"status":"error","error":"parse error"}"#.to_string(),
                );
            }
        };
        let data = format!(r#"{{"resultType":"vector","result":[{result}]}}"#);
        (200, format!(r#"{{"status":"success","data":{data}}}"#))
    })
}

#[test]
fn a_prometheus_says_what_the_reference_is() {
    let server = prometheus(r#"{"metric":{},"value":[1,"0.25"]}"#);
    let history = asked_of(&server.url, &|_| None).unwrap();
    let value = |metric, group, model| match reference(&history, metric, group, model) {
        Reference::Found { value, .. } => value,
        other => panic!("{other:?}"),
    };
    assert_eq!(value("latency", "", None), 0.25);
    assert_eq!(value("f1", "de", Some("a")), 0.8);
    assert_eq!(value("f1", "en", Some("a")), 0.9);
    assert_eq!(value("f1", "de", Some("b")), 0.5);
    for (metric, group, model, says) in [
        ("f1", "en", Some("b"), "has no value of `f` for it"),
        ("f1", "de", Some("c"), "has no value of `f` for it"),
        (
            "other",
            "",
            None,
            "nothing says what to ask for: `queries { other = \"…\" }`",
        ),
    ] {
        let found = reference(&history, metric, group, model);
        let Reference::Unusable(why) = &found else {
            panic!("{found:?}")
        };
        assert!(why.contains(says), "{why}");
    }
    let asked = server.asked.lock().unwrap();
    assert_eq!(asked.first().unwrap().path, "/api/v1/query");
}

#[test]
fn no_value_several_and_no_number_are_told_apart() {
    for (result, says) in [
        ("", "has no value of `l` for it"),
        (
            r#"{"metric":{"pod":"a"},"value":[1,"1"]},{"metric":{"pod":"b"},"value":[1,"2"]}"#,
            "has 2 values of `l`, and one is asked for: {pod=\"a\"}, {pod=\"b\"}",
        ),
        (r#"{"metric":{},"value":[1,"NaN"]}"#, "says NaN to `l`"),
        (r#"{"metric":{},"value":[1,"+Inf"]}"#, "says inf to `l`"),
    ] {
        let server = prometheus(result);
        let history = asked_of(&server.url, &|_| None).unwrap();
        let found = reference(&history, "latency", "", None);
        let Reference::Unusable(why) = &found else {
            panic!("{found:?}")
        };
        assert!(why.contains(says), "{why}");
    }
}

#[test]
fn a_prometheus_that_cant_be_asked_is_named() {
    let server = serve(|_| (401, String::new()));
    let why = asked_of(&server.url, &|_| None).unwrap_err();
    assert!(
        why.contains("answers 401 to who we are (GATEC_PROMETHEUS_TOKEN)"),
        "{why}"
    );
    let server = serve(|_| (200, "<html>".to_string()));
    let why = asked_of(&server.url, &|_| None).unwrap_err();
    assert!(why.starts_with("the Prometheus 127.0.0.1:"), "{why}");
    let token = |name: &str| (name == "GATEC_PROMETHEUS_TOKEN").then(|| "t".to_string());
    let why = asked_of("http://prometheus.test", &token).unwrap_err();
    assert!(why.contains("is not sent to prometheus.test"), "{why}");
    let server = prometheus(r#"{"metric":{},"value":[1,"1"]}"#);
    asked_of(&server.url, &token).unwrap();
    let asked = server.asked.lock().unwrap();
    assert_eq!(
        asked.first().unwrap().header("authorization"),
        Some("Bearer t")
    );
}

#[test]
fn a_metric_is_asked_for_by_its_live() {
    let server = prometheus("");
    let text = r#"
project { evaluator { path = "gatec" } }
service shop { port = 80, metrics = "/metrics", series busy: gauge(number) }
environment production { monitoring { prometheus = "p:9090" } }
metric load: number { report = bench.results["load"], live = last(busy) }
baseline live { store = prometheus(production, url = "URL"), first_run = fail }
gate speed { against = live, require change(load) <= 1 }
pipeline ci {
  on push { branches = ["main"] }
  stage bench { run "x", reports { results = json("r.json") } }
  check speed
}
"#;
    let plan = program(&text.replace("URL", &server.url));
    let baseline = plan.baseline("live").unwrap();
    let place = place(&plan, baseline, None, Path::new("."), &|_| None);
    let Place::Prometheus(asked) = place.unwrap().unwrap() else {
        panic!("a Prometheus")
    };
    // The stub knows no such query, and what it says of it is told.
    let why = asked.read(Some(5.0)).unwrap_err();
    assert!(why.ends_with(": \"parse error\""), "{why}");
    let seen = server.asked.lock().unwrap();
    let seen = seen.first().unwrap();
    let query = "busy{namespace=\"production\", job=\"shop\"}";
    assert_eq!(
        (seen.param("query"), seen.param("time")),
        (Some(query), Some("5"))
    );
}

#[test]
fn nothing_is_a_first_run_where_the_program_says_so() {
    let server = prometheus("");
    let text = PROGRAM
        .replace("URL", &server.url)
        .replace("baseline live {", "baseline live { first_run = establish,");
    let plan = program(&text);
    let baseline = plan.baseline("live").unwrap();
    let place = place(&plan, baseline, None, Path::new("."), &|_| None);
    let history = place
        .unwrap()
        .unwrap()
        .read(&Wanted::by(&plan, baseline))
        .unwrap();
    assert_eq!(reference(&history, "latency", "", None), Reference::Never);
}
