// The devices of a target: what a `device` block says. The device and the package that are marked `default`, else the
// first, are those that are meant when nothing is said.
import type { Expr, Instruction } from "../ast.ts";
import { keyed, word } from "./facts.ts";
import type { Block, Target } from "./target.ts";
import { TargetError } from "./value.ts";

/** A board: a device in a package with things soldered to its pins. */
export interface Board {
  readonly name: string;
  readonly device: string;
  readonly package: string;
  /** The pin and the frequency of its oscillator. */
  readonly clock: string | undefined;
  readonly megahertz: number | undefined;
  /** Pins by name; several make a group, the first is bit 0. */
  readonly pins: ReadonlyMap<string, readonly string[]>;
}

/** `count` sites of a resource in each tile of a rectangle, both ends included; later ones replace earlier ones. */
export interface SiteRule {
  readonly resource: string;
  readonly count: number;
  readonly rows: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

export interface Device {
  readonly name: string;
  /** How the vendor calls it. */
  readonly part: string;
  /** How the tools of the flow are told. */
  readonly option: string;
  /** The `timing` of its cells and wires. */
  readonly timing: string | undefined;
  readonly columns: number;
  readonly rows: number;
  readonly capacity: ReadonlyMap<string, number>;
  readonly sites: readonly SiteRule[];
  /** Names of the pins that a program can use, by package. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  readonly boards: readonly Board[];
  readonly isDefault: boolean;
}

const KNOWN: ReadonlySet<string> = new Set(["part", "option", "columns", "rows", "timing"]);

/** Reads a block. Throws `TargetError`. */
export function readDevice(block: Block): Device {
  const { attrs, body } = block.item;
  const facts = keyed(attrs);
  const one = (key: string) => facts.get(key)?.[0];
  const sites: SiteRule[] = [];
  const packages = new Map<string, readonly string[]>();
  const boards: Board[] = [];
  for (const statement of body) {
    if (statement.kind !== "instruction")
      throw new TargetError("a device consists of `site`, `package` and `board`", statement);
    switch (statement.op.text) {
      case "site":
        sites.push(siteRule(statement));
        break;
      case "package":
        packages.set(
          word(statement.attrs[0]?.value ?? fail(statement, "a package has a name")),
          statement.args.map(word),
        );
        break;
      case "board":
        boards.push(board(statement, block.name));
        break;
      default:
        throw new TargetError(`a device has no \`${statement.op.text}\``, statement.op);
    }
  }
  const capacity = new Map<string, number>();
  for (const [key, values] of facts) if (key !== "" && !KNOWN.has(key)) capacity.set(key, Number(values[0]));
  return {
    name: block.name,
    part: one("part") ?? block.name,
    option: one("option") ?? "",
    timing: one("timing"),
    columns: Number(one("columns") ?? 0),
    rows: Number(one("rows") ?? 0),
    capacity,
    sites,
    packages,
    boards,
    isDefault: facts.get("")?.includes("default") === true,
  };
}

/** All devices of a target, in the order of its description. */
export function devicesOf(target: Target): readonly Device[] {
  return [...target.devices.values()].map(readDevice);
}

/** The device of that name; without one the default. */
export function deviceNamed(target: Target, name: string | undefined): Device | undefined {
  const devices = devicesOf(target);
  if (name !== undefined) return devices.find((device) => device.name === name);
  return devices.find((device) => device.isDefault) ?? devices[0];
}

function fail(at: Instruction, message: string): never {
  throw new TargetError(message, at);
}

function siteRule(one: Instruction): SiteRule {
  const [resource = "", count = "1", rows = "1"] = one.attrs.map((attr) => word(attr.value));
  const [x, y] = one.args;
  if (x === undefined || y === undefined) return fail(one, "a site has columns and rows");
  return { resource, count: Number(count), rows: Number(rows), x: span(x), y: span(y) };
}

/** `a..b`, both ends included, or one number. */
function span(expr: Expr): readonly [number, number] {
  const ends = expr.kind === "binary" && expr.op === ".." ? [expr.left, expr.right] : [expr, expr];
  const [low, high] = ends.map((end) => (end?.kind === "int" ? Number(end.value) : undefined));
  if (low === undefined || high === undefined || low > high)
    throw new TargetError("expected a number or a range `1..8`", expr);
  return [low, high];
}

function board(one: Instruction, device: string): Board {
  const facts = keyed(one.attrs);
  const first = (key: string) => facts.get(key)?.[0];
  const own = ["", "package", "clock", "mhz"];
  const pins = new Map([...facts].filter(([key]) => !own.includes(key)));
  const megahertz = first("mhz");
  return {
    name: first("") ?? fail(one, "a board has a name"),
    device,
    package: first("package") ?? fail(one, "a board has a package"),
    clock: first("clock"),
    megahertz: megahertz === undefined ? undefined : Number(megahertz),
    pins,
  };
}
