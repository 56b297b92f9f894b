//! What the stand-in remembers, and how it is told to behave.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::interactions::Person;
use super::multipart::Sent;
use super::reply::Reply;

/// A request over REST.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Its path.
    pub path: String,
    /// Its body as JSON; null where it has none.
    pub body: Value,
    /// When it came.
    pub at: Instant,
}

/// A message that the bot has written into a channel, unasked.
#[derive(Debug, Clone)]
pub struct Post {
    /// The channel.
    pub channel: String,
    /// The message.
    pub body: Value,
    /// Its files.
    pub files: Vec<Sent>,
}

/// How a callback is made to fail.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// An error status.
    Status {
        /// The status.
        status: u16,
        /// Seconds to wait.
        retry_after: Option<f64>,
    },
    /// The connection ends without a response.
    Drop,
    /// The reply is taken, and the connection ends before that is said.
    LoseAnswer,
    /// There is no response, ever.
    Hang,
}

/// What happened at the gateway.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A connection, with the path that was asked for.
    Connect(String),
    /// IDENTIFY, with its data.
    Identify(Value),
    /// RESUME, with its data.
    Resume(Value),
    /// A heartbeat.
    Heartbeat,
    /// The bot closed the connection with that code.
    Close(u16),
    /// The connection ended otherwise.
    Gone,
}

impl Seen {
    /// Whether it is a step to a connection that is up.
    pub fn is_up(&self) -> bool {
        matches!(self, Self::Identify(_) | Self::Resume(_))
    }
}

/// What the gateway's connection is told to do.
pub enum Order {
    /// Send this.
    Send(String),
    /// Close with this code.
    Close(u16),
    /// End without a word.
    Drop,
}

/// A session that can be resumed.
pub struct Session {
    /// Its id.
    pub id: String,
    /// Everything that was dispatched in it, by sequence number from 1.
    pub events: Vec<String>,
}

/// All of it.
pub struct State {
    /// The gateway's address.
    pub url: String,
    /// How many shards are recommended.
    pub shards: u32,
    /// Milliseconds between heartbeats.
    pub heartbeat: u64,
    /// Whether heartbeats are acknowledged.
    pub acknowledges: bool,
    /// So many gateway connections are dropped at once.
    pub dead_connections: usize,
    /// So many questions for the gateway get a 503.
    pub dead_introductions: usize,
    /// So many deletions get a 500.
    pub dead_deletions: usize,
    /// So many messages that follow on a reply get a 500.
    pub dead_follow_ups: usize,
    /// So many messages to channels get a 500.
    pub dead_posts: usize,
    /// IDENTIFY is answered with this close code.
    pub refuses_with: Option<u16>,
    /// Registering commands is answered with this status, and with words that are not Discord's.
    pub refuses_commands: Option<u16>,
    /// The bot is not in this server, so that it cannot register anything there.
    pub missing_guild: Option<u64>,
    /// Callbacks fail so, one after the other.
    pub faults: VecDeque<Fault>,
    /// What is known of people; of all others, that they may do nothing.
    pub people: HashMap<u64, Person>,
    /// What was written into channels, as far as it was taken.
    pub posts: Vec<Post>,
    pub requests: Vec<Request>,
    pub seen: Vec<Seen>,
    pub interactions: HashMap<String, (Value, Instant)>,
    pub replies: HashMap<String, Reply>,
    /// Interactions whose reply was taken without saying so.
    pub lost: Vec<String>,
    pub messages: HashMap<String, Value>,
    pub violations: Vec<String>,
    pub session: Option<Session>,
    pub sessions: usize,
    pub connection: Option<mpsc::UnboundedSender<Order>>,
    ids: u64,
}

impl State {
    pub fn new(url: String) -> Self {
        Self {
            url,
            shards: 1,
            heartbeat: 41_250,
            acknowledges: true,
            dead_connections: 0,
            dead_introductions: 0,
            dead_deletions: 0,
            dead_follow_ups: 0,
            dead_posts: 0,
            refuses_with: None,
            refuses_commands: None,
            missing_guild: None,
            faults: VecDeque::new(),
            people: HashMap::new(),
            posts: Vec::new(),
            requests: Vec::new(),
            seen: Vec::new(),
            interactions: HashMap::new(),
            replies: HashMap::new(),
            lost: Vec::new(),
            messages: HashMap::new(),
            violations: Vec::new(),
            session: None,
            sessions: 0,
            connection: None,
            ids: 1_300_000_000_000_000_000,
        }
    }

    /// An id that nothing else has.
    pub fn new_id(&mut self) -> String {
        self.ids += 1;
        self.ids.to_string()
    }

    /// The interaction that a token belongs to, by its id.
    pub fn interaction_of(&self, token: &str) -> Option<(String, Value)> {
        let of = |(_, (interaction, _)): &(&String, &(Value, Instant))| interaction["token"] == token;
        self.interactions.iter().find(of).map(|(id, (interaction, _))| (id.clone(), interaction.clone()))
    }

    pub fn order(&mut self, order: Order) {
        let connection = self.connection.as_ref().unwrap_or_else(|| panic!("no bot is connected"));
        // A connection that has just ended takes no more orders.
        let _ = connection.send(order);
    }

    pub fn dispatch(&mut self, event: &str, data: &Value) {
        let session = self.session.as_mut().unwrap_or_else(|| panic!("there is no session"));
        let sequence = session.events.len() + 1;
        let text = json!({"op": 0, "s": sequence, "t": event, "d": data}).to_string();
        session.events.push(text.clone());
        if let Some(connection) = &self.connection {
            let _ = connection.send(Order::Send(text));
        }
    }
}
