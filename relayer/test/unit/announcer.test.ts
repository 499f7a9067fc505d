import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';
import { Announcer } from '../../src/peers/announcer.ts';

describe('an announcer', () => {
  let said: string[][];
  let announcer: Announcer;
  const after = (act: () => void): string[][] => {
    mock.timers.enable({ apis: ['setTimeout'] });
    act();
    mock.timers.tick(20);
    mock.timers.reset();
    return said;
  };

  beforeEach(() => {
    said = [];
    announcer = new Announcer((topic, message) => said.push([topic, message]));
  });

  it('says at once what goes alone', () => {
    announcer.say('bundles', 'one');
    announcer.say('bundles', 'two');
    assert.deepEqual(said, [
      ['bundles', 'one'],
      ['bundles', 'two'],
    ]);
  });

  it('gathers what is said in a moment, sixteen to a message and none twice', () => {
    const messages = after(() => {
      for (let n = 0; n < 20; n++) announcer.say('attestations', `${n % 18}`);
      assert.deepEqual([said, announcer.waiting('attestations')], [[], 18]);
    });
    assert.deepEqual(
      messages.map(([, message]) => message?.split('\n').length),
      [16, 2],
    );
    assert.equal(announcer.waiting('attestations'), 0);
    assert.equal(
      after(() => {
        announcer.say('attestations', 'later');
      }).length,
      3,
    );
  });

  it('says no more than it can hold', () => {
    const messages = after(() => {
      for (let n = 0; n < 5_000; n++) announcer.say('attestations', `${n}`);
    });
    assert.equal(messages.flatMap(([, message]) => message?.split('\n')).length, 1_024);
  });
});
