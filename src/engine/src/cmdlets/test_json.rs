//! `Test-Json`

use psrpd_dotnet::{Str, casing};

use super::{Cmdlet, Cx, Run, one_file::one_file};
use crate::{
    eval::{Flow, R, Runspace},
    json::{self, Leniency, Node},
    limits, providers, types,
    value::{Category, ErrorRecord, Exception, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Test-Json",
    "TestJsonCommand",
    "Json string @JsonString(0 ! ^) @JsonStringWithSchemaString(0 ! ^) @JsonStringWithSchemaFile(0 ! ^)
     Path string @JsonPath(0 ! ~) @JsonPathWithSchemaString(0 ! ~) @JsonPathWithSchemaFile(0 ! ~)
     LiteralPath|PSPath|LP string @JsonLiteralPath(0 ! ~) @JsonLiteralPathWithSchemaString(0 ! ~) @JsonLiteralPathWithSchemaFile(0 ! ~)
     Schema string notempty @JsonStringWithSchemaString(1 !) @JsonPathWithSchemaString(1 !) @JsonLiteralPathWithSchemaString(1 !)
     SchemaFile string notempty @JsonStringWithSchemaFile(1 !) @JsonPathWithSchemaFile(1 !) @JsonLiteralPathWithSchemaFile(1 !)
     Options string[] set(IgnoreComments,AllowTrailingCommas) notempty",
    || Box::new(TestJson),
)
.examples(r#"'{"a": 1}' | Test-Json # whether a text is JSON
> True"#)
.default_set("JsonString");

fn check(rs: &Runspace, text: &str, leniency: Leniency) -> R<Result<(), String>> {
    rs.while_running(|goes_on| json::check(text, leniency, goes_on))
}

fn read(rs: &Runspace, text: &Str) -> R<Result<Option<Node>, String>> {
    rs.while_running(|goes_on| json::read(text, limits::MAX_JSON_DEPTH, goes_on))
}

struct TestJson;

impl Run for TestJson {
    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let given = |name: &str| cx.strings("Options").iter().any(|option| casing::eq(option, name));
        let leniency = Leniency { comments: given("IgnoreComments"), trailing_commas: given("AllowTrailingCommas") };
        let schema = match schema_text(cx)? {
            Some(text) => match check(cx.rs, &text, Leniency::default())? {
                Ok(()) => read(cx.rs, &text.into())?.unwrap_or_default(),
                Err(reason) => {
                    let reason = reason.replacen(" LineNumber", " Path: $ | LineNumber", 1);
                    complain(cx, "InvalidJsonSchema", "Cannot parse the JSON schema.", Some(&reason), text.into())?;
                    return cx.write(true.into());
                }
            },
            None => None,
        };
        let (text, target): (Str, Value) = match (cx.string("Path"), cx.string("LiteralPath")) {
            (None, None) => (cx.string("Json").unwrap_or_default(), cx.value("Json")),
            (path, literal) => {
                let given = literal.clone().or_else(|| path.clone()).unwrap_or_default();
                let whole = one_file(cx, literal, path)?;
                if cx.rs.platform.stat(&whole).is_err() {
                    let message = format!("Cannot find path '{given}' because it does not exist.");
                    let exception = "System.Management.Automation.ItemNotFoundException";
                    return Err(cx.fail(exception, "PathNotFound", Category::ObjectNotFound, message, whole.into()));
                }
                (providers::read_text(cx.rs, &whole)?, Value::Null)
            }
        };
        if let Err(reason) = check(cx.rs, &text, leniency)? {
            complain(cx, "InvalidJson", "Cannot parse the JSON.", Some(&reason), target)?;
            return cx.write(false.into());
        }
        let Some(schema) = schema else { return cx.write(true.into()) };
        let Ok(Some(value)) = read(cx.rs, &text)? else {
            return cx.write(true.into());
        };
        match json::validate(&schema, &value) {
            Ok((valid, failures)) => {
                for json::Failure { message, place } in failures {
                    let message = format!("The JSON is not valid with the schema: {message} at '{place}'");
                    complain(cx, "InvalidJsonAgainstSchemaDetailed", &message, None, Value::Null)?;
                }
                cx.write(valid.into())
            }
            Err(reason) => {
                let target = cx.value("Schema");
                complain(cx, "InvalidJsonSchema", "Cannot parse the JSON schema.", Some(&reason), target)?;
                cx.write(true.into())
            }
        }
    }
}

fn schema_text(cx: &mut Cx<'_>) -> R<Option<String>> {
    let Some(path) = cx.string("SchemaFile") else { return Ok(cx.string("Schema").map(|text| text.to_string())) };
    let whole = providers::absolute(cx.rs, &path);
    match providers::read_text(cx.rs, &whole) {
        Ok(text) => Ok(Some(text.to_string())),
        Err(Flow::Error(_)) => {
            let message = format!("Can not open JSON schema file: {whole}");
            let target = Value::Str(path);
            Err(cx.fail("System.Exception", "JsonSchemaFileOpenFailure", Category::OpenError, message, target))
        }
        Err(other) => Err(other),
    }
}

fn complain(cx: &mut Cx<'_>, id: &str, message: &str, reason: Option<&str>, target: Value) -> R<()> {
    let inner = match reason {
        Some(reason) => Value::object(Exception::new("System.Text.Json.JsonReaderException", reason)),
        None => Value::Null,
    };
    let exception = Exception::of(types::exception(), message.into(), inner);
    let record = ErrorRecord::new(Value::object(exception), cx.id(id), Category::InvalidData, target);
    *record.activity.lock() = "Test-Json".into();
    cx.rs.write_error(record)
}
