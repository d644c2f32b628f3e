// What the scripts share. Every script is started as: node script.mjs DEMO_JSON [arguments].
// With SHOW=1 in the environment imapflow's log is printed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';

export { assert };

export const DEMO = JSON.parse(readFileSync(process.argv[2], 'utf8'));
export const ARGUMENTS = process.argv.slice(3);
const PASSWORDS = new Map(DEMO.accounts.map(account => [account.address, account.password]));
const clients = [];

// What imapflow warns of: a command that failed, or an answer it could not make sense of, which it
// passes over otherwise.
let complaints = [];

const shown = entry => process.env.SHOW && console.error(entry.src ?? '', entry.msg ?? entry);
const complain = entry => {
    shown(entry);
    complaints.push(entry);
};
const logger = { trace: shown, debug: shown, info: shown, warn: complain, error: complain };

/** A client that is not connected yet. The certificate has a name, not an address. */
export function client(address, options = {}) {
    const [host, port] = DEMO[options.secure === false ? 'imap' : 'imaps'].split(':');
    const made = new ImapFlow({
        host,
        port: Number(port),
        servername: 'localhost',
        secure: true,
        tls: { ca: readFileSync(DEMO.ca) },
        auth: { user: address, pass: PASSWORDS.get(address) },
        logger,
        disableAutoIdle: true,
        ...options
    });
    made.on('error', complain);
    clients.push(made);
    return made;
}

/** A client that is signed in. */
export async function signedIn(address, options) {
    const made = client(address, options);
    await made.connect();
    return made;
}

/** As a mail program that enables nothing: names in modified UTF-7, no modseqs, not compressed. */
export function plain(address) {
    return signedIn(address, { disableAutoEnable: true, disableCompression: true });
}

/** The server said NO, with this code; imapflow throws or returns false, and warns. */
export async function refused(promise, code) {
    const before = complaints.length;
    const result = await promise.catch(error => ({ error }));
    assert.ok(result === false || result?.error, 'it was not refused');
    const told = complaints.splice(before).map(entry => entry.err?.serverResponseCode);
    if (result.error) {
        told.push(result.error.serverResponseCode);
    }
    assert.ok(told.includes(code), `${code} is not among ${told}`);
    return result.error;
}

/** The connection could not be made, which imapflow logs as often as it likes. */
export async function fails(promise) {
    const before = complaints.length;
    const result = await promise.then(
        () => assert.fail('it did not fail'),
        error => error
    );
    complaints.splice(before);
    return result;
}

/** What an event brings, once it brings what is wanted. Ask before causing it. */
export function heard(from, event, wanted = () => true) {
    return new Promise((resolve, reject) => {
        const all = [];
        const late = setTimeout(() => reject(new Error(`no such “${event}” in 15 s, only ${JSON.stringify(all)}`)), 15_000);
        const listen = brought => {
            all.push(String(brought?.seq ?? brought?.count ?? brought?.uid));
            if (wanted(brought)) {
                clearTimeout(late);
                from.off(event, listen);
                resolve(brought);
            }
        };
        from.on(event, listen);
    });
}

/** A message with Vietnamese text, 8 bit. */
export function letter(subject, text, more = {}) {
    const header = {
        From: 'Nguyen Van An <an@ngoai.example>',
        To: 'nguoi.nhan@sonminh.gov.vn',
        Subject: `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`,
        Date: 'Mon, 05 Oct 2026 08:30:00 +0700',
        'MIME-Version': '1.0',
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Transfer-Encoding': '8bit',
        ...more
    };
    const lines = Object.entries(header).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.from(`${lines.join('')}\r\n${text}`);
}

/** Everything a stream gives. */
export async function whole(stream) {
    const chunks = [];
    for await (const chunk of stream) {
        chunks.push(chunk);
    }
    return Buffer.concat(chunks);
}

/** The flags a person sees: \Recent is the session's. */
export function lasting(flags) {
    return [...flags].filter(flag => flag !== '\\Recent').sort();
}

/** Ends every session; imapflow must have had nothing to complain of. A refused client keeps its socket until it is closed. */
export async function finish() {
    for (const each of clients.filter(each => each.usable)) {
        const closed = heard(each, 'close');
        assert.equal(await each.logout(), true, 'LOGOUT');
        await closed;
    }
    clients.forEach(each => each.close());
    assert.deepEqual(complaints, [], 'imapflow complains');
}
