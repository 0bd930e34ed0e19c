//! `Where()` and `ForEach()`, which every object has.

use std::sync::Arc;

use super::{TypeDef, collection, collection_of, is_method, known};
use crate::{
    convert,
    eval::{Collector, Flow, Inline, R, Runspace, ScriptBlock, error},
    value::{ErrorRecord, Value, enumerate, text},
};

const MODE: &str = "System.Management.Automation.WhereOperatorSelectionMode";

const DEFAULT: i64 = 0;
const FIRST: i64 = 1;
const LAST: i64 = 2;
const SKIP_UNTIL: i64 = 3;
const UNTIL: i64 = 4;
const SPLIT: i64 = 5;

pub(super) const TYPES: &[TypeDef] = &[TypeDef::labels(
    MODE,
    &[
        ("Default", DEFAULT),
        ("First", FIRST),
        ("Last", LAST),
        ("SkipUntil", SKIP_UNTIL),
        ("Until", UNTIL),
        ("Split", SPLIT),
    ],
)];

fn items_of(object: &Value) -> Vec<Value> {
    enumerate(object).unwrap_or_else(|| vec![object.clone()])
}

/// `ForEach(expression, arguments)`: a block, a type, or the name of a property or method.
pub(super) fn for_each(rs: &mut Runspace, object: &Value, args: &[Value]) -> R<Value> {
    let Some((first, rest)) = args.split_first() else {
        return Err(error::no_overload(".ForEach(expression [, arguments...])", 0));
    };
    if first.is_null() {
        return Err(super::args::null("expression"));
    }
    let mut results = Vec::new();
    if let Some(block) = rs.as_block(first) {
        let mut kept = Inline::default();
        for item in items_of(object) {
            rs.check_stop()?;
            results.extend(of_block(rs, &block, item, rest, &mut kept)?);
        }
    } else if let Value::Type(of) = first.base() {
        for item in items_of(object) {
            rs.check_stop()?;
            results.push(convert::convert(rs, &item, of)?);
        }
        return Ok(collection_of(of.clone(), results));
    } else {
        let member = text(first);
        for item in items_of(object) {
            rs.check_stop()?;
            results.extend(of_member(rs, &item, &member, rest)?);
        }
    }
    Ok(collection(results))
}

/// What a block makes of an item; it runs in the caller's scope.
fn of_block(
    rs: &mut Runspace,
    block: &Arc<ScriptBlock>,
    item: Value,
    args: &[Value],
    kept: &mut Inline,
) -> R<Vec<Value>> {
    let unit = block.unit();
    if !args.is_empty() || !unit.params.is_empty() || unit.begin.is_some() {
        return rs.call_block_in_place(block, item, args);
    }
    let around = rs.take_underscore();
    rs.set_underscore(item);
    let mut out = Collector::default();
    let done = rs.run_inline(block, kept, &mut out);
    rs.restore_underscore(around);
    done.map(|()| out.values)
}

fn is_not_found(record: &ErrorRecord) -> bool {
    record.id.lock().as_str() == "MethodNotFound"
}

/// What a member of an item gives; nothing where it is set.
fn of_member(rs: &mut Runspace, item: &Value, member: &str, args: &[Value]) -> R<Option<Value>> {
    match (rs.find_member(item, member)?, args) {
        (Some(value), _) if is_method(&value) => rs.call_method(item, member, args).map(Some),
        (Some(value), []) => Ok(Some(value)),
        (Some(_), [value]) => rs.set_member(item, member, value.clone()).map(|()| None),
        (Some(_), several) => rs.set_member(item, member, Value::array(several.to_vec())).map(|()| None),
        (None, _) => match rs.call_method(item, member, args) {
            // A property that is not there has no value.
            Err(Flow::Error(raised)) if args.is_empty() && is_not_found(&raised.record) => Ok(Some(Value::Null)),
            Err(Flow::Error(raised)) if is_not_found(&raised.record) => {
                let message = format!(
                    "The ForEach() operator could not find a member '{member}' on the target object. Please verify that the named member exists and then try running your script again."
                );
                Err(error::invalid("ForEachNonexistentMemberReference", message))
            }
            other => other.map(Some),
        },
    }
}

/// Whether an item is wanted; without a block all are.
fn is_wanted(rs: &mut Runspace, block: Option<&Arc<ScriptBlock>>, item: &Value, kept: &mut Inline) -> R<bool> {
    rs.check_stop()?;
    match block {
        Some(block) => Ok(convert::to_bool(&Value::collected(of_block(rs, block, item.clone(), &[], kept)?))),
        None => Ok(true),
    }
}

/// `Where({ expression }, mode, numberToReturn)`
pub(super) fn where_(rs: &mut Runspace, object: &Value, args: &[Value]) -> R<Value> {
    let Some(first) = args.first() else {
        return Err(error::no_overload(".Where({ expression } [, mode [, numberToReturn]])", 0));
    };
    let block = match rs.as_block(first) {
        None if !first.is_null() => {
            let made = convert::convert(rs, first, &super::script_block())?;
            rs.as_block(&made)
        }
        block => block,
    };
    let mode = match args.get(1) {
        Some(mode) => match convert::convert(rs, mode, &known(MODE))?.base() {
            Value::Enum(_, mode) => *mode,
            _ => DEFAULT,
        },
        None => DEFAULT,
    };
    let number = args.get(2).map_or(Ok(0), |number| convert::to_i32(rs, number))?;
    let Ok(limit) = usize::try_from(number) else {
        let message = "The 'numberToReturn' value provided to the third argument of the Where() operator must be greater than zero. Please correct the argument's value and try running your script again.";
        return Err(super::args::out_of_range_value(message, "numberToReturn", &Value::I32(number)));
    };
    if block.is_none() && mode == DEFAULT {
        let message = "If the expression passed to the Where() operator is null then you must specify a non-Default value for the selection mode argument. Please change the value of the mode argument to a value other than Default and try running your script again.";
        return Err(error::thrown("System.InvalidOperationException", message));
    }
    chosen(rs, items_of(object), block.as_ref(), mode, limit)
}

/// The items that a mode of `Where()` chooses, no more than a number of them if that is not 0.
fn chosen(rs: &mut Runspace, items: Vec<Value>, block: Option<&Arc<ScriptBlock>>, mode: i64, limit: usize) -> R<Value> {
    let most = match (limit, mode) {
        (0, FIRST | LAST) => 1,
        (0, _) => usize::MAX,
        (limit, _) => limit,
    };
    let (mut kept, mut others) = (Vec::new(), Vec::new());
    let mut found = false;
    let mut kept_frame = Inline::default();
    for item in items {
        if kept.len() >= most && mode != LAST {
            match mode {
                SPLIT => others.push(item),
                _ => break,
            }
            continue;
        }
        let is_so = (mode == SKIP_UNTIL && found) || is_wanted(rs, block, &item, &mut kept_frame)?;
        found |= is_so;
        match (mode, is_so) {
            (UNTIL, true) => break,
            (UNTIL, false) | (_, true) => kept.push(item),
            (SPLIT, false) => others.push(item),
            _ => {}
        }
    }
    Ok(match mode {
        LAST => collection(kept.split_off(kept.len().saturating_sub(most))),
        SPLIT => Value::array(vec![collection(kept), collection(others)]),
        _ => collection(kept),
    })
}
