// reticle place %s --device hx1k
def shared(a: i8, b: i8, en: bool, go: bool) -> (y: i8, z: i8) {
    y: i8 = reg[init: 0](a, en) @lc(4, 4, 0..3, 4, 5, 0..3);
    z: i8 = reg[init: 0](b, go) @lc(4, 4, 4..7, 4, 6, 0..3);
}
