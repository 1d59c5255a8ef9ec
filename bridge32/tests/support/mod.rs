//! A host of the plainest kind: it starts the bridge under test and talks to it message by message.
#![allow(dead_code, reason = "each test program uses its own part")]

use std::collections::VecDeque;
use std::io::Read;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use moonglue_abi::Type;
use moonglue_wire::channel::{
    ChannelError, MEMORY_FD, Receiver, SOCKET_FD, Sender, SocketTransport, greet, random_token, socket_pair,
};
use moonglue_wire::shared::{Control, CrashRecord, SharedMemory};
use moonglue_wire::{
    Call, Callback, CallbackReturn, Convention, Load, NewCallback, Prepared, Reply, Request, Signature, decode,
};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a test waits for at most.
pub(crate) fn deadline() -> Instant {
    Instant::now() + PATIENCE
}

/// A running bridge, seen from its host.
pub(crate) struct Host {
    pub(crate) child: Child,
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
    pub(crate) control: Control,
    pub(crate) memory: SharedMemory,
    /// Answers a callback: its number and the arguments' bytes; the result's bytes and `errno`.
    pub(crate) on_callback: Option<OnCallback>,
    /// Callbacks that came while another one was being answered: thread, number, arguments, `errno`.
    waiting: VecDeque<(u32, u32, Vec<u8>, Option<i32>)>,
    /// The thread that requests go to: that of the innermost callback.
    pub(crate) thread: u32,
}

pub(crate) type OnCallback = Box<dyn FnMut(&mut Host, u32, &[u8], Option<i32>) -> (Vec<u8>, Option<i32>)>;

/// A prepared signature and a function's address.
pub(crate) struct Function {
    pub(crate) prepared: Prepared,
    pub(crate) code: u64,
}

/// The end of a bridge.
#[derive(Debug)]
pub(crate) struct Death {
    pub(crate) status: ExitStatus,
    pub(crate) record: Option<CrashRecord>,
    pub(crate) output: String,
}

impl Host {
    pub(crate) fn start() -> Host {
        Host::start_with(false)
    }

    pub(crate) fn start_with(rings: bool) -> Host {
        let (ours, theirs) = socket_pair().unwrap();
        let memory = SharedMemory::create().unwrap();
        let control = Control::map(&memory).unwrap();
        let tokens = (random_token().unwrap(), random_token().unwrap());
        control.put_tokens((&tokens.0, &tokens.1));
        let mut command = Command::new(env!("CARGO_BIN_EXE_moonglue-bridge"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let inherited = [(theirs.as_raw_fd(), SOCKET_FD), (memory.file().as_raw_fd(), MEMORY_FD)];
        // SAFETY: only copies descriptors, which may be done between fork and exec.
        unsafe { command.pre_exec(move || hand_down(inherited)) };
        let child = command.spawn().unwrap();
        drop(theirs);
        let transport = Arc::new(SocketTransport::new(ours, None).unwrap());
        let (mut sender, mut receiver) = (Sender::new(transport.clone()), Receiver::new(transport));
        greet((&mut sender, &mut receiver), tokens, rings.then_some(&control), deadline()).unwrap();
        Host { child, sender, receiver, control, memory, on_callback: None, waiting: VecDeque::new(), thread: 0 }
    }

    /// Sends a request and hands the answer to `then`; callbacks before it are answered.
    pub(crate) fn ask<T>(&mut self, request: &Request<'_>, then: impl FnOnce(&Reply<'_>) -> T) -> T {
        self.try_ask(request, then).unwrap_or_else(|error| panic!("{request:?}: {error}"))
    }

    pub(crate) fn try_ask<T>(
        &mut self,
        request: &Request<'_>,
        then: impl FnOnce(&Reply<'_>) -> T,
    ) -> Result<T, ChannelError> {
        self.sender.send(self.thread, request, Some(deadline()))?;
        let mut message = Vec::new();
        loop {
            if self.on_callback.is_some()
                && let Some((thread, id, arguments, errno)) = self.waiting.pop_front()
            {
                self.answer(thread, Callback { id, arguments: &arguments, errno })?;
                continue;
            }
            let thread = self.receiver.receive(&mut message, Some(deadline()))?;
            match decode::<Reply<'_>>(&message)? {
                Reply::Callback(callback) => self.answer(thread, callback)?,
                reply => {
                    assert_eq!(thread, self.thread, "{reply:?}");
                    return Ok(then(&reply));
                }
            }
        }
    }

    fn answer(&mut self, thread: u32, callback: Callback<'_>) -> Result<(), ChannelError> {
        let Some(mut handler) = self.on_callback.take() else {
            self.waiting.push_back((thread, callback.id, callback.arguments.to_vec(), callback.errno));
            return Ok(());
        };
        let outer = std::mem::replace(&mut self.thread, thread);
        let (result, errno) = handler(self, callback.id, callback.arguments, callback.errno);
        self.thread = outer;
        self.on_callback.get_or_insert(handler);
        let returned = Request::CallbackReturn(CallbackReturn { result: &result, errno });
        self.sender.send(thread, &returned, Some(deadline()))
    }

    pub(crate) fn address(&mut self, request: &Request<'_>) -> u64 {
        self.ask(request, |reply| match reply {
            Reply::Address(address) => *address,
            other => panic!("{request:?}: {other:?}"),
        })
    }

    pub(crate) fn done(&mut self, request: &Request<'_>) {
        self.ask(request, |reply| assert_eq!(reply, &Reply::Done, "{request:?}"));
    }

    pub(crate) fn refused(&mut self, request: &Request<'_>) -> String {
        self.ask(request, |reply| match reply {
            Reply::Refused(why) => (*why).to_owned(),
            other => panic!("{request:?}: {other:?}"),
        })
    }

    pub(crate) fn load(&mut self, path: &Path) -> u32 {
        self.ask(&Request::Load(Load { name: path.to_str(), global: false }), |reply| match reply {
            Reply::Loaded(loaded) => loaded.library,
            other => panic!("{other:?}"),
        })
    }

    pub(crate) fn prepare(&mut self, result: impl Into<Type>, params: &[Type], fixed: usize) -> Prepared {
        let signature = Signature::new(&result.into(), params, fixed, Convention::C);
        self.ask(&Request::Prepare(signature), |reply| match reply {
            Reply::Prepared(prepared) => prepared.clone(),
            other => panic!("{other:?}"),
        })
    }

    pub(crate) fn function(&mut self, library: u32, name: &str, result: impl Into<Type>, params: &[Type]) -> Function {
        let code = self.address(&Request::Symbol { library, name });
        assert_ne!(code, 0, "{name}");
        Function { prepared: self.prepare(result, params, params.len()), code }
    }

    pub(crate) fn callback(&mut self, id: u32, result: impl Into<Type>, params: &[Type], errno: bool) -> u64 {
        let signature = Signature::new(&result.into(), params, params.len(), Convention::C);
        self.address(&Request::NewCallback(NewCallback { id, signature, errno }))
    }

    /// Calls with arguments of up to 8 bytes each, and gives the result's bytes and `errno`.
    pub(crate) fn call(&mut self, function: &Function, args: &[u64]) -> (Vec<u8>, i32) {
        let args: Vec<_> = args.iter().map(|arg| arg.to_le_bytes().to_vec()).collect();
        self.call_with(function, &args, None)
    }

    pub(crate) fn call_with(&mut self, function: &Function, args: &[Vec<u8>], errno: Option<i32>) -> (Vec<u8>, i32) {
        self.try_call(function, args, errno).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn try_call(
        &mut self,
        function: &Function,
        args: &[Vec<u8>],
        errno: Option<i32>,
    ) -> Result<(Vec<u8>, i32), ChannelError> {
        let frame = frame(&function.prepared, args);
        let call = Call { signature: function.prepared.id, code: function.code, function: 7, errno, frame: &frame };
        self.try_ask(&Request::Call(call), |reply| match reply {
            Reply::Returned(returned) => (returned.result.to_vec(), returned.errno),
            other => panic!("{other:?}"),
        })
    }

    /// Makes a call that ends the process, and tells how it ended.
    pub(crate) fn dies(mut self, function: &Function, args: &[u64]) -> Death {
        let args: Vec<_> = args.iter().map(|arg| arg.to_le_bytes().to_vec()).collect();
        let error = self.try_call(function, &args, None).expect_err("the call does not return");
        assert!(matches!(error, ChannelError::Closed), "{error}");
        self.end()
    }

    /// Waits for the process to end.
    pub(crate) fn end(mut self) -> Death {
        let mut output = Vec::new();
        self.child.stdout.take().unwrap().read_to_end(&mut output).unwrap();
        self.child.stderr.take().unwrap().read_to_end(&mut output).unwrap();
        let output = String::from_utf8_lossy(&output).into_owned();
        let status = self.child.wait().unwrap();
        Death { status, record: self.control.crash(), output }
    }

    /// Closes the channel without a word, as the end of this process would.
    pub(crate) fn close_channel(&mut self) {
        let (ours, _) = socket_pair().unwrap();
        let transport = Arc::new(SocketTransport::new(ours, None).unwrap());
        self.sender = Sender::new(transport.clone());
        self.receiver = Receiver::new(transport);
    }

    pub(crate) fn shut_down(mut self) -> Death {
        self.done(&Request::Shutdown);
        self.end()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Death {
    pub(crate) fn signal(&self) -> Option<i32> {
        self.status.signal()
    }
}

/// The argument frame of a call.
pub(crate) fn frame(prepared: &Prepared, args: &[Vec<u8>]) -> Vec<u8> {
    let mut frame = vec![0; prepared.frame_size as usize];
    for (arg, slot) in args.iter().zip(&prepared.slots) {
        frame[*slot as usize..][..arg.len()].copy_from_slice(arg);
    }
    frame
}

/// Puts descriptors under the numbers they are to have, in the child.
fn hand_down(inherited: [(RawFd, RawFd); 2]) -> std::io::Result<()> {
    // First out of each other's way.
    let mut high = [0; 2];
    for (place, (from, _)) in high.iter_mut().zip(inherited) {
        // SAFETY: copies a descriptor of ours.
        *place = unsafe { libc::fcntl(from, libc::F_DUPFD_CLOEXEC, 10) };
    }
    for (from, (_, to)) in high.into_iter().zip(inherited) {
        // SAFETY: copies a descriptor; whatever had the number is closed, and only in the child.
        if from < 0 || unsafe { libc::dup2(from, to) } < 0 {
            return Err(std::io::Error::last_os_error());
        }
    }
    Ok(())
}

/// A scratch folder with libraries of the bridge's width.
pub(crate) struct Workshop(tempfile::TempDir);

impl Workshop {
    pub(crate) fn new() -> Workshop {
        Workshop(tempfile::tempdir().unwrap())
    }

    /// Compiles C.
    pub(crate) fn library(&self, name: &str, source: &str) -> PathBuf {
        let path = self.0.path().join(name).with_extension("c");
        std::fs::write(&path, source).unwrap();
        self.compile(&path)
    }

    /// Compiles a fixture of the workspace's tests.
    pub(crate) fn fixture(&self, file: &str) -> PathBuf {
        self.compile(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/native").join(file))
    }

    fn compile(&self, source: &Path) -> PathBuf {
        let compiler = if source.extension().is_some_and(|end| end == "cpp") { "g++" } else { "gcc" };
        let library = self.0.path().join(source.file_stem().unwrap()).with_extension("so");
        let width = if cfg!(target_arch = "x86") { "-m32" } else { "-O2" };
        let output = Command::new(compiler)
            .args([width, "-O2", "-fPIC", "-shared", "-pthread", "-o"])
            .args([&library, source])
            .output()
            .unwrap_or_else(|error| panic!("these tests need a C compiler; `{compiler}`: {error}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        library
    }
}
