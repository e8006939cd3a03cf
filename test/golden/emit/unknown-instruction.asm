// reticle emit %s --target ice40 --to verilog
def main(a: i2, b: i2) -> (y: i2) {
    y: i2 = ad(a, b) @lc(??, ??);
}
