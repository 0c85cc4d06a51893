//! What the nodes of each grammar are to us.

use std::sync::OnceLock;

use tree_sitter::Language;

use super::Syntax;

/// What a node is to us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing in particular: a statement, an expression.
    #[default]
    Other,
    /// A body, whose children are pieces of their own.
    Block,
    /// The same, where it is long: the elements of a literal, arguments.
    List,
    /// A label with statements after it.
    Case,
    /// Lines between `#if` and `#endif`.
    Conditional,
    /// No node of its own: its children are those of what holds it.
    Open,
    /// Something that is declared.
    Signature,
    /// A declaration where it stands in the file itself or in a type, a statement in a body.
    Declaration,
    /// A field, a variant.
    Member,
    Import,
    Comment,
    /// Says something of what follows it.
    Attribute,
    /// A string, whatever grammar it has inside.
    Opaque,
}

/// A grammar with the class of each kind of node, by its number.
pub(super) struct Grammar {
    pub(super) language: Language,
    classes: Vec<Class>,
}

impl Grammar {
    pub(super) fn of(syntax: Syntax) -> &'static Self {
        static ALL: [OnceLock<Grammar>; Syntax::ALL.len()] =
            [const { OnceLock::new() }; Syntax::ALL.len()];
        ALL[syntax as usize].get_or_init(|| Self::read(syntax))
    }

    fn read(syntax: Syntax) -> Self {
        let language: Language = match syntax {
            Syntax::Rust => tree_sitter_rust::LANGUAGE.into(),
            Syntax::Python => tree_sitter_python::LANGUAGE.into(),
            Syntax::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Syntax::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Syntax::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Syntax::C => tree_sitter_c::LANGUAGE.into(),
            Syntax::Cpp => tree_sitter_cpp::LANGUAGE.into(),
            Syntax::Java => tree_sitter_java::LANGUAGE.into(),
            Syntax::Go => tree_sitter_go::LANGUAGE.into(),
        };
        let table = table(syntax);
        let classes = (0..language.node_kind_count())
            .map(|id| {
                let id = id as u16;
                let name = language.node_kind_for_id(id).unwrap_or("");
                let named = language.node_kind_is_named(id);
                let found = table.iter().find(|(_, names)| named && names.contains(&name));
                found.map_or(Class::Other, |(class, _)| *class)
            })
            .collect();
        Self { language, classes }
    }

    pub(super) fn class(&self, kind_id: u16) -> Class {
        self.classes.get(usize::from(kind_id)).copied().unwrap_or_default()
    }
}

type Table = &'static [(Class, &'static [&'static str])];

fn table(syntax: Syntax) -> Table {
    match syntax {
        Syntax::Rust => RUST,
        Syntax::Python => PYTHON,
        Syntax::JavaScript | Syntax::TypeScript | Syntax::Tsx => SCRIPT,
        Syntax::C | Syntax::Cpp => C,
        Syntax::Java => JAVA,
        Syntax::Go => GO,
    }
}

const RUST: Table = &[
    (
        Class::Block,
        &[
            "block",
            "declaration_list",
            "field_declaration_list",
            "enum_variant_list",
            "match_block",
        ],
    ),
    (
        Class::List,
        &[
            "arguments",
            "array_expression",
            "field_initializer_list",
            "token_tree",
            "tuple_expression",
            "use_list",
        ],
    ),
    (
        Class::Signature,
        &[
            "associated_type",
            "const_item",
            "enum_item",
            "foreign_mod_item",
            "function_item",
            "function_signature_item",
            "impl_item",
            "macro_definition",
            "mod_item",
            "static_item",
            "struct_item",
            "trait_item",
            "type_item",
            "union_item",
        ],
    ),
    (Class::Member, &["enum_variant", "field_declaration"]),
    (Class::Import, &["extern_crate_declaration", "use_declaration"]),
    (Class::Comment, &["block_comment", "line_comment"]),
    (Class::Attribute, &["attribute_item", "inner_attribute_item"]),
    (Class::Opaque, &["raw_string_literal", "string_literal"]),
];

const PYTHON: Table = &[
    (Class::Block, &["block"]),
    (Class::List, &["argument_list", "dictionary", "list", "set", "tuple"]),
    (
        Class::Signature,
        &[
            "class_definition",
            "decorated_definition",
            "function_definition",
            "type_alias_statement",
        ],
    ),
    (Class::Import, &["future_import_statement", "import_from_statement", "import_statement"]),
    (Class::Comment, &["comment"]),
    (Class::Opaque, &["string"]),
];

const SCRIPT: Table = &[
    (
        Class::Block,
        &[
            "class_body",
            "class_static_block",
            "enum_body",
            "interface_body",
            "object_type",
            "statement_block",
            "switch_body",
        ],
    ),
    (Class::List, &["arguments", "array", "export_clause", "named_imports", "object"]),
    (Class::Case, &["switch_case", "switch_default"]),
    (
        Class::Signature,
        &[
            "abstract_class_declaration",
            "abstract_method_signature",
            "ambient_declaration",
            "call_signature",
            "class_declaration",
            "construct_signature",
            "enum_declaration",
            "export_statement",
            "function_declaration",
            "function_signature",
            "generator_function_declaration",
            "interface_declaration",
            "internal_module",
            "method_definition",
            "method_signature",
            "module",
            "type_alias_declaration",
        ],
    ),
    (Class::Declaration, &["lexical_declaration", "variable_declaration"]),
    (
        Class::Member,
        &[
            "enum_assignment",
            "field_definition",
            "index_signature",
            "property_signature",
            "public_field_definition",
        ],
    ),
    (Class::Import, &["import_statement"]),
    (Class::Comment, &["comment", "html_comment"]),
    (Class::Attribute, &["decorator"]),
    (Class::Opaque, &["regex", "string", "template_string"]),
];

const C: Table = &[
    (
        Class::Block,
        &["compound_statement", "declaration_list", "enumerator_list", "field_declaration_list"],
    ),
    (Class::List, &["argument_list", "initializer_list"]),
    (Class::Case, &["case_statement"]),
    (
        Class::Conditional,
        &["preproc_elif", "preproc_elifdef", "preproc_else", "preproc_if", "preproc_ifdef"],
    ),
    (
        Class::Signature,
        &[
            "alias_declaration",
            "class_specifier",
            "concept_definition",
            "enum_specifier",
            "friend_declaration",
            "function_definition",
            "linkage_specification",
            "namespace_alias_definition",
            "namespace_definition",
            "preproc_def",
            "preproc_function_def",
            "struct_specifier",
            "template_declaration",
            "type_definition",
            "union_specifier",
        ],
    ),
    (Class::Declaration, &["declaration"]),
    (Class::Member, &["access_specifier", "enumerator", "field_declaration"]),
    (Class::Import, &["preproc_include", "using_declaration"]),
    (Class::Comment, &["comment"]),
    (Class::Opaque, &["raw_string_literal", "string_literal"]),
];

const JAVA: Table = &[
    (
        Class::Block,
        &[
            "annotation_type_body",
            "block",
            "class_body",
            "constructor_body",
            "enum_body",
            "interface_body",
            "module_body",
            "switch_block",
        ],
    ),
    (Class::List, &["argument_list", "array_initializer", "element_value_array_initializer"]),
    (Class::Case, &["switch_block_statement_group"]),
    (Class::Open, &["enum_body_declarations"]),
    (
        Class::Signature,
        &[
            "annotation_type_declaration",
            "class_declaration",
            "compact_constructor_declaration",
            "constructor_declaration",
            "enum_declaration",
            "interface_declaration",
            "method_declaration",
            "module_declaration",
            "record_declaration",
        ],
    ),
    (
        Class::Member,
        &[
            "annotation_type_element_declaration",
            "constant_declaration",
            "enum_constant",
            "field_declaration",
        ],
    ),
    (Class::Import, &["import_declaration", "package_declaration"]),
    (Class::Comment, &["block_comment", "line_comment"]),
    (Class::Opaque, &["string_literal"]),
];

const GO: Table = &[
    (
        Class::Block,
        &[
            "block",
            "expression_switch_statement",
            "field_declaration_list",
            "import_spec_list",
            "interface_type",
            "select_statement",
            "type_switch_statement",
            "var_spec_list",
        ],
    ),
    (Class::List, &["argument_list", "literal_value"]),
    (Class::Case, &["communication_case", "default_case", "expression_case", "type_case"]),
    (Class::Open, &["statement_list"]),
    (
        Class::Signature,
        &[
            "function_declaration",
            "method_declaration",
            "method_elem",
            "type_alias",
            "type_declaration",
            "type_spec",
        ],
    ),
    (Class::Declaration, &["const_declaration", "var_declaration"]),
    (Class::Member, &["const_spec", "field_declaration", "var_spec"]),
    (Class::Import, &["import_declaration", "package_clause"]),
    (Class::Comment, &["comment"]),
    (Class::Opaque, &["interpreted_string_literal", "raw_string_literal"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_its_grammar() {
        let all = || Syntax::ALL.iter().map(|&(syntax, _)| syntax);
        for syntax in all() {
            for kind in table(syntax).iter().flat_map(|(_, names)| *names) {
                // C++ is more than C, and scripts have types in some of their grammars alone.
                let mut sharing = all().filter(|other| std::ptr::eq(table(*other), table(syntax)));
                let known = sharing
                    .any(|other| Grammar::of(other).language.id_for_node_kind(kind, true) != 0);
                assert!(known, "{kind} of {syntax:?}");
            }
        }
    }
}
