//! A program of any text: laid out, compiled, given to every target, and every finding drawn.

use gatec::diagnostics::render::{Format, Look, render};
use gatec::source::MemoryWorld;
use gatec::targets::TARGETS;
use gatec::{compile, emit, format};

const FILE: &str = "pipeline.gate";

/// Whatever the text is, there are files or an error, and the layout is stable.
pub fn program(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    layout(text);
    let world = MemoryWorld::new([(FILE, text)]);
    let mut whole = compile(&world, &[FILE.to_string()]);
    let valid = whole.valid.is_some();
    assert_ne!(valid, whole.diagnostics.has_errors(), "a plan or an error");
    let _ = emit(&mut whole, TARGETS);
    let findings = whole.diagnostics.sorted();
    for form in [
        Format::Pretty(Look::PLAIN),
        Format::Short,
        Format::Json,
        Format::Sarif,
        Format::Github,
    ] {
        render(&whole.sources, &findings, form, &mut std::io::sink()).expect("a sink takes all");
    }
}

/// What was laid out is laid out.
fn layout(text: &str) {
    if let Ok(once) = format::format(text) {
        let again = format::format(&once).expect("a layout is a program");
        assert_eq!(once, again, "laid out twice");
    }
}
