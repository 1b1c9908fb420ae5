//! A page of the docs taken apart: blocks, inline code, links, headings.

use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page.
pub struct Page {
    /// Path from the root of the repository.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Code blocks in order.
    pub blocks: Vec<Block>,
    /// Inline code, each with its line.
    pub codes: Vec<(usize, String)>,
    /// Where links and pictures lead.
    pub links: Vec<String>,
    /// Anchors of the headings, as GitHub makes them.
    pub anchors: Vec<String>,
}

/// A code block.
#[derive(Debug)]
pub struct Block {
    /// Page and line, for messages.
    pub place: String,
    /// What stands behind the fence: language, and what to do with it.
    pub info: String,
    /// Its text.
    pub text: String,
}

impl Block {
    /// The language.
    pub fn language(&self) -> &str {
        self.info.split(' ').next().unwrap_or_default()
    }

    /// Why it is not run, if so.
    pub fn no_run(&self) -> Option<&str> {
        self.info.split_once("no-run:").map(|(_, why)| why.trim())
    }

    /// The word behind the language, up to `=`.
    pub fn kind(&self) -> &str {
        self.info.split(' ').nth(1).unwrap_or_default().split('=').next().unwrap_or_default()
    }

    /// What stands behind `key=`.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.info.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README, docs, and what stands beside the schemas.
pub fn pages() -> Vec<Page> {
    let mut paths = vec![PathBuf::from("README.md"), PathBuf::from("schemas/README.md")];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = PathBuf::from("docs").join(entry.unwrap().file_name());
        assert!(name.extension().is_some_and(|extension| extension == "md"), "{}", name.display());
        paths.push(name);
    }
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

impl Page {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(root().join(&path)).unwrap();
        let mut page =
            Self { path, blocks: vec![], codes: vec![], links: vec![], anchors: vec![], text: String::new() };
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        let (mut heading, mut in_block) = (None::<String>, false);
        for (event, span) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
            let place = format!("{}:{}", page.path.display(), line(span.start));
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    page.blocks.push(Block { place, info: info.into_string(), text: String::new() });
                    in_block = true;
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    panic!("{place}: a block without a fence does not say what becomes of it")
                }
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(words) if in_block => page.blocks.last_mut().unwrap().text.push_str(&words),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.anchors.extend(heading.take().map(|words| anchor(&words))),
                Event::Text(words) => heading = heading.map(|heading| heading + &words),
                Event::Code(words) => {
                    heading = heading.map(|heading| heading + &words);
                    page.codes.push((line(span.start), words.into_string()));
                }
                _ => {}
            }
        }
        page.text = text;
        page
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}
