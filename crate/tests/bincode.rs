//! The measure of the codec `bincode`, which is written in TypeScript: values in the layout of the crate itself.
//!
//! They lie in a file, one a line: a name, the bytes in the configurations `standard` and `legacy`, and the value as
//! JSON where it is a random one. This test compares the file with the crate; `__test__/codec/bincode.test.ts` compares
//! it with the codec, both ways. After a change of the values: `BUSBAR_WRITE_VECTORS=1 cargo test --test bincode`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};

use bincode::config::{Config, legacy, standard};
use bincode::{Decode, Encode};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/__test__/support/bincode/vectors.tsv");
const RANDOM_RECORDS: u64 = 80;

#[derive(Debug, PartialEq, Encode, Decode)]
enum Color {
    Red,
    Green,
    Blue,
}

/// What a variant is numbered by is its place, whatever its discriminant.
#[derive(Debug, PartialEq, Encode, Decode)]
enum Numbered {
    Ten = 10,
    Five = 5,
}

#[derive(Debug, PartialEq, Encode, Decode)]
enum Shape {
    Circle(f32),
    Rectangle { width: u8, height: i64 },
    Pair(u16, String),
    Nothing,
}

#[derive(Debug, PartialEq, Encode, Decode)]
struct Wrapper(u32);

#[derive(Debug, PartialEq, Encode, Decode)]
struct Empty;

#[derive(Debug, PartialEq, Encode, Decode)]
struct Tree {
    value: u32,
    children: Vec<Tree>,
    first: Option<Box<Tree>>,
}

#[derive(Debug, PartialEq, Encode, Decode)]
struct Record {
    id: u64,
    small: u16,
    delta: i32,
    wide: i128,
    ratio: f64,
    name: String,
    tags: Vec<String>,
    color: Color,
    shape: Shape,
    parent: Option<u32>,
    counts: BTreeMap<i16, bool>,
    raw: Vec<u8>,
    grid: [[u8; 2]; 2],
    letter: char,
}

/// The lines of the file.
struct Lines(String);

impl Lines {
    fn value<T: Encode + Decode<()> + PartialEq + Debug>(&mut self, name: &str, value: &T) {
        self.line(name, value, "");
    }

    fn line<T: Encode + Decode<()> + PartialEq + Debug>(&mut self, name: &str, value: &T, json: &str) {
        let (standard, legacy) = (hex(value, standard()), hex(value, legacy()));
        writeln!(self.0, "{name}\t{standard}\t{legacy}\t{json}").expect("a text takes whatever is written");
    }
}

fn hex<T: Encode + Decode<()> + PartialEq + Debug, C: Config>(value: &T, config: C) -> String {
    let bytes = bincode::encode_to_vec(value, config).expect("it is encodable");
    let (again, length): (T, usize) = bincode::decode_from_slice(&bytes, config).expect("it is decodable");
    assert_eq!((&again, length), (value, bytes.len()));
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes whatever is written");
        text
    })
}

#[test]
fn the_file_holds_what_the_crate_writes() {
    let mut lines = Lines(String::new());
    numbers(&mut lines);
    texts(&mut lines);
    compounds(&mut lines);
    let mut random = Random(20_250_117);
    for index in 0..RANDOM_RECORDS {
        let record = random.record();
        lines.line(&format!("record {index}"), &record, &json(&record));
    }
    if std::env::var_os("BUSBAR_WRITE_VECTORS").is_some() {
        std::fs::write(FILE, &lines.0).expect("the file is writable");
    }
    let file = std::fs::read_to_string(FILE).expect("the file is there");
    for (number, (found, expected)) in file.lines().zip(lines.0.lines()).enumerate() {
        assert_eq!(found, expected, "line {}", number + 1);
    }
    assert_eq!(file.lines().count(), lines.0.lines().count());
}

fn numbers(lines: &mut Lines) {
    lines.value("bool false", &false);
    lines.value("bool true", &true);
    for value in [0_u8, 250, 251, 255] {
        lines.value(&format!("u8 {value}"), &value);
    }
    for value in [0_i8, -1, 127, -128] {
        lines.value(&format!("i8 {value}"), &value);
    }
    for value in [0_u16, 250, 251, 255, 256, u16::MAX] {
        lines.value(&format!("u16 {value}"), &value);
    }
    for value in [0_i16, -1, 125, -125, 126, -126, i16::MAX, i16::MIN] {
        lines.value(&format!("i16 {value}"), &value);
    }
    for value in [0_u32, 250, 251, 0xffff, 0x1_0000, u32::MAX] {
        lines.value(&format!("u32 {value}"), &value);
    }
    for value in [0_i32, -1, 125, -126, 0x7fff, -0x8000, -0x8001, i32::MAX, i32::MIN] {
        lines.value(&format!("i32 {value}"), &value);
    }
    for value in [0_u64, 250, 251, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, u64::MAX] {
        lines.value(&format!("u64 {value}"), &value);
    }
    for value in [0_i64, -1, 125, -126, i64::from(i32::MIN), -0x8000_0001, i64::MAX, i64::MIN] {
        lines.value(&format!("i64 {value}"), &value);
    }
    for value in [0_u128, 251, 0x1_0000_0000, u128::from(u64::MAX), 1 << 64, u128::MAX] {
        lines.value(&format!("u128 {value}"), &value);
    }
    for value in [0_i128, -1, i128::from(i64::MIN), i128::from(i64::MIN) - 1, i128::MAX, i128::MIN] {
        lines.value(&format!("i128 {value}"), &value);
    }
    lines.value("usize 300", &300_usize);
    lines.value("isize -300", &-300_isize);
    for (name, value) in
        [("1.5", 1.5_f32), ("-0", -0.0), ("infinity", f32::INFINITY), ("least", f32::from_bits(1))]
    {
        lines.value(&format!("f32 {name}"), &value);
    }
    for (name, value) in
        [("0.1", 0.1_f64), ("-0", -0.0), ("-infinity", f64::NEG_INFINITY), ("least", f64::from_bits(1))]
    {
        lines.value(&format!("f64 {name}"), &value);
    }
}

fn texts(lines: &mut Lines) {
    lines.value("string empty", &String::new());
    lines.value("string mixed", &"h\u{e9}llo \u{6f22} \u{1f600} \0".to_owned());
    lines.value("string long", &"x".repeat(300));
    for (name, value) in [("a", 'a'), ("2", '\u{e9}'), ("3", '\u{6f22}'), ("4", '\u{1f600}'), ("0", '\0')] {
        lines.value(&format!("char {name}"), &value);
    }
    lines.value("bytes", &vec![0_u8, 1, 255]);
    lines.value("bytes long", &vec![7_u8; 251]);
    lines.value("fixed bytes", &[1_u8, 2, 3]);
}

fn compounds(lines: &mut Lines) {
    lines.value("unit", &());
    lines.value("empty struct", &Empty);
    lines.value("tuple", &(1_u8, -300_i16, true, "x".to_owned()));
    lines.value("tuple struct", &Wrapper(70_000));
    lines.value("boxed", &Box::new(5_u32));
    lines.value("none", &None::<u32>);
    lines.value("some", &Some(300_u32));
    lines.value("result ok", &Ok::<u16, String>(300));
    lines.value("result err", &Err::<u16, String>("no".to_owned()));
    lines.value("color", &[Color::Red, Color::Green, Color::Blue]);
    lines.value("numbered", &[Numbered::Ten, Numbered::Five]);
    let rectangle = Shape::Rectangle { width: 1, height: -2 };
    lines.value(
        "shapes",
        &vec![Shape::Circle(2.5), rectangle, Shape::Pair(9, "p".to_owned()), Shape::Nothing],
    );
    lines.value("vec", &vec![1_u32, 300, 70_000]);
    lines.value("vec of units", &vec![(), (), ()]);
    lines.value("array", &[1_u16, 300, 9]);
    lines.value("map", &BTreeMap::from([("a".to_owned(), 1_i32), ("b".to_owned(), -1)]));
    lines.value("set", &BTreeSet::from([1_u64, 300]));
    let leaf = |value| Tree { value, children: Vec::new(), first: None };
    let tree = Tree { value: 1, children: vec![leaf(2), leaf(300)], first: Some(Box::new(leaf(4))) };
    lines.value("tree", &tree);
}

/// `SplitMix64`: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Of any size: small ones are as frequent as large ones.
    fn sized(&mut self) -> u64 {
        let shift = self.next() % 64;
        self.next() >> shift
    }

    #[expect(clippy::cast_possible_truncation, reason = "lower bits of a random number are random")]
    fn byte(&mut self) -> u8 {
        self.sized() as u8
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("it is below a usize")
    }

    fn list<T>(&mut self, longest: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(longest + 1)).map(|_| make(self)).collect()
    }

    fn letter(&mut self) -> char {
        let letters = ['a', 'Z', ' ', '\u{e9}', '\u{7ff}', '\u{800}', '\u{6f22}', '\u{ffff}', '\u{1f600}'];
        letters.into_iter().nth(self.below(letters.len())).expect("one of them")
    }

    fn text(&mut self) -> String {
        self.list(8, Self::letter).into_iter().collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "lower bits of a random number are random")]
    #[expect(clippy::cast_possible_wrap, reason = "the sign of a random number is random")]
    fn record(&mut self) -> Record {
        let (upper, lower) = (self.sized(), self.sized());
        Record {
            id: self.sized(),
            small: self.sized() as u16,
            delta: self.sized() as i32,
            wide: ((u128::from(upper) << 64 | u128::from(lower)) >> (self.next() % 128)) as i128,
            ratio: f64::from(self.next() as i32) / 1024.0,
            name: self.text(),
            tags: self.list(3, Self::text),
            color: [Color::Red, Color::Green, Color::Blue]
                .into_iter()
                .nth(self.below(3))
                .expect("one of three"),
            shape: match self.below(4) {
                0 => Shape::Circle((self.next() as i16).into()),
                1 => Shape::Rectangle { width: self.byte(), height: self.sized() as i64 },
                2 => Shape::Pair(self.sized() as u16, self.text()),
                _ => Shape::Nothing,
            },
            parent: (self.below(2) == 0).then(|| self.sized() as u32),
            counts: self
                .list(4, |random| (random.sized() as i16, random.below(2) == 0))
                .into_iter()
                .collect(),
            raw: self.list(40, Self::byte),
            grid: [[self.byte(), self.byte()], [self.byte(), self.byte()]],
            letter: self.letter(),
        }
    }
}

/// As JSON has it, with what a number of JavaScript would not hold as a text.
fn json(record: &Record) -> String {
    let shape = match &record.shape {
        Shape::Circle(radius) => format!(r#"{{"kind":"circle","value":{radius:?}}}"#),
        Shape::Rectangle { width, height } => {
            format!(r#"{{"kind":"rectangle","value":{{"width":{width},"height":"{height}"}}}}"#)
        }
        Shape::Pair(number, text) => format!(r#"{{"kind":"pair","value":[{number},"{text}"]}}"#),
        Shape::Nothing => r#"{"kind":"nothing"}"#.to_owned(),
    };
    let tags: Vec<String> = record.tags.iter().map(|tag| format!(r#""{tag}""#)).collect();
    let counts: Vec<String> = record.counts.iter().map(|(key, value)| format!("[{key},{value}]")).collect();
    let Record { id, small, delta, wide, ratio, name, color, raw, grid, letter, .. } = record;
    let color = format!("{color:?}").to_lowercase();
    let parent = record.parent.map_or_else(|| "null".to_owned(), |parent| parent.to_string());
    format!(
        r#"{{"id":"{id}","small":{small},"delta":{delta},"wide":"{wide}","ratio":{ratio:?},"name":"{name}","tags":[{}],"color":"{color}","shape":{shape},"parent":{parent},"counts":[{}],"raw":{raw:?},"grid":{grid:?},"letter":"{letter}"}}"#,
        tags.join(","),
        counts.join(","),
    )
}
