// quota.mjs DEMO ADDRESS LIMIT: what is used and what there is (RFC 9208).
import { ARGUMENTS, assert, finish, letter, plain, signedIn } from './common.mjs';

const [address, limit] = ARGUMENTS;
const box = await signedIn(address);
const before = await box.getQuota();
assert.equal(before.storage.limit, Number(limit), 'as the operator set it');
assert.equal(before.storage.usage, 0);

await box.mailboxCreate('Dung lượng');
const sizes = await Promise.all(
    [1, 2, 3].map(async n => {
        const heavy = letter(`Nặng ${n}`, `${'0123456789'.repeat(7)}\r\n`.repeat(3000));
        await box.append('Dung lượng', heavy);
        return heavy.length;
    })
);
const used = sizes.reduce((sum, size) => sum + size);
const after = await box.getQuota('Dung lượng');
// STORAGE counts in units of 1024 octets.
assert.ok(after.storage.usage >= used && after.storage.usage < used + 1024, `${after.storage.usage} for ${used}`);
assert.equal(after.message.usage - before.message.usage, 3);
assert.equal(after.mailbox.usage - before.mailbox.usage, 1);
assert.deepEqual({ ...(await (await plain(address)).getQuota()), path: after.path }, after, 'whatever folder is asked for');
// RFC 9208 §4.1.3: which one a folder would have, were it made.
assert.deepEqual(await box.getQuota('Chưa có'), { ...after, path: 'Chưa có' });
await finish();
