// The longest path of a placement for people: a line an instruction, with the time that has passed behind it.
import { position } from "../lang/source.ts";
import type { Cell } from "./netlist.ts";
import type { Placement } from "./place.ts";
import { longestReads } from "./slack.ts";

/** Instructions that are shown at the most: of a longer path, as many at its start as at its end. */
const SHOWN = 16;

/** The path in lines of the program; nothing where the device has no timing. */
export function pathLines({ pressure, netlist }: Placement): readonly string[] {
  if (pressure === undefined) return [];
  const { graph, wire } = pressure;
  const rows: { group: number; cells: number; logic: number; wires: number; until: number }[] = [];
  let until = 0;
  const visit = (cell: Cell, logic: number, wires: number) => {
    until += logic + wires;
    const last = rows.at(-1);
    if (last !== undefined && last.group === cell.group) {
      last.cells++;
      last.logic += logic;
      last.wires += wires;
      last.until = until;
    } else rows.push({ group: cell.group, cells: 1, logic, wires, until });
  };
  const reads = longestReads(graph, pressure.analyze(), wire);
  const [first] = reads;
  // A path between registers of one cell is that cell's alone.
  const isInside = first !== undefined && graph.from[first] === graph.to[first];
  const maker = first === undefined || isInside ? undefined : netlist.cells[graph.from[first] as number];
  if (first !== undefined && maker !== undefined) visit(maker, graph.start[graph.node[first] as number] as number, 0);
  for (const read of reads) {
    const cell = netlist.cells[graph.to[read] as number];
    if (cell !== undefined) visit(cell, graph.delay[read] as number, wire(read));
    else until += wire(read);
  }
  const line = ({ group, cells, logic, wires, until: time }: (typeof rows)[number]) => {
    const one = netlist.groups[group];
    const { line, column } = position(netlist.source, one?.span.start ?? 0);
    const through = `${cells} ${cells === 1 ? "cell" : "cells"}`;
    const parts = `logic ${ns(logic)}, wires ${ns(wires)}, at ${ns(time)}`;
    return `  ${netlist.source.file}:${line}:${column}  ${one?.result} = ${one?.instruction}, ${through}, ${parts}`;
  };
  if (rows.length <= SHOWN) return rows.map(line);
  const half = SHOWN / 2;
  const left = `  ... ${rows.length - SHOWN} instructions more`;
  return [...rows.slice(0, half).map(line), left, ...rows.slice(-half).map(line)];
}

function ns(ps: number): string {
  return `${(ps / 1000).toFixed(2)} ns`;
}
