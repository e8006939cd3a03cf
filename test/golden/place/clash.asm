// reticle place %s --device hx1k
def clash(a: i8, b: i8) -> (y: i8, z: i8) {
    y: i8 = lut4[0x6](a, b) @lc(4, 4);
    z: i8 = lut4[0x8](a, b) @lc(4, 3, 4);
}
