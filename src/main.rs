//! The command line of relations-bot.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
