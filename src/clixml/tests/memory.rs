//! A kilobyte of references costs no more memory than a kilobyte of anything else.

use peak_alloc::PeakAlloc;
use psrp_clixml::{Resolver, parse, write};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const KIB: usize = 1024;

/// Lists that each name the one before as often as fits: as a tree without references 2^20 values and more.
fn bomb() -> String {
    let mut text = String::from("<Obj RefId='0'><LST><Obj RefId='1'/>");
    for id in 2.. {
        let previous = id - 1;
        let list = format!("<Obj RefId='{id}'><LST><Ref RefId='{previous}'/><Ref RefId='{previous}'/></LST></Obj>");
        if text.len() + list.len() > KIB - 12 {
            break;
        }
        text.push_str(&list);
    }
    text + "</LST></Obj>"
}

#[test]
fn a_reference_bomb_of_a_kibibyte_costs_less_than_a_mebibyte() {
    let bomb = bomb();
    assert!(bomb.len() <= KIB && bomb.matches("<Ref").count() >= 20, "{bomb}");
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let value = parse(bomb.as_bytes()).unwrap();
    let mut resolver = Resolver::new(&value);
    assert!(resolver.object(&value).is_ok());
    let written = write(&value);
    let cost = ALLOCATOR.peak_usage() - before;
    assert!(cost < KIB * KIB, "{cost} bytes");
    assert!(written.len() < 2 * bomb.len());
}
