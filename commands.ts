// The commands of `reticle` as a table, and the door through which all of them are run. What a command needs is loaded
// when it runs, so that the others start fast.
import { CommanderError, InvalidArgumentError, Option, Command as Parser } from "commander";
import manifest from "./package.json" with { type: "json" };

/** The surroundings of a run. */
export interface Io {
  /** Standard output. Resolves when more may follow. */
  readonly out: (text: string) => Promise<void> | void;
  readonly err: (text: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Whether diagnostics are painted. */
  readonly hasColours: boolean;
  /** Whether somebody watches standard error: then long work tells how far it is. */
  readonly isWatched: boolean;
}

/** Exit statuses. */
export const FINE = 0;
export const AT_FAULT = 1;
export const MISUSED = 2;
export const DEFECT = 70;

/** The options of a run, by their long name in camel case. */
export type Options = Readonly<Record<string, string | boolean | number | undefined>>;

interface OptionRow {
  readonly flags: string;
  readonly says: string;
  readonly choices?: readonly string[];
  readonly initial?: string;
  readonly mandatory?: true;
  readonly conflicts?: string;
  readonly count?: true;
  /** It may be given several times, and is then one list. */
  readonly lists?: true;
}

interface Command {
  readonly name: string;
  readonly args: string;
  readonly says: string;
  readonly options: readonly OptionRow[];
  /** Gives the exit status. */
  readonly run: (args: readonly string[], options: Options, io: Io) => Promise<number>;
}

const JSON_ROW: OptionRow = { flags: "--json", says: "print for machines, on standard output" };
const DIALECT: OptionRow = {
  flags: "--dialect <dialect>",
  says: "what standard input is, or a file without a known extension",
  choices: ["ir", "asm", "tdl"],
};
const TOP: OptionRow = { flags: "--top <name>", says: "the definition that is meant, if not `main` or the only one" };
const MMAP: OptionRow = { flags: "--mmap <file>", says: "contents of memories by name, as JSON" };
const RESET: OptionRow = {
  flags: "--reset <kind>",
  says: "whether there is an input `reset`",
  choices: ["none", "sync"],
  initial: "none",
};
const TARGET: OptionRow = { flags: "--target <name>", says: "the family: one of `reticle target list`, or a folder" };
const DEVICE: OptionRow = { flags: "--device <name>", says: "the device; without it the default one of the target" };
const OPTIMIZE: OptionRow = {
  flags: "--optimize <goal>",
  says: "what counts",
  choices: ["area", "delay", "balanced"],
  initial: "balanced",
};
const SEED: OptionRow = { flags: "--seed <number>", says: "where placement starts from" };
const LIMIT: OptionRow = {
  flags: "--limit <counts>",
  says: "fewer units than the device has: `dsp=4,bram=2`",
  lists: true,
};
const OUTPUT: OptionRow = { flags: "-o, --output <file>", says: "where the result goes, if not to standard output" };

const COMMANDS: readonly Command[] = [
  {
    name: "check",
    args: "<file...>",
    says: "say what is wrong with programs of any dialect",
    options: [DIALECT, JSON_ROW],
    run: async (...run) => (await import("./programs.ts")).checkFiles(...run),
  },
  {
    name: "fmt",
    args: "<file...>",
    says: "print programs in canonical layout",
    options: [
      { flags: "--write", says: "write it into the files", conflicts: "check" },
      { flags: "--check", says: "only tell which files have another layout" },
      DIALECT,
      JSON_ROW,
    ],
    run: async (...run) => (await import("./programs.ts")).format(...run),
  },
  {
    name: "eval",
    args: "<file>",
    says: "run a program: values of the inputs in, values of the outputs out, one a cycle",
    options: [
      { flags: "--trace <file>", says: "the inputs, as JSON or as a table (.csv)" },
      { flags: "--cycles <count>", says: "how many cycles, if not as many as the trace has", count: true },
      { flags: "--vcd <file>", says: "write all values as a waveform" },
      { flags: "-o, --output <file>", says: "where the outputs go, as JSON or as a table (.csv)" },
      RESET,
      TOP,
      MMAP,
      DIALECT,
      JSON_ROW,
    ],
    run: async (...run) => (await import("./simulation.ts")).simulate(...run),
  },
  {
    name: "emit",
    args: "<file>",
    says: "print a program in another language",
    options: [
      {
        flags: "--to <language>",
        says: "behavioural Verilog; the cells of a target as Verilog or as a netlist in JSON; or where they are placed",
        choices: ["behav", "verilog", "json", "xdc"],
        mandatory: true,
      },
      { flags: "--place", says: "place the cells first, so that each carries its site" },
      TARGET,
      DEVICE,
      OPTIMIZE,
      LIMIT,
      OUTPUT,
      RESET,
      TOP,
      MMAP,
      DIALECT,
      JSON_ROW,
    ],
    run: async (args, options, io) =>
      options["to"] === "behav"
        ? (await import("./programs.ts")).emit(args, options, io)
        : (await import("./compilation.ts")).emitStructure(args, options, io),
  },
  {
    name: "select",
    args: "<file>",
    says: "cover a program with instructions of a target: assembly, unplaced",
    options: [
      TARGET,
      DEVICE,
      OPTIMIZE,
      LIMIT,
      { flags: "--why [names]", says: "tell for each value, or for those named, what could have computed it" },
      OUTPUT,
      RESET,
      TOP,
      MMAP,
      DIALECT,
      JSON_ROW,
    ],
    run: async (...run) => (await import("./compilation.ts")).selectFile(...run),
  },
  {
    name: "place",
    args: "<file>",
    says: "put every cell of an assembly on a site of a device: assembly with all coordinates",
    options: [
      TARGET,
      DEVICE,
      SEED,
      { flags: "--svg <file>", says: "draw it" },
      { flags: "--colour <by>", says: "what colours mean in the drawing", choices: ["kind", "slack"], initial: "kind" },
      OPTIMIZE,
      OUTPUT,
      RESET,
      TOP,
      MMAP,
      DIALECT,
      JSON_ROW,
    ],
    run: async (...run) => (await import("./compilation.ts")).placeFile(...run),
  },
  {
    name: "report",
    args: "<file>",
    says: "count cells, estimate delays, time the stages",
    options: [TARGET, DEVICE, OPTIMIZE, LIMIT, RESET, TOP, MMAP, DIALECT, JSON_ROW],
    run: async (...run) => (await import("./compilation.ts")).reportFile(...run),
  },
  {
    name: "verify",
    args: "<file>",
    says: "prove or test that what comes out of a compilation is what went in, and say which",
    options: [
      TARGET,
      DEVICE,
      { flags: "--prove", says: "prove the cells, too, and take the time for it" },
      SEED,
      OPTIMIZE,
      LIMIT,
      RESET,
      TOP,
      MMAP,
      JSON_ROW,
    ],
    run: async (...run) => (await import("./verifying.ts")).verifyFile(...run),
  },
  {
    name: "build",
    args: "<file>",
    says: "go all the way from a program to a bitstream",
    options: [
      TARGET,
      DEVICE,
      { flags: "--package <name>", says: "the package of the device; without it the first" },
      { flags: "--pcf <file>", says: "which pin each bit of a port goes to" },
      { flags: "--board <name>", says: "a board: its device, its package, and pins by the names that it has for them" },
      { flags: "--freq <mhz>", says: "the frequency that the router should reach" },
      SEED,
      { flags: "--no-verify", says: "do not hold what comes out against the program" },
      { flags: "--no-place", says: "leave placement to the router" },
      { flags: "--harness <kind>", says: "put the program between shift registers", choices: ["scan"] },
      {
        flags: "--tools <kind>",
        says: "the tools as WASM, or those in PATH",
        choices: ["wasm", "native"],
        initial: "wasm",
      },
      { flags: "--no-cache", says: "run every step anew" },
      { flags: "--log <file>", says: "write what the tools print, also when one of them fails" },
      OPTIMIZE,
      LIMIT,
      { flags: "-o, --output <folder>", says: "the folder for what is made" },
      RESET,
      TOP,
      MMAP,
      DIALECT,
      JSON_ROW,
    ],
    run: async (...run) => (await import("./building.ts")).build(...run),
  },
  {
    name: "target",
    args: "<verb> [name]",
    says: "list the targets, show what one has, or check its description",
    options: [{ flags: "-o, --output <file>", says: "with `check`: the table as a page of Markdown" }, JSON_ROW],
    run: async (...run) => (await import("./compilation.ts")).target(...run),
  },
  {
    name: "bench",
    args: "[folder]",
    says: "run a suite of kernels: are they right, and have they become larger or slower since the baseline",
    options: [
      { flags: "--tier <names>", says: "only kernels of these tiers of the suite", lists: true },
      { flags: "--kernel <names>", says: "only these kernels", lists: true },
      { flags: "--target <names>", says: "only these targets of the suite", lists: true },
      { flags: "--until <stage>", says: "the last stage", choices: ["select", "place", "route", "bits"] },
      { flags: "--jobs <count>", says: "processes at a time, if not one a core", count: true },
      { flags: "--timeout <seconds>", says: "how long a kernel may take", count: true },
      { flags: "--memory <mb>", says: "how much memory a kernel may take", count: true },
      { flags: "--resume", says: "go on where the run before was interrupted" },
      { flags: "--shard <i/n>", says: "only part i of n of the jobs, for several machines" },
      { flags: "--merge <files...>", says: "put results of shards together, and run nothing", lists: true },
      { flags: "--baseline <file>", says: "what to compare with, if not `baseline.json` beside the suite" },
      { flags: "--update", says: "write the baseline anew" },
      { flags: "--label <text>", says: "what the run is called, if not by its commit" },
      { flags: "--against <tool>", says: "compare with another tool in the same run", choices: ["yosys"] },
      {
        flags: "--tools <kind>",
        says: "the tools as WASM, or those in PATH",
        choices: ["wasm", "native"],
        initial: "wasm",
      },
      { flags: "-o, --output <file>", says: "write the results, for `--merge`" },
      { flags: "--junit <file>", says: "write a report for a CI, in XML" },
      { flags: "--markdown <file>", says: "write a report for a comment on a change" },
      { flags: "--html <file>", says: "write a page with charts" },
      { flags: "--history <folder>", says: "keep the run there; the page shows the trend" },
      JSON_ROW,
    ],
    run: async (...run) => (await import("./benching.ts")).bench(...run),
  },
  {
    name: "lsp",
    args: "",
    says: "serve an editor with the language server protocol",
    options: [
      { flags: "--stdio", says: "on standard input and output" },
      { flags: "--clientProcessId <id>", says: "the process of the editor, without which the server ends" },
    ],
    run: async (...run) => (await import("./server.ts")).serve(...run),
  },
  {
    name: "explain",
    args: "[name]",
    says: "tell what a diagnostic means or what an operation does; without a name, list them",
    options: [JSON_ROW],
    run: async ([name], options, io) => {
      const { explain, explainAll, explained } = await import("./explain.ts");
      const asJson = options["json"] === true;
      const text = name === undefined ? explainAll(asJson) : explain(name, asJson);
      if (text !== undefined) await io.out(text);
      else {
        const { didYouMean } = await import("./lang/near.ts");
        const help = [...didYouMean(name ?? "", explained()), "`reticle explain` lists all names"];
        return misuse(io, `\`${name}\` is neither a diagnostic nor an operation`, help);
      }
      return FINE;
    },
  },
];

/** Runs a command line, without the name of the program, and gives the exit status. Throws nothing. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status = FINE;
  const parser = new Parser("reticle")
    .description(manifest.description)
    .version(manifest.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.out(text),
      writeErr: io.err,
      outputError: (text, write) => write(restyle(text)),
    });
  for (const { name, args, says, options, run } of COMMANDS) {
    const command = parser.command(`${name} ${args}`.trimEnd()).description(says);
    for (const row of options) command.addOption(optionOf(row));
    command.action(async (...given: (string | readonly string[] | undefined | Options)[]) => {
      // Commander passes the arguments, then the options, then itself.
      const words = given
        .slice(0, -2)
        .flatMap((one) => (typeof one === "string" ? [one] : Array.isArray(one) ? one : []));
      status = await run(words, given.at(-2) as Options, io);
    });
  }
  try {
    await parser.parseAsync(argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? FINE : MISUSED;
    return defect(error, io);
  }
}

function optionOf({ flags, says, choices, initial, mandatory, conflicts, count, lists }: OptionRow): Option {
  const option = new Option(flags, says);
  if (choices !== undefined) option.choices(choices);
  if (initial !== undefined) option.default(initial);
  if (mandatory) option.makeOptionMandatory();
  if (conflicts !== undefined) option.conflicts(conflicts);
  if (lists) option.argParser((text, before?: string) => (before === undefined ? text : `${before},${text}`));
  if (count)
    option.argParser((text) => {
      if (!/^[0-9]{1,12}$/.test(text)) throw new InvalidArgumentError("It is a number from 0 on.");
      return Number(text);
    });
  return option;
}

/** Says what is wrong with the command line; gives the status. */
export function misuse(io: Io, message: string, help: readonly string[] = []): number {
  io.err([`error: ${message}`, ...help.map((one) => `  = help: ${one}`), ""].join("\n"));
  return MISUSED;
}

/** Commander's messages, in the manner of ours. */
function restyle(text: string): string {
  return text.replace(/'([^'\n]*)'/g, "`$1`").replace(/\n\(Did you mean (?:one of )?(.*)\?\)/, (_, names: string) => {
    const quoted = names
      .split(", ")
      .slice(0, 2)
      .map((name) => `\`${name}\``);
    return `\n  = help: did you mean ${quoted.join(" or ")}?`;
  });
}

/** Says that the mistake is ours; gives the status. */
function defect(error: unknown, io: Io): number {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(
    [
      "error: this is a defect of reticle, not of your program",
      "  = help: please report it, with the command, the files that it reads, and the lines below",
      `reticle ${manifest.version}, node ${process.version}, ${process.platform} ${process.arch}`,
      what,
      "",
    ].join("\n"),
  );
  return DEFECT;
}
