//! `[System.Management.Automation.CommandMetadata]`, and the functions that `[ProxyCommand]` writes around a command.

use psrpd_dotnet::Str;

use super::{CommandInfo, known, metadata};
use crate::{
    bind::{self, Param},
    complete,
    eval::{R, Runspace, error},
    types::{self, Members, Type, TypeDef},
    value::{Dictionary, Opaque, Value, enumerate, text},
};

const METADATA: &str = "System.Management.Automation.CommandMetadata";

/// Properties that nobody sees: what is wrapped, whether it has parameters that come and go, whether it is advanced.
const WRAPPED: &str = "\0Wrapped";
const KIND: &str = "\0Kind";
const IS_DYNAMIC: &str = "\0IsDynamic";
const IS_ADVANCED: &str = "\0IsAdvanced";

pub(crate) const TYPES: &[TypeDef] = &[
    TypeDef::class(METADATA).members(|m| {
        m.constructor("System.Management.Automation.CommandMetadata(System.Management.Automation.CommandInfo commandInfo)", |rs, _, args| {
            made(rs, args, false)
        });
        m.constructor(
            "System.Management.Automation.CommandMetadata(System.Management.Automation.CommandInfo commandInfo, bool shouldGenerateCommonParameters)",
            |rs, _, args| made(rs, args, matches!(args.get(1), Some(Value::Bool(true)))),
        );
        m.constructor("System.Management.Automation.CommandMetadata(System.Management.Automation.CommandMetadata other)", |_, _, args| {
            Ok(args.first().and_then(Value::downcast::<Opaque>).map_or(Value::Null, |other| other.copy().into_value()))
        });
    }),
    TypeDef::class("System.Management.Automation.ProxyCommand").members(proxies),
];

/// The metadata of a command; an alias stands for its command.
fn made(rs: &mut Runspace, args: &[Value], with_common: bool) -> R<Value> {
    let Some(info) = args.first().and_then(CommandInfo::of).cloned() else {
        return Err(error::null_argument("commandInfo"));
    };
    let Some(info) = info.target(rs) else { return Err(error::null_argument("commandInfo")) };
    let code = info.code(rs);
    let binding = code.as_ref().map_or_else(|| Ok(bind::Binding::default()), |unit| bind::binding_of(rs, unit))?;
    let (class, asks, impact, positional) = match &info {
        CommandInfo::Cmdlet(cmdlet) => {
            (Value::Type(types::known(&cmdlet.full_class())), cmdlet.should_process, cmdlet.impact, true)
        }
        _ => (Value::Null, binding.should_process, binding.impact, binding.positional),
    };
    let params = info.params(rs)?.unwrap_or_default();
    let table = Dictionary::new(metadata::table_of("System.Management.Automation.ParameterMetadata"), true);
    let pages = |name: &Str| bind::paging::params().any(|param| param.name == *name);
    let is_common = |param: &Param| bind::is_common(&param.name) || binding.paging && pages(&param.name);
    for param in params.iter().filter(|param| !param.is_dynamic && (with_common || !is_common(param))) {
        table.set(Value::Str(param.name.clone()), metadata::parameter(rs, code.as_deref(), param));
    }
    let is_dynamic =
        params.iter().any(|param| param.is_dynamic) || code.as_ref().is_some_and(|unit| unit.dynamic.is_some());
    let uri = info.help_uri(rs, code.as_deref())?;
    let (name, module) = (info.name(), info.module());
    let wrapped = if module.is_empty() { name.clone() } else { format!("{module}\\{name}").into() };
    let impact = if asks { impact } else { 0 };
    let set = info.default_set(rs)?.unwrap_or_else(|| bind::EVERY_SET.into());
    let properties = [
        ("Name", Value::Str(name)),
        ("CommandType", class),
        ("DefaultParameterSetName", Value::Str(set)),
        ("SupportsShouldProcess", asks.into()),
        ("SupportsPaging", binding.paging.into()),
        ("PositionalBinding", positional.into()),
        ("SupportsTransactions", false.into()),
        ("HelpUri", Value::Str(uri)),
        ("RemotingCapability", known::remoting(&info)),
        ("ConfirmImpact", types::enum_number("System.Management.Automation.ConfirmImpact", impact)),
        ("Parameters", Value::object(table)),
        (WRAPPED, Value::Str(wrapped)),
        (KIND, info.kind().into()),
        (IS_DYNAMIC, is_dynamic.into()),
        (IS_ADVANCED, info.is_advanced(rs).into()),
    ];
    Ok(Opaque::new(METADATA, properties).into_value())
}

/// Metadata as a script left it.
struct Of<'v>(&'v Opaque);

impl Of<'_> {
    fn text(&self, name: &str) -> Str {
        self.0.get(name).map(|value| text(&value)).unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| crate::convert::to_bool(&value))
    }
}

/// A function of `[ProxyCommand]`: its first argument is metadata.
fn with(args: &[Value], write: impl FnOnce(&Of<'_>) -> String) -> R<Value> {
    match args.first().and_then(Value::downcast::<Opaque>) {
        Some(metadata) => Ok(write(&Of(metadata)).into()),
        None => Err(error::null_argument("commandMetaData")),
    }
}

fn proxies(m: &mut Members) {
    m.function("string Create(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, |of| created(of, &help_of(of), true))
    });
    m.function(
        "string Create(System.Management.Automation.CommandMetadata commandMetadata, string helpComment)",
        |_, _, args| with(args, |of| created(of, &said(args), true)),
    );
    m.function(
        "string Create(System.Management.Automation.CommandMetadata commandMetadata, string helpComment, bool generateDynamicParameters)",
        |_, _, args| with(args, |of| created(of, &said(args), matches!(args.get(2), Some(Value::Bool(true))))),
    );
    m.function(
        "string GetCmdletBindingAttribute(System.Management.Automation.CommandMetadata commandMetadata)",
        |_, _, args| with(args, binding),
    );
    m.function("string GetParamBlock(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, parameters)
    });
    m.function("string GetDynamicParam(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, dynamic)
    });
    m.function("string GetBegin(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, begin)
    });
    m.function("string GetProcess(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, |_| step("Process($_)"))
    });
    m.function("string GetEnd(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, |_| step("End()"))
    });
    m.function("string GetClean(System.Management.Automation.CommandMetadata commandMetadata)", |_, _, args| {
        with(args, |_| CLEAN.to_owned())
    });
}

/// A comment that a caller gives.
fn said(args: &[Value]) -> String {
    args.get(1).map(text).unwrap_or_default().to_string()
}

/// The comment that sends whoever asks for help to the command.
fn help_of(of: &Of<'_>) -> String {
    let kind = of.text(KIND);
    format!("\n.ForwardHelpTargetName {}\n.ForwardHelpCategory {kind}\n", of.text(WRAPPED))
}

fn created(of: &Of<'_>, help: &str, may_be_dynamic: bool) -> String {
    let mut code = format!("{}\nparam({})\n\n", binding(of), parameters(of));
    if may_be_dynamic && of.is(IS_DYNAMIC) {
        code.push_str(&format!("\ndynamicparam\n{{{}}}\n\n", dynamic(of)));
    }
    for (name, body) in [("begin", begin(of)), ("process", step("Process($_)")), ("end", step("End()"))] {
        code.push_str(&format!("{name}\n{{{body}}}\n\n"));
    }
    code.push_str(&format!("clean\n{{{CLEAN}}}\n<#\n{help}\n#>\n"));
    code
}

const CLEAN: &str = "
    if ($null -ne $steppablePipeline) {
        $steppablePipeline.Clean()
    }
";

fn step(call: &str) -> String {
    attempt(&format!("        $steppablePipeline.{call}\n"))
}

fn attempt(body: &str) -> String {
    format!("\n    try {{\n{body}    }} catch {{\n        throw\n    }}\n")
}

/// Text in single quotes.
fn quoted(text: &str) -> String {
    complete::quoted(text, Some('\''))
}

/// A property of an attribute that is given a text.
fn named(name: &str, value: &str) -> String {
    format!("{name}={}", quoted(value))
}

/// The arguments of the call that looks the command up.
fn looked_up(of: &Of<'_>) -> String {
    let kind = of.text(KIND);
    format!("{}, [System.Management.Automation.CommandTypes]::{kind}", quoted(&of.text(WRAPPED)))
}

fn begin(of: &Of<'_>) -> String {
    let found = format!("        $wrappedCmd = $ExecutionContext.InvokeCommand.GetCommand({})\n", looked_up(of));
    let call = "        $scriptCmd = {& $wrappedCmd @PSBoundParameters }\n\n";
    let origin = if of.text(KIND).as_str() == "Function" { "" } else { "$myInvocation.CommandOrigin" };
    let pipeline = format!("        $steppablePipeline = $scriptCmd.GetSteppablePipeline({origin})\n");
    if !of.is(IS_ADVANCED) {
        let arguments = "        $PSBoundParameters.Add('$args', $args)\n";
        let start = "        $steppablePipeline.Begin($myInvocation.ExpectingInput, $ExecutionContext)\n";
        return attempt(&format!("{found}{arguments}{call}{pipeline}{start}"));
    }
    let one_by_one = "        $outBuffer = $null
        if ($PSBoundParameters.TryGetValue('OutBuffer', [ref]$outBuffer))
        {
            $PSBoundParameters['OutBuffer'] = 1
        }

";
    attempt(&format!("{one_by_one}{found}{call}{pipeline}        $steppablePipeline.Begin($PSCmdlet)\n"))
}

fn dynamic(of: &Of<'_>) -> String {
    let found = format!(
        "        $targetCmd = $ExecutionContext.InvokeCommand.GetCommand({}, $PSBoundParameters)",
        looked_up(of)
    );
    attempt(&format!(
        "{found}
        $dynamicParams = @($targetCmd.Parameters.GetEnumerator() | Microsoft.PowerShell.Core\\Where-Object {{ $_.Value.IsDynamic }})
        if ($dynamicParams.Length -gt 0)
        {{
            $paramDictionary = [Management.Automation.RuntimeDefinedParameterDictionary]::new()
            foreach ($param in $dynamicParams)
            {{
                $param = $param.Value

                if(-not $MyInvocation.MyCommand.Parameters.ContainsKey($param.Name))
                {{
                    $dynParam = [Management.Automation.RuntimeDefinedParameter]::new($param.Name, $param.ParameterType, $param.Attributes)
                    $paramDictionary.Add($param.Name, $dynParam)
                }}
            }}

            return $paramDictionary
        }}
"
    ))
}

/// `[CmdletBinding()]`; nothing for a function that is not advanced.
fn binding(of: &Of<'_>) -> String {
    if !of.is(IS_ADVANCED) {
        return String::new();
    }
    let mut words = Vec::new();
    let set = of.text("DefaultParameterSetName");
    if !set.is_empty() && set.as_str() != bind::EVERY_SET {
        words.push(named("DefaultParameterSetName", &set));
    }
    if of.is("SupportsShouldProcess") {
        words.push("SupportsShouldProcess=$true".to_owned());
        words.push(named("ConfirmImpact", &of.text("ConfirmImpact")));
    }
    if of.is("SupportsPaging") {
        words.push("SupportsPaging=$true".to_owned());
    }
    if !of.is("PositionalBinding") {
        words.push("PositionalBinding=$false".to_owned());
    }
    let uri = of.text("HelpUri");
    if !uri.is_empty() {
        words.push(named("HelpUri", &uri));
    }
    let remoting = of.text("RemotingCapability");
    if remoting.as_str() != "PowerShell" {
        words.push(named("RemotingCapability", &remoting));
    }
    format!("[CmdletBinding({})]", words.join(", "))
}

/// What stands in `param()`.
fn parameters(of: &Of<'_>) -> String {
    let table = of.0.get("Parameters").unwrap_or_default();
    let Some(table) = table.downcast::<Dictionary>() else { return String::new() };
    let shown: Vec<String> = table.entries().iter().map(|(name, one)| parameter(&text(name), one)).collect();
    shown.join(",\n")
}

fn parameter(name: &str, one: &Value) -> String {
    let get = |name: &str| one.downcast::<Opaque>().and_then(|one| one.get(name)).unwrap_or_default();
    let items = |name: &str| enumerate(&get(name)).unwrap_or_default();
    let mut lines = Vec::new();
    if let Some(sets) = get("ParameterSets").downcast::<Dictionary>() {
        lines.extend(sets.entries().iter().filter_map(|(set, of)| set_attribute(&text(set), of)));
    }
    let aliases: Vec<String> = items("Aliases").iter().map(|alias| quoted(&text(alias))).collect();
    if !aliases.is_empty() {
        lines.push(format!("[Alias({})]", aliases.join(",")));
    }
    lines.extend(items("Attributes").iter().filter_map(attribute));
    if let Value::Type(of) = get("ParameterType") {
        lines.push(format!("[{}]", type_name(&of)));
    }
    let name = name.replace('}', "`}").replace('{', "`{");
    lines.push(format!("${{{name}}}"));
    lines.iter().map(|line| format!("\n    {line}")).collect()
}

fn type_name(of: &Type) -> Str {
    text(&Value::Type(of.clone()))
}

/// `[Parameter()]` of one set; nothing where it says nothing.
fn set_attribute(set: &str, of: &Value) -> Option<String> {
    let of = Of(of.downcast::<Opaque>()?);
    let mut words = Vec::new();
    if set != bind::EVERY_SET {
        words.push(named("ParameterSetName", set));
    }
    if of.is("IsMandatory") {
        words.push("Mandatory=$true".to_owned());
    }
    match of.0.get("Position") {
        Some(Value::I32(at)) if at != i32::MIN => words.push(format!("Position={at}")),
        _ => {}
    }
    for name in ["ValueFromPipeline", "ValueFromPipelineByPropertyName", "ValueFromRemainingArguments"] {
        if of.is(name) {
            words.push(format!("{name}=$true"));
        }
    }
    let help = of.text("HelpMessage");
    if !help.is_empty() {
        words.push(named("HelpMessage", &help));
    }
    (!words.is_empty()).then(|| format!("[Parameter({})]", words.join(", ")))
}

/// An attribute that a proxy repeats.
fn attribute(value: &Value) -> Option<String> {
    let of = value.type_of()?.name().to_owned();
    let short = of.rsplit('.').next().unwrap_or(&of);
    let short = short.strip_suffix("Attribute").unwrap_or(short);
    let get = |name: &str| value.downcast::<Opaque>().and_then(|of| of.get(name)).unwrap_or_default();
    let two = |least: &str, most: &str| format!("[{short}({}, {})]", text(&get(least)), text(&get(most)));
    Some(match short {
        "ValidateLength" | "ValidateCount" => two("MinLength", "MaxLength"),
        "ValidateRange" if get("RangeKind").is_null() => two("MinRange", "MaxRange"),
        "ValidateRange" => {
            format!("[ValidateRange([System.Management.Automation.ValidateRangeKind]::{})]", text(&get("RangeKind")))
        }
        "ValidateSet" => {
            let words = enumerate(&get("ValidValues")).unwrap_or_default();
            let words: Vec<String> = words.iter().map(|word| quoted(&text(word))).collect();
            format!("[ValidateSet({})]", words.join(","))
        }
        "ValidatePattern" => format!("[ValidatePattern({})]", quoted(&text(&get("RegexPattern")))),
        "ValidateScript" => format!("[ValidateScript({{ {} }})]", text(&get("ScriptBlock"))),
        "AllowNull" | "AllowEmptyString" | "AllowEmptyCollection" | "ValidateNotNull" | "ValidateNotNullOrEmpty" => {
            format!("[{short}()]")
        }
        "Credential" => "[System.Management.Automation.CredentialAttribute()]".to_owned(),
        _ => return None,
    })
}
