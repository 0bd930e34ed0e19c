//! The message types.

/// Which state machine of the receiver a message is for, by the bits of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageClass {
    /// Negotiation, keys, creation of the pool. Carries the null RPID when a server sends it.
    Session,
    /// The runspace pool.
    Pool,
    /// One pipeline.
    Pipeline,
    /// Bits that belong to none of them.
    Unknown,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal;)*) => {
        /// The type of a message (MS-PSRP 2.2.1 "PowerShell Remoting Protocol Message", field MessageType).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum MessageKind {
            $($(#[$doc])* $variant,)*
            /// A type this crate does not know. Stock receivers ignore it, unless it is of the session class.
            Unknown(u32),
        }

        impl MessageKind {
            /// Every known type.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The type of the number on the wire.
            #[must_use]
            pub const fn from_u32(number: u32) -> Self {
                match number {
                    $($number => Self::$variant,)*
                    _ => Self::Unknown(number),
                }
            }

            /// The number on the wire.
            #[must_use]
            pub const fn to_u32(self) -> u32 {
                match self {
                    $(Self::$variant => $number,)*
                    Self::Unknown(number) => number,
                }
            }

            /// The name in MS-PSRP; for types it does not have, the name PowerShell uses, in the same form.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Unknown(_) => "UNKNOWN",
                }
            }
        }
    };
}

kinds! {
    /// Versions, both ways (2.2.2.1).
    SessionCapability = 0x0001_0002, "SESSION_CAPABILITY";
    /// To the client: close the session. In PowerShell only, never sent.
    CloseSession = 0x0001_0003, "CLOSE_SESSION";
    /// To the server: create the pool (2.2.2.2).
    InitRunspacePool = 0x0001_0004, "INIT_RUNSPACEPOOL";
    /// To the server: the client's RSA key (2.2.2.3).
    PublicKey = 0x0001_0005, "PUBLIC_KEY";
    /// To the client: the session key (2.2.2.4).
    EncryptedSessionKey = 0x0001_0006, "ENCRYPTED_SESSION_KEY";
    /// To the client: send your key (2.2.2.5).
    PublicKeyRequest = 0x0001_0007, "PUBLIC_KEY_REQUEST";
    /// To the server: connect to an existing pool (2.2.2.29).
    ConnectRunspacePool = 0x0001_0008, "CONNECT_RUNSPACEPOOL";
    /// To the server (2.2.2.6).
    SetMaxRunspaces = 0x0002_1002, "SET_MAX_RUNSPACES";
    /// To the server (2.2.2.7).
    SetMinRunspaces = 0x0002_1003, "SET_MIN_RUNSPACES";
    /// To the client: answer to a pool operation (2.2.2.8).
    RunspaceAvailability = 0x0002_1004, "RUNSPACE_AVAILABILITY";
    /// To the client (2.2.2.9).
    RunspacePoolState = 0x0002_1005, "RUNSPACEPOOL_STATE";
    /// To the server: create a pipeline (2.2.2.10).
    CreatePipeline = 0x0002_1006, "CREATE_PIPELINE";
    /// To the server (2.2.2.11).
    GetAvailableRunspaces = 0x0002_1007, "GET_AVAILABLE_RUNSPACES";
    /// To the client: an event (2.2.2.12).
    UserEvent = 0x0002_1008, "USER_EVENT";
    /// To the client: a dictionary of the server (2.2.2.13).
    ApplicationPrivateData = 0x0002_1009, "APPLICATION_PRIVATE_DATA";
    /// To the server: run Get-Command (2.2.2.14).
    GetCommandMetadata = 0x0002_100A, "GET_COMMAND_METADATA";
    /// To the client: sizes of the pool it connected to (2.2.2.30).
    RunspacePoolInitData = 0x0002_100B, "RUNSPACEPOOL_INIT_DATA";
    /// To the server: protocol 2.3 (2.2.2.31).
    ResetRunspaceState = 0x0002_100C, "RESET_RUNSPACE_STATE";
    /// To the client: call a method of the pool's host (2.2.2.15).
    RunspacePoolHostCall = 0x0002_1100, "RUNSPACEPOOL_HOST_CALL";
    /// To the server: its answer (2.2.2.16).
    RunspacePoolHostResponse = 0x0002_1101, "RUNSPACEPOOL_HOST_RESPONSE";
    /// To the server: an object for a pipeline (2.2.2.17).
    PipelineInput = 0x0004_1002, "PIPELINE_INPUT";
    /// To the server: no more of them (2.2.2.18).
    EndOfPipelineInput = 0x0004_1003, "END_OF_PIPELINE_INPUT";
    /// To the client: an object of a pipeline (2.2.2.19).
    PipelineOutput = 0x0004_1004, "PIPELINE_OUTPUT";
    /// To the client (2.2.2.20).
    ErrorRecord = 0x0004_1005, "ERROR_RECORD";
    /// To the client: the last message of a pipeline (2.2.2.21).
    PipelineState = 0x0004_1006, "PIPELINE_STATE";
    /// To the client (2.2.2.22).
    DebugRecord = 0x0004_1007, "DEBUG_RECORD";
    /// To the client (2.2.2.23).
    VerboseRecord = 0x0004_1008, "VERBOSE_RECORD";
    /// To the client (2.2.2.24).
    WarningRecord = 0x0004_1009, "WARNING_RECORD";
    /// To the client (2.2.2.25).
    ProgressRecord = 0x0004_1010, "PROGRESS_RECORD";
    /// To the client: protocol 2.3 (2.2.2.26).
    InformationRecord = 0x0004_1011, "INFORMATION_RECORD";
    /// To the server: stop the pipeline. In PowerShell only, never sent: the framing's `Signal` does it.
    StopPipeline = 0x0004_1012, "STOP_PIPELINE";
    /// To the client: call a method of the pipeline's host (2.2.2.27).
    PipelineHostCall = 0x0004_1100, "PIPELINE_HOST_CALL";
    /// To the server: its answer (2.2.2.28).
    PipelineHostResponse = 0x0004_1101, "PIPELINE_HOST_RESPONSE";
}

impl MessageKind {
    /// Which state machine it is for, as PowerShell decides it: by the bits of the number.
    #[must_use]
    pub const fn class(self) -> MessageClass {
        const PIPELINE: u32 = 0x0004_1000;
        const POOL: u32 = 0x0002_1000;
        const SESSION: u32 = 0x0001_0000;
        let number = self.to_u32();
        if number & PIPELINE == PIPELINE {
            MessageClass::Pipeline
        } else if number & POOL == POOL {
            MessageClass::Pool
        } else if number & SESSION == SESSION {
            MessageClass::Session
        } else {
            MessageClass::Unknown
        }
    }

    /// Whether a client sends it alone in its `Data` element: a stock server holds back what follows it there until
    /// the next `Data` of the channel.
    #[must_use]
    pub const fn opens_pipeline(self) -> bool {
        matches!(self, Self::CreatePipeline | Self::GetCommandMetadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_kinds_are_inverse() {
        assert_eq!(MessageKind::ALL.len(), 33);
        for &kind in MessageKind::ALL {
            assert_eq!(MessageKind::from_u32(kind.to_u32()), kind);
        }
        assert_eq!(MessageKind::from_u32(0x0004_100A), MessageKind::Unknown(0x0004_100A));
        assert_eq!(MessageKind::Unknown(7).to_u32(), 7);
    }

    #[test]
    fn classes() {
        assert_eq!(MessageKind::PublicKeyRequest.class(), MessageClass::Session);
        assert_eq!(MessageKind::CreatePipeline.class(), MessageClass::Pool);
        assert_eq!(MessageKind::PipelineHostCall.class(), MessageClass::Pipeline);
        assert_eq!(MessageKind::Unknown(0x0001_000F).class(), MessageClass::Session);
        assert_eq!(MessageKind::Unknown(7).class(), MessageClass::Unknown);
    }
}
