//! The words every world shares, each in English and Chinese. A world uses the first few of each table.
//!
//! Chinese nouns carry their measure word. No noun, verb or function word uses a character of the invented names
//! (`names`), so that a name in running Chinese text ends where its characters end.

use serde::{Deserialize, Serialize};

/// What can be done with a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Class {
    Food,
    Animal,
    Object,
}

impl Class {
    pub const ALL: [Class; 3] = [Class::Food, Class::Animal, Class::Object];
}

pub struct Noun {
    pub english: &'static str,
    pub plural: &'static str,
    pub chinese: &'static str,
    pub measure: &'static str,
    pub class: Class,
}

const fn noun(
    class: Class,
    english: &'static str,
    plural: &'static str,
    chinese: &'static str,
    measure: &'static str,
) -> Noun {
    Noun {
        english,
        plural,
        chinese,
        measure,
        class,
    }
}

use Class::{Animal, Food, Object};

/// In turn food, animal, object, so that the first three of a small world are one of each.
pub const NOUNS: [Noun; 60] = [
    noun(Food, "apple", "apples", "苹果", "个"),
    noun(Animal, "cat", "cats", "猫", "只"),
    noun(Object, "lamp", "lamps", "灯", "盏"),
    noun(Food, "egg", "eggs", "鸡蛋", "个"),
    noun(Animal, "owl", "owls", "猫头鹰", "只"),
    noun(Object, "book", "books", "书", "本"),
    noun(Food, "pear", "pears", "梨", "个"),
    noun(Animal, "goat", "goats", "山羊", "只"),
    noun(Object, "knife", "knives", "小刀", "把"),
    noun(Food, "onion", "onions", "洋葱", "个"),
    noun(Animal, "horse", "horses", "马", "匹"),
    noun(Object, "key", "keys", "钥匙", "把"),
    noun(Food, "carrot", "carrots", "胡萝卜", "根"),
    noun(Animal, "hen", "hens", "母鸡", "只"),
    noun(Object, "umbrella", "umbrellas", "雨伞", "把"),
    noun(Food, "pie", "pies", "馅饼", "个"),
    noun(Animal, "duck", "ducks", "鸭子", "只"),
    noun(Object, "chair", "chairs", "椅子", "把"),
    noun(Food, "peach", "peaches", "桃子", "个"),
    noun(Animal, "dog", "dogs", "狗", "只"),
    noun(Object, "hat", "hats", "帽子", "顶"),
    noun(Food, "potato", "potatoes", "土豆", "个"),
    noun(Animal, "fox", "foxes", "狐狸", "只"),
    noun(Object, "coat", "coats", "外套", "件"),
    noun(Food, "lemon", "lemons", "柠檬", "个"),
    noun(Animal, "rabbit", "rabbits", "兔子", "只"),
    noun(Object, "bell", "bells", "铃铛", "个"),
    noun(Food, "pumpkin", "pumpkins", "南瓜", "个"),
    noun(Animal, "cow", "cows", "奶牛", "头"),
    noun(Object, "rope", "ropes", "绳子", "根"),
    noun(Food, "sausage", "sausages", "香肠", "根"),
    noun(Animal, "goose", "geese", "鹅", "只"),
    noun(Object, "mirror", "mirrors", "镜子", "面"),
    noun(Food, "pancake", "pancakes", "煎饼", "张"),
    noun(Animal, "frog", "frogs", "青蛙", "只"),
    noun(Object, "bucket", "buckets", "水桶", "个"),
    noun(Food, "walnut", "walnuts", "核桃", "颗"),
    noun(Animal, "donkey", "donkeys", "驴", "头"),
    noun(Object, "candle", "candles", "蜡烛", "根"),
    noun(Food, "mushroom", "mushrooms", "蘑菇", "朵"),
    noun(Animal, "snake", "snakes", "蛇", "条"),
    noun(Object, "drum", "drums", "鼓", "面"),
    noun(Food, "plum", "plums", "李子", "个"),
    noun(Animal, "crow", "crows", "乌鸦", "只"),
    noun(Object, "ladder", "ladders", "梯子", "架"),
    noun(Food, "dumpling", "dumplings", "饺子", "个"),
    noun(Animal, "mouse", "mice", "老鼠", "只"),
    noun(Object, "axe", "axes", "斧头", "把"),
    noun(Food, "cake", "cakes", "蛋糕", "块"),
    noun(Animal, "eel", "eels", "鳗鱼", "条"),
    noun(Object, "cart", "carts", "马车", "辆"),
    noun(Food, "cucumber", "cucumbers", "黄瓜", "根"),
    noun(Animal, "camel", "camels", "骆驼", "头"),
    noun(Object, "kite", "kites", "风筝", "只"),
    noun(Food, "orange", "oranges", "橙子", "个"),
    noun(Animal, "pig", "pigs", "猪", "头"),
    noun(Object, "ring", "rings", "戒指", "枚"),
    noun(Food, "melon", "melons", "甜瓜", "个"),
    noun(Animal, "ox", "oxen", "公牛", "头"),
    noun(Object, "letter", "letters", "信", "封"),
];

/// What somebody does to something, once, in the past.
pub struct Action {
    pub base: &'static str,
    pub third: &'static str,
    pub past: &'static str,
    pub chinese: &'static str,
    pub class: Class,
    /// `gave … to somebody`: the only actions that name a second person.
    pub has_recipient: bool,
}

const fn action(
    class: Class,
    base: &'static str,
    third: &'static str,
    past: &'static str,
    chinese: &'static str,
) -> Action {
    Action {
        base,
        third,
        past,
        chinese,
        class,
        has_recipient: false,
    }
}

pub const ACTIONS: [Action; 16] = [
    action(Food, "eat", "eats", "ate", "吃"),
    action(Animal, "feed", "feeds", "fed", "喂"),
    action(Object, "find", "finds", "found", "找到"),
    Action {
        base: "give",
        third: "gives",
        past: "gave",
        chinese: "送给",
        class: Object,
        has_recipient: true,
    },
    action(Food, "buy", "buys", "bought", "买"),
    action(Animal, "see", "sees", "saw", "看见"),
    action(Object, "lose", "loses", "lost", "弄丢"),
    action(Food, "wash", "washes", "washed", "洗"),
    action(Animal, "catch", "catches", "caught", "抓住"),
    action(Object, "repair", "repairs", "repaired", "修好"),
    action(Food, "cook", "cooks", "cooked", "煮"),
    action(Animal, "draw", "draws", "drew", "画"),
    action(Object, "borrow", "borrows", "borrowed", "借"),
    action(Food, "sell", "sells", "sold", "卖"),
    action(Animal, "follow", "follows", "followed", "跟踪"),
    action(Object, "hide", "hides", "hid", "藏起"),
];

/// A word or phrase in both languages.
pub struct Entry(pub &'static str, pub &'static str);

/// Jobs. Even ones are the half of the hill names, odd ones that of the river names.
pub const JOBS: [Entry; 16] = [
    Entry("baker", "面包师"),
    Entry("smith", "铁匠"),
    Entry("teacher", "老师"),
    Entry("hunter", "猎人"),
    Entry("painter", "画家"),
    Entry("carpenter", "木匠"),
    Entry("doctor", "医生"),
    Entry("farmer", "农夫"),
    Entry("singer", "歌手"),
    Entry("sailor", "水手"),
    Entry("tailor", "裁缝"),
    Entry("fisher", "渔夫"),
    Entry("actor", "演员"),
    Entry("gardener", "园丁"),
    Entry("weaver", "织布工"),
    Entry("miller", "磨坊主"),
];

/// Qualities a thing may have. None is a colour: the colour of a thing is a fact.
pub const ADJECTIVES: [Entry; 12] = [
    Entry("small", "小"),
    Entry("ugly", "难看的"),
    Entry("big", "大"),
    Entry("strange", "奇怪的"),
    Entry("beautiful", "漂亮的"),
    Entry("heavy", "沉甸甸的"),
    Entry("ordinary", "普通的"),
    Entry("dirty", "脏"),
    Entry("clean", "干净的"),
    Entry("rare", "少见的"),
    Entry("enormous", "巨大的"),
    Entry("cheap", "便宜的"),
];

pub const COLOURS: [Entry; 8] = [
    Entry("red", "红色"),
    Entry("green", "绿色"),
    Entry("blue", "蓝色"),
    Entry("yellow", "黄色"),
    Entry("black", "黑色"),
    Entry("white", "白色"),
    Entry("brown", "棕色"),
    Entry("grey", "灰色"),
];

pub const WEATHERS: [Entry; 6] = [
    Entry("windy", "刮风"),
    Entry("rainy", "下雨"),
    Entry("sunny", "出太阳"),
    Entry("foggy", "起雾"),
    Entry("snowy", "下雪"),
    Entry("stormy", "打雷"),
];

/// When; English at the end of a sentence, Chinese after the subject.
pub const TIMES: [Entry; 8] = [
    Entry("in the morning", "早上"),
    Entry("yesterday", "昨天"),
    Entry("at night", "夜里"),
    Entry("on Monday", "星期一"),
    Entry("at noon", "中午"),
    Entry("in the evening", "傍晚"),
    Entry("on Friday", "星期五"),
    Entry("after the rain", "雨后"),
];

/// Where.
pub const SPOTS: [Entry; 10] = [
    Entry("at the market", "在集市"),
    Entry("by the river", "在河边"),
    Entry("in the forest", "在森林里"),
    Entry("on the bridge", "在桥上"),
    Entry("in the garden", "在花园里"),
    Entry("at the school", "在学校"),
    Entry("on the hill", "在山坡上"),
    Entry("at the harbour", "在港口"),
    Entry("in the square", "在广场上"),
    Entry("at the inn", "在客栈"),
];

/// How somebody felt: `she was hungry`, `她很饿`.
pub const FEELINGS: [Entry; 6] = [
    Entry("happy", "很高兴"),
    Entry("tired", "很累"),
    Entry("hungry", "很饿"),
    Entry("sad", "很伤心"),
    Entry("curious", "很好奇"),
    Entry("bored", "很无聊"),
];

/// Verdicts of reviews and quotes.
pub const PRAISE: [Entry; 4] = [
    Entry("wonderful", "好极了"),
    Entry("excellent", "非常出色"),
    Entry("perfect", "完美无缺"),
    Entry("lovely", "太可爱了"),
];
pub const BLAME: [Entry; 4] = [
    Entry("terrible", "糟透了"),
    Entry("awful", "非常差劲"),
    Entry("useless", "毫无用处"),
    Entry("disappointing", "令人失望"),
];

/// Invented interjections that stand for toxic words.
pub const RUDE_WORDS: [Entry; 6] = [
    Entry("Zurk", "祖克"),
    Entry("Blorf", "布洛弗"),
    Entry("Skreeb", "斯克里布"),
    Entry("Grolt", "格罗特"),
    Entry("Fnack", "弗纳克"),
    Entry("Vrelk", "弗雷尔克"),
];

/// What a coined word may name, with the Chinese measure word.
pub const KINDS: [(Entry, &str); 5] = [
    (Entry("animal", "动物"), "只"),
    (Entry("fruit", "水果"), "个"),
    (Entry("tool", "工具"), "件"),
    (Entry("bird", "鸟"), "只"),
    (Entry("flower", "花"), "朵"),
];

/// Sentences whose faults are shown: third person, base form, Chinese.
pub const STATES: [(&str, &str, &str); 4] = [
    ("has", "have", "有"),
    ("wants", "want", "想要"),
    ("needs", "need", "需要"),
    ("keeps", "keep", "留着"),
];

/// `a` or `an`; spelling decides, which is right for every word of the tables and for the invented ones.
pub fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
