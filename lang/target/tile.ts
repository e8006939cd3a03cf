// How cells share the sites of a tile, and what the cells of one tile have in common: what a `tile` block says.
import type { Instruction } from "../ast.ts";
import { keyed, word } from "./facts.ts";
import type { Block, Implementation, Target } from "./target.ts";
import { TargetError } from "./value.ts";

/** A signal that the registers of a tile have in common: its ports, of which a register has at most one. */
export interface SharedSignal {
  readonly ports: ReadonlySet<string>;
  /** Nets that more than `above` registers read go onto wires across the device, of which there are `buffers`. */
  readonly buffers: number;
  readonly above: number;
}

/** Cells in a column that hand a carry on over wires of their own. A chain begins with the first site of a tile. */
export interface ChainRule {
  readonly carry: string;
  /** The ports of the carry's cell on the chain. */
  readonly from: string;
  readonly to: string;
  /** The LUT that may stand in a site with a carry, and which of its ports then are ports of the carry. */
  readonly lut: string;
  readonly pins: ReadonlyMap<string, string>;
  /** Makes a carry of a value, a value of the last carry, a value of a carry that goes on; a LUT beside a lonely carry. */
  readonly enter: Implementation;
  /** Makes a first carry that is the constant `value`, whatever its operand is. */
  readonly begin: Implementation;
  readonly leave: Implementation;
  readonly pass: Implementation;
  readonly idle: Implementation;
}

/**
 * Carries of one bit that implementations are made of, and the cell of several bits that they become. The first operand of
 * both cells is the carry that comes in.
 */
export interface WideCarry {
  readonly carry: string;
  /** What gives a bit of the sum, and the port of the carry that its other operand is the same as. */
  readonly sum: string;
  readonly shares: string;
  readonly bits: number;
  /**
   * Takes the carry, then the other operands of the carries as words; gives the carries, and the sums. It is one cell with
   * ports in the same order.
   */
  readonly by: Implementation;
  /** Hands a value on to a carry in its site, where no LUT makes it for that. */
  readonly pass: Implementation;
}

/**
 * Cells that choose between two LUTs in sites side by side, and between two such choices: they cost no LUT. By levels: the
 * first chooses between the LUTs of two sites, each further one between two of the level below it, so that level `n`, from
 * 1 on, takes `2 ** n` sites, the first of them at a multiple of that in its tile.
 */
export interface Choices {
  /** Take what chooses, then the value that 1 chooses, which is in the lower sites, then the other. */
  readonly by: readonly Implementation[];
  /** From the values to the result, in ps: there are no wires in between. */
  readonly delay: number;
}

/** A LUT that holds two functions of the same inputs: `by` makes both out of their tables, parameters `f` and `g`. */
export interface Pair {
  /** Inputs that they have together, at the most. */
  readonly inputs: number;
  readonly by: Implementation;
}

/**
 * A word that a cell hands to the one in the next site up over wires of its own. What goes out on port `out` goes out on
 * `over`, too, and `into` reads nothing else than that of the site below.
 */
export interface CascadeRule {
  readonly out: string;
  readonly over: string;
  readonly into: string;
  /** The operand of patterns that comes over these wires, and by pattern the one that reads it there. */
  readonly port: string;
  readonly by: ReadonlyMap<string, string>;
  /** Patterns whose result is `out` of one cell, from its lowest bit on. */
  readonly feeders: ReadonlySet<string>;
}

/** A wire of its own from each site to the one above: out of the port `over` of a cell, into `into` of the next. */
export interface LinkRule {
  readonly over: string;
  readonly into: string;
}

export interface Tile {
  readonly resource: string;
  /** What the flow calls a site: `X{x}/Y{y}/lc{z}`; undefined where it takes no places. */
  readonly site: string | undefined;
  /** How many wires lead into a tile from elsewhere. */
  readonly wires: number;
  /**
   * What the constraints of a vendor call the place, with what they call each cell there by its prim: `c` is the column
   * among those of its kind, `r` the tile in it, `n` the site in it, `l` the letter of the site in its tile, `j` the one
   * before that, `h` the half of the tile, BOT or TOP, and `k` is 2 for the second register of a site.
   */
  readonly loc: string | undefined;
  readonly bels: ReadonlyMap<string, string>;
  /** What constraints call the place of cells that are not in one of `loc`, by their prim. */
  readonly locs: ReadonlyMap<string, string>;
  /** The port of a register that a LUT in the same site feeds, and how many registers a site has. */
  readonly register: string | undefined;
  readonly registers: number;
  /** Wires across the device, the clock's among them. */
  readonly buffers: number;
  readonly shared: readonly SharedSignal[];
  readonly chain: ChainRule | undefined;
  readonly wide: WideCarry | undefined;
  readonly choices: Choices | undefined;
  readonly pair: Pair | undefined;
  readonly cascade: CascadeRule | undefined;
  readonly link: LinkRule | undefined;
}

/** The tiles of a target by the resource of their sites. Throws `TargetError`. */
export function tilesOf(target: Target): ReadonlyMap<string, Tile> {
  return new Map([...target.tiles].map(([name, block]) => [name, readTile(block, target)]));
}

function readTile({ name, item }: Block, target: Target): Tile {
  const facts = keyed(item.attrs);
  const one = (key: string) => facts.get(key)?.[0];
  const shared: SharedSignal[] = [];
  let chain: ChainRule | undefined;
  let wide: WideCarry | undefined;
  let choices: Choices | undefined;
  let pair: Pair | undefined;
  let cascade: CascadeRule | undefined;
  let link: LinkRule | undefined;
  for (const statement of item.body) {
    if (statement.kind !== "instruction")
      throw new TargetError(
        "a tile consists of `shared`, `chain`, `wide`, `choice`, `pair`, `cascade` and `link`",
        statement,
      );
    if (statement.op.text === "shared") shared.push(readShared(statement));
    else if (statement.op.text === "chain") chain = readChain(statement, target);
    else if (statement.op.text === "wide") wide = readWide(statement, target);
    else if (statement.op.text === "choice") choices = readChoices(statement, target);
    else if (statement.op.text === "pair") pair = readPair(statement, target);
    else if (statement.op.text === "cascade") cascade = readCascade(statement, target);
    else if (statement.op.text === "link") link = readLink(statement, target);
    else throw new TargetError(`a tile has no \`${statement.op.text}\``, statement.op);
  }
  return {
    resource: name,
    site: one("site"),
    wires: Number(one("wires") ?? Number.POSITIVE_INFINITY),
    loc: one("loc"),
    bels: pairsOf(facts.get("bels")),
    locs: pairsOf(facts.get("locs")),
    register: one("register"),
    registers: Number(one("registers") ?? 1),
    buffers: Number(one("buffers") ?? 0),
    shared,
    chain,
    wide,
    choices,
    pair,
    cascade,
    link,
  };
}

function readWide(one: Instruction, target: Target): WideCarry {
  const { fact, imp } = facts(one, target);
  return {
    carry: fact("carry"),
    sum: fact("sum"),
    shares: fact("shares"),
    bits: Number(fact("bits")),
    by: imp("by"),
    pass: imp("pass"),
  };
}

function readChoices(one: Instruction, target: Target): Choices {
  const { stated, fact, named } = facts(one, target);
  return { by: (stated.get("by") ?? []).map((name) => named(name)), delay: Number(fact("delay")) };
}

function readPair(one: Instruction, target: Target): Pair {
  const { fact, imp } = facts(one, target);
  return { inputs: Number(fact("inputs")), by: imp("by") };
}

/** Patterns are named by their families: `of: a, b` are read over the wires by those of `by: c, d`. */
function readCascade(one: Instruction, target: Target): CascadeRule {
  const { stated, fact } = facts(one, target);
  const members = (family: string) =>
    [...target.patterns.keys()].filter((name) => name === family || target.families.get(name) === family);
  const [of = [], by = []] = [stated.get("of"), stated.get("by")];
  const pairs = of.flatMap((family, at) =>
    members(family).map((name): [string, string] => [name, `${by[at]}${name.slice(family.length)}`]),
  );
  const strange = pairs.find(([, name]) => !target.patterns.has(name));
  if (strange !== undefined) fail(one, `there is no \`pat ${strange[1]}\` that reads what \`${strange[0]}\` does`);
  return {
    out: fact("out"),
    over: fact("over"),
    into: fact("into"),
    port: fact("port"),
    by: new Map(pairs),
    feeders: new Set([...one.args.map(word), ...of, ...by].flatMap(members)),
  };
}

function readLink(one: Instruction, target: Target): LinkRule {
  const { fact } = facts(one, target);
  return { over: fact("over"), into: fact("into") };
}

function readShared(one: Instruction): SharedSignal {
  const facts = keyed(one.attrs);
  const buffers = Number(facts.get("buffers")?.[0] ?? 0);
  return { ports: new Set(one.args.map(word)), buffers, above: Number(facts.get("above")?.[0] ?? 0) };
}

/** What a statement states, which it has to. */
function facts(one: Instruction, target: Target) {
  const stated = keyed(one.attrs);
  const fact = (key: string) => stated.get(key)?.[0] ?? fail(one, `\`${one.op.text}\` needs \`${key}\``);
  const named = (name: string, key = "by") =>
    target.implementations.get(name) ?? fail(one, `there is no \`imp ${name}\` for \`${key}\``);
  const imp = (key: string) => named(fact(key), key);
  return { stated, fact, imp, named };
}

function readChain(one: Instruction, target: Target): ChainRule {
  const { stated, fact, imp } = facts(one, target);
  return {
    carry: fact("carry"),
    from: fact("in"),
    to: fact("out"),
    lut: fact("lut"),
    pins: pairsOf(stated.get("pins")),
    enter: imp("enter"),
    begin: imp("begin"),
    leave: imp("leave"),
    pass: imp("pass"),
    idle: imp("idle"),
  };
}

/** Words by the word before them. */
function pairsOf(words: readonly string[] = []): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < words.length; at += 2) pairs.set(words[at] as string, words[at + 1] as string);
  return pairs;
}

function fail(at: Instruction, message: string): never {
  throw new TargetError(message, at);
}
