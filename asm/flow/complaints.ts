// What the router and the packer complain about, and what it means for the program, its pins and its device: one row a
// complaint.
import type { Code } from "../../lang/codes.ts";
import type { Label } from "../../lang/diagnostic.ts";
import type { Source } from "../../lang/source.ts";
import { type Origins, spanOf } from "./origins.ts";

/** What the flow was about. */
export interface About {
  readonly program: Source;
  readonly pcf: Source | undefined;
  /** The netlist that was routed, as JSON: it leads from cells to the program. */
  readonly netlist: string;
  /** As a person calls them. */
  readonly device: string;
  readonly package: string;
}

export interface Scene extends About {
  readonly origins: Origins;
  readonly tool: string;
}

/** What a complaint means; no source: the program or the PCF cannot be pointed at. */
export interface Meaning {
  readonly code: Code;
  readonly message: string;
  readonly source?: Source | undefined;
  readonly labels?: readonly Label[];
  readonly help?: readonly string[];
}

interface Row {
  readonly match: RegExp;
  /** Takes the parts of the match. `undefined` where the row does not fit after all. */
  readonly means: (scene: Scene, ...parts: string[]) => Meaning | undefined;
}

/** The first row that fits the first error is taken. */
export const COMPLAINTS: readonly Row[] = [
  {
    match: /package does not have a pin named '(.*)' \(on line (\d+)\)/,
    means: (scene, pin, line) => ({
      code: "no-pin",
      message: `\`${scene.package}\` of ${scene.device} has no pin \`${pin}\``,
      ...inPcf(scene, line, pin),
    }),
  },
  {
    match: /IO '(.*)' is unconstrained in PCF \(/,
    means: (scene, port) => ({
      code: "no-pin",
      message: `\`${port}\` is given no pin`,
      source: scene.pcf,
      help: [`add a line \`set_io ${port} PIN\``],
    }),
  },
  {
    match: /duplicate pin constraint on '(.*)' \(on line (\d+)\)/,
    means: (scene, port, line) => ({
      code: "bad-pcf",
      message: `the port \`${port}\` is given twice`,
      ...inPcf(scene, line, port),
    }),
  },
  {
    match: /expected PCF syntax '(.*)' \(on line (\d+)\)/,
    means: (scene, syntax, line) => ({
      code: "bad-pcf",
      message: `this is not of the form \`${syntax}\``,
      ...inPcf(scene, line, undefined),
    }),
  },
  {
    match: /(?:unsupported PCF command|Invalid value) '(.*)'.* \((?:on )?line (\d+)\)/,
    means: (scene, word, line) => ({
      code: "bad-pcf",
      message: `\`${word}\` means nothing here`,
      ...inPcf(scene, line, word),
    }),
  },
  {
    match: /Cell '(.*)' cannot be bound to bel '(.*)' since it is already bound to cell '(.*)'/,
    means: (scene, cell = "", site, other = "") => {
      const [port, holder] = [cell, other].map(scene.origins.portOf);
      if (port !== undefined && holder !== undefined)
        return {
          code: "bad-pcf",
          message: `\`${port}\` and \`${holder}\` are given the same pin`,
          ...wordsInPcf(scene, [port, holder]),
        };
      return { code: "bad-location", message: `two cells are put on \`${site}\``, ...atCells(scene, [cell, other]) };
    },
  },
  {
    match: /No Bel named '(.*)' located for this chip \(processing BEL attribute on '(.*)'\)/,
    means: (scene, site, cell = "") => ({
      code: "bad-location",
      message: `${scene.device} has no place \`${site}\``,
      ...atCells(scene, [cell]),
    }),
  },
  {
    match: /Bel '(.*)' of type '(.*)' does not match cell '(.*)' of type '(.*)'/,
    means: (scene, site, holds, cell = "", type) => ({
      code: "bad-location",
      message: `\`${site}\` holds \`${holds}\`, not \`${type}\``,
      ...atCells(scene, [cell]),
    }),
  },
  {
    match: /Unsupported package '(.*)'/,
    means: ({ device, package: name }) => ({ code: "no-package", message: `${device} has no package \`${name}\`` }),
  },
  {
    match: /Unsupported (?:\S+ )?(?:chip|FPGA) type|device type does not match|unrecogni[sz]ed option/,
    means: ({ device, tool }) => ({ code: "no-device", message: `\`${tool}\` does not know ${device}` }),
  },
  {
    match:
      /(?:Unable to find (?:legal |a )?placement(?: location)? for cell|Unable to place cell|failed to place chain starting at cell|(?:constraint satisfaction|post-placement validity) check failed for \w+) '(.*?)'/,
    means: (scene, cell = "") => ({
      code: "no-place",
      message: `${scene.device} has no place for a cell that this needs`,
      ...atCells(scene, [cell]),
      help: ["a chain of carries must fit in a column, and what shares a tile shares its clock, enable and reset"],
    }),
  },
  {
    match: /Unable to find legal placement for all cells/,
    means: ({ device }) => ({
      code: "no-place",
      message: `no place was found for all cells on ${device}`,
      help: ["`--seed` tries another start; a larger device leaves more room"],
    }),
  },
  {
    match: /Failed to (?:route arc \S+ of net|find a route for arc \S+ of net) '?(.*?)'?[.,]/,
    means: (scene, net = "") => ({
      code: "no-route",
      message: `\`${net}\` cannot be routed`,
      ...atPlaces(scene, [scene.origins.ofNet(net)]),
      help: ["`--seed` tries another start; a larger device leaves more room"],
    }),
  },
];

type Where = Pick<Meaning, "source" | "labels">;

/** A word in a line of the PCF, or the line. */
function inPcf({ pcf }: Scene, line: string | undefined, word: string | undefined): Where {
  if (pcf === undefined) return {};
  const before = pcf.text.split("\n").slice(0, Number(line) - 1);
  const text = pcf.text.split("\n")[before.length] ?? "";
  const start = before.reduce((sum, one) => sum + one.length + 1, 0);
  const at = word === undefined ? -1 : text.lastIndexOf(word);
  const span =
    at < 0 || word === undefined
      ? { start, end: start + text.trimEnd().length }
      : { start: start + at, end: start + at + word.length };
  return { source: pcf, labels: [{ span, text: "" }] };
}

/** The lines of the PCF that give these ports their pins. */
function wordsInPcf(scene: Scene, ports: readonly string[]): Where {
  const rows = (scene.pcf?.text ?? "").split("\n");
  const labels = ports.flatMap((port) => {
    const line = rows.findIndex((row) => row.replace(/#.*/, "").split(/\s+/).includes(port));
    return line < 0 ? [] : (inPcf(scene, String(line + 1), port).labels ?? []);
  });
  return { source: scene.pcf, labels };
}

function atCells(scene: Scene, cells: readonly string[]): Where {
  return atPlaces(scene, cells.map(scene.origins.ofCell));
}

function atPlaces({ program }: Scene, places: readonly (string | undefined)[]): Where {
  const labels = places.flatMap((place) => {
    const span = place === undefined ? undefined : spanOf(program, place);
    return span === undefined ? [] : [{ span, text: "" }];
  });
  return { source: program, labels };
}
