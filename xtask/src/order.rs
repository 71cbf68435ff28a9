//! Puts the functions of a module in an order in which gzip finds what they have in common: it looks back 32 KiB, and the functions made
//! from one generic function, or by one derive, are nearly the same. The linker leaves them where they were first asked for.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module, NameMap, NameSection};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionSectionReader, KnownCustom, Name, Parser,
    Payload, TypeRef,
};

use crate::Outcome;

/// The same module with functions of one name, whatever types they are made for, side by side, short ones first; without custom sections
/// other than the names of functions. A module without names keeps its order.
pub fn by_name(module: &[u8]) -> Outcome<Vec<u8>> {
    let mut order = Order::of(module)?;
    let mut ordered = Module::new();
    order
        .parse_core_module(&mut ordered, Parser::new(0), module)
        .map_err(|error| error.to_string())?;
    Ok(ordered.finish())
}

/// A function's name without the types it is made for.
fn stem(name: &str) -> String {
    let mut depth = 0_u32;
    let mut stem = String::new();
    for letter in format!("{:#}", rustc_demangle::demangle(name)).chars() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => stem.push(letter),
            _ => {}
        }
    }
    stem
}

/// Old indices of the functions that are defined, in their new order, and the new indices of all.
struct Order {
    imported: u32,
    order: Vec<u32>,
    index_of: Vec<u32>,
}

impl Order {
    fn of(module: &[u8]) -> Outcome<Self> {
        let mut imported = 0;
        let mut lengths = Vec::new();
        let mut stems = BTreeMap::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Func(_) = import?.ty {
                            imported += 1;
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => lengths.push(body.range().len()),
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(names) = section.as_known() {
                        for subsection in names {
                            if let Name::Function(functions) = subsection? {
                                for function in functions {
                                    let function = function?;
                                    stems.insert(function.index, stem(function.name));
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let all = imported + lengths.len() as u32;
        let mut order: Vec<u32> = (imported..all).collect();
        if !stems.is_empty() {
            order.sort_by_key(|&function| {
                (
                    stems.get(&function),
                    lengths[(function - imported) as usize],
                )
            });
        }
        let mut index_of: Vec<u32> = (0..all).collect();
        for (place, &function) in order.iter().enumerate() {
            index_of[function as usize] = imported + place as u32;
        }
        Ok(Self {
            imported,
            order,
            index_of,
        })
    }
}

impl Reencode for Order {
    type Error = String;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<String>> {
        let index = self.index_of.get(function as usize).copied();
        index.ok_or_else(|| Error::UserError(format!("there is no function {function}")))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<String>> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for &function in &self.order {
            functions.function(types[(function - self.imported) as usize]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<String>> {
        let bodies: Vec<_> = section.into_iter().collect::<Result<_, _>>()?;
        for function in self.order.clone() {
            let body = bodies[(function - self.imported) as usize].clone();
            self.parse_function_body(code, body)?;
        }
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error<String>> {
        let KnownCustom::Name(names) = section.as_known() else {
            return Ok(());
        };
        let mut named = BTreeMap::new();
        for subsection in names {
            if let Name::Function(functions) = subsection? {
                for function in functions {
                    let function = function?;
                    named.insert(self.function_index(function.index)?, function.name);
                }
            }
        }
        let mut functions = NameMap::new();
        for (index, name) in named {
            functions.append(index, name);
        }
        let mut names = NameSection::new();
        names.functions(&functions);
        module.section(&names);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{ExportKind, ExportSection, Function, Instruction, TypeSection, ValType};
    use wasmparser::{Operator, Validator};

    /// Functions of these names; each returns its place here, the last one by calling the first. All are exported.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let mut functions = FunctionSection::new();
        let mut exports = ExportSection::new();
        let mut code = CodeSection::new();
        let mut known = NameMap::new();
        for (index, name) in names.iter().enumerate() {
            functions.function(0);
            exports.export(name, ExportKind::Func, index as u32);
            known.append(index as u32, name);
            let mut body = Function::new([]);
            if index + 1 < names.len() {
                body.instruction(&Instruction::I32Const(index as i32));
            } else {
                body.instruction(&Instruction::Nop);
                body.instruction(&Instruction::Call(0));
            }
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut section = NameSection::new();
        section.functions(&known);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&functions)
            .section(&exports)
            .section(&code)
            .section(&section);
        module.finish()
    }

    /// Names and functions.
    type Pointers = Vec<(String, u32)>;

    /// What each function does first, and where each export and each name points.
    fn seen(module: &[u8]) -> (Vec<String>, Pointers, Pointers) {
        let (mut bodies, mut exports, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::CodeSectionEntry(body) => {
                    let operators = body.get_operators_reader().unwrap();
                    let mut operators = operators.into_iter().map(Result::unwrap);
                    let first = operators.find(|it| !matches!(it, Operator::Nop)).unwrap();
                    bodies.push(format!("{first:?}"));
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        let export = export.unwrap();
                        exports.push((export.name.to_owned(), export.index));
                    }
                }
                Payload::CustomSection(section) => {
                    let KnownCustom::Name(subsections) = section.as_known() else {
                        continue;
                    };
                    for subsection in subsections {
                        if let Name::Function(functions) = subsection.unwrap() {
                            for function in functions {
                                let function = function.unwrap();
                                names.push((function.name.to_owned(), function.index));
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        (bodies, exports, names)
    }

    #[test]
    fn functions_of_one_name_come_together_and_keep_their_callers() {
        let names = ["push::<u8>", "draw", "<Row as Draw>::of", "push::<f32>"];
        let ordered = by_name(&module(&names)).unwrap();
        Validator::new().validate_all(&ordered).unwrap();
        let (bodies, mut exports, named) = seen(&ordered);
        let constant = |value: u32| format!("I32Const {{ value: {value} }}");
        let call = "Call { function_index: 2 }".to_owned();
        assert_eq!(bodies, [constant(2), constant(1), constant(0), call]);
        exports.sort_by_key(|it| it.1);
        assert_eq!(exports, named);
        let order: Vec<&str> = named.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(
            order,
            ["<Row as Draw>::of", "draw", "push::<u8>", "push::<f32>"]
        );
    }

    #[test]
    fn stems_have_no_types() {
        assert_eq!(
            stem("push::<alloc::vec::Vec<u8>>::{closure#0}"),
            "push::::{closure#0}"
        );
        assert_eq!(stem("<Row as Draw>::of"), "::of");
    }
}
