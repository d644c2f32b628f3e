// resync.mjs DEMO ADDRESS: a client that was away comes back with what it knew (QRESYNC, RFC 7162).
import { ARGUMENTS, assert, finish, lasting, letter, signedIn } from './common.mjs';

const [address] = ARGUMENTS;
const folder = 'Văn bản đi';
const first = await signedIn(address, { qresync: true });
await first.mailboxCreate(folder);
for (const n of [1, 2, 3, 4, 5, 6]) {
    await first.append(folder, letter(`Thư ${n}`, 'Nội dung\r\n'));
}
const { uidValidity } = await first.mailboxOpen(folder);
const known = (await first.status(folder, { highestModseq: true })).highestModseq;
await first.logout();

const worker = await signedIn(address);
await worker.mailboxOpen(folder);
await worker.messageDelete('2:3,5', { uid: true });
await worker.messageFlagsSet(4, ['\\Answered', '$Khan'], { uid: true });
await worker.append(folder, letter('Thư 7', 'Nội dung\r\n'));

async function back(since) {
    const client = await signedIn(address, { qresync: true });
    const [gone, flags] = [[], []];
    client.on('expunge', event => gone.push([event.uid, event.earlier, event.path]));
    client.on('flags', event => flags.push([event.uid, ...lasting(event.flags)]));
    const open = await client.mailboxOpen(folder, since);
    return { client, gone, flags, open };
}
const returned = await back({ uidValidity, changedSince: known });
assert.equal(returned.open.qresync, true);
assert.equal(returned.open.exists, 4);
assert.deepEqual(returned.gone, [2, 3, 5].map(uid => [uid, true, folder]));
assert.deepEqual(returned.flags, [[4, '$Khan', '\\Answered'], [7]]);

// Nothing happened since: nothing is told. A folder of another UIDVALIDITY is not known at all.
const now = returned.open.highestModseq;
const again = await back({ uidValidity, changedSince: now });
assert.deepEqual([again.open.qresync, again.gone, again.flags], [true, [], []]);
const stranger = await back({ uidValidity: uidValidity + 1n, changedSince: known });
assert.deepEqual([stranger.open.qresync, stranger.gone, stranger.flags], [false, [], []]);

// UID FETCH with VANISHED, as imapflow asks once QRESYNC is on.
const messages = await again.client.fetchAll('1:*', { uid: true, flags: true }, { uid: true, changedSince: known });
assert.deepEqual(messages.map(message => message.uid), [4, 7]);
assert.deepEqual(again.gone.map(([uid, earlier]) => [uid, earlier]), [[2, true], [3, true], [5, true]]);
await finish();
