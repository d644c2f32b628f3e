"""imap_search.py DEMO ADDRESS: SEARCH by subject (UTF-8 literal), dates, flags, sender, body."""
from common import *

(address,) = ARGUMENTS
box = imap(address)
folder = utf7("Tìm kiếm")
ok(box.create(folder))
old = append(box, folder, letter("Giấy mời họp giao ban", "Thời gian: 14 giờ ngày 20/9/2026.", sender="vpubnd@sonminh.gov.vn",
                                 date="Fri, 18 Sep 2026 08:00:00 +0700"), r"(\Seen)", '"18-Sep-2026 08:00:00 +0700"')
new = append(box, folder, letter("Báo cáo tình hình chuyển đổi số", "Tỷ lệ hồ sơ trực tuyến đạt 82 phần trăm.",
                                 sender="skhcn@sonminh.gov.vn"), None, '"05-Oct-2026 08:00:00 +0700"')
plain = append(box, folder, letter("Invoice 4711", "plain ascii body, token zx81", sender="shop@abroad.example"), r"(\Flagged)",
               '"06-Oct-2026 08:00:00 +0700"')
ok(box.select(folder))


def literal(key, text, *more):
    """SEARCH CHARSET UTF-8 with the text as a literal."""
    box.literal = text.encode()
    return [int(n) for n in ok(box.uid("SEARCH", "CHARSET", "UTF-8", *more, key))[0].split()]


same(literal("SUBJECT", "chuyển đổi số"), [new], "SUBJECT")
same(literal("SUBJECT", "CHUYỂN ĐỔI"), [new], "SUBJECT in capitals")
same(literal("SUBJECT", "Giấy mời"), [old], "SUBJECT")
same(literal("BODY", "hồ sơ trực tuyến"), [new], "BODY")
same(literal("TEXT", "giao ban"), [old], "TEXT")
same(literal("SUBJECT", "không có"), [], "nothing")
same(literal("SUBJECT", "số", "UNSEEN"), [new], "UNSEEN and SUBJECT")
same(uids(box, "SUBJECT", '"invoice"'), [plain], "ASCII without CHARSET")
same(uids(box, "SINCE", "01-Oct-2026"), [new, plain], "SINCE")
same(uids(box, "BEFORE", "01-Oct-2026"), [old], "BEFORE")
same(uids(box, "ON", "05-Oct-2026"), [new], "ON")
same(uids(box, "SENTSINCE", "01-Oct-2026", "SENTBEFORE", "06-Oct-2026"), [new, plain], "SENTSINCE")
same(uids(box, "UNSEEN"), [new, plain], "UNSEEN")
same(uids(box, "SEEN"), [old], "SEEN")
same(uids(box, "FLAGGED"), [plain], "FLAGGED")
same(uids(box, "FROM", "skhcn@sonminh.gov.vn"), [new], "FROM")
same(uids(box, "FROM", "sonminh.gov.vn"), [old, new], "FROM by domain")
same(uids(box, "BODY", "zx81"), [plain], "BODY")
same(uids(box, "NOT", "FROM", "sonminh"), [plain], "NOT")
same(uids(box, "OR", "SEEN", "FLAGGED"), [old, plain], "OR")
same(uids(box, "HEADER", "Subject", "4711"), [plain], "HEADER")
same(uids(box, "LARGER", "10", "SMALLER", "100000", f"UID", f"{new}:*"), [new, plain], "LARGER, SMALLER, UID")
ok(box.close())
ok(box.delete(folder))
box.logout()
