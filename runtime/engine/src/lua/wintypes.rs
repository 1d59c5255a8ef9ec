//! `ct.wintypes`: Windows' names, with Windows' sizes on every platform.

use moonglue_abi::Abi;

use super::array::array_of;
use super::context::Context;
use super::convert::wide_integer;
use super::ctype::TypeRef;
use super::error::{Kind as ErrorKind, Res, entry, fail};
use super::module::push_strict;
use super::pointer::pointer_to;
use super::simple::simple_types;
use super::state::State;

/// Windows' name and ours. `LONG` has 32 bits there, whatever `long` has here.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("BYTE", "c_ubyte"), ("BOOLEAN", "c_ubyte"), ("WORD", "c_ushort"), ("USHORT", "c_ushort"), ("ATOM", "c_ushort"),
    ("LANGID", "c_ushort"), ("SHORT", "c_short"), ("BOOL", "c_int"), ("INT", "c_int"), ("LONG", "c_int"),
    ("UINT", "c_uint"), ("DWORD", "c_uint"), ("ULONG", "c_uint"), ("COLORREF", "c_uint"), ("LCID", "c_uint"),
    ("LCTYPE", "c_uint"), ("LGRPID", "c_uint"), ("LARGE_INTEGER", "c_int64"), ("ULARGE_INTEGER", "c_uint64"),
    ("CHAR", "c_char"), ("WCHAR", "c_wchar"), ("FLOAT", "c_float"), ("DOUBLE", "c_double"), ("HRESULT", "HRESULT"),
    ("VARIANT_BOOL", "VARIANT_BOOL"), ("OLESTR", "c_wchar_p"), ("LPOLESTR", "c_wchar_p"), ("LPCOLESTR", "c_wchar_p"),
    ("LPSTR", "c_char_p"), ("LPCSTR", "c_char_p"), ("LPWSTR", "c_wchar_p"), ("LPCWSTR", "c_wchar_p"),
    ("LPVOID", "c_void_p"), ("LPCVOID", "c_void_p"), ("WPARAM", "c_uintptr_t"), ("LPARAM", "c_intptr_t"),
    ("HANDLE", "c_void_p"), ("HACCEL", "c_void_p"), ("HBITMAP", "c_void_p"), ("HBRUSH", "c_void_p"),
    ("HCOLORSPACE", "c_void_p"), ("HCURSOR", "c_void_p"), ("HDC", "c_void_p"), ("HDESK", "c_void_p"),
    ("HDWP", "c_void_p"), ("HENHMETAFILE", "c_void_p"), ("HFONT", "c_void_p"), ("HGDIOBJ", "c_void_p"),
    ("HGLOBAL", "c_void_p"), ("HHOOK", "c_void_p"), ("HICON", "c_void_p"), ("HINSTANCE", "c_void_p"),
    ("HKEY", "c_void_p"), ("HKL", "c_void_p"), ("HLOCAL", "c_void_p"), ("HMENU", "c_void_p"),
    ("HMETAFILE", "c_void_p"), ("HMODULE", "c_void_p"), ("HMONITOR", "c_void_p"), ("HPALETTE", "c_void_p"),
    ("HPEN", "c_void_p"), ("HRGN", "c_void_p"), ("HRSRC", "c_void_p"), ("HSTR", "c_void_p"), ("HTASK", "c_void_p"),
    ("HWINSTA", "c_void_p"), ("HWND", "c_void_p"), ("SC_HANDLE", "c_void_p"), ("SERVICE_STATUS_HANDLE", "c_void_p"),
];

/// Pointer types by Windows' name and the name of their target.
#[rustfmt::skip]
const POINTERS: &[(&str, &str)] = &[
    ("PBOOL", "BOOL"), ("LPBOOL", "BOOL"), ("PBOOLEAN", "BOOLEAN"), ("PBYTE", "BYTE"), ("LPBYTE", "BYTE"),
    ("PCHAR", "CHAR"), ("LPCOLORREF", "COLORREF"), ("PDWORD", "DWORD"), ("LPDWORD", "DWORD"), ("PFLOAT", "FLOAT"),
    ("PHANDLE", "HANDLE"), ("LPHANDLE", "HANDLE"), ("PINT", "INT"), ("LPINT", "INT"), ("PLONG", "LONG"),
    ("LPLONG", "LONG"), ("PSHORT", "SHORT"), ("PUINT", "UINT"), ("LPUINT", "UINT"), ("PULONG", "ULONG"),
    ("PUSHORT", "USHORT"), ("PWCHAR", "WCHAR"), ("PWORD", "WORD"), ("LPWORD", "WORD"),
    ("PLARGE_INTEGER", "LARGE_INTEGER"), ("PULARGE_INTEGER", "ULARGE_INTEGER"), ("LPHKL", "HKL"),
    ("PHKEY", "HKEY"), ("PLCID", "LCID"), ("LPSC_HANDLE", "SC_HANDLE"),
];

/// Structures, and the other names they go by: (name, aliases, pointer names, fields).
#[rustfmt::skip]
#[expect(clippy::type_complexity, reason = "one row of a table")]
const STRUCTURES: &[(&str, &[&str], &[&str], &[(&str, &str, usize)])] = &[
    ("POINT", &["POINTL", "tagPOINT"], &["PPOINT", "LPPOINT", "PPOINTL"], &[("x", "LONG", 0), ("y", "LONG", 0)]),
    ("SIZE", &["SIZEL", "tagSIZE"], &["PSIZE", "LPSIZE", "PSIZEL", "LPSIZEL"], &[("cx", "LONG", 0), ("cy", "LONG", 0)]),
    (
        "RECT",
        &["RECTL", "tagRECT"],
        &["PRECT", "LPRECT", "PRECTL", "LPRECTL"],
        &[("left", "LONG", 0), ("top", "LONG", 0), ("right", "LONG", 0), ("bottom", "LONG", 0)],
    ),
    (
        "SMALL_RECT",
        &[],
        &["PSMALL_RECT"],
        &[("Left", "SHORT", 0), ("Top", "SHORT", 0), ("Right", "SHORT", 0), ("Bottom", "SHORT", 0)],
    ),
    ("COORD", &["_COORD"], &[], &[("X", "SHORT", 0), ("Y", "SHORT", 0)]),
    (
        "FILETIME",
        &[],
        &["PFILETIME", "LPFILETIME"],
        &[("dwLowDateTime", "DWORD", 0), ("dwHighDateTime", "DWORD", 0)],
    ),
    (
        "SYSTEMTIME",
        &[],
        &["PSYSTEMTIME", "LPSYSTEMTIME"],
        &[
            ("wYear", "WORD", 0), ("wMonth", "WORD", 0), ("wDayOfWeek", "WORD", 0), ("wDay", "WORD", 0),
            ("wHour", "WORD", 0), ("wMinute", "WORD", 0), ("wSecond", "WORD", 0), ("wMilliseconds", "WORD", 0),
        ],
    ),
    (
        "MSG",
        &["tagMSG"],
        &["PMSG", "LPMSG"],
        &[
            ("hWnd", "HWND", 0), ("message", "UINT", 0), ("wParam", "WPARAM", 0), ("lParam", "LPARAM", 0),
            ("time", "DWORD", 0), ("pt", "POINT", 0),
        ],
    ),
    (
        "WIN32_FIND_DATAA",
        &[],
        &["PWIN32_FIND_DATAA", "LPWIN32_FIND_DATAA"],
        &[
            ("dwFileAttributes", "DWORD", 0), ("ftCreationTime", "FILETIME", 0), ("ftLastAccessTime", "FILETIME", 0),
            ("ftLastWriteTime", "FILETIME", 0), ("nFileSizeHigh", "DWORD", 0), ("nFileSizeLow", "DWORD", 0),
            ("dwReserved0", "DWORD", 0), ("dwReserved1", "DWORD", 0), ("cFileName", "CHAR", 260),
            ("cAlternateFileName", "CHAR", 14),
        ],
    ),
    (
        "WIN32_FIND_DATAW",
        &[],
        &["PWIN32_FIND_DATAW", "LPWIN32_FIND_DATAW"],
        &[
            ("dwFileAttributes", "DWORD", 0), ("ftCreationTime", "FILETIME", 0), ("ftLastAccessTime", "FILETIME", 0),
            ("ftLastWriteTime", "FILETIME", 0), ("nFileSizeHigh", "DWORD", 0), ("nFileSizeLow", "DWORD", 0),
            ("dwReserved0", "DWORD", 0), ("dwReserved1", "DWORD", 0), ("cFileName", "WCHAR", 260),
            ("cAlternateFileName", "WCHAR", 14),
        ],
    ),
];

/// Leaves the table on the stack.
pub(crate) fn push(state: State, context: &'static Context) -> Res<()> {
    let simple = simple_types(context, Abi::HOST);
    state.new_table(0, 192);
    let table = state.abs(-1);
    let mut known: Vec<(&str, TypeRef)> = Vec::new();
    let set = |known: &mut Vec<(&'static str, TypeRef)>, name: &'static str, ty: TypeRef| {
        state.push_type(ty);
        state.set_raw_field(table, name);
        known.push((name, ty));
    };
    for &(name, ours) in NAMES {
        if let Some(ty) = simple.get(ours) {
            set(&mut known, name, ty);
        }
    }
    for &(name, target) in POINTERS {
        if let Some(&(_, ty)) = known.iter().find(|(n, _)| *n == target) {
            let pointer = pointer_to(ty);
            set(&mut known, name, pointer);
        }
    }
    for &(name, aliases, pointers, fields) in STRUCTURES {
        let ty = structure(state, name, fields, &known)?;
        set(&mut known, name, ty);
        for &alias in aliases {
            set(&mut known, alias, ty);
        }
        let pointer = pointer_to(ty);
        for &name in pointers {
            set(&mut known, name, pointer);
        }
    }
    state.push_integer(260);
    state.set_raw_field(table, "MAX_PATH");
    state.push_closure(rgb, 0);
    state.set_raw_field(table, "RGB");
    push_strict(state, "wintypes");
    state.set_metatable(table);
    Ok(())
}

entry! {
    /// `wintypes.RGB(red, green, blue)`: a `COLORREF`.
    fn rgb(state) {
        let mut color = 0;
        for (i, shift) in [(1, 0), (2, 8), (3, 16)] {
            let part = wide_integer(state, i, "an integer").map_err(|e| e.at(format_args!("RGB: argument {i}")))?;
            if !(0..=255).contains(&part) {
                return fail(ErrorKind::OverflowError, format_args!("RGB: argument {i}: expected 0 to 255, got {part}"));
            }
            color |= (part as i64) << shift;
        }
        state.push_integer(color);
        Ok(1)
    }
}

/// Defines a structure as a script would.
fn structure(state: State, name: &str, fields: &[(&str, &str, usize)], known: &[(&str, TypeRef)]) -> Res<TypeRef> {
    state.push_closure(super::record::define::structure, 0);
    state.push_str(name);
    state.new_table(fields.len(), 0);
    for (k, &(field, ty, items)) in fields.iter().enumerate() {
        let Some(&(_, ty)) = known.iter().find(|(n, _)| *n == ty) else {
            return fail(ErrorKind::TypeError, format_args!("wintypes: {ty} is not known yet"));
        };
        let ty = if items > 0 { array_of(ty, items)? } else { ty };
        state.new_table(2, 0);
        state.push_str(field);
        state.raw_seti(-2, 1);
        state.push_type(ty);
        state.raw_seti(-2, 2);
        state.raw_seti(-2, k as i64 + 1);
    }
    if !state.pcall(2, 1) {
        return Err(super::error::Failure::Raised);
    }
    let ty = state.type_at(-1);
    state.pop(1);
    match ty {
        Some(ty) => Ok(ty),
        None => fail(ErrorKind::TypeError, format_args!("wintypes: {name} is no type")),
    }
}
