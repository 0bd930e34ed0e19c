use core::ops::{BitOr, BitOrAssign};

/// Properties of a token, with the names and bits of `System.Management.Automation.Language.TokenFlags`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenFlags(pub u32);

impl TokenFlags {
    /// No property.
    pub const NONE: Self = Self(0);
    /// The bits that hold the precedence of a binary operator.
    pub const BINARY_PRECEDENCE_MASK: Self = Self(0xf);
    /// A keyword.
    pub const KEYWORD: Self = Self(0x10);
    /// The name of a block: `begin`, `process`, `end`, `clean`, `dynamicparam`.
    pub const SCRIPT_BLOCK_BLOCK_NAME: Self = Self(0x20);
    /// An operator between two operands.
    pub const BINARY_OPERATOR: Self = Self(0x100);
    /// An operator with one operand.
    pub const UNARY_OPERATOR: Self = Self(0x200);
    /// An operator that distinguishes upper and lower case.
    pub const CASE_SENSITIVE_OPERATOR: Self = Self(0x400);
    /// `?` of a ternary expression.
    pub const TERNARY_OPERATOR: Self = Self(0x800);
    /// `&`, `|`, `.`, `::` and their kind.
    pub const SPECIAL_OPERATOR: Self = Self(0x1000);
    /// An assignment.
    pub const ASSIGNMENT_OPERATOR: Self = Self(0x2000);
    /// Scanned the same in every mode, so looking ahead across a change of mode is safe.
    pub const PARSE_MODE_INVARIANT: Self = Self(0x8000);
    /// Malformed, such as a string without end.
    pub const TOKEN_IN_ERROR: Self = Self(0x10000);
    /// Not allowed in a `data` section.
    pub const DISALLOWED_IN_RESTRICTED_MODE: Self = Self(0x20000);
    /// `++` and `--`.
    pub const PREFIX_OR_POSTFIX_OPERATOR: Self = Self(0x40000);
    /// The name of a command.
    pub const COMMAND_NAME: Self = Self(0x80000);
    /// The name of a member or of a key.
    pub const MEMBER_NAME: Self = Self(0x100000);
    /// The name of a type.
    pub const TYPE_NAME: Self = Self(0x200000);
    /// The name of an attribute.
    pub const ATTRIBUTE_NAME: Self = Self(0x400000);
    /// An operator whose result on constants is a constant.
    pub const CAN_CONSTANT_FOLD: Self = Self(0x800000);
    /// A keyword whose statement takes no attributes.
    pub const STATEMENT_DOESNT_SUPPORT_ATTRIBUTES: Self = Self(0x1000000);

    /// Whether all bits of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// These flags without those of `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for TokenFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for TokenFlags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
