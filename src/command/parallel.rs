//! Work on many items over all cores, the results in the order of the items, in bounded memory.

use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError};
use std::sync::{Arc, Mutex};
use std::thread;

/// How many threads scan unless told otherwise.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Takes items from `source` on one thread, does `work` on `jobs` others, and gives each result to `sink` on this
/// one, in the order of the items. `sink` is given `None` before a wait, so that it can flush what it holds. At most
/// `3 * jobs` items are under way. When `sink` fails nothing more is taken and its error is returned.
pub fn in_order<I, T, E>(
    jobs: usize,
    source: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> T + Sync,
    mut sink: impl FnMut(Option<T>) -> Result<(), E>,
) -> Result<(), E>
where
    I: Send,
    T: Send,
{
    let jobs = jobs.max(1);
    // Each item travels with the sender of its own answer; the receivers queue in the order of the items.
    let (to_workers, at_workers) = mpsc::sync_channel::<(I, SyncSender<T>)>(jobs);
    let (to_sink, at_sink) = mpsc::sync_channel::<Receiver<T>>(2 * jobs);
    // Owned by the workers alone: when none is left the source is told.
    let at_workers = Arc::new(Mutex::new(at_workers));
    thread::scope(|scope| {
        scope.spawn(move || {
            for item in source {
                let (answer, answered) = mpsc::sync_channel(1);
                if to_sink.send(answered).is_err() || to_workers.send((item, answer)).is_err() {
                    break;
                }
            }
        });
        for _ in 0..jobs {
            let (at_workers, work) = (Arc::clone(&at_workers), &work);
            scope.spawn(move || {
                loop {
                    let next = match at_workers.lock() {
                        Ok(queue) => queue.recv(),
                        Err(_) => break,
                    };
                    let Ok((item, answer)) = next else { break };
                    // Nobody waits for the answer any more when the sink has failed.
                    let _ = answer.send(work(item));
                }
            });
        }
        drop(at_workers);
        // Moved in, so that it is dropped, and the source told, when the sink fails.
        let at_sink = at_sink;
        while let Some(answered) = receive(&at_sink, &mut sink)? {
            let Some(result) = receive(&answered, &mut sink)? else { break };
            sink(Some(result))?;
        }
        Ok(())
    })
}

fn receive<R, T, E>(from: &Receiver<R>, sink: &mut impl FnMut(Option<T>) -> Result<(), E>) -> Result<Option<R>, E> {
    match from.try_recv() {
        Ok(value) => Ok(Some(value)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            sink(None)?;
            Ok(from.recv().ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for jobs in [1, 2, 7] {
            let mut got = Vec::new();
            let work = |n: u64| {
                // Uneven, so that later items are ready first.
                (0..(n * 7919) % 5000).fold(n, |sum, k| std::hint::black_box(sum ^ k));
                n
            };
            let done: Result<(), ()> = in_order(jobs, 0..500, work, |result| {
                got.extend(result);
                Ok(())
            });
            assert_eq!(done, Ok(()));
            assert_eq!(got, (0..500).collect::<Vec<_>>());
        }
    }

    #[test]
    fn little_is_under_way_at_a_time_and_a_failing_sink_stops_the_source() {
        let taken = AtomicUsize::new(0);
        let source = (0..).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let mut seen = 0;
        let done = in_order(
            2,
            source,
            |n: usize| n,
            |result| match result {
                Some(n) => {
                    seen += 1;
                    assert!(taken.load(Ordering::SeqCst) <= n + 12, "too much is under way");
                    if seen < 50 { Ok(()) } else { Err("enough") }
                }
                None => Ok(()),
            },
        );
        assert_eq!(done, Err("enough"));
        assert!(taken.load(Ordering::SeqCst) < 70);
    }

    #[test]
    fn nothing_in_nothing_out() {
        let done: Result<(), ()> = in_order(
            2,
            std::iter::empty::<u8>(),
            |n| n,
            |result| {
                assert_eq!(result, None);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
    }
}
