//! Wine, with a prefix of the tests' own, so that their certificates and files meet nobody else's.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use psoauth_test_support::{Program, tools};

/// When a program is killed: it takes several times as long as elsewhere, more than ten seconds for some on a quiet machine.
const DEADLINE: Duration = Duration::from_secs(300);

/// Whether Windows programs with the DLL can be run.
///
/// # Errors
/// The reason why not.
pub fn find() -> Result<PathBuf, String> {
    crate::dll::find()?;
    tools::mingw_compiler()?;
    tools::pwsh_win()
}

/// The prefix, made at the first use: a Windows 10 with the one DLL that Wine 8 lacks.
pub fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wine");
        start_services(&prefix);
        let compiler = tools::mingw_compiler().expect("the trial has found it");
        Program::new(compiler)
            .args(["-shared", "-Wall", "-Wextra", "-Werror", "tests/windows/bcryptprimitives.c", "-ladvapi32", "-o"])
            .arg(prefix.join("drive_c/windows/system32/bcryptprimitives.dll"))
            .current_dir(tools::workspace())
            .output()
            .success();
        prefix
    })
}

/// Starts Wine's services for as long as this process lives. They keep the outputs of the program that started them, and
/// whoever reads these to their end would wait for them too: here they go nowhere.
fn start_services(prefix: &Path) {
    let start = |program: PathBuf, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).env("WINEPREFIX", prefix).env("WINEDEBUG", "-all");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("Wine starts")
    };
    // The first start of pwsh-win fills a prefix that is not there.
    let pwsh = tools::pwsh_win().expect("the trial has found it");
    let status = start(pwsh, &["-NoProfile", "-Command", "exit"]).wait().expect("a child can be waited for");
    assert!(status.success(), "pwsh-win does not run: {status}");
    // A shell reads its standard input, whose other end this process holds until it ends.
    let wine = tools::wine().expect("the trial has found it");
    std::mem::forget(start(wine, &["cmd"]));
}

/// A program to be run in the prefix: `pwsh-win`, or Wine with a Windows program as its first argument.
pub fn program(path: &Path) -> Program {
    // Wine takes the drive of the current folder for paths that name none, and file names as the locale encodes them.
    let program = Program::new(path).current_dir(tools::workspace()).env("LC_ALL", "C.UTF-8");
    program.env("WINEPREFIX", prefix()).env("WINEDEBUG", "-all").deadline(DEADLINE)
}

/// A path as Windows programs see it.
pub fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display().to_string().replace('/', "\\"))
}
