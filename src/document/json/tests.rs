//! Tests of the JSON.

use super::*;
use crate::submission;

#[test]
fn the_json_tells_what_the_outline_tells() {
    let submission = submission::sample();
    let outline = Outline::of_submission(&submission);
    let json: serde_json::Value = serde_json::from_slice(&print(&submission, &outline).unwrap()).unwrap();
    println!("{json}");
}
