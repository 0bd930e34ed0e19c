//! Views: parameter sets.

use crate::format::{
    packet::Frame,
    view::{Expr, Node, View},
};

const INDENT: Frame = Frame { left: 2, right: 0, first: 0 };

macro_rules! lines {
    ($($label:literal $property:literal)*) => {
        &[$(Node::Text($label), Node::Show(Expr::Property($property)), Node::NewLine),*]
    };
}

const DETAILS: &[Node] = lines! {
    "ParameterType = " "ParameterType"
    "Position = " "Position"
    "IsMandatory = " "IsMandatory"
    "IsDynamic = " "IsDynamic"
    "HelpMessage = " "HelpMessage"
    "ValueFromPipeline = " "ValueFromPipeline"
    "ValueFromPipelineByPropertyName = " "ValueFromPipelineByPropertyName"
    "ValueFromRemainingArguments = " "ValueFromRemainingArguments"
    "Aliases = " "Aliases"
};

const ATTRIBUTES: &[Node] = &[
    Node::Text("Attributes ="),
    Node::NewLine,
    Node::Each(Expr::Property("Attributes"), &[Node::Frame(INDENT, &[Node::NewLine])]),
];

const PARAMETER: &[Node] = &[
    Node::NewLine,
    Node::Frame(
        INDENT,
        &[
            Node::Text("Parameter Name: "),
            Node::Show(Expr::Property("Name")),
            Node::NewLine,
            Node::Frame(INDENT, DETAILS),
            Node::Frame(INDENT, ATTRIBUTES),
        ],
    ),
];

pub(super) const VIEWS: &[View] = &[View::free(
    "CommandParameterSetInfo",
    &["System.Management.Automation.CommandParameterSetInfo"],
    &[
        Node::Text("Parameter Set Name: "),
        Node::Show(Expr::Property("Name")),
        Node::NewLine,
        Node::Text("Is default parameter set: "),
        Node::Show(Expr::Property("IsDefault")),
        Node::NewLine,
        Node::Each(Expr::Property("Parameters"), PARAMETER),
        Node::NewLine,
    ],
)];
