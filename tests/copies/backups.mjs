// backups.mjs -- taking backups of a world's service and bringing them back: for stories.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { run } from '../stories/piotd.mjs';
import { until } from '../stories/wait.mjs';

export const listed = async (world) =>
  (await world.operator.get('/operator/v1/backups')).is(200).items;

// Taken by the running service, to its end: the item of the list.
export async function backup(world, body = {}) {
  const answer = (await world.operator.post('/operator/v1/backups', body)).is(202);
  assert.equal(answer.status, 'running');
  const done = await until('the backup has ended', async () =>
    (await listed(world)).find(
      (item) => item.backupId === answer.backupId && item.status !== 'running'));
  assert.equal(done.status, 'done', done.reason);
  return done;
}

export async function restore(world, data, ...options) {
  const all = ['restore', '--from', path.join(world.data, 'backups'), '--data', data, ...options];
  const { code, out, errors } = await run('piot', [...all, '--json']);
  return { code, errors, report: out ? JSON.parse(out) : undefined };
}

// A new directory with what an operator keeps apart from backups.
export function freshDirectory(world, name, from = world.piotd.data) {
  const data = path.join(world.data, name);
  const [copy] = readdirSync(path.join(world.data, 'vaults'));
  mkdirSync(data, { mode: 0o700 });
  cpSync(path.join(world.data, 'vaults', copy), path.join(data, 'vault'), { recursive: true });
  for (const file of ['log.key', 'log.key.pub', 'anchor', 'operator.token'])
    copyFileSync(path.join(from, file), path.join(data, file));
  return data;
}
