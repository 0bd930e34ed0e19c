//! What the properties of objects of .NET take that the engine keeps as plain values.

use psrpd_dotnet::casing;

use super::{MemberKind, members};
use crate::{
    eval::{R, Runspace, error},
    types::Type,
};

/// The type that a property of a type is declared with; none where anything fits.
///
/// # Errors
/// Properties that are only read.
pub(crate) fn accepted(rs: &Runspace, of: &Type, name: &str) -> R<Option<Type>> {
    let is_meant = |kind, known: &str| kind == MemberKind::Property && casing::eq(known, name);
    let declared = members(of, false).and_then(|all| all.into_iter().find(|known| is_meant(known.kind, &known.name)));
    let Some(declared) = declared else { return Ok(None) };
    let Some((wanted, accessors)) = declared.text.split_once(&format!(" {} ", declared.name)) else {
        return Ok(None);
    };
    if !accessors.contains("set;") {
        return Err(error::read_only(&declared.name));
    }
    // What the engine has of an interface says less than .NET knows of who has it.
    Ok(rs.find_type(wanted).filter(|wanted| !wanted.is_interface()))
}
