// changes.mjs DEMO ADDRESS: flags and keywords are added, set and taken away; another connection is told, and can ask what changed.
import { ARGUMENTS, assert, finish, heard, lasting, letter, plain, signedIn } from './common.mjs';

const [address] = ARGUMENTS;
const box = await signedIn(address);
const other = await signedIn(address);
const uids = [];
for (const n of [1, 2, 3, 4]) {
    uids.push((await box.append('INBOX', letter(`Thư ${n}`, 'Nội dung\r\n'))).uid);
}
assert.equal((await box.mailboxOpen('INBOX')).exists, 4);
await other.mailboxOpen('INBOX');
const flags = async (client, uid) => lasting((await client.fetchOne(uid, { flags: true }, { uid: true })).flags);

// Added to two, and the other one is told of both, each with its modseq.
const [first, second, third, fourth] = uids;
const told = [1, 2].map(seq => heard(other, 'flags', event => event.seq === seq));
assert.equal(await box.messageFlagsAdd({ uid: `${first}:${second}` }, ['\\Flagged', '$Khan', '\\Answered']), true);
await other.noop();
for (const event of await Promise.all(told)) {
    assert.deepEqual(lasting(event.flags), ['$Khan', '\\Answered', '\\Flagged']);
    assert.equal(event.modseq, other.mailbox.highestModseq);
    assert.equal(event.path, 'INBOX');
}
assert.equal(await box.messageFlagsRemove(first, ['$Khan', '\\Answered'], { uid: true }), true);
assert.equal(await box.messageFlagsSet([second], ['\\Seen', 'DaXem'], { uid: true }), true);
assert.deepEqual(await flags(other, first), ['\\Flagged']);
assert.deepEqual(await flags(other, second), ['DaXem', '\\Seen']);

// The colours of Apple’s mail are three keywords.
assert.equal(await box.setFlagColor(third, 'blue', { uid: true }), true);
const coloured = await other.fetchOne(third, { flags: true }, { uid: true });
assert.equal(coloured.flagColor, 'blue');
assert.equal(await box.setFlagColor(third, '', { uid: true }), true);
assert.deepEqual(await flags(other, third), []);

// CONDSTORE (RFC 7162): what changed since, and nothing else.
await other.noop();
const since = (await other.status('INBOX', { highestModseq: true })).highestModseq;
const changed = async modseq => (await other.fetchAll('1:*', { uid: true, flags: true }, { changedSince: modseq })).map(message => message.uid);
assert.deepEqual(await changed(since), []);
await box.messageFlagsAdd(fourth, ['\\Flagged'], { uid: true });
await other.noop();
assert.deepEqual(await changed(since), [fourth]);
assert.deepEqual(await changed(1n), uids);
const exact = await other.fetchOne(fourth, { uid: true }, { uid: true });
assert.equal(exact.modseq, (await box.status('INBOX', { highestModseq: true })).highestModseq);
assert.ok(exact.modseq > since);

// `unchangedSince` is not tried: imapflow writes UNCHANGEDSINCE behind the flags, RFC 7162 §3.1.3 has it before them.

// Who enables nothing sees the same flags.
const old = await plain(address);
await old.mailboxOpen('INBOX', { readOnly: true });
for (const uid of uids) {
    assert.deepEqual(await flags(old, uid), await flags(box, uid));
}
assert.deepEqual(await old.search({ flagged: true }, { uid: true }), [first, fourth]);
await finish();
