// JSON texts as a row of events with their places: for traces and contents of memories, which may be long and which are
// wrong now and then. Nothing is built, nesting of any depth is a stack of bytes, and all of RFC 8259 is asked for.

/** What comes next in a text. Commas and colons have been looked at and are not told of. */
export type JsonEvent =
  | "{"
  | "}"
  | "["
  | "]"
  | "key"
  | "string"
  | "number"
  | "true"
  | "false"
  | "null"
  /** Behind the value; it stays there. */
  | "end"
  /** The text breaks a rule of JSON, see `problem`; it stays there. */
  | "wrong";

export interface JsonReader {
  /** The event that `next` went to. */
  readonly event: JsonEvent;
  /** Offsets of its token. */
  readonly start: number;
  readonly end: number;
  /** The value of a number that is an integer of at most 15 digits, as written, without a fraction; else NaN. */
  readonly integer: number;
  readonly problem: string;
  next(): JsonEvent;
  /** Passes over the rest of the value whose first event has been met. */
  skip(): void;
  /** The text of a key or a string. */
  text(): string;
}

type State = { -readonly [Field in keyof JsonReader]: JsonReader[Field] };

const OPEN_OBJECT = 1;
const OPEN_LIST = 2;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;

const WORDS = ["true", "false", "null"] as const;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const ESCAPES = /^(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*$/;

/** Reads one JSON value that is the whole text. */
export function jsonReader(text: string): JsonReader {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let stack = new Uint8Array(64);
  let depth = 0;
  /** What may stand at `at`: a value, a key, the end of the container, or what follows a value. */
  let wants: "value" | "value or ]" | "key" | "key or }" | "separator" = "value";
  const reader: State = {
    event: "end",
    start: 0,
    end: 0,
    integer: Number.NaN,
    problem: "",
    next,
    skip,
    text: unquoted,
  };
  return reader;

  function next(): JsonEvent {
    if (reader.event === "wrong") return "wrong";
    let code = space();
    if (wants === "separator") {
      if (depth === 0) return at < text.length ? wrong("the end of the file") : emit("end", at);
      const isList = stack[depth - 1] === OPEN_LIST;
      if (code === COMMA) {
        at++;
        code = space();
        wants = isList ? "value" : "key";
      } else if (code === (isList ? 93 : 125)) return close();
      else return wrong(isList ? "`,` or `]`" : "`,` or `}`");
    }
    if (wants === "key" || wants === "key or }") {
      if (code === 125 && wants === "key or }") return close();
      if (code !== QUOTE) return wrong(wants === "key" ? "a name between double quotes" : "a name or `}`");
      if (string("key") === "wrong") return "wrong";
      const { start, end } = reader;
      if (space() !== COLON) return wrong("`:`");
      at++;
      [reader.start, reader.end] = [start, end];
      wants = "value";
      return "key";
    }
    return value(code);
  }

  function value(code: number): JsonEvent {
    if ((code >= ZERO && code <= NINE) || code === MINUS) return number();
    switch (code) {
      case 93:
        return wants === "value or ]" ? close() : wrong("a value");
      case QUOTE:
        return string("string");
      case 91:
        return open(OPEN_LIST);
      case 123:
        return open(OPEN_OBJECT);
    }
    const word = WORDS.find((one) => text.startsWith(one, at) && !/\w/.test(text[at + one.length] ?? ""));
    if (word === undefined) return wrong(wants === "value or ]" ? "a value or `]`" : "a value");
    wants = "separator";
    return emit(word, at + word.length);
  }

  function emit(event: JsonEvent, end: number): JsonEvent {
    reader.event = event;
    reader.start = at;
    reader.end = end;
    at = end;
    return event;
  }

  function open(kind: number): JsonEvent {
    if (depth === stack.length) {
      const larger = new Uint8Array(2 * depth);
      larger.set(stack);
      stack = larger;
    }
    stack[depth++] = kind;
    wants = kind === OPEN_LIST ? "value or ]" : "key or }";
    return emit(kind === OPEN_LIST ? "[" : "{", at + 1);
  }

  function close(): JsonEvent {
    depth--;
    wants = "separator";
    return emit(stack[depth] === OPEN_LIST ? "]" : "}", at + 1);
  }

  /** Integers of up to 15 digits are read on the way, as traces consist of them. */
  function number(): JsonEvent {
    let end = at;
    const negative = text.charCodeAt(end) === MINUS;
    if (negative) end++;
    const first = end;
    let sum = 0;
    let code = text.charCodeAt(end);
    while (code >= ZERO && code <= NINE) {
      sum = sum * 10 + code - ZERO;
      code = text.charCodeAt(++end);
    }
    const digits = end - first;
    const isPlain = digits === 1 || (digits > 1 && digits <= 15 && text.charCodeAt(first) !== ZERO);
    const goesOn = code === 46 || isLetter(code);
    if (isPlain && !goesOn) reader.integer = negative ? -sum : sum;
    else {
      NUMBER.lastIndex = at;
      if (!NUMBER.test(text)) return wrong("a value");
      end = NUMBER.lastIndex;
      if (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)) || text.charCodeAt(end) === 46) {
        while (/[\w.]/.test(text[end] ?? "")) end++;
        return problem(`${quoted(text.slice(at, end))} is not a number of JSON`, end);
      }
      reader.integer = Number.NaN;
    }
    wants = "separator";
    return emit("number", end);
  }

  function string(event: "key" | "string"): JsonEvent {
    let end = at + 1;
    let escaped = false;
    for (let code = text.charCodeAt(end); code !== QUOTE; code = text.charCodeAt(++end)) {
      if (code === BACKSLASH) {
        escaped = true;
        end++;
      } else if (code < 32 || Number.isNaN(code))
        return problem(Number.isNaN(code) ? "this string never ends" : "this string does not end on its line", end);
    }
    end++;
    if (escaped && !ESCAPES.test(text.slice(at + 1, end - 1))) return problem("this string has a wrong escape", end);
    wants = "separator";
    return emit(event, end);
  }

  function unquoted(): string {
    const inner = text.slice(reader.start + 1, reader.end - 1);
    return inner.includes("\\") ? (JSON.parse(`"${inner}"`) as string) : inner;
  }

  function space(): number {
    let code = text.charCodeAt(at);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
    return code;
  }

  function wrong(expected: string): JsonEvent {
    const found = /[^\s,:[\]{}"]{1,31}|[\s\S]/uy;
    found.lastIndex = at;
    const token = found.exec(text)?.[0] ?? "";
    return problem(
      `expected ${expected}, found ${token === "" ? "the end of the file" : quoted(token)}`,
      at + token.length,
    );
  }

  function problem(message: string, end: number): JsonEvent {
    reader.problem = message;
    return emit("wrong", Math.min(end, text.length));
  }

  function skip(): void {
    if (reader.event !== "[" && reader.event !== "{") return;
    const outside = depth - 1;
    while (depth > outside) if (next() === "wrong") return;
  }
}

function quoted(token: string): string {
  return `\`${token.length > 30 ? `${token.slice(0, 30)}…` : token}\``;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}
