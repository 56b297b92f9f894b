//! `/healthz` and `/metrics`, for those who watch over the bot.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::metrics::Metrics;

/// The media type of Prometheus' text format.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Takes the port.
///
/// # Errors
/// Where it cannot be had.
pub async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Serves until the task is dropped.
///
/// # Errors
/// Where the port is lost.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>) -> io::Result<()> {
    let routes =
        Router::new().route("/healthz", get(healthz)).route("/metrics", get(text)).with_state(metrics);
    axum::serve(listener, routes).await
}

/// 200 where every gateway connection is up, else 503: such a bot gets no questions.
async fn healthz(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    let (connected, total) = (metrics.shards_connected.get(), metrics.shards_total.get());
    let facts = metrics.facts.get();
    let up = total > 0 && connected == total;
    let status = if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if up { "ok" } else { "not connected" };
    (status, format!("{word}: {connected} of {total} gateway connections, {facts} facts\n"))
}

async fn text(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    match metrics.render() {
        Ok(text) => (StatusCode::OK, [(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
