// A program between two shift registers, so that one with more ports than a package has pins can be routed and timed.
// Bits go in through `scan`, one a cycle; while `load` is true the outputs are taken into the second register, and
// otherwise it moves towards `out`. The bit that comes in first ends at the last input's highest bit.
import type { CheckedDef } from "./check.ts";
import { bug } from "./diagnostic.ts";
import type { Type } from "./type.ts";

/** The text of a definition called `name` that wraps `def`, for the end of its file. */
export function scanHarness(def: CheckedDef, name: string): string {
  const lines: string[] = [];
  const { item, scope } = def;
  const typeOf = (port: string): Type => scope.get(port)?.type ?? bug(`no type for ${port}`);
  let before = "scan";
  let bits = 0;
  const args = item.inputs.map((port) => {
    const type = typeOf(port.name.text);
    const taken = Array.from({ length: type.bits }, () => {
      const bit = `in${bits++}`;
      lines.push(`${bit}: bool = reg[0](${before});`);
      before = bit;
      return bit;
    });
    return gather(`arg-${port.name.text}`, type, taken, lines);
  });
  const results = item.outputs.map((port) => ({ name: `res-${port.name.text}`, type: typeOf(port.name.text) }));
  const outputs = results.map((one) => `${one.name}: ${one.type.text}`).join(", ");
  lines.push(`(${outputs}) = ${item.name.text}(${args.join(", ")});`);
  before = "scan";
  let out = 0;
  for (const one of results)
    for (const bit of scatter(one.name, one.type, lines)) {
      lines.push(`next${out}: bool = mux(load, ${bit}, ${before});`, `out${out}: bool = reg[0](next${out});`);
      before = `out${out++}`;
    }
  lines.push(`out: bool = id(${before});`);
  return `\ndef ${name}(scan: bool, load: bool) -> (out: bool) {\n    ${lines.join("\n    ")}\n}\n`;
}

/** Puts bits together to a value of `type`, and gives its name. */
function gather(name: string, type: Type, bits: readonly string[], lines: string[]): string {
  if (type.lanes === 0) {
    lines.push(`${name}: ${type.text} = cat(${bits.join(", ")});`);
    return name;
  }
  const lanes = Array.from({ length: type.lanes }, (_, lane) =>
    gather(`${name}-${lane}`, type.lane, bits.slice(lane * type.width, (lane + 1) * type.width), lines),
  );
  lines.push(`${name}: ${type.text} = cat(${lanes.join(", ")});`);
  return name;
}

/** Takes a value apart, and gives the names of its bits. */
function scatter(name: string, type: Type, lines: string[]): readonly string[] {
  if (type.lanes > 0)
    return Array.from({ length: type.lanes }, (_, lane) => {
      lines.push(`${name}-${lane}: ${type.lane.text} = ext[${lane}](${name});`);
      return scatter(`${name}-${lane}`, type.lane, lines);
    }).flat();
  return Array.from({ length: type.width }, (_, bit) => {
    lines.push(`${name}-bit${bit}: bool = ext[${bit}](${name});`);
    return `${name}-bit${bit}`;
  });
}
