// Calls of WASI preview 1 on what is open.
import { BADF, type Calls, type Guest, INVAL, ISDIR, kindOf, NOTDIR, OK, ROFS, ROOT, SPIPE, stat } from "./guest.ts";
import { type File, read, resize, write } from "./volume.ts";

const APPEND = 1;
/** All but those to seek and to tell: by them a command knows a terminal, where it prints line by line. */
const RIGHTS_OF_STREAM = ~0x24n;
const ALL_RIGHTS = ~0n;

export function fileCalls(guest: Guest): Calls {
  const { open, bytes, view, put, put64 } = guest;

  /** One range of an array of `iovec`. */
  const range = (list: number, index: number) =>
    bytes(view().getUint32(list + 8 * index, true), view().getUint32(list + 8 * index + 4, true));

  function fill(file: File, list: number, count: number, offset: number): number {
    let total = 0;
    for (let index = 0; index < count; index++) total += read(file, range(list, index), offset + total);
    return total;
  }

  return {
    fd_prestat_get: (fd: number, to: number) => {
      if (fd !== ROOT) return BADF;
      put(to, 0);
      return put(to + 4, 1);
    },
    fd_prestat_dir_name: (_fd: number, to: number, _length: number) => {
      view().setUint8(to, "/".charCodeAt(0));
      return OK;
    },
    fd_close: (fd: number) => {
      if (open[fd] === undefined) return BADF;
      open[fd] = undefined;
      return OK;
    },
    fd_renumber: (from: number, to: number) => {
      if (open[from] === undefined) return BADF;
      open[to] = open[from];
      open[from] = undefined;
      return OK;
    },
    fd_fdstat_get: (fd: number, to: number) => {
      const one = open[fd];
      if (one === undefined) return BADF;
      const rights = one.entry === undefined ? RIGHTS_OF_STREAM : ALL_RIGHTS;
      bytes(to, 24).fill(0);
      view().setUint8(to, kindOf(one.entry));
      view().setUint16(to + 2, one.append ? APPEND : 0, true);
      put64(to + 8, rights);
      return put64(to + 16, rights);
    },
    fd_fdstat_set_flags: () => OK,
    fd_filestat_get: (fd: number, to: number) => {
      const one = open[fd];
      return one === undefined ? BADF : stat(guest, one.entry, to);
    },
    fd_filestat_set_size: (fd: number, size: bigint) => {
      const entry = open[fd]?.entry;
      if (entry?.kind !== "stored") return INVAL;
      resize(entry, Number(size));
      return OK;
    },
    fd_read: (fd: number, list: number, count: number, to: number) => {
      const one = open[fd];
      if (one === undefined) return BADF;
      if (one.entry === undefined) return put(to, 0);
      if (one.entry.kind === "folder") return ISDIR;
      const total = fill(one.entry, list, count, one.offset);
      one.offset += total;
      return put(to, total);
    },
    fd_pread: (fd: number, list: number, count: number, offset: bigint, to: number) => {
      const entry = open[fd]?.entry;
      if (entry === undefined) return BADF;
      return entry.kind === "folder" ? ISDIR : put(to, fill(entry, list, count, Number(offset)));
    },
    fd_write: (fd: number, list: number, count: number, to: number) => {
      const one = open[fd];
      if (one === undefined) return BADF;
      if (one.entry?.kind === "folder") return ISDIR;
      if (one.entry?.kind === "resource") return ROFS;
      const before = one.offset;
      if (one.append && one.entry !== undefined) one.offset = one.entry.size;
      let total = 0;
      for (let index = 0; index < count; index++) {
        const part = range(list, index);
        if (one.entry === undefined) guest.print(part);
        else write(one.entry, part, one.offset + total);
        total += part.length;
      }
      one.offset = one.entry === undefined ? before : one.offset + total;
      return put(to, total);
    },
    fd_seek: (fd: number, delta: bigint, whence: number, to: number) => {
      const one = open[fd];
      if (one === undefined) return BADF;
      if (one.entry === undefined || one.entry.kind === "folder") return SPIPE;
      const from = [0, one.offset, one.entry.size][whence];
      if (from === undefined || from + Number(delta) < 0) return INVAL;
      one.offset = from + Number(delta);
      return put64(to, one.offset);
    },
    fd_readdir: (fd: number, buffer: number, length: number, cookie: bigint, to: number) => {
      const entry = open[fd]?.entry;
      if (entry?.kind !== "folder") return entry === undefined ? BADF : NOTDIR;
      let used = 0;
      let next = 0n;
      for (const [name, child] of entry.entries) {
        next++;
        if (next <= cookie || used === length) continue;
        const row = directoryEntry(name, next, kindOf(child)).subarray(0, length - used);
        bytes(buffer + used, row.length).set(row);
        used += row.length;
      }
      return put(to, used);
    },
  };
}

/** A `dirent`, and the name behind it. */
function directoryEntry(name: string, next: bigint, kind: number): Uint8Array {
  const label = new TextEncoder().encode(name);
  const row = new Uint8Array(24 + label.length);
  const head = new DataView(row.buffer);
  head.setBigUint64(0, next, true);
  head.setUint32(16, label.length, true);
  head.setUint8(20, kind);
  row.set(label, 24);
  return row;
}
