//! Properties that hold for any bytes. Each function panics when its property does not; fuzz targets call them with
//! made-up bytes, tests with those of `corpus/`.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use psrpd_dotnet::{Str, regex::Options};

use crate::{
    Command, Pipeline, Session, Stop, Unix,
    bind::{self, Argument},
    cmdlets, complete, convert,
    eval::Runspace,
    host::Nobody,
    limits, ops, types,
    value::{Value, text},
};

mod machine;
mod maker;

/// Runs a property with a runspace, on a stack as runspaces have it.
fn with_runspace(data: &[u8], property: fn(&mut Runspace, &[u8])) {
    let data = data.to_vec();
    let body = move || {
        let mut session = Session::open(Arc::new(Unix::default()), Box::new(Nobody), Stop::default());
        property(&mut session.rs, &data);
    };
    let thread = std::thread::Builder::new().stack_size(limits::STACK_SIZE).spawn(body);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()), "a property does not hold");
}

fn lines(data: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(data).split('\n').map(Into::into).collect()
}

/// Any text is parsed; one without errors is printed as a script that is printed the same.
pub fn script(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let script = psrpd_lang::parse(text, &psrpd_lang::known_types::CommonTypes);
    let Some(printed) = psrpd_lang::print(&script) else { return };
    let again = psrpd_lang::parse(printed.as_str(), &psrpd_lang::known_types::CommonTypes);
    assert!(again.errors().is_empty(), "what was printed is no script: {printed}");
    assert_eq!(psrpd_lang::print(&again).as_deref(), Some(printed.as_str()), "printed another way");
}

/// Any text can be completed at any place; what would be replaced is a part of it.
pub fn completion(data: &[u8]) {
    with_runspace(data, |rs, data| {
        let Some((at, data)) = data.split_first() else { return };
        let input = String::from_utf8_lossy(data).into_owned();
        let mut cursor = usize::from(*at).min(input.len());
        while !input.is_char_boundary(cursor) {
            cursor = cursor.saturating_sub(1);
        }
        if let Ok(Some(found)) = complete::complete(rs, &input, cursor) {
            let (from, to) = found.replaced();
            assert!(input.get(from..to).is_some(), "{from}..{to} of {input:?}");
        }
    });
}

/// Any text converts to a type or does not; what did has that type.
pub fn conversion(data: &[u8]) {
    with_runspace(data, |rs, data| {
        const TYPES: [&str; 18] = [
            "int",
            "long",
            "byte",
            "sbyte",
            "uint64",
            "double",
            "float",
            "decimal",
            "bigint",
            "char",
            "bool",
            "datetime",
            "timespan",
            "guid",
            "version",
            "System.DayOfWeek",
            "type",
            "int[]",
        ];
        let value = Value::from(String::from_utf8_lossy(data).into_owned());
        for of in TYPES.iter().filter_map(|name| types::find(name)) {
            if let Ok(made) = convert::convert(rs, &value, &of) {
                let fits = made.is_null() || made.type_of().is_some_and(|have| have.is_assignable_to(&of));
                assert!(fits, "[{}]{:?} gives {made:?}", of.full_name(), value);
                let _ = text(&made);
            }
        }
    });
}

/// Any format with any arguments gives a text or an error.
pub fn formatter(data: &[u8]) {
    with_runspace(data, |rs, data| {
        let lines = lines(data);
        let Some((format, args)) = lines.split_first() else { return };
        let mut values: Vec<Value> = args.iter().map(|arg| Value::from(arg.as_str())).collect();
        for of in ["long", "double", "decimal", "datetime"].iter().filter_map(|name| types::find(name)) {
            let made: Vec<Value> =
                args.iter().filter_map(|arg| convert::convert(rs, &Value::from(arg.as_str()), &of).ok()).collect();
            values.extend(made);
        }
        let _ = ops::composite::format(rs, format, &values);
        for value in &values {
            let _ = ops::composite::to_string(rs, value, format);
        }
    });
}

/// Any pattern is translated or refused; what it finds lies in the text.
pub fn pattern(data: &[u8]) {
    with_runspace(data, |rs, data| {
        let lines = lines(data);
        let Some((pattern, texts)) = lines.split_first() else { return };
        let Ok(_) = rs.regex(pattern, Options::default()) else { return };
        // Short ones only: how long a match may take has a limit of its own.
        for text in texts.iter().filter(|text| text.len() < 64) {
            let _ =
                ops::patterns::matches(rs, &Value::from(text.as_str()), &Value::from(pattern.as_str()), true, false);
        }
    });
}

/// Any arguments bind to the parameters of a cmdlet or do not; none binds twice.
pub fn binder(data: &[u8]) {
    with_runspace(data, |rs, data| {
        let Some((which, data)) = data.split_first() else { return };
        let all: Vec<_> = cmdlets::all().collect();
        let Some(cmdlet) = usize::from(*which).checked_rem(all.len()).and_then(|at| all.get(at)) else { return };
        let args = lines(data).into_iter().map(|word| match word.strip_prefix('-') {
            Some(name) => match name.split_once(':') {
                Some((name, value)) => Argument::named(name, Value::from(value)),
                None => Argument::named(name, Value::Bool(true)),
            },
            None => Argument::positional(Value::from(word)),
        });
        let args = args.collect();
        let (name, suffix) = (Str::from(cmdlet.name), Str::from(cmdlet.class));
        let set = cmdlet.default_set.map(Str::from);
        if let Ok(bound) = bind::bind(rs, cmdlet.params(), &name, &suffix, set, args, true, cmdlet.should_process) {
            for (at, (name, _)) in bound.values.iter().enumerate() {
                let twice = bound.values.iter().skip(at.saturating_add(1)).any(|(have, _)| have == name);
                assert!(!twice, "{name} twice");
            }
        }
    });
}

/// How long a script may wait for something, and how long it may take to hear a stop, on a machine with much to do.
const WAIT: Duration = Duration::from_secs(5);
const HANG: Duration = Duration::from_secs(60);

/// Any script comes to its end, where nothing outside can be reached and a session may do only so much; its session then
/// runs another one.
pub fn evaluator(data: &[u8]) {
    let text = maker::script(data);
    let stop = Stop::default();
    let (tell, told) = mpsc::channel();
    let (stopped, script) = (stop.clone(), text.clone());
    let body = move || {
        let machine = machine::Nowhere::new(stopped.clone());
        let mut session = Session::open(Arc::new(machine), Box::new(Nobody), stopped.clone());
        for text in [script, "1 + 1".to_owned()] {
            let command = Command { text, is_script: true, ..Command::default() };
            session.invoke(&Pipeline { commands: vec![command], ..Pipeline::default() });
            stopped.clear();
        }
        drop(session);
        let _ = tell.send(());
    };
    let thread = std::thread::Builder::new().stack_size(limits::STACK_SIZE).spawn(body);
    let done = told.recv_timeout(WAIT).or_else(|_| {
        stop.set();
        told.recv_timeout(HANG)
    });
    assert!(done != Err(mpsc::RecvTimeoutError::Timeout), "does not end: {text}");
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()), "panics: {text}");
}
