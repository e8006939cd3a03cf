// Control: counters, a shift register, a transmitter, lights and an arbiter.
import type { Program } from "../lang/ast.ts";
import type { Value } from "../lang/builder.ts";
import { kernel, nth, range } from "./kernel.ts";

/** Counts in binary; a second register holds the Gray code of the count, so that one output changes at a time. */
export function gray(name: string, width: number): Program {
  const type = `u${width}` as const;
  return kernel(name, `Counts up in a Gray code of ${width} bits.`, (d) => {
    const enable = d.input("en", "bool");
    const count = d.declare(type, "count");
    const next = d.add(count, d.const(type, 1));
    d.define(count, d.reg(next, { enable }));
    d.output("gray", d.reg(d.xor(next, d.srl(next, 1)), { enable }));
  });
}

/**
 * A decimal counter, four bits a digit, the ones at the bottom. `clear` wins over `count`; `carry` is the `count` of a
 * counter of the next digits.
 */
export function bcd(name: string, digits: number): Program {
  return kernel(name, `Counts up in ${digits} decimal digits.`, (d) => {
    let carry = d.input("count", "bool");
    const clear = d.input("clear", "bool");
    const [zero, one, nine] = [d.const("u4", 0), d.const("u4", 1), d.const("u4", 9)];
    const states = range(digits).map(() => {
      const state = d.declare("u4");
      const isNine = d.eq(state, nine);
      const next = d.mux(d.or(clear, isNine), zero, d.add(state, one));
      d.define(state, d.reg(next, { enable: d.or(clear, carry) }));
      carry = d.and(carry, isNine);
      return state;
    });
    d.output("y", d.cat(`u${4 * digits}`, states));
    d.output("carry", carry);
  });
}

/** A linear feedback shift register, to the left; `taps` are the exponents of its polynomial, without the 0. */
export function lfsr(name: string, taps: readonly number[], init: number): Program {
  const width = Math.max(...taps);
  return kernel(name, `A linear feedback shift register of ${width} bits.`, (d) => {
    const enable = d.input("en", "bool");
    const next = (state: Value) => {
      const fed = taps.map((tap) => d.at(state, tap - 1)).reduce((all, bit) => d.xor(all, bit));
      return d.cat(`u${width}`, [fed, d.ext(`u${width - 1}`, state, 0, width - 2)]);
    };
    d.output("y", d.feedback(`u${width}`, next, { enable, init }));
  });
}

/**
 * Sends bytes over a serial line: a start bit 0, eight bits of data, the lowest first, and a stop bit 1, each of
 * `divider` cycles, at most 128. A byte is taken in a cycle with `ready` and `send`; `tx` follows two cycles later.
 */
export function transmitter(name: string, divider: number): Program {
  return kernel(name, `Sends bytes with 8 data bits and a stop bit, ${divider} cycles a bit.`, (d) => {
    const data = d.input("data", "u8");
    const send = d.input("send", "bool");
    const [idle, start, body, stop] = [0, 1, 2, 3].map((code) => d.const("u2", code)) as [Value, Value, Value, Value];
    const state = d.declare("u2", "state");
    const timer = d.declare("u7", "timer");
    const index = d.declare("u3", "index");
    const rest = d.declare("u8", "rest");
    const [isIdle, isStart, isBody] = [d.eq(state, idle), d.eq(state, start), d.eq(state, body)];
    const isLastCycle = d.eq(timer, d.const("u7", divider - 1));
    const isLastBit = d.eq(index, d.const("u3", 7));
    const takes = d.and(isIdle, send);
    const shifts = d.and(isBody, isLastCycle);

    const behindBit = d.mux(isStart, body, d.mux(isBody, d.mux(isLastBit, stop, body), idle));
    const next = d.mux(isIdle, d.mux(send, start, idle), d.mux(isLastCycle, behindBit, state));
    d.define(state, d.reg(next));
    const later = d.add(timer, d.const("u7", 1));
    d.define(timer, d.reg(d.mux(d.or(isIdle, isLastCycle), d.const("u7", 0), later)));
    d.define(index, d.reg(d.add(index, d.const("u3", 1)), { enable: shifts }));
    d.define(rest, d.reg(d.mux(takes, data, d.srl(rest, 1)), { enable: d.or(takes, shifts) }));
    const level = d.mux(isBody, d.at(rest, 0), d.not(isStart));
    d.output("tx", d.reg(level, { init: 1 }));
    d.output("ready", isIdle);
  });
}

/** Colours of a light. */
const [GREEN, YELLOW, RED] = [1, 2, 4];

/** The phases of a crossing in their order: what the two roads see, and for how many ticks, at least for the greens. */
const PHASES = [
  { main: GREEN, side: RED, ticks: 10 },
  { main: YELLOW, side: RED, ticks: 3 },
  { main: RED, side: RED, ticks: 1 },
  { main: RED, side: GREEN, ticks: 8 },
  { main: RED, side: YELLOW, ticks: 3 },
  { main: RED, side: RED, ticks: 1 },
];

/**
 * The lights of a crossing. The main road is green for ten ticks and until a car waits on the side road, which is green
 * for eight ticks, or from the fourth on until there is no car. Each light has bits for green, yellow and red.
 */
export function lights(name: string): Program {
  return kernel(name, "The lights of a crossing, green (1), yellow (2), red (4): the side road has a sensor.", (d) => {
    const tick = d.input("tick", "bool");
    const car = d.input("car", "bool");
    const codes = PHASES.map((_, at) => d.const("u3", at));
    const phase = d.declare("u3", "phase");
    const left = d.declare("u4", "left");
    const isIn = codes.map((code) => d.eq(phase, code));
    const isOver = d.eq(left, d.const("u4", 0));
    const isSideFree = d.and(d.le(left, d.const("u4", 4)), d.not(car));
    const goes = PHASES.map((_, at) => (at === 0 ? d.and(isOver, car) : at === 3 ? d.or(isOver, isSideFree) : isOver));
    const leaves = goes.map((go, at) => d.and(nth(isIn, at), go)).reduce((any, go) => d.or(any, go));
    const behind = (at: number) => (at + 1) % PHASES.length;
    const next = byPhase((at) => nth(codes, behind(at)));
    const ticks = byPhase((at) => d.const("u4", nth(PHASES, behind(at)).ticks - 1));
    const waited = d.mux(isOver, left, d.sub(left, d.const("u4", 1)));
    d.define(phase, d.reg(d.mux(leaves, next, phase), { enable: tick }));
    d.define(left, d.reg(d.mux(leaves, ticks, waited), { enable: tick, init: nth(PHASES, 0).ticks - 1 }));
    d.output(
      "main",
      byPhase((at) => d.const("u3", nth(PHASES, at).main)),
    );
    d.output(
      "side",
      byPhase((at) => d.const("u3", nth(PHASES, at).side)),
    );

    /** The value of the phase that holds. */
    function byPhase(value: (at: number) => Value): Value {
      const others = range(PHASES.length - 1).map((at) => at + 1);
      return others.reduce((rest, at) => d.mux(nth(isIn, at), value(at), rest), value(0));
    }
  });
}

/** Grants one of eight requests in the cycle that makes it: the first one behind that granted last, all around. */
export function arbiter(name: string): Program {
  return kernel(name, "Grants one request a cycle, the first one behind that granted last.", (d) => {
    const request = d.input("request", "u8");
    const zero = d.const("u8", 0);
    const behind = d.declare("u8", "behind");
    const later = d.and(request, behind);
    const asking = d.mux(d.neq(later, zero), later, request);
    const fromFirst = [1, 2, 4].reduce((bits, by) => d.or(bits, d.sll(bits, by)), asking);
    const behindFirst = d.sll(fromFirst, 1);
    d.define(behind, d.reg(behindFirst, { enable: d.neq(request, zero) }));
    d.output("grant", d.and(asking, d.not(behindFirst)));
  });
}
