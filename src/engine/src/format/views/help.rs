//! Views: help, whole or in parts.

use crate::format::{
    packet::Frame,
    view::{Expr, Node, View, col},
};

const INDENT: Frame = Frame { left: 4, right: 0, first: 0 };
/// Nodes that stand in another list.
const PART: Frame = Frame { left: 0, right: 0, first: 0 };

const fn script(code: &'static str) -> Node {
    Node::Show(Expr::Script(code))
}

const END: Node = Node::NewLine;

/// The form of a call, from an item of the syntax.
const FORM: &str = "$form = $_.name
foreach ($p in $_.parameter) {
    $value = if ($p.parameterValueGroup) { \" {$($p.parameterValueGroup.parameterValue -join ' | ')}\" } elseif ($p.parameterValue) { \" <$($p.parameterValue)>\" }
    $name = if ($p.position -eq 'named') { \"-$($p.name)\" } elseif (!$value -and $p.type) { \"-$($p.name)\" } else { \"[-$($p.name)]\" }
    $form += if ($p.required -eq 'true') { \" $name$value\" } else { \" [$name$value]\" }
}
$form";

const NAME: &[Node] = &[Node::Text("NAME"), END, Node::Frame(INDENT, &[script("$_.details.name"), END])];

/// A name and the empty line under it.
const HEAD: &[Node] = &[Node::Frame(PART, NAME), Node::Frame(INDENT, &[END])];

const SYNOPSIS: &[Node] = &[
    Node::Text("SYNOPSIS"),
    END,
    Node::Frame(INDENT, &[Node::Each(Expr::Property("Synopsis"), &[script("$_"), END]), END, END]),
];

const SYNTAX: &[Node] = &[
    Node::Text("SYNTAX"),
    END,
    Node::Frame(
        INDENT,
        &[Node::Each(
            Expr::Script("$_.syntax.syntaxItem"),
            &[
                Node::Show(Expr::Script(FORM)),
                script("if ($_.CommonParameters -ne $false) { ' [<CommonParameters>]' }"),
                END,
                END,
            ],
        )],
    ),
];

const PARAGRAPHS: Node = Node::Each(Expr::Property("description"), &[script("$_.Text ?? \"$_\".TrimEnd(\"`n\")"), END]);

const DESCRIPTION: &[Node] = &[Node::Text("DESCRIPTION"), END, Node::Frame(INDENT, &[PARAGRAPHS, END]), END];

/// Name and type of a parameter.
const SIGNATURE: Node = script(
    "\"-$($_.name)\" + $(if ($_.parameterValue -eq 'SwitchParameter') { ' [<SwitchParameter>]' } elseif ($_.parameterValue) { \" <$($_.parameterValue)>\" })",
);

/// What is said of a parameter, line by line.
const FACTS: &[Node] = &[
    PARAGRAPHS,
    END,
    Node::Text("Required?                    "),
    script("$_.required"),
    END,
    Node::Text("Position?                    "),
    script("$_.position"),
    END,
    Node::Each(
        Expr::Script("if ($null -ne $_.defaultValue) { $_ }"),
        &[Node::Text("Default value                "), script("$_.defaultValue"), END],
    ),
    Node::Text("Accept pipeline input?       "),
    script("$_.pipelineInput"),
    END,
    Node::Each(
        Expr::Script("if ($_.parameterSetName) { $_ }"),
        &[Node::Text("Parameter set name           "), script("$_.parameterSetName"), END],
    ),
    Node::Text("Aliases                      "),
    script("$_.aliases"),
    END,
    Node::Each(
        Expr::Script("if ($_.isDynamic) { $_ }"),
        &[Node::Text("Dynamic?                     "), script("$_.isDynamic"), END],
    ),
    Node::Text("Accept wildcard characters?  "),
    script("$_.globbing"),
    END,
    END,
];

const COMMON: &[Node] = &[
    Node::Text("<CommonParameters>"),
    END,
    Node::Text(
        "    This cmdlet supports the common parameters: Verbose, Debug,\n    ErrorAction, ErrorVariable, WarningAction, WarningVariable,\n    OutBuffer, PipelineVariable, and OutVariable. For more information, see\n    about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216). ",
    ),
    END,
    END,
];

const EACH_PARAMETER: Expr = Expr::Script("$_.parameters.parameter");

/// Parameters with all that is known of them.
const PARAMETERS: &[Node] = &[
    Node::Text("PARAMETERS"),
    END,
    Node::Frame(
        INDENT,
        &[
            Node::Each(EACH_PARAMETER, &[SIGNATURE, END, Node::Frame(INDENT, FACTS)]),
            Node::Each(Expr::Script("if ($_.CommonParameters -ne $false) { $_ }"), COMMON),
        ],
    ),
];

const EXAMPLES: Node = Node::Frame(
    INDENT,
    &[Node::Each(
        Expr::Script("$_.examples.example"),
        &[
            script("$_.title"),
            END,
            END,
            script("\"$($_.introduction.Text)$($_.code)\""),
            END,
            END,
            Node::Each(Expr::Property("remarks"), &[script("$_.Text"), END]),
        ],
    )],
);

const LINKS: &[Node] = &[
    Node::Text("RELATED LINKS"),
    END,
    Node::Frame(
        INDENT,
        &[Node::Each(
            Expr::Script("$_.relatedLinks.navigationLink"),
            &[script("if ($_.linkText) { \"$($_.linkText) $($_.uri)\" } else { $_.uri }"), END],
        )],
    ),
];

/// Where more is said.
const MORE: &[Node] = &[
    Node::Text("REMARKS"),
    END,
    Node::Frame(
        INDENT,
        &[
            script("\"To see the examples, type: `\"Get-Help $($_.Name) -Examples`\"\""),
            END,
            script("\"For more information, type: `\"Get-Help $($_.Name) -Detailed`\"\""),
            END,
            script("\"For technical information, type: `\"Get-Help $($_.Name) -Full`\"\""),
            END,
        ],
    ),
    // The end of all ends this line.
    script(
        "if ($_.relatedLinks.navigationLink.uri) { \"    For online help, type: `\"Get-Help $($_.Name) -Online`\"\" }",
    ),
];

/// Help that a comment gives begins alike in all views.
const BEGINNING: &[Node] = &[
    Node::Frame(PART, HEAD),
    Node::Frame(PART, SYNOPSIS),
    Node::Frame(PART, SYNTAX),
    Node::Frame(INDENT, &[END]),
    Node::Frame(PART, DESCRIPTION),
];

const INPUTS_AND_OUTPUTS: &[Node] = &[
    Node::Text("INPUTS"),
    END,
    Node::Frame(
        INDENT,
        &[Node::Each(Expr::Script("$_.inputTypes.inputType.type.name"), &[script("$_"), END, END]), END],
    ),
    Node::Text("OUTPUTS"),
    END,
    Node::Frame(
        INDENT,
        &[Node::Each(Expr::Script("$_.returnValues.returnValue.type.name"), &[script("$_"), END, END]), END],
    ),
];

const NOTES: Node = Node::Each(
    Expr::Script("if ($_.alertSet.alert) { $_ }"),
    &[
        Node::Text("NOTES"),
        END,
        Node::Frame(
            INDENT,
            &[
                END,
                END,
                Node::Frame(INDENT, &[Node::Each(Expr::Script("$_.alertSet.alert"), &[script("$_.Text"), END])]),
                END,
            ],
        ),
    ],
);

/// The end of help that a table gives.
const ALIASES_AND_REMARKS: &[Node] = &[
    Node::Text("ALIASES"),
    END,
    Node::Frame(INDENT, &[script("$_.aliases"), END]),
    END,
    Node::Text("REMARKS"),
    END,
    Node::Frame(INDENT, &[script("$_.remarks"), END]),
];

const TABLE_PARAMETERS: &[Node] = &[
    Node::Text("PARAMETERS"),
    END,
    Node::Frame(INDENT, &[Node::Each(EACH_PARAMETER, &[SIGNATURE, END, END]), Node::Frame(PART, COMMON)]),
];

const TABLE_INPUTS_AND_OUTPUTS: &[Node] = &[
    Node::Text("INPUTS"),
    END,
    Node::Frame(INDENT, &[script("$_.inputTypes.inputType.type.name"), END, END]),
    Node::Text("OUTPUTS"),
    END,
    Node::Frame(INDENT, &[script("$_.returnValues.returnValue.type.name"), END, END]),
];

pub(super) const VIEWS: &[View] = &[
    View::table(
        "HelpInfoShort",
        &["HelpInfoShort"],
        &[
            col("Name").label("Name").width(33),
            col("Category").label("Category").width(9),
            col("ModuleName").label("Module").width(25),
            col("Synopsis").label("Synopsis"),
        ],
    ),
    View::free(
        "MamlCommandHelpInfo",
        &["MamlCommandHelpInfo"],
        &[Node::Frame(PART, BEGINNING), Node::Frame(PART, LINKS), END, Node::Frame(PART, MORE)],
    ),
    View::free(
        "MamlCommandHelpInfoDetailed",
        &["MamlCommandHelpInfo#DetailedView"],
        &[
            Node::Frame(PART, BEGINNING),
            Node::Text("PARAMETERS"),
            END,
            Node::Frame(
                INDENT,
                &[
                    Node::Each(EACH_PARAMETER, &[SIGNATURE, END, Node::Frame(INDENT, &[PARAGRAPHS, END])]),
                    Node::Frame(PART, COMMON),
                ],
            ),
            EXAMPLES,
            Node::Frame(PART, MORE),
        ],
    ),
    View::free(
        "MamlCommandHelpInfoExamples",
        &["MamlCommandHelpInfo#ExamplesView"],
        &[Node::Frame(PART, HEAD), Node::Frame(PART, SYNOPSIS), EXAMPLES],
    ),
    View::free(
        "MamlCommandHelpInfoFull",
        &["MamlCommandHelpInfo#FullView"],
        &[
            Node::Frame(PART, BEGINNING),
            Node::Frame(PART, PARAMETERS),
            Node::Frame(PART, INPUTS_AND_OUTPUTS),
            NOTES,
            EXAMPLES,
            Node::Frame(INDENT, &[END]),
            Node::Frame(PART, LINKS),
        ],
    ),
    View::free(
        "MamlCommandHelpInfoParameter",
        &["MamlCommandHelpInfo#parameter", "ExtendedCmdletHelpInfo#parameter"],
        &[SIGNATURE, END, Node::Frame(INDENT, FACTS)],
    ),
    View::free(
        "ExtendedCmdletHelpInfo",
        &["ExtendedCmdletHelpInfo"],
        &[Node::Frame(PART, HEAD), Node::Frame(PART, SYNTAX), END, Node::Frame(PART, ALIASES_AND_REMARKS)],
    ),
    View::free(
        "ExtendedCmdletHelpInfoDetailed",
        &["ExtendedCmdletHelpInfo#DetailedView"],
        &[
            Node::Frame(PART, HEAD),
            Node::Frame(PART, SYNTAX),
            Node::Frame(INDENT, &[END]),
            Node::Frame(PART, TABLE_PARAMETERS),
            END,
            Node::Frame(PART, ALIASES_AND_REMARKS),
        ],
    ),
    View::free(
        "ExtendedCmdletHelpInfoExamples",
        &["ExtendedCmdletHelpInfo#ExamplesView"],
        &[Node::Frame(PART, NAME), END, EXAMPLES, Node::Frame(PART, ALIASES_AND_REMARKS)],
    ),
    View::free(
        "ExtendedCmdletHelpInfoFull",
        &["ExtendedCmdletHelpInfo#FullView"],
        &[
            Node::Frame(PART, HEAD),
            Node::Frame(PART, SYNTAX),
            Node::Frame(INDENT, &[END]),
            Node::Frame(PART, PARAMETERS),
            Node::Frame(INDENT, &[END]),
            Node::Frame(PART, TABLE_INPUTS_AND_OUTPUTS),
            Node::Frame(PART, ALIASES_AND_REMARKS),
        ],
    ),
];
