//! Views: the settings of `$PSStyle`, each in its own style and spelt out.

use crate::format::view::{Row, Rows, View, row, row_calc};

macro_rules! rendered {
    ($($element:literal)*) => {
        &[Rows {
            types: &[],
            rows: &[&[$(row_calc($element, concat!("$_.AsEscapeSequence('", $element, "')"))),*]],
        }]
    };
}

const MARKDOWN: &[Rows] = rendered! {
    "Header1" "Header2" "Header3" "Header4" "Header5" "Header6" "Code" "Link" "Image" "EmphasisBold" "EmphasisItalics"
};

macro_rules! spelt {
    ($($path:literal)*) => {
        &[$(row_calc($path, concat!("$s = $_.", $path, "; \"$s$($s.Replace(\"`e\", '`e'))`e[0m\""))),*]
    };
}

const OWN: &[Row] = spelt! {
    "Reset" "BlinkOff" "Blink" "BoldOff" "Bold" "DimOff" "Dim" "Hidden" "HiddenOff" "Reverse" "ReverseOff"
    "ItalicOff" "Italic" "UnderlineOff" "Underline" "StrikethroughOff" "Strikethrough"
};

const FORMATTING: &[Row] = spelt! {
    "FormatAccent" "ErrorAccent" "Error" "Warning" "Verbose" "Debug" "TableHeader" "CustomTableHeaderLabel"
    "FeedbackName" "FeedbackText" "FeedbackAction"
};

const FORMATTING_PATHS: &[Row] = spelt! {
    "Formatting.FormatAccent" "Formatting.ErrorAccent" "Formatting.Error" "Formatting.Warning" "Formatting.Verbose"
    "Formatting.Debug" "Formatting.TableHeader" "Formatting.CustomTableHeaderLabel" "Formatting.FeedbackName"
    "Formatting.FeedbackText" "Formatting.FeedbackAction"
};

const FILES: &[Row] = spelt! { "Directory" "SymbolicLink" "Executable" };

const FILE_PATHS: &[Row] = spelt! { "FileInfo.Directory" "FileInfo.SymbolicLink" "FileInfo.Executable" };

const COLOURS: &[Row] = spelt! {
    "Black" "BrightBlack" "White" "BrightWhite" "Red" "BrightRed" "Magenta" "BrightMagenta" "Blue" "BrightBlue"
    "Cyan" "BrightCyan" "Green" "BrightGreen" "Yellow" "BrightYellow"
};

const COLOUR_PATHS: &[Row] = spelt! {
    "Foreground.Black" "Foreground.BrightBlack" "Foreground.White" "Foreground.BrightWhite" "Foreground.Red"
    "Foreground.BrightRed" "Foreground.Magenta" "Foreground.BrightMagenta" "Foreground.Blue" "Foreground.BrightBlue"
    "Foreground.Cyan" "Foreground.BrightCyan" "Foreground.Green" "Foreground.BrightGreen" "Foreground.Yellow"
    "Foreground.BrightYellow" "Background.Black" "Background.BrightBlack" "Background.White"
    "Background.BrightWhite" "Background.Red" "Background.BrightRed" "Background.Magenta" "Background.BrightMagenta"
    "Background.Blue" "Background.BrightBlue" "Background.Cyan" "Background.BrightCyan" "Background.Green"
    "Background.BrightGreen" "Background.Yellow" "Background.BrightYellow"
};

const PROGRESS: &[Row] = spelt! { "Progress.Style" };

const PROGRESS_STYLE: &[Row] = spelt! { "Style" };

const NUMBERS: &[Row] = &[
    row_calc("Progress.MaxWidth", "$_.Progress.MaxWidth"),
    row_calc("Progress.View", "$_.Progress.View"),
    row_calc("Progress.UseOSCIndicator", "$_.Progress.UseOSCIndicator"),
];

const EXTENSIONS: &[Row] = &[row_calc("FileInfo.Extension", "$_.FileInfo.Extension.Keys -join ','")];

/// Each extension on a line of its own.
const EXTENSION_LINES: &str = "$all = $_.Extension; $long = ($all.Keys | ForEach-Object Length | Sort-Object)[-1]; \
    ($all.Keys | ForEach-Object { $s = $all.get_Item($_); \"$($_.PadRight($long)) = `\"$s$($s.Replace(\"`e\", '`e'))`e[0m`\"`n\" }) -join ''";

pub(super) const VIEWS: &[View] = &[
    View::list(
        "Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo",
        &["Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo"],
        MARKDOWN,
    ),
    View::list(
        "System.Management.Automation.PSStyle",
        &["System.Management.Automation.PSStyle"],
        &[Rows {
            types: &[],
            rows: &[
                OWN,
                &[row("OutputRendering")],
                FORMATTING_PATHS,
                PROGRESS,
                NUMBERS,
                FILE_PATHS,
                EXTENSIONS,
                COLOUR_PATHS,
            ],
        }],
    ),
    View::list(
        "System.Management.Automation.PSStyle+FormattingData",
        &["System.Management.Automation.PSStyle+FormattingData"],
        &[Rows { types: &[], rows: &[FORMATTING] }],
    ),
    View::list(
        "System.Management.Automation.PSStyle+ProgressConfiguration",
        &["System.Management.Automation.PSStyle+ProgressConfiguration"],
        &[Rows { types: &[], rows: &[PROGRESS_STYLE, &[row("MaxWidth"), row("View"), row("UseOSCIndicator")]] }],
    ),
    View::list(
        "System.Management.Automation.PSStyle+FileInfoFormatting",
        &["System.Management.Automation.PSStyle+FileInfoFormatting"],
        &[Rows { types: &[], rows: &[FILES, &[row_calc("Extension", EXTENSION_LINES)]] }],
    ),
    View::list(
        "System.Management.Automation.PSStyle+ForegroundColor",
        &["System.Management.Automation.PSStyle+ForegroundColor"],
        &[Rows { types: &[], rows: &[COLOURS] }],
    ),
    View::list(
        "System.Management.Automation.PSStyle+BackgroundColor",
        &["System.Management.Automation.PSStyle+BackgroundColor"],
        &[Rows { types: &[], rows: &[COLOURS] }],
    ),
];
