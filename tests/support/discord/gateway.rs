//! The gateway: a websocket that says hello, takes identities, resumes sessions and passes events on.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

use super::TOKEN;
use super::interactions::{APPLICATION, person};
use super::state::{Order, Seen, Session, State};

type Socket = WebSocketStream<TcpStream>;

pub async fn serve(listener: TcpListener, state: watch::Sender<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let mut dead = false;
        state.send_modify(|state| {
            dead = state.dead_connections > 0;
            state.dead_connections = state.dead_connections.saturating_sub(1);
        });
        if !dead {
            tokio::spawn(connection(stream, state.clone()));
        }
    }
}

/// Serves one connection to its end.
async fn connection(stream: TcpStream, state: watch::Sender<State>) {
    let Ok((request, mut socket)) = ServerBuilder::new().accept(stream).await else { return };
    let path = request.uri().to_string();
    state.send_modify(|state| {
        if !path.contains("v=10") || !path.contains("encoding=json") {
            state.violations.push(format!("the gateway is asked for with {path}"));
        }
        state.seen.push(Seen::Connect(path));
    });
    let (orders, mut ordered) = mpsc::unbounded_channel();
    let interval = state.borrow().heartbeat;
    say(&mut socket, &json!({"op": 10, "d": {"heartbeat_interval": interval}, "s": null, "t": null})).await;
    let end = loop {
        tokio::select! {
            order = ordered.recv() => match order {
                Some(Order::Send(text)) => {
                    let _ = socket.send(Message::text(text)).await;
                }
                Some(Order::Close(code)) => {
                    close(&mut socket, code).await;
                    break Seen::Gone;
                }
                Some(Order::Drop) | None => break Seen::Gone,
            },
            message = socket.next() => match message {
                Some(Ok(message)) if message.is_close() => {
                    let code = message.as_close().map_or(1005, |(code, _)| code.into());
                    let _ = socket.close().await;
                    break Seen::Close(code);
                }
                Some(Ok(message)) => {
                    let Some(text) = message.as_text() else { continue };
                    if let Some(code) = heard(&mut socket, &state, &orders, text).await {
                        close(&mut socket, code).await;
                        break Seen::Gone;
                    }
                }
                Some(Err(_)) | None => break Seen::Gone,
            },
        }
    };
    state.send_modify(|state| {
        if state.connection.as_ref().is_some_and(|current| current.same_channel(&orders)) {
            state.connection = None;
        }
        state.seen.push(end);
    });
}

/// Takes up what the bot says; gives the code to close with where it is refused.
async fn heard(
    socket: &mut Socket,
    state: &watch::Sender<State>,
    orders: &mpsc::UnboundedSender<Order>,
    text: &str,
) -> Option<u16> {
    let payload: Value = serde_json::from_str(text).unwrap_or_default();
    let data = payload["d"].clone();
    match payload["op"].as_u64() {
        Some(1) => {
            let mut acknowledges = true;
            state.send_modify(|state| {
                state.seen.push(Seen::Heartbeat);
                acknowledges = state.acknowledges;
            });
            if acknowledges {
                say(socket, &json!({"op": 11, "d": null, "s": null, "t": null})).await;
            }
        }
        Some(2) => {
            let token_fits = is_token(&data);
            let refusal = state.borrow().refuses_with;
            state.send_modify(|state| state.seen.push(Seen::Identify(data.clone())));
            if !token_fits || refusal.is_some() {
                return refusal.or(Some(4004));
            }
            state.send_modify(|state| introduce(state, &data, orders.clone()));
        }
        Some(6) => {
            let mut known = false;
            state.send_modify(|state| {
                state.seen.push(Seen::Resume(data.clone()));
                known = resume(state, &data, orders.clone());
            });
            if !known {
                say(socket, &json!({"op": 9, "d": false, "s": null, "t": null})).await;
            }
        }
        Some(3) => {}
        _ => state.send_modify(|state| state.violations.push(format!("unknown gateway payload {text}"))),
    }
    None
}

/// Opens a session.
fn introduce(state: &mut State, identity: &Value, orders: mpsc::UnboundedSender<Order>) {
    state.sessions += 1;
    let id = format!("session-{}", state.sessions);
    state.session = Some(Session { id: id.clone(), events: Vec::new() });
    state.connection = Some(orders);
    let ready = json!({
        "v": 10, "user": person(APPLICATION), "guilds": [], "session_id": id, "shard": identity["shard"],
        "resume_gateway_url": format!("{}/resume", state.url),
        "application": {"id": APPLICATION.to_string(), "flags": 0},
    });
    state.dispatch("READY", &ready);
}

/// Sends again what was missed; false where there is no such session.
fn resume(state: &mut State, data: &Value, orders: mpsc::UnboundedSender<Order>) -> bool {
    let Some(session) = &state.session else { return false };
    if data["session_id"] != session.id.as_str() || !is_token(data) {
        return false;
    }
    let known = data["seq"].as_u64().and_then(|sequence| usize::try_from(sequence).ok()).unwrap_or_default();
    for missed in session.events.iter().skip(known) {
        let _ = orders.send(Order::Send(missed.clone()));
    }
    state.connection = Some(orders);
    state.dispatch("RESUMED", &json!({}));
    true
}

/// Discord takes the token with and without its kind before it.
fn is_token(data: &Value) -> bool {
    let token = data["token"].as_str().unwrap_or_default();
    token.strip_prefix("Bot ").unwrap_or(token) == TOKEN
}

async fn say(socket: &mut Socket, payload: &Value) {
    let _ = socket.send(Message::text(payload.to_string())).await;
}

async fn close(socket: &mut Socket, code: u16) {
    let code = CloseCode::try_from(code).unwrap_or_else(|_| panic!("{code} is no close code"));
    let _ = socket.send(Message::close(Some(code), "")).await;
    while let Some(Ok(_)) = socket.next().await {}
}
