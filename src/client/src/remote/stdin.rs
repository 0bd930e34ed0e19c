//! Standard input as input of a pipeline.

use std::io::{self, BufRead as _, Read as _};

use psrp_clixml::{ObjectValue, Value};
use tokio::sync::mpsc;

use super::Stdin;
use crate::limits::{MAX_TEXT_FILE, STDIN_QUEUE};

/// The objects of standard input; an error ends them. Read by a thread of its own, which stays behind when nobody takes
/// them any more: a read of a terminal cannot be called off.
pub(super) fn objects(kind: Stdin) -> Option<mpsc::Receiver<Result<Value, String>>> {
    let (sender, receiver) = mpsc::channel(STDIN_QUEUE);
    match kind {
        Stdin::None => return None,
        Stdin::Lines => std::thread::spawn(move || lines(&sender)),
        Stdin::Objects => std::thread::spawn(move || document(&sender)),
    };
    Some(receiver)
}

fn lines(to: &mpsc::Sender<Result<Value, String>>) {
    for line in io::stdin().lock().lines() {
        let line = line.map(|line| Value::from(line.as_str())).map_err(|error| unreadable(&error));
        let is_error = line.is_err();
        if to.blocking_send(line).is_err() || is_error {
            return;
        }
    }
}

fn document(to: &mpsc::Sender<Result<Value, String>>) {
    let mut text = String::new();
    let read = io::stdin().lock().take(MAX_TEXT_FILE + 1).read_to_string(&mut text).map_err(|error| unreadable(&error));
    match read.and_then(|_| parse(&text)) {
        Ok(values) => {
            for value in values {
                if to.blocking_send(Ok(value)).is_err() {
                    return;
                }
            }
        }
        Err(text) => {
            let _ = to.blocking_send(Err(text));
        }
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("standard input cannot be read: {error}")
}

/// The objects of a document as Export-Clixml writes it.
fn parse(text: &str) -> Result<Vec<Value>, String> {
    let wrong =
        |why: &str| format!("standard input is no CLIXML document ({why}); Export-Clixml and `-o clixml` make one");
    if u64::try_from(text.len()).is_ok_and(|length| length > MAX_TEXT_FILE) {
        return Err(wrong("it is too long"));
    }
    // The root is none of the elements of a message; a list is, and holds the same.
    let (_, rest) = text.split_once("<Objs").ok_or_else(|| wrong("it has no Objs element"))?;
    let (_, rest) = rest.split_once('>').ok_or_else(|| wrong("its root does not end"))?;
    let (items, _) = rest.rsplit_once("</Objs>").ok_or_else(|| wrong("its root does not end"))?;
    let list = format!("<Obj RefId=\"objs\"><LST>{items}</LST></Obj>");
    let list = psrp_clixml::parse(list.as_bytes()).map_err(|error| wrong(&error.to_string()))?;
    let items = list.as_list().unwrap_or_default().to_vec();
    if items.iter().any(refers) {
        return Err(wrong("an object in it refers to another, which pipeline input cannot"));
    }
    Ok(items)
}

/// Whether a value holds a reference. The parser has limited its depth.
fn refers(value: &Value) -> bool {
    match value {
        Value::Ref(_) => true,
        Value::Object(object) => {
            let inner = match &object.value {
                ObjectValue::List { items, .. } => items.iter().any(refers),
                ObjectValue::Dict(entries) => entries.iter().any(|(key, value)| refers(key) || refers(value)),
                ObjectValue::Primitive(value) => refers(value),
                ObjectValue::None => false,
            };
            inner || object.props.iter().chain(object.members.iter()).any(|(_, value)| refers(value))
        }
        Value::MemberSet(members) => members.iter().any(|(_, value)| refers(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str = "\u{feff}<?xml version=\"1.0\"?>\n<Objs Version=\"1.1.0.1\" xmlns=\"http://x\">";

    #[test]
    fn a_document_is_a_list_of_objects() {
        let text = format!("{START}<S>a</S>\n<Obj RefId=\"0\"><MS><I32 N=\"n\">1</I32></MS></Obj><Nil /></Objs>\n");
        let values = parse(&text).unwrap();
        assert_eq!((values.len(), &values[0]), (3, &Value::from("a")));
        assert_eq!(values[1].get("n").and_then(Value::as_i32), Some(1));
        assert!(values[2].is_nil());
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        let reference =
            format!("{START}<Obj RefId=\"0\"><MS><I32 N=\"n\">1</I32></MS></Obj><Ref RefId=\"0\" /></Objs>");
        for (text, why) in [
            ("hello", "no Objs"),
            ("<Objs", "does not end"),
            ("<Objs><S>a</S>", "does not end"),
            ("<Objs><S>a</Objs>", "CLIXML"),
            (&reference, "refers to another"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }
}
