//! What scripts ask of the runtime around them: `GC`, `AppContext`, `AppDomain`, `RuntimeInformation`, `OperatingSystem`,
//! `Marshal`, `Buffer`.

use std::{any::Any, sync::Arc};

use parking_lot::Mutex;
use psrpd_dotnet::Str;

use super::{
    Members, Type, TypeDef,
    args::{check_not_negative, i, n, not_valid, out_of_bounds, s, u, value},
    bytes_in_memory, enum_value, known,
};
use crate::{
    eval::{R, Runspace, error},
    value::{Array, Dictionary, Object, Opaque, Secret, Value},
};

/// What .NET this is.
const FRAMEWORK: &str = ".NET 10.0.7";
const BASE: &str = "/opt/microsoft/powershell/7/";

fn collector(m: &mut Members) {
    for declaration in [
        "void Collect()",
        "void Collect(int generation)",
        "void Collect(int generation, System.GCCollectionMode mode)",
        "void Collect(int generation, System.GCCollectionMode mode, bool blocking)",
        "void Collect(int generation, System.GCCollectionMode mode, bool blocking, bool compacting)",
        "void WaitForPendingFinalizers()",
        "void SuppressFinalize(System.Object obj)",
        "void ReRegisterForFinalize(System.Object obj)",
        "void KeepAlive(System.Object obj)",
        "void AddMemoryPressure(long bytesAllocated)",
        "void RemoveMemoryPressure(long bytesAllocated)",
    ] {
        m.function(declaration, |_, _, _| Ok(Value::AutomationNull));
    }
    m.constant("int MaxGeneration", |_, _| Ok(Value::I32(2)));
    m.function("int CollectionCount(int generation)", |_, _, _| Ok(Value::I32(0)));
    m.function("int GetGeneration(System.Object obj)", |_, _, _| Ok(Value::I32(0)));
    for declaration in
        ["long GetTotalMemory(bool forceFullCollection)", "long GetTotalAllocatedBytes(bool precise = False)"]
    {
        m.function(declaration, |rs, _, _| working_set(rs));
    }
}

/// The memory that the process has, as the kernel counts it.
pub(super) fn working_set(rs: &mut Runspace) -> R<Value> {
    let status = crate::providers::read_text(rs, "/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<i64>().ok()).unwrap_or(0);
    Ok(Value::I64(kilobytes.saturating_mul(1024)))
}

/// How many processors the machine has.
pub(super) fn processors(rs: &mut Runspace) -> R<Value> {
    let info = crate::providers::read_text(rs, "/proc/cpuinfo")?;
    let count = info.lines().filter(|line| line.starts_with("processor")).count();
    Ok(Value::int(count.max(1)))
}

/// Milliseconds since the machine was started.
pub(super) fn up_time(rs: &mut Runspace) -> R<i64> {
    let shown = crate::providers::read_text(rs, "/proc/uptime")?;
    let seconds: f64 = shown.split(' ').next().and_then(|seconds| seconds.parse().ok()).unwrap_or(0.0);
    Ok(psrpd_dotnet::cast::truncate(seconds * 1000.0))
}

fn app_context(m: &mut Members) {
    m.constant("string BaseDirectory", |_, _| Ok(BASE.into()));
    m.constant("string TargetFrameworkName", |_, _| Ok(".NETCoreApp,Version=v10.0".into()));
    m.function("System.Object GetData(string name)", |_, _, _| Ok(Value::Null));
    m.function("bool TryGetSwitch(string switchName, [ref] bool isEnabled)", |_, _, args| {
        super::args::tried(args, None, Value::Bool(false))
    });
}

fn app_domain(m: &mut Members) {
    m.constant("System.AppDomain CurrentDomain", |_, _| {
        let properties = [
            ("Id", Value::I32(1)),
            ("FriendlyName", "pwsh".into()),
            ("BaseDirectory", BASE.into()),
            ("IsFullyTrusted", true.into()),
            ("IsHomogenous", true.into()),
        ];
        Ok(Opaque::new("System.AppDomain", properties).into_value())
    });
    m.method("System.Reflection.Assembly[] GetAssemblies()", |_, _, _| {
        let all = super::reflection::assemblies();
        Ok(Value::typed_array(known("System.Reflection.Assembly"), all))
    });
    m.method("bool IsDefaultAppDomain()", |_, _, _| Ok(true.into()));
    m.method("System.Object GetData(string name)", |_, _, _| Ok(Value::Null));
}

fn platform(name: &str) -> Value {
    let order = crate::value::Order::Text(name.to_ascii_uppercase().into());
    Opaque::new::<&str>("System.Runtime.InteropServices.OSPlatform", [])
        .displayed(name.to_owned())
        .ordered(order)
        .into_value()
}

fn platforms(m: &mut Members) {
    m.constant("System.Runtime.InteropServices.OSPlatform FreeBSD", |_, _| Ok(platform("FREEBSD")));
    m.constant("System.Runtime.InteropServices.OSPlatform Linux", |_, _| Ok(platform("LINUX")));
    m.constant("System.Runtime.InteropServices.OSPlatform OSX", |_, _| Ok(platform("OSX")));
    m.constant("System.Runtime.InteropServices.OSPlatform Windows", |_, _| Ok(platform("WINDOWS")));
    m.function("System.Runtime.InteropServices.OSPlatform Create(string osPlatform)", |_, _, args| {
        Ok(platform(&s(args, 0)))
    });
}

/// The label of `Architecture` that this program was built for.
fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "X64",
        "aarch64" => "Arm64",
        "arm" => "Arm",
        "x86" => "X86",
        "s390x" => "S390x",
        "powerpc64" => "Ppc64le",
        "riscv64" => "RiscV64",
        _ => "Wasm",
    }
}

fn runtime_information(m: &mut Members) {
    m.constant("string FrameworkDescription", |_, _| Ok(FRAMEWORK.into()));
    m.constant("string OSDescription", |rs, _| Ok(rs.platform.os_description().into()));
    for declaration in [
        "System.Runtime.InteropServices.Architecture OSArchitecture",
        "System.Runtime.InteropServices.Architecture ProcessArchitecture",
    ] {
        m.constant(declaration, |_, _| Ok(enum_value("System.Runtime.InteropServices.Architecture", architecture())));
    }
    m.constant("string RuntimeIdentifier", |_, _| Ok(format!("linux-{}", architecture().to_ascii_lowercase()).into()));
    m.function("bool IsOSPlatform(System.Runtime.InteropServices.OSPlatform osPlatform)", |_, _, args| {
        Ok(s(args, 0).eq_ignore_ascii_case("LINUX").into())
    });
}

/// The tests for systems, of which only Linux is true.
pub(super) fn systems(m: &mut Members) {
    macro_rules! rows {
        ($($name:literal)*) => {
            $(m.function(concat!("bool Is", $name, "()"), |_, _, _| Ok(($name == "Linux").into()));)*
        };
    }
    rows! { "Linux" "Windows" "MacOS" "FreeBSD" "Android" "IOS" "MacCatalyst" "TvOS" "WatchOS" "Browser" "Wasi" }
    m.function("bool IsOSPlatform(string platform)", |_, _, args| Ok(s(args, 0).eq_ignore_ascii_case("linux").into()));
}

/// Secrets that were turned into plain text stand behind such a pointer, until they are freed.
struct Pointer(Mutex<Option<Str>>);

impl Object for Pointer {
    fn type_of(&self) -> Type {
        known("System.IntPtr")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        let is_there = self.0.lock().is_some();
        Some(if is_there { (std::ptr::from_ref(self).addr()).to_string() } else { "0".to_owned() }.into())
    }
}

fn reveal(args: &[Value]) -> R<Value> {
    match args.first().and_then(|arg| arg.downcast::<Secret>()) {
        Some(secret) => Ok(Value::Object(Arc::new(Pointer(Mutex::new(Some(secret.reveal().into())))))),
        None => Err(super::args::null("s")),
    }
}

fn pointed(args: &[Value]) -> Option<Str> {
    args.first().and_then(|arg| arg.downcast::<Pointer>()).and_then(|pointer| pointer.0.lock().clone())
}

fn marshal(m: &mut Members) {
    for declaration in [
        "System.IntPtr SecureStringToBSTR(securestring s)",
        "System.IntPtr SecureStringToGlobalAllocUnicode(securestring s)",
        "System.IntPtr SecureStringToGlobalAllocAnsi(securestring s)",
        "System.IntPtr SecureStringToCoTaskMemUnicode(securestring s)",
        "System.IntPtr SecureStringToCoTaskMemAnsi(securestring s)",
    ] {
        m.function(declaration, |_, _, args| reveal(args));
    }
    for declaration in [
        "System.IntPtr StringToHGlobalUni(string s)",
        "System.IntPtr StringToHGlobalAnsi(string s)",
        "System.IntPtr StringToHGlobalAuto(string s)",
        "System.IntPtr StringToBSTR(string s)",
        "System.IntPtr StringToCoTaskMemUni(string s)",
    ] {
        m.function(declaration, |_, _, args| Ok(Value::object(Pointer(Mutex::new(Some(s(args, 0)))))));
    }
    for declaration in [
        "string PtrToStringBSTR(System.IntPtr ptr)",
        "string PtrToStringUni(System.IntPtr ptr)",
        "string PtrToStringAnsi(System.IntPtr ptr)",
        "string PtrToStringAuto(System.IntPtr ptr)",
        "string PtrToStringUTF8(System.IntPtr ptr)",
    ] {
        m.function(declaration, |_, _, args| Ok(pointed(args).map_or(Value::Null, Value::Str)));
    }
    for declaration in [
        "void ZeroFreeBSTR(System.IntPtr s)",
        "void ZeroFreeGlobalAllocUnicode(System.IntPtr s)",
        "void ZeroFreeGlobalAllocAnsi(System.IntPtr s)",
        "void ZeroFreeCoTaskMemUnicode(System.IntPtr s)",
        "void ZeroFreeCoTaskMemAnsi(System.IntPtr s)",
        "void FreeBSTR(System.IntPtr ptr)",
        "void FreeHGlobal(System.IntPtr hglobal)",
        "void FreeCoTaskMem(System.IntPtr ptr)",
    ] {
        m.function(declaration, |_, _, args| {
            if let Some(pointer) = args.first().and_then(|arg| arg.downcast::<Pointer>()) {
                *pointer.0.lock() = None;
            }
            Ok(Value::AutomationNull)
        });
    }
    for declaration in ["int SizeOf(type t)", "int SizeOf(System.Object structure)"] {
        m.function(declaration, |_, _, args| {
            let of = match args.first().map(Value::base) {
                Some(Value::Type(of)) => Some(of.clone()),
                Some(other) => other.type_of(),
                None => None,
            };
            let size = of.as_ref().and_then(|of| size_of(of.name()));
            size.map(Value::I32).ok_or_else(|| {
                let name = of.map_or_else(String::new, |of| of.full_name());
                let message = format!("Type '{name}' cannot be marshaled as an unmanaged structure; no meaningful size or offset can be computed.");
                error::argument("System.ArgumentException", &message, "t")
            })
        });
    }
}

/// How many bytes a value of a type has when it leaves .NET.
fn size_of(name: &str) -> Option<i32> {
    Some(match name {
        "System.Byte" | "System.SByte" | "System.Char" => 1,
        "System.Int16" | "System.UInt16" => 2,
        "System.Int32" | "System.UInt32" | "System.Single" | "System.Boolean" => 4,
        "System.Int64" | "System.UInt64" | "System.Double" | "System.IntPtr" | "System.UIntPtr" | "System.TimeSpan" => {
            8
        }
        "System.Decimal" | "System.Guid" => 16,
        _ => return None,
    })
}

/// The bytes of an array of simple values, as they lie in memory.
fn array_bytes(array: &Array) -> Option<Vec<u8>> {
    if let Some(list) = array.bytes() {
        return Some(list.to_vec());
    }
    element_size(&array.element)?;
    Some(
        array
            .items()
            .iter()
            .flat_map(|item| match item {
                Value::I8(byte) => vec![byte.cast_unsigned()],
                other => bytes_in_memory(other),
            })
            .collect(),
    )
}

fn element_size(of: &Type) -> Option<usize> {
    Some(match of.name() {
        "System.Byte" | "System.SByte" | "System.Boolean" => 1,
        "System.Int16" | "System.UInt16" | "System.Char" => 2,
        "System.Int32" | "System.UInt32" | "System.Single" => 4,
        "System.Int64" | "System.UInt64" | "System.Double" => 8,
        _ => return None,
    })
}

/// The value of an element from its bytes.
fn element(of: &Type, list: &[u8]) -> Value {
    fn fixed<const N: usize>(list: &[u8]) -> [u8; N] {
        <[u8; N]>::try_from(list).unwrap_or([0; N])
    }
    match of.name() {
        "System.SByte" => Value::I8(i8::from_le_bytes(fixed(list))),
        "System.Boolean" => Value::Bool(list.first().is_some_and(|byte| *byte != 0)),
        "System.Int16" => Value::I16(i16::from_le_bytes(fixed(list))),
        "System.UInt16" => Value::U16(u16::from_le_bytes(fixed(list))),
        "System.Char" => Value::Char(u16::from_le_bytes(fixed(list))),
        "System.Int32" => Value::I32(i32::from_le_bytes(fixed(list))),
        "System.UInt32" => Value::U32(u32::from_le_bytes(fixed(list))),
        "System.Single" => Value::F32(f32::from_le_bytes(fixed(list))),
        "System.Int64" => Value::I64(i64::from_le_bytes(fixed(list))),
        "System.UInt64" => Value::U64(u64::from_le_bytes(fixed(list))),
        "System.Double" => Value::F64(f64::from_le_bytes(fixed(list))),
        _ => Value::U8(list.first().copied().unwrap_or(0)),
    }
}

fn array(args: &[Value], at: usize, name: &str) -> R<(Arc<Array>, Vec<u8>)> {
    let Some(array) = args.get(at).and_then(Value::as_array) else { return Err(super::args::null(name)) };
    let list = array_bytes(array)
        .ok_or_else(|| error::argument("System.ArgumentException", "Object must be an array of primitives.", name))?;
    Ok((array.clone(), list))
}

/// Writes bytes into an array from a place on.
fn store(target: &Array, list: &[u8]) {
    let size = element_size(&target.element).unwrap_or(1);
    for (at, chunk) in list.chunks(size).enumerate() {
        target.set(at, element(&target.element, chunk));
    }
}

fn buffer(m: &mut Members) {
    m.function("void BlockCopy(array src, int srcOffset, array dst, int dstOffset, int count)", |_, _, args| {
        let ((_, from), (target, mut to)) = (array(args, 0, "src")?, array(args, 2, "dst")?);
        check_not_negative(args, &[(1, "srcOffset"), (3, "dstOffset"), (4, "count")])?;
        let (start, count) = (u(args, 3), u(args, 4));
        let source = from.get(u(args, 1)..u(args, 1).saturating_add(count));
        let place = to.get_mut(start..start.saturating_add(count));
        let (Some(source), Some(place)) = (source, place) else {
            return Err(out_of_bounds());
        };
        place.copy_from_slice(source);
        store(&target, &to);
        Ok(Value::AutomationNull)
    });
    m.function("int ByteLength(array array)", |_, _, args| Ok(Value::int(array(args, 0, "array")?.1.len())));
    m.function("byte GetByte(array array, int index)", |_, _, args| {
        let (_, list) = array(args, 0, "array")?;
        list.get(u(args, 1)).filter(|_| n(args, 1) >= 0).map(|byte| Value::U8(*byte)).ok_or_else(|| not_valid("index"))
    });
    m.function("void SetByte(array array, int index, byte value)", |_, _, args| {
        let (target, mut list) = array(args, 0, "array")?;
        let Some(slot) = list.get_mut(u(args, 1)).filter(|_| n(args, 1) >= 0) else {
            return Err(not_valid("index"));
        };
        *slot = u8::try_from(i(args, 2)).unwrap_or(0);
        store(&target, &list);
        Ok(Value::AutomationNull)
    });
}

/// Random bytes of the machine.
pub(super) fn random(rs: &Runspace, count: usize) -> Vec<u8> {
    std::iter::repeat_with(|| rs.platform.random_bytes()).flatten().take(count).collect()
}

struct Generator;

impl Object for Generator {
    fn type_of(&self) -> Type {
        known("System.Security.Cryptography.RandomNumberGenerator")
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn text(&self) -> Option<Str> {
        Some("System.Security.Cryptography.RandomNumberGeneratorImplementation".into())
    }
}

/// A number below a limit, each as likely as the others.
fn below(rs: &Runspace, limit: u64) -> u64 {
    let mask = u64::MAX.checked_shr(limit.saturating_sub(1).leading_zeros()).unwrap_or(0);
    loop {
        let list = random(rs, 8);
        let number = <[u8; 8]>::try_from(list).map_or(0, u64::from_le_bytes) & mask;
        if number < limit.max(1) {
            return number;
        }
    }
}

fn fill(rs: &Runspace, args: &[Value]) -> R<Value> {
    let Some(target) = args.first().and_then(Value::as_array) else { return Err(super::args::null("data")) };
    check_not_negative(args, &[(1, "offset"), (2, "count")])?;
    let (from, count) = if args.len() > 1 { (u(args, 1), u(args, 2)) } else { (0, target.len()) };
    if target.len() < from.saturating_add(count) {
        return Err(out_of_bounds());
    }
    target.put_bytes(from, random(rs, count));
    Ok(Value::AutomationNull)
}

fn generator(m: &mut Members) {
    m.function("System.Security.Cryptography.RandomNumberGenerator Create()", |_, _, _| Ok(Value::object(Generator)));
    m.function("byte[] GetBytes(int count)", |rs, _, args| {
        check_not_negative(args, &[(0, "count")])?;
        if u(args, 0) > crate::limits::MAX_ITEMS {
            return Err(error::thrown("System.OutOfMemoryException", "Array dimensions exceeded supported range."));
        }
        Ok(super::args::byte_array(random(rs, u(args, 0))))
    });
    for declaration in ["int GetInt32(int toExclusive)", "int GetInt32(int fromInclusive, int toExclusive)"] {
        m.function(declaration, |rs, _, args| {
            let (from, to) = if args.len() > 1 { (n(args, 0), n(args, 1)) } else { (0, n(args, 0)) };
            if from >= to {
                return Err(match args.len() {
                    1 => super::args::out_of_range_value(
                        "toExclusive must be a positive value.",
                        "toExclusive",
                        &value(args, 0),
                    ),
                    _ => error::thrown(
                        "System.ArgumentException",
                        "Range of random number does not contain at least one possibility.",
                    ),
                });
            }
            let offset = i64::try_from(below(rs, to.abs_diff(from))).unwrap_or(0);
            Ok(Value::I32(i32::try_from(from.saturating_add(offset)).unwrap_or(0)))
        });
    }
    m.function("string GetHexString(int stringLength, bool lowercase = False)", |rs, _, args| {
        if n(args, 0) < 0 {
            return Err(not_valid("length"));
        }
        let digits = if super::args::flag(args, 1) { "0123456789abcdef" } else { "0123456789ABCDEF" };
        Ok(chosen(rs, digits, u(args, 0)).into())
    });
    for declaration in ["void GetBytes(byte[] data)", "void GetBytes(byte[] data, int offset, int count)"] {
        m.method(declaration, |rs, _, args| fill(rs, args));
    }
    m.function("void Fill(byte[] data)", |rs, _, args| fill(rs, args));
    m.method("void GetNonZeroBytes(byte[] data)", |rs, _, args| {
        let Some(target) = args.first().and_then(Value::as_array) else { return Err(super::args::null("data")) };
        let byte = || u8::try_from(below(rs, 255).saturating_add(1)).unwrap_or(1);
        target.put_bytes(0, std::iter::repeat_with(byte).take(target.len()).collect());
        Ok(Value::AutomationNull)
    });
    m.method("void Dispose()", |_, _, _| Ok(Value::AutomationNull));
}

/// So many characters, each one of a set.
fn chosen(rs: &Runspace, from: &str, count: usize) -> String {
    let all: Vec<char> = from.chars().collect();
    let length = u64::try_from(all.len()).unwrap_or(1);
    let pick = || all.get(usize::try_from(below(rs, length)).unwrap_or(0)).copied();
    std::iter::repeat_with(pick).flatten().take(count).collect()
}

/// `ValueTuple`-like pairs that a table of the environment is given as.
pub(super) fn environment(rs: &Runspace) -> Value {
    let table = Dictionary::hashtable();
    for (name, value) in rs.state.environment.all() {
        table.set(name.as_str().into(), value.as_str().into());
    }
    Value::object(table)
}

pub(super) const TYPES: &[TypeDef] = &[
    TypeDef::class("System.GC").members(collector),
    TypeDef::class("System.Security.Principal.WindowsIdentity").members(|m| {
        for declaration in [
            "System.Security.Principal.WindowsIdentity GetCurrent()",
            "System.Security.Principal.WindowsIdentity GetCurrent(bool ifImpersonating)",
        ] {
            m.function(declaration, |_, _, _| {
                let message = "Windows Principal functionality is not supported on this platform.";
                Err(error::thrown("System.PlatformNotSupportedException", message))
            });
        }
    }),
    TypeDef::class("System.Security.Principal.WindowsPrincipal"),
    TypeDef::labels(
        "System.Security.Principal.WindowsBuiltInRole",
        &[
            ("Administrator", 544),
            ("User", 545),
            ("Guest", 546),
            ("PowerUser", 547),
            ("AccountOperator", 548),
            ("SystemOperator", 549),
            ("PrintOperator", 550),
            ("BackupOperator", 551),
            ("Replicator", 552),
        ],
    ),
    TypeDef::labels("System.GCCollectionMode", &[("Default", 0), ("Forced", 1), ("Optimized", 2), ("Aggressive", 3)]),
    TypeDef::class("System.AppContext").members(app_context),
    TypeDef::class("System.AppDomain").base("System.MarshalByRefObject").members(app_domain),
    TypeDef::value("System.Runtime.InteropServices.OSPlatform").members(platforms),
    TypeDef::class("System.Runtime.InteropServices.RuntimeInformation").members(runtime_information),
    TypeDef::labels(
        "System.Runtime.InteropServices.Architecture",
        &[
            ("X86", 0),
            ("X64", 1),
            ("Arm", 2),
            ("Arm64", 3),
            ("Wasm", 4),
            ("S390x", 5),
            ("LoongArch64", 6),
            ("Armv6", 7),
            ("Ppc64le", 8),
            ("RiscV64", 9),
        ],
    ),
    TypeDef::class("System.Runtime.InteropServices.Marshal").members(marshal),
    TypeDef::class("System.Buffer").members(buffer),
    TypeDef::class("System.Security.Cryptography.RandomNumberGenerator")
        .implements(&["System.IDisposable"])
        .members(generator),
];
