// A netlist as long as its cells may still go: columns of numbers instead of an object and two lists for each cell.
import { HIGH, type Net, type Netlist } from "./netlist.ts";
import type { Template, TemplateCell } from "./template.ts";

/** Cells as columns. */
export interface Columns {
  /** What a cell is: its prim, its parameters, its place within the instruction, and how many nets it has. */
  readonly like: readonly TemplateCell[];
  /** The instruction that it belongs to. */
  readonly group: Int32Array;
  /** Where its nets begin in `nets`, those of its inputs first; behind the last cell, where all end. */
  readonly first: Int32Array;
  readonly nets: Int32Array;
}

export interface FlatNetlist extends Omit<Netlist, "cells"> {
  readonly cells: Columns;
}

/** A template in a netlist. */
export interface Stamp {
  readonly made: Template;
  /** What its inputs are connected to, bit by bit. */
  readonly inputs: readonly Net[];
  /** Its first inner net; the others follow. */
  readonly inner: Net;
  readonly group: number;
}

/** The net that a net of a template becomes. */
export function netOf({ inputs, inner }: Stamp, local: Net): Net {
  if (local <= HIGH) return local;
  const place = local - HIGH - 1;
  return place < inputs.length ? (inputs[place] as Net) : inner + place - inputs.length;
}

/** The cells of all stamps; `driver` tells the net behind one that is only another name. */
export function columnsOf(stamps: readonly Stamp[], driver: (net: Net) => Net): Columns {
  const like: TemplateCell[] = [];
  for (const { made } of stamps) for (const cell of made.cells) like.push(cell);
  const first = new Int32Array(like.length + 1);
  like.forEach(({ inputs, outputs }, at) => {
    first[at + 1] = (first[at] as number) + inputs.length + outputs.length;
  });
  const group = new Int32Array(like.length);
  const nets = new Int32Array(first[like.length] as number);
  let cell = 0;
  let end = 0;
  for (const stamp of stamps)
    for (const { inputs, outputs } of stamp.made.cells) {
      group[cell++] = stamp.group;
      for (let pin = 0; pin < inputs.length; pin++) nets[end++] = driver(netOf(stamp, inputs[pin] as Net));
      for (let bit = 0; bit < outputs.length; bit++) nets[end++] = netOf(stamp, outputs[bit] as Net);
    }
  return { like, group, first, nets };
}
