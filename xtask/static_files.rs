//! A small static file server on the loopback address, for `cargo xtask serve`, `bench` and the browser tests.
//!
//! It serves one folder under one path and remembers every request it hears, so that a test can say what a page asked for.
//! It also answers as an HTTP proxy: a browser that is told to use it for everything shows here each address that is not ours,
//! and gets nothing from there. Standard library only; shared by `tests/e2e.rs` through a path.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io, thread};

/// A running server; it lives until the process ends.
pub struct Server {
    address: SocketAddr,
    site: Arc<Site>,
}

struct Site {
    address: SocketAddr,
    folder: PathBuf,
    /// Begins and ends with `/`.
    path: String,
    heard: Mutex<Vec<Heard>>,
}

/// A request as the browser made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub method: String,
    /// `host:port` the browser meant to talk to.
    pub host: String,
    /// Path and query; empty for a tunnel (`CONNECT`).
    pub target: String,
    /// Status of our answer.
    pub status: u16,
}

impl Server {
    /// Serves `folder` under `path` on 127.0.0.1; port 0 takes any free one. The folder may come into being later.
    pub fn start(folder: &Path, path: &str, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let site = Arc::new(Site {
            address,
            folder: folder.to_path_buf(),
            path: path.to_owned(),
            heard: Mutex::default(),
        });
        let server = Self {
            address,
            site: Arc::clone(&site),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&site);
                thread::spawn(move || site.talk(stream));
            }
        });
        Ok(server)
    }

    /// `127.0.0.1:port`.
    #[allow(
        dead_code,
        reason = "the commands serve, the browser tests also ask whose request it was"
    )]
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Address of the served folder.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.site.path)
    }

    /// Every request so far, in the order of the answers.
    #[allow(
        dead_code,
        reason = "the commands serve, the browser tests also ask what was heard"
    )]
    pub fn heard(&self) -> Vec<Heard> {
        self.site
            .heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Site {
    /// Answers the requests of one connection until the browser closes it.
    fn talk(&self, stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
        let _ = stream.set_nodelay(true);
        let Ok(mut answers) = stream.try_clone() else {
            return;
        };
        let mut requests = BufReader::new(stream);
        while let Ok(Some(request)) = Request::read(&mut requests) {
            let answer = self.answer(&request);
            let heard = Heard {
                method: request.method,
                host: request.host,
                target: request.target,
                status: answer.status,
            };
            let body = if heard.method == "HEAD" {
                &[][..]
            } else {
                &answer.body
            };
            self.heard
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(heard);
            let sent = answers
                .write_all(answer.head().as_bytes())
                .and_then(|()| answers.write_all(body));
            if sent.is_err() {
                return;
            }
        }
    }

    fn answer(&self, request: &Request) -> Answer {
        if request.host != self.address.to_string()
            && request.host != format!("localhost:{}", self.address.port())
        {
            return Answer::text(403, "this server knows only its own address");
        }
        if request.method != "GET" && request.method != "HEAD" {
            return Answer::text(405, "only GET and HEAD");
        }
        let path = request.target.split(['?', '#']).next().unwrap_or_default();
        let Some(inside) = path.strip_prefix(&self.path) else {
            return Answer::text(404, "nothing is served at this path");
        };
        let Some(mut file) = decoded(inside).and_then(|inside| self.place(&inside)) else {
            return Answer::text(400, "not a path");
        };
        if file.is_dir() {
            file.push("index.html");
        }
        match fs::read(&file) {
            Ok(body) => Answer {
                status: 200,
                kind: media_type(&file),
                cache: cache_rule(&file),
                body,
            },
            Err(_) => Answer::text(404, "no such file"),
        }
    }

    /// The file of a path inside the site; `None` when it would lead out of the folder.
    fn place(&self, inside: &str) -> Option<PathBuf> {
        let inside = Path::new(inside);
        inside
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
            .then(|| self.folder.join(inside))
    }
}

struct Request {
    method: String,
    host: String,
    target: String,
}

impl Request {
    /// The next request of a connection; `None` at its end. Bodies are read and dropped: nothing here takes one.
    fn read(stream: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(first) = line(stream)? else {
            return Ok(None);
        };
        let mut words = first.split_ascii_whitespace();
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default().to_owned();
        let (mut host, mut body_bytes) = (String::new(), 0);
        while let Some(header) = line(stream)?.filter(|header| !header.is_empty()) {
            let Some((name, value)) = header.split_once(':') else {
                continue;
            };
            match name.to_ascii_lowercase().as_str() {
                "host" => host = value.trim().to_ascii_lowercase(),
                "content-length" => body_bytes = value.trim().parse().unwrap_or(0),
                _ => {}
            }
        }
        io::copy(&mut stream.take(body_bytes), &mut io::sink())?;
        // A proxied request names its host in the first line.
        if method == "CONNECT" {
            return Ok(Some(Self {
                method,
                host: target,
                target: String::new(),
            }));
        }
        if let Some((_, rest)) = target.split_once("://") {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            return Ok(Some(Self {
                method,
                host: host.to_ascii_lowercase(),
                target: path.to_owned(),
            }));
        }
        Ok(Some(Self {
            method,
            host,
            target,
        }))
    }
}

/// One line without its end; `None` at the end of the stream. Longer than any browser's header is an error.
fn line(stream: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if stream.take(64 * 1024).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()))
}

struct Answer {
    status: u16,
    kind: &'static str,
    cache: &'static str,
    body: Vec<u8>,
}

impl Answer {
    fn text(status: u16, message: &str) -> Self {
        Self {
            status,
            kind: "text/plain; charset=utf-8",
            cache: "no-store",
            body: message.as_bytes().to_vec(),
        }
    }

    fn head(&self) -> String {
        let reason = match self.status {
            200 => "OK",
            400 => "Bad Request",
            403 => "Forbidden",
            404 => "Not Found",
            _ => "Method Not Allowed",
        };
        format!(
            "HTTP/1.1 {} {reason}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: {}\r\nX-Content-Type-Options: nosniff\r\n\r\n",
            self.status,
            self.kind,
            self.body.len(),
            self.cache
        )
    }
}

/// Files whose name carries a hash never change; the others are asked for again.
fn cache_rule(file: &Path) -> &'static str {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let hashed = name
        .split(['-', '_'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn media_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// A path with its `%xx` read; `None` when that is not UTF-8.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match (first, after) {
            (b'%', [high, low, ..]) => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok()),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let address = SocketAddr::from(([127, 0, 0, 1], 8000));
        Site {
            address,
            folder: PathBuf::from("xtask"),
            path: "/some/path/".to_owned(),
            heard: Mutex::default(),
        }
    }

    fn status(head: &str) -> u16 {
        let request = Request::read(&mut head.as_bytes()).unwrap().unwrap();
        // Unit tests run in the package's folder.
        let site = Site {
            folder: PathBuf::from(env!("CARGO_MANIFEST_DIR")),
            ..site()
        };
        site.answer(&request).status
    }

    #[test]
    fn serves_its_folder_and_nothing_else() {
        let get = |target: &str| {
            status(&format!(
                "GET {target} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n\r\n"
            ))
        };
        assert_eq!(get("/some/path/Cargo.toml"), 200);
        assert_eq!(get("/some/path/Cargo%2Etoml?x=1"), 200);
        assert_eq!(get("/Cargo.toml"), 404, "outside the path");
        assert_eq!(get("/some/path/../README.md"), 400, "outside the folder");
        assert_eq!(
            get("/some/path/%2e%2e/README.md"),
            400,
            "outside the folder, encoded"
        );
        assert_eq!(get("/some/path//etc/passwd"), 400, "an absolute path");
    }

    #[test]
    fn names_other_hosts_when_used_as_a_proxy() {
        assert_eq!(
            status("GET http://127.0.0.1:8000/some/path/Cargo.toml HTTP/1.1\r\n\r\n"),
            200
        );
        assert_eq!(
            status("GET http://fonts.example/a.css HTTP/1.1\r\nHost: fonts.example\r\n\r\n"),
            403
        );
        let tunnel = Request::read(
            &mut "CONNECT fonts.example:443 HTTP/1.1\r\nHost: fonts.example:443\r\n\r\n".as_bytes(),
        );
        assert_eq!(tunnel.unwrap().unwrap().host, "fonts.example:443");
    }

    #[test]
    fn only_hashed_names_are_kept_for_good() {
        assert!(
            cache_rule(Path::new("seedling-page-a457451ac316081_bg.wasm")).contains("immutable")
        );
        assert_eq!(cache_rule(Path::new("worker.js")), "no-cache");
        assert_eq!(cache_rule(Path::new("index.html")), "no-cache");
    }
}
