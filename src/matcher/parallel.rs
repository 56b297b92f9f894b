//! Work on many things at once, on as many threads as there are processors.

use std::num::NonZeroUsize;
use std::thread;

/// The number of processors.
#[must_use]
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// What a function makes of each thing, in their order. The things are dealt out in equal shares.
pub fn map<T: Sync, R: Send>(things: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = things.len().div_ceil(threads()).max(1);
    let make = &make;
    thread::scope(|scope| {
        let workers: Vec<_> = things
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(make).collect::<Vec<R>>()))
            .collect();
        // A worker that panicked has no result; the panic goes on here.
        let done = workers.into_iter().map(|worker| match worker.join() {
            Ok(results) => results,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_things() {
        for count in [0, 1, 2, 3, 1_000] {
            let things: Vec<usize> = (0..count).collect();
            assert_eq!(map(&things, |thing| thing * 2), (0..count).map(|n| n * 2).collect::<Vec<_>>());
        }
    }
}
