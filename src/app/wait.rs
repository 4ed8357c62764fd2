use std::future::Future;

use crate::exit::Exit;

/// Runs a future to its end, or until an interrupt or a request to terminate comes.
pub fn waiting<T>(work: impl Future<Output = T>) -> Result<T, Exit> {
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
    else {
        return Err(Exit::SourceFailed);
    };
    runtime.block_on(async {
        tokio::select! {
            result = work => Ok(result),
            () = interrupted() => Err(Exit::Interrupted),
            () = terminated() => Err(Exit::Terminated),
        }
    })
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending::<()>().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}
