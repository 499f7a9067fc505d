import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Facts, Order } from './orders.ts';

const CHILD = new URL('./child.ts', import.meta.url);
/** As a node runs. */
const NODE_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=160', '--disable-warning=ExperimentalWarning'];

type OrderOf<What extends Order['do']> = Omit<Extract<Order, { do: What }>, 'id' | 'do'>;
type AnswerOf<What extends Order['do']> = What extends 'facts' ? Facts : What extends 'be-node' ? string : number;

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}

/** One process of the measure. */
export class Child implements Disposable {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #orders = 0;

  constructor(execArgv: readonly string[] = NODE_FLAGS) {
    this.#process = fork(CHILD, { execArgv: [...execArgv], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#process.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.error === undefined) waiting?.resolve(reply.answer);
      else waiting?.reject(new Error(reply.error));
    });
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a process of the measure ended with ${code}`));
    });
  }

  tell<What extends Order['do']>(what: What, order: OrderOf<What>): Promise<AnswerOf<What>> {
    const id = this.#orders++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#process.send({ id, do: what, ...order });
    return waiting.promise as Promise<AnswerOf<What>>;
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
