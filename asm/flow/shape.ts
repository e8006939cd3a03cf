// Values of JSON that others wrote, read without trust in their shape.

export type Row = Readonly<Record<string, unknown>>;

/** The object that a text is; an empty one for any other text. */
export function parsed(text: string): Row {
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}

export function record(value: unknown): Row {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Row) : {};
}

export function entries(value: unknown): readonly (readonly [string, Row])[] {
  return Object.entries(record(value)).map(([name, row]) => [name, record(row)]);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
