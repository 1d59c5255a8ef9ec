//! Scripts that take too much: memory, time, patience.

use std::thread;
use std::time::Duration;

use moonglue::{Error, Runtime};

fn main() -> Result<(), Error> {
    let runtime = Runtime::builder().memory_limit(8 << 20).deadline(Duration::from_millis(200)).build()?;
    for script in ["local t = {} for i = 1, 1e9 do t[i] = {} end", "while true do pcall(error) end"] {
        match runtime.exec(script) {
            Err(Error::Limit { limit, .. }) => println!("stopped: {limit}"),
            other => println!("unexpected: {other:?}"),
        }
    }

    // Any thread may hold the handle that stops a script.
    let patient = Runtime::new()?;
    let interrupt = patient.interrupt();
    let other = thread::spawn(move || {
        while !interrupt.interrupt() {
            thread::yield_now();
        }
    });
    match patient.exec("coroutine.wrap(function() while true do end end)()") {
        Err(Error::Interrupted { .. }) => println!("stopped: by hand"),
        other => println!("unexpected: {other:?}"),
    }
    // It waits for the script to begin and asks once, so it is over when the script is.
    let _ = other.join();

    println!("still usable: {}", runtime.eval::<i64>("return 6 * 7")?);
    Ok(())
}
