// Who reads the nets of a netlist.
import type { Net, Netlist } from "../netlist.ts";

export interface Reader {
  /** Its place among the cells, and the place of the bit among its inputs. */
  readonly cell: number;
  readonly pin: number;
}

export interface Readers {
  readonly of: (net: Net) => readonly Reader[];
  /** How often a net is read, outputs of the program among the readers. */
  readonly count: (net: Net) => number;
  /** Whether an output of the program shows it. */
  readonly isOutput: (net: Net) => boolean;
}

export function readersOf({ cells, outputs, netCount }: Netlist): Readers {
  const starts = new Int32Array(netCount + 2);
  const shown = new Uint8Array(netCount);
  for (const { inputs } of cells) for (const net of inputs) starts[net + 2] = (starts[net + 2] as number) + 1;
  for (let net = 2; net < starts.length; net++) starts[net] = (starts[net] as number) + (starts[net - 1] as number);
  const owners = new Int32Array(starts[netCount + 1] as number);
  const pins = new Int32Array(owners.length);
  cells.forEach(({ inputs }, cell) => {
    inputs.forEach((net, pin) => {
      const at = starts[net + 1] as number;
      starts[net + 1] = at + 1;
      owners[at] = cell;
      pins[at] = pin;
    });
  });
  for (const port of outputs) for (const net of port.nets) shown[net] = Math.min((shown[net] as number) + 1, 255);
  const of = (net: Net): Reader[] => {
    const found: Reader[] = [];
    if (net >= netCount) return found;
    for (let at = starts[net] as number; at < (starts[net + 1] as number); at++)
      found.push({ cell: owners[at] as number, pin: pins[at] as number });
    return found;
  };
  const count = (net: Net) =>
    net >= netCount ? 0 : (starts[net + 1] as number) - (starts[net] as number) + (shown[net] as number);
  return { of, count, isOutput: (net) => net < netCount && shown[net] !== 0 };
}
