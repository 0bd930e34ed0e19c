//! `IScriptExtent` and `IScriptPosition`.

use std::{any::Any, sync::Arc};

use psrpd_dotnet::{Str, text::utf16_len};
use psrpd_lang::{Extent, Position};

use crate::{
    ir::Source,
    types::{Members, Type},
    value::{Object, Value},
};

/// Where something stands in a script.
struct ScriptExtent {
    source: Arc<Source>,
    extent: Extent,
}

/// A place in a script.
struct ScriptPosition {
    source: Arc<Source>,
    offset: u32,
}

/// An extent as scripts see it.
pub(crate) fn extent_value(source: &Arc<Source>, extent: Extent) -> Value {
    Value::object(ScriptExtent { source: source.clone(), extent })
}

impl Object for ScriptExtent {
    fn type_of(&self) -> Type {
        super::class(if self.is_nowhere() { "EmptyScriptExtent" } else { "InternalScriptExtent" })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some(self.source.script.extent_text(self.extent).into())
    }
}

impl Object for ScriptPosition {
    fn type_of(&self) -> Type {
        super::class("InternalScriptPosition")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl ScriptExtent {
    /// Whether it is that of what is only implied.
    fn is_nowhere(&self) -> bool {
        self.extent == Extent::EMPTY && !self.source.script.source().is_empty()
    }

    fn at(&self, offset: u32) -> ScriptPosition {
        ScriptPosition { source: self.source.clone(), offset }
    }

    fn start(&self) -> ScriptPosition {
        self.at(self.extent.start)
    }

    fn end(&self) -> ScriptPosition {
        self.at(self.extent.end)
    }

    fn line(&self, position: &ScriptPosition) -> usize {
        if self.is_nowhere() { 0 } else { position.position().line }
    }

    fn column(&self, position: &ScriptPosition) -> usize {
        if self.is_nowhere() { 0 } else { position.position().column }
    }
}

impl ScriptPosition {
    fn position(&self) -> Position {
        self.source.script.position(self.offset)
    }

    /// In UTF-16 units from the beginning.
    fn units(&self) -> usize {
        let text = self.source.script.source();
        let offset = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let head = text.get(..offset.min(text.len())).unwrap_or("");
        utf16_len(head).saturating_add(offset.saturating_sub(text.len()))
    }
}

fn file(source: &Source) -> Value {
    source.file.clone().into()
}

macro_rules! rows {
    ($m:ident, $of:ty: $($declaration:literal => |$this:ident| $read:expr;)*) => {
        $($m.get($declaration, |_, this| {
            let Some($this) = this.downcast::<$of>() else { return Ok(Value::Null) };
            Ok($read)
        });)*
    };
}

pub(super) fn extent_members(m: &mut Members) {
    rows! { m, ScriptExtent:
        "string File" => |e| file(&e.source);
        "System.Management.Automation.Language.IScriptPosition StartScriptPosition" => |e| Value::object(e.start());
        "System.Management.Automation.Language.IScriptPosition EndScriptPosition" => |e| Value::object(e.end());
        "int StartLineNumber" => |e| Value::int(e.line(&e.start()));
        "int StartColumnNumber" => |e| Value::int(e.column(&e.start()));
        "int EndLineNumber" => |e| Value::int(e.line(&e.end()));
        "int EndColumnNumber" => |e| Value::int(e.column(&e.end()));
        "string Text" => |e| e.source.script.extent_text(e.extent).into();
        "int StartOffset" => |e| Value::int(e.start().units());
        "int EndOffset" => |e| Value::int(e.end().units());
    }
}

pub(super) fn position_members(m: &mut Members) {
    rows! { m, ScriptPosition:
        "string File" => |p| file(&p.source);
        "int LineNumber" => |p| Value::int(p.position().line);
        "int ColumnNumber" => |p| Value::int(p.position().column);
        "string Line" => |p| {
            let offset = usize::try_from(p.offset).unwrap_or(usize::MAX);
            crate::position::whole_line(p.source.script.source(), offset).trim_end_matches(['\r', '\n']).into()
        };
        "int Offset" => |p| Value::int(p.units());
    }
    m.method("string GetFullScript()", |_, this, _| {
        Ok(this.downcast::<ScriptPosition>().map_or(Value::Null, |p| (&**p.source.script.source()).into()))
    });
}
