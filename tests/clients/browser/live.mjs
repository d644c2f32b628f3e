// Two browsers and a mail program on one mailbox stay in agreement, without a reload.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { accessible, args, assert, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const program = fileURLToPath(new URL("../meanwhile.py", import.meta.url));
/** What the mail program does. */
const meanwhile = (what, argument) => execFileSync("python3", [program, process.argv[2], address, what, argument]);

const one = await open();
await signIn(one, address);
const other = await open("phone");
await signIn(other, address);
const rows = (page) => page.locator(".row .subj").allTextContents();
const until = (page, wanted) =>
  page.waitForFunction((list) => JSON.stringify([...document.querySelectorAll(".row .subj")].map((row) => row.textContent)) === JSON.stringify(list), wanted, {
    timeout: 15000,
  });
assert.deepEqual(await rows(one), []);

// What comes appears in both, is counted in the title and said once.
meanwhile("append", "Một");
await until(one, ["Một"]);
await until(other, ["Một"]);
assert.match(await one.title(), /^\(1\) /);
assert.equal(await one.locator('.tree a[aria-current="page"] .count').textContent(), ", chưa đọc 1");
await one.waitForFunction(() => /Thư mới từ .*: Một/.test(document.getElementById("tin-moi").textContent));

// What somebody chose and where they were stays when more comes.
await one.check('[name="u"]');
await one.focus('[name="u"]');
meanwhile("append", "Hai");
await until(one, ["Hai", "Một"]);
assert.equal(await one.locator('[name="u"]:checked').count(), 1);
assert.equal(await one.evaluate(() => document.activeElement.closest(".row").querySelector(".subj").textContent), "Một");

// One reads it: it is read in the other and in the mail program.
await other.click(".row >> text=Hai");
await other.waitForSelector("article h1");
await one.waitForFunction(() => document.querySelectorAll(".row[data-unread]").length === 1);
assert.match(await one.title(), /^\(1\) /);
meanwhile("seen", "1");

// The mail program takes one away: while somebody reads, the list beside it follows.
const reading = await open();
await signIn(reading, address);
await reading.click(".row >> text=Một");
meanwhile("expunge", "Hai");
await until(reading, ["Một"]);
assert.match(await reading.textContent("article h1"), /Một/);
await until(one, ["Một"]);
await accessible(one);
await picture(one, "live");

// A folder made elsewhere comes into the tree.
meanwhile("folder", "Họp giao ban");
await one.waitForSelector(".tree >> text=Họp giao ban");
await done();
