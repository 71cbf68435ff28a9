//! What a module and its JavaScript call each other. wasm-bindgen names an import after what it does and where it came from
//! (`__wbg_get_d7176cfb76d71114`), hundreds of times, once on either side; nobody reads that in a released page.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Export, ImportSectionReader, Parser, Payload};

use crate::Outcome;

/// How the names begin that wasm-bindgen makes.
const MADE: &str = "__wb";
/// Streams made in Rust. `wasm-streams`, which comes with Leptos, exports what JavaScript would call of them; nobody makes one.
const STREAMS: &str = "intounderlying";

/// The same module and script with short names between them, and without exports that nobody calls.
pub fn shortened(module: &[u8], script: &str) -> Outcome<(Vec<u8>, String)> {
    let names = imports(module)?;
    let mut uses: BTreeMap<&str, u32> = BTreeMap::new();
    for word in words(script) {
        *uses.entry(word).or_default() += 1;
    }
    let makes_streams = names.iter().any(|name| name.contains(STREAMS));
    // A name that stands elsewhere too means something there.
    let is_made = |name: &&String| name.starts_with(MADE) && uses.get(name.as_str()) == Some(&1);
    let mut glue = Glue {
        short: names
            .iter()
            .filter(is_made)
            .enumerate()
            .map(|(index, name)| (name.clone(), format!("i{index}")))
            .collect(),
        without_streams: !makes_streams,
    };
    let mut shorter = Module::new();
    glue.parse_core_module(&mut shorter, Parser::new(0), module)
        .map_err(|error| error.to_string())?;
    let script = words(script)
        .map(|word| glue.short.get(word).map_or(word, String::as_str))
        .collect();
    Ok((shorter.finish(), script))
}

/// Names and what stands between them, in order.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let is_of_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let mut rest = script;
    std::iter::from_fn(move || {
        let kind = is_of_name(rest.chars().next()?);
        let end = rest
            .find(|letter| is_of_name(letter) != kind)
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

fn imports(module: &[u8]) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(section) = payload? {
            for import in section.into_imports() {
                names.push(import?.name.to_owned());
            }
        }
    }
    Ok(names)
}

struct Glue {
    short: BTreeMap<String, String>,
    without_streams: bool,
}

impl Reencode for Glue {
    type Error = String;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<String>> {
        for import in section.into_imports() {
            let import = import?;
            let short = self.short.get(import.name);
            let name = short.map_or(import.name, String::as_str).to_owned();
            imports.import(import.module, &name, self.entity_type(import.ty)?);
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<String>> {
        if !(self.without_streams && export.name.contains(STREAMS)) {
            let kind = self.export_kind(export.kind)?;
            let index = self.external_index(export.kind, export.index)?;
            exports.export(export.name, kind, index);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CodeSection, EntityType, ExportKind, FunctionSection, TypeSection};
    use wasmparser::Validator;

    /// Imports of these names, and one function that is exported twice.
    fn module(names: &[&str]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        for name in names {
            imports.import("./page_bg.js", name, EntityType::Function(0));
        }
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut exports = ExportSection::new();
        let index = names.len() as u32;
        exports.export("main", ExportKind::Func, index);
        exports.export("intounderlyingsink_close", ExportKind::Func, index);
        let mut code = CodeSection::new();
        let mut body = wasm_encoder::Function::new([]);
        body.instruction(&wasm_encoder::Instruction::End);
        code.function(&body);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&exports)
            .section(&code);
        module.finish()
    }

    fn exports(module: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            if let Payload::ExportSection(section) = payload.unwrap() {
                names.extend(section.into_iter().map(|it| it.unwrap().name.to_owned()));
            }
        }
        names
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let whole = module(&["__wbg_get_d7", "__wbg_get_d71", "__wbg_twice", "other"]);
        let script = "{ __wbg_get_d71: () => 1, __wbg_get_d7: () => 2, other: 3, __wbg_twice: wasm.__wbg_twice }";
        let (shorter, script) = shortened(&whole, script).unwrap();
        Validator::new().validate_all(&shorter).unwrap();
        assert_eq!(
            imports(&shorter).unwrap(),
            ["i0", "i1", "__wbg_twice", "other"]
        );
        assert_eq!(
            script,
            "{ i1: () => 1, i0: () => 2, other: 3, __wbg_twice: wasm.__wbg_twice }"
        );
    }

    #[test]
    fn streams_are_exported_only_where_they_are_made() {
        let (without, _) = shortened(&module(&[]), "").unwrap();
        assert_eq!(exports(&without), ["main"]);
        let made = module(&["__wbg_intounderlyingsink_new"]);
        assert_eq!(exports(&shortened(&made, "").unwrap().0).len(), 2);
    }
}
