//! The relay passes everything on, and breaks exactly where it is told to.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use e2e::link::{Direction, Link};

const LIMIT: Duration = Duration::from_secs(20);

/// A server that sends back what it gets, for any number of connections.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut writer = stream.try_clone().unwrap();
                let _ = std::io::copy(&mut &stream, &mut writer);
                let _ = stream.shutdown(std::net::Shutdown::Write);
            });
        }
    });
    address
}

fn connect(link: &Link) -> TcpStream {
    let stream = TcpStream::connect(link.address()).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

/// Sends the bytes while it reads; returns all that came back until the end of the stream.
fn talk(stream: TcpStream, bytes: Vec<u8>) -> Vec<u8> {
    let mut writer = stream.try_clone().unwrap();
    let sending = std::thread::spawn(move || {
        let _ = writer.write_all(&bytes);
        let _ = writer.shutdown(std::net::Shutdown::Write);
    });
    let mut back = Vec::new();
    let _ = (&stream).read_to_end(&mut back);
    sending.join().unwrap();
    back
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

#[test]
fn passes_everything_on() {
    let link = Link::to(echo());
    let bytes = pattern(3_000_001);
    assert!(talk(connect(&link), bytes.clone()) == bytes);
    link.wait_for_end(LIMIT);
    assert_eq!((link.bytes(Direction::Up), link.bytes(Direction::Down)), (3_000_001, 3_000_001));
    assert_eq!(link.accepted(), 1);
}

#[test]
fn cuts_at_the_byte_it_was_told() {
    for at in [0, 1, 65_536, 65_537, 1_000_000] {
        let link = Link::to(echo());
        link.cut_after(Direction::Down, at);
        let back = talk(connect(&link), pattern(2_000_000));
        assert_eq!(link.bytes(Direction::Down), at);
        // As with any cut, the last bytes may be lost on their way.
        assert!(pattern(at as usize).starts_with(&back), "{} bytes came through, of {at} at most", back.len());
        // The link is whole again for the next connection.
        assert_eq!(talk(connect(&link), pattern(5)), pattern(5));
    }
}

#[test]
fn holds_back_what_was_sent_and_passes_it_on_later() {
    let link = Link::to(echo());
    let mut stream = connect(&link);
    let mut byte = [0; 3];
    stream.write_all(b"one").unwrap();
    stream.read_exact(&mut byte).unwrap();
    link.half_open();
    stream.write_all(b"two").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(stream.read_exact(&mut byte).is_err(), "bytes came through a link that is down");
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    link.resume();
    stream.read_exact(&mut byte).unwrap();
    assert_eq!(&byte, b"two");
}

#[test]
fn refuses_connections_and_takes_them_again() {
    let link = Link::to(echo());
    link.refuse(true);
    assert_eq!(talk(connect(&link), pattern(5)), b"");
    link.refuse(false);
    assert_eq!(talk(connect(&link), pattern(5)), pattern(5));
}
