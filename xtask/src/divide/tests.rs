//! A small module divided.

use super::*;
use wasm_encoder::{
    IndirectNameMap, MemorySection, MemoryType, NameMap, NameSection, TypeSection, ValType,
};
use wasmparser::Validator;

/// Functions 0: exported, calls 1 and 3; 1: `later`, calls 2 and 3; 2: called by 1 alone; 3: called by both; 4: called by nobody.
/// At address 64 stands [`DATA`].
const DATA: &[u8] = b"at once|what is read only later|of them, no more|soon";

/// What is reached through the function `later` alone: itself, and three pieces of the data.
fn later() -> Behind<'static> {
    let piece = |from: usize, to: usize| (64 + from as u32, &DATA[from..to]);
    Behind {
        functions: BTreeSet::from(["later".to_owned()]),
        data: BTreeMap::from([piece(8, 20), piece(20, 31), piece(32, 39)]),
        strayed: Vec::new(),
    }
}

fn module() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    for calls in [&[1, 3][..], &[2, 3], &[], &[], &[3]] {
        functions.function(0);
        let mut body = Function::new([]);
        body.instruction(&Instruction::LocalGet(0));
        for &function in calls {
            body.instruction(&Instruction::Call(function));
        }
        body.instruction(&Instruction::End);
        code.function(&body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export("run", ExportKind::Func, 0);
    let mut names = NameMap::new();
    names.append(0, "page::run");
    names.append(1, "later");
    let mut section = NameSection::new();
    section.functions(&names);
    section.locals(&IndirectNameMap::new());
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(64), DATA.iter().copied());
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code)
        .section(&data)
        .section(&section);
    module.finish()
}

fn functions_with_code(module: &[u8]) -> usize {
    let payloads = Parser::new(0).parse_all(module);
    payloads
        .filter(|payload| matches!(payload, Ok(Payload::CodeSectionEntry(_))))
        .count()
}

#[test]
fn what_only_later_functions_call_moves_with_them() {
    let whole = module();
    let later = later();
    let known = Whole::read(&whole, &later).unwrap();
    assert_eq!(known.moved(), BTreeSet::from([1, 2]));
    let [first, second] = divide(&whole, &later).unwrap().unwrap();
    assert_eq!(
        (functions_with_code(&first), functions_with_code(&second)),
        (5, 2)
    );
    for part in [&first, &second] {
        Validator::new().validate_all(part).unwrap();
    }
    let nothing = Behind::default();
    let first = Whole::read(&first, &nothing).unwrap();
    let exported: Vec<&str> = first.exports.iter().map(|export| export.0).collect();
    assert_eq!(exported, ["run", "$f0", "later", "$m0"]);
    let second = Whole::read(&second, &nothing).unwrap();
    assert_eq!(
        (second.imported, second.tables.len(), second.memories.len()),
        (1, 1, 1)
    );
    assert_eq!(second.in_tables, BTreeSet::from([1, 2]));
    // It calls its own second function, and the one it imports.
    assert_eq!(second.named_by, [BTreeSet::from([0, 2]), BTreeSet::new()]);
}

/// The segments of a module: address and bytes.
fn segments(module: &[u8]) -> Vec<(u32, &[u8])> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(section) = payload.unwrap() {
            for segment in section {
                let segment = segment.unwrap();
                found.push((address_of(&segment).unwrap().unwrap(), segment.data));
            }
        }
    }
    found
}

#[test]
fn what_only_later_functions_read_moves_unless_it_is_short() {
    let [first, second] = divide(&module(), &later()).unwrap().unwrap();
    let mut kept = DATA.to_vec();
    kept[8..31].fill(0);
    assert_eq!(segments(&first), [(64, &kept[..])]);
    assert_eq!(segments(&second), [(72, &b"what is read only later"[..])]);
}

#[test]
fn data_that_is_not_as_it_was_linked_is_refused() {
    let mut later = later();
    later.data.insert(64, b"never!!");
    assert!(divide(&module(), &later).is_err());
}

#[test]
fn a_module_without_later_functions_stays_whole() {
    let nothing = Behind::default();
    assert!(divide(&module(), &nothing).unwrap().is_none());
    assert!(divide(b"no module", &nothing).is_err());
}
