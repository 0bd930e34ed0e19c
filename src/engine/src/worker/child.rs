//! The process of a job.

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
    sync::Arc,
    thread,
};

use parking_lot::Mutex;
use psrp_clixml as clixml;

use super::{
    ARGUMENT, COLOURS, COMPLETED, DIRECTORY, FAILED, FIRST, GO, INPUT, KEY, Pipe, SCRIPT, STOPPED, VALUE, take,
};
use crate::{
    host::{Answer, Host, HostCall, HostInfo, Question, Record, Screen},
    limits,
    platform::{Platform, Stop},
    session::{Client, Command, End, Pipeline, Session},
};

/// What is to be done.
#[derive(Default)]
struct Task {
    directory: String,
    first: Option<String>,
    script: String,
    arguments: Vec<clixml::Value>,
    using: Vec<(clixml::Value, clixml::Value)>,
    input: VecDeque<clixml::Value>,
    has_input: bool,
    /// The screen that somebody sits at elsewhere.
    screen: Option<Screen>,
}

impl Task {
    fn read(from: &mut impl Read) -> io::Result<Self> {
        let broken = || io::Error::from(io::ErrorKind::InvalidData);
        let value = |payload: &[u8]| match payload {
            [] => Ok(clixml::Value::Nil),
            payload => clixml::parse(payload).map_err(|_| broken()),
        };
        let mut task = Self::default();
        let mut key = None;
        loop {
            let (tag, payload) = take(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            let text = || String::from_utf8(payload.clone()).map_err(|_| broken());
            match tag {
                DIRECTORY => task.directory = text()?,
                COLOURS => {
                    let text = text()?;
                    let (front, back) = text.split_once(' ').ok_or_else(broken)?;
                    let colour = |number: &str| number.parse().ok().filter(|number| *number >= 0);
                    let (foreground, background) = (colour(front), colour(back));
                    task.screen = Some(Screen { foreground, background, ..Screen::default() });
                }
                FIRST => task.first = Some(text()?),
                SCRIPT => task.script = text()?,
                ARGUMENT => task.arguments.push(value(&payload)?),
                KEY => key = Some(text()?),
                VALUE => task.using.push((key.take().ok_or_else(broken)?.into(), value(&payload)?)),
                INPUT => task.input.push_back(value(&payload)?),
                GO => return Ok(task),
                _ => return Err(broken()),
            }
        }
    }

    /// It as pipelines of a session.
    fn pipelines(&mut self) -> Vec<Pipeline> {
        let script = |text: String| Command { text, is_script: true, ..Command::default() };
        let mut pipelines = Vec::new();
        if let Some(first) = self.first.take() {
            pipelines.push(Pipeline { commands: vec![script(first)], continues: true, ..Pipeline::default() });
        }
        let mut command = script(std::mem::take(&mut self.script));
        command.arguments = std::mem::take(&mut self.arguments).into_iter().map(|value| (None, value)).collect();
        let names = clixml::TypeNames::new(["System.Collections.Hashtable", "System.Object"]);
        let using = clixml::Object::dict(names, std::mem::take(&mut self.using));
        command.arguments.push((Some("--%".into()), using.into()));
        let input = self.has_input;
        pipelines.push(Pipeline { commands: vec![command], input, continues: true, ..Pipeline::default() });
        pipelines
    }
}

/// The way to the other side, and what came from there.
struct Wire<W> {
    pipe: Arc<Mutex<Pipe<W>>>,
    input: VecDeque<clixml::Value>,
}

impl<W: Write + Send> Host for Wire<W> {
    fn input(&mut self) -> Option<clixml::Value> {
        self.input.pop_front()
    }

    fn output(&mut self, clixml: Vec<u8>) {
        self.pipe.lock().output(clixml);
    }

    fn record(&mut self, stream: Record, clixml: Vec<u8>) {
        self.pipe.lock().record(stream, clixml);
    }

    fn call(&mut self, call: HostCall) {
        self.pipe.lock().call(call);
    }

    fn ask(&mut self, question: Question) -> Result<Answer, String> {
        self.pipe.lock().ask(question)
    }

    fn encrypt(&mut self, secret: &str) -> Option<clixml::SecureString> {
        self.pipe.lock().encrypt(secret)
    }

    fn decrypt(&mut self, secret: &clixml::SecureString) -> Option<String> {
        self.pipe.lock().decrypt(secret)
    }
}

/// Does what the other side orders, once. Whatever it sends then, even its end, stops that.
///
/// # Errors
/// The order did not come as a whole, or the system gives no thread.
pub fn serve(
    platform: Arc<dyn Platform>,
    mut input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
) -> io::Result<()> {
    let mut task = Task::read(&mut input)?;
    let stop = Stop::default();
    let stopping = stop.clone();
    let heard = move || {
        let _ = take(&mut input);
        stopping.set();
    };
    thread::Builder::new().name("stop".into()).spawn(heard)?;
    let pipe = Arc::new(Mutex::new(Pipe::new(output)));
    let input = std::mem::take(&mut task.input);
    task.has_input = !input.is_empty();
    let host = Wire { pipe: pipe.clone(), input };
    let work = move || {
        let mut session = Session::open(platform, Box::new(host), stop);
        let host = HostInfo { screen: task.screen.take(), ..HostInfo::NONE };
        session.meet(&Client { host, arguments: clixml::Value::Nil });
        session.begin_in(&task.directory);
        session.invoke_all(&task.pipelines())
    };
    let running = thread::Builder::new().name("job".into()).stack_size(limits::STACK_SIZE).spawn(work)?;
    let end = running.join().map_err(|_| io::Error::other("the engine has failed"))?;
    let mut pipe = pipe.lock();
    if pipe.lost.is_none() {
        match end {
            End::Completed => pipe.send(COMPLETED, &[]),
            End::Stopped(record) => pipe.send(STOPPED, record.as_bytes()),
            End::Failed(record) => pipe.send(FAILED, record.as_bytes()),
        }
    }
    pipe.lost.take().map_or(Ok(()), Err)
}
