//! Attributes of .NET and PowerShell: where they may stand, and what can be set by name in them.

/// What the parser has to know of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeUsage {
    /// The bits of `AttributeTargets`.
    pub targets: u32,
    /// The properties and fields that can be set, in the order in which they are declared.
    pub writable: &'static str,
    /// The properties that can only be read.
    pub readable: &'static str,
}

impl AttributeUsage {
    /// The names that can be set.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.writable.split_ascii_whitespace()
    }

    /// The property of this name that can only be read.
    pub fn read_only(&self, name: &str) -> Option<&'static str> {
        self.readable.split_ascii_whitespace().find(|own| own.eq_ignore_ascii_case(name))
    }
}

/// The bits of `AttributeTargets` in their order, with their names.
const TARGETS: &[&str] = &[
    "Assembly",
    "Module",
    "Class",
    "Struct",
    "Enum",
    "Constructor",
    "Method",
    "Property",
    "Field",
    "Event",
    "Interface",
    "Parameter",
    "Delegate",
    "ReturnValue",
    "GenericParameter",
];

/// A declaration that an attribute stands in front of, as bits of `AttributeTargets`.
pub(crate) mod target {
    pub(crate) const CLASS: u32 = 4;
    pub(crate) const ENUM: u32 = 16;
    pub(crate) const CONSTRUCTOR: u32 = 32;
    pub(crate) const METHOD: u32 = 64;
    pub(crate) const PROPERTY_OR_FIELD: u32 = 128 | 256;
    pub(crate) const PARAMETER: u32 = 2048;
}

/// The names of bits, as .NET lists them.
pub(crate) fn target_names(targets: u32) -> alloc::string::String {
    let names: alloc::vec::Vec<&str> =
        TARGETS.iter().zip(0_u32..).filter(|(_, bit)| targets & (1 << bit) != 0).map(|(name, _)| *name).collect();
    if names.len() == TARGETS.len() { "All".into() } else { names.join(", ") }
}

/// The usage of an attribute by the full name of its type.
pub(crate) fn attribute_usage(full_name: &str) -> Option<AttributeUsage> {
    let (_, targets, writable, readable) = *USAGES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(full_name))?;
    Some(AttributeUsage { targets, writable, readable })
}

type Row = (&'static str, u32, &'static str, &'static str);

#[rustfmt::skip]
const USAGES: &[Row] = &[
    ("System.AttributeUsageAttribute", 4, "AllowMultiple Inherited", "ValidOn TypeId"),
    ("System.CLSCompliantAttribute", 32767, "", "IsCompliant TypeId"),
    ("System.ComponentModel.BrowsableAttribute", 32767, "", "Browsable TypeId"),
    ("System.ComponentModel.CategoryAttribute", 32767, "", "Category TypeId"),
    ("System.ComponentModel.DefaultValueAttribute", 32767, "", "Value TypeId"),
    ("System.ComponentModel.DescriptionAttribute", 32767, "", "Description TypeId"),
    ("System.ComponentModel.DisplayNameAttribute", 708, "", "DisplayName TypeId"),
    ("System.ComponentModel.EditorBrowsableAttribute", 6140, "", "State TypeId"),
    ("System.ComponentModel.LocalizableAttribute", 32767, "", "IsLocalizable TypeId"),
    ("System.ComponentModel.ReadOnlyAttribute", 32767, "", "IsReadOnly TypeId"),
    ("System.Diagnostics.CodeAnalysis.ExcludeFromCodeCoverageAttribute", 749, "Justification", "TypeId"),
    ("System.Diagnostics.CodeAnalysis.SuppressMessageAttribute", 32767, "Scope Target MessageId Justification", "Category CheckId TypeId"),
    ("System.Diagnostics.ConditionalAttribute", 68, "", "ConditionString TypeId"),
    ("System.Diagnostics.DebuggerBrowsableAttribute", 384, "", "State TypeId"),
    ("System.Diagnostics.DebuggerDisplayAttribute", 4509, "Name Type Target TargetTypeName", "Value TypeId"),
    ("System.FlagsAttribute", 16, "", "TypeId"),
    ("System.Management.Automation.AliasAttribute", 388, "", "AliasNames TypeId"),
    ("System.Management.Automation.AllowEmptyCollectionAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.AllowEmptyStringAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.AllowNullAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.ArgumentCompleterAttribute", 384, "", "Type ScriptBlock TypeId"),
    ("System.Management.Automation.ArgumentCompletionsAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.CmdletAttribute", 4, "DefaultParameterSetName SupportsShouldProcess SupportsPaging SupportsTransactions ConfirmImpact HelpUri RemotingCapability", "NounName VerbName TypeId"),
    ("System.Management.Automation.CmdletBindingAttribute", 4, "PositionalBinding DefaultParameterSetName SupportsShouldProcess SupportsPaging SupportsTransactions ConfirmImpact HelpUri RemotingCapability", "TypeId"),
    ("System.Management.Automation.CredentialAttribute", 384, "", "TransformNullOptionalParameters TypeId"),
    ("System.Management.Automation.DscLocalConfigurationManagerAttribute", 4, "", "TypeId"),
    ("System.Management.Automation.DscPropertyAttribute", 384, "Key Mandatory NotConfigurable", "TypeId"),
    ("System.Management.Automation.DscResourceAttribute", 4, "RunAsCredential", "TypeId"),
    ("System.Management.Automation.DynamicClassImplementationAssemblyAttribute", 1, "ScriptFile", "TypeId"),
    ("System.Management.Automation.ExperimentalAttribute", 388, "", "ExperimentName ExperimentAction TypeId"),
    ("System.Management.Automation.HiddenAttribute", 992, "", "TypeId"),
    ("System.Management.Automation.Language.NoRunspaceAffinityAttribute", 4, "", "TypeId"),
    ("System.Management.Automation.OutputTypeAttribute", 4, "ProviderCmdlet ParameterSetName", "Type TypeId"),
    ("System.Management.Automation.ParameterAttribute", 384, "Position ParameterSetName Mandatory ValueFromPipeline ValueFromPipelineByPropertyName ValueFromRemainingArguments HelpMessage HelpMessageBaseName HelpMessageResourceId DontShow", "ExperimentName ExperimentAction TypeId"),
    ("System.Management.Automation.Provider.CmdletProviderAttribute", 4, "", "ProviderName ProviderCapabilities TypeId"),
    ("System.Management.Automation.PSDefaultValueAttribute", 384, "Value Help", "TypeId"),
    ("System.Management.Automation.PSTypeNameAttribute", 384, "", "PSTypeName TypeId"),
    ("System.Management.Automation.Runspaces.RunspaceAttribute", 384, "", "TransformNullOptionalParameters TypeId"),
    ("System.Management.Automation.SupportsWildcardsAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.ValidateCountAttribute", 384, "", "MinLength MaxLength TypeId"),
    ("System.Management.Automation.ValidateDriveAttribute", 384, "", "ValidRootDrives TypeId"),
    ("System.Management.Automation.ValidateLengthAttribute", 384, "", "MinLength MaxLength TypeId"),
    ("System.Management.Automation.ValidateNotNullAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.ValidateNotNullOrEmptyAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.ValidateNotNullOrWhiteSpaceAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.ValidatePatternAttribute", 384, "Options ErrorMessage", "RegexPattern TypeId"),
    ("System.Management.Automation.ValidateRangeAttribute", 384, "", "MinRange MaxRange TypeId"),
    ("System.Management.Automation.ValidateScriptAttribute", 384, "ErrorMessage", "ScriptBlock TypeId"),
    ("System.Management.Automation.ValidateSetAttribute", 384, "ErrorMessage IgnoreCase", "ValidValues TypeId"),
    ("System.Management.Automation.ValidateTrustedDataAttribute", 384, "", "TypeId"),
    ("System.Management.Automation.ValidateUserDriveAttribute", 384, "", "ValidRootDrives TypeId"),
    ("System.MTAThreadAttribute", 64, "", "TypeId"),
    ("System.NonSerializedAttribute", 256, "", "TypeId"),
    ("System.ObsoleteAttribute", 6140, "DiagnosticId UrlFormat", "Message IsError TypeId"),
    ("System.ParamArrayAttribute", 2048, "", "TypeId"),
    ("System.Runtime.CompilerServices.CompilerGeneratedAttribute", 32767, "", "TypeId"),
    ("System.Runtime.InteropServices.ComVisibleAttribute", 5597, "", "Value TypeId"),
    ("System.Runtime.InteropServices.DllImportAttribute", 64, "EntryPoint CharSet SetLastError ExactSpelling CallingConvention BestFitMapping PreserveSig ThrowOnUnmappableChar", "Value TypeId"),
    ("System.Runtime.InteropServices.GuidAttribute", 5149, "", "Value TypeId"),
    ("System.Runtime.InteropServices.MarshalAsAttribute", 10496, "SafeArraySubType SafeArrayUserDefinedSubType IidParameterIndex ArraySubType SizeParamIndex SizeConst MarshalType MarshalTypeRef MarshalCookie", "Value TypeId"),
    ("System.Runtime.InteropServices.StructLayoutAttribute", 12, "Pack Size CharSet", "Value TypeId"),
    ("System.SerializableAttribute", 4124, "", "TypeId"),
    ("System.STAThreadAttribute", 64, "", "TypeId"),
    ("System.ThreadStaticAttribute", 256, "", "TypeId"),
];
