//! Which functions and which data of a linked module are reached only through what comes later: views, and work of the engine.
//!
//! The linker, asked with `--emit-relocs`, writes down every place where code or data refers to a function or to data. From there the
//! module is a graph; whatever cannot be reached from its exports without passing a door is needed only behind a door. Names alone
//! could not tell: the compiler makes one function of two that have the same code, and it then has the name of either.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    Data, DataKind, ElementItems, ExternalKind, KnownCustom, Linking, Name, Operator, Parser,
    Payload, RelocSectionReader, RelocationType, SymbolInfo, TypeRef,
};

use crate::Outcome;

/// Doors of laboratories stand in modules of this name …
const ROOM: &str = "::later::";
/// … and are these functions. Only `labs::deferred` is given them.
const VIEWS: [&str; 3] = ["::picture", "::settings", "::page"];
/// Later work of the engine. Of views the like cannot be said: small ones have the code, and then the name, of others.
const ENGINE_ROOM: &str = "seedling::worker::later::";
/// Doors with these names. Those of the engine are entered for the commands that `worker::second_part` names.
const BY_NAME: [&str; 18] = [
    "<seedling::data::objective::Maker>::training_batch",
    "<seedling::data::objective::Maker>::validation_batch",
    "<seedling::tokenizer::vocabulary::Vocabulary>::tokenizer",
    "seedling::models::decode_of_another",
    "seedling::models::forward_of_another",
    "seedling::models::transformer::weights_of",
    "seedling::train::counted::count",
    "seedling::train::counted::log_probabilities",
    "seedling::train::counted::loss",
    "seedling::train::counted::write",
    "seedling::words::said::in_chinese",
    "seedling::worker::later::answering",
    "seedling::worker::later::bench::benching",
    "seedling::worker::later::compare::comparing",
    "seedling::worker::later::look::looking",
    "seedling::worker::later::look::showing",
    "seedling::worker::later::score::scoring",
    "seedling::worker::spec::maker",
];

/// What is behind the doors.
#[derive(Debug, Default)]
pub struct Behind<'a> {
    /// Names of functions.
    pub functions: BTreeSet<String>,
    /// What stands in memory, by its address.
    pub data: BTreeMap<u32, &'a [u8]>,
    /// Later work of the engine that is reached past the doors, and so is not behind them.
    pub strayed: Vec<String>,
}

/// What is behind the doors; nothing for a module without relocations or without doors.
///
/// # Errors
/// A door known by name that is missing: it was renamed, or has become a part of its caller.
pub fn behind_doors(module: &[u8]) -> Outcome<Behind<'_>> {
    let linked = Linked::read(module)?;
    let names: BTreeMap<u32, String> = linked
        .names
        .iter()
        .map(|(function, name)| (*function, format!("{:#}", rustc_demangle::demangle(name))))
        .collect();
    let doors: BTreeSet<u32> = names
        .iter()
        .filter(|(_, name)| is_door(name))
        .map(|(function, _)| *function)
        .collect();
    if doors.is_empty() || linked.symbols.is_empty() {
        return Ok(Behind::default());
    }
    for door in BY_NAME {
        if !names.values().any(|name| name == door) {
            return Err(format!("no function {door}; is it `#[inline(never)]`?").into());
        }
    }
    let reached = linked.reached(&doors)?;
    let is_reached = |function: &u32| reached.functions.contains(function);
    // A name that stands for a function on either side tells nothing.
    let kept: BTreeSet<&str> = linked
        .names
        .iter()
        .filter(|(function, _)| is_reached(function))
        .map(|(_, name)| *name)
        .collect();
    let behind = linked
        .names
        .iter()
        .filter(|(function, name)| !is_reached(function) && !kept.contains(*name));
    let mut data = BTreeMap::new();
    for (start, end) in linked.objects() {
        if !reached.objects.contains(&start)
            && let Some(address) = linked.address(start)?
        {
            data.insert(address, &module[start..end]);
        }
    }
    let is_stray = |name: &str| name.starts_with(ENGINE_ROOM);
    let strayed = names
        .iter()
        .filter(|(function, name)| is_reached(function) && is_stray(name));
    Ok(Behind {
        functions: behind.map(|(_, name)| (*name).to_owned()).collect(),
        data,
        strayed: strayed.map(|(_, name)| name.clone()).collect(),
    })
}

/// What is needed at once.
struct Reached {
    functions: BTreeSet<u32>,
    /// By their first byte in the file.
    objects: BTreeSet<usize>,
}

/// Whether a function of this name, not mangled, is a door.
fn is_door(name: &str) -> bool {
    let is_view = name.contains(ROOM) && VIEWS.iter().any(|view| name.ends_with(view));
    is_view || BY_NAME.contains(&name)
}

/// What a place refers to.
#[derive(Clone, Copy, Debug)]
enum Target {
    Function(u32),
    /// Position in the file.
    Data(usize),
    /// Types, globals, tables: they lead nowhere.
    Nothing,
}

/// Where a segment is put, unless that is decided when the module starts.
pub fn address_of(segment: &Data) -> Outcome<Option<u32>> {
    let DataKind::Active {
        memory_index: 0,
        offset_expr,
    } = &segment.kind
    else {
        return Ok(None);
    };
    Ok(match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Some(value.cast_unsigned()),
        _ => None,
    })
}

/// A linked module as its relocations tell it.
#[derive(Default)]
struct Linked<'a> {
    names: BTreeMap<u32, &'a str>,
    imported: u32,
    /// Where each section's content begins, by its number.
    sections: Vec<usize>,
    /// Where the code of each function stands, in order.
    bodies: Vec<Range<usize>>,
    segments: Vec<Data<'a>>,
    symbols: Vec<SymbolInfo<'a>>,
    relocations: Vec<RelocSectionReader<'a>>,
    roots: BTreeSet<u32>,
}

impl<'a> Linked<'a> {
    fn read(module: &'a [u8]) -> Outcome<Self> {
        let mut linked = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((_, range)) = payload.as_section() {
                linked.sections.push(range.start);
            }
            linked.take(payload)?;
        }
        Ok(linked)
    }

    fn take(&mut self, payload: Payload<'a>) -> Outcome<()> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Func(_) = import?.ty {
                        self.imported += 1;
                    }
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if let ExternalKind::Func = export.kind {
                        self.roots.insert(export.index);
                    }
                }
            }
            Payload::StartSection { func, .. } => {
                self.roots.insert(func);
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body.range()),
            Payload::DataSection(section) => {
                for segment in section {
                    self.segments.push(segment?);
                }
            }
            Payload::ElementSection(section) => {
                // Tables are filled with whatever has its address taken; who takes it is told by the relocations.
                for element in section {
                    if let ElementItems::Expressions(..) = element?.items {
                        return Err("a table of expressions".into());
                    }
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(subsections) => {
                    for subsection in subsections {
                        if let Name::Function(functions) = subsection? {
                            for function in functions {
                                let function = function?;
                                self.names.insert(function.index, function.name);
                            }
                        }
                    }
                }
                KnownCustom::Linking(linking) => {
                    for subsection in linking.subsections() {
                        if let Linking::SymbolTable(table) = subsection? {
                            for symbol in table {
                                self.symbols.push(symbol?);
                            }
                        }
                    }
                }
                KnownCustom::Reloc(relocations) => self.relocations.push(relocations),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    /// Where a data symbol's bytes stand in the file.
    fn place(&self, segment: u32, offset: u32) -> Option<usize> {
        let segment = self.segments.get(segment as usize)?;
        let start = segment.range.end - segment.data.len();
        Some(start + offset as usize)
    }

    /// The address of what stands at `place` in the file, unless that is decided when the module starts.
    fn address(&self, place: usize) -> Outcome<Option<u32>> {
        for segment in &self.segments {
            let start = segment.range.end - segment.data.len();
            if (start..segment.range.end).contains(&place)
                && let Some(address) = address_of(segment)?
            {
                return Ok(Some(address + (place - start) as u32));
            }
        }
        Ok(None)
    }

    fn target(&self, ty: RelocationType, index: u32) -> Outcome<Target> {
        use RelocationType as R;
        let symbol = || {
            let symbol = self.symbols.get(index as usize);
            symbol.ok_or("a relocation names no symbol")
        };
        Ok(match ty {
            R::TypeIndexLeb => Target::Nothing,
            R::FunctionIndexLeb
            | R::TableIndexSleb
            | R::TableIndexI32
            | R::TableIndexRelSleb
            | R::FunctionIndexI32
            | R::FunctionOffsetI32 => match symbol()? {
                SymbolInfo::Func { index, .. } => Target::Function(*index),
                _ => return Err("a call of what is no function".into()),
            },
            R::MemoryAddrLeb | R::MemoryAddrSleb | R::MemoryAddrI32 | R::MemoryAddrRelSleb => {
                match symbol()? {
                    SymbolInfo::Data {
                        symbol: Some(data), ..
                    } => match self.place(data.index, data.offset) {
                        Some(place) => Target::Data(place),
                        None => Target::Nothing,
                    },
                    _ => Target::Nothing,
                }
            }
            R::GlobalIndexLeb | R::GlobalIndexI32 | R::TableNumberLeb => Target::Nothing,
            R::SectionOffsetI32 => Target::Nothing,
            other => return Err(format!("a relocation {other:?}").into()),
        })
    }

    /// What is reached from the exports without entering `doors`.
    fn reached(&self, doors: &BTreeSet<u32>) -> Outcome<Reached> {
        let objects = self.objects();
        let object_at = |place: usize| {
            let (start, end) = objects.range(..=place).next_back()?;
            (place < *end).then_some(*start)
        };
        let mut of_functions: BTreeMap<u32, Vec<Target>> = BTreeMap::new();
        let mut of_objects: BTreeMap<usize, Vec<Target>> = BTreeMap::new();
        let mut open: Vec<Target> = self.roots.iter().map(|&it| Target::Function(it)).collect();
        for section in &self.relocations {
            let number = section.section_index() as usize;
            let start = *self
                .sections
                .get(number)
                .ok_or("relocations of no section")?;
            for relocation in section.entries() {
                let relocation = relocation?;
                let target = self.target(relocation.ty, relocation.index)?;
                let place = start + relocation.offset as usize;
                let body = self.bodies.partition_point(|body| body.end <= place);
                if let Some(body_range) = self.bodies.get(body)
                    && body_range.contains(&place)
                {
                    let function = self.imported + body as u32;
                    of_functions.entry(function).or_default().push(target);
                } else if let Some(object) = object_at(place) {
                    of_objects.entry(object).or_default().push(target);
                } else if self.segments.iter().any(|it| it.range.contains(&place)) {
                    // Data that no symbol owns may be read by anybody.
                    open.push(target);
                }
            }
        }
        let mut functions = BTreeSet::new();
        let mut seen = BTreeSet::new();
        while let Some(target) = open.pop() {
            let next = match target {
                Target::Function(function) => {
                    if doors.contains(&function) || !functions.insert(function) {
                        continue;
                    }
                    of_functions.get(&function)
                }
                Target::Data(place) => {
                    let Some(object) = object_at(place) else {
                        continue;
                    };
                    if !seen.insert(object) {
                        continue;
                    }
                    of_objects.get(&object)
                }
                Target::Nothing => continue,
            };
            open.extend(next.into_iter().flatten());
        }
        Ok(Reached {
            functions,
            objects: seen,
        })
    }

    /// Stretches of data that symbols own, first byte and end; those that overlap are one.
    fn objects(&self) -> BTreeMap<usize, usize> {
        let mut ranges: Vec<(usize, usize)> = Vec::new();
        for symbol in &self.symbols {
            if let SymbolInfo::Data {
                symbol: Some(data), ..
            } = symbol
                && let Some(start) = self.place(data.index, data.offset)
            {
                ranges.push((start, start + data.size as usize));
            }
        }
        ranges.sort_unstable();
        let mut objects: BTreeMap<usize, usize> = BTreeMap::new();
        for (start, end) in ranges {
            match objects.last_entry() {
                Some(mut last) if *last.get() > start => {
                    let end = end.max(*last.get());
                    last.insert(end);
                }
                _ => {
                    objects.insert(start, end);
                }
            }
        }
        objects
    }
}

#[cfg(test)]
mod tests;
