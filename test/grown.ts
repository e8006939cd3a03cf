// Programs of any length, to see how the time of a stage grows with them: as texts of the IR.

/** What a long program may be made of. About `count` instructions; the same `count` gives the same text. */
export const GROWN: Readonly<Record<string, (count: number) => string>> = {
  /** Rows of `y = reg(a + b)`, as in an addition of tensors; one enable for all. */
  rows: (count) => {
    const body = Array.from({ length: Math.ceil(count / 2) }, (_, at) => {
      const [a, b] = at < 4 ? ["a", "b"] : [`y${at - 3}`, `y${at - 4}`];
      return `t${at}: i8 = add(${a}, ${b});\ny${at}: i8 = reg[${at % 3}](t${at}, en);`;
    });
    return program("a: i8, b: i8, en: bool", body, Math.ceil(count / 2), "y", "i8");
  },
  /** Dot products of eight: a product, a sum and a register, and on with the sum. */
  dots: (count) => {
    const body = Array.from({ length: Math.ceil(count / 3) }, (_, at) => {
      const before = at % 8 === 0 ? "a" : `y${at - 1}`;
      const factor = at < 8 ? "b" : `y${at - 8}`;
      return `p${at}: i4 = mul(${factor}, a);\ns${at}: i4 = add(p${at}, ${before});\ny${at}: i4 = reg[0](s${at}, en);`;
    });
    return program("a: i4, b: i4, en: bool", body, Math.ceil(count / 3), "y", "i4");
  },
  /** Comparisons, choices and logic, with a register behind every fifth. */
  logic: (count) => {
    const body = Array.from({ length: Math.ceil(count / 5) }, (_, at) => {
      const [x, y] = at < 2 ? ["a", "b"] : [`y${at - 1}`, `y${at - 2}`];
      return [
        `c${at}: bool = lt(${x}, ${y});`,
        `m${at}: u4 = mux(c${at}, ${x}, b);`,
        `o${at}: u4 = xor(m${at}, ${y});`,
        `n${at}: u4 = and(o${at}, a);`,
        `y${at}: u4 = reg[1](n${at});`,
      ].join("\n");
    });
    return program("a: u4, b: u4", body, Math.ceil(count / 5), "y", "u4");
  },
  /** One path through all of the program. */
  chain: (count) => {
    const body = Array.from({ length: count }, (_, at) => {
      const before = at === 0 ? "a" : `y${at - 1}`;
      return `y${at}: i4 = ${at % 2 === 0 ? "add" : "xor"}(${before}, ${at % 3 === 0 ? "a" : "b"});`;
    });
    return program("a: i4, b: i4", body, count, "y", "i4");
  },
};

/** The last value is the output. */
function program(inputs: string, body: readonly string[], count: number, name: string, type: string): string {
  return `def main(${inputs}) -> (y: ${type}) {\n${body.join("\n")}\ny: ${type} = id(${name}${count - 1});\n}\n`;
}

/** About `count` instructions of iCE40 and wires between them, as a text of assembly: chains, logic, registers, bits. */
export function grownAssembly(count: number): string {
  const body = Array.from({ length: Math.ceil(count / 6) }, (_, at) => {
    const [x, y] = at < 4 ? ["a", "b"] : [`s${at - 1}`, `s${at - 4}`];
    return [
      `s${at}: i4 = add[init: 0](l${at}, ${y}, en) @lc(??, ??);`,
      `c${at}: bool = lt(${x}, ${y}) @lc(??, ??);`,
      `l${at}: i4 = lut4[0x6ca5](c${at}, ${x}, b, w${at}) @lc(??, ??);`,
      `h${at}: i2 = ext[2, 3](${x});`,
      `e${at}: i2 = ext[0, 1](${y});`,
      `w${at}: i4 = cat(h${at}, e${at});`,
    ].join("\n");
  });
  return program("a: i4, b: i4, en: bool", body, Math.ceil(count / 6), "s", "i4");
}
