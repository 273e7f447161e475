// archive.mjs -- a past that is long enough to be archived, and its archive: for stories.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fromDirectory, proveEntry } from '../tlog/tiles.mjs';
import { run } from './piotd.mjs';
import { until } from './wait.mjs';

export const BUNDLE = 256;
export const FIRST = 'tile/entries/000';

export const archive = (world) => path.join(world.data, 'archive');
export const keyOf = (world) =>
  readFileSync(path.join(world.piotd.data, 'log.key.pub'), 'utf8').trim();
export const numberOf = (position) => Number(position.split('/')[1]);

export async function piot(parameters, code = 0) {
  const ended = await run('piot', parameters);
  assert.equal(ended.code, code, `piot ${parameters.join(' ')}\n${ended.out}${ended.errors}`);
  return ended.out;
}

// A person with a lamp that was on and then off, and so many events more.
export async function aPast(world, count) {
  const acme = await world.vendor('Acme');
  const kim = await world.household('kim@example.org');
  await acme.detects(kim, 'lamp-1');
  const lamp = await kim.app.grants('lamp-1');
  await acme.reports('lamp-1', { on: true });
  const then = numberOf(await world.position());
  await acme.reportsMany('lamp-1', count);
  return { acme, kim, lamp, then, last: numberOf(await world.position()) };
}

export async function start(world, settings) {
  Object.assign(world.piotd.settings, settings);
  await world.piotd.start();
}

export const archiving = (world) => ({ archive_folder: archive(world), archive_after: '0s' });

// All that can be: full bundles, but not the one the log's last event is in.
export const isArchived = (world, last) =>
  until('rows have gone into the archive', () =>
    world.piotd.reports.some((line) => {
      const said = /archived up to (\d+)/.exec(line);
      return said && Number(said[1]) >= Math.floor((last - 1) / BUNDLE) * BUNDLE;
    }));

// The folder alone, with the log's key, by us and by a stranger: what it has.
export async function verifyAlone(world, folder = archive(world)) {
  const key = path.join(world.piotd.data, 'log.key.pub');
  const report = JSON.parse(await piot(['verify', '--archive', folder, '--key', key, '--json']));
  assert.equal(report.verdict, 'content');
  for (const index of [0, 255, report.events - 1])
    await proveEntry(fromDirectory(folder), keyOf(world), index);
  return report;
}
