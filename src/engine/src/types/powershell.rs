//! Types of PowerShell itself.

use std::sync::Arc;

use super::{TypeDef, error_category::CategoryOf, known};
use crate::{
    convert,
    eval::{R, ScriptBlock, Steppable, error},
    value::{Category, ErrorRecord, Opaque, Reference, Value, text},
};

fn record(value: &Value) -> Option<&ErrorRecord> {
    value.downcast::<ErrorRecord>()
}

/// `ErrorDetails` of a record, which a script may change.
struct DetailsOf(Value);

impl crate::value::Object for DetailsOf {
    fn type_of(&self) -> super::Type {
        known("System.Management.Automation.ErrorDetails")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn text(&self) -> Option<psrpd_dotnet::Str> {
        Some(record(&self.0).and_then(|record| record.details.lock().clone()).unwrap_or_default())
    }
}

/// A warning, verbose or debug record that a script makes.
fn message_record(of: &str, args: &[Value]) -> Value {
    let message = args.first().map(text).unwrap_or_default();
    let empty = Value::typed_array(super::int32(), Vec::new());
    Opaque::new(
        of,
        [("Message", Value::Str(message.clone())), ("InvocationInfo", Value::Null), ("PipelineIterationInfo", empty)],
    )
    .displayed(message)
    .into_value()
}

/// `WildcardPattern`
struct Pattern {
    text: psrpd_dotnet::Str,
    ignore_case: bool,
}

impl crate::value::Object for Pattern {
    fn type_of(&self) -> super::Type {
        known("System.Management.Automation.WildcardPattern")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn pattern(args: &[Value]) -> Value {
    const IGNORE_CASE: i64 = 2;
    let options = match args.get(1).map(Value::base) {
        Some(Value::Enum(_, options)) => *options,
        _ => 0,
    };
    let text = args.first().map(text).unwrap_or_default();
    Value::object(Pattern { text, ignore_case: options & IGNORE_CASE != 0 })
}

/// The arguments of a block: `$null` in the place of all of them is none.
fn given(args: &[Value]) -> &[Value] {
    if let [Value::Null | Value::AutomationNull] = args { &[] } else { args }
}

macro_rules! named {
    ($($name:literal),* $(,)?) => {
        &[$(TypeDef::class($name)),*]
    };
}

/// Types that scripts only meet as objects.
pub(super) const NAMED: &[TypeDef] = named![
    "System.Management.Automation.HostInformationMessage",
    "Microsoft.PowerShell.Commands.GroupInfo",
    "Microsoft.PowerShell.Commands.GroupInfoNoElement",
    "Microsoft.PowerShell.Commands.FileHashInfo",
    "System.Management.Automation.PSEventArgs",
    "System.Management.Automation.PSEventSubscriber",
    "System.Management.Automation.CallStackFrame",
    "System.Management.Automation.VerbInfo",
];

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.MarshalByRefObject"),
    TypeDef::class("System.Management.Automation.PSCustomObject"),
    TypeDef::class("System.Management.Automation.PSVariable").members(|m| {
        for declaration in [
            "System.Management.Automation.PSVariable(string name)",
            "System.Management.Automation.PSVariable(string name, System.Object value)",
            "System.Management.Automation.PSVariable(string name, System.Object value, System.Management.Automation.ScopedItemOptions options)",
        ] {
            m.constructor(declaration, |_, _, args| {
                let name = args.first().map(text).unwrap_or_default();
                let variable = crate::eval::Variable::new(&name, args.get(1).cloned().unwrap_or_default());
                if let Some(Value::Enum(_, bits)) = args.get(2).map(Value::base) {
                    variable.options.change(|options| options.take(*bits));
                }
                Ok(crate::cmdlets::variable_object(&Arc::new(variable)))
            });
        }
    }),
    TypeDef::class("System.Management.Automation.PSMethod").members(super::special::method_members),
    TypeDef::value("System.Management.Automation.SwitchParameter").members(|m| {
        m.constructor("switch(bool isPresent)", |_, _, args| Ok(super::switch(super::args::flag(args, 0))));
        m.constant("switch Present", |_, _| Ok(super::switch(true)));
        m.get("bool IsPresent", |_, this| Ok(super::switch_value(this).unwrap_or(false).into()));
        m.method("bool ToBool()", |_, this, _| Ok(super::switch_value(this).unwrap_or(false).into()));
    }),
    TypeDef::class("System.Management.Automation.PSReference`1").base("System.Management.Automation.PSReference"),
    TypeDef::class("System.Management.Automation.PSReference").members(|m| {
        m.get_set(
            "System.Object Value",
            |_, this| Ok(this.downcast::<Reference>().map(Reference::get).unwrap_or_default()),
            |rs, this, value| {
                let Some(reference) = this.downcast::<Reference>() else { return Ok(()) };
                match &reference.variable {
                    Some(variable) => rs.write_shared(&variable.clone(), value),
                    None => {
                        reference.set(value);
                        Ok(())
                    }
                }
            },
        );
    }),
    TypeDef::class("System.Management.Automation.ScriptBlock").members(|m| {
        m.method("System.Object Invoke(params System.Object[] args)", |rs, this, args| {
            let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
            rs.call_block(&block, given(args))
                .map(super::collection)
                .map_err(|flow| error::method_invocation(flow, "Invoke", args.len()))
        });
        m.method(
            "System.Object InvokeWithContext(System.Collections.IDictionary functionsToDefine, System.Object variablesToDefine, params System.Object[] args)",
            |rs, this, args| {
                let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
                rs.invoke_with(&block, args)
                    .map_err(|flow| error::method_invocation(flow, "InvokeWithContext", args.len()))
            },
        );
        m.method("System.Object InvokeReturnAsIs(params System.Object[] args)", |rs, this, args| {
            let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
            rs.call_block(&block, given(args)).map(Value::collected)
        });
        super::attribute_reflection::block_members(m);
        m.method("scriptblock GetNewClosure()", |rs, this, _| {
            let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
            // The variables of the caller's scope, copied into a module of its own.
            let from = rs.frame.scope;
            let names = rs.scopes.get(from).names();
            let scope = rs.module_scope();
            let module = crate::eval::module::Module::new(rs.dynamic_name(), "", scope);
            rs.add_module(module);
            for name in names {
                if let Some(value) = rs.scopes.get(from).get(&name).and_then(crate::eval::Slot::get) {
                    let _ = rs.write_in(scope, &name, value);
                }
            }
            Ok(Value::Object(Arc::new(ScriptBlock::new(block.lazy.clone(), scope))))
        });
        m.get("System.Management.Automation.Language.Ast Ast", |rs, this| {
            Ok(rs.as_block(this).map_or(Value::Null, |block| super::syntax::of_block(&block)))
        });
        for declaration in [
            "System.Management.Automation.SteppablePipeline GetSteppablePipeline()",
            "System.Management.Automation.SteppablePipeline GetSteppablePipeline(System.Management.Automation.CommandOrigin commandOrigin)",
            "System.Management.Automation.SteppablePipeline GetSteppablePipeline(System.Management.Automation.CommandOrigin commandOrigin, System.Object[] args)",
        ] {
            m.method(declaration, |rs, this, args| {
                let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
                let given = args.get(1).and_then(crate::value::enumerate).unwrap_or_default();
                rs.steppable(&block, &given)
            });
        }
        m.get("bool IsFilter", |_, _| Ok(false.into()));
        m.get("psmoduleinfo Module", |rs, this| {
            let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
            Ok(rs.module_of(block.session).map_or(Value::Null, |module| Value::Object(module)))
        });
        m.get("System.Management.Automation.PSToken StartPosition", |rs, this| {
            let Some(block) = rs.as_block(this) else { return Ok(Value::Null) };
            Ok(super::syntax::start_token(&block.lazy.source, block.lazy.extent()))
        });
        m.get("string File", |rs, this| {
            Ok(rs.as_block(this).and_then(|block| block.lazy.source.file.clone()).into())
        });
        m.function("scriptblock Create(string script)", |rs, _, args| {
            rs.parse_block(&args.first().map(text).unwrap_or_default())
                .map(|block| Value::Object(block))
                .map_err(|flow| error::method_invocation(flow, "Create", args.len()))
        });
    }),
    TypeDef::class("System.Management.Automation.SteppablePipeline").members(|m| {
        fn of(this: &Value) -> R<&Steppable> {
            this.downcast::<Steppable>().ok_or(crate::eval::Flow::Return)
        }
        m.method("void Begin(bool expectInput)", |rs, this, args| {
            of(this)?.begin(rs, args.first().is_some_and(convert::to_bool), true)
        });
        m.method(
            "void Begin(bool expectInput, System.Management.Automation.EngineIntrinsics contextToRedirectTo)",
            |rs, this, args| of(this)?.begin(rs, args.first().is_some_and(convert::to_bool), false),
        );
        m.method("void Begin(System.Management.Automation.Internal.InternalCommand command)", |rs, this, args| {
            let invocation = rs.get_member(args.first().unwrap_or(&Value::Null), "MyInvocation")?;
            let expects = rs.get_member(&invocation, "ExpectingInput")?;
            of(this)?.begin(rs, convert::to_bool(&expects), false)
        });
        m.method("array Process()", |rs, this, _| of(this)?.process(rs, None));
        m.method("array Process(System.Object input)", |rs, this, args| of(this)?.process(rs, args.first().cloned()));
        m.method("array End()", |rs, this, _| of(this)?.end(rs));
        for declaration in ["void Clean()", "void Dispose()"] {
            m.method(declaration, |rs, this, _| of(this)?.clean(rs).map(|()| Value::AutomationNull));
        }
    }),
    TypeDef::class("System.Management.Automation.ErrorRecord").members(|m| {
        m.get("System.Exception Exception", |_, this| Ok(record(this).map_or(Value::Null, |r| r.exception.clone())));
        m.get(
            "System.Object TargetObject",
            |_, this| Ok(record(this).map_or(Value::Null, |r| r.target.lock().clone())),
        );
        m.get("System.Management.Automation.ErrorCategoryInfo CategoryInfo", |_, this| {
            Ok(Value::object(CategoryOf(this.clone())))
        });
        m.get("string FullyQualifiedErrorId", |_, this| {
            Ok(record(this).map_or(Value::Null, |r| Value::Str(r.id.lock().clone())))
        });
        m.get_set(
            "System.Management.Automation.ErrorDetails ErrorDetails",
            |_, this| {
                let has_details = record(this).is_some_and(|r| r.details.lock().is_some());
                Ok(if has_details { Value::object(DetailsOf(this.clone())) } else { Value::Null })
            },
            |_, this, value| {
                if let Some(r) = record(this) {
                    *r.details.lock() = (!value.is_null()).then(|| text(&value));
                    let recommended = value.downcast::<Opaque>().and_then(|details| details.get("RecommendedAction"));
                    *r.recommended.lock() = recommended.map(|action| text(&action)).unwrap_or_default();
                }
                Ok(())
            },
        );
        m.get("System.Management.Automation.InvocationInfo InvocationInfo", |_, this| {
            Ok(record(this).and_then(|r| r.invocation.lock().clone()).map_or(Value::Null, |i| Value::Object(i)))
        });
        m.get("string ScriptStackTrace", |_, this| {
            Ok(record(this).map_or(Value::Null, |r| Value::Str(r.stack_trace.lock().clone())))
        });
        m.get("System.Object PipelineIterationInfo", |_, _| Ok(Value::array(Vec::new())));
    }),
    TypeDef::class("System.Management.Automation.ErrorCategoryInfo").members(super::error_category::members),
    TypeDef::class("System.Management.Automation.ErrorDetails").members(|m| {
        fn owner(this: &Value) -> Option<&ErrorRecord> {
            this.downcast::<DetailsOf>().and_then(|details| record(&details.0))
        }
        m.get("string Message", |_, this| Ok(Value::Str(text(this))));
        m.get_set(
            "string RecommendedAction",
            |_, this| Ok(owner(this).map_or(Value::Null, |r| Value::Str(r.recommended.lock().clone()))),
            |_, this, value| {
                if let Some(r) = owner(this) {
                    *r.recommended.lock() = text(&value);
                }
                Ok(())
            },
        );
        m.constructor("System.Management.Automation.ErrorDetails(string message)", |_, _, args| {
            let message = args.first().map(text).unwrap_or_default();
            Ok(Opaque::new(
                "System.Management.Automation.ErrorDetails",
                [("Message", Value::Str(message.clone())), ("RecommendedAction", "".into())],
            )
            .displayed(message)
            .into_value())
        });
    }),
    TypeDef::class("System.Management.Automation.WildcardPattern").members(|m| {
        for signature in [
            "wildcardpattern(string pattern)",
            "wildcardpattern(string pattern, System.Management.Automation.WildcardOptions options)",
        ] {
            m.constructor(signature, |_, _, args| Ok(pattern(args)));
        }
        m.function(
            "wildcardpattern Get(string pattern, System.Management.Automation.WildcardOptions options)",
            |_, _, args| Ok(pattern(args)),
        );
        m.method("bool IsMatch(string input)", |_, this, args| {
            let Some(pattern) = this.downcast::<Pattern>() else { return Ok(false.into()) };
            let wildcard = crate::ops::patterns::wildcard(&pattern.text, pattern.ignore_case)?;
            Ok(wildcard.is_match(&args.first().map(text).unwrap_or_default()).into())
        });
        m.method("string ToWql()", |_, this, _| {
            let shown = this.downcast::<Pattern>().map(|pattern| pattern.text.clone()).unwrap_or_default();
            Ok(shown.replace('*', "%").replace('?', "_").into())
        });
        m.function("bool ContainsWildcardCharacters(string pattern)", |_, _, args| {
            Ok(psrpd_dotnet::wildcard::has_wildcards(&args.first().map(text).unwrap_or_default()).into())
        });
        m.function("string Escape(string pattern)", |_, _, args| {
            Ok(psrpd_dotnet::wildcard::escape(&args.first().map(text).unwrap_or_default()).into())
        });
        m.function("string Unescape(string pattern)", |_, _, args| {
            Ok(psrpd_dotnet::wildcard::unescape(&args.first().map(text).unwrap_or_default()).into())
        });
    }),
    TypeDef::class("System.Management.Automation.LanguagePrimitives").members(|m| {
        m.function(
            "System.Object ConvertTo(System.Object valueToConvert, type resultType)",
            |rs, _, args| match args {
                [value, Value::Type(of)] => {
                    convert::convert(rs, value, of).map_err(|flow| error::method_invocation(flow, "ConvertTo", args.len()))
                }
                _ => Err(error::raise("System.Exception", "Exception", Category::NotSpecified, "", Value::Null)),
            },
        );
        super::language_primitives::members(m);
    }),
    TypeDef::class("System.Management.Automation.Platform").members(|m| {
        m.constant("bool IsLinux", |_, _| Ok(true.into()));
        m.constant("bool IsMacOS", |_, _| Ok(false.into()));
        m.constant("bool IsWindows", |_, _| Ok(false.into()));
        m.constant("bool IsCoreCLR", |_, _| Ok(true.into()));
        m.constant("bool IsNanoServer", |_, _| Ok(false.into()));
        m.constant("bool IsIoT", |_, _| Ok(false.into()));
        m.constant("bool IsWindowsDesktop", |_, _| Ok(false.into()));
    }),
    TypeDef::class("System.Management.Automation.InformationalRecord"),
    TypeDef::class("System.Management.Automation.WarningRecord")
        .base("System.Management.Automation.InformationalRecord")
        .members(|m| {
            m.constructor("System.Management.Automation.WarningRecord(string message)", |_, _, args| {
                Ok(message_record("System.Management.Automation.WarningRecord", args))
            });
        }),
    TypeDef::class("System.Management.Automation.VerboseRecord")
        .base("System.Management.Automation.InformationalRecord")
        .members(|m| {
            m.constructor("System.Management.Automation.VerboseRecord(string message)", |_, _, args| {
                Ok(message_record("System.Management.Automation.VerboseRecord", args))
            });
        }),
    TypeDef::class("System.Management.Automation.DebugRecord")
        .base("System.Management.Automation.InformationalRecord")
        .members(|m| {
            m.constructor("System.Management.Automation.DebugRecord(string message)", |_, _, args| {
                Ok(message_record("System.Management.Automation.DebugRecord", args))
            });
        }),
    TypeDef::class("Microsoft.PowerShell.Commands.MeasureInfo"),
    TypeDef::class("Microsoft.PowerShell.Commands.GenericMeasureInfo")
        .base("Microsoft.PowerShell.Commands.MeasureInfo"),
    TypeDef::class("Microsoft.PowerShell.Commands.GenericObjectMeasureInfo")
        .base("Microsoft.PowerShell.Commands.MeasureInfo"),
    TypeDef::class("Microsoft.PowerShell.Commands.TextMeasureInfo").base("Microsoft.PowerShell.Commands.MeasureInfo"),
    TypeDef::flag_labels(
        "System.Management.Automation.WildcardOptions",
        &[("None", 0), ("Compiled", 1), ("IgnoreCase", 2), ("CultureInvariant", 4)],
    ),
];
