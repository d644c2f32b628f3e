// idle.mjs DEMO ADDRESS: who idles is told of new mail, of flags and of what goes, by one connection by numbers and by one by UIDs.
import { ARGUMENTS, assert, finish, heard, lasting, letter, signedIn } from './common.mjs';

const [address] = ARGUMENTS;
const worker = await signedIn(address);
const old = (await worker.append('INBOX', letter('Đã có', 'Nội dung\r\n'))).uid;
await worker.mailboxOpen('INBOX');

/** A connection in IDLE, and the promise that it goes on until another command. */
async function idling(options) {
    const client = await signedIn(address, options);
    await client.mailboxOpen('INBOX');
    const initiated = new Promise(resolve => {
        const { debug } = client.log;
        client.log.debug = entry => {
            debug(entry);
            if (/^Initiated IDLE/.test(entry.msg)) {
                resolve();
            }
        };
    });
    const ended = client.idle();
    await initiated;
    assert.equal(client.idling, true);
    return { client, ended };
}
const numbers = await idling({});
const uids = await idling({ qresync: true });
assert.ok(uids.client.enabled.has('QRESYNC'));
const both = [numbers.client, uids.client];

let told = both.map(client => heard(client, 'exists'));
const { uid } = await worker.append('INBOX', letter('Thư mới', 'Nội dung\r\n'));
for (const event of await Promise.all(told)) {
    assert.deepEqual(event, { path: 'INBOX', count: 2, prevCount: 1 });
}

told = both.map(client => heard(client, 'flags', event => event.seq === 2));
await worker.messageFlagsAdd(uid, ['\\Flagged', '$Khan'], { uid: true });
for (const event of await Promise.all(told)) {
    assert.deepEqual(lasting(event.flags), ['$Khan', '\\Flagged']);
    assert.ok(event.modseq > 1n);
    assert.equal(event.flagColor, 'red');
}

told = both.map(client => heard(client, 'expunge'));
await worker.messageDelete(old, { uid: true });
const [byNumber, byUid] = await Promise.all(told);
assert.deepEqual(byNumber, { path: 'INBOX', seq: 1, vanished: false });
assert.deepEqual(byUid, { path: 'INBOX', uid: old, vanished: true, earlier: false });

// Another command ends IDLE and sees what is left.
for (const { client, ended } of [numbers, uids]) {
    const [message] = await client.fetchAll('1:*', { uid: true, flags: true });
    assert.deepEqual([message.seq, message.uid, client.idling], [1, uid, false]);
    await ended;
    assert.equal((await client.status('INBOX', { messages: true })).messages, 1);
}
await finish();
