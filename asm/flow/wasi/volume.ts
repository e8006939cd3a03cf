// A file system in memory, as the tools of the flow see it.

export interface Folder {
  readonly kind: "folder";
  readonly entries: Map<string, Entry>;
}

/** A file that a tool may write. `room` holds `size` bytes and grows geometrically, so that writing stays linear. */
export interface Stored {
  readonly kind: "stored";
  room: Uint8Array;
  size: number;
}

/** A file that stays where it is, such as a chip database of 90 MB: only the parts that are asked for are read. */
export interface Resource {
  readonly kind: "resource";
  readonly size: number;
  /** Fills `into` with the bytes from `offset` on. Both are within the file. */
  readonly read: (into: Uint8Array, offset: number) => void;
}

export type File = Stored | Resource;
export type Entry = Folder | File;

export function folder(entries: Iterable<readonly [string, Entry]> = []): Folder {
  return { kind: "folder", entries: new Map(entries) };
}

/** A file of these bytes, which are copied only when it grows. */
export function stored(bytes: Uint8Array = new Uint8Array()): Stored {
  return { kind: "stored", room: bytes, size: bytes.length };
}

/** What a stored file holds: a view that the next write may outdate. */
export function contents(file: Stored): Uint8Array {
  return file.room.subarray(0, file.size);
}

/** The steps of a path from the root; `.` and `..` are followed, and nothing is above the root. */
export function steps(path: string): readonly string[] {
  const names: string[] = [];
  for (const name of path.split("/"))
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  return names;
}

export function find(root: Folder, path: string): Entry | undefined {
  let entry: Entry | undefined = root;
  for (const name of steps(path)) entry = entry?.kind === "folder" ? entry.entries.get(name) : undefined;
  return entry;
}

/** The folder that has, or would have, the last step of `path`, and that step. */
export function parent(root: Folder, path: string): readonly [Folder, string] | undefined {
  const names = steps(path);
  const last = names.at(-1);
  const entry = find(root, names.slice(0, -1).join("/"));
  return last === undefined || entry?.kind !== "folder" ? undefined : [entry, last];
}

/** Fills `into` from `offset` on, as far as the file goes; gives the number of bytes. */
export function read(file: File, into: Uint8Array, offset: number): number {
  const count = Math.max(0, Math.min(into.length, file.size - offset));
  if (count === 0) return 0;
  if (file.kind === "resource") file.read(into.subarray(0, count), offset);
  else into.set(file.room.subarray(offset, offset + count));
  return count;
}

/** Writes `bytes` at `offset`; a gap before it is zero. */
export function write(file: Stored, bytes: Uint8Array, offset: number): void {
  const end = offset + bytes.length;
  if (end > file.size) resize(file, end);
  file.room.set(bytes, offset);
}

/** Cuts the file, or fills it up with zeros. */
export function resize(file: Stored, size: number): void {
  if (size > file.room.length) {
    const room = new Uint8Array(Math.max(size, 2 * file.room.length, 4096));
    room.set(contents(file));
    file.room = room;
  } else if (size > file.size) file.room.fill(0, file.size, size);
  file.size = size;
}
