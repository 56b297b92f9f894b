//! `ask --jsonl`: a line in, a line out, whatever the lines hold.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::Value;

use super::support::{bot, program};
use super::{BORDER, REPLY_KEYS, keys, object};

/// How long a reply may take before it counts as not flushed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `ask --jsonl`.
struct Session {
    child: Child,
    stdin: ChildStdin,
    replies: Receiver<String>,
}

impl Session {
    fn start() -> Self {
        let mut child =
            program().args(["ask", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, replies) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout.lines() {
                if sender.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        Self { child, stdin, replies }
    }

    fn say(&mut self, line: &str) -> Value {
        writeln!(self.stdin, "{line}").unwrap();
        self.stdin.flush().unwrap();
        let reply = self.replies.recv_timeout(PATIENCE);
        object(&reply.unwrap_or_else(|error| panic!("no reply to `{line}` while the input is open: {error}")))
    }
}

#[test]
fn every_line_is_answered_before_the_next_is_read() {
    let mut session = Session::start();
    for question in [BORDER, "What is TANAP?", "hello", "qwertz uiop", "when was the Treaty of Kars signed"] {
        let reply = session.say(question);
        assert_eq!(reply["question"], question);
        assert!(reply.get("error").is_none(), "{reply}");
    }
    let Session { mut child, stdin, replies } = session;
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert!(replies.recv_timeout(PATIENCE).is_err(), "nothing is printed beyond the replies");
}

#[test]
fn bad_lines_get_an_error_and_the_good_ones_around_them_a_reply() {
    let mut input: Vec<u8> = Vec::new();
    let long = "ə".repeat(301);
    let huge = "border ".repeat(10 * 1024 * 1024 / 7);
    let lines: [(&[u8], Option<&str>); 10] = [
        (BORDER.as_bytes(), None),
        (b"", Some("empty")),
        (b"  \t ", Some("empty")),
        (long.as_bytes(), Some("301 characters")),
        (huge.as_bytes(), Some("too long")),
        (b"what is \xff\xfe", Some("UTF-8")),
        (b"\x00\x01\x02", None),
        (br#"{"question": "how long is the border?"}"#, None),
        ("😀🏳\u{fe0f}\u{200d}🌈 ﷽ \u{202e}".as_bytes(), None),
        (b"What is TANAP?\r", None),
    ];
    for (line, _) in lines {
        input.extend_from_slice(line);
        input.push(b'\n');
    }
    // The last line lacks its line feed.
    input.extend_from_slice(BORDER.as_bytes());
    let output =
        bot().args(["ask", "--jsonl"]).write_stdin(input).assert().success().stderr("").get_output().clone();
    let text = String::from_utf8(output.stdout).unwrap();
    let replies: Vec<Value> = text.lines().map(object).collect();
    assert_eq!(replies.len(), lines.len() + 1);
    for (reply, (line, error)) in replies.iter().zip(lines) {
        let line = String::from_utf8_lossy(line);
        let shown: String = line.chars().take(40).collect();
        let mut expected: BTreeSet<&str> = REPLY_KEYS.into();
        if let Some(part) = error {
            expected.insert("error");
            let told = reply["error"].as_str().unwrap_or_else(|| panic!("`{shown}` gets no error: {reply}"));
            assert!(told.contains(part), "`{shown}`: {told}");
            assert_eq!(reply["outcome"], "none");
        } else {
            assert_eq!(reply["question"], line.trim(), "replies come in the order of the lines");
        }
        assert_eq!(keys(reply), expected.into_iter().collect::<Vec<_>>(), "`{shown}`");
    }
    assert_eq!(replies[0], replies[lines.len()], "the last line needs no line feed");
    assert_eq!(replies[9]["outcome"], "answer", "a carriage return is no part of the question");
}
