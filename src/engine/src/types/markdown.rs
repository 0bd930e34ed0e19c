//! What Markdown is rendered with and into.

use std::any::Any;

use parking_lot::Mutex;

use super::{Members, Type, TypeDef, known};
use crate::value::{Object, Value, text};

macro_rules! elements {
    ($($name:literal $number:literal),* $(,)?) => {
        /// The elements that have a style, in the order of their numbers.
        const ELEMENTS: &[&str] = &[$($name),*];
        const LABELS: &[(&str, i64)] = &[$(($name, $number)),*];

        fn styles(m: &mut Members) {
            $(m.get_set(
                concat!("string ", $name),
                |_, this| Ok(of(this).map(|options| options.get($name)).unwrap_or_default().into()),
                |_, this, value| {
                    if let Some(options) = of(this) {
                        options.set($name, &text(&value));
                    }
                    Ok(())
                },
            );)*
        }
    };
}

elements!(
    "Header1" 0, "Header2" 1, "Header3" 2, "Header4" 3, "Header5" 4, "Header6" 5, "Code" 6, "Link" 7, "Image" 8,
    "EmphasisBold" 9, "EmphasisItalics" 10,
);

const CODE: &str = "[48;2;155;155;155;38;2;30;30;30m";
const DARK: [&str; 11] =
    ["[7m", "[4;93m", "[4;94m", "[4;95m", "[4;96m", "[4;97m", CODE, "[4;38;5;117m", "[33m", "[1m", "[36m"];
const LIGHT: [&str; 11] =
    ["[7m", "[4;33m", "[4;34m", "[4;35m", "[4;36m", "[4;30m", CODE, "[4;38;5;117m", "[33m", "[1m", "[36m"];

/// `PSMarkdownOptionInfo`
pub(crate) struct MarkdownOptions(Mutex<Styles>);

struct Styles {
    /// Escape sequences without the escape character, by element.
    by_element: [String; 11],
    is_enabled: bool,
}

impl MarkdownOptions {
    /// The styles for a dark screen.
    pub(crate) fn dark() -> Self {
        Self(Mutex::new(Styles { by_element: DARK.map(str::to_owned), is_enabled: true }))
    }

    /// The styles for a bright screen.
    pub(crate) fn light() -> Self {
        let options = Self::dark();
        options.0.lock().by_element = LIGHT.map(str::to_owned);
        options
    }

    pub(crate) fn set(&self, element: &str, style: &str) {
        let mut styles = self.0.lock();
        if let Some(slot) = place(element).and_then(|at| styles.by_element.get_mut(at)) {
            style.clone_into(slot);
        }
    }

    fn get(&self, element: &str) -> String {
        place(element).and_then(|at| self.0.lock().by_element.get(at).cloned()).unwrap_or_default()
    }
}

fn place(element: &str) -> Option<usize> {
    ELEMENTS.iter().position(|name| name.eq_ignore_ascii_case(element))
}

impl Object for MarkdownOptions {
    fn type_of(&self) -> Type {
        known("Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn of(this: &Value) -> Option<&MarkdownOptions> {
    this.downcast::<MarkdownOptions>()
}

fn options(m: &mut Members) {
    m.constructor("PSMarkdownOptionInfo()", |_, _, _| Ok(Value::object(MarkdownOptions::dark())));
    styles(m);
    m.get_set(
        "bool EnableVT100Encoding",
        |_, this| Ok(of(this).is_some_and(|options| options.0.lock().is_enabled).into()),
        |_, this, value| {
            if let Some(options) = of(this) {
                options.0.lock().is_enabled = crate::convert::to_bool(&value);
            }
            Ok(())
        },
    );
    m.method(
        "string AsEscapeSequence(Microsoft.PowerShell.MarkdownRender.MarkdownOptionInfoProperty propertyName)",
        |_, this, args| {
            let style = of(this).zip(args.first()).map(|(options, name)| options.get(&text(name))).unwrap_or_default();
            Ok(format!("\u{1b}{style}{style}\u{1b}[0m").into())
        },
    );
    m.method("void SetDarkTheme()", |_, this, _| Ok(themed(this, &MarkdownOptions::dark())));
    m.method("void SetLightTheme()", |_, this, _| Ok(themed(this, &MarkdownOptions::light())));
}

fn themed(this: &Value, theme: &MarkdownOptions) -> Value {
    if let Some(options) = of(this) {
        options.0.lock().by_element = theme.0.lock().by_element.clone();
    }
    Value::AutomationNull
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("Microsoft.PowerShell.MarkdownRender.PSMarkdownOptionInfo").members(options),
    TypeDef::class("Microsoft.PowerShell.MarkdownRender.MarkdownInfo"),
    TypeDef::labels("Microsoft.PowerShell.MarkdownRender.MarkdownOptionInfoProperty", LABELS),
];
