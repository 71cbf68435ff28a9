//! The bench on this machine without a browser: `cargo xtask bench --native`. One JSON object a line.

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod reference;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    native::main()
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::cell::Cell;
    use std::path::Path;
    use std::process::ExitCode;
    use std::rc::Rc;

    use seedling::gpu::DeviceOptions;
    use seedling::session::config::BackendChoice;
    use seedling::session::protocol::{Command, Event};
    use seedling::session::reading::{Order, Reply};
    use seedling::worker::native::Native;
    use seedling::worker::{Engine, Reader};

    const TOKENIZE: &str = "tokenize";
    const WORKLOADS: [&str; 5] = ["train", "matmul", "generate", "sample", TOKENIZE];
    /// Where the build keeps the texts that the page fetches.
    const TEXTS: &str = "public/corpora";

    pub fn main() -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| {
            let at = arguments.iter().position(|a| a == name)?;
            arguments.get(at + 1).cloned()
        };
        // With the warm-up, enough steps to tell the loss at step 50.
        let runs = value("--runs").and_then(|r| r.parse().ok()).unwrap_or(50);
        let workloads = match value("--workload") {
            Some(one) => vec![one],
            None => WORKLOADS.map(str::to_owned).to_vec(),
        };
        let configs = match value("--config") {
            Some(one) => vec![one],
            None => vec!["S".to_owned(), "M".to_owned()],
        };
        let backends = match value("--backend").as_deref() {
            Some("cpu") => vec![BackendChoice::Cpu],
            Some(_) => vec![BackendChoice::WebGpu],
            None => vec![BackendChoice::WebGpu, BackendChoice::Cpu],
        };
        let has_failed = Rc::new(Cell::new(false));
        for backend in backends {
            let seen = has_failed.clone();
            let surroundings = Rc::new(Native::new(DeviceOptions::default()).with_texts(TEXTS));
            let mut engine = Engine::new(surroundings, move |event| match event {
                Event::BenchLine { json, .. } => println!("{json}"),
                Event::Failed { message, .. } => {
                    eprintln!("{message}");
                    seen.set(true);
                }
                _ => {}
            });
            pollster::block_on(engine.handle(Command::Start { backend }));
            for workload in workloads.iter().filter(|it| *it != TOKENIZE) {
                // Only these two depend on the configuration.
                let has_config = ["train", "generate"].contains(&workload.as_str());
                for config in &configs[..if has_config { configs.len() } else { 1 }] {
                    pollster::block_on(engine.handle(Command::Bench {
                        request: 0,
                        backend,
                        workload: workload.clone(),
                        config: config.clone(),
                        runs,
                    }));
                }
            }
        }
        if workloads.iter().any(|it| it == TOKENIZE)
            && let Err(error) = tokenize(runs)
        {
            eprintln!("{error}");
            has_failed.set(true);
        }
        if has_failed.get() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
    /// Ours, then the reference's. Cutting text does not touch the device.
    fn tokenize(runs: u32) -> Result<(), Box<dyn std::error::Error>> {
        let outside = Rc::new(Native::new(DeviceOptions::default()).with_texts(TEXTS));
        let failure = Rc::new(Cell::new(None));
        let heard = failure.clone();
        let mut reader = Reader::new(outside, move |reply| match reply {
            Reply::BenchLine { json, .. } => println!("{json}"),
            Reply::BenchDone { failure, .. } => heard.set(failure),
            _ => {}
        });
        pollster::block_on(reader.handle(Order::Bench { request: 0, runs }));
        match failure.take() {
            Some(message) => Err(message.into()),
            None => super::reference::tokenize(Path::new(TEXTS), runs),
        }
    }
}
