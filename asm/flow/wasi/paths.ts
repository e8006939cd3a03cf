// Calls of WASI preview 1 on names of files.
import { BADF, type Calls, EXIST, type Guest, ISDIR, NOENT, NOTDIR, NOTEMPTY, OK, ROFS, stat } from "./guest.ts";
import { type Entry, find, folder, parent, resize, stored } from "./volume.ts";

const CREATE = 1;
const DIRECTORY = 2;
const EXCLUSIVE = 4;
const TRUNCATE = 8;
const APPEND = 1;

export function pathCalls(guest: Guest): Calls {
  const { open, text, put } = guest;

  /** The folder that a path begins at. */
  const base = (fd: number) => {
    const entry = open[fd]?.entry;
    return entry?.kind === "folder" ? entry : undefined;
  };

  /** Takes the entry at a path out of its folder, when `allowed` finds no fault with it. */
  const remove = (fd: number, path: string, fault: (entry: Entry) => number) => {
    const from = base(fd);
    if (from === undefined) return BADF;
    const [holder, name] = parent(from, path) ?? [];
    const entry = name === undefined ? undefined : holder?.entries.get(name);
    if (holder === undefined || name === undefined || entry === undefined) return NOENT;
    const error = fault(entry);
    if (error === OK) holder.entries.delete(name);
    return error;
  };

  return {
    path_open: (
      fd: number,
      _lookup: number,
      path: number,
      length: number,
      how: number,
      _rights: bigint,
      _inherited: bigint,
      flags: number,
      to: number,
    ) => {
      const from = base(fd);
      if (from === undefined) return BADF;
      const name = text(path, length);
      let entry = find(from, name);
      if (entry === undefined) {
        const [holder, last] = parent(from, name) ?? [];
        if ((how & CREATE) === 0 || holder === undefined || last === undefined) return NOENT;
        entry = stored();
        holder.entries.set(last, entry);
      } else if ((how & EXCLUSIVE) !== 0) return EXIST;
      if ((how & DIRECTORY) !== 0 && entry.kind !== "folder") return NOTDIR;
      if ((how & TRUNCATE) !== 0) {
        if (entry.kind !== "stored") return entry.kind === "folder" ? ISDIR : ROFS;
        resize(entry, 0);
      }
      const free = open.indexOf(undefined);
      const opened = free < 0 ? open.length : free;
      open[opened] = { entry, offset: 0, append: (flags & APPEND) !== 0 };
      return put(to, opened);
    },
    path_filestat_get: (fd: number, _lookup: number, path: number, length: number, to: number) => {
      const from = base(fd);
      const entry = from === undefined ? undefined : find(from, text(path, length));
      return entry === undefined ? NOENT : stat(guest, entry, to);
    },
    path_create_directory: (fd: number, path: number, length: number) => {
      const from = base(fd);
      const [holder, name] = (from === undefined ? undefined : parent(from, text(path, length))) ?? [];
      if (holder === undefined || name === undefined) return NOENT;
      if (holder.entries.has(name)) return EXIST;
      holder.entries.set(name, folder());
      return OK;
    },
    path_unlink_file: (fd: number, path: number, length: number) =>
      remove(fd, text(path, length), (entry) => (entry.kind === "folder" ? ISDIR : OK)),
    path_remove_directory: (fd: number, path: number, length: number) =>
      remove(fd, text(path, length), (entry) => {
        if (entry.kind !== "folder") return NOTDIR;
        return entry.entries.size > 0 ? NOTEMPTY : OK;
      }),
  };
}
