//! Records in an object store with the API of S3: one object for each, named as the files of a
//! folder are, so `aws s3 sync` makes one of the other.
//!
//! An object is put under a name made of its time and content, if none of that name is there, and
//! none is ever changed or taken away: writers lose nothing, and may lack the right to delete.

use std::thread;
use std::time::Duration;

use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};

use super::{MOST_BYTES, Wanted};
use crate::baseline::{Broken, File, History};
use crate::cli::http::{Answer, Client, Request};
use crate::plan;

/// How long a signature holds.
const SIGNED: Duration = Duration::from_secs(300);
/// Most pages of a list, of a thousand names each.
const MOST_PAGES: usize = 100;
/// Most objects that are read, where nothing says that the newest do.
const MOST_READ: usize = 5000;
/// How many are fetched at a time.
const AT_ONCE: usize = 8;
/// The region of a server that isn't AWS and names none.
const NO_REGION: &str = "us-east-1";

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// An object store, with what it takes to ask it.
#[derive(Clone, Debug)]
pub struct Objects {
    /// `s3://bucket/prefix`, for messages.
    url: String,
    /// What each name begins with; empty, or with a slash at its end.
    prefix: String,
    bucket: Bucket,
    credentials: Option<Credentials>,
    client: Client,
}

impl Objects {
    /// The store that a program names. What it leaves open the variables of the AWS tools say.
    pub fn open(store: &plan::Objects, env: Env) -> Result<Self, String> {
        let url = store.url.trim_end_matches('/');
        let wrong = |why: &str| format!("{url} can't be used: {why}");
        let rest = url.strip_prefix("s3://").unwrap_or_default();
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() || prefix.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(wrong("write it as s3://bucket/prefix"));
        }
        let endpoint = store.endpoint.clone();
        let endpoint = endpoint.or_else(|| said(env, &["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]));
        let region = store.region.clone();
        let region = region.or_else(|| said(env, &["AWS_REGION", "AWS_DEFAULT_REGION"]));
        let style = match endpoint.is_some() || name.contains('.') {
            true => UrlStyle::Path,
            false => UrlStyle::VirtualHost,
        };
        let region = match (region, &endpoint) {
            (Some(region), _) => region,
            (None, Some(_)) => NO_REGION.to_string(),
            (None, None) => return Err(wrong("nobody says in which region it is: AWS_REGION")),
        };
        let endpoint = endpoint.unwrap_or_else(|| of_aws(&region));
        let endpoint = match endpoint.contains("://") {
            true => endpoint,
            false => format!("https://{endpoint}"),
        };
        let parsed = endpoint
            .parse()
            .map_err(|_| wrong("its endpoint is no address"))?;
        let bucket = Bucket::new(parsed, style, name.to_string(), region);
        Ok(Self {
            url: url.to_string(),
            prefix: match prefix {
                "" => String::new(),
                some => format!("{some}/"),
            },
            bucket: bucket.map_err(|why| wrong(&why.to_string()))?,
            credentials: credentials(env),
            client: Client::new(&endpoint, env)?,
        })
    }

    /// The documents of a baseline, as many as are wanted.
    pub fn read(&self, wanted: &Wanted) -> Result<Vec<File>, String> {
        let names = self.names(wanted.baseline)?;
        let (records, pins): (Vec<&str>, Vec<&str>) = names
            .iter()
            .map(String::as_str)
            .partition(|name| !name.starts_with("anchor-"));
        let Some(newest) = wanted.newest else {
            if names.len() > MOST_READ {
                return Err(format!(
                    "{} holds {} records of `{}`, and at most {MOST_READ} are read where they are \
                     told apart by a key: move the oldest away",
                    self.url,
                    names.len(),
                    wanted.baseline
                ));
            }
            let all: Vec<&str> = records.into_iter().chain(pins).collect();
            return self.fetch(wanted.baseline, &all);
        };
        let mut files = self.fetch(wanted.baseline, &pins)?;
        // The first is the anchor, unless another is pinned.
        let mut kept: Vec<&str> = records.first().copied().into_iter().collect();
        let pinned = |name: &&&str| files.iter().any(|file| is_pin_of(file, name));
        kept.extend(records.iter().skip(1).filter(pinned).copied());
        files.extend(self.fetch(wanted.baseline, &kept)?);
        let mut rest: Vec<&str> = records;
        rest.retain(|name| !kept.contains(name));
        // A repeated run counts once, so there may be fewer results than records.
        while History::of(files.iter().cloned()).records.len() < newest + kept.len()
            && !rest.is_empty()
        {
            let next = rest.split_off(rest.len().saturating_sub(newest));
            files.extend(self.fetch(wanted.baseline, &next)?);
        }
        Ok(files)
    }

    /// Puts a document where none of its name is.
    pub fn write(&self, baseline: &str, file: &File) -> Result<(), String> {
        if self.credentials.is_none() {
            return Err(format!(
                "{} is only read by this run: nobody says how to get in (AWS_ACCESS_KEY_ID, \
                 AWS_SECRET_ACCESS_KEY)",
                self.url
            ));
        }
        let key = format!("{}{baseline}/{}", self.prefix, file.name());
        let text = format!("{}\n", file.text());
        let mut answer = self.put(&key, &text, true)?;
        if answer.status == 501 {
            // It knows no conditions. One of that name says the same, so nothing is lost.
            answer = self.put(&key, &text, false)?;
        }
        match answer.status {
            // One of that name is there, and says the same.
            200..=299 | 412 => Ok(()),
            _ => Err(self.refused("can't be written", &answer)),
        }
    }

    fn put(&self, key: &str, text: &str, new_only: bool) -> Result<Answer, String> {
        let mut action = self.bucket.put_object(self.credentials.as_ref(), key);
        let mut headers = vec![("content-type", "application/json".to_string())];
        headers.extend(new_only.then(|| ("if-none-match", "*".to_string())));
        for (name, value) in &headers {
            action.headers_mut().insert(*name, value.clone());
        }
        let url = action.sign(SIGNED);
        let request = Request {
            method: "PUT",
            url: url.as_str(),
            headers,
            body: text.as_bytes(),
        };
        self.send(&request)
    }

    /// The names of a baseline's objects without what all begin with, sorted: so records come as
    /// they were made, and pins after them.
    fn names(&self, baseline: &str) -> Result<Vec<String>, String> {
        let folder = format!("{}{baseline}/", self.prefix);
        let (mut names, mut next) = (Vec::new(), None::<String>);
        for _ in 0..MOST_PAGES {
            let mut list = self.bucket.list_objects_v2(self.credentials.as_ref());
            list.with_prefix(folder.as_str());
            if let Some(token) = next.take() {
                list.with_continuation_token(token);
            }
            let answer = self.get(list.sign(SIGNED).as_str())?;
            if answer.status != 200 {
                return Err(self.refused("can't be read", &answer));
            }
            let page = ListObjectsV2::parse_response(&answer.body).map_err(|why| {
                format!("{} can't be read: its list is not S3's: {why}", self.url)
            })?;
            let of_it = page.contents.iter().filter_map(|object| {
                let name = object.key.strip_prefix(&folder)?;
                (name.ends_with(".json") && !name.contains('/')).then(|| name.to_string())
            });
            names.extend(of_it);
            next = page.next_continuation_token;
            if next.is_none() {
                names.sort();
                return Ok(names);
            }
        }
        Err(format!(
            "{} holds more than {MOST_PAGES}000 records of `{baseline}`: move the oldest away",
            self.url
        ))
    }

    /// The documents of these names, in their order.
    fn fetch(&self, baseline: &str, names: &[&str]) -> Result<Vec<File>, String> {
        let mut files = Vec::with_capacity(names.len());
        for some in names.chunks(AT_ONCE) {
            let found: Vec<Result<File, String>> = thread::scope(|scope| {
                let one = |name: &'_ &str| {
                    let name = name.to_string();
                    scope.spawn(move || self.document(baseline, &name))
                };
                let asked: Vec<_> = some.iter().map(one).collect();
                let ended = asked.into_iter().map(|thread| {
                    let lost = || Err(format!("{} can't be read", self.url));
                    thread.join().unwrap_or_else(|_| lost())
                });
                ended.collect()
            });
            for file in found {
                files.push(file?);
            }
        }
        Ok(files)
    }

    fn document(&self, baseline: &str, name: &str) -> Result<File, String> {
        let key = format!("{}{baseline}/{name}", self.prefix);
        let action = self.bucket.get_object(self.credentials.as_ref(), &key);
        let answer = self.get(action.sign(SIGNED).as_str())?;
        if answer.status != 200 {
            return Err(self.refused(&format!("can't be read ({name})"), &answer));
        }
        File::parse(&answer.body)
            .map_err(|Broken(why)| format!("{}/{baseline}/{name} {why}", self.url))
    }

    fn get(&self, url: &str) -> Result<Answer, String> {
        let request = Request {
            method: "GET",
            url,
            ..Request::default()
        };
        self.send(&request)
    }

    fn send(&self, request: &Request) -> Result<Answer, String> {
        let sent = self.client.send(request, MOST_BYTES);
        sent.map_err(|why| format!("{}: {why}", self.url))
    }

    /// What the server said, and what may be behind it.
    fn refused(&self, what: &str, answer: &Answer) -> String {
        let code = answer.body.split_once("<Code>").map(|(_, rest)| rest);
        let code = code.and_then(|rest| rest.split_once("</Code>"));
        let code: String = code.map_or("", |(code, _)| code).chars().take(60).collect();
        let code = match code.chars().all(|c| c.is_ascii_alphanumeric()) {
            true if !code.is_empty() => format!(" {code}"),
            _ => String::new(),
        };
        let (status, host) = (
            answer.status,
            super::super::http::host(self.bucket.base_url().as_str()),
        );
        let why = match (status, &self.credentials) {
            (401 | 403, None) => {
                "; nobody says how to get in (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), as in a \
                 pull request from a fork, so only a public bucket can be read"
            }
            (301 | 307 | 308, _) => "; it is in another region: say which",
            _ => "",
        };
        format!("{} {what}: {host} answers {status}{code}{why}", self.url)
    }
}

/// The first of these variables that says something.
fn said(env: Env, names: &[&str]) -> Option<String> {
    let mut found = names.iter().filter_map(|name| env(name));
    found.find(|value| !value.trim().is_empty())
}

/// The access key, if there is one; a variable that is empty says nothing.
fn credentials(env: Env) -> Option<Credentials> {
    let id = said(env, &["AWS_ACCESS_KEY_ID"])?;
    let key = said(env, &["AWS_SECRET_ACCESS_KEY"])?;
    Some(match said(env, &["AWS_SESSION_TOKEN"]) {
        Some(token) => Credentials::new_with_token(id, key, token),
        None => Credentials::new(id, key),
    })
}

/// Where AWS answers for a region.
fn of_aws(region: &str) -> String {
    let china = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://s3.{region}.amazonaws.com{china}")
}

fn is_pin_of(file: &File, name: &str) -> bool {
    match file {
        File::Pin(pin) => name.strip_suffix(".json") == Some(pin.anchor.as_str()),
        File::Record(_) => false,
    }
}
