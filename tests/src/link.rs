//! A TCP relay that breaks on purpose.
//!
//! It stands between client and sshd (`Port` in `ssh_config` names it) and counts the bytes of each direction. A test cuts
//! the connection at an exact byte, stops one direction, or takes the network away from both ends without telling them.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A way through the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From who connected to the target.
    Up,
    /// From the target to who connected.
    Down,
}

/// A relay on a free port of 127.0.0.1. What runs through it ends with the value.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ways: [Way; 2],
    connections: Vec<Connection>,
    accepted: usize,
    refuses: bool,
    closed: bool,
}

#[derive(Debug, Default)]
struct Way {
    /// Bytes passed on since the relay began, over all connections.
    bytes: u64,
    /// Passed on up to here, then every connection is cut.
    cut_at: Option<u64>,
    stalled: bool,
}

#[derive(Debug)]
struct Connection {
    number: usize,
    /// Directions that have not ended.
    open: u8,
    near: TcpStream,
    far: TcpStream,
}

impl Link {
    /// A relay to the target.
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the address just bound");
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if accepting.lock().closed {
                    return;
                }
                accepting.accept(near, target);
            }
        });
        Self { address, shared }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes passed on in a direction since it began, over all connections.
    pub fn bytes(&self, direction: Direction) -> u64 {
        self.shared.lock().way(direction).bytes
    }

    /// Connections accepted so far.
    pub fn accepted(&self) -> usize {
        self.shared.lock().accepted
    }

    /// Cuts every connection now: both ends see the end of the stream.
    pub fn cut(&self) {
        self.shared.cut();
    }

    /// Cuts every connection when so many more bytes have passed in a direction; the byte after them never arrives.
    pub fn cut_after(&self, direction: Direction, bytes: u64) {
        let mut state = self.shared.lock();
        let way = state.way(direction);
        way.cut_at = Some(way.bytes.saturating_add(bytes));
    }

    /// Passes nothing on in a direction until [`resume`](Self::resume); the sender's buffers fill up.
    pub fn stall(&self, direction: Direction) {
        self.shared.lock().way(direction).stalled = true;
    }

    /// Takes the network away: both ends believe that they are connected and hear nothing more.
    pub fn half_open(&self) {
        self.stall(Direction::Up);
        self.stall(Direction::Down);
    }

    /// Passes everything on again, what waited first.
    pub fn resume(&self) {
        let mut state = self.shared.lock();
        for way in &mut state.ways {
            way.stalled = false;
        }
        self.shared.changed.notify_all();
    }

    /// Refuses new connections, or takes them again.
    pub fn refuse(&self, refuses: bool) {
        self.shared.lock().refuses = refuses;
    }

    /// Waits until so many bytes have passed in a direction in all.
    #[track_caller]
    pub fn wait_for_bytes(&self, direction: Direction, bytes: u64, limit: Duration) {
        self.wait(limit, &format!("{bytes} bytes {direction:?}"), |state| state.way(direction).bytes >= bytes);
    }

    /// Waits for the cut that [`cut_after`](Self::cut_after) has announced; `false` when the connections end without it.
    #[track_caller]
    pub fn wait_for_cut(&self, limit: Duration) -> bool {
        let is_pending = |state: &State| state.ways.iter().any(|way| way.cut_at.is_some());
        self.wait(limit, "a cut", |state| !is_pending(state) || state.connections.is_empty());
        !is_pending(&self.shared.lock())
    }

    /// Waits until so many connections have been accepted in all.
    #[track_caller]
    pub fn wait_for_connections(&self, count: usize, limit: Duration) {
        self.wait(limit, &format!("{count} connections"), |state| state.accepted >= count);
    }

    /// Waits until no connection is open any more.
    #[track_caller]
    pub fn wait_for_end(&self, limit: Duration) {
        self.wait(limit, "the end of all connections", |state| state.connections.is_empty());
    }

    #[track_caller]
    fn wait(&self, limit: Duration, what: &str, mut reached: impl FnMut(&mut State) -> bool) {
        let end = Instant::now() + limit;
        let mut state = self.shared.lock();
        while !reached(&mut state) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the link did not see {what} within {limit:?}: {state:?}");
            state = self.shared.changed.wait_timeout(state, left).expect("the link").0;
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.cut();
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn way(&mut self, direction: Direction) -> &mut Way {
        let [up, down] = &mut self.ways;
        match direction {
            Direction::Up => up,
            Direction::Down => down,
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("the link")
    }

    fn accept(self: &Arc<Self>, near: TcpStream, target: SocketAddr) {
        let mut state = self.lock();
        if state.refuses {
            return;
        }
        let Ok(far) = TcpStream::connect(target) else { return };
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let number = state.accepted;
        let copy = |stream: &TcpStream| stream.try_clone().expect("a socket");
        for (direction, from, to) in [(Direction::Up, &near, &far), (Direction::Down, &far, &near)] {
            let (from, to, shared) = (copy(from), copy(to), Arc::clone(self));
            std::thread::spawn(move || {
                shared.pump(direction, &from, &to);
                // The other end learns that this direction is over, and answers on its own as long as it likes.
                let _ = to.shutdown(Shutdown::Write);
                shared.ended(number);
            });
        }
        state.accepted = number.saturating_add(1);
        state.connections.push(Connection { number, open: 2, near, far });
        self.changed.notify_all();
    }

    /// Passes one direction of one connection on until it ends.
    fn pump(&self, direction: Direction, mut from: &TcpStream, mut to: &TcpStream) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length) = from.read(&mut buffer) {
            let mut left = buffer.get(..length).unwrap_or_default();
            if left.is_empty() {
                return;
            }
            while !left.is_empty() {
                let Some((length, cut)) = self.permit(direction, left.len()) else { return };
                let (now, later) = left.split_at(length);
                if to.write_all(now).is_err() {
                    return;
                }
                if cut {
                    self.cut();
                    return;
                }
                left = later;
            }
        }
    }

    /// How many of `length` bytes pass now, and whether the cut comes after them. Blocks while the way is stalled; `None` when
    /// the relay has ended.
    fn permit(&self, direction: Direction, length: usize) -> Option<(usize, bool)> {
        let mut state = self.lock();
        while state.way(direction).stalled && !state.closed {
            state = self.changed.wait(state).expect("the link");
        }
        if state.closed {
            return None;
        }
        let way = state.way(direction);
        let until = way.cut_at.map(|at| usize::try_from(at.saturating_sub(way.bytes)).unwrap_or(usize::MAX));
        let cut = until.is_some_and(|until| until <= length);
        let length = until.unwrap_or(length).min(length);
        way.bytes = way.bytes.saturating_add(length as u64);
        if cut {
            way.cut_at = None;
        }
        self.changed.notify_all();
        Some((length, cut))
    }

    fn cut(&self) {
        for connection in self.lock().connections.drain(..) {
            let _ = connection.near.shutdown(Shutdown::Both);
            let _ = connection.far.shutdown(Shutdown::Both);
        }
        self.changed.notify_all();
    }

    /// One direction of the connection is over.
    fn ended(&self, number: usize) {
        let mut state = self.lock();
        state.connections.retain_mut(|connection| {
            if connection.number == number {
                connection.open = connection.open.saturating_sub(1);
            }
            connection.open > 0
        });
        self.changed.notify_all();
    }
}
