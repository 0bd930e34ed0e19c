//! What runs the sessions of a test, and tests that run on more than one of them.
//!
//! The commands of the [fake engine](crate::binaries::fake_engine) are scripts on the native engine's `PATH`
//! (`tests/tests/commands`), so that one test speaks to both.

use std::path::Path;

use crate::pwsh::Pwsh;
use crate::server::{Server, Setup};

/// What runs the sessions of a test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Engine {
    /// `tests/src/bin/fake-engine.rs`.
    Fake,
    /// A real PowerShell.
    Pwsh,
    /// psrpd's own.
    Native,
}

impl Engine {
    /// Its name, as the column ConfigurationName has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fake | Self::Pwsh => "pwsh",
            Self::Native => "native",
        }
    }

    /// A server on it; none, and the test is skipped, where there is none.
    pub fn try_setup(self) -> Option<Setup> {
        match self {
            Self::Fake => Some(Setup::fake_engine()),
            Self::Pwsh => Some(Setup::pwsh(&Pwsh::find()?)),
            Self::Native => Some(Setup::native()),
        }
        .map(|setup| setup.environment("PATH", &path()))
    }

    /// The same, started.
    pub fn try_server(self) -> Option<Server> {
        self.try_setup().map(Setup::start)
    }

    /// A server on an engine that is part of this build, with nothing started in advance.
    pub fn setup(self) -> Setup {
        self.try_setup().expect("an engine of this build").set("engine", "warm", "0")
    }

    /// The same, started.
    pub fn server(self) -> Server {
        self.setup().start()
    }
}

/// `PATH` with the scripts that are the commands of the fake engine.
fn path() -> String {
    let commands = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands");
    format!("{}:{}", commands.display(), std::env::var("PATH").unwrap_or_default())
}

/// Functions that take an [`Engine`], as tests on each of these engines: `on_engines!([fake Fake, native Native] { a, b })` makes
/// `fake::a`, `fake::b`, `native::a` and `native::b`.
#[macro_export]
macro_rules! on_engines {
    ([$($module:ident $engine:ident),*] $tests:tt) => {
        $($crate::on_engine!($module $engine $tests);)*
    };
}

/// See [`on_engines!`].
#[macro_export]
macro_rules! on_engine {
    ($module:ident $engine:ident { $($test:ident),* $(,)? }) => {
        mod $module {
            $(#[test]
            fn $test() {
                super::$test($crate::engine::Engine::$engine);
            })*
        }
    };
}
