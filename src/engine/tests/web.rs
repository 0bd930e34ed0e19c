//! Requests to a web server of our own.

#![allow(clippy::unwrap_used)]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

mod support;

/// Answers one request after the other: by path, or with what came.
fn serve() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap());
        }
    });
    port
}

fn answer(mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&request) {
        let count = stream.read(&mut buffer).unwrap();
        if count == 0 {
            return;
        }
        request.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or("");
    let reply = match path {
        "/json" => reply("200 OK", "Content-Type: application/json\r\n", r#"{"a":[1,2]}"#),
        "/missing" => reply("404 Not Found", "Content-Type: application/json\r\n", r#"{"why":"gone"}"#),
        "/away" => reply("302 Found", "Location: /json\r\n", ""),
        "/cookie" => reply("200 OK", "Set-Cookie: k=v; Path=/\r\nContent-Type: text/plain\r\n", "set"),
        "/chunks" => "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n".into(),
        "/broken" => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".into(),
        _ => reply("200 OK", "Content-Type: text/plain\r\n", &text),
    };
    let _ = stream.write_all(reply.as_bytes());
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok()).unwrap_or(0);
    body.len() >= length
}

fn reply(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn run(script: &str) -> Vec<String> {
    let script = script.replace("URL", &format!("http://127.0.0.1:{}", serve()));
    support::run(&[&script]).0
}

#[test]
fn objects_come_from_json_and_errors_from_refusals() {
    assert_eq!(run("(Invoke-RestMethod URL/json).a[1]"), ["out <I32>2</I32>"].map(|out| out.replace("I32", "I64")));
    let said =
        run("try { Invoke-RestMethod URL/missing } catch { [int]$_.Exception.StatusCode; $_.ErrorDetails.Message }");
    assert_eq!(said[0], "out <I32>404</I32>");
    assert!(said[1].contains("\"why\": \"gone\""), "{said:?}");
    let said = run("try { Invoke-WebRequest URL/broken } catch { $_.FullyQualifiedErrorId }");
    assert!(said[0].contains("HttpIOException"), "{said:?}");
}

#[test]
fn redirections_cookies_and_chunks_are_followed() {
    assert_eq!(run("(Invoke-WebRequest URL/away).Content"), [r#"out {"a":[1,2]}"#]);
    assert_eq!(run("Invoke-RestMethod URL/chunks"), ["out abc"]);
    let said = run("$null = Invoke-RestMethod URL/cookie -SessionVariable s; Invoke-RestMethod URL/x -WebSession $s");
    assert!(said[0].contains("Cookie: k=v"), "{said:?}");
}

#[test]
fn bodies_go_as_forms_and_as_text() {
    let said = run("Invoke-RestMethod URL/x -Method Post -Body ([ordered]@{ a = 1; b = 'x y' })");
    assert!(said[0].contains("application/x-www-form-urlencoded") && said[0].ends_with("a=1&b=x+y"), "{said:?}");
    let said = run("Invoke-RestMethod URL/x -Method Put -Body '{}' -ContentType application/json");
    assert!(said[0].starts_with("out PUT /x") && said[0].ends_with("{}"), "{said:?}");
    let said = run("Invoke-RestMethod URL/x -Body @{ q = 'a&b' }");
    assert!(said[0].starts_with("out GET /x?q=a%26b "), "{said:?}");
}
