// What the page says of mail that is signed or encrypted.
import { SIZES, accessible, args, assert, base, done, open, picture, signIn } from "./lib.mjs";

const [address] = args;
const page = await open();
await signIn(page, address);

for (const [subject, kind, told] of [
  ["hop-le", "ok", /Chữ ký hợp lệ.*Lò Thị An.*Nơi cấp.*CA thử nghiệm cấp dưới.*Ký lúc.*thu hồi/s],
  ["bi-sua", "bad", /Nội dung đã bị thay đổi/],
  ["la", "warn", /Không rõ người cấp.*tự ghi là/s],
  ["het-han", "warn", /Chứng thư hết hạn/],
  ["dia-chi-khac", "warn", /Chứng thư của địa chỉ khác/],
  ["cu", "warn", /Không kiểm tra được chữ ký.*SHA-1/s],
  ["boc", "ok", /Chữ ký hợp lệ/],
  ["ma-hoa", null, /Thư được mã hóa.*Tải thư gốc/s],
]) {
  await page.goto(`${base}/thu`);
  await page.locator(".row > a", { hasText: `Ky so: ${subject}` }).click();
  const seal = page.locator("section.seal");
  assert.match(await seal.innerText(), told);
  assert.equal(await seal.getAttribute("data-kind"), kind);
  assert.equal(await page.locator(".attach", { hasText: "smime.p7s" }).count(), 0);
  if (subject === "boc") {
    const text = page.frameLocator(".msg-frame").locator("b");
    assert.equal(await text.innerText(), "bọc");
    assert.equal(await page.locator(".attach", { hasText: "so-lieu.csv" }).count(), 1);
  }
  for (const size of ["wide", "phone"]) {
    await page.setViewportSize(SIZES[size]);
    await accessible(page);
    await picture(page, `ky-so-${subject}-${size}`);
  }
  await page.setViewportSize(SIZES.wide);
}

// Without script, and in the dark.
const plain = await open("phone", { javaScriptEnabled: false, colorScheme: "dark" });
await signIn(plain, address);
await plain.locator(".row > a", { hasText: "Ky so: hop-le" }).click();
assert.match(await plain.locator("section.seal").innerText(), /Chữ ký hợp lệ/);
await picture(plain, "ky-so-toi-phone");
await done();
