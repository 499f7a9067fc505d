import { Client, credentials, Server, ServerCredentials, status, type sendUnaryData } from '@grpc/grpc-js';
import { common, gateway, msp, peer } from '@hyperledger/fabric-protos';
import { generateKeyPairSync } from 'node:crypto';
import { sessionOver, type AssetSession } from '../../src/asset/session.ts';
import type { Deadlines } from '../../src/index.ts';

/** A refusal, or silence until the client's deadline. */
export type Answer = 'ok' | 'silence' | { readonly code: status; readonly details: string };
/** The validation code of the commit. */
export type CommitAnswer = number | 'silence';

/** What the peer answers, call by call; the last entry holds from then on. */
export interface Script {
  readonly evaluate?: readonly Answer[];
  readonly endorse?: readonly Answer[];
  readonly submit?: readonly Answer[];
  readonly commit?: readonly CommitAnswer[];
  /** JSON that chaincode answers. */
  readonly result?: unknown;
}

const DEADLINES: Deadlines = { evaluateMs: 200, endorseMs: 2_000, submitMs: 2_000, commitMs: 600, orderMs: 200 };

interface Message {
  serializeBinary(): Uint8Array;
}

/** A gateway service over gRPC that follows a script, in place of a peer that cannot be made to fail on demand. */
export class ScriptedPeer implements AsyncDisposable {
  readonly calls: Record<'evaluate' | 'endorse' | 'submit' | 'commit', number>;
  readonly #script: Script;
  readonly #server = new Server();
  #session: AssetSession | undefined;

  constructor(script: Script) {
    this.#script = script;
    this.calls = { evaluate: 0, endorse: 0, submit: 0, commit: 0 };
    this.#serve('Evaluate', () => this.#evaluated());
    this.#serve('Endorse', (bytes) => this.#endorsed(gateway.EndorseRequest.deserializeBinary(bytes)));
    this.#serve('Submit', () => this.#submitted());
    this.#serve('CommitStatus', () => this.#committed());
  }

  /** A session of an identity on this peer. */
  async session(): Promise<AssetSession> {
    const port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#session = sessionOver(new Client(`127.0.0.1:${port}`, credentials.createInsecure()), {
      endpoint: `127.0.0.1:${port}`,
      tlsCa: '',
      mspId: 'CustodianMSP',
      cert: 'certificate',
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      channel: 'assets',
      chaincode: 'rights',
      deadlines: DEADLINES,
      recordOrgs: ['CustodianMSP', 'RegistryMSP'],
    });
    return this.#session;
  }

  /** The peer goes away; its clients stay. */
  vanish(): void {
    this.#server.forceShutdown();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#session?.close();
    this.vanish();
    return Promise.resolve();
  }

  #serve(method: string, answer: (request: Uint8Array) => Message | Answer): void {
    const identity = (bytes: Buffer): Buffer => bytes;
    const definition = {
      path: `/gateway.Gateway/${method}`,
      requestStream: false,
      responseStream: false,
      requestDeserialize: identity,
      requestSerialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    };
    this.#server.addService(
      { [method]: definition },
      {
        [method]: ({ request }: { request: Buffer }, reply: sendUnaryData<Buffer>): void => {
          const answered = answer(request);
          if (answered === 'silence' || answered === 'ok') return;
          if ('code' in answered) reply(answered);
          else reply(null, Buffer.from(answered.serializeBinary()));
        },
      },
    );
  }

  #next<Entry>(step: keyof ScriptedPeer['calls'], entries: readonly Entry[] | undefined, usual: Entry): Entry {
    const count = this.calls[step]++;
    return entries?.[Math.min(count, entries.length - 1)] ?? usual;
  }

  #evaluated(): Message | Answer {
    const answer = this.#next('evaluate', this.#script.evaluate, 'ok');
    if (answer !== 'ok') return answer;
    const response = new gateway.EvaluateResponse();
    response.setResult(this.#response());
    return response;
  }

  #endorsed(request: gateway.EndorseRequest): Message | Answer {
    const answer = this.#next('endorse', this.#script.endorse, 'ok');
    if (answer !== 'ok') return answer;
    const response = new gateway.EndorseResponse();
    response.setPreparedTransaction(this.#envelope(request.getChannelId()));
    return response;
  }

  #submitted(): Message | Answer {
    const answer = this.#next('submit', this.#script.submit, 'ok');
    return answer === 'ok' ? new gateway.SubmitResponse() : answer;
  }

  #committed(): Message | Answer {
    const answer = this.#next('commit', this.#script.commit, 0);
    if (answer === 'silence') return answer;
    const response = new gateway.CommitStatusResponse();
    response.setResult(answer as peer.TxValidationCodeMap[keyof peer.TxValidationCodeMap]);
    response.setBlockNumber(7);
    return response;
  }

  #response(): peer.Response {
    const response = new peer.Response();
    response.setStatus(200);
    response.setPayload(Buffer.from(JSON.stringify(this.#script.result ?? {})));
    return response;
  }

  #envelope(channel: string): common.Envelope {
    const action = new peer.ChaincodeAction();
    action.setResponse(this.#response());
    const responsePayload = new peer.ProposalResponsePayload();
    responsePayload.setExtension$(action.serializeBinary());
    const endorsed = new peer.ChaincodeEndorsedAction();
    endorsed.setProposalResponsePayload(responsePayload.serializeBinary());
    const actionPayload = new peer.ChaincodeActionPayload();
    actionPayload.setAction(endorsed);
    const transactionAction = new peer.TransactionAction();
    transactionAction.setPayload(actionPayload.serializeBinary());
    const transaction = new peer.Transaction();
    transaction.addActions(transactionAction);
    const channelHeader = new common.ChannelHeader();
    channelHeader.setChannelId(channel);
    const header = new common.Header();
    header.setChannelHeader(channelHeader.serializeBinary());
    header.setSignatureHeader(new msp.SerializedIdentity().serializeBinary());
    const payload = new common.Payload();
    payload.setHeader(header);
    payload.setData(transaction.serializeBinary());
    const envelope = new common.Envelope();
    envelope.setPayload(payload.serializeBinary());
    return envelope;
  }
}
