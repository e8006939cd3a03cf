// The diagnostics, one row each: what `reticle explain CODE` says. `bad` shows the mistake and `good` the same text without
// it, both of the language that `of` names; test/codes.test.ts holds the examples against the stages that report them.

export interface Explanation {
  /** The mistake in one line, as a list shows it. */
  readonly title: string;
  /** What the rule is and why it is there, in a few sentences. */
  readonly explanation: string;
  /** What the examples are. */
  readonly of: "ir" | "asm" | "tdl" | "trace" | "contents" | "command";
  readonly bad: string;
  readonly good: string;
}

/** All of them, in the order of the alphabet. */
export const CODES = {
  "bad-argument": {
    title: "an argument is not the name of a value",
    explanation:
      "Operands of an instruction are names. A constant gets a name by `const`, and the result of another instruction by the name that it defines: every value has one place where its type is written.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = add(a, 1); }",
    good: "def main(a: i8) -> (y: i8) { one: i8 = const[1]; y: i8 = add(a, one); }",
  },
  "bad-attribute": {
    title: "what stands in brackets does not suit the operation",
    explanation:
      "Attributes are the numbers of an instruction that are known when it is compiled: the value of a `const`, the initial value of a `reg`, the amount of a shift, the bits of an `ext`, the contents of a memory. Their number follows from the operation and the types, and a value has to fit in the bits that hold it, read as signed or as unsigned.",
    of: "ir",
    bad: "def main() -> (y: i8) { y: i8 = const[256]; }",
    good: "def main() -> (y: i8) { y: i8 = const[255]; }",
  },
  "bad-baseline": {
    title: "a baseline of a suite cannot be read",
    explanation:
      "A baseline is a file that `reticle bench --update` writes: an object with the name of the `suite`, `since` when its figures are so, and `figures`, a number by job and metric.",
    of: "command",
    bad: 'reticle bench kernels   # baseline.json: {"figures": {"fir/hx8k depth": "4"}}',
    good: 'reticle bench kernels   # baseline.json: {"suite": "dsp", "since": "1f0c2aa", "figures": {"fir/hx8k depth": 4}}',
  },
  "bad-contents": {
    title: "the contents given for a memory do not fit",
    explanation:
      "A memory with an address of A bits has 2^A words, and each word has to fit in the bits of its type, read as signed or as unsigned. A file given with `--mmap` lists exactly that many, for each memory under its name.",
    of: "contents",
    bad: '{"y": {"values": [1, 2, 3]}}',
    good: '{"y": {"values": [1, 2, 3, 4]}}',
  },
  "bad-flow": {
    title: "the flow of a target description is wrong",
    explanation:
      "A `flow` names tools with their packages, files by the role that they play, and steps: which tool runs, on which files, with which arguments. What an argument names in braces has to be a value (`option`, `package`, `seed`, `top`, `freq`) or a file that the step reads or writes, and what may be missing, such as `freq`, is asked for by `when`.",
    of: "command",
    bad: 'reticle build blink.ir --target ./mine -o out   # flow.tdl: step[pack, tool: icepak, ...]("{asc}", "{bim}");',
    good: 'reticle build blink.ir --target ./mine -o out   # flow.tdl: step[pack, tool: icepack, ...]("{asc}", "{bin}");',
  },
  "bad-instruction": {
    title: "an instruction of a target has operands of types that it is not made for",
    explanation:
      "An instruction of an assembly program is one of the families of its target; the widths, signs and lanes of its operands have to be those of one member.",
    of: "asm",
    bad: "def main(a: i8, b: i16) -> (y: i8) { y: i8 = add(a, b) @lc(??, ??); }",
    good: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = add(a, b) @lc(??, ??); }",
  },
  "bad-location": {
    title: "a cell is put where the device has no place for it",
    explanation:
      "Locations of the assembly name tiles of the device. What a tile holds is fixed, and each of its places takes one cell.",
    of: "command",
    bad: "reticle build far.asm --device hx1k -o out // y: bool = inv(a) @lc(99, 1);",
    good: "reticle build near.asm --device hx1k -o out // y: bool = inv(a) @lc(9, 1);",
  },
  "bad-pattern": {
    title: "a pattern of a target description does not hold together",
    explanation:
      "A pattern has one output, says what it costs, and its body hangs from the output: values inside may be used twice, but only the output comes back, through a register.",
    of: "tdl",
    bad: "pat add<w>[](a: i<w>, b: i<w>) -> (y: i<w>) { y = add(a, b); }",
    good: "pat add<w>[lut: w, delay: 400](a: i<w>, b: i<w>) -> (y: i<w>) { y = add(a, b); }",
  },
  "bad-pcf": {
    title: "a line of a PCF cannot be understood",
    explanation:
      "A PCF says which pin each bit of a port goes to, `set_io a[0] 35`, a line each; `#` begins a comment. A port bit and a pin may stand in it once. Options of `set_io` that nextpnr knows are passed on.",
    of: "command",
    bad: "set_io led",
    good: "set_io led 11",
  },
  "bad-results": {
    title: "the results of a run of a suite cannot be read",
    explanation:
      "Results are what `reticle bench -o FILE` writes, and `--merge` puts together: those of all shards of one suite, each job once.",
    of: "command",
    bad: "reticle bench kernels --merge 1.json",
    good: "reticle bench kernels --merge 1.json 2.json",
  },
  "bad-suite": {
    title: "a suite of kernels is wrong",
    explanation:
      "A suite is a file `bench.json`: the `name`, the `targets` with a name each, and the `kernels`, each with a name and a file beside it. `reticle bench --help` and the README say what else there may be: tiers, traces with the outputs that are expected, limits and tolerances.",
    of: "command",
    bad: 'reticle bench kernels   # bench.json: {"name": "dsp", "kernels": ["fir.ir"]}',
    good: 'reticle bench kernels   # bench.json: {"name": "dsp", "targets": [...], "kernels": [{"name": "fir", "file": "fir.ir"}]}',
  },
  "bad-target": {
    title: "a target description goes wrong where a program needs it",
    explanation:
      "A number that the description computes, such as a width, a cost or a place, has no value for this program. The program is not at fault; `reticle target check` finds such places.",
    of: "command",
    bad: "reticle select fir.ir --target ./broken-target",
    good: "reticle target check ./broken-target",
  },
  "bad-trace": {
    title: "a trace does not have the shape of a trace",
    explanation:
      "A trace is an object with one list for each input, one element a cycle, all of one length. The element of a vector is a list with one value a lane. As CSV, the first line names the inputs (`a`, `v[0]`, `v[1]`, ...), and each line below is a cycle.",
    of: "trace",
    bad: '{"a": [1, 2, 3], "en": [1, 1]}',
    good: '{"a": [1, 2, 3], "en": [1, 1, 0]}',
  },
  "bad-type": {
    title: "this is not a type",
    explanation:
      "Types are `bool`, `iN` and `uN` with N from 1 to 4096, and vectors of the latter two with 1 to 4096 lanes. There are no vectors of `bool`: `u1<4>` has lanes of one bit.",
    of: "ir",
    bad: "def main(a: int) -> (y: int) { y: int = not(a); }",
    good: "def main(a: i32) -> (y: i32) { y: i32 = not(a); }",
  },
  "bad-value": {
    title: "an element of a trace is not a value of its input",
    explanation:
      "A value is an integer that fits in the bits of its input, read as signed or as unsigned; `true` and `false` suit a `bool`. Numbers past 2^53 lose digits in many programs that write JSON, so they are given as strings, decimal, `0x` or `0b`. No value may be missing: a name that is left out of the trace altogether is 0 in all cycles.",
    of: "trace",
    bad: '{"a": [1, 300, null]}',
    good: '{"a": [1, 255, 0]}',
  },
  "cannot-read": {
    title: "a file cannot be read",
    explanation:
      "The file is not there, may not be read, is a folder, or is larger than what is read. The contents of a memory are looked for beside the program that names them, never outside of its folder.",
    of: "command",
    bad: "reticle check no-such-file.ir",
    good: "reticle check examples/tour/01-wires.ir",
  },
  "cannot-write": {
    title: "a file cannot be written",
    explanation:
      "The folder is not there or may not be written, the disk is full, or the name is that of a folder. A file is written whole or not at all: whatever stood there before is still there.",
    of: "command",
    bad: "reticle eval counter.ir --cycles 10 -o no/such/folder/out.json",
    good: "reticle eval counter.ir --cycles 10 -o out.json",
  },
  "combinational-cycle": {
    title: "a value depends on itself within a clock cycle",
    explanation:
      "Instructions stand in any order, but a value has to be known before what is computed from it. A loop needs a `reg` or a synchronous memory on its way, so that it goes round once a clock cycle.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = add(a, y); }",
    good: "def main(a: i8) -> (y: i8) { t: i8 = add(a, y); y: i8 = reg[0](t); }",
  },
  "defined-twice": {
    title: "a name is defined twice",
    explanation:
      "Programs are single assignment: a name stands for one value, an input or the result of one instruction, and a file has one definition of a name.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = not(a); y: i8 = id(a); }",
    good: "def main(a: i8) -> (y: i8) { t: i8 = not(a); y: i8 = id(t); }",
  },
  "empty-program": {
    title: "the file holds no definition",
    explanation: "A program is at least one `def`. An empty file is refused, as it is hardly ever what was meant.",
    of: "ir",
    bad: "// nothing yet",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "flow-failed": {
    title: "a tool of the flow ended with an error",
    explanation:
      "Routing and packing are done by other tools, nextpnr and icepack for iCE40. What they say is given in short here; `--log FILE` keeps all that they print, and `--tools native` runs those in PATH instead of the WASM packages.",
    of: "command",
    bad: "reticle build fir.ir --device up5k --seed many -o out",
    good: "reticle build fir.ir --device up5k -o out",
  },
  interrupted: {
    title: "the work was interrupted",
    explanation: "Ctrl-C ends the tool that runs. Nothing has been written: files come all at once, at the end.",
    of: "command",
    bad: "reticle build fir.ir --device up5k -o out # and Ctrl-C",
    good: "reticle build fir.ir --device up5k -o out",
  },
  "kernel-failed": {
    title: "a kernel of a suite did not come to its end",
    explanation:
      "It is not a valid program, it does not fit, a tool refused it, or it crashed, took longer than its limit or more memory. The other kernels of the suite are reported all the same; figures of the stages before it failed are given, and not compared.",
    of: "command",
    bad: "reticle bench kernels --timeout 1   # fir.ir takes longer",
    good: "reticle bench kernels --timeout 60",
  },
  "location-in-ir": {
    title: "an instruction of the IR has coordinates",
    explanation:
      "The IR says what is computed, with a hint such as `@dsp` at the most. Where an instruction goes, `@dsp(0, 3)`, is said in the assembly.",
    of: "ir",
    bad: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = mul(a, b) @dsp(0, 3); }",
    good: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = mul(a, b) @dsp; }",
  },
  "missing-type": {
    title: "a value has no type",
    explanation: "The type is written where a value is defined, behind its name and a colon.",
    of: "ir",
    bad: "def main(a) -> (y: i8) { y: i8 = id(a); }",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "name-clash": {
    title: "two ports would have one name in Verilog",
    explanation:
      "A vector port `v` becomes the ports `v_0`, `v_1`, ... in Verilog, one a lane, so that no other port can have such a name.",
    of: "ir",
    bad: "def main(v: i8<2>, v_0: i8) -> (y: i8<2>) { t: i8<2> = cat(v_0, v_0); y: i8<2> = add(v, t); }",
    good: "def main(v: i8<2>, w: i8) -> (y: i8<2>) { t: i8<2> = cat(w, w); y: i8<2> = add(v, t); }",
  },
  "never-chosen": {
    title: "a pattern of a target can never be chosen",
    explanation:
      "Another pattern does the same wherever this one fits, and is never larger or slower. Either one of their costs is wrong, or this one can go.",
    of: "tdl",
    bad: "pat add<w>[lut: w, delay: 400](...) ...\npat slow<w>[lut: 2 * w, delay: 900](...) ... // the same body",
    good: "pat add<w>[lut: w, delay: 400](...) ...",
  },
  "no-contents": {
    title: "a memory that is only read has no contents",
    explanation:
      "A `rom` or `srom` holds what its brackets list, what the file named there holds, or what `--mmap` has under the name of its result. A `ram` may do without: it starts at 0.",
    of: "ir",
    bad: "def main(a: u2) -> (y: i8) { y: i8 = rom[](a); }",
    good: "def main(a: u2) -> (y: i8) { y: i8 = rom[1, 2, 3, 4](a); }",
  },
  "no-device": {
    title: "no device has this name",
    explanation:
      "`reticle target show` lists the devices of a target with what they hold. Without `--device` the default device of the target is meant.",
    of: "command",
    bad: "reticle report fir.ir --device up6k",
    good: "reticle report fir.ir --device up5k",
  },
  "no-flow": {
    title: "the target has no way to a bitstream",
    explanation:
      "A `flow` block in the description of a target says which tools make a bitstream from its cells. Without one, its cells can be printed for other tools.",
    of: "command",
    bad: "reticle build fir.ir --target tiny -o out",
    good: "reticle emit fir.ir --target tiny --to verilog",
  },
  "no-implementation": {
    title: "a pattern of a target description has no implementation",
    explanation:
      "A `pat` says what an instruction computes, an `imp` of the same name says of which cells it is made. Without one the instruction could be chosen, but not be built.",
    of: "tdl",
    bad: "pat buf[lut: 1, delay: 400](a: bool) -> (y: bool) { y = id(a); }",
    good: "pat buf[lut: 1, delay: 400](a: bool) -> (y: bool) { y = id(a); }\nimp buf(a) -> (y) { y = SB_LUT4[LUT_INIT: 0xaaaa](a, 0, 0, 0); }",
  },
  "no-output": {
    title: "a definition has no outputs",
    explanation: "What no output shows computes nothing. The outputs stand behind the arrow.",
    of: "ir",
    bad: "def main(a: i8) -> () { t: i8 = not(a); }",
    good: "def main(a: i8) -> (t: i8) { t: i8 = not(a); }",
  },
  "no-package": {
    title: "the device has no such package",
    explanation: "`reticle target show` lists the packages of each device. A board says its package itself.",
    of: "command",
    bad: "reticle build fir.ir --device up5k --package tq144 -o out",
    good: "reticle build fir.ir --device up5k --package sg48 -o out",
  },
  "no-pattern": {
    title: "the target has no instruction for an operation",
    explanation:
      "No pattern of the target matches here: the type is too wide or has lanes that no instruction works on, or the hint asks for a resource that cannot do it. A hint is a constraint and never a suggestion: where it cannot be met, nothing else is taken.",
    of: "command",
    bad: "y: i24 = mul(a, b) @dsp;",
    good: "y: i24 = mul(a, b);",
  },
  "no-pin": {
    title: "a port, or a pin, is not there",
    explanation:
      "With `--board` a port goes to the pins that the board knows by its name, bit 0 to the first. With `--pcf` each line names a bit of a port of the program and a pin of the package.",
    of: "command",
    bad: "reticle build fir.ir --board icestick -o out",
    good: "reticle build blink.ir --board icestick -o out",
  },
  "no-place": {
    title: "no place is found for a cell",
    explanation:
      "There are sites enough, but what belongs together does not fit: a chain of carries that is longer than a column, registers with more clocks, enables and resets than tiles can share, a cell that this device does not have, or a device that is nearly full.",
    of: "command",
    bad: "reticle build wide.ir --device hx1k -o out # y: i1200 = add(a, b);",
    good: "reticle build wide.ir --device hx8k --harness scan -o out # four times i300",
  },
  "no-resource": {
    title: "a hint names a resource that the target does not have",
    explanation:
      "Hints are portable, resources are not: a small device may have neither DSPs nor block RAMs. Without the hint the target takes what it has.",
    of: "command",
    bad: "y: i8 = add(a, b) @uram;",
    good: "y: i8 = add(a, b) @lut;",
  },
  "no-route": {
    title: "the router finds no way for a net",
    explanation:
      "All cells have their places, but the wires between them do not suffice. Another seed, or a device that is less full, may do.",
    of: "command",
    bad: "reticle build dense.ir --device hx1k -o out",
    good: "reticle build dense.ir --device hx4k -o out",
  },
  "no-tiles": {
    title: "a target does not say how cells share sites",
    explanation:
      "Placement needs to know what a tile holds and what its cells have in common. A family says it with `tile` items, and where its tiles are with the `site` rules of its devices.",
    of: "command",
    bad: "reticle place kernel.asm --target ./mine # without a `tile`",
    good: "reticle place kernel.asm --device hx8k",
  },
  "no-target": {
    title: "no target has this name",
    explanation:
      "`reticle target list` names the targets. A description of your own is a folder of `.tdl` files, named by its path.",
    of: "command",
    bad: "reticle select fir.ir --target ice41",
    good: "reticle select fir.ir --target ice40",
  },
  "no-tool": {
    title: "a tool of the flow is not installed",
    explanation:
      "By default the tools run as WASM, from packages that are installed with reticle unless they are left out. `--tools native` takes those in PATH, and refuses versions that are known to fail.",
    of: "command",
    bad: "reticle build fir.ir --device up5k --tools native -o out",
    good: "reticle build fir.ir --device up5k -o out",
  },
  "no-top": {
    title: "it is not clear which definition is meant",
    explanation:
      "The one that `--top` names is meant, else the one called `main`, else the only one that no other calls.",
    of: "ir",
    bad: "def f(a: i8) -> (y: i8) { y: i8 = not(a); }\ndef g(a: i8) -> (y: i8) { y: i8 = id(a); }",
    good: "def f(a: i8) -> (y: i8) { y: i8 = not(a); }\ndef main(a: i8) -> (y: i8) { y: i8 = f(a); }",
  },
  "not-formatted": {
    title: "a file is not in canonical layout",
    explanation: "`reticle fmt --check` found a file that `reticle fmt --write` would change.",
    of: "command",
    bad: "reticle fmt --check messy.ir",
    good: "reticle fmt --write messy.ir",
  },
  "not-in-dialect": {
    title: "this belongs to another dialect of the language",
    explanation:
      "All files have one grammar, but families, loops, branches, bits of nets and optional parts are for target descriptions (`.tdl`), where they are unfolded.",
    of: "ir",
    bad: "def main(a: i8, en?: bool) -> (y: i8) { y: i8 = reg[0](a, en); }",
    good: "def main(a: i8, en: bool) -> (y: i8) { y: i8 = reg[0](a, en); }",
  },
  "not-json": {
    title: "a file is not JSON",
    explanation:
      "The text breaks a rule of JSON at this place. Numbers are decimal there, names and hexadecimal values stand between double quotes, and no comma follows the last element.",
    of: "trace",
    bad: '{"a": [1, 2,]}',
    good: '{"a": [1, 2]}',
  },
  "not-text": {
    title: "a file is not a text",
    explanation:
      "Programs are UTF-8 texts. A file with NUL bytes or with bytes that UTF-8 does not have is something else, or a text in another encoding.",
    of: "ir",
    bad: "def main\0",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "open-body": {
    title: "a body never closes",
    explanation:
      "The closing brace is missing: another definition begins, or the file ends. The mark is at the opening brace.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = id(a);",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "open-comment": {
    title: "a comment never ends",
    explanation: "A comment that begins with `/*` goes on to `*/`. Such comments do not nest.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = id(a); } /* the end",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); } /* the end */",
  },
  "open-string": {
    title: "a string does not end on its line",
    explanation: 'A string begins and ends with `"` on one line; inside it a `"` is written `\\"`.',
    of: "ir",
    bad: 'def main(a: u1) -> (y: i8) { y: i8 = rom["table](a); }',
    good: "def main(a: u1) -> (y: i8) { y: i8 = rom[1, 2](a); }",
  },
  recursion: {
    title: "a definition calls itself",
    explanation:
      "A call is inlined: the hardware of the definition is built once more where it is called. One that contains itself, directly or over others, would have no end.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = main(a); }",
    good: "def f(a: i8) -> (y: i8) { y: i8 = not(a); }\ndef main(a: i8) -> (y: i8) { y: i8 = f(a); }",
  },
  "over-budget": {
    title: "hints ask for more units than there are",
    explanation:
      "A device has few DSPs and block RAMs. Without hints they go where they save most, and the rest is made of LUTs. A hint `@dsp` is a constraint: if there are more of them than units, or than `--limit` leaves, somebody has to decide which can go.",
    of: "command",
    bad: "reticle select nine.ir --device up5k # nine times `y: i16 = mul(a, b) @dsp;`",
    good: "reticle select nine.ir --device up5k # eight of them, and one without the hint",
  },
  regression: {
    title: "a figure of a kernel is worse than its baseline",
    explanation:
      "Cells, sites and depth are the same in every run, so any more of them are told of; frequencies, times and memory have a band around the baseline, which `tolerances` of the suite sets. Times are in CPU time, measured by a loop that runs beside them. `reticle bench --update` writes the baseline anew where the change is wanted.",
    of: "command",
    bad: "reticle bench kernels   # fir/hx8k cells.LUT is 21, and was 18",
    good: "reticle bench kernels --update",
  },
  "reserved-name": {
    title: "a name means something already",
    explanation:
      "A definition cannot have the name of an operation. A program that holds state has an implicit input `clock`, and with `--reset sync` another one, `reset`: its own ports need other names.",
    of: "ir",
    bad: "def add(a: i8) -> (y: i8) { y: i8 = id(a); }",
    good: "def add1(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "slow-clock": {
    title: "a clock does not reach the frequency that is asked for",
    explanation:
      "This is a warning: the bitstream is made all the same. The frame shows the longest path from register to register, each place of the program with its delay in cells and on wires, numbered along the path.",
    of: "command",
    bad: "reticle build fir.ir --device up5k --freq 200 -o out",
    good: "reticle build fir.ir --device up5k --freq 20 -o out",
  },
  syntax: {
    title: "the text breaks a rule of the grammar",
    explanation:
      "An instruction is `name: type = operation[attributes](operands) @hint;`. What was expected and what stands there is in the message; the statements around it are checked all the same.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = id(a) }",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "too-deep": {
    title: "the text is nested too deep",
    explanation: "Expressions and blocks nest up to 200 deep.",
    of: "ir",
    bad: `def main() -> (y: i8) { y: i8 = const[${"(".repeat(201)}1${")".repeat(201)}]; }`,
    good: "def main() -> (y: i8) { y: i8 = const[1]; }",
  },
  "too-large": {
    title: "the program, or what it gives, becomes too large",
    explanation:
      "Calls are inlined, so that a few definitions that call each other twice make a program of millions of instructions. Past four millions, or past 2^24 words of values, it is refused. So is a text of more than 2^25 characters or 2^24 tokens, a netlist whose text no string would hold, and a run whose outputs would not fit in memory: as a table, `-o out.csv`, they are written while it goes on.",
    of: "ir",
    bad: `def f0(a: i8) -> (y: i8) { y: i8 = not(a); }\n${Array.from({ length: 23 }, (_, at) => `def f${at + 1}(a: i8) -> (y: i8) { t: i8 = f${at}(a); y: i8 = f${at}(t); }`).join("\n")}`,
    good: "def f0(a: i8) -> (y: i8) { y: i8 = not(a); }\ndef f1(a: i8) -> (y: i8) { t: i8 = f0(a); y: i8 = f0(t); }",
  },
  "too-many-cells": {
    title: "the device is too small for the program",
    explanation:
      "The count is what the program needs at least: registers share a cell with the LUT before them, carries with the LUT of their bit.",
    of: "command",
    bad: "reticle build tadd_512.ir --device hx1k --harness scan -o out",
    good: "reticle build tadd_64.ir --device hx8k --harness scan -o out",
  },
  "too-many-errors": {
    title: "there are more mistakes than are shown",
    explanation: "A thousand mistakes of a file are shown. Mend the first ones: many others may follow from them.",
    of: "ir",
    bad: "$\n".repeat(1001),
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "too-many-pins": {
    title: "the package has fewer pins than the program has port bits",
    explanation:
      "Every bit of a port needs a pin. `--harness scan` puts the program between two shift registers with three pins, so that it can be routed and timed all the same.",
    of: "command",
    bad: "reticle build tadd_64.ir --device hx8k -o out",
    good: "reticle build tadd_64.ir --device hx8k --harness scan -o out",
  },
  "tool-crashed": {
    title: "a tool of the flow fell over",
    explanation:
      "It ended without saying why, which is a defect of the tool, or memory that did not suffice. Another `--seed` or another version of the tool may get around it.",
    of: "command",
    bad: "reticle build fir.ir --device up5k -o out",
    good: "reticle build fir.ir --device up5k --seed 2 -o out",
  },
  "type-mismatch": {
    title: "two types differ where they have to be the same",
    explanation:
      "There are no implicit conversions: width, sign and number of lanes of operands and results follow from the operation (`reticle explain add` shows its form). `sext` and `zext` widen, `ext` takes bits, `cat` puts them together.",
    of: "ir",
    bad: "def main(a: i8, b: i16) -> (y: i16) { y: i16 = add(a, b); }",
    good: "def main(a: i8, b: i16) -> (y: i16) { w: i16 = sext(a); y: i16 = add(w, b); }",
  },
  undeclared: {
    title: "a name is used that nothing defines",
    explanation:
      "A name is an input of the definition or the result of one of its instructions. Those of other definitions are not seen.",
    of: "ir",
    bad: "def main(count: i8) -> (y: i8) { y: i8 = not(cuont); }",
    good: "def main(count: i8) -> (y: i8) { y: i8 = not(count); }",
  },
  "undefined-output": {
    title: "an output has no value",
    explanation: "Each output is the result of an instruction that has its name.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { t: i8 = not(a); }",
    good: "def main(a: i8) -> (y: i8) { y: i8 = not(a); }",
  },
  "unknown-character": {
    title: "a character does not belong to the language",
    explanation:
      "Names are made of letters, digits, `_` and `-`. Other characters stand in comments and strings at the most.",
    of: "ir",
    bad: "def main(a: i8) -> (y: i8) { y: i8 = id(a); } $",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "unknown-hint": {
    title: "a hint names no known resource",
    explanation:
      "The portable hints are `@lut`, `@dsp`, `@bram` and `@??`; a target may add its own. An unknown one is only warned about, as the target that has it may come later.",
    of: "ir",
    bad: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = mul(a, b) @dps; }",
    good: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = mul(a, b) @dsp; }",
  },
  "unknown-input": {
    title: "a trace names an input that the program does not have",
    explanation:
      "The names of a trace are those of the inputs; with `--reset sync` there is `reset`, too. `clock` is never among them: each element is a clock cycle.",
    of: "trace",
    bad: '{"b": [1, 2]}',
    good: '{"a": [1, 2]}',
  },
  "unknown-instruction": {
    title: "the target has no instruction of this name",
    explanation:
      "In assembly each instruction is one of the target, or a wire such as `id` and `const`. `reticle target show` lists them.",
    of: "asm",
    bad: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = plus(a, b) @lc(??, ??); }",
    good: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = add(a, b) @lc(??, ??); }",
  },
  "unknown-keyword": {
    title: "a definition begins with an unknown word",
    explanation: "Programs and assembly consist of `def`s.",
    of: "ir",
    bad: "fn main(a: i8) -> (y: i8) { y: i8 = id(a); }",
    good: "def main(a: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "unknown-memory": {
    title: "contents are given for a memory that the program does not have",
    explanation:
      "The names in a file given with `--mmap` are those of the results of memories. A name that none has is only warned about, so that several programs can share a file.",
    of: "contents",
    bad: '{"y": {"values": [1, 2, 3, 4]}, "z": {"values": [1, 2]}}',
    good: '{"y": {"values": [1, 2, 3, 4]}}',
  },
  "unknown-operation": {
    title: "an operation is neither of the language nor defined in the file",
    explanation: "`reticle explain` lists the operations. A definition of the same file is called by its name.",
    of: "ir",
    bad: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = plus(a, b); }",
    good: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = add(a, b); }",
  },
  unused: {
    title: "a value is never used",
    explanation:
      "Neither an instruction nor an output needs it. This is a warning; a name that begins with `_` says that it is meant.",
    of: "ir",
    bad: "def main(a: i8, b: i8) -> (y: i8) { y: i8 = id(a); }",
    good: "def main(a: i8, _b: i8) -> (y: i8) { y: i8 = id(a); }",
  },
  "wrong-arity": {
    title: "the number of operands or results is wrong",
    explanation:
      "An operation takes as many operands as its form says (`reticle explain mux`), and gives one result. A call takes the inputs and gives the outputs of its definition.",
    of: "ir",
    bad: "def main(c: bool, a: i8) -> (y: i8) { y: i8 = mux(c, a); }",
    good: "def main(c: bool, a: i8, b: i8) -> (y: i8) { y: i8 = mux(c, a, b); }",
  },
  "wrong-cost": {
    title: "a pattern of a target says a wrong number of cells",
    explanation:
      "What a pattern says it takes of its resource is counted on its implementation. Selection relies on it, so that a wrong number makes programs larger than they need to be.",
    of: "tdl",
    bad: "pat add<w>[lut: 1, delay: 400](...) ... // one cell a bit in its `imp`",
    good: "pat add<w>[lut: w, delay: 400](...) ...",
  },
  "wrong-implementation": {
    title: "an implementation of a target does not compute its pattern",
    explanation:
      "`reticle target check` holds the cells of an `imp`, evaluated by the meaning of their `prim`s, against the body of the `pat`. Values for which they differ are shown.",
    of: "tdl",
    bad: "pat xor2[lut: 1, delay: 400](a: bool, b: bool) -> (y: bool) { y = xor(a, b); }\nimp xor2(a, b) -> (y) { y = SB_LUT4[LUT_INIT: 0x8888](a, b, 0, 0); }",
    good: "imp xor2(a, b) -> (y) { y = SB_LUT4[LUT_INIT: 0x6666](a, b, 0, 0); }",
  },
  "wrong-output": {
    title: "a kernel of a suite gives another output than its trace expects",
    explanation:
      "The program is run by the evaluator, and the cells that were made of it are run beside it, over the inputs of the trace; each value of each output has to be the one that the trace expects, but in the cycles that it skips.",
    of: "command",
    bad: "reticle bench kernels   # fir.out.json expects 7 in cycle 3, and the program gives 8",
    good: "reticle bench kernels   # with the program or the trace put right",
  },
} as const satisfies Record<string, Explanation>;

/** What a diagnostic is called: `error[syntax]`. */
export type Code = keyof typeof CODES;
