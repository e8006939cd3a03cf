// Types as they are written in a program.
import type { Port, TypeExpr } from "./ast.ts";
import { didYouMean } from "./near.ts";
import { MAX_LANES, MAX_WIDTH, scalarNamed, type Type, vector } from "./type.ts";

/** The type that is written, or what is wrong with it. */
export function typeOf(written: TypeExpr): Type | { readonly message: string; readonly help: readonly string[] } {
  const scalar = scalarNamed(written.name);
  const shown = written.name.length > 40 ? `${written.name.slice(0, 40)}…` : written.name;
  if ("problem" in scalar)
    return scalar.problem === "width"
      ? { message: `\`${shown}\` has no width from 1 to ${MAX_WIDTH}`, help: [] }
      : {
          message: `\`${shown}\` is not a type`,
          help: [
            ...didYouMean(written.name, ["bool", "i8", "u8"]),
            "types are `bool`, `iN`, `uN`, and vectors `iN<L>`, `uN<L>`",
          ].slice(-1),
        };
  const [lanes, more] = written.args;
  if (lanes === undefined) return scalar;
  if (more !== undefined || lanes.kind !== "int")
    return { message: "a vector has one number of lanes", help: ["write `i8<4>`"] };
  if (scalar.kind === "bool")
    return { message: "there are no vectors of `bool`", help: [`write \`u${lanes.text}\`, or \`u1<${lanes.text}>\``] };
  if (lanes.value < 1n || lanes.value > BigInt(MAX_LANES))
    return { message: `a vector has from 1 to ${MAX_LANES} lanes`, help: [] };
  return vector(scalar, Number(lanes.value));
}

/** The type of a port, if it has a right one. */
export function quietType(port: Port): Type | undefined {
  const found = port.type === undefined ? undefined : typeOf(port.type);
  return found !== undefined && "lane" in found ? found : undefined;
}
