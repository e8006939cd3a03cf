// Makes a program that fails smaller: without outputs, with inputs or constants in place of instructions.

/** `fails` is asked of each smaller text; at most `most` times. */
export function shrink(text: string, fails: (text: string) => boolean, most = 400): string {
  let best = text;
  let left = most;
  for (let isBetter = true; isBetter && left > 0; ) {
    isBetter = false;
    for (const one of smaller(best)) {
      if (left-- <= 0) break;
      if (one.length >= best.length || !fails(one)) continue;
      best = one;
      isBetter = true;
      break;
    }
  }
  return best;
}

const DEF = /def main\(([^)]*)\) -> \(([^)]*)\) \{\n([\s\S]*?)\n?\}\n?$/;

function* smaller(text: string): Generator<string> {
  const [whole, inputs = "", outputs = "", body = ""] = DEF.exec(text) ?? [];
  if (whole === undefined) return;
  const name = (one: string) => one.split(":")[0] ?? "";
  const before = text.slice(0, text.length - whole.length);
  const ins = inputs.split(", ").filter((one) => one !== "");
  const outs = outputs.split(", ");
  const lines = body.split("\n").filter((line) => line.trim() !== "");
  const made = (from: readonly string[], to: readonly string[], rest: readonly string[]) => {
    const live = needed(to, rest);
    const used: readonly string[] = live.join(" ").match(/[\w-]+/g) ?? [];
    const kept = from.filter((one) => used.includes(name(one)));
    return `${before}def main(${kept.join(", ")}) -> (${to.join(", ")}) {\n${live.join("\n")}\n}\n`;
  };
  if (outs.length > 1)
    for (const out of outs)
      yield made(
        ins,
        outs.filter((one) => one !== out),
        lines,
      );
  for (const [at, line] of lines.entries()) {
    const [, name = "", type = ""] = /^\s*([\w-]+): ([\w<>]+) =/.exec(line) ?? [];
    if (name === "") continue;
    const rest = lines.filter((_, other) => other !== at);
    if (!outs.some((one) => one.startsWith(`${name}:`))) yield made([...ins, `${name}: ${type}`], outs, rest);
    yield made(ins, outs, replaced(lines, at, `  ${name}: ${type} = const[0];`));
    const hint = line.replace(/ @[\w?]+;/, ";");
    if (hint !== line) yield made(ins, outs, replaced(lines, at, hint));
  }
}

/** The lines that outputs hang on. */
function needed(outputs: readonly string[], lines: readonly string[]): readonly string[] {
  const makers = new Map<string, string>();
  for (const line of lines)
    for (const [, name = ""] of (line.split(" = ")[0] ?? "").matchAll(/([\w-]+):/g)) makers.set(name, line);
  const kept = new Set<string>();
  const pending = outputs.map((one) => one.split(":")[0] ?? "");
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const line = makers.get(name);
    if (line === undefined || kept.has(line)) continue;
    kept.add(line);
    pending.push(...((line.split(" = ")[1] ?? "").match(/[\w-]+/g) ?? []));
  }
  return lines.filter((line) => kept.has(line));
}

function replaced(lines: readonly string[], at: number, line: string): readonly string[] {
  return lines.map((one, other) => (other === at ? line : one));
}
