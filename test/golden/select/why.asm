y: i8 = reg  (test/golden/select/why.ir:4:5)
  reg[init: 0]  8 @lc, 0.6 ns  covers y       with what feeds it 16 cells, 2.6 ns
  add[init: 0]  8 @lc, 2.0 ns  covers y, sum  with what feeds it 8 cells, 2.0 ns  <- taken

less_17: u3 = lut  (test/golden/select/why.ir:5:5)
  computes {b[1], b[3], b[5]} ? (~{a[1], a[3], a[5]} | ({b[0], b[2], b[4]} & ~{a[0], a[2], a[4]})) : ({b[0], b[2], b[4]} & (~{a[1], a[3], a[5]} & ~{a[0], a[2], a[4]}))
  at depth 1
  lut4  3 @lc, 1.0 ns  covers less_17  with what feeds it 3 cells, 1.0 ns  <- taken

less_34: u3 = lut  (test/golden/select/why.ir:5:5)
  computes {b[3], b[5], b[7]} ? ({a[3], a[5], a[7]} & ({b[2], b[4], b[6]} ^ ~{a[2], a[4], a[6]})) : (~{a[3], a[5], a[7]} & ({b[2], b[4], b[6]} ^ ~{a[2], a[4], a[6]}))
  at depth 1
  lut4  3 @lc, 1.0 ns  covers less_34  with what feeds it 3 cells, 1.0 ns  <- taken

less_39: bool = lut  (test/golden/select/why.ir:5:5)
  computes b[7] ? (b[6] & (a[7] & ~a[6])) : (a[7] | (b[6] & ~a[6]))
  at depth 1
  lut4  1 @lc, 1.0 ns  covers less_39  with what feeds it 1 cells, 1.0 ns  <- taken

sum: i8 = add  (test/golden/select/why.ir:3:5)
  add  8 @lc, 2.0 ns  covers sum  with what feeds it 8 cells, 2.0 ns
  it became part of the instruction of its user

less_44: bool = lut  (test/golden/select/why.ir:5:5)
  computes less_34[1] & (less_17[1] | (less_34[0] & less_17[0]))
  at depth 2
  lut4  1 @lc, 1.0 ns  covers less_44  with what feeds it 1 cells, 1.0 ns  <- taken

less: bool = lut  (test/golden/select/why.ir:5:5)
  computes less_39 | (less_34[2] & (less_44 | less_17[2]))
  at depth 3
  lut4  1 @lc, 1.0 ns  covers less  with what feeds it 3 cells, 2.0 ns  <- taken
