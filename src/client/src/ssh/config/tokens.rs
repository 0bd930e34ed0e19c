//! Expansion of `%` tokens, `~` and `${NAME}` in values; ssh_config(5), TOKENS and ENVIRONMENT VARIABLES.

/// What the tokens stand for, for one destination.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// `%h`: the host that is connected to.
    pub host: String,
    /// `%n`: the host as the user wrote it.
    pub original_host: String,
    /// `%k`: HostKeyAlias, else as `%n`.
    pub host_key_alias: String,
    /// `%p`: the port.
    pub port: u16,
    /// `%r`: the remote user.
    pub remote_user: String,
    /// `%u`: the local user.
    pub local_user: String,
    /// `%i`: the local user's numeric id.
    pub local_uid: u32,
    /// `%d` and `~`: the local user's home directory.
    pub home: String,
    /// `%l`: the local host name; `%L` is its first label.
    pub local_host: String,
}

/// A value that cannot be expanded.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ExpandError {
    /// A `%` followed by something that is no token.
    #[error("unknown token %{0} in an ssh_config value")]
    UnknownToken(char),
    /// `${NAME}` of a variable that is not set.
    #[error("environment variable {0} used in an ssh_config value is not set")]
    NotSet(String),
    /// `${` without `}`, or a `%` at the end.
    #[error("unfinished token at the end of an ssh_config value")]
    Unfinished,
}

impl Tokens {
    /// Expands `%` tokens only.
    ///
    /// # Errors
    /// [`ExpandError`] for a token that does not exist.
    pub fn percent(&self, value: &str) -> Result<String, ExpandError> {
        let mut out = String::with_capacity(value.len());
        let mut chars = value.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            match chars.next().ok_or(ExpandError::Unfinished)? {
                '%' => out.push('%'),
                'h' => out.push_str(&self.host),
                'n' => out.push_str(&self.original_host),
                'k' => out.push_str(&self.host_key_alias),
                'p' => out.push_str(&self.port.to_string()),
                'r' => out.push_str(&self.remote_user),
                'u' => out.push_str(&self.local_user),
                'i' => out.push_str(&self.local_uid.to_string()),
                'd' => out.push_str(&self.home),
                'l' => out.push_str(&self.local_host),
                'L' => out.push_str(self.local_host.split('.').next().unwrap_or_default()),
                other => return Err(ExpandError::UnknownToken(other)),
            }
        }
        Ok(out)
    }

    /// Expands a file name: leading `~/`, `${NAME}` through `env`, then `%` tokens.
    ///
    /// # Errors
    /// [`ExpandError`] for unknown tokens and unset variables.
    pub fn path(&self, value: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, ExpandError> {
        let value = match value.strip_prefix('~') {
            Some("") => self.home.clone(),
            Some(rest) if rest.starts_with('/') => format!("{}{rest}", self.home),
            _ => value.to_owned(),
        };
        self.percent(&environment(&value, env)?)
    }
}

fn environment(value: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<String, ExpandError> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, tail) = after.split_once('}').ok_or(ExpandError::Unfinished)?;
        out.push_str(before);
        out.push_str(&env(name).ok_or_else(|| ExpandError::NotSet(name.escape_debug().to_string()))?);
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{ExpandError, Tokens};

    fn tokens() -> Tokens {
        Tokens {
            host: "h.example".into(),
            original_host: "h".into(),
            host_key_alias: "alias".into(),
            port: 2222,
            remote_user: "bob".into(),
            local_user: "alice".into(),
            local_uid: 1000,
            home: "/home/alice".into(),
            local_host: "pc.example".into(),
        }
    }

    #[test]
    fn every_token() {
        let all = tokens().percent("%h %n %k %p %r %u %i %d %l %L %%").unwrap();
        assert_eq!(all, "h.example h alias 2222 bob alice 1000 /home/alice pc.example pc %");
        assert_eq!(tokens().percent("%x"), Err(ExpandError::UnknownToken('x')));
        assert_eq!(tokens().percent("a%"), Err(ExpandError::Unfinished));
    }

    #[test]
    fn paths() {
        let env = |name: &str| (name == "X").then(|| "x%h".to_owned());
        assert_eq!(tokens().path("~/.ssh/k", &env).unwrap(), "/home/alice/.ssh/k");
        assert_eq!(tokens().path("a/${X}/b", &env).unwrap(), "a/xh.example/b");
        assert_eq!(tokens().path("~bob/k", &env).unwrap(), "~bob/k");
        assert_eq!(tokens().path("${Y}", &env), Err(ExpandError::NotSet("Y".into())));
    }
}
