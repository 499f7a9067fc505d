// The part of snarkjs, circom_runtime and wasmcurves that is used here; the packages bring no types.

declare module 'snarkjs' {
  /** A file by path, or one held in memory. */
  type FileOrMemory = string | { type: 'mem'; data?: Uint8Array };

  interface Logger {
    info: (text: string) => void;
    warn: (text: string) => void;
    error: (text: string) => void;
    debug: (text: string) => void;
  }

  /** Points as decimal strings: [x, y, 1] in G1, [[real, imaginary], [real, imaginary], [1, 0]] in G2. */
  interface Groth16Proof {
    pi_a: string[];
    pi_b: string[][];
    pi_c: string[];
    protocol: string;
    curve: string;
  }

  interface VerificationKey {
    protocol: string;
    curve: string;
    nPublic: number;
    vk_alpha_1: string[];
    vk_beta_2: string[][];
    vk_gamma_2: string[][];
    vk_delta_2: string[][];
    IC: string[][];
    [extra: string]: unknown;
  }

  interface R1csInfo {
    nVars: number;
    nOutputs: number;
    nPubInputs: number;
    nPrvInputs: number;
    nConstraints: number;
  }

  interface Curve {
    terminate: () => Promise<void>;
  }

  export const groth16: {
    prove: (
      zkey: FileOrMemory,
      witness: FileOrMemory,
      logger?: Logger,
      options?: { singleThread: boolean },
    ) => Promise<{ proof: Groth16Proof; publicSignals: string[] }>;
    verify: (key: VerificationKey, publicSignals: string[], proof: Groth16Proof, logger?: Logger) => Promise<boolean>;
  };
  export const zKey: {
    newZKey: (r1cs: string, ptau: string, zkey: string, logger?: Logger) => Promise<Uint8Array | -1>;
    contribute: (from: string, to: string, name: string, entropy: string, logger?: Logger) => Promise<Uint8Array>;
    beacon: (
      from: string,
      to: string,
      name: string,
      beaconHex: string,
      iterationsExponent: number,
      logger?: Logger,
    ) => Promise<Uint8Array | false>;
    verifyFromR1cs: (r1cs: string, ptau: string, zkey: string, logger?: Logger) => Promise<boolean>;
    exportVerificationKey: (zkey: FileOrMemory, logger?: Logger) => Promise<VerificationKey>;
  };
  export const powersOfTau: {
    newAccumulator: (curve: Curve, power: number, file: string, logger?: Logger) => Promise<Uint8Array>;
    contribute: (from: string, to: string, name: string, entropy: string, logger?: Logger) => Promise<Uint8Array>;
    preparePhase2: (from: string, to: string, logger?: Logger) => Promise<void>;
    verify: (file: string, logger?: Logger) => Promise<boolean>;
  };
  export const wtns: {
    check: (r1cs: string, witness: FileOrMemory, logger?: Logger) => Promise<boolean>;
  };
  export const r1cs: { info: (file: string, logger?: Logger) => Promise<R1csInfo> };
  export const curves: { getCurveFromName: (name: string) => Promise<Curve> };
}

declare module 'circom_runtime' {
  type Signal = bigint | Signal[];
  interface WitnessCalculator {
    calculateWitness: (input: Record<string, Signal>, sanityCheck: boolean) => Promise<bigint[]>;
    calculateWTNSBin: (input: Record<string, Signal>, sanityCheck: boolean) => Promise<Uint8Array>;
  }
  export function WitnessCalculatorBuilder(code: WebAssembly.Instance): Promise<WitnessCalculator>;
}

declare module 'wasmcurves/build/bn128_wasm.js' {
  interface CurveModule {
    /** The wasm module, base64. */
    code: string;
    /** Offsets of the generators in its memory, affine. */
    pG1gen: number;
    pG2gen: number;
  }
  const curve: CurveModule;
  export = curve;
}
