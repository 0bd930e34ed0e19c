//! Where a record came from: the properties that records carry when they were asked for
//! (MS-PSRP 2.2.3.15.1 "InvocationInfo-specific Extended Properties").

use psrp_clixml::{Object, PsString, Value};

use super::{CommandOrigin, CommandTypes, Fields, PayloadError, SessionStateEntryVisibility};

/// The command that made a record.
///
/// Stock clients fail the pipeline when a property that is a number, a Boolean or an enumeration is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct InvocationInfo {
    /// `InvocationInfo_BoundParameters`: a dictionary.
    pub bound_parameters: Value,
    /// `InvocationInfo_CommandOrigin`.
    pub command_origin: CommandOrigin,
    /// `InvocationInfo_ExpectingInput`.
    pub expecting_input: bool,
    /// `InvocationInfo_InvocationName`: the name by which it was called.
    pub invocation_name: Option<PsString>,
    /// `InvocationInfo_Line`: text of the line.
    pub line: Option<PsString>,
    /// `InvocationInfo_OffsetInLine`: column, from 1; 0 when there is none.
    pub offset_in_line: i32,
    /// `InvocationInfo_HistoryId`: -1 when there is none.
    pub history_id: i64,
    /// `InvocationInfo_PipelineIterationInfo`: objects handled so far by each command, a list.
    pub pipeline_iteration_info: Value,
    /// `InvocationInfo_PipelineLength`: commands in its pipeline.
    pub pipeline_length: i32,
    /// `InvocationInfo_PipelinePosition`: its place there, from 1.
    pub pipeline_position: i32,
    /// `InvocationInfo_PSScriptRoot`.
    pub ps_script_root: Option<PsString>,
    /// `InvocationInfo_PSCommandPath`.
    pub ps_command_path: Option<PsString>,
    /// `InvocationInfo_PositionMessage`: the place in words. Not read by stock clients.
    pub position_message: Option<PsString>,
    /// `InvocationInfo_ScriptLineNumber`: from 1; 0 when there is none.
    pub script_line_number: i32,
    /// `InvocationInfo_ScriptName`.
    pub script_name: Option<PsString>,
    /// `InvocationInfo_UnboundArguments`: a list.
    pub unbound_arguments: Value,
    /// `SerializeExtent` and the `ScriptExtent_` properties.
    pub extent: Option<ScriptExtent>,
    /// The `CommandInfo_` properties.
    pub command: Option<CommandInfo>,
}

/// A piece of a script. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptExtent {
    /// `ScriptExtent_File`.
    pub file: Option<PsString>,
    /// `ScriptExtent_StartLineNumber`.
    pub start_line: i32,
    /// `ScriptExtent_StartColumnNumber`.
    pub start_column: i32,
    /// `ScriptExtent_EndLineNumber`.
    pub end_line: i32,
    /// `ScriptExtent_EndColumnNumber`.
    pub end_column: i32,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandInfo {
    /// `CommandInfo_CommandType`.
    pub command_type: CommandTypes,
    /// `CommandInfo_Definition`: its text or syntax.
    pub definition: Option<PsString>,
    /// `CommandInfo_Name`.
    pub name: Option<PsString>,
    /// `CommandInfo_Visibility`.
    pub visibility: SessionStateEntryVisibility,
}

impl InvocationInfo {
    pub(super) fn from_fields(fields: Fields<'_, '_>) -> Result<Self, PayloadError> {
        let extent = fields.optional_bool("SerializeExtent")?.unwrap_or_default();
        Ok(Self {
            bound_parameters: fields.find("InvocationInfo_BoundParameters").cloned().unwrap_or_default(),
            command_origin: fields.enumeration("InvocationInfo_CommandOrigin")?,
            expecting_input: fields.bool("InvocationInfo_ExpectingInput")?,
            invocation_name: fields.optional_text("InvocationInfo_InvocationName")?,
            line: fields.optional_text("InvocationInfo_Line")?,
            offset_in_line: fields.i32("InvocationInfo_OffsetInLine")?,
            history_id: fields.i64("InvocationInfo_HistoryId")?,
            pipeline_iteration_info: fields.find("InvocationInfo_PipelineIterationInfo").cloned().unwrap_or_default(),
            pipeline_length: fields.i32("InvocationInfo_PipelineLength")?,
            pipeline_position: fields.i32("InvocationInfo_PipelinePosition")?,
            ps_script_root: fields.optional_text("InvocationInfo_PSScriptRoot")?,
            ps_command_path: fields.optional_text("InvocationInfo_PSCommandPath")?,
            position_message: fields.optional_text("InvocationInfo_PositionMessage")?,
            script_line_number: fields.i32("InvocationInfo_ScriptLineNumber")?,
            script_name: fields.optional_text("InvocationInfo_ScriptName")?,
            unbound_arguments: fields.find("InvocationInfo_UnboundArguments").cloned().unwrap_or_default(),
            extent: if extent { Some(ScriptExtent::from_fields(fields)?) } else { None },
            command: match fields.find("CommandInfo_CommandType") {
                None | Some(Value::Nil) => None,
                Some(_) => Some(CommandInfo::from_fields(fields)?),
            },
        })
    }

    pub(super) fn add_to(&self, bag: Object) -> Object {
        let bag = bag
            .with("InvocationInfo_BoundParameters", self.bound_parameters.clone())
            .with("InvocationInfo_CommandOrigin", self.command_origin)
            .with("InvocationInfo_ExpectingInput", self.expecting_input)
            .with("InvocationInfo_InvocationName", self.invocation_name.clone())
            .with("InvocationInfo_Line", self.line.clone())
            .with("InvocationInfo_OffsetInLine", self.offset_in_line)
            .with("InvocationInfo_HistoryId", self.history_id)
            .with("InvocationInfo_PipelineIterationInfo", self.pipeline_iteration_info.clone())
            .with("InvocationInfo_PipelineLength", self.pipeline_length)
            .with("InvocationInfo_PipelinePosition", self.pipeline_position)
            .with("InvocationInfo_PSScriptRoot", self.ps_script_root.clone())
            .with("InvocationInfo_PSCommandPath", self.ps_command_path.clone())
            .with("InvocationInfo_PositionMessage", self.position_message.clone())
            .with("InvocationInfo_ScriptLineNumber", self.script_line_number)
            .with("InvocationInfo_ScriptName", self.script_name.clone())
            .with("InvocationInfo_UnboundArguments", self.unbound_arguments.clone());
        let bag = match &self.extent {
            Some(extent) => bag
                .with("ScriptExtent_File", extent.file.clone())
                .with("ScriptExtent_StartLineNumber", extent.start_line)
                .with("ScriptExtent_StartColumnNumber", extent.start_column)
                .with("ScriptExtent_EndLineNumber", extent.end_line)
                .with("ScriptExtent_EndColumnNumber", extent.end_column)
                .with("SerializeExtent", true),
            None => bag.with("SerializeExtent", false),
        };
        match &self.command {
            Some(command) => bag
                .with("CommandInfo_CommandType", command.command_type)
                .with("CommandInfo_Definition", command.definition.clone())
                .with("CommandInfo_Name", command.name.clone())
                .with("CommandInfo_Visibility", command.visibility),
            None => bag,
        }
    }
}

impl ScriptExtent {
    fn from_fields(fields: Fields<'_, '_>) -> Result<Self, PayloadError> {
        Ok(Self {
            file: fields.optional_text("ScriptExtent_File")?,
            start_line: fields.i32("ScriptExtent_StartLineNumber")?,
            start_column: fields.i32("ScriptExtent_StartColumnNumber")?,
            end_line: fields.i32("ScriptExtent_EndLineNumber")?,
            end_column: fields.i32("ScriptExtent_EndColumnNumber")?,
        })
    }
}

impl CommandInfo {
    fn from_fields(fields: Fields<'_, '_>) -> Result<Self, PayloadError> {
        Ok(Self {
            command_type: fields.enumeration("CommandInfo_CommandType")?,
            definition: fields.optional_text("CommandInfo_Definition")?,
            name: fields.optional_text("CommandInfo_Name")?,
            visibility: fields.enumeration("CommandInfo_Visibility")?,
        })
    }
}
