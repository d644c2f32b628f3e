//! The people of the invented province: names as they occur, addresses as QN.4.2 makes them.

use std::collections::HashSet;

use congvu_message::fold::fold;

const FAMILY: [&str; 20] = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý",
    "Cầm", "Lò", "Quàng", "Vương", "Đinh", "Trịnh", "Mai",
];
const MIDDLE: [&str; 14] = [
    "Văn", "Thị", "Minh", "Thu", "Đức", "Ngọc", "Hồng", "Quang", "Thanh", "Xuân", "Công", "Hữu",
    "Phương", "Tuấn",
];
const GIVEN: [&str; 30] = [
    "An", "Bình", "Chi", "Dũng", "Duyên", "Giang", "Hà", "Hải", "Hạnh", "Hậu", "Hiếu", "Hòa",
    "Hoàn", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam", "Nga", "Phúc", "Quân",
    "Sơn", "Thảo", "Thủy", "Trang", "Tùng", "Yến",
];

/// A person of the demo.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// Họ, đệm, tên.
    pub(super) names: [&'static str; 3],
    /// Local part of the address.
    pub(super) local_part: String,
}

impl Person {
    /// Họ và tên.
    pub(super) fn full_name(&self) -> String {
        self.names.join(" ")
    }
}

/// Gives out persons, always the same ones in the same order.
#[derive(Debug, Default)]
pub(super) struct People {
    next: usize,
    taken: HashSet<String>,
}

impl People {
    /// The next person, of the agency with this short name. QN.4.2.a: the full name joined;
    /// QN.4.2.b: who comes later gets the agency too; QN.4.2.c: then a number.
    pub(super) fn next(&mut self, agency: &str) -> Person {
        let n = self.next;
        self.next += 1;
        let names = [
            FAMILY[(n * 7 + n / 20) % FAMILY.len()],
            MIDDLE[(n * 5 + n / 14) % MIDDLE.len()],
            GIVEN[(n * 11 + n / 30) % GIVEN.len()],
        ];
        let joined: String = names
            .iter()
            .flat_map(|name| {
                fold(name)
                    .chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<Vec<_>>()
            })
            .collect();
        let mut local_part = joined.clone();
        let mut number = 0;
        while !self.taken.insert(local_part.clone()) {
            local_part = if number == 0 {
                format!("{joined}.{agency}")
            } else {
                format!("{joined}{number}.{agency}")
            };
            number += 1;
        }
        Person { names, local_part }
    }
}

/// The address of the first person, for the welcome text.
pub(super) fn first_address() -> String {
    let person = People::default().next("");
    format!("{}@{}", person.local_part, super::DOMAIN)
}
