//! Divides the page's module in two: what a first visit needs, and what is fetched when it is needed.
//!
//! Functions that are only reached through what comes later ([`super::reach`]), and those that only they call, move to the second
//! module. The first keeps a stub in the place of each that it still calls or holds in a table; the stub calls through a table of its
//! own, which the second module fills when it is instantiated with the exports of the first. Data that only such functions read
//! moves as well: the first module has zeros in its place, until the second writes it there. Nothing else changes: both share
//! one memory and one stack.
//!
//! The program must not call such a function before the second module is there; `labs::deferred` and `worker::second_part` see to it. A module without
//! names or without such functions stays whole.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, ImportSection, Instruction, Module, RawSection,
    RefType, SectionId, TableSection, TableType,
};
use wasmparser::{
    ElementItems, ElementKind, ExternalKind, FunctionBody, KnownCustom, Name, Operator, Parser,
    Payload, TypeRef,
};

use crate::Outcome;
use crate::reach::{Behind, address_of};

/// Export of the table that stubs call through. The page looks for it to see whether its module is divided.
const TABLE: &str = "later";
/// What the second module calls the first.
const FIRST: &str = "page";

/// Stretches of data shorter than this stay where they are: a segment of their own would be as long.
const SHORTEST: usize = 12;

/// Both parts of a module from which this moves, or `None` for one that stays whole.
pub fn divide(module: &[u8], later: &Behind) -> Outcome<Option<[Vec<u8>; 2]>> {
    let whole = Whole::read(module, later)?;
    let moved = whole.moved();
    if moved.is_empty() {
        return Ok(None);
    }
    let (second, imported) = whole.second(module, &moved)?;
    let first = whole.first(module, &moved, &imported)?;
    Ok(Some([first, second]))
}

/// What has to be known of a module.
#[derive(Default)]
struct Whole<'a> {
    types: Option<&'a [u8]>,
    /// Parameters of each type, and whether it is a function's.
    parameters: Vec<u32>,
    imported: u32,
    /// Type of each function, imported ones first.
    function_types: Vec<u32>,
    tables: Vec<TableType>,
    memories: Vec<wasm_encoder::MemoryType>,
    globals: Vec<wasm_encoder::GlobalType>,
    /// Tables, memories and globals that are imported stand first in their spaces and are declared elsewhere.
    defined_tables: Vec<TableType>,
    exports: Vec<(&'a str, ExternalKind, u32)>,
    start: Option<u32>,
    /// Functions that stand in tables.
    in_tables: BTreeSet<u32>,
    bodies: Vec<FunctionBody<'a>>,
    /// Functions that each body names.
    named_by: Vec<BTreeSet<u32>>,
    later: BTreeSet<u32>,
    /// Places in the file of the data that moves, by their addresses.
    later_data: BTreeMap<u32, Range<usize>>,
}

impl<'a> Whole<'a> {
    fn read(module: &'a [u8], later: &Behind) -> Outcome<Self> {
        let mut whole = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            whole.take(payload?, module, later)?;
        }
        Ok(whole)
    }

    fn take(&mut self, payload: Payload<'a>, module: &'a [u8], later: &Behind) -> Outcome<()> {
        let mut as_is = wasm_encoder::reencode::RoundtripReencoder;
        match payload {
            Payload::TypeSection(section) => {
                self.types = Some(&module[section.range()]);
                for group in section.into_iter_err_on_gc_types() {
                    self.parameters.push(group?.params().len() as u32);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    match import?.ty {
                        TypeRef::Func(ty) => {
                            self.function_types.push(ty);
                            self.imported += 1;
                        }
                        TypeRef::Table(ty) => self.tables.push(as_is.table_type(ty)?),
                        TypeRef::Memory(ty) => self.memories.push(as_is.memory_type(ty)?),
                        TypeRef::Global(ty) => self.globals.push(as_is.global_type(ty)?),
                        other => return Err(format!("an import of {other:?}").into()),
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.function_types.push(ty?);
                }
            }
            Payload::TableSection(section) => {
                for table in section {
                    let ty = as_is.table_type(table?.ty)?;
                    self.tables.push(ty);
                    self.defined_tables.push(ty);
                }
            }
            Payload::MemorySection(section) => {
                for ty in section {
                    self.memories.push(as_is.memory_type(ty?)?);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section {
                    self.globals.push(as_is.global_type(global?.ty)?);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.exports.push((export.name, export.kind, export.index));
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => {
                for element in section {
                    let element = element?;
                    match element.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                self.in_tables.insert(function?);
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                for operator in expression?.get_operators_reader() {
                                    if let Operator::RefFunc { function_index } = operator? {
                                        self.in_tables.insert(function_index);
                                    }
                                }
                            }
                        }
                    }
                    if matches!(element.kind, ElementKind::Passive) {
                        return Err("a passive element segment".into());
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                let mut named = BTreeSet::new();
                for operator in body.get_operators_reader()? {
                    match operator? {
                        Operator::Call { function_index }
                        | Operator::ReturnCall { function_index } => {
                            named.insert(function_index);
                        }
                        Operator::RefFunc { function_index } => {
                            named.insert(function_index);
                            self.in_tables.insert(function_index);
                        }
                        Operator::MemoryInit { .. } | Operator::DataDrop { .. } => {
                            return Err("a passive data segment".into());
                        }
                        _ => {}
                    }
                }
                self.bodies.push(body);
                self.named_by.push(named);
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    for subsection in names {
                        if let Name::Function(functions) = subsection? {
                            for function in functions {
                                let function = function?;
                                if later.functions.contains(function.name) {
                                    self.later.insert(function.index);
                                }
                            }
                        }
                    }
                }
            }
            Payload::DataSection(section) => {
                for segment in section {
                    let segment = segment?;
                    if let Some(address) = address_of(&segment)? {
                        let place = segment.range.end - segment.data.len();
                        self.find_data(module, address, place..segment.range.end, later)?;
                    }
                }
            }
            Payload::TagSection(_) => return Err("a section of tags".into()),
            _ => {}
        }
        Ok(())
    }

    /// Finds what moves out of the segment that stands at `place` in the file and is put to `address`.
    fn find_data(
        &mut self,
        module: &[u8],
        address: u32,
        place: Range<usize>,
        later: &Behind,
    ) -> Outcome<()> {
        let end = address + place.len() as u32;
        let mut stretches: Vec<(u32, Range<usize>)> = Vec::new();
        for (&from, &bytes) in later.data.range(address..end) {
            let start = place.start + (from - address) as usize;
            let stretch = start..start + bytes.len();
            if module.get(stretch.clone()) != Some(bytes) {
                return Err(format!("the data at {from} is not what was linked").into());
            }
            match stretches.last_mut() {
                Some((_, last)) if last.end == stretch.start => last.end = stretch.end,
                _ => stretches.push((from, stretch)),
            }
        }
        stretches.retain(|(_, stretch)| stretch.len() >= SHORTEST);
        self.later_data.extend(stretches);
        Ok(())
    }

    fn body(&self, function: u32) -> Option<usize> {
        function
            .checked_sub(self.imported)
            .map(|index| index as usize)
    }

    /// Functions of the second module: the marked ones, and whatever is reached through them alone.
    fn moved(&self) -> BTreeSet<u32> {
        if self.later.is_empty() {
            return BTreeSet::new();
        }
        let kept = self.reached(&self.later);
        let mut moved = self.reached(&BTreeSet::new());
        moved.retain(|function| !kept.contains(function));
        moved
    }

    /// Functions with a body that are reached from outside without entering these.
    fn reached(&self, without: &BTreeSet<u32>) -> BTreeSet<u32> {
        let exported = self.exports.iter().filter_map(|&(_, kind, index)| {
            matches!(kind, ExternalKind::Func | ExternalKind::FuncExact).then_some(index)
        });
        let mut open: Vec<u32> = exported
            .chain(self.start)
            .chain(self.in_tables.iter().copied())
            .filter(|function| !without.contains(function))
            .collect();
        let mut reached = BTreeSet::new();
        while let Some(function) = open.pop() {
            let Some(body) = self.body(function) else {
                continue;
            };
            if reached.insert(function) {
                let named = self.named_by[body].iter();
                open.extend(named.filter(|it| !without.contains(it)));
            }
        }
        reached
    }

    /// The second module, and the functions it imports of the first.
    fn second(&self, module: &[u8], moved: &BTreeSet<u32>) -> Outcome<(Vec<u8>, BTreeSet<u32>)> {
        let imported: BTreeSet<u32> = moved
            .iter()
            .filter_map(|&function| self.body(function))
            .flat_map(|body| self.named_by[body].iter().copied())
            .filter(|function| !moved.contains(function))
            .collect();
        let mut places = Places(BTreeMap::new());
        let mut imports = ImportSection::new();
        for (index, &function) in imported.iter().enumerate() {
            places.0.insert(function, places.0.len() as u32);
            let ty = EntityType::Function(self.function_types[function as usize]);
            imports.import(FIRST, &name("f", index), ty);
        }
        for (index, ty) in self.tables.iter().enumerate() {
            imports.import(FIRST, &name("t", index), *ty);
        }
        let stubs = stub_table(moved);
        imports.import(FIRST, TABLE, stubs);
        for (index, ty) in self.memories.iter().enumerate() {
            imports.import(FIRST, &name("m", index), *ty);
        }
        for (index, ty) in self.globals.iter().enumerate() {
            imports.import(FIRST, &name("g", index), *ty);
        }
        let mut functions = FunctionSection::new();
        for &function in moved {
            places.0.insert(function, places.0.len() as u32);
            functions.function(self.function_types[function as usize]);
        }
        let mut code = CodeSection::new();
        for &function in moved {
            let body = self
                .body(function)
                .ok_or("an imported function has a body")?;
            places
                .parse_function_body(&mut code, self.bodies[body].clone())
                .map_err(|error| error.to_string())?;
        }
        let all: Vec<u32> = moved.iter().map(|function| places.0[function]).collect();
        let mut elements = ElementSection::new();
        elements.active(
            Some(self.tables.len() as u32),
            &ConstExpr::i32_const(0),
            Elements::Functions(all.into()),
        );
        let mut data = DataSection::new();
        for (&address, stretch) in &self.later_data {
            let address = ConstExpr::i32_const(address.cast_signed());
            data.active(0, &address, module[stretch.clone()].iter().copied());
        }
        let mut second = Module::new();
        second
            .section(&self.type_section()?)
            .section(&imports)
            .section(&functions)
            .section(&elements)
            .section(&code)
            .section(&data);
        Ok((second.finish(), imported))
    }

    /// The first module: stubs and zeros for what moved, the table that stubs call through, and exports of all that the second imports.
    fn first(
        &self,
        module: &[u8],
        moved: &BTreeSet<u32>,
        imported: &BTreeSet<u32>,
    ) -> Outcome<Vec<u8>> {
        let mut first = Module::new();
        let mut has_table_section = false;
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            // The new table comes after the tables there are, whether or not any is defined here.
            let id = payload.as_section().map(|(id, _)| id);
            let is_behind_tables =
                id.is_some_and(|id| id != 0 && id != 1 && id != 2 && id != 3 && id != 4);
            if is_behind_tables && !has_table_section {
                has_table_section = true;
                first.section(&self.with_stub_table(moved));
            }
            match payload {
                Payload::TableSection(_) => {
                    has_table_section = true;
                    first.section(&self.with_stub_table(moved));
                }
                Payload::ExportSection(_) => {
                    first.section(&self.with_exports(imported));
                }
                Payload::CodeSectionStart { .. } => {
                    first.section(&self.with_stubs(moved)?);
                }
                Payload::CodeSectionEntry(_) => {}
                Payload::DataSection(section) => {
                    let range = section.range();
                    let mut data = module[range.clone()].to_vec();
                    for stretch in self.later_data.values() {
                        data[stretch.start - range.start..stretch.end - range.start].fill(0);
                    }
                    first.section(&RawSection {
                        id: SectionId::Data.into(),
                        data: &data,
                    });
                }
                other => {
                    if let Some((id, range)) = other.as_section() {
                        let data = &module[range];
                        first.section(&RawSection { id, data });
                    }
                }
            }
        }
        Ok(first.finish())
    }

    fn type_section(&self) -> Outcome<RawSection<'a>> {
        Ok(RawSection {
            id: SectionId::Type.into(),
            data: self.types.ok_or("a module without types")?,
        })
    }

    fn with_stub_table(&self, moved: &BTreeSet<u32>) -> TableSection {
        let mut tables = TableSection::new();
        for ty in &self.defined_tables {
            tables.table(*ty);
        }
        tables.table(stub_table(moved));
        tables
    }

    fn with_exports(&self, imported: &BTreeSet<u32>) -> ExportSection {
        let mut exports = ExportSection::new();
        for &(name, kind, index) in &self.exports {
            exports.export(name, kind.into(), index);
        }
        for (index, &function) in imported.iter().enumerate() {
            exports.export(&name("f", index), ExportKind::Func, function);
        }
        exports.export(TABLE, ExportKind::Table, self.tables.len() as u32);
        for index in 0..self.tables.len() {
            exports.export(&name("t", index), ExportKind::Table, index as u32);
        }
        for index in 0..self.memories.len() {
            exports.export(&name("m", index), ExportKind::Memory, index as u32);
        }
        for index in 0..self.globals.len() {
            exports.export(&name("g", index), ExportKind::Global, index as u32);
        }
        exports
    }

    fn with_stubs(&self, moved: &BTreeSet<u32>) -> Outcome<CodeSection> {
        let mut code = CodeSection::new();
        let table_index = self.tables.len() as u32;
        for (index, body) in self.bodies.iter().enumerate() {
            let function = self.imported + index as u32;
            let Some(place) = moved.iter().position(|it| *it == function) else {
                code.raw(body.as_bytes());
                continue;
            };
            let type_index = self.function_types[function as usize];
            let mut stub = Function::new([]);
            for parameter in 0..self.parameters[type_index as usize] {
                stub.instruction(&Instruction::LocalGet(parameter));
            }
            stub.instruction(&Instruction::I32Const(i32::try_from(place)?));
            stub.instruction(&Instruction::CallIndirect {
                type_index,
                table_index,
            });
            stub.instruction(&Instruction::End);
            code.function(&stub);
        }
        Ok(code)
    }
}

fn stub_table(moved: &BTreeSet<u32>) -> TableType {
    TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: moved.len() as u64,
        maximum: None,
        shared: false,
    }
}

/// The name of an export that the second module imports. No export of a program begins like this.
fn name(space: &str, index: usize) -> String {
    format!("${space}{index}")
}

/// Where functions stand in the second module; everything else stands where it stood.
struct Places(BTreeMap<u32, u32>);

impl Reencode for Places {
    type Error = String;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<String>> {
        let place = self.0.get(&function).copied();
        place.ok_or_else(|| Error::UserError(format!("function {function} has no place")))
    }
}

#[cfg(test)]
mod tests;
