def dsp(
    a: i8<3>,
    b: i8<3>,
    c: i16,
    d: i8,
    e: i8,
    f: i32,
    neg: bool,
    en: bool
) -> (v: i8<3>, p: i16, q: i16, s: i32, acc: i32) {
    v: i8<3> = mul8_sext_sext(a, b) @dsp(??, ??);
    de: i16 = mul8_sext_sext[pa: 1, pb: 1](d, e, en) @dsp(??, ??);
    p: i16 = half_add(de, c) @dsp(??, ??);
    q: i16 = mul16_sext_sext[pb: 1, y: 1](c, d, en) @dsp(??, ??);
    wide: i32 = sext(de);
    s: i32 = wide_either(neg, f, wide) @dsp(??, ??);
    acc: i32 = wide_acc_add(f, en) @dsp(??, ??);
}
