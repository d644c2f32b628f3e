// large.mjs DEMO ADDRESS: a large attachment goes up in one piece and comes down in many, as a stream.
import { createHash, randomBytes } from 'node:crypto';
import { ARGUMENTS, assert, finish, signedIn, whole } from './common.mjs';

const [address] = ARGUMENTS;
const box = await signedIn(address);
const file = randomBytes(5_000_000);
const source = Buffer.from(
    'From: an@ngoai.example\r\nSubject: Quy hoach\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n' +
        'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGửi kèm bản đồ\r\n--x\r\n' +
        'Content-Type: application/octet-stream; name="ban-do.bin"\r\nContent-Transfer-Encoding: base64\r\n' +
        `Content-Disposition: attachment; filename="ban-do.bin"\r\n\r\n${file.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--x--\r\n`
);
const digest = octets => createHash('sha256').update(octets).digest('hex');

await box.mailboxOpen('INBOX');
const { uid } = await box.append('INBOX', source);

for (const chunkSize of [undefined, 1_000_000, source.length * 2]) {
    const saved = await box.download(uid, '2', { uid: true, chunkSize });
    assert.equal(saved.meta.filename, 'ban-do.bin');
    assert.equal(saved.meta.expectedSize, source.length);
    assert.equal(digest(await whole(saved.content)), digest(file), `in pieces of ${chunkSize ?? 'what imapflow likes'}`);
}
const message = await box.download(uid, undefined, { uid: true, chunkSize: 300_000 });
assert.equal(digest(await whole(message.content)), digest(source), 'the whole message');
const begun = await box.download(uid, '2', { uid: true, maxBytes: 100_000 });
assert.deepEqual(await whole(begun.content), file.subarray(0, 100_000), 'a beginning');

// Who has no room for more asks for the size first.
assert.equal((await box.fetchOne(uid, { size: true }, { uid: true })).size, source.length);
await finish();
