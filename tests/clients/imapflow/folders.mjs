// folders.mjs DEMO ADDRESS: folders with Vietnamese names are made, listed, renamed, subscribed, deleted.
import { ARGUMENTS, assert, finish, letter, plain, refused, signedIn } from './common.mjs';

const [address] = ARGUMENTS;
const box = await signedIn(address);
const old = await plain(address);
const wanted = { messages: true, recent: true, uidNext: true, uidValidity: true, unseen: true, highestModseq: true };

// SPECIAL-USE (RFC 6154): by what the server says, not by imapflow's list of names.
const first = await box.list();
const uses = first.filter(folder => folder.specialUseSource === 'extension').map(folder => folder.specialUse);
assert.deepEqual(uses, ['\\Sent', '\\Drafts', '\\Archive', '\\Junk', '\\Trash']);
assert.equal(first[0].specialUse, '\\Inbox');
assert.ok(first.every(folder => folder.subscribed && folder.listed && folder.delimiter === '/'));

// Made by levels; the level above comes with it, and a name is one name whatever form it is typed in.
const year = 'Công văn đến/Năm 2026 & “sau đó”';
const made = await box.mailboxCreate(year.split('/'));
assert.deepEqual({ path: made.path, created: made.created }, { path: year, created: true });
assert.ok(made.mailboxId, 'MAILBOXID (RFC 8474)');
assert.deepEqual(await box.mailboxCreate(year), { path: year, created: false });
assert.equal((await box.mailboxCreate(year.normalize('NFD'))).created, false);
const open = await box.mailboxOpen(year);
assert.equal(open.mailboxId, made.mailboxId);
assert.ok(open.permanentFlags.has('\\*'), 'keywords of one’s own');
for (const n of [1, 2, 3]) {
    await box.append(year, letter(`Văn bản ${n}`, 'Nội dung\r\n'), n === 1 ? ['\\Seen'] : []);
}
await box.mailboxClose();

// LIST-STATUS (RFC 5819) tells what STATUS tells; a client of UTF-7 sees the same.
const all = await box.list({ statusQuery: wanted });
for (const folder of all) {
    assert.deepEqual(folder.status, await box.status(folder.path, wanted), folder.path);
}
const listed = all.find(folder => folder.path === year);
assert.deepEqual([listed.name, listed.parentPath], ['Năm 2026 & “sau đó”', 'Công văn đến']);
assert.deepEqual([listed.status.messages, listed.status.unseen, listed.status.uidNext], [3, 2, 4]);
assert.equal(listed.pathAsListed, year, 'UTF8=ACCEPT (RFC 6855)');
const seen = await old.list({ statusQuery: wanted });
assert.deepEqual(seen.map(folder => folder.path), all.map(folder => folder.path));
const encoded = seen.find(folder => folder.path === year);
assert.equal(encoded.pathAsListed, 'C&APQ-ng v&AQM-n &AREevw-n/N&AQM-m 2026 &- &IBw-sau &AREA8yAd-');
assert.deepEqual(encoded.status, listed.status);
const tree = await box.listTree();
const parent = tree.folders.find(folder => folder.name === 'Công văn đến');
assert.deepEqual(parent.folders.map(folder => folder.name), ['Năm 2026 & “sau đó”']);

// imapflow subscribes to what it makes, and to nothing else.
const subscribed = async path => (await box.list()).find(folder => folder.path === path).subscribed;
assert.deepEqual([await subscribed(year), await subscribed('Công văn đến')], [true, undefined]);
assert.equal(await box.mailboxUnsubscribe(year), true);
assert.equal(await subscribed(year), undefined);
assert.equal(await box.mailboxSubscribe(year), true);
assert.equal(await subscribed(year), true);

// Renamed with all below; the folder stays the same one.
assert.deepEqual(await box.mailboxRename('Công văn đến', 'Văn bản đến'), { path: 'Công văn đến', newPath: 'Văn bản đến' });
const moved = year.replace('Công văn', 'Văn bản');
const lock = await old.getMailboxLock(moved, { readOnly: true });
assert.deepEqual([old.mailbox.mailboxId, old.mailbox.exists, old.mailbox.readOnly], [made.mailboxId, 3, true]);
lock.release();
const missing = await refused(box.getMailboxLock(year), 'NONEXISTENT');
assert.equal(missing.mailboxMissing, true);
await refused(box.mailboxRename('Văn bản đến', 'Sent'), 'ALREADYEXISTS');

// Two tasks of one program want two folders at once: each has its own while it holds the lock.
const task = async path => {
    const held = await box.getMailboxLock(path);
    try {
        const found = await box.search({ all: true });
        return [box.mailbox.path, found.length];
    } finally {
        held.release();
    }
};
assert.deepEqual(await Promise.all(['INBOX', moved, 'Văn bản đến'].map(task)), [['INBOX', 0], [moved, 3], ['Văn bản đến', 0]]);

// Deleted: the one that is not there, and INBOX, are not.
await box.mailboxClose();
await old.mailboxClose();
await box.mailboxDelete(moved);
await old.mailboxDelete('Văn bản đến');
await refused(box.mailboxDelete(moved), 'NONEXISTENT');
await refused(box.mailboxDelete('INBOX'), 'CANNOT');
assert.deepEqual((await box.list()).map(folder => folder.path), first.map(folder => folder.path), 'as before');
await finish();
