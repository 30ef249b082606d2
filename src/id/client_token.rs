use super::text_type;

text_type! {
    /// What a client sends with a creation so that it may be sent again (rule `client-token-replay`): 1 to 64
    /// characters. The API also accepts an empty one, which counts as none; requests read it that way.
    ClientToken, "a client token", (1, 64), r"^[!-~]*$", |text| text.bytes().all(|byte| byte.is_ascii_graphic())
}
