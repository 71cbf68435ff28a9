//! Misspellings that can be read back: noise must not make two meanings look alike, or the entropy would no longer be that
//! of the choices.
//!
//! English: two neighbouring inner letters change places (`market` → `makret`), in words of four letters and more. Chinese:
//! one character is written as a lookalike or soundalike that no clean text contains (`苹果` → `萍果`). A misspelling that
//! is a word itself, or that two words share, is left out. Length in characters and in bytes stays the same.

use std::collections::{HashMap, HashSet};

use super::config::Language;

/// Right and wrong character. No wrong one is a right one or stands in any clean text.
pub(super) const LOOKALIKES: [(char, char); 72] = [
    ('苹', '萍'),
    ('蛋', '旦'),
    ('梨', '犁'),
    ('葱', '匆'),
    ('萝', '锣'),
    ('饼', '屏'),
    ('桃', '逃'),
    ('柠', '拧'),
    ('瓜', '呱'),
    ('肠', '尝'),
    ('菇', '姑'),
    ('饺', '绞'),
    ('糕', '膏'),
    ('橙', '澄'),
    ('猫', '描'),
    ('羊', '样'),
    ('马', '码'),
    ('鸡', '几'),
    ('鸭', '押'),
    ('狗', '够'),
    ('狐', '弧'),
    ('兔', '免'),
    ('牛', '扭'),
    ('鹅', '俄'),
    ('蛙', '哇'),
    ('驴', '炉'),
    ('蛇', '舌'),
    ('鼠', '署'),
    ('鱼', '渝'),
    ('骆', '络'),
    ('猪', '诸'),
    ('灯', '钉'),
    ('书', '输'),
    ('刀', '叨'),
    ('椅', '倚'),
    ('帽', '冒'),
    ('套', '讨'),
    ('铃', '玲'),
    ('绳', '蝇'),
    ('镜', '境'),
    ('桶', '捅'),
    ('烛', '浊'),
    ('鼓', '股'),
    ('梯', '涕'),
    ('斧', '釜'),
    ('筝', '争'),
    ('戒', '械'),
    ('喂', '畏'),
    ('洗', '冼'),
    ('抓', '爪'),
    ('修', '羞'),
    ('借', '惜'),
    ('师', '帅'),
    ('匠', '将'),
    ('医', '衣'),
    ('歌', '哥'),
    ('缝', '逢'),
    ('脏', '赃'),
    ('绿', '录'),
    ('蓝', '监'),
    ('棕', '宗'),
    ('饿', '蛾'),
    ('糟', '遭'),
    ('卡', '咔'),
    ('韦', '伟'),
    ('莫', '漠'),
    ('博', '搏'),
    ('杜', '肚'),
    ('科', '课'),
    ('诺', '喏'),
    ('帕', '怕'),
    ('塔', '搭'),
];

/// The misspellings of every word that has any.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Misspellings {
    english: HashMap<String, Vec<String>>,
    chinese: HashMap<String, Vec<String>>,
}

impl Misspellings {
    /// Of all the words of a world, each as English and Chinese.
    pub fn of_words(words: &[(String, String)]) -> Self {
        let english = words.iter().map(|word| word.0.as_str());
        let chinese = words.iter().map(|word| word.1.as_str());
        Self {
            english: table(english, swapped),
            chinese: table(chinese, lookalikes),
        }
    }

    /// Those of one word, in a fixed order; empty for a word that cannot be misspelt.
    pub fn of(&self, word: &str, language: Language) -> &[String] {
        let table = match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        };
        table.get(word).map_or(&[], Vec::as_slice)
    }
}

fn table<'a>(
    words: impl Iterator<Item = &'a str>,
    variants: fn(&str) -> Vec<String>,
) -> HashMap<String, Vec<String>> {
    let words: HashSet<&str> = words.collect();
    let mut seen: HashMap<String, u32> = HashMap::new();
    for word in &words {
        for variant in variants(word) {
            *seen.entry(variant).or_default() += 1;
        }
    }
    let is_own = |variant: &String| seen[variant] == 1 && !words.contains(variant.as_str());
    words
        .iter()
        .map(|&word| {
            (
                word.to_owned(),
                variants(word).into_iter().filter(is_own).collect(),
            )
        })
        .filter(|(_, variants): &(String, Vec<String>)| !variants.is_empty())
        .collect()
}

fn swapped(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 4 {
        return Vec::new();
    }
    (1..letters.len() - 1)
        .filter(|&i| letters[i] != letters[i + 1])
        .map(|i| {
            let mut letters = letters.clone();
            letters.swap(i, i + 1);
            letters.into_iter().collect()
        })
        .collect()
}

fn lookalikes(word: &str) -> Vec<String> {
    word.char_indices()
        .filter_map(|(at, c)| {
            let (_, wrong) = LOOKALIKES.iter().find(|(right, _)| *right == c)?;
            Some(format!(
                "{}{wrong}{}",
                &word[..at],
                &word[at + c.len_utf8()..]
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_misspelling_is_a_word_or_shared() {
        let words =
            ["form", "from", "ring", "abcd", "acbd"].map(|w| (w.to_owned(), "苹萍".to_owned()));
        let typos = Misspellings::of_words(&words);
        assert_eq!(typos.of("form", Language::English), ["fomr"]);
        assert_eq!(typos.of("ring", Language::English), ["rnig", "rign"]);
        // abcd and acbd are each other's; abdc and acdb stay
        assert_eq!(typos.of("abcd", Language::English), ["abdc"]);
        assert_eq!(typos.of("cat", Language::English), [""; 0]);
        assert_eq!(typos.of("苹萍", Language::Chinese), ["萍萍"]);
    }

    #[test]
    fn lookalikes_pair_one_to_one() {
        let right: BTreeSet<char> = LOOKALIKES.iter().map(|pair| pair.0).collect();
        let wrong: BTreeSet<char> = LOOKALIKES.iter().map(|pair| pair.1).collect();
        assert_eq!(
            (right.len(), wrong.len()),
            (LOOKALIKES.len(), LOOKALIKES.len())
        );
        assert!(right.is_disjoint(&wrong));
        assert!(LOOKALIKES.iter().all(|(a, b)| a.len_utf8() == b.len_utf8()));
    }
}
