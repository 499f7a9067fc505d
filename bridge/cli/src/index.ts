export { exitCodes, exitCodeOf, type ExitCode } from './exitCodes.ts';
export type { Output } from './output.ts';
export { run } from './run.ts';
export { whereIs, type MessageFacts, type MessageState, type Whereabouts } from './whereIs.ts';
