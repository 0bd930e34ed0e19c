//! What the end-to-end tests share: private sshd, real pwsh, built binaries.
