//! A caller of the C ABI that does anything that its header allows, and looks at all that comes of it.

mod choices;
mod crowd;
mod texts;
mod world;

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};
use std::thread;

use psoauth_test_support::cases::SECRET;
use psoauthhelper::ffi::*;

pub use choices::Choices;
use crowd::{Shared, use_at_once};
use texts::Seen;
pub use world::World;

/// Milliseconds that a call lasts at most, unless a driver chooses another limit.
const TIMEOUT_MS: i64 = 200;

/// Numbers that lie at an edge of something.
const EDGES: [i64; 18] = [
    0,
    1,
    2,
    3,
    10,
    11,
    50,
    300,
    86_400_000,
    86_400_001,
    -1,
    -2,
    i32::MAX as i64,
    i32::MIN as i64,
    u32::MAX as i64 + 2,
    i64::MAX,
    i64::MIN,
    1 << 40,
];

/// Texts that no message may show.
const SECRET_FIELDS: [psoauth_request_field; 6] = [
    PSOAUTH_REQUEST_CLIENT_SECRET,
    PSOAUTH_REQUEST_PASSWORD,
    PSOAUTH_REQUEST_REFRESH_TOKEN,
    PSOAUTH_REQUEST_CLIENT_ASSERTION,
    PSOAUTH_REQUEST_CERTIFICATE_PASSWORD,
    PSOAUTH_REQUEST_PROXY_PASSWORD,
];

/// Requests and calls in every state, and decisions what to do with them.
pub struct Driver<'a> {
    world: &'a World,
    choices: Choices,
    requests: [Request; 3],
    calls: [Call; 4],
}

/// A request, or NULL.
#[derive(Clone, Copy)]
struct Request {
    handle: *mut psoauth_request,
    /// Whether its client secret is [`SECRET`].
    has_secret: bool,
    /// Whether it asks who was not told the secret, though the server of the cases knows it.
    asks_others: bool,
}

impl Request {
    const NULL: Self = Self { handle: null_mut(), has_secret: false, asks_others: false };
}

/// A call, or NULL.
#[derive(Clone)]
struct Call {
    handle: *mut psoauth_call,
    seen: Seen,
}

impl<'a> Driver<'a> {
    /// A driver without requests and calls.
    pub fn new(world: &'a World, choices: Choices) -> Self {
        let call = Call { handle: null_mut(), seen: Seen::default() };
        Self { world, choices, requests: [Request::NULL; 3], calls: std::array::from_fn(|_| call.clone()) }
    }

    /// Does at most so many things, fewer where the bytes of the choices end.
    pub fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
            if self.choices.ended() {
                break;
            }
        }
    }

    fn step(&mut self) {
        match self.choices.below(24) {
            // First: the seeds of the fuzzer begin with it.
            0 => self.exchange(),
            1 => self.new_request(),
            2..6 => self.set_text(),
            6..9 => self.set_number(),
            9 => self.add_parameter(),
            10 => self.free_request(),
            11..14 => self.start(),
            14 | 15 => self.wait(),
            16 => self.cancel(),
            17 | 18 => self.read_texts(),
            19 => self.read_numbers(),
            20 => self.free_call(),
            21 => self.crowd(),
            22 => self.name(),
            _ => self.complete(),
        }
    }

    /// A whole exchange with a hostile case.
    fn exchange(&mut self) {
        let case = self.choices.below(self.world.cases());
        self.make_request(0);
        self.set(0, PSOAUTH_REQUEST_TOKEN_ENDPOINT, self.world.case(case).as_bytes());
        self.set(0, PSOAUTH_REQUEST_CLIENT_ID, b"client");
        self.set(0, PSOAUTH_REQUEST_CLIENT_SECRET, SECRET.as_bytes());
        self.start_as(0, 0);
        self.wait_for(0, -1);
        for field in 0..13 {
            self.read_text(0, psoauth_call_field(field), true);
        }
    }

    /// Gives a request all that it needs.
    fn complete(&mut self) {
        let (at, case) = (self.choices.below(self.requests.len()), self.choices.below(self.world.cases()));
        self.set(at, PSOAUTH_REQUEST_TOKEN_ENDPOINT, self.world.case(case).as_bytes());
        self.set(at, PSOAUTH_REQUEST_CLIENT_ID, b"client");
        self.set(at, PSOAUTH_REQUEST_CLIENT_SECRET, SECRET.as_bytes());
    }

    fn new_request(&mut self) {
        let at = self.choices.below(self.requests.len());
        self.make_request(at);
    }

    fn make_request(&mut self, at: usize) {
        self.free_request_at(at);
        self.requests[at] = Request { handle: psoauth_request_new(), ..Request::NULL };
        assert!(!self.requests[at].handle.is_null(), "there is memory");
        self.number(at, PSOAUTH_OPTION_TIMEOUT_MS, TIMEOUT_MS);
    }

    fn free_request(&mut self) {
        let at = self.choices.below(self.requests.len());
        self.free_request_at(at);
    }

    fn free_request_at(&mut self, at: usize) {
        let request = std::mem::replace(&mut self.requests[at], Request::NULL);
        // SAFETY: a request of this driver, which forgets it, or NULL.
        unsafe { psoauth_request_free(request.handle) };
    }

    fn set_text(&mut self) {
        let at = self.choices.below(self.requests.len());
        let field = match self.choices.below(10) {
            0 => psoauth_request_field(self.choices.number() as u32),
            _ => psoauth_request_field(self.choices.below(28) as u32),
        };
        // A proxy that is made up could be on another machine.
        let pool_only = field == PSOAUTH_REQUEST_PROXY;
        match self.choices.below(if pool_only { 4 } else { 8 }) {
            0..4 => {
                let text = self.choices.below(self.world.texts().len());
                let text = &self.world.texts()[text];
                // Messages name files, addresses and the like as they were given.
                let text = if text == SECRET && !SECRET_FIELDS.contains(&field) { "x" } else { text };
                self.set(at, field, text.as_bytes());
            }
            4 => {
                let length = self.choices.below(40);
                let text = self.choices.bytes(length);
                self.set(at, field, &text);
            }
            5 => self.set_raw(at, field, null(), 0, true),
            6 => {
                let length = 1 + self.choices.below(100);
                self.set_raw(at, field, null(), length, false);
            }
            _ => self.set_raw(at, field, c"x".as_ptr(), usize::MAX, false),
        }
    }

    fn set(&mut self, at: usize, field: psoauth_request_field, text: &[u8]) {
        let valid = std::str::from_utf8(text).is_ok_and(|text| !text.contains('\0'));
        // An allocation of the very length, so that a look past its end is seen.
        let text: Box<[u8]> = text.into();
        self.set_raw(at, field, text.as_ptr().cast(), text.len(), valid);
        let request = &mut self.requests[at];
        if valid && !request.handle.is_null() {
            match field {
                PSOAUTH_REQUEST_CLIENT_SECRET => request.has_secret = *text == *SECRET.as_bytes(),
                PSOAUTH_REQUEST_ISSUER => request.asks_others |= !text.is_empty(),
                _ => {}
            }
        }
    }

    fn set_raw(&mut self, at: usize, field: psoauth_request_field, text: *const c_char, length: usize, valid: bool) {
        let request = &mut self.requests[at];
        // SAFETY: a request of this driver or NULL; the text is NULL, readable for its length, or has a length at which
        // the library may not look at it.
        let status = unsafe { psoauth_request_set_text(request.handle, field, text, length) };
        let taken = valid && !request.handle.is_null() && (1..=26).contains(&field.0);
        assert_eq!(status, expected(taken), "text {} of {length} bytes", field.0);
        if taken && text.is_null() && field == PSOAUTH_REQUEST_CLIENT_SECRET {
            request.has_secret = false;
        }
    }

    fn set_number(&mut self) {
        let at = self.choices.below(self.requests.len());
        let option = match self.choices.below(10) {
            0 => psoauth_option(self.choices.number() as u32),
            _ => psoauth_option(self.choices.below(12) as u32),
        };
        let value = match self.choices.below(8) {
            0 => self.choices.number(),
            _ => self.choices.one_of(&EDGES),
        };
        // Calls that last for long would hold up the driver.
        if option == PSOAUTH_OPTION_TIMEOUT_MS && (301..=86_400_000).contains(&value) {
            return;
        }
        self.number(at, option, value);
    }

    fn number(&mut self, at: usize, option: psoauth_option, value: i64) {
        let request = &mut self.requests[at];
        // SAFETY: a request of this driver or NULL.
        let status = unsafe { psoauth_request_set_number(request.handle, option, value) };
        let range = match option {
            PSOAUTH_OPTION_ENTRA_VERSION => 1..=2,
            PSOAUTH_OPTION_TIMEOUT_MS | PSOAUTH_OPTION_CONNECT_TIMEOUT_MS => 1..=86_400_000,
            PSOAUTH_OPTION_CLIENT_AUTHENTICATION | PSOAUTH_OPTION_TOKEN_CACHE => 0..=2,
            PSOAUTH_OPTION_MAX_RETRIES => 0..=10,
            _ if (1..=10).contains(&option.0) => 0..=1,
            #[allow(clippy::reversed_empty_ranges)]
            _ => 1..=0,
        };
        let taken = range.contains(&value) && !request.handle.is_null();
        assert_eq!(status, expected(taken), "option {} as {value}", option.0);
        request.asks_others |= taken && option == PSOAUTH_OPTION_MANAGED_IDENTITY;
    }

    fn add_parameter(&mut self) {
        let (at, texts) = (self.choices.below(self.requests.len()), self.world.texts());
        let name = self.choices.below(texts.len());
        let value = self.choices.below(texts.len());
        let (name, value) = (&texts[name], &texts[value]);
        let (lost_name, lost_value) = (self.choices.below(8) == 0, self.choices.below(8) == 0);
        let address = |text: &str, lost| if lost { null() } else { text.as_ptr().cast() };
        let handle = self.requests[at].handle;
        // SAFETY: a request of this driver or NULL; both texts are NULL or readable for their lengths.
        let status = unsafe {
            psoauth_request_add_parameter(
                handle,
                address(name, lost_name),
                name.len(),
                address(value, lost_value),
                value.len(),
            )
        };
        let reserved = ["", "password", "refresh_token"].contains(&name.as_str());
        let lost = lost_name || (lost_value && !value.is_empty());
        assert_eq!(status, expected(!handle.is_null() && !reserved && !lost), "parameter {name:.20}");
    }

    fn start(&mut self) {
        let (from, to) = (self.choices.below(self.requests.len()), self.choices.below(self.calls.len()));
        if self.choices.below(16) > 0 {
            return self.start_as(from, to);
        }
        // SAFETY: a request of this driver or NULL, and nowhere to write.
        let status = unsafe { psoauth_call_start(self.requests[from].handle, null_mut()) };
        assert_eq!(status, PSOAUTH_STATUS_INVALID_ARGUMENT);
    }

    fn start_as(&mut self, from: usize, to: usize) {
        self.free_call_at(to);
        let request = self.requests[from];
        self.calls[to].handle = start(request.handle);
        self.calls[to].seen.hides_secret = request.has_secret && !request.asks_others;
    }

    fn wait(&mut self) {
        let at = self.choices.below(self.calls.len());
        let timeout = self.choices.one_of(&[0, 0, 0, 1, 2, 5, 10, 10_000, -1, -2, i32::MIN]);
        self.wait_for(at, timeout);
    }

    fn wait_for(&mut self, at: usize, timeout: i32) {
        let call = &mut self.calls[at];
        // SAFETY: a call of this driver or NULL.
        let status = unsafe { psoauth_call_wait(call.handle, timeout) };
        if call.handle.is_null() || timeout < -1 {
            assert_eq!(status, PSOAUTH_STATUS_INVALID_ARGUMENT);
            return;
        }
        assert!(timeout != -1 || status != PSOAUTH_STATUS_PENDING, "an endless wait has ended");
        call.seen.status(status);
    }

    fn cancel(&mut self) {
        let at = self.choices.below(self.calls.len());
        // SAFETY: a call of this driver or NULL.
        unsafe { psoauth_call_cancel(self.calls[at].handle) };
    }

    fn read_texts(&mut self) {
        let at = self.choices.below(self.calls.len());
        for _ in 0..self.choices.below(12) {
            let field = match self.choices.below(10) {
                0 => psoauth_call_field(self.choices.number() as u32),
                _ => psoauth_call_field(self.choices.below(13) as u32),
            };
            let with_length = self.choices.below(2) == 0;
            self.read_text(at, field, with_length);
        }
    }

    fn read_text(&mut self, at: usize, field: psoauth_call_field, with_length: bool) {
        let call = &mut self.calls[at];
        // SAFETY: a call of this driver or NULL, which is freed after this.
        unsafe { look_at_text(call.handle, field, with_length, &mut call.seen) };
    }

    fn read_numbers(&mut self) {
        let at = self.choices.below(self.calls.len());
        let metric = match self.choices.below(10) {
            0 => psoauth_metric(self.choices.number() as u32),
            _ => psoauth_metric(self.choices.below(9) as u32),
        };
        let call = &mut self.calls[at];
        // SAFETY: a call of this driver or NULL.
        let number = unsafe { psoauth_call_number(call.handle, metric) };
        assert!(!call.handle.is_null() || number == -1, "NULL has a number");
        call.seen.number(metric, number);
    }

    fn free_call(&mut self) {
        let at = self.choices.below(self.calls.len());
        self.free_call_at(at);
    }

    fn free_call_at(&mut self, at: usize) {
        let call = &mut self.calls[at];
        // SAFETY: a call of this driver, which forgets it, or NULL.
        unsafe { psoauth_call_free(call.handle) };
        *call = Call { handle: null_mut(), seen: Seen::default() };
    }

    /// Several threads use one call and one request as the header allows at once.
    fn crowd(&mut self) {
        let (call, request) = (self.choices.below(self.calls.len()), self.choices.below(self.requests.len()));
        let (call, request) = (&self.calls[call], Shared(self.requests[request].handle));
        let (shared, seen) = (Shared(call.handle), &call.seen);
        let seeds = [0; 4].map(|_| self.choices.number() as u64);
        thread::scope(|scope| {
            for seed in seeds {
                let (call, request, mut seen) = (&shared, &request, seen.clone());
                scope.spawn(move || use_at_once(call, request, &mut seen, &mut Choices::seeded(seed)));
            }
        });
    }

    fn name(&mut self) {
        let status = match self.choices.below(2) {
            0 => self.choices.number() as i32,
            _ => self.choices.below(100) as i32,
        };
        // SAFETY: the texts are static and end in NUL.
        let texts = [psoauth_status_name(psoauth_status(status)), psoauth_version()]
            .map(|text| unsafe { CStr::from_ptr(text) });
        assert!(texts.iter().all(|text| !text.is_empty()) && psoauth_abi_version() == PSOAUTH_ABI_VERSION);
    }
}

impl Drop for Driver<'_> {
    fn drop(&mut self) {
        (0..self.requests.len()).for_each(|at| self.free_request_at(at));
        (0..self.calls.len()).for_each(|at| self.free_call_at(at));
    }
}

fn expected(taken: bool) -> psoauth_status {
    if taken { PSOAUTH_STATUS_OK } else { PSOAUTH_STATUS_INVALID_ARGUMENT }
}

/// Starts a call with a request or NULL; NULL where that is refused.
fn start(request: *const psoauth_request) -> *mut psoauth_call {
    let untouched = std::ptr::dangling_mut();
    let mut call = untouched;
    // SAFETY: a live request that nobody changes meanwhile, or NULL.
    let status = unsafe { psoauth_call_start(request, &mut call) };
    assert_eq!(status, expected(!request.is_null()));
    assert_eq!(call == untouched, request.is_null(), "a call is there where there was a request");
    if request.is_null() { null_mut() } else { call }
}

/// # Safety
/// `call` is a live call or NULL.
unsafe fn look_at_text(call: *const psoauth_call, field: psoauth_call_field, with_length: bool, seen: &mut Seen) {
    let mut length = usize::MAX;
    // SAFETY: the caller vouches for the call; the length is NULL or can be written.
    let text = unsafe { psoauth_call_text(call, field, if with_length { &mut length } else { null_mut() }) };
    assert!(!call.is_null() || text.is_null(), "NULL has a text");
    if call.is_null() {
        return assert!(!with_length || length == 0, "NULL has a text's length");
    }
    // SAFETY: the text is the call's, which is live.
    unsafe { seen.text(field, text, with_length.then_some(length)) };
}
