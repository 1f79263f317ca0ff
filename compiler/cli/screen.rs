//! The two streams: data on standard output, messages on standard error.

use std::io::{self, BufWriter, IsTerminal, Write};

use clap::builder::styling::{AnsiColor, Style};

use super::args::{Form, Show, When};
use super::exit::Failure;
use super::findings::Findings;
use crate::diagnostics::render::{self, Format, Look};

/// Where the run speaks.
pub struct Screen {
    color: When,
}

/// Whether standard output carries something else than findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// It is free: findings for machines go there.
    Free,
    /// It carries files, a diff or a drawing.
    Taken,
}

impl Screen {
    /// Speaks to the streams of the process.
    pub fn new(color: When) -> Self {
        Self { color }
    }

    /// Text to standard output.
    pub fn data(&mut self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        unless_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// A line to standard error.
    pub fn say(&mut self, message: &str) -> Result<(), Failure> {
        unless_closed(writeln!(io::stderr(), "{message}"))
    }

    /// Says why the run ends here, where that is still possible.
    pub fn fail(&mut self, failure: &Failure) {
        let style = match self.colored(io::stderr().is_terminal()) {
            true => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            false => Style::new(),
        };
        writeln!(io::stderr(), "{style}error{style:#}: {failure}").ok();
    }

    /// Shows findings in the form asked for, then counts them.
    pub fn show(&mut self, findings: Findings, show: Show, output: Output) -> Result<(), Failure> {
        let (sources, list) = findings.sorted();
        let people = matches!(show.format, Form::Pretty | Form::Short);
        let format = match show.format {
            Form::Pretty => Format::Pretty(self.look()),
            Form::Short => Format::Short,
            Form::Json => Format::Json,
            Form::Sarif => Format::Sarif,
            Form::Github => Format::Github,
        };
        let mut out: Box<dyn Write> = match people || output == Output::Taken {
            true => Box::new(BufWriter::new(io::stderr().lock())),
            false => Box::new(BufWriter::new(io::stdout().lock())),
        };
        let shown = render::render(&sources, &list, format, &mut out);
        unless_closed(shown.and_then(|()| out.flush()))?;
        drop(out);
        match render::summary(&list) {
            Some(counts) if people => self.say(&counts),
            _ => Ok(()),
        }
    }

    /// Whether standard output is to be coloured.
    pub fn colored_data(&self) -> bool {
        self.colored(io::stdout().is_terminal())
    }

    fn colored(&self, terminal: bool) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                terminal && !set("NO_COLOR") && !dumb
            }
        }
    }

    /// What the terminal of the messages can show.
    fn look(&self) -> Look {
        let stderr = io::stderr();
        let terminal = stderr.is_terminal();
        Look {
            color: self.colored(terminal),
            unicode: !terminal || unicode(),
            width: width(&stderr)
                .filter(|_| terminal)
                .unwrap_or(Look::PLAIN.width),
        }
    }
}

/// A reader that went away has read enough: that is no trouble, and changes no exit code.
fn unless_closed(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// `1 file`, `2 files`
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// The columns of a terminal, within what can be read.
fn width(stream: &io::Stderr) -> Option<usize> {
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size_of(stream)?;
    Some(usize::from(columns).clamp(40, 140))
}

/// Whether the user's language settings name an encoding that isn't UTF-8.
fn unicode() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    set.is_none_or(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    })
}
