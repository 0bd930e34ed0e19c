//! `Select-String`

use std::sync::Arc;

use psrpd_dotnet::{
    Str, casing, cast, collation,
    regex::{Options, Regex},
    wildcard::Wildcard,
};

use super::{Cmdlet, Cx, Run, columns, paths, text_file};
use crate::{
    eval::{R, Runspace},
    ops::patterns,
    platform::FileKind,
    providers::{self, Kind},
    types::{
        self,
        match_info::{self, INPUT_STREAM},
        regex::match_object,
    },
    value::{Category, ErrorRecord, Exception, Opaque, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Select-String",
    "SelectStringCommand",
    "Culture string cultures(Ordinal,Invariant,Current) notnull
     InputObject psobject null empty @Object(! ^) @ObjectRaw(! ^)
     Pattern string[] 0 !
     Path string[] 1 @File(! ~) @FileRaw(! ~)
     LiteralPath|PSPath|LP string[] @LiteralFile(! ~) @LiteralFileRaw(! ~)
     Raw @ObjectRaw(!) @FileRaw(!) @LiteralFileRaw(!)
     SimpleMatch
     CaseSensitive
     Quiet @File @Object @LiteralFile
     List
     NoEmphasis
     Include string[] notempty
     Exclude string[] notempty
     NotMatch
     AllMatches
     Encoding System.Text.Encoding notempty
     Context int[] notempty count(1,2) range(0,2147483647)",
    || Box::new(SelectString::default()),
)
.examples(
    r#"'red', 'blue' | Select-String ^b | ForEach-Object Line # the lines that match
> blue"#,
)
.default_set("File");

#[derive(Default)]
struct SelectString {
    patterns: Vec<Pattern>,
    not: bool,
    all: bool,
    ignore_case: bool,
    /// How many lines around a match belong to it.
    context: Option<(usize, usize)>,
    /// The lines of the pipeline: their number, and all of them where a context is wanted.
    input_count: usize,
    input: Vec<Str>,
    done: bool,
}

enum Pattern {
    Regex(Str, Arc<Regex>),
    Ordinal(Str),
    Collated(Str),
}

impl Pattern {
    fn text(&self) -> &Str {
        match self {
            Self::Regex(text, _) | Self::Ordinal(text) | Self::Collated(text) => text,
        }
    }

    fn fits(&self, rs: &Runspace, line: &Str, ignore_case: bool) -> R<bool> {
        Ok(match self {
            Self::Regex(_, regex) => rs.is_match(regex, line)?,
            Self::Ordinal(text) if ignore_case => casing::find(line, text).is_some(),
            Self::Ordinal(text) => line.contains(text.as_str()),
            Self::Collated(text) => collation::find(line, text, 0, ignore_case).is_some(),
        })
    }
}

/// Says that a provider has no files to search.
fn wrong_provider(cx: &mut Cx<'_>, kind: Kind, given: &Str) -> R<()> {
    let message =
        format!("Cannot open the file because the current provider ({}) cannot open files.", kind.full_name());
    cx.error(
        "System.ArgumentException",
        "ProcessingFile",
        Category::InvalidArgument,
        message,
        Value::Str(given.clone()),
    )
}

/// A line that was found: its position and the pattern.
struct Hit {
    at: usize,
    pattern: usize,
}

impl SelectString {
    /// The files to search; one that does not exist ends the search.
    fn paths(cx: &mut Cx<'_>) -> R<Vec<String>> {
        let mut found = Vec::new();
        for given in paths::given(cx) {
            if !given.literal && psrpd_dotnet::wildcard::has_wildcards(&given.text) {
                let options = providers::GlobOptions::default();
                let matching = providers::glob(cx.rs, &given.text, options)?.unwrap_or_default();
                if let Some(other) = matching.iter().find(|target| target.kind != Kind::FileSystem) {
                    wrong_provider(cx, other.kind, &given.text)?;
                    continue;
                }
                found.extend(matching.into_iter().map(|target| target.path));
                continue;
            }
            let place = providers::parse(cx.rs, &psrpd_dotnet::wildcard::unescape(&given.text));
            let place = place.map_err(|problem| problem.flow())?;
            if place.kind != Kind::FileSystem && (given.literal || place.kind.provider().exists(cx.rs, &place.path)) {
                wrong_provider(cx, place.kind, &given.text)?;
                continue;
            }
            let path = if place.kind == Kind::FileSystem { place.path } else { place.shown() };
            if !given.literal && cx.rs.platform.stat(&path).is_err() {
                let message = format!("Cannot find path '{path}' because it does not exist.");
                let exception = "System.Management.Automation.ItemNotFoundException";
                return Err(cx.fail(exception, "PathNotFound", Category::ObjectNotFound, message, path.into()));
            }
            found.push(path);
        }
        Ok(found)
    }
}

impl Run for SelectString {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.ignore_case = !cx.flag("CaseSensitive");
        (self.not, self.all) = (cx.flag("NotMatch"), cx.flag("AllMatches"));
        let simple = cx.flag("SimpleMatch");
        if cx.bound.get("Culture").is_some() && !simple {
            let message = "You must specify -Culture parameter only with -SimpleMatch parameter.";
            let id = "CannotSpecifyCultureWithoutSimpleMatch";
            let exception = "System.InvalidOperationException";
            return Err(cx.fail(exception, id, Category::InvalidData, message, Value::Null));
        }
        let culture = cx.string("Culture").unwrap_or_default().to_ascii_lowercase();
        if !matches!(culture.as_str(), "ordinal" | "invariant" | "current") {
            columns::check_culture(cx)?;
        }
        for pattern in cx.strings("Pattern") {
            self.patterns.push(match (simple, culture.as_str()) {
                (true, "ordinal") => Pattern::Ordinal(pattern),
                (true, _) => Pattern::Collated(pattern),
                (false, _) => regex(cx, pattern, self.ignore_case)?,
            });
        }
        let context: Vec<usize> = cx.list("Context").iter().filter_map(Value::as_i128).map(size).collect();
        self.context = match context.as_slice() {
            [both] => Some((*both, *both)),
            [before, after, ..] => Some((*before, *after)),
            [] => None,
        };
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.done {
            return Ok(());
        }
        if let Some(item) = cx.get("InputObject") {
            return self.object(cx, &item);
        }
        let mut any = false;
        for path in Self::paths(cx)? {
            any |= self.file(cx, &path)?;
            if any && cx.flag("Quiet") && !cx.flag("List") {
                break;
            }
        }
        if cx.flag("Quiet") && !cx.flag("List") {
            self.done = any;
            return cx.write(any.into());
        }
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if self.input.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.input);
        self.lines(cx, &lines, INPUT_STREAM).map(drop)
    }
}

fn size(n: i128) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn regex(cx: &mut Cx<'_>, pattern: Str, ignore_case: bool) -> R<Pattern> {
    match cx.rs.regex(&pattern, Options { ignore_case, ..Options::default() }) {
        Ok(regex) => Ok(Pattern::Regex(pattern, regex)),
        Err(bad) => {
            let reason = patterns::parse_error(&pattern, &bad);
            let record = reason.record();
            let inner = record.map(|record| record.exception.clone()).unwrap_or_default();
            let reason = record.map(|record| record.exception_message()).unwrap_or_default();
            let message = format!("The string {pattern} is not a valid regular expression: {reason}");
            let exception = Exception::of(types::known("System.ArgumentException"), message.into(), inner);
            let id = cx.id("InvalidRegex");
            let record = ErrorRecord::new(Value::object(exception), id, Category::InvalidArgument, Value::Null);
            *record.activity.lock() = cx.cmdlet.name.into();
            Err(crate::eval::Flow::error(record))
        }
    }
}

impl SelectString {
    /// An input object: a file is searched, everything else is a line.
    fn object(&mut self, cx: &mut Cx<'_>, item: &Value) -> R<()> {
        let of = item.type_of();
        let of = of.as_ref().map_or("", types::Type::name);
        match of {
            "System.IO.FileInfo" => {
                let path = text(&cx.rs.get_member(item, "FullName")?);
                let any = self.file(cx, &path)?;
                if any && cx.flag("Quiet") && !cx.flag("List") {
                    self.done = true;
                    return cx.write(true.into());
                }
                return Ok(());
            }
            "System.IO.DirectoryInfo" => return Ok(()),
            _ => {}
        }
        let line = match item.downcast::<Opaque>() {
            Some(info) if of == "Microsoft.PowerShell.Commands.MatchInfo" => {
                info.get("Line").map(|line| text(&line)).unwrap_or_default()
            }
            _ => cx.rs.text(item)?,
        };
        if self.context.is_some() {
            self.input.push(line);
            return Ok(());
        }
        self.input_count = self.input_count.saturating_add(1);
        let Some(pattern) = self.find(cx.rs, &line)? else { return Ok(()) };
        if cx.flag("Quiet") && !cx.flag("List") {
            self.done = true;
            return cx.write(true.into());
        }
        let hit = Hit { at: self.input_count.saturating_sub(1), pattern };
        self.emit(cx, &line, &hit, INPUT_STREAM, Value::Null)
    }

    /// The pattern that a line is found by.
    fn find(&self, rs: &Runspace, line: &Str) -> R<Option<usize>> {
        for (at, pattern) in self.patterns.iter().enumerate() {
            if pattern.fits(rs, line, self.ignore_case)? {
                return Ok(if self.not { None } else { Some(at) });
            }
        }
        Ok(self.not.then_some(0))
    }

    fn file(&self, cx: &mut Cx<'_>, path: &str) -> R<bool> {
        let (_, name) = providers::split(path);
        let matches = |parameter: &str| -> R<Option<bool>> {
            let list = cx.strings(parameter);
            if list.is_empty() {
                return Ok(None);
            }
            let patterns = list.iter().map(|p| patterns::wildcard(p, true)).collect::<R<Vec<Wildcard>>>()?;
            Ok(Some(patterns.iter().any(|pattern| pattern.is_match(name) || pattern.is_match(path))))
        };
        if matches("Include")? == Some(false) || matches("Exclude")? == Some(true) {
            return Ok(false);
        }
        if cx.rs.platform.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory) {
            return Ok(false);
        }
        let content = match text_file::read(cx, path) {
            Ok(content) => content,
            Err(crate::eval::Flow::Error(raised)) => {
                let reason = raised.record.message();
                let message = format!("The file {path} cannot be read: {reason}");
                let inner = raised.record.exception.clone();
                let exception = Exception::of(types::known("System.ArgumentException"), message.into(), inner);
                let id = cx.id("ProcessingFile");
                let record = ErrorRecord::new(Value::object(exception), id, Category::InvalidArgument, Value::Null);
                *record.activity.lock() = cx.cmdlet.name.into();
                cx.rs.write_error(record)?;
                return Ok(false);
            }
            Err(other) => return Err(other),
        };
        let lines: Vec<Str> = content.lines().map(Str::from).collect();
        self.lines(cx, &lines, path)
    }

    /// Searches lines; whether anything was found.
    fn lines(&self, cx: &mut Cx<'_>, lines: &[Str], path: &str) -> R<bool> {
        let one = cx.flag("List") || cx.flag("Quiet");
        let mut hits = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            cx.rs.check_stop()?;
            if let Some(pattern) = self.find(cx.rs, line)? {
                if self.context.is_none() {
                    if cx.flag("Quiet") && !cx.flag("List") {
                        return Ok(true);
                    }
                    self.emit(cx, line, &Hit { at, pattern }, path, Value::Null)?;
                }
                hits.push(Hit { at, pattern });
                if one {
                    break;
                }
            }
        }
        if let Some((before, after)) = self.context {
            let mut shown_to = 0_usize;
            for (index, hit) in hits.iter().enumerate() {
                let next = hits.get(index.saturating_add(1)).map_or(lines.len(), |next| next.at);
                let start = hit.at.saturating_sub(before);
                let end = hit.at.saturating_add(after).saturating_add(1).min(lines.len());
                let behind = hit.at.saturating_add(1);
                let part = |from: usize, to: usize| Value::strings(lines.get(from..to).unwrap_or(&[]).iter().cloned());
                let context = Opaque::new(
                    "Microsoft.PowerShell.Commands.MatchInfoContext",
                    [
                        ("PreContext", part(start, hit.at)),
                        ("PostContext", part(behind, end)),
                        ("DisplayPreContext", part(start.max(shown_to), hit.at)),
                        ("DisplayPostContext", part(behind, end.min(next))),
                    ],
                );
                shown_to = end.min(next).max(behind);
                let line = lines.get(hit.at).cloned().unwrap_or_default();
                self.emit(cx, &line, hit, path, context.into_value())?;
            }
        }
        Ok(!hits.is_empty())
    }

    fn emit(&self, cx: &mut Cx<'_>, line: &Str, hit: &Hit, path: &str, context: Value) -> R<()> {
        if cx.flag("Raw") {
            return cx.write(Value::Str(line.clone()));
        }
        let pattern = self.patterns.get(hit.pattern);
        let found: Vec<Value> = match pattern {
            Some(Pattern::Regex(_, regex)) if !self.not => {
                let limit = if self.all { usize::MAX } else { 1 };
                let all = cx.rs.find_matches(regex, line, 0, limit)?;
                all.iter().map(|found| match_object(regex, line, found)).collect()
            }
            _ => Vec::new(),
        };
        let (_, name) = providers::split(path);
        let of_match = types::known("System.Text.RegularExpressions.Match");
        let info = || {
            Opaque::new(
                "Microsoft.PowerShell.Commands.MatchInfo",
                [
                    ("IgnoreCase", self.ignore_case.into()),
                    ("LineNumber", Value::U64(cast::unsigned(cast::int64(hit.at.saturating_add(1))))),
                    ("Line", Value::Str(line.clone())),
                    ("Filename", name.into()),
                    ("Path", path.into()),
                    ("Pattern", pattern.map(|pattern| pattern.text().clone()).into()),
                    ("Context", context.clone()),
                    ("Matches", Value::typed_array(of_match.clone(), found.clone())),
                ],
            )
        };
        let shown = match_info::shown(&info().into_value(), path, line);
        cx.write(info().displayed(shown).into_value())
    }
}
