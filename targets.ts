// The targets that the command line knows: those that come with reticle, and folders that a user names.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readText } from "./files.ts";
import { bug, type Diagnostic, failed, type Outcome, report } from "./lang/diagnostic.ts";
import { didYouMean } from "./lang/near.ts";
import type { Source } from "./lang/source.ts";
import { type Device, deviceNamed, devicesOf } from "./lang/target/device.ts";
import { loadTarget } from "./lang/target/load.ts";
import type { Target } from "./lang/target/target.ts";
import { readerOf } from "./lang/target/trees.ts";
import { TargetError } from "./lang/target/value.ts";

/** The folder of the package, wherever this file has been bundled to. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "targets")) || !existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) bug("the folder `targets` of reticle is missing");
    folder = above;
  }
  return folder;
}

function home(): string {
  return join(packageFolder(), "targets");
}

/** Names of the targets that come with reticle, in the order of the alphabet. */
export function targetNames(): readonly string[] {
  return readdirSync(home(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Standard input where there is none. */
export const NO_INPUT: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
};

/** A message that has no place in a file. */
export function general(code: Diagnostic["code"], message: string, help: readonly string[] = []): Diagnostic {
  const found = report({ file: "", text: "" });
  found.error(code, message, [], help);
  return found.list[0] as Diagnostic;
}

/** Reads the target of that name, or from a folder if it is a path. */
export async function readTarget(name: string): Promise<Outcome<Target | undefined>> {
  const isPath = name.includes("/") || name.includes("\\") || name.startsWith(".");
  const known = targetNames();
  if (!isPath && !known.includes(name)) {
    const help = [
      ...didYouMean(name, known),
      `there are ${known.map((one) => `\`${one}\``).join(", ")}; a folder of your own is named by its path, \`./${name}\``,
    ];
    return { value: undefined, diagnostics: [general("no-target", `no target is called \`${name}\``, help.slice(-1))] };
  }
  const folder = isPath ? name : join(home(), name);
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".tdl"))
        .sort()
    : [];
  if (names.length === 0)
    return {
      value: undefined,
      diagnostics: [
        general("no-target", `the folder \`${name}\` holds no target description`, [
          "a target is a folder of `.tdl` files",
        ]),
      ],
    };
  const sources: Source[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of names) {
    const read = await readText(join(folder, file), NO_INPUT);
    sources.push({ file: isPath ? join(name, file) : `targets/${name}/${file}`, text: read.value.text });
    diagnostics.push(...read.diagnostics);
  }
  if (failed(diagnostics)) return { value: undefined, diagnostics };
  const last =
    folder
      .split(/[/\\]/)
      .filter((part) => part !== "" && part !== ".")
      .at(-1) ?? name;
  const trees = join(packageFolder(), "dist", "targets", `${last}.json`);
  return loadTarget(last, sources, isPath || !existsSync(trees) ? undefined : readerOf(readFileSync(trees, "utf8")));
}

/** What a command line says of the hardware: a target and one of its devices. */
export interface Hardware {
  readonly target: Target;
  readonly device: Device | undefined;
}

/** Finds the target and the device that are meant: a device alone says its target, a target alone means its default. */
export async function readHardware(
  target: string | undefined,
  device: string | undefined,
): Promise<Outcome<Hardware | undefined>> {
  try {
    return target === undefined ? await byDevice(device) : await byTarget(target, device);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return {
      value: undefined,
      diagnostics: [general("bad-target", `the target description is wrong: ${error.message}`)],
    };
  }
}

async function byTarget(name: string, device: string | undefined): Promise<Outcome<Hardware | undefined>> {
  const { value: target, diagnostics } = await readTarget(name);
  if (target === undefined || failed(diagnostics)) return { value: undefined, diagnostics };
  const found = deviceNamed(target, device);
  if (device !== undefined && found === undefined)
    return { value: undefined, diagnostics: [noDevice(device, devicesOf(target))] };
  return { value: { target, device: found }, diagnostics };
}

async function byDevice(name: string | undefined): Promise<Outcome<Hardware | undefined>> {
  const all: Device[] = [];
  for (const one of targetNames()) {
    const { value: target } = await readTarget(one);
    if (target === undefined) continue;
    const devices = devicesOf(target);
    const device = devices.find((one) => one.name === name);
    if (device !== undefined) return { value: { target, device }, diagnostics: [] };
    all.push(...devices);
  }
  return { value: undefined, diagnostics: [noDevice(name ?? "", all)] };
}

function noDevice(name: string, devices: readonly Device[]): Diagnostic {
  const names = devices.map((device) => device.name);
  return general(
    "no-device",
    `no device is called \`${name}\``,
    [...didYouMean(name, names), `there are ${names.join(", ")}`].slice(0, 2),
  );
}

/** The hardware that settings name, by a target, a device or a board; nothing, and no message, if they name none. */
export async function hardwareFor(named: {
  readonly target: string | undefined;
  readonly device: string | undefined;
  readonly board: string | undefined;
}): Promise<Outcome<Hardware | undefined>> {
  const { target, board } = named;
  const devices = board === undefined ? [] : (await readAllTargets(target)).flatMap(devicesOf);
  const boards = devices.flatMap((one) => one.boards);
  const found = boards.find((one) => one.name === board);
  if (board !== undefined && found === undefined) {
    const help = didYouMean(
      board,
      boards.map((one) => one.name),
    );
    return { value: undefined, diagnostics: [general("no-device", `no board is called \`${board}\``, help)] };
  }
  const device = named.device ?? found?.device;
  if (target === undefined && device === undefined) return { value: undefined, diagnostics: [] };
  const { value, diagnostics } = await readHardware(target, device);
  return { value: failed(diagnostics) ? undefined : value, diagnostics };
}

/** The target of that name, or all that come with reticle; those that cannot be read are left out. */
export async function readAllTargets(name: string | undefined): Promise<readonly Target[]> {
  const read = await Promise.all((name === undefined ? targetNames() : [name]).map(readTarget));
  return read.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

/** What is wrong with one file of a target, the other files of its folder beside it. Standard input stands alone. */
export async function checkDescription(source: Source, path: string): Promise<readonly Diagnostic[]> {
  const folder = dirname(path);
  const others =
    path === "-"
      ? []
      : readdirSync(folder).filter((file) => file.endsWith(".tdl") && join(folder, file) !== join(path));
  const read = await Promise.all(others.sort().map((file) => readText(join(folder, file), NO_INPUT)));
  const { diagnostics } = loadTarget("", [source, ...read.map((one) => one.value)]);
  return diagnostics.filter((one) => one.source === source);
}
