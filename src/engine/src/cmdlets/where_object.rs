//! `Where-Object`

use std::sync::Arc;

use psrpd_dotnet::Str;
use psrpd_lang::token::TokenKind;

use super::{CORE, Cmdlet, Cx, Run};
use crate::{
    convert,
    eval::{Inline, Output, R, Runspace, ScriptBlock},
    types::describe,
    value::{Category, Exception, Value},
};

pub(super) static CMDLET: Cmdlet = Cmdlet::new(
    "Where-Object",
    "WhereObjectCommand",
    "InputObject psobject ^
     FilterScript scriptblock @ScriptBlockSet(0 !)
     Property string notempty @EqualSet(0 !) @CaseSensitiveEqualSet(0 !) @NotEqualSet(0 !) @CaseSensitiveNotEqualSet(0 !) @GreaterThanSet(0 !) @CaseSensitiveGreaterThanSet(0 !) @LessThanSet(0 !) @CaseSensitiveLessThanSet(0 !) @GreaterOrEqualSet(0 !) @CaseSensitiveGreaterOrEqualSet(0 !) @LessOrEqualSet(0 !) @CaseSensitiveLessOrEqualSet(0 !) @LikeSet(0 !) @CaseSensitiveLikeSet(0 !) @NotLikeSet(0 !) @CaseSensitiveNotLikeSet(0 !) @MatchSet(0 !) @CaseSensitiveMatchSet(0 !) @NotMatchSet(0 !) @CaseSensitiveNotMatchSet(0 !) @ContainsSet(0 !) @CaseSensitiveContainsSet(0 !) @NotContainsSet(0 !) @CaseSensitiveNotContainsSet(0 !) @InSet(0 !) @CaseSensitiveInSet(0 !) @NotInSet(0 !) @CaseSensitiveNotInSet(0 !) @IsSet(0 !) @IsNotSet(0 !) @Not(0 !)
     Value object @EqualSet(1) @CaseSensitiveEqualSet(1) @NotEqualSet(1) @CaseSensitiveNotEqualSet(1) @GreaterThanSet(1) @CaseSensitiveGreaterThanSet(1) @LessThanSet(1) @CaseSensitiveLessThanSet(1) @GreaterOrEqualSet(1) @CaseSensitiveGreaterOrEqualSet(1) @LessOrEqualSet(1) @CaseSensitiveLessOrEqualSet(1) @LikeSet(1) @CaseSensitiveLikeSet(1) @NotLikeSet(1) @CaseSensitiveNotLikeSet(1) @MatchSet(1) @CaseSensitiveMatchSet(1) @NotMatchSet(1) @CaseSensitiveNotMatchSet(1) @ContainsSet(1) @CaseSensitiveContainsSet(1) @NotContainsSet(1) @CaseSensitiveNotContainsSet(1) @InSet(1) @CaseSensitiveInSet(1) @NotInSet(1) @CaseSensitiveNotInSet(1) @IsSet(1) @IsNotSet(1)
     EQ|IEQ switch @EqualSet
     CEQ switch @CaseSensitiveEqualSet(!)
     NE|INE switch @NotEqualSet(!)
     CNE switch @CaseSensitiveNotEqualSet(!)
     GT|IGT switch @GreaterThanSet(!)
     CGT switch @CaseSensitiveGreaterThanSet(!)
     LT|ILT switch @LessThanSet(!)
     CLT switch @CaseSensitiveLessThanSet(!)
     GE|IGE switch @GreaterOrEqualSet(!)
     CGE switch @CaseSensitiveGreaterOrEqualSet(!)
     LE|ILE switch @LessOrEqualSet(!)
     CLE switch @CaseSensitiveLessOrEqualSet(!)
     Like|ILike switch @LikeSet(!)
     CLike switch @CaseSensitiveLikeSet(!)
     NotLike|INotLike switch @NotLikeSet(!)
     CNotLike switch @CaseSensitiveNotLikeSet(!)
     Match|IMatch switch @MatchSet(!)
     CMatch switch @CaseSensitiveMatchSet(!)
     NotMatch|INotMatch switch @NotMatchSet(!)
     CNotMatch switch @CaseSensitiveNotMatchSet(!)
     Contains|IContains switch @ContainsSet(!)
     CContains switch @CaseSensitiveContainsSet(!)
     NotContains|INotContains switch @NotContainsSet(!)
     CNotContains switch @CaseSensitiveNotContainsSet(!)
     In|IIn switch @InSet(!)
     CIn switch @CaseSensitiveInSet(!)
     NotIn|INotIn switch @NotInSet(!)
     CNotIn switch @CaseSensitiveNotInSet(!)
     Is switch @IsSet(!)
     IsNot switch @IsNotSet(!)
     Not switch @Not(!)",
    || Box::new(Where::default()),
)
.examples(r#"1..4 | Where-Object { $_ % 2 -eq 0 } # the objects that a script picks
> 2
> 4

'a', 'bc' | Where-Object Length -gt 1 # the objects that a property picks
> bc"#)
.in_module(CORE)
.default_set("EqualSet");

#[derive(Default)]
struct Where {
    script: Option<Arc<ScriptBlock>>,
    kept: Inline,
    test: Test,
}

/// What the operator of the parameters asks of a property.
#[derive(Default)]
struct Test {
    property: Str,
    negated: bool,
    operator: Option<TokenKind>,
    value: Value,
}

/// Whether what was output counts as true: one value by itself, several always.
#[derive(Default)]
struct Verdict {
    first: Option<Value>,
    several: bool,
}

impl Output for Verdict {
    fn write(&mut self, _rs: &mut Runspace, value: Value) -> R<()> {
        self.several = self.first.is_some();
        self.first.get_or_insert(value);
        Ok(())
    }
}

const OPERATORS: [(&str, TokenKind); 29] = [
    ("CEQ", TokenKind::Ceq),
    ("NE", TokenKind::Ine),
    ("CNE", TokenKind::Cne),
    ("GT", TokenKind::Igt),
    ("CGT", TokenKind::Cgt),
    ("LT", TokenKind::Ilt),
    ("CLT", TokenKind::Clt),
    ("GE", TokenKind::Ige),
    ("CGE", TokenKind::Cge),
    ("LE", TokenKind::Ile),
    ("CLE", TokenKind::Cle),
    ("Like", TokenKind::Ilike),
    ("CLike", TokenKind::Clike),
    ("NotLike", TokenKind::Inotlike),
    ("CNotLike", TokenKind::Cnotlike),
    ("Match", TokenKind::Imatch),
    ("CMatch", TokenKind::Cmatch),
    ("NotMatch", TokenKind::Inotmatch),
    ("CNotMatch", TokenKind::Cnotmatch),
    ("Contains", TokenKind::Icontains),
    ("CContains", TokenKind::Ccontains),
    ("NotContains", TokenKind::Inotcontains),
    ("CNotContains", TokenKind::Cnotcontains),
    ("In", TokenKind::Iin),
    ("CIn", TokenKind::Cin),
    ("NotIn", TokenKind::Inotin),
    ("CNotIn", TokenKind::Cnotin),
    ("Is", TokenKind::Is),
    ("IsNot", TokenKind::IsNot),
];

/// The name of a type without the brackets that it is written in.
fn type_name(value: Value) -> Value {
    let inside = value.as_str().and_then(|name| name.strip_prefix('[')?.strip_suffix(']')).map(Value::from);
    inside.unwrap_or(value)
}

impl Run for Where {
    fn begin(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let chosen = OPERATORS.iter().find(|(name, _)| cx.flag(name)).map(|(_, operator)| *operator);
        let value = cx.get("Value");
        let is_about_types = matches!(chosen, Some(TokenKind::Is | TokenKind::IsNot));
        if (chosen.is_some() || cx.flag("EQ")) && value.is_none() {
            return Err(cx.fail(
                "System.Management.Automation.PSArgumentException",
                "ValueNotSpecifiedForWhereObject",
                Category::InvalidArgument,
                "The specified operator requires both the -Property and -Value parameters. Provide values for both parameters, and then try the command again.",
                Value::Null,
            ));
        }
        self.script = cx.get("FilterScript").and_then(|block| cx.rs.as_block(&block));
        self.test = Test {
            property: cx.string("Property").unwrap_or_default(),
            negated: cx.flag("Not"),
            operator: chosen.or(value.is_some().then_some(TokenKind::Ieq)),
            value: value.map(|value| if is_about_types { type_name(value) } else { value }).unwrap_or_default(),
        };
        Ok(())
    }

    fn process(&mut self, cx: &mut Cx<'_>) -> R<()> {
        let item = cx.value("InputObject");
        let keep = match &self.script {
            Some(block) => {
                let saved = cx.rs.take_underscore();
                cx.rs.set_underscore(item.clone());
                let mut verdict = Verdict::default();
                let result = cx.rs.run_for_cmdlet(block, &mut self.kept, Some(&item), &mut verdict);
                cx.rs.restore_underscore(saved);
                result?;
                verdict.several || verdict.first.is_some_and(|value| convert::to_bool(&value))
            }
            None => match self.test.meant(cx, &item)? {
                Some(property) => self.test.keeps(cx, &item, &property)?,
                None => false,
            },
        };
        if keep { cx.write(item) } else { Ok(()) }
    }
}

impl Test {
    /// The property that is meant; where a pattern means several, that is said.
    fn meant(&self, cx: &mut Cx<'_>, item: &Value) -> R<Option<Str>> {
        if item.is_null() || !psrpd_dotnet::wildcard::has_wildcards(&self.property) {
            return Ok(Some(self.property.clone()));
        }
        match describe::matching(cx.rs, item, &self.property)?.as_slice() {
            [] => Ok(Some(self.property.clone())),
            [(one, _)] => Ok(Some(one.clone())),
            several => {
                let (_, message) = super::members::ambiguous(&self.property, several, false);
                let exception = Exception::new("System.Management.Automation.PSArgumentException", message);
                let category = Category::InvalidArgument;
                super::paths::write_error_of_object(cx, exception, "AmbiguousPropertyName", category, item)?;
                Ok(None)
            }
        }
    }

    fn keeps(&self, cx: &mut Cx<'_>, item: &Value, property: &str) -> R<bool> {
        let left = match cx.rs.declared_member(item, property)? {
            None if cx.rs.scopes.get(cx.rs.frame.scope).strict >= 2 => {
                return super::members::not_resolved(cx, item, property, "property", "PropertyNotFound")
                    .map(|()| false);
            }
            None => cx.rs.no_member(item, property)?,
            Some(left) => left,
        };
        if self.negated {
            return Ok(!convert::to_bool(&left));
        }
        match self.operator {
            None => Ok(convert::to_bool(&left)),
            Some(operator) => Ok(convert::to_bool(&cx.rs.binary(operator, &left, &self.value)?)),
        }
    }
}
