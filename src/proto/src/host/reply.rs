//! What a call is answered with.

use alloc::vec::Vec;

use psrp_clixml::{Object, ObjectValue, PsString, SecureString, TypeNames, Value, Version};
use uuid::Uuid;

use super::HostMethod;
use super::encoding::Parameter;
use super::types::{BufferCells, Coordinates, Credential, KeyInfo, Size};
use crate::message::{Document, PayloadError};

/// The result of a method (MS-PSRP 2.2.3.17).
#[derive(Debug, Clone, PartialEq)]
pub enum HostReply {
    /// Null: the method was not carried out, or has nothing to say.
    Null,
    /// GetName, GetCurrentCulture, GetCurrentUICulture, ReadLine, GetWindowTitle.
    Text(PsString),
    /// GetVersion.
    Version(Version),
    /// GetInstanceId.
    Guid(Uuid),
    /// ReadLineAsSecureString.
    SecureString(SecureString),
    /// Prompt: a value for the name of each field. Stock clients answer every field that is not secret with text.
    Values(Vec<(PsString, Value)>),
    /// PromptForCredential1, PromptForCredential2.
    Credential(Credential),
    /// PromptForChoice, colours, GetCursorSize.
    Number(i32),
    /// PromptForChoiceMultipleSelection.
    Numbers(Vec<i32>),
    /// GetCursorPosition, GetWindowPosition.
    Coordinates(Coordinates),
    /// GetBufferSize, GetWindowSize, GetMaxWindowSize, GetMaxPhysicalWindowSize.
    Size(Size),
    /// GetKeyAvailable, GetIsRunspacePushed.
    Bool(bool),
    /// ReadKey.
    Key(KeyInfo),
    /// GetBufferContents. Stock clients answer null.
    Cells(BufferCells),
}

impl HostReply {
    pub(super) fn encode(&self) -> Value {
        match self {
            Self::Null => Value::Nil,
            Self::Text(text) => text.clone().into(),
            Self::Version(version) => (*version).into(),
            Self::Guid(guid) => (*guid).into(),
            Self::SecureString(text) => text.clone().into(),
            Self::Values(values) => {
                let names = TypeNames::new(["System.Collections.Hashtable", "System.Object"]);
                Object::dict(names, values.iter().map(|(name, value)| (name.clone(), value.clone()))).into()
            }
            Self::Credential(credential) => credential.to_value(),
            Self::Number(number) => (*number).into(),
            Self::Numbers(numbers) => numbers.encode(),
            Self::Coordinates(coordinates) => coordinates.to_value(),
            Self::Size(size) => size.to_value(),
            Self::Bool(value) => (*value).into(),
            Self::Key(key) => key.to_value(),
            Self::Cells(cells) => cells.to_value(),
        }
    }

    pub(super) fn decode(method: HostMethod, value: &Value) -> Result<Self, PayloadError> {
        use HostMethod as M;
        let document = Document::new(value);
        let node = document.root();
        if value.is_nil() {
            return Ok(Self::Null);
        }
        let wrong = |expected| PayloadError::Wrong { what: "answer to a host call", name: "mr", expected };
        match method {
            M::GetName | M::GetCurrentCulture | M::GetCurrentUICulture | M::ReadLine | M::GetWindowTitle => {
                value.as_text().cloned().map(Self::Text).ok_or(wrong("text"))
            }
            M::GetVersion => value.as_version().map(Self::Version).ok_or(wrong("a version")),
            M::GetInstanceId => value.as_guid().map(Self::Guid).ok_or(wrong("a GUID")),
            M::ReadLineAsSecureString => match value.primitive() {
                Value::SecureString(text) => Ok(Self::SecureString(text.clone())),
                _ => Err(wrong("a SecureString")),
            },
            M::Prompt => values(value).ok_or(wrong("a dictionary of names and values")),
            M::PromptForCredential1 | M::PromptForCredential2 => Credential::from_node(node).map(Self::Credential),
            M::PromptForChoice | M::GetForegroundColor | M::GetBackgroundColor | M::GetCursorSize => {
                value.as_i32().map(Self::Number).ok_or(wrong("a 32-bit number"))
            }
            M::PromptForChoiceMultipleSelection => Vec::decode(node).map(Self::Numbers),
            M::GetCursorPosition | M::GetWindowPosition => Coordinates::from_node(node).map(Self::Coordinates),
            M::GetBufferSize | M::GetWindowSize | M::GetMaxWindowSize | M::GetMaxPhysicalWindowSize => {
                Size::from_node(node).map(Self::Size)
            }
            M::GetKeyAvailable | M::GetIsRunspacePushed => {
                value.as_bool().map(Self::Bool).ok_or(wrong("true or false"))
            }
            M::ReadKey => KeyInfo::from_node(node).map(Self::Key),
            M::GetBufferContents => BufferCells::from_node(node).map(Self::Cells),
            _ => Err(wrong("null, as the method has no result")),
        }
    }
}

fn values(value: &Value) -> Option<HostReply> {
    let ObjectValue::Dict(entries) = &value.as_object()?.value else { return None };
    let values = entries.iter().map(|(key, value)| Some((key.as_text()?.clone(), value.clone())));
    values.collect::<Option<_>>().map(HostReply::Values)
}
