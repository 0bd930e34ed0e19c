//! What is written is read back, and what is missing is named.

use proptest::prelude::*;
use psrp_clixml::{DateTime, DateTimeKind, Members, Object, PsString, SecureString, Value, Version};
use psrp_proto::Uuid;
use psrp_proto::host::*;
use psrp_proto::key::{PublicKeyBlob, SimpleBlob};
use psrp_proto::message::*;

fn raw(kind: MessageKind, payload: &str) -> RawMessage {
    RawMessage::pool(Destination::Server, kind, Uuid::nil(), payload.to_owned().into())
}

fn host_info() -> HostInfo {
    let size = Some(Size { width: 120, height: 40 });
    HostInfo::console(HostDefaultData {
        foreground_color: Some(-1),
        cursor_position: Some(Coordinates { x: 0, y: 4 }),
        cursor_size: Some(25),
        window_size: size,
        buffer_size: size,
        window_title: Some("pwsh".into()),
        ..HostDefaultData::default()
    })
}

fn invocation() -> InvocationInfo {
    InvocationInfo {
        bound_parameters: Value::Nil,
        command_origin: CommandOrigin::Internal,
        expecting_input: true,
        invocation_name: Some("gci".into()),
        line: Some("gci x".into()),
        offset_in_line: 1,
        history_id: -1,
        pipeline_iteration_info: Value::Nil,
        pipeline_length: 1,
        pipeline_position: 1,
        ps_script_root: None,
        ps_command_path: None,
        position_message: None,
        script_line_number: 1,
        script_name: Some("a.ps1".into()),
        unbound_arguments: Value::Nil,
        extent: Some(ScriptExtent { file: None, start_line: 1, start_column: 2, end_line: 3, end_column: 4 }),
        command: Some(CommandInfo {
            command_type: CommandTypes::CMDLET,
            definition: None,
            name: Some("Get-ChildItem".into()),
            visibility: SessionStateEntryVisibility::Public,
        }),
    }
}

fn error() -> ErrorRecord {
    let new = ErrorRecord::new("gone", "Gone,Psrp", ErrorCategory::ConnectionError, "System.InvalidOperationException");
    let extended = ExtendedInfo { invocation: invocation(), pipeline_iteration_info: Value::Nil };
    ErrorRecord { extended: Some(Box::new(extended)), details_message: Some("more".into()), ..new }
}

fn time() -> DateTime {
    DateTime::new(638_000_000_000_000_001, DateTimeKind::Utc).unwrap()
}

/// At least one of every kind.
fn examples() -> Vec<Message> {
    let call = HostCall::new(3, &HostRequest::ReadKey { options: 6 });
    let key = KeyInfo { virtual_key_code: 65, character: 97, control_key_state: 0, key_down: true };
    let response = HostResponse::new(&call, &HostReply::Key(key));
    let progress = ProgressRecord {
        activity: "Copying".into(),
        activity_id: 1,
        status_description: "3 of 9".into(),
        current_operation: None,
        parent_activity_id: -1,
        percent_complete: 33,
        record_type: ProgressRecordType::Completed,
        seconds_remaining: -1,
    };
    let statements = PowerShell {
        statements: vec![
            vec![Command::named("Get-Date").parameter("-Format:", "o"), Command::out_default()],
            vec![Command::script("$x").argument(5).argument(Value::Nil)],
        ],
        history: Some("Get-Date; $x".into()),
        ..PowerShell::default()
    };
    let mut record = InformationalRecord::warning("careful");
    record.invocation = Some(Box::new(invocation()));
    let capability = SessionCapability {
        extensions: [("PsrpStream", "1")].into_iter().collect::<Members>(),
        ..SessionCapability::new(Version::new(2, 3))
    };
    vec![
        Message::SessionCapability(SessionCapability::new(Version::new(2, 3))),
        Message::SessionCapability(capability),
        Message::CloseSession,
        Message::InitRunspacePool(InitRunspacePool::new(Value::Nil, host_info())),
        Message::PublicKey(PublicKey { key: PublicKeyBlob { exponent: 65537, modulus: vec![7; 256] } }),
        Message::EncryptedSessionKey(EncryptedSessionKey { key: SimpleBlob { encrypted: (0..=255).collect() } }),
        Message::PublicKeyRequest,
        Message::ConnectRunspacePool(ConnectRunspacePool { runspaces: None }),
        Message::ConnectRunspacePool(ConnectRunspacePool { runspaces: Some((1, 2)) }),
        Message::SetMaxRunspaces(SetRunspaces { runspaces: 5, call_id: 1 }),
        Message::SetMinRunspaces(SetRunspaces { runspaces: 2, call_id: 2 }),
        Message::RunspaceAvailability(RunspaceAvailability { call_id: 1, response: Availability::Done(true) }),
        Message::RunspaceAvailability(RunspaceAvailability { call_id: 2, response: Availability::Runspaces(5) }),
        Message::RunspacePoolState(RunspacePoolStateInfo::new(RunspacePoolState::Opened)),
        Message::RunspacePoolState(RunspacePoolStateInfo {
            state: RunspacePoolState::Broken,
            error: Some(Box::new(error())),
        }),
        Message::CreatePipeline(CreatePipeline::new(PowerShell::script("1 + 1"))),
        Message::CreatePipeline(CreatePipeline { host_info: host_info(), ..CreatePipeline::new(statements) }),
        Message::GetAvailableRunspaces(PoolCall { call_id: 3 }),
        Message::UserEvent(UserEvent {
            event_id: 1,
            source_id: "Lab".into(),
            time_generated: time(),
            sender: Value::Nil,
            source_args: Object::string_list(["a"]).into(),
            message_data: 5.into(),
            computer_name: None,
            runspace_id: Uuid::from_u128(7),
        }),
        Message::ApplicationPrivateData(ApplicationPrivateData {
            data: Object::primitive_dictionary([("DebugMode", 1)]).into(),
        }),
        Message::GetCommandMetadata(GetCommandMetadata {
            names: Some(vec!["Out-Default".into(), "Exit-PSSession".into()]),
            command_types: CommandTypes(271),
            namespaces: None,
            fully_qualified_modules: Value::Nil,
            argument_list: Value::Nil,
        }),
        Message::RunspacePoolInitData(RunspacePoolInitData { min_runspaces: 1, max_runspaces: 2 }),
        Message::ResetRunspaceState(PoolCall { call_id: 4 }),
        Message::RunspacePoolHostCall(call.clone()),
        Message::RunspacePoolHostResponse(response.clone()),
        Message::PipelineInput(Value::Nil),
        Message::PipelineInput("x".into()),
        Message::EndOfPipelineInput,
        Message::PipelineOutput(Value::Nil),
        Message::PipelineOutput(Object::bag().with("a", 1).into()),
        Message::ErrorRecord(error()),
        Message::PipelineState(PipelineStateInfo::failed(error())),
        Message::DebugRecord(InformationalRecord::debug("d")),
        Message::VerboseRecord(InformationalRecord::verbose("v")),
        Message::WarningRecord(record),
        Message::ProgressRecord(progress),
        Message::InformationRecord(InformationRecord {
            message_data: "hello".into(),
            source: Some("Write-Host".into()),
            time_generated: time(),
            tags: vec!["PSHOST".into()],
            user: Some("ann".into()),
            computer: None,
            process_id: 1,
            native_thread_id: 2,
            managed_thread_id: u32::MAX,
        }),
        Message::StopPipeline,
        Message::PipelineHostCall(call.clone()),
        Message::PipelineHostResponse(response),
        Message::PipelineHostResponse(HostResponse::failed(&call, error())),
    ]
}

#[test]
fn every_message_comes_back() {
    let examples = examples();
    for kind in MessageKind::ALL {
        assert!(examples.iter().any(|message| message.kind() == *kind), "{kind:?} has no example");
    }
    for message in examples {
        let raw = message.to_raw(Destination::Client, Uuid::from_u128(1), Uuid::from_u128(2));
        let decoded = RawMessage::decode([&raw.encode_header()[..], &raw.payload].concat().into()).unwrap();
        assert_eq!(decoded, raw);
        assert_eq!(Message::decode(&decoded).unwrap().encode(), raw.payload, "{message:?}");
    }
}

/// Every property of every example is needed, or its absence is understood: nothing panics, errors name it.
#[test]
fn a_missing_property_is_named() {
    for message in examples() {
        let Ok(Value::Object(whole)) = psrp_clixml::parse(&message.encode()) else { continue };
        for (missing, _) in whole.members.iter() {
            let members = whole.members.iter().filter(|(name, _)| *name != missing);
            let part = Object {
                members: members.map(|(name, value)| (name.clone(), value.clone())).collect(),
                ..(*whole).clone()
            };
            let payload = psrp_clixml::write(&part.into());
            match Message::decode(&RawMessage::pool(Destination::Server, message.kind(), Uuid::nil(), payload.into())) {
                Ok(_) => {}
                Err(error) => {
                    let text = error.to_string();
                    assert!(text.contains(missing.as_str().unwrap()), "{missing}: {text}");
                    assert!(text.starts_with("the peer sent a "), "{text}");
                }
            }
        }
    }
}

#[test]
fn errors_say_what_was_expected() {
    let error = |kind, payload| Message::decode(&raw(kind, payload)).unwrap_err().to_string();
    let kind = MessageKind::SetMaxRunspaces;
    let bag = r#"<Obj RefId="0"><MS><S N="MaxRunspaces">x</S><I64 N="ci">1</I64></MS></Obj>"#;
    assert_eq!(error(kind, bag), "the peer sent a SET_MAX_RUNSPACES whose MaxRunspaces is not a 32-bit number");
    assert_eq!(error(kind, "<S>x</S>"), "the peer sent a SET_MAX_RUNSPACES that is not an object with properties");
    assert!(error(kind, "x").starts_with("the peer sent a SET_MAX_RUNSPACES message that cannot be read: "));
    let bag = r#"<Obj RefId="0"><MS><S N="PublicKey">AAAA</S></MS></Obj>"#;
    assert_eq!(error(MessageKind::PublicKey, bag), "the peer sent a key blob of 3 bytes, expected 20");
}

#[test]
fn older_peers_send_less_and_others_write_it_differently() {
    // Protocol 2.1: no IsNested, no Merge per stream. Enumerations as numbers and names. No byte-order mark.
    let command = r#"<Obj><MS><S N="Cmd">x</S><B N="IsScript">false</B><Nil N="UseLocalScope" /><I32 N="MergeMyResult">2</I32>
        <S N="MergeToResult">Output</S><I32 N="MergePreviousResults">0</I32><Obj N="Args"><LST /></Obj></MS></Obj>"#;
    let host = r#"<MS><B N="_isHostNull">true</B><B N="_isHostUINull">true</B><B N="_isHostRawUINull">true</B><B N="_useRunspaceHost">true</B></MS>"#;
    let payload = format!(
        r#"<Obj><MS><B N="NoInput">true</B><I32 N="ApartmentState">2</I32><I32 N="RemoteStreamOptions">0</I32><B N="AddToHistory">false</B>
        <Obj N="HostInfo">{host}</Obj><Obj N="PowerShell"><MS><Obj N="Cmds"><LST>{command}</LST></Obj></MS></Obj></MS></Obj>"#
    );
    let Ok(Message::CreatePipeline(create)) = Message::decode(&raw(MessageKind::CreatePipeline, &payload)) else {
        panic!("not read");
    };
    let command = create.power_shell.first_command().unwrap();
    assert_eq!(
        (command.merge.my_result, command.merge.to_result),
        (PipelineResultTypes::Error, PipelineResultTypes::Output)
    );
    assert!(!create.is_nested);
    assert_eq!(create.host_info, HostInfo::OF_POOL);
}

#[test]
fn what_a_client_shows_of_an_error() {
    let record = ErrorRecord::new("gone", "Gone", ErrorCategory::ConnectionError, "System.IO.IOException");
    assert_eq!(record.shown_message(), Some(&"gone".into()));
    assert_eq!(record.message, Some("ConnectionError: (:) [], IOException".into()));
    let detailed = ErrorRecord { details_message: Some("try again".into()), ..record };
    assert_eq!(detailed.shown_message(), Some(&"try again".into()));
}

/// A request for every method, out of a few parameters.
fn request(method: HostMethod, n: i32, text: &PsString, many: usize) -> HostRequest {
    use HostRequest as R;
    let (foreground, background, color) = (n, n.wrapping_neg(), n);
    let text = text.clone();
    let (caption, message) = (text.clone(), text.clone());
    let position = Coordinates { x: n, y: background };
    let size = Size { width: n, height: background };
    let rectangle = Rectangle { left: n, top: background, right: 3, bottom: 4 };
    let cell = BufferCell { character: 0xD800, foreground_color: n, background_color: 1, cell_type: 2 };
    let choices = vec![ChoiceDescription { label: text.clone(), help_message: text.clone() }; many];
    let fields = vec![
        FieldDescription {
            name: text.clone(),
            is_mandatory: true,
            default_value: Some(n.into()),
            ..FieldDescription::default()
        };
        many
    ];
    let record = Box::new(ProgressRecord {
        activity: text.clone(),
        activity_id: n,
        status_description: text.clone(),
        current_operation: Some(text.clone()),
        parent_activity_id: n,
        percent_complete: n,
        record_type: ProgressRecordType::Processing,
        seconds_remaining: n,
    });
    match method {
        HostMethod::GetName => R::GetName,
        HostMethod::GetVersion => R::GetVersion,
        HostMethod::GetInstanceId => R::GetInstanceId,
        HostMethod::GetCurrentCulture => R::GetCurrentCulture,
        HostMethod::GetCurrentUICulture => R::GetCurrentUICulture,
        HostMethod::SetShouldExit => R::SetShouldExit { exit_code: n },
        HostMethod::EnterNestedPrompt => R::EnterNestedPrompt,
        HostMethod::ExitNestedPrompt => R::ExitNestedPrompt,
        HostMethod::NotifyBeginApplication => R::NotifyBeginApplication,
        HostMethod::NotifyEndApplication => R::NotifyEndApplication,
        HostMethod::ReadLine => R::ReadLine,
        HostMethod::ReadLineAsSecureString => R::ReadLineAsSecureString,
        HostMethod::Write1 => R::Write1 { text },
        HostMethod::Write2 => R::Write2 { foreground, background, text },
        HostMethod::WriteLine1 => R::WriteLine1,
        HostMethod::WriteLine2 => R::WriteLine2 { text },
        HostMethod::WriteLine3 => R::WriteLine3 { foreground, background, text },
        HostMethod::WriteErrorLine => R::WriteErrorLine { text },
        HostMethod::WriteDebugLine => R::WriteDebugLine { text },
        HostMethod::WriteProgress => R::WriteProgress { source_id: i64::MAX, record },
        HostMethod::WriteVerboseLine => R::WriteVerboseLine { text },
        HostMethod::WriteWarningLine => R::WriteWarningLine { text },
        HostMethod::Prompt => R::Prompt { caption, message, fields },
        HostMethod::PromptForCredential1 => {
            R::PromptForCredential1 { caption, message, user_name: text.clone(), target_name: text }
        }
        HostMethod::PromptForCredential2 => R::PromptForCredential2 {
            caption,
            message,
            user_name: text.clone(),
            target_name: text,
            allowed_types: 3,
            options: n,
        },
        HostMethod::PromptForChoice => R::PromptForChoice { caption, message, choices, default_choice: n },
        HostMethod::GetForegroundColor => R::GetForegroundColor,
        HostMethod::SetForegroundColor => R::SetForegroundColor { color },
        HostMethod::GetBackgroundColor => R::GetBackgroundColor,
        HostMethod::SetBackgroundColor => R::SetBackgroundColor { color },
        HostMethod::GetCursorPosition => R::GetCursorPosition,
        HostMethod::SetCursorPosition => R::SetCursorPosition { position },
        HostMethod::GetWindowPosition => R::GetWindowPosition,
        HostMethod::SetWindowPosition => R::SetWindowPosition { position },
        HostMethod::GetCursorSize => R::GetCursorSize,
        HostMethod::SetCursorSize => R::SetCursorSize { size: n },
        HostMethod::GetBufferSize => R::GetBufferSize,
        HostMethod::SetBufferSize => R::SetBufferSize { size },
        HostMethod::GetWindowSize => R::GetWindowSize,
        HostMethod::SetWindowSize => R::SetWindowSize { size },
        HostMethod::GetWindowTitle => R::GetWindowTitle,
        HostMethod::SetWindowTitle => R::SetWindowTitle { title: text },
        HostMethod::GetMaxWindowSize => R::GetMaxWindowSize,
        HostMethod::GetMaxPhysicalWindowSize => R::GetMaxPhysicalWindowSize,
        HostMethod::GetKeyAvailable => R::GetKeyAvailable,
        HostMethod::ReadKey => R::ReadKey { options: n },
        HostMethod::FlushInputBuffer => R::FlushInputBuffer,
        HostMethod::SetBufferContents1 => R::SetBufferContents1 { rectangle, fill: cell },
        HostMethod::SetBufferContents2 => R::SetBufferContents2 {
            origin: position,
            contents: BufferCells { rows: many, columns: 2, cells: vec![cell; many * 2] },
        },
        HostMethod::GetBufferContents => R::GetBufferContents { rectangle },
        HostMethod::ScrollBufferContents => {
            R::ScrollBufferContents { source: rectangle, destination: position, clip: rectangle, fill: cell }
        }
        HostMethod::PushRunspace => R::PushRunspace,
        HostMethod::PopRunspace => R::PopRunspace,
        HostMethod::GetIsRunspacePushed => R::GetIsRunspacePushed,
        HostMethod::GetRunspace => R::GetRunspace,
        HostMethod::PromptForChoiceMultipleSelection => R::PromptForChoiceMultipleSelection {
            caption,
            message,
            choices,
            default_choices: (many > 0).then(|| Numbers { items: vec![n; many], is_array: many.is_multiple_of(2) }),
        },
        HostMethod::Unknown(_) => unreachable!(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_host_method_comes_back(n in any::<i32>(), text in ".{0,20}", many in 0usize..4) {
        for method in HostMethod::ALL {
            let request = request(*method, n, &text.as_str().into(), many);
            let call = HostCall::new(9, &request);
            prop_assert_eq!(call.call_id, if method.returns_value() { 9 } else { VOID_CALL_ID });
            let message = Message::PipelineHostCall(call);
            let decoded = Message::decode(&message.to_raw(Destination::Client, Uuid::nil(), Uuid::nil())).unwrap();
            let Message::PipelineHostCall(call) = decoded else { panic!("{decoded:?}") };
            prop_assert_eq!(call.request().unwrap(), request);
        }
    }

    #[test]
    fn every_reply_comes_back(n in any::<i32>(), text in ".{0,20}", flag in any::<bool>()) {
        use HostMethod as M;
        let text = PsString::from(text.as_str());
        let credential = Credential { user_name: text.clone(), password: flag.then(|| SecureString("AAAA".into())) };
        let key = KeyInfo { virtual_key_code: n, character: 7, control_key_state: n, key_down: flag };
        let cells = BufferCells { rows: 1, columns: 1, cells: vec![BufferCell::default()] };
        for (method, reply) in [
            (M::GetName, HostReply::Text(text.clone())),
            (M::GetVersion, HostReply::Version(Version::new(1, 2))),
            (M::GetInstanceId, HostReply::Guid(Uuid::from_u128(n.unsigned_abs().into()))),
            (M::ReadLineAsSecureString, HostReply::SecureString(SecureString("AAAA".into()))),
            (M::Prompt, HostReply::Values(vec![(text.clone(), n.into()), ("b".into(), Value::Nil)])),
            (M::PromptForCredential2, HostReply::Credential(credential)),
            (M::PromptForChoice, HostReply::Number(n)),
            (M::PromptForChoiceMultipleSelection, HostReply::Numbers(vec![n, 1])),
            (M::GetCursorPosition, HostReply::Coordinates(Coordinates { x: n, y: 1 })),
            (M::GetWindowSize, HostReply::Size(Size { width: n, height: 1 })),
            (M::GetKeyAvailable, HostReply::Bool(flag)),
            (M::ReadKey, HostReply::Key(key)),
            (M::GetBufferContents, HostReply::Cells(cells)),
            (M::GetRunspace, HostReply::Null),
        ] {
            let call = HostCall { call_id: 5, method, parameters: vec![] };
            let message = Message::PipelineHostResponse(HostResponse::new(&call, &reply));
            let decoded = Message::decode(&message.to_raw(Destination::Server, Uuid::nil(), Uuid::nil())).unwrap();
            let Message::PipelineHostResponse(response) = decoded else { panic!("{decoded:?}") };
            prop_assert_eq!(response.reply().unwrap(), reply);
        }
    }
}

#[test]
fn wrong_parameters_are_refused() {
    let call = |method, parameters| HostCall { call_id: 1, method, parameters }.request().unwrap_err().to_string();
    let count = "the peer sent a host call whose mp is not as many parameters as the method has";
    assert_eq!(call(HostMethod::Write1, vec![]), count);
    assert_eq!(call(HostMethod::ReadLine, vec![1.into()]), count);
    assert_eq!(call(HostMethod::Write1, vec![1.into()]), "the peer sent a host call whose mp is not text");
    let unknown = "the peer sent a host call whose mi is not a method of the host";
    assert_eq!(call(HostMethod::Unknown(99), vec![]), unknown);
    let cells = r#"<Obj><MS><Obj N="mae"><LST /></Obj><Obj N="mal"><LST><I32>2000000000</I32><I32>2000000000</I32></LST></Obj></MS></Obj>"#;
    let parameters = vec![
        psrp_clixml::parse(br#"<Obj><MS><I32 N="x">0</I32><I32 N="y">0</I32></MS></Obj>"#).unwrap(),
        psrp_clixml::parse(cells.as_bytes()).unwrap(),
    ];
    let error = call(HostMethod::SetBufferContents2, parameters);
    assert_eq!(error, "the peer sent a BufferCell[,] whose mae is not as many cells as the lengths say");
}

/// Other implementations send one object for equal values and refer to it.
#[test]
fn references_are_followed() {
    let none = r#"<Obj RefId="9" N="MergeMyResult"><I32>1</I32><TN RefId="4"><T>System.Enum</T></TN></Obj>"#;
    let again = r#"<Ref RefId="9" N="MergeToResult" /><Ref RefId="9" N="MergePreviousResults" />"#;
    let host = r#"<MS><B N="_isHostNull">true</B><B N="_isHostUINull">true</B><B N="_isHostRawUINull">true</B><B N="_useRunspaceHost">true</B></MS>"#;
    let argument = r#"<Obj RefId="20"><MS><Nil N="N" /><Obj N="V" RefId="21"><LST><I32>7</I32></LST></Obj></MS></Obj>"#;
    let command = |merge: &str, argument: &str| {
        format!(
            r#"<Obj><MS><S N="Cmd">a</S><B N="IsScript">false</B>{merge}{again}<Obj N="Args"><LST>{argument}</LST></Obj></MS></Obj>"#
        )
    };
    let refer = r#"<Ref RefId="9" N="MergeMyResult" />"#;
    let first = command(none, argument);
    let second = command(refer, r#"<Ref RefId="20" />"#);
    let payload = format!(
        r#"<Obj><MS><B N="NoInput">true</B><I32 N="ApartmentState">2</I32><I32 N="RemoteStreamOptions">0</I32><B N="AddToHistory">false</B>
        <Obj N="HostInfo">{host}</Obj><Obj N="PowerShell"><MS><Obj N="Cmds"><LST>{first}</LST></Obj>
        <Obj N="ExtraCmds"><LST><Obj><MS><Obj N="Cmds"><LST>{second}</LST></Obj></MS></Obj></LST></Obj></MS></Obj></MS></Obj>"#
    );
    let Ok(Message::CreatePipeline(create)) = Message::decode(&raw(MessageKind::CreatePipeline, &payload)) else {
        panic!("not read");
    };
    let command = create.power_shell.first_command().unwrap();
    assert_eq!(command.merge.previous_results, PipelineResultTypes::Output);
    assert_eq!(command.arguments[0].value.as_list(), Some(&[Value::I32(7)][..]), "the one that is not a reference");
}

/// Memory that a peer's references can make us use is bounded.
#[test]
fn many_references_to_a_large_text_are_refused() {
    let text = "x".repeat(1 << 20);
    let tags = r#"<Ref RefId="1" />"#.repeat(1000);
    let payload = format!(
        r#"<Obj RefId="0"><MS><Obj N="MessageData" RefId="1"><S>{text}</S></Obj><S N="Source">x</S>
        <DT N="TimeGenerated">2024-05-01T12:00:00Z</DT><Obj N="Tags" RefId="2"><LST>{tags}</LST></Obj><Nil N="User" /><Nil N="Computer" />
        <U32 N="ProcessId">1</U32><U32 N="NativeThreadId">1</U32><U32 N="ManagedThreadId">1</U32></MS></Obj>"#
    );
    let error = Message::decode(&raw(MessageKind::InformationRecord, &payload)).unwrap_err();
    assert_eq!(error, PayloadError::Referenced);
    assert_eq!(error.to_string(), "the peer sent a message whose references lead to more than 16777216 bytes");
}
