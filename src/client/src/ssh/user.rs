//! Who we are on this machine.

use std::path::PathBuf;

/// The local user.
#[derive(Debug, Clone)]
pub struct LocalUser {
    /// Login name.
    pub name: String,
    /// Numeric id.
    pub uid: u32,
    /// Home directory.
    pub home: PathBuf,
}

impl LocalUser {
    /// The user of this process: id from the kernel, name from the passwd file, home directory from `HOME` and
    /// else from the passwd file. Users that only a directory service knows are named by `LOGNAME` or `USER`.
    pub fn current() -> Self {
        let uid = rustix::process::getuid().as_raw();
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let entry = passwd_entry(&passwd, uid);
        let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let name = entry.map(|(name, _)| name.to_owned());
        let name = name.or_else(|| variable("LOGNAME")).or_else(|| variable("USER"));
        let home = variable("HOME").or_else(|| entry.map(|(_, home)| home.to_owned()));
        Self {
            name: name.unwrap_or_else(|| uid.to_string()),
            uid,
            home: home.map_or_else(|| PathBuf::from("/"), PathBuf::from),
        }
    }
}

fn passwd_entry(passwd: &str, uid: u32) -> Option<(&str, &str)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let id: u32 = fields.nth(1)?.parse().ok()?;
        let home = fields.nth(2)?;
        (id == uid).then_some((name, home))
    })
}

#[cfg(test)]
mod tests {
    use super::passwd_entry;

    #[test]
    fn passwd_lines() {
        let text = "broken\nroot:x:0:0:root:/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n";
        assert_eq!(passwd_entry(text, 1000), Some(("bob", "/home/bob")));
        assert_eq!(passwd_entry(text, 7), None);
    }
}
