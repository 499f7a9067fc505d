/**
 * Hands out one account's nonces in order. Transactions are signed and sent one after another, which keeps the chain's pool free of gaps;
 * waiting for them is not part of the turn, so many are in flight. After a failed send the chain is asked again.
 */
export class NonceQueue {
  readonly #pendingNonce: () => Promise<number>;
  #next: number | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param pendingNonce the chain's count of the account's transactions, pending ones included */
  constructor(pendingNonce: () => Promise<number>) {
    this.#pendingNonce = pendingNonce;
  }

  /** Runs `send` with the next nonce, which is used up when it resolves. */
  take<Result>(send: (nonce: number) => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(() => this.#send(send));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #send<Result>(send: (nonce: number) => Promise<Result>): Promise<Result> {
    const nonce = this.#next ?? (await this.#pendingNonce());
    this.#next = undefined;
    const result = await send(nonce);
    this.#next = nonce + 1;
    return result;
  }
}
