//! The C package: the example built against it by make, CMake and pkg-config, as C11 and as C++17.

use std::fs;
use std::path::{Path, PathBuf};

use psoauth_test_support::{Program, Suite, library, tools};
use tempfile::TempDir;

use crate::dist::dist;
use crate::{CLIENT_ID, CLIENT_SECRET, TOKEN, server};

const COMPILERS: [(&str, &str); 2] = [("gcc", "g++"), ("clang", "clang++")];

/// A program of a user's, in C++17, that CMake finds the package for.
const USERS_PROJECT: &str = "\
cmake_minimum_required(VERSION 3.16)
project(user LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 17)
find_package(psoauthhelper 1.0 REQUIRED CONFIG)
foreach(linkage psoauthhelper static)
  add_executable(token-${linkage} token.cpp)
  target_link_libraries(token-${linkage} PRIVATE psoauthhelper::${linkage})
endforeach()
";

pub fn add(suite: Suite) -> Suite {
    COMPILERS.into_iter().fold(suite, |suite, (c, cxx)| {
        suite
            .with_tool(&format!("c11_by_make_and_pkg_config_with_{c}"), find([c, "make", "pkg-config"]), by_make)
            .with_tool(&format!("c11_by_cmake_and_pkg_config_with_{c}"), find([c, "cmake", "pkg-config"]), by_cmake)
            .with_tool(&format!("c11_by_pkg_config_as_static_with_{c}"), find_static(c), by_static)
            .with_tool(&format!("cxx17_by_pkg_config_with_{cxx}"), find([cxx, "pkg-config"]), as_cxx17)
            .with_tool(&format!("cxx17_by_find_package_with_{cxx}"), find([cxx, "cmake"]), by_find_package)
    })
}

/// Tools by name, all of which a trial needs, and tar.
fn find<const N: usize>(names: [&'static str; N]) -> impl FnOnce() -> Result<[PathBuf; N], String> + Send + 'static {
    move || {
        tools::find("tar")?;
        let found: Vec<PathBuf> = names.into_iter().map(tools::find).collect::<Result<_, _>>()?;
        Ok(found.try_into().expect("one path a name"))
    }
}

/// As [`find`], where the system's libraries are there as static ones too.
fn find_static(compiler: &'static str) -> impl FnOnce() -> Result<[PathBuf; 2], String> + Send + 'static {
    let find = find([compiler, "pkg-config"]);
    || if cfg!(target_os = "linux") { find() } else { Err("this system's libraries are shared ones alone".to_owned()) }
}

fn by_make([compiler, make, _]: [PathBuf; 3]) {
    let work = Workplace::new();
    Program::new(make)
        .arg(format!("CC={}", compiler.display()))
        .args(["CFLAGS=-Wall -Wextra -Wpedantic -Werror", &format!("PKG_CONFIG_PATH={}", work.pkg_config().display())])
        .current_dir(&work.example)
        .output()
        .success();
    work.gets_tokens("token");
}

fn by_cmake([compiler, cmake, _]: [PathBuf; 3]) {
    let work = Workplace::new();
    work.cmake(&cmake, &format!("-DCMAKE_C_COMPILER={}", compiler.display()));
    work.gets_tokens("build/token");
}

fn as_cxx17([compiler, pkg_config]: [PathBuf; 2]) {
    let work = Workplace::new();
    let flags = Program::new(pkg_config).args(["--cflags", "--libs", "psoauthhelper"]);
    let flags = flags.env("PKG_CONFIG_PATH", work.pkg_config()).output().success();
    Program::new(compiler)
        .args(["-std=c++17", "-Wall", "-Wextra", "-Werror", "-x", "c++", "token.c", "-x", "none", "-o", "token"])
        .args(flags.stdout.split_whitespace())
        .current_dir(&work.example)
        .output()
        .success();
    work.gets_tokens("token");
}

fn by_find_package([compiler, cmake]: [PathBuf; 2]) {
    let work = Workplace::new();
    fs::rename(work.example.join("token.c"), work.example.join("token.cpp")).expect("the example can be renamed");
    fs::write(work.example.join("CMakeLists.txt"), USERS_PROJECT).expect("the folder can be written");
    work.cmake(&cmake, &format!("-DCMAKE_CXX_COMPILER={}", compiler.display()));
    work.gets_tokens("build/token-psoauthhelper");
    fs::remove_dir_all(work.package.join("lib")).expect("the package can be removed");
    work.gets_tokens("build/token-static");
}

/// The server is named by its address: to look up a name, glibc needs its shared libraries even in a static program.
fn by_static([compiler, pkg_config]: [PathBuf; 2]) {
    let work = Workplace::new();
    let flags = Program::new(pkg_config).args(["--static", "--cflags", "--libs", "psoauthhelper"]);
    let flags = flags.env("PKG_CONFIG_PATH", work.pkg_config()).output().success();
    // Without the shared library, -l finds the other.
    fs::remove_file(work.package.join("lib/libpsoauthhelper.so")).expect("the package can be changed");
    let program = Program::new(compiler).args(["-static", "token.c", "-o", "token"]);
    program.args(flags.stdout.split_whitespace()).current_dir(&work.example).output().success();
    work.gets_tokens("token");
}

/// An unpacked package, and the example in a folder of its own.
pub struct Workplace {
    pub package: PathBuf,
    example: PathBuf,
    _folder: TempDir,
}

impl Workplace {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tar = Program::new(tools::find("tar").expect("the trial asked for it")).arg("-xzf").arg(dist().tar_gz());
        tar.current_dir(folder.path()).output().success();
        let unpacked = fs::read_dir(folder.path()).expect("it is readable").flatten().next().expect("one folder");
        let example = folder.path().join("example");
        library::copy_folder(&unpacked.path().join("share/doc/psoauthhelper/examples"), &example).expect("examples");
        Self { package: unpacked.path(), example, _folder: folder }
    }

    fn pkg_config(&self) -> PathBuf {
        self.package.join("lib/pkgconfig")
    }

    fn cmake(&self, cmake: &Path, compiler: &str) {
        let configure = Program::new(cmake).args(["-S", ".", "-B", "build", compiler]);
        let configure = configure.arg(format!("-DCMAKE_PREFIX_PATH={}", self.package.display()));
        configure.current_dir(&self.example).output().success();
        Program::new(cmake).args(["--build", "build"]).current_dir(&self.example).output().success();
    }

    /// Runs a program of the example's folder: once it gets a token, once with a wrong secret the exit code that says so.
    fn gets_tokens(&self, program: &str) {
        let server = server();
        let run = |secret: &str| {
            let program = Program::new(self.example.join(program)).args([&server.url("/token"), CLIENT_ID]);
            program.env("LD_LIBRARY_PATH", self.package.join("lib")).stdin(format!("{secret}\n")).output()
        };
        assert_eq!(run(CLIENT_SECRET).success().stdout.trim_end(), TOKEN);
        let refused = run("a wrong secret");
        assert_eq!(refused.status.code(), Some(1), "{}", refused.stderr);
        assert!(refused.stderr.contains("invalid_client"), "{}", refused.stderr);
    }
}
