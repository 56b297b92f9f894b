//! `serve`: the Discord bot.

use anyhow::{Context as _, Result};
use relations_bot::discord;

use super::{Context, Status};

pub fn run(context: &Context) -> Result<Status> {
    log_panics();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the threads of the bot cannot be started")?;
    let served = runtime.block_on(discord::serve(&context.config, context.source.clone()));
    // A reply that is still under way is not waited for.
    runtime.shutdown_background();
    served?;
    Ok(Status::Done)
}

/// Logs where something panicked, and what with only at debug level: it may quote what somebody typed.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of the bot panicked");
        let payload = panic.payload();
        let cause = payload.downcast_ref::<&str>().copied().map(str::to_owned);
        let cause = cause.or_else(|| payload.downcast_ref::<String>().cloned());
        tracing::debug!(place, cause, "what it panicked with");
    }));
}
