def counter(en: bool) -> (y: u8) {
    y_1: u8 = add_lut[0x5555, 0x5555, 0x5555, 0xaaaa, 0xaaaa, 0xaaaa, 0xaaaa, 0xaaaa, init: 0](
        y_5, one_1, _, en, reset
    ) @lc(??, ??);
    y_2: u3 = ext[0, 2](y_1);
    y_3: u3 = lut4[0x5555](y_2) @lc(??, ??);
    y_4: u5 = ext[3, 7](y_1);
    y_5: u8 = cat(y_3, y_4);
    one_1: u8 = const[1];
    y: u8 = id(y_5);
}
