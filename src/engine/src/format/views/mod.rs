//! The default views. A new view is one entry in the table of its family.
//!
//! The order counts: of several views for the same type the first one is the default.

use super::view::{Expr, Node, View};

mod commands;
mod error_bag;
mod errors;
mod extended_error;
mod files;
mod help;
mod parameters;
mod sessions;
mod style;
mod system;

/// Free text, and objects that stand for themselves.
const TEXTS: &[View] = &[
    View::free("DateTime", &["System.DateTime"], &[Node::Show(Expr::Property("DateTime"))]),
    View::native("MatchInfo", &["Microsoft.PowerShell.Commands.MatchInfo"], |rs, value| {
        // A file is named as seen from the current location.
        let here = crate::value::Value::from(crate::providers::absolute(rs, "."));
        let shown = rs.call_method(value, "ToString", &[here])?;
        Ok(crate::value::text(&shown).to_string())
    })
    .in_document(),
    View::free(
        "MatchInfo",
        &["Deserialized.Microsoft.PowerShell.Commands.MatchInfo"],
        &[Node::Show(Expr::Property("Line"))],
    ),
    View::free("ScriptBlock", &["System.Management.Automation.ScriptBlock"], &[Node::Show(Expr::Script("$_"))])
        .out_of_band(),
    View::native(
        "GetErrorInstance",
        &["System.Management.Automation.ErrorRecord#PSExtendedError", "System.Exception#PSExtendedError"],
        extended_error::write,
    )
    .in_document(),
    View::native("ErrorInstance", &["System.Management.Automation.ErrorRecord"], errors::write),
    View::free(
        "WarningRecord",
        &[
            "System.Management.Automation.WarningRecord",
            "System.Management.Automation.VerboseRecord",
            "System.Management.Automation.DebugRecord",
        ],
        &[Node::Show(Expr::Property("Message"))],
    )
    .out_of_band(),
    View::free(
        "DeserializedWarningRecord",
        &["Deserialized.System.Management.Automation.WarningRecord"],
        &[Node::Show(Expr::Property("InformationalRecord_Message"))],
    )
    .out_of_band(),
    View::free(
        "InformationRecord",
        &["System.Management.Automation.InformationRecord"],
        &[Node::Show(Expr::Script("$_.ToString()"))],
    )
    .out_of_band(),
];

const FAMILIES: &[&[View]] = &[
    system::VIEWS,
    files::VIEWS,
    commands::VIEWS,
    parameters::VIEWS,
    TEXTS,
    sessions::VIEWS,
    style::VIEWS,
    help::VIEWS,
];

/// All views.
pub(crate) fn all() -> impl Iterator<Item = &'static View> + Clone {
    FAMILIES.iter().copied().flatten()
}
