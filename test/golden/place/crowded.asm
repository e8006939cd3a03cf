// reticle place %s --device tiny64
def crowded(a: i32, b: i32) -> (y: i32, z: i32, w: i32) {
    y: i32 = and(a, b) @lc;
    z: i32 = or(a, b) @lc;
    w: i32 = xor(a, b) @lc;
}
