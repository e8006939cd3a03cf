def main(
    a: u9,
    w: u9,
    d: i8<3>,
    we: bool,
    en: bool
) -> (y: i8<3>, z: i8<3>, s: u4, t: bool, v: i8<3>) {
    y_word: u24 = sram(a, w, d_bits_7, we, en) @bram(??, ??);
    z_word: u24 = sram_apart(a, a, d_bits_7, we) @bram(??, ??);
    s: u4 = srom[words: 1, 2, 3, 4, 5, 6, 7, 8](low_1, en) @bram(??, ??);
    t: bool = rom_reg[words: 1, 0, 0, 1, 0, 1, 1, 0, init: 1](low_1, en) @bram(??, ??);
    v_word: u24 = ram[words: 1, 2, 3, 4, 5, 6, 7, 8](low_1, low_1, d_bits_7, we) @lc(??, ??);
    d_bits_1: i8 = ext[0](d);
    d_bits_2: u8 = ext[0, 7](d_bits_1);
    d_bits_3: i8 = ext[1](d);
    d_bits_4: u8 = ext[0, 7](d_bits_3);
    d_bits_5: i8 = ext[2](d);
    d_bits_6: u8 = ext[0, 7](d_bits_5);
    d_bits_7: u24 = cat(d_bits_2, d_bits_4, d_bits_6);
    low_1: u3 = ext[0, 2](a);
    y_3: i8 = ext[0, 7](y_word);
    y_4: i8 = ext[8, 15](y_word);
    y_5: i8 = ext[16, 23](y_word);
    y_6: i8<3> = cat(y_3, y_4, y_5);
    z_3: i8 = ext[0, 7](z_word);
    z_4: i8 = ext[8, 15](z_word);
    z_5: i8 = ext[16, 23](z_word);
    z_6: i8<3> = cat(z_3, z_4, z_5);
    v_3: i8 = ext[0, 7](v_word);
    v_4: i8 = ext[8, 15](v_word);
    v_5: i8 = ext[16, 23](v_word);
    v_6: i8<3> = cat(v_3, v_4, v_5);
    y: i8<3> = id(y_6);
    z: i8<3> = id(z_6);
    v: i8<3> = id(v_6);
}
