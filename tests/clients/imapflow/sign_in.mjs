// sign_in.mjs DEMO ADDRESS APP_PASSWORD OTHER PASSWORD: TLS, passwords, and what a session begins with.
import { ARGUMENTS, assert, client, fails, finish, signedIn } from './common.mjs';

const [address, appPassword, other, odd] = ARGUMENTS;

// TLS from the start, by the demo's certificate.
const box = await signedIn(address);
assert.equal(box.tls.authorized, true);
assert.equal(box.secureConnection, true);
assert.equal(box.authenticated, true);
assert.equal(box.serverInfo.name, 'congvu', 'ID (RFC 2971)');
assert.deepEqual(box.namespaces, { personal: [{ prefix: '', delimiter: '/' }], other: false, shared: false });
assert.deepEqual([...box.enabled].sort(), ['CONDSTORE', 'UTF8=ACCEPT']);
assert.ok(box._inflate, 'COMPRESS=DEFLATE (RFC 4978)');
// All that imapflow asks for by name in its code, but Gmail's and Yahoo's own and APPEND of NUL (BINARY).
for (const name of ['COMPRESS=DEFLATE', 'CONDSTORE', 'ENABLE', 'ID', 'IDLE', 'LIST-STATUS', 'LITERAL+', 'MOVE', 'NAMESPACE']) {
    assert.ok(box.capabilities.has(name), name);
}
for (const name of ['OBJECTID', 'QRESYNC', 'QUOTA', 'SPECIAL-USE', 'UIDPLUS', 'UTF8=ACCEPT']) {
    assert.ok(box.capabilities.has(name), name);
}
assert.ok(box.capabilities.get('APPENDLIMIT') >= 1 << 20, 'APPENDLIMIT has its number');

// A certificate no one vouches for is not accepted.
const stranger = client(address, { tls: {} });
assert.match((await fails(stranger.connect())).code, /CERT|SIGNATURE/);

// STARTTLS on the other port.
const upgraded = await signedIn(address, { secure: false });
assert.equal(upgraded.secureConnection, true);
assert.equal(upgraded.tls.authorized, true);
assert.deepEqual(await upgraded.status('INBOX', { messages: true }), { path: 'INBOX', messages: 0 });

// An app password, one with all that must be quoted, and one that is wrong.
const phone = await signedIn(address, { auth: { user: address, pass: appPassword } });
assert.equal((await phone.mailboxOpen('INBOX')).readOnly, false);
const quoting = await signedIn(other, { auth: { user: other, pass: odd } });
assert.equal(quoting.authenticated, true);
const wrong = client(address, { auth: { user: address, pass: 'Sai mật khẩu' } });
const error = await fails(wrong.connect());
assert.equal(error.authenticationFailed, true);
assert.equal(error.serverResponseCode, 'AUTHENTICATIONFAILED');

// As a program does that only tries what its user typed.
const tried = client(address, { verifyOnly: true, includeMailboxes: true });
await tried.connect();
assert.ok(tried._mailboxList.some(folder => folder.path === 'INBOX'));
assert.equal(tried.usable, false);

await finish();
assert.equal(box.state, box.states.LOGOUT);
