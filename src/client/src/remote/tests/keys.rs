//! Questions of the server, with and without secrets.

use std::io;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use super::*;
use crate::remote::host::Host;
use crate::ssh::{Nobody, Prompt};

/// Somebody who always answers the same.
pub(super) struct Somebody {
    answer: &'static str,
    asked: Mutex<Vec<(String, bool)>>,
}

impl Somebody {
    pub(super) fn new(answer: &'static str) -> Self {
        Self { answer, asked: Mutex::default() }
    }
}

impl Prompt for Somebody {
    fn is_interactive(&self) -> bool {
        true
    }

    fn ask(&self, question: &str, echo: bool) -> io::Result<Zeroizing<String>> {
        self.asked.lock().unwrap().push((question.to_owned(), echo));
        Ok(Zeroizing::new(self.answer.to_owned()))
    }
}

/// Runs a script that asks, and gives what it wrote.
async fn ask(text: &str, prompt: Arc<dyn Prompt>) -> Vec<String> {
    let server = Server::start();
    let mut session = open(&server, []).await;
    let host = Host::new(prompt, "web1");
    let pid = session.start(script(text)).unwrap();
    loop {
        match session.next().await {
            Event::HostCall { channel, call } => {
                let response = host.answer(&call, |text| session.seal(text)).await;
                session.answer(channel, response).unwrap();
                return finish(&mut session, pid).await.output;
            }
            Event::PipelineEnded { .. } | Event::Ended(_) => panic!("nothing was asked"),
            _ => {}
        }
    }
}

#[test]
fn a_line_is_asked_for() {
    run(async {
        let somebody = Arc::new(Somebody::new("Grüße"));
        assert_eq!(ask("ask", Arc::clone(&somebody) as _).await, ["Grüße"]);
        assert_eq!(*somebody.asked.lock().unwrap(), [(String::new(), true)]);
    });
}

#[test]
fn a_secret_travels_encrypted_and_is_asked_for_with_a_warning() {
    run(async {
        let somebody = Arc::new(Somebody::new("s3cret"));
        assert_eq!(ask("secret", Arc::clone(&somebody) as _).await, ["s3cret"]);
        let asked = somebody.asked.lock().unwrap();
        let [(question, echo)] = asked.as_slice() else { panic!("{asked:?}") };
        assert!(question.contains("web1") && question.contains("secret") && !echo, "{question}");
    });
}

#[test]
fn without_anybody_the_script_is_told_why() {
    run(async {
        let output = ask("ask", Arc::new(Nobody)).await;
        assert!(output[0].starts_with("error: ") && output[0].contains("nobody to ask"), "{output:?}");
    });
}
