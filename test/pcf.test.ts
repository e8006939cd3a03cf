// PCF files: what they say, and what is wrong with them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePcf } from "../asm/pcf.ts";
import { pcfOf } from "../asm/pins.ts";
import { failed } from "../lang/diagnostic.ts";

const PORTS = ["clock", "en", "a[0]", "a[1]", "y"];
const PINS = ["1", "2", "21", "22", "B10", "C3"];

function read(text: string) {
  const { value, diagnostics } = parsePcf({ file: "a.pcf", text }, { ports: PORTS, pins: PINS });
  const marked = diagnostics.map((one) => {
    const span = one.labels[0]?.span;
    return `${one.severity} ${one.code} ${span === undefined ? "" : text.slice(span.start, span.end)}`.trim();
  });
  return { value: Object.fromEntries(value), marked, help: diagnostics.flatMap((one) => one.help) };
}

const ALL = "set_io clock 21\nset_io en 22\nset_io a[0] 1\nset_io a[1] 2\nset_io y B10\n";

test.each([
  ["as it is", ALL],
  ["with comments", `# pins\n\n  ${ALL.replaceAll("\n", " # here\n")}#`],
  ["with line ends of Windows", ALL.replaceAll("\n", "\r\n")],
  ["with tabs", ALL.replaceAll(" ", "\t")],
  ["without the last line end", ALL.trimEnd()],
  ["with options", ALL.replaceAll("set_io", "set_io -pullup yes -pullup_resistor 10K -nowarn")],
  ["with a frequency", `${ALL}set_frequency clock 12\n`],
  ["with other ports of the board", `${ALL}set_io -nowarn led C3\n`],
])("a PCF %s", (_, text) => {
  const { value, marked } = read(text);
  expect(marked).toEqual([]);
  expect(value).toMatchObject({ clock: "21", en: "22", "a[0]": "1", "a[1]": "2", y: "B10" });
});

test.each([
  ["set_oi en 1", ["error bad-pcf set_oi"]],
  ["set_io en", ["error bad-pcf set_io en"]],
  ["set_io", ["error bad-pcf set_io"]],
  ["set_io en 1 2", ["error bad-pcf 2"]],
  ["set_io -pullup yes en", ["error bad-pcf set_io -pullup yes en"]],
  ["set_io en 1\nset_io en 2", ["error bad-pcf en"]],
  ["set_io en 1\nset_io y 1", ["error bad-pcf 1"]],
  ["set_io ena 1", ["error no-pin ena"]],
  ["set_io a 1", ["error no-pin a"]],
  ["set_io en 23", ["error no-pin 23"]],
  ["set_io en 1\n// set_io y 2", ["error bad-pcf //"]],
])("%s is refused", (text, expected) => {
  expect(read(text).marked).toEqual(expected);
});

test("near names are offered", () => {
  expect(read("set_io clokc 21").help).toEqual(["did you mean `clock`?"]);
  expect(read("set_oi clock 21").help).toEqual(["did you mean `set_io`?"]);
});

test("bits without a pin are told", () => {
  expect(read("set_io clock 21").marked).toEqual(["warning no-pin"]);
  expect(read("").help).toEqual(["add a line `set_io clock PIN`"]);
});

test("what is printed is read again", () => {
  const choice = fc.tuple(fc.shuffledSubarray(PORTS), fc.shuffledSubarray(PINS, { minLength: PORTS.length }));
  fc.assert(
    fc.property(choice, ([ports, pins]) => {
      const chosen = new Map(ports.map((port, index) => [port, pins[index] as string]));
      const { value, diagnostics } = parsePcf({ file: "a.pcf", text: pcfOf(chosen) }, { ports: PORTS, pins: PINS });
      expect(value).toEqual(chosen);
      expect(failed(diagnostics)).toBe(false);
    }),
  );
});

test("no text makes it fail", () => {
  const word = fc.constantFrom("set_io", "-pullup", "-nowarn", "en", "a[0]", "21", "#", "\n", "\r", "\u0000", "é", " ");
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join(" ")),
      (text) => {
        const { diagnostics } = parsePcf({ file: "a.pcf", text }, { ports: PORTS, pins: PINS });
        for (const { labels } of diagnostics)
          for (const { span } of labels) expect(span.start < span.end && span.end <= text.length).toBe(true);
      },
    ),
  );
});
