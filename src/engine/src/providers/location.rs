//! The current location, the ones before it, and the stacks of locations.

use std::{collections::HashMap, sync::Arc};

use psrpd_dotnet::casing;

use super::{Drive, Kind, Target};

/// The name of the stack that is used when none is named.
const DEFAULT_STACK: &str = "default";

fn is_default(key: &str) -> bool {
    casing::eq(key, DEFAULT_STACK)
}

/// How many locations `Set-Location -` can go back.
const MAX_HISTORY: usize = 20;

/// Where a session is, and where it was.
pub(crate) struct Locations {
    current: Target,
    /// The last location among files: programs start there.
    files: String,
    before: Vec<Target>,
    after: Vec<Target>,
    stacks: HashMap<String, Vec<Target>>,
    /// The stack in use when none is named.
    pub(crate) default_stack: String,
}

fn file_system(directory: &str, root: Option<Arc<Drive>>) -> Target {
    Target { kind: Kind::FileSystem, drive: root, qualifier: None, path: super::normalise(directory), is_folder: false }
}

impl Locations {
    pub(crate) fn new(directory: &str, root: Option<Arc<Drive>>) -> Self {
        let current = file_system(directory, root);
        let mut new = Self {
            files: current.path.clone(),
            current: current.clone(),
            before: Vec::new(),
            after: Vec::new(),
            stacks: HashMap::new(),
            default_stack: DEFAULT_STACK.into(),
        };
        new.enter(current);
        new
    }

    pub(crate) fn current(&self) -> &Target {
        &self.current
    }

    /// The directory that programs start in.
    pub(crate) fn directory(&self) -> String {
        self.files.clone()
    }

    /// Goes somewhere.
    pub(crate) fn enter(&mut self, target: Target) {
        if target.kind == Kind::FileSystem {
            self.files = target.path.clone();
        }
        if let Some(drive) = &target.drive {
            *drive.current.lock() = drive.relative(&target.path).unwrap_or("").into();
        }
        // A provider is called by its full name from here on.
        let qualifier = target.qualifier.as_ref().map(|_| target.kind.full_name().into());
        self.current = Target { is_folder: false, qualifier, ..target };
    }

    /// Is somewhere for the time of a look-up; programs and drives do not notice.
    pub(crate) fn visit(&mut self, target: Target) {
        self.current = target;
    }

    /// Goes back to a directory of the file system that a session begins in; the stacks stay.
    pub(crate) fn restart(&mut self, directory: &str, root: Option<Arc<Drive>>) {
        self.enter(file_system(directory, root));
    }

    /// Goes somewhere and remembers where it was.
    pub(crate) fn go(&mut self, target: Target) {
        self.before.push(self.current.clone());
        if self.before.len() > MAX_HISTORY {
            self.before.remove(0);
        }
        self.after.clear();
        self.enter(target);
    }

    /// The location before this one, if there is one; this one is then the next.
    pub(crate) fn back(&mut self) -> Option<Target> {
        let target = self.before.pop()?;
        self.after.push(self.current.clone());
        Some(target)
    }

    /// The location that was left by [`Self::back`].
    pub(crate) fn forth(&mut self) -> Option<Target> {
        let target = self.after.pop()?;
        self.before.push(self.current.clone());
        Some(target)
    }

    fn key(&self, stack: Option<&str>) -> String {
        casing::fold(stack.filter(|name| !name.is_empty()).unwrap_or(&self.default_stack))
    }

    /// Puts the current location on a stack.
    pub(crate) fn push(&mut self, stack: Option<&str>) {
        let key = self.key(stack);
        self.stacks.entry(key).or_default().push(self.current.clone());
    }

    /// Takes a location off a stack; none of an empty stack.
    ///
    /// # Errors
    /// There is no such stack.
    pub(crate) fn pop(&mut self, stack: Option<&str>) -> Result<Option<Target>, String> {
        let key = self.key(stack);
        let is_default = is_default(&key);
        let Some(list) = self.stacks.get_mut(&key) else {
            return if is_default { Ok(None) } else { Err(stack.unwrap_or(&self.default_stack).to_owned()) };
        };
        let popped = list.pop();
        if list.is_empty() && !is_default {
            self.stacks.remove(&key);
        }
        Ok(popped)
    }

    /// A stack, the last one first.
    pub(crate) fn stack(&self, name: Option<&str>) -> Option<Vec<Target>> {
        let key = self.key(name);
        match self.stacks.get(&key) {
            Some(list) => Some(list.iter().rev().cloned().collect()),
            None => is_default(&key).then(Vec::new),
        }
    }
}
