import { sweep } from './sweep.ts';

/**
 * Run as a program by the owner of a network, with the owner's end of a pipe as standard input. However the owner dies,
 * the pipe closes; whatever the owner has not ended by then is ended here. Arguments: the network's
 * directory, the owner's pid.
 */
const [directory, owner] = process.argv.slice(2);
if (directory === undefined || owner === undefined) throw new Error('usage: watchdog.ts DIRECTORY OWNER_PID');

// A signal to the owner's terminal or session is the owner's affair.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('SIGHUP', () => undefined);
process.stdin.resume();
process.stdin.once('close', () => void sweep(directory, Number(owner)));
