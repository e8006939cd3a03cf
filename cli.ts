#!/usr/bin/env node
// The door for people: the process around `main`.
import { setFlagsFromString } from "node:v8";
import { type Io, main } from "./commands.ts";

// Most commands are over before code that V8 has optimized pays for its making: with fifteen times its own patience, in bytes
// of bytecode, runs of half a second to six seconds took 10 to 40 % less CPU time. Later versions, from that of Node 22 on,
// have a compiler in between, and no such flag.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=1000000");

/** A reader that goes away, such as `head`, has what it wanted. */
function onError(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  throw error;
}

process.stdout.on("error", onError);
process.stderr.on("error", onError);

const io: Io = {
  out: (text) => {
    if (process.stdout.write(text)) return;
    return new Promise((resolve) => process.stdout.once("drain", resolve));
  },
  err: (text) => void process.stderr.write(text),
  get stdin() {
    return process.stdin;
  },
  hasColours: process.stderr.isTTY && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb",
  isWatched: process.stderr.isTTY,
};

process.exitCode = await main(process.argv.slice(2), io);
