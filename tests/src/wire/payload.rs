//! What the bare client says, as PowerShell would say it.

/// SESSION_CAPABILITY.
pub(super) const CAPABILITY: &str = "<Obj RefId=\"0\"><MS><Version N=\"protocolversion\">2.3</Version><Version N=\"PSVersion\">2.0</Version>\
    <Version N=\"SerializationVersion\">1.1.0.1</Version></MS></Obj>";

/// A host that is not there, so that nothing is asked but by pipelines.
const HOST: &str = "<Obj N=\"HostInfo\" RefId=\"90\"><MS><B N=\"_isHostNull\">true</B><B N=\"_isHostUINull\">true</B>\
    <B N=\"_isHostRawUINull\">true</B><B N=\"_useRunspaceHost\">true</B></MS></Obj>";

/// A host that reads lines, for pipelines.
const READS_LINES: &str = "<Obj N=\"HostInfo\" RefId=\"90\"><MS><B N=\"_isHostNull\">false</B>\
    <B N=\"_isHostUINull\">false</B><B N=\"_isHostRawUINull\">true</B><B N=\"_useRunspaceHost\">false</B></MS></Obj>";

fn enumeration(name: &str, id: u32, kind: &str, text: &str, value: u32) -> String {
    format!(
        "<Obj N=\"{name}\" RefId=\"{id}\"><TN RefId=\"{id}\"><T>{kind}</T><T>System.Enum</T><T>System.ValueType</T>\
         <T>System.Object</T></TN><ToString>{text}</ToString><I32>{value}</I32></Obj>"
    )
}

/// INIT_RUNSPACEPOOL.
pub(super) fn init() -> String {
    let options =
        enumeration("PSThreadOptions", 1, "System.Management.Automation.Runspaces.PSThreadOptions", "Default", 0);
    let apartment = enumeration("ApartmentState", 2, "System.Threading.ApartmentState", "Unknown", 2);
    format!(
        "<Obj RefId=\"0\"><MS><I32 N=\"MinRunspaces\">1</I32><I32 N=\"MaxRunspaces\">1</I32>{options}{apartment}{HOST}\
         <Obj N=\"ApplicationArguments\" RefId=\"3\"><TN RefId=\"3\"><T>System.Management.Automation.PSPrimitiveDictionary</T>\
         <T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT /></Obj></MS></Obj>"
    )
}

/// CREATE_PIPELINE of one command, whose text is a script or a name.
pub(super) fn create_pipeline(script: &str, is_script: bool, argument: Option<&str>, input: bool) -> String {
    let script = script.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "_x000A_");
    let argument = argument.map_or_else(String::new, |argument| {
        format!("<Obj RefId=\"13\"><MS><Nil N=\"N\" /><S N=\"V\">{argument}</S></MS></Obj>")
    });
    let apartment = enumeration("ApartmentState", 1, "System.Threading.ApartmentState", "Unknown", 2);
    let options = enumeration("RemoteStreamOptions", 2, "System.Management.Automation.RemoteStreamOptions", "0", 0);
    let merge = "System.Management.Automation.Runspaces.PipelineResultTypes";
    let merges = [
        "MergeMyResult",
        "MergeToResult",
        "MergePreviousResults",
        "MergeError",
        "MergeWarning",
        "MergeVerbose",
        "MergeDebug",
        "MergeInformation",
    ];
    let merges: String = merges.iter().zip(20..).map(|(name, id)| enumeration(name, id, merge, "None", 0)).collect();
    let list = "<T>System.Collections.Generic.List`1[[System.Management.Automation.PSObject, System.Management.Automation, \
        Version=7.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]</T><T>System.Object</T>";
    format!(
        "<Obj RefId=\"0\"><MS><B N=\"NoInput\">{}</B>{apartment}{options}<B N=\"AddToHistory\">false</B>{READS_LINES}\
         <Obj N=\"PowerShell\" RefId=\"9\"><MS><B N=\"IsNested\">false</B><Nil N=\"ExtraCmds\" /><Obj N=\"Cmds\" RefId=\"10\">\
         <TN RefId=\"10\">{list}</TN><LST><Obj RefId=\"11\"><MS><S N=\"Cmd\">{script}</S><B N=\"IsScript\">{is_script}</B>\
         <Nil N=\"UseLocalScope\" />{merges}<Obj N=\"Args\" RefId=\"12\"><TNRef RefId=\"10\" /><LST>{argument}</LST></Obj></MS></Obj></LST></Obj>\
         <Nil N=\"History\" /><B N=\"RedirectShellErrorOutputPipe\">false</B></MS></Obj><B N=\"IsNested\">false</B></MS></Obj>",
        !input
    )
}

/// PIPELINE_HOST_RESPONSE to a ReadLine.
pub(super) fn line_read(call: i64, line: &str) -> String {
    let method = enumeration("mi", 1, "System.Management.Automation.Remoting.RemoteHostMethodId", "ReadLine", 11);
    format!("<Obj RefId=\"0\"><MS><S N=\"mr\">{line}</S><I64 N=\"ci\">{call}</I64>{method}</MS></Obj>")
}
