use std::{fs, io::Write as _};

use super::{CALL, HEADER, lines};
use crate::command::{end, start};

/// Lines are read one by one, and what is kept does not grow with them.
#[test]
#[cfg(target_os = "linux")]
fn the_memory_is_bounded() {
    const MOST: u64 = 64 << 20;
    let mut child = start(&["trace", "-"]);
    let mut input = child.stdin.take().unwrap();
    // Of two kilobytes, and many more than are kept.
    let line = format!("{}{:2000}\n", CALL, "");
    writeln!(input, "{HEADER}").unwrap();
    for _ in 0..150_000 {
        input.write_all(line.as_bytes()).unwrap();
    }
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak = peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10;
    drop(input);
    let (status, said, _) = end(child);
    assert_eq!((status, lines(&said)), (Some(0), "150000 checked, 0 narrowed, 0 not checkable, 0 diverged"));
    assert!(peak < MOST, "{peak} bytes");
}

#[test]
fn an_endless_line_is_passed_over() {
    let mut child = start(&["trace", "-"]);
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{HEADER}").unwrap();
    for _ in 0..20 {
        input.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    write!(input, "\n{CALL}\n").unwrap();
    drop(input);
    let (status, said, _) = end(child);
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains("  -:2: the line is longer than 16777216 bytes"), "{said}");
    assert!(said.contains("lines that could not be read: 1;"), "{said}");
    // What it said, nobody knows.
    assert_eq!(lines(&said), "0 checked, 1 narrowed, 0 not checkable, 0 diverged");
}
