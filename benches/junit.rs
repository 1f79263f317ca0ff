//! Time and memory of reading a great JUnit report, beside a bare pass of quick-xml over the same
//! file: `bash benches/junit.sh`.
//!
//! Takes what to do and a file; gives a line: seconds, how many of them a processor worked on it,
//! and the peak of resident memory in KiB. A process does one thing, so that its peak is its own.

#![allow(clippy::disallowed_methods)] // A benchmark reads its input from disk.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::time::Instant;

use gatec::evidence::{self, Measurements};
use quick_xml::Reader;
use quick_xml::events::Event;

/// As in the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// As the command opens a report.
const BUFFER: usize = 256 * 1024;

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let begin = Instant::now();
    let said = match args
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["generate", file, bytes] => generate(file, bytes.parse().expect("a number of bytes")),
        ["bare", file] => bare(open(file)),
        ["read", file] => read(open(file)),
        // `cargo bench` runs every benchmark.
        _ => return println!("bash benches/junit.sh measures this"),
    };
    let seconds = begin.elapsed().as_secs_f64();
    let (worked, peak) = (worked(), peak());
    println!("{seconds:.2} s, {worked:.2} s of a processor, {peak} KiB at most: {said}");
}

fn open(file: &str) -> BufReader<File> {
    BufReader::with_capacity(BUFFER, File::open(file).expect("the report"))
}

/// Cases as pytest writes them, one in a hundred failed with its output.
fn generate(file: &str, bytes: usize) -> String {
    let mut out = BufWriter::new(File::create(file).expect("a place for the report"));
    let mut written = 0;
    let mut put = |text: &str| {
        written += text.len();
        out.write_all(text.as_bytes()).expect("room");
        written
    };
    put("<?xml version=\"1.0\" encoding=\"utf-8\"?><testsuites><testsuite name=\"pytest\">");
    let trace = "    assert total(1, 2) == 4 &lt;=&gt; 3\n".repeat(40);
    let mut cases = 0usize;
    let mut size = 0;
    while size < bytes {
        let open = format!(
            "<testcase classname=\"tests.test_prices.TestPrices\" name=\"test_total[{cases}]\" time=\"0.00{}\"",
            cases % 10
        );
        size = match cases % 100 {
            0 => put(&format!(
                "{open}><failure message=\"assert 3 == 4\">{trace}</failure></testcase>"
            )),
            _ => put(&format!("{open} />")),
        };
        cases += 1;
    }
    put("</testsuite></testsuites>");
    format!("{cases} cases")
}

/// Every event, and nothing done with it.
fn bare(input: impl BufRead) -> String {
    let mut reader = Reader::from_reader(input);
    let (mut buffer, mut events) = (Vec::new(), 0u64);
    loop {
        buffer.clear();
        match reader
            .read_event_into(&mut buffer)
            .expect("well-formed XML")
        {
            Event::Eof => return format!("{events} events"),
            _ => events += 1,
        }
    }
}

fn read(mut input: impl BufRead) -> String {
    match evidence::read("junit", &mut input) {
        Ok(Measurements::Tally(tally)) => format!("{:?} cases", tally.field("total")),
        other => format!("{other:?}"),
    }
}

/// Seconds a processor worked for this process; not a number outside Linux.
fn worked() -> f64 {
    let told = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|n| n.parse().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}

/// The greatest resident memory so far, in KiB; none told outside Linux.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("?")
        .trim()
        .trim_end_matches(" kB")
        .to_string()
}
