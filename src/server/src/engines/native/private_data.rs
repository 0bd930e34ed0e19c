//! What clients are told of the engine when its pool is open.

use psrp_clixml::{Object, TypeNames, Value, Version};
use psrpd_engine::{COMMIT_ID, Platform, VERSION};

/// APPLICATION_PRIVATE_DATA. It has no `DebugMode`, because the engine has no debugger: then no stock client sends commands
/// of a debugger.
pub(super) fn private_data(machine: &impl Platform) -> Value {
    Object::primitive_dictionary([("PSVersionTable", version_table(machine))]).into()
}

fn version_table(machine: &impl Platform) -> Value {
    let version = |text: &str| text.parse::<Version>().map_or(Value::Nil, Value::from);
    let compatible = ["1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0", "7.0"].map(version);
    let versions = TypeNames::new(["System.Version[]", "System.Array", "System.Object"]);
    Object::primitive_dictionary::<&str, Value>([
        ("PSVersion", version(VERSION)),
        ("PSEdition", "Core".into()),
        ("GitCommitId", COMMIT_ID.into()),
        ("OS", machine.os_description().as_str().into()),
        ("Platform", "Unix".into()),
        ("PSCompatibleVersions", Object::list(versions, compatible).into()),
        ("PSRemotingProtocolVersion", version("2.4")),
        ("SerializationVersion", version("1.1.0.1")),
        ("WSManStackVersion", version("3.0")),
        ("PSSemanticVersion", VERSION.into()),
    ])
    .into()
}
