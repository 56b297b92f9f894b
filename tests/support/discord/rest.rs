//! The REST interface, as much of it as the bot uses.

use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::interactions::APPLICATION;
use super::reply::{self, Reply};
use super::state::{Fault, Post, Request, State};
use super::{TOKEN, limits, multipart};

type Stand = watch::Sender<State>;
/// A body, and the files beside it.
type Read = (Value, Vec<multipart::Sent>);

pub async fn serve(listener: TcpListener, state: Stand) {
    let _ = axum::serve(listener, Router::new().fallback(take).with_state(state)).await;
}

/// Takes any request.
async fn take(
    Shared(state): Shared<Stand>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let at = Instant::now();
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let path = uri.path().strip_prefix("/api/v10").unwrap_or_default().to_owned();
    let read = multipart::parse(&header("content-type"), &bytes);
    let body = read.as_ref().map(|(json, _)| json.clone()).unwrap_or_default();
    let request = Request { method: method.to_string(), path: path.clone(), body: body.clone(), at };
    state.send_modify(|state| state.requests.push(request));
    if !header("user-agent").starts_with("DiscordBot (") {
        state.send_modify(|state| state.violations.push(format!("{path}: no user agent as asked for")));
    }
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let with_token = header("authorization") == format!("Bot {TOKEN}");
    let application = APPLICATION.to_string();
    match (method.as_str(), parts.as_slice()) {
        ("POST", ["interactions", id, token, "callback"]) => {
            let response = tokio::spawn(callback(state, (*id).to_owned(), (*token).to_owned(), read));
            // A handler that unwinds ends the connection without a response; this way nothing is printed.
            response.await.ok().flatten().unwrap_or_else(|| resume_unwind(Box::new("dropped")))
        }
        ("DELETE", ["webhooks", id, token, "messages", "@original"]) if *id == application => {
            delete(&state, token)
        }
        ("PATCH", ["webhooks", id, token, "messages", "@original"]) if *id == application => {
            follow(&state, token, Follows::InPlace, read)
        }
        ("POST", ["webhooks", id, token]) if *id == application => {
            follow(&state, token, Follows::Beside, read)
        }
        _ if !with_token => refusal(401, 0, "401: Unauthorized"),
        ("GET", ["gateway", "bot"]) => introduction(&state),
        ("POST", ["channels", channel, "messages"]) => post(&state, channel, read),
        ("PUT", ["applications", id, "commands"]) if *id == application => register(&state, None, &body),
        ("PUT", ["applications", id, "guilds", guild, "commands"]) if *id == application => {
            register(&state, Some(guild), &body)
        }
        _ => {
            state.send_modify(|state| state.violations.push(format!("unknown request {method} {path}")));
            refusal(404, 0, "404: Not Found")
        }
    }
}

fn introduction(state: &Stand) -> Response {
    let mut dead = false;
    state.send_modify(|state| {
        dead = state.dead_introductions > 0;
        state.dead_introductions = state.dead_introductions.saturating_sub(1);
    });
    if dead {
        return refusal(503, 0, "upstream connect error");
    }
    let state = state.borrow();
    let limit = json!({"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1});
    ok(&json!({"url": state.url, "shards": state.shards, "session_start_limit": limit}))
}

fn register(state: &Stand, guild: Option<&str>, commands: &Value) -> Response {
    if let Some(status) = state.borrow().refuses_commands {
        return refusal(status, 50_035, "Invalid Form Body");
    }
    let missing = state.borrow().missing_guild.map(|guild| guild.to_string());
    if missing.is_some() && missing.as_deref() == guild {
        return refusal(403, 50_001, "Missing Access");
    }
    let mut commands = commands.as_array().cloned().unwrap_or_default();
    let faults: Vec<String> = commands.iter().flat_map(limits::command_faults).collect();
    if !faults.is_empty() {
        state.send_modify(|state| state.violations.extend(faults));
        return refusal(400, 50_035, "Invalid Form Body");
    }
    for command in &mut commands {
        state.send_modify(|state| command["id"] = json!(state.new_id()));
        command["application_id"] = json!(APPLICATION.to_string());
        command["version"] = json!("1");
        if command["type"].is_null() {
            command["type"] = json!(1);
        }
        command["default_member_permissions"] = Value::Null;
    }
    ok(&json!(commands))
}

/// Takes a reply away that its interaction's token belongs to.
fn delete(state: &Stand, token: &str) -> Response {
    let mut dead = false;
    state.send_modify(|state| {
        dead = state.dead_deletions > 0;
        state.dead_deletions = state.dead_deletions.saturating_sub(1);
    });
    if dead {
        return refusal(500, 0, "made to fail");
    }
    let mut found = None;
    state.send_modify(|state| {
        found = state.interaction_of(token).and_then(|(id, interaction)| {
            if let Some(reply) = state.replies.get_mut(&id) {
                reply.is_final = true;
            }
            let message = interaction["message"]["id"].as_str().unwrap_or_default();
            state.messages.remove(message)
        });
        if found.is_none() {
            state.violations.push("a message that is not there is deleted".to_owned());
        }
    });
    if found.is_some() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        refusal(404, 10_008, "Unknown Message")
    }
}

/// How a message stands to the first reply to its interaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    /// It takes the place of the one that was there, or announced.
    InPlace,
    /// It is another one.
    Beside,
}

/// Takes what follows on the first reply to an interaction.
fn follow(state: &Stand, token: &str, follows: Follows, read: Result<Read, String>) -> Response {
    let mut response = None;
    state.send_modify(|state| {
        if state.dead_follow_ups > 0 {
            state.dead_follow_ups -= 1;
            response = Some(refusal(500, 0, "made to fail"));
            return;
        }
        let (body, files) = match judged(state, read) {
            Ok(read) => read,
            Err(refused) => {
                response = Some(*refused);
                return;
            }
        };
        let known = state.interaction_of(token);
        let found = known.and_then(|(id, interaction)| {
            let reply = state.replies.get(&id)?.clone();
            (reply.kind() != 9).then_some((id, interaction, reply))
        });
        let Some((id, interaction, first)) = found else {
            state.violations.push(format!("nothing is there for {body} to follow"));
            response = Some(refusal(404, 10_015, "Unknown Webhook"));
            return;
        };
        let mut body = json!({"type": 4, "data": body});
        if follows == Follows::InPlace {
            if !body["data"]["flags"].is_null() {
                state.violations.push(format!("who sees a message cannot be changed by {body}"));
            }
            body["data"]["flags"] = first.body["data"]["flags"].clone();
            if matches!(first.kind(), 6 | 7) {
                body["type"] = json!(7);
            }
        }
        let message = if follows == Follows::InPlace && first.kind() == 4 {
            let mut changed = interaction.clone();
            changed["message"] = first.message.clone();
            reply::message(state, &changed, &json!({"type": 7, "data": body["data"]}))
        } else {
            reply::message(state, &interaction, &body)
        };
        response = Some(ok(&message));
        if follows == Follows::InPlace || !first.is_final {
            let was_announced = first.was_announced || !first.is_final;
            let reply = Reply { body, files, message, is_final: true, was_announced, ..first };
            state.replies.insert(id, reply);
        }
    });
    response.unwrap_or_else(|| refusal(500, 0, "no response"))
}

/// Takes a message to a channel.
fn post(state: &Stand, channel: &str, read: Result<Read, String>) -> Response {
    let mut response = None;
    state.send_modify(|state| {
        if state.dead_posts > 0 {
            state.dead_posts -= 1;
            response = Some(refusal(500, 0, "made to fail"));
            return;
        }
        response = Some(match judged(state, read) {
            Ok((body, files)) => {
                let id = state.new_id();
                let message = json!({"id": id, "channel_id": channel, "type": 0});
                state.posts.push(Post { channel: channel.to_owned(), body, files });
                ok(&message)
            }
            Err(refused) => *refused,
        });
    });
    response.unwrap_or_else(|| refusal(500, 0, "no response"))
}

/// A message that was read, where Discord would take it.
fn judged(state: &mut State, read: Result<Read, String>) -> Result<Read, Box<Response>> {
    let (body, files) = read.map_err(|error| {
        state.violations.push(error);
        Box::new(refusal(400, 50_109, "The request body contains invalid JSON."))
    })?;
    let faults = limits::message_faults(&body, &files);
    if faults.is_empty() {
        return Ok((body, files));
    }
    state.violations.extend(faults.into_iter().map(|fault| format!("{fault} in {body}")));
    Err(Box::new(refusal(400, 50_035, "Invalid Form Body")))
}

/// Takes the reply to an interaction; none where the connection is to end instead.
async fn callback(state: Stand, id: String, token: String, read: Result<Read, String>) -> Option<Response> {
    let mut fault = None;
    state.send_modify(|state| fault = state.faults.pop_front());
    match fault {
        Some(Fault::Status { status, retry_after }) => {
            return Some(match retry_after {
                Some(seconds) => limited(status, seconds),
                None => refusal(status, 0, "made to fail"),
            });
        }
        Some(Fault::Drop) => return None,
        Some(Fault::Hang) => {
            tokio::time::sleep(Duration::from_hours(1)).await;
        }
        Some(Fault::LoseAnswer) | None => {}
    }
    let loses = matches!(fault, Some(Fault::LoseAnswer));
    let mut response = None;
    state.send_modify(|state| {
        let answer = accept(state, &id, &token, read);
        if loses {
            state.lost.push(id);
        } else {
            response = Some(answer);
        }
    });
    response
}

/// Judges a reply and keeps it.
fn accept(state: &mut State, id: &str, token: &str, read: Result<Read, String>) -> Response {
    let Some((interaction, sent)) = state.interactions.get(id).cloned() else {
        state.violations.push(format!("a reply to interaction {id}, which there is not"));
        return refusal(404, 10_062, "Unknown interaction");
    };
    if state.replies.contains_key(id) {
        if !state.lost.iter().any(|lost| lost == id) {
            state.violations.push(format!("a second reply to interaction {id}"));
        }
        return refusal(400, 40_060, "Interaction has already been acknowledged.");
    }
    let after = sent.elapsed();
    if after > Duration::from_secs(3) || interaction["token"] != token {
        state.violations.push(format!("a reply to interaction {id} after {after:?} with token {token}"));
        return refusal(404, 10_062, "Unknown interaction");
    }
    let (body, files) = match read {
        Ok(read) => read,
        Err(error) => {
            state.violations.push(error);
            return refusal(400, 50_109, "The request body contains invalid JSON.");
        }
    };
    let faults = limits::faults(&interaction, &body, &files);
    if !faults.is_empty() {
        state.violations.extend(faults.into_iter().map(|fault| format!("{fault} in {body}")));
        return refusal(400, 50_035, "Invalid Form Body");
    }
    let message = reply::message(state, &interaction, &body);
    let is_final = !matches!(body["type"].as_u64(), Some(5 | 6));
    let reply = Reply { body, files, after, message, is_final, was_announced: false };
    state.replies.insert(id.to_owned(), reply);
    StatusCode::NO_CONTENT.into_response()
}

fn ok(body: &Value) -> Response {
    (StatusCode::OK, [("content-type", "application/json")], body.to_string()).into_response()
}

fn refusal(status: u16, code: u32, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let body = json!({"code": code, "message": message}).to_string();
    (status, [("content-type", "application/json")], body).into_response()
}

fn limited(status: u16, seconds: f64) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let body = json!({"message": "You are being rate limited.", "retry_after": seconds, "global": false});
    let header = seconds.ceil().to_string();
    (status, [("content-type", "application/json".to_owned()), ("retry-after", header)], body.to_string())
        .into_response()
}
