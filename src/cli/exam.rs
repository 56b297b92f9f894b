//! `exam`: marks the bot, and fits its confidence.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use relations_bot::exam::fit::{self, Fitted};
use relations_bot::exam::{Kind, Mark, Report, mark, read};
use relations_bot::matcher::decision::FEATURE_NAMES;

use super::{Context, Status};

#[derive(Debug, Args)]
pub struct ExamArguments {
    /// Exam files: JSON lines
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print the figures as one JSON object
    #[arg(long, conflicts_with = "fit")]
    json: bool,
    /// Show up to that many failures of each sort
    #[arg(long, default_value_t = 0, value_name = "N")]
    show: usize,
    /// Fit the coefficients of confidence on these exams and print them with what thresholds would do
    #[arg(long)]
    fit: bool,
}

pub fn run(context: &Context, arguments: &ExamArguments) -> Result<Status> {
    let assistant = context.assistant()?;
    let mut questions = Vec::new();
    for file in &arguments.files {
        questions.extend(read(file)?);
    }
    let mut out = io::stdout().lock();
    if arguments.fit {
        write_fit(&mut out, &fit::fit(&assistant, &questions)?)?;
        return Ok(Status::Done);
    }
    let report = mark(&assistant, &questions)?;
    if arguments.json {
        let mut object = serde_json::to_value(&report.groups)?;
        if let Some(object) = object.as_object_mut() {
            let sourced = serde_json::json!({"n": report.sourced, "right": report.sourced_right});
            object.insert("source of right answers".to_owned(), sourced);
        }
        writeln!(out, "{object}")?;
        return Ok(Status::Done);
    }
    write_report(&mut out, &report)?;
    write_failures(&mut out, &report, arguments.show)?;
    Ok(Status::Done)
}

fn write_report(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{:28}{:>5}{:>8}{:>9}{:>8}{:>7}", "", "n", "right", "suggest", "missed", "wrong")?;
    for (group, figures) in &report.groups {
        writeln!(
            out,
            "{group:28}{:>5}{:>8.1}{:>9.1}{:>8.1}{:>7.1}",
            figures.n, figures.right, figures.suggested, figures.missed, figures.wrong
        )?;
    }
    writeln!(out, "{:28}{:>5}{:>8.1}", "source of right answers", report.sourced, report.sourced_right)
}

fn write_failures(out: &mut dyn Write, report: &Report, most: usize) -> io::Result<()> {
    let sorts = [
        (Kind::In, Mark::Wrong),
        (Kind::In, Mark::Missed),
        (Kind::In, Mark::Suggested),
        (Kind::Near, Mark::Wrong),
        (Kind::Far, Mark::Wrong),
    ];
    for (kind, mark) in sorts {
        let failures =
            report.failures.iter().filter(|failure| failure.question.kind == kind && failure.mark == mark);
        let count = failures.clone().count();
        if count == 0 || most == 0 {
            continue;
        }
        writeln!(out, "\n{kind}, {mark}: {count}")?;
        for failure in failures.take(most) {
            writeln!(out, "  {} {}", failure.question.id, failure.question.q)?;
            let fact = failure.reply.candidates.first().map_or("", |candidate| candidate.fact.as_str());
            writeln!(out, "      -> {:.2} {fact}: {}", failure.reply.confidence, failure.reply.text)?;
            writeln!(out, "      gold: {}", failure.question.gold)?;
        }
    }
    Ok(())
}

fn write_fit(out: &mut dyn Write, fitted: &Fitted) -> io::Result<()> {
    for (name, weight) in FEATURE_NAMES.iter().zip(fitted.weights) {
        writeln!(out, "{name:20}{weight:>9.3}")?;
    }
    writeln!(
        out,
        "\n{:>10}{:>10}{:>10}{:>12}{:>12}",
        "threshold", "in right", "in wrong", "near right", "far right"
    )?;
    for row in &fitted.trade_offs {
        writeln!(
            out,
            "{:>10.2}{:>10.1}{:>10.1}{:>12.1}{:>12.1}",
            row.threshold, row.right, row.wrong, row.near, row.far
        )?;
    }
    Ok(())
}
