//! The engine ends, hangs or breaks the protocol.

use e2e::wire::Wire;
use psrp_proto::MessageKind;

use crate::{attach, server};

/// What the client is told when its engine is gone: the end of the pipeline, then that of the pool.
#[track_caller]
fn told(client: &mut Wire) -> (String, String) {
    let mut pipeline = String::new();
    loop {
        let message = client.message().expect("the client is told before the link ends");
        let xml = String::from_utf8_lossy(message.xml()).into_owned();
        match message.kind {
            MessageKind::PipelineState => pipeline = xml,
            MessageKind::RunspacePoolState => return (pipeline, xml),
            _ => {}
        }
    }
}

#[test]
fn row_24_engine_exits_while_a_command_runs() {
    let server = server();
    let mut first = attach(&server);
    first.start("exit 3", false).unwrap();
    let (pipeline, pool) = told(&mut first);
    assert!(pipeline.contains("<I32 N=\"PipelineState\">5</I32>"), "{pipeline}");
    assert!(pipeline.contains("engine exited with 3 (session work on"), "{pipeline}");
    assert!(pool.contains("<I32 N=\"RunspaceState\">5</I32>") && pool.contains("engine exited with 3"), "{pool}");
    server.events().wait_for("engine.exited", |event| event.fields["how"] == "exited with 3", e2e::STEP);
}

#[test]
fn row_26_engine_writes_garbage() {
    let server = server();
    let mut first = attach(&server);
    first.start("garbage", false).unwrap();
    let (pipeline, pool) = told(&mut first);
    assert!(pipeline.contains("<I32 N=\"PipelineState\">5</I32>"), "{pipeline}");
    assert!(pool.contains("<I32 N=\"RunspaceState\">5</I32>") && pool.contains("this is not the protocol"), "{pool}");
    // Another session is not touched.
    let mut other = server.wire(&[("PSRP_SESSION", "other")]).unwrap();
    assert_eq!(other.run("output 2").unwrap().objects, 2);
}
