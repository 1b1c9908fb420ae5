//! A little SMTP server on loopback for tests: real conversations, scriptable trouble, every mail recorded.
//!
//! ```ignore
//! let server = SmtpServer::start().await;
//! server.script(Stage::Rcpt, Act::Reply("451 4.3.0 later"));   // the first RCPT; the second goes through
//! let url = server.url();                                       // for `mail.url`
//! let mails = server.received_at_least(1).await;                // waits, fails loudly after 20 s
//! ```

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// Where in the conversation an act happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Instead of the greeting.
    Greeting,
    /// Instead of the answer to EHLO.
    Ehlo,
    /// Instead of the answer to AUTH.
    Auth,
    /// Instead of the answer to MAIL FROM.
    Mail,
    /// Instead of the answer to RCPT TO.
    Rcpt,
    /// Instead of the answer to DATA.
    Data,
    /// After the first line of the mail.
    Content,
    /// Instead of the answer to the end of the mail; the mail is not recorded unless the act is `RecordAndDrop` or `Hold`.
    End,
}

/// What happens instead of the usual, once.
#[derive(Clone, Debug)]
pub enum Act {
    /// This answer (without line end).
    Reply(&'static str),
    /// The connection is cut.
    Drop,
    /// At [`Stage::End`]: the mail is taken, the connection cut before the answer.
    RecordAndDrop,
    /// Nothing is answered until the client goes away.
    Stall,
    /// Goes on as usual once this is notified.
    Hold(Arc<Notify>),
}

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The mail, dots unstuffed, without the end mark.
    pub data: Vec<u8>,
}

/// The server. Ends with all its conversations when dropped.
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    _conversations: JoinSet<()>,
}

struct Shared {
    script: Mutex<HashMap<Stage, VecDeque<Act>>>,
    log: watch::Sender<Log>,
    offers: &'static str,
}

#[derive(Clone, Default)]
struct Log {
    received: Vec<Received>,
    reached: HashMap<Stage, usize>,
    commands: Vec<String>,
}

impl SmtpServer {
    /// A server that takes everything.
    pub async fn start() -> Self {
        Self::start_offering("250-localhost\r\n250-8BITMIME\r\n250 SIZE 100000000").await
    }

    /// A server with its own answer to EHLO.
    pub async fn start_offering(offers: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared { script: Mutex::default(), log: watch::Sender::default(), offers });
        let mut conversations = JoinSet::new();
        let serving = Arc::clone(&shared);
        conversations.spawn(async move {
            let mut running = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                running.spawn(converse(stream, Arc::clone(&serving)));
                while running.try_join_next().is_some() {}
            }
        });
        Self { address, shared, _conversations: conversations }
    }

    /// For `mail.url`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// An address where nobody listens.
    pub async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("smtp://{}", listener.local_addr().unwrap())
    }

    /// The next time the stage is reached, this happens; further calls queue up.
    pub fn script(&self, stage: Stage, act: Act) {
        self.shared.script.lock().unwrap().entry(stage).or_default().push_back(act);
    }

    /// Everything taken so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.log.borrow().received.clone()
    }

    /// How often a stage was reached.
    pub fn reached(&self, stage: Stage) -> usize {
        self.shared.log.borrow().reached.get(&stage).copied().unwrap_or(0)
    }

    /// Every command line that came, without the mails.
    pub fn commands(&self) -> Vec<String> {
        self.shared.log.borrow().commands.clone()
    }

    /// Waits until so many mails have been taken.
    pub async fn received_at_least(&self, count: usize) -> Vec<Received> {
        self.wait(&format!("{count} mails"), |log| log.received.len() >= count).await;
        self.received()
    }

    /// Waits until a stage has been reached so often.
    pub async fn reached_at_least(&self, stage: Stage, count: usize) {
        self.wait(&format!("{stage:?} {count} times"), |log| log.reached.get(&stage).is_some_and(|n| *n >= count))
            .await;
    }

    async fn wait(&self, what: &str, until: impl FnMut(&Log) -> bool) {
        let mut log = self.shared.log.subscribe();
        let reached = tokio::time::timeout(Duration::from_secs(20), log.wait_for(until)).await;
        assert!(reached.is_ok(), "the SMTP server waited in vain for {what}");
    }
}

/// A conversation; its end (`None` anywhere) is the end of the connection.
async fn converse(stream: TcpStream, shared: Arc<Shared>) {
    stream.set_nodelay(true).unwrap();
    let (reader, writer) = stream.into_split();
    let _ = Conversation { reader: BufReader::new(reader), writer, shared }.lead().await;
}

struct Conversation {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    shared: Arc<Shared>,
}

/// What a stage does.
enum Turn {
    Usual,
    Instead,
    RecordAndDrop,
}

impl Conversation {
    async fn lead(&mut self) -> Option<()> {
        self.step(Stage::Greeting, "220 localhost ready").await?;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = self.line().await?;
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            self.shared.log.send_modify(|log| log.commands.push(line.clone()));
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let path = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match verb.as_str() {
                "EHLO" => self.step(Stage::Ehlo, self.shared.offers).await?,
                "AUTH" => self.step(Stage::Auth, "235 2.7.0 welcome").await?,
                "MAIL" => {
                    (from, to) = (path(), Vec::new());
                    self.step(Stage::Mail, "250 2.1.0 sender ok").await?;
                }
                "RCPT" => {
                    to.push(path());
                    self.step(Stage::Rcpt, "250 2.1.5 recipient ok").await?;
                }
                "DATA" => {
                    if matches!(self.turn(Stage::Data).await?, Turn::Usual) {
                        self.say("354 go on").await?;
                        self.mail(&from, &to).await?;
                    }
                }
                "NOOP" | "RSET" => self.say("250 2.0.0 ok").await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return None;
                }
                _ => self.say("500 5.5.2 what?").await?,
            }
        }
    }

    async fn mail(&mut self, from: &str, to: &[String]) -> Option<()> {
        let mut data = Vec::new();
        let mut begun = false;
        loop {
            let line = self.line().await?;
            if line == b".\r\n" {
                break;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            if !std::mem::replace(&mut begun, true) {
                self.turn(Stage::Content).await?;
            }
        }
        let turn = self.turn(Stage::End).await?;
        if matches!(turn, Turn::Instead) {
            return Some(());
        }
        let mail = Received { from: from.to_owned(), to: to.to_vec(), data };
        self.shared.log.send_modify(|log| log.received.push(mail));
        if matches!(turn, Turn::RecordAndDrop) {
            return None;
        }
        self.say("250 2.0.0 taken").await
    }

    async fn step(&mut self, stage: Stage, usual: &str) -> Option<()> {
        match self.turn(stage).await? {
            Turn::Usual => self.say(usual).await,
            Turn::Instead | Turn::RecordAndDrop => Some(()),
        }
    }

    async fn turn(&mut self, stage: Stage) -> Option<Turn> {
        let act = self.shared.script.lock().unwrap().get_mut(&stage).and_then(VecDeque::pop_front);
        self.shared.log.send_modify(|log| *log.reached.entry(stage).or_default() += 1);
        match act {
            None => Some(Turn::Usual),
            Some(Act::Reply(answer)) => self.say(answer).await.map(|()| Turn::Instead),
            Some(Act::Drop) => None,
            Some(Act::RecordAndDrop) => Some(Turn::RecordAndDrop),
            Some(Act::Stall) => {
                while self.line().await.is_some() {}
                None
            }
            Some(Act::Hold(until)) => {
                until.notified().await;
                Some(Turn::Usual)
            }
        }
    }

    async fn say(&mut self, answer: &str) -> Option<()> {
        self.writer.write_all(format!("{answer}\r\n").as_bytes()).await.ok()
    }

    async fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        let length = self.reader.read_until(b'\n', &mut line).await.ok()?;
        (length > 0 && line.ends_with(b"\n")).then_some(line)
    }
}
