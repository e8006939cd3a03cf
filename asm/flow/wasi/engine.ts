// The part of the WebAssembly API that the flow uses. Its declarations come with the DOM, which Node's types leave out.

/** A compiled module: opaque, and may be sent to a worker. */
export interface Module {
  readonly [Symbol.toStringTag]: string;
}

interface Named {
  readonly module: string;
  readonly name: string;
  readonly kind: string;
}

interface Engine {
  compile(bytes: Uint8Array): Promise<Module>;
  readonly Module: { imports(module: Module): readonly Named[] };
  readonly Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

/** What every engine that we run on has as the global `WebAssembly`. */
export const engine: Engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
