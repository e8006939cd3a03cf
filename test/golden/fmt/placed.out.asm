// Assembly: locations with holes and relative coordinates.
def fir(a: i8, b: i8, en: bool) -> (y: i16) {
    m: i16 = mul_i8[depth: 2, mode: "fast"](a, b, en) @dsp(??, ??);
    n: i16 = muladd_i8(a, b, m) @dsp(x0, y0+2);
    o: i16 = add_i16(m, n) @lc(x0+2*i, y0 - 1);
    p: bool = lut4[0xCACA](a, b) @lc(3, 4);
    write[0](p, en) @??;
    sink(p);
    (q: u8, r: bool) = split(o) @lut;
    y: i16 = add_i16(
        a_very_long_operand_of_this_instruction, another_very_long_operand_of_it, n
    ) @lc(x0, y0+1);
}
