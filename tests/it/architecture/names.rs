//! Reads Rust as the compiler's tokens and tells every name that leads out of a module, however it is written.
//!
//! Tokens, not a syntax tree: the same few rules then hold for items, expressions, types, patterns, attributes and visibility,
//! and for what stands in macros, where a syntax tree ends.

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

/// A name in the source, resolved against the module it stands in.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    /// Line in the file, from 1.
    pub line: usize,
    /// Where it leads.
    pub to: Leads,
    /// Whether it is `pub use`, in any visibility: others reach what is named through this module then.
    pub handed_on: bool,
}

/// Where a name leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Leads {
    /// Into this module below the crate's root.
    Room(String),
    /// Not to the crate's root: the first part may be a library.
    Library(String),
    /// Into any room, which one cannot be seen here.
    Anywhere(&'static str),
}

/// All names of a file whose module is `module`: its parts below the crate's root. What is compiled for tests only is left out.
pub fn names(source: &str, module: &[String]) -> Vec<Named> {
    let mut reader = Reader { found: Vec::new() };
    let scope = Scope { module: module.to_vec(), prefix: Vec::new(), place: Place::Code, handed_on: false, line: None };
    reader.read(source.parse().expect("the compiler reads it, too"), &scope);
    reader.found
}

/// What has to be known to understand a token.
#[derive(Clone)]
struct Scope {
    module: Vec<String>,
    /// What stands before `::{`.
    prefix: Vec<String>,
    place: Place,
    handed_on: bool,
    /// The line, where tokens come out of a text and have none of their own.
    line: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Code,
    Use,
    /// After `pub`, in parentheses.
    Visibility,
    Attribute,
    /// A text in an attribute that may hold a path: `#[serde(with = "…")]`.
    Text,
}

struct Reader {
    found: Vec<Named>,
}

impl Reader {
    fn read(&mut self, tokens: TokenStream, outer: &Scope) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut scope = outer.clone();
        let mut at = 0;
        while at < tokens.len() {
            let (line, rest) = (scope.line.unwrap_or_else(|| tokens[at].span().start().line), &tokens[at..]);
            at += match rest {
                [hash, TokenTree::Group(group), ..] if is(hash, '#') && is_attribute(group) => {
                    self.attribute(group, &scope, false, rest)
                }
                [hash, bang, TokenTree::Group(group), ..] if is(hash, '#') && is(bang, '!') && is_attribute(group) => {
                    self.attribute(group, &scope, true, rest)
                }
                [TokenTree::Group(group), ..] => {
                    self.read(group.stream(), &scope);
                    1
                }
                [TokenTree::Literal(text), ..] if scope.place == Place::Attribute => {
                    let prose = at >= 2 && ["reason", "note"].iter().any(|key| tokens[at - 2].to_string() == *key);
                    if let Some(text) = content(text).filter(|_| !prose) {
                        self.read(text, &Scope { place: Place::Text, line: Some(line), ..scope.clone() });
                    }
                    1
                }
                [TokenTree::Ident(word), rest @ ..] => match (word.to_string().as_str(), rest) {
                    ("mod", [TokenTree::Ident(name), TokenTree::Group(content), ..]) => {
                        let mut inner = outer.clone();
                        inner.module.push(plain(&name.to_string()));
                        self.read(content.stream(), &inner);
                        3
                    }
                    // `impl Trait + use<'a>` names lifetimes.
                    ("use", [next, ..]) if scope.place == Place::Code && !is(next, '<') => {
                        scope.place = Place::Use;
                        scope.handed_on = at > 0 && is_visibility(&tokens[at - 1]);
                        1
                    }
                    ("extern", [TokenTree::Ident(krate), TokenTree::Ident(name), ..]) if *krate == "crate" => {
                        let to = match plain(&name.to_string()).as_str() {
                            "self" => Leads::Anywhere("another name for the crate's root"),
                            library => Leads::Library(library.to_owned()),
                        };
                        let handed_on = at > 0 && is_visibility(&tokens[at - 1]);
                        self.found.push(Named { line, to, handed_on });
                        3
                    }
                    ("pub", [TokenTree::Group(group), ..]) if group.delimiter() == Delimiter::Parenthesis => {
                        self.read(group.stream(), &Scope { place: Place::Visibility, ..scope.clone() });
                        2
                    }
                    ("path", [equals, TokenTree::Literal(_), ..])
                        if scope.place == Place::Attribute && is(equals, '=') =>
                    {
                        self.anywhere(line, "`#[path]`");
                        3
                    }
                    ("as", [_, ..]) if scope.place == Place::Use => 2,
                    _ => self.path(&tokens[at..], &scope, line),
                },
                [token, ..] => {
                    if scope.place == Place::Use && is(token, ';') {
                        scope = outer.clone();
                    }
                    if scope.place == Place::Use && is(token, '*') {
                        self.tell(line, &["*".to_owned()], &scope);
                    }
                    1
                }
                [] => break,
            };
        }
    }

    /// Reads an attribute; returns how many tokens are done. What is only for tests is passed over.
    fn attribute(&mut self, group: &Group, scope: &Scope, inner: bool, rest: &[TokenTree]) -> usize {
        let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
        match tokens.as_slice() {
            [TokenTree::Ident(cfg), TokenTree::Group(what)] if *cfg == "cfg" && what.stream().to_string() == "test" => {
                if inner {
                    return rest.len();
                }
                // To the end of the item; where its end is unclear, too little is passed over and not too much.
                let ends = |token: &TokenTree| match token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    other => is(other, ';') || is(other, ','),
                };
                return rest.iter().position(ends).map_or(rest.len(), |end| end + 1);
            }
            [TokenTree::Ident(doc), ..] if *doc == "doc" => {}
            [TokenTree::Ident(name), ..] if *name == "macro_use" && scope.module.is_empty() => {
                self.anywhere(name.span().start().line, "`#[macro_use]` at the crate's root");
            }
            _ => self.read(group.stream(), &Scope { place: Place::Attribute, ..scope.clone() }),
        }
        if inner { 3 } else { 2 }
    }

    /// Reads a path that begins here, with the tree behind it; returns how many tokens are done.
    fn path(&mut self, tokens: &[TokenTree], scope: &Scope, line: usize) -> usize {
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(TokenTree::Ident(part)) = tokens.get(at) {
            parts.push(plain(&part.to_string()));
            at += 1;
            let [colon, second, next, ..] = &tokens[at..] else { break };
            if !is(colon, ':') || !is(second, ':') {
                break;
            }
            at += 2;
            match next {
                TokenTree::Group(tree) if tree.delimiter() == Delimiter::Brace => {
                    let prefix = [scope.prefix.as_slice(), &parts].concat();
                    self.read(tree.stream(), &Scope { prefix, place: Place::Use, ..scope.clone() });
                    return at + 1;
                }
                TokenTree::Punct(sign) if matches!(sign.as_char(), '*' | '$') => {
                    parts.push(sign.as_char().to_string());
                    at += 1;
                    break;
                }
                _ => {}
            }
        }
        if parts.last().is_some_and(|name| name == "include") && tokens.get(at).is_some_and(|token| is(token, '!')) {
            self.anywhere(line, "`include!`");
        }
        self.tell(line, &parts, scope);
        at
    }

    /// Resolves a path and keeps it.
    fn tell(&mut self, line: usize, parts: &[String], scope: &Scope) {
        let path = [scope.prefix.as_slice(), parts].concat();
        let root = matches!(path[0].as_str(), "crate" | "super");
        match scope.place {
            Place::Code if path.len() == 1 && !root => return,
            Place::Visibility | Place::Attribute | Place::Text if path.len() == 1 => return,
            _ => {}
        }
        let mut absolute = match path[0].as_str() {
            "crate" => Vec::new(),
            "self" | "super" => scope.module.clone(),
            library => {
                return self.found.push(Named {
                    line,
                    to: Leads::Library(library.to_owned()),
                    handed_on: scope.handed_on,
                });
            }
        };
        for part in &path {
            match part.as_str() {
                "crate" | "self" => {}
                "super" => drop(absolute.pop()),
                part => absolute.push(part.to_owned()),
            }
        }
        let to = match absolute.first().map(String::as_str) {
            None if scope.place == Place::Visibility => return,
            // `super` by itself stays in the room, unless a macro adds to it.
            Some(_) if path.len() == 1 && path[0] == "super" && scope.place != Place::Use => {
                Leads::Anywhere("`super` without what follows")
            }
            None => Leads::Anywhere("the crate's root without a room"),
            Some("*") => Leads::Anywhere("all rooms at once"),
            Some("$") => Leads::Anywhere("a room that only the macro's caller knows"),
            Some(room) => Leads::Room(room.to_owned()),
        };
        self.found.push(Named { line, to, handed_on: scope.handed_on });
    }

    fn anywhere(&mut self, line: usize, what: &'static str) {
        self.found.push(Named { line, to: Leads::Anywhere(what), handed_on: false });
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_attribute(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
}

/// Whether a token before `use` makes it public: `pub`, the `(…)` of `pub(…)`, or a macro's variable.
fn is_visibility(before: &TokenTree) -> bool {
    match before {
        TokenTree::Ident(_) => true,
        TokenTree::Group(group) => group.delimiter() == Delimiter::Parenthesis,
        _ => false,
    }
}

/// `r#web` is `web`.
fn plain(name: &str) -> String {
    name.trim_start_matches("r#").to_owned()
}

/// A text as the tokens in it, if it is a text and reads as tokens.
fn content(literal: &Literal) -> Option<TokenStream> {
    let written = literal.to_string();
    let text = written.trim_start_matches('r').trim_matches('#').strip_prefix('"')?.strip_suffix('"')?;
    text.parse().ok()
}
