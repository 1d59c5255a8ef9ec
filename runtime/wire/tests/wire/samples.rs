//! One message of each kind at least.

use moonglue_abi::{Prim, Type};
use moonglue_wire::{
    Allocation, Batch, Call, Callback, CallbackReturn, Convention, Hello, Load, LoadFailure, LoadProblem, Loaded,
    NewCallback, PROTOCOL_VERSION, Prepared, Reply, Request, Returned, Signature, StringRead, Usage, Welcome,
};

pub(crate) fn requests() -> Vec<Request<'static>> {
    let call = Call { signature: 3, code: u64::MAX, function: 9, errno: Some(-1), frame: &[1, 2, 3] };
    let array = Type::array(Prim::Double.into(), 3).expect("an array that can be");
    let signature = Signature::new(&Prim::Int.into(), &[Prim::Pointer.into(), array], 1, Convention::Stdcall);
    vec![
        Request::Hello(Hello { version: PROTOCOL_VERSION, token: [7; 32], rings: true }),
        Request::Load(Load { name: Some("libm.so.6"), global: false }),
        Request::Close { library: 1 },
        Request::Symbol { library: 1, name: "sin" },
        Request::Prepare(signature.clone()),
        Request::Call(call),
        Request::Batch(Batch { calls: vec![call, Call { errno: None, frame: &[], ..call }] }),
        Request::CallbackReturn(CallbackReturn { result: &[0; 16], errno: Some(4) }),
        Request::NewCallback(NewCallback { id: 1, signature, errno: true }),
        Request::FreeCallback { id: 1 },
        Request::Allocate(Allocation { len: 1 << 40, align: 16 }),
        Request::Free { address: 0x1000 },
        Request::Read { address: 0x1000, len: 5 },
        Request::ReadString(StringRead { address: 1 << 46, width: 4, limit: u64::MAX }),
        Request::Write { address: 5, bytes: b"bytes" },
        Request::Map { offset: 1 << 20, len: 1 << 16 },
        Request::Unmap { address: 0x1000, len: 1 << 16 },
        Request::Ping,
        Request::Usage,
        Request::Server(b"opaque"),
        Request::Shutdown,
    ]
}

pub(crate) fn replies() -> Vec<Reply<'static>> {
    let returned = Returned { result: &[9; 16], errno: 2 };
    vec![
        Reply::Callback(Callback { id: 1, arguments: &[1; 20], errno: None }),
        Reply::Welcome(Welcome {
            version: PROTOCOL_VERSION,
            token: [8; 32],
            build: "0.1.0",
            abi: "i386-linux",
            pid: 77,
        }),
        Reply::Done,
        Reply::Refused("no"),
        Reply::Address(1 << 31),
        Reply::NoMemory,
        Reply::Bytes(b"abc"),
        Reply::Fault { address: 1, len: 2 },
        Reply::Loaded(Loaded { library: 0, handle: 1 << 40, path: Some("/lib/x.so") }),
        Reply::LoadFailed(LoadFailure {
            problem: LoadProblem::MissingDependency,
            message: "x needs y",
            file: Some("x"),
            machine: None,
            missing: vec!["y"],
            searched: vec!["/lib", "/usr/lib"],
            errno: Some(2),
        }),
        Reply::Prepared(Prepared { id: 4, frame_size: 32, result_size: 16, slots: vec![0, 8, 16] }),
        Reply::Returned(returned),
        Reply::Batched(vec![returned; 3]),
        Reply::Usage(Usage { calls: 1, ..Usage::default() }),
        Reply::Server(b""),
    ]
}
