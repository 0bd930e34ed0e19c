//! Enums that scripts meet less often than those of `enums.rs`.

use super::TypeDef;

#[rustfmt::skip]
pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::flag_labels("System.AttributeTargets", &[
        ("Assembly", 1), ("Module", 2), ("Class", 4), ("Struct", 8), ("Enum", 16), ("Constructor", 32),
        ("Method", 64), ("Property", 128), ("Field", 256), ("Event", 512), ("Interface", 1024), ("Parameter", 2048),
        ("Delegate", 4096), ("ReturnValue", 8192), ("GenericParameter", 16384), ("All", 32767),
    ]),
    TypeDef::labels("System.Collections.Specialized.NotifyCollectionChangedAction", &[
        ("Add", 0), ("Remove", 1), ("Replace", 2), ("Move", 3), ("Reset", 4),
    ]),
    TypeDef::labels("System.ConsoleKey", &[
        ("None", 0), ("Backspace", 8), ("Tab", 9), ("Clear", 12), ("Enter", 13), ("Pause", 19), ("Escape", 27),
        ("Spacebar", 32), ("PageUp", 33), ("PageDown", 34), ("End", 35), ("Home", 36), ("LeftArrow", 37),
        ("UpArrow", 38), ("RightArrow", 39), ("DownArrow", 40), ("Select", 41), ("Print", 42), ("Execute", 43),
        ("PrintScreen", 44), ("Insert", 45), ("Delete", 46), ("Help", 47), ("D0", 48), ("D1", 49), ("D2", 50),
        ("D3", 51), ("D4", 52), ("D5", 53), ("D6", 54), ("D7", 55), ("D8", 56), ("D9", 57), ("A", 65), ("B", 66),
        ("C", 67), ("D", 68), ("E", 69), ("F", 70), ("G", 71), ("H", 72), ("I", 73), ("J", 74), ("K", 75), ("L", 76),
        ("M", 77), ("N", 78), ("O", 79), ("P", 80), ("Q", 81), ("R", 82), ("S", 83), ("T", 84), ("U", 85), ("V", 86),
        ("W", 87), ("X", 88), ("Y", 89), ("Z", 90), ("LeftWindows", 91), ("RightWindows", 92), ("Applications", 93),
        ("Sleep", 95), ("NumPad0", 96), ("NumPad1", 97), ("NumPad2", 98), ("NumPad3", 99), ("NumPad4", 100),
        ("NumPad5", 101), ("NumPad6", 102), ("NumPad7", 103), ("NumPad8", 104), ("NumPad9", 105), ("Multiply", 106),
        ("Add", 107), ("Separator", 108), ("Subtract", 109), ("Decimal", 110), ("Divide", 111), ("F1", 112),
        ("F2", 113), ("F3", 114), ("F4", 115), ("F5", 116), ("F6", 117), ("F7", 118), ("F8", 119), ("F9", 120),
        ("F10", 121), ("F11", 122), ("F12", 123), ("F13", 124), ("F14", 125), ("F15", 126), ("F16", 127),
        ("F17", 128), ("F18", 129), ("F19", 130), ("F20", 131), ("F21", 132), ("F22", 133), ("F23", 134),
        ("F24", 135), ("BrowserBack", 166), ("BrowserForward", 167), ("BrowserRefresh", 168), ("BrowserStop", 169),
        ("BrowserSearch", 170), ("BrowserFavorites", 171), ("BrowserHome", 172), ("VolumeMute", 173),
        ("VolumeDown", 174), ("VolumeUp", 175), ("MediaNext", 176), ("MediaPrevious", 177), ("MediaStop", 178),
        ("MediaPlay", 179), ("LaunchMail", 180), ("LaunchMediaSelect", 181), ("LaunchApp1", 182), ("LaunchApp2", 183),
        ("Oem1", 186), ("OemPlus", 187), ("OemComma", 188), ("OemMinus", 189), ("OemPeriod", 190), ("Oem2", 191),
        ("Oem3", 192), ("Oem4", 219), ("Oem5", 220), ("Oem6", 221), ("Oem7", 222), ("Oem8", 223), ("Oem102", 226),
        ("Process", 229), ("Packet", 231), ("Attention", 246), ("CrSel", 247), ("ExSel", 248),
        ("EraseEndOfFile", 249), ("Play", 250), ("Zoom", 251), ("NoName", 252), ("Pa1", 253), ("OemClear", 254),
    ]),
    TypeDef::flag_labels("System.ConsoleModifiers", &[
        ("None", 0), ("Alt", 1), ("Shift", 2), ("Control", 4),
    ]),
    TypeDef::labels("System.ConsoleSpecialKey", &[
        ("ControlC", 0), ("ControlBreak", 1),
    ]),
    TypeDef::flag_labels("System.Data.ConnectionState", &[
        ("Closed", 0), ("Open", 1), ("Connecting", 2), ("Executing", 4), ("Fetching", 8), ("Broken", 16),
    ]),
    TypeDef::flag_labels("System.Data.DataRowAction", &[
        ("Nothing", 0), ("Delete", 1), ("Change", 2), ("Rollback", 4), ("Commit", 8), ("Add", 16),
        ("ChangeOriginal", 32), ("ChangeCurrentAndOriginal", 64),
    ]),
    TypeDef::labels("System.Data.DataRowVersion", &[
        ("Original", 256), ("Current", 512), ("Proposed", 1024), ("Default", 1536),
    ]),
    TypeDef::flag_labels("System.Data.DataViewRowState", &[
        ("None", 0), ("Unchanged", 2), ("Added", 4), ("Deleted", 8), ("ModifiedCurrent", 16),
        ("ModifiedOriginal", 32), ("OriginalRows", 42), ("CurrentRows", 22),
    ]),
    TypeDef::labels("System.Data.IsolationLevel", &[
        ("Unspecified", -1), ("Chaos", 16), ("ReadUncommitted", 256), ("ReadCommitted", 4096),
        ("RepeatableRead", 65536), ("Serializable", 1048576), ("Snapshot", 16777216),
    ]),
    TypeDef::labels("System.Data.LoadOption", &[
        ("OverwriteChanges", 1), ("PreserveChanges", 2), ("Upsert", 3),
    ]),
    TypeDef::labels("System.Data.ParameterDirection", &[
        ("Input", 1), ("Output", 2), ("InputOutput", 3), ("ReturnValue", 6),
    ]),
    TypeDef::flag_labels("System.Diagnostics.DebuggableAttribute+DebuggingModes", &[
        ("None", 0), ("Default", 1), ("DisableOptimizations", 256), ("IgnoreSymbolStoreSequencePoints", 2),
        ("EnableEditAndContinue", 4),
    ]),
    TypeDef::labels("System.Diagnostics.DebuggerBrowsableState", &[
        ("Never", 0), ("Collapsed", 2), ("RootHidden", 3),
    ]),
    TypeDef::flag_labels("System.Diagnostics.SourceLevels", &[
        ("Off", 0), ("Critical", 1), ("Error", 3), ("Warning", 7), ("Information", 15), ("Verbose", 31),
        ("ActivityTracing", 65280), ("All", -1),
    ]),
    TypeDef::labels("System.Diagnostics.ThreadPriorityLevel", &[
        ("Idle", -15), ("Lowest", -2), ("BelowNormal", -1), ("Normal", 0), ("AboveNormal", 1), ("Highest", 2),
        ("TimeCritical", 15),
    ]),
    TypeDef::labels("System.Diagnostics.ThreadState", &[
        ("Initialized", 0), ("Ready", 1), ("Running", 2), ("Standby", 3), ("Terminated", 4), ("Wait", 5),
        ("Transition", 6), ("Unknown", 7),
    ]),
    TypeDef::labels("System.Diagnostics.ThreadWaitReason", &[
        ("Executive", 0), ("FreePage", 1), ("PageIn", 2), ("SystemAllocation", 3), ("ExecutionDelay", 4),
        ("Suspended", 5), ("UserRequest", 6), ("EventPairHigh", 7), ("EventPairLow", 8), ("LpcReceive", 9),
        ("LpcReply", 10), ("VirtualMemory", 11), ("PageOut", 12), ("Unknown", 13),
    ]),
    TypeDef::labels("System.GCKind", &[
        ("Any", 0), ("Ephemeral", 1), ("FullBlocking", 2), ("Background", 3),
    ]),
    TypeDef::labels("System.GCNotificationStatus", &[
        ("Succeeded", 0), ("Failed", 1), ("Canceled", 2), ("Timeout", 3), ("NotApplicable", 4),
    ]),
    TypeDef::labels("System.Globalization.DigitShapes", &[
        ("Context", 0), ("None", 1), ("NativeNational", 2),
    ]),
    TypeDef::flag_labels("System.IO.FileOptions", &[
        ("None", 0), ("WriteThrough", -2147483648), ("Asynchronous", 1073741824), ("RandomAccess", 268435456),
        ("DeleteOnClose", 67108864), ("SequentialScan", 134217728), ("Encrypted", 16384),
    ]),
    TypeDef::labels("System.IO.HandleInheritability", &[
        ("None", 0), ("Inheritable", 1),
    ]),
    TypeDef::labels("System.IO.MatchCasing", &[
        ("PlatformDefault", 0), ("CaseSensitive", 1), ("CaseInsensitive", 2),
    ]),
    TypeDef::flag_labels("System.IO.NotifyFilters", &[
        ("FileName", 1), ("DirectoryName", 2), ("Attributes", 4), ("Size", 8), ("LastWrite", 16), ("LastAccess", 32),
        ("CreationTime", 64), ("Security", 256),
    ]),
    TypeDef::flag_labels("System.IO.Pipes.PipeAccessRights", &[
        ("ReadData", 1), ("WriteData", 2), ("ReadAttributes", 128), ("WriteAttributes", 256),
        ("ReadExtendedAttributes", 8), ("WriteExtendedAttributes", 16), ("CreateNewInstance", 4), ("Delete", 65536),
        ("ReadPermissions", 131072), ("ChangePermissions", 262144), ("TakeOwnership", 524288),
        ("Synchronize", 1048576), ("FullControl", 2032031), ("Read", 131209), ("Write", 274), ("ReadWrite", 131483),
        ("AccessSystemSecurity", 16777216),
    ]),
    TypeDef::labels("System.IO.Pipes.PipeDirection", &[
        ("In", 1), ("Out", 2), ("InOut", 3),
    ]),
    TypeDef::flag_labels("System.IO.Pipes.PipeOptions", &[
        ("None", 0), ("WriteThrough", -2147483648), ("Asynchronous", 1073741824), ("CurrentUserOnly", 536870912),
        ("FirstPipeInstance", 524288),
    ]),
    TypeDef::labels("System.IO.Pipes.PipeTransmissionMode", &[
        ("Byte", 0), ("Message", 1),
    ]),
    TypeDef::labels("System.Management.Automation.DebuggerResumeAction", &[
        ("Continue", 0), ("StepInto", 1), ("StepOut", 2), ("StepOver", 3), ("Stop", 4),
    ]),
    TypeDef::flag_labels("System.Management.Automation.DebugModes", &[
        ("None", 0), ("Default", 1), ("LocalScript", 2), ("RemoteScript", 4),
    ]),
    TypeDef::labels("System.Management.Automation.JobThreadOptions", &[
        ("Default", 0), ("UseThreadPoolThread", 1), ("UseNewThread", 2),
    ]),
    TypeDef::labels("System.Management.Automation.ModuleIntrinsics+PSModulePathScope", &[
        ("User", 0), ("Builtin", 1), ("Machine", 2),
    ]),
    TypeDef::labels("System.Management.Automation.PSModuleAutoLoadingPreference", &[
        ("None", 0), ("ModuleQualified", 1), ("All", 2),
    ]),
    TypeDef::flag_labels("System.Management.Automation.RemoteStreamOptions", &[
        ("AddInvocationInfoToErrorRecord", 1), ("AddInvocationInfoToWarningRecord", 2),
        ("AddInvocationInfoToDebugRecord", 4), ("AddInvocationInfoToVerboseRecord", 8), ("AddInvocationInfo", 15),
    ]),
    TypeDef::labels("System.Management.Automation.RemotingBehavior", &[
        ("None", 0), ("PowerShell", 1), ("Custom", 2),
    ]),
    TypeDef::labels("System.Management.Automation.ResolutionPurpose", &[
        ("Encryption", 0), ("Decryption", 1),
    ]),
    TypeDef::labels("System.Management.Automation.RollbackSeverity", &[
        ("Error", 0), ("TerminatingError", 1), ("Never", 2),
    ]),
    TypeDef::labels("System.Management.Automation.Runspaces.AuthenticationMechanism", &[
        ("Default", 0), ("Basic", 1), ("Negotiate", 2), ("NegotiateWithImplicitCredential", 3), ("Credssp", 4),
        ("Digest", 5), ("Kerberos", 6),
    ]),
    TypeDef::labels("System.Management.Automation.Runspaces.OutputBufferingMode", &[
        ("None", 0), ("Drop", 1), ("Block", 2),
    ]),
    TypeDef::labels("System.Management.Automation.Runspaces.PSSessionConfigurationAccessMode", &[
        ("Disabled", 0), ("Local", 1), ("Remote", 2),
    ]),
    TypeDef::labels("System.Management.Automation.Runspaces.RunspaceCapability", &[
        ("Default", 0), ("SupportsDisconnect", 1), ("NamedPipeTransport", 2), ("VMSocketTransport", 4),
        ("SSHTransport", 8), ("CustomTransport", 256),
    ]),
    TypeDef::labels("System.Management.Automation.Runspaces.RunspacePoolAvailability", &[
        ("None", 0), ("Available", 1), ("Busy", 2),
    ]),
    TypeDef::labels("System.Management.Automation.Runspaces.RunspacePoolCapability", &[
        ("Default", 0), ("SupportsDisconnect", 1),
    ]),
    TypeDef::flag_labels("System.Management.Automation.SessionCapabilities", &[
        ("RemoteServer", 1), ("Language", 4),
    ]),
    TypeDef::labels("System.Management.Automation.SignatureStatus", &[
        ("Valid", 0), ("UnknownError", 1), ("NotSigned", 2), ("HashMismatch", 3), ("NotTrusted", 4),
        ("NotSupportedFileFormat", 5), ("Incompatible", 6),
    ]),
    TypeDef::labels("System.Management.Automation.SigningOption", &[
        ("AddOnlyCertificate", 0), ("AddFullCertificateChain", 1), ("AddFullCertificateChainExceptRoot", 2),
        ("Default", 2),
    ]),
    TypeDef::flag_labels("System.Net.AuthenticationSchemes", &[
        ("None", 0), ("Digest", 1), ("Negotiate", 2), ("Ntlm", 4), ("Basic", 8), ("Anonymous", 32768),
        ("IntegratedWindowsAuthentication", 6),
    ]),
    TypeDef::labels("System.Net.CookieVariant", &[
        ("Unknown", 0), ("Plain", 1), ("Rfc2109", 2), ("Rfc2965", 3), ("Default", 2),
    ]),
    TypeDef::labels("System.Net.FtpStatusCode", &[
        ("Undefined", 0), ("RestartMarker", 110), ("ServiceTemporarilyNotAvailable", 120), ("DataAlreadyOpen", 125),
        ("OpeningData", 150), ("CommandOK", 200), ("CommandExtraneous", 202), ("DirectoryStatus", 212),
        ("FileStatus", 213), ("SystemType", 215), ("SendUserCommand", 220), ("ClosingControl", 221),
        ("ClosingData", 226), ("EnteringPassive", 227), ("LoggedInProceed", 230), ("ServerWantsSecureSession", 234),
        ("FileActionOK", 250), ("PathnameCreated", 257), ("SendPasswordCommand", 331), ("NeedLoginAccount", 332),
        ("FileCommandPending", 350), ("ServiceNotAvailable", 421), ("CantOpenData", 425), ("ConnectionClosed", 426),
        ("ActionNotTakenFileUnavailableOrBusy", 450), ("ActionAbortedLocalProcessingError", 451),
        ("ActionNotTakenInsufficientSpace", 452), ("CommandSyntaxError", 500), ("ArgumentSyntaxError", 501),
        ("CommandNotImplemented", 502), ("BadCommandSequence", 503), ("NotLoggedIn", 530), ("AccountNeeded", 532),
        ("ActionNotTakenFileUnavailable", 550), ("ActionAbortedUnknownPageType", 551), ("FileActionAborted", 552),
        ("ActionNotTakenFilenameNotAllowed", 553),
    ]),
    TypeDef::labels("System.Net.HttpRequestHeader", &[
        ("CacheControl", 0), ("Connection", 1), ("Date", 2), ("KeepAlive", 3), ("Pragma", 4), ("Trailer", 5),
        ("TransferEncoding", 6), ("Upgrade", 7), ("Via", 8), ("Warning", 9), ("Allow", 10), ("ContentLength", 11),
        ("ContentType", 12), ("ContentEncoding", 13), ("ContentLanguage", 14), ("ContentLocation", 15),
        ("ContentMd5", 16), ("ContentRange", 17), ("Expires", 18), ("LastModified", 19), ("Accept", 20),
        ("AcceptCharset", 21), ("AcceptEncoding", 22), ("AcceptLanguage", 23), ("Authorization", 24), ("Cookie", 25),
        ("Expect", 26), ("From", 27), ("Host", 28), ("IfMatch", 29), ("IfModifiedSince", 30), ("IfNoneMatch", 31),
        ("IfRange", 32), ("IfUnmodifiedSince", 33), ("MaxForwards", 34), ("ProxyAuthorization", 35), ("Referer", 36),
        ("Range", 37), ("Te", 38), ("Translate", 39), ("UserAgent", 40),
    ]),
    TypeDef::labels("System.Net.HttpResponseHeader", &[
        ("CacheControl", 0), ("Connection", 1), ("Date", 2), ("KeepAlive", 3), ("Pragma", 4), ("Trailer", 5),
        ("TransferEncoding", 6), ("Upgrade", 7), ("Via", 8), ("Warning", 9), ("Allow", 10), ("ContentLength", 11),
        ("ContentType", 12), ("ContentEncoding", 13), ("ContentLanguage", 14), ("ContentLocation", 15),
        ("ContentMd5", 16), ("ContentRange", 17), ("Expires", 18), ("LastModified", 19), ("AcceptRanges", 20),
        ("Age", 21), ("ETag", 22), ("Location", 23), ("ProxyAuthenticate", 24), ("RetryAfter", 25), ("Server", 26),
        ("SetCookie", 27), ("Vary", 28), ("WwwAuthenticate", 29),
    ]),
    TypeDef::flag_labels("System.Net.NetworkAccess", &[
        ("Accept", 128), ("Connect", 64),
    ]),
    TypeDef::labels("System.Net.NetworkInformation.DuplicateAddressDetectionState", &[
        ("Invalid", 0), ("Tentative", 1), ("Duplicate", 2), ("Deprecated", 3), ("Preferred", 4),
    ]),
    TypeDef::flag_labels("System.Net.NetworkInformation.NetworkInformationAccess", &[
        ("None", 0), ("Read", 1), ("Ping", 4),
    ]),
    TypeDef::labels("System.Net.NetworkInformation.OperationalStatus", &[
        ("Up", 1), ("Down", 2), ("Testing", 3), ("Unknown", 4), ("Dormant", 5), ("NotPresent", 6),
        ("LowerLayerDown", 7),
    ]),
    TypeDef::labels("System.Net.NetworkInformation.PrefixOrigin", &[
        ("Other", 0), ("Manual", 1), ("WellKnown", 2), ("Dhcp", 3), ("RouterAdvertisement", 4),
    ]),
    TypeDef::labels("System.Net.NetworkInformation.ScopeLevel", &[
        ("None", 0), ("Interface", 1), ("Link", 2), ("Subnet", 3), ("Admin", 4), ("Site", 5), ("Organization", 8),
        ("Global", 14),
    ]),
    TypeDef::labels("System.Net.NetworkInformation.SuffixOrigin", &[
        ("Other", 0), ("Manual", 1), ("WellKnown", 2), ("OriginDhcp", 3), ("LinkLayerAddress", 4), ("Random", 5),
    ]),
    TypeDef::labels("System.Net.NetworkInformation.TcpState", &[
        ("Unknown", 0), ("Closed", 1), ("Listen", 2), ("SynSent", 3), ("SynReceived", 4), ("Established", 5),
        ("FinWait1", 6), ("FinWait2", 7), ("CloseWait", 8), ("Closing", 9), ("LastAck", 10), ("TimeWait", 11),
        ("DeleteTcb", 12),
    ]),
    TypeDef::labels("System.Net.Sockets.IPProtectionLevel", &[
        ("Unspecified", -1), ("Unrestricted", 10), ("EdgeRestricted", 20), ("Restricted", 30),
    ]),
    TypeDef::labels("System.Net.Sockets.ProtocolFamily", &[
        ("Unknown", -1), ("Unspecified", 0), ("Unix", 1), ("InterNetwork", 2), ("ImpLink", 3), ("Pup", 4),
        ("Chaos", 5), ("NS", 6), ("Ipx", 6), ("Iso", 7), ("Osi", 7), ("Ecma", 8), ("DataKit", 9), ("Ccitt", 10),
        ("Sna", 11), ("DecNet", 12), ("DataLink", 13), ("Lat", 14), ("HyperChannel", 15), ("AppleTalk", 16),
        ("NetBios", 17), ("VoiceView", 18), ("FireFox", 19), ("Banyan", 21), ("Atm", 22), ("InterNetworkV6", 23),
        ("Cluster", 24), ("Ieee12844", 25), ("Irda", 26), ("NetworkDesigners", 28), ("Max", 29), ("Packet", 65536),
        ("ControllerAreaNetwork", 65537),
    ]),
    TypeDef::labels("System.Net.Sockets.SelectMode", &[
        ("SelectRead", 0), ("SelectWrite", 1), ("SelectError", 2),
    ]),
    TypeDef::labels("System.Net.Sockets.SocketAsyncOperation", &[
        ("None", 0), ("Accept", 1), ("Connect", 2), ("Disconnect", 3), ("Receive", 4), ("ReceiveFrom", 5),
        ("ReceiveMessageFrom", 6), ("Send", 7), ("SendPackets", 8), ("SendTo", 9),
    ]),
    TypeDef::flag_labels("System.Net.Sockets.SocketFlags", &[
        ("None", 0), ("OutOfBand", 1), ("Peek", 2), ("DontRoute", 4), ("Truncated", 256),
        ("ControlDataTruncated", 512), ("Broadcast", 1024), ("Multicast", 2048), ("Partial", 32768),
    ]),
    TypeDef::flag_labels("System.Net.Sockets.SocketInformationOptions", &[
        ("NonBlocking", 1), ("Connected", 2), ("Listening", 4), ("UseOnlyOverlappedIO", 8),
    ]),
    TypeDef::labels("System.Net.Sockets.SocketOptionLevel", &[
        ("Socket", 65535), ("IP", 0), ("IPv6", 41), ("Tcp", 6), ("Udp", 17),
    ]),
    TypeDef::labels("System.Net.Sockets.SocketOptionName", &[
        ("Debug", 1), ("AcceptConnection", 2), ("ReuseAddress", 4), ("KeepAlive", 8), ("DontRoute", 16),
        ("Broadcast", 32), ("UseLoopback", 64), ("Linger", 128), ("OutOfBandInline", 256), ("DontLinger", -129),
        ("ExclusiveAddressUse", -5), ("SendBuffer", 4097), ("ReceiveBuffer", 4098), ("SendLowWater", 4099),
        ("ReceiveLowWater", 4100), ("SendTimeout", 4101), ("ReceiveTimeout", 4102), ("Error", 4103), ("Type", 4104),
        ("ReuseUnicastPort", 12295), ("MaxConnections", 2147483647), ("IPOptions", 1), ("HeaderIncluded", 2),
        ("TypeOfService", 3), ("IpTimeToLive", 4), ("MulticastInterface", 9), ("MulticastTimeToLive", 10),
        ("MulticastLoopback", 11), ("AddMembership", 12), ("DropMembership", 13), ("DontFragment", 14),
        ("AddSourceMembership", 15), ("DropSourceMembership", 16), ("BlockSource", 17), ("UnblockSource", 18),
        ("PacketInformation", 19), ("HopLimit", 21), ("IPProtectionLevel", 23), ("IPv6Only", 27), ("NoDelay", 1),
        ("BsdUrgent", 2), ("Expedited", 2), ("FastOpen", 15), ("TcpKeepAliveRetryCount", 16), ("TcpKeepAliveTime", 3),
        ("TcpKeepAliveInterval", 17), ("NoChecksum", 1), ("ChecksumCoverage", 20), ("UpdateAcceptContext", 28683),
        ("UpdateConnectContext", 28688),
    ]),
    TypeDef::labels("System.Net.Sockets.SocketShutdown", &[
        ("Receive", 0), ("Send", 1), ("Both", 2),
    ]),
    TypeDef::flag_labels("System.Net.Sockets.TransmitFileOptions", &[
        ("UseDefaultWorkerThread", 0), ("Disconnect", 1), ("ReuseSocket", 2), ("WriteBehind", 4),
        ("UseSystemThread", 16), ("UseKernelApc", 32),
    ]),
    TypeDef::labels("System.Net.WebExceptionStatus", &[
        ("Success", 0), ("NameResolutionFailure", 1), ("ConnectFailure", 2), ("ReceiveFailure", 3),
        ("SendFailure", 4), ("PipelineFailure", 5), ("RequestCanceled", 6), ("ProtocolError", 7),
        ("ConnectionClosed", 8), ("TrustFailure", 9), ("SecureChannelFailure", 10), ("ServerProtocolViolation", 11),
        ("KeepAliveFailure", 12), ("Pending", 13), ("Timeout", 14), ("ProxyNameResolutionFailure", 15),
        ("UnknownError", 16), ("MessageLengthLimitExceeded", 17), ("CacheEntryNotFound", 18),
        ("RequestProhibitedByCachePolicy", 19), ("RequestProhibitedByProxy", 20),
    ]),
    TypeDef::flag_labels("System.Reflection.CallingConventions", &[
        ("Standard", 1), ("VarArgs", 2), ("Any", 3), ("HasThis", 32), ("ExplicitThis", 64),
    ]),
    TypeDef::flag_labels("System.Reflection.FieldAttributes", &[
        ("FieldAccessMask", 7), ("PrivateScope", 0), ("Private", 1), ("FamANDAssem", 2), ("Assembly", 3),
        ("Family", 4), ("FamORAssem", 5), ("Public", 6), ("Static", 16), ("InitOnly", 32), ("Literal", 64),
        ("NotSerialized", 128), ("SpecialName", 512), ("PinvokeImpl", 8192), ("RTSpecialName", 1024),
        ("HasFieldMarshal", 4096), ("HasDefault", 32768), ("HasFieldRVA", 256), ("ReservedMask", 38144),
    ]),
    TypeDef::flag_labels("System.Reflection.MethodAttributes", &[
        ("MemberAccessMask", 7), ("PrivateScope", 0), ("Private", 1), ("FamANDAssem", 2), ("Assembly", 3),
        ("Family", 4), ("FamORAssem", 5), ("Public", 6), ("Static", 16), ("Final", 32), ("Virtual", 64),
        ("HideBySig", 128), ("CheckAccessOnOverride", 512), ("VtableLayoutMask", 256), ("ReuseSlot", 0),
        ("NewSlot", 256), ("Abstract", 1024), ("SpecialName", 2048), ("PinvokeImpl", 8192), ("UnmanagedExport", 8),
        ("RTSpecialName", 4096), ("HasSecurity", 16384), ("RequireSecObject", 32768), ("ReservedMask", 53248),
    ]),
    TypeDef::flag_labels("System.Reflection.ParameterAttributes", &[
        ("None", 0), ("In", 1), ("Out", 2), ("Lcid", 4), ("Retval", 8), ("Optional", 16), ("HasDefault", 4096),
        ("HasFieldMarshal", 8192), ("Reserved3", 16384), ("Reserved4", 32768), ("ReservedMask", 61440),
    ]),
    TypeDef::flag_labels("System.Reflection.PropertyAttributes", &[
        ("None", 0), ("SpecialName", 512), ("RTSpecialName", 1024), ("HasDefault", 4096), ("Reserved2", 8192),
        ("Reserved3", 16384), ("Reserved4", 32768), ("ReservedMask", 62464),
    ]),
    TypeDef::labels("System.Runtime.InteropServices.CallingConvention", &[
        ("Winapi", 1), ("Cdecl", 2), ("StdCall", 3), ("ThisCall", 4), ("FastCall", 5),
    ]),
    TypeDef::labels("System.Runtime.InteropServices.CharSet", &[
        ("None", 1), ("Ansi", 2), ("Unicode", 3), ("Auto", 4),
    ]),
    TypeDef::flag_labels("System.Runtime.InteropServices.CreatedWrapperFlags", &[
        ("None", 0), ("TrackerObject", 1), ("NonWrapping", 2),
    ]),
    TypeDef::flag_labels("System.Runtime.InteropServices.CreateObjectFlags", &[
        ("None", 0), ("TrackerObject", 1), ("UniqueInstance", 2), ("Aggregation", 4), ("Unwrap", 8),
    ]),
    TypeDef::labels("System.Runtime.InteropServices.LayoutKind", &[
        ("Sequential", 0), ("Explicit", 2), ("Auto", 3),
    ]),
    TypeDef::labels("System.Runtime.InteropServices.PosixSignal", &[
        ("SIGHUP", -1), ("SIGINT", -2), ("SIGQUIT", -3), ("SIGTERM", -4), ("SIGCHLD", -5), ("SIGCONT", -6),
        ("SIGWINCH", -7), ("SIGTTIN", -8), ("SIGTTOU", -9), ("SIGTSTP", -10),
    ]),
    TypeDef::labels("System.Runtime.InteropServices.StringMarshalling", &[
        ("Custom", 0), ("Utf8", 1), ("Utf16", 2),
    ]),
    TypeDef::labels("System.Security.Cryptography.CipherMode", &[
        ("CBC", 1), ("ECB", 2), ("OFB", 3), ("CFB", 4), ("CTS", 5),
    ]),
    TypeDef::labels("System.Security.Cryptography.CryptoStreamMode", &[
        ("Read", 0), ("Write", 1),
    ]),
    TypeDef::flag_labels("System.Security.Cryptography.CspProviderFlags", &[
        ("NoFlags", 0), ("UseMachineKeyStore", 1), ("UseDefaultKeyContainer", 2), ("UseNonExportableKey", 4),
        ("UseExistingKey", 8), ("UseArchivableKey", 16), ("UseUserProtectedKey", 32), ("NoPrompt", 64),
        ("CreateEphemeralKey", 128),
    ]),
    TypeDef::labels("System.Security.Cryptography.DataProtectionScope", &[
        ("CurrentUser", 0), ("LocalMachine", 1),
    ]),
    TypeDef::labels("System.Security.Cryptography.DSASignatureFormat", &[
        ("IeeeP1363FixedFieldConcatenation", 0), ("Rfc3279DerSequence", 1),
    ]),
    TypeDef::labels("System.Security.Cryptography.ECKeyXmlFormat", &[
        ("Rfc4050", 0),
    ]),
    TypeDef::labels("System.Security.Cryptography.KeyNumber", &[
        ("Exchange", 1), ("Signature", 2),
    ]),
    TypeDef::labels("System.Security.Cryptography.OidGroup", &[
        ("All", 0), ("HashAlgorithm", 1), ("EncryptionAlgorithm", 2), ("PublicKeyAlgorithm", 3),
        ("SignatureAlgorithm", 4), ("Attribute", 5), ("ExtensionOrAttribute", 6), ("EnhancedKeyUsage", 7),
        ("Policy", 8), ("Template", 9), ("KeyDerivationFunction", 10),
    ]),
    TypeDef::labels("System.Security.Cryptography.PaddingMode", &[
        ("None", 1), ("PKCS7", 2), ("Zeros", 3), ("ANSIX923", 4), ("ISO10126", 5),
    ]),
    TypeDef::labels("System.Security.Cryptography.PbeEncryptionAlgorithm", &[
        ("Unknown", 0), ("Aes128Cbc", 1), ("Aes192Cbc", 2), ("Aes256Cbc", 3), ("TripleDes3KeyPkcs12", 4),
    ]),
    TypeDef::labels("System.Security.Cryptography.RSAEncryptionPaddingMode", &[
        ("Pkcs1", 0), ("Oaep", 1),
    ]),
    TypeDef::labels("System.Security.Cryptography.RSASignaturePaddingMode", &[
        ("Pkcs1", 0), ("Pss", 1),
    ]),
    TypeDef::labels("System.Text.RegularExpressions.RegexParseError", &[
        ("Unknown", 0), ("AlternationHasTooManyConditions", 1), ("AlternationHasMalformedCondition", 2),
        ("InvalidUnicodePropertyEscape", 3), ("MalformedUnicodePropertyEscape", 4), ("UnrecognizedEscape", 5),
        ("UnrecognizedControlCharacter", 6), ("MissingControlCharacter", 7), ("InsufficientOrInvalidHexDigits", 8),
        ("QuantifierOrCaptureGroupOutOfRange", 9), ("UndefinedNamedReference", 10),
        ("UndefinedNumberedReference", 11), ("MalformedNamedReference", 12), ("UnescapedEndingBackslash", 13),
        ("UnterminatedComment", 14), ("InvalidGroupingConstruct", 15), ("AlternationHasNamedCapture", 16),
        ("AlternationHasComment", 17), ("AlternationHasMalformedReference", 18),
        ("AlternationHasUndefinedReference", 19), ("CaptureGroupNameInvalid", 20), ("CaptureGroupOfZero", 21),
        ("UnterminatedBracket", 22), ("ExclusionGroupNotLast", 23), ("ReversedCharacterRange", 24),
        ("ShorthandClassInCharacterRange", 25), ("InsufficientClosingParentheses", 26),
        ("ReversedQuantifierRange", 27), ("NestedQuantifiersNotParenthesized", 28), ("QuantifierAfterNothing", 29),
        ("InsufficientOpeningParentheses", 30), ("UnrecognizedUnicodeProperty", 31),
    ]),
    TypeDef::labels("System.Threading.ApartmentState", &[
        ("STA", 0), ("MTA", 1), ("Unknown", 2),
    ]),
    TypeDef::labels("System.Threading.LockRecursionPolicy", &[
        ("NoRecursion", 0), ("SupportsRecursion", 1),
    ]),
    TypeDef::labels("System.Threading.ThreadPriority", &[
        ("Lowest", 0), ("BelowNormal", 1), ("Normal", 2), ("AboveNormal", 3), ("Highest", 4),
    ]),
    TypeDef::flag_labels("System.Threading.ThreadState", &[
        ("Running", 0), ("StopRequested", 1), ("SuspendRequested", 2), ("Background", 4), ("Unstarted", 8),
        ("Stopped", 16), ("WaitSleepJoin", 32), ("Suspended", 64), ("AbortRequested", 128), ("Aborted", 256),
    ]),
    TypeDef::labels("System.UriIdnScope", &[
        ("None", 0), ("AllExceptIntranet", 1), ("All", 2),
    ]),
    TypeDef::labels("System.Xml.DtdProcessing", &[
        ("Prohibit", 0), ("Ignore", 1), ("Parse", 2),
    ]),
    TypeDef::labels("System.Xml.EntityHandling", &[
        ("ExpandEntities", 1), ("ExpandCharEntities", 2),
    ]),
    TypeDef::labels("System.Xml.ReadState", &[
        ("Initial", 0), ("Interactive", 1), ("Error", 2), ("EndOfFile", 3), ("Closed", 4),
    ]),
    TypeDef::labels("System.Xml.WhitespaceHandling", &[
        ("All", 0), ("Significant", 1), ("None", 2),
    ]),
    TypeDef::labels("System.Xml.WriteState", &[
        ("Start", 0), ("Prolog", 1), ("Element", 2), ("Attribute", 3), ("Content", 4), ("Closed", 5), ("Error", 6),
    ]),
    TypeDef::labels("System.Xml.XmlDateTimeSerializationMode", &[
        ("Local", 0), ("Utc", 1), ("Unspecified", 2), ("RoundtripKind", 3),
    ]),
    TypeDef::labels("System.Xml.XmlNamespaceScope", &[
        ("All", 0), ("ExcludeXml", 1), ("Local", 2),
    ]),
    TypeDef::labels("System.Xml.XmlNodeChangedAction", &[
        ("Insert", 0), ("Remove", 1), ("Change", 2),
    ]),
    TypeDef::labels("System.Xml.XmlNodeOrder", &[
        ("Before", 0), ("After", 1), ("Same", 2), ("Unknown", 3),
    ]),
    TypeDef::labels("System.Xml.XmlOutputMethod", &[
        ("Xml", 0), ("Html", 1), ("Text", 2), ("AutoDetect", 3),
    ]),
    TypeDef::labels("System.Xml.XmlSpace", &[
        ("None", 0), ("Default", 1), ("Preserve", 2),
    ]),
];
