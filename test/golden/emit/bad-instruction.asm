// reticle emit %s --target ice40 --to verilog
def main(a: i2, b: i3, c: bool) -> (y: i2, z: bool) {
    y: i2 = add(a, b) @lc(??, ??);
    z: bool = add(c, c) @lc(??, ??);
}
