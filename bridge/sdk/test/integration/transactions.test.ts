import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { until } from '@twinspan/devnet';
import { packPolicy, type FaultCode } from '@twinspan/protocol';
import { deployBridge } from '@twinspan/evm-contracts/deploy';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import {
  connectTradingChain,
  signCall,
  type BridgeEvent,
  type Fees,
  type Signed,
  type SignedTerms,
  type ContractAddresses,
  type TradingChain,
} from '../../src/index.ts';
import { fault } from '../unit/fault.ts';
import { signatory } from '../unit/syntheticEpoch.ts';
import { all } from './all.ts';
import { Anvil } from './anvil.ts';
import { policy } from './policy.ts';

const CHAIN_ID = 31_337;
const TEN_ETHER = '0x8ac7230489e80000';

describe('transactions on the trading chain', () => {
  const ends = new AsyncDisposableStack();
  const venueAccount = privateKeyToAccount(generatePrivateKey());
  const strangerAccount = privateKeyToAccount(generatePrivateKey());
  let anvil: Anvil;
  let addresses: ContractAddresses;
  let venue: TradingChain;
  let stranger: TradingChain;

  before(async () => {
    anvil = ends.use(await Anvil.start());
    const deployer = privateKeyToAccount(generatePrivateKey());
    for (const { address } of [deployer, venueAccount, strangerAccount]) {
      await anvil.call('anvil_setBalance', [address, TEN_ETHER]);
    }
    const book = await deployBridge({
      rpcUrl: anvil.rpcUrl,
      deployer,
      members: ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'].map(signatory),
      threshold: 2,
      assetChainId: `0x${'ab'.repeat(32)}`,
      chaincode: 'rights',
      policy: packPolicy(policy),
      roles: { admin: deployer.address, venue: venueAccount.address, compliance: deployer.address },
    });
    const { assetChainClient, backings, bridge } = book.contracts;
    addresses = {
      assetChainClient: assetChainClient.address,
      backings: backings.address,
      bridge: bridge.address,
      deployedAtBlock: BigInt(book.deployedAtBlock),
    };
    venue = connectTradingChain({
      rpcUrl: anvil.rpcUrl,
      chainId: CHAIN_ID,
      addresses,
      account: venueAccount,
      logPageBlocks: 2n,
    });
    stranger = connectTradingChain({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, addresses, account: strangerAccount });
  });

  after(() => ends.disposeAsync());

  const nothing = { what: 'nothing', to: venueAccount.address, data: '0x' } as const;

  /** Sends nothing to nobody, which uses a nonce up. */
  const fill = async (nonce: number, { maxFeePerGas, maxPriorityFeePerGas }: Fees): Promise<void> => {
    const terms = { nonce, gas: 21_000n, maxFeePerGas, maxPriorityFeePerGas };
    await venue.broadcast(await signCall(venueAccount, CHAIN_ID, nothing, terms), nothing.what);
  };

  const withRating = (minRating: number): typeof policy => ({ ...policy, minRating });

  it('go out many at a time, without a gap', async () => {
    const first = await venue.nonce();
    const sent = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => ({ rating: i + 1, sent: await venue.setPolicy(withRating(i + 1)) })),
    );
    const inOrder = sent.sort((a, b) => a.sent.nonce - b.sent.nonce);
    assert.deepEqual(
      inOrder.map((one) => one.sent.nonce),
      Array.from({ length: 20 }, (_, i) => first + i),
    );
    await Promise.all(sent.map((one) => one.sent.confirmed()));
    assert.equal((await venue.policy()).policy.minRating, inOrder.at(-1)?.rating);
  });

  it('are refused before they are sent, and leave no gap behind', async () => {
    const nonce = await stranger.nonce();
    await assert.rejects(stranger.setPolicy(policy), fault('NOT_AUTHORIZED'));
    assert.equal(await stranger.nonce(), nonce);
  });

  it('say why they reverted when they are mined all the same', async () => {
    const sent = await stranger.setPolicy(policy, { gas: 100_000n, simulate: false });
    await assert.rejects(sent.confirmed(), fault('NOT_AUTHORIZED'));
    await assert.rejects(stranger.receipt(sent.hash), fault('NOT_AUTHORIZED'));
  });

  it('take the nonce and the fees that they are told', async () => {
    const nonce = await venue.nonce();
    const { maxFeePerGas, maxPriorityFeePerGas } = await venue.fees();
    const fees = { maxFeePerGas, maxPriorityFeePerGas };
    const waiting = await venue.setPolicy(withRating(31), {
      ...fees,
      nonce: nonce + 1,
      gas: 100_000n,
      simulate: false,
    });
    assert.equal(await venue.receipt(waiting.hash), undefined);
    await assert.rejects(waiting.confirmed(0), fault('TRANSACTION_STUCK'));
    await fill(nonce, fees);
    await waiting.confirmed();
    assert.equal((await venue.policy()).policy.minRating, 31);
  });

  it('can be replaced while they wait', async () => {
    const nonce = await venue.nonce();
    const { maxFeePerGas, maxPriorityFeePerGas } = await venue.fees();
    const gas = 100_000n;
    const terms = { nonce: nonce + 1, gas, simulate: false, maxFeePerGas, maxPriorityFeePerGas };
    const slow = await venue.setPolicy(withRating(41), terms);
    const twice = { maxFeePerGas: 2n * maxFeePerGas, maxPriorityFeePerGas: 2n * maxPriorityFeePerGas };
    const fast = await venue.setPolicy(withRating(42), { ...terms, ...twice });
    await fill(nonce, { maxFeePerGas, maxPriorityFeePerGas });
    await fast.confirmed();
    assert.equal((await venue.policy()).policy.minRating, 42);
    assert.equal(await venue.receipt(slow.hash), undefined);
  });

  it('are refused by the node with a reason that can be acted on, and taken once when sent twice', async () => {
    const nonce = (await venue.nonce()) + 1;
    const { baseFeePerGas, ...fees } = await venue.fees();
    const signed = (changes: Partial<SignedTerms>): Promise<Signed> =>
      signCall(venueAccount, CHAIN_ID, nothing, { nonce, gas: 21_000n, ...fees, ...changes });
    const waiting = await signed({});
    await venue.broadcast(waiting, 'first');
    await venue.broadcast(waiting, 'the same');
    const refused = async (changes: Partial<SignedTerms>, code: FaultCode): Promise<void> => {
      await assert.rejects(venue.broadcast(await signed(changes), code), fault(code));
    };
    await refused({ gas: 22_000n }, 'UNDERPRICED');
    await refused({ nonce: nonce - 2 }, 'NONCE_TAKEN');
    await refused({ nonce: nonce + 1, gas: 20_000n }, 'GAS_REFUSED');
    await refused({ nonce: nonce + 1, maxFeePerGas: baseFeePerGas / 2n, maxPriorityFeePerGas: 0n }, 'FEES_TOO_HIGH');
    await fill(nonce - 1, fees);
    await until('the waiting one to be mined', async () => (await venue.receipt(waiting.hash)) ?? undefined);
  });

  it('are seen in the pool by what they do', async () => {
    assert.deepEqual(await venue.bridgeLane(1n, 'pending'), await venue.bridgeLane(1n));
    assert.ok((await venue.estimate(nothing, venueAccount.address, 'pending')) >= 21_000n);
  });

  it('are not possible without an account or without ether', async () => {
    const reader = connectTradingChain({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, addresses });
    await assert.rejects(reader.setPolicy(policy), fault('CONFIG_BAD'));
    const poor = privateKeyToAccount(generatePrivateKey());
    const broke = connectTradingChain({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, addresses, account: poor });
    const plain = { nonce: 0, gas: 100_000n, simulate: false } as const;
    await assert.rejects(broke.setPolicy(policy, plain), fault('FUNDS_SHORT'));
  });

  it('leave events that come in order across pages of blocks', async () => {
    const span = { fromBlock: addresses.deployedAtBlock, toBlock: await venue.blockNumber() };
    const paged = await all(venue.bridgeEvents(span));
    const whole = await all(stranger.bridgeEvents(span));
    assert.deepEqual(paged, whole);
    const ratings = paged.filter((event): event is BridgeEvent & { name: 'PolicySet' } => event.name === 'PolicySet');
    assert.equal(ratings.length, 23);
    assert.deepEqual(await all(venue.bridgeEvents(span, ['Listed'])), []);
  });

  it('become final by the rule that is configured', async () => {
    const rule = (finality: { tag: 'finalized' } | { depth: number }): TradingChain =>
      connectTradingChain({ rpcUrl: anvil.rpcUrl, chainId: CHAIN_ID, addresses, finality });
    const tip = await until('a fourth block', async () => {
      const number = await venue.blockNumber();
      return number > 3n ? number : undefined;
    });
    assert.ok((await rule({ depth: 0 }).finalizedBlock()) >= tip);
    assert.ok((await rule({ depth: 3 }).finalizedBlock()) >= tip - 3n);
    const final = await rule({ tag: 'finalized' }).finalizedBlock();
    assert.ok(final < (await venue.blockNumber()));
    const checkpoint = await venue.checkpoint(final);
    assert.equal(checkpoint.blockNumber, final);
    assert.match(checkpoint.stateRoot, /^0x[0-9a-f]{64}$/);
  });

  it('cannot reach a node that is not there', async () => {
    const nowhere = connectTradingChain({ rpcUrl: 'http://127.0.0.1:1', chainId: CHAIN_ID, addresses });
    await assert.rejects(nowhere.blockNumber(), fault('CHAIN_UNREACHABLE'));
  });
});
