// Invitations: what, when and where; answered to whoever invites, once each way; cancelled ones say so, hostile ones do no harm.
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address, organizer] = args;
const page = await open("phone");
await signIn(page, address);
async function read(subject) {
  await page.goto(`${base}/thu`);
  await page.click(`.row >> text=${subject}`);
  await page.waitForSelector("article h1");
}
await read("Moi hop giao ban");
const card = page.locator(".meeting");
const words = await card.textContent();
for (const part of [
  "Lời mời: Họp giao ban, tháng 11",
  "08:00 – 09:30 thứ Ba 24/11/2026",
  "Lặp lại 2 tuần một lần vào thứ Ba, thứ Năm, đến thứ Năm 31/12/2026",
  "Phòng 201",
  organizer,
]) {
  assert.ok(words.includes(part), `${part}: ${words}`);
}
await accessible(page);
await picture(page, "meeting-phone");
await page.click('.meeting button:has-text("Sẽ dự")');
assert.match(await card.locator("[role=status]").textContent(), /sẽ dự/);
await page.click('.meeting button[value="khong"]');
assert.match(await card.locator("[role=status]").textContent(), /không dự được/);
const ics = await page.request.get(new URL(await page.locator('.meeting a:has-text("ics")').getAttribute("href"), page.url()).href);
assert.match(await ics.text(), /^BEGIN:VCALENDAR/);

// Cancelled: nothing to answer.
await read("Huy hop");
assert.match(await card.textContent(), /Đã hủy: Họp giao ban/);
assert.equal(await card.locator("button").count(), 0);
await picture(page, "meeting-cancelled");

// A calendar that is none, or a hostile one: the message is read all the same.
for (const subject of ["Lich hong", "Lich doc"]) {
  await read(subject);
  assert.match(await page.textContent("article"), /Xin mời/);
  await accessible(page);
}
assert.match(await card.textContent(), /<script>alert\(1\)<\/script>/);
assert.match(await card.textContent(), /múi giờ mà hệ thống không biết/);

// Whoever invites sees the answers.
const other = await open();
await signIn(other, organizer);
await other.goto(`${base}/thu`);
await other.click(".row >> text=Không dự được: Họp giao ban");
assert.match(await other.textContent(".meeting"), /Từ chối lời mời: Họp giao ban, tháng 11/);
assert.equal(await other.locator(".meeting button").count(), 0);
await accessible(other);
await picture(other, "meeting-reply");
await done();
