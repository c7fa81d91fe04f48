//! A PowerShell for Windows with the module as a user has it. It stands in for the session of tests/powershell, so that
//! the same trials run in it; those of this file are Windows' own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use psoauth_test_support::{Answer, Authority, AuthorizationServer, Program, Running, Server, Suite, library, tools};
use tempfile::TempDir;

use crate::{dll, wine};

pub const CLIENT_ID: &str = "dea8d7a9-1602-4429-b138-111111111111";
pub const CLIENT_SECRET: &str = "Vja/VmdxaLOPR+alkjfsadffelkjlfw234522=";

/// Where Wine has its roots from.
pub const ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What the system says of a file that is no library: ERROR_BAD_FORMAT.
pub const NOT_A_LIBRARY: &str = "0x8007000B";

/// What a script is run with: the module in a folder of its own, which goes with the session.
pub struct Session {
    pwsh: PathBuf,
    folder: TempDir,
}

pub use crate::wine::find;

/// As [`find`], where [`Session::script_trusting`] works too.
///
/// # Errors
/// The reason why not.
pub fn find_trusting() -> Result<PathBuf, String> {
    let unshare = tools::find("unshare")?;
    match Path::new(ROOTS).is_file() && Program::new(unshare).args(["--mount", "true"]).output().status.success() {
        true => find(),
        false => {
            Err("Wine cannot be given roots of the test's own here: that takes ca-certificates and mounts".to_owned())
        }
    }
}

/// A C compiler for libraries that this PowerShell loads.
///
/// # Errors
/// The reason why there is none.
pub fn c_compiler() -> Result<PathBuf, String> {
    tools::mingw_compiler()
}

pub fn add(suite: Suite) -> Suite {
    suite
        .with_tool("a_module_folder_may_have_any_name", find, |pwsh| folders(&Session::new(&pwsh)))
        .with_tool("a_newer_version_is_installed_beside_one_in_use", find, |pwsh| side_by_side(&Session::new(&pwsh)))
        .with_tool(
            "ctrl_c_ends_a_silent_call",
            || Running::can_interrupt().and_then(|()| find()),
            |pwsh| {
                ctrl_c(&Session::new(&pwsh));
            },
        )
        .with_tool("a_32_bit_host_gets_one_clear_error", find, |pwsh| Session::new(&pwsh).run_own("bitness.ps1", &[]))
        .with_tool("a_constrained_session_gets_one_clear_error", find, |pwsh| {
            Session::new(&pwsh).run_own("constrained-language.ps1", &[]);
        })
        .with_tool("the_guides_examples_work", find, |pwsh| guide(&Session::new(&pwsh)))
        .with_tool("the_example_runs_in_a_checkout", find, |pwsh| example(&Session::new(&pwsh)))
        .with_tool("the_module_is_of_net_framework_4_7_2", references, |(pwsh, references)| {
            let script = tools::workspace().join("tests/windows/net-framework.ps1");
            let program = Program::new(pwsh).args(["-NoProfile", "-NonInteractive", "-File"]).arg(script);
            let program = program.arg("-Module").arg(tools::workspace().join("powershell/PSOAuthHelper"));
            program.arg("-References").arg(references).output().success();
        })
}

/// A PowerShell of this system and the reference assemblies that `.ci/windows` fetched.
fn references() -> Result<(PathBuf, PathBuf), String> {
    let references = tools::workspace().join("target/net472");
    match references.join("mscorlib.dll").is_file() {
        true => Ok((tools::pwsh()?, references)),
        false => Err(".ci/windows has not fetched the reference assemblies of .NET Framework 4.7.2".to_owned()),
    }
}

impl Session {
    pub fn new(pwsh: &Path) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a temporary folder");
        stage(folder.path());
        Self { pwsh: pwsh.to_owned(), folder }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the module.
    pub fn module(&self) -> PathBuf {
        self.folder().join("PSOAuthHelper")
    }

    /// Where the module has its library.
    pub fn library(&self) -> PathBuf {
        self.module().join("runtimes/win-x64/native/psoauthhelper.dll")
    }

    /// A program that runs a script of tests/powershell with parameters, the module's first.
    pub fn script(&self, name: &str, parameters: &[(&str, &str)]) -> Program {
        self.program(&tools::workspace().join("tests/powershell").join(name), parameters)
    }

    fn program(&self, script: &Path, parameters: &[(&str, &str)]) -> Program {
        self.with_arguments(wine::program(&self.pwsh), script, parameters)
    }

    fn with_arguments(&self, program: Program, script: &Path, parameters: &[(&str, &str)]) -> Program {
        let program = program.args(["-NoProfile", "-NonInteractive", "-File"]);
        let program = program.arg(self.shown(script)).arg("-Module").arg(self.shown(&self.module()));
        parameters.iter().fold(program, |program, (name, value)| program.arg(format!("-{name}")).arg(value))
    }

    /// Runs a script of tests/powershell, which has to pass.
    pub fn run(&self, name: &str, parameters: &[(&str, &str)]) {
        self.script(name, parameters).output().success();
    }

    /// Runs a script of this folder, which has to pass.
    fn run_own(&self, name: &str, parameters: &[(&str, &str)]) {
        self.program(&tools::workspace().join("tests/windows").join(name), parameters).output().success();
    }

    /// As [`script`](Self::script), with an authority alone among those that the system trusts.
    pub fn script_trusting(&self, authority: &Authority, name: &str, parameters: &[(&str, &str)]) -> Program {
        self.script_in_place_of(
            &[(ROOTS, authority.pem())],
            &tools::workspace().join("tests/powershell").join(name),
            parameters,
        )
    }

    /// A program that runs a script and sees other texts in place of some of the system's files. Wine takes its store of
    /// roots from [`ROOTS`], and what Windows programs add to that store is lost.
    pub fn script_in_place_of(&self, files: &[(&str, &str)], script: &Path, parameters: &[(&str, &str)]) -> Program {
        let mut commands = String::new();
        for (path, text) in files {
            let instead = self.folder().join(path.replace('/', "_"));
            fs::write(&instead, text).expect("the folder can be written");
            commands += &format!("mount --bind {} {path} && ", instead.display());
        }
        let unshare = tools::find("unshare").expect("the trial has found it");
        let program = wine::program(&unshare).args(["--mount", "sh", "-c", &format!("{commands} exec \"$0\" \"$@\"")]);
        self.with_arguments(program.arg(&self.pwsh), script, parameters)
    }

    /// A path as this PowerShell writes it.
    pub fn shown(&self, path: &Path) -> String {
        wine::windows_path(path)
    }

    /// Writes a file into the session's folder.
    pub fn write(&self, name: &str, content: &str) -> String {
        let path = self.folder().join(name);
        fs::write(&path, content).expect("the folder can be written");
        self.shown(&path)
    }
}

fn stage(folder: &Path) -> PathBuf {
    library::stage_module_for(folder, "win-x64", &dll::find().expect("the trial has found it"))
}

/// An authority whose certificates a client that trusts it accepts. Wine wants to see a revocation list; Windows does
/// without one where the certificate names none. There is but one: programs in Wine that run at the same time share
/// their store of roots.
pub fn authority() -> &'static Authority {
    static AUTHORITY: OnceLock<Authority> = OnceLock::new();
    static LIST: OnceLock<Vec<u8>> = OnceLock::new();
    AUTHORITY.get_or_init(|| {
        let server = Server::start(|_| {
            let list = LIST.get().expect("the list is made before a certificate is used");
            let head = format!("Content-Type: application/pkix-crl\r\nContent-Length: {}\r\n\r\n", list.len());
            Answer::raw([b"HTTP/1.1 200 OK\r\n", head.as_bytes(), list].concat())
        });
        let authority = Authority::new("Test authority").with_revocation_list_at(&server.url("/list.crl"));
        LIST.set(authority.revocation_list()).expect("it is set once");
        // Wine asks at any time, until the process ends.
        std::mem::forget(server);
        authority
    })
}

/// A server that knows [`CLIENT_ID`].
pub fn server() -> AuthorizationServer {
    AuthorizationServer::builder().client(CLIENT_ID, CLIENT_SECRET).start()
}

/// Runs a script that wants a token endpoint, a client that it knows, and folders with a copy of the module.
fn at_server(session: &Session, script: &str, folders: &[String]) {
    let server = server();
    let endpoint = server.url("/contoso.com/oauth2/v2.0/token");
    let file = session.write("folders.txt", &folders.join("\n"));
    let parameters = [
        ("TokenEndpoint", endpoint.as_str()),
        ("ClientId", CLIENT_ID),
        ("ClientSecret", CLIENT_SECRET),
        ("Folders", file.as_str()),
    ];
    session.run_own(script, &parameters);
    assert_eq!((server.granted(), server.refused()), (folders.len(), 0));
}

fn folders(session: &Session) {
    let long = ["a folder of fifty letters, and a few more than that"; 6].join("/");
    let copies =
        ["with spaces and (brackets) [1]", "Prüfung-日本-Ελλάδα-🙂", "it's $env:TEMP & `x; 100%", long.as_str()];
    let mut folders: Vec<String> = copies
        .iter()
        .map(|name| {
            let manifest = stage(&session.folder().join(name));
            self::parent(session, &manifest)
        })
        .collect();
    assert!(folders[3].len() > 320, "longer than MAX_PATH");
    end_lines_in_cr_lf(&session.folder().join(copies[0]).join("PSOAuthHelper"));
    // A path that Windows is told not to interpret, as those of shares are in long form.
    folders.push(format!(r"\\?\{}", session.shown(&session.module())));
    at_server(session, "folders.ps1", &folders);
}

/// As git and some editors on Windows make it of the module.
fn end_lines_in_cr_lf(folder: &Path) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            end_lines_in_cr_lf(&path);
        } else if path.extension().is_none_or(|extension| extension != "dll") {
            let text = fs::read_to_string(&path).expect("a text");
            fs::write(&path, text.replace('\n', "\r\n")).expect("the file can be written");
        }
    }
}

fn side_by_side(session: &Session) {
    let versions = ["1.0.0", "1.0.1"].map(|version| {
        let folder = session.folder().join("Modules/PSOAuthHelper").join(version);
        let staged = stage(&session.folder().join(version));
        fs::create_dir_all(folder.parent().expect("a folder")).expect("the folder can be made");
        fs::rename(staged.parent().expect("a folder"), &folder).expect("the module can be moved");
        let manifest = folder.join("PSOAuthHelper.psd1");
        let text = fs::read_to_string(&manifest).expect("a manifest");
        fs::write(&manifest, text.replace("'1.0.0'", &format!("'{version}'"))).expect("the manifest can be written");
        session.shown(&folder)
    });
    at_server(session, "versions.ps1", &versions);
}

fn parent(session: &Session, manifest: &Path) -> String {
    session.shown(manifest.parent().expect("the manifest lies in the module"))
}

/// Wine makes a Ctrl+C of the signal: `finally` runs. What follows is the business of whoever hosts the engine.
fn ctrl_c(session: &Session) {
    let server = Server::start(|_| Answer::nothing().hold());
    let mut running = session.script("cancel.ps1", &[("SilentEndpoint", &server.url("/token"))]).start();
    server.next_request();
    running.interrupt();
    // The call's own deadline is an hour away.
    assert_eq!(running.wait_for_line(|line| !line.is_empty()), "finally");
}

/// Entra's answer to a secret past its date.
const EXPIRED: &str = r#"{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app 'c' are expired.","error_codes":[7000222],"trace_id":"a15ac8ff","correlation_id":"5f0f24ec"}"#;

fn guide(session: &Session) {
    let server = Server::start(|_| Answer::json(401, EXPIRED));
    let page = session.shown(&tools::workspace().join("docs/windows.md"));
    session.run_own("guide.ps1", &[("Page", &page), ("ExpiredEndpoint", &server.url("/token"))]);
    assert_eq!(server.requests().len(), 1);
}

/// With the module that lies in the checkout, and the library where `.ci/windows` puts it. What becomes of a script's exit
/// code is the business of the engine's host.
fn example(session: &Session) {
    let server = server();
    let endpoint = server.url("/contoso.com/oauth2/token");
    let script = session.shown(&tools::workspace().join("examples/powershell/token.ps1"));
    let run = |secret: &str| {
        let program = wine::program(&session.pwsh).args(["-NoProfile", "-NonInteractive", "-File", &script]);
        let program = program.args(["-TokenEndpoint", &endpoint, "-Resource", "r", "-ClientId", CLIENT_ID]);
        program.env("CLIENT_SECRET", secret).output()
    };
    let output = run(CLIENT_SECRET).success();
    assert!(output.stdout.contains("The token is valid for "), "{}", output.stdout);
    let output = run("a wrong secret");
    assert!(output.stdout.is_empty() && output.stderr.contains("invalid_client"), "{output:?}");
}
