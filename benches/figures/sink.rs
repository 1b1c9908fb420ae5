//! A mail server on loopback that takes everything and counts.

use std::net::{SocketAddr, TcpListener as Closed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// An address that is reserved and does not answer yet.
pub struct Sink(SocketAddr);

/// The same once it answers.
pub struct Open(Arc<Mutex<Vec<Instant>>>);

impl Sink {
    /// Finds a free port.
    pub fn bind() -> Self {
        let listener = Closed::bind("127.0.0.1:0").expect("a free port");
        Self(listener.local_addr().expect("it is bound"))
    }

    /// Where it will answer.
    pub fn address(&self) -> SocketAddr {
        self.0
    }

    /// Answers from now on.
    pub fn open(&self) -> Open {
        let taken = Arc::new(Mutex::new(Vec::new()));
        let (address, times) = (self.0, taken.clone());
        tokio::spawn(async move {
            let listener = TcpListener::bind(address).await.expect("the port is still free");
            loop {
                let (stream, _) = listener.accept().await.expect("connections come");
                let times = times.clone();
                // A client that goes away ends its conversation, nothing else.
                tokio::spawn(async move { converse(stream, &times).await.unwrap_or_default() });
            }
        });
        Open(taken)
    }
}

impl Open {
    /// Mails a second between the first and the last of so many.
    pub async fn rate_of(&self, count: usize) -> f64 {
        let deadline = Instant::now() + Duration::from_mins(2);
        loop {
            {
                let times = self.0.lock().expect("nobody panics with it");
                if times.len() >= count {
                    let span = times[count - 1] - times[0];
                    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
                    return (count - 1) as f64 / span.as_secs_f64();
                }
                assert!(Instant::now() < deadline, "{} of {count} mails after two minutes", times.len());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn converse(stream: TcpStream, times: &Mutex<Vec<Instant>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await?;
    let mut line = Vec::new();
    let mut content = false;
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let answer: &[u8] = if content {
            if line != b".\r\n" {
                continue;
            }
            content = false;
            times.lock().expect("nobody panics with it").push(Instant::now());
            b"250 taken\r\n"
        } else {
            match line.to_ascii_uppercase().get(..4) {
                Some(b"EHLO") => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                Some(b"DATA") => {
                    content = true;
                    b"354 go on\r\n"
                }
                Some(b"QUIT") => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            }
        };
        stream.write_all(answer).await?;
    }
}
