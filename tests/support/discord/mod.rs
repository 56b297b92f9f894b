//! A small stand-in for Discord on the loopback interface: REST, gateway, and what people do there.
//!
//! It is strict: a reply that Discord would refuse, or a second one to the same interaction, fails the test.

mod bot;
mod gateway;
mod interactions;
mod limits;
mod multipart;
mod reply;
mod rest;
mod state;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

pub use bot::{Bot, program};
pub use interactions::{
    APPLICATION, GUILD, Person, Place, as_moderator, in_direct_message, option, subcommand, typed,
};
pub use reply::{Form, Reply};
pub use state::{Fault, Post, Request, Seen};
use state::{Order, State};

/// The token that the stand-in takes.
pub const TOKEN: &str = "token-of-the-tests";
/// Whatever is awaited has so long to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// The stand-in, alive as long as this value.
pub struct Discord {
    state: watch::Sender<State>,
    /// The address of its REST interface.
    pub base: String,
}

impl Discord {
    /// Starts it on free ports.
    pub async fn start() -> Self {
        let rest = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", rest.local_addr().unwrap());
        let url = format!("ws://{}", gateway.local_addr().unwrap());
        let (state, _) = watch::channel(State::new(url));
        tokio::spawn(gateway::serve(gateway, state.clone()));
        tokio::spawn(rest::serve(rest, state.clone()));
        Self { state, base }
    }

    /// Starts the program with those settings beside the token and the address.
    pub fn bot(&self, settings: &[(&str, &str)]) -> Bot {
        Bot::start(&self.base, settings, &[])
    }

    /// Starts the program, and waits until it is ready.
    pub async fn serve(&self, settings: &[(&str, &str)]) -> Bot {
        self.serve_below(&[], settings).await
    }

    /// The same below another program, with its arguments.
    pub async fn serve_below(&self, below: &[&str], settings: &[(&str, &str)]) -> Bot {
        let before = self.requests_to("/commands").len();
        let bot = Bot::start(&self.base, settings, below);
        let registered = self.found(|discord| {
            let registered = discord.requests_to("/commands").len();
            (registered > before && discord.is_connected()).then_some(())
        });
        registered.await.unwrap_or_else(|| panic!("no commands are registered:\n{}", bot.log()));
        bot
    }

    /// Waits until `look` finds what it looks for; fails the test where that takes too long.
    pub async fn until<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
        let found = self.found(look).await;
        found.unwrap_or_else(|| panic!("it did not happen: {what}\nseen: {:?}", self.seen()))
    }

    async fn found<T>(&self, look: impl Fn(&Self) -> Option<T>) -> Option<T> {
        let mut changes = self.state.subscribe();
        let found = timeout(PATIENCE, async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(self) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        });
        found.await.ok()
    }

    /// Everything that was asked over REST whose path ends so.
    pub fn requests_to(&self, end: &str) -> Vec<Request> {
        let state = self.state.borrow();
        state.requests.iter().filter(|request| request.path.ends_with(end)).cloned().collect()
    }

    /// How many requests there were at all.
    pub fn requests(&self) -> usize {
        self.state.borrow().requests.len()
    }

    /// What happened at the gateway, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.borrow().seen.clone()
    }

    /// Waits until so many of those things have been seen at the gateway; gives the last of them.
    pub async fn saw(&self, what: &str, count: usize, is: impl Fn(&Seen) -> bool) -> Seen {
        self.until(what, |discord| {
            let state = discord.state.borrow();
            let mut found = state.seen.iter().filter(|seen| is(seen));
            found.nth(count.saturating_sub(1)).cloned()
        })
        .await
    }

    /// Waits until a connection is up after that many identifications and resumptions.
    pub async fn connected(&self, times: usize) {
        self.until("connected", |discord| {
            let state = discord.state.borrow();
            let ups = state.seen.iter().filter(|seen| seen.is_up()).count();
            (ups >= times && state.connection.is_some()).then_some(())
        })
        .await;
    }

    /// Whether a bot is connected.
    pub fn is_connected(&self) -> bool {
        self.state.borrow().connection.is_some()
    }

    /// Changes how it behaves from now on.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        self.state.send_modify(change);
    }

    /// The next callbacks fail so.
    pub fn fail_next(&self, fault: Fault, count: usize) {
        self.change(|state| state.faults.extend(std::iter::repeat_n(fault, count)));
    }

    /// The next callbacks get that status, and the seconds to wait where there are any.
    pub fn refuse_next(&self, status: u16, retry_after: Option<f64>, count: usize) {
        self.fail_next(Fault::Status { status, retry_after }, count);
    }

    /// Sends something to the bot over the gateway that is no dispatch.
    pub fn send_raw(&self, payload: &Value) {
        self.order(Order::Send(payload.to_string()));
    }

    /// Closes the gateway connection with a code.
    pub fn close(&self, code: u16) {
        self.order(Order::Close(code));
    }

    /// Drops the gateway connection without a word.
    pub fn drop_connection(&self) {
        self.order(Order::Drop);
    }

    fn order(&self, order: Order) {
        self.change(|state| state.order(order));
    }

    /// Sends an event; while the bot is away it waits for the session to be resumed.
    pub fn dispatch(&self, event: &str, data: &Value) {
        self.change(|state| state.dispatch(event, data));
    }

    /// Sends an interaction, and waits for the reply.
    pub async fn send(&self, interaction: Value) -> Reply {
        let id = self.post(interaction);
        self.reply(&id).await
    }

    /// Sends an interaction; gives its id.
    pub fn post(&self, interaction: Value) -> String {
        let id = interaction["id"].as_str().unwrap().to_owned();
        self.change(|state| {
            state.dispatch("INTERACTION_CREATE", &interaction);
            state.interactions.insert(id.clone(), (interaction, Instant::now()));
        });
        id
    }

    /// Waits for the reply to an interaction, to the end where it was announced first.
    pub async fn reply(&self, id: &str) -> Reply {
        let reply = self.until("a reply", |discord| discord.replied(id)).await;
        self.check();
        reply
    }

    /// The reply to an interaction, where all of it has come.
    pub fn replied(&self, id: &str) -> Option<Reply> {
        self.state.borrow().replies.get(id).filter(|reply| reply.is_final).cloned()
    }

    /// Waits until so many messages were written into channels; gives all of them.
    pub async fn posted(&self, count: usize) -> Vec<Post> {
        self.until("messages in channels", |discord| {
            let posts = &discord.state.borrow().posts;
            (posts.len() >= count).then(|| posts.clone())
        })
        .await
    }

    /// How often a reply to an interaction was tried, and when, since it was sent.
    pub fn attempts(&self, id: &str) -> Vec<Duration> {
        let sent = self.state.borrow().interactions.get(id).map(|(_, at)| *at).unwrap();
        let requests = self.requests_to("/callback");
        let path = format!("/interactions/{id}/");
        let own = requests.iter().filter(|request| request.path.contains(&path));
        own.map(|request| request.at.duration_since(sent)).collect()
    }

    /// Waits until the message of a reply is taken away.
    pub async fn deleted(&self, reply: &Reply) {
        let id = reply.message_id();
        self.until("the message is deleted", |discord| {
            (!discord.state.borrow().messages.contains_key(id)).then_some(())
        })
        .await;
    }

    /// Whether the message of a reply is still there.
    pub fn has_message(&self, reply: &Reply) -> bool {
        self.state.borrow().messages.contains_key(reply.message_id())
    }

    /// Invalidates the session; `resumable` as Discord says it.
    pub fn invalidate(&self, resumable: bool) {
        if !resumable {
            self.change(|state| state.session = None);
        }
        self.send_raw(&json!({"op": 9, "d": resumable, "s": null, "t": null}));
    }

    /// Fails the test where the bot has done what Discord would not take.
    pub fn check(&self) {
        let violations = &self.state.borrow().violations;
        assert!(violations.is_empty(), "Discord would not take this: {violations:#?}");
    }
}

impl Drop for Discord {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.check();
        }
    }
}
