//! A long list worked on by all cores: takes items, gives what was made of each run of them, in
//! order. It knows nothing of the language.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::thread;

/// A run shorter than this is not worth a thread.
const LEAST: usize = 64;

/// What `work` makes of each run of `items`; a short list is one run, on this thread.
pub fn runs<'i, T: Sync, R: Send>(items: &'i [T], work: impl Fn(&'i [T]) -> R + Sync) -> Vec<R> {
    let cores = match is_large(items.len()) {
        true => thread::available_parallelism().map_or(1, NonZero::get),
        false => 1,
    };
    let count = cores.min(items.len() / LEAST).max(1);
    let length = items.len().div_ceil(count);
    let (first, rest) = items.split_at(length.min(items.len()));
    thread::scope(|scope| {
        let work = &work;
        let others = rest.chunks(length.max(1));
        let others: Vec<_> = others.map(|run| scope.spawn(move || work(run))).collect();
        let mut made = vec![work(first)];
        for other in others {
            made.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    })
}

/// Frees something large while this thread goes on.
pub fn drop_aside<T: Send + 'static>(large: T) {
    // Without a thread to be had, the closure is dropped here, and what it holds with it.
    thread::Builder::new().spawn(move || drop(large)).ok();
}

/// Whether a list of so many things is large.
pub fn is_large(length: usize) -> bool {
    length >= 2 * LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_run_and_in_order() {
        for length in [0, 1, LEAST, 2 * LEAST - 1, 2 * LEAST, 5 * LEAST + 1, 9999] {
            let items: Vec<usize> = (0..length).collect();
            let made = runs(&items, <[usize]>::to_vec);
            assert_eq!(made.concat(), items);
            assert!(length >= 2 * LEAST || made.len() == 1, "{length}");
        }
    }
}
