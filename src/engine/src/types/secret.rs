//! `SecureString`, `PSCredential`, `NetworkCredential`.

use super::TypeDef;
use crate::{
    eval::{Flow, R, error},
    value::{Opaque, Secret, Value, text},
};

const CREDENTIAL: &str = "System.Management.Automation.PSCredential";
const NETWORK: &str = "System.Net.NetworkCredential";

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Security.SecureString").members(|m| {
        m.constructor("securestring()", |_, _, _| Ok(Secret::value("")));
        m.get("int Length", |_, this| {
            Ok(Value::int(secret(this).map_or(0, |s| psrpd_dotnet::text::utf16_len(&s.reveal()))))
        });
        m.method("void AppendChar(char c)", |_, this, args| {
            edit(this, |text| {
                text.push(character(args.first()));
                Ok(())
            })
        });
        m.method("void Clear()", |_, this, _| {
            edit(this, |text| {
                text.clear();
                Ok(())
            })
        });
        m.method("securestring Copy()", |_, this, _| Ok(Secret::value(secret(this).map(Secret::reveal).unwrap_or_default())));
        m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
        m.method("void InsertAt(int index, char c)", |_, this, args| {
            edit(this, |text| {
                let at = place(text, args.first(), true)?;
                text.insert(at, character(args.get(1)));
                Ok(())
            })
        });
        m.method("bool IsReadOnly()", |_, this, _| Ok(secret(this).is_some_and(Secret::is_read_only).into()));
        m.method("void MakeReadOnly()", |_, this, _| {
            if let Some(secret) = secret(this) {
                secret.make_read_only();
            }
            Ok(Value::AutomationNull)
        });
        m.method("void RemoveAt(int index)", |_, this, args| {
            edit(this, |text| {
                let at = place(text, args.first(), false)?;
                text.remove(at);
                Ok(())
            })
        });
        m.method("void SetAt(int index, char c)", |_, this, args| {
            edit(this, |text| {
                let at = place(text, args.first(), false)?;
                text.remove(at);
                text.insert(at, character(args.get(1)));
                Ok(())
            })
        });
    }),
    TypeDef::class(CREDENTIAL).members(|m| {
        m.constructor("pscredential(string userName, securestring password)", |_, _, args| {
            let user = args.first().map(text).unwrap_or_default();
            if user.is_empty() {
                return Err(error::thrown(
                    "System.Management.Automation.PSArgumentException",
                    "Cannot process argument because the value of argument \"userName\" is not valid. Change the value of the \"userName\" argument and run the operation again.",
                ));
            }
            match args.get(1) {
                Some(password) if !password.is_null() => Ok(credential(&user, password.clone())),
                _ => Err(error::null_argument("password")),
            }
        });
        m.constant("pscredential Empty", |_, _| {
            Ok(Opaque::new(CREDENTIAL, [("UserName", Value::Null), ("Password", Value::Null)]).into_value())
        });
        m.method("System.Net.NetworkCredential GetNetworkCredential()", |_, this, _| {
            let of = |name: &str| this.downcast::<Opaque>().and_then(|bag| bag.get(name)).unwrap_or_default();
            let user = text(&of("UserName"));
            let (domain, user) = match user.split_once('\\') {
                Some((domain, user)) => (domain, user),
                None => ("", user.as_str()),
            };
            let password = secret(&of("Password")).map(Secret::reveal).unwrap_or_default();
            Ok(network(user, &password, domain))
        });
    }),
    TypeDef::class(NETWORK).members(|m| {
        m.constructor("System.Net.NetworkCredential()", |_, _, _| Ok(network("", "", "")));
        m.constructor("System.Net.NetworkCredential(string userName, string password)", |_, _, args| {
            Ok(network(&string(args, 0), &string(args, 1), ""))
        });
        m.constructor("System.Net.NetworkCredential(string userName, securestring password)", |_, _, args| {
            Ok(network(&string(args, 0), &string(args, 1), ""))
        });
        m.constructor("System.Net.NetworkCredential(string userName, string password, string domain)", |_, _, args| {
            Ok(network(&string(args, 0), &string(args, 1), &string(args, 2)))
        });
        m.constructor(
            "System.Net.NetworkCredential(string userName, securestring password, string domain)",
            |_, _, args| Ok(network(&string(args, 0), &string(args, 1), &string(args, 2))),
        );
        m.get("securestring SecurePassword", |_, this| {
            let password = this.downcast::<Opaque>().and_then(|bag| bag.get("Password")).unwrap_or_default();
            Ok(Secret::value(text(&password).to_string()))
        });
    }),
];

/// A `PSCredential`.
pub(crate) fn credential(user: &str, password: Value) -> Value {
    Opaque::new(CREDENTIAL, [("UserName", Value::from(user)), ("Password", password)]).into_value()
}

fn network(user: &str, password: &str, domain: &str) -> Value {
    let properties =
        [("UserName", Value::from(user)), ("Password", Value::from(password)), ("Domain", Value::from(domain))];
    Opaque::new(NETWORK, properties).into_value()
}

fn secret(value: &Value) -> Option<&Secret> {
    value.downcast::<Secret>()
}

/// The text of an argument, a secret revealed.
fn string(args: &[Value], n: usize) -> String {
    let Some(value) = args.get(n) else { return String::new() };
    secret(value).map_or_else(|| text(value).to_string(), Secret::reveal)
}

fn character(value: Option<&Value>) -> char {
    match value {
        Some(Value::Char(unit)) => char::from_u32((*unit).into()).unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => '\0',
    }
}

/// The byte where a character begins.
fn place(text: &str, index: Option<&Value>, or_end: bool) -> R<usize> {
    let index = index.and_then(Value::as_i128).and_then(|n| usize::try_from(n).ok());
    let places = text.char_indices().map(|(at, _)| at).chain(or_end.then_some(text.len()));
    index.and_then(|index| places.clone().nth(index)).ok_or_else(|| {
        error::argument(
            "System.ArgumentOutOfRangeException",
            "Index was out of range. Must be non-negative and less than the length of the string.",
            "index",
        )
    })
}

fn edit(this: &Value, change: impl FnOnce(&mut String) -> R<()>) -> R<Value> {
    let Some(secret) = secret(this) else { return Ok(Value::AutomationNull) };
    let mut result: R<()> = Ok(());
    if !secret.change(|text| result = change(text)) {
        return Err::<Value, Flow>(error::thrown("System.InvalidOperationException", "Instance is read-only."));
    }
    result.map(|()| Value::AutomationNull)
}
