//! What a browser's module has no use for, though the linker keeps it.
//!
//! Rust's panics write a message, which has nowhere to go in a browser, and then trap; and js-sys
//! exports what drives futures of a kind that nobody here has. Here they trap at once, so that
//! wasm-opt drops them with all that stands behind them: 1.5 KB for a visitor, and nothing else is
//! different. (Building the standard library anew with `panic=immediate-abort` saves 0.2 KB more and
//! needs an unstable compiler.)

use std::path::Path;

use anyhow::Result;
use walrus::{ElementItems, FunctionBuilder, FunctionKind, Module};

use super::messages;

/// Parts of the mangled names of functions that only panic, or are never called.
const USELESS: [&str; 7] = [
    "4core9panicking",
    "3std9panicking",
    "12handle_error",
    "18handle_alloc_error",
    "16slice_error_fail",
    "13unwrap_failed",
    "7futures4jspi",
];

/// What writes the messages. Where something of ours formats as well, the entry to it is there.
const FORMATTING: &str = "4core3fmt";
const FORMATS: &str = "4core3fmt5write";

/// What calls a closure from the page.
const CLOSURE: &str = "convert::closures::_::invoke";

/// Takes what calls closures out of the table, once the glue is written: that calls them by name. The
/// libraries have one for each kind of closure there could be, and a place in the table keeps it.
pub(super) fn forget_closures(module: &mut Module) {
    let mut nothing = FunctionBuilder::new(&mut module.types, &[], &[]);
    nothing.func_body().unreachable();
    let nothing = nothing.finish(vec![], &mut module.funcs);
    for element in module.elements.iter_mut() {
        let ElementItems::Functions(functions) = &mut element.items else { continue };
        for function in functions {
            let name = module.funcs.get(*function).name.as_deref();
            if name.is_some_and(|name| name.contains(CLOSURE)) {
                *function = nothing;
            }
        }
    }
}

/// The compiled module with a trap in the place of each of them.
pub(super) fn removed(compiled: &Path) -> Result<Module> {
    let mut module = Module::from_file(compiled)?;
    let names = |name: &str, part: &str| name.contains(part);
    let formats = module
        .funcs
        .iter()
        .any(|function| function.name.as_deref().is_some_and(|name| names(name, FORMATS)));
    let useless = |name: &str| {
        USELESS.iter().any(|part| names(name, part)) || !formats && names(name, FORMATTING)
    };
    let functions: Vec<_> = module
        .funcs
        .iter_local()
        .filter(|(id, _)| module.funcs.get(*id).name.as_deref().is_some_and(useless))
        .map(|(id, function)| (id, function.ty(), function.args.clone()))
        .collect();
    for (id, signature, arguments) in functions {
        let signature = module.types.get(signature);
        let (takes, gives) = (signature.params().to_vec(), signature.results().to_vec());
        let mut trap = FunctionBuilder::new(&mut module.types, &takes, &gives);
        trap.func_body().unreachable();
        module.funcs.get_mut(id).kind = FunctionKind::Local(trap.local_func(arguments));
    }
    messages::blank(&mut module);
    Ok(module)
}
