// Verilog as text: names, types and numbers. Whoever prints Verilog, behavioural or structural, takes them from here.
import type { Type } from "./type.ts";

/** The keywords of IEEE 1364-2005 and IEEE 1800-2017, which many tools read a `.v` as, and words that Icarus adds. */
const KEYWORDS = new Set(
  `accept_on alias always always_comb always_ff always_latch and assert assign assume automatic before begin bind bins
  binsof bit break buf bufif0 bufif1 byte case casex casez cell chandle checker class clocking cmos config const
  constraint context continue cover covergroup coverpoint cross deassign default defparam design disable dist do edge
  else end endcase endchecker endclass endclocking endconfig endfunction endgenerate endgroup endinterface endmodule
  endpackage endprimitive endprogram endproperty endsequence endspecify endtable endtask enum event eventually expect
  export extends extern final first_match for force foreach forever fork forkjoin function generate genvar global
  highz0 highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir include initial inout input
  inside instance int integer interconnect interface intersect join join_any join_none large let liblist library local
  localparam logic longint macromodule matches medium modport module nand negedge nettype new nexttime nmos nor
  noshowcancelled not notif0 notif1 null or output package packed parameter pmos posedge primitive priority program
  property protected pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand randc randcase
  randsequence rcmos real realtime ref reg reject_on release repeat restrict return rnmos rpmos rtran rtranif0 rtranif1
  s_always s_eventually s_nexttime s_until s_until_with scalared sequence shortint shortreal showcancelled signed small
  soft solve specify specparam static string strong strong0 strong1 struct super supply0 supply1 sync_accept_on
  sync_reject_on table tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri tri0 tri1 triand
  trior trireg type typedef union unique unique0 unsigned until until_with untyped use uwire var vectored virtual void
  wait wait_order wand weak weak0 weak1 while wildcard wire with within wor xnor xor bool wone wreal`.split(/\s+/),
);

/**
 * A name of our language as a Verilog identifier: keywords and names with a `-` are escaped, `\a-b `. The space behind
 * an escaped name is part of it.
 */
export function identifier(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name) && !KEYWORDS.has(name) ? name : `\\${name} `;
}

/** The names of the nets of a value: its own, or for a vector `v_0`, `v_1`, ... */
export function laneNames(name: string, type: Type): readonly string[] {
  return type.lanes === 0 ? [name] : Array.from({ length: type.lanes }, (_, lane) => `${name}_${lane}`);
}

/** What stands between `wire` and the name in the declaration of a lane of `type`, with the space behind it. */
export function declared(type: Type): string {
  return `${type.kind === "i" ? "signed " : ""}${type.width === 1 ? "" : `[${type.width - 1}:0] `}`;
}

/** Numbers of at most this many bits are written in decimal. */
const DECIMAL = 32;

/** A lane of `type` as a sized number: any `value`, of which the low bits count. */
export function literal(value: bigint, type: Type): string {
  const { kind, width } = type;
  const bits = BigInt.asUintN(width, value);
  if (width === 1) return `1'${kind === "i" ? "s" : ""}b${bits}`;
  const base = kind === "i" ? "s" : "";
  const signed = BigInt.asIntN(width, value);
  if (width > DECIMAL || (kind === "i" && signed === -1n << BigInt(width - 1)))
    return `${width}'${base}h${bits.toString(16)}`;
  if (kind === "i" && signed < 0n) return `-${width}'${base}d${-signed}`;
  return `${width}'${base}d${bits}`;
}

/** Bits `low` to `high` of the net `name`, a lane of `type`; a net of one bit has no bits to name. */
export function select(name: string, low: number, high: number, type: Type): string {
  if (low === 0 && high === type.width - 1) return name;
  return low === high ? `${name}[${low}]` : `${name}[${high}:${low}]`;
}

/** Names that have been given in a module: each net has one, and no two have the same. */
export interface Names {
  /** Takes names as they are; those that had been taken before are left to their owners, and given back. */
  claim(names: readonly string[]): readonly string[];
  /** The lane names of a value that is called `name`, or like it where one of them is taken. */
  fresh(name: string, type: Type): readonly string[];
}

export function verilogNames(): Names {
  const taken = new Set<string>();
  /** Where to go on counting for a name, so that a thousand values of one name take no million steps. */
  const counts = new Map<string, number>();
  return {
    claim: (names) => {
      const clashes = names.filter((name) => taken.has(name));
      for (const name of names) taken.add(name);
      return clashes;
    },
    fresh: (name, type) => {
      if (type.lanes === 0 && !taken.has(name)) {
        taken.add(name);
        return [name];
      }
      let lanes = laneNames(name, type);
      while (lanes.some((lane) => taken.has(lane))) {
        const count = (counts.get(name) ?? 1) + 1;
        counts.set(name, count);
        lanes = laneNames(`${name}__${count}`, type);
      }
      for (const lane of lanes) taken.add(lane);
      return lanes;
    },
  };
}
