//! What a server is told of this host: HostInfo and ApplicationArguments (MS-PSRP 2.2.3.14, 2.2.2.2), and the answers to
//! questions about it that no person has to answer.

use std::io::{self, IsTerminal as _};

use psrp_clixml::{Object, TypeNames, Value, Version};
use psrp_proto::host::{Coordinates, HostReply, HostRequest, Size};
use psrp_proto::message::{HostDefaultData, HostInfo};
use uuid::Uuid;

use crate::remote::wire::PROTOCOL_VERSION;

/// The size that a stock client tells without a terminal.
const NO_TERMINAL: Size = Size { width: 80, height: 24 };

/// Not known, as every client on Unix says of its colours.
const NO_COLOR: i32 = -1;

/// This terminal, or what stands for one. `width` is that of the text to be formatted.
///
/// A stock client says 0,0 of the cursor when there is no terminal, and a server can tell by that: what only a person
/// should read is not sent then.
#[must_use]
pub fn host_info(width: Option<u16>) -> HostInfo {
    let terminal = terminal_size();
    let row = if io::stdin().is_terminal() { terminal.map_or(0, |size| size.height.saturating_sub(1)) } else { 0 };
    let mut size = terminal.unwrap_or(NO_TERMINAL);
    size.width = width.map_or(size.width, i32::from);
    HostInfo::console(HostDefaultData {
        foreground_color: Some(NO_COLOR),
        background_color: Some(NO_COLOR),
        cursor_position: Some(Coordinates { x: 0, y: row }),
        window_position: Some(Coordinates::default()),
        cursor_size: Some(100),
        buffer_size: Some(size),
        window_size: Some(size),
        max_window_size: Some(size),
        max_physical_window_size: Some(size),
        window_title: Some("".into()),
    })
}

fn terminal_size() -> Option<Size> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    let size = Size { width: size.ws_col.into(), height: size.ws_row.into() };
    Some(size).filter(|size| size.width > 0 && size.height > 0)
}

/// ApplicationArguments: the `PSVersionTable` of a client of PowerShell 7, with our name where the product's build stands.
#[must_use]
pub fn application_arguments() -> Value {
    let version = Version::new(7, 6).with_build(0);
    let compatible = [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (5, 1), (6, 0), (7, 0)];
    let compatible = compatible.map(|(major, minor)| Version::new(major, minor));
    let system = rustix::system::uname();
    let system = [system.sysname(), system.release(), system.machine()].map(|part| part.to_string_lossy());
    let serialization: Version = "1.1.0.1".parse().unwrap_or(Version::new(1, 1));
    let entries: [(&str, Value); 10] = [
        ("PSVersion", version.into()),
        ("PSSemanticVersion", "7.6.0".into()),
        ("PSEdition", "Core".into()),
        ("GitCommitId", concat!("psrp ", env!("CARGO_PKG_VERSION")).into()),
        ("OS", system.join(" ").as_str().into()),
        ("Platform", "Unix".into()),
        ("PSCompatibleVersions", Object::list(TypeNames::array_of("System.Version"), compatible).into()),
        ("PSRemotingProtocolVersion", PROTOCOL_VERSION.into()),
        ("SerializationVersion", serialization.into()),
        ("WSManStackVersion", Version::new(3, 0).into()),
    ];
    Object::primitive_dictionary([("PSVersionTable", Object::primitive_dictionary(entries))]).into()
}

/// The answer to a question about the host itself.
pub(super) fn property(request: &HostRequest) -> Option<HostReply> {
    let size = || terminal_size().unwrap_or(NO_TERMINAL);
    Some(match request {
        HostRequest::GetName => HostReply::Text("psrp".into()),
        HostRequest::GetVersion => HostReply::Version(env!("CARGO_PKG_VERSION").parse().unwrap_or(Version::new(0, 1))),
        HostRequest::GetInstanceId => HostReply::Guid(Uuid::new_v4()),
        HostRequest::GetCurrentCulture | HostRequest::GetCurrentUICulture => HostReply::Text("en-US".into()),
        HostRequest::GetForegroundColor | HostRequest::GetBackgroundColor => HostReply::Number(NO_COLOR),
        HostRequest::GetCursorPosition | HostRequest::GetWindowPosition => {
            HostReply::Coordinates(Coordinates::default())
        }
        HostRequest::GetCursorSize => HostReply::Number(100),
        HostRequest::GetBufferSize
        | HostRequest::GetWindowSize
        | HostRequest::GetMaxWindowSize
        | HostRequest::GetMaxPhysicalWindowSize => HostReply::Size(size()),
        HostRequest::GetWindowTitle => HostReply::Text("".into()),
        HostRequest::GetKeyAvailable | HostRequest::GetIsRunspacePushed => HostReply::Bool(false),
        // What stands on the user's screen is none of the server's business.
        HostRequest::GetBufferContents { .. } | HostRequest::GetRunspace => HostReply::Null,
        _ => return None,
    })
}
