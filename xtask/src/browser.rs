//! Chromium, its driver, and a Vulkan driver in software: found, installed where we may (Debian, as root), or asked for by name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::Outcome;
use crate::process::{find, output, run, say};

/// The flags every headless browser of ours gets; wasm-bindgen's test runner reads the same file.
const CAPABILITIES: &str = "webdriver.json";

/// A browser that can be driven.
pub struct Browser {
    pub chromium: PathBuf,
    pub driver: PathBuf,
}

impl Browser {
    /// What to ask a new WebDriver session for.
    pub fn capabilities(&self) -> Outcome<Value> {
        let mut capabilities: Value = serde_json::from_str(&fs::read_to_string(CAPABILITIES)?)?;
        capabilities["goog:chromeOptions"]["binary"] = json!(self.chromium);
        Ok(capabilities)
    }

    /// Tells test programs (wasm-bindgen's runner, `tests/e2e.rs`) which driver and which browser to use.
    pub fn tell(&self, command: &mut Command) -> Outcome<()> {
        let path = std::path::absolute("target/webdriver.json")?;
        fs::create_dir_all("target")?;
        fs::write(&path, serde_json::to_string_pretty(&self.capabilities()?)?)?;
        command
            .env("CHROMEDRIVER", &self.driver)
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", path);
        Ok(())
    }
}

/// Finds Chromium and its driver, or installs them.
pub fn ensure() -> Outcome<Browser> {
    if let Some(browser) = look() {
        return Ok(browser);
    }
    install(&["chromium", "chromium-driver"])?;
    look().ok_or_else(|| advice("Chromium and chromedriver").into())
}

fn look() -> Option<Browser> {
    Some(Browser {
        chromium: chromium()?,
        driver: driver()?,
    })
}

fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROME")
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    let on_path = || {
        [
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
        ]
        .iter()
        .find_map(|name| find(name))
    };
    let installed = || {
        let places = [
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        ];
        places.iter().map(PathBuf::from).find(|path| path.is_file())
    };
    named.or_else(on_path).or_else(installed)
}

fn driver() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .filter(|path| path.is_file());
    named.or_else(|| find("chromedriver"))
}

/// Makes sure native WebGPU tests have an adapter. Gives the file that makes Vulkan use the software driver, where that applies:
/// results then do not depend on the machine's graphics card. `VK_DRIVER_FILES` set by the user is left alone.
pub fn software_vulkan() -> Outcome<Option<PathBuf>> {
    if !cfg!(target_os = "linux")
        || ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"]
            .iter()
            .any(|name| std::env::var_os(name).is_some())
    {
        return Ok(None);
    }
    if let Some(file) = lavapipe() {
        return Ok(Some(file));
    }
    install(&["mesa-vulkan-drivers"])?;
    lavapipe()
        .map(Some)
        .ok_or_else(|| advice("a software Vulkan driver").into())
}

fn lavapipe() -> Option<PathBuf> {
    let folders = [
        "/usr/share/vulkan/icd.d",
        "/etc/vulkan/icd.d",
        "/usr/local/share/vulkan/icd.d",
    ];
    let files = folders
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten();
    files.map(|entry| entry.path()).find(|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("lvp_icd"))
    })
}

/// Installs Debian packages when we are root on Debian; otherwise says what to install.
fn install(packages: &[&str]) -> Outcome<()> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let debian =
        release.lines().any(|line| line == "ID=debian") && Path::new("/usr/bin/apt-get").is_file();
    let root = debian && output(Command::new("id").arg("-u")).as_deref() == Some("0");
    if !root {
        return Err(advice(&packages.join(" and ")).into());
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .args(["-qq", "-o", "Dpkg::Use-Pty=0"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    if let Err(error) = run("reading Debian's package lists", &mut apt(&["update"])) {
        say(&format!("{error}; trying with the lists that are there"));
    }
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    run(
        &format!("installing {}", packages.join(", ")),
        &mut apt(&arguments),
    )
}

/// What is missing and the exact command that brings it.
fn advice(what: &str) -> String {
    let how = if cfg!(target_os = "macos") {
        "brew install --cask google-chrome && brew install chromedriver"
    } else if cfg!(windows) {
        "winget install Google.Chrome Chromium.ChromeDriver"
    } else if find("apt-get").is_some() {
        "sudo apt-get install chromium chromium-driver mesa-vulkan-drivers (on Ubuntu: Google Chrome's own package, chromedriver of the same version, and mesa-vulkan-drivers)"
    } else if find("dnf").is_some() {
        "sudo dnf install chromium chromedriver mesa-vulkan-drivers"
    } else if find("pacman").is_some() {
        "sudo pacman -S chromium vulkan-swrast"
    } else {
        "Chromium, chromedriver of the same version, and Mesa's Vulkan drivers from your system's packages"
    };
    format!(
        "{what} not found. Install with: {how}. Programs outside PATH can be named with CHROME and CHROMEDRIVER."
    )
}
