// reticle emit %s --target ice40 --to verilog
def main(a: i2, b: i2, en: bool) -> (y: i2, w: i4) {
    y: i2 = add[init: 0](a, b, en) @lc(??, ??);
    w: i4 = sext(y);
}
