//! `Export-FormatData`

use super::{Cmdlet, Cx, Run, one_file::one_file, text_file};
use crate::{
    eval::R,
    platform::FileKind,
    types::files::info::{is_read_only, set_read_only},
    value::{Category, Value, enumerate, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Export-FormatData",
    "ExportFormatDataCommand",
    "InputObject System.Management.Automation.ExtendedTypeDefinition[] ! ^
     Path|FilePath string @ByPath(!)
     LiteralPath|PSPath|LP string @ByLiteralPath(!)
     Force
     NoClobber|NoOverwrite
     IncludeScriptBlock",
    || Box::new(ExportFormatData::default()),
)
.examples(
    r#"Get-FormatData System.TimeSpan | Export-FormatData -Path t.ps1xml; (Get-Content t.ps1xml)[1] # views, in a file
> <Configuration>"#,
)
.default_set("ByPath");

#[derive(Default)]
struct ExportFormatData {
    definitions: Vec<Value>,
}

impl Run for ExportFormatData {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        self.definitions.extend(cx.list("InputObject"));
        Ok(())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let path = one_file(cx, cx.string("LiteralPath"), cx.string("Path"))?;
        if let Ok(stat) = cx.rs.platform.stat(&path)
            && stat.kind != FileKind::Directory
        {
            if cx.flag("NoClobber") {
                let message = format!("The file '{path}' already exists.");
                let exception = "System.IO.IOException";
                return Err(cx.fail(exception, "NoClobber", Category::ResourceExists, message, path.into()));
            }
            if cx.flag("Force") && is_read_only(&*cx.rs.platform, &stat) {
                set_read_only(cx.rs, &path, false)?;
            }
        }
        let mut out = Out { text: DECLARATION.to_owned(), depth: 0, has_scripts: cx.flag("IncludeScriptBlock") };
        let definitions = std::mem::take(&mut self.definitions);
        out.element("Configuration", |out| {
            out.element("ViewDefinitions", |out| definitions.iter().try_for_each(|of| out.definition(cx, of)))
        })?;
        text_file::write(cx, &path, out.text.trim_start_matches('\n'), false)
    }
}

const DECLARATION: &str = r#"<?xml version="1.0" encoding="utf-8"?>"#;

/// The document that is written.
struct Out {
    text: String,
    depth: usize,
    /// Whether scripts are written out.
    has_scripts: bool,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Out {
    fn line(&mut self, line: &str) {
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(self.depth));
        self.text.push_str(line);
    }

    /// An element with what is written in it; one line where that is nothing.
    fn element(&mut self, name: &str, content: impl FnOnce(&mut Self) -> R<()>) -> R<()> {
        self.line(&format!("<{name}>"));
        let length = self.text.len();
        self.depth = self.depth.saturating_add(1);
        let done = content(self);
        self.depth = self.depth.saturating_sub(1);
        if self.text.len() == length {
            self.text.truncate(length.saturating_sub(1));
            self.text.push_str(" />");
        } else {
            self.line(&format!("</{name}>"));
        }
        done
    }

    fn leaf(&mut self, name: &str, content: &str) {
        self.line(&format!("<{name}>{}</{name}>", escaped(content)));
    }

    /// A property as a leaf, where it has something to say.
    fn field(&mut self, cx: &mut Cx<'_>, of: &Value, property: &str, name: &str) -> R<()> {
        let value = text(&cx.rs.get_member(of, property)?);
        if !matches!(value.as_str(), "" | "0" | "Undefined") {
            self.leaf(name, &value);
        }
        Ok(())
    }

    fn definition(&mut self, cx: &mut Cx<'_>, definition: &Value) -> R<()> {
        let of = text(&cx.rs.get_member(definition, "TypeName")?);
        for view in items(cx, definition, "FormatViewDefinition")? {
            let control = cx.rs.get_member(&view, "Control")?;
            let name = text(&cx.rs.get_member(&view, "Name")?);
            self.element("View", |out| {
                out.leaf("Name", &name);
                out.element("ViewSelectedBy", |out| {
                    out.leaf("TypeName", &of);
                    Ok(())
                })?;
                out.group(cx, &control)?;
                if is_set(cx, &control, "OutOfBand")? {
                    out.line("<OutOfBand />");
                }
                out.control(cx, &control)
            })?;
        }
        Ok(())
    }

    fn group(&mut self, cx: &mut Cx<'_>, control: &Value) -> R<()> {
        let group = cx.rs.get_member(control, "GroupBy")?;
        if group.is_null() {
            return Ok(());
        }
        let by = cx.rs.get_member(&group, "Expression")?;
        self.element("GroupBy", |out| {
            out.entry(cx, &by)?;
            out.field(cx, &group, "Label", "Label")
        })
    }

    /// A property or a script.
    fn entry(&mut self, cx: &mut Cx<'_>, entry: &Value) -> R<()> {
        let value = text(&cx.rs.get_member(entry, "Value")?);
        let is_script = text(&cx.rs.get_member(entry, "ValueType")?).as_str() == "ScriptBlock";
        match (is_script, self.has_scripts) {
            (true, true) => self.leaf("ScriptBlock", &value),
            // What a script does is not told to others.
            (true, false) => self.leaf("ScriptBlock", ";"),
            (false, _) => self.leaf("PropertyName", &value),
        }
        Ok(())
    }

    /// What an entry is for, where that is not everything.
    fn selected(&mut self, cx: &mut Cx<'_>, entry: &Value) -> R<()> {
        let by = cx.rs.get_member(entry, "EntrySelectedBy")?;
        let by = if by.is_null() { return Ok(()) } else { by };
        let names = items(cx, &by, "TypeNames")?;
        if names.is_empty() {
            return Ok(());
        }
        self.element("EntrySelectedBy", |out| {
            names.iter().for_each(|name| out.leaf("TypeName", &text(name)));
            Ok(())
        })
    }

    fn control(&mut self, cx: &mut Cx<'_>, control: &Value) -> R<()> {
        match control.type_name().as_str() {
            "System.Management.Automation.TableControl" => self.element("TableControl", |out| out.table(cx, control)),
            "System.Management.Automation.ListControl" => self.element("ListControl", |out| {
                let entries = items(cx, control, "Entries")?;
                out.element("ListEntries", |out| entries.iter().try_for_each(|entry| out.list_entry(cx, entry)))
            }),
            "System.Management.Automation.WideControl" => self.element("WideControl", |out| {
                if is_set(cx, control, "AutoSize")? {
                    out.line("<AutoSize />");
                }
                out.field(cx, control, "Columns", "ColumnNumber")?;
                let entries = items(cx, control, "Entries")?;
                out.element("WideEntries", |out| entries.iter().try_for_each(|entry| out.wide_entry(cx, entry)))
            }),
            _ => self.element("CustomControl", |out| {
                let entries = items(cx, control, "Entries")?;
                out.element("CustomEntries", |out| {
                    entries.iter().try_for_each(|entry| {
                        out.element("CustomEntry", |out| {
                            out.selected(cx, entry)?;
                            out.custom(cx, entry)
                        })
                    })
                })
            }),
        }
    }

    fn table(&mut self, cx: &mut Cx<'_>, control: &Value) -> R<()> {
        for (property, name) in [("AutoSize", "<AutoSize />"), ("HideTableHeaders", "<HideTableHeaders />")] {
            if is_set(cx, control, property)? {
                self.line(name);
            }
        }
        let headers = items(cx, control, "Headers")?;
        self.element("TableHeaders", |out| {
            headers.iter().try_for_each(|header| {
                out.element("TableColumnHeader", |out| {
                    for name in ["Label", "Width", "Alignment"] {
                        out.field(cx, header, name, name)?;
                    }
                    Ok(())
                })
            })
        })?;
        let rows = items(cx, control, "Rows")?;
        self.element("TableRowEntries", |out| {
            rows.iter().try_for_each(|row| {
                out.element("TableRowEntry", |out| {
                    if is_set(cx, row, "Wrap")? {
                        out.line("<Wrap />");
                    }
                    let columns = items(cx, row, "Columns")?;
                    out.element("TableColumnItems", |out| columns.iter().try_for_each(|column| out.column(cx, column)))
                })
            })
        })
    }

    fn column(&mut self, cx: &mut Cx<'_>, column: &Value) -> R<()> {
        let entry = cx.rs.get_member(column, "DisplayEntry")?;
        self.element("TableColumnItem", |out| {
            out.field(cx, column, "Alignment", "Alignment")?;
            out.field(cx, column, "FormatString", "FormatString")?;
            out.entry(cx, &entry)
        })
    }

    fn list_entry(&mut self, cx: &mut Cx<'_>, entry: &Value) -> R<()> {
        let lines = items(cx, entry, "Items")?;
        self.element("ListEntry", |out| {
            out.selected(cx, entry)?;
            out.element("ListItems", |out| {
                lines.iter().try_for_each(|line| {
                    let shown = cx.rs.get_member(line, "DisplayEntry")?;
                    out.element("ListItem", |out| {
                        out.field(cx, line, "Label", "Label")?;
                        out.field(cx, line, "FormatString", "FormatString")?;
                        out.entry(cx, &shown)
                    })
                })
            })
        })
    }

    fn wide_entry(&mut self, cx: &mut Cx<'_>, entry: &Value) -> R<()> {
        let shown = cx.rs.get_member(entry, "DisplayEntry")?;
        self.element("WideEntry", |out| {
            out.selected(cx, entry)?;
            out.element("WideItem", |out| {
                out.field(cx, entry, "FormatString", "FormatString")?;
                out.entry(cx, &shown)
            })
        })
    }

    /// Free text.
    fn custom(&mut self, cx: &mut Cx<'_>, of: &Value) -> R<()> {
        let parts = items(cx, of, "CustomItems")?;
        self.element("CustomItem", |out| parts.iter().try_for_each(|part| out.part(cx, part)))
    }

    fn part(&mut self, cx: &mut Cx<'_>, part: &Value) -> R<()> {
        match part.type_name().as_str() {
            "System.Management.Automation.CustomItemText" => {
                let shown = text(&cx.rs.get_member(part, "Text")?);
                self.leaf("Text", &shown);
                Ok(())
            }
            "System.Management.Automation.CustomItemNewline" => {
                self.line("<NewLine />");
                Ok(())
            }
            "System.Management.Automation.CustomItemFrame" => self.element("Frame", |out| {
                for name in ["LeftIndent", "RightIndent", "FirstLineHanging", "FirstLineIndent"] {
                    out.field(cx, part, name, name)?;
                }
                out.custom(cx, part)
            }),
            _ => self.element("ExpressionBinding", |out| {
                if is_set(cx, part, "EnumerateCollection")? {
                    out.line("<EnumerateCollection />");
                }
                let (shown, inner) = (cx.rs.get_member(part, "Expression")?, cx.rs.get_member(part, "CustomControl")?);
                if !shown.is_null() {
                    out.entry(cx, &shown)?;
                }
                if inner.is_null() { Ok(()) } else { out.control(cx, &inner) }
            }),
        }
    }
}

fn items(cx: &mut Cx<'_>, of: &Value, property: &str) -> R<Vec<Value>> {
    let list = cx.rs.get_member(of, property)?;
    Ok(enumerate(&list).unwrap_or_default())
}

fn is_set(cx: &mut Cx<'_>, of: &Value, property: &str) -> R<bool> {
    Ok(crate::convert::to_bool(&cx.rs.get_member(of, property)?))
}
