//! Exceptions: name, base, the properties a type adds, `HResult`, and the message of one that is made without.

use crate::value::Value;

/// A row of the table.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) base: &'static str,
    /// The properties that the type declares, in the order of .NET, with blanks between.
    pub(super) own: &'static str,
    pub(super) code: i32,
    /// The message without one; empty where .NET makes one of the name.
    message: &'static str,
}

const fn row(name: &'static str, base: &'static str, own: &'static str, code: i32, message: &'static str) -> Row {
    Row { name, base, own, code, message }
}

const SYSTEM: &str = "System error.";

/// A base stands in front of what is derived from it.
#[rustfmt::skip]
pub(super) const EXCEPTIONS: &[Row] = &[
    row("System.Exception", "System.Object", "TargetSite Message Data InnerException HelpLink Source HResult StackTrace", -2_146_233_088, ""),
    row("System.SystemException", "System.Exception", "", -2_146_233_087, SYSTEM),
    row("System.BadImageFormatException", "System.SystemException", "Message FileName FusionLog", -2_147_024_885, "Format of the executable (.exe) or library (.dll) is invalid."),
    row("System.TypeLoadException", "System.SystemException", "Message TypeName", -2_146_233_054, "Failure has occurred while loading a type."),
    row("System.AccessViolationException", "System.SystemException", "", -2_147_467_261, "Attempted to read or write protected memory. This is often an indication that other memory is corrupt."),
    row("System.AggregateException", "System.Exception", "InnerExceptions Message", -2_146_233_088, "One or more errors occurred."),
    row("System.ApplicationException", "System.Exception", "", -2_146_232_832, "Error in the application."),
    row("System.ArgumentException", "System.SystemException", "Message ParamName", -2_147_024_809, "Value does not fall within the expected range."),
    row("System.ArgumentNullException", "System.ArgumentException", "", -2_147_467_261, "Value cannot be null."),
    row("System.ArgumentOutOfRangeException", "System.ArgumentException", "Message ActualValue", -2_146_233_086, "Specified argument was out of the range of valid values."),
    row("System.ArithmeticException", "System.SystemException", "", -2_147_024_362, "Overflow or underflow in the arithmetic operation."),
    row("System.ArrayTypeMismatchException", "System.SystemException", "", -2_146_233_085, "Attempted to access an element as a type incompatible with the array."),
    row("System.Data.DataException", "System.SystemException", "", -2_146_233_087, "Data Exception."),
    row("System.Data.DuplicateNameException", "System.Data.DataException", "", -2_146_232_030, "Duplicate name not allowed."),
    row("System.Data.ConstraintException", "System.Data.DataException", "", -2_146_232_022, "Constraint Exception."),
    row("System.Data.NoNullAllowedException", "System.Data.DataException", "", -2_146_232_026, "Null not allowed."),
    row("System.Data.InvalidExpressionException", "System.Data.DataException", "", -2_146_232_032, "Data Exception."),
    row("System.Data.EvaluateException", "System.Data.InvalidExpressionException", "", -2_146_232_032, "Data Exception."),
    row("System.Data.SyntaxErrorException", "System.Data.InvalidExpressionException", "", -2_146_232_032, "Data Exception."),
    row("System.Data.MissingPrimaryKeyException", "System.Data.DataException", "", -2_146_232_027, "Missing primary key."),
    row("System.Data.RowNotInTableException", "System.Data.DataException", "", -2_146_232_024, "Row not found in table."),
    row("System.Data.ReadOnlyException", "System.Data.DataException", "", -2_146_232_025, "Column is marked read only."),
    row("System.Data.DeletedRowInaccessibleException", "System.Data.DataException", "", -2_146_232_031, "Deleted rows inaccessible."),
    row("System.DataMisalignedException", "System.SystemException", "", -2_146_233_023, "A datatype misalignment was detected in a load or store instruction."),
    row("System.DivideByZeroException", "System.ArithmeticException", "", -2_147_352_558, "Attempted to divide by zero."),
    row("System.DllNotFoundException", "System.TypeLoadException", "", -2_146_233_052, "Dll was not found."),
    row("System.DuplicateWaitObjectException", "System.ArgumentException", "", -2_146_233_047, "Duplicate objects in argument."),
    row("System.EntryPointNotFoundException", "System.TypeLoadException", "", -2_146_233_053, "Entry point was not found."),
    row("System.MemberAccessException", "System.SystemException", "", -2_146_233_062, "Cannot access member."),
    row("System.FieldAccessException", "System.MemberAccessException", "", -2_146_233_081, "Attempted to access a field that is not accessible by the caller."),
    row("System.FormatException", "System.SystemException", "", -2_146_233_033, "One of the identified items was in an invalid format."),
    row("System.IndexOutOfRangeException", "System.SystemException", "", -2_146_233_080, "Index was outside the bounds of the array."),
    row("System.InsufficientExecutionStackException", "System.SystemException", "", -2_146_232_968, "Insufficient stack to continue executing the program safely. This can happen from having too many functions on the call stack or function on the stack using too much stack space."),
    row("System.OutOfMemoryException", "System.SystemException", "", -2_147_024_882, "Insufficient memory to continue the execution of the program."),
    row("System.InsufficientMemoryException", "System.OutOfMemoryException", "", -2_146_233_027, "Insufficient memory to continue the execution of the program."),
    row("System.InvalidCastException", "System.SystemException", "", -2_147_467_262, "Specified cast is not valid."),
    row("System.InvalidOperationException", "System.SystemException", "", -2_146_233_079, "Operation is not valid due to the current state of the object."),
    row("System.InvalidProgramException", "System.SystemException", "", -2_146_233_030, "Common Language Runtime detected an invalid program."),
    row("System.InvalidTimeZoneException", "System.Exception", "", -2_146_233_088, ""),
    row("System.MethodAccessException", "System.MemberAccessException", "", -2_146_233_072, "Attempt to access the method failed."),
    row("System.MissingMemberException", "System.MemberAccessException", "Message", -2_146_233_070, "Attempted to access a missing member."),
    row("System.MissingFieldException", "System.MissingMemberException", "Message", -2_146_233_071, "Attempted to access a non-existing field."),
    row("System.MissingMethodException", "System.MissingMemberException", "Message", -2_146_233_069, "Attempted to access a missing method."),
    row("System.MulticastNotSupportedException", "System.SystemException", "", -2_146_233_068, "Attempted to add multiple callbacks to a delegate that does not support multicast."),
    row("System.NotFiniteNumberException", "System.ArithmeticException", "OffendingNumber", -2_146_233_048, "Number encountered was not a finite quantity."),
    row("System.NotImplementedException", "System.SystemException", "", -2_147_467_263, "The method or operation is not implemented."),
    row("System.NotSupportedException", "System.SystemException", "", -2_146_233_067, "Specified method is not supported."),
    row("System.NullReferenceException", "System.SystemException", "", -2_147_467_261, "Object reference not set to an instance of an object."),
    row("System.ObjectDisposedException", "System.InvalidOperationException", "Message ObjectName", -2_146_232_798, ""),
    row("System.OperationCanceledException", "System.SystemException", "CancellationToken", -2_146_233_029, "The operation was canceled."),
    row("System.OverflowException", "System.ArithmeticException", "", -2_146_233_066, "Arithmetic operation resulted in an overflow."),
    row("System.PlatformNotSupportedException", "System.NotSupportedException", "", -2_146_233_031, "Operation is not supported on this platform."),
    row("System.RankException", "System.SystemException", "", -2_146_233_065, "Attempted to operate on an array with the incorrect number of dimensions."),
    row("System.StackOverflowException", "System.SystemException", "", -2_147_023_895, "Operation caused a stack overflow."),
    row("System.TimeoutException", "System.SystemException", "", -2_146_233_083, "The operation has timed out."),
    row("System.TimeZoneNotFoundException", "System.Exception", "", -2_146_233_088, ""),
    row("System.TypeAccessException", "System.TypeLoadException", "", -2_146_233_021, "Attempt to access the type failed."),
    row("System.TypeInitializationException", "System.SystemException", "TypeName", -2_146_233_087, ""),
    row("System.TypeUnloadedException", "System.SystemException", "", -2_146_234_349, "Type had been unloaded."),
    row("System.UnauthorizedAccessException", "System.SystemException", "", -2_147_024_891, "Attempted to perform an unauthorized operation."),
    row("System.Security.SecurityException", "System.SystemException", "Demanded DenySetInstance FailedAssemblyInfo GrantedSet Method PermissionState PermissionType PermitOnlySetInstance RefusedSet Url", -2_146_233_078, "Security error."),
    row("System.Security.VerificationException", "System.SystemException", "", -2_146_233_075, "Operation could destabilize the runtime."),
    row("System.Security.Cryptography.CryptographicException", "System.SystemException", "", -2_146_233_087, "Error occurred during a cryptographic operation."),
    row("System.Globalization.CultureNotFoundException", "System.ArgumentException", "InvalidCultureId InvalidCultureName Message", -2_147_024_809, "Culture is not supported."),
    row("System.Threading.AbandonedMutexException", "System.SystemException", "Mutex MutexIndex", -2_146_233_043, "The wait completed due to an abandoned mutex."),
    row("System.Threading.LockRecursionException", "System.Exception", "", -2_146_233_088, ""),
    row("System.Threading.SemaphoreFullException", "System.SystemException", "", -2_146_233_087, "Adding the specified count to the semaphore would cause it to exceed its maximum count."),
    row("System.Threading.SynchronizationLockException", "System.SystemException", "", -2_146_233_064, "Object synchronization method was called from an unsynchronized block of code."),
    row("System.Threading.ThreadInterruptedException", "System.SystemException", "", -2_146_233_063, "Thread was interrupted from a waiting state."),
    row("System.Threading.ThreadStateException", "System.SystemException", "", -2_146_233_056, "Thread was in an invalid state for the operation being executed."),
    row("System.Threading.WaitHandleCannotBeOpenedException", "System.ApplicationException", "", -2_146_233_044, "No handle of the given name exists."),
    row("System.Threading.Tasks.TaskCanceledException", "System.OperationCanceledException", "Task", -2_146_233_029, "A task was canceled."),
    row("System.Threading.Tasks.TaskSchedulerException", "System.Exception", "", -2_146_233_088, "An exception was thrown by a TaskScheduler."),
    row("System.Text.DecoderFallbackException", "System.ArgumentException", "BytesUnknown Index", -2_147_024_809, "Value does not fall within the expected range."),
    row("System.Text.EncoderFallbackException", "System.ArgumentException", "CharUnknown CharUnknownHigh CharUnknownLow Index", -2_147_024_809, "Value does not fall within the expected range."),
    row("System.Runtime.AmbiguousImplementationException", "System.Exception", "", -2_146_234_262, "Ambiguous implementation found."),
    row("System.Runtime.Serialization.SerializationException", "System.SystemException", "", -2_146_233_076, "Serialization error."),
    row("System.Runtime.InteropServices.ExternalException", "System.SystemException", "ErrorCode", -2_147_467_259, "External component has thrown an exception."),
    row("System.Runtime.InteropServices.COMException", "System.Runtime.InteropServices.ExternalException", "", -2_147_467_259, "Unexpected HRESULT has been returned from a call to a COM component."),
    row("System.Runtime.CompilerServices.RuntimeWrappedException", "System.Exception", "WrappedException", -2_146_233_026, ""),
    row("System.Runtime.CompilerServices.SwitchExpressionException", "System.InvalidOperationException", "UnmatchedValue Message", -2_146_233_079, "Non-exhaustive switch expression failed to match its input."),
    row("System.Reflection.AmbiguousMatchException", "System.SystemException", "", -2_147_475_171, "Ambiguous match found."),
    row("System.Reflection.CustomAttributeFormatException", "System.FormatException", "", -2_146_232_827, "Binary format of the specified custom attribute was invalid."),
    row("System.Reflection.InvalidFilterCriteriaException", "System.ApplicationException", "", -2_146_232_831, "Specified filter criteria was invalid."),
    row("System.Reflection.ReflectionTypeLoadException", "System.SystemException", "Types LoaderExceptions Message", -2_146_233_087, ""),
    row("System.Reflection.TargetException", "System.ApplicationException", "", -2_146_232_829, ""),
    row("System.Reflection.TargetInvocationException", "System.ApplicationException", "", -2_146_232_828, ""),
    row("System.Reflection.TargetParameterCountException", "System.ApplicationException", "", -2_147_352_562, "Number of parameters specified does not match the expected number."),
    row("System.IO.IOException", "System.SystemException", "", -2_146_232_800, "I/O error occurred."),
    row("System.IO.FileLoadException", "System.IO.IOException", "Message FileName FusionLog", -2_146_232_799, "Could not load the specified file."),
    row("System.IO.FileNotFoundException", "System.IO.IOException", "Message FileName FusionLog", -2_147_024_894, "Unable to find the specified file."),
    row("System.IO.DirectoryNotFoundException", "System.IO.IOException", "", -2_147_024_893, "Attempted to access a path that is not on the disk."),
    row("System.IO.EndOfStreamException", "System.IO.IOException", "", -2_147_024_858, "Attempted to read past the end of the stream."),
    row("System.IO.InvalidDataException", "System.SystemException", "", -2_146_233_087, "Found invalid data while decoding."),
    row("System.IO.PathTooLongException", "System.IO.IOException", "", -2_147_024_690, "The specified file name or path is too long, or a component of the specified path is too long."),
    row("System.Diagnostics.UnreachableException", "System.Exception", "", -2_146_233_088, "The program executed an instruction that was thought to be unreachable."),
    row("System.Collections.Generic.KeyNotFoundException", "System.SystemException", "", -2_146_232_969, "The given key was not present in the dictionary."),
    row("System.Management.Automation.RuntimeException", "System.SystemException", "ErrorRecord WasThrownFromThrowStatement", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ExtendedTypeSystemException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, "System.Management.Automation.ExtendedTypeSystemException"),
    row("System.Management.Automation.MethodException", "System.Management.Automation.ExtendedTypeSystemException", "", -2_146_233_087, "System.Management.Automation.MethodException"),
    row("System.Management.Automation.MethodInvocationException", "System.Management.Automation.MethodException", "", -2_146_233_087, "System.Management.Automation.MethodInvocationException"),
    row("System.Management.Automation.GetValueException", "System.Management.Automation.ExtendedTypeSystemException", "", -2_146_233_087, "System.Management.Automation.GetValueException"),
    row("System.Management.Automation.PropertyNotFoundException", "System.Management.Automation.ExtendedTypeSystemException", "", -2_146_233_087, "System.Management.Automation.PropertyNotFoundException"),
    row("System.Management.Automation.GetValueInvocationException", "System.Management.Automation.GetValueException", "", -2_146_233_087, "System.Management.Automation.GetValueInvocationException"),
    row("System.Management.Automation.SetValueException", "System.Management.Automation.ExtendedTypeSystemException", "", -2_146_233_087, "System.Management.Automation.SetValueException"),
    row("System.Management.Automation.SetValueInvocationException", "System.Management.Automation.SetValueException", "", -2_146_233_087, "System.Management.Automation.SetValueInvocationException"),
    row("System.Management.Automation.PSInvalidCastException", "System.InvalidCastException", "ErrorRecord", -2_147_467_262, "System.Management.Automation.PSInvalidCastException"),
    row("System.Management.Automation.InvalidPowerShellStateException", "System.SystemException", "CurrentState", -2_146_233_087, "The state of the current PowerShell instance is not valid for this operation."),
    row("System.Management.Automation.TerminateException", "System.Management.Automation.FlowControlException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ScriptBlockToPowerShellNotSupportedException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, "System.Management.Automation.ScriptBlockToPowerShellNotSupportedException"),
    row("System.Management.Automation.PSSecurityException", "System.Management.Automation.RuntimeException", "ErrorRecord Message", -2_146_233_087, "Cannot run software. Permission is denied."),
    row("System.Management.Automation.RemoteException", "System.Management.Automation.RuntimeException", "SerializedRemoteException SerializedRemoteInvocationInfo ErrorRecord", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.WildcardPatternException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.InvalidJobStateException", "System.SystemException", "CurrentState", -2_146_233_087, "The state of the current job instance is not valid for this operation."),
    row("System.Management.Automation.JobFailedException", "System.SystemException", "Reason DisplayScriptPosition Message", -2_146_233_087, ""),
    row("System.Management.Automation.CommandNotFoundException", "System.Management.Automation.RuntimeException", "ErrorRecord CommandName", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ScriptRequiresException", "System.Management.Automation.RuntimeException", "CommandName RequiresPSVersion MissingPSSnapIns RequiresShellId RequiresShellPath", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ApplicationFailedException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.CmdletInvocationException", "System.Management.Automation.RuntimeException", "ErrorRecord", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.CmdletProviderInvocationException", "System.Management.Automation.CmdletInvocationException", "ProviderInvocationException ProviderInfo", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.PipelineStoppedException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, "The pipeline has been stopped."),
    row("System.Management.Automation.PipelineClosedException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ActionPreferenceStopException", "System.Management.Automation.RuntimeException", "ErrorRecord", -2_146_233_087, "Running commands is prevented by Stop policy settings."),
    row("System.Management.Automation.ParentContainsErrorRecordException", "System.SystemException", "Message", -2_146_233_087, ""),
    row("System.Management.Automation.RedirectedException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ScriptCallDepthException", "System.SystemException", "ErrorRecord CallDepth", -2_146_233_087, "The script failed due to call depth overflow."),
    row("System.Management.Automation.PipelineDepthException", "System.SystemException", "ErrorRecord CallDepth", -2_146_233_087, "The pipeline failed due to call depth overflow."),
    row("System.Management.Automation.HaltCommandException", "System.SystemException", "", -2_146_233_087, "The command was stopped by the user."),
    row("System.Management.Automation.MetadataException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, "System.Management.Automation.MetadataException"),
    row("System.Management.Automation.ValidationMetadataException", "System.Management.Automation.MetadataException", "", -2_146_233_087, "System.Management.Automation.ValidationMetadataException"),
    row("System.Management.Automation.ArgumentTransformationMetadataException", "System.Management.Automation.MetadataException", "", -2_146_233_087, "System.Management.Automation.ArgumentTransformationMetadataException"),
    row("System.Management.Automation.ParsingMetadataException", "System.Management.Automation.MetadataException", "", -2_146_233_087, "System.Management.Automation.ParsingMetadataException"),
    row("System.Management.Automation.PSArgumentException", "System.ArgumentException", "ErrorRecord Message", -2_147_024_809, "Value does not fall within the expected range."),
    row("System.Management.Automation.PSArgumentNullException", "System.ArgumentNullException", "ErrorRecord Message", -2_147_467_261, "Value cannot be null."),
    row("System.Management.Automation.PSArgumentOutOfRangeException", "System.ArgumentOutOfRangeException", "ErrorRecord", -2_146_233_086, "Specified argument was out of the range of valid values."),
    row("System.Management.Automation.PSInvalidOperationException", "System.InvalidOperationException", "ErrorRecord", -2_146_233_079, "Operation is not valid due to the current state of the object."),
    row("System.Management.Automation.PSNotImplementedException", "System.NotImplementedException", "ErrorRecord", -2_147_467_263, "The method or operation is not implemented."),
    row("System.Management.Automation.PSNotSupportedException", "System.NotSupportedException", "ErrorRecord", -2_146_233_067, "Specified method is not supported."),
    row("System.Management.Automation.PSObjectDisposedException", "System.ObjectDisposedException", "ErrorRecord", -2_146_232_798, ""),
    row("System.Management.Automation.ParameterBindingException", "System.Management.Automation.RuntimeException", "Message ParameterName ParameterType TypeSpecified ErrorId Line Offset CommandInvocation", -2_146_233_087, ""),
    row("System.Management.Automation.ParseException", "System.Management.Automation.RuntimeException", "Errors Message", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.IncompleteParseException", "System.Management.Automation.ParseException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ProviderInvocationException", "System.Management.Automation.RuntimeException", "ProviderInfo ErrorRecord Message", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.SessionStateException", "System.Management.Automation.RuntimeException", "ErrorRecord ItemName SessionStateCategory", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.SessionStateUnauthorizedAccessException", "System.Management.Automation.SessionStateException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ProviderNotFoundException", "System.Management.Automation.SessionStateException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ProviderNameAmbiguousException", "System.Management.Automation.ProviderNotFoundException", "PossibleMatches", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.DriveNotFoundException", "System.Management.Automation.SessionStateException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.ItemNotFoundException", "System.Management.Automation.SessionStateException", "", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.Host.HostException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, "An error of type \"System.Management.Automation.Host.HostException\" has occurred."),
    row("System.Management.Automation.Host.PromptingException", "System.Management.Automation.Host.HostException", "", -2_146_233_087, "An error of type \"System.Management.Automation.Host.PromptingException\" has occurred."),
    row("System.Management.Automation.Runspaces.InvalidRunspaceStateException", "System.SystemException", "CurrentState ExpectedState", -2_146_233_087, "The runspace state is not valid for this operation."),
    row("System.Management.Automation.Runspaces.RunspaceOpenModuleLoadException", "System.Management.Automation.RuntimeException", "ErrorRecords", -2_146_233_087, "System.Management.Automation.ScriptBlockToPowerShellNotSupportedException"),
    row("System.Management.Automation.Runspaces.InvalidPipelineStateException", "System.SystemException", "CurrentState ExpectedState", -2_146_233_087, "The pipeline state is not valid for this operation."),
    row("System.Management.Automation.Runspaces.InvalidRunspacePoolStateException", "System.SystemException", "CurrentState ExpectedState", -2_146_233_087, "The state of the runspace pool is not valid for this operation."),
    row("System.Management.Automation.Runspaces.TypeTableLoadException", "System.Management.Automation.RuntimeException", "Errors", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.Runspaces.FormatTableLoadException", "System.Management.Automation.RuntimeException", "Errors", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.Runspaces.PSConsoleLoadException", "System.SystemException", "ErrorRecord Message", -2_146_233_087, SYSTEM),
    row("System.Management.Automation.Runspaces.PSSnapInException", "System.Management.Automation.RuntimeException", "ErrorRecord Message", -2_146_233_087, SYSTEM),
    row("System.UriFormatException", "System.FormatException", "", -2_146_233_033, "One of the identified items was in an invalid format."),
    row("System.ComponentModel.Win32Exception", "System.Runtime.InteropServices.ExternalException", "NativeErrorCode", -2_147_467_259, ""),
    row("System.Net.WebException", "System.InvalidOperationException", "Status Response", -2_146_233_079, "Operation is not valid due to the current state of the object."),
    row("System.Net.Http.HttpRequestException", "System.Exception", "HttpRequestError StatusCode", -2_146_233_088, ""),
    row("System.IO.FileFormatException", "System.FormatException", "SourceUri", -2_146_233_033, "Invalid file format."),
    row("System.Net.NetworkInformation.PingException", "System.InvalidOperationException", "", -2_146_233_079, ""),
    row("System.Net.Http.HttpIOException", "System.IO.IOException", "HttpRequestError Message", -2_146_233_088, ""),
    row("System.Net.Sockets.SocketException", "System.ComponentModel.Win32Exception", "Message SocketErrorCode ErrorCode", -2_147_467_259, ""),
    row("System.Net.ProtocolViolationException", "System.InvalidOperationException", "", -2_146_233_079, "Operation is not valid due to the current state of the object."),
    row("System.Xml.XmlException", "System.SystemException", "LineNumber LinePosition SourceUri Message", -2_146_232_000, "An XML error has occurred."),
    row("System.Xml.XPath.XPathException", "System.SystemException", "Message", -2_146_231_997, ""),
    row("System.Xml.Schema.XmlSchemaException", "System.SystemException", "SourceUri LineNumber LinePosition SourceSchemaObject Message", -2_146_231_999, "A schema error occurred."),
    row("System.Text.RegularExpressions.RegexParseException", "System.ArgumentException", "Error Offset", -2_147_024_809, ""),
    row("System.Text.RegularExpressions.RegexMatchTimeoutException", "System.TimeoutException", "Input Pattern MatchTimeout", -2_146_233_083, "The Regex engine has timed out while trying to match a pattern to an input string. This can occur for many reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references and other factors."),
    row("System.Text.Json.JsonReaderException", "System.Text.Json.JsonException", "", -2_146_233_088, ""),
    row("System.Text.Json.JsonException", "System.Exception", "LineNumber BytePositionInLine Path Message", -2_146_233_088, ""),
    row("System.Security.Authentication.AuthenticationException", "System.SystemException", "", -2_146_233_087, SYSTEM),
    row("Microsoft.PowerShell.Commands.WriteErrorException", "System.SystemException", "", -2_146_233_087, "\"The Write-Error cmdlet reported an error.\""),
    row("Microsoft.PowerShell.Commands.ProcessCommandException", "System.SystemException", "ProcessName", -2_146_233_087, ""),
    row("Microsoft.PowerShell.Commands.HelpNotFoundException", "System.SystemException", "ErrorRecord HelpTopic Message", -2_146_233_087, ""),
    row("Microsoft.PowerShell.Commands.HttpResponseException", "System.Net.Http.HttpRequestException", "Response", -2_146_233_088, ""),
    row("System.Net.Mail.SmtpException", "System.Exception", "StatusCode", -2_146_233_088, "Syntax error, command unrecognized."),
    row("System.ComponentModel.InvalidEnumArgumentException", "System.ArgumentException", "", -2_147_024_809, "Value does not fall within the expected range."),
    row("System.ComponentModel.WarningException", "System.SystemException", "HelpUrl HelpTopic", -2_146_233_087, ""),
    row("System.Management.Automation.ParameterBindingValidationException", "System.Management.Automation.ParameterBindingException", "", -2_146_233_087, ""),
    row("System.Management.Automation.ParameterBindingArgumentTransformationException", "System.Management.Automation.ParameterBindingException", "", -2_146_233_087, ""),
    row("System.Management.Automation.ParameterBindingParameterDefaultValueException", "System.Management.Automation.ParameterBindingException", "", -2_146_233_087, ""),
    row("System.Management.Automation.Remoting.PSRemotingDataStructureException", "System.Management.Automation.RuntimeException", "", -2_146_233_087, ""),
    row("System.Management.Automation.Remoting.PSRemotingTransportException", "System.Management.Automation.RuntimeException", "ErrorCode TransportMessage", -2_146_233_087, ""),
    row("System.Management.Automation.NativeCommandExitException", "System.Management.Automation.RuntimeException", "Path ExitCode ProcessId", -2_146_233_087, ""),
];

fn find(name: &str) -> Option<&'static Row> {
    EXCEPTIONS.iter().find(|row| row.name == name)
}

/// The message of an exception that is made without one.
pub(super) fn default_message(name: &str) -> String {
    match find(name) {
        Some(row) if !row.message.is_empty() => row.message.into(),
        _ => format!("Exception of type '{name}' was thrown."),
    }
}

/// `HResult`, by the nearest type of the table.
pub(super) fn code(of: &super::Type) -> i32 {
    of.ancestry().find_map(|of| find(of.name())).map_or(-2_146_233_088, |row| row.code)
}

/// The names of all properties of an exception, in the order of .NET: those of the type, then those of its bases.
pub(super) fn properties(of: &super::Type) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for row in of.ancestry().filter_map(|of| find(of.name())) {
        names.extend(row.own.split_whitespace().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    names
}

/// What a property of an exception is that no constructor has set.
pub(super) fn default_property(of: &super::Type, name: &str) -> Value {
    let label =
        |of: &str, label: &str| super::known(of).labelled(label).map_or(Value::Null, |n| super::enum_number(of, n));
    match name {
        "TypeName" | "ObjectName" | "ItemName" => "".into(),
        "CommandName" if of.is_kind("CommandNotFoundException") => "".into(),
        "OffendingNumber" => Value::F64(0.0),
        "MutexIndex" => Value::I32(-1),
        "Index" | "CallDepth" | "LineNumber" | "LinePosition" if !of.is_kind("JsonException") => Value::I32(0),
        "CharUnknown" | "CharUnknownHigh" | "CharUnknownLow" => Value::Char(0),
        "CancellationToken" => super::known("System.Threading.CancellationToken").zero(),
        "SessionStateCategory" => label("System.Management.Automation.SessionStateCategory", "Variable"),
        "CurrentState" if of.is_kind("InvalidJobStateException") => {
            label("System.Management.Automation.JobState", "NotStarted")
        }
        "CurrentState" if of.is_kind("InvalidPowerShellStateException") => {
            label("System.Management.Automation.PSInvocationState", "NotStarted")
        }
        "Status" if of.is_kind("WebException") => label("System.Net.WebExceptionStatus", "UnknownError"),
        "StatusCode" if of.is_kind("SmtpException") => label("System.Net.Mail.SmtpStatusCode", "GeneralFailure"),
        "HttpRequestError" => label("System.Net.Http.HttpRequestError", "Unknown"),
        _ => Value::Null,
    }
}
