//! Threads that print documents and do nothing else: no slow disk or name server holds a submission up, and few threads keep
//! what printing needs in memory.

use tokio::runtime::{Builder, Runtime};

use super::IntakeError;

/// The threads. Work waits until one is free.
#[derive(Debug)]
pub struct Printers(Option<Runtime>);

impl Printers {
    /// So many threads, at least one. Fails if the system gives none.
    pub fn new(count: usize) -> std::io::Result<Self> {
        let threads = Builder::new_multi_thread().worker_threads(count.max(1)).thread_name("printer").build()?;
        Ok(Self(Some(threads)))
    }

    /// Does heavy work off the request threads. It goes on to its end when nobody waits for it any more.
    pub async fn print<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, IntakeError> + Send + 'static,
    ) -> Result<T, IntakeError> {
        let Some(threads) = &self.0 else { return Err(cut_off()) };
        threads.spawn(async move { work() }).await.map_err(|_| cut_off())?
    }
}

impl Drop for Printers {
    fn drop(&mut self) {
        // A runtime may not be dropped where others run: that would wait for its threads.
        if let Some(threads) = self.0.take() {
            threads.shutdown_background();
        }
    }
}

fn cut_off() -> IntakeError {
    IntakeError::Document("printing was cut off by a panic or the shutdown".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_of_its_own_work_only() {
        let printers = Printers::new(1).unwrap();
        let cut = printers.print(|| -> Result<(), IntakeError> { std::panic::resume_unwind(Box::new(())) }).await;
        assert!(matches!(cut, Err(IntakeError::Document(_))));
        assert_eq!(printers.print(|| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn no_more_is_printed_at_once_than_there_are_threads() {
        let printers = Printers::new(1).unwrap();
        let (release, held) = channel();
        let first = printers.print(move || Ok(held.recv().is_ok()));
        let (begun, second_begun) = channel();
        let second = printers.print(move || Ok(begun.send(()).is_ok()));
        let release = async {
            tokio::task::yield_now().await;
            assert!(second_begun.try_recv().is_err(), "the only thread is held by the first");
            release.send(()).unwrap();
        };
        let (first, second, ()) = tokio::join!(first, second, release);
        assert!(first.unwrap() && second.unwrap());
    }

    #[tokio::test]
    async fn threads_go_without_being_waited_for() {
        let (release, held) = channel::<()>();
        let printers = Printers::new(1).unwrap();
        let long = printers.print(move || Ok(held.recv().is_err()));
        tokio::select! { biased; _ = long => unreachable!("it is held"), () = tokio::task::yield_now() => {} }
        drop(printers);
        drop(release);
    }
}
