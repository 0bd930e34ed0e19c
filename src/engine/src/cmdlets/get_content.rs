//! `Get-Content`

use std::{sync::Arc, time::Duration};

use psrpd_dotnet::{Str, cast, wildcard};

use super::{Cmdlet, Cx, MANAGEMENT, Run, paths};
use crate::{
    eval::{Flow, R},
    providers::{self, Content, Kind, Reader, Target},
    value::{Body, Category, Exception, Member, Value, Wrapped, enumerate},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Get-Content",
    "GetContentCommand",
    "ReadCount long ~
     TotalCount|First|Head long ~ range(0,9223372036854775807)
     Tail|Last int ~ range(0,2147483647)
     Path string[] @Path(0 ! ~)
     LiteralPath|PSPath|LP string[] @LiteralPath(! ~)
     Filter string
     Include string[]
     Exclude string[]
     Force
     Credential pscredential credential ~
     Delimiter string dynamic
     Wait dynamic
     Raw dynamic
     Encoding System.Text.Encoding notempty dynamic
     AsByteStream dynamic",
    || Box::new(GetContent),
)
.examples(
    r#"'a', 'b' | Set-Content ab.txt; Get-Content ab.txt -Tail 1 # the last line of a file
> b"#,
)
.in_module(MANAGEMENT)
.default_set("Path");

/// How often a file that is waited for is looked at.
const INTERVAL: Duration = Duration::from_millis(200);

struct GetContent;

/// What is read of a file, one piece after the other.
enum Pieces {
    Lines { reader: Reader, delimiter: Option<Str> },
    Bytes { reader: Reader, read: std::collections::VecDeque<u8> },
    Values(std::vec::IntoIter<Value>),
}

impl Pieces {
    fn next(&mut self) -> std::io::Result<Option<Value>> {
        match self {
            Self::Lines { reader, delimiter } => Ok(reader.line(delimiter.as_deref())?.map(Value::Str)),
            Self::Bytes { reader, read } => {
                if read.is_empty() {
                    read.extend(reader.raw()?);
                }
                Ok(read.pop_front().map(Value::U8))
            }
            Self::Values(values) => Ok(values.next()),
        }
    }

    /// Whether more may come after the end.
    fn look_again(&mut self) -> std::io::Result<()> {
        match self {
            Self::Lines { reader, .. } | Self::Bytes { reader, .. } => reader.look_again(),
            Self::Values(_) => Ok(()),
        }
    }
}

/// The notes that say where a piece of content is from.
pub(super) fn notes(target: &Target) -> Vec<(&'static str, Value)> {
    let shown = target.shown();
    let mut notes = vec![("PSPath", Value::from(shown.as_str()))];
    if target.kind == Kind::FileSystem {
        let (folder, name) = providers::split(&shown);
        notes.extend([("PSParentPath", Value::from(folder)), ("PSChildName", Value::from(name))]);
    }
    notes.extend(target.drive.as_ref().map(|drive| ("PSDrive", providers::drive_value(drive))));
    notes.push(("PSProvider", providers::provider_value(target.kind)));
    notes
}

impl GetContent {
    fn write(cx: &mut Cx<'_>, value: Value, notes: &[Member], count: i64) -> R<()> {
        let mut members = Vec::with_capacity(notes.len());
        members.extend_from_slice(notes);
        if let Some(last) = members.last_mut() {
            last.body = Body::Note(Value::I64(count));
        }
        cx.write(Value::Wrapped(Arc::new(Wrapped::with(value.into_base(), members))))
    }

    /// Parameters that exclude each other.
    fn check(cx: &mut Cx<'_>, target: &Target) -> R<bool> {
        let raw = cx.flag("Raw");
        for other in ["Tail", "Wait", "TotalCount", "Delimiter"] {
            let is_given = if other == "Wait" { cx.flag("Wait") } else { cx.bound.get(other).is_some() };
            if raw && is_given {
                let message = match other {
                    "Wait" => "The 'Raw' and 'Wait' parameters cannot be specified in the same command.".to_owned(),
                    _ => format!("The 'Raw' and '{other}' parameters cannot be specified in the same command."),
                };
                let exception = "System.Management.Automation.PSInvalidOperationException";
                return Err(cx.fail(exception, "InvalidOperation", Category::InvalidOperation, message, Value::Null));
            }
        }
        if target.kind != Kind::FileSystem {
            if let Some(tail) = cx.get("Tail") {
                let message = "The Tail parameter currently is supported only for the FileSystem provider.";
                let exception = "System.InvalidOperationException";
                let category = Category::InvalidOperation;
                return cx.error(exception, "TailNotSupported", category, message, tail).map(|()| false);
            }
            for name in ["Raw", "Encoding", "AsByteStream", "Delimiter", "Wait"] {
                if cx.bound.get(name).is_some() {
                    return Err(not_a_parameter(cx, name));
                }
            }
        }
        if cx.flag("AsByteStream") {
            if cx.bound.get("Encoding").is_some() {
                let text = "Encoding not used when '-AsByteStream' specified.";
                cx.rs.write_message(crate::eval::Stream::Warning, text.into())?;
            }
            if cx.bound.get("Delimiter").is_some() {
                let message = "A delimiter cannot be specified when reading the stream one byte at a time. (Parameter 'delimiter')";
                let exception = Value::object(Exception::new("System.ArgumentException", message));
                let target = Value::from(target.path.as_str());
                let id = "GetContentReaderArgumentError";
                return paths::write_error(cx, exception, id, Category::InvalidArgument, target).map(|()| false);
            }
        }
        Ok(true)
    }

    /// Opens an item, where its parameters allow it.
    fn open(cx: &mut Cx<'_>, target: &Target) -> R<Option<Content>> {
        if Self::check(cx, target)? { target.kind.provider().reader(cx, target) } else { Ok(None) }
    }

    fn item(cx: &mut Cx<'_>, target: &Target, content: Content) -> R<()> {
        let notes: Vec<Member> = notes(target)
            .into_iter()
            .chain([("ReadCount", Value::Null)])
            .map(|(name, value)| Member::note(name, value))
            .collect();
        let mut pieces = match content {
            Content::Value(value) => {
                let items = enumerate(&value).unwrap_or_else(|| vec![value]);
                Pieces::Values(items.into_iter())
            }
            Content::File(mut reader) if cx.flag("Raw") => return Self::raw(cx, target, &mut reader, &notes),
            Content::File(reader) if cx.flag("AsByteStream") => {
                Pieces::Bytes { reader, read: std::collections::VecDeque::new() }
            }
            // Nothing is found between delimiters that are nothing.
            Content::File(_) if cx.string("Delimiter").is_some_and(|delimiter| delimiter.is_empty()) => return Ok(()),
            Content::File(reader) => {
                let delimiter = cx.string("Delimiter");
                Pieces::Lines { reader, delimiter: delimiter.filter(|delimiter| delimiter.as_str() != "\n") }
            }
        };
        Self::pieces(cx, target, &mut pieces, &notes)
    }

    fn raw(cx: &mut Cx<'_>, target: &Target, reader: &mut Reader, notes: &[Member]) -> R<()> {
        if cx.flag("AsByteStream") {
            let expected = reader.length().unwrap_or(0);
            cx.rs.reserve(expected)?;
            let mut all: Vec<u8> = Vec::with_capacity(expected);
            loop {
                cx.rs.check_stop()?;
                let more = reader.raw().map_err(|failure| providers::io_error(cx.rs, &failure, &target.path))?;
                if more.is_empty() {
                    break;
                }
                all.extend(more);
            }
            return Self::write(cx, Value::bytes(all), notes, 1);
        }
        let text = reader.all().map_err(|failure| providers::io_error(cx.rs, &failure, &target.path))?;
        if text.is_empty() {
            return Ok(());
        }
        let in_groups = cx.int("ReadCount").is_some_and(|count| count != 1);
        let value = if in_groups { Value::array(vec![Value::Str(text)]) } else { Value::Str(text) };
        Self::write(cx, value, notes, 1)
    }

    fn pieces(cx: &mut Cx<'_>, target: &Target, pieces: &mut Pieces, notes: &[Member]) -> R<()> {
        let failed = |cx: &Cx<'_>, failure: std::io::Error| providers::io_error(cx.rs, &failure, &target.path);
        let mut first = std::collections::VecDeque::new();
        if let Some(tail) = cx.int("Tail").map(cast::index) {
            while let Some(piece) = pieces.next().map_err(|failure| failed(cx, failure))? {
                cx.rs.check_stop()?;
                first.push_back(piece);
                if first.len() > tail {
                    first.pop_front();
                }
            }
        }
        let wait = cx.flag("Wait");
        let total = cx.int("TotalCount").map_or(usize::MAX, cast::index);
        let size = match cx.int("ReadCount") {
            Some(n) if n <= 0 => usize::MAX,
            Some(n) => cast::index(n).max(1),
            None => 1,
        };
        let has_tail = cx.bound.get("Tail").is_some();
        let mut count = 0_usize;
        let mut group: Vec<Value> = Vec::new();
        while count < total {
            cx.rs.check_stop()?;
            let next = match first.pop_front() {
                Some(piece) => Some(piece),
                None if has_tail && !wait => None,
                None => pieces.next().map_err(|failure| failed(cx, failure))?,
            };
            let Some(piece) = next else {
                if !wait {
                    break;
                }
                cx.rs.stop.sleep(INTERVAL);
                pieces.look_again().map_err(|failure| failed(cx, failure))?;
                continue;
            };
            count = count.saturating_add(1);
            if size == 1 {
                Self::write(cx, piece, notes, cast::int64(count))?;
                continue;
            }
            group.push(piece);
            if group.len() >= size {
                let whole = Value::array(std::mem::take(&mut group));
                Self::write(cx, whole, notes, cast::int64(count))?;
            }
        }
        if !group.is_empty() {
            Self::write(cx, Value::array(group), notes, cast::int64(count))?;
        }
        Ok(())
    }
}

impl GetContent {
    /// All items are opened before the first is read.
    fn run(cx: &mut Cx<'_>) -> R<()> {
        let mut opened = Vec::new();
        for target in resolve(cx)? {
            if let Some(content) = Self::open(cx, &target)? {
                opened.push((target, content));
            }
        }
        opened.into_iter().try_for_each(|(target, content)| Self::item(cx, &target, content))
    }
}

/// Some parameters exist for files only.
pub(super) fn not_a_parameter(cx: &Cx<'_>, name: &str) -> Flow {
    let message = format!("A parameter cannot be found that matches parameter name '{name}'.");
    let exception = "System.Management.Automation.ParameterBindingException";
    cx.fail(exception, "NamedParameterNotFound", Category::InvalidArgument, message, Value::Null)
}

/// The items of the paths; a pattern without match is an error of its own.
pub(super) fn resolve(cx: &mut Cx<'_>) -> R<Vec<Target>> {
    let mut found = Vec::new();
    for given in paths::given(cx) {
        let own = paths::resolve_one(cx, &given)?;
        let is_pattern = !given.literal && wildcard::has_wildcards(&given.text);
        if own.is_empty() && is_pattern && paths::has_place(cx, &given)? {
            let message = format!(
                "An object at the specified path {} does not exist, or has been filtered by the -Include or -Exclude parameter.",
                given.text
            );
            let exception = Value::object(Exception::new("System.Exception", message));
            let target = Value::strings([given.text.clone()]);
            paths::write_error(cx, exception, "ItemNotFound", Category::ObjectNotFound, target)?;
        }
        found.extend(own);
    }
    Ok(found)
}

impl Run for GetContent {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.bound.get("TotalCount").is_some() && cx.bound.get("Tail").is_some() {
            let message =
                "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.";
            let exception = "System.InvalidOperationException";
            let id = "TailAndHeadCannotCoexist";
            return cx.error(exception, id, Category::InvalidOperation, message, Value::Null);
        }
        // Of what is not asked for, nothing is looked at.
        if cx.int("TotalCount") == Some(0) {
            return Ok(());
        }
        Self::run(cx).map_err(|flow| paths::ending(cx, flow))
    }
}
