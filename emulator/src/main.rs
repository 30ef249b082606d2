//! The binary: flags, the first line, the server, the exit status.

use std::{
    env,
    io::{self, Write as _},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::SystemTime,
};

use account_connections_emulator::{Emulator, Log, Options, Stop, Stopped, serve};

fn main() -> ExitCode {
    let options = match Options::from_arguments(env::args_os()) {
        Ok(options) => options,
        Err(Stopped::Shown(text)) => {
            // If the stream was closed, nobody wants it.
            drop(io::stdout().write_all(text.as_bytes()));
            return ExitCode::SUCCESS;
        }
        Err(Stopped::Bad(line)) => return failed(&line, 2),
    };
    let (log, end) = Log::to(io::stderr());
    let ended = start(&options, log);
    end.wait();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format!("error: {error}"), 1),
    }
}

fn failed(line: &str, status: u8) -> ExitCode {
    drop(writeln!(io::stderr(), "{line}"));
    ExitCode::from(status)
}

fn start(options: &Options, log: Log) -> io::Result<()> {
    check_time()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let emulator = Emulator::new(options, log).map_err(io::Error::other)?;
        // Before the first line: anyone who has read it may end the emulator.
        let stop = Stop::catch()?;
        let listener = tokio::net::TcpListener::bind(&options.listen)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {}: {error}", options.listen)))?;
        announce(listener.local_addr()?);
        serve(listener, Arc::new(emulator), stop.wait()).await
    });
    // Anything still waiting for a database that does not answer has had its time.
    runtime.shutdown_background();
    ended
}

/// A response has a date, which hyper writes, and HTTP has none before 1970: better not to start than not to answer.
fn check_time() -> io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the operating system's clock is what is looked at")]
    let now = SystemTime::now();
    if now < SystemTime::UNIX_EPOCH {
        let message = "the system's clock is before 1970, where HTTP has no dates: set it right, and give the model other \
             times by `--clock manual:TIME`";
        return Err(io::Error::other(message));
    }
    Ok(())
}

/// The first two lines, and a warning if others can reach the emulator. It serves, whether or not anybody reads them.
fn announce(address: SocketAddr) {
    if !address.ip().is_loopback() {
        drop(writeln!(
            io::stderr(),
            "warning: {address} is not a loopback address, and signatures are not checked: whoever reaches it can call \
             as any account"
        ));
    }
    let mut stdout = io::stdout().lock();
    drop(writeln!(stdout, "listening on http://{address}"));
    drop(writeln!(stdout, "console on http://{address}/console"));
    drop(stdout.flush());
}
