//! A C function and a structure of the host, as typed objects in scripts: no copying, no glue.

use moonglue::{Error, Policy, Runtime, describe_struct};

#[derive(Clone, Copy)]
#[repr(C)]
struct Player {
    x: f64,
    y: f64,
    lives: i32,
}
describe_struct!(Player { x, y, lives });

extern "C" fn distance(a: Player, b: Player) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn main() -> Result<(), Error> {
    // SAFETY: the policy lets scripts reach only what is exposed here, with the types it has.
    let runtime = unsafe { Runtime::builder().allow_ffi(Policy::none()) }.build()?;
    runtime.expose_fn("distance", distance as extern "C" fn(Player, Player) -> f64)?;
    runtime.expose_type::<Player>("Player")?;
    let player = runtime.expose("player", Player { x: 1.0, y: 2.0, lives: 3 })?;

    runtime.exec(
        "player.x, player.lives = 4, player.lives - 1
         print(player)
         print(distance(player, Player { x = 1, y = 6 }))",
    )?;
    println!("the host sees {} lives at x = {}", player.get().lives, player.get().x);
    Ok(())
}
