//! Views: Files, drives, providers.

use crate::format::view::{Expr, Node, Rows, View, calc, col, row, row_as};

/// The directory above its entries.
const DIRECTORY: &[Node] = &[
    Node::Text("    Directory: "),
    Node::Show(Expr::Script("$_.PSParentPath -replace '^Microsoft\\.PowerShell\\.Core\\\\FileSystem::'")),
];

pub(super) const VIEWS: &[View] = &[
    View::table(
        "System.Diagnostics.FileVersionInfo",
        &["System.Diagnostics.FileVersionInfo"],
        &[col("ProductVersion").width(16), col("FileVersion").width(16), col("FileName")],
    ),
    View::list(
        "System.Diagnostics.FileVersionInfo",
        &["System.Diagnostics.FileVersionInfo"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("OriginalFileName"),
                row("FileDescription"),
                row("ProductName"),
                row("Comments"),
                row("CompanyName"),
                row("FileName"),
                row("FileVersion"),
                row("ProductVersion"),
                row("IsDebug"),
                row("IsPatched"),
                row("IsPreRelease"),
                row("IsPrivateBuild"),
                row("IsSpecialBuild"),
                row("Language"),
                row("LegalCopyright"),
                row("LegalTrademarks"),
                row("PrivateBuild"),
                row("SpecialBuild"),
                row("FileVersionRaw"),
                row("ProductVersionRaw"),
            ]],
        }],
    ),
    View::table(
        "childrenWithUnixStat",
        &["System.IO.DirectoryInfo", "System.IO.FileInfo"],
        &[
            col("UnixMode").label("UnixMode").width(10).left(),
            col("User").label("User").width(10).right(),
            col("Group").label("Group").width(10).left(),
            calc("LastWriteTime", "'{0:d} {0:HH:mm}' -f $_.LastWriteTime").width(16).right(),
            col("Size").label("Size").width(12).right(),
            col("NameString").label("Name").left(),
        ],
    )
    .wrap()
    .grouped(Expr::Property("PSParentPath"), "", DIRECTORY),
    View::table(
        "children",
        &["System.IO.DirectoryInfo", "System.IO.FileInfo"],
        &[
            col("ModeWithoutHardLink").label("Mode").width(7).left(),
            col("LastWriteTimeString").label("LastWriteTime").width(26).right(),
            col("LengthString").label("Length").width(14).right(),
            col("NameString").label("Name").left(),
        ],
    )
    .wrap()
    .grouped(Expr::Property("PSParentPath"), "", DIRECTORY),
    View::table(
        "childrenWithHardlink",
        &["System.IO.DirectoryInfo", "System.IO.FileInfo"],
        &[
            col("Mode").label("Mode").width(7).left(),
            col("LastWriteTimeString").label("LastWriteTime").width(26).right(),
            col("LengthString").label("Length").width(14).right(),
            col("NameString").label("Name").left(),
        ],
    )
    .wrap()
    .grouped(Expr::Property("PSParentPath"), "", DIRECTORY),
    View::list(
        "children",
        &["System.IO.DirectoryInfo", "System.IO.FileInfo"],
        &[
            Rows {
                types: &[],
                rows: &[&[
                    row("Name"),
                    row("CreationTime"),
                    row("LastWriteTime"),
                    row("LastAccessTime"),
                    row("Mode"),
                    row("LinkType"),
                    row("Target"),
                ]],
            },
            Rows {
                types: &["System.IO.FileInfo"],
                rows: &[&[
                    row("Name"),
                    row_as("Length", "LengthString"),
                    row("CreationTime"),
                    row("LastWriteTime"),
                    row("LastAccessTime"),
                    row("Mode"),
                    row("LinkType"),
                    row("Target"),
                    row("VersionInfo"),
                ]],
            },
        ],
    )
    .grouped(Expr::Property("PSParentPath"), "", DIRECTORY),
    View::wide("children", &["System.IO.DirectoryInfo", "System.IO.FileInfo"], Expr::Property("Name")).grouped(
        Expr::Property("PSParentPath"),
        "",
        DIRECTORY,
    ),
    View::table("PathInfo", &["System.Management.Automation.PathInfo"], &[col("Path")]),
    View::table(
        "drive",
        &[
            "Microsoft.PowerShell.Commands.ActiveDirectoryProvider+ADPSDriveInfo",
            "System.Management.Automation.PSDriveInfo",
        ],
        &[
            col("Name").width(10),
            calc("Used (GB)", "if ($_.Used -or $_.Free) { '{0:###0.00}' -f ($_.Used / 1GB) }").width(13).right_cells(),
            calc("Free (GB)", "if ($_.Used -or $_.Free) { '{0:###0.00}' -f ($_.Free / 1GB) }").width(13).right_cells(),
            calc("Provider", "$_.Provider.Name").width(13),
            calc("Root", "$_.DisplayRoot ?? $_.Root").width(35),
            col("CurrentLocation").right_cells(),
        ],
    ),
    View::table(
        "provider",
        &["System.Management.Automation.ProviderInfo"],
        &[col("Name").width(20), col("Capabilities"), col("Drives")],
    ),
    View::list(
        "provider",
        &["System.Management.Automation.ProviderInfo"],
        &[Rows {
            types: &[],
            rows: &[&[
                row("Name"),
                row("Drives"),
                row("Path"),
                row("Home"),
                row("Description"),
                row("Capabilities"),
                row("ImplementingType"),
            ]],
        }],
    ),
    View::list(
        "System.Management.Automation.PSDriveInfo",
        &["System.Management.Automation.PSDriveInfo"],
        &[Rows {
            types: &[],
            rows: &[&[row("Name"), row("Description"), row("Provider"), row("Root"), row("CurrentLocation")]],
        }],
    ),
    View::table(
        "Microsoft.PowerShell.Commands.FileHashInfo",
        &["Microsoft.PowerShell.Commands.FileHashInfo"],
        &[col("Algorithm").width(15).left(), col("Hash").width(70).left(), col("Path")],
    ),
];
