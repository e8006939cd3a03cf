// PCF files: which pin each bit of a port goes to. `set_io [options] port pin`, and comments behind `#`.
import { type Outcome, report } from "../lang/diagnostic.ts";
import { didYouMean } from "../lang/near.ts";
import type { Source, Span } from "../lang/source.ts";

/** What a PCF is held against: the bits of the ports, and the pins of the package. */
export interface PcfFacts {
  readonly ports: readonly string[];
  readonly pins: readonly string[];
}

/** Options of `set_io`, and how many words follow each. */
const OPTIONS: Readonly<Record<string, number>> = { "-nowarn": 0, "-pullup": 1, "-pullup_resistor": 1 };

interface Word extends Span {
  readonly text: string;
}

/** How many names a message lists. */
const SHOWN = 4;

/**
 * Reads a PCF; the value has the pin of each bit. A port that the program does not have is passed over on a line with
 * `-nowarn`, as PCFs that list all pins of a board have it. Bits without a pin are warned about.
 */
export function parsePcf(source: Source, facts: PcfFacts): Outcome<ReadonlyMap<string, string>> {
  const found = report(source);
  const pins = new Map<string, string>();
  const places = new Map<string, Word>();
  const isKnown = { port: new Set(facts.ports), pin: new Set(facts.pins) };
  /** Refuses the second use of a port or a pin. */
  const once = (kind: "port" | "pin", word: Word): boolean => {
    const before = places.get(`${kind} ${word.text}`);
    if (before === undefined) places.set(`${kind} ${word.text}`, word);
    else
      found.error("bad-pcf", `the ${kind} \`${word.text}\` is given twice`, [
        { span: word, text: "again here" },
        { span: before, text: "first here" },
      ]);
    return before === undefined;
  };
  for (const words of lines(source.text)) {
    const [command, ...rest] = words;
    if (command === undefined || command.text === "set_frequency") continue;
    if (command.text !== "set_io") {
      found.error(
        "bad-pcf",
        `\`${command.text}\` is no command of a PCF`,
        [{ span: command, text: "" }],
        didYouMean(command.text, ["set_io", "set_frequency"]),
      );
      continue;
    }
    const [port, pin, more] = operands(rest);
    if (port === undefined || pin === undefined || more !== undefined) {
      const span = { start: command.start, end: (words.at(-1) ?? command).end };
      found.error(
        "bad-pcf",
        "`set_io` takes a port and a pin",
        [{ span: more ?? span, text: "" }],
        ["write `set_io a[0] 35`"],
      );
      continue;
    }
    if (!isKnown.port.has(port.text) && !rest.some((word) => word.text === "-nowarn"))
      found.error(
        "no-pin",
        `the program has no port bit \`${port.text}\``,
        [{ span: port, text: "" }],
        didYouMean(port.text, facts.ports),
      );
    if (!isKnown.pin.has(pin.text))
      found.error(
        "no-pin",
        `the package has no pin \`${pin.text}\``,
        [{ span: pin, text: "" }],
        didYouMean(pin.text, facts.pins),
      );
    if (once("port", port) && once("pin", pin)) pins.set(port.text, pin.text);
  }
  const free = facts.ports.filter((port) => !pins.has(port));
  if (free.length > 0 && found.list.length === 0) {
    const names = free.slice(0, SHOWN).map((port) => `\`${port}\``);
    const more = free.length > SHOWN ? ["..."] : [];
    const help = [`add a line \`set_io ${free[0]} PIN\``];
    found.warning("no-pin", `the router chooses pins for ${[...names, ...more].join(", ")}`, [], help);
  }
  return { value: pins, diagnostics: found.list };
}

/** Words without options and what belongs to them. */
function operands(words: readonly Word[]): readonly Word[] {
  const left: Word[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as Word;
    const follow = OPTIONS[word.text];
    if (follow === undefined) left.push(word);
    else at += follow;
  }
  return left;
}

function* lines(text: string): Iterable<readonly Word[]> {
  let start = 0;
  for (const line of text.split("\n")) {
    const code = line.replace(/#.*/, "");
    yield [...code.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      start: start + match.index,
      end: start + match.index + match[0].length,
    }));
    start += line.length + 1;
  }
}
