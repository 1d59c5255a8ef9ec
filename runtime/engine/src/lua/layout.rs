//! `ct.layout(T)`: a type's memory layout as text.

use moonglue_abi::Abi;

use super::ctype::{Kind, TypeRef};
use super::error::{Kind as ErrorKind, entry, fail};

/// The drawing of `ty`.
pub(crate) fn draw(ty: TypeRef) -> String {
    draw_for(ty, ty.abi)
}

/// The drawing of `ty` as a target has it.
pub(crate) fn draw_for(ty: TypeRef, abi: Abi) -> String {
    if let Some(record) = ty.record().and_then(|r| r.abi_record.get()) {
        let names = |path: &[&moonglue_abi::FieldDef]| {
            let inner = |ty: TypeRef, name: &str| Some(ty.record()?.fields().by_name(name.as_bytes())?.ty);
            let found = path.iter().try_fold(ty, |ty, field| inner(ty, &field.name));
            found.map_or_else(String::new, |ty| ty.name.to_string())
        };
        return moonglue_abi::draw(record, abi, &names);
    }
    let (size, align) = (ty.as_abi().size(abi), ty.as_abi().align(abi));
    let mut text = format!("{}  (size {size}, align {align})\n", ty.name);
    if let Kind::Array(elem, n) = &ty.kind {
        text.push_str(&format!("  {n} items of {} bytes\n", elem.as_abi().size(abi)));
        if elem.is_aggregate() {
            text.push_str(&draw_for(elem, abi));
        }
    }
    text
}

entry! {
    /// `ct.layout(T)`, of a type or an object's type.
    pub(crate) fn layout(state) {
        let ty = match (state.type_at(1), state.object(1)) {
            (Some(ty), _) => ty,
            (_, Some(o)) => o.ty,
            _ => {
                let got = state.describe(1);
                return fail(ErrorKind::TypeError, format_args!("layout: expected a C type or object, got {got}"));
            }
        };
        ty.require_complete().map_err(|e| e.at("layout"))?;
        state.push_str(draw(ty).trim_end());
        Ok(1)
    }
}
