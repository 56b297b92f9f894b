//! The program under test, as a process of its own.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{PATIENCE, TOKEN};
use crate::support;

/// `serve` that would connect to that address, to be given more settings.
pub fn program(base: &str) -> std::process::Command {
    let mut command = support::program();
    command.arg("serve").env("DISCORD_TOKEN", TOKEN).env("RELATIONS_BOT__DISCORD__API_BASE", base);
    for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

/// A command as the last arguments of another one, which runs it.
fn beneath(program: &str, arguments: &[&str], command: &std::process::Command) -> std::process::Command {
    let mut outer = std::process::Command::new(program);
    outer.args(arguments).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

/// A running bot; killed when dropped.
pub struct Bot {
    child: Child,
    log: watch::Receiver<Vec<String>>,
}

impl Bot {
    /// Starts it with those settings; below another program, with its arguments, where one is given.
    pub fn start(base: &str, settings: &[(&str, &str)], below: &[&str]) -> Self {
        let mut command = program(base);
        for (key, value) in settings {
            command.env(format!("RELATIONS_BOT__{key}"), value);
        }
        if let [program, arguments @ ..] = below {
            command = beneath(program, arguments, &command);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = Command::from(command).kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (sender, log) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                sender.send_modify(|log| log.push(line));
            }
        });
        Self { child, log }
    }

    /// Waits until a line of the log has that in it; gives the line.
    pub async fn logs(&mut self, part: &str) -> String {
        let log =
            timeout(PATIENCE, self.log.wait_for(|log| log.iter().any(|line| line.contains(part)))).await;
        if let Ok(Ok(log)) = &log {
            return log.iter().find(|line| line.contains(part)).cloned().unwrap_or_default();
        }
        drop(log);
        panic!("`{part}` is not in the log:\n{}", self.log())
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.borrow().join("\n")
    }

    /// Asks it to stop.
    pub fn signal(&self, signal: &str) {
        let id = self.process().to_string();
        let sent = std::process::Command::new("kill").args(["-s", signal, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended and its log is read.
    pub async fn ended(&mut self) -> ExitStatus {
        let status = self.ended_within(PATIENCE).await;
        while self.log.changed().await.is_ok() {}
        status
    }

    /// Waits until it has ended, at most that long.
    pub async fn ended_within(&mut self, time: Duration) -> ExitStatus {
        let ended = timeout(time, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it still runs after {time:?}:\n{}", self.log())).unwrap()
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id().unwrap_or_else(|| panic!("it has ended:\n{}", self.log()))
    }

    /// Kills it, as a crash would.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Waits until it fails; gives the only line that it says about it.
    pub async fn fails(&mut self) -> String {
        let status = self.ended().await;
        let log = self.log();
        assert_eq!(status.code(), Some(1), "{log}");
        let errors: Vec<&str> = log.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "{log}");
        assert!(log.ends_with(errors[0]), "the error is the last word:\n{log}");
        errors[0].to_owned()
    }
}
