//! `ask`: one question from the arguments, or one a line from standard input.

use std::io::{self, BufRead, Write};

use anyhow::Result;
use clap::Args;
use relations_bot::assistant::{Assistant, Reply};
use serde_json::json;

use super::{Context, Status, explain, render};

/// A longer line is not kept: it cannot be a question.
const MAX_LINE_BYTES: usize = 16 * 1024;

#[derive(Debug, Args)]
pub struct AskArguments {
    /// The question, in one or several words
    #[arg(required_unless_present = "jsonl", conflicts_with = "jsonl", value_name = "QUESTION")]
    question: Vec<String>,
    /// Print the reply as one JSON object
    #[arg(long, conflicts_with = "jsonl")]
    json: bool,
    /// Read a question a line from standard input and print a JSON object a line
    #[arg(long)]
    jsonl: bool,
    /// Show how the question was matched
    #[arg(long, conflicts_with_all = ["json", "jsonl"])]
    explain: bool,
}

pub fn run(context: &Context, arguments: &AskArguments) -> Result<Status> {
    let assistant = context.assistant()?;
    if arguments.jsonl {
        return lines(&assistant, &mut io::stdin().lock(), &mut io::stdout().lock());
    }
    let question = arguments.question.join(" ");
    if arguments.explain {
        return explained(&assistant, &question);
    }
    let reply = assistant.ask(&question)?;
    if arguments.json {
        writeln!(io::stdout().lock(), "{}", serde_json::to_string(&reply)?)?;
        return Ok(Status::Done);
    }
    render::reply(&mut anstream::stdout().lock(), &reply)?;
    Ok(Status::Done)
}

/// Answers a question, and shows how it was matched.
pub fn explained(assistant: &Assistant, question: &str) -> Result<Status> {
    let reply = assistant.ask(question)?;
    let mut out = anstream::stdout().lock();
    render::reply(&mut out, &reply)?;
    writeln!(out)?;
    explain::write(&mut out, assistant, question)?;
    Ok(Status::Done)
}

/// One line of input.
enum Line {
    Text(String),
    Bad(&'static str),
}

/// Answers line by line; a bad line gets an object that says so.
fn lines(assistant: &Assistant, input: &mut dyn BufRead, output: &mut dyn Write) -> Result<Status> {
    while let Some(line) = read_line(input)? {
        let answered: Result<Reply, (String, String)> = match line {
            Line::Text(text) => assistant.ask(&text).map_err(|error| (shortened(&text), error.to_string())),
            Line::Bad(reason) => Err((String::new(), reason.to_owned())),
        };
        let object = match answered {
            Ok(reply) => serde_json::to_string(&reply)?,
            Err((question, error)) => json!({
                "question": question,
                "outcome": "none",
                "text": error,
                "error": error,
                "fact": null,
                "section": null,
                "date": null,
                "confidence": 0.0,
                "language": assistant.base().language,
                "suggestions": [],
                "candidates": [],
            })
            .to_string(),
        };
        writeln!(output, "{object}")?;
        output.flush()?;
    }
    Ok(Status::Done)
}

/// Reads up to the next line feed; what is too long is skipped, not kept.
fn read_line(input: &mut dyn BufRead) -> io::Result<Option<Line>> {
    let mut line: Vec<u8> = Vec::new();
    let mut too_long = false;
    let mut any = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|&byte| byte == b'\n');
        let taken = end.unwrap_or(buffer.len());
        if line.len() + taken > MAX_LINE_BYTES {
            too_long = true;
        } else {
            line.extend(buffer.iter().take(taken));
        }
        input.consume(end.map_or(taken, |end| end + 1));
        if end.is_some() {
            break;
        }
    }
    if !any {
        return Ok(None);
    }
    if too_long {
        return Ok(Some(Line::Bad(
            "the line is too long to be a question; at most 300 characters can be read",
        )));
    }
    Ok(Some(match String::from_utf8(line) {
        Ok(text) => Line::Text(text),
        Err(_) => Line::Bad("the line is not UTF-8"),
    }))
}

fn shortened(text: &str) -> String {
    text.chars().take(relations_bot::assistant::MAX_QUESTION_CHARS).collect()
}
