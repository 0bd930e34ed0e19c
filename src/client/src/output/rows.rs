//! Lists of sessions.

use std::io::{self, Write};

use psrp_clixml::{Object, TypeNames, Value, write_text};
use serde::Serialize;
use uuid::Uuid;

use super::{Format, Output, table};
use crate::remote::{Availability, SessionInfo, SessionState};

/// One session in a list; the columns of Get-PSSession.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionRow {
    /// The number in the local table; none for sessions that are not known here.
    pub id: Option<u32>,
    /// Name.
    pub name: String,
    /// The host as the user wrote it.
    pub computer_name: String,
    /// State.
    pub state: SessionState,
    /// Engine or endpoint.
    pub configuration_name: String,
    /// Availability.
    pub availability: Availability,
    /// InstanceId.
    pub instance_id: Uuid,
}

impl SessionRow {
    /// The row of a session of `host`, known here as `id`.
    pub fn new(session: &SessionInfo, host: &str, id: Option<u32>) -> Self {
        Self {
            id,
            name: session.name.clone(),
            computer_name: host.to_owned(),
            state: session.state,
            configuration_name: session.configuration_name.clone(),
            availability: session.availability,
            instance_id: session.instance_id,
        }
    }

    /// What names it to every verb.
    fn target(&self) -> String {
        match self.name.as_str() {
            "" => format!("{}/{}", self.computer_name, self.instance_id),
            name => format!("{}/{}", self.computer_name, super::visible(name, false)),
        }
    }

    fn cells(&self, wide: bool) -> Vec<String> {
        let mut cells = vec![
            self.id.map_or(String::new(), |id| id.to_string()),
            self.name.clone(),
            self.computer_name.clone(),
            format!("{:?}", self.state),
            self.configuration_name.clone(),
        ];
        if wide {
            cells.push(format!("{:?}", self.availability));
        }
        cells.iter().map(|cell| super::visible(cell, false)).collect()
    }

    fn to_object(&self) -> Value {
        let id = self.id.and_then(|id| i32::try_from(id).ok());
        let object = Object::bag()
            .typed(TypeNames::new(["Psrp.Session", "System.Management.Automation.PSCustomObject", "System.Object"]))
            .with("Id", id.map_or(Value::Nil, Value::I32))
            .with("Name", self.name.as_str())
            .with("ComputerName", self.computer_name.as_str())
            .with("State", format!("{:?}", self.state).as_str())
            .with("ConfigurationName", self.configuration_name.as_str())
            .with("Availability", format!("{:?}", self.availability).as_str())
            .with("InstanceId", Value::Guid(self.instance_id));
        Value::Object(Box::new(object))
    }
}

impl Output {
    /// Writes a list of sessions; the whole result of a verb.
    ///
    /// # Errors
    /// Standard output cannot be written.
    pub fn sessions(&mut self, rows: &[SessionRow]) -> io::Result<()> {
        match self.format {
            Format::Text | Format::Table => self.session_table(rows, false),
            Format::Wide => self.session_table(rows, true),
            Format::Name => rows.iter().try_for_each(|row| writeln!(self.out, "{}", row.target())),
            Format::Json => rows.iter().try_for_each(|row| self.json_result(&to_text(row))),
            Format::Jsonl => rows.iter().try_for_each(|row| writeln!(self.out, "{}", to_text(row))),
            Format::Clixml => {
                let objects: String = rows.iter().map(|row| write_text(&row.to_object())).collect();
                self.objs(objects.as_bytes())
            }
        }
    }

    fn session_table(&mut self, rows: &[SessionRow], wide: bool) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut headers = vec!["Id", "Name", "ComputerName", "State", "ConfigurationName"];
        if wide {
            headers.push("Availability");
        }
        let cells: Vec<_> = rows.iter().map(|row| row.cells(wide)).collect();
        table::lines(&headers, &cells, self.width).iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }
}

fn to_text(row: &SessionRow) -> String {
    // Strings and numbers only: cannot fail.
    serde_json::to_string(row).unwrap_or_default()
}
