def alu(a: i8, b: i8, subtract: bool, en: bool) -> (y: i8, less: bool, v: u4<2>) {
    sum: i8 = add(a, b) @lc(??, ??);
    difference: i8 = sub(a, b) @lc(??, ??);
    y: i8 = mux[init: 255](subtract, difference, sum, en) @lc(??, ??);
    ten: i8 = const[10];
    less: bool = lt(y, ten) @lc(??, ??);
    low: u4 = ext[0, 3](a);
    high: u4 = ext[4, 7](a);
    both: u4<2> = cat(low, high);
    v: u4<2> = reg[init: 1, 2](both) @lc(??, ??);
}
