//! Sends replies. Discord waits three seconds for the first one: within that time, what fails for a reason
//! that may pass is tried again.
//!
//! serenity's own client does not do that, and does not tell how long a 429 asks to wait. Callbacks do not
//! count towards a bot's rate limit, so they need no limiter.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use serenity::model::id::InteractionId;
use tokio::time::{Instant, sleep, timeout_at};

use super::limits::REPLY_WITHIN;
use super::response::{File, Response};

/// Where Discord's REST interface is.
pub const DISCORD: &str = "https://discord.com";
/// How the bot names itself, in the form that Discord asks for.
pub const USER_AGENT: &str =
    concat!("DiscordBot (", env!("CARGO_PKG_NAME"), ", ", env!("CARGO_PKG_VERSION"), ")");
/// What is kept of the three seconds for the way there and back.
const RESERVE: Duration = Duration::from_millis(100);
/// The pause before the first new attempt; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// A message that is no first reply is tried so often, as it has minutes.
const ATTEMPTS: u32 = 3;
/// Discord's error code for an interaction that has had its reply.
const ALREADY_ACKNOWLEDGED: u32 = 40_060;
/// As much is read of a refusal.
const SHOWN: usize = 300;

/// Sends replies to interactions.
#[derive(Debug, Clone)]
pub struct Callbacks {
    client: Client,
    base: String,
}

/// Why a reply did not arrive.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// Discord refused it.
    #[error("refused with {status}: {reason}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// Discord's words.
        reason: String,
    },
    /// It could not be sent in time.
    #[error("not delivered in time after {attempts} attempts: {last}")]
    TooLate {
        /// How often it was tried.
        attempts: u32,
        /// What the last attempt failed by.
        last: String,
    },
    /// It could not be written down.
    #[error("cannot be written as JSON: {0}")]
    Encoding(#[from] serde_json::Error),
}

/// The body as JSON.
fn body(response: &Response) -> Result<String, serde_json::Error> {
    if response.files.is_empty() {
        return serde_json::to_string(&response.body);
    }
    let mut body = serde_json::to_value(&response.body)?;
    if let Some(data) = body.get_mut("data") {
        number_files(data);
    }
    Ok(body.to_string())
}

/// Gives each attachment of a message the number of its file as its id: as text, as Discord's document has ids.
/// serenity numbers them only where it sends them itself.
fn number_files(message: &mut Value) {
    let attachments = message.get_mut("attachments").and_then(Value::as_array_mut);
    let ids = attachments.into_iter().flatten().filter_map(|attachment| attachment.get_mut("id"));
    for (number, id) in ids.enumerate() {
        *id = Value::String(number.to_string());
    }
}

/// The body with files beside it.
fn form(body: &str, files: &[File]) -> Form {
    // A media type that is none would be a fault of the program, and the part goes without it.
    let typed =
        |part: &dyn Fn() -> Part, media_type: &str| part().mime_str(media_type).unwrap_or_else(|_| part());
    let json = typed(&|| Part::text(body.to_owned()), "application/json");
    let form = Form::new().part("payload_json", json);
    files.iter().enumerate().fold(form, |form, (at, file)| {
        let part = || Part::stream(file.bytes.to_vec()).file_name(file.name.clone());
        form.part(format!("files[{at}]"), typed(&part, file.media_type))
    })
}

/// What Discord says with an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    code: u32,
    message: String,
    /// Seconds.
    retry_after: Option<f64>,
}

/// How one attempt ended.
enum Attempt {
    Done,
    /// May succeed later, after that pause where Discord names one.
    Passing {
        why: String,
        pause: Option<Duration>,
    },
    Refused(CallbackError),
}

impl Callbacks {
    /// Sends through that client, to Discord or to another server (`base`: an address without a path).
    #[must_use]
    pub fn new(client: Client, base: &str) -> Self {
        let base = if base.is_empty() { DISCORD } else { base };
        Self { client, base: base.trim_end_matches('/').to_owned() }
    }

    /// Sends the reply to an interaction that came in at `received`.
    ///
    /// # Errors
    /// Where Discord refuses it, or three seconds are over.
    pub async fn send(
        &self,
        id: InteractionId,
        token: &str,
        response: &Response,
        received: Instant,
    ) -> Result<(), CallbackError> {
        let url = format!("{}/api/v10/interactions/{id}/{token}/callback", self.base);
        let body = body(response)?;
        let deadline = received + REPLY_WITHIN - RESERVE;
        let mut pause = FIRST_PAUSE;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let request = self.client.post(&url);
            let attempt = timeout_at(deadline, attempt(request, &body, &response.files)).await;
            let (why, asked) = match attempt {
                Ok(Attempt::Done) => return Ok(()),
                Ok(Attempt::Refused(error)) => return Err(error),
                Ok(Attempt::Passing { why, pause }) => (why, pause),
                Err(_) => ("no response".to_owned(), None),
            };
            let wait = asked.unwrap_or(pause);
            if Instant::now() + wait >= deadline {
                return Err(CallbackError::TooLate { attempts, last: why });
            }
            tracing::debug!(%id, why, "a reply is sent again");
            sleep(wait).await;
            pause *= 2;
        }
    }

    /// Sends a message that is no first reply: to a path behind the version, with the bot's token where it needs one.
    ///
    /// # Errors
    /// Where Discord refuses it, or cannot be reached.
    pub async fn send_message(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        mut message: Value,
        files: &[File],
    ) -> Result<(), CallbackError> {
        let url = format!("{}/api/v10{path}", self.base);
        number_files(&mut message);
        let body = message.to_string();
        let mut pause = FIRST_PAUSE;
        for attempts in 1.. {
            let request = self.client.request(method.clone(), &url);
            let request = match token {
                Some(token) => request.header("authorization", format!("Bot {token}")),
                None => request,
            };
            match attempt(request, &body, files).await {
                Attempt::Done => break,
                Attempt::Refused(error) => return Err(error),
                Attempt::Passing { why, .. } if attempts == ATTEMPTS => {
                    return Err(CallbackError::TooLate { attempts, last: why });
                }
                Attempt::Passing { pause: asked, .. } => sleep(asked.unwrap_or(pause)).await,
            }
            pause *= 2;
        }
        Ok(())
    }
}

/// Tries to send a body once.
async fn attempt(request: RequestBuilder, body: &str, files: &[File]) -> Attempt {
    let request = if files.is_empty() {
        request.header("content-type", "application/json").body(body.to_owned())
    } else {
        request.multipart(form(body, files))
    };
    let answer = match request.send().await {
        Ok(answer) => answer,
        // The address holds the interaction's token, which is nobody's business.
        Err(error) => return Attempt::Passing { why: error.without_url().to_string(), pause: None },
    };
    let status = answer.status();
    if status.is_success() {
        return Attempt::Done;
    }
    let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    let text = answer.text().await.unwrap_or_default();
    let refusal: Refusal = serde_json::from_str(&text).unwrap_or_default();
    if refusal.code == ALREADY_ACKNOWLEDGED {
        // An attempt arrived although its answer was lost.
        return Attempt::Done;
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = refusal.retry_after.or(header).filter(|seconds| *seconds >= 0.0);
        let pause = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        return Attempt::Passing { why: status.to_string(), pause };
    }
    if status.is_server_error() {
        return Attempt::Passing { why: status.to_string(), pause: None };
    }
    let reason = if refusal.message.is_empty() { text } else { refusal.message };
    Attempt::Refused(CallbackError::Refused { status, reason: super::limits::cut(&reason, SHOWN) })
}
