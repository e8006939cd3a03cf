// Which pin each bit of a port goes to: from a board's names, or from a PCF file, as the lines of a PCF.
import type { Board } from "../lang/target/device.ts";
import type { ModulePort } from "./nets.ts";

/** A bit of a port of the module: `a[3]`, or `a` for a port of one bit. */
export interface PortBit {
  readonly port: string;
  readonly text: string;
}

export function portBits(ports: readonly ModulePort[]): readonly PortBit[] {
  return ports.flatMap(({ name, nets }) =>
    nets.map((_, bit) => ({ port: name, text: nets.length === 1 ? name : `${name}[${bit}]` })),
  );
}

/** What a board has for the ports of a module. */
export interface BoardPins {
  /** Pins by bit of a port. */
  readonly pins: ReadonlyMap<string, string>;
  /** Ports that the board has no pins for, or too few. */
  readonly missing: readonly { readonly port: string; readonly bits: number; readonly has: number }[];
}

/** Ports go to the pins that the board knows by their name, the clock to its oscillator. */
export function boardPins(ports: readonly ModulePort[], board: Board): BoardPins {
  const pins = new Map<string, string>();
  const missing: { port: string; bits: number; has: number }[] = [];
  for (const { name, nets } of ports) {
    const has = name === "clock" && board.clock !== undefined ? [board.clock] : (board.pins.get(name) ?? []);
    if (has.length < nets.length) missing.push({ port: name, bits: nets.length, has: has.length });
    else nets.forEach((_, bit) => pins.set(nets.length === 1 ? name : `${name}[${bit}]`, has[bit] as string));
  }
  return { pins, missing };
}

/** The lines of a PCF that say so. */
export function pcfOf(pins: ReadonlyMap<string, string>): string {
  return [...pins].map(([bit, pin]) => `set_io ${bit} ${pin}\n`).join("");
}
