//! Requests over HTTP, for whatever of the command must ask a server.
//!
//! Takes a request, gives the answer or a sentence that names the host: each has a time limit and
//! a most number of bytes. Nothing is set up before the first request. Who is asked, and what an
//! answer means, is the caller's.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{self, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest time of one request, from the name's look-up to the last byte.
const WHOLE: Duration = Duration::from_secs(60);
/// How often a request is sent at most, while the server is out of breath or out of reach.
const TRIES: u32 = 3;
/// The wait before the second try; each further one is four times as long.
const PAUSE: Duration = Duration::from_millis(250);

type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What is asked. It is sent again if it didn't get through, so it must be one that may be.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// `GET`, `PUT` or `POST`.
    pub method: &'a str,
    /// The whole address. It may hold a signature, so no message shows more of it than the host.
    pub url: &'a str,
    /// Headers, by name.
    pub headers: Vec<(&'a str, String)>,
    /// Its body; empty: none.
    pub body: &'a [u8],
}

/// What a server answered, whatever its status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// A client that keeps its connections.
#[derive(Clone, Debug)]
pub struct Client(Agent);

impl Client {
    /// For requests to a host. SSL_CERT_FILE names the certificates that are trusted, if others
    /// than the web's; HTTPS_PROXY and NO_PROXY say what stands between, never for this machine.
    pub fn new(url: &str, env: Env) -> Result<Self, String> {
        let mut config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .http_status_as_error(false)
            // A signature holds for one address only.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("gatec/", env!("CARGO_PKG_VERSION")));
        if is_loopback(url) {
            config = config.proxy(None);
        }
        let path = ["AWS_CA_BUNDLE", "SSL_CERT_FILE"];
        let path = path
            .iter()
            .find_map(|name| env(name).filter(|p| !p.is_empty()));
        if let Some(path) = path {
            let tls = TlsConfig::builder()
                .root_certs(certificates(&path)?)
                .build();
            config = config.tls_config(tls);
        }
        Ok(Self(config.build().new_agent()))
    }

    /// Sends a request; an answer of more than `most` bytes is an error.
    pub fn send(&self, request: &Request, most: u64) -> Result<Answer, String> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            match self.once(request, most) {
                Ok(answer) if !(answer.status == 429 || answer.status >= 500) => return Ok(answer),
                Err(Unanswered::ForGood(why)) => return Err(why),
                _ => std::thread::sleep(pause),
            }
            pause *= 4;
        }
        self.once(request, most).map_err(Unanswered::why)
    }

    fn once(&self, request: &Request, most: u64) -> Result<Answer, Unanswered> {
        let host = host(request.url);
        let failed = |error: ureq::Error| Unanswered::of(&host, &error);
        let mut built = http::Request::builder()
            .method(request.method)
            .uri(request.url);
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        let wrong = |error: http::Error| Unanswered::ForGood(format!("{host}: {error}"));
        let sent = match request.body {
            [] => self.0.run(built.body(()).map_err(wrong)?),
            body => self.0.run(built.body(body).map_err(wrong)?),
        };
        let mut answer = sent.map_err(failed)?;
        let mut body = Vec::new();
        let reader = answer.body_mut().with_config().limit(u64::MAX).reader();
        let read = reader.take(most.saturating_add(1)).read_to_end(&mut body);
        read.map_err(|error| Unanswered::ForNow(format!("{host} broke off: {error}")))?;
        if body.len() as u64 > most {
            let why = format!("{host} answers with more than {most} bytes");
            return Err(Unanswered::ForGood(why));
        }
        Ok(Answer {
            status: answer.status().as_u16(),
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}

/// Why there is no answer.
enum Unanswered {
    /// Another try may get one.
    ForNow(String),
    /// None will.
    ForGood(String),
}

impl Unanswered {
    fn of(host: &str, error: &ureq::Error) -> Self {
        let why = format!("{host} can't be reached: {error}");
        match error {
            ureq::Error::Io(_)
            | ureq::Error::Timeout(_)
            | ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed => Unanswered::ForNow(why),
            _ => Unanswered::ForGood(why),
        }
    }

    fn why(self) -> String {
        match self {
            Unanswered::ForNow(why) | Unanswered::ForGood(why) => why,
        }
    }
}

fn certificates(path: &str) -> Result<RootCerts, String> {
    let pem = std::fs::read(path).map_err(|error| format!("{path} can't be read: {error}"))?;
    let found: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(one)) => Some(one),
            _ => None,
        })
        .collect();
    match found.is_empty() {
        true => Err(format!("{path} holds no certificate")),
        false => Ok(RootCerts::Specific(Arc::new(found))),
    }
}

/// The host of an address, with its port if it says one; no more of it is shown to anyone.
pub fn host(url: &str) -> String {
    let uri: Option<Uri> = url.parse().ok();
    let authority = uri.as_ref().and_then(|uri| uri.authority());
    match authority {
        Some(found) => match found.port_u16() {
            Some(port) => format!("{}:{port}", found.host()),
            None => found.host().to_string(),
        },
        None => "the server".to_string(),
    }
}

/// Whether an address is of this very machine.
pub fn is_loopback(url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    let host = uri.as_ref().and_then(|uri| uri.host()).unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// Whether a password may be sent to an address: nobody on the way can read it.
pub fn is_private(url: &str) -> bool {
    url.starts_with("https://") || is_loopback(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_of_an_address_is_shown() {
        assert_eq!(
            host("https://user:pw@s3.test:9000/b?X-Sig=1"),
            "s3.test:9000"
        );
        assert_eq!(host("https://s3.test/b"), "s3.test");
        assert_eq!(host("not an address"), "the server");
    }

    #[test]
    fn passwords_go_to_this_machine_or_over_tls() {
        for (url, wanted) in [
            ("https://prometheus.test/", true),
            ("http://prometheus.test/", false),
            ("http://localhost:9090/", true),
            ("http://127.0.0.1:9090/", true),
            ("http://[::1]:9090/", true),
            ("http://127.0.0.1.test/", false),
        ] {
            assert_eq!(is_private(url), wanted, "{url}");
        }
    }
}
