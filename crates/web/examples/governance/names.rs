//! Names as often as they are met, drawn in the same order in every run.

/// A sequence of numbers that look drawn by lot.
pub(crate) struct Lot(u64);

impl Lot {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of `0..most` (splitmix64).
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 16).unwrap() % most
    }

    /// One of a list in which the first are met most.
    pub(crate) fn of(&mut self, list: &[&'static str]) -> &'static str {
        let at = self.below(list.len() * list.len());
        // The square root makes the first of `n` come up with 2/n, the last with nearly nothing.
        list[list.len() - 1 - at.isqrt()]
    }
}

/// Nguyễn is two of five persons.
pub(crate) const FAMILY: [&str; 24] = [
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng",
    "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Cầm", "Lò", "Quàng", "Tòng", "Bế",
];
pub(crate) const MIDDLE: [&str; 16] = [
    "Thị",
    "Văn",
    "Thị",
    "Văn",
    "Đức",
    "Minh",
    "Thị Thu",
    "Ngọc",
    "Quang",
    "Hữu",
    "Thanh",
    "Xuân",
    "Thị Bích",
    "Công",
    "Đình",
    "Gia",
];
pub(crate) const GIVEN: [&str; 40] = [
    "Anh", "Hương", "Hùng", "Linh", "Hà", "Hoa", "Dũng", "Hải", "Nam", "Lan", "Tuấn", "Sơn",
    "Trang", "Thủy", "Bình", "Hạnh", "Cường", "Long", "Mai", "Hòa", "Nga", "Phương", "Thảo",
    "Tùng", "Yến", "Giang", "Chi", "An", "Duyên", "Khánh", "Quân", "Đạt", "Huyền", "Việt", "Tâm",
    "Phúc", "Thạch", "Hặc", "Ánh", "Khuê",
];
pub(crate) const TITLE: [&str; 12] = [
    "Chuyên viên",
    "Chuyên viên",
    "Chuyên viên",
    "Chuyên viên chính",
    "Phó Trưởng phòng",
    "Trưởng phòng",
    "Văn thư",
    "Kế toán",
    "Phó Giám đốc",
    "Giám đốc",
    "Chánh Văn phòng",
    "Thanh tra viên",
];
pub(crate) const FIELD: [&str; 20] = [
    "Khoa học và Công nghệ",
    "Tài chính",
    "Nội vụ",
    "Tư pháp",
    "Xây dựng",
    "Y tế",
    "Giáo dục và Đào tạo",
    "Công Thương",
    "Nông nghiệp và Môi trường",
    "Văn hóa, Thể thao và Du lịch",
    "Dân tộc và Tôn giáo",
    "Ngoại vụ",
    "Quản lý đất đai",
    "Kiểm lâm",
    "Thủy lợi",
    "Bảo vệ môi trường",
    "Phát triển nông thôn",
    "Chăn nuôi và Thú y",
    "Dân số",
    "An toàn vệ sinh thực phẩm",
];
