//! One-time passwords.

use super::check::check;
use super::names::Names;
use super::rule::{Class, Rule};

/// Consonants that are not taken for digits or for each other's capitals when read out: no l, o, i, and no vowels, so
/// that no word comes about. Sixteen: four bits each.
const LETTERS: &[u8; 16] = b"bcdfghkmnprstvxz";
/// Digits that are not taken for letters. Eight: three bits each.
const DIGITS: &[u8; 8] = b"23456789";
/// Letters or digits to a group: three groups of letters and one of digits hold 3 × 16 + 15 = 63 bits.
const GROUP: usize = 4;
const DIGIT_GROUP: usize = 5;
/// Marks between the groups, the ones first that are read out most easily.
const MARKS: &str = "-#*&%!.+=@$";
/// How often another one is drawn where chance made an easily guessed one.
const TRIES: usize = 20;

/// A one-time password that follows the rule, made of random bytes: groups of capitals, of small letters and of digits
/// with a mark between them (`KTMR-hbxd-wnpz-47295`), to be read out on the telephone. It holds 63 bits or more.
#[must_use]
pub fn generate(rule: &Rule, mut random: impl FnMut(&mut [u8])) -> String {
    let mut made = draw(rule, &mut random);
    for _ in 0..TRIES {
        if check(rule, &made, &Names::default(), |_| false).is_empty() {
            break;
        }
        made = draw(rule, &mut random);
    }
    made
}

fn draw(rule: &Rule, random: &mut impl FnMut(&mut [u8])) -> String {
    let mut groups = vec![letters(random).to_uppercase(), letters(random)];
    let marks = marks(rule);
    let enough = usize::from(rule.minimum_length.value);
    // The rest: at least one more group of letters, the digits, and a mark before each.
    while groups.len() < 3.max(marks.len()) || groups.len() * (GROUP + 1) + DIGIT_GROUP < enough {
        groups.push(letters(random));
    }
    groups.push(drawn(DIGITS, DIGIT_GROUP, random));
    let mut password = String::new();
    for (position, group) in groups.iter().enumerate() {
        if position > 0
            && let Some(mark) = marks.get((position - 1) % marks.len())
        {
            password.push(*mark);
        }
        password.push_str(group);
    }
    password
}

/// The marks that stand between the groups: one for each set of marks that the rule asks for.
fn marks(rule: &Rule) -> Vec<char> {
    let mut marks: Vec<char> = Vec::new();
    for class in &rule.classes {
        if let Class::OneOf(set) = &class.value {
            let easiest = MARKS.chars().find(|mark| set.contains(*mark));
            marks.extend(easiest.or_else(|| set.chars().next()));
        }
    }
    if marks.is_empty() {
        marks.push('-');
    }
    marks
}

fn letters(random: &mut impl FnMut(&mut [u8])) -> String {
    drawn(LETTERS, GROUP, random)
}

/// So many letters of a set whose size is a power of two: each is as likely as the others.
fn drawn(set: &[u8], length: usize, random: &mut impl FnMut(&mut [u8])) -> String {
    let mut bytes = vec![0; length];
    random(&mut bytes);
    bytes
        .into_iter()
        .filter_map(|byte| set.get(usize::from(byte) % set.len()))
        .map(|letter| char::from(*letter))
        .collect()
}
