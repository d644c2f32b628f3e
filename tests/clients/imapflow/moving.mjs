// moving.mjs DEMO ADDRESS: messages are appended with flags and dates, copied, moved, deleted; each time imapflow is told their new UIDs.
import { ARGUMENTS, assert, finish, heard, lasting, letter, refused, signedIn } from './common.mjs';

const [address] = ARGUMENTS;
const [from, to] = ['Nguồn', 'Đích/Lưu trữ'];
const box = await signedIn(address);
const other = await signedIn(address);
await box.mailboxCreate(from);
await box.mailboxCreate(to);

// Each with its day of June 2026, those of one digit too, and with flags.
const days = [1, 2, 9, 10, 28, 30];
const letters = days.map(day => letter(`Ngày ${day}`, `Gửi ngày ${day}\r\n.\r\n`));
const dates = days.map(day => new Date(Date.UTC(2026, 5, day, 3, 4, 5)));
const source = await box.mailboxOpen(from);
const told = heard(box, 'exists', event => event.count === days.length);
const appended = [];
for (const [at, octets] of letters.entries()) {
    appended.push(await box.append(from, octets, at % 2 ? ['\\Seen', '$Forwarded'] : [], dates[at]));
}
assert.deepEqual(appended.map(done => [done.seq, done.uid]), days.map((_, at) => [at + 1, at + 1]));
assert.ok(appended.every(done => done.uidValidity === source.uidValidity && done.path === from));
assert.equal((await told).prevCount, days.length - 1);
await refused(box.append('Không có', letters[0]), 'TRYCREATE');

const want = { source: true, flags: true, internalDate: true };
const read = async (client, range) => client.fetchAll(range, want, { uid: true });
const check = (found, which) => {
    assert.deepEqual(found.map(message => message.source.toString()), which.map(at => letters[at].toString()));
    assert.deepEqual(found.map(message => message.internalDate), which.map(at => dates[at]));
    assert.deepEqual(found.map(message => lasting(message.flags)), which.map(at => (at % 2 ? ['$Forwarded', '\\Seen'] : [])));
};
const originals = await read(box, '1:*');
check(originals, [0, 1, 2, 3, 4, 5]);

// COPYUID names both sides; the copy is the same message with the same id.
const copied = await box.messageCopy('1:2,4', to, { uid: true });
const target = await other.mailboxOpen(to);
assert.deepEqual(copied, {
    path: from, destination: to, uidValidity: target.uidValidity, uidMap: new Map([[1, 1], [2, 2], [4, 3]])
});
const copies = await read(other, '1:*');
check(copies, [0, 1, 3]);
assert.deepEqual(copies.map(message => message.emailId), [0, 1, 3].map(at => originals[at].emailId));
assert.equal((await box.status(from, { messages: true })).messages, 6);

// MOVE (RFC 6851): gone here, which is told by sequence numbers, and there in one step.
const left = [1, 2, 3, 4, 5, 6];
box.on('expunge', event => left.splice(event.seq - 1, 1));
const moved = await box.messageMove({ subject: 'Ngày 10', or: [{ seen: true }, { uid: 3 }] }, to);
assert.deepEqual([...moved.uidMap], [[4, 4]]);
await box.messageMove([3, 5], to, { uid: true });
assert.deepEqual([left, box.mailbox.exists], [[1, 2, 6], 3]);
check(await read(box, '1:*'), [0, 1, 5]);
await other.noop();
check(await read(other, '4:*'), [3, 2, 4]);
await refused(box.messageMove('1', 'Không có', { uid: true }), 'TRYCREATE');

// UIDPLUS (RFC 4315): only those named go, whatever else is marked.
await other.mailboxOpen(from);
await other.messageFlagsAdd(1, ['\\Deleted'], { uid: true });
const removed = heard(other, 'expunge');
assert.equal(await box.messageDelete([2], { uid: true }), true);
await other.noop();
assert.equal((await removed).seq, 2);
assert.deepEqual(await other.search({ all: true }, { uid: true }), [1, 6]);
assert.deepEqual(await other.search({ deleted: true }, { uid: true }), [1]);
assert.equal(await box.messageDelete({ all: true }), true);
assert.equal(box.mailbox.exists, 0);
await other.noop();
assert.equal(other.mailbox.exists, 0);
await finish();
