// The part of WebAssembly's JavaScript interface that is used here; Node's types leave it to the browser's.

declare namespace WebAssembly {
  class Module {
    private readonly brand: never;
  }
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    constructor(size: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  type Imports = Record<string, Record<string, unknown>>;

  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
  function instantiate(module: Module, imports: Imports): Promise<Instance>;
  function instantiate(bytes: Uint8Array<ArrayBuffer>, imports: Imports): Promise<{ instance: Instance }>;
}
