def counter(en: bool) -> (y: u8) {
    one: u8 = const[1];
    y: u8 = add[init: 7](y, one, en, reset) @lc(??, ??);
}
