//! Just enough of WebDriver (W3C, 2018) to open a page in a fresh browser, ask it things, and read its console.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Outcome;
use crate::browser::Browser;

/// A browser with an empty profile; it is closed when dropped.
pub struct Session {
    driver: Child,
    port: u16,
    id: String,
}

impl Session {
    pub fn start(browser: &Browser) -> Outcome<Self> {
        let mut driver = Command::new(&browser.driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = BufReader::new(driver.stdout.take().expect("standard output is piped"));
        let mut lines = stdout.lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line));
        // The driver must never wait for somebody to read what it prints.
        std::thread::spawn(move || lines.for_each(drop));
        let mut session = Self {
            driver,
            port: port.ok_or("chromedriver did not start")?,
            id: String::new(),
        };
        let mut capabilities = browser.capabilities()?;
        capabilities["browserName"] = json!("chrome");
        capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL" });
        let created = session.ask(
            "POST",
            "/session",
            &json!({ "capabilities": { "alwaysMatch": capabilities } }),
        )?;
        session.id = created["sessionId"]
            .as_str()
            .ok_or("chromedriver gave no session")?
            .to_owned();
        Ok(session)
    }

    /// Opens a page.
    pub fn open(&self, url: &str) -> Outcome<()> {
        self.command("url", &json!({ "url": url })).map(drop)
    }

    /// The value a piece of JavaScript returns.
    pub fn evaluate(&self, script: &str) -> Outcome<Value> {
        self.command("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Errors the page wrote to the console since the last call.
    pub fn console_errors(&self) -> Outcome<Vec<String>> {
        let entries = self.command("se/log", &json!({ "type": "browser" }))?;
        let entries = entries.as_array().cloned().unwrap_or_default();
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        Ok(severe
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect())
    }

    fn command(&self, name: &str, body: &Value) -> Outcome<Value> {
        self.ask("POST", &format!("/session/{}/{name}", self.id), body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        let body = body.to_string();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(300)))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let value = read_json(&mut BufReader::new(stream))?["value"].take();
        match value["error"].as_str() {
            None => Ok(value),
            Some(error) => Err(format!(
                "the browser: {error}: {}",
                value["message"].as_str().unwrap_or_default()
            )
            .into()),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.id.is_empty() {
            let _ = self.ask("DELETE", &format!("/session/{}", self.id), &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// `ChromeDriver was started successfully on port 41234.`
fn port_in(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?
        .1
        .trim_end_matches('.')
        .parse()
        .ok()
}

/// The JSON body of an HTTP answer that says its length.
fn read_json(answer: &mut impl BufRead) -> Outcome<Value> {
    let mut length = 0;
    loop {
        let mut header = String::new();
        if answer.read_line(&mut header)? == 0 {
            return Err("chromedriver closed the connection".into());
        }
        match header.trim_end().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse()?
            }
            None if header.trim_end().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body)?;
    Ok(serde_json::from_slice(&body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_drivers_port_and_answers() {
        assert_eq!(
            port_in("ChromeDriver was started successfully on port 41234."),
            Some(41234)
        );
        assert_eq!(port_in("Starting ChromeDriver 1.2 on port 0"), None);
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{\"value\":[1]}";
        assert_eq!(read_json(&mut answer.as_bytes()).unwrap()["value"][0], 1);
    }
}
