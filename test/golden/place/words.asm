// reticle place %s --device hx1k
def words(a: i8, b: i8) -> (y: i8) {
    y: i8 = lut4[0x6](a, b) @lc(4);
}
