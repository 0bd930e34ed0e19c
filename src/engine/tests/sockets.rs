//! Connections as scripts have them.

mod support;

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::fd::OwnedFd,
    thread,
};

use rustix::net as sockets;
use support::run;

/// Listens, and does this with who comes; the port.
fn serve(with: impl Fn(TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().for_each(|stream| with(stream.unwrap())));
    port
}

fn said(port: u16, script: &str) -> Vec<String> {
    let (said, ends) =
        run(&[&format!("$port = {port}; $c = [Net.Sockets.TcpClient]::new('127.0.0.1', $port)"), script]);
    assert_eq!(ends, [psrpd_engine::End::Completed, psrpd_engine::End::Completed]);
    said
}

/// A socket that takes no more connections: who connects waits.
fn full() -> (OwnedFd, Vec<TcpStream>, u16) {
    let socket = sockets::socket(sockets::AddressFamily::INET, sockets::SocketType::STREAM, None).unwrap();
    sockets::bind(&socket, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    sockets::listen(&socket, 0).unwrap();
    let to = SocketAddr::try_from(sockets::getsockname(&socket).unwrap()).unwrap();
    let first = TcpStream::connect(to).unwrap();
    (socket, vec![first], to.port())
}

#[test]
fn one_reads_while_another_writes() {
    // Answers each byte with the next one.
    let port = serve(|mut stream| {
        let mut byte = [0];
        while stream.read(&mut byte).unwrap_or(0) > 0 {
            let _ = stream.write_all(&[byte[0] + 1]);
        }
    });
    let script = "
        $s = $c.GetStream()
        $job = Start-ThreadJob { ($using:s).ReadByte() }
        while ($job.State -eq 'NotStarted') { Start-Sleep -Milliseconds 10 }
        Start-Sleep -Milliseconds 100
        $s.WriteByte(41)
        $job | Receive-Job -Wait
        $job = Start-ThreadJob { try { ($using:s).ReadByte() } catch { $_.Exception.InnerException.GetType().Name } }
        Start-Sleep -Milliseconds 100
        $c.Close()
        $job | Receive-Job -Wait";
    assert_eq!(said(port, script), ["out <I32>42</I32>", "out ObjectDisposedException"]);
}

#[test]
fn a_client_has_one_stream_which_stays() {
    let port = serve(|mut stream| {
        let mut two = [0; 2];
        stream.read_exact(&mut two).unwrap();
        stream.write_all(&two).unwrap();
    });
    let script = "
        $c.GetStream().WriteByte(7); $c.GetStream().WriteByte(8)
        $c.GetStream().ReadByte(), $c.GetStream().ReadByte() -join ','
        [object]::ReferenceEquals($c.GetStream(), $c.GetStream())
        $c.GetStream().Close(); $c.Connected";
    assert_eq!(said(port, script), ["out 7,8", "out <B>true</B>", "out <B>false</B>"]);
}

#[test]
fn why_a_connection_broke_is_said() {
    let port = serve(|mut stream| {
        stream.read_exact(&mut [0]).unwrap();
        let now = Some(std::time::Duration::ZERO);
        sockets::sockopt::set_socket_linger(&stream, now).unwrap();
    });
    let script = "
        try { while ($true) { $c.GetStream().WriteByte(1); Start-Sleep -Milliseconds 20 } }
        catch { $e = $_.Exception.InnerException; $e.GetType().Name; $e.InnerException.SocketErrorCode -in 'Shutdown', 'ConnectionReset' }";
    assert_eq!(said(port, script), ["out IOException", "out <B>true</B>"]);
}

#[test]
fn times_are_kept_to_the_millisecond() {
    let port = serve(|mut stream| {
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let script = "
        $s = $c.GetStream(); $s.ReadTimeout = 10; $c.ReceiveTimeout
        $watch = [Diagnostics.Stopwatch]::StartNew()
        foreach ($i in 1..5) { try { $s.ReadByte() } catch { } }
        $watch.ElapsedMilliseconds -ge 49 -and $watch.ElapsedMilliseconds -lt 240
        foreach ($wait in 0, -5) { try { $s.ReadTimeout = $wait } catch { $_.Exception.InnerException.GetType().Name } }
        $s.ReadTimeout = -1; $s.ReadTimeout; $c.ReceiveTimeout
        try { $c.SendTimeout = -1 } catch { $_.Exception.InnerException.SocketErrorCode.ToString() }
        try { $c.Connect('127.0.0.1', $port) } catch { $_.Exception.InnerException.SocketErrorCode.ToString() }";
    assert_eq!(
        said(port, script),
        [
            "out <I32>10</I32>",
            "out <B>true</B>",
            "out ArgumentOutOfRangeException",
            "out ArgumentOutOfRangeException",
            "out <I32>-1</I32>",
            "out <I32>0</I32>",
            "out InvalidArgument",
            "out IsConnected"
        ]
    );
}

#[test]
fn closing_ends_an_attempt_to_connect() {
    let (_socket, _first, port) = full();
    let script = format!(
        "$held = 1..4 | ForEach-Object {{ $one = [Net.Sockets.TcpClient]::new(); $null = $one.ConnectAsync('127.0.0.1', {port}); $one }}
        $c = [Net.Sockets.TcpClient]::new(); $t = $c.ConnectAsync('127.0.0.1', {port})
        $t.Wait(100); $t.IsFaulted; $c.Close(); $null = $t.AsyncWaitHandle.WaitOne()
        $t.Status.ToString(); $t.Exception.InnerException.SocketErrorCode.ToString(); $c.Connected"
    );
    let (said, _) = run(&[&script]);
    let expected = ["out <B>false</B>", "out <B>false</B>", "out Faulted", "out OperationAborted", "out <B>false</B>"];
    assert_eq!(said, expected);
}

#[test]
fn attempts_end_with_the_session() {
    let (socket, first, port) = full();
    let script = format!(
        "$held = 1..20 | ForEach-Object {{ $one = [Net.Sockets.TcpClient]::new(); $null = $one.ConnectAsync('127.0.0.1', {port}); $one }}"
    );
    run(&[&script]);
    let tasks = || {
        let threads = std::fs::read_dir("/proc/self/task").unwrap();
        threads
            .filter(|one| std::fs::read(one.as_ref().unwrap().path().join("comm")).is_ok_and(|name| name == b"task\n"))
            .count()
    };
    let late = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while tasks() > 0 && std::time::Instant::now() < late {
        thread::yield_now();
    }
    assert_eq!(tasks(), 0);
    drop((socket, first));
}

#[test]
fn a_stop_is_heard_while_much_is_written() {
    let port = serve(|stream| {
        thread::park();
        drop(stream);
    });
    let script = "'ready'; $c.GetStream().Write([byte[]]::new(8MB))";
    let ready = format!("$c = [Net.Sockets.TcpClient]::new('127.0.0.1', {port})");
    let (_, ends) = run(&[&ready, script]);
    assert!(matches!(ends[1], psrpd_engine::End::Stopped(_)));
}
