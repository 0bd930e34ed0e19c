//! Files as the operating system has them.

use std::io;

use super::GoesOn;

/// What a directory entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file, or what is none of the others.
    File,
    /// A directory.
    Directory,
    /// A symbolic link that leads nowhere.
    BrokenLink,
}

/// What is known of a file. Times are in ticks of 100 ns since year 1, UTC.
#[derive(Clone, Debug)]
pub struct FileStat {
    /// What it is, links followed.
    pub kind: FileKind,
    /// Whether the path itself is a symbolic link.
    pub is_link: bool,
    /// Size in bytes.
    pub size: u64,
    /// Type and permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Last change of the content.
    pub modified: i64,
    /// Last access.
    pub accessed: i64,
    /// Creation, as far as it is known.
    pub created: i64,
    /// Last change of anything.
    pub changed: i64,
    /// The number of the file on its device.
    pub inode: u64,
    /// The device it is on.
    pub device: u64,
    /// How many names it has.
    pub links: u64,
    /// Its size on the device, in units of 512 bytes.
    pub blocks: u64,
    /// The unit in which it is best read.
    pub block_size: u64,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenHow {
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
    /// Created where it does not exist.
    pub create: bool,
    /// It must not exist.
    pub must_be_new: bool,
    /// Emptied.
    pub truncate: bool,
}

/// An open file.
pub trait FileHandle: io::Read + io::Write + io::Seek + Send {
    /// The length in bytes.
    ///
    /// # Errors
    /// As the operating system reports them; so below.
    fn length(&self) -> io::Result<u64>;

    /// Cuts the file, or fills it up with zeros.
    ///
    /// # Errors
    /// As the operating system reports them.
    fn set_length(&self, length: u64) -> io::Result<()>;
}

/// Bytes in memory, whose number no file handle changes.
impl FileHandle for io::Cursor<Vec<u8>> {
    fn length(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.get_ref().len()).unwrap_or(u64::MAX))
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Takes everything and has nothing.
impl FileHandle for io::Empty {
    fn length(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn set_length(&self, _length: u64) -> io::Result<()> {
        Ok(())
    }
}

/// The space of a file system, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space {
    /// All of it.
    pub total: u64,
    /// What nobody uses.
    pub free: u64,
    /// What this user may use.
    pub available: u64,
}

/// A mounted file system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where.
    pub path: String,
    /// The name of its type.
    pub format: String,
}

/// The files of a machine. All paths are absolute.
#[allow(clippy::missing_errors_doc)] // every method: as the operating system reports them
pub trait Files: Send + Sync {
    /// The whole content of a file.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;

    /// Replaces or extends the content of a file.
    fn write(&self, path: &str, content: &[u8], append: bool) -> io::Result<()>;

    /// Opens a file.
    fn open(&self, path: &str, how: OpenHow) -> io::Result<Box<dyn FileHandle>>;

    /// What is known of a path; of a link, what is known of its target.
    fn stat(&self, path: &str) -> io::Result<FileStat>;

    /// What is known of a path; of a link, what is known of the link itself.
    fn stat_link(&self, path: &str) -> io::Result<FileStat>;

    /// Where a link leads, as it says.
    fn read_link(&self, path: &str) -> io::Result<String>;

    /// The path with all links followed.
    fn real_path(&self, path: &str) -> io::Result<String>;

    /// The names in a directory, unsorted.
    fn list(&self, path: &str) -> io::Result<Vec<String>>;

    /// Creates a directory and those above it.
    fn create_directory(&self, path: &str) -> io::Result<()>;

    /// Removes a file, or a directory with everything in it.
    fn remove(&self, path: &str, recurse: bool) -> io::Result<()>;

    /// Renames or moves.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Copies a file and its permissions, as long as it goes on; else the copy is `Interrupted`.
    fn copy(&self, from: &str, to: &str, goes_on: GoesOn<'_>) -> io::Result<()>;

    /// Creates a symbolic link.
    fn link(&self, path: &str, target: &str) -> io::Result<()>;

    /// Gives a file a further name.
    fn hard_link(&self, path: &str, target: &str) -> io::Result<()>;

    /// Sets the times of last access and last change, as far as they are given.
    fn set_times(&self, path: &str, accessed: Option<i64>, modified: Option<i64>) -> io::Result<()>;

    /// Sets the permission bits.
    fn set_mode(&self, path: &str, mode: u32) -> io::Result<()>;

    /// The space of the file system that a path is on.
    fn space(&self, path: &str) -> io::Result<Space>;

    /// The file systems that are mounted.
    fn mounts(&self) -> Vec<Mount>;

    /// The user and the group this process acts for.
    fn identity(&self) -> (u32, u32);

    /// The name of a user.
    fn user_of(&self, uid: u32) -> Option<String>;

    /// The name of a group.
    fn group_of(&self, gid: u32) -> Option<String>;
}
