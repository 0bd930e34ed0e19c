//! Types of sessions to other machines and of the policy on scripts, which the engine only names.

use super::TypeDef;

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.Management.Automation.Runspaces.PSSession"),
    TypeDef::labels(
        "Microsoft.PowerShell.ExecutionPolicy",
        &[
            ("Unrestricted", 0),
            ("RemoteSigned", 1),
            ("AllSigned", 2),
            ("Restricted", 3),
            ("Default", 3),
            ("Bypass", 4),
            ("Undefined", 5),
        ],
    ),
    TypeDef::labels(
        "Microsoft.PowerShell.ExecutionPolicyScope",
        &[("Process", 0), ("CurrentUser", 1), ("LocalMachine", 2), ("UserPolicy", 3), ("MachinePolicy", 4)],
    ),
];
