//! `$ExecutionContext.InvokeProvider`: what cmdlets do to items, as methods.

use crate::{
    eval::{Flow, R, Runspace},
    types::{self, Members, TypeDef},
    value::{Category, ErrorRecord, Opaque, Value},
};

const ITEM: &str = "System.Management.Automation.ItemCmdletProviderIntrinsics";
const CHILD: &str = "System.Management.Automation.ChildItemCmdletProviderIntrinsics";
const PROPERTY: &str = "System.Management.Automation.PropertyCmdletProviderIntrinsics";
const CONTENT: &str = "System.Management.Automation.ContentCmdletProviderIntrinsics";

/// Runs a cmdlet on the arguments; its error becomes the exception of the method.
fn output(rs: &mut Runspace, args: &[Value], script: &str) -> R<Vec<Value>> {
    let block = rs.parse_block(script)?;
    rs.call_block(&block, args).map_err(|flow| {
        let Flow::Error(raised) = flow else { return flow };
        let exception = raised.record.exception.clone();
        let id = exception.type_of().map_or_else(String::new, |of| of.full_name());
        Flow::error(ErrorRecord::new(exception, id, Category::NotSpecified, Value::Null))
    })
}

/// Runs a cmdlet; what it writes is a collection.
fn run(rs: &mut Runspace, args: &[Value], script: &str) -> R<Value> {
    output(rs, args, script).map(types::collection)
}

/// Runs a cmdlet that answers with one value.
fn ask(rs: &mut Runspace, args: &[Value], script: &str) -> R<Value> {
    output(rs, args, script).map(Value::collected)
}

fn item(m: &mut Members) {
    m.method("System.Collections.ObjectModel.Collection[psobject] Get(string path)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Get-Item -Path $args[0] -ErrorAction Stop")
    });
    m.method(
        "System.Collections.ObjectModel.Collection[psobject] Set(string path, System.Object value)",
        |rs, _, args| {
            run(
                rs,
                args,
                "Microsoft.PowerShell.Management\\Set-Item -Path $args[0] -Value $args[1] -PassThru -ErrorAction Stop",
            )
        },
    );
    m.method("System.Collections.ObjectModel.Collection[psobject] Clear(string path)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Clear-Item -Path $args[0] -ErrorAction Stop")
    });
    m.method("void Invoke(string path)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Invoke-Item -Path $args[0] -ErrorAction Stop")
            .map(|_| Value::AutomationNull)
    });
    m.method(
        "System.Collections.ObjectModel.Collection[psobject] New(string path, string name, string itemTypeName, System.Object content)",
        |rs, _, args| {
            run(
                rs,
                args,
                "Microsoft.PowerShell.Management\\New-Item -Path $args[0] -Name $args[1] -ItemType $args[2] -Value $args[3] -ErrorAction Stop",
            )
        },
    );
    m.method("void Remove(string path, bool recurse)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Remove-Item -Path $args[0] -Recurse:$args[1] -ErrorAction Stop")
            .map(|_| Value::AutomationNull)
    });
    m.method("System.Collections.ObjectModel.Collection[psobject] Rename(string path, string newName)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Rename-Item -Path $args[0] -NewName $args[1] -PassThru -ErrorAction Stop")
    });
    m.method("System.Collections.ObjectModel.Collection[psobject] Move(string path, string destination)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Move-Item -Path $args[0] -Destination $args[1] -PassThru -ErrorAction Stop")
    });
    m.method(
        "System.Collections.ObjectModel.Collection[psobject] Copy(string path, string destinationPath, bool recurse, System.Management.Automation.CopyContainers copyContainers)",
        |rs, _, args| {
            run(
                rs,
                args,
                "Microsoft.PowerShell.Management\\Copy-Item -Path $args[0] -Destination $args[1] -Recurse:$args[2] -PassThru -ErrorAction Stop",
            )
        },
    );
    m.method("bool Exists(string path)", |rs, _, args| {
        ask(rs, args, "Microsoft.PowerShell.Management\\Test-Path -Path $args[0]")
    });
    m.method("bool IsContainer(string path)", |rs, _, args| {
        ask(rs, args, "Microsoft.PowerShell.Management\\Test-Path -Path $args[0] -PathType Container")
    });
}

fn child(m: &mut Members) {
    m.method("System.Collections.ObjectModel.Collection[psobject] Get(string path, bool recurse)", |rs, _, args| {
        run(
            rs,
            args,
            "Microsoft.PowerShell.Management\\Get-ChildItem -Path $args[0] -Recurse:$args[1] -ErrorAction Stop",
        )
    });
    m.method(
        "System.Collections.ObjectModel.Collection[string] GetNames(string path, System.Management.Automation.ReturnContainers returnContainers, bool recurse)",
        |rs, _, args| {
            run(
                rs,
                args,
                "Microsoft.PowerShell.Management\\Get-ChildItem -Path $args[0] -Name -Recurse:$args[2] -ErrorAction Stop",
            )
        },
    );
    m.method("bool HasChild(string path)", |rs, _, args| {
        ask(
            rs,
            args,
            "@(Microsoft.PowerShell.Management\\Get-ChildItem -Path $args[0] -Force -ErrorAction Stop).Count -gt 0",
        )
    });
}

fn property(m: &mut Members) {
    m.method(
        "System.Collections.ObjectModel.Collection[psobject] Get(string path, System.Collections.ObjectModel.Collection[string] providerSpecificPickList)",
        |rs, _, args| {
            run(
                rs,
                args,
                "Microsoft.PowerShell.Management\\Get-ItemProperty -Path $args[0] -Name @($args[1]) -ErrorAction Stop",
            )
        },
    );
}

fn content(m: &mut Members) {
    m.method("void Clear(string path)", |rs, _, args| {
        run(rs, args, "Microsoft.PowerShell.Management\\Clear-Content -Path $args[0] -ErrorAction Stop")
            .map(|_| Value::AutomationNull)
    });
}

fn part(of: &str) -> Value {
    Opaque::new::<&str>(of, []).into_value()
}

pub(in crate::types) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.ProviderIntrinsics").members(|m| {
        m.get("System.Management.Automation.ItemCmdletProviderIntrinsics Item", |_, _| Ok(part(ITEM)));
        m.get("System.Management.Automation.ChildItemCmdletProviderIntrinsics ChildItem", |_, _| Ok(part(CHILD)));
        m.get("System.Management.Automation.ContentCmdletProviderIntrinsics Content", |_, _| Ok(part(CONTENT)));
        m.get("System.Management.Automation.PropertyCmdletProviderIntrinsics Property", |_, _| Ok(part(PROPERTY)));
    }),
    TypeDef::class(ITEM).members(item),
    TypeDef::class(CHILD).members(child),
    TypeDef::class(PROPERTY).members(property),
    TypeDef::class(CONTENT).members(content),
    TypeDef::labels(
        "System.Management.Automation.ReturnContainers",
        &[("ReturnMatchingContainers", 0), ("ReturnAllContainers", 1)],
    ),
    TypeDef::labels(
        "System.Management.Automation.CopyContainers",
        &[("CopyTargetContainer", 0), ("CopyChildrenOfTargetContainer", 1)],
    ),
];
