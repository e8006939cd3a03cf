// Signature help: the forms of the operation that is being written, and the operand at the cursor.
import type { SignatureHelp, SignatureInformation } from "vscode-languageserver-types";
import { printType } from "../printer.ts";
import { takes } from "../signature.ts";
import type { Analysis } from "./analysis.ts";
import { contextAt } from "./context.ts";
import { type Callee, calleeNamed, operandNames } from "./operands.ts";
import type { World } from "./world.ts";

export function signatureHelp(file: Analysis, offset: number, world: World): SignatureHelp | null {
  const context = contextAt(file, offset);
  if (context.kind !== "operand") return null;
  const callee = calleeNamed(context.callee, file, world);
  if (callee === undefined) return null;
  const signatures = [...signaturesOf(callee, context.callee)];
  const fits =
    callee.kind !== "operation" ? 0 : callee.operation.forms.findIndex((form) => takes(form, context.index + 1));
  return { signatures, activeSignature: Math.max(0, fits), activeParameter: context.index };
}

function* signaturesOf(callee: Callee, name: string): Generator<SignatureInformation> {
  if (callee.kind === "operation") {
    for (const form of callee.operation.forms) {
      const names = operandNames(callee.operation, form);
      const params = form.params.map((letter, at) => {
        const optional = at >= form.required ? "?" : "";
        const called = names[at];
        return called === undefined ? `${letter}${optional}` : `${called}${optional}: ${letter}`;
      });
      yield information(name, params, ` -> ${form.result}`, callee.operation.doc);
    }
    return;
  }
  if (callee.kind === "pattern") {
    const { inputs, item, source, resource } = callee.pattern;
    const params = inputs.map((port) => `${port.name}${port.optional ? "?" : ""}`);
    yield information(name, params, ` @${resource}`, source.text.slice(item.start, item.end));
    return;
  }
  const { inputs, outputs } = callee.item;
  const text = (port: (typeof inputs)[number]) =>
    port.type === undefined ? port.name.text : `${port.name.text}: ${printType(port.type)}`;
  yield information(name, inputs.map(text), outputs.length === 0 ? "" : ` -> (${outputs.map(text).join(", ")})`, "");
}

function information(name: string, params: readonly string[], behind: string, doc: string): SignatureInformation {
  let at = name.length + 1;
  const parameters = params.map((text) => {
    const label: [number, number] = [at, at + text.length];
    at += text.length + 2;
    return { label };
  });
  return {
    label: `${name}(${params.join(", ")})${behind}`,
    parameters,
    ...(doc === "" ? {} : { documentation: doc }),
  };
}
