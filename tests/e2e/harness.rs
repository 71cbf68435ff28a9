//! Server, browser and checks around each browser test.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

#[path = "../../xtask/static_files.rs"]
mod static_files;

pub use static_files::Heard;
use static_files::Server;

/// Where the page is served: a page with absolute addresses finds nothing here.
pub const SUB_PATH: &str = "/some/sub/path/";

/// How long a test waits for something to appear before it fails. Software WebGPU on two cores is slow.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Addresses the browser calls on its own account (clock, updates of its components, sign-in, safe browsing, search), whatever page is open.
/// A page has nothing to get from them.
const BROWSERS_OWN: [&str; 12] = [
    "accounts.google.com",
    "android.clients.google.com",
    "clients2.google.com",
    "clientservices.googleapis.com",
    "content-autofill.googleapis.com",
    "edgedl.me.gvt1.com",
    "mtalk.google.com",
    "optimizationguide-pa.googleapis.com",
    "redirector.gvt1.com",
    "safebrowsingohttpgateway.googleapis.com",
    "update.googleapis.com",
    "www.google.com",
];

/// What a test needs to be different from an ordinary visit.
#[derive(Clone, Debug)]
pub struct Visit {
    webgpu: bool,
    console_errors: bool,
    files: PathBuf,
}

impl Visit {
    /// The built page, WebGPU on the software adapter, no error allowed in the console.
    pub fn ordinary() -> Self {
        let files = std::env::var_os("SEEDLING_DIST").map_or_else(|| "dist".into(), PathBuf::from);
        Self {
            webgpu: true,
            console_errors: false,
            files,
        }
    }

    /// A browser that finds no WebGPU adapter.
    pub fn without_webgpu(mut self) -> Self {
        self.webgpu = false;
        self
    }

    /// A test that provokes an error the browser itself reports.
    pub fn expecting_console_errors(mut self) -> Self {
        self.console_errors = true;
        self
    }

    /// A copy of the page, without its corpora, that lacks one file.
    pub fn copy_without(&self, missing: &str) -> PathBuf {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("without-{missing}"));
        // What an earlier run left there may be of another page.
        let _ = std::fs::remove_dir_all(&folder);
        copy(&self.files, &folder, &[missing, "corpora"]);
        folder
    }

    /// Another folder than `dist/`, for tests of this harness.
    pub fn of(mut self, files: &Path) -> Self {
        self.files = files.to_path_buf();
        self
    }
}

/// Copies a folder but for the files and folders of these names.
fn copy(from: &Path, to: &Path, missing: &[&str]) {
    std::fs::create_dir_all(to).expect("a folder for the page");
    for entry in std::fs::read_dir(from).expect("the page is built") {
        let path = entry.expect("its folder can be read").path();
        let name = path.file_name().unwrap_or_default();
        if missing.iter().any(|it| name == *it) {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name), missing);
        } else {
            std::fs::copy(&path, to.join(name)).expect("the page is copied");
        }
    }
}

/// The browser, with the page or on its way to it.
pub struct Page {
    pub client: Client,
    server: Server,
    driver: String,
}

impl Page {
    /// Opens the page with this hash (`""` or `"#…"`), as a new visit: the hash alone never reloads.
    pub async fn open(&self, hash: &str) {
        self.client
            .goto("about:blank")
            .await
            .expect("a blank page opens");
        self.client
            .goto(&self.url(hash))
            .await
            .expect("the page opens");
    }

    /// Address of the page with this hash.
    pub fn url(&self, hash: &str) -> String {
        format!("{}{hash}", self.server.url())
    }

    /// The element, as soon as it is there.
    pub async fn element(&self, css: &str) -> Element {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("{css} did not appear: {error}\n{}", self.body().await),
        }
    }

    /// Waits until this JavaScript expression is truthy; its value.
    pub async fn until(&self, expression: &str) -> Value {
        self.until_within(PATIENCE, expression).await
    }

    /// Waits this long until the JavaScript expression is truthy; its value.
    pub async fn until_within(&self, patience: Duration, expression: &str) -> Value {
        let started = Instant::now();
        loop {
            let value = self.evaluate(expression).await;
            let falsy =
                value.is_null() || value == json!(false) || value == json!(0) || value == json!("");
            if !falsy {
                return value;
            }
            if started.elapsed() > patience {
                panic!(
                    "still {value} after {patience:?}: {expression}\n{}",
                    self.body().await
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The value of a JavaScript expression; a promise is waited for.
    pub async fn evaluate(&self, expression: &str) -> Value {
        self.client
            .execute(&format!("return ({expression});"), Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    /// Gives the page a window of this size, in CSS pixels. A real window cannot be as narrow as a phone.
    pub async fn resize(&self, width: u32, height: u32) {
        let session = self.client.session_id().await;
        let session = session.ok().flatten().expect("the browser has a session");
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        post(
            &self.driver,
            &format!("/session/{session}/goog/cdp/execute"),
            &json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": size }),
        )
        .await;
        self.until(&format!("innerWidth === {width}")).await;
    }

    /// Every request the browser has made so far, to whatever address.
    pub fn requests(&self) -> Vec<Heard> {
        self.server.heard()
    }

    /// Requests to other addresses than the page's own, except those the browser makes whatever it shows.
    pub fn foreign_requests(&self) -> Vec<Heard> {
        let own = self.server.host();
        let of_browser = |heard: &Heard| {
            let name = heard.host.split(':').next().unwrap_or_default();
            BROWSERS_OWN.contains(&name)
        };
        self.requests()
            .into_iter()
            .filter(|heard| heard.host != own && !of_browser(heard))
            .collect()
    }

    /// What the page shows, for the message of a test that fails.
    async fn body(&self) -> String {
        let text = self
            .client
            .execute("return document.body?.innerText ?? ''", Vec::new())
            .await;
        text.ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Errors in the console since the last call.
    async fn console_errors(&self, driver: &str) -> Vec<String> {
        let Ok(Some(session)) = self.client.session_id().await else {
            return Vec::new();
        };
        let entries = post(
            driver,
            &format!("/session/{session}/se/log"),
            &json!({ "type": "browser" }),
        )
        .await;
        let entries = entries["value"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE")
            .map(|entry| entry["message"].to_string())
            .collect()
    }
}

/// Runs a test in a fresh browser. The browser is closed however the test ends.
pub async fn visit<Test, Done>(visit: Visit, test: Test)
where
    Test: FnOnce(std::sync::Arc<Page>) -> Done + Send + 'static,
    Done: Future<Output = ()> + Send + 'static,
{
    assert!(
        visit.files.join("index.html").is_file(),
        "no page in {}; run `cargo xtask test e2e`",
        visit.files.display()
    );
    let server =
        Server::start(&visit.files, SUB_PATH, 0).expect("a free port on the loopback address");
    let (mut driver, address) = start_driver().await;
    let connected = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities(&visit, &server))
        .connect(&address)
        .await;
    let client = connected.expect("the browser starts");
    let page = std::sync::Arc::new(Page {
        client: client.clone(),
        server,
        driver: address.clone(),
    });

    // In a task of its own: a panic must not leave the browser running.
    let outcome = tokio::spawn(test(std::sync::Arc::clone(&page))).await;
    let errors = page.console_errors(&address).await;
    let foreign = page.foreign_requests();
    let closed = client.close().await;
    let _ = driver.kill().await;

    if let Err(failure) = outcome {
        if !errors.is_empty() {
            eprintln!("errors in the console: {errors:#?}");
        }
        std::panic::resume_unwind(failure.into_panic());
    }
    closed.expect("the browser closes");
    assert!(
        visit.console_errors || errors.is_empty(),
        "errors in the console: {errors:#?}"
    );
    assert!(
        foreign.is_empty(),
        "the page asked other addresses: {foreign:#?}"
    );
}

/// chromedriver on a free port, and its address. The port it finds for IPv4 may be taken for IPv6; then it ends, and is asked again.
async fn start_driver() -> (Child, String) {
    for _ in 0..5 {
        if let Some(started) = try_driver().await {
            return started;
        }
    }
    panic!("chromedriver ended before it was ready, five times");
}

/// `None` when it ends before it is ready.
async fn try_driver() -> Option<(Child, String)> {
    let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let mut command = Command::new(&program);
    command
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let mut driver = command
        .spawn()
        .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
    let mut lines = BufReader::new(driver.stdout.take().expect("standard output is piped")).lines();
    while let Some(line) = lines.next_line().await.expect("chromedriver prints text") {
        let port = line
            .split_once("successfully on port ")
            .map(|(_, port)| port.trim_end_matches('.').to_owned());
        if let Some(port) = port {
            // The driver must never wait for somebody to read what it prints.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some((driver, format!("http://127.0.0.1:{port}")));
        }
    }
    None
}

/// The project's browser flags, with every request led through our server.
fn capabilities(visit: &Visit, server: &Server) -> Map<String, Value> {
    let path = std::env::var_os("WASM_BINDGEN_TEST_WEBDRIVER_JSON")
        .map_or_else(|| "webdriver.json".into(), PathBuf::from);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut capabilities: Map<String, Value> =
        serde_json::from_str(&text).expect("webdriver.json is JSON");
    let arguments = capabilities["goog:chromeOptions"]["args"]
        .as_array_mut()
        .expect("webdriver.json lists the flags");
    if !visit.webgpu {
        arguments.retain(|flag| !flag.as_str().is_some_and(|flag| flag.contains("webgpu")));
    }
    // Without the second flag a browser never asks its proxy for the loopback address.
    arguments.push(json!(format!("--proxy-server={}", server.host())));
    arguments.push(json!("--proxy-bypass-list=<-loopback>"));
    capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    capabilities
}

/// A WebDriver command that the client crate does not know.
async fn post(driver: &str, path: &str, body: &Value) -> Value {
    let host = driver.trim_start_matches("http://");
    let body = body.to_string();
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(host).await?;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await?;
        read_json(&mut BufReader::new(stream)).await
    };
    ask.await.expect("chromedriver answers")
}

/// The JSON body of an HTTP answer that says its length; the driver keeps the connection open after it.
async fn read_json(answer: &mut BufReader<tokio::net::TcpStream>) -> std::io::Result<Value> {
    let mut length = 0;
    loop {
        let mut header = String::new();
        answer.read_line(&mut header).await?;
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
            None if header.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body).await?;
    Ok(serde_json::from_slice(&body)?)
}
