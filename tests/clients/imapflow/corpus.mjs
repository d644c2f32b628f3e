// corpus.mjs DEMO ADDRESS FOLDER: imapflow understands what is told of each message of a folder of files (*.eml),
// well made or broken, and what is told fits together.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARGUMENTS, assert, finish, signedIn } from './common.mjs';

const [address, folder] = ARGUMENTS;
const box = await signedIn(address);
await box.mailboxCreate('Mẫu thư');
await box.mailboxOpen('Mẫu thư');

const sources = new Map();
for (const name of readdirSync(folder).filter(name => name.endsWith('.eml')).sort()) {
    const octets = readFileSync(join(folder, name)).toString('latin1').replace(/\r?\n/g, '\r\n');
    const source = Buffer.from(octets, 'latin1');
    const { uid } = await box.append('Mẫu thư', source);
    sources.set(uid, { name, source });
}
assert.ok(sources.size > 80, `${sources.size} messages`);

/** The parts with octets of their own. */
function leaves(node) {
    return node.childNodes && node.type !== 'message/rfc822' ? node.childNodes.flatMap(leaves) : [node];
}

const messages = await box.fetchAll('1:*', { envelope: true, bodyStructure: true, source: true, headers: true, size: true });
assert.deepEqual(messages.map(message => message.uid), [...sources.keys()]);
assert.equal(new Set(messages.map(message => message.emailId)).size, messages.length, 'each has an id of its own');
let parts = 0;
for (const message of messages) {
    const { name, source } = sources.get(message.uid);
    assert.deepEqual(message.source, source, name);
    assert.equal(message.size, source.length, name);
    assert.ok(source.subarray(0, message.headers.length).equals(message.headers), `${name}: the header begins it`);
    assert.ok(message.envelope && message.bodyStructure.type, name);
    // One question for all parts at once: each has the size its structure tells.
    const nodes = leaves(message.bodyStructure);
    const keys = nodes.map(node => node.part ?? '1');
    const { bodyParts } = await box.fetchOne(message.uid, { bodyParts: keys }, { uid: true });
    const sizes = keys.map(key => bodyParts.get(key)?.length ?? 0);
    assert.deepEqual(sizes, nodes.map(node => node.size), `${name}: ${keys}`);
    parts += keys.length;
}
assert.ok(parts > messages.length, 'some have several');
await finish();
