// A sender asks to be told: the reader is asked, tells or does not, once; or said once and for all.
import { accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [one, two] = args;
// Without script a letter is plain text.
const writer = await open("wide", { javaScriptEnabled: false });
await signIn(writer, one);
async function send(subject) {
  await writer.goto(`${base}/soan?den=${encodeURIComponent(two)}`);
  await writer.fill("[name=tieu-de]", subject);
  await writer.fill("[name=noi-dung]", "Đề nghị cho ý kiến.");
  await writer.check("[name=bao-doc]");
  await writer.click('button[value="gui"]');
  assert.match(writer.url(), /xong=gui/);
}
const sender = await open();
await signIn(sender, one);
const reader = await open("phone");
await signIn(reader, two);
const ask = 'form.banner:has-text("Gửi xác nhận đã đọc?")';
async function read(subject) {
  await reader.goto(`${base}/thu`);
  await reader.click(`.row >> text=${subject}`);
  await reader.waitForSelector("article h1");
}

// Asked; nothing goes before the button is pressed.
await send("Hỏi lần một");
await read("Hỏi lần một");
assert.match(await reader.textContent(ask), new RegExp(one));
await accessible(reader);
await picture(reader, "receipt-phone");
await sender.goto(`${base}/thu`);
assert.equal(await sender.locator(".row").count(), 0);
await reader.click('button:has-text("Gửi xác nhận")');
assert.match(await reader.textContent("[role=status]:not(.sr)"), /Đã báo/);
await read("Hỏi lần một");
assert.equal(await reader.locator(ask).count(), 0);

// The sender sees it at what they sent.
await sender.goto(`${base}/thu`);
assert.equal(await sender.locator(".row").count(), 1);
await sender.click(".tree >> text=Đã gửi");
await sender.click(".row >> text=Hỏi lần một");
assert.match(await sender.textContent(".told"), /đã đọc lúc \d\d:\d\d/);
await accessible(sender);
await picture(sender, "receipt-told");

// No is kept, too.
await send("Hỏi lần hai");
await read("Hỏi lần hai");
await reader.click('button:has-text("Không gửi")');
await read("Hỏi lần hai");
assert.equal(await reader.locator(ask).count(), 0);

// Once and for all.
await reader.goto(`${base}/tai-khoan`);
await reader.click('main a:has-text("Xác nhận đã đọc")');
await accessible(reader);
await picture(reader, "receipts-habit");
await reader.check("[value=luon]");
await reader.click("main button.primary");
assert.ok(await reader.isChecked("[value=luon]"));
await send("Hỏi lần ba");
await read("Hỏi lần ba");
assert.match(await reader.textContent("[role=status]:not(.sr)"), /Đã báo/);
await read("Hỏi lần ba");
assert.equal(await reader.locator("[role=status]:not(.sr)").count(), 0);
await reader.goto(`${base}/tai-khoan/da-doc`);
await reader.check("[value=khong]");
await reader.click("main button.primary");
await send("Hỏi lần bốn");
await read("Hỏi lần bốn");
assert.equal(await reader.locator(ask).count(), 0);
await done();
