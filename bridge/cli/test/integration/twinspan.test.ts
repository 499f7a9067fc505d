import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startBridge, until, type BridgeNode, type RunningBridge } from '@twinspan/devnet';
import { z } from 'zod';
import { lifeSchema, lockedSchema, nodeConfigSchema, supplySchema, whereSchema } from './answers.ts';
import { registration, REGISTRATION } from './registration.ts';
import { requireDocumented } from './documented.ts';
import { speakerTo } from './speaker.ts';

/** Away from a developer's own devnet. */
const PORT_OFFSET = 4_000;
describe('twinspan on a real bridge', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twinspan-cli-'));
  let bridge: RunningBridge | undefined;
  let network = '';

  const { twinspan, answer, refused } = speakerTo(() => network);

  async function lock(units: string): Promise<string> {
    const flags = ['--record', REGISTRATION, '--from', 'treasury', '--to', 'holder1', '--units', units];
    const { lockIds } = await answer(lockedSchema, 'lock', 'add', ...flags);
    assert.equal(lockIds.length, 1);
    return lockIds[0] ?? '';
  }

  const nodeOf = (name: string): BridgeNode =>
    bridge?.nodes.find(({ node }) => node === name) ?? assert.fail(`no node ${name}`);
  const configFileOf = (name: string): string => join(directory, 'nodes', `${name}.json`);
  const configOf = (name: string): z.output<typeof nodeConfigSchema> =>
    nodeConfigSchema.parse(JSON.parse(readFileSync(configFileOf(name), 'utf8')));

  async function theLane(): Promise<string> {
    const [lane] = await answer(z.array(z.object({ laneId: z.string() })), 'lane', 'list');
    return lane?.laneId ?? assert.fail();
  }

  function messageIn(state: string, message: string): Promise<z.output<typeof whereSchema>> {
    return until(`${message} to be ${state}`, async () => {
      const where = await answer(whereSchema, 'message', 'show', message);
      return where.state === state ? where : undefined;
    });
  }

  before(async () => {
    bridge = await startBridge({
      directory,
      portOffset: PORT_OFFSET,
      profile: { orderers: 'raft' },
      nodes: { finality: { depth: 0 } },
    });
    network = bridge.file;
  });

  after(async () => {
    await bridge?.stop();
    await rm(directory, { recursive: true });
  });

  it('registers, confirms and shows a record; a dry run changes nothing', async () => {
    const file = join(directory, 'record.json');
    writeFileSync(file, JSON.stringify(registration));
    const dry = await answer(z.object({ dryRun: z.literal(true) }), 'record', 'register', '--file', file, '--dry-run');
    assert.equal(dry.dryRun, true);
    await refused(1, /RECORD_UNKNOWN/, 'record', 'show', REGISTRATION);

    await answer(z.object({ txId: z.string() }), 'record', 'register', '--file', file);
    await refused(1, /FORBIDDEN/, 'record', 'confirm', REGISTRATION, '--as', 'custodian');
    await answer(z.object({ txId: z.string() }), 'record', 'confirm', REGISTRATION, '--window-limit', '10_000');
    await refused(1, /RECORD_STATUS/, 'record', 'confirm', REGISTRATION);

    const shown = await twinspan('record', 'show', REGISTRATION);
    assert.match(shown.out, /Hubei Household Solar \(HBSOL\)/);
    assert.match(shown.out, /status +ACTIVE/);
    assert.match(shown.out, /treasury +48,000/);
    assert.match((await twinspan('record', 'list')).out, /HBSOL +ACTIVE +48,000 +2 HKD/);
  });

  it('opens a lane once, and finds the only one by itself', async () => {
    await refused(2, /no lane is open/, 'epoch', 'list');
    const opened = z.object({ result: z.object({ laneId: z.string() }) });
    const first = await answer(opened, 'lane', 'open');
    const again = await answer(opened, 'lane', 'open');
    assert.equal(again.result.laneId, first.result.laneId);
    assert.match((await twinspan('lane', 'show')).out, new RegExp(first.result.laneId));
  });

  it('refuses a lock beyond the holding, dry or not, with what to do', async () => {
    const flags = ['--record', REGISTRATION, '--from', 'treasury', '--to', 'holder1', '--units', '48_001'];
    await refused(1, /treasury holds 48,000 of HBSOL, 48,001 to be locked/, 'lock', 'add', ...flags, '--dry-run');
    await refused(1, /HOLDING_SHORT.*\n.*\n.*twinspan explain HOLDING_SHORT/, 'lock', 'add', ...flags);
  });

  it('follows a message that is held until its record is listed, then minted', async () => {
    const lockId = await lock('1_500');
    const held = await messageIn('held', lockId);
    assert.match(held.why, /^RECORD_NOT_LISTED/);
    assert.match(held.next, /token create/);
    await refused(1, /LOCK_SEALED/, 'lock', 'cancel', lockId);
    await refused(1, /HOLD_PERIOD/, 'message', 'bounce', lockId, '--account', 'holder1');

    await answer(z.object({ token: z.string() }), 'token', 'create', REGISTRATION, '--onboarded-only');
    await until('the recipient to be what is missing', async () => {
      const { why } = await answer(whereSchema, 'message', 'show', lockId);
      return why.startsWith('RECIPIENT_REFUSED') ? why : undefined;
    });
    await answer(z.unknown(), 'token', 'onboard', REGISTRATION, 'holder1', 'holder2');
    const minted = await messageIn('minted', lockId);
    assert.equal(minted.steps.length, 3);
    const byPlace = await answer(whereSchema, 'message', 'show', '0');
    assert.deepEqual(byPlace, minted);
    await refused(1, /NOT_HELD.*minted/, 'message', 'retry', lockId);
    const { balance } = await answer(z.object({ balance: z.string() }), 'token', 'balance', REGISTRATION, 'holder1');
    assert.equal(balance, '1500');
  });

  it('bounces a message that is held, and follows it home', async () => {
    await answer(z.unknown(), 'token', 'pause', REGISTRATION);
    const lockId = await lock('200');
    assert.match((await messageIn('held', lockId)).why, /^TOKEN_PAUSED/);
    await answer(z.unknown(), 'message', 'bounce', lockId);
    await messageIn('released', lockId);
    await answer(z.unknown(), 'token', 'unpause', REGISTRATION);
  });

  it('redeems, and the release is applied', async () => {
    await refused(2, /--account/, 'token', 'redeem', REGISTRATION, '500', '--to', 'client-1');
    const args = ['token', 'redeem', REGISTRATION, '500', '--to', 'client-1', '--account', 'holder1'];
    await answer(z.unknown(), ...args, '--dry-run');
    await answer(z.unknown(), ...args);
    const shown = await until('the redemption to be applied', async () => {
      const release = await answer(z.object({ state: z.string(), kind: z.string() }), 'release', 'show', '1');
      return release.state === 'applied' ? release : undefined;
    });
    assert.equal(shown.kind, 'REDEEM');
    assert.match((await twinspan('release', 'list')).out, /REDEEM +applied +500/);
    assert.match((await twinspan('record', 'show', REGISTRATION)).out, /client-1 +500/);
  });

  it('shows epochs, tokens and supplies that agree', async () => {
    assert.match((await twinspan('epoch', 'list')).out, /delivered/);
    assert.match((await twinspan('epoch', 'show', '1')).out, /MINT/);
    assert.match((await twinspan('token', 'list')).out, /HBSOL .* 1,000 /);
    assert.match((await twinspan('token', 'show', REGISTRATION)).out, /new messages +mint/);
    const { agree, supply } = await answer(supplySchema, 'token', 'supply');
    assert.equal(agree, true);
    assert.deepEqual(supply[0], {
      ...supply[0],
      assetChain: { sealed: '1700', released: '700' },
      tradingChain: { minted: '1000', held: '0', outboxPending: '0' },
      difference: '0',
    });
  });

  it('asks the nodes, and tells one to pause a lane', async () => {
    const statusSchema = z.object({ node: z.string(), waitingFor: z.array(z.string()) });
    const nodes = await answer(z.array(statusSchema), 'node', 'status');
    assert.deepEqual([nodes.length, nodes.flatMap(({ waitingFor }) => waitingFor)], [3, []]);
    const [{ node } = assert.fail()] = nodes;
    const laneId = await theLane();
    assert.match(
      (await twinspan('message', 'why', `${laneId}:0`, '--node', node)).out,
      /is minted, on the trading chain/,
    );
    await answer(z.unknown(), 'lane', 'pause', laneId, '--node', node, '--reason', 'a test');
    const findings = z.array(z.object({ check: z.string(), ok: z.boolean(), sentence: z.string() }));
    const doctor = await twinspan('doctor', '--json');
    assert.equal(doctor.code, 1, doctor.err);
    const found = findings.parse(JSON.parse(doctor.out));
    const amiss = found.filter(({ ok }) => !ok).map(({ check, sentence }) => `${check}: ${sentence}`);
    assert.deepEqual(amiss, [`${node}: lanes ${laneId} are paused`]);
    await answer(z.unknown(), 'lane', 'resume', laneId, '--node', node);
    await refused(1, /NOT_FOUND.* is not paused/, 'lane', 'resume', laneId, '--node', node);
  });

  it('explains a lock that is not sealed, and its place moves on', async () => {
    const laneId = await theLane();
    await answer(z.unknown(), 'lane', 'pause', laneId, '--node', 'custodian', '--reason', 'a look');
    const lockId = await lock('7');
    const said = async (): Promise<string> => (await twinspan('message', 'why', lockId, '--node', 'custodian')).out;
    assert.match(
      await said(),
      /^Lock .* is pending, on the asset chain\. Its units are locked since 20.*Z and it waits to be sealed.*paused on this node/,
    );
    const { httpUrl } = nodeOf('custodian');
    const waiting = await (await fetch(new URL(`/v1/locks?lane=${laneId}`, httpUrl))).text();
    assert.match(waiting, /"lockedAtMs":\d+,"locks":\[{"rightsId":"0x.*","units":"7"}\]/);
    await answer(z.unknown(), 'lane', 'resume', laneId, '--node', 'custodian');
    await messageIn('minted', lockId);
    const isTold = /^Message 2 of lane .* is minted, on the trading chain/;
    await until('the node to have read it', async () => (isTold.test(await said()) ? true : undefined));
    const { life } = lifeSchema.parse(await (await fetch(new URL(`/v1/locks/${lockId}`, httpUrl))).json());
    assert.equal(life.map(({ step }) => step).join(), 'locked,sealed,endorsed,delivered');
  });

  it('looks at a node before it is started, and names what to mend', async () => {
    await nodeOf('registry').child.stop();
    const good = await twinspan('node', 'check', '--config', configFileOf('registry'));
    assert.deepEqual([good.code, good.out.trimEnd().split('\n').at(-1)], [0, 'the node can be started'], good.out);

    const right = configOf('registry');
    const { trading, gateway } = right;
    const write = (name: string, content: string): string => {
      writeFileSync(join(directory, name), content, { mode: 0o600 });
      return join(directory, name);
    };
    const book = JSON.parse(readFileSync(trading.addressBookFile, 'utf8')) as { chainId: number };
    const otherBook = write('other-book.json', JSON.stringify({ ...book, chainId: book.chainId + 1 }));
    const unfunded = write('unfunded.key', `0x${'77'.repeat(32)}`);
    const wrong = {
      ...right,
      trading: { ...trading, addressBookFile: otherBook },
      carrier: { keyFiles: [unfunded] },
      gateway: { ...gateway, mspId: 'AuditorMSP' },
    };
    const bad = await twinspan('node', 'check', '--config', write('wrong.json', JSON.stringify(wrong)));
    assert.equal(bad.code, 1, bad.out);
    for (const said of [
      /MEND +trading\.endpoints\[0\] .*serves chain 31337, .*31338\n.*→ Name an endpoint of that chain/,
      /MEND +carrier\.keyFiles\[0\]\.funds .* has 0 ether.*\n.*→ Fund the account/,
      /MEND +gateway\.peers\[0\]\.chaincode .*for one of AuditorMSP.*\n.*→ Name as mspId/,
      /MEND +attestor .*for one of AuditorMSP/,
    ]) {
      assert.match(bad.out, said);
    }
  });

  it('rebuilds the store of a node; one that lost it goes on without', async () => {
    const { child } = nodeOf('custodian');
    const { directory: store } = configOf('custodian');
    const rebuild = (node: string): ReturnType<typeof twinspan> =>
      twinspan('node', 'rebuild', '--config', configFileOf(node));
    assert.match((await rebuild('custodian')).out, /STORE_LOCKED/);
    rmSync(configOf('registry').directory, { recursive: true });
    assert.match((await rebuild('registry')).out, /NOT_FOUND/);

    await child.kill('SIGKILL');
    const lockId = await lock('50');
    rmSync(join(store, 'CURRENT'));
    child.start();
    await until('it to end', () => Promise.resolve(child.pid === undefined ? true : undefined));
    assert.match(readFileSync(child.plan.logFile, 'utf8'), /STORE_CORRUPT/);
    const rebuilt = await rebuild('custodian');
    assert.equal(rebuilt.code, 0, rebuilt.out);
    await Promise.all([child.restart(), nodeOf('registry').child.restart()]);
    await messageIn('minted', lockId);
    const { agree, supply } = await answer(supplySchema, 'token', 'supply');
    assert.equal(agree, true);
    assert.equal(supply[0]?.tradingChain.minted, '1057');
  });

  it('does what the documents show, word by word', async () => {
    await until('all to be in order', async () => ((await twinspan('doctor')).code === 0 ? true : undefined));
    const { node: NODE, httpUrl } = nodeOf('custodian');
    const words = { NODE, FILE: configFileOf(NODE), INDEX: '0', CODE: 'SUPPLY_DIFFERS', QUEUE: 'prove', TEXT: 'x' };
    await requireDocumented({ ...words, LANE: await theLane() }, twinspan, httpUrl);
  });

  it('freezes a record, and its token stops', async () => {
    await refused(1, /not so: HBSOL is FROZEN/, 'record', 'unfreeze', REGISTRATION, '--reason', 'x', '--dry-run');
    await answer(z.unknown(), 'record', 'freeze', REGISTRATION, '--reason', 'court order 7');
    assert.match((await twinspan('record', 'show', REGISTRATION)).out, /FROZEN: court order 7/);
    await until('the token to be halted', async () => {
      const { out } = await twinspan('token', 'show', REGISTRATION);
      return out.includes('halted: the record is frozen') ? out : undefined;
    });
  });

  it('a chain that is gone is unreachable', async () => {
    // A network that stops takes its description with it.
    const copy = join(directory, 'copy.json');
    copyFileSync(network, copy);
    network = copy;
    await bridge?.stop();
    await refused(3, /CHAIN_UNREACHABLE|TIMED_OUT/, 'record', 'list');
    await refused(3, /CHAIN_UNREACHABLE|TIMED_OUT/, 'message', 'show', '0');
  });
});
