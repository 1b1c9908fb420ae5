//! Any bytes as an XZuFi transfer file: no panic, and no more memory than the limits of one object allow.

#![no_main]

use antragsassistent::office::xzufi::Change;
use antragsassistent::office::xzufi::transfer::Transfer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut transfer = Transfer::new(bytes);
    while let Ok(Some(item)) = transfer.next_item() {
        if let Ok(Change::Write(object)) = item.change {
            assert!(object.id.len() <= 100, "ids fit into links");
            assert!(!object.id.is_empty(), "an object without an id is lost");
        }
    }
    assert!(transfer.bytes() <= bytes.len() as u64, "nothing is read twice");
});
