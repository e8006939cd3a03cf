// Logic: state machines, checksums, counting and sorting.
import type { Program } from "../lang/ast.ts";
import type { Value } from "../lang/builder.ts";
import { kernel, nth, range } from "./kernel.ts";

/**
 * A ring of `states` states, shown on `y`: state s goes on to the next one when input `i<s>` is high. The benchmark "fsm"
 * of the Reticle paper, with its `eq`, `and` and chain of `mux`.
 */
export function fsm(name: string, states: number): Program {
  return kernel(name, `A ring of ${states} states; state s goes on when i<s> is high.`, (d) => {
    const inputs = range(states).map((s) => d.input(`i${s}`, "bool"));
    const codes = range(states).map((s) => d.const("i4", s));
    const state = d.declare("i4");
    const isIn = codes.map((code) => d.eq(state, code));
    const goes = isIn.map((is, s) => d.and(is, nth(inputs, s)));
    const next = goes.reduce((rest, go, s) => d.mux(go, nth(codes, (s + 1) % states), rest), state);
    d.define(state, d.reg(next));
    d.output("y", state);
  });
}

/** A cyclic redundancy check, described as in the catalogue of Williams, "A painless guide to CRC" (1993). */
export interface Crc {
  readonly width: number;
  /** Its coefficients without the leading one, the highest first. */
  readonly polynomial: number;
  readonly init: number;
  /** Whether the lowest bit of a byte goes first; the register is reversed, too. */
  readonly reflected: boolean;
  /** Whether the result is inverted. */
  readonly inverted: boolean;
}

/** The one of Ethernet, zip and PNG. */
export const CRC_32: Crc = {
  width: 32,
  polynomial: 0x04c11db7,
  init: 0xffffffff,
  reflected: true,
  inverted: true,
};

/** The one of SMBus. */
export const CRC_8: Crc = { width: 8, polynomial: 0x07, init: 0, reflected: false, inverted: false };

/**
 * Takes a byte in each cycle in which `en` is high; `start` marks the first byte of a message. `crc` is that of all bytes
 * before this cycle.
 */
export function crc(name: string, { width, polynomial, init, reflected, inverted }: Crc): Program {
  const type = `u${width}` as const;
  return kernel(name, `CRC-${width}, a byte a cycle; start marks the first byte of a message.`, (d) => {
    const data = d.input("data", "u8");
    const start = d.input("start", "bool");
    const enable = d.input("en", "bool");
    const wide = width === 8 ? data : d.zext(type, data);
    const placed = reflected || width === 8 ? wide : d.sll(wide, width - 8);
    const divisor = d.const(type, reflected ? reversed(polynomial, width) : polynomial);
    const first = d.const(type, init);
    const options = { init, enable, name: inverted ? "state" : undefined };
    const state = d.feedback(type, (state) => step(d.mux(start, first, state)), options);
    d.output("crc", inverted ? d.not(state) : state);

    /** Eight steps of the division of polynomials. */
    function step(before: Value): Value {
      return range(8).reduce(
        (rest) => {
          const carry = d.at(rest, reflected ? 0 : width - 1);
          const shifted = reflected ? d.srl(rest, 1) : d.sll(rest, 1);
          return d.mux(carry, d.xor(shifted, divisor), shifted);
        },
        d.xor(before, placed),
      );
    }
  });
}

/** The lowest `width` bits the other way round. */
function reversed(value: number, width: number): number {
  return range(width).reduce((all, bit) => all + (((value >>> bit) & 1) === 1 ? 2 ** (width - 1 - bit) : 0), 0);
}

/** How many bits of `x` are 1: a tree of adders that widen on the way. `width` is a power of two. */
export function popcount(name: string, width: number): Program {
  return kernel(name, `The number of ones in ${width} bits.`, (d) => {
    const x = d.input("x", `u${width}`);
    let layer = range(width).map((bit) => d.ext("u1", x, bit));
    for (let bits = 2; layer.length > 1; bits++) {
      const type = `u${bits}` as const;
      const wide = layer.map((value) => d.zext(type, value));
      layer = range(layer.length / 2).map((at) => d.add(nth(wide, 2 * at), nth(wide, 2 * at + 1)));
    }
    d.output("y", nth(layer, 0));
  });
}

/**
 * Sorts a vector of `size` u8, the smallest into lane 0: the odd-even merge network of Batcher (1968). `size` is a power
 * of two. `pipelined` puts a register behind each layer, so that `y` comes as many cycles later.
 */
export function sortingNetwork(name: string, size: number, pipelined: boolean): Program {
  const type = `u8<${size}>` as const;
  const layers = batcher(size);
  const how = pipelined ? `, ${layers.length} cycles later` : "";
  return kernel(name, `The lanes of v in order, the smallest first${how}.`, (d) => {
    const v = d.input("v", type);
    const lanes = range(size).map((at) => d.at(v, at));
    for (const layer of layers) {
      for (const [low, high] of layer) {
        const [a, b] = [nth(lanes, low), nth(lanes, high)];
        const swap = d.gt(a, b);
        lanes[low] = d.mux(swap, b, a);
        lanes[high] = d.mux(swap, a, b);
      }
      if (pipelined) lanes.forEach((lane, at) => (lanes[at] = d.reg(lane)));
    }
    d.output("y", d.cat(type, lanes));
  });
}

/** The pairs of lanes that are put in order, layer by layer; within a layer they are independent. */
function batcher(size: number): readonly (readonly (readonly [number, number])[])[] {
  const layers: (readonly [number, number])[][] = [];
  for (let sorted = 1; sorted < size; sorted *= 2)
    for (let distance = sorted; distance >= 1; distance /= 2) {
      const layer: (readonly [number, number])[] = [];
      for (let low = distance % sorted; low + distance < size; low++) {
        const isFirst = Math.floor((low - (distance % sorted)) / distance) % 2 === 0;
        const isSameRun = Math.floor(low / (2 * sorted)) === Math.floor((low + distance) / (2 * sorted));
        if (isFirst && isSameRun) layer.push([low, low + distance]);
      }
      layers.push(layer);
    }
  return layers;
}
