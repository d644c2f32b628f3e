// The pages of help: signed out and wide, signed in and on a phone, in both languages, with and without script.
import { accessible, args, assert, base, done, open, picture, signIn, SIZES } from "./lib.mjs";

const [address] = args;
for (const size of Object.keys(SIZES)) {
  const inside = size === "phone";
  const page = await open(size);
  if (inside) {
    await signIn(page, address);
    await page.goto(`${base}/thu`);
    // The key for help says which keys there are, and leads on.
    await page.keyboard.press("?");
    await page.click('dialog[open] a[href="/tro-giup"]');
    await page.waitForURL(/tro-giup/);
  } else {
    await page.goto(`${base}/dang-nhap`);
    await page.click('main a[href="/tro-giup"]');
  }
  await accessible(page);
  const name = inside ? "trong" : "ngoai";
  await picture(page, `tro-giup-${name}-${size}`);
  const pages = await page.locator("main .topics a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  // Who is signed in may report an incident from here; all others are pages of help.
  assert.deepEqual(pages.filter((path) => !path.startsWith("/tro-giup/")), inside ? ["/bao-su-co"] : []);
  assert.equal(pages.length, inside ? 12 : 11);
  for (const program of ["outlook", "thunderbird", "iphone", "android"]) {
    pages.push(`/tro-giup/cai-dat/${program}`);
  }
  for (const path of pages) {
    const answer = await page.goto(base + path);
    assert.equal(answer.status(), 200, path);
    assert.ok((await answer.body()).length < 60_000, path);
    await accessible(page);
    await picture(page, `tro-giup-${path.split("/").slice(2).join("-")}-${name}-${size}`);
    if (path.includes("cai-dat")) {
      const text = await page.textContent("main");
      assert.ok(text.includes(inside ? address : "ten@sonminh.gov.vn"), path);
    }
  }
  // In English there is no Vietnamese but what the regulation says.
  await page.goto(`${base}/tro-giup/khoa-va-thoi-han`);
  const sentence = await page.textContent("dl.said");
  assert.match(sentence, /QN\.7\.1/);
  await page.click('.top form[action="/ngon-ngu"] button');
  for (const path of pages) {
    await page.goto(base + path);
    assert.equal(await page.getAttribute("html", "lang"), "en");
    const foreign = await page.evaluate(() => {
      const copy = document.querySelector("main").cloneNode(true);
      copy.querySelectorAll("[lang=vi], code, dd").forEach((one) => one.remove());
      return copy.textContent.match(/[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i) && copy.textContent;
    });
    assert.ok(!foreign || path.includes("outlook") || path.includes("quen-mat-khau"), `${path}: ${foreign}`);
  }
  await page.goto(`${base}/tro-giup/tep-kem`);
  await accessible(page);
  await picture(page, `tro-giup-en-${name}-${size}`);
}

// A profile for an iPhone is downloaded, and holds no password.
const page = await open("phone");
await signIn(page, address);
await page.goto(`${base}/tro-giup/cai-dat/iphone`);
const [file] = await Promise.all([page.waitForEvent("download"), page.click('a[href$="/ho-so"]')]);
assert.equal(file.suggestedFilename(), "thu-cong-vu.mobileconfig");

// Without script all of it is read.
const plain = await open("phone", { javaScriptEnabled: false });
await plain.goto(`${base}/tro-giup/tim-thu`);
assert.match(await plain.textContent("main"), /có:tệp/);
await done();
