// reticle place %s --device hx1k
def outside(a: i8, b: i8) -> (y: i8, z: i8, w: i8) {
    y: i8 = lut4[0x6](a, b) @lc(40, 4);
    z: i8 = lut4[0x8](a, b) @lc(3, 4);
    w: i8 = lut4[0xE](a, b) @lc(4, 4, 0..3);
}
