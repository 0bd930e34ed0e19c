//! `ConvertTo-Html`

use psrpd_dotnet::{Str, casing};

use super::{
    Cmdlet, Cx, Run,
    columns::{self, Column, Keys, Source},
    csv,
};
use crate::{
    eval::{R, Stream},
    types::web_utility::html_encode,
    value::{Category, Dictionary, Value, text},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "ConvertTo-Html",
    "ConvertToHtmlCommand",
    "InputObject psobject ^
     Property object[] 0
     Body string[] 3 @Page
     Head string[] 1 @Page
     Title string 2 @Page notempty
     As string notempty set(Table,List)
     CssUri|cu|uri uri notempty @Page
     Fragment notempty @Fragment
     PostContent string[] notempty
     PreContent string[] notempty
     Meta hashtable @Page notempty
     Charset string notempty pattern(^[A-Za-z0-9]\\w+\\S+[A-Za-z0-9]$) @Page
     Transitional @Page notempty",
    || Box::new(ConvertToHtml::default()),
)
.examples(
    r#"[pscustomobject]@{ a = 1 } | ConvertTo-Html -Fragment | Select-Object -Index 2 # objects as a table of a page
> <tr><th>a</th></tr>"#,
)
.default_set("Page");

#[derive(Default)]
struct ConvertToHtml {
    columns: Vec<Column>,
    as_list: bool,
    begun: bool,
}

impl Run for ConvertToHtml {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        if cx.string("CssUri").is_some_and(|uri| uri.trim().is_empty()) {
            let message = "This command cannot be run because 'CSSUri' is empty or blank. Please specify CSSUri and then run the command.";
            let category = Category::InvalidArgument;
            return Err(cx.fail("System.ArgumentException", "ArgumentException", category, message, "CSSUri".into()));
        }
        self.columns = columns::columns(cx, "Property", Keys { naming: true, styling: true, ..Keys::default() })?;
        self.as_list = cx.string("As").is_some_and(|shape| casing::eq(&shape, "List"));
        if !cx.flag("Fragment") {
            head(cx)?;
        }
        for line in cx.strings("PreContent") {
            cx.write(Value::Str(line))?;
        }
        cx.write("<table>".into())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let Some(item) = cx.get("InputObject").filter(|item| !item.is_null()) else { return Ok(()) };
        if self.columns.is_empty() {
            let names = csv::names_of(cx, &item)?;
            self.columns = names.into_iter().map(|name| Column::plain(Source::Named(name))).collect();
        } else if !self.begun {
            self.resolve(cx, &item)?;
        }
        if self.columns.is_empty() {
            return Ok(());
        }
        if self.as_list {
            if self.begun {
                cx.write("<tr><td><hr></td></tr>".into())?;
            }
            self.begun = true;
            for column in &self.columns {
                let name = html_encode(&name_of(column));
                let value = cell(cx, column, &item)?;
                cx.write(format!("<tr><td>{name}:</td><td>{value}</td></tr>").into())?;
            }
            return Ok(());
        }
        if !self.begun {
            self.begun = true;
            self.header(cx)?;
        }
        let mut row = String::from("<tr>");
        for column in &self.columns {
            row.push_str(&format!("<td>{}</td>", cell(cx, column, &item)?));
        }
        row.push_str("</tr>");
        cx.write(row.into())
    }

    fn end(&mut self, cx: &mut Cx<'_>) -> R<()> {
        cx.write("</table>".into())?;
        for line in cx.strings("PostContent") {
            cx.write(Value::Str(line))?;
        }
        if cx.flag("Fragment") { Ok(()) } else { cx.write("</body></html>".into()) }
    }
}

impl ConvertToHtml {
    /// Patterns become the names that the first object has; names that it does not have go.
    fn resolve(&mut self, cx: &mut Cx<'_>, item: &Value) -> R<()> {
        let mut resolved = Vec::new();
        for column in std::mem::take(&mut self.columns) {
            let Source::Named(_) = &column.source else {
                resolved.push(column);
                continue;
            };
            for found in columns::cells(cx.rs, &column.source, item)? {
                resolved.push(Column {
                    source: Source::Named(found.name),
                    name: column.name.clone(),
                    width: column.width.clone(),
                    alignment: column.alignment.clone(),
                    descending: None,
                });
            }
        }
        self.columns = resolved;
        Ok(())
    }

    fn header(&self, cx: &mut Cx<'_>) -> R<()> {
        let mut group = String::from("<colgroup>");
        let mut row = String::from("<tr>");
        for column in &self.columns {
            let style = |name: &str, value: &Option<Str>| match value {
                Some(value) => format!(" {name} = \"{value}\""),
                None => String::new(),
            };
            group.push_str(&format!("<col{}{}/>", style("width", &column.width), style("align", &column.alignment)));
            row.push_str(&format!("<th>{}</th>", html_encode(&name_of(column))));
        }
        cx.write(format!("{group}</colgroup>").into())?;
        cx.write(format!("{row}</tr>").into())
    }
}

fn name_of(column: &Column) -> Str {
    column.name.clone().unwrap_or_else(|| column.source.text())
}

fn cell(cx: &mut Cx<'_>, column: &Column, item: &Value) -> R<String> {
    let value = match (&column.source, item.downcast::<Dictionary>()) {
        (Source::Named(name), Some(table)) => table.get_str(name),
        _ => columns::cells(cx.rs, &column.source, item)?.into_iter().next().map(|cell| cell.value),
    };
    match value.filter(|value| !value.is_null()) {
        Some(value) => Ok(html_encode(&csv::cell(cx.rs, &value)?)),
        None => Ok(String::new()),
    }
}

fn head(cx: &mut Cx<'_>) -> R<()> {
    let kind = if cx.flag("Transitional") { ("Transitional", "transitional") } else { ("Strict", "strict") };
    cx.write(
        format!(
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 {}//EN\"  \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-{}.dtd\">",
            kind.0, kind.1
        )
        .into(),
    )?;
    cx.write("<html xmlns=\"http://www.w3.org/1999/xhtml\">".into())?;
    cx.write("<head>".into())?;
    if let Some(charset) = cx.string("Charset") {
        cx.write(format!("<meta charset=\"{charset}\">").into())?;
    }
    meta(cx)?;
    let lines = cx.strings("Head");
    if lines.is_empty() {
        let title = cx.string("Title").unwrap_or_else(|| "HTML TABLE".into());
        cx.write(format!("<title>{title}</title>").into())?;
    }
    for line in lines {
        cx.write(Value::Str(line))?;
    }
    if let Some(uri) = cx.string("CssUri") {
        cx.write(format!("<link rel=\"stylesheet\" type=\"text/css\" href=\"{uri}\" />").into())?;
    }
    cx.write("</head><body>".into())?;
    for line in cx.strings("Body") {
        cx.write(Value::Str(line))?;
    }
    Ok(())
}

fn meta(cx: &mut Cx<'_>) -> R<()> {
    const KNOWN: [&str; 9] = [
        "content-type",
        "default-style",
        "application-name",
        "author",
        "description",
        "generator",
        "keywords",
        "x-ua-compatible",
        "viewport",
    ];
    let table = cx.value("Meta");
    let entries = table.downcast::<Dictionary>().map(Dictionary::entries).unwrap_or_default();
    for (key, value) in entries {
        let (name, value) = (text(&key), text(&value));
        let lower = name.to_ascii_lowercase();
        if !KNOWN.contains(&lower.as_str()) {
            let warning = format!(
                "Accepted meta properties are content-type, default-style, application-name, author, description, generator, keywords, x-ua-compatible, and viewport. The meta pair: {name} and {value} may not function correctly."
            );
            cx.rs.write_message(Stream::Warning, warning.into())?;
        }
        let attribute = if matches!(lower.as_str(), "content-type" | "default-style" | "x-ua-compatible") {
            "http-equiv"
        } else {
            "name"
        };
        cx.write(format!("<meta {attribute}=\"{name}\" content=\"{value}\">").into())?;
    }
    Ok(())
}
