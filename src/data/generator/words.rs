//! The meadow's words: who lives there, and what can be said about it.

/// An animal with the facts that always hold.
pub struct Animal {
    pub name: &'static str,
    pub plural: &'static str,
    /// What it does, for many: `frogs croak`.
    pub sounds: &'static str,
    /// Where it lives, with its preposition.
    pub home: &'static str,
    pub food: &'static str,
    pub chinese: &'static str,
    pub chinese_home: &'static str,
    pub chinese_food: &'static str,
}

#[rustfmt::skip]
pub const ANIMALS: [Animal; 12] = [
    Animal { name: "fox", plural: "foxes", sounds: "bark", home: "under the bridge", food: "berries", chinese: "狐狸", chinese_home: "桥下", chinese_food: "浆果" },
    Animal { name: "owl", plural: "owls", sounds: "hoot", home: "in the oak", food: "moths", chinese: "猫头鹰", chinese_home: "橡树上", chinese_food: "飞蛾" },
    Animal { name: "frog", plural: "frogs", sounds: "croak", home: "by the pond", food: "flies", chinese: "青蛙", chinese_home: "池塘边", chinese_food: "苍蝇" },
    Animal { name: "hen", plural: "hens", sounds: "cluck", home: "in the yard", food: "corn", chinese: "母鸡", chinese_home: "院子里", chinese_food: "玉米" },
    Animal { name: "cat", plural: "cats", sounds: "purr", home: "on the roof", food: "fish", chinese: "猫", chinese_home: "屋顶上", chinese_food: "鱼" },
    Animal { name: "dog", plural: "dogs", sounds: "howl", home: "at the gate", food: "bones", chinese: "狗", chinese_home: "门口", chinese_food: "骨头" },
    Animal { name: "hare", plural: "hares", sounds: "thump", home: "in the meadow", food: "clover", chinese: "野兔", chinese_home: "草地里", chinese_food: "三叶草" },
    Animal { name: "bee", plural: "bees", sounds: "hum", home: "in the hive", food: "nectar", chinese: "蜜蜂", chinese_home: "蜂箱里", chinese_food: "花蜜" },
    Animal { name: "duck", plural: "ducks", sounds: "quack", home: "on the river", food: "weeds", chinese: "鸭子", chinese_home: "河上", chinese_food: "水草" },
    Animal { name: "goat", plural: "goats", sounds: "bleat", home: "on the hill", food: "thistles", chinese: "山羊", chinese_home: "山上", chinese_food: "蓟草" },
    Animal { name: "mouse", plural: "mice", sounds: "squeak", home: "behind the wall", food: "cheese", chinese: "老鼠", chinese_home: "墙后", chinese_food: "奶酪" },
    Animal { name: "crow", plural: "crows", sounds: "caw", home: "on the tower", food: "seeds", chinese: "乌鸦", chinese_home: "塔上", chinese_food: "种子" },
];

pub const ADJECTIVES: [&str; 10] = [
    "small", "old", "grey", "quick", "sleepy", "brave", "shy", "clever", "hungry", "young",
];
pub const TIMES: [&str; 6] = [
    "in the morning",
    "at noon",
    "in the evening",
    "at night",
    "after the rain",
    "before dawn",
];
pub const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
pub const SEASONS: [(&str, &str); 4] = [
    ("spring", "the snow melts"),
    ("summer", "the days are long"),
    ("autumn", "the leaves fall"),
    ("winter", "the pond freezes"),
];
pub const NUMBERS: [&str; 13] = [
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];
pub const CHINESE_NUMBERS: [&str; 11] = [
    "零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十",
];
