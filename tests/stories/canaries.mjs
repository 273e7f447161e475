// canaries.mjs -- strings that stand for a person, and where on disk they are found.
//
// Every byte of every file is looked at: tables, write-ahead logs, RocksDB's own diary and
// lists of files, the vault, the anchor. The stores in which this is asked keep their files
// uncompressed (store_compress=no), so that nothing hides in a block; what is overwritten
// or erased is found as long as a file holds it.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* files(at);
    else yield at;
  }
}

// A file may go while we look: RocksDB tidies up.
function bytesOf(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

// {name: [files that hold it]} of those that some file holds.
export function found(folder, canaries) {
  const where = {};
  for (const file of files(folder)) {
    const bytes = bytesOf(file);
    for (const [name, canary] of Object.entries(canaries))
      if (bytes.includes(canary)) (where[name] ??= []).push(path.basename(file));
  }
  return where;
}

// An IPv4 lease's key: '4', the address, the first port of a whole address.
export const leaseOf = (address) =>
  Buffer.from([0x34, ...address.split('.').map(Number), 0, 0]);
