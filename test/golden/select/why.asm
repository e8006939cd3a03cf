sum: i8 = add  (test/golden/select/why.ir:3:5)
  add  8 @lc, 2.0 ns  covers sum  with what feeds it 8 cells, 2.0 ns
  it became part of the instruction of its user

y: i8 = reg  (test/golden/select/why.ir:4:5)
  reg[init: 0]  8 @lc, 0.6 ns  covers y       with what feeds it 16 cells, 2.6 ns
  add[init: 0]  8 @lc, 2.0 ns  covers y, sum  with what feeds it 8 cells, 2.0 ns  <- taken

less: bool = lt  (test/golden/select/why.ir:5:5)
  lt        7 @lc, 7.0 ns   covers less  with what feeds it 7 cells, 7.0 ns
  lt_carry  17 @lc, 3.6 ns  covers less  with what feeds it 17 cells, 3.6 ns  <- taken
