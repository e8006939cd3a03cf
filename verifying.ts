// `reticle verify`: whether what comes out of a compilation is what went in, and how that is known.
import { type Proven, type Verification, verify } from "./asm/verify.ts";
import { FINE, type Io, misuse, type Options } from "./commands.ts";
import { type Compiled, compileFile } from "./compilation.ts";
import { bug } from "./lang/diagnostic.ts";
import { resetOf, tell } from "./programs.ts";

export async function verifyFile([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const compiled = await compileFile(path, "place", options, io, { place: true, optional: true });
  if (typeof compiled === "number") return compiled;
  if (compiled.made.graph === undefined)
    return misuse(io, `\`${path}\` is assembly`, ["verify the program that it was made of"]);
  const found = verified(compiled, options, options["prove"] === true) ?? bug("nothing to verify");
  if (options["json"] === true) {
    const { assembly, netlist, cycles, isExhaustive } = found;
    await io.out(
      `${JSON.stringify({ file: path, assembly, netlist, cycles, exhaustive: isExhaustive }, undefined, 2)}\n`,
    );
    return FINE;
  }
  await io.out(`${lines(found).join("\n")}\n`);
  return tell(compiled.diagnostics, options, io);
}

/** Verifies a compilation from a program; nothing for one from assembly. A difference is a defect of ours, and thrown. */
export function verified({ made }: Compiled, options: Options, isProof: boolean): Verification | undefined {
  const { graph, assembly, netlist, target } = made;
  if (graph === undefined || assembly === undefined || netlist === undefined) return undefined;
  const found = verify(graph, assembly, netlist, target, { reset: resetOf(options), prove: isProof });
  if (found.difference !== undefined) bug(`the cells do not compute the program: ${found.difference}`);
  return found;
}

/** What was found out, in sentences. */
function lines({ assembly, netlist, cycles, isExhaustive }: Verification): readonly string[] {
  return [
    `assembly: ${said(assembly)}`,
    ...(netlist === undefined ? [] : [`cells: ${said(netlist)}`]),
    isExhaustive
      ? `cells: run beside the program for all inputs, ${cycles} of them, without a difference`
      : `cells: connected as they should be, and run beside the program for ${cycles} cycles without a difference`,
  ];
}

/** So many outputs are named. */
const NAMED = 5;

function said({ proved, tested }: Proven): string {
  const all = proved.length + tested.length;
  const named = tested.slice(0, NAMED).map((name) => `\`${name}\``);
  const more = tested.length > NAMED ? [`${tested.length - NAMED} more`] : [];
  const rest = tested.length === 0 ? "" : `; tested, and not proved: ${[...named, ...more].join(", ")}`;
  return `${proved.length} of ${all} outputs proved for all inputs in all cycles${rest}`;
}
