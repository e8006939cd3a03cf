// reticle place %s --device hx1k
def kept(a: i8, b: i8, en: bool) -> (y: i8, z: i8, v: bool) {
    s: i8 = add(a, b) @lc(4, 3);
    y: i8 = reg[init: 0](s, en) @lc(??, ??);
    t: i8 = lut4[0x6](a, b) @lc(2, 5, 0..3, 2, 6, 4, 1, 6, 1..3);
    z: i8 = reg[init: 0](t) @lc(??, ??);
    v: bool = lut4[0x6](u, en) @lc(x, y0, 1);
    u: bool = lut4[0x6](p, q) @lc(x, y0+1, 3);
    p: bool = ext[0](y);
    q: bool = ext[1](y);
}
