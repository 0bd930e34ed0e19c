//! `ErrorCategoryInfo`: what a record says of its kind, which a script may change.

use psrpd_dotnet::Str;

use super::{Members, Type, known};
use crate::value::{ErrorRecord, Object, Value, text};

/// `CategoryInfo` of a record.
pub(super) struct CategoryOf(pub(super) Value);

impl CategoryOf {
    fn record(&self) -> Option<&ErrorRecord> {
        self.0.downcast::<ErrorRecord>()
    }
}

impl Object for CategoryOf {
    fn type_of(&self) -> Type {
        known("System.Management.Automation.ErrorCategoryInfo")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }

    fn text(&self) -> Option<Str> {
        self.record().map(|record| record.category_message().into())
    }
}

fn owner(this: &Value) -> Option<&ErrorRecord> {
    this.downcast::<CategoryOf>().and_then(CategoryOf::record)
}

pub(super) fn members(m: &mut Members) {
    m.get("System.Management.Automation.ErrorCategory Category", |_, this| {
        let number = owner(this).map_or(0, |record| record.category.lock().number());
        Ok(Value::Enum(known("System.Management.Automation.ErrorCategory"), number))
    });
    macro_rules! texts {
        ($($declaration:literal => $read:expr, $write:expr;)*) => {
            $(m.get_set(
                $declaration,
                |_, this| {
                    let read: fn(&ErrorRecord) -> Str = $read;
                    Ok(Value::Str(owner(this).map(read).unwrap_or_default()))
                },
                |_, this, value| {
                    let write: fn(&ErrorRecord, Str) = $write;
                    if let Some(record) = owner(this) {
                        write(record, text(&value));
                    }
                    Ok(())
                },
            );)*
        };
    }
    texts! {
        "string Activity" => |record| record.activity.lock().clone(), |record, text| *record.activity.lock() = text;
        "string Reason" => ErrorRecord::reason, |record, text| *record.reason.lock() = text;
        "string TargetName" => ErrorRecord::target_name, |record, text| *record.target_name.lock() = Some(text);
        "string TargetType" => ErrorRecord::target_type, |record, text| *record.target_type.lock() = Some(text);
    }
    m.method("string GetMessage()", |_, this, _| Ok(Value::Str(text(this))));
}
