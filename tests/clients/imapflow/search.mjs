// search.mjs DEMO ADDRESS: what a person looks for, with and without marks, is found; by UTF-8 that is enabled and by CHARSET.
import { ARGUMENTS, assert, finish, letter, plain, signedIn } from './common.mjs';

const [address] = ARGUMENTS;
const box = await signedIn(address);
const old = await plain(address);
await box.mailboxCreate('Tìm kiếm');

const sent = [
    { subject: 'Báo cáo tháng 9', text: 'Kính gửi Sở Nội vụ\r\n', flags: ['\\Seen'], date: '2026-09-30', more: {} },
    { subject: 'Giấy mời họp', text: 'Đề nghị báo cáo trước ngày họp\r\n', flags: ['$Khan'], date: '2026-10-05', more: { Cc: 'vanphong@sonminh.gov.vn' } },
    { subject: 'Về việc nghỉ lễ', text: 'Ủy ban nhân dân thông báo\r\n', flags: ['\\Flagged', '\\Seen'], date: '2026-10-06', more: { From: '=?UTF-8?Q?Nguy=E1=BB=85n_=C3=81nh?= <anh@xa.example>' } },
    { subject: 'BAO CAO khong dau', text: `${'dài '.repeat(3000)}\r\n`, flags: [], date: '2026-10-07', more: { 'X-So-Hieu': '12/BC-UBND' } }
];
const done = [];
for (const { subject, text, flags, date, more } of sent) {
    done.push(await box.append('Tìm kiếm', letter(subject, text, more), flags, `${date}T05:00:00Z`));
}
assert.deepEqual(done.map(({ uid }) => uid), [1, 2, 3, 4]);
await box.mailboxOpen('Tìm kiếm');
await old.mailboxOpen('Tìm kiếm');
const { emailId, modseq } = await box.fetchOne('3', { uid: true });

const cases = [
    [{ all: true }, [1, 2, 3, 4]],
    [{ subject: 'báo cáo' }, [1]],
    [{ subject: 'bao cao' }, [1, 4]],
    [{ subject: 'báo cáo'.normalize('NFD') }, [1]],
    [{ body: 'Đề nghị' }, [2]],
    [{ body: 'uy ban nhan dan' }, [3]],
    [{ text: 'báo cáo' }, [1, 2]],
    [{ text: 'bao cao' }, [1, 2, 4]],
    [{ from: 'Ánh' }, [3]],
    [{ from: 'nguyễn', seen: true }, [3]],
    [{ cc: 'vanphong' }, [2]],
    [{ to: 'nguoi.nhan' }, [1, 2, 3, 4]],
    [{ header: { 'X-So-Hieu': '12/BC' } }, [4]],
    [{ header: { 'X-So-Hieu': true } }, [4]],
    [{ seen: true }, [1, 3]],
    [{ seen: false }, [2, 4]],
    [{ flagged: true, seen: true }, [3]],
    [{ keyword: '$Khan' }, [2]],
    [{ unKeyword: '$Khan' }, [1, 3, 4]],
    [{ since: '2026-10-06' }, [3, 4]],
    [{ before: '2026-10-05' }, [1]],
    [{ on: new Date('2026-10-05') }, [2]],
    [{ sentOn: '2026-10-05' }, [1, 2, 3, 4]],
    [{ larger: 5000 }, [4]],
    [{ smaller: 5000 }, [1, 2, 3]],
    [{ uid: '2:3' }, [2, 3]],
    [{ seq: '4' }, [4]],
    [{ modseq }, [3, 4]],
    [{ emailId }, [3]],
    [{ or: [{ subject: 'nghỉ lễ' }, { keyword: '$Khan' }] }, [2, 3]],
    [{ or: [{ subject: 'nghỉ lễ' }, { keyword: '$Khan' }, { larger: 5000 }], seen: false }, [2, 4]],
    [{ subject: 'không có ở đâu cả' }, []]
];
for (const [query, expected] of cases) {
    const shown = JSON.stringify(query, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    assert.deepEqual(await box.search(query, { uid: true }), expected, shown);
    assert.deepEqual(await old.search(query, { uid: true }), expected, `${shown} by CHARSET`);
}
await finish();
