//! How fast messages go through both transports, and through fragments and base64 alone.
//!
//! `cargo bench -p psrp-proto`. Each line is the best of five runs.

use std::hint::black_box;
use std::time::{Duration, Instant};

use psrp_proto::transport::{ClientEvent, ClientTransport, ServerEvent, ServerTransport};
use psrp_proto::{Channel, Destination, Limits, Message, MessageKind, RawMessage, Stream, Uuid};

const PID: Uuid = Uuid::from_u128(7);
const CHANNEL: Channel = Channel::Pipeline(PID);

/// A link whose pipeline is open.
fn link() -> (ClientTransport, ServerTransport) {
    let (mut client, mut server) = (ClientTransport::new(Limits::default()), ServerTransport::new(Limits::default()));
    client.open(PID).expect("the pipeline is new");
    server.receive(&client.take_output());
    server.ack_command(PID);
    client.receive(&server.take_output());
    while client.poll_event().is_some() {}
    while server.poll_event().is_some() {}
    (client, server)
}

fn message(to: Destination, size: usize) -> RawMessage {
    RawMessage::pipeline(to, MessageKind::PipelineOutput, Uuid::from_u128(1), PID, vec![b'x'; size].into())
}

/// From the server to the client, in reads of 64 KiB.
fn down(count: usize, message: &RawMessage) {
    let (mut client, mut server) = link();
    let mut arrived = 0;
    for batch in 0..count.div_ceil(100) {
        for _ in 0..(count - batch * 100).min(100) {
            server.send(CHANNEL, message);
        }
        for bytes in server.take_output().chunks(64 << 10) {
            client.receive(bytes);
            while let Some(event) = client.poll_event() {
                arrived += usize::from(matches!(event, ClientEvent::Message { .. }));
            }
        }
    }
    assert_eq!(arrived, count);
}

/// From the client to the server, one `Data` in flight.
fn up(count: usize, message: &RawMessage) {
    let (mut client, mut server) = link();
    let mut arrived = 0;
    for _ in 0..count {
        client.send(CHANNEL, Stream::Default, message).expect("the pipeline is open");
    }
    loop {
        let output = client.take_output();
        if output.is_empty() {
            break;
        }
        server.receive(&output);
        while let Some(event) = server.poll_event() {
            match event {
                ServerEvent::Message { .. } => arrived += 1,
                ServerEvent::DataEnd { channel, .. } => server.ack_data(channel),
                other => panic!("{other:?}"),
            }
        }
        client.receive(&server.take_output());
        while client.poll_event().is_some() {}
    }
    assert_eq!(arrived, count);
}

/// An engine's messages through a relay: in at a client's end, out at a server's.
fn relay(count: usize, message: &RawMessage) {
    let (mut client, mut server) = link();
    let (_, mut engine) = link();
    for _ in 0..count {
        engine.send(CHANNEL, message);
    }
    for bytes in engine.take_output().chunks(64 << 10) {
        client.receive(bytes);
        while let Some(event) = client.poll_event() {
            let ClientEvent::Message { channel, message } = event else { continue };
            server.send(channel, &message);
        }
        black_box(server.take_output());
    }
}

fn report(name: &str, messages: usize, bytes: usize, mut run: impl FnMut()) {
    let best = (0..5).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    let best = best.min().unwrap_or(Duration::MAX).as_secs_f64();
    let (per_second, megabytes) = (messages as f64 / best, bytes as f64 / best / 1e6);
    println!("{name:34} {per_second:12.0} messages/s {megabytes:8.0} MB/s of payload");
}

fn main() {
    for (name, count, size) in
        [("small (100 B)", 100_000, 100), ("medium (2 KiB)", 50_000, 2 << 10), ("large (1 MiB)", 100, 1 << 20)]
    {
        let bytes = count * size;
        let to_client = message(Destination::Client, size);
        let to_server = message(Destination::Server, size);
        report(&format!("{name}, server to client"), count, bytes, || down(count, &to_client));
        report(&format!("{name}, client to server"), count, bytes, || up(count, &to_server));
        report(&format!("{name}, relayed"), count, bytes, || relay(count, &to_client));
    }
    let output = Message::PipelineOutput("a line of text as commands write it".into());
    let raw = output.to_raw(Destination::Client, Uuid::nil(), PID);
    let count = 100_000;
    report("PIPELINE_OUTPUT decoded", count, count * raw.payload.len(), || {
        for _ in 0..count {
            black_box(Message::decode(black_box(&raw)).is_ok());
        }
    });
}
