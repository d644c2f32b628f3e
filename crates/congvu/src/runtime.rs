//! The threads everything runs on.

use std::io;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::config::{BlobPlace, Config};

/// A thread that waited for the disk is kept so long for the next wait. Each holds some megabytes of its own.
const KEEP: Duration = Duration::from_secs(2);

/// Threads that wait for names, where contents lie in a bucket: each may wait long where no server of names answers.
const WAITING: usize = 500;

/// Runs all there is to do until the program ends. What is left then (a file that somebody was taking) ends with the program: a runtime
/// that is taken down takes the clock away first, and work that looks at it panics.
pub(crate) fn run_out<T>(runtime: Runtime, work: impl Future<Output = T>) -> T {
    let done = runtime.block_on(work);
    std::mem::forget(runtime);
    done
}

/// As many threads as there are processors, and so many more for each that may wait for the disk: reads of the
/// database, files, passwords. None of them waits for another.
pub(crate) fn start(config: &Config) -> io::Result<Runtime> {
    let processors = available_parallelism().map_or(1, std::num::NonZero::get);
    let waiting = match config.blobs.place {
        BlobPlace::Folder(_) => 0,
        BlobPlace::S3(_) => WAITING,
    };
    Builder::new_multi_thread()
        .worker_threads(processors)
        .max_blocking_threads(4 * processors + 8 + waiting)
        .thread_keep_alive(KEEP)
        .enable_all()
        .build()
}
