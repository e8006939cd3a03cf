// reticle place %s --device hx1k
def long-chain(a: i32, b: i32) -> (y: i32, z: i32) {
    y: i32 = add(a, b) @lc(4, 14);
    z: i32 = add(b, y) @lc(5, 2, 3);
}
