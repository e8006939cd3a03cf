// reticle place %s --device hx1k
def unmet(a: i8, b: i8) -> (y: i8, z: i8) {
    y: i8 = add(a, b) @lc(x, 4);
    z: i8 = add(b, y) @lc(x, 4);
}
