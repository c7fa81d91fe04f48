//! Memory that is wiped when it is given back: what hyper, rustls and all others had of a secret, and do not wipe.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;

#[global_allocator]
static WIPING: Wiping = Wiping;

/// The system's allocator. What grows is moved, and its old place wiped.
struct Wiping;

// SAFETY: the system's allocator does it all; what is written is no longer anybody's.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the rules of the same function.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller gives up memory of this size.
        unsafe { memory.write_bytes(0, layout.size()) };
        // Or the compiler would leave out writes that nobody reads.
        black_box(memory);
        // SAFETY: the caller keeps to the rules of the same function.
        unsafe { System.dealloc(memory, layout) };
    }
}
