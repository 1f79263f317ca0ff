//! A sign of life, for runs that take long enough to wonder.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Shown on a terminal only, after [`PATIENCE`], and wiped when dropped.
pub struct Progress {
    clock: Option<(Sender<String>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins to wait.
    pub fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self { clock: None };
        }
        let (sender, receiver) = channel::<String>();
        let clock = std::thread::spawn(move || {
            let mut message = String::new();
            let mut bar: Option<ProgressBar> = None;
            let begin = Instant::now();
            loop {
                let left = PATIENCE.saturating_sub(begin.elapsed());
                let wait = if bar.is_some() { PATIENCE } else { left };
                match receiver.recv_timeout(wait) {
                    Ok(next) => message = next,
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => {
                        bar.get_or_insert_with(spinner);
                    }
                }
                if let Some(bar) = &bar {
                    bar.set_message(message.clone());
                }
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        Self {
            clock: Some((sender, clock)),
        }
    }

    /// Says what is being done now.
    pub fn say(&self, message: String) {
        if let Some((sender, _)) = &self.clock {
            sender.send(message).ok();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, clock)) = self.clock.take() {
            drop(sender);
            clock.join().ok();
        }
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
