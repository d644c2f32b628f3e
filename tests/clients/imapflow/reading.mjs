// reading.mjs DEMO ADDRESS: one message with an attachment and another message in it, read in all the ways imapflow has.
import { ARGUMENTS, assert, finish, lasting, letter, signedIn, whole } from './common.mjs';

const [address] = ARGUMENTS;
const box = await signedIn(address);

// Each piece is known, so that whatever is fetched can be held against it.
const word = text => `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
const wrapped = bytes => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
const plain = 'Kính gửi Ủy ban nhân dân các xã,\r\n.\r\nĐề nghị báo cáo trước ngày 15.\r\n';
const html = '<p>K=C3=ADnh g=E1=BB=ADi</p>\r\n';
const pdf = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919) % 256));
const inner = letter('Công văn gốc', 'Bản gốc\r\n', { 'Message-ID': '<goc@ngoai.example>' }).toString();
const parts = {
    '1.1': ['Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n', plain],
    '1.2': ['Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n', html],
    '2': [
        "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename*=UTF-8''B%C3%A1o%20c%C3%A1o%20qu%C3%BD%20III.pdf\r\n",
        wrapped(pdf)
    ],
    '3': ['Content-Type: message/rfc822\r\n', inner]
};
const part = name => parts[name].join('\r\n');
const header =
    `From: ${word('Nguyễn Thị Ánh')} <anhnt@ngoai.example>\r\nTo: "Cầm, A" <a@sonminh.gov.vn>, b@sonminh.gov.vn\r\n` +
    `Cc: ${word('Sở Tư pháp')} <stp@sonminh.gov.vn>\r\nSubject: ${word('Về việc báo cáo')}\r\n ${word(' quý III')}\r\n` +
    'Date: Mon, 05 Oct 2026 08:30:00 +0700\r\nMessage-ID: <vv@ngoai.example>\r\nIn-Reply-To: <truoc@sonminh.gov.vn>\r\n' +
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=ngoai\r\n\r\n';
const source = Buffer.from(
    `${header}--ngoai\r\nContent-Type: multipart/alternative; boundary=trong\r\n\r\n--trong\r\n${part('1.1')}\r\n--trong\r\n` +
        `${part('1.2')}\r\n--trong--\r\n\r\n--ngoai\r\n${part('2')}\r\n--ngoai\r\n${part('3')}\r\n--ngoai--\r\n`
);

const when = new Date('2026-10-05T09:00:00+07:00');
const opened = await box.mailboxOpen('INBOX');
const { uid, seq, uidValidity } = await box.append('INBOX', source, ['$Khan'], when);
assert.deepEqual([seq, uidValidity], [1, opened.uidValidity]);

const all = await box.fetchOne(uid, {
    envelope: true, bodyStructure: true, source: true, flags: true, internalDate: true, size: true, threadId: true,
    headers: ['subject', 'date', 'x-none'], bodyParts: Object.keys(parts).flatMap(name => [name, `${name}.mime`])
}, { uid: true });
assert.deepEqual([all.uid, all.seq, all.size], [uid, 1, source.length]);
assert.deepEqual(all.internalDate, when);
assert.deepEqual(lasting(all.flags), ['$Khan']);
assert.equal(all.modseq, box.mailbox.highestModseq);
assert.ok(all.emailId && all.id === all.emailId, 'EMAILID (RFC 8474)');
assert.ok(all.threadId, 'THREADID (RFC 8474)');
assert.deepEqual(all.source, source, 'the message as it was given');
assert.equal(
    all.headers.toString(),
    `Subject: ${word('Về việc báo cáo')}\r\n ${word(' quý III')}\r\nDate: Mon, 05 Oct 2026 08:30:00 +0700\r\n\r\n`
);
for (const [name, [head, body]] of Object.entries(parts)) {
    assert.equal(all.bodyParts.get(name).toString(), body, `BODY[${name}]`);
    assert.equal(all.bodyParts.get(`${name}.mime`).toString(), `${head}\r\n`, `BODY[${name}.MIME]`);
}

const person = (name, mail) => ({ name, address: mail });
assert.deepEqual(all.envelope, {
    date: new Date('2026-10-05T08:30:00+07:00'),
    subject: 'Về việc báo cáo quý III',
    messageId: '<vv@ngoai.example>',
    inReplyTo: '<truoc@sonminh.gov.vn>',
    from: [person('Nguyễn Thị Ánh', 'anhnt@ngoai.example')],
    sender: [person('Nguyễn Thị Ánh', 'anhnt@ngoai.example')],
    replyTo: [person('Nguyễn Thị Ánh', 'anhnt@ngoai.example')],
    to: [person('Cầm, A', 'a@sonminh.gov.vn'), person('', 'b@sonminh.gov.vn')],
    cc: [person('Sở Tư pháp', 'stp@sonminh.gov.vn')]
});

const structure = all.bodyStructure;
assert.deepEqual([structure.type, structure.parameters.boundary], ['multipart/mixed', 'ngoai']);
const [texts, file, forwarded] = structure.childNodes;
assert.deepEqual([texts.part, texts.type], ['1', 'multipart/alternative']);
assert.deepEqual(texts.childNodes.map(node => [node.part, node.type, node.encoding, node.size, node.lineCount]), [
    ['1.1', 'text/plain', '8bit', Buffer.byteLength(plain), 3],
    ['1.2', 'text/html', 'quoted-printable', html.length, 1]
]);
assert.deepEqual([file.part, file.type, file.encoding, file.size], ['2', 'application/pdf', 'base64', wrapped(pdf).length]);
assert.deepEqual([file.disposition, file.dispositionParameters.filename], ['attachment', 'Báo cáo quý III.pdf']);
assert.deepEqual([forwarded.part, forwarded.type, forwarded.size], ['3', 'message/rfc822', Buffer.byteLength(inner)]);
assert.deepEqual([forwarded.envelope.subject, forwarded.envelope.messageId], ['Công văn gốc', '<goc@ngoai.example>']);
assert.equal(forwarded.childNodes[0].type, 'text/plain');

// Pieces of pieces, across a character’s octets too. Beyond the end there is nothing, which imapflow
// gives as undefined; a literal of no octets would be taken for what belongs to the next part.
const pieces = await box.fetchOne('*', {
    source: { start: 10, maxLength: 20 }, headers: true,
    bodyParts: [{ key: '1.2', start: 900, maxLength: 5 }, { key: '1.1', start: 2, maxLength: 9 }, { key: '2', start: 6000, maxLength: 10_000 }]
});
assert.deepEqual(pieces.source, source.subarray(10, 30));
assert.deepEqual(pieces.headers.toString(), header);
assert.deepEqual(pieces.bodyParts.get('1.1'), Buffer.from(plain).subarray(2, 11));
assert.equal(pieces.bodyParts.get('2').toString(), wrapped(pdf).slice(6000));
assert.equal(pieces.bodyParts.get('1.2'), undefined);

// Decoded, as it is shown and saved.
const text = await box.download(uid, '1.1', { uid: true });
assert.deepEqual([text.meta.contentType, text.meta.charset, (await whole(text.content)).toString()], ['text/plain', 'utf-8', plain]);
const saved = await box.download(uid, '2', { uid: true, chunkSize: 1000 });
assert.deepEqual([saved.meta.filename, saved.meta.disposition], ['Báo cáo quý III.pdf', 'attachment']);
assert.deepEqual(await whole(saved.content), pdf);
const many = await box.downloadMany(uid, ['1.2', '2', '3'], { uid: true });
assert.deepEqual([many['1.2'].content.toString(), many[2].content], ['<p>Kính gửi</p>\r\n', pdf]);
assert.equal(many[3].content.toString(), inner);

// Nothing of this was reading by a person.
assert.deepEqual(lasting((await box.fetchOne(uid, { flags: true }, { uid: true })).flags), ['$Khan']);
assert.equal((await box.status('INBOX', { unseen: true })).unseen, 1);
await finish();
