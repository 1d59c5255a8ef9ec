//! The smallest host: a safe runtime, a host function, and what an error knows.

use moonglue::{Error, Runtime};

fn main() -> Result<(), Error> {
    let runtime = Runtime::new()?;
    runtime.register("discount", |_, (price, percent): (f64, f64)| Ok(price * (1.0 - percent / 100.0)))?;

    let total: f64 = runtime.eval("return discount(80, 25) + discount(20, 50)")?;
    println!("total: {total}");

    let script = runtime.load("local order = {}\nprint(order.customer.name)", "@orders.lua")?;
    if let Err(error) = runtime.call::<()>(&script, ()) {
        println!("error: {error}");
        println!("at: {:?}", error.position());
    }
    Ok(())
}
