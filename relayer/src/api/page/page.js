// Shows this node through its own API. Everything is written as text, never as markup.

const EVERY_MS = 2_000;
const MOST_EVENTS = 100;
const MOST_ROWS = 50;
const KINDS =
  'locked sealed endorsed delivered held minted bounced outboxed released record fault lane reorg gap'.split(' ');

const at = (id) => document.getElementById(id);
const short = (id) => (id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id);
/** Exact also above 2^53. */
const grouped = (value) => BigInt(value).toLocaleString('en');

/** What the node's clock is ahead of this one. */
let aheadMs = 0;

function ago(ms) {
  const seconds = Math.max(0, Math.round((Date.now() + aheadMs - ms) / 1_000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h ago` : `${Math.round(seconds / 86_400)} d ago`;
}

function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

/** A column is { title, of: row → text, kind: classes of all its cells, look: row → class }; `extra` ones need room. */
function table(place, columns, rows, none) {
  if (rows.length === 0) return at(place).replaceChildren(element('p', none, 'none'));
  const made = document.createElement('table');
  made.append(line(columns.map(({ title, kind }) => element('th', title, kind))));
  for (const row of rows.slice(0, MOST_ROWS)) {
    made.append(line(columns.map(({ of, kind = '', look }) => element('td', of(row), `${kind} ${look?.(row) ?? ''}`))));
  }
  const more = rows.length > MOST_ROWS ? [element('p', `and ${rows.length - MOST_ROWS} more`, 'none')] : [];
  at(place).replaceChildren(made, ...more);
}

function line(cells) {
  const row = document.createElement('tr');
  row.append(...cells);
  return row;
}

function showStatus({ node, roles, waitingFor, nowMs, startedAtMs, tradingChain, parked }) {
  aheadMs = nowMs - Date.now();
  document.title = `${node} · Twinspan`;
  at('node').textContent = `${node} · ${roles.join(', ')}`;
  const { applied, final } = tradingChain;
  const state = waitingFor.length === 0 ? 'ready' : `waiting for ${waitingFor.join(', ')}`;
  at('state').textContent =
    `${state} · trading chain at ${grouped(applied)}, final to ${grouped(final)} · started ${ago(startedAtMs)}`;
  at('state').className = waitingFor.length === 0 ? 'good' : 'bad';
  at('parked').replaceChildren(
    ...parked.map(({ queue, id, code, sentence }) =>
      element('li', `${queue} ${short(id)} is parked: ${code}: ${sentence}`, 'bad'),
    ),
  );
}

const allOf = ({ length, parked }) => length + parked;

/** What one looks for first. */
function showFigures({ status, lanes, queues }) {
  const locked = lanes?.lanes.map(({ waitingLocks }) => waitingLocks).filter((count) => count !== undefined) ?? [];
  const { peers, supply } = status;
  const figures = [
    ...(locked.length === 0 ? [] : [['locks to be sealed', grouped(locked.reduce((sum, count) => sum + count, 0))]]),
    ['epochs under way', grouped(status.lanes.undelivered)],
    ['messages held', queues === undefined ? '' : grouped(allOf(queues.queues.retry))],
    ['jobs parked', grouped(status.queues.parked), status.queues.parked === 0 ? '' : 'bad'],
    ['nodes connected', `${peers.connected} of ${peers.known}`, peers.connected === peers.known ? '' : 'bad'],
    supply === undefined
      ? ['supply', 'not compared yet']
      : ['supply', supply.agree ? 'agrees' : 'differs', supply.agree ? 'good' : 'bad'],
  ];
  at('figures').replaceChildren(
    ...figures.map(([title, value, look]) => {
      const made = document.createElement('div');
      made.append(element('dt', title), element('dd', value, look));
      return made;
    }),
  );
}

function showLanes({ lanes }) {
  const columns = [
    { title: 'lane', of: ({ laneId }) => laneId },
    {
      title: 'locked',
      of: ({ waitingLocks }) => (waitingLocks === undefined ? '' : grouped(waitingLocks)),
      kind: 'number',
    },
    { title: 'sealed', of: ({ sealed }) => grouped(sealed), kind: 'number extra' },
    { title: 'delivered', of: ({ delivered }) => grouped(delivered), kind: 'number extra' },
    { title: 'under way', of: ({ undelivered }) => grouped(undelivered), kind: 'number' },
    { title: 'last delivery', of: ({ progressedAtMs }) => ago(progressedAtMs), kind: 'extra' },
    {
      title: '',
      of: ({ paused }) => (paused === undefined ? '' : `paused: ${paused.reason}`),
      kind: 'text',
      look: () => 'bad',
    },
  ];
  table('lanes', columns, lanes, 'no lane leads here yet');
}

function showMessages({ messages }) {
  const columns = [
    { title: 'message', of: ({ message }) => grouped(message), kind: 'number' },
    { title: 'epoch', of: ({ epoch }) => grouped(epoch), kind: 'number extra' },
    { title: 'record', of: ({ rightsId = '' }) => short(rightsId), kind: 'extra' },
    { title: 'units', of: ({ units }) => (units === undefined ? '' : grouped(units)), kind: 'number' },
    { title: 'recipient', of: ({ recipient = '' }) => short(recipient), kind: 'extra' },
    { title: 'stage', of: ({ stage }) => stage, look: ({ stage }) => (stage === 'held' ? 'bad' : '') },
    { title: 'where its units are', of: ({ whereabouts }) => whereabouts.sentence, kind: 'text' },
  ];
  table('messages', columns, messages, 'nothing is sealed yet');
}

function showSupply({ lanes }) {
  const number = (title, of, kind = '') => ({ title, of: (row) => grouped(of(row)), kind: `number ${kind}` });
  const columns = [
    { title: 'record', of: ({ rightsId }) => short(rightsId) },
    number('sealed', ({ sealed, attested }) => sealed ?? attested, 'extra'),
    number('on the way', ({ inFlight }) => inFlight, 'extra'),
    number('minted', ({ minted }) => minted),
    number('held', ({ held }) => held, 'extra'),
    number('outboxed', ({ outboxed }) => outboxed, 'extra'),
    {
      ...number('difference', ({ difference }) => difference),
      look: ({ difference }) => (difference === '0' ? 'good' : 'bad'),
    },
  ];
  table(
    'supply',
    columns,
    lanes.flatMap(({ records }) => records),
    'nothing has crossed yet',
  );
}

function showQueues({ queues }) {
  const rows = Object.entries(queues).filter(([, queue]) => allOf(queue) > 0);
  const columns = [
    { title: 'stage', of: ([name]) => name },
    { title: 'waiting', of: ([, { length }]) => grouped(length), kind: 'number' },
    { title: 'oldest, s', of: ([, { oldestSeconds }]) => grouped(Math.round(oldestSeconds)), kind: 'number' },
    {
      title: 'parked',
      of: ([, { parked }]) => grouped(parked),
      kind: 'number',
      look: ([, { parked }]) => (parked === 0 ? '' : 'bad'),
    },
  ];
  table('queues', columns, rows, 'nothing waits');
}

function showPeers({ peers }) {
  const columns = [
    { title: 'node', of: ({ node }) => node },
    { title: 'roles', of: ({ roles }) => roles.join(', '), kind: 'extra' },
    {
      title: '',
      of: ({ isConnected }) => (isConnected ? 'connected' : 'away'),
      look: ({ isConnected }) => (isConnected ? 'good' : 'bad'),
    },
  ];
  table('peers', columns, peers, 'this node is alone');
}

const parts = {
  status: { path: 'status', place: 'state', show: showStatus },
  lanes: { path: 'lanes', place: 'lanes', show: showLanes },
  messages: { path: 'messages?limit=8', place: 'messages', show: showMessages },
  supply: { path: 'supply', place: 'supply', show: showSupply },
  queues: { path: 'queues', place: 'queues', show: showQueues },
  peers: { path: 'peers', place: 'peers', show: showPeers },
};

async function ask(path) {
  const response = await fetch(`/v1/${path}`);
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.code}: ${answer.sentence}`);
  return answer;
}

/** @returns its answer; undefined when there was none, which its place then says */
async function lookAt({ path, place, show }) {
  try {
    const answer = await ask(path);
    show(answer);
    return answer;
  } catch (error) {
    const why = error instanceof TypeError ? 'the node does not answer' : error.message;
    at(place).replaceChildren(element(place === 'state' ? 'span' : 'p', why, 'bad'));
    if (place === 'state') at(place).className = 'bad';
    return undefined;
  }
}

async function look() {
  const answers = await Promise.all(Object.entries(parts).map(async ([name, part]) => [name, await lookAt(part)]));
  const seen = Object.fromEntries(answers);
  if (seen.status !== undefined) showFigures(seen);
  setTimeout(look, document.hidden ? 5 * EVERY_MS : EVERY_MS);
}

function follow() {
  const source = new EventSource('/v1/events');
  for (const kind of KINDS) source.addEventListener(kind, ({ data }) => showEvent(kind, JSON.parse(data)));
}

function showEvent(kind, { atMs = Date.now(), ...details }) {
  const words = Object.entries(details).map(([name, value]) => `${name} ${short(String(value))}`);
  const row = document.createElement('li');
  const look = kind === 'fault' || kind === 'held' || kind === 'gap' ? 'bad' : '';
  row.append(
    element('time', new Date(atMs).toLocaleTimeString('en-GB')),
    element('b', kind, look),
    ...words.map((word) => element('span', word)),
  );
  at('events').querySelector('.none')?.remove();
  at('events').prepend(row);
  while (at('events').children.length > MOST_EVENTS) at('events').lastElementChild.remove();
}

follow();
await look();
