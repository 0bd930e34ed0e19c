//! Scopes: variables, functions and aliases, one table for each call.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

use parking_lot::Mutex;
use psrpd_dotnet::{Str, casing};

use super::{AUTOMATIC, Name, block::Function};
use crate::{bind::Check, providers::Drives, types::Type, value::Value};

/// A scope of a runspace: its place, and whose it is. In another runspace it means the global scope of that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ScopeId(u32, u32);

impl ScopeId {
    /// The one all others end in.
    pub(crate) const GLOBAL: Self = Self(0, 0);
}

/// A variable in a slot.
#[derive(Clone, Default)]
pub(crate) enum Slot {
    #[default]
    Unset,
    /// Only a value.
    Plain(Value),
    /// With options, attributes, or holders outside of the scope.
    Shared(Arc<Variable>),
}

impl Slot {
    pub(crate) fn get(&self) -> Option<Value> {
        match self {
            Self::Unset => None,
            Self::Plain(value) => Some(value.clone()),
            Self::Shared(variable) => Some(variable.value.lock().clone()),
        }
    }
}

/// What may be done to a variable: `ScopedItemOptions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VariableOptions {
    pub(crate) read_only: bool,
    pub(crate) constant: bool,
    pub(crate) private: bool,
    pub(crate) all_scope: bool,
    /// Whether its visibility is private.
    pub(crate) unlisted: bool,
}

impl VariableOptions {
    /// Takes those of `ScopedItemOptions`.
    pub(crate) const fn take(&mut self, bits: i64) {
        self.read_only = bits & 1 != 0;
        self.constant = bits & 2 != 0;
        self.private = bits & 4 != 0;
        self.all_scope = bits & 8 != 0;
    }

    /// Whether it cannot be assigned.
    pub(crate) const fn is_fixed(self) -> bool {
        self.read_only || self.constant
    }
}

/// The options of a variable, which may be shared between threads.
#[derive(Default)]
pub(crate) struct OptionsCell(AtomicU8);

impl OptionsCell {
    pub(crate) fn get(&self) -> VariableOptions {
        let bits = self.0.load(Ordering::Relaxed);
        VariableOptions {
            read_only: bits & 1 != 0,
            constant: bits & 2 != 0,
            private: bits & 4 != 0,
            all_scope: bits & 8 != 0,
            unlisted: bits & 16 != 0,
        }
    }

    pub(crate) fn set(&self, options: VariableOptions) {
        let VariableOptions { read_only, constant, private, all_scope, unlisted } = options;
        let bits = [read_only, constant, private, all_scope, unlisted];
        let bits = bits.into_iter().rev().fold(0, |bits, bit| bits << 1 | u8::from(bit));
        self.0.store(bits, Ordering::Relaxed);
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut VariableOptions)) {
        let mut options = self.get();
        change(&mut options);
        self.set(options);
    }
}

/// A variable that is an object of its own (`PSVariable`).
pub(crate) struct Variable {
    pub(crate) name: Str,
    pub(crate) value: Mutex<Value>,
    pub(crate) options: OptionsCell,
    pub(crate) description: Mutex<Str>,
    /// The type it is constrained to and what validates it.
    pub(crate) checks: Mutex<Vec<Check>>,
}

impl Variable {
    pub(crate) fn new(name: &str, value: Value) -> Self {
        Self {
            name: name.into(),
            value: Mutex::new(value),
            options: OptionsCell::default(),
            description: Mutex::default(),
            checks: Mutex::default(),
        }
    }
}

/// One scope.
pub(crate) struct Scope {
    pub(crate) parent: Option<ScopeId>,
    /// The top scope of the module whose code runs here, or the global one.
    pub(crate) session: ScopeId,
    names: Arc<[Name]>,
    more: Vec<Name>,
    pub(crate) slots: Vec<Slot>,
    index: HashMap<Name, u32>,
    pub(crate) functions: HashMap<String, Arc<Function>>,
    pub(crate) aliases: HashMap<String, Alias>,
    /// Classes and enums, and the namespaces of `using namespace`.
    pub(crate) types: TypeNames,
    /// The drives that `New-PSDrive` made here; those of the global scope are the session's.
    pub(crate) drives: Drives,
    /// Whether `$script:` ends here.
    pub(crate) is_script: bool,
    /// `Set-StrictMode`: 0 is off.
    pub(crate) strict: u8,
}

/// Names of types that code has made known.
#[derive(Clone, Default)]
pub(crate) struct TypeNames {
    pub(crate) classes: HashMap<String, Type>,
    pub(crate) namespaces: Vec<String>,
    /// What `[TypeAccelerators]::Add()` added to the session.
    pub(crate) accelerators: HashMap<String, (String, Type)>,
}

/// An alias.
#[derive(Clone, Default)]
pub(crate) struct Alias {
    pub(crate) name: Str,
    pub(crate) target: Str,
    /// The bits of `ScopedItemOptions`.
    pub(crate) options: i64,
    pub(crate) description: Str,
    /// The module that gave it.
    pub(crate) module: Option<Arc<super::module::Module>>,
}

impl Alias {
    /// A row of the table of aliases that every session begins with.
    pub(crate) fn built_in(&(name, target, options): &(&str, &str, i64)) -> Self {
        Self { name: name.into(), target: target.into(), options, ..Self::default() }
    }
}

/// All scopes of a runspace.
pub(crate) struct Scopes {
    all: Vec<Option<Scope>>,
    free: Vec<ScopeId>,
    missing: Scope,
    /// The number of the runspace.
    owner: u32,
}

impl Scope {
    fn new(parent: Option<ScopeId>, session: ScopeId, names: Arc<[Name]>) -> Self {
        let slots = names.iter().map(|_| Slot::Unset).collect();
        Self {
            parent,
            session,
            names,
            more: Vec::new(),
            slots,
            index: HashMap::new(),
            functions: HashMap::new(),
            aliases: HashMap::new(),
            types: TypeNames::default(),
            drives: Drives::default(),
            is_script: false,
            strict: 0,
        }
    }

    /// Where a name is, set or not.
    pub(crate) fn find(&self, name: &Name) -> Option<usize> {
        if !self.index.is_empty() {
            return self.index.get(name).and_then(|at| usize::try_from(*at).ok());
        }
        let own = self.names.len();
        self.names
            .iter()
            .position(|have| have == name)
            .or_else(|| self.more.iter().position(|have| have == name).map(|at| at.saturating_add(own)))
    }

    /// Where a name is; a new slot if there is none yet.
    pub(crate) fn ensure(&mut self, name: &Name) -> usize {
        const LINEAR: usize = 24;
        if let Some(at) = self.find(name) {
            return at;
        }
        let at = self.slots.len();
        self.slots.push(Slot::Unset);
        self.more.push(name.clone());
        if self.index.is_empty() && at >= LINEAR {
            self.index = self.names.iter().chain(&self.more).cloned().zip(0..).collect();
        } else if !self.index.is_empty() {
            self.index.insert(name.clone(), u32::try_from(at).unwrap_or(u32::MAX));
        }
        at
    }

    pub(crate) fn get(&self, name: &Name) -> Option<&Slot> {
        self.find(name).and_then(|at| self.slots.get(at)).filter(|slot| !matches!(slot, Slot::Unset))
    }

    /// Puts a variable of another scope in.
    pub(crate) fn bind(&mut self, name: &Name, variable: Arc<Variable>) {
        let at = self.ensure(name);
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot::Shared(variable);
        }
    }

    /// Takes it out again.
    pub(crate) fn unbind(&mut self, name: &Name, variable: &Arc<Variable>) {
        if let Some(at) = self.find(name)
            && let Some(slot) = self.slots.get_mut(at)
            && matches!(slot, Slot::Shared(have) if Arc::ptr_eq(have, variable))
        {
            *slot = Slot::Unset;
        }
    }

    /// All names with a value.
    pub(crate) fn names(&self) -> Vec<Name> {
        let all = self.names.iter().chain(&self.more).zip(&self.slots);
        all.filter(|(_, slot)| !matches!(slot, Slot::Unset)).map(|(name, _)| name.clone()).collect()
    }

    pub(crate) fn function(&self, name: &str) -> Option<&Arc<Function>> {
        if self.functions.is_empty() { None } else { self.functions.get(&casing::fold(name)) }
    }

    pub(crate) fn alias(&self, name: &str) -> Option<&Alias> {
        if self.aliases.is_empty() { None } else { self.aliases.get(&casing::fold(name)) }
    }
}

impl Scopes {
    pub(crate) fn new() -> Self {
        let names: Arc<[Name]> = AUTOMATIC.iter().map(|name| Name::new(name)).collect();
        let mut global = Scope::new(None, ScopeId::GLOBAL, names.clone());
        global.is_script = true;
        Self { all: vec![Some(global)], free: Vec::new(), missing: Scope::new(None, ScopeId::GLOBAL, names), owner: 0 }
    }

    /// Makes them the scopes of the runspace of this number.
    pub(crate) fn belong_to(&mut self, owner: u32) {
        self.owner = owner;
    }

    /// The place of a scope.
    fn place(&self, id: ScopeId) -> Option<usize> {
        if id.1 == self.owner { usize::try_from(id.0).ok() } else { Some(0) }
    }

    /// A new scope below another one.
    pub(crate) fn push(&mut self, parent: ScopeId, session: ScopeId, names: Arc<[Name]>) -> ScopeId {
        let mut scope = Scope::new(Some(parent), session, names);
        scope.strict = self.get(parent).strict;
        if let Some(id) = self.free.pop()
            && let Some(slot) = self.slot(id)
        {
            *slot = Some(scope);
            return id;
        }
        let id = ScopeId(u32::try_from(self.all.len()).unwrap_or(u32::MAX), self.owner);
        self.all.push(Some(scope));
        id
    }

    /// A new scope below another one, with room for the same variables in the same places.
    pub(crate) fn push_alike(&mut self, parent: ScopeId) -> ScopeId {
        let scope = self.get(parent);
        let (session, names) = (scope.session, scope.names.iter().chain(&scope.more).cloned().collect());
        self.push(parent, session, names)
    }

    /// Ends a scope; modules keep theirs.
    pub(crate) fn pop(&mut self, id: ScopeId) {
        if id.0 != 0
            && id.1 == self.owner
            && let Some(slot) = self.slot(id)
        {
            *slot = None;
            self.free.push(id);
        }
    }

    fn slot(&mut self, id: ScopeId) -> Option<&mut Option<Scope>> {
        self.place(id).and_then(|at| self.all.get_mut(at))
    }

    pub(crate) fn get(&self, id: ScopeId) -> &Scope {
        self.place(id).and_then(|at| self.all.get(at)).and_then(Option::as_ref).unwrap_or(&self.missing)
    }

    pub(crate) fn get_mut(&mut self, id: ScopeId) -> &mut Scope {
        let place = self.place(id);
        let Self { all, missing, .. } = self;
        place.and_then(|at| all.get_mut(at)).and_then(Option::as_mut).unwrap_or(missing)
    }

    /// A scope and those around it, innermost first.
    pub(crate) fn chain(&self, from: ScopeId) -> impl Iterator<Item = ScopeId> {
        std::iter::successors(Some(from), |id| self.get(*id).parent)
    }

    /// The scope that `$script:` means.
    pub(crate) fn script(&self, from: ScopeId) -> ScopeId {
        self.chain(from).find(|id| self.get(*id).is_script).unwrap_or(ScopeId::GLOBAL)
    }
}
