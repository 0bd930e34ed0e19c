//! Redirections into files and variables.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use parking_lot::Mutex;

use super::{Flow, R, Runspace, Stage, Stream};
use crate::{
    bind,
    ir::Redirection,
    native::Bytes,
    providers::encoding::{Encoding, UTF8},
    value::{Category, ErrorRecord, Value, enumerate},
};

/// A redirection whose target is known.
pub(crate) enum Redirect {
    Merge(Vec<Stream>),
    /// Errors go to a later command.
    Claimed(Arc<Mutex<Vec<Value>>>),
    /// Output and streams into a file or nowhere.
    File {
        output: bool,
        streams: Vec<Stream>,
        to: Arc<ToFile>,
    },
}

/// How many pieces of a program's output wait before they are written.
const FEW: usize = 64;

/// How many lines.
const MANY: usize = 4_096;

/// What goes into a file.
pub(crate) struct ToFile {
    /// None for nowhere.
    path: Option<String>,
    /// Whether it goes behind what is there.
    append: AtomicBool,
    /// What texts are written in.
    encoding: Encoding,
    /// What is not written yet: a table, for instance, is laid out as a whole.
    pub(super) waiting: Arc<Mutex<Vec<Value>>>,
}

impl ToFile {
    /// A redirection that keeps nothing.
    pub(crate) fn nowhere() -> Self {
        Self { path: None, append: false.into(), encoding: UTF8, waiting: Arc::default() }
    }

    pub(super) fn is_nowhere(&self) -> bool {
        self.path.is_none()
    }

    /// Takes a value. Bytes and lines, which need no layout, are written soon.
    pub(super) fn put(&self, rs: &mut Runspace, value: Value) -> R<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let is_full = {
            let mut waiting = self.waiting.lock();
            waiting.push(value);
            let is_bytes = |value: &Value| value.downcast::<Bytes>().is_some();
            (waiting.len().is_multiple_of(FEW) && waiting.iter().all(is_bytes))
                || (waiting.len().is_multiple_of(MANY) && waiting.iter().all(|value| matches!(value, Value::Str(_))))
        };
        if is_full && variable_of(path).is_none() { self.write(rs, path) } else { Ok(()) }
    }

    fn write(&self, rs: &mut Runspace, path: &str) -> R<()> {
        let values = std::mem::take(&mut *self.waiting.lock());
        let bytes: Option<Vec<&Bytes>> = values.iter().map(Value::downcast).collect();
        let content = match bytes {
            Some(bytes) => bytes.into_iter().flat_map(|bytes| bytes.0.iter().copied()).collect(),
            None => {
                let text = crate::format::to_text(rs, &values, None)?;
                self.encoded(rs, path, &text)
            }
        };
        let append = self.append.swap(true, Ordering::Relaxed);
        crate::providers::write_file(rs, path, &content, append).map_err(not_written)
    }

    /// Text in the encoding of the file; a new file begins with its mark.
    fn encoded(&self, rs: &Runspace, path: &str, text: &str) -> Vec<u8> {
        let is_empty = || {
            let size = crate::providers::file_path(rs, path).ok().and_then(|path| rs.platform.stat(&path).ok());
            size.is_none_or(|stat| stat.size == 0)
        };
        let is_new = !self.append.load(Ordering::Relaxed) || !self.encoding.preamble().is_empty() && is_empty();
        let mut bytes = if is_new { self.encoding.preamble().to_vec() } else { Vec::new() };
        bytes.extend(self.encoding.encode(&text.into()));
        bytes
    }

    /// Writes the rest.
    fn close(&self, rs: &mut Runspace) -> R<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let Some(name) = variable_of(path) else { return self.write(rs, path) };
        let values = std::mem::take(&mut *self.waiting.lock());
        rs.redirect_to_variable(name, values, self.append.load(Ordering::Relaxed))
    }
}

impl Runspace {
    /// Resolves the redirections of a command.
    pub(crate) fn redirects(&mut self, redirections: &[Redirection]) -> R<Vec<Redirect>> {
        let stream = |from: psrpd_lang::ast::Redirect| match from.number() {
            2 => vec![Stream::Error],
            3 => vec![Stream::Warning],
            4 => vec![Stream::Verbose],
            5 => vec![Stream::Debug],
            6 => vec![Stream::Information],
            0 => Stream::ALL.to_vec(),
            _ => Vec::new(),
        };
        let mut list = Vec::new();
        for redirection in redirections {
            list.push(match redirection {
                Redirection::Merge { from } => Redirect::Merge(stream(*from)),
                Redirection::File { from, append, target } => {
                    let target = self.eval(target)?;
                    let path = if target.is_null() { None } else { Some(self.text(&target)?.to_string()) };
                    let encoding = if path.is_some() { self.redirected_encoding() } else { UTF8 };
                    let to = Arc::new(ToFile { path, append: (*append).into(), encoding, waiting: Arc::default() });
                    Redirect::File { output: matches!(from.number(), 0 | 1), streams: stream(*from), to }
                }
            });
        }
        Ok(list)
    }

    /// The encoding that `$PSDefaultParameterValues` has for `Out-File`, as which redirections write.
    fn redirected_encoding(&mut self) -> Encoding {
        match bind::default_argument(self, "Out-File", "Encoding") {
            Some(Value::Str(name)) => Encoding::find(&name).unwrap_or(UTF8),
            Some(other) => crate::types::encoding::of(&other).unwrap_or(UTF8),
            None => UTF8,
        }
    }

    pub(super) fn close_files(&mut self, stages: &[Stage]) -> R<()> {
        for stage in stages {
            self.close_redirects(&stage.redirects)?;
        }
        Ok(())
    }

    pub(super) fn close_redirects(&mut self, redirects: &[Redirect]) -> R<()> {
        for redirect in redirects {
            if let Redirect::File { to, .. } = redirect {
                to.close(self)?;
            }
        }
        Ok(())
    }
}

impl Runspace {
    /// Puts what a redirection took into a variable, as objects; `>>` puts it behind what is there.
    fn redirect_to_variable(&mut self, name: &str, values: Vec<Value>, append: bool) -> R<()> {
        let (scope, name) = match name.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("global") => (super::ScopeId::GLOBAL, rest),
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("script") => {
                (self.scopes.script(self.frame.scope), rest)
            }
            _ => (self.frame.scope, name),
        };
        let key = super::Name::new(name);
        let old = if append { self.lookup(&key).filter(|old| !old.is_null()) } else { None };
        let mut items = match old {
            Some(old) => enumerate(&old).unwrap_or_else(|| vec![old]),
            None => Vec::new(),
        };
        items.extend(values);
        self.write_in(scope, &key, Value::collected(items).settled())
    }
}

/// The variable that the target of a redirection names: `variable:x`.
fn variable_of(path: &str) -> Option<&str> {
    let (drive, name) = path.split_once(':')?;
    let name = name.trim_start_matches(['/', '\\']);
    (drive.eq_ignore_ascii_case("variable") && !name.is_empty()).then_some(name)
}

/// An error with the file of a redirection is one of `Out-File`.
fn not_written(flow: Flow) -> Flow {
    let Some(record) = flow.record() else { return flow };
    let id = "FileOpenFailure,Microsoft.PowerShell.Commands.OutFileCommand";
    let copy = ErrorRecord::new(record.exception.clone(), id, Category::OpenError, Value::Null);
    *copy.activity.lock() = "Out-File".into();
    Flow::error(copy)
}
