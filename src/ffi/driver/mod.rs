//! A caller of the C ABI that does anything that its header allows, and looks at all that comes of it.

mod call;
mod choices;
mod crowd;
mod request;
mod seen;
mod world;

use std::ffi::CStr;
use std::ptr::{null, null_mut};
use std::thread;

use psoauth_test_support::cases::SECRET;
use psoauthhelper::ffi::*;

use call::Call;
pub use choices::Choices;
use crowd::{Shared, use_at_once};
use request::Request;
pub use world::World;

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

/// Requests and calls in every state, and decisions about what to do with them.
pub struct Driver<'a> {
    world: &'a World,
    choices: Choices,
    requests: [Request; 3],
    calls: [Call; 4],
}

impl<'a> Driver<'a> {
    /// A driver without requests and calls.
    pub fn new(world: &'a World, choices: Choices) -> Self {
        Self { world, choices, requests: [Request::NULL; 3], calls: std::array::from_fn(|_| Call::null()) }
    }

    /// Takes as many steps, fewer where the bytes of the choices end.
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
            19 => self.read_number(),
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
        self.complete_for(0, case);
        self.start_as(0, 0);
        self.calls[0].wait(-1);
        for field in 0..13 {
            self.calls[0].read_text(psoauth_call_field(field), true);
        }
    }

    /// Gives a request all that it needs.
    fn complete(&mut self) {
        let (at, case) = (self.choices.below(self.requests.len()), self.choices.below(self.world.cases()));
        self.complete_for(at, case);
    }

    fn complete_for(&mut self, at: usize, case: usize) {
        let request = &mut self.requests[at];
        request.set_text(PSOAUTH_REQUEST_TOKEN_ENDPOINT, self.world.case(case).as_bytes());
        request.set_text(PSOAUTH_REQUEST_CLIENT_ID, b"client");
        request.set_text(PSOAUTH_REQUEST_CLIENT_SECRET, SECRET.as_bytes());
    }

    fn new_request(&mut self) {
        let at = self.choices.below(self.requests.len());
        self.make_request(at);
    }

    fn make_request(&mut self, at: usize) {
        self.requests[at] = Request::NULL;
        self.requests[at] = Request::new();
    }

    fn free_request(&mut self) {
        let at = self.choices.below(self.requests.len());
        self.requests[at] = Request::NULL;
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
                self.requests[at].set_text(field, text.as_bytes());
            }
            4 => {
                let length = self.choices.below(40);
                let text = self.choices.bytes(length);
                self.requests[at].set_text(field, &text);
            }
            5 => self.requests[at].set_raw(field, null(), 0, true),
            6 => {
                let length = 1 + self.choices.below(100);
                self.requests[at].set_raw(field, null(), length, false);
            }
            _ => self.requests[at].set_raw(field, c"x".as_ptr(), usize::MAX, false),
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
        self.requests[at].set_number(option, value);
    }

    fn add_parameter(&mut self) {
        let (at, texts) = (self.choices.below(self.requests.len()), self.world.texts());
        let name = self.choices.below(texts.len());
        let value = self.choices.below(texts.len());
        let (name, value) = (texts[name].as_str(), texts[value].as_str());
        let (lost_name, lost_value) = (self.choices.below(8) == 0, self.choices.below(8) == 0);
        self.requests[at].add_parameter((name, lost_name), (value, lost_value));
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
        self.calls[to] = Call::null();
        self.calls[to] = Call::start(&self.requests[from]);
    }

    fn wait(&mut self) {
        let at = self.choices.below(self.calls.len());
        let timeout = self.choices.one_of(&[0, 0, 0, 1, 2, 5, 10, 10_000, -1, -2, i32::MIN]);
        self.calls[at].wait(timeout);
    }

    fn cancel(&mut self) {
        let at = self.choices.below(self.calls.len());
        self.calls[at].cancel();
    }

    fn read_texts(&mut self) {
        let at = self.choices.below(self.calls.len());
        for _ in 0..self.choices.below(12) {
            let field = match self.choices.below(10) {
                0 => psoauth_call_field(self.choices.number() as u32),
                _ => psoauth_call_field(self.choices.below(13) as u32),
            };
            let with_length = self.choices.below(2) == 0;
            self.calls[at].read_text(field, with_length);
        }
    }

    fn read_number(&mut self) {
        let at = self.choices.below(self.calls.len());
        let metric = match self.choices.below(10) {
            0 => psoauth_metric(self.choices.number() as u32),
            _ => psoauth_metric(self.choices.below(9) as u32),
        };
        self.calls[at].read_number(metric);
    }

    fn free_call(&mut self) {
        let at = self.choices.below(self.calls.len());
        self.calls[at] = Call::null();
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
