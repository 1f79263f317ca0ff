//! Where baselines keep their records.

use super::Lower;
use super::gates::key_expr;
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{Login, Objects, Prometheus, Store};
use crate::resolve::eval::unparen;
use crate::resolve::shape::Shape;
use crate::resolve::{Scope, callee};
use crate::schema::{Kind, Ty};
use crate::syntax::ast::{self, ExprKind as Ast};

/// The help of a store that isn't one.
const FORMS: &str = "it is `folder(\"…\")`, `file(\"….jsonl\")`, `object_store(\"s3://bucket/prefix\")` \
     or `prometheus(…)`; without one the caller says where: `gatec assess … --baseline DIR`";
const OBJECTS: [&str; 5] = ["region", "endpoint", "role", "key_id", "secret_key"];
const PROMETHEUS: [&str; 2] = ["url", "token"];

impl<'a> Lower<'_, 'a> {
    /// A baseline's `store`.
    pub(super) fn store(&self, shape: &Shape<'a>) -> Option<Store> {
        let e = shape.attribute("store")?;
        let Some((word, args)) = callee(e) else {
            self.no_store(e, "this is no store", FORMS);
            return None;
        };
        match (word, args) {
            ("folder", [path]) => self.path(e, path).map(Store::Folder),
            ("file", [path]) => self.path(e, path).map(Store::File),
            ("object_store", [url, named @ ..]) => {
                let named = self.options(e, named, &OBJECTS)?;
                self.objects(url, &named).map(Store::Objects)
            }
            ("prometheus", [first, named @ ..]) => {
                let named = self.options(e, named, &PROMETHEUS)?;
                let asked = self.prometheus(shape, first, &named);
                asked.map(Store::Prometheus)
            }
            _ => {
                self.no_store(e, "this is no store", FORMS);
                None
            }
        }
    }

    fn no_store(&self, e: &ast::Expr, why: &str, help: &str) {
        let finding = Diagnostic::new(Code::WrongArgument, e.span, why);
        self.report(finding.label("keeps no records").help(help));
    }

    /// A path below the project.
    fn path(&self, e: &ast::Expr, path: &ast::Arg) -> Option<String> {
        let path = self.plain(&path.value)?;
        let below = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
        if !path.split('/').all(below) {
            let why = "the store leads out of the project";
            self.report(
                Diagnostic::new(Code::OutputOutsideRoot, e.span, why)
                    .label("not below the project's folder")
                    .help("name a path below it: `folder(\"baseline\")`"),
            );
            return None;
        }
        Some(path)
    }

    fn plain(&self, e: &ast::Expr) -> Option<String> {
        let value = self.cx.typed(e, &Ty::Str, &Scope::CONSTANT)?;
        value.as_str().map(String::from)
    }

    /// The arguments after the first, by name; each must be one of those that are known.
    fn options<'e>(
        &self,
        e: &ast::Expr,
        args: &'e [ast::Arg],
        known: &[&str],
    ) -> Option<Vec<(&'e str, &'e ast::Expr)>> {
        let named = args.iter().map(|arg| {
            let name = arg.name.as_ref().map(|name| name.text.as_str());
            name.filter(|name| known.contains(name))
                .map(|name| (name, &arg.value))
        });
        let named: Option<Vec<_>> = named.collect();
        if named.is_none() {
            let help = format!("after its address it takes {}", known.join(", "));
            self.no_store(e, "this store has an argument that it doesn't know", &help);
        }
        named
    }

    fn objects(&self, url: &ast::Arg, named: &[(&str, &ast::Expr)]) -> Option<Objects> {
        let find = |name: &str| named.iter().find(|(n, _)| *n == name).map(|(_, e)| *e);
        let text = |name: &str| find(name).and_then(|e| self.plain(e));
        let written = self.plain(&url.value)?;
        let whole = written.trim_end_matches('/');
        if !is_bucket(whole) {
            let why = format!("`{written}` is no bucket's address");
            self.no_store(&url.value, &why, "write it as `s3://bucket/prefix`");
            return None;
        }
        let endpoint = text("endpoint");
        if let (Some(said), Some(at)) = (&endpoint, find("endpoint"))
            && !is_address(said)
        {
            let why = format!("`{said}` is no address of a server");
            self.no_store(at, &why, "write it as `https://minio.example.com`");
            return None;
        }
        let login = match (find("role"), find("key_id"), find("secret_key")) {
            (None, None, None) => None,
            (Some(_), None, None) => Some(Login::Role(text("role")?)),
            (None, Some(id), Some(key)) => {
                Some(Login::Key(self.secret_name(id)?, self.secret_name(key)?))
            }
            _ => {
                let help = "a role alone, or a key with both: `key_id = secret.BASELINE_KEY_ID, \
                     secret_key = secret.BASELINE_KEY`";
                self.no_store(&url.value, "this store has half a login", help);
                return None;
            }
        };
        if matches!(login, Some(Login::Role(_))) && text("region").is_none() {
            let help = "say where the bucket is: `region = \"eu-central-1\"`";
            self.no_store(&url.value, "a role is taken on in a region", help);
            return None;
        }
        Some(Objects {
            url: whole.to_string(),
            region: text("region"),
            endpoint: endpoint.map(|e| e.trim_end_matches('/').to_string()),
            login,
        })
    }

    fn prometheus(
        &self,
        shape: &Shape<'a>,
        first: &ast::Arg,
        named: &[(&str, &ast::Expr)],
    ) -> Option<Prometheus> {
        let find = |name: &str| named.iter().find(|(n, _)| *n == name).map(|(_, e)| *e);
        let (environment, own) = match &unparen(&first.value).kind {
            Ast::Str(_) | Ast::Text(_) => (None, self.plain(&first.value)),
            _ => {
                let (_, name, _) = self.reference(&first.value, &[Kind::Environment])?;
                let mut all = self.program.all("environment");
                let place = all.find(|e| self.name(e).as_deref() == Some(&name));
                let monitoring = place.and_then(|e| e.one("monitoring"));
                let host = monitoring.and_then(|m| self.text(m, "prometheus"));
                (Some(name), host.map(|host| format!("http://{host}")))
            }
        };
        let said = find("url").and_then(|e| self.plain(e));
        let Some(url) = said.or(own) else {
            let help =
                "say it in its `monitoring { prometheus = … }`, or here: `url = \"https://…\"`";
            let why = "nothing says where this environment's Prometheus is";
            self.no_store(&first.value, why, help);
            return None;
        };
        if !is_address(&url) {
            let why = format!("`{url}` is no address of a Prometheus");
            let help = "write it as `https://prometheus.example.com`";
            self.no_store(&first.value, &why, help);
            return None;
        }
        self.keeps_nothing(shape);
        Some(Prometheus {
            url: url.trim_end_matches('/').to_string(),
            environment,
            token: find("token").and_then(|e| self.secret_name(e)),
            queries: self.queries(shape),
            first_run: shape.attribute("first_run").is_some(),
        })
    }

    /// A Prometheus has no records that these could be about.
    fn keeps_nothing(&self, shape: &Shape<'a>) {
        for name in ["accept_on", "budget", "keep", "max_age", "reference"] {
            if let Some(e) = shape.attribute(name) {
                let why = format!("a Prometheus keeps no records that `{name}` could be about");
                self.report(
                    Diagnostic::new(Code::WrongArgument, e.span, why)
                        .label("changes nothing here")
                        .help("say it in the query: `avg_over_time(…[7d])`"),
                );
            }
        }
    }

    fn queries(&self, shape: &Shape<'a>) -> Vec<(String, String)> {
        let entries = shape.one("queries").into_iter().flat_map(|q| &q.open);
        let lower = |entry: &&ast::Attribute| {
            let (_, id, _) = self.reference(&key_expr(entry), &[Kind::Metric])?;
            let query = self.plain(&entry.value)?;
            if let Err(why) = promql_parser::parser::parse(&query) {
                let finding = Diagnostic::new(Code::InvalidPromql, entry.value.span, why);
                self.report(finding.label("Prometheus could not read this"));
            }
            Some((id, query))
        };
        entries.filter_map(lower).collect()
    }
}

/// `s3://bucket/prefix`, the bucket by S3's rules and the prefix of plain parts.
fn is_bucket(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("s3://") else {
        return false;
    };
    let mut parts = rest.split('/');
    let bucket = parts.next().unwrap_or_default();
    let ends = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&bucket.len())
        && bucket.starts_with(ends)
        && bucket.ends_with(ends)
        && bucket.chars().all(|c| ends(c) || matches!(c, '-' | '.'))
        && parts.all(|part| !matches!(part, "" | "." | ".."))
}

/// `https://host/path` or, if it says so itself, `http://…`; without a password in it.
fn is_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://");
    let rest = rest.or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(['@', '?', '#', ' ', '"', '\\'])
    })
}
