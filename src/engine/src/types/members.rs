//! The members of a type. A row is a .NET signature and the function behind it; the signature alone says how many
//! arguments of which types there are, what `Get-Member` shows, and which overload is meant.

use super::signature::{self, Signature};
use crate::{
    eval::{R, Runspace},
    value::Value,
};

/// What runs: the engine, the object (`$null` for static members and constructors), the converted arguments.
pub(crate) type NativeFn = fn(&mut Runspace, &Value, &[Value]) -> R<Value>;

/// What a property reads.
pub(crate) type GetFn = fn(&mut Runspace, &Value) -> R<Value>;

/// What assigning to a property does.
pub(crate) type SetFn = fn(&mut Runspace, &Value, Value) -> R<()>;

/// A method or constructor.
pub(crate) struct Method {
    pub(crate) signature: Signature,
    pub(crate) is_static: bool,
    pub(crate) call: NativeFn,
}

impl Method {
    /// Whether the last parameter takes any number of arguments.
    pub(crate) fn takes_more(&self) -> bool {
        self.signature.parameters.last().is_some_and(|parameter| parameter.is_params)
    }
}

/// A property or constant.
pub(crate) struct Property {
    pub(crate) name: &'static str,
    /// Its type as a signature writes it.
    pub(crate) of: &'static str,
    pub(crate) is_static: bool,
    pub(crate) get: GetFn,
    pub(crate) set: Option<SetFn>,
}

/// The members that a type declares, bases aside.
#[derive(Default)]
pub(crate) struct Members {
    pub(crate) properties: Vec<Property>,
    pub(crate) methods: Vec<Method>,
    pub(crate) constructors: Vec<Method>,
}

impl Members {
    /// A property that is only read: `"int Length"`.
    pub(crate) fn get(&mut self, declaration: &'static str, get: GetFn) -> &mut Self {
        self.property(declaration, false, get, None)
    }

    /// A property that is read and assigned.
    pub(crate) fn get_set(&mut self, declaration: &'static str, get: GetFn, set: SetFn) -> &mut Self {
        self.property(declaration, false, get, Some(set))
    }

    /// A static property or constant.
    pub(crate) fn constant(&mut self, declaration: &'static str, get: GetFn) -> &mut Self {
        self.property(declaration, true, get, None)
    }

    /// A static property that is read and assigned.
    pub(crate) fn static_get_set(&mut self, declaration: &'static str, get: GetFn, set: SetFn) -> &mut Self {
        self.property(declaration, true, get, Some(set))
    }

    fn property(&mut self, declaration: &'static str, is_static: bool, get: GetFn, set: Option<SetFn>) -> &mut Self {
        let (of, name) = declaration.rsplit_once(' ').unwrap_or(("object", declaration));
        self.properties.push(Property { name, of, is_static, get, set });
        self
    }

    /// A method: `"string Substring(int startIndex, int length)"`.
    pub(crate) fn method(&mut self, declaration: &'static str, call: NativeFn) -> &mut Self {
        self.methods.push(Method { signature: signature::parse(declaration), is_static: false, call });
        self
    }

    /// A static method.
    pub(crate) fn function(&mut self, declaration: &'static str, call: NativeFn) -> &mut Self {
        self.methods.push(Method { signature: signature::parse(declaration), is_static: true, call });
        self
    }

    /// A constructor: `"string(char c, int count)"`.
    pub(crate) fn constructor(&mut self, declaration: &'static str, call: NativeFn) -> &mut Self {
        self.constructors.push(Method { signature: signature::parse(declaration), is_static: true, call });
        self
    }
}
