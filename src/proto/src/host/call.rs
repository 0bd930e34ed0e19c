//! The two messages.

use alloc::boxed::Box;
use alloc::vec::Vec;

use psrp_clixml::{Object, TypeNames, Value};

use super::{HostMethod, HostReply, HostRequest, VOID_CALL_ID};
use crate::message::{ErrorRecord, Fields, Node, PayloadError};

const METHOD_TYPE: &str = "System.Management.Automation.Remoting.RemoteHostMethodId";

/// RUNSPACEPOOL_HOST_CALL (MS-PSRP 2.2.2.15) and PIPELINE_HOST_CALL (2.2.2.27).
#[derive(Debug, Clone, PartialEq)]
pub struct HostCall {
    /// `ci`: 1, 2, 3, … for each host object of the server (one per pipeline, one for the pool), or
    /// [`VOID_CALL_ID`].
    pub call_id: i64,
    /// `mi`.
    pub method: HostMethod,
    /// `mp`: the parameters, encoded.
    pub parameters: Vec<Value>,
}

impl HostCall {
    /// A call; `call_id` is not used when it is not answered.
    #[must_use]
    pub fn new(call_id: i64, request: &HostRequest) -> Self {
        let method = request.method();
        let call_id = if method.returns_value() { call_id } else { VOID_CALL_ID };
        Self { call_id, method, parameters: request.parameters() }
    }

    /// What is called for.
    ///
    /// # Errors
    /// [`PayloadError`] when the parameters are not those of the method, or there is no such method.
    pub fn request(&self) -> Result<HostRequest, PayloadError> {
        HostRequest::decode(self.method, &self.parameters)
    }

    pub(crate) fn from_node(node: Node<'_, '_>, what: &'static str) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, what)?;
        Ok(Self {
            call_id: fields.i64("ci")?,
            method: HostMethod::from_i32(fields.i32("mi")?),
            parameters: fields.list("mp")?.map(|node| node.value().clone()).collect(),
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        Object::bag()
            .with("ci", self.call_id)
            .with("mi", method_value(self.method))
            .with("mp", array_list(self.parameters.iter().cloned()))
            .into()
    }
}

/// RUNSPACEPOOL_HOST_RESPONSE (MS-PSRP 2.2.2.16) and PIPELINE_HOST_RESPONSE (2.2.2.28).
#[derive(Debug, Clone, PartialEq)]
pub struct HostResponse {
    /// `ci` of the call.
    pub call_id: i64,
    /// `mi` of the call.
    pub method: HostMethod,
    /// `mr`: the result, encoded; absent for null.
    pub result: Option<Value>,
    /// `me`: the exception that the method threw.
    pub error: Option<Box<ErrorRecord>>,
}

impl HostResponse {
    /// The answer to `call`.
    #[must_use]
    pub fn new(call: &HostCall, reply: &HostReply) -> Self {
        let result = Some(reply.encode()).filter(|value| !value.is_nil());
        Self { call_id: call.call_id, method: call.method, result, error: None }
    }

    /// The answer that the method threw.
    #[must_use]
    pub fn failed(call: &HostCall, error: ErrorRecord) -> Self {
        // Stock clients send the record as a bag.
        let error = ErrorRecord { type_names: None, text: None, ..error };
        Self { call_id: call.call_id, method: call.method, result: None, error: Some(Box::new(error)) }
    }

    /// What was answered.
    ///
    /// # Errors
    /// [`PayloadError`] when the result is not of the method's type.
    pub fn reply(&self) -> Result<HostReply, PayloadError> {
        HostReply::decode(self.method, self.result.as_ref().unwrap_or(&Value::Nil))
    }

    pub(crate) fn from_node(node: Node<'_, '_>, what: &'static str) -> Result<Self, PayloadError> {
        let fields = Fields::of(node, what)?;
        let error = fields.optional("me").map(ErrorRecord::from_node).transpose()?.map(Box::new);
        Ok(Self {
            call_id: fields.i64("ci")?,
            method: HostMethod::from_i32(fields.i32("mi")?),
            result: fields.find("mr").cloned(),
            error,
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut bag = Object::bag();
        if let Some(result) = &self.result {
            bag = bag.with("mr", result.clone());
        }
        if let Some(error) = &self.error {
            bag = bag.with("me", error.to_value());
        }
        bag.with("ci", self.call_id).with("mi", method_value(self.method)).into()
    }
}

fn method_value(method: HostMethod) -> Object {
    Object::enumeration(METHOD_TYPE, method.name(), method.to_i32())
}

/// `System.Collections.ArrayList`, the list of this encoding.
pub(super) fn array_list(items: impl IntoIterator<Item = Value>) -> Object {
    Object::list(TypeNames::new(["System.Collections.ArrayList", "System.Object"]), items)
}
