//! A small linked module with doors.

use super::*;
use std::borrow::Cow;
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, Encode, ExportKind,
    ExportSection, FunctionSection, LinkingSection, MemorySection, MemoryType, Module, NameMap,
    NameSection, SymbolTable, TypeSection,
};

const R_FUNCTION: u8 = 0;
const R_MEMORY_SLEB: u8 = 4;

/// An index that the linker may change: it leaves room for any.
const ANY: [u8; 5] = [0x80, 0x80, 0x80, 0x80, 0];

/// LEB128.
fn encoded(number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    number.encode(&mut bytes);
    bytes
}

/// What the functions of a module name: its other functions, and pieces of its data.
enum Use {
    Calls(u8),
    Reads(u8),
}
use Use::{Calls, Reads};

/// A module whose functions have these names and uses, the first of them exported, and whose data is `pieces`.
fn module(functions: &[(&str, &[Use])], pieces: &[&str]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut declared = FunctionSection::new();
    let mut exports = ExportSection::new();
    exports.export("main", ExportKind::Func, 0);
    let mut code = CodeSection::new();
    let mut names = NameMap::new();
    let mut symbols = SymbolTable::new();
    let mut relocations = Vec::new();
    // Behind the count of functions.
    let mut at = encoded(functions.len()).len();
    for (index, (name, uses)) in functions.iter().enumerate() {
        declared.function(0);
        names.append(index as u32, name);
        symbols.function(0, index as u32, Some(name));
        let (mut body, mut in_body) = (Vec::new(), Vec::new());
        // No locals.
        body.push(0);
        for it in *uses {
            let (kind, target, opcode) = match it {
                Calls(function) => (R_FUNCTION, *function, 0x10),
                Reads(piece) => (R_MEMORY_SLEB, functions.len() as u8 + piece, 0x41),
            };
            body.push(opcode);
            in_body.push((kind, body.len(), target));
            body.extend(ANY);
            if matches!(it, Reads(_)) {
                body.push(0x1a);
            }
        }
        body.push(0x0b);
        at += encoded(body.len()).len();
        for (kind, place, target) in in_body {
            relocations.push((kind, at + place, target));
        }
        at += body.len();
        code.raw(&body);
    }
    let mut offset = 0;
    for piece in pieces {
        let size = piece.len() as u32;
        let definition = DataSymbolDefinition {
            index: 0,
            offset,
            size,
        };
        symbols.data(0, piece, Some(definition));
        offset += size;
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(64), pieces.concat().bytes());
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);
    let mut section = NameSection::new();
    section.functions(&names);
    // The code section is the fifth.
    let mut reloc = vec![4];
    reloc.extend(encoded(relocations.len()));
    for (kind, offset, target) in relocations {
        reloc.push(kind);
        reloc.extend(encoded(offset));
        reloc.push(target);
        if kind == R_MEMORY_SLEB {
            reloc.push(0);
        }
    }
    let mut module = Module::new();
    module
        .section(&types)
        .section(&declared)
        .section(&memories)
        .section(&exports)
        .section(&code)
        .section(&data)
        .section(&linking)
        .section(&CustomSection {
            name: Cow::Borrowed("reloc.CODE"),
            data: Cow::Borrowed(&reloc),
        })
        .section(&section);
    module.finish()
}

/// `main` calls all doors and `both`; the doors call `both` and `behind`, which read a piece each.
fn with_doors(doors: &[&str]) -> Vec<u8> {
    let count = doors.len() as u8;
    let (both, behind) = (count + 1, count + 2);
    let mut main: Vec<Use> = (1..=count).map(Calls).collect();
    main.push(Calls(both));
    let of_door = [Calls(both), Calls(behind), Reads(2)];
    let mut functions: Vec<(&str, &[Use])> = vec![("main", &main)];
    functions.extend(doors.iter().map(|&door| (door, &of_door[..])));
    functions.push(("both", &[Reads(0)]));
    functions.push(("behind", &[Reads(1)]));
    module(&functions, &["of both", "of behind", "of doors"])
}

#[test]
fn what_only_doors_reach_is_behind_them_and_so_is_its_data() {
    let mut doors = BY_NAME.to_vec();
    doors.push("seedling::labs::data::later::view::picture");
    let module = with_doors(&doors);
    let found = behind_doors(&module).unwrap();
    let mut functions: BTreeSet<String> = doors.iter().map(|&it| it.to_owned()).collect();
    functions.insert("behind".to_owned());
    assert_eq!(found.functions, functions);
    let data = BTreeMap::from([(71, &b"of behind"[..]), (80, &b"of doors"[..])]);
    assert_eq!(found.data, data);
}

#[test]
fn a_door_that_is_missing_is_an_error() {
    let error = behind_doors(&with_doors(&BY_NAME[1..])).unwrap_err();
    assert!(error.to_string().contains(BY_NAME[0]), "{error}");
    // A module that has none at all is another program.
    let other = with_doors(&["another::program"]);
    let found = behind_doors(&other).unwrap();
    assert!(found.functions.is_empty() && found.data.is_empty());
}

#[test]
fn what_strays_past_the_doors_is_named() {
    let mut functions: Vec<(&str, &[Use])> = vec![("main", &[Calls(1), Calls(2)])];
    let stray = "seedling::worker::later::look::looking::{{closure}}";
    functions.extend([(stray, &[][..]), ("both", &[])]);
    functions.extend(BY_NAME.iter().map(|&door| (door, &[][..])));
    let module = module(&functions, &[]);
    assert_eq!(behind_doors(&module).unwrap().strayed, [stray]);
}

#[test]
fn other_functions_are_no_doors() {
    assert!(BY_NAME.into_iter().all(is_door));
    assert!(is_door("seedling::labs::model::later::settings"));
    for name in [
        "seedling::labs::model::settings",
        "seedling::labs::model::later::settings::{{closure}}",
        "seedling::worker::later::answering::{{closure}}",
        "seedling::worker::asking::answering",
        "<seedling::worker::later::compare::Contest as seedling::worker::comparing::Comparing>::stop",
    ] {
        assert!(!is_door(name), "{name}");
    }
}
